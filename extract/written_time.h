#pragma once

// Times as people and sites write them. Thread-safe free functions.

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace gasht {

// How far it can be trusted: "stated", "assumed:UTC" or "undecided".
struct WrittenTime {
  std::optional<UtcTime> time;
  std::string basis = "undecided";
};

// Which comes first where a date is all figures.
enum class DayOrder { kUnknown, kDayFirst, kMonthFirst };
// What "27-10-2019" gives away; kUnknown when both readings are dates, or there is none.
DayOrder DayOrderOf(std::string_view text);

// "2019-10-27 13:32", "Oct 27, 2019, 1:32 pm", "2 hours ago", "Yesterday, 13:32", "3 din pehle", and the same in Urdu, with
// its own digits. `fetched_at` resolves what is relative; 0 leaves it undecided. `order` decides "03-04-2019" where the
// page's other dates have told.
WrittenTime ParseWrittenTime(std::string_view text, UtcTime fetched_at, DayOrder order = DayOrder::kUnknown);

}  // namespace gasht
