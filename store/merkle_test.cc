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

// The proofs of RFC 6962 sections 2.1.1 and 2.1.2, word for word.
std::vector<Digest> PathByDefinition(const std::vector<Digest>& leaves, size_t m, size_t begin, size_t end) {
  if (end - begin == 1) return {};
  size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  std::vector<Digest> path =
      m < k ? PathByDefinition(leaves, m, begin, begin + k) : PathByDefinition(leaves, m - k, begin + k, end);
  path.push_back(m < k ? RootByDefinition(leaves, begin + k, end)
                       : RootByDefinition(leaves, begin, begin + k));
  return path;
}

std::vector<Digest> SubproofByDefinition(const std::vector<Digest>& leaves, size_t m, size_t begin,
                                         size_t end, bool whole) {
  if (m == end - begin) {
    if (whole) return {};
    return {RootByDefinition(leaves, begin, end)};
  }
  size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  std::vector<Digest> proof = m <= k ? SubproofByDefinition(leaves, m, begin, begin + k, whole)
                                     : SubproofByDefinition(leaves, m - k, begin + k, end, false);
  proof.push_back(m <= k ? RootByDefinition(leaves, begin + k, end)
                         : RootByDefinition(leaves, begin, begin + k));
  return proof;
}

TEST(MerkleTest, ProofsAreThoseOfTheDefinitionAndHold) {
  CompactTree tree;
  std::vector<Digest> leaves, roots = {tree.root()};
  std::map<std::pair<int, uint64_t>, Digest> stored;
  const NodeSource nodes = [&](const MerklePosition& position) -> Result<Digest> {
    const auto it = stored.find({position.level, position.index});
    if (it == stored.end()) return Status::DataLoss("no such node");
    return it->second;
  };
  for (size_t n = 1; n <= 70; ++n) {
    leaves.push_back(MerkleLeafHash(std::to_string(n)));
    for (const MerkleNode& node : tree.Append(leaves.back()))
      stored[{node.position.level, node.position.index}] = node.hash;
    roots.push_back(tree.root());
    ASSERT_EQ(MerkleRoot(n, nodes).value(), tree.root()) << n;
    for (size_t i = 0; i < n; ++i) {
      std::vector<Digest> proof = InclusionProof(i, n, nodes).value();
      ASSERT_EQ(proof, PathByDefinition(leaves, i, 0, n)) << i << " of " << n;
      EXPECT_TRUE(VerifyInclusion(leaves[i], i, n, proof, tree.root())) << i << " of " << n;
      EXPECT_FALSE(VerifyInclusion(MerkleLeafHash("x"), i, n, proof, tree.root())) << i << " of " << n;
      EXPECT_FALSE(VerifyInclusion(leaves[i], i ^ 1, n, proof, tree.root())) << i << " of " << n;
      if (!proof.empty()) {
        proof[proof.size() / 2].bytes[7] ^= 1;
        EXPECT_FALSE(VerifyInclusion(leaves[i], i, n, proof, tree.root())) << i << " of " << n;
        proof.pop_back();
      } else {
        proof.push_back(leaves[0]);
      }
      EXPECT_FALSE(VerifyInclusion(leaves[i], i, n, proof, tree.root())) << i << " of " << n;
    }
    for (size_t m = 0; m <= n; ++m) {
      std::vector<Digest> proof = ConsistencyProof(m, n, nodes).value();
      if (m > 0) {
        ASSERT_EQ(proof, SubproofByDefinition(leaves, m, 0, n, true)) << m << " to " << n;
        EXPECT_FALSE(VerifyConsistency(m, roots[m], n, MerkleLeafHash("x"), proof)) << m << " to " << n;
      }
      EXPECT_TRUE(VerifyConsistency(m, roots[m], n, roots[n], proof)) << m << " to " << n;
      EXPECT_FALSE(VerifyConsistency(m, MerkleLeafHash("x"), n, roots[n], proof)) << m << " to " << n;
      if (!proof.empty()) {
        proof[proof.size() / 2].bytes[7] ^= 1;
        EXPECT_FALSE(VerifyConsistency(m, roots[m], n, roots[n], proof)) << m << " to " << n;
      }
    }
  }
  EXPECT_EQ(InclusionProof(70, 70, nodes).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ConsistencyProof(71, 70, nodes).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(InclusionProof(0, 71, nodes).status().code(), StatusCode::kDataLoss);
  EXPECT_FALSE(VerifyInclusion(leaves[0], 0, 0, {}, roots[0]));
}

TEST(MerkleTest, Positions) {
  EXPECT_TRUE(CompactTree::Positions(0).empty());
  EXPECT_EQ(CompactTree::Positions(1), (std::vector<MerklePosition>{{0, 0}}));
  EXPECT_EQ(CompactTree::Positions(6), (std::vector<MerklePosition>{{2, 0}, {1, 2}}));
  EXPECT_EQ(CompactTree::Positions(7), (std::vector<MerklePosition>{{2, 0}, {1, 2}, {0, 6}}));
}

}  // namespace
}  // namespace gasht
