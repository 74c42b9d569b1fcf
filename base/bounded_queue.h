#pragma once

// A first-in first-out queue with a fixed capacity, between threads. Thread-safe.
//
// Pushing never blocks (admission is by credit, so a full queue is the caller's mistake or its signal to
// hold back); popping waits for an item, a stop request or Close(). Items pushed before Close() are still
// delivered.

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "base/mutex.h"

namespace gasht {

template <typename T>
class BoundedQueue {
 public:
  // REQUIRES: capacity > 0.
  explicit BoundedQueue(size_t capacity) : capacity_(capacity) {}

  // False, and `item` untouched, when the queue is full or closed.
  bool TryPush(T&& item) EXCLUDES_LOCK(mu_) {
    {
      MutexLock lock(mu_);
      if (closed_ || items_.size() >= capacity_) return false;
      items_.push_back(std::move(item));
    }
    not_empty_.NotifyOne();
    return true;
  }

  // The next item; nothing when the queue is closed and empty, or `stop` was requested.
  std::optional<T> Pop(std::stop_token stop) EXCLUDES_LOCK(mu_) {
    MutexLock lock(mu_);
    not_empty_.Wait(mu_, std::move(stop),
                    [this]() NO_THREAD_SAFETY_ANALYSIS { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

  // At least one item (waiting as Pop does) and at most `most`; empty as Pop's nothing.
  std::vector<T> PopBatch(size_t most, std::stop_token stop) EXCLUDES_LOCK(mu_) {
    MutexLock lock(mu_);
    not_empty_.Wait(mu_, std::move(stop),
                    [this]() NO_THREAD_SAFETY_ANALYSIS { return closed_ || !items_.empty(); });
    std::vector<T> batch;
    while (!items_.empty() && batch.size() < most) {
      batch.push_back(std::move(items_.front()));
      items_.pop_front();
    }
    return batch;
  }

  void Close() EXCLUDES_LOCK(mu_) {
    {
      MutexLock lock(mu_);
      closed_ = true;
    }
    not_empty_.NotifyAll();
  }

  size_t size() const EXCLUDES_LOCK(mu_) {
    MutexLock lock(mu_);
    return items_.size();
  }
  size_t capacity() const { return capacity_; }

 private:
  const size_t capacity_;
  mutable Mutex mu_;
  CondVar not_empty_;
  std::deque<T> items_ GUARDED_BY(mu_);
  bool closed_ GUARDED_BY(mu_) = false;
};

}  // namespace gasht
