// Every byte that backs a sealed record: changed, cut off, deleted, swapped, put back from an older copy or written anew by
// somebody who knows the format, it is reported with a reason that names it, and the store is not opened for writing where the
// opening sees it. And the same of what is offered to the signer.
//
// A case is made from the seed and its number alone, so that a run may be done in pieces and a failure be repeated. Keys and
// salts are random: which bytes a case finds differs from run to run, what it does to them does not. A case that nobody noticed
// is kept as a folder.

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/mutex.h"
#include "model/codec.h"
#include "store/custody.h"
#include "store/database.h"
#include "store/envelope.h"
#include "store/keys.h"
#include "store/sealer.h"
#include "store/store_state.h"
#include "store/test_support.h"
#include "store/verify.h"
#include "tests/support/packed.h"
#include "tests/support/run_of_cases.h"
#include "tests/support/temporary_folder.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

constexpr char kOrigin[] = "gasht/0123456789abcdef";
constexpr size_t kMaxFile = 64 << 20;
constexpr uint64_t kPages = 12;
constexpr uint64_t kDestroyed = 3;  // the capture that is lawfully gone

std::string PageText(uint64_t seed, size_t bytes) {
  std::string text;
  for (uint64_t word = seed; text.size() < bytes; word = word * 6364136223846793005u + 1442695040888963407u)
    text += fmt::format("<li>{:x}</li>", word >> 20);
  text.resize(bytes);
  return text;
}

// The files of a store's folder at one moment.
struct Moment {
  std::map<std::string, std::string> sealed;  // back what was sealed
  std::map<std::string, std::string> others;  // do not: RocksDB's diary and options, locks, empty files
};

Moment Read(const std::string& path) {
  Moment moment;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = fs::relative(entry.path(), path);
    std::string bytes = ReadFile(entry.path(), kMaxFile).value();
    const std::string file = entry.path().filename();
    const bool backs_nothing = file.starts_with("LOG") || file.starts_with("OPTIONS") || file == "LOCK" ||
                               file == "IDENTITY" || file == "gasht.lock" || bytes.empty();
    (backs_nothing ? moment.others : moment.sealed)[name] = std::move(bytes);
  }
  return moment;
}

// Without a sync: thousands of these are undone again.
void Write(const fs::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_TRUE(file.flush().good()) << path;
}

void Write(const fs::path& folder, const Moment& moment) {
  fs::create_directories(folder / "db");
  for (const auto* files : {&moment.sealed, &moment.others}) {
    for (const auto& [name, bytes] : *files) Write(folder / name, bytes);
  }
}

// The program's own signer, on a thread; in the program it is a process.
SealerOptions SealingWith(const std::string& keys, std::vector<std::jthread>& threads) {
  SealerOptions options;
  options.every = std::chrono::hours(1);
  options.connect = [keys, &threads]() -> Result<std::unique_ptr<SignerClient>> {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      return Status::Unavailable("no sockets");
    threads.emplace_back([fd = ends[1], keys] {
      TreeSigner signer = TreeSigner::Open(keys, kOrigin, NoteKeyType::kEd25519).value();
      const SystemClock system;
      ServeSigner(fd, signer, system);
      close(fd);
    });
    return std::make_unique<SignerClient>(ends[0]);
  };
  return options;
}

// A small store with everything in it, sealed to its last leaf and closed; and the same store as it was a day before.
class SealedStore {
 public:
  SealedStore() : dir_(folder_.path()) {
    setup_.origin = kOrigin;
    setup_.signer = keys();
    setup_.copy = dir_ / "copy";
    setup_.keys = {TreeSigner::Create(keys(), kOrigin, NoteKeyType::kEd25519).value()};
    setup_.witnesses = {{"court-registry", NoteKeyType::kCosignature, witness_.public_key()}};
    // Twice, so that there are table and blob files and a log.
    Fill(0);
    before_ = Read(path());
    Fill(1);
    now_ = Read(path());
    fs::remove_all(path());
  }

  const fs::path& dir() const { return dir_; }
  std::string keys() const { return dir_ / "key"; }
  const CustodySetup& setup() const { return setup_; }
  const Moment& before() const { return before_; }
  const Moment& now() const { return now_; }
  // Of the tree's first N leaves.
  const Digest& root(uint64_t size) const { return roots_.at(size); }
  uint64_t leaves() const { return roots_.size() - 1; }
  Result<std::vector<Digest>> Consistency(uint64_t from, uint64_t to) const {
    return ConsistencyProof(from, to, [this](const MerklePosition& position) -> Result<Digest> {
      return nodes_.at({position.level, position.index});
    });
  }

 private:
  std::string path() const { return dir_ / "store"; }

  void Fill(uint64_t round) {
    StoreOptions options;
    options.path = path();
    const std::unique_ptr<Store> store = Store::Open(options).value();
    if (round == 0) {
      EXPECT_TRUE(WriteCustodySetup(path(), setup_).ok());
    }
    FakeClock clock;
    clock.Advance(std::chrono::hours(24 * round));
    std::vector<std::jthread> threads;
    const auto sealer = Sealer::Start(*store, setup_, SealingWith(keys(), threads)).value();
    WaitingWriter writer(*store, clock);
    EXPECT_TRUE(writer.AddEvent({"start", "gasht", "test"}).ok());
    for (uint64_t i = 0; i < kPages; ++i) {
      std::string body = PageText(i, 2000 + i * 200);
      if (round == 1) body.replace(500, 4, "next");
      PageCommit page = MakePage(kMarket, fmt::format("/{}", i), body, clock.Utc());
      if (i % 4 == 3) {
        page.received = StoredGzip(body);
        page.capture.content_coding = "gzip";
        page.capture.received_sha256 = Sha256(page.received);
        page.capture.received_bytes = page.received.size();
      }
      page.analysis.listings = {MakeListing(fmt::format("Charas {}", i))};
      page.analysis.candidates = {MakeCandidate(0, Level::kHigh, 60)};
      const Result<PageCommitted> committed = writer.CommitPage(page);
      EXPECT_TRUE(committed.ok()) << committed.status().message();
    }
    // Before something else: its last step, the note that the keys are gone, backs nothing.
    if (round == 1) Destroy(writer.writer());
    const FindingId finding = store->ListFindings({}).value().at(0).id;
    EXPECT_TRUE(writer.AddReview({finding, Decision::kConfirmed, "ayesha", "seen", {}}).ok());
    EXPECT_TRUE(writer.AddEvent({"view", "ayesha", "capture 1"}).ok());
    if (round == 0) {
      EXPECT_TRUE(store->Compact().ok());
    }
    EXPECT_TRUE(sealer->SealNow().ok());
    const std::string text = Checkpoint{kOrigin, store->tree_head()}.str();
    EXPECT_TRUE(AppendNote(path() + "/cosignatures",
                           {text, {CosignNote(text, "court-registry", witness_, clock.Utc())}})
                    .ok());
    if (round == 0) return;
    CompactTree tree;
    roots_.push_back(tree.root());
    for (uint64_t i = 0; i < store->tree_head().size; ++i) {
      for (const MerkleNode& node : tree.Append(LeafHash(store->GetLeaf(i).value())))
        nodes_[{node.position.level, node.position.index}] = node.hash;
      roots_.push_back(tree.root());
    }
  }

  static void Destroy(StoreWriter& writer) {
    std::promise<Status> done;
    writer.Erase({{{kDestroyed}}, "ayesha, bilal", "order 1/2026"},
                 [&done](const Result<Erased>& erased) { done.set_value(erased.status()); });
    EXPECT_TRUE(done.get_future().get().ok());
  }

  const TemporaryFolder folder_;
  const fs::path dir_;
  const SigningKey witness_ = SigningKey::Generate();
  CustodySetup setup_;
  Moment before_, now_;
  std::map<std::pair<int, uint64_t>, Digest> nodes_;
  std::vector<Digest> roots_;
};

// What was done to a store, and what is said of it.
struct Outcome {
  std::string what;
  // The reasons; none: nobody noticed.
  std::vector<std::string> said;
  // One of these stands in a reason, or the right thing was reported for a wrong one.
  std::vector<std::string> expected;
  bool is_refused = false;  // by the opening, or by the signer
};

// Words that a reason has when it names a record, or what happened to the log as a whole.
const std::vector<std::string> kNamed = {"capture ", "custody leaf ", "finding",  "review",     "payload",
                                         "node ",    "custody tree",  "rollback", "fork",       "slot ",
                                         "head",     "leaves",        "captures", "custody log"};

// One worker's copy of the store, changed and mended again. Confined to one thread.
class Workplace {
 public:
  Workplace(const SealedStore& store, int number)
      : store_(store), dir_(store.dir() / fmt::format("worker-{}", number)), path_(dir_ / "store") {
    MendAll();
  }

  const SealedStore& store() const { return store_; }
  const fs::path& dir() const { return dir_; }
  const fs::path& path() const { return path_; }
  const std::map<std::string, std::string>& files() const { return store_.now().sealed; }

  void Put(const std::string& name, std::string_view bytes) {
    touched_.insert(name);
    Write(path_ / name, bytes);
  }
  void Remove(const std::string& name) {
    touched_.insert(name);
    fs::remove(path_ / name);
  }
  // Rows written anew, every checksum right, as RocksDB writes them.
  Status Rewrite(const std::function<void(const Database::View&, Database::Batch&)>& change) {
    is_rewritten_ = true;
    const auto db =
        Database::Open({.path = path_ / "db", .create_if_missing = false, .env = nullptr}).value();
    Database::Batch batch(*db);
    {
      const Database::View view(*db);
      change(view, batch);
    }
    return batch.empty() ? Status::NotFound("nothing was changed") : db->Commit(batch);
  }
  void Mend() {
    if (is_rewritten_) return MendAll();
    for (const std::string& name : touched_) Write(path_ / name, files().at(name));
    touched_.clear();
  }
  void MendAll() {
    fs::remove_all(path_);
    Write(path_, store_.now());
    touched_.clear();
    is_rewritten_ = false;
  }

  // What `gasht verify` says of it, and whether an opening for writing refuses it.
  Outcome Look(std::string what, std::vector<std::string> expected) {
    Outcome outcome;
    outcome.what = std::move(what);
    outcome.expected = std::move(expected);
    StoreOptions options;
    options.path = path_;
    options.create_if_missing = false;
    options.read_only = true;
    bool is_read = false;
    {
      const Result<std::unique_ptr<Store>> store = Store::Open(options);
      is_read = store.ok();
      if (is_read) {
        VerifyOptions verify;
        verify.derived = true;
        Result<VerifyReport> report = VerifyStore(**store, verify);
        if (report.ok()) {
          outcome.said = std::move(report->problems);
        } else {
          outcome.said = {report.status().message()};
        }
      } else {
        outcome.said = {store.status().message()};
      }
    }
    const std::map<std::string, std::string> before = Stamps();
    options.read_only = false;
    outcome.is_refused = !Store::Open(options).ok();
    const bool is_as_it_was = Stamps() == before;
    if (!outcome.is_refused || !is_as_it_was) is_rewritten_ = true;
    // What cannot even be read must not be written to, and a refusal leaves every byte as it is.
    if ((!is_read && !outcome.is_refused) || (outcome.is_refused && !is_as_it_was)) {
      outcome.said.clear();
      outcome.what += " (opened for writing)";
    }
    return outcome;
  }

  // Kept for whoever looks into it.
  std::string Keep(const std::string& name) const {
    const fs::path kept = fs::path(::testing::TempDir()) / name;
    std::error_code error;
    fs::remove_all(kept, error);
    fs::copy(path_, kept, fs::copy_options::recursive, error);
    return kept;
  }

 private:
  // Of every file that backs something, how long it is and when it was written.
  std::map<std::string, std::string> Stamps() const {
    std::map<std::string, std::string> stamps;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path_)) {
      const std::string name = fs::relative(entry.path(), path_);
      struct stat info {};
      if (store_.now().others.contains(name) || !entry.is_regular_file() ||
          stat(entry.path().c_str(), &info) != 0 || name == "gasht.lock")
        continue;
      stamps[name] = fmt::format("{} {} {}", info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
    }
    return stamps;
  }

  const SealedStore& store_;
  const fs::path dir_, path_;
  std::set<std::string> touched_;
  bool is_rewritten_ = false;
};

using Random = std::mt19937_64;

template <typename Container>
const auto& Any(const Container& of, Random& random) {
  return *std::next(of.begin(), static_cast<std::ptrdiff_t>(random() % of.size()));
}

std::vector<std::string> Naming(const std::string& file) {
  std::vector<std::string> words = kNamed;
  // RocksDB asks for a table under two names that differ in what stands behind the dot.
  words.push_back(fs::path(file).stem());
  if (file == "db/CURRENT") words.push_back("MANIFEST-");
  return words;
}

// How many bytes of a file a change can be felt in: of keys.bin the slots that are certainly used.
size_t Felt(const std::string& name, size_t size) {
  return name == "keys.bin" ? std::min<size_t>(size, (kPages + 1) * KeyTable::kSlotBytes) : size;
}

// What a stranger gave the log (a cosignature) can be taken away again unseen: nothing here knows that it was given. A note of how
// long RocksDB's list was before says less, and nothing false. A change of either is seen.
bool MayBeTakenAway(const std::string& name) {
  return name == "cosignatures";
}
bool MayBeOlder(const std::string& name) {
  return name == "cosignatures" || name == "manifest";
}

// ---- What is done to files ----

std::optional<Outcome> FlipBit(Workplace& place, Random& random) {
  const auto& [name, sound] = Any(place.files(), random);
  std::string bytes = sound;
  const size_t at = random() % Felt(name, sound.size());
  const int bit = static_cast<int>(random() % 8);
  bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
  place.Put(name, bytes);
  return place.Look(fmt::format("{}: bit {} of byte {} of {} flipped", name, bit, at, sound.size()),
                    Naming(name));
}

std::optional<Outcome> OverwriteRun(Workplace& place, Random& random) {
  const auto& [name, sound] = Any(place.files(), random);
  std::string bytes = sound;
  const size_t felt = Felt(name, sound.size()), at = random() % felt, size = 1 + random() % 64;
  for (size_t i = at; i < std::min(at + size, felt); ++i) bytes[i] = static_cast<char>(random());
  if (bytes == sound) return std::nullopt;
  place.Put(name, bytes);
  return place.Look(fmt::format("{}: bytes from {} overwritten", name, at), Naming(name));
}

std::optional<Outcome> CutOff(Workplace& place, Random& random) {
  const auto& [name, sound] = Any(place.files(), random);
  if (MayBeTakenAway(name)) return std::nullopt;
  const size_t left = random() % Felt(name, sound.size());
  place.Put(name, std::string_view(sound).substr(0, left));
  return place.Look(fmt::format("{} cut off at {} of {}", name, left, sound.size()), Naming(name));
}

// Where a file of records may end as if it had always ended there: RocksDB's logs (write-ahead log, list of files: blocks of
// 32 KiB; checksum, length, type, payload) and files of notes.
std::vector<size_t> Boundaries(const std::string& name, std::string_view bytes) {
  std::vector<size_t> ends = {0};
  if (name.ends_with(".log") || name.starts_with("db/MANIFEST")) {
    constexpr size_t kBlock = 32768, kHeader = 7;
    for (size_t at = 0; at + kHeader <= bytes.size();) {
      if (at % kBlock + kHeader > kBlock) {
        at += kBlock - at % kBlock;
        continue;
      }
      const auto low = static_cast<uint8_t>(bytes[at + 4]), high = static_cast<uint8_t>(bytes[at + 5]);
      at += kHeader + low + (size_t{high} << 8);
      if (at < bytes.size()) ends.push_back(at);
    }
  } else if (name == "checkpoints") {
    for (size_t at = bytes.find("\n\n"); at + 2 < bytes.size(); at = bytes.find("\n\n", at + 1))
      ends.push_back(at + 2);
  } else {
    return {};
  }
  return ends;
}

std::optional<Outcome> CutAtBoundary(Workplace& place, Random& random) {
  std::vector<std::pair<std::string, size_t>> cuts;
  for (const auto& [name, bytes] : place.files()) {
    for (const size_t end : Boundaries(name, bytes)) cuts.emplace_back(name, end);
  }
  const auto& [name, end] = Any(cuts, random);
  const std::string& sound = place.files().at(name);
  place.Put(name, std::string_view(sound).substr(0, end));
  return place.Look(fmt::format("{} cut off at the end of a record, {} of {}", name, end, sound.size()),
                    Naming(name));
}

std::optional<Outcome> DeleteFile(Workplace& place, Random& random) {
  const std::string& name = Any(place.files(), random).first;
  if (MayBeTakenAway(name)) return std::nullopt;
  place.Remove(name);
  std::vector<std::string> expected = Naming(name);
  expected.insert(expected.end(), {"missing", "no store", "does not exist"});
  return place.Look(name + " deleted", expected);
}

std::optional<Outcome> SwapFiles(Workplace& place, Random& random) {
  const auto& [one, first] = Any(place.files(), random);
  const auto& [other, second] = Any(place.files(), random);
  if (first == second) return std::nullopt;
  place.Put(one, second);
  place.Put(other, first);
  std::vector<std::string> expected = Naming(one);
  for (const std::string& word : Naming(other)) expected.push_back(word);
  expected.push_back("took another's place");
  return place.Look(fmt::format("{} and {} swapped", one, other), expected);
}

// One file as it was a day before.
std::optional<Outcome> OlderFile(Workplace& place, Random& random) {
  const auto& [name, older] = Any(place.store().before().sealed, random);
  const auto now = place.files().find(name);
  if (now == place.files().end() || now->second == older || MayBeOlder(name)) return std::nullopt;
  place.Put(name, older);
  return place.Look(fmt::format("{} as it was a day before", name), Naming(name));
}

// The database as it was a day before, and with it any of the files beside it: all of them, and only the second place of the
// checkpoints knows better.
std::optional<Outcome> OlderCopy(Workplace& place, Random& random) {
  const Moment& before = place.store().before();
  Moment mixed = place.store().now();
  const auto is_of_db = [](const auto& file) { return file.first.starts_with("db/"); };
  std::erase_if(mixed.sealed, is_of_db);
  std::erase_if(mixed.others, is_of_db);
  std::string with;
  for (const auto& [name, bytes] : before.sealed) {
    if (!name.starts_with("db/")) {
      if (random() % 2 == 0) continue;
      with += " " + name;
    }
    mixed.sealed[name] = bytes;
  }
  for (const auto& [name, bytes] : before.others) mixed.others[name] = bytes;
  fs::remove_all(place.path());
  Write(place.path(), mixed);
  Outcome outcome = place.Look("the database as it was a day before, with" + with, {"rollback"});
  place.MendAll();
  return outcome;
}

// ---- What somebody does who knows the format: every checksum is right ----

struct RowFamily {
  Family family;
  bool is_record;  // its value is the envelope of a message
};
constexpr RowFamily kRows[] = {
    {Family::kCapture, true},       {Family::kPayload, false},         {Family::kFinding, true},
    {Family::kReview, true},        {Family::kCustodyLeaf, true},      {Family::kCustodyNode, false},
    {Family::kFindingLeaf, false},  {Family::kCaptureBySource, false}, {Family::kFindingIndex, false},
    {Family::kPayloadDelta, false}, {Family::kFrontierSchedule, false}};

struct Row {
  RowFamily of;
  std::string key, value;
};

std::vector<Row> RowsOf(const Database::View& view, const RowFamily& of) {
  std::vector<Row> rows;
  for (Database::Cursor row = view.Rows(of.family); row.valid(); row.Next())
    rows.push_back({of, std::string(row.key()), std::string(row.value())});
  return rows;
}

// Is what changed under the log? When and how often a finding was seen again, and on which page, is not; nor is the salt of
// a version of a finding that another one has replaced, and of what was destroyed there is no salt.
bool IsSealed(const Row& was, std::string_view value) {
  if (was.of.family != Family::kFinding) return true;
  const Result<Envelope> before = OpenRecord(was.value), after = OpenRecord(value);
  if (!before.ok() || !after.ok()) return true;
  const Result<Finding> one = DecodeFinding(before->payload), other = DecodeFinding(after->payload);
  return !one.ok() || !other.ok() || FindingRecord(*one) != FindingRecord(*other);
}

// The length of a protobuf field at the beginning of `bytes`, key included; 0 when it is none of the four that we write.
size_t FieldBytes(std::string_view bytes) {
  size_t at = 0;
  const auto number = [&]() -> uint64_t {
    uint64_t value = 0;
    for (int shift = 0; at < bytes.size() && shift < 64; shift += 7) {
      const auto byte = static_cast<uint8_t>(bytes[at++]);
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  switch (number() & 7) {
    case 0:
      number();
      return at;
    case 1:
      return at + 8;
    case 2:
      return at + number();
    case 5:
      return at + 4;
    default:
      return 0;
  }
}

// The same message to any reader of protobuf: its first field comes last.
std::optional<std::string> EncodedOtherwise(std::string_view record) {
  const size_t first = FieldBytes(record);
  if (first == 0 || first >= record.size()) return std::nullopt;
  std::string other(record.substr(first));
  other += record.substr(0, first);
  if (other == record) return std::nullopt;
  return other;
}

std::optional<Outcome> ChangeRows(
    Workplace& place, Random& random,
    const std::function<std::string(const std::vector<Row>&, Database::Batch&)>& change) {
  const RowFamily of = kRows[random() % std::size(kRows)];
  std::string what;
  const Status status = place.Rewrite([&](const Database::View& view, Database::Batch& batch) {
    const std::vector<Row> rows = RowsOf(view, of);
    if (!rows.empty()) what = change(rows, batch);
  });
  if (!status.ok()) return std::nullopt;
  const std::string name(InfoOf(of.family).name);
  std::vector<std::string> expected = kNamed;
  expected.push_back(name);
  return place.Look(fmt::format("{}: {}", name, what), expected);
}

std::optional<Outcome> ChangeRow(Workplace& place, Random& random) {
  return ChangeRows(place, random, [&](const std::vector<Row>& rows, Database::Batch& batch) -> std::string {
    const Row& row = Any(rows, random);
    if (row.value.empty()) return {};
    std::string value = row.value;
    const size_t at = random() % value.size();
    const int bit = static_cast<int>(random() % 8);
    value[at] = static_cast<char>(value[at] ^ (1 << bit));
    if (IsSealed(row, value)) batch.Put(row.of.family, row.key, value);
    return fmt::format("row {}: bit {} of byte {} of its value of {} flipped", HexEncode(row.key), bit, at,
                       value.size());
  });
}

std::optional<Outcome> DeleteRow(Workplace& place, Random& random) {
  return ChangeRows(place, random, [&](const std::vector<Row>& rows, Database::Batch& batch) {
    const Row& row = Any(rows, random);
    batch.Delete(row.of.family, row.key);
    return fmt::format("row {} deleted", HexEncode(row.key));
  });
}

std::optional<Outcome> SwapRows(Workplace& place, Random& random) {
  return ChangeRows(place, random, [&](const std::vector<Row>& rows, Database::Batch& batch) -> std::string {
    const Row &one = Any(rows, random), &other = Any(rows, random);
    if (one.value == other.value) return {};
    batch.Put(one.of.family, one.key, other.value);
    batch.Put(other.of.family, other.key, one.value);
    return fmt::format("rows {} and {} swapped", HexEncode(one.key), HexEncode(other.key));
  });
}

// A row under a key that there is none of: that of another one, its last byte changed. A body more than captures have is
// nobody's, and not under the log.
std::optional<Outcome> InventRow(Workplace& place, Random& random) {
  return ChangeRows(place, random, [&](const std::vector<Row>& rows, Database::Batch& batch) -> std::string {
    const Row& row = Any(rows, random);
    std::string key = row.key;
    key.back() = static_cast<char>(random());
    const bool is_there = std::any_of(rows.begin(), rows.end(), [&](const Row& r) { return r.key == key; });
    if (is_there || row.of.family == Family::kPayload) return {};
    batch.Put(row.of.family, key, row.value);
    return fmt::format("row {} once more as {}", HexEncode(row.key), HexEncode(key));
  });
}

std::optional<Outcome> EncodeRowOtherwise(Workplace& place, Random& random) {
  return ChangeRows(place, random, [&](const std::vector<Row>& rows, Database::Batch& batch) -> std::string {
    const Row& row = Any(rows, random);
    const Result<Envelope> envelope = OpenRecord(row.value);
    if (!row.of.is_record || !envelope.ok()) return {};
    const std::optional<std::string> other = EncodedOtherwise(envelope->payload);
    if (other) batch.Put(row.of.family, row.key, SealRecord(*other));
    return fmt::format("row {} encoded otherwise", HexEncode(row.key));
  });
}

// The last leaves and everything that hangs on them, as if they had never been: the head says so too.
std::optional<Outcome> TakeLastLeavesAway(Workplace& place, Random& random) {
  const uint64_t leaves = place.store().leaves(), left = leaves - 1 - random() % (leaves / 2);
  const Status status = place.Rewrite([&](const Database::View& view, Database::Batch& batch) {
    StoreHead head = DecodeHead(*view.Get(Family::kMeta, kMetaHead).value()).value();
    for (uint64_t index = left; index < leaves; ++index) {
      const CustodyLeaf leaf =
          DecodeCustodyLeaf(OpenRecord(*view.Get(Family::kCustodyLeaf, NumberKey(index)).value())->payload)
              .value();
      batch.Delete(Family::kCustodyLeaf, NumberKey(index));
      if (leaf.kind != kCaptureLeafKind) continue;
      batch.Delete(Family::kCapture, NumberKey(leaf.capture.value));
      --head.captures;
    }
    head.tree = {left, place.store().root(left)};
    batch.Put(Family::kMeta, kMetaHead, EncodeHead(head));
  });
  EXPECT_TRUE(status.ok()) << status.message();
  return place.Look(fmt::format("the last {} of {} leaves taken away", leaves - left, leaves), {"rollback"});
}

// ---- What is offered to the signer ----

std::optional<Outcome> OfferToSigner(Workplace& place, Random& random) {
  const SealedStore& store = place.store();
  TreeSigner signer = TreeSigner::Open(store.keys(), kOrigin, NoteKeyType::kEd25519).value();
  const uint64_t last = signer.last().head.size;
  EXPECT_EQ(last, store.leaves());
  SignRequest request;
  Outcome outcome;
  Checkpoint offered{kOrigin, {last, store.root(last)}};
  switch (random() % 4) {
    case 0: {  // with the true root, and a true proof that it grew from something smaller still
      offered.head.size = random() % last;
      offered.head.root = store.root(offered.head.size);
      request.old_size = random() % (offered.head.size + 1);
      if (request.old_size > 0)
        request.proof = store.Consistency(request.old_size, offered.head.size).value();
      outcome.what = fmt::format("a smaller tree of {} leaves", offered.head.size);
      outcome.expected = {"rollback"};
      break;
    }
    case 1:
      offered.head.root.bytes[random() % 32] ^= static_cast<uint8_t>(1 << random() % 8);
      request.old_size = last;
      outcome.what = "the same size, another root";
      outcome.expected = {"fork"};
      break;
    case 2:
      offered.head.size = last + 1 + random() % 100;
      offered.head.root = Sha256(fmt::format("{}", random()));
      request.old_size = random() % 2 == 0 ? last : 0;
      for (uint64_t i = random() % 8; i > 0; --i)
        request.proof.push_back(Sha256(fmt::format("{}", random())));
      outcome.what =
          fmt::format("a tree of {} leaves that does not begin with the signed one", offered.head.size);
      // One that begins at another size than was signed last is asked for again.
      outcome.expected = {"fork", "stale"};
      break;
    default:
      offered.origin = fmt::format("gasht/{:016x}", random());
      request.old_size = last;
      outcome.what = "another log";
      outcome.expected = {"fork"};
  }
  request.note.text = offered.str();
  const Status status = signer.Sign(request, {}).status();
  if (!status.ok()) outcome.said = {status.message()};
  outcome.is_refused = !status.ok();
  return outcome;
}

// Both go on by themselves; the first one's log is sealed, the second one's never is, and it is refused from then on.
std::optional<Outcome> TwoCoresFromOneCopy(Workplace& place, Random& random) {
  CustodySetup setup = place.store().setup();
  setup.signer = place.dir() / "key";
  setup.copy = place.dir() / "copy";
  fs::remove_all(setup.signer);
  fs::copy(place.store().keys(), setup.signer);
  fs::copy_file(place.store().setup().copy, setup.copy, fs::copy_options::overwrite_existing);
  const auto open = [&](const std::string& path) {
    StoreOptions options;
    options.path = path;
    return Store::Open(options);
  };
  const uint64_t events[] = {1 + random() % 4, 1 + random() % 4};
  Outcome outcome;
  outcome.what = fmt::format("two cores, {} and {} leaves further", events[0], events[1]);
  outcome.expected = {"fork", "rollback"};
  Status refused;
  {
    std::vector<std::jthread> threads;
    std::vector<std::unique_ptr<Store>> cores;
    for (const uint64_t count : events) {
      const std::string path = place.dir() / fmt::format("core-{}", cores.size());
      fs::remove_all(path);
      Write(path, place.store().now());
      EXPECT_TRUE(WriteCustodySetup(path, setup).ok());
      Result<std::unique_ptr<Store>> core = open(path);
      EXPECT_TRUE(core.ok()) << core.status().message();
      if (!core.ok()) return std::nullopt;
      cores.push_back(std::move(core).value());
      const FakeClock clock;
      WaitingWriter writer(*cores.back(), clock);
      for (uint64_t i = 0; i < count; ++i)
        EXPECT_TRUE(writer.AddEvent({"start", "gasht", fmt::format("{} {}", cores.size(), i)}).ok());
    }
    const bool second_is_late = random() % 2 == 0;
    std::unique_ptr<Sealer> second;
    if (!second_is_late) second = Sealer::Start(*cores[1], setup, SealingWith(setup.signer, threads)).value();
    const auto first = Sealer::Start(*cores[0], setup, SealingWith(setup.signer, threads)).value();
    const Status sealed = first->SealNow();
    EXPECT_TRUE(sealed.ok()) << sealed.message();
    if (second_is_late) {
      // It remembers what it signed, and another process has signed since: a signer of one process knows it at once.
      Result<std::unique_ptr<Sealer>> started =
          Sealer::Start(*cores[1], setup, SealingWith(setup.signer, threads));
      refused = started.ok() ? (*started)->SealNow() : started.status();
    } else {
      refused = second->SealNow();
    }
  }
  const Status reopened = open(place.dir() / "core-1").status();
  if (!refused.ok() && !reopened.ok()) outcome.said = {refused.message()};
  outcome.is_refused = !refused.ok();
  return outcome;
}

// ---- The run ----

struct Kind {
  const char* name;
  uint64_t weight;
  std::optional<Outcome> (*make)(Workplace&, Random&);
};
constexpr Kind kKinds[] = {
    {"a bit flipped", 300, &FlipBit},
    {"a run of bytes overwritten", 80, &OverwriteRun},
    {"a file cut off anywhere", 80, &CutOff},
    {"a log cut off at the end of a record", 80, &CutAtBoundary},
    {"a file deleted", 60, &DeleteFile},
    {"two files swapped", 60, &SwapFiles},
    {"a file as it was before", 40, &OlderFile},
    {"the database as it was before", 40, &OlderCopy},
    {"a row changed", 80, &ChangeRow},
    {"a row deleted", 40, &DeleteRow},
    {"two rows swapped", 40, &SwapRows},
    {"a row invented", 20, &InventRow},
    {"a row encoded otherwise", 30, &EncodeRowOtherwise},
    {"the last leaves taken away", 20, &TakeLastLeavesAway},
    {"offered to the signer", 25, &OfferToSigner},
    {"two cores from one copy", 5, &TwoCoresFromOneCopy},
};

const Kind& KindOf(Random& random) {
  uint64_t all = 0;
  for (const Kind& kind : kKinds) all += kind.weight;
  uint64_t at = random() % all;
  for (const Kind& kind : kKinds) {
    if (at < kind.weight) return kind;
    at -= kind.weight;
  }
  return kKinds[0];
}

// Ok when it was reported for a right reason; else what was wrong.
std::string Judge(const Outcome& outcome) {
  if (outcome.said.empty()) return "NOT REPORTED: " + outcome.what;
  for (const std::string& said : outcome.said) {
    for (const std::string& word : outcome.expected) {
      if (said.find(word) != std::string::npos) return {};
    }
  }
  return fmt::format("reported with a reason that says nothing: {}: \"{}\"", outcome.what,
                     outcome.said.front());
}

void Mutate(const SealedStore& store, const RunOfCases& run) {
  struct Tally {
    uint64_t cases = 0, reported = 0, refused = 0;
  };
  Mutex mu;
  std::map<std::string, Tally> tallies;
  std::vector<std::string> failures;
  RunCases(run, "mutations", [&](int worker) -> CaseWorker {
    auto place = std::make_shared<Workplace>(store, worker);
    return [&, place](uint64_t number, uint64_t) -> uint64_t {
      Random random = run.RandomOf(number);
      std::optional<Outcome> outcome;
      const Kind* kind = nullptr;
      // Some draws change nothing, and are drawn again.
      while (!outcome) {
        kind = &KindOf(random);
        outcome = kind->make(*place, random);
        if (!outcome) place->Mend();
      }
      std::string failure = Judge(*outcome);
      if (!failure.empty()) {
        const std::string kept = place->Keep(fmt::format("gasht-mutation-{}-{}", run.seed, number));
        failure = fmt::format("seed {}, case {}: {} (kept as {})", run.seed, number, failure, kept);
      }
      place->Mend();
      MutexLock lock(mu);
      Tally& tally = tallies[kind->name];
      ++tally.cases;
      tally.reported += failure.empty() ? 1 : 0;
      tally.refused += outcome->is_refused ? 1 : 0;
      if (!failure.empty()) failures.push_back(failure);
      return failure.empty() ? 1 : 0;
    };
  });
  for (const std::string& failure : failures) ADD_FAILURE() << failure;
  Tally all;
  fmt::print("{:<40} {:>6} {:>9} {:>22}\n", "kind", "cases", "reported", "refused when opened");
  for (const auto& [name, tally] : tallies) {
    fmt::print("{:<40} {:>6} {:>9} {:>22}\n", name, tally.cases, tally.reported, tally.refused);
    all.cases += tally.cases;
    all.reported += tally.reported;
    all.refused += tally.refused;
  }
  fmt::print("{:<40} {:>6} {:>9} {:>22}\n", "all", all.cases, all.reported, all.refused);
  Workplace sound(store, 1000);
  const Outcome nothing = sound.Look("nothing", {});
  EXPECT_TRUE(nothing.said.empty()) << nothing.said.front();
}

TEST(MutationTest, AllAreReported) {
  const SealedStore store;
  Mutate(store, {.seed = 1, .from = 0, .count = 40, .workers = 2});
}

// Every kind is drawn by the runs above and below in the share that it has; here each of them is.
TEST(MutationTest, EachKindIsReported) {
  const SealedStore store;
  Workplace place(store, 0);
  for (const Kind& kind : kKinds) {
    Random random(7);
    int tries = 0;
    std::optional<Outcome> outcome;
    while (!outcome && ++tries < 100) {
      outcome = kind.make(place, random);
      if (!outcome) place.Mend();
    }
    ASSERT_TRUE(outcome.has_value()) << kind.name;
    EXPECT_EQ(Judge(*outcome), "") << kind.name;
    place.Mend();
  }
}

// Former bugs: what is left of a destroyed capture named another leaf than the one that says why.
TEST(MutationTest, ADestroyedCaptureNamesItsLeaf) {
  const SealedStore store;
  Workplace place(store, 0);
  const Status changed = place.Rewrite([](const Database::View& view, Database::Batch& batch) {
    std::string value = *view.Get(Family::kCapture, NumberKey(kDestroyed)).value();
    value.back() = static_cast<char>(value.back() ^ 1);
    batch.Put(Family::kCapture, NumberKey(kDestroyed), value);
  });
  ASSERT_TRUE(changed.ok()) << changed.message();
  EXPECT_EQ(Judge(place.Look("what is left of a destroyed capture", kNamed)), "");
}

// The write-ahead log and RocksDB's list of files, cut off at the end of each record that they have: the default and the
// strictest way of RocksDB open such a store without a word.
TEST(MutationTest, EveryBoundaryOfALogIsReported) {
  const SealedStore store;
  Workplace place(store, 0);
  size_t cuts = 0, of_wal = 0;
  for (const auto& [name, bytes] : place.files()) {
    for (const size_t end : Boundaries(name, bytes)) {
      ++cuts;
      of_wal += name.ends_with(".log") ? 1 : 0;
      place.Put(name, std::string_view(bytes).substr(0, end));
      EXPECT_EQ(
          Judge(place.Look(fmt::format("{} cut off at {} of {}", name, end, bytes.size()), Naming(name))),
          "");
      place.Mend();
    }
  }
  EXPECT_GE(of_wal, kPages) << "of " << cuts;
}

// What was captured after the last checkpoint can be cut off unseen, and a report says from where; what was sealed cannot.
TEST(MutationTest, WhatIsUnsealedIsReportedAsUnsealed) {
  const SealedStore sealed;
  Workplace place(sealed, 0);
  StoreOptions options;
  options.path = place.path();
  constexpr uint64_t kMore = 5;
  {
    const std::unique_ptr<Store> store = Store::Open(options).value();
    const FakeClock clock;
    WaitingWriter writer(*store, clock);
    for (uint64_t i = 0; i < kMore; ++i)
      ASSERT_TRUE(writer.AddEvent({"start", "gasht", fmt::format("unsealed {}", i)}).ok());
  }
  const Moment now = Read(place.path());
  options.read_only = true;
  std::set<uint64_t> left;
  for (const auto& [name, bytes] : now.sealed) {
    if (!name.ends_with(".log")) continue;
    for (const size_t end : Boundaries(name, bytes)) {
      Write(place.path() / name, std::string_view(bytes).substr(0, end));
      const Result<std::unique_ptr<Store>> store = Store::Open(options);
      if (!store.ok()) {
        ADD_FAILURE() << name << " at " << end << ": " << store.status().message();
        continue;
      }
      const VerifyReport report = VerifyStore(**store, {}).value();
      EXPECT_TRUE(report.ok()) << name << " at " << end << ": " << report.problems.front();
      EXPECT_EQ(report.sealed, sealed.leaves());
      left.insert(report.leaves - report.sealed);
      bool is_said = false;
      for (const std::string& line : Explain(report))
        is_said = is_said || line.starts_with(fmt::format("Unsealed from leaf {}", sealed.leaves()));
      EXPECT_EQ(is_said, report.leaves > report.sealed) << name << " at " << end;
    }
    Write(place.path() / name, bytes);
  }
  EXPECT_EQ(left, (std::set<uint64_t>{0, 1, 2, 3, 4}));
}

// scripts/mutationtest
TEST(MutationTest, DISABLED_Many) {
  const SealedStore store;
  Mutate(store, RunOfCases::FromEnvironment("GASHT_MUTATIONS", {.count = 10'000, .workers = 2}));
}

}  // namespace
}  // namespace gasht
