#pragma once

// The Merkle tree of RFC 6962 section 2.1 (the same in RFC 9162), over SHA-256: what makes the custody log
// append-only. Plain values and free functions; nothing here fails.

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/status.h"

namespace gasht {

// SHA-256(0x00 || entry) and SHA-256(0x01 || left || right): the prefixes keep a leaf from passing for a
// node.
Digest MerkleLeafHash(std::string_view entry);
Digest MerkleNodeHash(const Digest& left, const Digest& right);

// The perfect subtree of 2^level leaves whose first leaf is index * 2^level. It never changes once it is
// full.
struct MerklePosition {
  uint8_t level = 0;
  uint64_t index = 0;
  friend bool operator==(const MerklePosition&, const MerklePosition&) = default;
};

struct MerkleNode {
  MerklePosition position;
  Digest hash;
};

// A tree of which only the roots of its largest perfect subtrees are kept (at most 64): enough to append to
// it and to know its root.
class CompactTree {
 public:
  // The empty tree.
  CompactTree() = default;
  // REQUIRES: hashes are those of Positions(size), in that order.
  CompactTree(uint64_t size, std::vector<Digest> hashes);

  // The perfect subtrees that make up a tree of `size` leaves, from the left.
  static std::vector<MerklePosition> Positions(uint64_t size);

  // Appends a leaf; returns the leaf and every perfect subtree that it fills, lowest first.
  std::vector<MerkleNode> Append(const Digest& leaf_hash);

  uint64_t size() const { return size_; }
  // SHA-256 of nothing for the empty tree.
  Digest root() const;

 private:
  uint64_t size_ = 0;
  std::vector<Digest> hashes_;
};

// ---- Proofs (RFC 6962 sections 2.1.1 and 2.1.2; RFC 9162 sections 2.1.3 and 2.1.4) ----

// Where a proof takes the hashes of perfect subtrees from (the family custody_node; a bundle's tiles).
using NodeSource = std::function<Result<Digest>(const MerklePosition&)>;

// The root of the tree of the first `size` leaves. Fails as `nodes` does.
Result<Digest> MerkleRoot(uint64_t size, const NodeSource& nodes);

// That leaf `index` is in the tree of `size` leaves: the siblings on its way to the root, lowest first.
// InvalidArgument when it is not.
Result<std::vector<Digest>> InclusionProof(uint64_t index, uint64_t size, const NodeSource& nodes);

// That the tree of `size` leaves begins with the tree of `old_size` leaves; empty when they are the same, or
// the old one has no leaf. InvalidArgument when the old one is larger.
Result<std::vector<Digest>> ConsistencyProof(uint64_t old_size, uint64_t size, const NodeSource& nodes);

// Does `proof` show it? Pure; any input is allowed.
bool VerifyInclusion(const Digest& leaf_hash, uint64_t index, uint64_t size, const std::vector<Digest>& proof,
                     const Digest& root);
bool VerifyConsistency(uint64_t old_size, const Digest& old_root, uint64_t size, const Digest& root,
                       const std::vector<Digest>& proof);

}  // namespace gasht
