// ChildProcess and the sandbox, by trying: this test program is its own child.

#include "base/child.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <set>

#include <gtest/gtest.h>

#include "base/frame.h"
#include "base/sandbox.h"

extern char** environ;

namespace gasht {
namespace {

using std::chrono::milliseconds;

std::string OpenFiles() {
  std::string list;
  DIR* const dir = opendir("/proc/self/fd");
  std::set<int> fds;
  while (const dirent* entry = readdir(dir)) {
    if (entry->d_name[0] != '.' && std::atoi(entry->d_name) != dirfd(dir))
      fds.insert(std::atoi(entry->d_name));
  }
  closedir(dir);
  for (const int fd : fds) list += std::to_string(fd) + " ";
  return list;
}

// Answers every frame with what it sees of itself.
int Mirror(int channel) {
  FrameReader reader({});
  for (;;) {
    const Result<Frame> frame = ReceiveFrame(channel, reader, milliseconds(-1));
    if (!frame.ok()) return 7;
    std::string answer = frame->body;
    if (frame->header == "files") answer = OpenFiles();
    if (frame->header == "environment") {
      for (char** variable = environ; *variable != nullptr; ++variable)
        answer += std::string(*variable) + "\n";
    }
    if (frame->header == "signals") {
      sigset_t blocked;
      sigprocmask(SIG_SETMASK, nullptr, &blocked);
      answer = sigismember(&blocked, SIGTERM) == 1 ? "blocked" : "open";
      answer += signal(SIGPIPE, SIG_DFL) == SIG_DFL ? " default" : " changed";
    }
    if (!SendFrame(channel, "", answer, milliseconds(10'000)).ok()) return 8;
  }
}

std::string Ask(ChildProcess& child, std::string_view what, std::string_view body = "") {
  if (!SendFrame(child.channel(), what, body, milliseconds(10'000)).ok()) return "not sent";
  FrameReader reader({});
  const Result<Frame> frame = ReceiveFrame(child.channel(), reader, milliseconds(10'000));
  return frame.ok() ? frame->body : frame.status().message();
}

TEST(ChildProcess, InheritsTheSocketAndNothingElse) {
  const OwnedFd secret(open("/proc/self/status", O_RDONLY));
  ASSERT_TRUE(secret.is_open());
  setenv("ALL_PROXY", "socks5h://127.0.0.1:1", 1);
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, nullptr);
  signal(SIGPIPE, SIG_IGN);
  Result<ChildProcess> child = ChildProcess::Spawn("mirror");
  ASSERT_TRUE(child.ok()) << child.status().message();
  EXPECT_EQ(Ask(*child, "echo", "hello"), "hello");
  EXPECT_EQ(Ask(*child, "files"), "0 1 2 3 ");
  EXPECT_EQ(Ask(*child, "environment").find("PROXY"), std::string::npos);
  EXPECT_EQ(Ask(*child, "signals"), "open default");
  EXPECT_FALSE(child->HowItEnded().has_value());
  EXPECT_EQ(child->Kill(), "was killed by signal 9 (Killed)");
  EXPECT_EQ(child->HowItEnded(), "was killed by signal 9 (Killed)");
}

TEST(ChildProcess, AnUnknownRoleEndsWithStatus2) {
  Result<ChildProcess> child = ChildProcess::Spawn("nobody");
  ASSERT_TRUE(child.ok());
  FrameReader reader({});
  EXPECT_EQ(ReceiveFrame(child->channel(), reader, milliseconds(10'000)).status().code(),
            StatusCode::kUnavailable);
}

TEST(ChildProcess, AChildStartsNone) {
  ASSERT_EQ(setenv("GASHT_CHILD", "1", 1), 0);
  const Result<ChildProcess> child = ChildProcess::Spawn("mirror");
  unsetenv("GASHT_CHILD");
  EXPECT_EQ(child.status().code(), StatusCode::kFailedPrecondition) << child.status().message();
}

TEST(ChildProcess, OnlyWeStartChildren) {
  char name[] = "gasht", role[] = "--child=mirror", other[] = "patrol";
  char* as_child[] = {name, role, nullptr};
  const ChildRole roles[] = {{"mirror", [](int) { return 0; }}};
  char* as_user[] = {name, other, nullptr};
  EXPECT_EQ(RunAsChild(2, as_user, roles), std::nullopt);
  EXPECT_EQ(RunAsChild(1, as_user, roles), std::nullopt);
  close(3);
  EXPECT_EQ(RunAsChild(2, as_child, roles), 2);
}

TEST(SendFd, PassesADescriptor) {
  Result<SocketPair> sockets = MakeSocketPair();
  Result<SocketPair> cargo = MakeSocketPair();
  ASSERT_TRUE(sockets.ok() && cargo.ok());
  ASSERT_TRUE(SendFd(sockets->ours.get(), 'a', cargo->ours.get()).ok());
  ASSERT_TRUE(SendFd(sockets->ours.get(), 'b', -1).ok());
  Result<ReceivedFd> with = ReceiveFd(sockets->theirs.get()), without = ReceiveFd(sockets->theirs.get());
  ASSERT_TRUE(with.ok() && without.ok());
  EXPECT_EQ(with->byte, 'a');
  ASSERT_TRUE(with->fd.is_open());
  EXPECT_EQ(without->byte, 'b');
  EXPECT_FALSE(without->fd.is_open());
  ASSERT_EQ(send(with->fd.get(), "x", 1, 0), 1);
  char got = 0;
  ASSERT_EQ(recv(cargo->theirs.get(), &got, 1, 0), 1);
  EXPECT_EQ(got, 'x');
  sockets->ours.Close();
  EXPECT_EQ(ReceiveFd(sockets->theirs.get()).status().code(), StatusCode::kUnavailable);
}

// How a process ends that enters a sandbox of these calls and then runs `act`; status 0 means that `act` was
// done and returned true.
std::string InSandbox(const std::vector<AllowedCall>& allowed, bool (*act)()) {
  static constexpr const char* kDenied[] = {"openat"};
  const pid_t pid = fork();
  if (pid == 0) {
    if (!LimitResources({.more_private_bytes = 32u << 20}).ok()) _exit(3);
    if (!EnterSandbox({allowed, kDenied}).ok()) _exit(4);
    _exit(act() ? 0 : 1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return DescribeWaitStatus(status);
}

TEST(Sandbox, AllowsWhatIsListedAndNothingElse) {
  const std::vector<AllowedCall> allowed = {
      {"exit_group"}, {"write"}, {"brk"}, {"mmap"}, {"munmap"}, {"socket", {{.index = 0, .value = AF_UNIX}}}};
  const struct {
    const char* what;
    bool (*act)();
    std::string ends;
  } cases[] = {
      {"a listed call", [] { return write(1, "", 0) == 0; }, "ended with status 0"},
      {"a listed argument", [] { return socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }, "ended with status 0"},
      {"another argument", [] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; },
       "was killed by signal 31 (Bad system call)"},
      {"a call that is not listed", [] { return fork() >= 0; }, "was killed by signal 31 (Bad system call)"},
      {"a program", [] { return execl("/bin/true", "true", nullptr) == 0; },
       "was killed by signal 31 (Bad system call)"},
      {"a file", [] { return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES; }, "ended with status 0"},
      {"memory over the limit",
       [] {
         return mmap(nullptr, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                MAP_FAILED;
       },
       kUnderSanitizer ? "ended with status 1" : "ended with status 0"},
      {"memory within it",
       [] {
         return mmap(nullptr, 16 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
                MAP_FAILED;
       },
       "ended with status 0"},
  };
  for (const auto& c : cases) EXPECT_EQ(InSandbox(allowed, c.act), c.ends) << c.what;
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  const gasht::ChildRole roles[] = {{"mirror", gasht::Mirror}};
  if (const std::optional<int> status = gasht::RunAsChild(argc, argv, roles)) return *status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
