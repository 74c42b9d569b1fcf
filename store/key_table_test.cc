#include "store/key_table.h"

#include <filesystem>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/file.h"

namespace gasht {
namespace {

using ::testing::HasSubstr;

class KeyTableTest : public ::testing::Test {
 protected:
  KeyTableTest() {
    options_.path = ::testing::TempDir() + "/gasht-keys-" + HexEncode(RandomBytes(8));
    options_.master = std::string(32, 'm');
    options_.store_id = std::string(16, 's');
    options_.create = true;
  }
  ~KeyTableTest() override { std::filesystem::remove(options_.path); }
  std::unique_ptr<KeyTable> Open(uint64_t next) {
    KeyTable::Options options = options_;
    options.next = next;
    options.create = next == 1;
    return KeyTable::Open(options).value();
  }
  KeyTable::Options options_;
};

TEST_F(KeyTableTest, KeysAreNeverGivenTwiceAndComeBack) {
  std::map<uint64_t, std::string> keys;
  std::set<std::string> different;
  uint64_t next = 1;
  for (int round = 0; round < 3; ++round) {
    const auto table = Open(next);
    for (int i = 0; i < 700; ++i) {
      const PayloadKey key = table->Take().value();
      EXPECT_TRUE(keys.emplace(key.number, key.key).second) << key.number;
      different.insert(key.key);
      next = std::max(next, key.number + 1);
    }
    for (const auto& [number, key] : keys) ASSERT_EQ(table->Get(number).value(), key) << number;
    EXPECT_TRUE(table->Check(next).ok());
  }
  EXPECT_EQ(different.size(), keys.size());
}

TEST_F(KeyTableTest, DestroyedIsGoneAndSaysSo) {
  uint64_t number = 0;
  {
    const auto table = Open(1);
    number = table->Take()->number;
    const PayloadKey other = table->Take().value();
    ASSERT_TRUE(table->Destroy({number}).ok());
    EXPECT_EQ(table->Get(number).status().code(), StatusCode::kNotFound);
    EXPECT_TRUE(table->IsDestroyed(number).value());
    EXPECT_FALSE(table->IsDestroyed(other.number).value());
    EXPECT_EQ(table->Get(other.number).value(), other.key);
  }
  const auto table = Open(number + 2);
  EXPECT_EQ(table->Get(number).status().code(), StatusCode::kNotFound);
  ASSERT_TRUE(KeyTable::DestroyIn(options_.path, {number + 1, 1'000'000}).ok());
  EXPECT_EQ(table->Get(number + 1).status().code(), StatusCode::kNotFound);
}

TEST_F(KeyTableTest, DamageIsNoticed) {
  Open(1)->Take().value();
  const std::string sound = ReadFile(options_.path, 1 << 20).value();
  // Each byte of the first slot.
  for (size_t i = 0; i < KeyTable::kSlotBytes; ++i) {
    std::string damaged = sound;
    damaged[KeyTable::kSlotBytes + i] ^= 1;
    ASSERT_TRUE(WriteFileAtomically(options_.path, damaged).ok());
    EXPECT_EQ(Open(2)->Check(2).code(), StatusCode::kDataLoss) << i;
  }
  // Two slots swapped.
  std::string swapped = sound;
  for (size_t i = 0; i < KeyTable::kSlotBytes; ++i)
    std::swap(swapped[KeyTable::kSlotBytes + i], swapped[2 * KeyTable::kSlotBytes + i]);
  ASSERT_TRUE(WriteFileAtomically(options_.path, swapped).ok());
  EXPECT_EQ(Open(2)->Get(1).status().code(), StatusCode::kDataLoss);
  ASSERT_TRUE(WriteFileAtomically(options_.path, sound).ok());
  KeyTable::Options options = options_;
  options.create = false;
  options.next = 5000;
  EXPECT_THAT(KeyTable::Open(options).status().message(), HasSubstr("instead of at least 4999"));
  options.next = 2;
  options.master = std::string(32, 'x');
  EXPECT_EQ(KeyTable::Open(options).status().code(), StatusCode::kFailedPrecondition);
  options.master = options_.master;
  options.store_id = std::string(16, 'x');
  EXPECT_EQ(KeyTable::Open(options).status().code(), StatusCode::kDataLoss);
  std::filesystem::remove(options_.path);
  EXPECT_THAT(KeyTable::Open(options).status().message(), HasSubstr("is missing"));
}

}  // namespace
}  // namespace gasht
