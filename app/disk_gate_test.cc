#include "app/disk_gate.h"

#include <atomic>
#include <future>
#include <thread>

#include <gtest/gtest.h>

namespace gasht {
namespace {

const Status kFull = Status::ResourceExhausted("the disk has 3 MB left");

TEST(DiskGate, ClosesAndOpensAgain) {
  Status room = Status::Ok();
  int changes = 0;
  DiskGate gate([&] { return room; }, [&] { ++changes; });
  const struct {
    bool full;
    int changes;
  } steps[] = {{false, 0}, {true, 1}, {true, 1}, {false, 2}, {false, 2}, {true, 3}};
  for (const auto& step : steps) {
    room = step.full ? kFull : Status::Ok();
    gate.LookOnce();
    EXPECT_EQ(gate.WhyClosed().has_value(), step.full) << "change " << step.changes;
    EXPECT_EQ(changes, step.changes);
  }
  EXPECT_EQ(gate.WhyClosed(), "the disk has 3 MB left");
}

TEST(DiskGate, IsClosedFromTheStart) {
  EXPECT_TRUE(DiskGate([] { return kFull; }).WhyClosed().has_value());
}

// Nobody has to ask for it: an idle patrol raises the alarm too.
TEST(DiskGate, LooksByItself) {
  EXPECT_LE(DiskGate::kEvery, std::chrono::seconds(10) / 2);
  std::atomic<bool> full = false;
  std::promise<void> closed, opened;
  std::atomic<int> changes = 0;
  DiskGate gate([&] { return full ? kFull : Status::Ok(); },
                [&] { (changes++ == 0 ? closed : opened).set_value(); });
  std::jthread thread([&](std::stop_token stop) { gate.Run(stop, std::chrono::milliseconds(1)); });
  full = true;
  closed.get_future().wait();
  EXPECT_TRUE(gate.WhyClosed().has_value());
  full = false;
  opened.get_future().wait();
  EXPECT_FALSE(gate.WhyClosed().has_value());
}

}  // namespace
}  // namespace gasht
