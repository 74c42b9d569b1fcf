// Replay over an in-memory store: what a pack change adds, removes and re-scores.

#include "app/replay.h"

#include <gtest/gtest.h>

#include "store/test_support.h"
#include "tests/support/json_schema.h"

namespace gasht {
namespace {

// One substance a pack names; `points` of its rule.
std::shared_ptr<const RuleSet> RulesFor(const std::string& words, int points) {
  auto rules = RuleSet::Compile({{"p.yaml", R"(
substances:
  - {id: thing, class: cannabis, name: {en: t, ur: ت}, units: [g], strong: [)" +
                                                words + R"(]}
signs:
  - {id: price, group: price, points: 16, name: {en: p, ur: ق}, terms: ["$ <n>"]}
  - {id: gram, group: quantity, points: 8, offer: false, unit: g, name: {en: g, ur: گ}, terms: ["<n> g"]}
rules:
  - id: offered
    title: {en: t, ur: ت}
    score: )" + std::to_string(points) + R"(
    detection: {s: {substance: any}, condition: s}
  - id: at-length
    title: {en: t, ur: ت}
    score: 0
    detection: {s: {substance: any, terms: [told at length]}, condition: s}
)"}});
  EXPECT_TRUE(rules.ok()) << rules.status().message();
  return *rules;
}

std::string Page(const std::string& title) {
  return "<html><head><title>" + title + "</title></head><body><main><h1>" + title + "</h1><p>" + title +
         " $50 for 5 g. This one is sold by us and it is described in these words of its "
         "own.</p></main></body></html>";
}

class ReplayTest : public testing::Test {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.path = "/in-memory";
    options.in_memory = true;
    auto opened = Store::Open(options);
    ASSERT_TRUE(opened.ok()) << opened.status().message();
    store_ = std::move(*opened);
  }
  // Captures the page as a patrol with `rules` would.
  void See(const std::string& path, const std::string& html, const std::shared_ptr<const RuleSet>& rules) {
    WaitingWriter writer(*store_, clock_);
    PageCommit page = MakePage(kMarket, path, html, {1'700'000'000'000'000});
    AnalysisContext context;
    context.fetched_at = page.capture.started_utc;
    context.rules = rules;
    page.analysis = AnalyzePage({page.capture.final_url, "text/html", 200, html}, context);
    page.capture.page_class = page.analysis.document.page_class;
    const auto committed = writer.CommitPage(std::move(page));
    ASSERT_TRUE(committed.ok()) << committed.status().message();
  }
  ReplaySummary Run(const std::shared_ptr<const RuleSet>& rules, const ReplayOptions& options = {},
                    const std::stop_token& stop = {}) {
    InProcessAnalyzer analyzer(2);
    auto summary = Replay(*store_, {}, analyzer, rules, options, stop);
    EXPECT_TRUE(summary.ok()) << summary.status().message();
    return *summary;
  }
  FakeClock clock_;
  std::unique_ptr<Store> store_;
};

std::string Kinds(const ReplaySummary& summary) {
  std::string out;
  for (const ReplayChange& change : summary.changes)
    out += std::string(!change.before ? "+" : !change.after ? "-" : "~") + change.title + " ";
  return out;
}

TEST_F(ReplayTest, SaysWhatAPackChangeAddsRemovesAndRescores) {
  const auto old_rules = RulesFor("charas, afeem", 5);
  See("/charas", Page("Charas"), old_rules);
  See("/afeem", Page("Afeem"), old_rules);
  See("/bhang", Page("Bhang"), old_rules);
  See("/tea", Page("Tea"), old_rules);
  ASSERT_EQ(store_->ListFindings({})->size(), 2u);
  const struct {
    const char* words;
    int points;
    const char* kinds;
    uint64_t same;
  } rows[] = {
      {"charas, afeem", 5, "", 2},
      {"charas, afeem, bhang", 5, "+Bhang ", 2},
      {"charas", 5, "-Afeem ", 1},
      {"charas, afeem", 6, "~Afeem ~Charas ", 0},
      {"bhang", 5, "+Bhang -Afeem -Charas ", 0},
  };
  for (const auto& row : rows) {
    ReplaySummary summary = Run(RulesFor(row.words, row.points));
    std::sort(summary.changes.begin(), summary.changes.end(),
              [](const ReplayChange& a, const ReplayChange& b) {
                return std::pair(a.before.has_value(), a.title) < std::pair(b.before.has_value(), b.title);
              });
    EXPECT_EQ(Kinds(summary), row.kinds) << row.words << row.points;
    EXPECT_EQ(summary.same, row.same) << row.words << row.points;
    EXPECT_EQ(summary.pages, 4u);
    EXPECT_TRUE(summary.complete);
  }
}

// Former bug: of two looks with the same score replay took the later one, the store the one that says more, and the very same
// rules seemed to change what a finding says.
TEST_F(ReplayTest, TheSameRulesChangeNothingWhicheverLookSaysMore) {
  const auto rules = RulesFor("charas, hash", 5);
  // More words of the lexicon, and a rule of its own, that give no more points.
  std::string more = Page("Charas");
  more.insert(more.find("This one"), "Charas, hash, charas, told at length. ");
  See("/a", more, rules);
  See("/a", Page("Charas"), rules);
  const auto stored = store_->ListFindings({});
  ASSERT_TRUE(stored.ok()) << stored.status().message();
  ASSERT_EQ(stored->size(), 1u);
  EXPECT_EQ((*stored)[0].times_seen, 2u);
  EXPECT_EQ((*stored)[0].match.rules.size(), 2u) << "the first look says more";
  const ReplaySummary summary = Run(rules);
  EXPECT_EQ(Kinds(summary), "");
  EXPECT_EQ(summary.same, 1u);
}

TEST_F(ReplayTest, ChangesNothingStopsWhenAskedAndObeysItsSchema) {
  const auto old_rules = RulesFor("charas", 5);
  See("/charas", Page("Charas"), old_rules);
  const TreeHead before = store_->tree_head();
  const auto schemas = JsonSchemas::Load("docs/schema");
  ASSERT_TRUE(schemas.ok()) << schemas.status().message();
  for (const char* words : {"charas", "nothing", "charas, sold"}) {
    const ReplaySummary summary = Run(RulesFor(words, 9));
    std::vector<Json> printed = {ReplaySummaryJson(summary)};
    for (const ReplayChange& change : summary.changes) printed.push_back(ReplayChangeJson(change));
    for (const Json& json : printed) {
      for (const std::string& error : schemas->Errors("replay", json))
        ADD_FAILURE() << error << " " << json.Dump();
    }
  }
  EXPECT_EQ(store_->tree_head().root, before.root);
  std::stop_source stop;
  stop.request_stop();
  const ReplaySummary stopped = Run(RulesFor("charas", 5), {}, stop.get_token());
  EXPECT_FALSE(stopped.complete);
  EXPECT_EQ(stopped.pages, 0u);
  ReplayOptions other;
  other.sources = {SourceId{"another"}};
  EXPECT_EQ(Run(RulesFor("nothing", 5), other).changes.size(), 0u);
}

}  // namespace
}  // namespace gasht
