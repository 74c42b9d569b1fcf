#include "app/disk_gate.h"

#include <utility>

#include "base/log.h"

namespace gasht {

DiskGate::DiskGate(std::function<Status()> look, std::function<void()> on_change)
    : look_(std::move(look)), on_change_(std::move(on_change)) {
  LookOnce();
}

void DiskGate::Run(std::stop_token stop, std::chrono::milliseconds every) {
  while (!stop.stop_requested()) {
    {
      MutexLock lock(mu_);
      never_.WaitFor(mu_, stop, every, [] { return false; });
    }
    if (!stop.stop_requested()) LookOnce();
  }
}

void DiskGate::LookOnce() {
  const Status room = look_();
  {
    MutexLock lock(mu_);
    const bool was_closed = why_.has_value();
    why_ = room.ok() ? std::nullopt : std::optional(std::string(room.message()));
    if (room.ok() != was_closed) return;
  }
  Log(room.ok() ? LogLevel::kInfo : LogLevel::kError, room.ok() ? "disk_has_room" : "alarm_disk_nearly_full",
      {});
  if (on_change_) on_change_();
}

std::optional<std::string> DiskGate::WhyClosed() const {
  MutexLock lock(mu_);
  return why_;
}

}  // namespace gasht
