// What the store keeps of the crawl: counters, rounds, robots.txt, people's words, candidates, gaps, and the verbs over
// queues.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "store/test_support.h"

namespace gasht {
namespace {

using std::chrono::hours;

class CrawlStateTest : public testing::Test {
 protected:
  CrawlStateTest() { Open(); }
  void Open() {
    StoreOptions options;
    options.path = "memory";
    options.in_memory = true;
    options.disk = disk_;
    Result<std::unique_ptr<Store>> store = Store::Open(options);
    ASSERT_TRUE(store.ok()) << store.status().message();
    store_ = *std::move(store);
    writer_ = std::make_unique<WaitingWriter>(*store_, clock_);
  }
  void Reopen() {
    writer_.reset();
    store_.reset();
    Open();
  }
  void Commit(PageCommit page) {
    const Result<PageCommitted> committed = writer_->CommitPage(std::move(page));
    ASSERT_TRUE(committed.ok()) << committed.status().message();
  }
  PageCommit Page(const std::string& path, const std::string& body = "<p>hello</p>") {
    return MakePage(kMarket, path, body, clock_.Utc());
  }
  FrontierEntry Row(const std::string& path) {
    return store_->GetFrontierEntry(kMarket, MakeEntry(kMarket, path).key).value_or({});
  }
  void AddRows(int count) {
    std::vector<FrontierEntry> rows;
    for (int i = 0; i < count; ++i) rows.push_back(MakeEntry(kMarket, fmt::format("/item/{}", i)));
    ASSERT_TRUE(writer_->AddSeeds(std::move(rows)).ok());
  }
  // All steps of a change.
  uint64_t Change(FrontierChange change) {
    change.source = kMarket;
    change.actor = "officer";
    uint64_t changed = 0;
    for (int step = 0; step < 1000; ++step) {
      std::promise<Result<FrontierChanged>> done;
      writer_->writer().ChangeFrontier(change,
                                       [&](Result<FrontierChanged> result) { done.set_value(result); });
      const Result<FrontierChanged> part = done.get_future().get();
      EXPECT_TRUE(part.ok()) << part.status().message();
      if (!part.ok()) break;
      changed += part->changed;
      if (!part->next) break;
      change.filter.after = *part->next;
    }
    return changed;
  }
  template <typename Submit>
  Status Wait(Submit submit) {
    std::promise<Status> done;
    submit([&done](Status status) { done.set_value(std::move(status)); });
    return done.get_future().get();
  }
  SourceStats Stats() { return store_->GetSourceStats(kMarket).value_or({}); }

  const std::shared_ptr<MemoryDisk> disk_ = MakeMemoryDisk();
  FakeClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<WaitingWriter> writer_;
};

TEST_F(CrawlStateTest, CountersFollowEveryRow) {
  AddRows(5);
  EXPECT_EQ(Stats().rows[static_cast<size_t>(FrontierState::kScheduled)], 5u);
  PageCommit page = Page("/item/0");
  page.visited.state = FrontierState::kHeld;
  page.outlinks = {MakeEntry(kMarket, "/item/1"), MakeEntry(kMarket, "/new")};
  page.facts.drops = {{"depth", 3}};
  page.facts.pictures_not_read = 7;
  page.facts.day = 12;
  page.capture.wire_bytes = 100;
  Commit(page);
  PageCommit failed = Page("/item/1");
  failed.capture.outcome = FetchOutcome::kTls;
  failed.capture.has_body = false;
  failed.capture.body_sha256 = Digest();
  failed.capture.body_bytes = 0;
  failed.body.clear();
  failed.facts.day = 12;
  failed.facts.drops = {{"depth", 1}};
  Commit(failed);
  Reopen();
  const SourceStats stats = Stats();
  EXPECT_EQ(stats.rows[static_cast<size_t>(FrontierState::kScheduled)], 5u);
  EXPECT_EQ(stats.rows[static_cast<size_t>(FrontierState::kHeld)], 1u);
  EXPECT_EQ(stats.outcomes.at(FetchOutcome::kOk), 1u);
  EXPECT_EQ(stats.outcomes.at(FetchOutcome::kTls), 1u);
  EXPECT_EQ(stats.classes.at(PageClass::kContent), 1u);
  EXPECT_EQ(stats.drops.at("depth"), 4u);
  EXPECT_EQ(stats.pictures_not_read, 7u);
  EXPECT_EQ(stats.day_pages, 2u);
  EXPECT_EQ(stats.day_bytes, 100u);
  EXPECT_EQ(stats.last_failure_outcome, FetchOutcome::kTls);
  PageCommit tomorrow = Page("/item/2");
  tomorrow.facts.day = 13;
  Commit(tomorrow);
  EXPECT_EQ(Stats().day_pages, 1u) << "another day";
}

TEST_F(CrawlStateTest, RoundsKnowWhatWasSeenAgain) {
  const auto look = [&](const std::string& path, uint64_t round) {
    PageCommit page = Page(path);
    page.facts.round = round;
    page.facts.seen_as_content = true;
    page.visited.seen_round = round;
    Commit(page);
  };
  for (const char* path : {"/a", "/b", "/c", "/c"}) look(path, 5);
  for (const char* path : {"/b", "/c", "/d"}) look(path, 6);
  for (const char* path : {"/a", "/b", "/c", "/d"}) look(path, 7);
  look("/a", 8);
  const SourceStats stats = Stats();
  EXPECT_EQ(stats.seen_before_last, 3u);
  EXPECT_EQ(stats.last_round, (CrawlRound{7, 4, 3})) << "a was not there in round 6";
  EXPECT_EQ(stats.round, (CrawlRound{8, 1, 1}));
  const auto coverage = EstimateCoverage(stats);
  ASSERT_TRUE(coverage.has_value());
  EXPECT_EQ(coverage->estimated, 4u);
}

TEST_F(CrawlStateTest, FrontierHasAnEnd) {
  AddRows(3);
  PageCommit page = Page("/item/0");
  page.facts.max_known = 5;
  for (int i = 0; i < 10; ++i) page.outlinks.push_back(MakeEntry(kMarket, fmt::format("/more/{}", i)));
  Commit(page);
  EXPECT_EQ(store_->CountSource(kMarket, clock_.Utc()).value().known, 5u);
  EXPECT_EQ(Stats().drops.at("frontier_full"), 8u);
}

TEST_F(CrawlStateTest, CancelAndRequeueAreRanges) {
  AddRows(static_cast<int>(kMaxFrontierChange) + 500);
  FrontierChange cancel;
  cancel.filter.path = "/item/1*";
  const uint64_t cancelled = Change(cancel);
  EXPECT_EQ(cancelled, 1u + 10 + 100 + 1000) << "1, 1x, 1xx, 1xxx, over more than one step";
  EXPECT_EQ(Row("/item/1").state, FrontierState::kCancelled);
  EXPECT_EQ(Row("/item/2").state, FrontierState::kScheduled);
  EXPECT_EQ(Change(cancel), 0u) << "it is done";
  EXPECT_EQ(Stats().rows[static_cast<size_t>(FrontierState::kCancelled)], cancelled);
  const std::vector<FrontierEntry> ready = store_->ListReady(kMarket, clock_.Utc(), 10'000, nullptr).value();
  for (const FrontierEntry& entry : ready) ASSERT_NE(entry.state, FrontierState::kCancelled) << entry.url;
  FrontierFilter filter;
  filter.state = FrontierState::kCancelled;
  filter.limit = 10;
  const FrontierPage page = store_->ListFrontier(kMarket, filter).value();
  EXPECT_EQ(page.entries.size(), 10u);
  EXPECT_TRUE(page.has_more);

  FrontierChange requeue;
  requeue.action = FrontierAction::kRequeue;
  requeue.filter.state = FrontierState::kCancelled;
  requeue.due = clock_.Utc();
  requeue.priority = CrawlPriority::kListing;
  EXPECT_EQ(Change(requeue), cancelled);
  EXPECT_EQ(Row("/item/1").state, FrontierState::kScheduled);
  EXPECT_EQ(Row("/item/1").priority, CrawlPriority::kListing);
  EXPECT_TRUE(store_->CheckCustody().ok());
}

TEST_F(CrawlStateTest, CancelledWhileBeingFetchedStaysCancelled) {
  AddRows(1);
  const PageCommit on_its_way = Page("/item/0");
  EXPECT_EQ(Change({}), 1u);
  Commit(on_its_way);
  EXPECT_EQ(Row("/item/0").state, FrontierState::kCancelled);
  EXPECT_EQ(Row("/item/0").visits, 1u) << "what was seen is kept";
}

TEST_F(CrawlStateTest, AskedForComesFirstAndKeepsWhatIsKnown) {
  AddRows(3);
  Commit(Page("/item/2"));
  Asked asked;
  asked.entry = MakeEntry(kMarket, "/item/2");
  asked.entry.asked_by = "officer";
  asked.entry.asked_authority = "FIR 9/2026";
  asked.entry.due = clock_.Utc();
  asked.event = {"asked", "officer", "capture"};
  ASSERT_TRUE(Wait([&](auto done) { writer_->writer().AskFor(asked, done); }).ok());
  const std::vector<FrontierEntry> first =
      store_->ListReady(kMarket, clock_.Utc(), 10, nullptr, CrawlPriority::kNow).value();
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(first[0].url, "http://example.com/item/2");
  EXPECT_EQ(first[0].visits, 1u);
  EXPECT_EQ(first[0].usual_priority, CrawlPriority::kRest);
  // The schedule's own fetch, begun before, does not answer it.
  Commit(Page("/item/2"));
  EXPECT_EQ(Row("/item/2").priority, CrawlPriority::kNow);
  PageCommit answer = Page("/item/2");
  answer.capture.asked_by = "officer";
  Commit(answer);
  EXPECT_EQ(Row("/item/2").priority, CrawlPriority::kRest);
  asked.entry.asked_by.clear();
  EXPECT_EQ(Wait([&](auto done) { writer_->writer().AskFor(asked, done); }).code(),
            StatusCode::kInvalidArgument);
}

TEST_F(CrawlStateTest, TheSameBytesReferToTheFirstCapture) {
  for (int i = 0; i < 3; ++i) Commit(Page("/a"));
  PageCommit same = Page("/a");
  same.visited.body_capture = Row("/a").body_capture;
  Commit(same);
  PageCommit not_modified = Page("/a");
  not_modified.visited.body_capture = Row("/a").body_capture;
  not_modified.capture.outcome = FetchOutcome::kNotModified;
  not_modified.capture.has_body = false;
  not_modified.capture.body_sha256 = Digest();
  not_modified.capture.body_bytes = 0;
  not_modified.body.clear();
  Commit(not_modified);
  PageCommit other = Page("/a", "<p>changed</p>");
  other.visited.body_capture = Row("/a").body_capture;
  Commit(other);
  const std::vector<Capture> captures = store_->ListCaptures({}).value();
  ASSERT_EQ(captures.size(), 6u);
  EXPECT_EQ(captures[0].revisit_of, CaptureId{});
  EXPECT_EQ(captures[3].revisit_of, CaptureId{3});
  EXPECT_EQ(captures[4].revisit_of, CaptureId{4}) << "of the body that the validators were of";
  EXPECT_EQ(captures[5].revisit_of, CaptureId{});
  EXPECT_EQ(Row("/a").body_capture, CaptureId{6});
  EXPECT_TRUE(store_->CheckCustody().ok());
}

TEST_F(CrawlStateTest, RobotsOperatorAndGapsSurvive) {
  RobotsState robots;
  robots.source = kMarket;
  robots.verdict = RobotsVerdict::kRules;
  robots.rules.rules = {{false, "/x"}};
  for (const char* origin : {"", "http://b.example", "http://a.example", "http://b.example"}) {
    PageCommit page = Page("/robots.txt");
    robots.origin = origin;
    page.robots = robots;
    Commit(page);
  }
  PageCommit listed = Page("/mirrors.txt");
  MirrorListState list;
  list.source = kMarket;
  list.list = {SignatureVerdict::kGood, "AB", clock_.Utc(), {"http://other.example"}, 2};
  list.fetched = clock_.Utc();
  listed.mirror_list = list;
  Commit(listed);
  OperatorState word;
  word.source = kMarket;
  word.blocked_until = kForever;
  word.blocked_by = "officer";
  word.mirrors = {{"http://other.example", "officer", "signed list", clock_.Utc()}};
  ASSERT_TRUE(Wait([&](auto done) {
                writer_->writer().SetOperatorState({word, {"frontier", "officer", "block"}}, done);
              }).ok());
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(hours(1));
    ASSERT_TRUE(Wait([&](auto done) {
                  writer_->writer().AddGap({"tor", clock_.Utc() - hours(1), clock_.Utc(), "away"}, done);
                }).ok());
  }
  // One that lasts, and its end.
  CrawlGap lasting{"tor#2", clock_.Utc(), std::nullopt, "away"};
  ASSERT_TRUE(Wait([&](auto done) { writer_->writer().AddGap(lasting, done); }).ok());
  EXPECT_EQ(store_->ListGaps(1).value(), std::vector{lasting});
  lasting.until = clock_.Utc() + hours(1);
  ASSERT_TRUE(Wait([&](auto done) { writer_->writer().AddGap(lasting, done); }).ok());
  EXPECT_EQ(store_->ListGaps(10).value().size(), 4u);
  Reopen();
  const std::vector<RobotsState> stored = store_->ListRobots(kMarket).value();
  ASSERT_EQ(stored.size(), 2u) << "one for each address; that of none is of an older version";
  EXPECT_EQ(stored[0].origin, "http://a.example");
  EXPECT_EQ(stored[1].origin, "http://b.example");
  EXPECT_EQ(stored[1].rules, robots.rules);
  EXPECT_EQ(stored[1].capture, CaptureId{4});
  list.capture = {5};
  EXPECT_EQ(store_->GetMirrorList(kMarket).value(), list);
  EXPECT_EQ(store_->GetOperatorState(kMarket).value(), word);
  const std::vector<CrawlGap> gaps = store_->ListGaps(2).value();
  ASSERT_EQ(gaps.size(), 2u);
  EXPECT_EQ(gaps[0], lasting);
  EXPECT_GE(gaps[0].from, gaps[1].from);
  EXPECT_TRUE(store_->CheckCustody().ok());
}

TEST_F(CrawlStateTest, AHoldStaysUntilAPersonOpensTheQueue) {
  OperatorState word;
  word.source = kMarket;
  word.mirrors = {{"http://other.example", "officer", "", clock_.Utc()}};
  const auto say = [&] {
    return Wait([&](auto done) {
      writer_->writer().SetOperatorState({word, {"frontier", "officer", "x"}}, done);
    });
  };
  ASSERT_TRUE(say().ok());
  PageCommit page = Page("/bomb");
  page.facts.hold = "5 pages in a row";
  Commit(page);
  Reopen();
  OperatorState held = store_->GetOperatorState(kMarket).value();
  EXPECT_EQ(held.blocked_until, kForever);
  EXPECT_EQ(held.blocked_by, "gasht");
  EXPECT_EQ(held.blocked_why, "5 pages in a row");
  EXPECT_EQ(held.mirrors, word.mirrors) << "what people decided stays";
  word.blocked_until = kForever;
  word.blocked_by = "officer";
  ASSERT_TRUE(say().ok());
  Commit(page);
  EXPECT_EQ(store_->GetOperatorState(kMarket).value(), word) << "a person's own block stays";
}

TEST_F(CrawlStateTest, AlertsOfThePatrolStandBetweenThoseOfPages) {
  PageCommit page = Page("/");
  page.alerts = {{kMarket, "seizure_banner", {}, clock_.Utc()}};
  Commit(page);
  for (const char* kind : {"config_refused", "config"}) {
    ASSERT_TRUE(Wait([&](auto done) {
                  writer_->writer().AddAlert({{{"patrol"}, kind, {}, {}}, {kind, "officer", "x"}}, done);
                }).ok());
  }
  Commit(Page("/2"));
  Reopen();
  const std::vector<Alert> alerts = store_->ListAlerts(10).value();
  ASSERT_EQ(alerts.size(), 3u);
  EXPECT_EQ(alerts[0].kind, "config");
  EXPECT_EQ(alerts[0].capture, CaptureId{});
  EXPECT_EQ(alerts[1].kind, "config_refused");
  EXPECT_EQ(alerts[2].kind, "seizure_banner");
  EXPECT_FALSE(Wait([&](auto done) {
                 writer_->writer().AddAlert({{{"No Such"}, "config", {}, {}}, {"config", "x", "x"}}, done);
               }).ok());
}

TEST_F(CrawlStateTest, CandidatesAreCountedAndDecided) {
  Candidate candidate;
  candidate.kind = CandidateKind::kTelegram;
  candidate.value = "t.me/lahore_deals";
  candidate.id = MakeCandidateId(candidate.kind, candidate.value);
  candidate.source = candidate.last_source = kMarket;
  candidate.times_seen = 1;
  candidate.first_seen = candidate.last_seen = clock_.Utc();
  for (int i = 0; i < 3; ++i) {
    PageCommit page = Page(fmt::format("/{}", i));
    page.candidates = {candidate};
    Commit(page);
  }
  const Candidate seen = store_->GetCandidate(candidate.id).value();
  EXPECT_EQ(seen.times_seen, 3u);
  EXPECT_EQ(seen.first_capture, CaptureId{1});
  EXPECT_EQ(seen.last_capture, CaptureId{3});
  ASSERT_TRUE(Wait([&](auto done) {
                writer_->writer().DecideCandidate(
                    {candidate.id, CandidateState::kDismissed, "officer", "a news channel", ""}, done);
              }).ok());
  EXPECT_TRUE(store_->ListCandidates({.state = CandidateState::kOpen}).value().empty());
  EXPECT_EQ(store_->ListCandidates({.kind = CandidateKind::kTelegram}).value().at(0).actor, "officer");
  EXPECT_EQ(Wait([&](auto done) {
              writer_->writer().DecideCandidate({"c-0000000000000000", CandidateState::kAdopted, "x", "", ""},
                                                done);
            }).code(),
            StatusCode::kNotFound);
}

TEST_F(CrawlStateTest, PageOfAReviewedFindingIsWatched) {
  PageCommit page = Page("/item/0");
  page.analysis.listings = {MakeListing("Charas 1 tola")};
  page.analysis.candidates = {MakeCandidate(0, Level::kHigh, 80)};
  Commit(page);
  const FindingId finding = store_->ListFindings({}).value().at(0).id;
  EXPECT_FALSE(Row("/item/0").watched);
  ASSERT_TRUE(writer_->AddReview({finding, Decision::kConfirmed, "officer", "", clock_.Utc()}).ok());
  EXPECT_TRUE(Row("/item/0").watched);
  EXPECT_EQ(Row("/item/0").due, clock_.Utc()) << "looked at soon";
  Commit(Page("/item/0"));
  EXPECT_TRUE(Row("/item/0").watched) << "a fetch does not forget it";
  ASSERT_TRUE(writer_->AddReview({finding, Decision::kDismissed, "officer", "", clock_.Utc()}).ok());
  EXPECT_FALSE(Row("/item/0").watched);
}

}  // namespace
}  // namespace gasht
