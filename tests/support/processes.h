#pragma once

// Other processes of a test: what a shell does, and the running test program once more, to be killed. Thread-safe free functions.

#include <sys/types.h>

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

// The test program again, running one test of it that is disabled otherwise.
struct OwnChild {
  pid_t pid = -1;
  OwnedFd said;  // the reading end of a pipe: the child writes to descriptor 3
};
// `environment` ("NAME=VALUE") is added to this process's. Its standard output goes nowhere. A failure of the running test
// when it cannot be started.
OwnChild StartOwnTest(const std::string& test, const std::vector<std::string>& environment);

}  // namespace gasht
