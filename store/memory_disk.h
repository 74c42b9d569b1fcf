#pragma once

// MemoryDisk: what an in-memory store leaves behind when it is closed. Held by whoever opens the store again.

#include <memory>
#include <string>
#include <utility>

#include <rocksdb/env.h>

namespace gasht {

class MemoryDisk {
 public:
  MemoryDisk() : env(rocksdb::NewMemEnv(rocksdb::Env::Default())) {}
  explicit MemoryDisk(std::unique_ptr<rocksdb::Env> e) : env(std::move(e)) {}

  const std::unique_ptr<rocksdb::Env> env;
  // The store's secret; empty until the first open makes it.
  std::string secret;
  std::string master, keys;
};

}  // namespace gasht
