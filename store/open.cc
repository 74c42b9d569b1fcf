#include "store/open.h"

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "store/check_custody.h"
#include "store/checkpoint_file.h"
#include "store/file_list.h"
#include "store/keys.h"
#include "store/transaction.h"

namespace gasht {
namespace {

constexpr size_t kSecretBytes = 32;
constexpr size_t kStoreIdBytes = 16;
constexpr size_t kMaxSecretFileBytes = 1024;

using MetaValue = std::optional<std::string>;

Result<MetaValue> ReadMeta(const Database& db, std::string_view key) {
  return Database::View(db).Get(Family::kMeta, key);
}

Status Damaged(const StoreState& store, std::string_view what) {
  return Status::DataLoss(fmt::format("store {} is damaged: {}. Restore it from a backup", store.path, what));
}

// Its own folder, readable by its owner only; then the lock, before anything else is looked at.
Status PrepareFolder(StoreState& store, const StoreOptions& options) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!options.create_if_missing && !fs::exists(store.path + "/db/CURRENT", error))
    return Status::NotFound(fmt::format("there is no store at {}: gasht patrol makes one", store.path));
  // The secret is made after the database: without one, whatever lies there is not to be made anew.
  if (fs::exists(store.path + "/secret", error) && !fs::exists(store.path + "/db/CURRENT", error))
    return Status::DataLoss(
        fmt::format("{}/db is not a database any more, or is missing: restore it from a backup", store.path));
  const bool is_new = fs::create_directories(store.path, error);
  if (error) return Status::Unavailable(fmt::format("cannot create {}: {}", store.path, error.message()));
  if (is_new && chmod(store.path.c_str(), 0700) != 0)
    return Status::Unavailable(fmt::format("cannot change the mode of {}", store.path));
  GASHT_ASSIGN_OR_RETURN(
      store.lock, StoreLock::Acquire(store.path, options.holder.empty() ? ThisProgram() : options.holder));
  return Status::Ok();
}

// 32 bytes as hex in a file of their own; empty when there is none.
Result<std::string> ReadHexFile(const std::string& path) {
  Result<std::string> text = ReadFile(path, kMaxSecretFileBytes);
  if (text.status().code() == StatusCode::kNotFound) return std::string();
  if (!text.ok()) return text.status();
  std::string_view hex = *text;
  if (hex.ends_with('\n')) hex.remove_suffix(1);
  Result<std::string> bytes = HexDecode(hex);
  // One way to write it: a changed letter is a changed file.
  if (!bytes.ok() || bytes->size() != kSecretBytes || HexEncode(*bytes) + "\n" != *text)
    return Status::DataLoss(path + " is not 64 hex digits and a line break: restore it from a backup");
  return bytes;
}

// Empty when there is none.
Result<std::string> ReadSecret(const StoreState& store) {
  if (store.disk != nullptr) return store.disk->secret;
  return ReadHexFile(store.path + "/secret");
}

Status WriteSecret(StoreState& store, const std::string& secret) {
  if (store.disk != nullptr) {
    store.disk->secret = secret;
    return Status::Ok();
  }
  return WriteFileAtomically(store.path + "/secret", HexEncode(secret) + "\n", 0600);
}

std::string SecretCheck(std::string_view secret) {
  return std::string(HmacSha256(secret, "gasht-secret-check-1").view());
}

// A database without a schema: new, or its making was interrupted.
Status Initialise(StoreState& store) {
  const Database::View view(*store.db);
  for (const FamilyInfo& info : kFamilies) {
    const Database::Cursor rows = view.Rows(info.family);
    GASHT_RETURN_IF_ERROR(rows.status());
    if (rows.valid())
      return Damaged(store, fmt::format("it has no schema version, but rows in {}", info.name));
  }
  GASHT_ASSIGN_OR_RETURN(std::string secret, ReadSecret(store));
  if (secret.empty()) {
    secret = RandomBytes(kSecretBytes);
    GASHT_RETURN_IF_ERROR(WriteSecret(store, secret));
  }
  Database::Batch batch(*store.db);
  batch.Put(Family::kMeta, kMetaSchema, NumberKey(kSchemaVersion));
  batch.Put(Family::kMeta, kMetaNextKey, NumberKey(1));
  batch.Put(Family::kMeta, kMetaDerived, NumberKey(kDerivedVersion));
  batch.Put(Family::kMeta, kMetaStoreId, RandomBytes(kStoreIdBytes));
  batch.Put(Family::kMeta, kMetaCreated, NumberKey(static_cast<uint64_t>(SystemClock().Utc().micros)));
  batch.Put(Family::kMeta, kMetaSecretCheck, SecretCheck(secret));
  batch.Put(Family::kMeta, kMetaHead, EncodeHead({0, {0, CompactTree().root()}}));
  return store.db->Commit(batch);
}

// The schema that the store has.
Result<uint64_t> CheckSchema(StoreState& store) {
  GASHT_ASSIGN_OR_RETURN(MetaValue schema, ReadMeta(*store.db, kMetaSchema));
  if (!schema) {
    GASHT_RETURN_IF_ERROR(Initialise(store));
    return kSchemaVersion;
  }
  const std::optional<uint64_t> version = ParseNumberKey(*schema);
  if (!version || *version == 0) return Damaged(store, "its schema version is unreadable");
  if (*version > kSchemaVersion)
    return Status::FailedPrecondition(
        fmt::format("store {} has schema {}, this gasht knows schemas up to {}: open it with the newer gasht",
                    store.path, *version, kSchemaVersion));
  for (const FamilyInfo& info : kFamilies) {
    if (info.since <= *version && info.kind == FamilyKind::kTruth && info.since > 1 &&
        store.db->is_new(info.family))
      return Damaged(store, fmt::format("it has lost the family '{}'", info.name));
  }
  return *version;
}

// The key that wraps the others: a systemd credential, else a file in the store's folder, which is made for a store
// that has none.
Result<std::string> LoadMasterKey(StoreState& store, const StoreOptions& options, bool may_make) {
  if (store.disk != nullptr) {
    if (store.disk->master.empty() && may_make) store.disk->master = RandomBytes(kSecretBytes);
    return store.disk->master;
  }
  const char* const credentials = std::getenv("CREDENTIALS_DIRECTORY");
  if (credentials != nullptr) {
    GASHT_ASSIGN_OR_RETURN(std::string key, ReadHexFile(std::string(credentials) + "/gasht-master-key"));
    if (!key.empty()) return key;
  }
  const std::string path =
      (options.master_key_folder.empty() ? store.path : options.master_key_folder) + "/master.key";
  GASHT_ASSIGN_OR_RETURN(std::string key, ReadHexFile(path));
  if (!key.empty()) return key;
  if (!may_make)
    return Status::FailedPrecondition(fmt::format(
        "the master key is missing: give it as the systemd credential gasht-master-key, or as {}", path));
  key = RandomBytes(kSecretBytes);
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(path, HexEncode(key) + "\n", 0600));
  return key;
}

Status LoadKeys(StoreState& store, const StoreOptions& options) {
  GASHT_ASSIGN_OR_RETURN(const MetaValue id, ReadMeta(*store.db, kMetaStoreId));
  if (!id || id->size() != kStoreIdBytes) return Damaged(store, "its id is unreadable");
  store.store_id = *id;
  GASHT_ASSIGN_OR_RETURN(const MetaValue next, ReadMeta(*store.db, kMetaNextKey));
  const std::optional<uint64_t> number = next ? ParseNumberKey(*next) : std::optional<uint64_t>(1);
  if (!number) return Damaged(store, "its count of keys is unreadable");
  store.next_key = *number;
  // Nothing is sealed yet: a table that is not there was never made.
  const bool is_unused = store.next_key == 1;
  KeyTable::Options table;
  GASHT_ASSIGN_OR_RETURN(table.master, LoadMasterKey(store, options, is_unused && !options.read_only));
  if (store.disk != nullptr) {
    table.memory = &store.disk->keys;
  } else {
    table.path = store.path + "/keys.bin";
  }
  table.store_id = store.store_id;
  table.next = store.next_key;
  table.read_only = options.read_only;
  table.create = is_unused && !options.read_only;
  GASHT_ASSIGN_OR_RETURN(store.keys, KeyTable::Open(std::move(table)));
  return options.read_only ? Status::Ok() : FinishDestroying(store);
}

// Schema 2 has a leaf for every finding, and sealed bodies; schema 3 keeps bodies as received, and several looks in one
// observation; schema 4 leaves out of rows what their keys say. What is there stays as it is.
Status BringUpToDate(StoreState& store, uint64_t version) {
  if (version == kSchemaVersion) return Status::Ok();
  Log(LogLevel::kInfo, "store_schema", {{"from", version}, {"to", kSchemaVersion}});
  const SystemClock clock;
  Transaction transaction(store, clock);
  if (version < 2) GASHT_RETURN_IF_ERROR(transaction.AddFindingLeaves());
  GASHT_RETURN_IF_ERROR(
      transaction.AddEvent({"schema", "gasht", fmt::format("schema {} to {}", version, kSchemaVersion)}));
  transaction.SetMeta(kMetaSchema, NumberKey(kSchemaVersion));
  if (version < 3) transaction.SetMeta(kMetaUnlisted, NumberKey(store.tree.size() + 1));
  return transaction.Commit();
}

Status LoadSecret(StoreState& store) {
  GASHT_ASSIGN_OR_RETURN(store.secret, ReadSecret(store));
  GASHT_ASSIGN_OR_RETURN(const MetaValue check, ReadMeta(*store.db, kMetaSecretCheck));
  if (store.secret.empty())
    return Status::FailedPrecondition(fmt::format(
        "{}/secret is missing: restore it from a backup, without it no body can be found", store.path));
  if (!check || *check != SecretCheck(store.secret))
    return Status::FailedPrecondition(fmt::format(
        "{}/secret is not the one this store was made with: restore it from a backup", store.path));
  return Status::Ok();
}

Status RefreshDerived(StoreState& store) {
  GASHT_ASSIGN_OR_RETURN(const MetaValue derived, ReadMeta(*store.db, kMetaDerived));
  if (derived && *derived == NumberKey(kDerivedVersion) && !store.db->has_new_families()) return Status::Ok();
  Log(LogLevel::kInfo, "store_rebuild");
  return RebuildDerivedFamilies(*store.db);
}

// The last key of a dense family; nothing when it is empty.
Result<std::optional<uint64_t>> LastNumber(const Database::View& view, Family family) {
  const Database::Cursor last = view.RowsBackwards(family);
  GASHT_RETURN_IF_ERROR(last.status());
  if (!last.valid()) return std::optional<uint64_t>();
  const std::optional<uint64_t> number = ParseNumberKey(last.key());
  if (!number) return Status::DataLoss(fmt::format("a key of {} is not a number", InfoOf(family).name));
  return number;
}

Result<CompactTree> LoadTree(const Database::View& view, uint64_t size) {
  std::vector<Digest> hashes;
  for (const MerklePosition& position : CompactTree::Positions(size)) {
    GASHT_ASSIGN_OR_RETURN(const Digest hash, ReadTreeNode(view, position));
    hashes.push_back(hash);
  }
  return CompactTree(size, std::move(hashes));
}

// What a start can afford: the ends of the dense families and the root against the head that was written with
// them. CheckCustody looks at everything.
Status CheckSequence(StoreState& store) {
  const Database::View view(*store.db);
  GASHT_ASSIGN_OR_RETURN(const MetaValue bytes, view.Get(Family::kMeta, kMetaHead));
  if (!bytes) return Damaged(store, "its head is missing");
  GASHT_ASSIGN_OR_RETURN(const StoreHead head, DecodeHead(*bytes));

  GASHT_ASSIGN_OR_RETURN(const std::optional<uint64_t> last_capture, LastNumber(view, Family::kCapture));
  if (last_capture.value_or(0) != head.captures)
    return Damaged(
        store, fmt::format("its last capture is {} instead of {}", last_capture.value_or(0), head.captures));
  GASHT_ASSIGN_OR_RETURN(const std::optional<uint64_t> last_leaf, LastNumber(view, Family::kCustodyLeaf));
  const uint64_t leaves = last_leaf ? *last_leaf + 1 : 0;
  if (leaves != head.tree.size)
    return Damaged(store, fmt::format("its custody log has {} leaves instead of {}", leaves, head.tree.size));
  Result<CompactTree> tree = LoadTree(view, head.tree.size);
  if (!tree.ok()) return Damaged(store, tree.status().message());
  if (tree->root() != head.tree.root)
    return Damaged(store, "its custody tree has another root than its head says");

  store.captures = head.captures;
  store.tree = std::move(tree).value();
  MutexLock lock(store.mu);
  store.head = head.tree;
  return Status::Ok();
}

// RocksDB's list of its files against what was noted of it when `sealed` was sealed.
Status CheckFiles(StoreState& store, const TreeHead& sealed) {
  const Status listed = CheckFileList(store.path, store.database_path);
  if (listed.code() != StatusCode::kNotFound) return listed;
  GASHT_ASSIGN_OR_RETURN(const MetaValue unlisted, ReadMeta(*store.db, kMetaUnlisted));
  if (sealed.size <= (unlisted ? ParseNumberKey(*unlisted).value_or(0) : 0)) return Status::Ok();
  return Status::DataLoss(FileListPath(store.path) + " is missing");
}

// Against the checkpoints outside the database: nothing in a copy of the store can say that it is an old one.
Status CheckAgainstCheckpoints(StoreState& store, const StoreOptions& options) {
  if (store.disk != nullptr) return Status::Ok();
  GASHT_ASSIGN_OR_RETURN(const std::optional<CustodySetup> setup, ReadCustodySetup(store.path));
  std::error_code error;
  if (!setup) {
    if (!std::filesystem::exists(CheckpointsPath(store.path), error)) return Status::Ok();
    return Damaged(store, fmt::format("it has checkpoints, but {} is missing", CustodySetupPath(store.path)));
  }
  const Database::View view(*store.db);
  for (const std::string& path :
       {CheckpointsPath(store.path), options.is_backup ? std::string() : setup->copy}) {
    if (path.empty()) continue;
    const Result<std::optional<SealedHead>> last = LastCheckpoint(path, setup->keys);
    // A second device that is not there today says nothing.
    if (last.status().code() == StatusCode::kUnavailable && path == setup->copy) continue;
    if (!last.ok()) return Damaged(store, last.status().message());
    if (!*last) continue;
    const Checkpoint& sealed = (*last)->checkpoint;
    if (sealed.origin != setup->origin) {
      // Of before a restore.
      if (EpochOf(sealed.origin) < EpochOf(setup->origin)) continue;
      return Damaged(store, fmt::format("rollback: {} says that the log went on as {}", path, sealed.origin));
    }
    TreeHead head;
    {
      MutexLock lock(store.mu);
      head = store.head;
    }
    if (head.size < sealed.head.size)
      return Damaged(
          store, fmt::format("rollback: it has {} leaves, and {} were sealed (the last checkpoint in {}): "
                             "an older copy took its place, or its end was cut off",
                             head.size, sealed.head.size, path));
    GASHT_ASSIGN_OR_RETURN(const Digest root,
                           MerkleRoot(sealed.head.size, [&view](const MerklePosition& position) {
                             return ReadTreeNode(view, position);
                           }));
    if (root != sealed.head.root)
      return Damaged(store, fmt::format("fork: its first {} leaves are not those that were sealed (the last "
                                        "checkpoint in {})",
                                        sealed.head.size, path));
    if (path == CheckpointsPath(store.path) && store.database_path == store.path + "/db") {
      if (const Status files = CheckFiles(store, sealed.head); !files.ok())
        return Damaged(store, files.message());
    }
  }
  return Status::Ok();
}

}  // namespace

std::string EncodeHead(const StoreHead& head) {
  std::string bytes;
  AppendBe64(head.captures, bytes);
  AppendBe64(head.tree.size, bytes);
  bytes += head.tree.root.view();
  return bytes;
}

Result<StoreHead> DecodeHead(std::string_view bytes) {
  if (bytes.size() != 8 + 8 + sizeof(Digest::bytes))
    return Status::DataLoss("the store's head is unreadable");
  return StoreHead{ReadBe64(bytes), {ReadBe64(bytes.substr(8)), Digest::FromBytes(bytes.substr(16))}};
}

namespace {

// Everything that can be looked at before anything is changed.
Status Inspect(StoreState& store, const StoreOptions& options) {
  GASHT_RETURN_IF_ERROR(LoadSecret(store));
  GASHT_RETURN_IF_ERROR(CheckSequence(store));
  return options.in_memory ? Status::Ok() : CheckAgainstCheckpoints(store, options);
}

// What the database takes on disk.
uint64_t FileBytes(const std::string& path) {
  uint64_t bytes = 0;
  std::error_code error;
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(path, error)) {
    std::error_code gone;
    const uint64_t size = entry.file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

// Every file, record, body and leaf read again, where that is done in a moment.
Status InspectEverything(StoreState& store, const StoreOptions& options) {
  if (store.keys == nullptr || FileBytes(store.database_path) > options.read_whole_below) return Status::Ok();
  Status status = store.db->CheckFiles();
  if (status.ok()) status = CheckCustody(Database::View(*store.db), *store.keys);
  if (status.code() != StatusCode::kDataLoss) return status;
  return Status::DataLoss(
      fmt::format("store {} is damaged: {}. gasht verify says how far; restore it from a backup", store.path,
                  status.message()));
}

// Opened without a single write first: what is damaged, cut off, rolled back or forked is not to be opened for writing, which
// would begin with RocksDB writing its log anew.
Status InspectBeforeWriting(const StoreOptions& options, const Database::Options& database) {
  StoreState store;
  store.path = options.path;
  store.database_path = database.path;
  Database::Options reading = database;
  reading.read_only = true;
  Result<std::unique_ptr<Database>> opened = Database::Open(reading);
  // Of an older schema: it has not what is looked at here.
  if (opened.status().code() == StatusCode::kFailedPrecondition) return Status::Ok();
  if (!opened.ok()) return opened.status();
  store.db = std::move(opened).value();
  GASHT_ASSIGN_OR_RETURN(const MetaValue schema, ReadMeta(*store.db, kMetaSchema));
  GASHT_ASSIGN_OR_RETURN(const MetaValue derived, ReadMeta(*store.db, kMetaDerived));
  // Not made to its end, or its indexes are being made again: the opening itself goes into that.
  if (!schema || *schema != NumberKey(kSchemaVersion) || !derived || *derived != NumberKey(kDerivedVersion))
    return Status::Ok();
  // Keys that no body rests on yet may still be made.
  GASHT_ASSIGN_OR_RETURN(const MetaValue next_key, ReadMeta(*store.db, kMetaNextKey));
  if (next_key && *next_key != NumberKey(1)) {
    StoreOptions only_reading = options;
    only_reading.read_only = true;
    GASHT_RETURN_IF_ERROR(LoadKeys(store, only_reading));
  }
  GASHT_RETURN_IF_ERROR(Inspect(store, options));
  return InspectEverything(store, options);
}

}  // namespace

Result<std::unique_ptr<StoreState>> OpenStore(const StoreOptions& options) {
  auto store = std::make_unique<StoreState>();
  store->path = options.path;
  Database::Options database;
  database.path = options.database.empty() ? store->path + "/db" : options.database;
  database.create_if_missing = options.create_if_missing;
  database.read_only = options.read_only;
  database.plain_files = store->plain_files = options.plain_files;
  if (options.in_memory) {
    store->disk = options.disk != nullptr ? options.disk : MakeMemoryDisk();
    database.path = "/gasht/db";
    database.env = store->disk->env.get();
  } else {
    if (store->path.empty()) return Status::InvalidArgument("a store needs a path");
    if (options.database.empty()) GASHT_RETURN_IF_ERROR(PrepareFolder(*store, options));
    std::error_code error;
    if (!options.read_only && std::filesystem::exists(database.path + "/CURRENT", error))
      GASHT_RETURN_IF_ERROR(InspectBeforeWriting(options, database));
  }
  store->database_path = database.path;
  GASHT_ASSIGN_OR_RETURN(store->db, Database::Open(database));
  if (options.read_only) {
    GASHT_ASSIGN_OR_RETURN(const MetaValue schema, ReadMeta(*store->db, kMetaSchema));
    if (!schema || *schema != NumberKey(kSchemaVersion))
      return Status::FailedPrecondition(
          fmt::format("{} is of another schema: gasht patrol brings an older one up", store->path));
    GASHT_RETURN_IF_ERROR(LoadKeys(*store, options));
    GASHT_RETURN_IF_ERROR(Inspect(*store, options));
    return store;
  }
  GASHT_ASSIGN_OR_RETURN(const uint64_t version, CheckSchema(*store));
  GASHT_RETURN_IF_ERROR(LoadSecret(*store));
  GASHT_RETURN_IF_ERROR(LoadKeys(*store, options));
  GASHT_RETURN_IF_ERROR(RefreshDerived(*store));
  GASHT_RETURN_IF_ERROR(CheckSequence(*store));
  GASHT_RETURN_IF_ERROR(CheckAgainstCheckpoints(*store, options));
  GASHT_RETURN_IF_ERROR(BringUpToDate(*store, version));
  // RocksDB has begun another list of its files: what is sealed rests on that one now.
  std::error_code error;
  if (!options.in_memory && std::filesystem::exists(CheckpointsPath(store->path), error)) {
    GASHT_ASSIGN_OR_RETURN(const uint64_t bytes, store->db->FileListBytes());
    GASHT_RETURN_IF_ERROR(NoteFileList(store->path, store->database_path, bytes));
  }
  return store;
}

}  // namespace gasht
