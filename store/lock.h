#pragma once

// StoreLock: one process at a time. The file STORE/gasht.lock is locked with flock(2) and says who holds it;
// the kernel releases the lock when the holder dies, so a stale file is no lock. Released by the destructor.
// A child that is forked later without exec shares the lock until it closes its copy of the descriptor.

#include <memory>
#include <string>

#include "base/status.h"

namespace gasht {

class StoreLock {
 public:
  // `dir` is the store's folder, `holder` what other processes are told ("gasht patrol"). Unavailable, naming
  // the holder and the remedy, when another process has it.
  static Result<std::unique_ptr<StoreLock>> Acquire(const std::string& dir, const std::string& holder);
  ~StoreLock();
  StoreLock(const StoreLock&) = delete;
  StoreLock& operator=(const StoreLock&) = delete;

 private:
  explicit StoreLock(int fd) : fd_(fd) {}
  const int fd_;
};

// The name of this program ("gasht"), and its first argument when that is a plain word ("gasht patrol").
std::string ThisProgram();

}  // namespace gasht
