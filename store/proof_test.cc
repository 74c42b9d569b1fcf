#include "store/proof.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "model/codec.h"
#include "store/custody.h"
#include "store/test_support.h"

namespace gasht {
namespace {

TEST(ProofTest, EveryLeafCanBeProved) {
  StoreOptions options;
  options.in_memory = true;
  const std::unique_ptr<Store> store = Store::Open(options).value();
  const FakeClock clock;
  WaitingWriter writer(*store, clock);
  ASSERT_TRUE(writer.AddEvent({"start", "gasht", "test"}).ok());
  for (int i = 0; i < 9; ++i)
    ASSERT_TRUE(
        writer.CommitPage(MakePage(kMarket, fmt::format("/{}", i), fmt::format("body {}", i), {})).ok());
  const ProofReader reader(*store);
  const TreeHead head = reader.head();
  ASSERT_EQ(head, store->tree_head());
  for (uint64_t index = 0; index < head.size; ++index) {
    const CustodyLeaf leaf = reader.Leaf(index).value();
    const auto proof = reader.Inclusion(index, head.size).value();
    EXPECT_TRUE(VerifyInclusion(LeafHash(leaf), index, head.size, proof, head.root)) << index;
    const std::string record = reader.Record(leaf).value();
    std::string body;
    if (leaf.kind == "capture") {
      const Capture capture = DecodeCapture(record).value();
      body = capture.body_sha256.view();
      EXPECT_EQ(reader.LeafOf(capture).value(), leaf);
    }
    EXPECT_EQ(CommitTo(leaf.salt, record, body), leaf.commitment) << index;
  }
  EXPECT_TRUE(VerifyConsistency(5, reader.Root(5).value(), head.size, head.root,
                                reader.Consistency(5, head.size).value()));
  EXPECT_EQ(reader.Leaf(head.size).status().code(), StatusCode::kNotFound);
  // Later leaves do not change what the reader sees.
  ASSERT_TRUE(writer.AddEvent({"stop", "gasht", "test"}).ok());
  EXPECT_EQ(reader.Leaf(head.size).status().code(), StatusCode::kNotFound);
}

TEST(ProofTest, FileOfCheckpoints) {
  namespace fs = std::filesystem;
  const std::string path = ::testing::TempDir() + "/gasht-" + HexEncode(RandomBytes(8));
  EXPECT_TRUE(ReadCheckpoints(path).value().empty());
  const SigningKey key = SigningKey::Generate();
  std::string bytes;
  for (uint64_t size : {1, 2, 3}) {
    const std::string text = Checkpoint{"gasht/test", {size, Sha256("root")}}.str();
    bytes += SignedNote{text, {SignNote(text, "gasht/test", key)}}.str() + "\n";
  }
  const auto read = [&](const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
    return ReadCheckpoints(path);
  };
  EXPECT_EQ(read(bytes)->size(), 3u);
  // Power was cut while the last was written.
  for (size_t cut = 1; cut < bytes.size() / 3; ++cut)
    EXPECT_EQ(read(bytes.substr(0, bytes.size() - cut))->size(), 2u) << cut;
  EXPECT_EQ(read(bytes.substr(0, bytes.size() - 1))->size(), 2u);
  EXPECT_EQ(ReadNoteFile(path)->unfinished_bytes, bytes.size() / 3 - 1);
  EXPECT_EQ(read("nonsense\n\nnonsense\n\n" + bytes).status().code(), StatusCode::kDataLoss);
  fs::remove(path);
}

}  // namespace
}  // namespace gasht
