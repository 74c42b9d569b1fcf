#pragma once

// The full check of what the custody log promises, over one view. Only store/ sees it.

#include <string>

#include "base/digest.h"
#include "base/status.h"
#include "model/capture.h"
#include "model/custody.h"
#include "store/database.h"
#include "store/key_table.h"
#include "store/merkle.h"

namespace gasht {

// What a leaf's commitment is over: the payload of its record's envelope, byte for byte; empty for an event.
// NotFound when there is no such record, or it was destroyed.
Result<std::string> ReadCommittedRecord(const Database::View& view, const CustodyLeaf& leaf);

Result<Digest> ReadTreeNode(const Database::View& view, const MerklePosition& position);

// See Store::CheckCustody.
Status CheckCustody(const Database::View& view, const KeyTable& keys);

}  // namespace gasht
