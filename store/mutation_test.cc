// Every byte that backs a sealed record: changed, cut off, deleted, swapped or written anew, it is reported and the store is
// not opened for writing.

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <map>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/file.h"
#include "model/codec.h"
#include "store/database.h"
#include "store/envelope.h"
#include "store/keys.h"
#include "store/sealer.h"
#include "store/store_state.h"
#include "store/test_support.h"
#include "store/verify.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

constexpr char kOrigin[] = "gasht/0123456789abcdef";
constexpr size_t kMaxFile = 64 << 20;

std::string PageText(uint64_t seed, size_t bytes) {
  std::string text;
  for (uint64_t word = seed; text.size() < bytes; word = word * 6364136223846793005u + 1442695040888963407u)
    text += fmt::format("<li>{:x}</li>", word >> 20);
  text.resize(bytes);
  return text;
}

// A small store with everything in it, sealed to its last leaf and closed.
class SealedStore {
 public:
  SealedStore() : dir_(fs::path(::testing::TempDir()) / ("gasht-mutation-" + HexEncode(RandomBytes(8)))) {
    fs::create_directories(dir_);
    setup_.origin = kOrigin;
    setup_.signer = dir_ / "key";
    setup_.copy = dir_ / "copy";
    setup_.keys = {TreeSigner::Create(setup_.signer, kOrigin, NoteKeyType::kEd25519).value()};
    Fill(0);
    // Twice, so that there are table and blob files and a log.
    Fill(1);
    Keep();
  }
  ~SealedStore() { fs::remove_all(dir_); }

  std::string path() const { return dir_ / "store"; }
  const std::map<std::string, std::string>& files() const { return files_; }

  // What is found when it is looked at: opened for reading and verified; Ok when nothing is wrong.
  Status Look() const {
    StoreOptions options;
    options.path = path();
    options.create_if_missing = false;
    options.read_only = true;
    const Result<std::unique_ptr<Store>> store = Store::Open(options);
    if (!store.ok()) return store.status();
    VerifyOptions verify;
    verify.derived = true;
    GASHT_ASSIGN_OR_RETURN(const VerifyReport report, VerifyStore(**store, verify));
    return report.ok() ? Status::Ok() : Status::DataLoss(report.problems.front());
  }
  void Restore(const std::string& name) const { Write(name, files_.at(name)); }
  void Write(const std::string& name, const std::string& bytes) const {
    // Without a sync: thousands of these are undone again.
    std::ofstream file(fs::path(path()) / name, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    EXPECT_TRUE(file.flush().good()) << name;
  }
  void Remove(const std::string& name) const { fs::remove(fs::path(path()) / name); }
  void RestoreAll() const {
    fs::remove_all(path());
    fs::create_directories(path() + "/db");
    for (const auto& [name, bytes] : files_) Write(name, bytes);
    for (const auto& [name, bytes] : others_) Write(name, bytes);
  }

 private:
  void Fill(uint64_t round) {
    StoreOptions options;
    options.path = path();
    const std::unique_ptr<Store> store = Store::Open(options).value();
    if (round == 0) {
      EXPECT_TRUE(WriteCustodySetup(path(), setup_).ok());
    }
    FakeClock clock;
    clock.Advance(std::chrono::hours(24 * round));
    SealerOptions sealing;
    std::jthread thread;
    sealing.connect = [&]() -> Result<std::unique_ptr<SignerClient>> {
      int ends[2];
      if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return Status::Unavailable("no sockets");
      thread = std::jthread([fd = ends[1], dir = setup_.signer] {
        TreeSigner signer = TreeSigner::Open(dir, kOrigin, NoteKeyType::kEd25519).value();
        const SystemClock system;
        ServeSigner(fd, signer, system);
        close(fd);
      });
      return std::make_unique<SignerClient>(ends[0]);
    };
    const auto sealer = Sealer::Start(*store, setup_, sealing).value();
    WaitingWriter writer(*store, clock);
    EXPECT_TRUE(writer.AddEvent({"start", "gasht", "test"}).ok());
    for (uint64_t i = 0; i < 20; ++i) {
      std::string body = PageText(i, 3000 + i * 200);
      if (round == 1) body.replace(500, 4, "next");
      PageCommit page = MakePage(kMarket, fmt::format("/{}", i), body, clock.Utc());
      page.analysis.listings = {MakeListing(fmt::format("Charas {}", i))};
      page.analysis.candidates = {MakeCandidate(0, Level::kHigh, 60)};
      EXPECT_TRUE(writer.CommitPage(page).ok());
    }
    const FindingId finding = store->ListFindings({}).value().at(0).id;
    EXPECT_TRUE(writer.AddReview({finding, Decision::kConfirmed, "ayesha", "seen", {}}).ok());
    EXPECT_TRUE(writer.AddEvent({"view", "ayesha", "capture 1"}).ok());
    if (round == 0) {
      EXPECT_TRUE(store->Compact().ok());
    }
    EXPECT_TRUE(sealer->SealNow().ok());
  }

  void Keep() {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path())) {
      if (!entry.is_regular_file()) continue;
      const std::string name = fs::relative(entry.path(), path());
      const std::string bytes = ReadFile(entry.path(), kMaxFile).value();
      const std::string file = entry.path().filename();
      // RocksDB's diary, its options and its lock back no record; nor do our lock and the place of the backups.
      const bool backs_nothing = file.starts_with("LOG") || file.starts_with("OPTIONS") || file == "LOCK" ||
                                 file == "IDENTITY" || file == "gasht.lock";
      (backs_nothing || bytes.empty() ? others_ : files_)[name] = bytes;
    }
  }

  const fs::path dir_;
  CustodySetup setup_;
  std::map<std::string, std::string> files_, others_;
};

// How many bytes of a file a change can be felt in: of keys.bin the slots that are used.
size_t Felt(const SealedStore& store, const std::string& name) {
  const size_t size = store.files().at(name).size();
  if (name != "keys.bin") return size;
  // The rounds begin their keys anew; those of the first are the fewest that are certainly in use.
  return std::min<size_t>(size, 21 * KeyTable::kSlotBytes);
}

void Mutate(const SealedStore& store, int count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<std::string> names;
  for (const auto& [name, bytes] : store.files()) names.push_back(name);
  int unnoticed = 0;
  std::map<std::string, int> of_kind;
  for (int i = 0; i < count; ++i) {
    const std::string name = names[random() % names.size()];
    const std::string& sound = store.files().at(name);
    std::string what, other;
    switch (random() % 8) {
      case 0: {  // cut off
        const size_t left = random() % Felt(store, name);
        what = fmt::format("{} cut off at {} of {}", name, left, sound.size());
        store.Write(name, sound.substr(0, left));
        break;
      }
      case 1:  // gone
        what = name + " deleted";
        store.Remove(name);
        break;
      case 2: {  // swapped with another file
        other = names[random() % names.size()];
        if (store.files().at(other) == sound) continue;
        what = fmt::format("{} swapped with {}", name, other);
        store.Write(name, store.files().at(other));
        store.Write(other, sound);
        break;
      }
      case 3: {  // a run of bytes overwritten
        std::string bytes = sound;
        const size_t at = random() % Felt(store, name), size = 1 + random() % 64;
        for (size_t j = at; j < std::min(at + size, Felt(store, name)); ++j)
          bytes[j] = static_cast<char>(random());
        if (bytes == sound) continue;
        what = fmt::format("{}: bytes from {} overwritten", name, at);
        store.Write(name, bytes);
        break;
      }
      default: {  // a bit
        std::string bytes = sound;
        const size_t at = random() % Felt(store, name);
        const int bit = static_cast<int>(random() % 8);
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
        what = fmt::format("{}: bit {} of byte {} of {} flipped", name, bit, at, sound.size());
        store.Write(name, bytes);
      }
    }
    const Status status = store.Look();
    ++of_kind[std::string(StatusCodeName(status.code()))];
    if (status.ok()) {
      ++unnoticed;
      ADD_FAILURE() << "unnoticed (seed " << seed << ", " << i << "): " << what;
    }
    store.Restore(name);
    if (!other.empty()) store.Restore(other);
  }
  for (const auto& [kind, times] : of_kind) fmt::print("{}: {}\n", kind, times);
  fmt::print("{} mutations, {} unnoticed\n", count, unnoticed);
  const Status sound = store.Look();
  EXPECT_TRUE(sound.ok()) << sound.message();
}

TEST(MutationTest, AllAreReported) {
  const SealedStore store;
  const Status sound = store.Look();
  ASSERT_TRUE(sound.ok()) << sound.message();
  Mutate(store, 40, 1);
}

// Somebody who knows the format: rows written anew, with every checksum right.
TEST(MutationTest, RecordsWrittenAnewAreReported) {
  const SealedStore store;
  struct Case {
    const char* name;
    std::function<void(Database&, Database::Batch&)> change;
  };
  const auto rewrite = [](Database& db, Database::Batch& batch, Family family, const std::string& key,
                          const std::function<std::string(std::string_view)>& change) {
    const std::string value = *Database::View(db).Get(family, key).value();
    batch.Put(family, key, SealRecord(change(OpenRecord(value)->payload)));
  };
  const Case cases[] = {
      {"capture's address",
       [&](Database& db, Database::Batch& batch) {
         rewrite(db, batch, Family::kCapture, NumberKey(3), [](std::string_view record) {
           Capture capture = DecodeCapture(record).value();
           capture.url += "x";
           return Encode(capture);
         });
       }},
      {"capture encoded otherwise",
       [&](Database& db, Database::Batch& batch) {
         rewrite(db, batch, Family::kCapture, NumberKey(3), [](std::string_view record) {
           // The same message to protobuf: a field that is given twice, the last one counts.
           return std::string(record.substr(0, 2)) + std::string(record);
         });
       }},
      {"leaf's time",
       [&](Database& db, Database::Batch& batch) {
         rewrite(db, batch, Family::kCustodyLeaf, NumberKey(5), [](std::string_view record) {
           CustodyLeaf leaf = DecodeCustodyLeaf(record).value();
           leaf.at.micros += 1;
           return Encode(leaf);
         });
       }},
      {"the last leaf and everything that hangs on it taken away",
       [&](Database& db, Database::Batch& batch) {
         const Database::View view(db);
         StoreHead head = DecodeHead(*view.Get(Family::kMeta, kMetaHead).value()).value();
         batch.Delete(Family::kCustodyLeaf, NumberKey(head.tree.size - 1));
         --head.tree.size;
         head.tree.root = MerkleRoot(head.tree.size, [&](const MerklePosition& position) {
                            return Result<Digest>(Digest::FromBytes(
                                *view.Get(Family::kCustodyNode, NodeKey(position)).value()));
                          }).value();
         batch.Put(Family::kMeta, kMetaHead, EncodeHead(head));
       }},
      {"frontier's schedule",
       [&](Database& db, Database::Batch& batch) {
         const Database::View view(db);
         batch.Delete(Family::kFrontierSchedule, view.Rows(Family::kFrontierSchedule).key());
       }},
      {"finding's level",
       [&](Database& db, Database::Batch& batch) {
         const Database::View view(db);
         const std::string key(view.Rows(Family::kFinding).key());
         rewrite(db, batch, Family::kFinding, key, [](std::string_view record) {
           Finding finding = DecodeFinding(record).value();
           finding.match.level = Level::kLow;
           return Encode(finding);
         });
       }},
      {"a body swapped for another's",
       [&](Database& db, Database::Batch& batch) {
         const Database::View view(db);
         Database::Cursor rows = view.Rows(Family::kPayload);
         const std::string key(rows.key());
         rows.Next();
         batch.Put(Family::kPayload, key, rows.value());
       }},
  };
  for (const Case& c : cases) {
    {
      const auto db =
          Database::Open({.path = store.path() + "/db", .create_if_missing = false, .env = nullptr}).value();
      Database::Batch batch(*db);
      c.change(*db, batch);
      ASSERT_TRUE(db->Commit(batch).ok()) << c.name;
    }
    EXPECT_FALSE(store.Look().ok()) << c.name;
    store.RestoreAll();
    const Status sound = store.Look();
    ASSERT_TRUE(sound.ok()) << c.name << ": " << sound.message();
  }
}

// scripts/mutationtest
TEST(MutationTest, DISABLED_Many) {
  const char* const wanted = std::getenv("GASHT_MUTATIONS");
  const int count = wanted != nullptr ? std::atoi(wanted) : 10'000;
  for (int begin = 0; begin < count; begin += 2000) {
    const SealedStore store;
    Mutate(store, std::min(2000, count - begin), 1000u + static_cast<unsigned>(begin));
  }
}

}  // namespace
}  // namespace gasht
