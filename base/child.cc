#include "base/child.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <fmt/format.h>

namespace gasht {
namespace {

constexpr int kChannelFd = 3;
constexpr std::string_view kRoleFlag = "--child=";
// What a child keeps of our environment: where sanitizers and coverage are told what to do.
constexpr std::array<const char*, 5> kKeptVariables = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS",
                                                       "LSAN_OPTIONS", "LLVM_PROFILE_FILE"};

Status SystemError(std::string_view what, int error) {
  return Status::Unavailable(fmt::format("{}: {}", what, std::strerror(error)));
}

// Set in every child: a program whose main forgot RunAsChild would do its whole work again in its child, and
// start a child there, without end.
constexpr const char* kChildMark = "GASHT_CHILD";

std::vector<std::string> ChildEnvironment() {
  std::vector<std::string> environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC0",
                                          fmt::format("{}=1", kChildMark)};
  for (const char* name : kKeptVariables) {
    if (const char* value = std::getenv(name)) environment.push_back(fmt::format("{}={}", name, value));
  }
  return environment;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// posix_spawn's two descriptions, freed with it.
class SpawnDescription {
 public:
  SpawnDescription() {
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnDescription() {
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnDescription(const SpawnDescription&) = delete;
  SpawnDescription& operator=(const SpawnDescription&) = delete;

  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
};

}  // namespace

Result<SocketPair> MakeSocketPair() {
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) return SystemError("socketpair", errno);
  return SocketPair{OwnedFd(fds[0]), OwnedFd(fds[1])};
}

Status SendFd(int socket, char byte, int fd) {
  iovec piece{&byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  if (fd >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(head), &fd, sizeof fd);
  }
  for (;;) {
    if (sendmsg(socket, &message, MSG_NOSIGNAL) == 1) return Status::Ok();
    if (errno != EINTR) return SystemError("passing a descriptor", errno);
  }
}

Result<ReceivedFd> ReceiveFd(int socket) {
  ReceivedFd received;
  iovec piece{&received.byte, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  for (;;) {
    const ssize_t count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) return Status::Unavailable("the other process has gone");
    if (count < 0) return SystemError("receiving a descriptor", errno);
    break;
  }
  for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr; head = CMSG_NXTHDR(&message, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS ||
        head->cmsg_len != CMSG_LEN(sizeof(int)))
      continue;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
    received.fd = OwnedFd(fd);
  }
  return received;
}

std::string DescribeWaitStatus(int status) {
  if (WIFSIGNALED(status))
    return fmt::format("was killed by signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  return fmt::format("ended with status {}", WEXITSTATUS(status));
}

Result<ChildProcess> ChildProcess::Spawn(std::string_view role) {
  if (std::getenv(kChildMark) != nullptr)
    return Status::FailedPrecondition(
        fmt::format("a child starts no {} child: does main call RunAsChild first?", role));
  GASHT_ASSIGN_OR_RETURN(SocketPair sockets, MakeSocketPair());
  SpawnDescription how;
  posix_spawn_file_actions_adddup2(&how.files, sockets.theirs.get(), kChannelFd);
  for (const int fd : {0, 1, 2}) posix_spawn_file_actions_addopen(&how.files, fd, "/dev/null", O_RDWR, 0);
  posix_spawn_file_actions_addclosefrom_np(&how.files, kChannelFd + 1);
  // Signals as at a program's start, whatever is blocked and ignored here.
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&how.attributes, &none);
  posix_spawnattr_setsigdefault(&how.attributes, &all);
  posix_spawnattr_setflags(&how.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> arguments = {"gasht", fmt::format("{}{}", kRoleFlag, role)};
  std::vector<std::string> environment = ChildEnvironment();
  pid_t pid = -1;
  const int error = posix_spawn(&pid, "/proc/self/exe", &how.files, &how.attributes,
                                Pointers(arguments).data(), Pointers(environment).data());
  if (error != 0) return SystemError(fmt::format("starting the {} child", role), error);
  return ChildProcess(std::move(sockets.ours), pid);
}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    if (pid_ >= 0) Kill();
    channel_ = std::move(other.channel_);
    pid_ = std::exchange(other.pid_, -1);
    how_ = std::move(other.how_);
  }
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ >= 0) Kill();
}

std::optional<std::string> ChildProcess::HowItEnded() {
  if (pid_ < 0) return how_;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  pid_ = -1;
  how_ = DescribeWaitStatus(status);
  return how_;
}

std::string ChildProcess::Kill() {
  if (pid_ < 0) return how_;
  kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  how_ = DescribeWaitStatus(status);
  return how_;
}

std::optional<int> RunAsChild(int argc, char** argv, std::span<const ChildRole> roles) {
  if (argc != 2 || !std::string_view(argv[1]).starts_with(kRoleFlag)) return std::nullopt;
  const std::string_view name = std::string_view(argv[1]).substr(kRoleFlag.size());
  struct stat channel {};
  if (fstat(kChannelFd, &channel) != 0 || !S_ISSOCK(channel.st_mode)) {
    constexpr std::string_view kWhy = "gasht: --child is for gasht itself\n";
    if (write(STDERR_FILENO, kWhy.data(), kWhy.size()) < 0) return 2;
    return 2;
  }
  for (const ChildRole& role : roles) {
    if (role.name == name) return role.run(kChannelFd);
  }
  return 2;
}

}  // namespace gasht
