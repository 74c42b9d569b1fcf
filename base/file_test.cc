#include "base/file.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace gasht {
namespace {

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = testing::TempDir() + "gasht-file-XXXXXX";
    dir_ = mkdtemp(path.data());
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }
  std::string dir_;
};

TEST_F(FileTest, WritesAndReadsWhole) {
  const std::string path = dir_ + "/a";
  std::string bytes("\x00\xff\n", 3);
  bytes.append(200'000, 'x');
  ASSERT_EQ(WriteFileAtomically(path, bytes), Status::Ok());
  EXPECT_EQ(ReadFile(path, bytes.size()).value_or(""), bytes);
  ASSERT_EQ(WriteFileAtomically(path, ""), Status::Ok());
  EXPECT_EQ(ReadFile(path, 0).value_or("none"), "");
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_F(FileTest, ErrorsNameThePath) {
  EXPECT_EQ(ReadFile(dir_ + "/none", 10).status().code(), StatusCode::kNotFound);
  EXPECT_NE(ReadFile(dir_ + "/none", 10).status().message().find("/none"), std::string::npos);
  ASSERT_TRUE(WriteFileAtomically(dir_ + "/big", std::string(11, 'x')).ok());
  EXPECT_EQ(ReadFile(dir_ + "/big", 10).status().code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(ReadFile(dir_, 10).status().code(), StatusCode::kInvalidArgument) << "a folder";
  EXPECT_EQ(ReadFile(dir_ + "/big/a", 10).status().code(), StatusCode::kInvalidArgument)
      << "a file as a folder";
  EXPECT_EQ(WriteFileAtomically(dir_ + "/none/a", "x").code(), StatusCode::kNotFound);
}

TEST_F(FileTest, ListsBySuffixInOrder) {
  for (const char* name : {"b.yaml", "a.yaml", "c.txt"})
    ASSERT_TRUE(WriteFileAtomically(dir_ + "/" + name, "").ok());
  std::filesystem::create_directory(dir_ + "/d.yaml");
  std::filesystem::create_symlink(dir_ + "/c.txt", dir_ + "/e.yaml");
  EXPECT_EQ(ListFiles(dir_, ".yaml").value_or({}), (std::vector<std::string>{"a.yaml", "b.yaml", "e.yaml"}));
  EXPECT_EQ(ListFiles(dir_ + "/none", "").status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace gasht
