#include "base/clock.h"

#include <sys/timex.h>
#include <time.h>

#include <array>
#include <charconv>
#include <fstream>

#include <fmt/format.h>

namespace gasht {
namespace {

int64_t ReadMicros(clockid_t id) {
  timespec ts{};
  clock_gettime(id, &ts);
  return int64_t{ts.tv_sec} * 1'000'000 + ts.tv_nsec / 1'000;
}

std::string ReadBootId() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(in, id);
  return id.size() == 36 ? id : std::string("unknown-boot-id");
}

std::optional<int> Digits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<int64_t> DaysSinceEpoch(int y, int m, int d) {
  const std::chrono::year_month_day ymd{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)),
                                        std::chrono::day(static_cast<unsigned>(d))};
  if (!ymd.ok()) return std::nullopt;
  return std::chrono::sys_days(ymd).time_since_epoch().count();
}

}  // namespace

SystemClock::SystemClock() : boot_id_(ReadBootId()) {}
UtcTime SystemClock::Utc() const {
  return {ReadMicros(CLOCK_REALTIME)};
}
MonotonicTime SystemClock::Monotonic() const {
  return {ReadMicros(CLOCK_BOOTTIME)};
}
ClockState SystemClock::State() const {
  timex kernel{};
  const int state = adjtimex(&kernel);
  // Denied, as in some containers: not known is not "no".
  if (state < 0) return {};
  ClockState out;
  const bool is_kept = state != TIME_ERROR && (kernel.status & STA_UNSYNC) == 0;
  out.sync = is_kept ? ClockState::Sync::kSynchronised : ClockState::Sync::kUnsynchronised;
  out.offset =
      std::chrono::microseconds((kernel.status & STA_NANO) != 0 ? kernel.offset / 1000 : kernel.offset);
  out.max_error = std::chrono::microseconds(kernel.maxerror);
  out.estimated_error = std::chrono::microseconds(kernel.esterror);
  return out;
}

UtcTime FakeClock::Utc() const {
  MutexLock lock(mu_);
  return utc_;
}
MonotonicTime FakeClock::Monotonic() const {
  MutexLock lock(mu_);
  return monotonic_;
}
ClockState FakeClock::State() const {
  MutexLock lock(mu_);
  return state_;
}
void FakeClock::SetState(const ClockState& state) {
  MutexLock lock(mu_);
  state_ = state;
}
void FakeClock::Advance(std::chrono::microseconds d) {
  MutexLock lock(mu_);
  utc_ = utc_ + d;
  monotonic_ = monotonic_ + d;
}
void FakeClock::StepUtc(std::chrono::microseconds d) {
  MutexLock lock(mu_);
  utc_ = utc_ + d;
}

std::string FormatRfc3339(UtcTime time) {
  int64_t seconds = time.micros / 1'000'000;
  int64_t micros = time.micros % 1'000'000;
  if (micros < 0) {
    micros += 1'000'000;
    --seconds;
  }
  int64_t days = seconds / 86'400;
  int64_t rest = seconds % 86'400;
  if (rest < 0) {
    rest += 86'400;
    --days;
  }
  const std::chrono::year_month_day ymd{std::chrono::sys_days(std::chrono::days(days))};
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(ymd.year()),
                                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                                rest / 3600, rest / 60 % 60, rest % 60);
  if (micros != 0) out += fmt::format(".{:06}", micros);
  return out + "Z";
}

Result<UtcTime> ParseRfc3339(std::string_view text) {
  const auto bad = [&] { return Status::InvalidArgument(fmt::format("not an RFC 3339 time: '{}'", text)); };
  const auto y = Digits(text, 0, 4), mo = Digits(text, 5, 2), d = Digits(text, 8, 2);
  const auto h = Digits(text, 11, 2), mi = Digits(text, 14, 2), s = Digits(text, 17, 2);
  if (!y || !mo || !d || !h || !mi || !s || text[4] != '-' || text[7] != '-' || text[13] != ':' ||
      text[16] != ':')
    return bad();
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return bad();
  const auto days = DaysSinceEpoch(*y, *mo, *d);
  if (!days || *h > 23 || *mi > 59 || *s > 60) return bad();
  size_t at = 19;
  int64_t micros = 0;
  if (at < text.size() && text[at] == '.') {
    int64_t unit = 100'000;
    const size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10)
      micros += (text[at] - '0') * unit;
    if (at == first) return bad();
  }
  int64_t offset = 0;
  if (at < text.size() && (text[at] == 'Z' || text[at] == 'z')) {
    ++at;
  } else if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    const auto oh = Digits(text, at + 1, 2), om = Digits(text, at + 4, 2);
    if (!oh || !om || text[at + 3] != ':' || *oh > 23 || *om > 59) return bad();
    offset = (*oh * 3600 + *om * 60) * (text[at] == '-' ? -1 : 1);
    at += 6;
  } else {
    return bad();
  }
  if (at != text.size()) return bad();
  const int64_t seconds = *days * 86'400 + *h * 3600 + *mi * 60 + *s - offset;
  return UtcTime{seconds * 1'000'000 + micros};
}

Result<UtcTime> ParseDate(std::string_view text, std::chrono::minutes utc_offset) {
  const auto y = Digits(text, 0, 4), m = Digits(text, 5, 2), d = Digits(text, 8, 2);
  std::optional<int64_t> days;
  if (text.size() == 10 && y && m && d && text[4] == '-' && text[7] == '-') days = DaysSinceEpoch(*y, *m, *d);
  if (!days) return Status::InvalidArgument(fmt::format("not a date (want YYYY-MM-DD): '{}'", text));
  return UtcTime{*days * 86'400'000'000} - std::chrono::duration_cast<std::chrono::microseconds>(utc_offset);
}

Result<std::chrono::microseconds> ParseDuration(std::string_view text) {
  struct Unit {
    std::string_view name;
    int64_t micros;
  };
  static constexpr std::array kUnits = {Unit{"ms", 1'000}, Unit{"s", 1'000'000}, Unit{"m", 60'000'000},
                                        Unit{"h", 3'600'000'000}, Unit{"d", 86'400'000'000}};
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view suffix = text.substr(static_cast<size_t>(end - text.data()));
  for (const Unit& unit : kUnits) {
    if (error != std::errc() || suffix != unit.name) continue;
    if (count < 0 || count > 36'500 * 86'400'000'000 / unit.micros) break;
    return std::chrono::microseconds(count * unit.micros);
  }
  return Status::InvalidArgument(
      fmt::format("not a duration (want for example 90s, 5m, 12h, 7d): '{}'", text));
}

}  // namespace gasht
