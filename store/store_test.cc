// The contract of Store and StoreWriter, on disk and in memory.

#include "store/store.h"

#include <filesystem>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "store/fold.h"
#include "store/test_support.h"

namespace gasht {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

enum class Where { kDisk, kMemory };

#define ASSERT_OK(expr)                                       \
  do {                                                        \
    const Status status_of_it = (expr);                       \
    ASSERT_TRUE(status_of_it.ok()) << status_of_it.message(); \
  } while (false)

class StoreTest : public ::testing::TestWithParam<Where> {
 protected:
  StoreTest() {
    if (GetParam() == Where::kDisk) {
      dir_ = std::filesystem::path(::testing::TempDir()) /
             fmt::format("gasht-store-{}", HexEncode(RandomBytes(8)));
      options_.path = dir_ / "store";
    } else {
      options_.in_memory = true;
      options_.disk = MakeMemoryDisk();
    }
    Open();
  }
  ~StoreTest() override {
    Close();
    if (!dir_.empty()) std::filesystem::remove_all(dir_);
  }

  void Open() {
    Result<std::unique_ptr<Store>> store = Store::Open(options_);
    ASSERT_TRUE(store.ok()) << store.status().message();
    store_ = std::move(store).value();
    writer_ = std::make_unique<WaitingWriter>(*store_, clock_);
  }
  void Close() {
    writer_.reset();
    store_.reset();
  }
  void Reopen() {
    Close();
    Open();
  }

  PageCommit Page(const std::string& path, const std::string& body = "<p>hello</p>") {
    return MakePage(kMarket, path, body, clock_.Utc());
  }
  PageCommitted Commit(PageCommit page) {
    Result<PageCommitted> committed = writer_->CommitPage(std::move(page));
    EXPECT_TRUE(committed.ok()) << committed.status().message();
    return committed.value_or({});
  }
  std::vector<std::string> ReadyUrls(size_t limit = 100, std::function<bool(const UrlKey&)> skip = nullptr) {
    std::vector<std::string> urls;
    const auto ready = store_->ListReady(kMarket, clock_.Utc(), limit, skip);
    EXPECT_TRUE(ready.ok()) << ready.status().message();
    for (const FrontierEntry& entry : ready.value_or({})) urls.push_back(entry.url);
    return urls;
  }

  StoreOptions options_;
  std::filesystem::path dir_;
  FakeClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<WaitingWriter> writer_;
};

INSTANTIATE_TEST_SUITE_P(Everywhere, StoreTest, ::testing::Values(Where::kDisk, Where::kMemory),
                         [](const auto& where) { return where.param == Where::kDisk ? "Disk" : "Memory"; });

TEST_P(StoreTest, NewStoreIsEmptyAndSound) {
  EXPECT_EQ(store_->tree_head(), (TreeHead{0, Sha256("")}));
  ASSERT_OK(store_->CheckCustody());
  EXPECT_EQ(store_->GetCapture({1}).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(store_->GetFinding({"f-0123456789abcdef"}).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(store_->GetListing(kMarket, {std::string(32, '0')}).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(store_->GetFrontierEntry(kMarket, {std::string(16, 'x')}).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(store_->GetLeaf(0).status().code(), StatusCode::kNotFound);
  EXPECT_THAT(store_->ListCaptures({}).value(), IsEmpty());
  EXPECT_THAT(store_->ListFindings({}).value(), IsEmpty());
  EXPECT_THAT(store_->ListAlerts(10).value(), IsEmpty());
  EXPECT_EQ(store_->NextDue(kMarket).value(), std::nullopt);
  Reopen();
  ASSERT_OK(store_->CheckCustody());
}

TEST_P(StoreTest, PageIsThereAsItWasCommitted) {
  const PageCommit page = Page("/a", "<p>Charas</p>");
  const PageCommitted committed = Commit(page);
  EXPECT_EQ(committed.capture, CaptureId{1});
  EXPECT_EQ(committed.leaf, 0u);
  Reopen();

  const Result<Capture> capture = store_->GetCapture({1});
  ASSERT_OK(capture.status());
  EXPECT_EQ(capture->id, CaptureId{1});
  EXPECT_EQ(capture->url, page.capture.url);
  EXPECT_EQ(capture->authority, page.capture.authority);
  EXPECT_EQ(capture->response_head, page.capture.response_head);
  EXPECT_EQ(capture->started_utc, page.capture.started_utc);
  EXPECT_EQ(store_->GetBody(*capture).value(), page.body);

  const Result<FrontierEntry> entry = store_->GetFrontierEntry(kMarket, page.visited.key);
  ASSERT_OK(entry.status());
  EXPECT_EQ(entry->last_capture, CaptureId{1});
  EXPECT_EQ(entry->due, page.visited.due);
  EXPECT_EQ(entry->visits, 1u);
  ASSERT_OK(store_->CheckCustody());
}

TEST_P(StoreTest, FailureIsACaptureWithoutABody) {
  PageCommit page = Page("/a", "");
  page.capture.has_body = false;
  page.capture.body_sha256 = {};
  page.capture.outcome = FetchOutcome::kOnionUnreachable;
  page.capture.status = 0;
  Commit(page);
  const Capture capture = store_->GetCapture({1}).value();
  EXPECT_EQ(capture.outcome, FetchOutcome::kOnionUnreachable);
  EXPECT_EQ(store_->GetBody(capture).status().code(), StatusCode::kNotFound);
  ASSERT_OK(store_->CheckCustody());
}

TEST_P(StoreTest, EqualBodiesAreOnePayload) {
  Commit(Page("/a", "same"));
  Commit(Page("/b", "same"));
  Commit(Page("/c", ""));  // an empty body is a body
  const auto captures = store_->ListCaptures({}).value();
  ASSERT_THAT(captures, SizeIs(3));
  EXPECT_EQ(captures[0].payload, captures[1].payload);
  EXPECT_NE(captures[0].payload, captures[2].payload);
  // The id is keyed: it is not the digest that the whole world can compute.
  EXPECT_NE(captures[0].payload.digest, captures[0].body_sha256);
  EXPECT_EQ(store_->GetBody(captures[1]).value(), "same");
  EXPECT_EQ(store_->GetBody(captures[2]).value(), "");
}

TEST_P(StoreTest, SequencesAreDenseWithinAndAcrossGroups) {
  constexpr uint64_t kPages = 300;
  std::promise<void> all;
  std::set<uint64_t> ids, leaves;  // changed on the writer's thread until `all` is set
  for (uint64_t i = 0; i < kPages; ++i) {
    writer_->writer().CommitPage(Page(fmt::format("/{}", i), fmt::format("body {}", i)),
                                 [&](const Result<PageCommitted>& committed) {
                                   ASSERT_TRUE(committed.ok()) << committed.status().message();
                                   ids.insert(committed->capture.value);
                                   leaves.insert(committed->leaf);
                                   if (ids.size() == kPages) all.set_value();
                                 });
  }
  all.get_future().wait();
  EXPECT_EQ(*ids.begin(), 1u);
  EXPECT_EQ(*ids.rbegin(), kPages);
  EXPECT_EQ(*leaves.begin(), 0u);
  EXPECT_EQ(*leaves.rbegin(), kPages - 1);
  EXPECT_EQ(store_->tree_head().size, kPages);
  ASSERT_OK(store_->CheckCustody());
  const TreeHead head = store_->tree_head();
  Reopen();
  EXPECT_EQ(store_->tree_head(), head);
  EXPECT_EQ(Commit(Page("/next")).capture.value, kPages + 1);
  EXPECT_EQ(store_->ListCaptures({.source = kMarket, .after = {}, .limit = 1000})->size(), kPages + 1);
  ASSERT_OK(store_->CheckCustody());
}

TEST_P(StoreTest, ListCapturesFiltersAndPages) {
  const SourceId other{"market"};  // a prefix of the first one's name
  for (int i = 0; i < 3; ++i) {
    Commit(Page(fmt::format("/{}", i)));
    Commit(MakePage(other, fmt::format("/{}", i), "x", clock_.Utc()));
  }
  const auto ids = [this](const CaptureFilter& filter) {
    std::vector<uint64_t> out;
    for (const Capture& capture : store_->ListCaptures(filter).value_or({})) out.push_back(capture.id.value);
    return out;
  };
  EXPECT_THAT(ids({}), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(ids({.source = kMarket, .after = {}, .limit = 10}), ElementsAre(1, 3, 5));
  EXPECT_THAT(ids({.source = other, .after = {2}, .limit = 10}), ElementsAre(4, 6));
  EXPECT_THAT(ids({.source = kMarket, .after = {1}, .limit = 1}), ElementsAre(3));
  EXPECT_THAT(ids({.source = {}, .after = {4}, .limit = 1}), ElementsAre(5));
  EXPECT_THAT(ids({.source = SourceId{"nobody"}, .after = {}, .limit = 10}), IsEmpty());
}

TEST_P(StoreTest, RefusedPagesChangeNothingAndTheWriterGoesOn) {
  struct Case {
    const char* name;
    std::function<void(PageCommit&)> spoil;
  };
  const Case cases[] = {
      {"digest", [](PageCommit& p) { p.capture.body_sha256 = Sha256("other"); }},
      {"length", [](PageCommit& p) { p.capture.body_bytes += 1; }},
      {"body without has_body", [](PageCommit& p) { p.capture.has_body = false; }},
      {"source", [](PageCommit& p) { p.capture.source = {"Not Valid"}; }},
      {"visited is another page", [](PageCommit& p) { p.visited.key.bytes[0] ^= 1; }},
      {"short key", [](PageCommit& p) { p.capture.url_key.bytes = "short"; }},
      {"outlink of another source", [](PageCommit& p) { p.outlinks.push_back(MakeEntry({"other"}, "/x")); }},
      {"candidate without a listing",
       [](PageCommit& p) { p.analysis.candidates.push_back(MakeCandidate(0, Level::kHigh, 50)); }},
      {"unreadable listing",
       [](PageCommit& p) {
         p.analysis.listings.push_back(MakeListing("x"));
         p.analysis.listings.back().prices[0].amount.scale = 200;
       }},
      {"alert without a source", [](PageCommit& p) { p.alerts.push_back({}); }},
  };
  for (const Case& c : cases) {
    PageCommit page = Page("/a");
    c.spoil(page);
    EXPECT_EQ(writer_->CommitPage(std::move(page)).status().code(), StatusCode::kInvalidArgument) << c.name;
  }
  EXPECT_EQ(store_->tree_head().size, 0u);
  EXPECT_THAT(store_->ListFrontier(kMarket, 10).value(), IsEmpty());
  ASSERT_OK(writer_->writer().status());
  EXPECT_EQ(Commit(Page("/a")).capture, CaptureId{1});
  ASSERT_OK(store_->CheckCustody());
}

TEST_P(StoreTest, FindingIsUpdatedNeverDuplicated) {
  const auto page_with = [this](Level level, int32_t score, bool matches) {
    PageCommit page = Page("/a", fmt::format("{} {} {}", LevelName(level), score, matches));
    page.analysis.listings = {MakeListing("Ice cream", "shop"), MakeListing("Charas 1 tola", "khan")};
    if (matches) page.analysis.candidates = {MakeCandidate(1, level, score)};
    return page;
  };
  const UtcTime first = clock_.Utc();
  const PageCommitted raised = Commit(page_with(Level::kHigh, 70, true));
  ASSERT_THAT(raised.new_findings, SizeIs(1));
  EXPECT_THAT(raised.seen_findings, IsEmpty());
  const FindingId id = raised.new_findings[0];

  clock_.Advance(std::chrono::hours(24));
  const UtcTime second = clock_.Utc();
  const PageCommitted again = Commit(page_with(Level::kCritical, 90, true));
  EXPECT_THAT(again.new_findings, IsEmpty());
  EXPECT_THAT(again.seen_findings, ElementsAre(id));

  clock_.Advance(std::chrono::hours(24));
  const UtcTime third = clock_.Utc();
  const PageCommitted without = Commit(page_with(Level::kHigh, 0, false));
  EXPECT_THAT(without.new_findings, IsEmpty());
  EXPECT_THAT(without.seen_findings, IsEmpty());

  Reopen();
  const Finding finding = store_->GetFinding(id).value();
  EXPECT_EQ(finding.first_seen, first);
  EXPECT_EQ(finding.last_seen, second);
  EXPECT_EQ(finding.first_capture, CaptureId{1});
  EXPECT_EQ(finding.last_capture, CaptureId{2});
  EXPECT_EQ(finding.times_seen, 2u);
  EXPECT_EQ(finding.match.level, Level::kCritical);
  EXPECT_EQ(finding.listing.title, "Charas 1 tola");
  EXPECT_THAT(store_->ListFindings({}).value(), SizeIs(1));

  const StoredListing listing = store_->GetListing(kMarket, finding.listing_id).value();
  EXPECT_EQ(listing.first_seen, first);
  EXPECT_EQ(listing.last_seen, third);
  EXPECT_EQ(listing.last_capture, CaptureId{3});
  // It said the same each time.
  const std::vector<Observation> looks = store_->ListObservations(kMarket, finding.listing_id).value();
  ASSERT_THAT(looks, SizeIs(1));
  EXPECT_THAT(looks[0].looks(), ElementsAre(CaptureId{1}, CaptureId{2}, CaptureId{3}));
  EXPECT_EQ(looks[0].seen_at, first);
  EXPECT_EQ(looks[0].last_seen, third);
  ASSERT_OK(store_->CheckCustody());
}

// What one page of a group changes, the next page of the same group has to see.
TEST_P(StoreTest, PagesOfOneGroupSeeEachOther) {
  constexpr int kPages = 20;
  std::promise<void> all;
  std::vector<PageCommitted> committed;
  for (int i = 0; i < kPages; ++i) {
    PageCommit page = Page("/same", fmt::format("body {}", i));
    page.analysis.listings = {MakeListing("Charas")};
    page.analysis.candidates = {MakeCandidate(0, i % 2 == 0 ? Level::kHigh : Level::kMedium, 60)};
    page.outlinks = {MakeEntry(kMarket, "/linked")};
    writer_->writer().CommitPage(std::move(page), [&](const Result<PageCommitted>& result) {
      ASSERT_TRUE(result.ok()) << result.status().message();
      committed.push_back(*result);
      if (committed.size() == kPages) all.set_value();
    });
  }
  all.get_future().wait();
  size_t raised = 0, added = 0;
  for (const PageCommitted& page : committed) {
    raised += page.new_findings.size();
    added += page.added.size();
  }
  EXPECT_EQ(raised, 1u);
  EXPECT_EQ(added, 1u);
  const auto findings = store_->ListFindings({}).value();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].times_seen, kPages);
  EXPECT_THAT(store_->ListFindings({.source = kMarket, .min_level = {}, .limit = 10}).value(), SizeIs(1));
  EXPECT_EQ(store_->CountSource(kMarket, clock_.Utc()).value().findings, 1u);
}

TEST_P(StoreTest, FindingsByLevelThenByScoreThenByLastSeen) {
  const SourceId other{"other"};
  int number = 0;
  const auto raise = [&](const SourceId& source, Level level, int32_t score = 50) {
    clock_.Advance(std::chrono::minutes(1));
    PageCommit page = MakePage(source, "/a", "x", clock_.Utc());
    page.analysis.listings = {MakeListing(fmt::format("title {}", number++))};
    page.analysis.candidates = {MakeCandidate(0, level, score)};
    Commit(std::move(page));
  };
  raise(kMarket, Level::kLow);
  raise(other, Level::kCritical);
  raise(kMarket, Level::kHigh);
  raise(kMarket, Level::kCritical);
  raise(kMarket, Level::kHigh);
  const auto titles = [this](const FindingFilter& filter) {
    std::vector<std::string> out;
    for (const Finding& finding : store_->ListFindings(filter).value_or({}))
      out.push_back(finding.listing.title);
    return out;
  };
  EXPECT_THAT(titles({}), ElementsAre("title 3", "title 1", "title 4", "title 2", "title 0"));
  EXPECT_THAT(titles({.source = kMarket, .min_level = {}, .limit = 10}),
              ElementsAre("title 3", "title 4", "title 2", "title 0"));
  EXPECT_THAT(titles({.source = {}, .min_level = Level::kHigh, .limit = 3}),
              ElementsAre("title 3", "title 1", "title 4"));
  EXPECT_THAT(titles({.source = other, .min_level = Level::kHigh, .limit = 10}), ElementsAre("title 1"));
  raise(kMarket, Level::kHigh, 40);
  raise(kMarket, Level::kHigh, 60);
  EXPECT_THAT(titles({.source = {}, .min_level = Level::kHigh, .limit = 10}),
              ElementsAre("title 3", "title 1", "title 6", "title 4", "title 2", "title 5"));
  const FindingOrder newest = FindingOrder::kLastSeen;
  EXPECT_THAT(titles({.source = {}, .min_level = {}, .limit = 3, .order = newest}),
              ElementsAre("title 6", "title 5", "title 4"));
  EXPECT_THAT(titles({.source = kMarket, .min_level = Level::kCritical, .limit = 9, .order = newest}),
              ElementsAre("title 3"));
}

TEST_P(StoreTest, SeedsAreAddedOnceAndKeepTheirSchedule) {
  FrontierEntry seed = MakeEntry(kMarket, "/");
  seed.priority = CrawlPriority::kSeed;
  seed.due = clock_.Utc();
  ASSERT_OK(writer_->AddSeeds({seed, seed}));
  EXPECT_THAT(ReadyUrls(), ElementsAre("http://example.com/"));
  Commit(Page("/"));
  EXPECT_THAT(ReadyUrls(), IsEmpty());
  ASSERT_OK(writer_->AddSeeds({seed}));
  EXPECT_THAT(ReadyUrls(), IsEmpty());
  clock_.Advance(std::chrono::hours(25));
  EXPECT_THAT(ReadyUrls(), ElementsAre("http://example.com/"));
  EXPECT_EQ(writer_->AddSeeds({FrontierEntry()}).code(), StatusCode::kInvalidArgument);
}

TEST_P(StoreTest, OutlinksAreAddedOnceAndRememberWhoFoundThem) {
  PageCommit page = Page("/a");
  page.outlinks = {MakeEntry(kMarket, "/b"), MakeEntry(kMarket, "/a"), MakeEntry(kMarket, "/b")};
  const PageCommitted first = Commit(page);
  ASSERT_THAT(first.added, SizeIs(1));
  EXPECT_EQ(first.added[0].url, "http://example.com/b");
  EXPECT_EQ(first.added[0].found_on, CaptureId{1});
  EXPECT_THAT(Commit(page).added, IsEmpty());
  EXPECT_EQ(store_->GetFrontierEntry(kMarket, page.outlinks[0].key).value().found_on, CaptureId{1});
  EXPECT_THAT(store_->ListFrontier(kMarket, 10).value(), SizeIs(2));
}

TEST_P(StoreTest, ReadyIsByPriorityThenByTheLongestDue) {
  const UtcTime now = clock_.Utc();
  const auto entry = [&](const char* path, CrawlPriority priority, int minutes_due) {
    FrontierEntry e = MakeEntry(kMarket, path);
    e.priority = priority;
    e.due = now - std::chrono::minutes(minutes_due);
    return e;
  };
  ASSERT_OK(writer_->AddSeeds(
      {entry("/rest", CrawlPriority::kRest, 90), entry("/list-late", CrawlPriority::kListing, 1),
       entry("/list-early", CrawlPriority::kListing, 5), entry("/now", CrawlPriority::kNow, 0),
       entry("/not-yet", CrawlPriority::kNow, -7), entry("/seed", CrawlPriority::kSeed, 2)}));
  const std::string site = "http://example.com";
  EXPECT_THAT(ReadyUrls(), ElementsAre(site + "/now", site + "/seed", site + "/list-early",
                                       site + "/list-late", site + "/rest"));
  EXPECT_THAT(ReadyUrls(2), ElementsAre(site + "/now", site + "/seed"));
  const UrlKey leased = MakeEntry(kMarket, "/seed").key;
  EXPECT_THAT(ReadyUrls(2, [&](const UrlKey& key) { return key == leased; }),
              ElementsAre(site + "/now", site + "/list-early"));
  EXPECT_EQ(store_->NextDue(kMarket).value(), now - std::chrono::minutes(90));
  EXPECT_EQ(store_->NextDue({"nobody"}).value(), std::nullopt);
}

TEST_P(StoreTest, OnlyScheduledPagesAreDue) {
  const struct {
    const char* path;
    FrontierState state;
  } cases[] = {{"/gone", FrontierState::kGone},
               {"/refused", FrontierState::kRefused},
               {"/held", FrontierState::kHeld},
               {"/again", FrontierState::kScheduled}};
  for (const auto& c : cases) {
    PageCommit page = Page(c.path);
    page.visited.state = c.state;
    page.visited.due = clock_.Utc();
    Commit(std::move(page));
  }
  EXPECT_THAT(ReadyUrls(), ElementsAre("http://example.com/again"));
  const SourceCounts counts = store_->CountSource(kMarket, clock_.Utc()).value();
  EXPECT_EQ(counts.known, 4u);
  EXPECT_EQ(counts.due, 1u);
  EXPECT_EQ(counts.gone, 1u);
  EXPECT_EQ(counts.refused, 1u);
  EXPECT_EQ(counts.held, 1u);
  EXPECT_EQ(counts.captures, 4u);
  EXPECT_EQ(counts.findings, 0u);
  EXPECT_EQ(store_->CountSource({"nobody"}, clock_.Utc()).value().known, 0u);
}

TEST_P(StoreTest, ReviewsFollowEachOtherAndNeedAFinding) {
  PageCommit page = Page("/a");
  page.analysis.listings = {MakeListing("Charas")};
  page.analysis.candidates = {MakeCandidate(0, Level::kHigh, 60)};
  const FindingId id = Commit(std::move(page)).new_findings.at(0);

  Review review{
      .finding = id, .decision = Decision::kNeedsMore, .actor = "ayesha", .note = "call back", .at = {}};
  ASSERT_OK(writer_->AddReview(review));
  review.decision = Decision::kConfirmed;
  review.note = "seen with \xff own eyes";  // not UTF-8
  ASSERT_OK(writer_->AddReview(review));
  EXPECT_EQ(
      writer_
          ->AddReview({.finding = {"f-0000000000000000"}, .decision = {}, .actor = "a", .note = {}, .at = {}})
          .code(),
      StatusCode::kNotFound);
  EXPECT_EQ(writer_->AddReview({.finding = {"nonsense"}, .decision = {}, .actor = "a", .note = {}, .at = {}})
                .code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(
      writer_->AddReview({.finding = id, .decision = Decision::kConfirmed, .actor = "", .note = {}, .at = {}})
          .code(),
      StatusCode::kInvalidArgument);

  Reopen();
  const auto reviews = store_->ListReviews(id).value();
  ASSERT_THAT(reviews, SizeIs(2));
  EXPECT_EQ(reviews[0].decision, Decision::kNeedsMore);
  EXPECT_EQ(reviews[0].at, clock_.Utc());
  EXPECT_EQ(reviews[1].decision, Decision::kConfirmed);
  const CustodyLeaf leaf = store_->GetLeaf(2).value();
  EXPECT_EQ(leaf.kind, "review");
  EXPECT_EQ(leaf.actor, "ayesha");
  EXPECT_EQ(leaf.detail, id.value);
  ASSERT_OK(store_->CheckCustody());
}

TEST_P(StoreTest, EventsAreLeaves) {
  ASSERT_OK(writer_->AddEvent({"start", "gasht", "0.1.0"}));
  ASSERT_OK(writer_->AddEvent({"view", "ayesha \xff", "f-0123456789abcdef"}));
  const CustodyEvent refused[] = {{"", "gasht", ""},
                                  {"start", "", ""},
                                  {"capture", "gasht", ""},
                                  {"review", "gasht", ""},
                                  {"start", "gasht", std::string(2000, 'x')}};
  for (const CustodyEvent& event : refused)
    EXPECT_EQ(writer_->AddEvent(event).code(), StatusCode::kInvalidArgument)
        << event.kind << " " << event.actor;
  const CustodyLeaf leaf = store_->GetLeaf(0).value();
  EXPECT_EQ(leaf.kind, "start");
  EXPECT_EQ(leaf.detail, "0.1.0");
  EXPECT_EQ(leaf.at, clock_.Utc());
  EXPECT_EQ(store_->tree_head().size, 2u);
  ASSERT_OK(store_->CheckCustody());
  Reopen();
  ASSERT_OK(store_->CheckCustody());
}

TEST_P(StoreTest, LeafOfACapture) {
  ASSERT_OK(writer_->AddEvent({"start", "gasht", ""}));
  Commit(Page("/a"));
  Commit(Page("/b"));
  const Capture capture = store_->GetCapture({2}).value();
  const CustodyLeaf leaf = store_->GetLeafOf(capture).value();
  EXPECT_EQ(leaf.index, 2u);
  EXPECT_EQ(leaf.kind, "capture");
  EXPECT_EQ(leaf.capture, CaptureId{2});
  EXPECT_EQ(leaf.actor, "gasht");
  // Salts make equal records unequal leaves.
  EXPECT_NE(leaf.salt, store_->GetLeaf(1)->salt);
}

TEST_P(StoreTest, AlertsNewestFirst) {
  for (const char* kind : {"login_wall", "seizure_banner"}) {
    PageCommit page = Page("/a", kind);
    page.alerts = {{kMarket, kind, {}, clock_.Utc()}};
    Commit(std::move(page));
  }
  const auto alerts = store_->ListAlerts(10).value();
  ASSERT_THAT(alerts, SizeIs(2));
  EXPECT_EQ(alerts[0].kind, "seizure_banner");
  EXPECT_EQ(alerts[0].capture, CaptureId{2});
  EXPECT_EQ(alerts[1].kind, "login_wall");
  EXPECT_THAT(store_->ListAlerts(1).value(), SizeIs(1));
}

TEST_P(StoreTest, BrokenIdsAreNoPrefixes) {
  PageCommit page = Page("/a");
  page.analysis.listings = {MakeListing("Charas")};
  Commit(std::move(page));
  for (const char* id : {"", "0", "f-"}) {
    EXPECT_EQ(store_->ListObservations(kMarket, {id}).status().code(), StatusCode::kInvalidArgument) << id;
    EXPECT_EQ(store_->ListReviews({id}).status().code(), StatusCode::kInvalidArgument) << id;
  }
}

TEST_P(StoreTest, WriterCommitsWhatWasSubmittedBeforeItEnds) {
  int done = 0;  // changed on the writer's thread, read after it has ended
  for (int i = 0; i < 100; ++i)
    writer_->writer().CommitPage(
        Page(fmt::format("/{}", i)),
        [&done](const Result<PageCommitted>& committed) { done += committed.ok() ? 1 : 0; });
  writer_.reset();
  EXPECT_EQ(done, 100);
  EXPECT_EQ(store_->tree_head().size, 100u);
}

}  // namespace
}  // namespace gasht
