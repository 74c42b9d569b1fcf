#include "model/source.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

UtcTime At(const std::string& text) {
  return ParseRfc3339(text).value_or(UtcTime());
}

TEST(DayWindowTest, NextOpen) {
  const struct {
    minutes from, until;
    const char* now;
    const char* open;
  } rows[] = {
      {hours(0), hours(0), "2026-11-25T03:00:00+05:00", "2026-11-25T03:00:00+05:00"},
      {hours(9), hours(17), "2026-11-25T09:00:00+05:00", "2026-11-25T09:00:00+05:00"},
      {hours(9), hours(17), "2026-11-25T08:59:59+05:00", "2026-11-25T09:00:00+05:00"},
      {hours(9), hours(17), "2026-11-25T17:00:00+05:00", "2026-11-26T09:00:00+05:00"},
      {hours(22), hours(6), "2026-11-25T23:30:00+05:00", "2026-11-25T23:30:00+05:00"},
      {hours(22), hours(6), "2026-11-25T05:59:00+05:00", "2026-11-25T05:59:00+05:00"},
      {hours(22), hours(6), "2026-11-25T06:00:00+05:00", "2026-11-25T22:00:00+05:00"},
      // The day there has begun while it is yesterday in UTC.
      {hours(1), hours(2), "2026-11-24T19:30:00Z", "2026-11-24T20:00:00Z"},
      {hours(1), hours(2), "1969-12-31T19:30:00Z", "1969-12-31T20:00:00Z"},
  };
  for (const auto& row : rows) {
    const DayWindow window{row.from, row.until};
    EXPECT_EQ(FormatRfc3339(window.NextOpen(At(row.now))), FormatRfc3339(At(row.open)))
        << row.now << " in " << row.from.count() << "-" << row.until.count();
  }
}

TEST(DayWindowTest, DaysBeginAtMidnightThere) {
  EXPECT_EQ(PakistanDay(At("2026-11-24T18:59:59Z")) + 1, PakistanDay(At("2026-11-24T19:00:00Z")));
  EXPECT_EQ(PakistanDay(At("1970-01-01T00:00:00+05:00")), 0);
  EXPECT_EQ(PakistanDay(At("1969-12-31T23:59:59+05:00")), -1);
}

}  // namespace
}  // namespace gasht
