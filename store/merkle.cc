#include "store/merkle.h"

#include <bit>
#include <cassert>
#include <string>
#include <utility>

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

}  // namespace gasht
