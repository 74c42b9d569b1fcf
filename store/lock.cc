#include "store/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "base/file.h"

namespace gasht {
namespace {

constexpr size_t kMaxLockBytes = 4096;
constexpr size_t kMaxCommandLineBytes = 1 << 20;

// The line of `text` that starts with "name "; the rest of it.
std::string_view LineOf(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with(name) && line.substr(name.size()).starts_with(' '))
      return line.substr(name.size() + 1);
  }
  return "unknown";
}

Status InUse(const std::string& dir, const std::string& path) {
  const std::string text = ReadFile(path, kMaxLockBytes).value_or("");
  return Status::Unavailable(
      fmt::format("store {} is in use by {} (pid {}): use its socket {}/gasht.sock or stop it", dir,
                  LineOf(text, "program"), LineOf(text, "pid"), dir));
}

}  // namespace

Result<std::unique_ptr<StoreLock>> StoreLock::Acquire(const std::string& dir, const std::string& holder) {
  const std::string path = dir + "/gasht.lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) return FileError("open", path);
  std::unique_ptr<StoreLock> lock(new StoreLock(fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return InUse(dir, path);
    return FileError("lock", path);
  }
  const std::string text = fmt::format("pid {}\nprogram {}\n", getpid(), holder);
  if (ftruncate(fd, 0) != 0 || pwrite(fd, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return FileError("write", path);
  return lock;
}

// The file stays: removing it could remove the lock of whoever came next.
StoreLock::~StoreLock() {
  close(fd_);
}

std::string ThisProgram() {
  const std::string command_line = ReadFile("/proc/self/cmdline", kMaxCommandLineBytes).value_or("");
  const std::string_view all = command_line;
  const std::string_view first = all.substr(0, all.find('\0'));
  std::string program(first.substr(first.rfind('/') + 1));
  if (first.size() + 1 < all.size()) {
    // Only a command's name: other arguments (addresses, names) are nobody's business.
    const std::string_view rest = all.substr(first.size() + 1);
    const std::string_view second = rest.substr(0, rest.find('\0'));
    if (!second.empty() && second.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos)
      program += fmt::format(" {}", second);
  }
  return program.empty() ? "unknown" : program;
}

}  // namespace gasht
