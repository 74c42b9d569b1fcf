#include "casework/zip.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "tests/support/processes.h"

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

// What the second checker and Python's own reader make of an archive: "NAME SIZE" a line, or the refusal.
std::string PythonSees(const std::string& path) {
  const std::string command =
      "python3 -c \"import sys, zipfile; sys.path.insert(0, 'casework/verify'); import gasht_verify as g\n"
      "z = g.Zip('" +
      path + "'); p = zipfile.ZipFile('" + path +
      "')\n"
      "assert [(e.name, e.size, e.header) for e in z.entries] == "
      "[(i.filename, i.file_size, i.header_offset) for i in p.infolist()]\n"
      "small = [e for e in z.entries if e.size < 1 << 20][-3:]\n"
      "assert all(b''.join(z.pieces(e)) == p.read(e.name) for e in small)\n"
      "print(len(z.entries), z.entries[-1].name, z.entries[-1].header)\"";
  return Shell(command).out;
}

TEST_F(ZipTest, LargeFormsAreReadByEverybody) {
  // The limits made small: every form of ZIP64 in a few hundred bytes.
  struct Row {
    const char* name;
    ZipLimits limits;
    ZipSize size;
  };
  const Row rows[] = {{"large entries", {}, ZipSize::kLarge},
                      {"far entries", {100, 0xffff}, ZipSize::kLarge},
                      {"many entries", {0xffffffff, 3}, ZipSize::kSmall},
                      {"all of it", {100, 3}, ZipSize::kLarge}};
  for (const Row& row : rows) {
    std::filesystem::remove(Path("large.zip"));
    auto file = OutFile::Create(Path("large.zip"));
    ZipWriter writer(**file, {0}, row.limits);
    for (int i = 0; i < 5; ++i) {
      ASSERT_TRUE(
          writer
              .Begin(fmt::format("{}.bin", i), i % 2 == 0 ? ZipMethod::kStore : ZipMethod::kDeflate, row.size)
              .ok());
      ASSERT_TRUE(writer.Write(std::string(50, static_cast<char>('a' + i))).ok());
      ASSERT_TRUE(writer.End().ok());
    }
    ASSERT_TRUE(writer.Finish().ok()) << row.name;
    ASSERT_TRUE((*file)->Commit().ok());
    const auto reader = ZipReader::Open(Path("large.zip"));
    ASSERT_TRUE(reader.ok()) << row.name << ": " << reader.status().message();
    ASSERT_EQ((*reader)->entries().size(), 5u) << row.name;
    EXPECT_EQ((*reader)->ReadAll(*(*reader)->Find("4.bin"), 100).value(), std::string(50, 'e')) << row.name;
    const std::string seen = PythonSees(Path("large.zip"));
    EXPECT_TRUE(seen.starts_with("5 4.bin")) << row.name << ": " << seen;
    // An entry that said it stays small must.
    if (row.limits.bytes == 100) {
      const auto other = OutFile::Create(Path("small.zip"));
      ZipWriter small(**other, {0}, row.limits);
      ASSERT_TRUE(small.Begin("a", ZipMethod::kStore).ok());
      EXPECT_EQ(small.Write(std::string(100, 'x')).code(), StatusCode::kResourceExhausted);
    }
    // Each bit of the end, wrong.
    const std::string good = ReadFile(Path("large.zip"), 1 << 20).value();
    const size_t tail = row.limits.entries == 3 || row.limits.bytes == 100 ? 98 : 22;
    for (size_t i = good.size() - tail; i < good.size(); ++i) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 1);
      const bool is_version = tail == 98 && i >= good.size() - tail + 12 && i < good.size() - tail + 16;
      if (!is_version) {
        EXPECT_EQ(Check(bad).code(), StatusCode::kDataLoss) << row.name << ", byte " << i;
      }
    }
  }
}

TEST_F(ZipTest, SeventyThousandEntries) {
  constexpr int kEntries = 70'000;
  auto file = OutFile::Create(Path("many.zip"));
  ZipWriter writer(**file, {0});
  for (int i = 0; i < kEntries; ++i)
    ASSERT_TRUE(writer.Add(fmt::format("n/{}", i), "x", ZipMethod::kStore).ok());
  ASSERT_TRUE(writer.Finish().ok());
  ASSERT_TRUE((*file)->Commit().ok());
  const auto reader = ZipReader::Open(Path("many.zip"));
  ASSERT_TRUE(reader.ok()) << reader.status().message();
  ASSERT_NE((*reader)->Find("n/69999"), nullptr);
  EXPECT_EQ((*reader)->ReadAll(*(*reader)->Find("n/69999"), 10).value(), "x");
  const std::string seen = PythonSees(Path("many.zip"));
  EXPECT_TRUE(seen.starts_with("70000 n/69999")) << seen;
}

// An entry of 5 GiB that is a hole in the file, and one behind it.
TEST_F(ZipTest, BehindFourGibibytes) {
  constexpr uint64_t kHole = uint64_t{5} << 30;
  {
    // The same two entries without the hole, in the forms that they have behind it; then the hole is put in, and the
    // sizes and offsets moved by it.
    auto file = OutFile::Create(Path("near.zip"));
    ZipWriter writer(**file, {0}, {1, 1});
    ASSERT_TRUE(writer.Begin("hole", ZipMethod::kStore, ZipSize::kLarge).ok());
    ASSERT_TRUE(writer.End().ok());
    ASSERT_TRUE(writer.Begin("behind", ZipMethod::kStore, ZipSize::kLarge).ok());
    ASSERT_TRUE(writer.Write("small").ok());
    ASSERT_TRUE(writer.End().ok());
    ASSERT_TRUE(writer.Finish().ok());
    ASSERT_TRUE((*file)->Commit().ok());
    std::string near = ReadFile(Path("near.zip"), 1 << 20).value();
    const auto put = [&near](size_t at, uint64_t value) {
      for (int i = 0; i < 8; ++i, value >>= 8) near[at + static_cast<size_t>(i)] = static_cast<char>(value);
    };
    const size_t first = 30 + 4 + 20;  // of the second local header
    const size_t directory = near.find("PK\x01\x02"), second = near.find("PK\x01\x02", directory + 1);
    const size_t end = near.find("PK\x06\x06");
    for (const size_t at : {size_t{30 + 4 + 4}, directory + 46 + 4 + 4}) {
      put(at, kHole);
      put(at + 8, kHole);
    }
    put(second + 46 + 6 + 4 + 16, first + kHole);
    put(end + 48, directory + kHole);
    put(end + 56 + 8, end + kHole);
    std::ofstream sparse(Path("sparse.zip"), std::ios::binary);
    sparse << near.substr(0, first);
    sparse.seekp(static_cast<std::streamoff>(first + kHole));
    sparse << near.substr(first);
  }
  const auto reader = ZipReader::Open(Path("sparse.zip"));
  ASSERT_TRUE(reader.ok()) << reader.status().message();
  EXPECT_EQ((*reader)->Find("hole")->bytes, kHole);
  EXPECT_GT((*reader)->Find("behind")->data_offset, kHole);
  EXPECT_EQ((*reader)->ReadAll(*(*reader)->Find("behind"), 10).value(), "small");
  const std::string seen = PythonSees(Path("sparse.zip"));
  EXPECT_TRUE(seen.starts_with("2 behind 5368709")) << seen;
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
