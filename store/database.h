#pragma once

// Database: the column families of a store in one RocksDB, opened so that a synced write is never silently
// lost (the options and their reasons are in database.cc). Only store/ sees it.
//
// Reading (View, Cursor) is thread-safe. One thread at a time may commit. Errors: DataLoss when RocksDB finds
// stored bytes damaged, ResourceExhausted when the disk is full, Unavailable for other failures of the disk.
// After a failed commit nothing more is committed (RocksDB itself refuses too): whoever owns the process lets
// it die.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "base/status.h"
#include "store/families.h"

namespace gasht {

class Database {
 public:
  struct Options {
    std::string path;
    bool create_if_missing = true;
    rocksdb::Env* env = nullptr;  // not owned; null: the disk
    // RocksDB writes nothing at all, not even what its log has to be replayed for. Commit and Clear fail.
    bool read_only = false;
    bool plain_files = false;  // as StoreOptions has it
  };

  // NotFound when there is none and none may be made, FailedPrecondition when it has families that this build
  // does not know, DataLoss when files are missing or damaged.
  static Result<std::unique_ptr<Database>> Open(const Options& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Rows in the order of their keys. An end that comes early is an error: always look at status() after the
  // loop.
  class Cursor {
   public:
    bool valid() const { return iterator_->Valid(); }
    std::string_view key() const { return iterator_->key().ToStringView(); }
    std::string_view value() const { return iterator_->value().ToStringView(); }
    void Next() { iterator_->Next(); }
    void Prev() { iterator_->Prev(); }
    Status status() const;

   private:
    friend class Database;
    // The bounds that the iterator refers to; on the heap, so that a cursor can be moved.
    struct Bounds {
      std::string lower, upper;
      rocksdb::Slice lower_slice, upper_slice;
    };
    std::unique_ptr<Bounds> bounds_;
    std::unique_ptr<rocksdb::Iterator> iterator_;
  };

  // Everything as of one moment. Confined to one thread; the database outlives it.
  class View {
   public:
    explicit View(const Database& database);
    ~View();
    View(const View&) = delete;
    View& operator=(const View&) = delete;

    // Nothing when there is no such key.
    Result<std::optional<std::string>> Get(Family family, std::string_view key) const;
    // The rows whose keys begin with `prefix`, from the first that is not before `from`.
    Cursor Rows(Family family, std::string_view prefix = {}, std::string_view from = {}) const;
    // The same rows from the last one; go on with Prev().
    Cursor RowsBackwards(Family family, std::string_view prefix = {}) const;

   private:
    const Database& database_;
    const rocksdb::Snapshot* const snapshot_;
  };

  // Changes that become durable together or not at all, and that can be read before they are. Confined to one thread.
  class Batch {
   public:
    explicit Batch(const Database& database);
    void Put(Family family, std::string_view key, std::string_view value);
    void Delete(Family family, std::string_view key);
    // With the changes of this batch.
    Result<std::optional<std::string>> Get(Family family, std::string_view key) const;
    Result<bool> Contains(Family family, std::string_view key) const;
    void Clear();
    bool empty() const { return batch_.Count() == 0; }
    size_t bytes() const { return batch_.GetDataSize(); }

   private:
    friend class Database;
    // Where in the batch's own bytes the last value of a key stands; nothing for a deleted key. (RocksDB's
    // WriteBatchWithIndex does the same with a skip list, at three times the cost.)
    struct Place {
      size_t offset = 0, size = 0;
    };
    using Index = std::unordered_map<std::string, std::optional<Place>>;

    const Database& database_;
    rocksdb::WriteBatch batch_;
    Index index_;
  };

  // Synced: when this returns Ok, the changes survive a power cut.
  Status Commit(Batch& batch);

  // Rewrites everything, old bodies too. Unavailable when a view from before was open: it kept what it sees.
  Status Compact();
  // A copy as of now in the folder `path`, which must not exist: hard links, flushed before.
  Status MakeSnapshot(const std::string& path) const;
  // Every file, bodies too, against the checksum of it that was kept when it was written; DataLoss names the first.
  Status CheckFiles() const;
  uint64_t DiskBytes(Family family) const;
  // How much of RocksDB's list of its files is synced.
  Result<uint64_t> FileListBytes() const;
  // Did this opening make families that the store did not have yet?
  bool has_new_families() const { return !new_families_.empty(); }
  bool is_new(Family family) const;

  // Empties a family, in synced batches of bounded size.
  Status Clear(Family family);

 private:
  Database() = default;
  rocksdb::ColumnFamilyHandle* handle(Family family) const { return handles_[static_cast<size_t>(family)]; }
  // Puts the value under `key` into `value`; false when there is none.
  Result<bool> Read(Family family, std::string_view key, const rocksdb::Snapshot* snapshot,
                    rocksdb::PinnableSlice& value) const;
  Result<std::optional<std::string>> Get(Family family, std::string_view key,
                                         const rocksdb::Snapshot* snapshot) const;
  Cursor MakeCursor(Family family, std::string_view prefix, const rocksdb::Snapshot* snapshot) const;
  Status CheckBlobFiles() const;

  std::vector<Family> new_families_;
  rocksdb::Env* env_ = nullptr;
  std::unique_ptr<rocksdb::DB> db_;
  // Of RocksDB's own "default" family, which stays empty.
  rocksdb::ColumnFamilyHandle* default_handle_ = nullptr;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies.size()> handles_{};
};

}  // namespace gasht
