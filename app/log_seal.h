#pragma once

// The custody log sealed now, for an export: nothing leaves the house unsealed. Thread-safe free function.

#include "base/status.h"
#include "casework/bundle.h"
#include "store/store.h"

namespace gasht {

// Signs everything that is durable, and returns the last 1,000 checkpoints of this life of the log, and those before
// them that a witness cosigned or an authority stamped, with what they said. The first
// seal of a store makes its key, in STORE/signer. DataLoss when the signer refuses the tree, FailedPrecondition when it
// does not hold this log's key.
Result<LogSeal> SealLog(const Store& store);

}  // namespace gasht
