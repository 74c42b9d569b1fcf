#include "rules/check.h"

#include <gtest/gtest.h>

#include "rules/packs.h"

namespace gasht {
namespace {

TEST(TestRules, EveryShippedRuleStandsByItsExamples) {
  const RuleTest test = TestRules(*EmbeddedRuleSet());
  EXPECT_GT(test.examples, 40u);
  for (const ExampleFailure& failure : test.failures) {
    ADD_FAILURE() << failure.place << ": " << failure.rule
                  << (failure.should_match ? " must match: " : " must not match: ") << failure.text;
  }
}

TEST(CheckRulePacks, TheShippedPacksHaveNoErrorsAndEveryTermCanBeFound) {
  const RuleCheck check = CheckRulePacks(EmbeddedRulePacks(), {});
  for (const std::string& error : check.errors) ADD_FAILURE() << error;
  for (const std::string& warning : check.warnings) {
    if (warning.find("is never found") != std::string::npos) ADD_FAILURE() << warning;
  }
  EXPECT_GT(check.substances, 40u);
  EXPECT_GT(check.terms, 5000u);
}

TEST(TestRules, ExamplesMayBeReadByAnother) {
  // It finds the one rule in everything: what must not match it, does.
  const RuleTest test = TestRules(*EmbeddedRuleSet(), [&](const RuleExample&) {
    MatchCandidate candidate;
    candidate.rules.push_back({"street-menu", "1", 0});
    return std::vector<MatchCandidate>{candidate};
  });
  EXPECT_FALSE(test.failures.empty());
  for (const ExampleFailure& failure : test.failures) {
    EXPECT_EQ(failure.rule, "street-menu") << failure.place;
    EXPECT_FALSE(failure.should_match) << failure.place;
  }
}

TEST(CheckRulePacks, WarnsOfUnreachableAndBroadTerms) {
  const std::vector<RulePackFile> files = {{"a.yaml", R"(
substances:
  - id: a
    class: opioid
    name: {en: a, ur: ا}
    strong: [good, water, hidden, 4,4-dmar]
    innocent: [hidden]
  - id: b
    class: cocaine
    name: {en: b, ur: ب}
    strong: [good]
rules:
  - id: r
    title: {en: r, ur: ر}
    detection: {s: {substance: any}, condition: s}
)"}};
  std::vector<std::string> background(200, "a glass of water");
  const RuleCheck check = CheckRulePacks(files, background);
  ASSERT_TRUE(check.errors.empty()) << check.errors[0];
  const auto warned = [&](const char* place, const char* what) {
    for (const std::string& warning : check.warnings) {
      if (warning.rfind(place, 0) == 0 && warning.find(what) != std::string::npos) return true;
    }
    return false;
  };
  EXPECT_TRUE(warned("a.yaml:6:35", "too short"));  // a comma in a list parts terms
  EXPECT_TRUE(warned("a.yaml:6:27", "never found"));
  EXPECT_TRUE(warned("a.yaml:11:14", "also names a"));
  EXPECT_TRUE(warned("a.yaml:6:20", "in 200 of 200 texts"));
  EXPECT_TRUE(warned("a.yaml:13:5", "no example that must match"));
}

TEST(ExplainText, SaysWhatWasSeenAndWhichSelectionHeld) {
  const std::string said =
      DescribeExplanation(ExplainPost(*EmbeddedRuleSet(), "ch4r4s 1 tola 2500 PKR, rabta 0301-2345678"));
  for (const char* part :
       {"cannabis-resin/charas", "(leet)", "+ substance-offered: thing=yes offer=yes", ". street-k-tablet"}) {
    EXPECT_NE(said.find(part), std::string::npos) << part << "\n" << said;
  }
  EXPECT_NE(DescribeExplanation(ExplainPost(*EmbeddedRuleSet(), "good morning")).find("no finding"),
            std::string::npos);
}

TEST(ImportTermList, MakesAPackThatCompiles) {
  const auto yaml =
      ImportTermList("term,strength\nfoo bar,strong\n\"a, b\",weak\nit's,usual\n", "new-thing", "opioid");
  ASSERT_TRUE(yaml.ok()) << yaml.status().message();
  const auto packs = ParseRulePacks({{"x", *yaml}});
  ASSERT_TRUE(packs.ok()) << packs.status().message();
  EXPECT_EQ(packs->substances[0].terms.size(), 3u);
  for (const char* bad : {"", "word\nx\n", "term,strength\nfoo,sure\n", "term\n\"open\n", "term\n---\n"}) {
    EXPECT_FALSE(ImportTermList(bad, "x", "opioid").ok()) << bad;
  }
  EXPECT_FALSE(ImportTermList("term\nfoo\n", "x", "vegetable").ok());
  const auto more = ImportTermList("strength,term\r\nusual,kaali tikki\r\n", "new-thing", "");
  ASSERT_TRUE(more.ok()) << more.status().message();
  const auto both = ParseRulePacks({{"x", *yaml}, {"y", *more}});
  ASSERT_TRUE(both.ok()) << both.status().message();
  EXPECT_EQ(both->substances[0].terms.size(), 4u);
}

}  // namespace
}  // namespace gasht
