#include "store/database.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rocksdb/cache.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/metadata.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/utilities/table_properties_collectors.h>

#include "store/table_tail.h"

namespace gasht {
namespace {

// Against corruption between our buffers and the memtable.
constexpr size_t kProtectionBytesPerKey = 8;
// All memtables together. Findings and listings are small; bodies fill most of it.
constexpr size_t kMemtableBytes = 32 << 20;
constexpr size_t kBlockCacheBytes = 32 << 20;
// What a start has to replay at most; families that are seldom written are flushed for it.
constexpr uint64_t kWalBytes = 64 << 20;
constexpr size_t kClearRows = 10'000;
// What a batch reserves: a page or two.
constexpr size_t kBatchBytes = 64 << 10;

Status FromRocks(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return Status::Ok();
  std::string message = fmt::format("cannot {}: {}", doing, status.ToString());
  if (status.IsNoSpace() || status.IsMemoryLimit()) return Status::ResourceExhausted(std::move(message));
  if (status.IsCorruption()) return Status::DataLoss(std::move(message));
  if (status.IsIOError() || status.IsBusy() || status.IsTimedOut())
    return Status::Unavailable(std::move(message));
  return Status::Internal(std::move(message));
}

// Which files a database that does not open is damaged in, as far as it can be told. RocksDB names its list of files where a
// table's footer or properties are damaged, and nothing where a log is.
std::string DamagedFiles(const rocksdb::Status& status, rocksdb::Env* env, const std::string& path) {
  std::vector<std::string> files;
  if (!status.IsCorruption() || !env->GetChildren(path, &files).ok()) return {};
  std::sort(files.begin(), files.end());
  std::vector<std::string> tables, logs;
  rocksdb::Options options;
  options.env = env;
  for (const std::string& file : files) {
    if (file.ends_with(".log")) logs.push_back(file);
    if (file.ends_with(".sst") && !rocksdb::SstFileReader(options).Open(path + "/" + file).ok())
      tables.push_back(file);
  }
  if (!tables.empty()) return fmt::format(" (damaged: {})", fmt::join(tables, ", "));
  const std::string said = status.ToString();
  // Each is a table, and not the one that the list means.
  if (said.find("/MANIFEST-") != std::string::npos)
    return " (the list of its files is damaged, or a file took another's place)";
  if (said.find(path) != std::string::npos || logs.empty()) return {};
  return fmt::format(" (its log: {})", fmt::join(logs, ", "));
}

rocksdb::DBOptions MakeDbOptions(const Database::Options& options) {
  rocksdb::DBOptions db;
  if (options.env != nullptr) db.env = options.env;
  db.create_if_missing = options.create_if_missing;
  // The default (point in time) opens Ok after one flipped bit in the log and drops every synced record
  // behind it.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.paranoid_checks = true;
  // Without checksums of whole files, damage in blob files goes unseen.
  db.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // Going on after a failed sync would acknowledge what may be lost: we are crash-only.
  db.max_bgerror_resume_count = 0;
  db.fail_if_options_file_error = true;
  db.max_total_wal_size = kWalBytes;
  db.db_write_buffer_size = kMemtableBytes;
  db.max_background_jobs = 2;
  db.max_open_files = 512;
  db.keep_log_file_num = 4;
  db.max_log_file_size = 4 << 20;
  db.bytes_per_sync = 1 << 20;
  return db;
}

rocksdb::ColumnFamilyOptions MakeFamilyOptions(Family family, const std::shared_ptr<rocksdb::Cache>& cache,
                                               bool plain_files) {
  rocksdb::ColumnFamilyOptions options;
  options.paranoid_file_checks = true;
  options.compression = plain_files ? rocksdb::kNoCompression : rocksdb::kZSTD;
  options.write_buffer_size = 8 << 20;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  if (family == Family::kPayload) {
    // Bodies are written once: outside the tree no compaction copies them again. Lawful deletion destroys a key;
    // Compact is hygiene after it.
    options.enable_blob_files = true;
    options.min_blob_size = 1024;
    options.blob_file_size = 128 << 20;
    // Bodies come compressed, and sealed.
    options.blob_compression_type = rocksdb::kNoCompression;
    options.compression = rocksdb::kNoCompression;
  }
  // Records are small and alike: the more of them lie in a block, the less each takes. Not where rows are looked up one
  // by one all over the family.
  if (family == Family::kCapture || family == Family::kListing || family == Family::kObservation ||
      family == Family::kFinding || family == Family::kCustodyLeaf) {
    table.block_size = 64 << 10;
    table.block_restart_interval = 32;
    table.filter_policy.reset(rocksdb::NewRibbonFilterPolicy(10));
    options.compression_opts.level = 3;
    // What is old is rewritten seldom and read seldom. Of listings and looks a page has dozens: what packs them best costs a sixth
    // of a patrol's CPU.
    options.bottommost_compression = options.compression;
    options.bottommost_compression_opts = options.compression_opts;
    options.bottommost_compression_opts.level =
        family == Family::kListing || family == Family::kObservation ? 11 : 15;
    options.bottommost_compression_opts.enabled = true;
    // These are asked for what is there: by a number, or by a listing that names them.
    options.optimize_filters_for_hits = family != Family::kListing && family != Family::kFinding;
  }
  if (family == Family::kListing || family == Family::kFrontierSeen) {
    // Most keys that the writer asks for are new: a filter over the memtable says so at a tenth of a search.
    options.memtable_prefix_bloom_size_ratio = 0.02;
    options.memtable_whole_key_filtering = true;
  }
  if (family == Family::kFrontierSchedule) {
    // A queue: rows are taken at its front, and whoever looks for the next one walks over their tombstones.
    // Small memtables and compaction where tombstones gather keep that walk short.
    options.write_buffer_size = 512 << 10;
    options.level0_file_num_compaction_trigger = 2;
    options.table_properties_collector_factories.push_back(
        rocksdb::NewCompactOnDeletionCollectorFactory(1024, 256));
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// What exists at `path`: nothing when there is no database.
Result<std::vector<std::string>> ExistingFamilies(const rocksdb::DBOptions& options,
                                                  const std::string& path) {
  if (options.env->FileExists(path + "/CURRENT").IsNotFound()) return std::vector<std::string>();
  std::vector<std::string> names;
  GASHT_RETURN_IF_ERROR(
      FromRocks(rocksdb::DB::ListColumnFamilies(options, path, &names), "list the families of " + path));
  return names;
}

bool Contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsKnown(std::string_view name) {
  return name == rocksdb::kDefaultColumnFamilyName ||
         std::any_of(kFamilies.begin(), kFamilies.end(),
                     [name](const FamilyInfo& info) { return info.name == name; });
}

// The first key behind every key with this prefix; empty when there is none.
std::string EndOfPrefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<uint8_t>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<uint8_t>(end.back()) + 1);
  return end;
}

std::string IndexKey(Family family, std::string_view key) {
  std::string index_key(1, static_cast<char>(family));
  index_key += key;
  return index_key;
}

rocksdb::Slice ToSlice(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

Result<std::unique_ptr<Database>> Database::Open(const Options& options) {
  rocksdb::DBOptions db_options = MakeDbOptions(options);
  GASHT_ASSIGN_OR_RETURN(const std::vector<std::string> existing, ExistingFamilies(db_options, options.path));
  if (existing.empty() && !options.create_if_missing)
    return Status::NotFound("there is no store at " + options.path);
  for (const std::string& name : existing) {
    if (!IsKnown(name))
      return Status::FailedPrecondition(
          fmt::format("{} was written by a newer gasht (it has the family '{}'): open it with that one",
                      options.path, name));
  }
  // Meta is made last: with it a missing family is a loss, without it the making was interrupted.
  const bool is_made = Contains(existing, InfoOf(Family::kMeta).name);
  std::vector<Family> new_families;
  for (const FamilyInfo& info : kFamilies) {
    if (!is_made || Contains(existing, info.name)) continue;
    // One that schema 1 did not have: whoever reads the schema says whether it should be there.
    if (info.since == 1)
      return Status::DataLoss(fmt::format("{} has lost the family '{}'", options.path, info.name));
    if (options.read_only)
      return Status::FailedPrecondition(fmt::format(
          "{} is of an older schema: gasht patrol brings it up, then it can be read", options.path));
    new_families.push_back(info.family);
  }
  db_options.create_missing_column_families = !is_made || !new_families.empty();

  if (options.env == nullptr) GASHT_RETURN_IF_ERROR(CheckTableTails(options.path));

  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  for (const FamilyInfo& info : kFamilies)
    descriptors.emplace_back(std::string(info.name),
                             MakeFamilyOptions(info.family, cache, options.plain_files));

  std::unique_ptr<Database> database(new Database());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status opened =
      options.read_only ? rocksdb::DB::OpenForReadOnly(db_options, options.path, descriptors, &handles, &db)
                        : rocksdb::DB::Open(db_options, options.path, descriptors, &handles, &db);
  if (!opened.ok())
    return FromRocks(
        opened, "open the database " + options.path + DamagedFiles(opened, db_options.env, options.path));
  database->env_ = db_options.env;
  database->new_families_ = std::move(new_families);
  database->db_.reset(db);
  database->default_handle_ = handles[0];
  std::copy(handles.begin() + 1, handles.end(), database->handles_.begin());
  GASHT_RETURN_IF_ERROR(database->CheckBlobFiles());
  return database;
}

Database::~Database() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_)
    db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  db_->DestroyColumnFamilyHandle(default_handle_).PermitUncheckedError();
}

// RocksDB opens Ok when a blob file is missing.
Status Database::CheckBlobFiles() const {
  rocksdb::ColumnFamilyMetaData meta;
  db_->GetColumnFamilyMetaData(handle(Family::kPayload), &meta);
  for (const rocksdb::BlobMetaData& blob : meta.blob_files) {
    const std::string path = blob.blob_file_path + "/" + blob.blob_file_name;
    uint64_t size = 0;
    if (const rocksdb::Status status = env_->GetFileSize(path, &size); !status.ok())
      return Status::DataLoss(fmt::format("cannot read the bodies in {}: {}", path, status.ToString()));
    if (size < blob.blob_file_size)
      return Status::DataLoss(fmt::format("{} has {} bytes instead of {}", path, size, blob.blob_file_size));
  }
  return Status::Ok();
}

Status Database::Commit(Batch& batch) {
  rocksdb::WriteOptions options;
  options.sync = true;
  return FromRocks(db_->Write(options, &batch.batch_), "write to the store");
}

bool Database::is_new(Family family) const {
  return std::find(new_families_.begin(), new_families_.end(), family) != new_families_.end();
}

Status Database::MakeSnapshot(const std::string& path) const {
  rocksdb::Checkpoint* made = nullptr;
  GASHT_RETURN_IF_ERROR(
      FromRocks(rocksdb::Checkpoint::Create(db_.get(), &made), "make a snapshot of the database"));
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // Flushed first: a hard-linked log is not synced in this version of RocksDB.
  return FromRocks(checkpoint->CreateCheckpoint(path, /*log_size_for_flush=*/0),
                   "make a snapshot of the database");
}

Status Database::CheckFiles() const {
  return FromRocks(db_->VerifyFileChecksums(rocksdb::ReadOptions()), "read the files of the database");
}

Result<uint64_t> Database::FileListBytes() const {
  std::vector<std::string> files;
  uint64_t bytes = 0;
  const rocksdb::Status status = db_->GetLiveFiles(files, &bytes, /*flush_memtable=*/false);
  if (!status.ok()) return FromRocks(status, "look at the files");
  return bytes;
}

uint64_t Database::DiskBytes(Family family) const {
  rocksdb::ColumnFamilyMetaData meta;
  db_->GetColumnFamilyMetaData(handle(family), &meta);
  uint64_t bytes = meta.size;
  for (const rocksdb::BlobMetaData& blob : meta.blob_files) bytes += blob.blob_file_size;
  return bytes;
}

Status Database::Compact() {
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  options.blob_garbage_collection_policy = rocksdb::BlobGarbageCollectionPolicy::kForce;
  // Younger blob files would keep what was deleted.
  options.blob_garbage_collection_age_cutoff = 1.0;
  // Whoever reads as of an earlier moment keeps what was deleted since.
  const uint64_t now = db_->GetLatestSequenceNumber();
  uint64_t snapshots = 0, oldest = 0;
  const bool is_known = db_->GetIntProperty(rocksdb::DB::Properties::kNumSnapshots, &snapshots) &&
                        db_->GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence, &oldest);
  for (rocksdb::ColumnFamilyHandle* handle : handles_)
    GASHT_RETURN_IF_ERROR(
        FromRocks(db_->CompactRange(options, handle, nullptr, nullptr), "rewrite the database"));
  if (is_known && (snapshots == 0 || oldest >= now)) return Status::Ok();
  return Status::Unavailable(
      "somebody is reading the store as it was before: its files are to be rewritten again");
}

Status Database::Clear(Family family) {
  const View view(*this);
  Cursor rows = view.Rows(family);
  while (rows.valid()) {
    Batch batch(*this);
    for (size_t i = 0; i < kClearRows && rows.valid(); ++i, rows.Next()) batch.Delete(family, rows.key());
    GASHT_RETURN_IF_ERROR(Commit(batch));
  }
  return rows.status();
}

Result<bool> Database::Read(Family family, std::string_view key, const rocksdb::Snapshot* snapshot,
                            rocksdb::PinnableSlice& value) const {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  const rocksdb::Status status = db_->Get(options, handle(family), ToSlice(key), &value);
  if (status.IsNotFound()) return false;
  GASHT_RETURN_IF_ERROR(FromRocks(status, "read from the store"));
  return true;
}

Result<std::optional<std::string>> Database::Get(Family family, std::string_view key,
                                                 const rocksdb::Snapshot* snapshot) const {
  rocksdb::PinnableSlice value;
  GASHT_ASSIGN_OR_RETURN(const bool found, Read(family, key, snapshot, value));
  return found ? std::optional<std::string>(value.ToString()) : std::nullopt;
}

Database::Cursor Database::MakeCursor(Family family, std::string_view prefix,
                                      const rocksdb::Snapshot* snapshot) const {
  Cursor cursor;
  cursor.bounds_ = std::make_unique<Cursor::Bounds>();
  Cursor::Bounds& bounds = *cursor.bounds_;
  bounds.lower = prefix;
  bounds.upper = EndOfPrefix(prefix);
  bounds.lower_slice = bounds.lower;
  bounds.upper_slice = bounds.upper;
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  if (!bounds.lower.empty()) options.iterate_lower_bound = &bounds.lower_slice;
  if (!bounds.upper.empty()) options.iterate_upper_bound = &bounds.upper_slice;
  cursor.iterator_.reset(db_->NewIterator(options, handle(family)));
  return cursor;
}

Status Database::Cursor::status() const {
  return FromRocks(iterator_->status(), "read from the store");
}

Database::View::View(const Database& database)
    : database_(database), snapshot_(database.db_->GetSnapshot()) {}

Database::View::~View() {
  database_.db_->ReleaseSnapshot(snapshot_);
}

Result<std::optional<std::string>> Database::View::Get(Family family, std::string_view key) const {
  return database_.Get(family, key, snapshot_);
}

Database::Cursor Database::View::Rows(Family family, std::string_view prefix, std::string_view from) const {
  Cursor cursor = database_.MakeCursor(family, prefix, snapshot_);
  if (from.empty()) {
    cursor.iterator_->SeekToFirst();
  } else {
    cursor.iterator_->Seek(ToSlice(from));
  }
  return cursor;
}

Database::Cursor Database::View::RowsBackwards(Family family, std::string_view prefix) const {
  Cursor cursor = database_.MakeCursor(family, prefix, snapshot_);
  cursor.iterator_->SeekToLast();
  return cursor;
}

Database::Batch::Batch(const Database& database)
    : database_(database),
      batch_(kBatchBytes, /*max_bytes=*/0, kProtectionBytesPerKey, /*default_cf_ts_sz=*/0) {}

// Adding to a batch fails only when it is over its limit of bytes, and it has none.
void Database::Batch::Put(Family family, std::string_view key, std::string_view value) {
  [[maybe_unused]] const rocksdb::Status status =
      batch_.Put(database_.handle(family), ToSlice(key), ToSlice(value));
  assert(status.ok());
  // A batch is a log of changes, and the value is what an entry ends with.
  index_.insert_or_assign(IndexKey(family, key), Place{batch_.GetDataSize() - value.size(), value.size()});
}

void Database::Batch::Delete(Family family, std::string_view key) {
  [[maybe_unused]] const rocksdb::Status status = batch_.Delete(database_.handle(family), ToSlice(key));
  assert(status.ok());
  index_.insert_or_assign(IndexKey(family, key), std::nullopt);
}

Result<std::optional<std::string>> Database::Batch::Get(Family family, std::string_view key) const {
  if (const auto change = index_.find(IndexKey(family, key)); change != index_.end()) {
    const std::optional<Place>& place = change->second;
    if (!place) return std::optional<std::string>();
    return std::optional<std::string>(batch_.Data().substr(place->offset, place->size));
  }
  return database_.Get(family, key, nullptr);
}

Result<bool> Database::Batch::Contains(Family family, std::string_view key) const {
  if (const auto change = index_.find(IndexKey(family, key)); change != index_.end())
    return change->second.has_value();
  rocksdb::PinnableSlice value;
  return database_.Read(family, key, nullptr, value);
}

void Database::Batch::Clear() {
  batch_.Clear();
  index_.clear();
}

}  // namespace gasht
