#pragma once

// DiskGate: no page is begun while the disk under the store is nearly full. The patrol goes on by itself when
// there is room again; what is being fetched is still stored.
//
// Confined to one thread (the crawl thread). The clock outlives it.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/status.h"

namespace gasht {

class DiskGate {
 public:
  // How old an answer may be: an alarm is due within ten seconds.
  static constexpr std::chrono::seconds kEvery{5};

  // `look` is Ok while there is room (Store::CheckSpace).
  DiskGate(std::function<Status()> look, const Clock& clock) : look_(std::move(look)), clock_(clock) {}

  // Why nothing may be begun, in words for an operator; nothing when it may. A change is logged: the alarm.
  std::optional<std::string> WhyClosed();

 private:
  const std::function<Status()> look_;
  const Clock& clock_;
  std::optional<MonotonicTime> looked_;
  std::optional<std::string> why_;
};

}  // namespace gasht
