// What lies in a store: version 1 opens for ever, damage is noticed, derived families come back.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "model/codec.h"
#include "store/custody.h"
#include "store/database.h"
#include "store/envelope.h"
#include "store/keys.h"
#include "store/memory_disk.h"
#include "store/store_state.h"
#include "store/test_support.h"

namespace gasht {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kFixture1[] = "store/fixtures/store_v1.txt";
constexpr char kFixture2[] = "store/fixtures/store_v2.txt";
constexpr char kFixture3[] = "store/fixtures/store_v3.txt";
constexpr char kFixture4[] = "store/fixtures/store_v4.txt";
constexpr size_t kMaxFixtureBytes = 1 << 20;

Result<std::unique_ptr<Store>> OpenOn(const std::shared_ptr<MemoryDisk>& disk) {
  StoreOptions options;
  options.in_memory = true;
  options.disk = disk;
  return Store::Open(options);
}

// The database under a store that is closed.
std::unique_ptr<Database> OpenRaw(const MemoryDisk& disk) {
  return Database::Open({.path = "/gasht/db", .create_if_missing = true, .env = disk.env.get()}).value();
}

using Rows = std::map<std::pair<Family, std::string>, std::string>;

Rows ReadAll(const MemoryDisk& disk) {
  const std::unique_ptr<Database> db = OpenRaw(disk);
  const Database::View view(*db);
  Rows rows;
  for (const FamilyInfo& info : kFamilies) {
    for (Database::Cursor row = view.Rows(info.family); row.valid(); row.Next())
      rows[{info.family, std::string(row.key())}] = row.value();
  }
  return rows;
}

void WriteAll(const MemoryDisk& disk, const Rows& rows) {
  const std::unique_ptr<Database> db = OpenRaw(disk);
  for (const FamilyInfo& info : kFamilies) ASSERT_TRUE(db->Clear(info.family).ok());
  Database::Batch batch(*db);
  for (const auto& [at, value] : rows) batch.Put(at.first, at.second, value);
  ASSERT_TRUE(db->Commit(batch).ok());
}

// The store of the fixture: a start, a market page with two offers of which one is a finding and with a link, the
// same page a day later (from schema 2 on a delta of the first), a failed fetch with an alert, and a review. This is the
// documented procedure of every fixture: it is never changed, another version gets another.
void MakeFixture(Store& store) {
  FakeClock clock;
  WaitingWriter writer(store, clock);
  FrontierEntry seed = MakeEntry(kMarket, "/");
  seed.priority = CrawlPriority::kSeed;
  seed.due = clock.Utc();
  ASSERT_TRUE(writer.AddSeeds({seed}).ok());
  ASSERT_TRUE(writer.AddEvent({"start", "gasht", "0.1.0"}).ok());
  const auto market_page = [&](const std::string& body) {
    PageCommit page = MakePage(kMarket, "/", body, clock.Utc());
    page.analysis.listings = {MakeListing("Ice cream", "shop"), MakeListing("Charas 1 tola", "khan")};
    page.analysis.candidates = {MakeCandidate(1, Level::kHigh, 70)};
    page.outlinks = {MakeEntry(kMarket, "/offer/1")};
    return page;
  };
  ASSERT_TRUE(writer.CommitPage(market_page("<p>Charas 1 tola</p>")).ok());
  clock.Advance(std::chrono::hours(24));
  ASSERT_TRUE(writer.CommitPage(market_page("<p>Charas 1 tola, new stock</p>")).ok());
  PageCommit failed = MakePage(kMarket, "/offer/1", "", clock.Utc());
  failed.capture.has_body = false;
  failed.capture.body_sha256 = {};
  failed.capture.outcome = FetchOutcome::kOnionUnreachable;
  failed.visited.state = FrontierState::kHeld;
  failed.alerts = {{kMarket, "login_wall", {}, clock.Utc()}};
  ASSERT_TRUE(writer.CommitPage(failed).ok());
  const std::vector<Finding> findings = store.ListFindings({}).value();
  ASSERT_THAT(findings, SizeIs(1));
  ASSERT_TRUE(writer.AddReview({findings[0].id, Decision::kConfirmed, "ayesha", "seen", {}}).ok());
}

std::shared_ptr<MemoryDisk> DiskWithStore() {
  auto disk = MakeMemoryDisk();
  const std::unique_ptr<Store> store = OpenOn(disk).value();
  MakeFixture(*store);
  return disk;
}

// "secret HEX", "master HEX", "keys HEX", then "FAMILY KEY VALUE" in hex, an empty value as "-". Other lines are comments.
std::string ToText(const MemoryDisk& disk) {
  std::string text = fmt::format(
      "# A store of schema {}, made by MakeFixture in store/format_test.cc. Synthetic; never "
      "changed.\nsecret {}\nmaster {}\nkeys {}\n",
      kSchemaVersion, HexEncode(disk.secret), HexEncode(disk.master), HexEncode(disk.keys));
  for (const auto& [at, value] : ReadAll(disk))
    text += fmt::format("{} {} {}\n", InfoOf(at.first).name, HexEncode(at.second),
                        value.empty() ? "-" : HexEncode(value));
  return text;
}

std::vector<std::string> SplitWords(const std::string& line) {
  std::vector<std::string> words(1);
  for (const char c : line) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  return words;
}

std::shared_ptr<MemoryDisk> FromText(const std::string& text) {
  auto disk = MakeMemoryDisk();
  Rows rows;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::vector<std::string> words = SplitWords(text.substr(begin, end - begin));
    begin = end + 1;
    if (words[0] == "secret") {
      disk->secret = HexDecode(words.at(1)).value();
      continue;
    }
    if (words[0] == "master") disk->master = HexDecode(words.at(1)).value();
    if (words[0] == "keys") disk->keys = HexDecode(words.at(1)).value();
    for (const FamilyInfo& info : kFamilies) {
      if (info.name == words[0])
        rows[{info.family, HexDecode(words.at(1)).value()}] =
            words.at(2) == "-" ? std::string() : HexDecode(words.at(2)).value();
    }
  }
  WriteAll(*disk, rows);
  return disk;
}

// Run by hand when a new schema version gets its fixture:
// store_test --gtest_also_run_disabled_tests --gtest_filter=FormatTest.DISABLED_WriteFixture
TEST(FormatTest, DISABLED_WriteFixture) {
  ASSERT_TRUE(WriteFileAtomically(kFixture4, ToText(*DiskWithStore())).ok());
}

struct Version {
  const char* fixture;
  uint64_t leaves;  // when it is open
  size_t observations;
};

class VersionTest : public ::testing::TestWithParam<Version> {};

TEST_P(VersionTest, OpensAndGoesOn) {
  const std::shared_ptr<MemoryDisk> disk = FromText(ReadFile(GetParam().fixture, kMaxFixtureBytes).value());
  Result<std::unique_ptr<Store>> opened = OpenOn(disk);
  ASSERT_TRUE(opened.ok()) << opened.status().message();
  Store& store = **opened;
  EXPECT_EQ(store.tree_head().size, GetParam().leaves);
  const Status custody = store.CheckCustody();
  ASSERT_TRUE(custody.ok()) << custody.message();

  const std::vector<Capture> captures = store.ListCaptures({}).value();
  ASSERT_THAT(captures, SizeIs(3));
  EXPECT_EQ(captures[0].authority, "FIR 1/2026");
  EXPECT_EQ(store.GetBody(captures[1]).value(), "<p>Charas 1 tola, new stock</p>");
  EXPECT_EQ(captures[2].outcome, FetchOutcome::kOnionUnreachable);
  const std::vector<Finding> findings =
      store.ListFindings({.source = kMarket, .min_level = {}, .limit = 10}).value();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].times_seen, 2u);
  EXPECT_EQ(findings[0].match.reasons.ur, "وجہ");
  EXPECT_EQ(findings[0].listing.prices[0].amount.amount(), "2500");
  const std::vector<Observation> looks = store.ListObservations(kMarket, findings[0].listing_id).value();
  // Before schema 3 every look had an observation of its own.
  ASSERT_THAT(looks, SizeIs(GetParam().observations));
  EXPECT_EQ(looks.front().capture, CaptureId{1});
  EXPECT_EQ(looks.back().last_capture(), CaptureId{2});
  EXPECT_EQ(looks[0].stock, "");
  const StoredListing listing = store.GetListing(kMarket, findings[0].listing_id).value();
  EXPECT_EQ(listing.last_capture, CaptureId{2});
  EXPECT_EQ(looks.back().last_seen, captures[1].started_utc);
  EXPECT_EQ(listing.last_seen, captures[1].started_utc);
  EXPECT_EQ(listing.listing.id, findings[0].listing_id.value);
  EXPECT_EQ(store.ListReviews(findings[0].id).value().at(0).note, "seen");
  EXPECT_EQ(store.ListAlerts(10).value().at(0).kind, "login_wall");
  const FakeClock clock;
  const UtcTime later = clock.Utc() + std::chrono::hours(100);
  EXPECT_EQ(store.ListReady(kMarket, later, 10, nullptr).value().at(0).url, "http://example.com/");
  EXPECT_EQ(store.CountSource(kMarket, later).value().held, 1u);

  WaitingWriter writer(store, clock);
  EXPECT_EQ(writer.CommitPage(MakePage(kMarket, "/new", "new", later)).value().capture, CaptureId{4});
  EXPECT_TRUE(store.CheckCustody().ok());
}

// Schema 1 had no leaf for the finding; bringing it up is a leaf of its own.
INSTANTIATE_TEST_SUITE_P(Every, VersionTest,
                         ::testing::Values(Version{kFixture1, 7, 2}, Version{kFixture2, 7, 2},
                                           Version{kFixture3, 7, 1}, Version{kFixture4, 6, 1}),
                         [](const auto& version) { return fmt::format("V{}", version.index + 1); });

// Once brought up, it is not brought up again.
TEST(FormatTest, Version1IsBroughtUpOnce) {
  const std::shared_ptr<MemoryDisk> disk = FromText(ReadFile(kFixture1, kMaxFixtureBytes).value());
  const TreeHead head = OpenOn(disk).value()->tree_head();
  const std::unique_ptr<Store> again = OpenOn(disk).value();
  EXPECT_EQ(again->tree_head(), head);
  EXPECT_EQ(again->GetLeaf(5)->kind, "finding");
  EXPECT_EQ(again->GetLeaf(6)->detail, "schema 1 to 4");
}

// Today's code writes version 4 byte for byte, apart from what is random or hangs on it.
TEST(FormatTest, Version4IsWhatIsWritten) {
  const std::shared_ptr<MemoryDisk> fixture = FromText(ReadFile(kFixture4, kMaxFixtureBytes).value());
  const auto disk = MakeMemoryDisk();
  disk->secret = fixture->secret;
  MakeFixture(*OpenOn(disk).value());
  const auto stable = [](const MemoryDisk& d) {
    Rows rows;
    for (auto& [at, value] : ReadAll(d)) {
      const bool is_random =
          at.first == Family::kCustodyLeaf || at.first == Family::kCustodyNode ||
          (at.first == Family::kMeta && at.second != kMetaSchema && at.second != kMetaSecretCheck);
      rows[at] = is_random ? std::string() : HexEncode(value);
      // Sealed; in front of it version, codec and base.
      if (at.first == Family::kPayload) rows[at] = HexEncode(value.substr(0, 10));
    }
    return rows;
  };
  EXPECT_EQ(stable(*disk), stable(*fixture));
}

Status OpenAndCheck(const std::shared_ptr<MemoryDisk>& disk) {
  const Result<std::unique_ptr<Store>> store = OpenOn(disk);
  if (!store.ok()) return store.status();
  return (*store)->CheckCustody();
}

TEST(FormatTest, DamageIsNoticed) {
  // A record that decodes, and says something else.
  const auto alter_capture = [](std::string& value) {
    Capture capture = DecodeCapture(OpenEnvelope(value)->payload).value();
    capture.url = "http://example.com/forged";
    value = SealRecord(Encode(capture));
  };
  const auto alter_review = [](std::string& value) {
    Review review = DecodeReview(OpenEnvelope(value)->payload).value();
    review.decision = Decision::kDismissed;
    value = SealRecord(Encode(review));
  };
  const auto alter_leaf = [](std::string& value) {
    CustodyLeaf leaf = DecodeCustodyLeaf(OpenEnvelope(value)->payload).value();
    leaf.actor = "nobody";
    value = SealRecord(Encode(leaf));
  };
  const auto first_of = [](Rows& rows, Family family) { return rows.lower_bound({family, ""}); };
  const std::pair<Family, std::string> head{Family::kMeta, std::string(kMetaHead)};
  const std::pair<Family, std::string> schema{Family::kMeta, std::string(kMetaSchema)};

  struct Case {
    const char* name;
    std::function<void(Rows&)> damage;
    StatusCode code;
    const char* message;
  };
  const Case cases[] = {
      {"nothing", [](Rows&) {}, StatusCode::kOk, ""},
      {"last capture missing",
       [](Rows& r) {
         r.erase({Family::kCapture, NumberKey(3)});
       },
       StatusCode::kDataLoss, "last capture is 2 instead of 3"},
      {"another capture missing",
       [](Rows& r) {
         r.erase({Family::kCapture, NumberKey(1)});
       },
       StatusCode::kDataLoss, "is missing"},
      {"capture altered",
       [&](Rows& r) {
         alter_capture(r[{Family::kCapture, NumberKey(1)}]);
       },
       StatusCode::kDataLoss, "custody leaf 1 (capture): its record is not the one"},
      {"captures swapped",
       [](Rows& r) {
         std::swap(r[{Family::kCapture, NumberKey(1)}], r[{Family::kCapture, NumberKey(2)}]);
       },
       StatusCode::kDataLoss, "custody leaf 1 (capture): its record is not the one"},
      {"capture cut off",
       [](Rows& r) {
         r[{Family::kCapture, NumberKey(2)}].resize(40);
       },
       StatusCode::kDataLoss, "custody leaf 3"},
      {"capture added",
       [](Rows& r) {
         r[{Family::kCapture, NumberKey(4)}] = r[{Family::kCapture, NumberKey(3)}];
       },
       StatusCode::kDataLoss, "last capture is 4 instead of 3"},
      {"envelope of the future",
       [](Rows& r) {
         r[{Family::kCapture, NumberKey(1)}][0] = 2;
       },
       StatusCode::kDataLoss, "unknown version 2"},
      {"body missing", [&](Rows& r) { r.erase(first_of(r, Family::kPayload)); }, StatusCode::kDataLoss,
       "is missing"},
      {"body altered", [&](Rows& r) { first_of(r, Family::kPayload)->second.back() ^= 1; },
       StatusCode::kDataLoss, "is not what was captured"},
      {"body replaced", [&](Rows& r) { first_of(r, Family::kPayload)->second = SealRecord("other"); },
       StatusCode::kDataLoss, "is not what was captured"},
      {"review altered", [&](Rows& r) { alter_review(first_of(r, Family::kReview)->second); },
       StatusCode::kDataLoss, "custody leaf 5 (review): its record is not the one"},
      {"finding altered",
       [&](Rows& r) {
         Finding finding =
             DecodeFinding(OpenEnvelope(first_of(r, Family::kFinding)->second)->payload).value();
         finding.match.score = 1;
         first_of(r, Family::kFinding)->second = SealRecord(Encode(finding));
       },
       StatusCode::kDataLoss, "custody leaf 2 (finding)"},
      {"finding missing", [&](Rows& r) { r.erase(first_of(r, Family::kFinding)); }, StatusCode::kDataLoss,
       "custody leaf 2 (finding)"},
      {"finding added",
       [&](Rows& r) {
         r[{Family::kFinding, "f-0123456789abcdef"}] = first_of(r, Family::kFinding)->second;
       },
       StatusCode::kDataLoss, "is in no leaf"},
      {"a delta's base altered",
       [](Rows& r) {
         for (auto& [at, value] : r) {
           if (at.first == Family::kPayload && OpenEnvelope(value)->ref == 0) value.back() ^= 1;
         }
       },
       StatusCode::kDataLoss, "is not what was captured"},
      {"bodies swapped",
       [&](Rows& r) {
         std::swap(first_of(r, Family::kPayload)->second, std::next(first_of(r, Family::kPayload))->second);
       },
       StatusCode::kDataLoss, "is not what was captured"},
      {"capture destroyed without a word",
       [](Rows& r) {
         r[{Family::kCapture, NumberKey(1)}] = DestroyedRecord(0);
       },
       StatusCode::kDataLoss, "was lawfully destroyed"},
      {"review missing", [&](Rows& r) { r.erase(first_of(r, Family::kReview)); }, StatusCode::kDataLoss,
       "custody leaf 5 (review)"},
      {"last leaf missing",
       [](Rows& r) {
         r.erase({Family::kCustodyLeaf, NumberKey(5)});
       },
       StatusCode::kDataLoss, "5 leaves instead of 6"},
      {"another leaf missing",
       [](Rows& r) {
         r.erase({Family::kCustodyLeaf, NumberKey(2)});
       },
       StatusCode::kDataLoss, "custody leaf 2 is missing"},
      {"leaf altered",
       [&](Rows& r) {
         alter_leaf(r[{Family::kCustodyLeaf, NumberKey(0)}]);
       },
       StatusCode::kDataLoss, "custody tree has another root"},
      {"leaves swapped",
       [](Rows& r) {
         std::swap(r[{Family::kCustodyLeaf, NumberKey(1)}], r[{Family::kCustodyLeaf, NumberKey(2)}]);
       },
       StatusCode::kDataLoss, "custody leaf 1 is missing"},
      {"head missing", [&](Rows& r) { r.erase(head); }, StatusCode::kDataLoss, "head is missing"},
      {"head cut off", [&](Rows& r) { r[head].resize(20); }, StatusCode::kDataLoss, "head is unreadable"},
      {"head rolled back", [&](Rows& r) { r[head][15] = 4; }, StatusCode::kDataLoss, "6 leaves instead of 4"},
      {"schema missing", [&](Rows& r) { r.erase(schema); }, StatusCode::kDataLoss, "no schema version"},
      {"schema unreadable", [&](Rows& r) { r[schema] = "1"; }, StatusCode::kDataLoss,
       "schema version is unreadable"},
      {"newer schema", [&](Rows& r) { r[schema] = NumberKey(kSchemaVersion + 1); },
       StatusCode::kFailedPrecondition, "open it with the newer gasht"},
  };
  const auto disk = DiskWithStore();
  const Rows sound = ReadAll(*disk);
  for (const Case& c : cases) {
    Rows rows = sound;
    c.damage(rows);
    WriteAll(*disk, rows);
    const Status status = OpenAndCheck(disk);
    EXPECT_EQ(status.code(), c.code) << c.name << ": " << status.message();
    EXPECT_THAT(status.message(), HasSubstr(c.message)) << c.name;
  }
}

// Of a tree that is large enough to have some.
TEST(FormatTest, DamageOfNodesIsNoticed) {
  const auto disk = DiskWithStore();
  {
    const std::unique_ptr<Store> store = OpenOn(disk).value();
    FakeClock clock;
    WaitingWriter writer(*store, clock);
    for (int i = 0; i < 64; ++i) ASSERT_TRUE(writer.AddEvent({"view", "ayesha", "evidence show 1"}).ok());
  }
  const Rows sound = ReadAll(*disk);
  const std::pair<Family, std::string> node{Family::kCustodyNode, NodeKey({6, 0})};
  ASSERT_TRUE(sound.contains(node));
  ASSERT_TRUE(sound.contains({Family::kCustodyNode, NodeKey({kLowestKeptLevel, 1})}));
  ASSERT_FALSE(sound.contains({Family::kCustodyNode, NodeKey({kLowestKeptLevel - 1, 0})}));
  Rows altered = sound;
  altered[node][0] ^= 1;
  WriteAll(*disk, altered);
  EXPECT_THAT(OpenAndCheck(disk).message(), HasSubstr("another root"));
  Rows cut = sound;
  cut.erase(node);
  WriteAll(*disk, cut);
  EXPECT_THAT(OpenAndCheck(disk).message(), HasSubstr("of the custody tree is missing"));
  WriteAll(*disk, sound);
  EXPECT_TRUE(OpenAndCheck(disk).ok());
}

TEST(FormatTest, RefusedNewerSchemaIsLeftAsItIs) {
  const auto disk = DiskWithStore();
  Rows rows = ReadAll(*disk);
  rows[{Family::kMeta, std::string(kMetaSchema)}] = NumberKey(99);
  rows.erase({Family::kMeta, std::string(kMetaDerived)});
  WriteAll(*disk, rows);
  EXPECT_EQ(OpenOn(disk).status().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(ReadAll(*disk), rows);
}

TEST(FormatTest, FamilyOfANewerGashtIsRefused) {
  const auto disk = DiskWithStore();
  {
    rocksdb::Options options;
    options.env = disk->env.get();
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
    for (const FamilyInfo& info : kFamilies)
      families.emplace_back(std::string(info.name), rocksdb::ColumnFamilyOptions());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* raw = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, "/gasht/db", families, &handles, &raw).ok());
    const std::unique_ptr<rocksdb::DB> db(raw);
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily(rocksdb::ColumnFamilyOptions(), "cluster", &handle).ok());
    handles.push_back(handle);
    for (rocksdb::ColumnFamilyHandle* h : handles) ASSERT_TRUE(db->DestroyColumnFamilyHandle(h).ok());
  }
  const Status status = OpenOn(disk).status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition) << status.message();
  EXPECT_THAT(status.message(), HasSubstr("newer gasht (it has the family 'cluster')"));
}

TEST(FormatTest, SecretMustBeTheStoresOwn) {
  const auto disk = DiskWithStore();
  const std::string secret = disk->secret;
  disk->secret.clear();
  EXPECT_THAT(OpenOn(disk).status().message(), HasSubstr("secret is missing"));
  disk->secret = std::string(32, 'x');
  EXPECT_THAT(OpenOn(disk).status().message(), HasSubstr("is not the one this store was made with"));
  disk->secret = secret;
  EXPECT_TRUE(OpenAndCheck(disk).ok());
}

// Killed between the making of the families and the first row.
TEST(FormatTest, InterruptedMakingIsTakenUp) {
  const auto disk = MakeMemoryDisk();
  OpenRaw(*disk);
  disk->secret = std::string(32, 's');
  const Status status = OpenAndCheck(disk);
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(disk->secret, std::string(32, 's'));
}

TEST(DerivedTest, ComesBackWhenStale) {
  const auto disk = DiskWithStore();
  const Rows sound = ReadAll(*disk);
  const std::pair<Family, std::string> marker{Family::kMeta, std::string(kMetaDerived)};
  struct Case {
    const char* name;
    std::function<void(Rows&)> change;
  };
  const Case cases[] = {
      {"marker missing", [&](Rows& r) { r.erase(marker); }},
      {"older layout", [&](Rows& r) { r[marker] = NumberKey(kDerivedVersion - 1); }},
      {"families empty",
       [&](Rows& r) {
         r.erase(marker);
         std::erase_if(r,
                       [](const auto& row) { return InfoOf(row.first.first).kind == FamilyKind::kDerived; });
       }},
      {"rows that do not belong",
       [&](Rows& r) {
         r.erase(marker);
         for (const FamilyInfo& info : kFamilies) {
           if (info.kind == FamilyKind::kDerived) r[{info.family, "stray"}] = "stray";
         }
       }},
  };
  for (const Case& c : cases) {
    Rows rows = sound;
    c.change(rows);
    WriteAll(*disk, rows);
    const Status status = OpenAndCheck(disk);
    EXPECT_TRUE(status.ok()) << c.name << ": " << status.message();
    EXPECT_EQ(ReadAll(*disk), sound) << c.name;
  }
}

TEST(DerivedTest, RebuildOfASoundStoreChangesNothing) {
  const auto disk = DiskWithStore();
  const Rows sound = ReadAll(*disk);
  {
    const std::unique_ptr<Store> store = OpenOn(disk).value();
    ASSERT_TRUE(store->RebuildDerived().ok());
  }
  EXPECT_EQ(ReadAll(*disk), sound);
}

TEST(DerivedTest, CannotHideALostCapture) {
  const auto disk = DiskWithStore();
  Rows rows = ReadAll(*disk);
  rows.erase({Family::kMeta, std::string(kMetaDerived)});
  rows.erase({Family::kCapture, NumberKey(1)});
  WriteAll(*disk, rows);
  const Status status = OpenOn(disk).status();
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("capture 1 of custody leaf 1 is missing"));
}

}  // namespace
}  // namespace gasht
