#pragma once

// ChildProcess: this program started again as a helper of its own, and the socket to talk to it.
//
// The child is a fresh image (posix_spawn of /proc/self/exe, then RunAsChild in main): it inherits no memory, no
// thread and no secret of ours, no file but the socket (descriptor 3; 0-2 are /dev/null), and of the environment
// nothing but what sanitizers need. It ends when we close the socket or kill it.
//
// A ChildProcess is confined to one thread, but Spawn may be called while others run.

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/owned_fd.h"
#include "base/status.h"

namespace gasht {

struct SocketPair {
  OwnedFd ours, theirs;
};
// Connected stream sockets, closed on exec.
Result<SocketPair> MakeSocketPair();

// Sends one byte and, where `fd` is not negative, a copy of that descriptor.
Status SendFd(int socket, char byte, int fd);
struct ReceivedFd {
  char byte = 0;
  OwnedFd fd;  // closed when none came
};
// Waits for what SendFd sent. Unavailable: the other side has gone.
Result<ReceivedFd> ReceiveFd(int socket);

class ChildProcess {
 public:
  // `role` is one of those that main gives to RunAsChild. FailedPrecondition in a child: children have none.
  static Result<ChildProcess> Spawn(std::string_view role);
  ChildProcess(ChildProcess&& other) noexcept
      : channel_(std::move(other.channel_)),
        pid_(std::exchange(other.pid_, -1)),
        how_(std::move(other.how_)) {}
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  // Kills it.
  ~ChildProcess();

  int channel() const { return channel_.get(); }
  pid_t pid() const { return pid_; }
  // How it ended, in words: "ended with status 3", "was killed by signal 9 (Killed)"; nothing while it runs.
  std::optional<std::string> HowItEnded();
  // SIGKILL, and waits for its end. The words as above.
  std::string Kill();

 private:
  ChildProcess(OwnedFd channel, pid_t pid) : channel_(std::move(channel)), pid_(pid) {}

  OwnedFd channel_;
  pid_t pid_ = -1;  // -1: it has ended
  std::string how_;
};

// What waitpid(2) said, in words.
std::string DescribeWaitStatus(int status);

// What a program can be started as. `run` gets the channel and returns the exit status.
struct ChildRole {
  std::string_view name;
  int (*run)(int channel);
};
// To be called first in main: runs the role that Spawn asked for and returns its exit status; nothing when the
// program was started by somebody else.
std::optional<int> RunAsChild(int argc, char** argv, std::span<const ChildRole> roles);

}  // namespace gasht
