#include "crawler/connector.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "base/sandbox.h"

namespace gasht {
namespace {

constexpr size_t kMaxEndpoints = 200;
// A SOCKS port is on this machine, or near.
constexpr timeval kConnectTime{5, 0};

struct Address {
  std::vector<unsigned char> bytes;
  int family() const {
    sa_family_t family = 0;
    std::memcpy(&family, bytes.data(), sizeof family);
    return family;
  }
};

OwnedFd ConnectTo(const Address& address) {
  OwnedFd fd(socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return fd;
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &kConnectTime, sizeof kConnectTime);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(address.bytes.data()),
              static_cast<socklen_t>(address.bytes.size())) == 0)
    return fd;
  const int error = errno;
  fd.Close();
  errno = error;
  return fd;
}

Status EnterConnectorSandbox(const std::vector<Address>& addresses) {
  std::vector<AllowedCall> allowed = {
      {"connect"}, {"setsockopt"}, {"sendmsg"},     {"recvmsg"}, {"close"},
      {"brk"},     {"mmap"},       {"munmap"},      {"futex"},   {"restart_syscall"},
      {"exit"},    {"exit_group"}, {"rt_sigreturn"}};
  for (const Address& address : addresses)
    allowed.push_back({"socket", {{.index = 0, .value = static_cast<uint64_t>(address.family())}}});
  GASHT_RETURN_IF_ERROR(LimitResources({.more_private_bytes = std::nullopt, .max_open_files = 16}));
  return EnterSandbox({allowed, {}});
}

// Until the child has gone.
int Serve(const OwnedFd& channel, const std::vector<Address>& addresses) {
  if (!EnterConnectorSandbox(addresses).ok()) return 1;
  if (!SendFd(channel.get(), 'r', -1).ok()) return 0;
  for (;;) {
    const Result<ReceivedFd> order = ReceiveFd(channel.get());
    if (!order.ok()) return 0;
    const auto index = static_cast<unsigned char>(order->byte);
    if (index >= addresses.size()) return 1;
    const OwnedFd fd = ConnectTo(addresses[index]);
    // Linux's error numbers fit a byte.
    const int error = fd.is_open() ? 0 : std::clamp(errno, 1, 255);
    if (!SendFd(channel.get(), static_cast<char>(error), fd.get()).ok()) return 0;
  }
}

}  // namespace

Result<Connector> Connector::Start(const std::vector<Endpoint>& endpoints) {
  assert(!endpoints.empty() && endpoints.size() <= kMaxEndpoints);
  std::vector<Address> addresses;
  addresses.reserve(endpoints.size());
  for (const Endpoint& endpoint : endpoints) addresses.push_back({endpoint.SocketAddress()});
  GASHT_ASSIGN_OR_RETURN(SocketPair sockets, MakeSocketPair());
  const pid_t pid = fork();
  if (pid < 0) return Status::Unavailable(fmt::format("fork: {}", std::strerror(errno)));
  if (pid == 0) {
    sockets.ours.Close();
    // The connector must not hold the child's way to the core.
    for (int fd = 3; fd < 64; ++fd) {
      if (fd != sockets.theirs.get()) close(fd);
    }
    _exit(Serve(sockets.theirs, addresses));
  }
  sockets.theirs.Close();
  const Result<ReceivedFd> ready = ReceiveFd(sockets.ours.get());
  if (!ready.ok()) return Status::Unavailable("the connector of the fetch child does not start");
  return Connector(std::move(sockets.ours));
}

int Connector::Connect(size_t index) const {
  Result<ReceivedFd> answer = Status::Internal("never asked");
  if (SendFd(channel_.get(), static_cast<char>(index), -1).ok()) answer = ReceiveFd(channel_.get());
  if (!answer.ok()) {
    errno = EPIPE;
    return -1;
  }
  if (!answer->fd.is_open()) {
    errno = static_cast<unsigned char>(answer->byte);
    return -1;
  }
  return answer->fd.Release();
}

}  // namespace gasht
