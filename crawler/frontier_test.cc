#include "crawler/frontier.h"

#include <gtest/gtest.h>

#include "crawler/politeness.h"
#include "crawler/test_store.h"
#include "store/test_support.h"

namespace gasht {
namespace {

using std::chrono::seconds;

class FrontierTest : public testing::Test {
 protected:
  void Add(const std::string& path, CrawlPriority priority = CrawlPriority::kRest, seconds due = seconds(0)) {
    FrontierEntry entry = MakeEntry(kMarket, path);
    entry.priority = priority;
    entry.due = clock_.Utc() + due;
    ASSERT_TRUE(writer_->AddSeeds({entry}).ok());
  }
  std::vector<std::string> Take(size_t limit) {
    const Result<std::vector<FrontierEntry>> taken = frontier_->TakeReady(kMarket, clock_.Utc(), limit);
    EXPECT_TRUE(taken.ok()) << taken.status().message();
    std::vector<std::string> urls;
    for (const FrontierEntry& entry : *taken) urls.push_back(entry.url.substr(entry.url.rfind('/')));
    return urls;
  }

  FakeClock clock_;
  const std::unique_ptr<Store> store_ = OpenMemoryStore();
  const std::unique_ptr<WaitingWriter> writer_ = std::make_unique<WaitingWriter>(*store_, clock_);
  const std::unique_ptr<Frontier> frontier_ = std::make_unique<Frontier>(*store_);
};

using Urls = std::vector<std::string>;

TEST_F(FrontierTest, BestPriorityFirstThenTheLongestDue) {
  Add("/rest", CrawlPriority::kRest, seconds(-9));
  Add("/index", CrawlPriority::kIndex, seconds(-5));
  Add("/listing-young", CrawlPriority::kListing, seconds(-1));
  Add("/listing-old", CrawlPriority::kListing, seconds(-2));
  Add("/seed", CrawlPriority::kSeed, seconds(0));
  Add("/later", CrawlPriority::kNow, seconds(60));
  EXPECT_EQ(Take(10), (Urls{"/seed", "/listing-old", "/listing-young", "/index", "/rest"}));
}

TEST_F(FrontierTest, ALeasedPageIsNotTakenTwice) {
  Add("/a");
  Add("/b");
  EXPECT_EQ(Take(1), Urls{"/a"});
  EXPECT_EQ(Take(10), Urls{"/b"});
  EXPECT_EQ(Take(10), Urls{});
  EXPECT_EQ(frontier_->leases(), 2u);
  frontier_->Release(MakeEntry(kMarket, "/a").key);
  frontier_->Release(MakeEntry(kMarket, "/unknown").key);
  EXPECT_EQ(Take(10), Urls{"/a"});
}

TEST_F(FrontierTest, LeasesDieWithTheProcess) {
  Add("/a");
  EXPECT_EQ(Take(10), Urls{"/a"});
  Frontier after_crash(*store_);
  EXPECT_EQ(after_crash.TakeReady(kMarket, clock_.Utc(), 10)->size(), 1u);
}

TEST_F(FrontierTest, SourcesAreApart) {
  Add("/a");
  EXPECT_EQ(frontier_->TakeReady({"other"}, clock_.Utc(), 10)->size(), 0u);
  EXPECT_EQ(Take(10), Urls{"/a"});
}

TEST_F(FrontierTest, NextDue) {
  EXPECT_FALSE(frontier_->NextDue(kMarket)->has_value());
  Add("/later", CrawlPriority::kNow, seconds(60));
  EXPECT_EQ(frontier_->NextDue(kMarket)->value(), clock_.Utc() + seconds(60));
}

TEST(PoliteGate, WaitsFromTheEndOfOneToTheStartOfTheNext) {
  PoliteGate gate(1);
  EXPECT_TRUE(gate.MayEnter({0}));
  gate.Enter();
  EXPECT_TRUE(gate.full());
  EXPECT_FALSE(gate.MayEnter({100'000'000})) << "one at a time";
  gate.Leave({10'000'000}, seconds(5));
  EXPECT_FALSE(gate.MayEnter({14'999'999}));
  EXPECT_EQ(gate.opens_at(), MonotonicTime{15'000'000});
  EXPECT_TRUE(gate.MayEnter({15'000'000}));
}

TEST(PoliteGate, SeveralAtATime) {
  PoliteGate gate(2);
  gate.Enter();
  EXPECT_TRUE(gate.MayEnter({0}));
  gate.Enter();
  EXPECT_FALSE(gate.MayEnter({0}));
  gate.Leave({1}, seconds(0));
  EXPECT_TRUE(gate.MayEnter({1}));
  gate.CloseUntil({50});
  gate.LeaveUnasked();
  EXPECT_FALSE(gate.MayEnter({49})) << "closed for other reasons";
  EXPECT_TRUE(gate.MayEnter({50}));
}

}  // namespace
}  // namespace gasht
