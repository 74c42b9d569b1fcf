#pragma once

// A folder of a test's own, empty at first, removed with everything in it at the end. Confined to one thread.

#include <filesystem>
#include <string>

namespace gasht {

class TemporaryFolder {
 public:
  // Under GoogleTest's folder for such things (TEST_TMPDIR); with a short name, so that a socket fits.
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace gasht
