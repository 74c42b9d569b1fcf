#include "model/source.h"

namespace gasht {
namespace {

constexpr int64_t kDayMicros = int64_t{24} * 3600 * 1'000'000;

// Microseconds since the last midnight there.
int64_t TimeOfDay(UtcTime t) {
  const int64_t local = (t + kPakistanOffset).micros;
  return ((local % kDayMicros) + kDayMicros) % kDayMicros;
}

}  // namespace

int64_t PakistanDay(UtcTime t) {
  const int64_t local = (t + kPakistanOffset).micros;
  return (local - TimeOfDay(t)) / kDayMicros;
}

UtcTime DayWindow::NextOpen(UtcTime t) const {
  if (all_day()) return t;
  const int64_t now = TimeOfDay(t);
  const int64_t first = std::chrono::microseconds(from).count(),
                last = std::chrono::microseconds(until).count();
  const bool open = first < last ? first <= now && now < last : now >= first || now < last;
  if (open) return t;
  return t + std::chrono::microseconds((first - now + kDayMicros) % kDayMicros);
}

}  // namespace gasht
