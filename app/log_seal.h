#pragma once

// The custody log sealed now: for an export, since nothing leaves the house unsealed, and behind a command that changed
// it without a core. Thread-safe free functions.

#include "base/status.h"
#include "casework/bundle.h"
#include "store/checkpoint_file.h"
#include "store/store.h"

namespace gasht {

// Signs everything that is durable, and returns the last 1,000 checkpoints of this life of the log, and those before
// them that a witness cosigned or an authority stamped, with what they said. The first
// seal of a store makes its key, in STORE/signer. DataLoss when the signer refuses the tree, FailedPrecondition when it
// does not hold this log's key.
Result<LogSeal> SealLog(const Store& store);

// Signs everything that is durable. Errors as of SealLog, and Unavailable when the signer is not there.
Status SealNow(const Store& store, const CustodySetup& setup);

}  // namespace gasht
