#pragma once

// Opening a store: lock, secret, schema, derived families, sequence. Only store/ sees it.

#include <memory>

#include "base/status.h"
#include "store/store_state.h"

namespace gasht {

Result<std::unique_ptr<StoreState>> OpenStore(const StoreOptions& options);

}  // namespace gasht
