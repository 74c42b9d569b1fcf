#pragma once

// What Store, its writer and the rebuilding of derived families share. Only store/ sees it.

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/mutex.h"
#include "base/status.h"
#include "model/custody.h"
#include "store/database.h"
#include "store/key_table.h"
#include "store/lock.h"
#include "store/memory_disk.h"
#include "store/merkle.h"
#include "store/store.h"

namespace gasht {

// Of docs/storage-format.md. A new layout of truth is a new schema; one of derived families alone, a new
// derived version, and the next open rebuilds them.
inline constexpr uint64_t kSchemaVersion = 4;
inline constexpr uint64_t kDerivedVersion = 4;

// Keys of the meta family.
inline constexpr std::string_view kMetaSchema = "schema";
inline constexpr std::string_view kMetaDerived = "derived";
inline constexpr std::string_view kMetaStoreId = "store_id";
inline constexpr std::string_view kMetaCreated = "created";
inline constexpr std::string_view kMetaSecretCheck = "secret_check";
inline constexpr std::string_view kMetaHead = "head";
inline constexpr std::string_view kMetaNextKey = "next_key";
// Leaves that a store of an older schema had when it was brought up: no list of files was noted when they were sealed.
inline constexpr std::string_view kMetaUnlisted = "unlisted";
// Keys that a lawful destruction has not overwritten yet: there between the batch that says so and the overwriting.
inline constexpr std::string_view kMetaDestroying = "destroying";

// Where the sequences stand: written in every batch that moves them, compared with the records at every open.
struct StoreHead {
  uint64_t captures = 0;  // the id of the last
  TreeHead tree;
};
std::string EncodeHead(const StoreHead& head);
Result<StoreHead> DecodeHead(std::string_view bytes);

struct StoreState {
  // Constant after Open.
  std::string path;
  std::string database_path;
  bool plain_files = false;
  std::shared_ptr<MemoryDisk> disk;  // in memory only
  std::unique_ptr<StoreLock> lock;   // on disk only; outlives the database
  std::string secret;
  std::string store_id;
  std::unique_ptr<Database> db;
  std::unique_ptr<KeyTable> keys;  // thread-safe

  // The writer's thread only, and Open before there is one.
  uint64_t captures = 0;
  uint64_t next_key = 1;  // the first that no committed body is sealed with
  CompactTree tree;

  mutable Mutex mu;
  CondVar head_changed;
  TreeHead head GUARDED_BY(mu);  // of everything durable

  // When the last sealed leaf was made; 0: none. A clock that says less is dead. Thread-safe.
  std::atomic<int64_t> sealed_at = 0;

  PayloadId PayloadIdOf(const Digest& stored_sha256) const {
    return {HmacSha256(secret, stored_sha256.view())};
  }
};

// The keys of a lawful destruction that was interrupted, overwritten now.
Status FinishDestroying(StoreState& store);

// DataLoss names the first row that is not what the truth says, or is missing, or is one too many.
Status CheckDerivedFamilies(const Database& db);

// Empties the derived families and makes them again from the truth. Marked in meta while it lasts, so that an
// interrupted one is done again at the next open.
Status RebuildDerivedFamilies(Database& db);

}  // namespace gasht
