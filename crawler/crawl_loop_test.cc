#include "crawler/crawl_loop.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "crawler/curl_fetcher.h"
#include "crawler/endpoint.h"
#include "crawler/fake_fetcher.h"
#include "crawler/schedule.h"
#include "crawler/test_server.h"
#include "crawler/test_store.h"
#include "crawler/tor_watch.h"
#include "store/test_support.h"

namespace gasht {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

using Urls = std::vector<std::string>;

Source MakeSource(const std::string& id, const std::string& seed, UtcTime now) {
  Source source;
  source.id = {id};
  source.seeds.push_back(*Url::Parse(seed));
  source.authority = {"FIR 7/2026", "patrol", now - hours(24), now + hours(24 * 365)};
  source.politeness.delay = seconds(5);
  return source;
}

// What stands in for analysis: the addresses in href="...".
PageAnalysis LinksIn(const std::string& url, const std::string& body) {
  PageAnalysis analysis;
  for (size_t at = body.find("href=\""); at != std::string::npos; at = body.find("href=\"", at + 1)) {
    const size_t begin = at + 6;
    const Result<Url> target =
        Url::Resolve(*Url::Parse(url), body.substr(begin, body.find('"', begin) - begin));
    Link link;
    if (target.ok()) link.url = target->str();
    analysis.document.links.push_back(std::move(link));
  }
  return analysis;
}

std::string LinkTo(const std::string& target) {
  return "<a href=\"" + target + "\">x</a>";
}

// Everything between the fetcher and the store, as app wires it.
class CrawlLoopTest : public testing::Test {
 protected:
  // Outages and dormant sources are what is tested here, and warned of.
  void SetUp() override { SetLogLevel(LogLevel::kError); }
  void TearDown() override { SetLogLevel(LogLevel::kInfo); }

  void AddSource(Source source) {
    ASSERT_TRUE(writer_.AddSeeds(SeedEntries(source, clock_.Utc())).ok());
    sources_.push_back(std::move(source));
  }
  Source& AddShop() {
    AddSource(MakeSource("shop", "http://shop.example/", clock_.Utc()));
    return sources_.back();
  }
  const Source& SourceOf(const SourceId& id) const {
    return *std::find_if(sources_.begin(), sources_.end(),
                         [&](const Source& source) { return source.id == id; });
  }

  void Keep(FetchedPage page, PageDone done) {
    const Source& source = SourceOf(page.task.source);
    PageCommit commit;
    commit.analysis = LinksIn(page.capture.final_url, page.body);
    commit.visited = NextVisit(source, page.before, page.capture, clock_.Utc());
    commit.outlinks =
        AdmitOutlinks(source, Scope(source), commit.analysis, page.before, clock_.Utc()).entries;
    commit.body = page.body;
    commit.received = page.received;
    commit.capture = page.capture;
    captures_.push_back(page.capture);
    ++commits_;
    writer_.writer().CommitPage(std::move(commit), [this, done](Result<PageCommitted> committed) {
      done(committed.status());
      --commits_;  // after the word of it, which the crawl may have read already
    });
  }

  Result<CrawlSummary> Run(CrawlOptions options, std::stop_token stop = {}) {
    if (!handler_)
      handler_ = [this](FetchedPage page, PageDone done) { Keep(std::move(page), std::move(done)); };
    CrawlLoop loop(sources_, clock_, *store_, fetcher_, std::move(options), handler_);
    return loop.Run(stop);
  }
  CrawlSummary RunOnce() {
    CrawlOptions options;
    options.once = true;
    const Result<CrawlSummary> summary = Run(options);
    EXPECT_TRUE(summary.ok()) << summary.status().message();
    return summary.ok() ? *summary : CrawlSummary();
  }
  FrontierEntry EntryOf(const std::string& url) {
    const Result<FrontierEntry> entry =
        store_->GetFrontierEntry({"shop"}, MakeUrlKey({"shop"}, *Url::Parse(url), {}));
    EXPECT_TRUE(entry.ok()) << url << ": " << entry.status().message();
    return entry.ok() ? *entry : FrontierEntry();
  }

  FakeClock clock_;
  FakeFetcher fetcher_{clock_};
  const std::unique_ptr<Store> store_ = OpenMemoryStore();
  WaitingWriter writer_{*store_, clock_};
  std::vector<Source> sources_;
  PageHandler handler_;
  std::vector<Capture> captures_;
  std::atomic<int> commits_ = 0;  // under way
};

TEST_F(CrawlLoopTest, OnceFollowsLinksAndEnds) {
  AddShop();
  fetcher_.On("http://shop.example/",
              {FakeFetcher::Page(LinkTo("/about") + LinkTo("/?page=2") + LinkTo("http://elsewhere.example/") +
                                 LinkTo("/about"))});
  fetcher_.On("http://shop.example/?page=2", {FakeFetcher::Page(LinkTo("/item/1") + LinkTo("/"))});
  fetcher_.On("http://shop.example/about", {FakeFetcher::Page("about")});
  fetcher_.On("http://shop.example/item/1", {FakeFetcher::Page("charas")});
  const CrawlSummary summary = RunOnce();
  EXPECT_EQ(fetcher_.urls(), (Urls{"http://shop.example/", "http://shop.example/?page=2",
                                   "http://shop.example/about", "http://shop.example/item/1"}));
  EXPECT_EQ(summary.pages, 4u);
  EXPECT_EQ(summary.outcomes, (std::map<FetchOutcome, uint64_t>{{FetchOutcome::kOk, 4}}));
  EXPECT_EQ(summary.sources.at({"shop"}).pages, 4u);
  EXPECT_EQ(summary.sources.at({"shop"}).note, "");
  EXPECT_FALSE(summary.stopped);
  EXPECT_GT(EntryOf("http://shop.example/item/1").due, clock_.Utc());
  EXPECT_EQ(EntryOf("http://shop.example/item/1").depth, 2u);
  // A second run finds nothing due.
  EXPECT_EQ(RunOnce().pages, 0u);
}

TEST_F(CrawlLoopTest, CaptureTellsTheWholeAttempt) {
  AddShop();
  FetchResult result = FakeFetcher::Page("<p>hello");
  result.request_head = "GET / HTTP/1.1\r\n\r\n";
  result.response_head = "HTTP/1.1 200 OK\r\n\r\n";
  result.wire_bytes = 27;
  result.channel = Channel::kCleartextViaExit;
  fetcher_.On("http://shop.example/", {result});
  const UtcTime began = clock_.Utc();
  RunOnce();
  ASSERT_EQ(captures_.size(), 1u);
  const Capture& capture = captures_[0];
  EXPECT_EQ(capture.source, SourceId{"shop"});
  EXPECT_EQ(capture.url, "http://shop.example/");
  EXPECT_EQ(capture.final_url, "http://shop.example/");
  EXPECT_EQ(capture.url_key, MakeUrlKey({"shop"}, *Url::Parse("http://shop.example/"), {}));
  EXPECT_EQ(capture.authority, "FIR 7/2026");
  EXPECT_EQ(capture.provenance, Provenance::kCaptured);
  EXPECT_EQ(capture.outcome, FetchOutcome::kOk);
  EXPECT_EQ(capture.status, 200);
  EXPECT_EQ(capture.request_head, result.request_head);
  EXPECT_EQ(capture.response_head, result.response_head);
  EXPECT_EQ(capture.content_type, "text/html");
  EXPECT_EQ(capture.wire_bytes, 27u);
  EXPECT_EQ(capture.body_end, BodyEnd::kContentLength);
  EXPECT_EQ(capture.channel, Channel::kCleartextViaExit);
  EXPECT_TRUE(capture.has_body);
  EXPECT_EQ(capture.body_sha256, Sha256("<p>hello"));
  EXPECT_EQ(capture.body_bytes, 8u);
  EXPECT_EQ(capture.started_utc, began);
  EXPECT_EQ(capture.finished - capture.started, milliseconds(100));
  EXPECT_EQ(capture.boot_id, clock_.boot_id());
  EXPECT_TRUE(capture.hops.empty());
}

TEST_F(CrawlLoopTest, OneAtATimeAndTheDelayBetween) {
  AddSource(MakeSource("shop", "http://shop.example/", clock_.Utc()));
  AddSource(MakeSource("other", "http://other.example/", clock_.Utc()));
  for (const std::string host : {"http://shop.example/", "http://other.example/"}) {
    std::string links;
    for (int i = 0; i < 5; ++i) {
      links += LinkTo(fmt::format("/{}", i));
      fetcher_.On(fmt::format("{}{}", host, i), {FakeFetcher::Page("x")});
    }
    fetcher_.On(host, {FakeFetcher::Page(links)});
  }
  fetcher_.set_latency(seconds(2));
  EXPECT_EQ(RunOnce().pages, 12u);
  EXPECT_EQ(fetcher_.most_in_flight(), 2u) << "two sources side by side";
  std::map<SourceId, MonotonicTime> last;
  for (const FakeFetcher::Asked& asked : fetcher_.asked()) {
    const auto previous = last.find(asked.request.source);
    EXPECT_TRUE(previous == last.end() || asked.at - previous->second >= seconds(7))
        << asked.request.url.str();
    last[asked.request.source] = asked.at;
  }
}

TEST_F(CrawlLoopTest, ASourceOnHoldIsNotLookedAt) {
  AddShop();
  AddSource(MakeSource("other", "http://other.example/", clock_.Utc()));
  fetcher_.On("http://shop.example/", {FakeFetcher::Page(LinkTo("/a") + LinkTo("/b"))});
  fetcher_.On("http://shop.example/a", {FakeFetcher::Page("a")});
  fetcher_.On("http://shop.example/b", {FakeFetcher::Page("b")});
  fetcher_.On("http://other.example/", {FakeFetcher::Page("o")});
  CrawlOptions options;
  options.once = true;
  // After its first page.
  options.why_held = [this](const SourceId& source) -> std::optional<std::string> {
    const bool seen = std::any_of(captures_.begin(), captures_.end(),
                                  [](const Capture& capture) { return capture.source.value == "shop"; });
    if (source.value != "shop" || !seen) return std::nullopt;
    return "on hold: for a test";
  };
  SetLogLevel(LogLevel::kError);
  const Result<CrawlSummary> summary = Run(options);
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->sources.at({"shop"}).pages, 1u);
  EXPECT_EQ(summary->sources.at({"shop"}).note, "on hold: for a test");
  EXPECT_EQ(summary->sources.at({"other"}).pages, 1u);
  // What is due stays due.
  EXPECT_EQ(EntryOf("http://shop.example/a").state, FrontierState::kScheduled);
}

TEST_F(CrawlLoopTest, EachSourceHasItsOwnCredentials) {
  AddSource(MakeSource("shop", "http://shop.example/", clock_.Utc()));
  AddSource(MakeSource("other", "http://other.example/", clock_.Utc()));
  fetcher_.On("http://shop.example/", {FakeFetcher::Page(LinkTo("/a"))});
  RunOnce();
  std::map<SourceId, std::set<std::string>> users, passwords;
  std::set<std::string> all;
  for (const FakeFetcher::Asked& asked : fetcher_.asked()) {
    for (const std::string& word : {asked.request.socks_user, asked.request.socks_password}) {
      EXPECT_GE(word.size(), 16u);
      EXPECT_TRUE(std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::isalnum(c); }))
          << word;
      all.insert(word);
    }
    users[asked.request.source].insert(asked.request.socks_user);
    EXPECT_EQ(asked.request.route, Route::kTor);
  }
  EXPECT_EQ(users[{"shop"}].size(), 1u);
  EXPECT_EQ(users[{"other"}].size(), 1u);
  EXPECT_EQ(all.size(), 4u) << "user and password of two sources, all different";
  const std::string before = fetcher_.asked()[0].request.socks_user;
  clock_.Advance(hours(48));
  RunOnce();
  EXPECT_NE(fetcher_.asked().back().request.socks_user, before) << "a new run, new circuits";
}

TEST_F(CrawlLoopTest, Redirects) {
  const struct {
    std::string name, location, outcome, detail, decision;
  } rows[] = {
      {"in scope", "/new", "ok", "", "host is the source's"},
      {"loopback", "http://127.0.0.1/", "blocked_by_scope", "redirect out of scope: ip literal",
       "ip literal"},
      {"loopback in hexadecimal", "http://0x7f000001/", "blocked_by_scope",
       "redirect out of scope: ip literal", "ip literal"},
      {"metadata", "http://169.254.169.254/latest/", "blocked_by_scope", "redirect out of scope: ip literal",
       "ip literal"},
      {"IPv6 loopback", "http://[::1]/", "blocked_by_scope", "redirect out of scope: ip literal",
       "ip literal"},
      {"localhost", "http://localhost:9051/", "blocked_by_scope", "redirect out of scope: localhost name",
       "localhost name"},
      {"elsewhere", "https://other.example/", "blocked_by_scope",
       "redirect out of scope: host is not one of the source's", "host is not one of the source's"},
      {"protocol-relative", "//other.example/", "blocked_by_scope",
       "redirect out of scope: host is not one of the source's", "host is not one of the source's"},
      {"file", "file:///etc/passwd", "blocked_by_scope", "redirect out of scope: not a URL that is fetched",
       "not a URL that is fetched"},
      {"gopher", "gopher://shop.example/", "blocked_by_scope",
       "redirect out of scope: not a URL that is fetched", "not a URL that is fetched"},
      {"user", "http://user:pw@shop.example/", "blocked_by_scope",
       "redirect out of scope: not a URL that is fetched", "not a URL that is fetched"},
      {"trailing dot", "http://shop.example./", "blocked_by_scope",
       "redirect out of scope: not a URL that is fetched", "not a URL that is fetched"},
      {"very long", "/" + std::string(100'000, 'x'), "blocked_by_scope",
       "redirect out of scope: not a URL that is fetched", "not a URL that is fetched"},
  };
  AddShop();
  fetcher_.On("http://shop.example/new", {FakeFetcher::Page("moved here")});
  for (const auto& row : rows) {
    const size_t asked_before = fetcher_.asked().size();
    captures_.clear();
    fetcher_.On("http://shop.example/", {FakeFetcher::Answer(302, row.location)});
    RunOnce();
    ASSERT_EQ(captures_.size(), 1u) << row.name;
    const Capture& capture = captures_[0];
    EXPECT_EQ(FetchOutcomeName(capture.outcome), row.outcome) << row.name;
    EXPECT_EQ(capture.detail, row.detail) << row.name;
    ASSERT_EQ(capture.hops.size(), 1u) << row.name;
    EXPECT_EQ(capture.hops[0].url, "http://shop.example/") << row.name;
    EXPECT_EQ(capture.hops[0].status, 302) << row.name;
    EXPECT_EQ(capture.hops[0].location, row.location) << row.name;
    EXPECT_EQ(capture.hops[0].decision, row.decision) << row.name;
    const bool followed = row.outcome == "ok";
    EXPECT_EQ(fetcher_.asked().size() - asked_before, followed ? 2u : 1u) << row.name;
    EXPECT_EQ(capture.final_url, followed ? "http://shop.example/new" : "http://shop.example/") << row.name;
    EXPECT_EQ(capture.status, followed ? 200 : 302) << row.name;
    clock_.Advance(hours(24 * 8));
  }
}

TEST_F(CrawlLoopTest, RedirectLoopEndsAfterFiveHops) {
  AddShop();
  fetcher_.On("http://shop.example/", {FakeFetcher::Answer(301, "/")});
  RunOnce();
  EXPECT_EQ(fetcher_.asked().size(), 6u);
  ASSERT_EQ(captures_.size(), 1u);
  EXPECT_EQ(FetchOutcomeName(captures_[0].outcome), "http_error");
  EXPECT_EQ(captures_[0].detail, "more than 5 redirects");
  ASSERT_EQ(captures_[0].hops.size(), 6u);
  EXPECT_EQ(captures_[0].hops[5].decision, "too many redirects");
  EXPECT_GT(EntryOf("http://shop.example/").due, clock_.Utc());
}

TEST_F(CrawlLoopTest, RedirectWithoutATargetIsAnError) {
  AddShop();
  fetcher_.On("http://shop.example/", {FakeFetcher::Answer(302)});
  RunOnce();
  ASSERT_EQ(captures_.size(), 1u);
  EXPECT_EQ(FetchOutcomeName(captures_[0].outcome), "http_error");
  EXPECT_TRUE(captures_[0].hops.empty());
}

TEST_F(CrawlLoopTest, OutsideItsAuthorityASourceSleeps) {
  AddShop().authority.valid_until = clock_.Utc();
  const CrawlSummary summary = RunOnce();
  EXPECT_TRUE(fetcher_.asked().empty());
  EXPECT_EQ(summary.sources.at({"shop"}).note, "dormant: today is outside its authority's dates");
}

TEST_F(CrawlLoopTest, AuthorityThatEndsDuringTheRunStopsIt) {
  // A page takes 100 ms and a delay of 5 s: it ends during the third.
  fetcher_.StandStillWhile([this] { return commits_ > 0; });
  AddShop().authority.valid_until = clock_.Utc() + seconds(12);
  std::string links;
  for (int i = 0; i < 10; ++i) links += LinkTo(fmt::format("/{}", i));
  fetcher_.On("http://shop.example/", {FakeFetcher::Page(links)});
  RunOnce();
  EXPECT_EQ(fetcher_.asked().size(), 3u);
}

TEST_F(CrawlLoopTest, ShortOutageCostsNoPageAndIsNoAttempt) {
  AddShop().politeness.max_pages = 2;
  const FetchResult away =
      FakeFetcher::Failure(FetchOutcome::kProxyDown, "nothing listens at the SOCKS endpoint");
  fetcher_.On("http://shop.example/", {away, away, away, FakeFetcher::Page(LinkTo("/a"))});
  fetcher_.On("http://shop.example/a", {away, away, away, FakeFetcher::Page("a")});
  const CrawlSummary summary = RunOnce();
  EXPECT_EQ(summary.pages, 2u);
  EXPECT_EQ(summary.own_outages, 6u) << "never five in a row";
  ASSERT_EQ(captures_.size(), 2u);
  EXPECT_EQ(captures_[0].outcome, FetchOutcome::kOk);
  EXPECT_EQ(EntryOf("http://shop.example/").failures, 0u);
  EXPECT_EQ(EntryOf("http://shop.example/").visits, 1u);
}

TEST_F(CrawlLoopTest, TorThatStaysAwayEndsARunAndNothingGoesDirect) {
  AddShop();
  AddSource(MakeSource("other", "http://other.example/", clock_.Utc()));
  const FetchResult away =
      FakeFetcher::Failure(FetchOutcome::kProxyDown, "nothing listens at the SOCKS endpoint");
  fetcher_.On("http://shop.example/", {away});
  fetcher_.On("http://other.example/", {away});
  CrawlOptions options;
  options.once = true;
  options.tor_socks = {"127.0.0.1:9050"};
  const Result<CrawlSummary> summary = Run(options);
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.status().code(), StatusCode::kUnavailable);
  for (const std::string part : {"127.0.0.1:9050", "systemctl start tor", "nothing listens"})
    EXPECT_NE(summary.status().message().find(part), std::string::npos) << summary.status().message();
  EXPECT_TRUE(captures_.empty());
  EXPECT_LE(EntryOf("http://shop.example/").due, clock_.Utc()) << "still due";
  EXPECT_EQ(EntryOf("http://shop.example/").visits, 0u);
  EXPECT_EQ(fetcher_.asked().size(), 10u) << "both sources at once, five times";
  for (const FakeFetcher::Asked& asked : fetcher_.asked()) EXPECT_EQ(asked.request.route, Route::kTor);
}

// Two Tors: one that is away keeps its own sources waiting, and no other.
TEST_F(CrawlLoopTest, OneDeadTorOfAPoolPausesOnlyItsOwnSources) {
  CrawlOptions options;
  options.once = true;
  options.tor_socks = {"127.0.0.1:9050", "127.0.0.1:9052"};
  const std::vector<Endpoint> pool = {*Endpoint::Parse("127.0.0.1:9050"), *Endpoint::Parse("127.0.0.1:9052")};
  std::map<size_t, size_t> sources_of;
  for (int i = 0; i < 8; ++i) {
    const std::string id = fmt::format("site{}", i), seed = fmt::format("http://{}.example/", id);
    AddSource(MakeSource(id, seed, clock_.Utc()));
    const size_t tor = PickEndpoint(pool, id);
    ++sources_of[tor];
    fetcher_.On(seed, {tor == 1 ? FakeFetcher::Failure(FetchOutcome::kProxyDown, "nothing listens there")
                                : FakeFetcher::Page("here")});
  }
  ASSERT_GT(sources_of[0], 0u);
  ASSERT_GT(sources_of[1], 0u);
  std::vector<WayOutChange> changes;
  options.on_way_out = [&](const WayOutChange& change) { changes.push_back(change); };
  const Result<CrawlSummary> summary = Run(options);
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->pages, sources_of[0]);
  EXPECT_EQ(captures_.size(), sources_of[0]);
  ASSERT_EQ(summary->away.size(), 1u);
  EXPECT_NE(summary->away[0].find("127.0.0.1:9052"), std::string::npos) << summary->away[0];
  for (const auto& [id, crawl] : summary->sources)
    EXPECT_EQ(crawl.note.empty(), PickEndpoint(pool, id.value) == 0) << id.value << ": " << crawl.note;
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].way, "tor#2");
}

// Canaries of a Tor are asked for by that Tor.
TEST_F(CrawlLoopTest, CanariesGoByTheTorThatIsDoubted) {
  CrawlOptions options;
  options.once = true;
  options.tor_socks = {"127.0.0.1:9050", "127.0.0.1:9052"};
  options.tor_canaries = {*Url::Parse("http://canary.example/")};
  const std::vector<Endpoint> pool = {*Endpoint::Parse("127.0.0.1:9050"), *Endpoint::Parse("127.0.0.1:9052")};
  for (int i = 0; i < 8; ++i) {
    const std::string id = fmt::format("site{}", i), seed = fmt::format("http://{}.example/", id);
    AddSource(MakeSource(id, seed, clock_.Utc()));
    fetcher_.On(seed, {PickEndpoint(pool, id) == 1 ? FakeFetcher::Failure(FetchOutcome::kConnectTimeout)
                                                   : FakeFetcher::Page("here")});
  }
  fetcher_.On("http://canary.example/", {FakeFetcher::Page("alive")});
  ASSERT_TRUE(Run(options).ok());
  size_t canaries = 0;
  for (const FakeFetcher::Asked& asked : fetcher_.asked()) {
    if (asked.request.url.host() != "canary.example") continue;
    ++canaries;
    EXPECT_EQ(PickEndpoint(pool, asked.request.source.value), 1u) << asked.request.source.value;
  }
  EXPECT_GE(canaries, 1u);
}

TEST_F(CrawlLoopTest, TheDaemonWaitsForTorAsLongAsItTakes) {
  AddShop();
  const FetchResult away = FakeFetcher::Failure(FetchOutcome::kProxyDown);
  std::vector<FetchResult> answers(20, away);
  answers.push_back(FakeFetcher::Page("back"));
  fetcher_.On("http://shop.example/", answers);
  std::stop_source stop;
  CrawlOptions options;
  std::vector<bool> away_then;
  options.on_progress = [&](const CrawlProgress& progress) {
    away_then.push_back(progress.away);
    if (progress.pages == 1) stop.request_stop();
  };
  const Result<CrawlSummary> summary = Run(options, stop.get_token());
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->pages, 1u);
  EXPECT_EQ(away_then.front(), true);
  EXPECT_EQ(away_then.back(), false);
  const std::vector<FakeFetcher::Asked>& asked = fetcher_.asked();
  ASSERT_EQ(asked.size(), 21u);
  EXPECT_GE(asked[2].at - asked[1].at, seconds(1));
  EXPECT_GE(asked[20].at - asked[19].at, seconds(60)) << "the pause grows";
  EXPECT_LE(asked[20].at - asked[19].at, seconds(66)) << "and has a limit";
}

constexpr char kCanary[] = "http://canary.example/";

FetchResult Timeout() {
  return FakeFetcher::Failure(FetchOutcome::kConnectTimeout, "no connection within the time limit");
}

TEST_F(CrawlLoopTest, ADeadSiteIsTheSitesWhenTheCanaryAnswers) {
  AddShop();
  fetcher_.On("http://shop.example/", {Timeout()});
  fetcher_.On(kCanary, {FakeFetcher::Page("alive")});
  CrawlOptions options;
  options.once = true;
  options.tor_canaries = {*Url::Parse(kCanary)};
  std::vector<WayOutChange> changes;
  options.on_way_out = [&](const WayOutChange& change) { changes.push_back(change); };
  const Result<CrawlSummary> summary = Run(options);
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->outcomes.at(FetchOutcome::kConnectTimeout), 1u);
  EXPECT_EQ(EntryOf("http://shop.example/").failures, 1u);
  EXPECT_EQ(fetcher_.urls(), (Urls{"http://shop.example/", kCanary}));
  EXPECT_TRUE(changes.empty());
  ASSERT_EQ(captures_.size(), 1u) << "a canary is no evidence";
  const FetchRequest &page = fetcher_.asked()[0].request, &canary = fetcher_.asked()[1].request;
  EXPECT_NE(page.socks_user, canary.socks_user);
  EXPECT_EQ(page.source, canary.source) << "by the same SOCKS endpoint";
}

TEST_F(CrawlLoopTest, OurOwnOutageIsNobodysFailureAndAGapIsTold) {
  AddShop();
  AddSource(MakeSource("other", "http://other.example/", clock_.Utc()));
  // The way out is away for both sites and the canary, three times; then all is well.
  const FetchResult lost = Timeout();
  fetcher_.On("http://shop.example/", {lost, FakeFetcher::Page("here")});
  fetcher_.On("http://other.example/",
              {FakeFetcher::Failure(FetchOutcome::kOnionDescriptorMissing), FakeFetcher::Page("here too")});
  fetcher_.On(kCanary, {lost, lost, lost, FakeFetcher::Page("alive")});
  fetcher_.set_latency(seconds(1));
  CrawlOptions options;
  options.once = true;
  options.tor_canaries = {*Url::Parse(kCanary)};
  options.resume_spread = seconds(4);
  std::vector<WayOutChange> changes;
  options.on_way_out = [&](const WayOutChange& change) { changes.push_back(change); };
  const UtcTime began = clock_.Utc();
  const Result<CrawlSummary> summary = Run(options);
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->outcomes, (std::map<FetchOutcome, uint64_t>{{FetchOutcome::kOk, 2}}));
  EXPECT_EQ(summary->own_outages, 2u);
  EXPECT_EQ(EntryOf("http://shop.example/").failures, 0u);
  EXPECT_EQ(EntryOf("http://shop.example/").visits, 1u);
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].way, "tor");
  EXPECT_FALSE(changes[0].open);
  EXPECT_EQ(changes[0].closed_since, began) << "when the first of them was asked for";
  EXPECT_EQ(changes[0].reason, "no canary answers");
  EXPECT_TRUE(changes[1].open);
  // Not both at once when it is over.
  const auto& asked = fetcher_.asked();
  EXPECT_NE(asked[asked.size() - 1].at, asked[asked.size() - 2].at);
}

TEST_F(CrawlLoopTest, NoPageIsAskedForWhileTorIsNotFit) {
  AddShop();
  fetcher_.On("http://shop.example/", {FakeFetcher::Page("x")});
  TorConfig tor;
  tor.control = "unix:/nonexistent/control";
  TorWatch watch(tor, {});
  watch.LookOnce();
  CrawlOptions options;
  options.once = true;
  options.tor_watch = &watch;
  const Result<CrawlSummary> summary = Run(options);
  EXPECT_EQ(summary.status().code(), StatusCode::kUnavailable);
  EXPECT_NE(summary.status().message().find("/nonexistent/control"), std::string::npos)
      << summary.status().message();
  EXPECT_TRUE(fetcher_.asked().empty());
}

// A circuit that fails is not tried again with the same credential.
TEST_F(CrawlLoopTest, FailingCircuitsGetANewCredential) {
  const struct {
    std::string name;
    FetchOutcome outcome;
    // How many attempts share each credential, in order.
    std::vector<size_t> shares;
  } rows[] = {
      {"introduction or rendezvous failed", FetchOutcome::kOnionUnreachable, {1, 1, 1, 1}},
      {"timeouts", FetchOutcome::kConnectTimeout, {2, 2}},
      {"exit refused", FetchOutcome::kExitRefused, {2, 2}},
      {"no descriptor", FetchOutcome::kOnionDescriptorMissing, {4}},
      {"refused by the site", FetchOutcome::kConnectionRefused, {4}},
  };
  for (size_t row = 0; row < std::size(rows); ++row) {
    const std::string host = fmt::format("http://site{}.example", row);
    Source source = MakeSource(fmt::format("site{}", row), host + "/1", clock_.Utc());
    for (int i = 2; i <= 4; ++i) source.seeds.push_back(*Url::Parse(fmt::format("{}/{}", host, i)));
    AddSource(std::move(source));
    for (int i = 1; i <= 4; ++i)
      fetcher_.On(fmt::format("{}/{}", host, i), {FakeFetcher::Failure(rows[row].outcome)});
  }
  RunOnce();
  std::set<std::string> all;
  for (size_t row = 0; row < std::size(rows); ++row) {
    std::vector<size_t> shares;
    std::string last;
    for (const FakeFetcher::Asked& asked : fetcher_.asked()) {
      if (asked.request.source.value != fmt::format("site{}", row)) continue;
      if (asked.request.socks_user != last) {
        shares.push_back(0);
        last = asked.request.socks_user;
        EXPECT_TRUE(all.insert(last).second) << "an old credential came back";
      }
      ++shares.back();
    }
    EXPECT_EQ(shares, rows[row].shares) << rows[row].name;
  }
}

TEST_F(CrawlLoopTest, ACredentialLivesADay) {
  // A day of twenty-four minutes, and a look every ten.
  Source& shop = AddShop();
  shop.schedule.interval = minutes(10);
  shop.schedule.min_interval = minutes(1);
  fetcher_.On("http://shop.example/", {FakeFetcher::Page("x")});
  std::stop_source stop;
  CrawlOptions options;
  options.credential_lifetime = minutes(24);
  options.on_progress = [&](const CrawlProgress& progress) {
    if (progress.pages == 5) stop.request_stop();
  };
  ASSERT_TRUE(Run(options, stop.get_token()).ok());
  std::set<std::string> users;
  for (const FakeFetcher::Asked& asked : fetcher_.asked()) users.insert(asked.request.socks_user);
  EXPECT_EQ(users.size(), 2u) << "at 0, 10 and 20 minutes, then at 30 and 40";
}

TEST_F(CrawlLoopTest, TorRouteWithoutAnEndpointIsAnError) {
  AddShop();
  fetcher_.set_start_status(Status::FailedPrecondition("no SOCKS endpoint"));
  CrawlOptions options;
  options.once = true;
  const Result<CrawlSummary> summary = Run(options);
  EXPECT_EQ(summary.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(summary.status().message(), "shop: no SOCKS endpoint");
  EXPECT_EQ(EntryOf("http://shop.example/").visits, 0u);
}

TEST_F(CrawlLoopTest, StopGivesUpWhatFliesAndKeepsWhatIsFetched) {
  AddShop();
  AddSource(MakeSource("slow", "http://slow.example/", clock_.Utc()));
  fetcher_.On("http://shop.example/", {FakeFetcher::Page(LinkTo("/a"))});
  FetchResult slow = FakeFetcher::Page("slow");
  fetcher_.On("http://slow.example/", {slow});
  std::stop_source stop;
  handler_ = [&](FetchedPage page, PageDone done) {
    stop.request_stop();
    Keep(std::move(page), std::move(done));
  };
  // Both land at the same moment: the first asks for the stop, the second is already there and kept.
  const Result<CrawlSummary> summary = Run({}, stop.get_token());
  ASSERT_TRUE(summary.ok());
  EXPECT_TRUE(summary->stopped);
  EXPECT_EQ(summary->pages, captures_.size());
  EXPECT_EQ(EntryOf("http://shop.example/").visits, 1u);
  EXPECT_LE(EntryOf("http://shop.example/a").due, clock_.Utc()) << "found, and due for the next run";

  // The next run goes on where this one ended.
  handler_ = nullptr;
  fetcher_.On("http://shop.example/a", {FakeFetcher::Page("a")});
  RunOnce();
  EXPECT_EQ(EntryOf("http://shop.example/a").visits, 1u);
  EXPECT_EQ(EntryOf("http://shop.example/").visits, 1u);
}

TEST_F(CrawlLoopTest, StopBeforeAnythingLandsRecordsNothing) {
  AddShop();
  std::stop_source stop;
  stop.request_stop();
  const Result<CrawlSummary> summary = Run({}, stop.get_token());
  ASSERT_TRUE(summary.ok());
  EXPECT_TRUE(summary->stopped);
  EXPECT_TRUE(captures_.empty());
}

TEST_F(CrawlLoopTest, AStoreThatFailsEndsTheRun) {
  AddShop();
  fetcher_.On("http://shop.example/", {FakeFetcher::Page("x")});
  handler_ = [](const FetchedPage&, const PageDone& done) { done(Status::ResourceExhausted("disk full")); };
  const Result<CrawlSummary> summary = Run({});
  EXPECT_EQ(summary.status(), Status::ResourceExhausted("disk full"));
}

TEST_F(CrawlLoopTest, CreditsBoundWhatIsUnfinished) {
  Source& source = AddShop();
  source.politeness.delay = microseconds(0);
  std::string links;
  for (int i = 0; i < 40; ++i) {
    links += LinkTo(fmt::format("/{}", i));
    fetcher_.On(fmt::format("http://shop.example/{}", i), {FakeFetcher::Page("x")});
  }
  fetcher_.On("http://shop.example/", {FakeFetcher::Page(links)});
  // Pages become durable three at a time, on another thread.
  std::vector<std::pair<FetchedPage, PageDone>> held;
  size_t most_held = 0;
  handler_ = [&](FetchedPage page, PageDone done) {
    held.emplace_back(std::move(page), std::move(done));
    most_held = std::max(most_held, held.size());
    if (held.size() < 3 && fetcher_.asked().size() != 1 && fetcher_.asked().size() < 41) return;
    for (auto& [p, d] : held) Keep(std::move(p), std::move(d));
    held.clear();
  };
  CrawlOptions options;
  options.once = true;
  options.max_unfinished_pages = 3;
  options.max_in_flight_per_source = 10;
  const Result<CrawlSummary> summary = Run(options);
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->pages, 41u);
  EXPECT_LE(fetcher_.most_in_flight(), 3u);
  EXPECT_EQ(most_held, 3u);
}

TEST_F(CrawlLoopTest, BodiesHaveABudget) {
  for (int i = 0; i < 10; ++i) {
    const std::string host = fmt::format("http://shop{}.example/", i);
    AddSource(MakeSource(fmt::format("shop{}", i), host, clock_.Utc()));
    fetcher_.On(host, {FakeFetcher::Page("x")});
  }
  CrawlOptions options;
  options.once = true;
  options.max_body_bytes = 1000;
  options.max_body_bytes_held = 4999;
  ASSERT_TRUE(Run(options).ok());
  EXPECT_EQ(fetcher_.most_in_flight(), 4u);
  EXPECT_EQ(fetcher_.asked().size(), 10u);
  EXPECT_EQ(fetcher_.asked()[0].request.max_body_bytes, 1000u);
}

TEST_F(CrawlLoopTest, ABudgetBelowOneBodyStillCrawls) {
  AddShop();
  fetcher_.On("http://shop.example/", {FakeFetcher::Page("x")});
  CrawlOptions options;
  options.once = true;
  options.max_body_bytes_held = 1;
  const Result<CrawlSummary> summary = Run(options);
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->pages, 1u);
}

TEST_F(CrawlLoopTest, PagesOfASourceHaveABudget) {
  AddShop().politeness.max_pages = 3;
  std::string links;
  for (int i = 0; i < 10; ++i) links += LinkTo(fmt::format("/{}", i));
  fetcher_.On("http://shop.example/", {FakeFetcher::Page(links)});
  const CrawlSummary summary = RunOnce();
  EXPECT_EQ(fetcher_.asked().size(), 3u);
  EXPECT_EQ(summary.sources.at({"shop"}).note, "stopped at its budget of 3 pages");
  EXPECT_LE(EntryOf("http://shop.example/9").due, clock_.Utc()) << "the rest stays due";
}

TEST_F(CrawlLoopTest, APageThatLeftTheScopeIsRefusedWithoutAskingIt) {
  AddShop();
  fetcher_.On("http://shop.example/", {FakeFetcher::Page(LinkTo("/private/1") + LinkTo("/public"))});
  // Stopped with the first page in hand: its links are stored, none of them is asked for.
  std::stop_source stop;
  handler_ = [&](FetchedPage page, PageDone done) {
    stop.request_stop();
    Keep(std::move(page), std::move(done));
  };
  ASSERT_TRUE(Run({}, stop.get_token()).ok());
  handler_ = nullptr;
  // The operator narrows the scope.
  sources_[0].scope.push_back({ScopeRule::Action::kExclude, "/private"});
  RunOnce();
  const FrontierEntry refused = EntryOf("http://shop.example/private/1");
  EXPECT_EQ(FrontierStateName(refused.state), FrontierStateName(FrontierState::kRefused));
  const Urls urls = fetcher_.urls();
  EXPECT_EQ(std::count(urls.begin(), urls.end(), "http://shop.example/private/1"), 0);
  EXPECT_EQ(std::count(urls.begin(), urls.end(), "http://shop.example/public"), 1);
  const auto capture = std::find_if(captures_.begin(), captures_.end(), [](const Capture& c) {
    return c.outcome == FetchOutcome::kBlockedByScope;
  });
  ASSERT_NE(capture, captures_.end());
  EXPECT_EQ(capture->detail, "out of scope: exclude /private");
}

TEST_F(CrawlLoopTest, OnceNeverFetchesAPageTwice) {
  Source& source = AddShop();
  // Due again long before the run is over.
  source.schedule = {seconds(1), seconds(1), seconds(1)};
  std::string links;
  for (int i = 0; i < 30; ++i) {
    links += LinkTo(fmt::format("/{}", i));
    fetcher_.On(fmt::format("http://shop.example/{}", i), {FakeFetcher::Page(links)});
  }
  fetcher_.On("http://shop.example/", {FakeFetcher::Page(links)});
  EXPECT_EQ(RunOnce().pages, 31u);
  EXPECT_EQ(fetcher_.asked().size(), 31u);
}

TEST_F(CrawlLoopTest, TheDaemonComesBackWhenAPageIsDue) {
  AddShop().schedule.interval = hours(2);
  fetcher_.On("http://shop.example/", {FakeFetcher::Page("x")});
  std::stop_source stop;
  CrawlOptions options;
  options.on_progress = [&](const CrawlProgress& progress) {
    if (progress.pages == 3) stop.request_stop();
  };
  const UtcTime began = clock_.Utc();
  const Result<CrawlSummary> summary = Run(options, stop.get_token());
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(summary->pages, 3u);
  EXPECT_GE(clock_.Utc() - began, minutes(228));
  EXPECT_LE(clock_.Utc() - began, minutes(256));
}

TEST_F(CrawlLoopTest, ADamagedEntryDoesNotStopTheRest) {
  AddShop();
  FrontierEntry damaged = SeedEntries(sources_[0], clock_.Utc())[0];
  damaged.key = MakeUrlKey({"shop"}, *Url::Parse("http://shop.example/damaged"), {});
  damaged.url = "not a URL";
  ASSERT_TRUE(writer_.AddSeeds({damaged}).ok());
  fetcher_.On("http://shop.example/", {FakeFetcher::Page("x")});
  EXPECT_EQ(RunOnce().pages, 1u);
}

TEST_F(CrawlLoopTest, FailuresAreRecordedWithTheirCause) {
  AddShop();
  fetcher_.On("http://shop.example/",
              {FakeFetcher::Failure(FetchOutcome::kOnionUnreachable, "Tor: introduction failed (242)")});
  const CrawlSummary summary = RunOnce();
  EXPECT_EQ(summary.outcomes, (std::map<FetchOutcome, uint64_t>{{FetchOutcome::kOnionUnreachable, 1}}));
  const FrontierEntry entry = EntryOf("http://shop.example/");
  EXPECT_EQ(entry.failures, 1u);
  EXPECT_EQ(entry.last_outcome, FetchOutcome::kOnionUnreachable);
  ASSERT_EQ(captures_.size(), 1u);
  EXPECT_EQ(captures_[0].detail, "Tor: introduction failed (242)");
  EXPECT_FALSE(captures_[0].has_body);
}

// A body that is not in the coding it claims: evidence as it came, and nothing that was seen.
TEST_F(CrawlLoopTest, WhatDoesNotUnpackIsKept) {
  AddShop();
  FetchResult broken = FakeFetcher::Answer(200);
  broken.detail = "the body is not in the content coding that it claims";
  broken.content_coding = "gzip";
  broken.received = "not gzip";
  broken.received_sha256 = Sha256("not gzip");
  fetcher_.On("http://shop.example/", {std::move(broken)});
  RunOnce();
  ASSERT_EQ(captures_.size(), 1u);
  EXPECT_EQ(captures_[0].page_class, PageClass::kError);
  const Capture stored = store_->GetCapture({1}).value();
  EXPECT_TRUE(stored.has_body);
  EXPECT_EQ(stored.body_bytes, 0u);
  EXPECT_EQ(store_->GetReceivedBody(stored).value(), "not gzip");
  EXPECT_EQ(store_->GetBody(stored).value(), "");
}

// ---- The same loop over real sockets ----

TEST_F(CrawlLoopTest, ThroughARealSocksProxy) {
  const TestServer server(TestServer::Table({
      {"/", TestServer::Page(LinkTo("/a") + LinkTo("/moved") + LinkTo("/trap") + LinkTo("/photo"))},
      {"/a", TestServer::Page("a")},
      {"/moved", TestServer::Page("", "301 Moved", "Location: /a\r\n")},
      {"/trap", TestServer::Page("", "302 Found", "Location: http://127.0.0.1:22/\r\n")},
      {"/photo", "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: 3\r\n\r\nxyz"},
  }));
  RecordingSocks socks(server.port());
  const std::string onion = "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion/";
  const SystemClock clock;
  AddSource(MakeSource("shop", onion, clock.Utc()));
  AddSource(MakeSource("other", "http://other.example/", clock.Utc()));
  for (Source& source : sources_) source.politeness.delay = milliseconds(1);
  const Result<std::unique_ptr<CurlFetcher>> fetcher =
      CurlFetcher::Create({.socks = {socks.endpoint()}}, clock);
  ASSERT_TRUE(fetcher.ok());
  CrawlOptions options;
  options.once = true;
  handler_ = [this](FetchedPage page, PageDone done) { Keep(std::move(page), std::move(done)); };
  clock_.StepUtc(clock.Utc() - clock_.Utc());
  CrawlLoop loop(sources_, clock, *store_, **fetcher, options, handler_);
  const Result<CrawlSummary> summary = loop.Run({});
  ASSERT_TRUE(summary.ok()) << summary.status().message();
  EXPECT_EQ(summary->sources.at({"shop"}).outcomes,
            (std::map<FetchOutcome, uint64_t>{{FetchOutcome::kOk, 3},
                                              {FetchOutcome::kContentTypeRefused, 1},
                                              {FetchOutcome::kBlockedByScope, 1}}));
  std::map<std::string, std::string> user_of;
  for (const RecordingSocks::Asked& asked : socks.asked()) {
    EXPECT_EQ(asked.address_type, 3) << "a name, never an address";
    EXPECT_NE(asked.port, 22);
    const auto [known, is_new] = user_of.emplace(asked.host, asked.user);
    EXPECT_EQ(known->second, asked.user) << asked.host;
  }
  ASSERT_EQ(user_of.size(), 2u);
  EXPECT_NE(user_of.begin()->second, user_of.rbegin()->second);
}

// Nothing that two sources could be linked by, in three runs of ten sources that point at each other.
TEST_F(CrawlLoopTest, SourcesShareNothing) {
  constexpr int kSources = 10, kPages = 10, kRuns = 3;
  const TestServer server([](const TestServer::Request& request, const TestConnection& c) {
    std::string more = fmt::format("Set-Cookie: from={}\r\nETag: \"{}\"\r\n", request.host, request.host);
    if (request.target == "/away") {
      more += fmt::format("Location: http://site{}.example/from/{}\r\n",
                          (request.host[4] - '0' + 1) % kSources, request.host);
      return c.Write(TestServer::Page("", "302 Found", more));
    }
    std::string links = LinkTo("/away");
    for (int i = 0; i < kPages; ++i) links += LinkTo(fmt::format("/{}", i));
    return c.Write(TestServer::Page(links, "200 OK", more));
  });
  RecordingSocks first(server.port()), second(server.port());
  const SystemClock clock;
  clock_.StepUtc(clock.Utc() - clock_.Utc());
  for (int i = 0; i < kSources; ++i) {
    Source source =
        MakeSource(fmt::format("site{}", i), fmt::format("http://site{}.example/", i), clock.Utc());
    source.politeness.delay = milliseconds(1);
    sources_.push_back(std::move(source));
  }
  handler_ = [this](FetchedPage page, PageDone done) { Keep(std::move(page), std::move(done)); };
  for (int run = 0; run < kRuns; ++run) {
    // A store of its own each, so that all is due again.
    const std::unique_ptr<Store> store = OpenMemoryStore();
    WaitingWriter writer(*store, clock);
    for (const Source& source : sources_) ASSERT_TRUE(writer.AddSeeds(SeedEntries(source, clock.Utc())).ok());
    handler_ = [&](FetchedPage page, PageDone done) {
      const Source& source = SourceOf(page.task.source);
      PageCommit commit;
      commit.analysis = LinksIn(page.capture.final_url, page.body);
      commit.visited = NextVisit(source, page.before, page.capture, clock.Utc());
      commit.outlinks =
          AdmitOutlinks(source, Scope(source), commit.analysis, page.before, clock.Utc()).entries;
      commit.body = page.body;
      commit.capture = page.capture;
      writer.writer().CommitPage(std::move(commit),
                                 [done](Result<PageCommitted> committed) { done(committed.status()); });
    };
    auto fetcher = CurlFetcher::Create({.socks = {first.endpoint(), second.endpoint()}}, clock);
    ASSERT_TRUE(fetcher.ok());
    CrawlOptions options;
    options.once = true;
    CrawlLoop loop(sources_, clock, *store, **fetcher, options, handler_);
    const Result<CrawlSummary> summary = loop.Run({});
    ASSERT_TRUE(summary.ok()) << summary.status().message();
    EXPECT_EQ(summary->pages, static_cast<uint64_t>(kSources * (kPages + 2)));
  }
  std::map<std::pair<std::string, std::string>, std::set<std::string>> hosts_of;  // of a credential
  std::map<std::string, std::set<int>> doors_of;                                  // of a host
  for (const RecordingSocks* socks : {&first, &second}) {
    const std::vector<RecordingSocks::Asked> asked = socks->asked();
    EXPECT_GT(asked.size(), 0u) << "both are used";
    for (const RecordingSocks::Asked& one : asked) {
      hosts_of[{one.user, one.password}].insert(one.host);
      doors_of[one.host].insert(socks == &first ? 1 : 2);
      EXPECT_EQ(one.address_type, 3);
      for (const std::string& word : {one.user, one.password})
        EXPECT_TRUE(std::all_of(word.begin(), word.end(), [](unsigned char c) {
          return std::isalnum(c) != 0;
        })) << word;
    }
  }
  EXPECT_EQ(hosts_of.size(), static_cast<size_t>(kSources * kRuns));
  std::set<std::string> words;
  for (const auto& [credential, hosts] : hosts_of) {
    EXPECT_EQ(hosts.size(), 1u) << "a credential is one source's";
    words.insert(credential.first);
    words.insert(credential.second);
  }
  EXPECT_EQ(words.size(), 2 * hosts_of.size()) << "no word is used twice";
  for (const auto& [host, doors] : doors_of) EXPECT_EQ(doors.size(), 1u) << host;
  for (const TestServer::Request& request : server.requests()) {
    EXPECT_FALSE(request.target.starts_with("/from/")) << "a redirect to another source was followed";
    for (const char* header : {"Cookie:", "If-None-Match:", "Referer:", "Authorization:"})
      EXPECT_EQ(request.head.find(header), std::string::npos) << request.head;
  }
}

}  // namespace
}  // namespace gasht
