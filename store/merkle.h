#pragma once

// The Merkle tree of RFC 6962 section 2.1 (the same in RFC 9162), over SHA-256: what makes the custody log
// append-only. Plain values and free functions; nothing here fails.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/digest.h"

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

}  // namespace gasht
