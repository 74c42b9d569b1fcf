#pragma once

// KeyTable: the keys that seal bodies, one each, wrapped by the master key in slots of fixed size outside the
// database (docs/storage-format.md, "keys.bin"). Overwriting a slot is what lawful deletion rests on: RocksDB
// keeps old bytes where nobody can reach them.
//
// Keys are made ahead of need, many with one sync, so a commit costs none. Thread-safe. Errors: DataLoss for a
// damaged table or another master key, NotFound for a key that was destroyed, Unavailable and
// ResourceExhausted from the disk.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"

namespace gasht {

struct PayloadKey {
  uint64_t number = 0;  // of its slot, from 1
  std::string key;      // 32 bytes
};

class KeyTable {
 public:
  static constexpr size_t kSlotBytes = 80;

  struct Options {
    std::string path;               // empty: in `memory`
    std::string* memory = nullptr;  // outlives the table
    std::string master;             // 32 bytes
    std::string store_id;           // 16 bytes, bound to every key
    uint64_t next = 1;              // the first slot whose key nobody has used
    bool read_only = false;
    // Without one, a table is made if this is set; a table that is missing otherwise is a loss.
    bool create = false;
  };
  static Result<std::unique_ptr<KeyTable>> Open(Options options);
  ~KeyTable();
  KeyTable(const KeyTable&) = delete;
  KeyTable& operator=(const KeyTable&) = delete;

  // A key that was never used.
  Result<PayloadKey> Take() EXCLUDES_LOCK(mu_);
  Result<std::string> Get(uint64_t number) const;
  // Overwrites the slots; when this returns Ok, the keys are gone from this file for good.
  Status Destroy(const std::vector<uint64_t>& numbers);
  // Destroyed on purpose (and not merely unreadable)?
  Result<bool> IsDestroyed(uint64_t number) const;
  // Every slot that is in use is readable, or destroyed: DataLoss names the first that is not.
  Status Check(uint64_t used) const;

  // The same without a store: for a backup's table, of which only the path is known.
  static Status DestroyIn(const std::string& path, const std::vector<uint64_t>& numbers);

 private:
  explicit KeyTable(Options options);
  Result<std::string> ReadAt(uint64_t offset, size_t size) const;
  Status WriteAt(uint64_t offset, std::string_view bytes);
  Status MakeMore() REQUIRES_LOCK(mu_);
  std::string Context(uint64_t number) const;

  const Options options_;
  int fd_ = -1;

  mutable Mutex mu_;
  uint64_t next_ GUARDED_BY(mu_) = 1;               // to be taken
  uint64_t made_ GUARDED_BY(mu_) = 1;               // the first slot that holds nothing
  std::vector<std::string> ready_ GUARDED_BY(mu_);  // keys from `next_` on that were made in this process
};

}  // namespace gasht
