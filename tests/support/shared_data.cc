#include "tests/support/shared_data.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <system_error>

namespace gasht {

std::optional<std::string> SharedDataDir(const std::string& name) {
  const char* root = std::getenv("GASHT_SHARED_DATA");
  std::string dir = std::string(root == nullptr ? "../shared/data" : root) + "/" + name;
  std::error_code ignored;
  if (std::filesystem::is_directory(dir, ignored)) return dir;
  std::cout << "skipped: no shared data (" << name << ")\n";
  return std::nullopt;
}

}  // namespace gasht
