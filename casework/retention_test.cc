// Lawful deletion: two people, a legal basis, holds, tombstones, and no byte of what was forgotten.

#include "casework/retention.h"

#include <filesystem>
#include <fstream>
#include <future>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "casework/test_world.h"
#include "store/proof.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

constexpr int kCaptures = 100, kForgotten = 20;

std::string Marker(int i) {
  return fmt::format("MARKER-{}-OF-A-PERSON", i);
}

// A store on disk. A marker stands in a body, in both heads and in a listing; the address of a page is the
// frontier's, which goes on knowing that the page is there.
class RetentionTest : public testing::Test {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.path = folder_ / "store";
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
    setup.erase = [this](Erasure erasure) {
      std::promise<Result<Erased>> done;
      writer_->writer().Erase(std::move(erasure),
                              [&](Result<Erased> erased) { done.set_value(std::move(erased)); });
      return done.get_future().get();
    };
    setup.forget_in = [this](const std::string& backup) {
      forgotten_in_.push_back(backup);
      return backup == "unreachable" ? Status::Unavailable("not mounted") : Status::Ok();
    };
    setup.backups = {"reachable", "unreachable"};
    auto retention = Retention::Open(*store_, clock_, std::move(setup));
    EXPECT_TRUE(retention.ok()) << retention.status().message();
    return std::move(*retention);
  }

  // Every file of the store.
  bool IsAnywhere(const std::string& words) const {
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "store")) {
      if (entry.is_regular_file() &&
          ReadFile(entry.path(), size_t{1} << 30).value_or("").find(words) != std::string::npos)
        return true;
    }
    return false;
  }

  FakeClock clock_;
  TestFolder folder_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<WaitingWriter> writer_;
  std::vector<std::string> forgotten_in_;
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

TEST_F(RetentionTest, ForgottenIsGoneAndTheGapExplained) {
  std::vector<CaptureId> forget;
  for (int i = 0; i < kCaptures; ++i) {
    const bool marked = i < kForgotten;
    const std::string words = marked ? Marker(i) : fmt::format("ordinary words {}", i);
    const std::string body =
        fmt::format("<p>{}</p>{}", words, std::string(2000, static_cast<char>('a' + i % 26)));
    const CaptureId id = Commit(fmt::format("/page/{}", i), body, i % 2 == 0, words);
    if (marked) forget.push_back(id);
  }
  for (int i = 0; i < kForgotten; i += 2)
    EXPECT_TRUE(IsAnywhere(Marker(i))) << "the search finds what is there";
  const uint64_t proposal = Open().Propose(forget, "order 12/2026 of the court", "clerk")->id;
  ASSERT_TRUE(Open().Approve(proposal, "ayesha").ok());
  const auto done = Open().Approve(proposal, "bilal");
  ASSERT_TRUE(done.ok()) << done.status().message();
  EXPECT_TRUE(done->done);
  EXPECT_EQ(forgotten_in_, (std::vector<std::string>{"reachable", "unreachable"}));
  ASSERT_EQ(Open().pending().size(), 1u);
  EXPECT_EQ(Open().pending()[0].backup, "unreachable");

  for (int i = 0; i < kForgotten; ++i) EXPECT_FALSE(IsAnywhere(Marker(i))) << Marker(i);
  // The rest verifies, and each gap has its tombstone.
  const Status rest = store_->CheckCustody();
  EXPECT_TRUE(rest.ok()) << rest.message();
  EXPECT_EQ(store_->ListCaptures({kMarket, {}, 1000}).value().size(), size_t{kCaptures - kForgotten});
  const ProofReader proofs(*store_);
  int tombstones = 0;
  for (uint64_t i = 0; i < proofs.head().size; ++i) {
    const CustodyLeaf leaf = proofs.Leaf(i).value();
    if (leaf.kind != "deletion") continue;
    ++tombstones;
    EXPECT_EQ(leaf.actor, "ayesha, bilal");
    EXPECT_NE(leaf.detail.find("order 12/2026 of the court"), std::string::npos) << leaf.detail;
    EXPECT_TRUE(std::find(forget.begin(), forget.end(), leaf.capture) != forget.end());
  }
  EXPECT_EQ(tombstones, kForgotten);
  EXPECT_EQ(Open().Approve(proposal, "chaudhry").status().code(), StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace gasht
