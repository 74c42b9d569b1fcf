#include "casework/zip.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/file.h"

namespace gasht {
namespace {

class ZipTest : public testing::Test {
 protected:
  ZipTest() {
    std::string pattern = std::filesystem::temp_directory_path() / "gasht-zip-XXXXXX";
    dir_ = mkdtemp(pattern.data());
  }
  ~ZipTest() override { std::filesystem::remove_all(dir_); }

  std::string Path(const std::string& name) const { return dir_ + "/" + name; }

  // Two entries: "a/stored.txt" and "packed.txt".
  std::string MakeBytes() {
    auto file = OutFile::Create(Path("made.zip"));
    ZipWriter writer(**file, {1'700'000'000'000'000});
    EXPECT_TRUE(writer.Add("a/stored.txt", "stored", ZipMethod::kStore).ok());
    EXPECT_TRUE(writer.Add("packed.txt", std::string(300'000, 'x'), ZipMethod::kDeflate).ok());
    EXPECT_TRUE(writer.Finish().ok());
    EXPECT_TRUE((*file)->Commit().ok());
    std::string bytes = ReadFile(Path("made.zip"), 1 << 20).value();
    std::filesystem::remove(Path("made.zip"));
    return bytes;
  }

  // Opens and reads everything.
  Status Check(const std::string& bytes) {
    std::ofstream(Path("t.zip"), std::ios::binary) << bytes;
    auto reader = ZipReader::Open(Path("t.zip"));
    if (!reader.ok()) return reader.status();
    for (const ZipEntry& entry : (*reader)->entries()) {
      if (const auto text = (*reader)->ReadAll(entry, 1 << 20); !text.ok()) return text.status();
    }
    return Status::Ok();
  }

  std::string dir_;
};

TEST_F(ZipTest, ReadsWhatItWrote) {
  std::ofstream(Path("t.zip"), std::ios::binary) << MakeBytes();
  auto reader = ZipReader::Open(Path("t.zip"));
  ASSERT_TRUE(reader.ok()) << reader.status().message();
  ASSERT_NE((*reader)->Find("a/stored.txt"), nullptr);
  EXPECT_EQ((*reader)->ReadAll(*(*reader)->Find("a/stored.txt"), 100).value(), "stored");
  EXPECT_EQ((*reader)->ReadAll(*(*reader)->Find("packed.txt"), 1 << 20).value(), std::string(300'000, 'x'));
  EXPECT_EQ((*reader)->ReadAll(*(*reader)->Find("packed.txt"), 10).status().code(),
            StatusCode::kResourceExhausted);
}

std::string Replace(std::string text, std::string_view from, std::string_view to, bool all = true) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
    if (!all) break;
  }
  return text;
}

TEST_F(ZipTest, RefusesWhatTwoReadersCouldReadDifferently) {
  const std::string good = MakeBytes();
  ASSERT_TRUE(Check(good).ok()) << Check(good).message();
  const size_t directory = good.find("PK\x01\x02");
  struct Row {
    const char* name;
    std::string bytes;
    std::string_view reason;
  };
  const Row rows[] = {
      {"nothing", "", "zip-structure"},
      {"cut", good.substr(0, good.size() - 1), "zip-structure"},
      {"bytes in front", "x" + good, "zip-structure"},
      {"bytes behind", good + "x", "zip-structure"},
      {"upwards", Replace(good, "a/stored.txt", "../tored.txt"), "zip-name"},
      {"absolute", Replace(good, "a/stored.txt", "/etc/passwd1"), "zip-name"},
      {"backslash", Replace(good, "a/stored.txt", "a\\stored.txt"), "zip-name"},
      {"device", Replace(good, "a/stored.txt", "a/./ored.txt"), "zip-name"},
      {"two names", Replace(good, "packed.txt", "racked.txt", false), "zip-structure"},
      {"stored body", Replace(good, "txtstored", "txtstOred"), "zip-structure"},
      {"claims more", good.substr(0, directory + 24) + "\xff\xff\xff\x7f" + good.substr(directory + 28),
       "zip-structure"},
  };
  for (const Row& row : rows) {
    const Status status = Check(row.bytes);
    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << row.name;
    EXPECT_TRUE(status.message().starts_with(row.reason)) << row.name << ": " << status.message();
  }
}

TEST_F(ZipTest, RefusesADoubledName) {
  auto file = OutFile::Create(Path("t.zip"));
  ZipWriter writer(**file, {0});
  ASSERT_TRUE(writer.Add("a.txt", "one", ZipMethod::kStore).ok());
  ASSERT_TRUE(writer.Add("A.txt", "two", ZipMethod::kStore).ok());
  ASSERT_TRUE(writer.Finish().ok());
  ASSERT_TRUE((*file)->Commit().ok());
  const auto reader = ZipReader::Open(Path("t.zip"));
  EXPECT_TRUE(reader.status().message().starts_with("zip-name")) << reader.status().message();
}

TEST_F(ZipTest, AFileAppearsWholeOrNotAtAll) {
  {
    auto file = OutFile::Create(Path("out"));
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE((*file)->Write("half").ok());
    EXPECT_FALSE(std::filesystem::exists(Path("out")));
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir_)) << "a part was left";
  std::ofstream(Path("out")) << "theirs";
  EXPECT_EQ(OutFile::Create(Path("out")).status().code(), StatusCode::kAlreadyExists);
  // One that appears while we write is not replaced either.
  auto file = OutFile::Create(Path("late"));
  std::ofstream(Path("late")) << "theirs";
  EXPECT_EQ((*file)->Commit().code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(ReadFile(Path("late"), 100).value(), "theirs");
}

TEST_F(ZipTest, ASymbolicLinkIsNoFreeName) {
  std::filesystem::create_symlink("/dev/null", Path("link"));
  EXPECT_EQ(OutFile::Create(Path("link")).status().code(), StatusCode::kAlreadyExists);
}

}  // namespace
}  // namespace gasht
