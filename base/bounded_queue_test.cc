#include "base/bounded_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace gasht {
namespace {

TEST(BoundedQueueTest, FirstInFirstOut) {
  BoundedQueue<int> queue(3);
  for (int i = 1; i <= 3; ++i) EXPECT_TRUE(queue.TryPush(int{i}));
  EXPECT_EQ(queue.size(), 3u);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(queue.Pop({}), i);
}

TEST(BoundedQueueTest, AFullQueueLeavesTheItem) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  auto item = std::make_unique<int>(1);
  ASSERT_TRUE(queue.TryPush(std::move(item)));
  item = std::make_unique<int>(2);
  EXPECT_FALSE(queue.TryPush(std::move(item)));
  ASSERT_NE(item, nullptr);
  EXPECT_EQ(*item, 2);
}

TEST(BoundedQueueTest, BatchesTakeWhatIsThere) {
  BoundedQueue<int> queue(10);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(queue.TryPush(int{i}));
  EXPECT_EQ(queue.PopBatch(3, {}), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(queue.PopBatch(3, {}), (std::vector<int>{3, 4}));
}

TEST(BoundedQueueTest, CloseDeliversTheRest) {
  BoundedQueue<int> queue(4);
  ASSERT_TRUE(queue.TryPush(1));
  queue.Close();
  EXPECT_FALSE(queue.TryPush(2));
  EXPECT_EQ(queue.Pop({}), 1);
  EXPECT_EQ(queue.Pop({}), std::nullopt);
  EXPECT_TRUE(queue.PopBatch(3, {}).empty());
}

TEST(BoundedQueueTest, AStopRequestEndsAWait) {
  BoundedQueue<int> queue(1);
  std::optional<int> popped = 7;
  std::jthread waiter([&](std::stop_token stop) { popped = queue.Pop(stop); });
  waiter.request_stop();
  waiter.join();
  EXPECT_EQ(popped, std::nullopt);
}

TEST(BoundedQueueTest, CloseEndsAWait) {
  BoundedQueue<int> queue(1);
  std::optional<int> popped = 7;
  std::jthread waiter([&](std::stop_token stop) { popped = queue.Pop(stop); });
  queue.Close();
  waiter.join();
  EXPECT_EQ(popped, std::nullopt);
}

TEST(BoundedQueueTest, NothingIsLostBetweenThreads) {
  constexpr int kPerProducer = 2000;
  BoundedQueue<int> queue(16);
  std::vector<int> seen(3 * kPerProducer, 0);
  std::jthread consumer([&](std::stop_token stop) {
    while (true) {
      const std::vector<int> batch = queue.PopBatch(7, stop);
      if (batch.empty()) return;
      for (const int item : batch) ++seen[static_cast<size_t>(item)];
    }
  });
  {
    std::vector<std::jthread> producers;
    for (int p = 0; p < 3; ++p) {
      producers.emplace_back([&queue, p] {
        for (int i = 0; i < kPerProducer; ++i) {
          int item = p * kPerProducer + i;
          while (!queue.TryPush(std::move(item))) std::this_thread::yield();
        }
      });
    }
  }
  queue.Close();
  consumer.join();
  EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), 3 * kPerProducer);
}

}  // namespace
}  // namespace gasht
