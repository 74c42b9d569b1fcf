// AnalyzePage and AnalyzeItem over the built-in rules, and the contract of every Analyzer.

#include <atomic>
#include <future>
#include <set>

#include <gtest/gtest.h>

#include "analysis/analyzer.h"
#include "rules/packs.h"

namespace gasht {
namespace {

std::shared_ptr<const RuleSet> BuiltInRules() {
  static const std::shared_ptr<const RuleSet> rules = [] {
    auto compiled = RuleSet::Compile(EmbeddedRulePacks());
    EXPECT_TRUE(compiled.ok()) << compiled.status().message();
    return compiled.ok() ? *compiled : nullptr;
  }();
  return rules;
}

AnalysisContext Context() {
  AnalysisContext context;
  context.rules = BuiltInRules();
  return context;
}

Level HighestLevel(const PageAnalysis& analysis) {
  Level highest = Level::kInformational;
  for (const MatchCandidate& candidate : analysis.candidates) highest = std::max(highest, candidate.level);
  return highest;
}

TEST(AnalyzeItem, AsksAPersonAboutOffersOnly) {
  const struct {
    const char* text;
    bool asks;
  } cases[] = {
      {"Charas 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678", true},
      {"آئس دستیاب ہے، ایک گرام 3000 روپے، ہوم ڈیلیوری، رابطہ واٹس ایپ 0301-2345678", true},
      {"Ice cream 1 litre 450 PKR home delivery Lahore, WhatsApp 0301-2345678", false},
      {"Nasha kaise chhorein? Mera bhai charas peeta hai, koi rehab batayein", false},
      {"Police ne Peshawar mein 12 kg charas pakri, do mulzim giraftar", false},
      {"", false},
  };
  for (const auto& c : cases) {
    const PageAnalysis analysis = AnalyzeItem(
        {.url = {}, .html = {}, .text = c.text, .title = {}, .vendor = {}, .price = {}}, Context());
    EXPECT_EQ(HighestLevel(analysis) >= Level::kMedium, c.asks) << c.text;
    for (const MatchCandidate& candidate : analysis.candidates) {
      ASSERT_LT(candidate.listing, analysis.listings.size()) << c.text;
      EXPECT_FALSE(candidate.reasons.en.empty()) << c.text;
      EXPECT_FALSE(candidate.reasons.ur.empty()) << c.text;
      EXPECT_FALSE(candidate.matches.empty()) << c.text;
    }
  }
}

TEST(AnalyzeItem, GivenFieldsMakeExactlyOneListingTheFirst) {
  const PageAnalysis analysis = AnalyzeItem({.url = {},
                                             .html = {},
                                             .text = {},
                                             .title = "5g Afghan hash",
                                             .vendor = "greenhand",
                                             .price = "USD 45.00"},
                                            Context());
  ASSERT_EQ(analysis.listings.size(), 1u);
  EXPECT_EQ(analysis.listings[0].title, "5g Afghan hash");
  EXPECT_EQ(analysis.listings[0].vendor, "greenhand");
  ASSERT_FALSE(analysis.listings[0].prices.empty());
  EXPECT_EQ(analysis.listings[0].prices[0].amount.amount(), "45.00");
  EXPECT_EQ(analysis.listings[0].prices[0].amount.currency, "USD");
  ASSERT_EQ(analysis.candidates.size(), 1u);
  EXPECT_GE(analysis.candidates[0].level, Level::kMedium);
  EXPECT_EQ(analysis.candidates[0].listing, 0u);
}

constexpr char kPage[] = R"(<html><head><title>Shop</title></head><body>
<nav><a href="/">Home</a> <a href="/about">About</a></nav>
<div class="item"><h2><a href="/l/1">Charas Chitrali 1 tola</a></h2><p class="price">PKR 2,500</p><p>by malik</p></div>
<div class="item"><h2><a href="/l/2">Wool blanket</a></h2><p class="price">PKR 4,500</p><p>by razia</p></div>
<div class="item"><h2><a href="/l/3">Chess set</a></h2><p class="price">PKR 900</p><p>by razia</p></div>
</body></html>)";

AnalysisContext ProfileContext() {
  AnalysisContext context = Context();
  context.profile.item = "div.item";
  context.profile.title = "h2";
  context.profile.price = ".price";
  context.profile.url = "h2 a@href";
  return context;
}

CapturedPage Page() {
  return {.url = "http://shop.example/", .content_type = "text/html", .status = 200, .body = kPage};
}

TEST(AnalyzePage, FindsTheOneDrugOfferAmongListings) {
  const PageAnalysis analysis = AnalyzePage(Page(), ProfileContext());
  ASSERT_EQ(analysis.listings.size(), 3u);
  ASSERT_EQ(analysis.candidates.size(), 1u);
  EXPECT_EQ(analysis.listings[analysis.candidates[0].listing].title, "Charas Chitrali 1 tola");
  EXPECT_GE(analysis.candidates[0].level, Level::kMedium);
}

TEST(AnalyzePage, AMenuOfCategoriesIsNoOfferOfThePageItStandsOn) {
  CapturedPage page = Page();
  page.body =
      "<html><title>Coffee beans 1kg</title><body><ul><li><a href='/c1'>cannabis</a><li><a "
      "href='/c2'>cocaine</a>"
      "<li><a href='/c3'>heroin</a></ul><h1>Coffee beans 1kg</h1><p>Price $21.00, ships from Italy, pay with "
      "BTC</p></body></html>";
  EXPECT_LT(HighestLevel(AnalyzePage(page, Context())), Level::kMedium);
  page.body =
      "<html><title>Flowers</title><body><h1>Heroin 1g</h1><p>Price $21.00, ships from Italy, pay with "
      "BTC</p></body></html>";
  EXPECT_GE(HighestLevel(AnalyzePage(page, Context())), Level::kMedium);
}

TEST(AnalyzePage, WithoutATreeTheTextIsStillMatched) {
  AnalysisContext context = Context();
  context.text_only = true;
  const PageAnalysis analysis = AnalyzePage(Page(), context);
  EXPECT_TRUE(analysis.document.degraded);
  EXPECT_NE(analysis.document.text.find("Charas Chitrali"), std::string::npos) << analysis.document.text;
  EXPECT_GE(HighestLevel(analysis), Level::kMedium);
}

TEST(AnalyzePage, IsPure) {
  const PageAnalysis a = AnalyzePage(Page(), ProfileContext()), b = AnalyzePage(Page(), ProfileContext());
  EXPECT_EQ(a.document.text, b.document.text);
  ASSERT_EQ(a.candidates.size(), b.candidates.size());
  EXPECT_EQ(a.candidates[0].matches, b.candidates[0].matches);
  EXPECT_EQ(a.candidates[0].score, b.candidates[0].score);
}

// The contract of Analyzer, for each implementation.
using MakeAnalyzer = std::unique_ptr<Analyzer> (*)();
class AnalyzerContract : public testing::TestWithParam<MakeAnalyzer> {};

TEST_P(AnalyzerContract, EveryJobComesBackOnceWithItsPage) {
  constexpr int kJobs = 200;
  std::vector<std::atomic<int>> calls(kJobs);
  std::atomic<int> wrong = 0;
  {
    const std::unique_ptr<Analyzer> analyzer = GetParam()();
    for (int i = 0; i < kJobs; ++i) {
      AnalysisJob job{Page(), ProfileContext()};
      job.page.url = "http://shop.example/" + std::to_string(i);
      analyzer->Submit(std::move(job), [&calls, &wrong, i](CapturedPage page, PageAnalysis analysis) {
        ++calls[static_cast<size_t>(i)];
        if (page.url != "http://shop.example/" + std::to_string(i) || page.body != kPage ||
            analysis.candidates.size() != 1)
          ++wrong;
      });
    }
  }  // the destructor finishes what was submitted
  for (int i = 0; i < kJobs; ++i) EXPECT_EQ(calls[static_cast<size_t>(i)], 1) << "job " << i;
  EXPECT_EQ(wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(InProcess, AnalyzerContract, testing::Values(+[]() -> std::unique_ptr<Analyzer> {
                           return std::make_unique<InProcessAnalyzer>(4);
                         }));

}  // namespace
}  // namespace gasht
