#pragma once

// One tor process, owned through its control connection.
//
// The process is started with a socketpair as its owning controller (`__OwningControllerFD`, tor's
// control-spec 4.10): the connection is there and authenticated before tor has read its configuration, its
// events replace polling of log files, and tor exits when our end closes, however we died.
// PR_SET_PDEATHSIG says the same to the kernel, for the moments in which tor does not read the connection.
//
// Thread-confined. REQUIRES: the thread that starts a process outlives it (the death signal is sent when the
// starting thread ends).

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/status.h"

namespace gasht {

// A moment after which nobody waits any longer.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds from_now);
  // What is left, never negative.
  std::chrono::milliseconds Left() const;

 private:
  SystemClock clock_;
  MonotonicTime at_;
};

// The full path of `program` in the colon-separated `path`, or Unavailable with what to install.
Result<std::string> FindProgram(std::string_view program, std::string_view path);

// Runs a short-lived program (argv[0] is its full path) in its own process, with `input` on its stdin.
class Tool {
 public:
  static Result<Tool> Start(const std::vector<std::string>& argv, std::string_view input = "");
  Tool(Tool&& other) noexcept : name_(std::move(other.name_)), pid_(std::exchange(other.pid_, -1)) {}
  ~Tool();
  // Waits for its end; Unavailable when it did not exit with 0.
  Status Wait();

 private:
  Tool(std::string name, pid_t pid) : name_(std::move(name)), pid_(pid) {}
  std::string name_;
  pid_t pid_;
};

// The files a tor is started with; options in `torrc` override those in `defaults`.
struct TorFiles {
  std::string torrc;
  std::string defaults;
};

class TorProcess {
 public:
  // Unavailable when the process does not answer on its control connection before the deadline: a port that
  // is taken, a torrc that it refuses.
  static Result<std::unique_ptr<TorProcess>> Start(const std::string& tor, const TorFiles& files,
                                                   const Deadline& deadline);
  ~TorProcess();
  TorProcess(const TorProcess&) = delete;
  TorProcess& operator=(const TorProcess&) = delete;

  pid_t pid() const { return pid_; }

  // Sends one command and returns the reply's data (lines end with '\n' when there are several), or else what
  // its final line says.
  Result<std::string> Ask(std::string_view command, const Deadline& deadline);
  // The next event that the process was told to send (SETEVENTS), without its "650 ".
  Result<std::string> NextEvent(const Deadline& deadline);

 private:
  TorProcess(pid_t pid, int control) : pid_(pid), control_(control) {}
  Result<std::string> ReadLine(const Deadline& deadline);

  const pid_t pid_;
  const int control_;
  std::string unread_;
  std::vector<std::string> events_;  // came while a reply was awaited, oldest first
};

}  // namespace gasht
