// Lawful deletion: two people, a legal basis, holds, tombstones, and no byte of what was forgotten.

#include "casework/retention.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "casework/test_world.h"
#include "store/backup.h"
#include "store/key_table.h"
#include "store/proof.h"
#include "store/signer.h"
#include "store/verify.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

std::string Marker(int i) {
  return fmt::format("MARKER-{}-OF-A-PERSON", i);
}

// A store on disk.
class RetentionTest : public testing::Test {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.path = folder_ / "store";
    options.plain_files = true;  // compressed, a marker would not be found though it is there
    store_ = Store::Open(options).value();
    writer_ = std::make_unique<WaitingWriter>(*store_, clock_);
  }

  CaptureId Commit(const std::string& path, const std::string& body, bool with_finding = false,
                   const std::string& words = "") {
    clock_.Advance(std::chrono::seconds(1));
    PageCommit page = MakePage(kMarket, path, body, clock_.Utc());
    page.capture.request_head = "GET " + path + " HTTP/1.1\r\nX: " + words + "\r\n\r\n";
    page.capture.response_head = "HTTP/1.1 200 OK\r\nX: " + words + "\r\n\r\n";
    if (with_finding) {
      page.analysis.listings.push_back(MakeListing(words + " listing " + path));
      page.analysis.candidates.push_back(MakeCandidate(0, Level::kHigh, 70));
    }
    return writer_->CommitPage(std::move(page)).value().capture;
  }

  Retention Open() {
    RetentionSetup setup;
    setup.book_path = folder_ / "store/retention.json";
    Source source;
    source.id = kMarket;
    source.retention_without_finding = std::chrono::hours(24 * 30);
    setup.sources = {source};
    setup.record = [this](CustodyEvent event) -> Result<uint64_t> {
      const uint64_t leaf = store_->tree_head().size;
      GASHT_RETURN_IF_ERROR(writer_->AddEvent(std::move(event)));
      return leaf;
    };
    setup.erase = [this](Erasure erasure) -> Result<Erased> {
      if (erase_fails_) return Status::Unavailable("the disk is gone");
      std::promise<Result<Erased>> done;
      writer_->writer().Erase(std::move(erasure),
                              [&](Result<Erased> erased) { done.set_value(std::move(erased)); });
      return done.get_future().get();
    };
    setup.backups = ListBackups(store_->path()).value();
    auto retention = Retention::Open(*store_, clock_, std::move(setup));
    EXPECT_TRUE(retention.ok()) << retention.status().message();
    return std::move(*retention);
  }

  // A backup as `gasht store backup` writes it, of the store as it is.
  void BackUpTo(const std::string& to) {
    StoreOptions options;
    options.path = store_->path();
    options.create_if_missing = false;
    options.read_only = true;
    options.database = store_->MakeSnapshot().value();
    {
      const std::unique_ptr<Store> snapshot = Store::Open(options).value();
      const auto report = BackUp(*snapshot, to);
      ASSERT_TRUE(report.ok()) << report.status().message();
      ASSERT_TRUE(report->ok()) << Explain(*report).front();
    }
    fs::remove_all(options.database);
    ASSERT_TRUE(RegisterBackup(store_->path(), to).ok());
  }
  void Finish() {
    Retention retention = Open();
    const Status status = FinishDestruction(
        *store_, retention, [this](const std::string& backup) { return store_->ForgetIn(backup).status(); });
    ASSERT_TRUE(status.ok()) << status.message();
  }

  // Which of these stand anywhere in the files of a folder.
  std::set<int> MarkersIn(const std::string& folder) const {
    std::set<int> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      const std::string bytes = ReadFile(entry.path(), size_t{1} << 30).value_or("");
      constexpr std::string_view kBegin = "MARKER-";
      for (size_t at = bytes.find(kBegin); at != std::string::npos; at = bytes.find(kBegin, at + 1))
        found.insert(std::atoi(bytes.c_str() + at + kBegin.size()));
    }
    return found;
  }
  static size_t DestroyedSlots(const std::string& folder) {
    const std::string table = ReadFile(folder + "/keys.bin", size_t{1} << 30).value();
    size_t count = 0;
    for (size_t at = KeyTable::kSlotBytes; at < table.size(); at += KeyTable::kSlotBytes)
      count += table[at] == 2;
    return count;
  }
  // A backup, checked as a stranger would: everything that is left is proved, and derived rows fit.
  void ExpectVerifies(const std::string& backup) {
    StoreOptions options;
    options.path = backup;
    options.create_if_missing = false;
    options.read_only = true;
    options.master_key_folder = store_->path();
    const auto copy = Store::Open(options);
    ASSERT_TRUE(copy.ok()) << copy.status().message();
    VerifyOptions verify;
    verify.derived = true;
    const auto report = VerifyStore(**copy, verify);
    ASSERT_TRUE(report.ok());
    EXPECT_TRUE(report->ok()) << report->problems.front();
  }

  bool erase_fails_ = false;
  FakeClock clock_;
  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<WaitingWriter> writer_;
};

TEST_F(RetentionTest, DueIsWhatIsOldWithoutAFinding) {
  Commit("/old", "<p>old</p>");
  Commit("/kept", "<p>kept</p>", true);
  EXPECT_EQ(Open().Due().value()[0].due, 0u);
  clock_.Advance(std::chrono::hours(24 * 31));
  Commit("/new", "<p>new</p>");
  const RetentionDue due = Open().Due().value()[0];
  EXPECT_EQ(due.due, 1u);
  EXPECT_EQ(due.overdue, 0u);
  ASSERT_EQ(due.captures.size(), 1u);
  clock_.Advance(std::chrono::hours(24 * 8));
  EXPECT_EQ(Open().Due().value()[0].overdue, 1u);
  const auto proposal = Open().ProposeDue(kMarket, "clerk");
  ASSERT_TRUE(proposal.ok()) << proposal.status().message();
  EXPECT_EQ(proposal->captures, due.captures);
  EXPECT_NE(proposal->basis.find("30 days"), std::string::npos);
  // What is proposed is not proposed again.
  EXPECT_EQ(Open().ProposeDue(kMarket, "clerk").status().code(), StatusCode::kNotFound);
}

TEST_F(RetentionTest, OnePersonIsNotEnough) {
  const CaptureId id = Commit("/a", "<p>a</p>");
  const uint64_t proposal = Open().Propose({id}, "order 7/2026", "clerk")->id;
  const auto first = Open().Approve(proposal, "ayesha");
  ASSERT_TRUE(first.ok()) << first.status().message();
  EXPECT_FALSE(first->done);
  const auto again = Open().Approve(proposal, "ayesha");
  EXPECT_EQ(again.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_TRUE(store_->GetCapture(id).ok()) << "nothing may be gone";
  EXPECT_EQ(Open().Approve(99, "bilal").status().code(), StatusCode::kNotFound);

  // An approval that somebody wrote into the book.
  std::string book = ReadFile(folder_ / "store/retention.json", 1 << 20).value();
  book.replace(book.find("\"actor\":\"ayesha\""), 16, "\"actor\":\"somebo\"");
  std::ofstream(folder_ / "store/retention.json") << book;
  EXPECT_EQ(Open().Approve(proposal, "ayesha").status().code(), StatusCode::kDataLoss);
  EXPECT_TRUE(store_->GetCapture(id).ok());
}

TEST_F(RetentionTest, RefusesWhatHasNoReason) {
  const CaptureId id = Commit("/a", "<p>a</p>");
  for (const char* basis : {"", "   ", "two\nlines"})
    EXPECT_EQ(Open().Propose({id}, basis, "clerk").status().code(), StatusCode::kInvalidArgument) << basis;
  EXPECT_EQ(Open().Propose({}, "order", "clerk").status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Open().Propose({{999}}, "order", "clerk").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(Open().Hold({}).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(RetentionTest, AHoldBeatsEverything) {
  const CaptureId a = Commit("/a", "<p>a</p>"), b = Commit("/b", "<p>b</p>", true);
  const std::string finding = store_->ListFindings({}).value()[0].id.value;
  struct Row {
    const char* name;
    LegalHold hold;
    CaptureId capture;
  };
  const Row rows[] = {
      {"source", {0, "case 5", "judge", {}, kMarket.value, "", 0}, a},
      {"capture", {0, "case 5", "judge", {}, "", "", a.value}, a},
      {"finding", {0, "case 5", "judge", {}, "", finding, 0}, b},
  };
  for (const Row& row : rows) {
    // A proposal made before the hold does not pass it either.
    const uint64_t proposal = Open().Propose({row.capture}, "order", "clerk")->id;
    ASSERT_TRUE(Open().Approve(proposal, "ayesha").ok()) << row.name;
    const auto hold = Open().Hold(row.hold);
    ASSERT_TRUE(hold.ok()) << row.name << ": " << hold.status().message();
    const auto refused = Open().Approve(proposal, "bilal");
    EXPECT_EQ(refused.status().code(), StatusCode::kFailedPrecondition) << row.name;
    EXPECT_NE(refused.status().message().find("case 5"), std::string::npos) << refused.status().message();
    EXPECT_EQ(Open().Propose({row.capture}, "order", "clerk").status().code(),
              StatusCode::kFailedPrecondition);
    EXPECT_TRUE(store_->GetCapture(row.capture).ok()) << row.name;
    EXPECT_TRUE(Open().Release(hold->id, "case closed", "judge").ok());
  }
}

// 10,000 captures, 100 of them with a marker in everything that a page has: address, heads, body, listing, vendor,
// identifiers, link, candidate, review. They are forgotten; one backup is there, another comes back later.
TEST_F(RetentionTest, ForgottenIsGoneAndTheGapExplained) {
  constexpr int kCaptures = 10'000, kForgotten = 100, kEvery = kCaptures / kForgotten;
  std::vector<CaptureId> forget;
  std::vector<FindingId> raised;
  {
    std::vector<std::future<Result<PageCommitted>>> commits;
    for (int i = 0; i < kCaptures; ++i) {
      const std::string words = i % kEvery == 0 ? Marker(i) : fmt::format("ordinary words {}", i);
      clock_.Advance(std::chrono::seconds(1));
      PageCommit page =
          MakePage(kMarket, fmt::format("/page/{}?q={}", i, i % kEvery == 0 ? Marker(i) : "none"),
                   fmt::format("<p>{}</p> {}", words, Sha256(words).hex()), clock_.Utc());
      page.capture.request_head = "GET / HTTP/1.1\r\nX: " + words + "\r\n\r\n";
      page.capture.response_head = "HTTP/1.1 200 OK\r\nX: " + words + "\r\n\r\n";
      page.visited.etag = words;
      page.outlinks.push_back(MakeEntry(kMarket, "/linked/" + std::to_string(i) + "/" + words));
      if (i % kEvery == 0) {
        Candidate candidate;
        candidate.kind = CandidateKind::kFeed;
        candidate.value = "http://example.com/" + words;
        candidate.source = candidate.last_source = kMarket;
        candidate.id = MakeCandidateId(candidate.kind, candidate.value);
        page.candidates.push_back(candidate);
        Listing listing = MakeListing(words + " title", words + " vendor");
        listing.text = "sold by " + words;
        listing.site_id = words;
        Identifier seller;
        seller.kind = IdentifierKind::kTelegram;
        seller.value = words;
        listing.identifiers = {seller};
        page.analysis.listings.push_back(listing);
        MatchCandidate match = MakeCandidate(0, Level::kHigh, 70);
        match.matches.push_back({"listings/0/title", {0, words.size()}, words, words, "term"});
        page.analysis.candidates.push_back(match);
      }
      auto done = std::make_shared<std::promise<Result<PageCommitted>>>();
      commits.push_back(done->get_future());
      writer_->writer().CommitPage(std::move(page), [done](Result<PageCommitted> committed) {
        done->set_value(std::move(committed));
      });
    }
    for (int i = 0; i < kCaptures; ++i) {
      const Result<PageCommitted> committed = commits[static_cast<size_t>(i)].get();
      ASSERT_TRUE(committed.ok()) << committed.status().message();
      if (i % kEvery != 0) continue;
      forget.push_back(committed->capture);
      ASSERT_EQ(committed->new_findings.size(), 1u);
      raised.push_back(committed->new_findings.front());
    }
  }
  ASSERT_TRUE(
      writer_->AddReview({raised.front(), Decision::kConfirmed, "officer", "says " + Marker(0), {}}).ok());
  const std::string here = folder_ / "backup-here", away = folder_ / "backup-away";
  ASSERT_NO_FATAL_FAILURE(BackUpTo(here));
  ASSERT_NO_FATAL_FAILURE(BackUpTo(away));
  fs::rename(away, away + "-on-a-shelf");
  for (const std::string& folder : {store_->path(), here})
    ASSERT_EQ(MarkersIn(folder).size(), size_t{kForgotten}) << "the search finds what is there: " << folder;

  const uint64_t proposal = Open().Propose(forget, "order 12/2026 of the court", "clerk")->id;
  ASSERT_TRUE(Open().Approve(proposal, "ayesha").ok());
  EXPECT_EQ(Open().Approve(proposal, "ayesha").status().code(), StatusCode::kFailedPrecondition);
  ASSERT_EQ(MarkersIn(here).size(), size_t{kForgotten}) << "one person has forgotten something";
  const auto done = Open().Approve(proposal, "bilal");
  ASSERT_TRUE(done.ok()) << done.status().message();
  EXPECT_TRUE(done->done);
  EXPECT_EQ(Open().unfinished().backups.size(), 2u);
  ASSERT_NO_FATAL_FAILURE(Finish());

  EXPECT_EQ(MarkersIn(store_->path()), std::set<int>());
  EXPECT_EQ(MarkersIn(here), std::set<int>());
  EXPECT_EQ(DestroyedSlots(store_->path()), size_t{kForgotten});
  EXPECT_EQ(DestroyedSlots(here), size_t{kForgotten});
  // The one on the shelf is told of, and forgets when it comes back.
  ASSERT_EQ(Open().pending().size(), 1u);
  EXPECT_EQ(Open().pending()[0].backup, away);
  EXPECT_NE(Open().pending()[0].why.find("cannot be reached"), std::string::npos) << Open().pending()[0].why;
  fs::rename(away + "-on-a-shelf", away);
  ASSERT_EQ(MarkersIn(away).size(), size_t{kForgotten});
  ASSERT_NO_FATAL_FAILURE(Finish());
  EXPECT_TRUE(Open().pending().empty());
  EXPECT_EQ(MarkersIn(away), std::set<int>());
  EXPECT_EQ(DestroyedSlots(away), size_t{kForgotten});

  // The rest verifies, here and in the backups, and each gap has its tombstone.
  VerifyOptions verify;
  verify.derived = true;
  const auto report = VerifyStore(*store_, verify);
  ASSERT_TRUE(report.ok());
  EXPECT_TRUE(report->ok()) << report->problems.front();
  EXPECT_EQ(report->destroyed, uint64_t{kForgotten});
  EXPECT_EQ(report->bodies, uint64_t{kCaptures - kForgotten});
  for (const std::string& backup : {here, away}) ExpectVerifies(backup);
  EXPECT_TRUE(store_->ListFindings({}).value().empty());
  const ProofReader proofs(*store_);
  std::set<CaptureId> tombstones;
  for (uint64_t i = 0; i < proofs.head().size; ++i) {
    const CustodyLeaf leaf = proofs.Leaf(i).value();
    if (leaf.kind != "deletion") continue;
    EXPECT_TRUE(tombstones.insert(leaf.capture).second);
    EXPECT_EQ(leaf.actor, "ayesha, bilal");
    EXPECT_NE(leaf.detail.find("order 12/2026 of the court"), std::string::npos) << leaf.detail;
  }
  EXPECT_EQ(tombstones, std::set<CaptureId>(forget.begin(), forget.end()));
  EXPECT_EQ(Open().Approve(proposal, "chaudhry").status().code(), StatusCode::kFailedPrecondition);
}

// An advert that later looks keep says no word that only a destroyed look had.
TEST_F(RetentionTest, WordsOfADestroyedLookGoFromWhatStays) {
  struct Row {
    const char* name;
    int first_score, second_score;
    size_t destroyed;  // of the two looks
  };
  // The strongest look's words are the finding's, the last look's are the listing's.
  const Row rows[] = {{"the stronger, earlier", 90, 60, 0},
                      {"the weaker, earlier", 60, 90, 0},
                      {"the stronger, later", 60, 90, 1},
                      {"the weaker, later", 90, 60, 1}};
  int number = 0;
  for (const Row& row : rows) {
    std::array<CaptureId, 2> looks;
    std::array<std::string, 2> words;
    FindingId finding;
    for (size_t i = 0; i < looks.size(); ++i) {
      words[i] = i == row.destroyed ? Marker(++number) : fmt::format("what may stay {}", ++number);
      clock_.Advance(std::chrono::seconds(1));
      PageCommit page =
          MakePage(kMarket, fmt::format("/advert/{}/{}", row.name[4], i) + row.name, words[i], clock_.Utc());
      Listing listing = MakeListing(words[i] + " title", words[i]);
      listing.site_id = fmt::format("advert {}", row.name);
      page.analysis.listings.push_back(listing);
      MatchCandidate match = MakeCandidate(0, Level::kHigh, i == 0 ? row.first_score : row.second_score);
      match.matches.push_back({"listings/0/title", {0, words[i].size()}, words[i], words[i], "term"});
      page.analysis.candidates.push_back(match);
      const auto committed = writer_->CommitPage(std::move(page));
      ASSERT_TRUE(committed.ok()) << row.name;
      looks[i] = committed->capture;
      if (i == 0) finding = committed->new_findings.at(0);
    }
    const uint64_t proposal = Open().Propose({looks[row.destroyed]}, "order", "clerk")->id;
    ASSERT_TRUE(Open().Approve(proposal, "ayesha").ok());
    ASSERT_TRUE(Open().Approve(proposal, "bilal").ok()) << row.name;
    ASSERT_NO_FATAL_FAILURE(Finish());
    EXPECT_EQ(MarkersIn(store_->path()), std::set<int>()) << row.name;
    const auto left = store_->GetFinding(finding);
    ASSERT_TRUE(left.ok()) << row.name;
    EXPECT_EQ(left->match.level, Level::kHigh) << row.name;
    EXPECT_EQ(left->last_capture, looks[1 - row.destroyed]) << row.name;
    // Words of the other look stay where they were kept: its listing, or its strength.
    const bool knows_words = row.destroyed == 0 || row.first_score > row.second_score;
    EXPECT_EQ(left->listing.title, knows_words ? words[1 - row.destroyed] + " title" : "") << row.name;
    VerifyOptions verify;
    verify.derived = true;
    const auto report = VerifyStore(*store_, verify);
    EXPECT_TRUE(report.ok() && report->ok()) << row.name << ": " << report->problems.front();
  }
}

// Approved by two people, and then the power went: it is done at the next start, unless a judge was quicker.
TEST_F(RetentionTest, WhatWasApprovedIsFinishedLater) {
  const CaptureId a = Commit("/a", "<p>a</p>"), b = Commit("/b", "<p>b</p>");
  for (const CaptureId id : {a, b}) {
    const uint64_t proposal = Open().Propose({id}, "order 7/2026", "clerk")->id;
    ASSERT_TRUE(Open().Approve(proposal, "ayesha").ok());
    erase_fails_ = true;
    EXPECT_EQ(Open().Approve(proposal, "bilal").status().code(), StatusCode::kUnavailable);
    erase_fails_ = false;
  }
  ASSERT_TRUE(Open().Hold({0, "case 5", "judge", {}, "", "", b.value}).ok());
  EXPECT_TRUE(Open().FinishApproved().ok());
  EXPECT_EQ(store_->GetCapture(a).status().code(), StatusCode::kNotFound);
  EXPECT_TRUE(store_->GetCapture(b).ok()) << "it is held";
  EXPECT_TRUE(Open().proposals()[0].done);
  EXPECT_FALSE(Open().proposals()[1].done);
  EXPECT_TRUE(Open().unfinished().rewrite);
}

// Its last look is gone: the page is unknown again, unless a person said "never again" or it is a seed.
TEST_F(RetentionTest, AddressesGoWithTheLastLook) {
  const CaptureId page = Commit("/seen", "<p>a</p>");
  PageCommit seed = MakePage(kMarket, "/seed", "<p>seed</p>", clock_.Utc());
  seed.visited.priority = CrawlPriority::kSeed;
  const CaptureId seed_id = writer_->CommitPage(std::move(seed)).value().capture;
  const CaptureId cancelled = Commit("/never-again", "<p>b</p>");
  FrontierChange change;
  change.source = kMarket;
  change.filter.path = "/never-again";
  change.actor = "officer";
  std::promise<Result<FrontierChanged>> changed;
  writer_->writer().ChangeFrontier(change,
                                   [&](Result<FrontierChanged> c) { changed.set_value(std::move(c)); });
  ASSERT_EQ(changed.get_future().get()->changed, 1u);
  const uint64_t proposal = Open().Propose({page, seed_id, cancelled}, "order", "clerk")->id;
  ASSERT_TRUE(Open().Approve(proposal, "ayesha").ok());
  ASSERT_TRUE(Open().Approve(proposal, "bilal").ok());
  EXPECT_EQ(store_->GetFrontierEntry(kMarket, MakeEntry(kMarket, "/seen").key).status().code(),
            StatusCode::kNotFound);
  EXPECT_EQ(store_->GetFrontierEntry(kMarket, MakeEntry(kMarket, "/seed").key)->url,
            "http://example.com/seed");
  const auto row = store_->GetFrontierEntry(kMarket, MakeEntry(kMarket, "/never-again").key);
  ASSERT_TRUE(row.ok());
  EXPECT_EQ(row->state, FrontierState::kCancelled);
  EXPECT_EQ(row->url, "");
  // Without an address it cannot be asked for again.
  change.action = FrontierAction::kRequeue;
  change.filter.path.clear();
  std::promise<Result<FrontierChanged>> requeued;
  writer_->writer().ChangeFrontier(change,
                                   [&](Result<FrontierChanged> c) { requeued.set_value(std::move(c)); });
  ASSERT_TRUE(requeued.get_future().get().ok());
  EXPECT_EQ(store_->GetFrontierEntry(kMarket, MakeEntry(kMarket, "/never-again").key)->state,
            FrontierState::kCancelled);
}

// A copy that nobody registered comes back: what the replaced database knows to be destroyed is destroyed again.
TEST_F(RetentionTest, ARestoreForgetsWhatTheReplacedStoreHadDestroyed) {
  const std::string keys = folder_ / "keys", backup = folder_ / "copy", store = folder_ / "store";
  CustodySetup custody;
  custody.origin = "gasht/0123456789abcdef";
  custody.signer = keys;
  custody.keys = {TreeSigner::Create(keys, custody.origin, NoteKeyType::kEd25519).value()};
  ASSERT_TRUE(WriteCustodySetup(store, custody).ok());
  Commit("/kept", "<p>MARKER-1-</p>", false, Marker(1));
  const CaptureId gone = Commit("/gone", "<p>MARKER-2-</p>", true, Marker(2));
  ASSERT_NO_FATAL_FAILURE(BackUpTo(backup));
  fs::remove(store + "/backups");
  const uint64_t proposal = Open().Propose({gone}, "order", "clerk")->id;
  ASSERT_TRUE(Open().Approve(proposal, "ayesha").ok());
  ASSERT_TRUE(Open().Approve(proposal, "bilal").ok());
  ASSERT_NO_FATAL_FAILURE(Finish());
  EXPECT_EQ(MarkersIn(backup), (std::set<int>{1, 2}));
  writer_.reset();
  store_.reset();
  fs::rename(store + "/db", folder_ / "left");
  RestoreOptions options;
  options.actor = "officer";
  options.authority = "order 2";
  options.plain_files = true;
  options.replaces = folder_ / "nowhere";
  EXPECT_EQ(RestoreFrom(backup, store, options).status().code(), StatusCode::kNotFound);
  options.replaces = folder_ / "left";
  const Result<Restored> restored = RestoreFrom(backup, store, options);
  ASSERT_TRUE(restored.ok()) << restored.status().message();
  EXPECT_EQ(restored->forgotten, 1u);
  EXPECT_EQ(MarkersIn(store), std::set<int>{1});
  StoreOptions opening;
  opening.path = store;
  opening.plain_files = true;
  store_ = Store::Open(opening).value();
  EXPECT_EQ(store_->GetCapture(gone).status().code(), StatusCode::kNotFound);
  EXPECT_TRUE(store_->GetCapture({1}).ok());
  EXPECT_TRUE(store_->CheckCustody().ok());
  // The new life's log says who had approved it.
  const CustodyLeaf leaf = store_->GetLeaf(store_->tree_head().size - 1).value();
  EXPECT_EQ(leaf.kind, "deletion");
  EXPECT_EQ(leaf.actor, "ayesha, bilal");
  EXPECT_EQ(leaf.capture, gone);
}

// After a restore the same number may be another capture: told by its leaf.
TEST_F(RetentionTest, ABackupOfAnotherPastKeepsItsOwnCaptures) {
  Commit("/shared", "<p>shared</p>");
  const std::string before = folder_ / "before";
  ASSERT_NO_FATAL_FAILURE(BackUpTo(before));
  const CaptureId one = Commit("/one", "<p>MARKER-1-</p>", false, Marker(1));
  const std::string after = folder_ / "after";
  ASSERT_NO_FATAL_FAILURE(BackUpTo(after));
  // The store goes on from the first backup, and its second capture is another one.
  writer_.reset();
  store_.reset();
  fs::remove_all(folder_ / "store/db");
  fs::copy(before + "/db", folder_ / "store/db", fs::copy_options::recursive);
  StoreOptions options;
  options.path = folder_ / "store";
  options.plain_files = true;
  store_ = Store::Open(options).value();
  writer_ = std::make_unique<WaitingWriter>(*store_, clock_);
  ASSERT_EQ(Commit("/two", "<p>two</p>"), one);
  const uint64_t proposal = Open().Propose({one}, "order", "clerk")->id;
  ASSERT_TRUE(Open().Approve(proposal, "ayesha").ok());
  ASSERT_TRUE(Open().Approve(proposal, "bilal").ok());
  ASSERT_NO_FATAL_FAILURE(Finish());
  EXPECT_TRUE(Open().pending().empty());
  EXPECT_EQ(MarkersIn(after), std::set<int>({1})) << "nobody decided about that one";
  ExpectVerifies(after);
}

}  // namespace
}  // namespace gasht
