#include "tests/tornet/tor_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace gasht {
namespace {

constexpr int kOwnerFd = 3;             // the number under which tor sees its owner
constexpr size_t kMaxLine = 64 * 1024;  // a control reply is far shorter
constexpr size_t kMaxReply = 4 * 1024 * 1024;
constexpr auto kStopPatience = std::chrono::seconds(5);  // then SIGKILL

// Forks and executes argv with `fd` as descriptor `as` and nothing else of ours; dies with its parent.
pid_t Spawn(const std::vector<std::string>& argv, int fd, int as) {
  std::vector<char*> args;
  for (const auto& arg : argv) args.push_back(const_cast<char*>(arg.c_str()));
  args.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid != 0) return pid;
  // Only async-signal-safe calls from here on: other threads may have held any lock.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  const int kept = fcntl(fd, F_DUPFD_CLOEXEC, 10);  // out of the way of 0, 1, 2 and `as`
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int standard : {0, 1, 2}) dup2(null, standard);
  dup2(kept, as);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execv(args[0], args.data());
  _exit(127);
}

bool SendAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

// False when the deadline passed first.
bool WaitReadable(int fd, const Deadline& deadline) {
  pollfd p{fd, POLLIN, 0};
  int ready;
  do {
    ready = poll(&p, 1, static_cast<int>(deadline.Left().count()));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

}  // namespace

Deadline::Deadline(std::chrono::milliseconds from_now) : at_(clock_.Monotonic() + from_now) {}

std::chrono::milliseconds Deadline::Left() const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - clock_.Monotonic());
  return std::max(left, std::chrono::milliseconds(0));
}

Result<std::string> FindProgram(std::string_view program, std::string_view path) {
  while (!path.empty()) {
    const std::string_view folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(path.size(), folder.size() + 1));
    std::string candidate = std::string(folder) + "/" + std::string(program);
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return Status::Unavailable(std::string(program) + " is not installed: apt install tor");
}

Result<Tool> Tool::Start(const std::vector<std::string>& argv, std::string_view input) {
  int pipe[2];  // a socketpair, so that MSG_NOSIGNAL works
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipe) != 0) {
    return Status::Unavailable(std::string("socketpair: ") + std::strerror(errno));
  }
  const pid_t pid = Spawn(argv, pipe[1], 0);
  close(pipe[1]);
  const bool sent = pid > 0 && SendAll(pipe[0], input);
  close(pipe[0]);
  if (pid < 0) return Status::Unavailable(std::string("fork: ") + std::strerror(errno));
  Tool tool(argv[0], pid);
  if (!sent) return Status::Unavailable(argv[0] + ": ended before it read its input");
  return tool;
}

Tool::~Tool() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

Status Tool::Wait() {
  int how = 0;
  while (waitpid(pid_, &how, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (WIFEXITED(how) && WEXITSTATUS(how) == 0) return Status::Ok();
  return Status::Unavailable(name_ + " failed");
}

Result<std::unique_ptr<TorProcess>> TorProcess::Start(const std::string& tor, const TorFiles& files,
                                                      const Deadline& deadline) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return Status::Unavailable(std::string("socketpair: ") + std::strerror(errno));
  }
  const pid_t pid = Spawn({tor, "-f", files.torrc, "--defaults-torrc", files.defaults, "--quiet",
                           "__OwningControllerFD", std::to_string(kOwnerFd)},
                          ends[1], kOwnerFd);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return Status::Unavailable(std::string("fork: ") + std::strerror(errno));
  }
  std::unique_ptr<TorProcess> process(new TorProcess(pid, ends[0]));
  if (auto version = process->Ask("GETINFO version", deadline); !version.ok()) {
    return version.status().WithContext("tor with " + files.torrc);
  }
  return process;
}

TorProcess::~TorProcess() {
  kill(pid_, SIGTERM);
  // Its end of the connection closes when it is gone.
  const Deadline patience(kStopPatience);
  char rest[4096];
  bool gone = false;
  while (!gone && WaitReadable(control_, patience)) gone = read(control_, rest, sizeof rest) <= 0;
  if (!gone) kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  close(control_);
}

Result<std::string> TorProcess::Ask(std::string_view command, const Deadline& deadline) {
  if (!SendAll(control_, std::string(command) + "\r\n")) return Status::Unavailable("tor ended");
  std::string data;
  for (;;) {
    GASHT_ASSIGN_OR_RETURN(std::string line, ReadLine(deadline));
    const std::string text = line.substr(std::min<size_t>(line.size(), 4));
    if (line.starts_with("650")) {
      events_.push_back(text);
    } else if (line.starts_with("250-")) {
      data = text;
    } else if (line.starts_with("250+")) {
      for (; line != "."; data += line + "\n") {
        if (data.size() > kMaxReply) return Status::ResourceExhausted("tor sent an endless reply");
        GASHT_ASSIGN_OR_RETURN(line, ReadLine(deadline));
      }
    } else if (line.starts_with("250 ")) {
      return data.empty() ? text : data;
    } else {
      return Status::Unavailable("tor refused " + std::string(command) + ": " + line);
    }
  }
}

Result<std::string> TorProcess::NextEvent(const Deadline& deadline) {
  if (!events_.empty()) {
    std::string oldest = std::move(events_.front());
    events_.erase(events_.begin());
    return oldest;
  }
  GASHT_ASSIGN_OR_RETURN(std::string line, ReadLine(deadline));
  return line.substr(std::min<size_t>(line.size(), 4));
}

Result<std::string> TorProcess::ReadLine(const Deadline& deadline) {
  for (;;) {
    if (const size_t end = unread_.find("\r\n"); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 2);
      return line;
    }
    if (unread_.size() > kMaxLine) return Status::ResourceExhausted("tor sent an endless control line");
    if (!WaitReadable(control_, deadline)) return Status::Unavailable("tor did not answer in time");
    char chunk[4096];
    const ssize_t n = read(control_, chunk, sizeof chunk);
    if (n <= 0) return Status::Unavailable("tor ended");
    unread_.append(chunk, static_cast<size_t>(n));
  }
}

}  // namespace gasht
