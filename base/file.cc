#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

namespace gasht {
namespace {

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

Status SystemError(std::string_view doing, const std::string& path) {
  const int code = errno;
  std::string message = fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(code));
  if (code == ENOENT) return Status::NotFound(std::move(message));
  if (code == ENOSPC || code == EDQUOT) return Status::ResourceExhausted(std::move(message));
  return Status::Unavailable(std::move(message));
}

}  // namespace

Result<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return SystemError("open", path);
  std::string bytes;
  constexpr size_t kChunk = 64 * 1024;
  while (true) {
    const size_t size = bytes.size();
    bytes.resize(size + kChunk);
    const ssize_t got = read(file.get(), bytes.data() + size, kChunk);
    if (got < 0 && errno == EINTR) {
      bytes.resize(size);
      continue;
    }
    if (got < 0) return SystemError("read", path);
    bytes.resize(size + static_cast<size_t>(got));
    if (got == 0) return bytes;
    if (bytes.size() > max_bytes)
      return Status::ResourceExhausted(fmt::format("{} is larger than {} bytes", path, max_bytes));
  }
}

Status WriteFileAtomically(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string temporary = path + ".new";
  {
    // One left over from a crash would keep its own mode.
    unlink(temporary.c_str());
    const Fd file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (file.get() < 0) return SystemError("create", temporary);
    while (!bytes.empty()) {
      const ssize_t put = write(file.get(), bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return SystemError("write", temporary);
      bytes.remove_prefix(static_cast<size_t>(put));
    }
    if (fsync(file.get()) != 0) return SystemError("sync", temporary);
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) return SystemError("rename", temporary);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const Fd dir(open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.get() < 0 || fsync(dir.get()) != 0) return SystemError("sync", folder);
  return Status::Ok();
}

Result<std::vector<std::string>> ListFiles(const std::string& dir, std::string_view suffix) {
  std::error_code error;
  std::filesystem::directory_iterator it(dir, error);
  if (error) {
    std::string message = fmt::format("cannot list {}: {}", dir, error.message());
    if (error == std::errc::no_such_file_or_directory) return Status::NotFound(std::move(message));
    return Status::Unavailable(std::move(message));
  }
  std::vector<std::string> names;
  for (; it != std::filesystem::directory_iterator(); it.increment(error)) {
    if (error) return Status::Unavailable(fmt::format("cannot list {}: {}", dir, error.message()));
    std::string name = it->path().filename().string();
    std::error_code ignored;
    if (name.ends_with(suffix) && it->is_regular_file(ignored)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace gasht
