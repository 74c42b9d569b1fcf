#include "store/merkle.h"

#include <functional>
#include <map>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace gasht {
namespace {

// The entries and roots that implementations of RFC 6962 publish as their common test vectors
// (certificate-transparency's merkletree tests).
const char* const kEntries[] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
const char* const kRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

TEST(MerkleTest, PublishedVectors) {
  CompactTree tree;
  EXPECT_EQ(tree.root().hex(), kRoots[0]);
  for (size_t i = 0; i < std::size(kEntries); ++i) {
    tree.Append(MerkleLeafHash(HexDecode(kEntries[i]).value()));
    EXPECT_EQ(tree.size(), i + 1);
    EXPECT_EQ(tree.root().hex(), kRoots[i + 1]) << "size " << i + 1;
  }
}

// RFC 6962 section 2.1, word for word: split at the largest power of two below n.
Digest RootByDefinition(const std::vector<Digest>& leaves, size_t begin, size_t end) {
  if (end - begin == 1) return leaves[begin];
  size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  return MerkleNodeHash(RootByDefinition(leaves, begin, begin + k), RootByDefinition(leaves, begin + k, end));
}

TEST(MerkleTest, AgreesWithTheDefinitionAndItsNodesRebuildIt) {
  CompactTree tree;
  std::vector<Digest> leaves;
  std::map<std::pair<int, uint64_t>, Digest> nodes;
  for (size_t n = 1; n <= 130; ++n) {
    leaves.push_back(MerkleLeafHash(std::to_string(n)));
    for (const MerkleNode& node : tree.Append(leaves.back())) {
      const auto [it, is_new] = nodes.emplace(std::pair(node.position.level, node.position.index), node.hash);
      EXPECT_TRUE(is_new) << "size " << n << " level " << int{node.position.level};
    }
    ASSERT_EQ(tree.root(), RootByDefinition(leaves, 0, n)) << "size " << n;

    std::vector<Digest> hashes;
    for (const MerklePosition& position : CompactTree::Positions(n)) {
      const auto it = nodes.find({position.level, position.index});
      ASSERT_NE(it, nodes.end()) << "size " << n << " level " << int{position.level};
      hashes.push_back(it->second);
    }
    EXPECT_EQ(CompactTree(n, hashes).root(), tree.root()) << "size " << n;
  }
}

TEST(MerkleTest, Positions) {
  EXPECT_TRUE(CompactTree::Positions(0).empty());
  EXPECT_EQ(CompactTree::Positions(1), (std::vector<MerklePosition>{{0, 0}}));
  EXPECT_EQ(CompactTree::Positions(6), (std::vector<MerklePosition>{{2, 0}, {1, 2}}));
  EXPECT_EQ(CompactTree::Positions(7), (std::vector<MerklePosition>{{2, 0}, {1, 2}, {0, 6}}));
}

}  // namespace
}  // namespace gasht
