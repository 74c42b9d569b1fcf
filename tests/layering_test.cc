// Enforces cmake/layers.txt over every source file: includes point down only, rooms on one layer never
// include each other, and a third-party header appears only in the rooms that own it, and in none of their
// public headers that another room includes.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gasht {
namespace {

namespace fs = std::filesystem;

struct Room {
  int layer = 0;
  std::vector<std::string> third_party;
};

std::map<std::string, Room> ReadTable() {
  std::map<std::string, Room> rooms;
  std::ifstream in("cmake/layers.txt");
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    Room room;
    std::string name, colon;
    words >> room.layer >> name >> colon;
    for (std::string prefix; words >> prefix;) room.third_party.push_back(prefix);
    rooms[name] = room;
  }
  return rooms;
}

struct Include {
  std::string file;
  int line = 0;
  std::string path;
  bool angle = false;
};

std::vector<Include> IncludesOf(const fs::path& file) {
  std::vector<Include> includes;
  std::ifstream in(file);
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (!line.starts_with("#include ") || line.size() < 12) continue;
    const char open = line[9];
    const size_t end = line.find(open == '<' ? '>' : '"', 10);
    if (end == std::string::npos) continue;
    includes.push_back({file.string(), number, line.substr(10, end - 10), open == '<'});
  }
  return includes;
}

std::string FirstFolder(const std::string& path) {
  return path.substr(0, path.find('/'));
}

// C and C++ and POSIX headers anybody may use; everything else in <> is a library that somebody must own.
bool IsSystemHeader(const std::string& path) {
  static const std::set<std::string> kPosix = {
      "arpa/inet.h",    "dirent.h",     "fcntl.h",    "netinet/in.h",  "netinet/tcp.h",  "poll.h",
      "pthread.h",      "pwd.h",        "signal.h",   "stdlib.h",      "sys/file.h",     "sys/mman.h",
      "sys/resource.h", "sys/socket.h", "sys/stat.h", "sys/statvfs.h", "sys/time.h",     "sys/types.h",
      "sys/un.h",       "sys/pidfd.h",  "sys/wait.h", "sys/eventfd.h", "sys/signalfd.h", "sys/prctl.h",
      "sys/ioctl.h",    "sys/uio.h",    "time.h",     "unistd.h",      "netdb.h",        "grp.h",
      "spawn.h",        "termios.h",    "sched.h",    "sys/ptrace.h",  "sys/syscall.h"};
  return path.find('.') == std::string::npos || kPosix.contains(path);
}

bool IsTestFile(const std::string& file) {
  return file.ends_with("_test.cc") || file.find("/test_") != std::string::npos;
}

bool IsTestLibrary(const std::string& path) {
  return path.starts_with("gtest/") || path.starts_with("gmock/");
}

class Layering : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto& [name, room] : rooms_) {
      ASSERT_TRUE(fs::is_directory(name)) << "room without a folder: " << name;
      for (const auto& entry : fs::recursive_directory_iterator(name)) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".h" && extension != ".cc") continue;
        for (Include& include : IncludesOf(entry.path())) includes_.push_back(std::move(include));
      }
    }
  }

  const std::map<std::string, Room> rooms_ = ReadTable();
  std::vector<Include> includes_;
};

TEST_F(Layering, TableNamesEveryRoom) {
  EXPECT_EQ(rooms_.size(), 13u);
  EXPECT_GT(includes_.size(), 100u);
  for (const auto& [name, room] : rooms_) {
    EXPECT_TRUE(fs::exists(fs::path(name) / "CMakeLists.txt")) << name;
    std::ifstream readme(fs::path(name) / "README.md");
    ASSERT_TRUE(readme.is_open()) << name << "/README.md is missing";
    const auto lines =
        std::count(std::istreambuf_iterator<char>(readme), std::istreambuf_iterator<char>(), '\n');
    EXPECT_LE(lines, 30) << name << "/README.md is longer than 30 lines";
  }
}

TEST_F(Layering, IncludesPointDownOnly) {
  for (const Include& include : includes_) {
    if (include.angle) continue;
    const std::string from = FirstFolder(include.file), to = FirstFolder(include.path);
    if (from == to) continue;
    if (IsTestFile(include.file) && include.path.starts_with("tests/support/")) continue;
    const auto target = rooms_.find(to);
    ASSERT_NE(target, rooms_.end()) << include.file << ":" << include.line << " includes \"" << include.path
                                    << "\", which is in no room (quotes are for our own headers)";
    EXPECT_LT(target->second.layer, rooms_.at(from).layer)
        << include.file << ":" << include.line << " includes " << include.path << ": " << from
        << " may not see " << to;
  }
}

TEST_F(Layering, ThirdPartyHeadersStayWithTheirOwner) {
  for (const Include& include : includes_) {
    if (!include.angle || IsSystemHeader(include.path)) continue;
    if (IsTestLibrary(include.path) && IsTestFile(include.file)) continue;
    // fmt is our std::format: every room prints with it.
    if (include.path.starts_with("fmt/")) continue;
    const auto& owned = rooms_.at(FirstFolder(include.file)).third_party;
    const bool allowed = std::any_of(owned.begin(), owned.end(), [&](const std::string& prefix) {
      return include.path.starts_with(prefix);
    });
    EXPECT_TRUE(allowed) << include.file << ":" << include.line << " includes <" << include.path
                         << ">, which " << FirstFolder(include.file) << " does not own (cmake/layers.txt)";
  }
}

TEST_F(Layering, PublicHeadersCarryNoThirdParty) {
  std::set<std::string> seen_from_outside;
  for (const Include& include : includes_) {
    if (!include.angle && FirstFolder(include.file) != FirstFolder(include.path))
      seen_from_outside.insert(include.path);
  }
  for (const Include& include : includes_) {
    if (!seen_from_outside.contains(include.file) || !include.angle || IsTestFile(include.file)) continue;
    EXPECT_TRUE(IsSystemHeader(include.path))
        << include.file << ":" << include.line << " is included by another room and itself includes <"
        << include.path << ">";
  }
}

TEST_F(Layering, HeadersGuardOnce) {
  for (const auto& [name, room] : rooms_) {
    for (const auto& entry : fs::recursive_directory_iterator(name)) {
      if (entry.path().extension() != ".h") continue;
      std::ifstream in(entry.path());
      std::string first;
      std::getline(in, first);
      EXPECT_EQ(first, "#pragma once") << entry.path();
    }
  }
}

}  // namespace
}  // namespace gasht
