#include "store/merkle.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace gasht {

Digest MerkleLeafHash(std::string_view entry) {
  std::string message(1, '\x00');
  message += entry;
  return Sha256(message);
}

Digest MerkleNodeHash(const Digest& left, const Digest& right) {
  std::string message(1, '\x01');
  message += left.view();
  message += right.view();
  return Sha256(message);
}

CompactTree::CompactTree(uint64_t size, std::vector<Digest> hashes)
    : size_(size), hashes_(std::move(hashes)) {
  assert(hashes_.size() == static_cast<size_t>(std::popcount(size_)));
}

std::vector<MerklePosition> CompactTree::Positions(uint64_t size) {
  // Each set bit of the size is one perfect subtree; the highest stands leftmost.
  std::vector<MerklePosition> positions;
  uint64_t begin = 0;
  for (int level = 63; level >= 0; --level) {
    const uint64_t leaves = uint64_t{1} << level;
    if ((size & leaves) == 0) continue;
    positions.push_back({static_cast<uint8_t>(level), begin >> level});
    begin += leaves;
  }
  return positions;
}

std::vector<MerkleNode> CompactTree::Append(const Digest& leaf_hash) {
  std::vector<MerkleNode> filled;
  MerkleNode node{{0, size_}, leaf_hash};
  filled.push_back(node);
  // As in binary addition: every trailing one of the size is a subtree that this leaf completes with its left
  // sibling.
  for (uint64_t carry = size_; (carry & 1) != 0; carry >>= 1) {
    node.hash = MerkleNodeHash(hashes_.back(), node.hash);
    node.position = {static_cast<uint8_t>(node.position.level + 1), node.position.index >> 1};
    hashes_.pop_back();
    filled.push_back(node);
  }
  hashes_.push_back(node.hash);
  ++size_;
  return filled;
}

Digest CompactTree::root() const {
  if (hashes_.empty()) return Sha256("");
  Digest root = hashes_.back();
  for (size_t i = hashes_.size() - 1; i-- > 0;) root = MerkleNodeHash(hashes_[i], root);
  return root;
}

namespace {

// The largest power of two below `leaves`: where RFC 6962 splits a tree. REQUIRES: leaves >= 2.
uint64_t SplitOf(uint64_t leaves) {
  return std::bit_floor(leaves - 1);
}

// The hash of the leaves [begin, end). REQUIRES: begin < end, and a split of RFC 6962 leads to this range: its
// perfect subtrees are then the tree's own.
Result<Digest> RangeHash(uint64_t begin, uint64_t end, const NodeSource& nodes) {
  std::vector<Digest> hashes;
  for (const MerklePosition& part : CompactTree::Positions(end - begin)) {
    GASHT_ASSIGN_OR_RETURN(const Digest hash, nodes({part.level, (begin >> part.level) + part.index}));
    hashes.push_back(hash);
  }
  return CompactTree(end - begin, std::move(hashes)).root();
}

}  // namespace

Result<Digest> MerkleRoot(uint64_t size, const NodeSource& nodes) {
  if (size == 0) return CompactTree().root();
  return RangeHash(0, size, nodes);
}

Result<std::vector<Digest>> InclusionProof(uint64_t index, uint64_t size, const NodeSource& nodes) {
  if (index >= size)
    return Status::InvalidArgument(fmt::format("leaf {} is not in a tree of {} leaves", index, size));
  std::vector<Digest> proof;
  for (uint64_t begin = 0, end = size; end - begin > 1;) {
    const uint64_t middle = begin + SplitOf(end - begin);
    const bool is_left = index < middle;
    GASHT_ASSIGN_OR_RETURN(const Digest sibling,
                           is_left ? RangeHash(middle, end, nodes) : RangeHash(begin, middle, nodes));
    proof.push_back(sibling);
    (is_left ? end : begin) = middle;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Result<std::vector<Digest>> ConsistencyProof(uint64_t old_size, uint64_t size, const NodeSource& nodes) {
  if (old_size > size)
    return Status::InvalidArgument(
        fmt::format("a tree of {} leaves does not begin with one of {}", size, old_size));
  std::vector<Digest> proof;
  if (old_size == 0) return proof;
  uint64_t begin = 0, end = size;
  // The split that cuts the old tree's end off, until what is left of it is a subtree of the new one.
  while (old_size != end) {
    const uint64_t middle = begin + SplitOf(end - begin);
    const bool is_left = old_size <= middle;
    GASHT_ASSIGN_OR_RETURN(const Digest sibling,
                           is_left ? RangeHash(middle, end, nodes) : RangeHash(begin, middle, nodes));
    proof.push_back(sibling);
    (is_left ? end : begin) = middle;
  }
  if (begin != 0) {
    GASHT_ASSIGN_OR_RETURN(const Digest rest, RangeHash(begin, end, nodes));
    proof.push_back(rest);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

bool VerifyInclusion(const Digest& leaf_hash, uint64_t index, uint64_t size, const std::vector<Digest>& proof,
                     const Digest& root) {
  if (index >= size) return false;
  uint64_t node = index, last = size - 1;
  Digest hash = leaf_hash;
  for (const Digest& sibling : proof) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      hash = MerkleNodeHash(sibling, hash);
      for (; (node & 1) == 0 && node != 0; node >>= 1) last >>= 1;
    } else {
      hash = MerkleNodeHash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

bool VerifyConsistency(uint64_t old_size, const Digest& old_root, uint64_t size, const Digest& root,
                       const std::vector<Digest>& proof) {
  if (old_size > size) return false;
  if (old_size == size) return proof.empty() && old_root == root;
  if (old_size == 0) return proof.empty() && old_root == CompactTree().root();
  uint64_t node = old_size - 1, last = size - 1;
  for (; (node & 1) != 0; node >>= 1) last >>= 1;
  // A perfect old tree is a node of the new one and not part of the proof.
  size_t next = 0;
  if (!std::has_single_bit(old_size)) {
    if (proof.empty()) return false;
    next = 1;
  }
  Digest old_hash = next == 0 ? old_root : proof[0];
  Digest new_hash = old_hash;
  for (; next < proof.size(); ++next) {
    if (last == 0) return false;
    if ((node & 1) != 0 || node == last) {
      old_hash = MerkleNodeHash(proof[next], old_hash);
      new_hash = MerkleNodeHash(proof[next], new_hash);
      for (; (node & 1) == 0 && node != 0; node >>= 1) last >>= 1;
    } else {
      new_hash = MerkleNodeHash(new_hash, proof[next]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == old_root && new_hash == root;
}

}  // namespace gasht
