#pragma once

// Time, from one place. UTC stamps what happened; the monotonic clock measures delays; the boot id says
// which monotonic clock it was. Nothing else in gasht asks the system for the time.

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "base/status.h"

namespace gasht {

// Microseconds since 1970-01-01T00:00:00Z.
struct UtcTime {
  int64_t micros = 0;
  auto operator<=>(const UtcTime&) const = default;
  UtcTime operator+(std::chrono::microseconds d) const { return {micros + d.count()}; }
  UtcTime operator-(std::chrono::microseconds d) const { return {micros - d.count()}; }
  std::chrono::microseconds operator-(UtcTime other) const {
    return std::chrono::microseconds(micros - other.micros);
  }
};

// Microseconds of CLOCK_BOOTTIME (it goes on while the machine sleeps); comparable within one boot id only.
struct MonotonicTime {
  int64_t micros = 0;
  auto operator<=>(const MonotonicTime&) const = default;
  MonotonicTime operator+(std::chrono::microseconds d) const { return {micros + d.count()}; }
  std::chrono::microseconds operator-(MonotonicTime other) const {
    return std::chrono::microseconds(micros - other.micros);
  }
};

// What the kernel says of its UTC (adjtimex(2)): is it kept by NTP or another reference, and how far may it be off.
struct ClockState {
  enum class Sync { kUnknown = 0, kSynchronised = 1, kUnsynchronised = 2 };
  Sync sync = Sync::kUnknown;
  // What is still to be slewed; the bound of the error, and its estimate.
  std::chrono::microseconds offset{0}, max_error{0}, estimated_error{0};
  friend bool operator==(const ClockState&, const ClockState&) = default;
};

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual UtcTime Utc() const = 0;
  virtual MonotonicTime Monotonic() const = 0;
  // A random id of this boot of the machine, 36 characters.
  virtual std::string_view boot_id() const = 0;
  virtual ClockState State() const = 0;
};

class SystemClock final : public Clock {
 public:
  SystemClock();
  UtcTime Utc() const override;
  MonotonicTime Monotonic() const override;
  std::string_view boot_id() const override { return boot_id_; }
  ClockState State() const override;

 private:
  const std::string boot_id_;
};

// A clock that a test moves by hand.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(UtcTime start = {1'700'000'000'000'000}) : utc_(start) {}
  UtcTime Utc() const override;
  MonotonicTime Monotonic() const override;
  std::string_view boot_id() const override { return "00000000-0000-0000-0000-000000000000"; }
  ClockState State() const override;
  void SetState(const ClockState& state);
  // Time passes on both clocks.
  void Advance(std::chrono::microseconds d);
  // Somebody sets the wall clock.
  void StepUtc(std::chrono::microseconds d);

 private:
  mutable Mutex mu_;
  UtcTime utc_ GUARDED_BY(mu_);
  MonotonicTime monotonic_ GUARDED_BY(mu_){1'000'000};
  ClockState state_ GUARDED_BY(mu_);
};

// RFC 3339 in UTC, "2026-11-22T00:38:00Z"; with microseconds when they are not zero.
std::string FormatRfc3339(UtcTime time);
// The inverse; any offset is accepted and converted.
Result<UtcTime> ParseRfc3339(std::string_view text);

// "2026-11-22" to the first moment of that day at the fixed offset `utc_offset` (Pakistan: 5 h).
Result<UtcTime> ParseDate(std::string_view text, std::chrono::minutes utc_offset);

// "90s", "5m", "12h", "7d", "250ms": a positive integer and one unit. Bare numbers are refused.
Result<std::chrono::microseconds> ParseDuration(std::string_view text);

}  // namespace gasht
