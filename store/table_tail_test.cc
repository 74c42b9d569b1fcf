#include "store/table_tail.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/file.h"
#include "store/database.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// Not synced: it is done a thousand times.
void Write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

TEST(TableTailTest, OneBitOfATableWouldEndTheProcess) {
  const std::string path = ::testing::TempDir() + "/gasht-" + HexEncode(RandomBytes(8));
  const auto open = [&] { return Database::Open({.path = path, .create_if_missing = true, .env = nullptr}); };
  {
    const std::unique_ptr<Database> db = open().value();
    Database::Batch batch(*db);
    for (int i = 0; i < 100; ++i) batch.Put(Family::kAlert, "key " + std::to_string(i), "value");
    ASSERT_TRUE(db->Commit(batch).ok());
    ASSERT_TRUE(db->Compact().ok());
  }
  std::vector<std::string> tables = ListFiles(path, ".sst").value();
  ASSERT_EQ(tables.size(), 1u);
  const std::string table = path + "/" + tables[0], sound = ReadFile(table, 1 << 20).value();
  ASSERT_TRUE(CheckTableTails(path).ok());
  std::vector<size_t> refused;
  for (size_t at = 0; at < sound.size(); ++at) {
    std::string damaged = sound;
    damaged[at] ^= '\x80';
    Write(table, damaged);
    if (!CheckTableTails(path).ok()) refused.push_back(at);
  }
  ASSERT_EQ(refused.size(), 1u);
  std::string damaged = sound;
  damaged[refused[0]] ^= '\x80';
  Write(table, damaged);
  const Status status = open().status();
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr(tables[0]));
  // Cut anywhere, and other bits, it is RocksDB that says so.
  for (const size_t cut : {size_t{0}, size_t{10}, sound.size() / 2, sound.size() - 1}) {
    Write(table, sound.substr(0, cut));
    EXPECT_TRUE(CheckTableTails(path).ok()) << cut;
    EXPECT_EQ(open().status().code(), StatusCode::kDataLoss) << cut;
  }
  Write(table, sound);
  EXPECT_TRUE(open().ok());
  fs::remove_all(path);
}

}  // namespace
}  // namespace gasht
