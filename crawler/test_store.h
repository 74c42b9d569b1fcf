#pragma once

// For tests and benchmarks: a store that lives in memory.

#include <memory>
#include <utility>

#include "store/store.h"

namespace gasht {

// Ends the program when it cannot.
inline std::unique_ptr<Store> OpenMemoryStore() {
  StoreOptions options;
  options.path = "memory";
  options.in_memory = true;
  return std::move(Store::Open(options)).value();
}

}  // namespace gasht
