#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/owned_fd.h"

namespace gasht {

Status FileError(std::string_view doing, const std::string& path) {
  const int code = errno;
  std::string message = fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(code));
  switch (code) {
    case ENOENT:
      return Status::NotFound(std::move(message));
    case EISDIR:
    case ENOTDIR:
      return Status::InvalidArgument(std::move(message));
    case EEXIST:
      return Status::AlreadyExists(std::move(message));
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Status::ResourceExhausted(std::move(message));
    default:
      return Status::Unavailable(std::move(message));
  }
}

Result<std::string> ReadFile(const std::string& path, size_t max_bytes) {
  const OwnedFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return FileError("open", path);
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
    if (got < 0) return FileError("read", path);
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
    const OwnedFd file(open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (file.get() < 0) return FileError("create", temporary);
    while (!bytes.empty()) {
      const ssize_t put = write(file.get(), bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return FileError("write", temporary);
      bytes.remove_prefix(static_cast<size_t>(put));
    }
    if (fsync(file.get()) != 0) return FileError("sync", temporary);
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) return FileError("rename", temporary);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const OwnedFd dir(open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.get() < 0 || fsync(dir.get()) != 0) return FileError("sync", folder);
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
