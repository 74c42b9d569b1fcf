#include "tests/support/temporary_folder.h"

#include <cstdlib>
#include <system_error>

#include <gtest/gtest.h>

namespace gasht {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = std::filesystem::path(::testing::TempDir()) / "gasht-XXXXXX";
  const char* const made = mkdtemp(pattern.data());
  EXPECT_NE(made, nullptr) << pattern;
  if (made != nullptr) path_ = made;
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code error;
  std::filesystem::remove_all(path_, error);
  EXPECT_FALSE(error) << path_ << ": " << error.message();
}

}  // namespace gasht
