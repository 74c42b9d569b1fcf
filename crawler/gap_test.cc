#include "crawler/gap.h"

#include <gtest/gtest.h>

#include "crawler/test_store.h"
#include "store/test_support.h"

namespace gasht {
namespace {

using std::chrono::seconds;

UtcTime At(int64_t second) {
  return UtcTime{1'700'000'000'000'000} + seconds(second);
}

CustodyLeaf Leaf(const std::string& kind, int64_t second, const std::string& detail = "") {
  CustodyLeaf leaf;
  leaf.kind = kind;
  leaf.at = At(second);
  leaf.detail = detail;
  return leaf;
}

CustodyLeaf Closed(Route route, int64_t second, int64_t since) {
  const CustodyEvent event = WayOutClosedEvent("gasht", route, At(since), "no canary answers");
  return Leaf(event.kind, second, event.detail);
}
CustodyLeaf Open(Route route, int64_t second) {
  const CustodyEvent event = WayOutOpenEvent("gasht", route);
  return Leaf(event.kind, second, event.detail);
}

TEST(Gaps, AreReadFromTheLog) {
  const std::string quiet = "the patrol was not running", ours = "no canary answers";
  const struct {
    std::string name;
    std::vector<CustodyLeaf> leaves;
    std::vector<Gap> gaps;
  } rows[] = {
      {"nothing", {}, {}},
      {"a run", {Leaf("start", 0), Leaf("capture", 5), Leaf("stop", 9)}, {}},
      {"between two runs",
       {Leaf("start", 0), Leaf("stop", 9), Leaf("view", 15), Leaf("start", 20)},
       {{std::nullopt, At(9), At(20), quiet}}},
      {"after a crash",
       {Leaf("start", 0), Leaf("capture", 7), Leaf("review", 10), Leaf("start", 20)},
       {{std::nullopt, At(7), At(20), quiet}}},
      {"an outage",
       {Leaf("start", 0), Closed(Route::kTor, 12, 10), Open(Route::kTor, 30)},
       {{Route::kTor, At(10), At(30), ours}}},
      {"an outage that lasts",
       {Leaf("start", 0), Closed(Route::kTor, 12, 10)},
       {{Route::kTor, At(10), std::nullopt, ours}}},
      {"until the end",
       {Leaf("start", 0), Closed(Route::kTor, 12, 10), Leaf("stop", 40)},
       {{Route::kTor, At(10), At(40), ours}}},
      {"until a crash",
       {Leaf("start", 0), Closed(Route::kTor, 12, 10), Leaf("capture", 14), Leaf("start", 40)},
       {{Route::kTor, At(10), At(14), ours}, {std::nullopt, At(14), At(40), quiet}}},
      {"two routes",
       {Closed(Route::kTor, 12, 10), Closed(Route::kDirect, 13, 13), Open(Route::kTor, 20),
        Open(Route::kDirect, 30)},
       {{Route::kTor, At(10), At(20), ours}, {Route::kDirect, At(13), At(30), ours}}},
      {"said twice",
       {Closed(Route::kTor, 12, 10), Closed(Route::kTor, 20, 18)},
       {{Route::kTor, At(10), At(20), ours}, {Route::kTor, At(18), std::nullopt, ours}}},
      {"an end without a beginning", {Open(Route::kTor, 20)}, {}},
      {"a detail that we did not write",
       {Leaf("way_out_closed", 5, "i2p never"), Leaf("way_out_closed", 6, "")},
       {}},
      {"a detail without a time",
       {Leaf("way_out_closed", 5, "tor never")},
       {{Route::kTor, At(5), std::nullopt, ""}}},
  };
  for (const auto& row : rows) {
    const std::vector<Gap> gaps = GapsIn(row.leaves);
    ASSERT_EQ(gaps.size(), row.gaps.size()) << row.name;
    for (size_t i = 0; i < gaps.size(); ++i) {
      EXPECT_EQ(gaps[i].route, row.gaps[i].route) << row.name;
      EXPECT_EQ(gaps[i].from, row.gaps[i].from) << row.name;
      EXPECT_EQ(gaps[i].until, row.gaps[i].until) << row.name;
      EXPECT_EQ(gaps[i].reason, row.gaps[i].reason) << row.name;
    }
  }
}

TEST(Gaps, AreKeptByTheStore) {
  FakeClock clock;
  const std::unique_ptr<Store> store = OpenMemoryStore();
  WaitingWriter writer(*store, clock);
  const auto add = [&](CustodyEvent event) {
    EXPECT_TRUE(writer.AddEvent(std::move(event)).ok());
    clock.Advance(seconds(10));
  };
  add({"start", "root", "gasht"});
  add(WayOutClosedEvent("gasht", Route::kTor, clock.Utc() - seconds(5), "no canary answers"));
  const UtcTime back = clock.Utc();
  add(WayOutOpenEvent("gasht", Route::kTor));
  add({"stop", "root", "0 pages"});
  const auto gaps = ListGaps(*store, UtcTime());
  ASSERT_TRUE(gaps.ok()) << gaps.status().message();
  ASSERT_EQ(gaps->size(), 1u);
  EXPECT_EQ(gaps->at(0).until, back);
  EXPECT_EQ(gaps->at(0).reason, "no canary answers");
  const auto later = ListGaps(*store, back + seconds(1));
  ASSERT_TRUE(later.ok());
  EXPECT_TRUE(later->empty());
}

}  // namespace
}  // namespace gasht
