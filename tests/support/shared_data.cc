#include "tests/support/shared_data.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <system_error>

#include <zlib.h>

namespace gasht {

std::string SharedDataRoot() {
  const char* root = std::getenv("GASHT_SHARED_DATA");
  return root == nullptr ? "../shared/data" : root;
}

std::optional<std::string> SharedDataDir(const std::string& name) {
  std::string dir = SharedDataRoot() + "/" + name;
  std::error_code ignored;
  if (std::filesystem::is_directory(dir, ignored)) return dir;
  std::cout << "skipped: no shared data (" << name << ")\n";
  return std::nullopt;
}

std::string ReadMaybeGzip(const std::string& path) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return "";
  std::string out;
  char buffer[1 << 16];
  for (int got = 0; (got = gzread(file, buffer, sizeof buffer)) > 0;)
    out.append(buffer, static_cast<size_t>(got));
  gzclose(file);
  return out;
}

// The regular files of a tar archive (POSIX ustar), by name.
std::map<std::string, std::string> ReadTarGz(const std::string& path) {
  const std::string tar = ReadMaybeGzip(path);
  std::map<std::string, std::string> files;
  std::string long_name;
  for (size_t at = 0; at + 512 <= tar.size();) {
    const char* header = tar.data() + at;
    if (header[0] == '\0') break;
    const size_t size = std::strtoull(std::string(header + 124, 12).c_str(), nullptr, 8);
    std::string name(header, strnlen(header, 100));
    if (header[345] != '\0') name = std::string(header + 345, strnlen(header + 345, 155)) + "/" + name;
    const char type = header[156];
    const std::string body = tar.substr(at + 512, size);
    if (type == 'L') {
      long_name = body.c_str();
    } else if (type == '0' || type == '\0') {
      if (!long_name.empty()) name = long_name;
      long_name.clear();
      if (name.starts_with("./")) name.erase(0, 2);
      files[name] = body;
    }
    at += 512 + (size + 511) / 512 * 512;
  }
  return files;
}

std::vector<Json> ReadJsonLines(const std::string& path) {
  std::vector<Json> rows;
  const std::string text = ReadMaybeGzip(path);
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.size(), text.find('\n', begin));
    if (auto row = Json::Parse(std::string_view(text).substr(begin, end - begin)); row.ok())
      rows.push_back(*row);
    begin = end + 1;
  }
  return rows;
}

}  // namespace gasht
