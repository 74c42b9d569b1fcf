#include "app/disk_gate.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

using std::chrono::seconds;

TEST(DiskGate, ClosesWithinTenSecondsAndOpensAgain) {
  FakeClock clock;
  Status room = Status::Ok();
  int looks = 0;
  DiskGate gate(
      [&] {
        ++looks;
        return room;
      },
      clock);
  const struct {
    seconds later;
    bool full;
    bool closed;
    int looks;
  } steps[] = {{seconds(0), false, false, 1},
               {seconds(1), true, false, 1},  // as known
               {seconds(5), true, true, 2},
               {seconds(1), false, true, 2},
               {seconds(5), false, false, 3}};
  for (const auto& step : steps) {
    clock.Advance(step.later);
    room = step.full ? Status::ResourceExhausted("the disk has 3 MB left") : Status::Ok();
    const std::optional<std::string> why = gate.WhyClosed();
    EXPECT_EQ(why.has_value(), step.closed) << "look " << step.looks;
    if (why) {
      EXPECT_EQ(*why, "the disk has 3 MB left");
    }
    EXPECT_EQ(looks, step.looks);
  }
}

}  // namespace
}  // namespace gasht
