#include "base/clock.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(ClockTest, Rfc3339) {
  struct Case {
    const char* text;
    const char* canonical;  // empty: refused
  };
  for (const Case& c : {
           Case{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
           Case{"2026-11-22T00:38:00Z", "2026-11-22T00:38:00Z"},
           Case{"2026-11-22T05:38:00+05:00", "2026-11-22T00:38:00Z"},
           Case{"2026-11-21T19:38:00-05:00", "2026-11-22T00:38:00Z"},
           Case{"2026-11-22t00:38:00.5z", "2026-11-22T00:38:00.500000Z"},
           Case{"2026-11-22 00:38:00.1234567Z", "2026-11-22T00:38:00.123456Z"},
           Case{"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
           Case{"1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"},
           Case{"2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z"},
           Case{"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
           Case{"2023-02-29T12:00:00Z", ""},
           Case{"2026-13-01T00:00:00Z", ""},
           Case{"2026-11-22T24:00:00Z", ""},
           Case{"2026-11-22T00:60:00Z", ""},
           Case{"2026-11-22T00:38:00", ""},
           Case{"2026-11-22T00:38:00.Z", ""},
           Case{"2026-11-22T00:38Z", ""},
           Case{"2026-11-22T00:38:00+0500", ""},
           Case{"2026-11-22T00:38:00+05", ""},
           Case{"2026-11-22T00:38:00+", ""},
           Case{"2026-11-22T00:38:00Zx", ""},
           Case{"2026/11/22T00:38:00Z", ""},
           Case{"-026-11-22T00:38:00Z", ""},
           Case{"2026-11-22", ""},
           Case{"", ""},
       }) {
    const auto time = ParseRfc3339(c.text);
    EXPECT_EQ(time.ok() ? FormatRfc3339(*time) : "", c.canonical) << c.text;
  }
}

TEST(ClockTest, DatesBeginAtTheGivenOffset) {
  const auto day = ParseDate("2026-11-22", hours(5));
  ASSERT_TRUE(day.ok());
  EXPECT_EQ(FormatRfc3339(*day), "2026-11-21T19:00:00Z");
  EXPECT_EQ(FormatRfc3339(*ParseDate("2026-11-22", minutes(0))), "2026-11-22T00:00:00Z");
  for (const char* text : {"", "2026-11-31", "2026-11-2", "22-11-2026", "2026-11-22T00:00:00Z", "2026 11 22"})
    EXPECT_FALSE(ParseDate(text, hours(5)).ok()) << text;
}

TEST(ClockTest, Durations) {
  struct Case {
    const char* text;
    microseconds duration;  // negative: refused
  };
  for (const Case& c : {
           Case{"250ms", microseconds(250'000)},
           Case{"90s", seconds(90)},
           Case{"5m", minutes(5)},
           Case{"12h", hours(12)},
           Case{"7d", hours(168)},
           Case{"0s", seconds(0)},
           Case{"36500d", hours(36'500 * 24)},
           Case{"36501d", seconds(-1)},
           Case{"90", seconds(-1)},
           Case{"", seconds(-1)},
           Case{"s", seconds(-1)},
           Case{"-5s", seconds(-1)},
           Case{"5 s", seconds(-1)},
           Case{"1.5h", seconds(-1)},
           Case{"5S", seconds(-1)},
           Case{"1h30m", seconds(-1)},
           Case{"99999999999999999999s", seconds(-1)},
           Case{"5w", seconds(-1)},
       }) {
    const auto duration = ParseDuration(c.text);
    EXPECT_EQ(duration.value_or(seconds(-1)), c.duration) << c.text;
  }
}

TEST(ClockTest, FakeClockMovesByHand) {
  FakeClock clock(UtcTime{1'000'000});
  const MonotonicTime start = clock.Monotonic();
  clock.Advance(seconds(5));
  EXPECT_EQ(clock.Utc().micros, 6'000'000);
  EXPECT_EQ(clock.Monotonic() - start, seconds(5));
  clock.StepUtc(hours(-1));
  EXPECT_EQ(clock.Utc().micros, 6'000'000 - 3'600'000'000);
  EXPECT_EQ(clock.Monotonic() - start, seconds(5)) << "setting the wall clock passes no time";
}

TEST(ClockTest, SystemClockIsPlausible) {
  const SystemClock clock;
  EXPECT_GT(clock.Utc(), *ParseRfc3339("2026-01-01T00:00:00Z"));
  const MonotonicTime before = clock.Monotonic();
  EXPECT_GE(clock.Monotonic(), before);
  EXPECT_EQ(clock.boot_id(), SystemClock().boot_id());
  EXPECT_FALSE(clock.boot_id().empty());
}

TEST(Clock, SaysWhetherItIsKept) {
  const ClockState real = SystemClock().State();
  // Whatever it is here, it is not made up.
  if (real.sync != ClockState::Sync::kUnknown) {
    EXPECT_GE(real.max_error.count(), 0);
  }
  FakeClock fake;
  EXPECT_EQ(fake.State(), ClockState());
  const ClockState kept{ClockState::Sync::kSynchronised, std::chrono::microseconds(-3),
                        std::chrono::microseconds(500), std::chrono::microseconds(20)};
  fake.SetState(kept);
  EXPECT_EQ(fake.State(), kept);
}

}  // namespace
}  // namespace gasht
