#pragma once

// DiskGate: no page is begun while the disk under the store is nearly full. The patrol goes on by itself when
// there is room again; what is being fetched is still stored.
//
// Thread-safe. A thread of the caller's runs Run, so that the alarm comes in time while nothing is due; look and on_change are
// called there (look also by the constructor) and outlive it.

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/mutex.h"
#include "base/status.h"

namespace gasht {

class DiskGate {
 public:
  // An alarm is due within ten seconds.
  static constexpr std::chrono::seconds kEvery{5};

  // `look` is Ok while there is room (Store::CheckSpace). Looks once.
  explicit DiskGate(std::function<Status()> look, std::function<void()> on_change = nullptr);

  // Looks every so often, until it is stopped.
  void Run(std::stop_token stop, std::chrono::milliseconds every = kEvery) EXCLUDES_LOCK(mu_);
  // A change is logged: the alarm.
  void LookOnce() EXCLUDES_LOCK(mu_);

  // Why nothing may be begun, in words for an operator; nothing when it may.
  std::optional<std::string> WhyClosed() const EXCLUDES_LOCK(mu_);

 private:
  const std::function<Status()> look_;
  const std::function<void()> on_change_;
  mutable Mutex mu_;
  CondVar never_;
  std::optional<std::string> why_ GUARDED_BY(mu_);
};

}  // namespace gasht
