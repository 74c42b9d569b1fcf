#include "store/custody.h"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "model/codec.h"
#include "store/merkle.h"

namespace gasht {
namespace {

CustodyLeaf MakeLeaf() {
  return {.index = 3,
          .kind = "capture",
          .at = {1'700'000'000'000'000},
          .actor = "gasht",
          .commitment = Sha256("commitment"),
          .salt = std::string(kSaltBytes, 's'),
          .capture = {2},
          .detail = "f-0123456789abcdef"};
}

// The same computed from the words of docs/storage-format.md, with nothing but SHA-256.
std::string Part(const std::string& text) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(text.size() >> shift & 0xff);
  return out + text;
}
std::string Be64(uint64_t number) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
  return out;
}

TEST(CustodyTest, IsWhatTheFormatSays) {
  const CustodyLeaf leaf = MakeLeaf();
  const Digest commitment = Sha256(Part("gasht-commitment-1") + Part("salt") + Part("record") + Part("body"));
  EXPECT_EQ(CommitTo("salt", "record", "body"), commitment);
  const Digest entry = Sha256(
      Part("gasht-leaf-1") + Part(Be64(3)) + Part("capture") + Part(Be64(1'700'000'000'000'000)) +
      Part("gasht") + Part(std::string(leaf.commitment.view())) + Part(Be64(2)) + Part("f-0123456789abcdef"));
  EXPECT_EQ(LeafEntry(leaf), entry);
  EXPECT_EQ(LeafHash(leaf), Sha256(std::string(1, '\0') + std::string(entry.view())));
}

TEST(CustodyTest, EverythingButTheSaltCounts) {
  struct Case {
    const char* field;
    std::function<void(CustodyLeaf&)> change;
    bool counts;
  };
  const Case cases[] = {
      {"index", [](CustodyLeaf& l) { l.index = 4; }, true},
      {"kind", [](CustodyLeaf& l) { l.kind = "review"; }, true},
      {"at", [](CustodyLeaf& l) { l.at.micros += 1; }, true},
      {"actor", [](CustodyLeaf& l) { l.actor = "ayesha"; }, true},
      {"commitment", [](CustodyLeaf& l) { l.commitment.bytes[31] ^= 1; }, true},
      {"capture", [](CustodyLeaf& l) { l.capture = {3}; }, true},
      {"detail", [](CustodyLeaf& l) { l.detail = ""; }, true},
      {"salt", [](CustodyLeaf& l) { l.salt[0] = 'x'; }, false},
  };
  for (const Case& c : cases) {
    CustodyLeaf leaf = MakeLeaf();
    c.change(leaf);
    EXPECT_EQ(LeafHash(leaf) != LeafHash(MakeLeaf()), c.counts) << c.field;
  }
  EXPECT_NE(CommitTo("a", "bc", ""), CommitTo("ab", "c", ""));
}

TEST(CustodyTest, LeafIsReadBackAsItWas) {
  const CustodyLeaf leaf = MakeLeaf();
  EXPECT_EQ(DecodeCustodyLeaf(Encode(leaf)).value(), leaf);
}

// Stored bytes of version 1: they never change.
TEST(CustodyTest, GoldenRecord) {
  EXPECT_EQ(
      HexEncode(Encode(MakeLeaf())),
      "0803120763617074757265188080f9c0c1c48203220567617368742a206a19f0fb4be54511524bcd5b0c98b38da1ee049a3973"
      "5c39"
      "311e10336024436f32107373737373737373737373737373737338024212662d30313233343536373839616263646566");
}

TEST(CustodyTest, BrokenRecordsAreDataLoss) {
  CustodyLeaf no_salt = MakeLeaf(), no_kind = MakeLeaf();
  no_salt.salt = "short";
  no_kind.kind = "";
  for (const std::string& bytes : {Encode(no_salt), Encode(no_kind), std::string("\xff\xff")})
    EXPECT_EQ(DecodeCustodyLeaf(bytes).status().code(), StatusCode::kDataLoss) << HexEncode(bytes);
}

}  // namespace
}  // namespace gasht
