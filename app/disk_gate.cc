#include "app/disk_gate.h"

#include "base/log.h"

namespace gasht {

std::optional<std::string> DiskGate::WhyClosed() {
  const MonotonicTime now = clock_.Monotonic();
  if (looked_ && now - *looked_ < kEvery) return why_;
  looked_ = now;
  const Status room = look_();
  if (room.ok() == why_.has_value())
    Log(room.ok() ? LogLevel::kInfo : LogLevel::kError, room.ok() ? "disk_has_room" : "disk_nearly_full", {});
  why_ = room.ok() ? std::nullopt : std::optional(std::string(room.message()));
  return why_;
}

}  // namespace gasht
