// Bodies as they are stored (compressed, against the look before, sealed), and as they are lawfully destroyed.

#include "store/payload.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/content_coding.h"
#include "base/file.h"
#include "store/envelope.h"
#include "store/memory_disk.h"
#include "store/proof.h"
#include "store/test_support.h"

namespace gasht {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Text that does not compress to nothing.
std::string PageText(uint64_t seed, size_t bytes) {
  std::string text;
  for (uint64_t word = seed; text.size() < bytes; word = word * 6364136223846793005u + 1442695040888963407u)
    text += fmt::format("<li>{:x}</li>", word >> 20);
  text.resize(bytes);
  return text;
}

class PayloadTest : public ::testing::Test {
 protected:
  PayloadTest() { Open(); }
  void Open() {
    writer_.reset();
    store_.reset();
    StoreOptions options;
    options.in_memory = true;
    options.disk = disk_;
    store_ = Store::Open(options).value();
    writer_ = std::make_unique<WaitingWriter>(*store_, clock_);
  }
  CaptureId Commit(const std::string& path, const std::string& body) {
    return writer_->CommitPage(MakePage(kMarket, path, body, clock_.Utc())).value().capture;
  }
  std::string Body(CaptureId id) { return store_->GetBody(store_->GetCapture(id).value()).value(); }
  // The rows of a family, of a store that is closed for it.
  std::map<std::string, std::string> Rows(Family family) {
    writer_.reset();
    store_.reset();
    std::map<std::string, std::string> rows;
    {
      const auto db =
          Database::Open({.path = "/gasht/db", .create_if_missing = false, .env = disk_->env.get()}).value();
      const Database::View view(*db);
      for (Database::Cursor row = view.Rows(family); row.valid(); row.Next())
        rows[std::string(row.key())] = row.value();
    }
    Open();
    return rows;
  }

  const std::shared_ptr<MemoryDisk> disk_ = MakeMemoryDisk();
  FakeClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<WaitingWriter> writer_;
};

TEST_F(PayloadTest, SecondLookIsADeltaOfTheFirstAndSoIsTheThird) {
  const std::string first = PageText(1, 60'000);
  std::string second = first, third = first;
  second.replace(30'000, 5, "new!!");
  third.replace(10'000, 5, "newer");
  const std::string bodies[] = {first, second, third};
  for (const std::string& body : bodies) Commit("/", body);
  for (uint64_t i = 0; i < 3; ++i) EXPECT_EQ(Body({i + 1}), bodies[i]) << i;
  size_t deltas = 0;
  for (const auto& [id, row] : Rows(Family::kPayload)) {
    const Envelope envelope = OpenEnvelope(row).value();
    EXPECT_NE(envelope.key, 0u);
    if (envelope.ref == 0) continue;
    ++deltas;
    EXPECT_EQ(envelope.ref, 1u);
    EXPECT_LT(row.size(), 500u);
  }
  EXPECT_EQ(deltas, 2u);
  EXPECT_THAT(Rows(Family::kPayloadDelta), SizeIs(2));
  EXPECT_TRUE(store_->CheckCustody().ok());
}

TEST_F(PayloadTest, AnotherPageIsWholeAndSoIsOneThatChangedTooMuch) {
  Commit("/", PageText(1, 20'000));
  Commit("/other", PageText(1, 20'001));
  Commit("/", PageText(2, 20'000));
  for (const auto& [id, row] : Rows(Family::kPayload)) EXPECT_EQ(OpenEnvelope(row)->ref, 0u);
  EXPECT_TRUE(store_->CheckCustody().ok());
}

TEST_F(PayloadTest, NothingOfABodyLiesInTheClear) {
  const std::string marker = "a marker that nothing else has";
  Commit("/", marker + std::string(100, 'x'));
  for (const auto& [id, row] : Rows(Family::kPayload)) EXPECT_EQ(row.find(marker), std::string::npos);
}

TEST_F(PayloadTest, ErasedIsGoneAndTheRestStands) {
  const std::string base = PageText(1, 30'000);
  std::string next = base;
  next.replace(100, 3, "abc");
  const CaptureId first = Commit("/", base), second = Commit("/", next);
  const CaptureId twin = Commit("/twin", PageText(7, 5'000)), other = Commit("/other", PageText(7, 5'000));
  PageCommit with_finding = MakePage(kMarket, "/offer", "offer", clock_.Utc());
  with_finding.analysis.listings = {MakeListing("Charas")};
  with_finding.analysis.candidates = {MakeCandidate(0, Level::kHigh, 60)};
  const CaptureId offer = writer_->CommitPage(with_finding).value().capture;
  const FindingId finding = store_->ListFindings({}).value().at(0).id;
  ASSERT_TRUE(writer_->AddReview({finding, Decision::kConfirmed, "ayesha", "seen", {}}).ok());
  const TreeHead before = store_->tree_head();

  const auto erase = [&](std::vector<CaptureId> ids) {
    std::promise<Result<Erased>> promise;
    writer_->writer().Erase({std::move(ids), "ayesha, bilal", "order 5/2026"},
                            [&](Result<Erased> erased) { promise.set_value(std::move(erased)); });
    return promise.get_future().get();
  };
  const Result<Erased> erased = erase({first, twin, offer});
  ASSERT_TRUE(erased.ok()) << erased.status().message();
  EXPECT_THAT(erased->leaves, SizeIs(3));
  // The base, its dependant's old key, the offer's; not the twin's, which another capture shares.
  EXPECT_THAT(erased->keys, SizeIs(3));
  for (const CaptureId id : {first, twin, offer}) {
    const Status status = store_->GetCapture(id).status();
    EXPECT_EQ(status.code(), StatusCode::kNotFound);
    EXPECT_THAT(status.message(), HasSubstr("lawfully destroyed"));
  }
  EXPECT_EQ(Body(second), next);
  EXPECT_EQ(Body(other), PageText(7, 5'000));
  EXPECT_THAT(store_->ListCaptures({}).value(), SizeIs(2));
  EXPECT_THAT(store_->ListCaptures({.source = kMarket, .after = {}, .limit = 10}).value(), SizeIs(2));
  EXPECT_EQ(store_->GetFinding(finding).status().code(), StatusCode::kNotFound);
  EXPECT_TRUE(store_->ListFindings({}).value().empty());
  EXPECT_TRUE(store_->ListReviews(finding).value().empty());
  const CustodyLeaf tombstone = store_->GetLeaf(erased->leaves[0]).value();
  EXPECT_EQ(tombstone.kind, "deletion");
  EXPECT_EQ(tombstone.actor, "ayesha, bilal");
  EXPECT_EQ(tombstone.detail, "order 5/2026");
  EXPECT_TRUE(store_->GetLeaf(0)->salt.empty());
  // The log is the same as before, and longer.
  {
    const ProofReader proofs(*store_);
    EXPECT_EQ(proofs.Root(before.size).value(), before.root);
    EXPECT_EQ(proofs.Record(proofs.Leaf(0).value()).status().code(), StatusCode::kNotFound);
  }
  for (int round = 0; round < 2; ++round) {
    const Status custody = store_->CheckCustody();
    EXPECT_TRUE(custody.ok()) << custody.message();
    EXPECT_EQ(Rows(Family::kPayload).size(), 2u);
    EXPECT_EQ(Rows(Family::kObservation).size(), 0u);
  }
  EXPECT_EQ(erase({first}).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(erase({{99}}).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(erase({}).status().code(), StatusCode::kInvalidArgument);
  // The page is fetched again: whole, under a new key.
  const CaptureId again = Commit("/", base);
  EXPECT_EQ(Body(again), base);
  ASSERT_TRUE(store_->RebuildDerived().ok());
  EXPECT_TRUE(store_->CheckCustody().ok());
}

// Looks of one observation, some of which are destroyed: the others keep what they saw and when.
TEST_F(PayloadTest, ErasureShortensObservations) {
  std::vector<CaptureId> looks;
  std::vector<UtcTime> times;
  FindingId finding;
  for (int look = 0; look < 5; ++look) {
    clock_.Advance(std::chrono::hours(24));
    PageCommit page = MakePage(kMarket, "/", PageText(static_cast<uint64_t>(look), 2'000), clock_.Utc());
    page.analysis.listings = {MakeListing("Charas")};
    page.analysis.candidates = {MakeCandidate(0, Level::kHigh, 60)};
    looks.push_back(writer_->CommitPage(std::move(page)).value().capture);
    times.push_back(clock_.Utc());
  }
  const ListingId listing = store_->ListFindings({}).value().at(0).listing_id;
  const struct {
    std::vector<CaptureId> erased, left;
    UtcTime first, last;
  } steps[] = {{{looks[2]}, {looks[0], looks[1], looks[3], looks[4]}, times[0], times[4]},
               {{looks[0], looks[4]}, {looks[1], looks[3]}, times[1], times[3]},
               {{looks[3]}, {looks[1]}, times[1], times[1]}};
  for (const auto& step : steps) {
    std::promise<Result<Erased>> promise;
    writer_->writer().Erase({step.erased, "ayesha, bilal", "order 5/2026"},
                            [&](Result<Erased> erased) { promise.set_value(std::move(erased)); });
    ASSERT_TRUE(promise.get_future().get().ok());
    const std::vector<Observation> seen = store_->ListObservations(kMarket, listing).value();
    ASSERT_THAT(seen, SizeIs(1));
    EXPECT_EQ(seen[0].looks(), step.left);
    EXPECT_EQ(seen[0].seen_at, step.first);
    EXPECT_EQ(seen[0].last_seen, step.last);
    EXPECT_EQ(store_->GetListing(kMarket, listing).value().last_seen, step.last);
  }
  // It goes on where it was left.
  PageCommit page = MakePage(kMarket, "/", PageText(9, 2'000), clock_.Utc());
  page.analysis.listings = {MakeListing("Charas")};
  const CaptureId next = writer_->CommitPage(std::move(page)).value().capture;
  EXPECT_THAT(store_->ListObservations(kMarket, listing).value().at(0).looks(), ElementsAre(looks[1], next));
}

// gzip of "<p>Charas</p>", twice: what a server sends is kept, whatever it unpacks to.
TEST_F(PayloadTest, BodiesAreKeptAsReceived) {
  const std::string plain = "<p>Charas 1 tola</p>";
  // A stored block (RFC 1951) in a gzip member.
  const std::string coded =
      HexDecode("1f8b08000000000000ff011400ebff" + HexEncode(plain) + "0a6b4a6a14000000").value();
  ASSERT_EQ(DecodeContent("gzip", coded, 1000), plain);
  PageCommit page = MakePage(kMarket, "/", plain, clock_.Utc());
  page.capture.content_coding = "gzip";
  page.capture.received_sha256 = Sha256(coded);
  page.capture.received_bytes = coded.size();
  page.received = coded;
  const CaptureId id = writer_->CommitPage(page).value().capture;
  const Capture capture = store_->GetCapture(id).value();
  EXPECT_EQ(store_->GetBody(capture).value(), plain);
  EXPECT_EQ(store_->GetReceivedBody(capture).value(), coded);
  EXPECT_TRUE(store_->CheckCustody().ok());
  // The same content without a coding is another body, and no delta of the packed one.
  const CaptureId bare = Commit("/", plain);
  EXPECT_EQ(Body(bare), plain);
  EXPECT_EQ(store_->GetReceivedBody(store_->GetCapture(bare).value()).value(), plain);
  EXPECT_EQ(Rows(Family::kPayload).size(), 2u);
  EXPECT_EQ(Rows(Family::kPayloadDelta).size(), 0u);

  const struct {
    const char* name;
    std::function<void(PageCommit&)> change;
  } wrong[] = {
      {"another packed body", [](PageCommit& p) { p.received += "x"; }},
      {"another plain body", [](PageCommit& p) { p.body += "x"; }},
      {"no packed body", [](PageCommit& p) { p.received.clear(); }},
      {"no coding", [](PageCommit& p) { p.capture.content_coding.clear(); }},
      {"another digest", [](PageCommit& p) { p.capture.received_sha256 = Sha256("x"); }},
  };
  for (const auto& c : wrong) {
    PageCommit changed = page;
    c.change(changed);
    EXPECT_EQ(writer_->CommitPage(changed).status().code(), StatusCode::kInvalidArgument) << c.name;
  }
}

TEST(ErasureTest, CompactLeavesNoByteInTheFiles) {
  namespace fs = std::filesystem;
  const fs::path dir = fs::path(::testing::TempDir()) / ("gasht-" + HexEncode(RandomBytes(8)));
  const std::string url = "http://example.com/marker-in-the-address";
  StoreOptions options;
  options.path = dir / "store";
  {
    const std::unique_ptr<Store> store = Store::Open(options).value();
    const FakeClock clock;
    WaitingWriter writer(*store, clock);
    ASSERT_TRUE(writer.CommitPage(MakePage(kMarket, "/keep", PageText(1, 3000), clock.Utc())).ok());
    PageCommit page = MakePage(kMarket, "/gone", PageText(2, 3000), clock.Utc());
    page.capture.final_url = url;
    ASSERT_TRUE(writer.CommitPage(page).ok());
    std::promise<Result<Erased>> promise;
    writer.writer().Erase({{{2}}, "ayesha, bilal", "order 5/2026"},
                          [&](Result<Erased> erased) { promise.set_value(std::move(erased)); });
    ASSERT_TRUE(promise.get_future().get().ok());
    ASSERT_TRUE(store->Compact().ok());
  }
  size_t files = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(dir)) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const std::string bytes = ReadFile(entry.path(), size_t{1} << 30).value();
    EXPECT_EQ(bytes.find("marker-in-the-address"), std::string::npos) << entry.path();
  }
  EXPECT_GT(files, 5u);
  fs::remove_all(dir);
}

}  // namespace
}  // namespace gasht
