#include "crawler/blocking_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace gasht {

BlockingSocket::~BlockingSocket() {
  if (fd_ >= 0) close(fd_);
}

int BlockingSocket::Connect(const Endpoint& endpoint, std::chrono::milliseconds timeout) {
  const MonotonicTime deadline = DeadlineIn(timeout);
  const std::vector<unsigned char> address = endpoint.SocketAddress();
  const auto* raw = reinterpret_cast<const sockaddr*>(address.data());
  fd_ = socket(raw->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ < 0) return errno;
  if (connect(fd_, raw, static_cast<socklen_t>(address.size())) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!WaitFor(POLLOUT, deadline)) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

bool BlockingSocket::Write(std::string_view bytes, std::chrono::milliseconds timeout) {
  const MonotonicTime deadline = DeadlineIn(timeout);
  while (!bytes.empty()) {
    if (!WaitFor(POLLOUT, deadline)) return false;
    const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

std::string BlockingSocket::Read(std::chrono::milliseconds timeout) {
  char buffer[16384];
  if (!WaitFor(POLLIN, DeadlineIn(timeout))) return {};
  const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
  return n > 0 ? std::string(buffer, static_cast<size_t>(n)) : std::string();
}

std::string BlockingSocket::ReadExactly(size_t count, std::chrono::milliseconds timeout) {
  const MonotonicTime deadline = DeadlineIn(timeout);
  std::string got(count, '\0');
  size_t size = 0;
  while (size < count && WaitFor(POLLIN, deadline)) {
    const ssize_t n = recv(fd_, got.data() + size, count - size, 0);
    if (n <= 0) break;
    size += static_cast<size_t>(n);
  }
  got.resize(size);
  return got;
}

bool BlockingSocket::WaitFor(short events, MonotonicTime deadline) const {
  pollfd poll_fd{fd_, events, 0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_.Monotonic());
    const int ready = poll(&poll_fd, 1, static_cast<int>(std::max<int64_t>(0, left.count())));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

}  // namespace gasht
