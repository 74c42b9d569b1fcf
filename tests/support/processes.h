#pragma once

// Other processes of a test: what a shell does, and the running test program once more, to be killed. Thread-safe free functions.

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/owned_fd.h"

namespace gasht {

struct ShellOutcome {
  int status = -1;  // 128 where a signal ended it
  std::string out;  // and what it said to standard error, in the order written
};
// `command` as sh(1) reads it.
ShellOutcome Shell(const std::string& command);

// One that goes on until it is told to stop. Confined to one thread; the destructor stops it.
class BackgroundProcess {
 public:
  // `command` as sh(1) reads it, one program; what it says is appended to the file `log`.
  BackgroundProcess(const std::string& command, std::string log);
  ~BackgroundProcess();
  BackgroundProcess(const BackgroundProcess&) = delete;
  BackgroundProcess& operator=(const BackgroundProcess&) = delete;

  bool HasEnded();
  // SIGTERM, and its exit status, or 128 where a signal ended it.
  int Stop();
  std::string said() const;
  // Are these words in what it says, before that much time has passed?
  bool Says(const std::string& words, std::chrono::seconds patience) const;

 private:
  const std::string log_;
  pid_t pid_ = -1;  // -1: it has ended
  int status_ = -1;
};

// The test program again, running one test of it that is disabled otherwise.
struct OwnChild {
  pid_t pid = -1;
  OwnedFd said;  // the reading end of a pipe: the child writes to descriptor 3
};
// `environment` ("NAME=VALUE") is added to this process's. Its standard output goes nowhere. A failure of the running test
// when it cannot be started.
OwnChild StartOwnTest(const std::string& test, const std::vector<std::string>& environment);

}  // namespace gasht
