#include "crawler/fetch_child.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/child.h"
#include "base/frame.h"
#include "base/sandbox.h"
#include "crawler/connector.h"
#include "crawler/curl_fetcher.h"
#include "crawler/outcome.h"
#include "model/codec.h"

namespace gasht {
namespace {

using std::chrono::milliseconds;

// How long the core may take to read a result.
constexpr milliseconds kReplyTime{60'000};
// Transfers and idle connections.
constexpr uint64_t kMaxOpenFiles = 4096;

// What both routes need once their sockets are there.
const std::vector<AllowedCall>& TransferCalls() {
  static const std::vector<AllowedCall> calls = {
      {"recvfrom"},
      {"recvmsg"},
      {"sendto"},
      {"sendmsg"},
      {"read"},
      {"write"},
      {"readv"},
      {"writev"},
      {"poll"},
      {"ppoll"},
      {"restart_syscall"},
      {"close"},
      {"shutdown"},
      {"fcntl", {{.index = 1, .value = F_GETFL}}},
      {"fcntl", {{.index = 1, .value = F_SETFL}}},
      {"fcntl", {{.index = 1, .value = F_GETFD}}},
      {"fcntl", {{.index = 1, .value = F_SETFD}}},
      {"getsockopt"},
      {"setsockopt"},
      {"getsockname"},
      {"getpeername"},
      {"brk"},
      {"munmap"},
      {"mremap"},
      {"madvise"},
      {"futex"},
      {"clock_gettime"},
      {"gettimeofday"},
      {"getrandom"},
      {"getpid"},
      {"gettid"},
      {"rt_sigaction"},
      {"rt_sigprocmask"},
      {"rt_sigreturn"},
      {"exit"},
      {"exit_group"},
  };
  return calls;
}

std::vector<AllowedCall> TorCalls() {
  std::vector<AllowedCall> calls = TransferCalls();
  calls.push_back({"mmap", {{.index = 2, .mask = PROT_EXEC, .value = 0}}});
  calls.push_back({"mprotect", {{.index = 2, .mask = PROT_EXEC, .value = 0}}});
  return calls;
}

// Names are resolved by glibc: on a thread, from files that it reads, with datagrams.
std::vector<AllowedCall> DirectCalls() {
  std::vector<AllowedCall> calls = TransferCalls();
  constexpr uint64_t kWrites = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
  for (const uint64_t family : {AF_INET, AF_INET6, AF_NETLINK})
    calls.push_back({"socket", {{.index = 0, .value = family}}});
  calls.push_back({"openat", {{.index = 2, .mask = kWrites, .value = 0}}});
  for (const char* name : {"connect",     "bind",
                           "sendmmsg",    "recvmmsg",
                           "mmap",        "mprotect",
                           "clone",       "clone3",
                           "rseq",        "set_robust_list",
                           "fstat",       "stat",
                           "newfstatat",  "statx",
                           "lseek",       "pread64",
                           "uname",       "getuid",
                           "geteuid",     "getgid",
                           "getegid",     "socketpair",
                           "pipe2",       "eventfd2",
                           "sched_yield", "clock_nanosleep",
                           "getdents64",  "sched_getaffinity",
                           "access",      "faccessat",
                           "prlimit64",   "ioctl",
                           "tgkill",      "sigaltstack",
                           "arch_prctl"})
    calls.push_back({name});
  return calls;
}

// What libcurl, OpenSSL and glibc try and can do without.
constexpr const char* kTorDenied[] = {
    "socket", "bind",   "listen",    "socketpair", "open",    "openat",     "stat",  "newfstatat",
    "statx",  "access", "faccessat", "readlink",   "uname",   "sysinfo",    "lseek", "ioctl",
    "fstat",  "getuid", "geteuid",   "getgid",     "getegid", "sched_yield"};
constexpr const char* kDirectDenied[] = {"readlink", "sysinfo", "listen", "getcwd", "inotify_init1"};

// True when `fd` is one; closes it.
bool WasOpened(int fd) {
  return OwnedFd(fd).is_open();
}

class FetchChild {
 public:
  FetchChild(int channel, Route route, std::unique_ptr<CurlFetcher> fetcher)
      : channel_(channel), route_(route), fetcher_(std::move(fetcher)) {}

  // Until the core has gone.
  int Run() {
    for (;;) {
      for (;;) {
        Result<std::optional<Frame>> frame = orders_.ReadAvailable(channel_);
        if (!frame.ok()) return 0;
        if (!*frame) break;
        if (!Obey((*frame)->header)) return 1;
      }
      for (const FetchResult& result : fetcher_->Poll(std::chrono::hours(1))) {
        if (!Send(result)) return 0;
      }
    }
  }

 private:
  bool Obey(const std::string& header) {
    Result<FetchOrder> order = DecodeFetchOrder(header);
    if (!order.ok()) return false;
    if (!order->start) {
      fetcher_->CancelAll();
      return true;
    }
    // The core knows which child it talks to; neither route is ever the other.
    if (order->start->route != route_) return false;
    FetchResult failed;
    failed.id = order->start->id;
    failed.channel = ChannelOf(order->start->url, route_);
    if (const Status started = fetcher_->Start(std::move(*order->start)); !started.ok()) {
      failed.outcome = route_ == Route::kTor ? FetchOutcome::kProxyDown : FetchOutcome::kNetworkDown;
      failed.detail = started.message();
      return Send(failed);
    }
    return true;
  }

  bool Send(const FetchResult& result) {
    const std::string& body = result.content_coding.empty() ? result.body : result.received;
    return SendFrame(channel_, Encode(result), body, kReplyTime).ok();
  }

  const int channel_;
  const Route route_;
  const std::unique_ptr<CurlFetcher> fetcher_;
  FrameReader orders_{{}};
};

Result<FetchSetup> ReceiveSetup(int channel) {
  FrameReader reader({});
  GASHT_ASSIGN_OR_RETURN(const Frame frame, ReceiveFrame(channel, reader, milliseconds(-1)));
  return DecodeFetchSetup(frame.body);
}

// Everything that opens files and sockets on its own, once, while it still can.
void WarmUp(Route route) {
  if (route != Route::kDirect) return;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo("localhost", nullptr, &hints, &found) == 0) freeaddrinfo(found);
}

// The fetcher in its sandbox.
Result<std::unique_ptr<CurlFetcher>> Confine(int channel, FetchSetup setup,
                                             std::optional<Connector>& connector, const Clock& clock) {
  CurlFetcherOptions options;
  options.socks = setup.socks;
  options.request_headers = std::move(setup.request_headers);
  options.trusted_certificates = std::move(setup.trusted_certificates);
  options.max_head_bytes = setup.max_head_bytes;
  options.low_speed_bytes_per_second = setup.low_speed_bytes_per_second;
  options.low_speed_time = setup.low_speed_time;
  options.max_idle_connections = setup.max_idle_connections;
  options.max_idle_time = setup.max_idle_time;
  options.wake_fd = channel;
  std::vector<Endpoint> endpoints;
  for (const std::string& text : setup.socks) {
    GASHT_ASSIGN_OR_RETURN(Endpoint endpoint, Endpoint::Parse(text));
    endpoints.push_back(std::move(endpoint));
  }
  if (setup.route == Route::kTor) {
    if (endpoints.empty()) return Status::InvalidArgument("a Tor fetch child without a SOCKS endpoint");
    GASHT_ASSIGN_OR_RETURN(connector, Connector::Start(endpoints));
    options.open_socks = [&connector](size_t index) { return connector->Connect(index); };
  }
  GASHT_ASSIGN_OR_RETURN(std::unique_ptr<CurlFetcher> fetcher,
                         CurlFetcher::Create(std::move(options), clock));
  WarmUp(setup.route);
  GASHT_RETURN_IF_ERROR(EnterFetchSandbox(setup.route));
  if (setup.route == Route::kTor) GASHT_RETURN_IF_ERROR(CheckConfined(endpoints));
  return fetcher;
}

}  // namespace

Status EnterFetchSandbox(Route route) {
  GASHT_RETURN_IF_ERROR(
      LimitResources({.more_private_bytes = std::nullopt, .max_open_files = kMaxOpenFiles}));
  if (route == Route::kTor) {
    // This libcurl connects once more a socket that it was told is connected. Nothing is done, and that is right.
    static constexpr const char* kIgnored[] = {"connect"};
    return EnterSandbox({TorCalls(), kTorDenied, kIgnored});
  }
  // Without Landlock (before Linux 5.13) reading stays possible and writing does not.
  static constexpr const char* kReadable[] = {
      "/etc", "/usr", "/lib", "/lib64", "/run/systemd/resolve", "/run/resolvconf", "/proc"};
  LimitFilesTo(kReadable).IgnoreError();
  return EnterSandbox({DirectCalls(), kDirectDenied});
}

Status CheckConfined(const std::vector<Endpoint>& endpoints) {
  const auto fails = [](std::string_view what) {
    return Status::FailedPrecondition(fmt::format(
        "the fetch child could {}: its sandbox does not hold, and nothing is fetched without it", what));
  };
  for (const int family : {AF_INET, AF_INET6, AF_UNIX}) {
    if (WasOpened(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0))) return fails("open a datagram socket");
  }
  for (const Endpoint& endpoint : endpoints) {
    const std::vector<unsigned char> address = endpoint.SocketAddress();
    const int family = reinterpret_cast<const sockaddr*>(address.data())->sa_family;
    const OwnedFd fd(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (fd.is_open()) return fails("open a stream socket");
  }
  if (WasOpened(open("/etc/passwd", O_RDONLY | O_CLOEXEC))) return fails("open a file");
  return Status::Ok();
}

int RunFetchChild(int channel) {
  Result<FetchSetup> setup = ReceiveSetup(channel);
  if (!setup.ok()) return 1;
  const Route route = setup->route;
  const SystemClock clock;
  std::optional<Connector> connector;
  Result<std::unique_ptr<CurlFetcher>> fetcher = Confine(channel, std::move(*setup), connector, clock);
  const ChildReady ready{fetcher.ok() ? "" : fetcher.status().message(), ""};
  if (!SendFrame(channel, Encode(ready), "", kReplyTime).ok() || !fetcher.ok()) return 1;
  const int status = FetchChild(channel, route, std::move(*fetcher)).Run();
  // Nothing of what libraries registered runs: they would want more than the sandbox gives.
  _exit(status);
}

}  // namespace gasht
