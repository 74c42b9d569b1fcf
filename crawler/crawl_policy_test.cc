// What the crawl does because a site, a budget or a person says so.

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "crawler/crawl_loop.h"
#include "crawler/fake_fetcher.h"
#include "crawler/schedule.h"
#include "crawler/test_store.h"
#include "extract/robots.h"
#include "store/test_support.h"

namespace gasht {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Urls = std::vector<std::string>;

class CrawlPolicyTest : public testing::Test {
 protected:
  void SetUp() override { SetLogLevel(LogLevel::kError); }
  void TearDown() override { SetLogLevel(LogLevel::kInfo); }

  Source& AddShop(const Urls& paths) {
    Source source;
    source.id = {"shop"};
    source.seeds.push_back(*Url::Parse("http://shop.example/"));
    source.authority = {"FIR 7/2026", "patrol", clock_.Utc() - hours(24), clock_.Utc() + hours(24 * 365)};
    source.politeness.delay = seconds(5);
    sources_.push_back(source);
    std::vector<FrontierEntry> rows;
    if (with_robots_) rows.push_back(*RobotsEntry(source, "http://shop.example", clock_.Utc()));
    for (const std::string& path : paths) {
      rows.push_back(Row(path));
      fetcher_.On("http://shop.example" + path, {FakeFetcher::Page("page " + path)});
    }
    EXPECT_TRUE(writer_.AddSeeds(rows).ok());
    return sources_.back();
  }
  FrontierEntry Row(const std::string& path) {
    FrontierEntry row;
    row.source = {"shop"};
    const Url url = *Url::Parse("http://shop.example" + path);
    row.key = MakeUrlKey(row.source, url, {});
    row.url = url.str();
    row.due = clock_.Utc();
    return row;
  }
  FrontierEntry Stored(const std::string& path) {
    return store_->GetFrontierEntry({"shop"}, Row(path).key).value_or({});
  }

  // As app does it, with robots read in place of analysis and walls called by their first word.
  void Keep(FetchedPage page, PageDone done) {
    const auto found = std::find_if(sources_.begin(), sources_.end(),
                                    [&](const Source& s) { return s.id == page.task.source; });
    PageCommit commit;
    PageAnalysis analysis;
    if (page.before.kind == TargetKind::kRobots) analysis.robots = ParseRobots(page.body, kRobotsAgent);
    if (page.body.starts_with("captcha")) page.capture.page_class = PageClass::kCaptcha;
    commit.visited = NextVisit(*found, page.before, page.capture, clock_.Utc(),
                               {.signature = {}, .other_address = page.other_address});
    if (page.before.kind == TargetKind::kRobots) {
      std::optional<RobotsState> known;
      const std::vector<RobotsState> all = store_->ListRobots(page.task.source).value();
      for (const RobotsState& robots : all) {
        if (robots.origin == page.task.url.origin()) known = robots;
      }
      commit.robots = RobotsAfter(page.before, page.capture, analysis, known);
    }
    commit.facts.day = PakistanDay(clock_.Utc());
    commit.facts.not_before = page.not_before;
    commit.facts.not_before_why = page.not_before_why;
    commit.facts.origin = page.origin;
    commit.facts.origin_failures = page.origin_failures;
    commit.body = page.body;
    commit.capture = page.capture;
    captures_.push_back(page.capture);
    writer_.writer().CommitPage(std::move(commit),
                                [done](Result<PageCommitted> committed) { done(committed.status()); });
  }
  CrawlSummary Run(CrawlOptions options = {}) {
    options.once = true;
    options.robots = with_robots_;
    CrawlLoop loop(sources_, clock_, *store_, fetcher_, std::move(options),
                   [this](FetchedPage page, PageDone done) { Keep(std::move(page), std::move(done)); });
    const Result<CrawlSummary> summary = loop.Run({});
    EXPECT_TRUE(summary.ok()) << summary.status().message();
    return summary.value_or({});
  }
  // The addresses asked since the last call.
  Urls Asked() {
    const Urls all = fetcher_.urls();
    Urls news(all.begin() + static_cast<std::ptrdiff_t>(said_), all.end());
    said_ = all.size();
    std::sort(news.begin(), news.end());
    return news;
  }
  Status Say(OperatorState word) {
    std::promise<Status> done;
    writer_.writer().SetOperatorState({std::move(word), {"frontier", "officer", "test"}},
                                      [&](Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }
  Status Ask(const std::string& path) {
    Asked_ asked;
    asked.entry = Row(path);
    asked.entry.asked_by = "officer";
    asked.entry.asked_authority = "FIR 9/2026";
    asked.event = {"asked", "officer", "test"};
    std::promise<Status> done;
    writer_.writer().AskFor(std::move(asked), [&](Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }
  using Asked_ = gasht::Asked;

  bool with_robots_ = false;
  FakeClock clock_;
  FakeFetcher fetcher_{clock_};
  const std::unique_ptr<Store> store_ = OpenMemoryStore();
  WaitingWriter writer_{*store_, clock_};
  std::vector<Source> sources_;
  std::vector<Capture> captures_;
  size_t said_ = 0;
};

constexpr char kRobots[] = "http://shop.example/robots.txt";

TEST_F(CrawlPolicyTest, RobotsFirstAndObeyed) {
  with_robots_ = true;
  AddShop({"/a", "/secret/b"});
  FetchResult robots = FakeFetcher::Page("User-agent: *\nDisallow: /secret/\nCrawl-delay: 20\n");
  robots.content_type = "text/plain";
  fetcher_.On(kRobots, {robots});
  EXPECT_EQ(Run().pages, 3u);
  EXPECT_EQ(fetcher_.urls(), (Urls{kRobots, "http://shop.example/a"}));
  EXPECT_GE(fetcher_.asked()[1].at - fetcher_.asked()[0].at, seconds(20)) << "Crawl-delay";
  EXPECT_EQ(captures_[0].robots, "");
  for (const Capture& capture : captures_) {
    if (capture.url.ends_with("/a")) {
      EXPECT_EQ(capture.robots, "no rule");
    }
    if (!capture.url.ends_with("/b")) continue;
    EXPECT_EQ(FetchOutcomeName(capture.outcome), "blocked_by_scope");
    EXPECT_EQ(capture.robots, "Disallow: /secret/");
  }
}

// RFC 9309 2.3: scheme, host and port.
TEST_F(CrawlPolicyTest, EachAddressHasItsOwnRobots) {
  with_robots_ = true;
  // The plain site sends everybody to its https twin, which has rules of its own.
  AddShop({"/a", "/b"});
  fetcher_.On(kRobots, {FakeFetcher::Page("User-agent: *\nDisallow: /never\n")});
  fetcher_.On("https://shop.example/robots.txt", {FakeFetcher::Page("User-agent: *\nDisallow: /b\n")});
  for (const std::string path : {"/a", "/b"})
    fetcher_.On("http://shop.example" + path, {FakeFetcher::Answer(301, "https://shop.example" + path)});
  fetcher_.On("https://shop.example/a", {FakeFetcher::Page("a")});
  fetcher_.On("https://shop.example/b", {FakeFetcher::Page("b")});
  EXPECT_EQ(Run().pages, 4u);
  EXPECT_EQ(Asked(), (Urls{"http://shop.example/a", "http://shop.example/a", "http://shop.example/b", kRobots,
                           "https://shop.example/a", "https://shop.example/robots.txt"}))
      << "the twin's rules are read before its first page, and once";
  for (const Capture& capture : captures_) {
    if (!capture.url.ends_with("/b")) continue;
    EXPECT_EQ(FetchOutcomeName(capture.outcome), "blocked_by_scope");
    EXPECT_EQ(capture.robots, "Disallow: /b");
  }
  EXPECT_EQ(store_->ListRobots({"shop"}).value().size(), 2u);
}

TEST_F(CrawlPolicyTest, AMirrorsRobotsCountWhereTheMirrorIsAsked) {
  with_robots_ = true;
  Source& shop = AddShop({"/a", "/secret"});
  shop.mirrors = {*Url::Parse("http://mirror.example/")};
  fetcher_.On(kRobots, {FakeFetcher::Failure(FetchOutcome::kConnectionRefused)});
  fetcher_.On("http://mirror.example/robots.txt", {FakeFetcher::Page("User-agent: *\nDisallow: /secret\n")});
  fetcher_.On("http://mirror.example/a", {FakeFetcher::Page("a")});
  fetcher_.On("http://mirror.example/secret", {FakeFetcher::Page("s")});
  Run();
  EXPECT_EQ(Asked(), (Urls{"http://mirror.example/a", "http://mirror.example/robots.txt", kRobots, kRobots}));
}

TEST_F(CrawlPolicyTest, WhereTheRobotsOfAnotherAddressCannotBeReadItIsNotAsked) {
  with_robots_ = true;
  AddShop({"/a", "/b"});
  fetcher_.On(kRobots, {FakeFetcher::Answer(404)});
  fetcher_.On("http://shop.example/a", {FakeFetcher::Answer(301, "https://shop.example/a")});
  fetcher_.On("https://shop.example/robots.txt", {FakeFetcher::Failure(FetchOutcome::kConnectionRefused)});
  Run();
  EXPECT_EQ(Asked(), (Urls{"http://shop.example/a", "http://shop.example/a", "http://shop.example/b", kRobots,
                           "https://shop.example/robots.txt"}));
  for (const Capture& capture : captures_) {
    if (!capture.url.ends_with("/a")) continue;
    EXPECT_EQ(FetchOutcomeName(capture.outcome), "blocked_by_scope");
    EXPECT_EQ(capture.robots, "unreachable");
  }
}

TEST_F(CrawlPolicyTest, AListOfMirrorsIsFetchedWhereItIs) {
  with_robots_ = true;
  Source& shop = AddShop({"/a"});
  shop.mirror_list = {*Url::Parse("http://lists.example/shop.txt"), {}, ""};
  ASSERT_TRUE(writer_.AddSeeds({*MirrorListEntry(shop, clock_.Utc())}).ok());
  fetcher_.On(kRobots, {FakeFetcher::Answer(404)});
  fetcher_.On("http://lists.example/robots.txt", {FakeFetcher::Page("User-agent: *\nDisallow: /private\n")});
  fetcher_.On("http://lists.example/shop.txt", {FakeFetcher::Answer(302, "http://trap.example/shop.txt")});
  Run();
  EXPECT_EQ(Asked(), (Urls{"http://lists.example/robots.txt", "http://lists.example/shop.txt",
                           "http://shop.example/a", kRobots}))
      << "and nobody is followed from there";
}

TEST_F(CrawlPolicyTest, RobotsIgnoredIsRecorded) {
  with_robots_ = true;
  AddShop({"/secret/b"}).robots = Source::Robots::kIgnoreRecorded;
  fetcher_.On(kRobots, {FakeFetcher::Page("User-agent: *\nDisallow: /\n")});
  EXPECT_EQ(Run().pages, 2u) << "robots.txt itself is evidence too";
  clock_.Advance(hours(30));
  Run();
  EXPECT_EQ(captures_.back().robots, "ignored Disallow: /");
  EXPECT_EQ(FetchOutcomeName(captures_.back().outcome), "ok");
}

TEST_F(CrawlPolicyTest, NothingIsFetchedWhileRobotsCannotBeReached) {
  with_robots_ = true;
  AddShop({"/a"});
  fetcher_.On(kRobots, {FakeFetcher::Answer(503), FakeFetcher::Answer(404)});
  const CrawlSummary summary = Run();
  EXPECT_EQ(Asked(), Urls{kRobots});
  clock_.Advance(hours(1));
  Run();
  EXPECT_EQ(Asked(), (Urls{"http://shop.example/a", kRobots}));
}

TEST_F(CrawlPolicyTest, RetryAfterIsOfTheWholeSource) {
  AddShop({"/a", "/b", "/c"});
  FetchResult busy = FakeFetcher::Answer(429);
  busy.response_head = "HTTP/1.1 429 X\r\nRetry-After: 600\r\n\r\n";
  fetcher_.On("http://shop.example/a", {busy, FakeFetcher::Page("a")});
  fetcher_.On("http://shop.example/b", {busy, FakeFetcher::Page("b")});
  fetcher_.On("http://shop.example/c", {busy, FakeFetcher::Page("c")});
  const CrawlSummary summary = Run();
  EXPECT_EQ(Asked().size(), 1u) << "the other pages are not tried";
  EXPECT_NE(summary.sources.at({"shop"}).note.find("left alone until"), std::string::npos);
  clock_.Advance(minutes(5));
  Run();
  EXPECT_EQ(Asked().size(), 0u) << "another run knows of it too";
  clock_.Advance(minutes(6));
  EXPECT_GT(Run().pages, 0u);
}

TEST_F(CrawlPolicyTest, WallsInARowLetASourceRest) {
  Urls paths;
  for (int i = 0; i < 10; ++i) paths.push_back(fmt::format("/{}", i));
  AddShop(paths);
  for (const std::string& path : paths)
    fetcher_.On("http://shop.example" + path, {FakeFetcher::Page("captcha please")});
  CrawlOptions one_by_one;
  one_by_one.max_unfinished_pages = 1;
  const CrawlSummary summary = Run(one_by_one);
  EXPECT_EQ(summary.pages, 3u) << "and not ten";
  EXPECT_NE(summary.sources.at({"shop"}).note.find("captcha"), std::string::npos);
}

TEST_F(CrawlPolicyTest, ASlowSiteIsAskedLess) {
  Source& shop = AddShop({"/a", "/b", "/c"});
  shop.politeness.factor = 2;
  shop.politeness.max_delay = seconds(60);
  fetcher_.set_latency(seconds(10));
  Run();
  ASSERT_EQ(fetcher_.asked().size(), 3u);
  EXPECT_GE(fetcher_.asked()[1].at - fetcher_.asked()[0].at, seconds(30)) << "ten to fetch, twenty to wait";
}

TEST_F(CrawlPolicyTest, DeadAddressesTakeTurns) {
  Source& shop = AddShop({"/a", "/b"});
  shop.mirrors = {*Url::Parse("http://mirror.example/")};
  for (const char* path : {"/a", "/b"}) {
    fetcher_.On(std::string("http://shop.example") + path,
                {FakeFetcher::Failure(FetchOutcome::kConnectTimeout)});
    fetcher_.On(std::string("http://mirror.example") + path, {FakeFetcher::Page("here")});
  }
  const CrawlSummary summary = Run();
  EXPECT_EQ(summary.outcomes.at(FetchOutcome::kOk), 2u)
      << "both pages, at the other address, in the same run";
  EXPECT_EQ(Stored("/a").failures, 0u);
  Asked();
  clock_.Advance(hours(30));
  Run();
  for (const std::string& url : Asked()) EXPECT_TRUE(url.starts_with("http://mirror.example/")) << url;
}

TEST_F(CrawlPolicyTest, BlockedQueueRests) {
  AddShop({"/a"});
  OperatorState word;
  word.source = {"shop"};
  word.blocked_until = clock_.Utc() + hours(2);
  word.blocked_by = "officer";
  ASSERT_TRUE(Say(word).ok());
  const CrawlSummary summary = Run();
  EXPECT_EQ(summary.pages, 0u);
  EXPECT_EQ(summary.sources.at({"shop"}).note, "blocked by officer");
  clock_.Advance(hours(3));
  EXPECT_EQ(Run().pages, 1u);
}

TEST_F(CrawlPolicyTest, APersonsNowPassesBudgetsAndHours) {
  AddShop({"/a", "/b", "/c"});
  ASSERT_TRUE(Ask("/c").ok());
  CrawlOptions closed;
  const auto now = std::chrono::minutes((clock_.Utc().micros / 60'000'000 + 5 * 60) % (24 * 60));
  closed.hours = {(now + hours(1)) % hours(24), (now + hours(2)) % hours(24)};
  const CrawlSummary summary = Run(closed);
  EXPECT_EQ(Asked(), Urls{"http://shop.example/c"});
  EXPECT_EQ(summary.sources.at({"shop"}).note, "outside the hours of the patrol");
  ASSERT_EQ(captures_.size(), 1u);
  EXPECT_EQ(captures_[0].asked_by, "officer");
  EXPECT_EQ(captures_[0].authority, "FIR 9/2026");
  EXPECT_EQ(CrawlPriorityName(Stored("/c").priority), "rest") << "from now on one of many";
  CrawlOptions only;
  only.only_now = true;
  ASSERT_TRUE(Ask("/b").ok());
  Run(only);
  EXPECT_EQ(Asked(), Urls{"http://shop.example/b"});
}

TEST_F(CrawlPolicyTest, BytesOfTheDay) {
  Source& shop = AddShop({"/a", "/b", "/c"});
  shop.politeness.max_bytes = 150;
  for (const char* path : {"/a", "/b", "/c"}) {
    FetchResult page = FakeFetcher::Page("x");
    page.wire_bytes = 100;
    fetcher_.On(std::string("http://shop.example") + path, {page});
  }
  EXPECT_EQ(Run().pages, 2u) << "the second one crosses the line";
  EXPECT_EQ(Run().pages, 0u) << "a new run begins with what the day has had";
  clock_.Advance(hours(24));
  EXPECT_GE(Run().pages, 1u);
  shop.politeness.max_bytes = 0;
  CrawlOptions all;
  all.bytes_per_day = 1;
  clock_.Advance(hours(24 * 30));
  EXPECT_EQ(Run(all).pages, 1u);
}

TEST_F(CrawlPolicyTest, AsksWhetherSomethingChanged) {
  AddShop({"/a"});
  FetchResult page = FakeFetcher::Page("x");
  page.response_head = "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n\r\n";
  FetchResult same = FakeFetcher::Failure(FetchOutcome::kNotModified, "");
  same.status = 304;
  fetcher_.On("http://shop.example/a", {page, same});
  Run();
  clock_.Advance(hours(30));
  Run();
  ASSERT_EQ(fetcher_.asked().size(), 2u);
  EXPECT_EQ(fetcher_.asked()[0].request.if_none_match, "");
  EXPECT_EQ(fetcher_.asked()[1].request.if_none_match, "\"v1\"");
  const Capture last = store_->GetCapture({2}).value();
  EXPECT_EQ(last.revisit_of, CaptureId{1});
  EXPECT_EQ(Stored("/a").failures, 0u);
}

TEST_F(CrawlPolicyTest, AnotherConfigurationAndFreshRowsWhileRunning) {
  AddShop({"/a"});
  std::stop_source stop;
  CrawlLoop* running = nullptr;
  int pages = 0;
  CrawlLoop loop(sources_, clock_, *store_, fetcher_, {}, [&](FetchedPage page, PageDone done) {
    ++pages;
    if (pages == 1) {
      // A person cancels nothing and adds a page; another source comes into force.
      EXPECT_TRUE(Ask("/b").ok());
      Source other = sources_[0];
      other.id = {"other"};
      other.seeds = {*Url::Parse("http://other.example/")};
      EXPECT_TRUE(writer_.AddSeeds(SeedEntries(other, clock_.Utc())).ok());
      sources_.push_back(other);
      running->Reconfigure({sources_[0], other}, {});
      running->Refresh({"shop"});
    }
    if (pages == 3) {
      running->Reconfigure({sources_[1]}, {});
      stop.request_stop();
    }
    Keep(std::move(page), std::move(done));
  });
  running = &loop;
  fetcher_.On("http://shop.example/b", {FakeFetcher::Page("b")});
  fetcher_.On("http://other.example/", {FakeFetcher::Page("other")});
  const Result<CrawlSummary> summary = loop.Run(stop.get_token());
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(Asked(), (Urls{"http://other.example/", "http://shop.example/a", "http://shop.example/b"}));
}

TEST_F(CrawlPolicyTest, AnotherConfigurationChangesTheHousesLimits) {
  Urls paths;
  for (int i = 0; i < 20; ++i) paths.push_back(fmt::format("/{}", i));
  AddShop(paths);
  std::stop_source stop;
  CrawlLoop* running = nullptr;
  std::set<std::string> vantages;
  MonotonicTime closed_at, open_at;
  int pages = 0;
  CrawlOptions options;
  options.on_progress = [&](const CrawlProgress&) {};
  CrawlLoop loop(sources_, clock_, *store_, fetcher_, options, [&](FetchedPage page, PageDone done) {
    vantages.insert(page.capture.vantage.place);
    if (++pages == 3) {
      // From now on an hour of the night only, which begins in two hours.
      CrawlLimits limits;
      const auto minute = [&](UtcTime t) {
        const auto of_day = std::chrono::duration_cast<minutes>(std::chrono::microseconds(
            (t + kPakistanOffset).micros % (hours(24) / std::chrono::microseconds(1))));
        return of_day;
      };
      limits.hours = {minute(clock_.Utc() + hours(2)), minute(clock_.Utc() + hours(3))};
      limits.place = "night";
      running->Reconfigure(sources_, limits);
      closed_at = clock_.Monotonic();
    }
    if (pages == 4) open_at = clock_.Monotonic();
    if (pages == 6) stop.request_stop();
    Keep(std::move(page), std::move(done));
  });
  running = &loop;
  ASSERT_TRUE(loop.Run(stop.get_token()).ok());
  EXPECT_EQ(pages, 6);
  EXPECT_GE(open_at - closed_at, hours(2) - minutes(2));
  EXPECT_EQ(vantages, (std::set<std::string>{"", "night"}));
}

}  // namespace
}  // namespace gasht
