#pragma once

// The full check of what the custody log promises, over one view. Only store/ sees it.

#include <functional>
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

// From custody_node, or from the leaves where the subtree is too small to be kept there.
Result<Digest> ReadTreeNode(const Database::View& view, const MerklePosition& position);

// See Store::CheckCustody.
Status CheckCustody(const Database::View& view, const KeyTable& keys);

// The same, watched, and going on after a problem.
struct CustodyVisitor {
  // Names the leaf or record that does not fit; false ends the check.
  std::function<bool(const Status&)> on_problem;
  // Each leaf, with the length of the body that was read for it.
  std::function<void(const CustodyLeaf& leaf, uint64_t body_bytes)> on_leaf;
  // The tree with that leaf.
  std::function<void(const CompactTree& tree)> on_tree;
};
// An error is one that ended the check early.
Status CheckCustody(const Database::View& view, const KeyTable& keys, const CustodyVisitor& visitor);

}  // namespace gasht
