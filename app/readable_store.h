#pragma once

// ReadableStore: a store opened for reading only: itself, under its lock; or, while a core has it, a snapshot of its
// database that the core makes and that is removed with this. Its files beside the database are the store's own either
// way. Move-only, confined to one thread.

#include <memory>
#include <string>

#include "base/status.h"
#include "store/store.h"

namespace gasht {

class ReadableStore {
 public:
  static Result<ReadableStore> Open(const std::string& path);
  ReadableStore(ReadableStore&& other) noexcept;
  ReadableStore& operator=(ReadableStore&&) = delete;
  ~ReadableStore();
  Store& operator*() const { return *store_; }
  Store* operator->() const { return store_.get(); }

 private:
  ReadableStore() = default;
  std::string snapshot_;
  std::unique_ptr<Store> store_;
};

}  // namespace gasht
