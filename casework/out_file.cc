#include "casework/out_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"

namespace gasht {
namespace {

constexpr size_t kBuffer = size_t{256} << 10;

Status WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return FileError("write", path);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return Status::Ok();
}

}  // namespace

OutFile::OutFile(std::string path, std::string temporary, int fd)
    : path_(std::move(path)), temporary_(std::move(temporary)), fd_(fd) {}

Result<std::unique_ptr<OutFile>> OutFile::Create(const std::string& path, unsigned mode) {
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, error)))
    return Status::AlreadyExists(fmt::format("{} is there already: choose another name", path));
  const std::string temporary = fmt::format("{}.part-{}", path, getpid());
  // One left over from a crash under the same process id.
  unlink(temporary.c_str());
  const int fd = open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) {
    Status failed = FileError("create", temporary);
    // A folder that is not there is the environment's fault, not a thing asked for and not found.
    return failed.code() == StatusCode::kNotFound ? Status::Unavailable(failed.message()) : failed;
  }
  return std::unique_ptr<OutFile>(new OutFile(path, temporary, fd));
}

OutFile::~OutFile() {
  close(fd_);
  if (!committed_) unlink(temporary_.c_str());
}

Status OutFile::Flush() {
  GASHT_RETURN_IF_ERROR(WriteAll(fd_, buffer_, temporary_));
  buffer_.clear();
  return Status::Ok();
}

Status OutFile::Write(std::string_view bytes) {
  size_ += bytes.size();
  if (buffer_.size() + bytes.size() > kBuffer) {
    GASHT_RETURN_IF_ERROR(Flush());
    if (bytes.size() > kBuffer) return WriteAll(fd_, bytes, temporary_);
  }
  buffer_ += bytes;
  return Status::Ok();
}

Status OutFile::Overwrite(uint64_t offset, std::string_view bytes) {
  GASHT_RETURN_IF_ERROR(Flush());
  while (!bytes.empty()) {
    const ssize_t put = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return FileError("write", temporary_);
    bytes.remove_prefix(static_cast<size_t>(put));
    offset += static_cast<uint64_t>(put);
  }
  return Status::Ok();
}

Status OutFile::Commit() {
  GASHT_RETURN_IF_ERROR(Flush());
  if (fsync(fd_) != 0) return FileError("sync", temporary_);
  if (renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
    // File systems without RENAME_NOREPLACE have hard links, which do not replace either.
    if (errno != EINVAL || link(temporary_.c_str(), path_.c_str()) != 0) return FileError("create", path_);
    unlink(temporary_.c_str());
  }
  committed_ = true;
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  const int dir = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = dir >= 0 && fsync(dir) == 0;
  const Status status = synced ? Status::Ok() : FileError("sync", folder);
  if (dir >= 0) close(dir);
  return status;
}

}  // namespace gasht
