#pragma once

// OutFile: a file that appears under its name whole or not at all. It is written as "<path>.part-<pid>" and
// gets its name in Commit(), which never replaces what is there. What is not committed is removed by the
// destructor. Confined to one thread. Errors name the path and the system's reason: AlreadyExists,
// ResourceExhausted for a full disk, Unavailable.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace gasht {

class OutFile {
 public:
  // `mode` as for open(2).
  static Result<std::unique_ptr<OutFile>> Create(const std::string& path, unsigned mode = 0640);
  ~OutFile();
  OutFile(const OutFile&) = delete;
  OutFile& operator=(const OutFile&) = delete;

  Status Write(std::string_view bytes);
  // Replaces bytes that were written before. REQUIRES: offset + bytes.size() <= size().
  Status Overwrite(uint64_t offset, std::string_view bytes);
  uint64_t size() const { return size_; }
  // Everything is on the disk and under its name when this returns Ok.
  Status Commit();

 private:
  OutFile(std::string path, std::string temporary, int fd);
  Status Flush();

  const std::string path_, temporary_;
  const int fd_;
  std::string buffer_;
  uint64_t size_ = 0;
  bool committed_ = false;
};

}  // namespace gasht
