#include "crawler/gap.h"

#include <gtest/gtest.h>

#include <future>

#include "crawler/test_store.h"
#include "store/test_support.h"

namespace gasht {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class GapTest : public testing::Test {
 protected:
  void Add(CrawlGap gap) {
    std::promise<Status> done;
    writer_.writer().AddGap(std::move(gap), [&](Status status) { done.set_value(std::move(status)); });
    ASSERT_TRUE(done.get_future().get().ok());
  }
  void Leaf(const char* kind) { ASSERT_TRUE(writer_.AddEvent({kind, "root", "test"}).ok()); }

  FakeClock clock_;
  const std::unique_ptr<Store> store_ = OpenMemoryStore();
  WaitingWriter writer_{*store_, clock_};
};

TEST_F(GapTest, ANewStoreHasNone) {
  EXPECT_TRUE(GapsAtStart(*store_, clock_.Utc()).value().empty());
  EXPECT_TRUE(GapsAtStop(*store_, clock_.Utc()).value().empty());
}

TEST_F(GapTest, WhatACrashLeftOpenEndsWithTheLastSignOfLife) {
  Leaf("start");
  clock_.Advance(seconds(30));
  const UtcTime away = clock_.Utc() - seconds(5);
  Add({"tor#2", away - hours(1), away, "an old one"});
  Add({"tor#2", away, std::nullopt, "no canary answers"});
  clock_.Advance(seconds(10));
  Leaf("capture_of_nobody");  // not the patrol's
  clock_.Advance(seconds(10));
  Leaf("start");
  const UtcTime sign = clock_.Utc();
  clock_.Advance(hours(2));
  Leaf("view");  // somebody reads, nobody patrols
  const std::vector<CrawlGap> gaps = GapsAtStart(*store_, clock_.Utc()).value();
  ASSERT_EQ(gaps.size(), 2u);
  EXPECT_EQ(gaps[0], (CrawlGap{"tor#2", away, sign, "no canary answers"}));
  EXPECT_EQ(gaps[1], (CrawlGap{"patrol", sign, clock_.Utc(), "the patrol was not running"}));
  for (const CrawlGap& gap : gaps) Add(gap);
  EXPECT_TRUE(GapsAtStart(*store_, clock_.Utc()).value().empty()) << "said once";
}

TEST_F(GapTest, ARestartIsNoGap) {
  Leaf("stop");
  clock_.Advance(seconds(59));
  EXPECT_TRUE(GapsAtStart(*store_, clock_.Utc()).value().empty());
  clock_.Advance(seconds(2));
  EXPECT_EQ(GapsAtStart(*store_, clock_.Utc()).value().size(), 1u);
}

TEST_F(GapTest, AStopEndsWhatLasts) {
  Add({"direct", clock_.Utc(), std::nullopt, "no network"});
  clock_.Advance(seconds(7));
  const std::vector<CrawlGap> gaps = GapsAtStop(*store_, clock_.Utc()).value();
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].until, clock_.Utc());
}

}  // namespace
}  // namespace gasht
