#pragma once

// BlockingSocket: a stream socket whose every step ends in time. For the few questions that are asked of Tor before
// and beside the crawl; pages go through Fetcher. Confined to one thread.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "crawler/endpoint.h"

namespace gasht {

class BlockingSocket {
 public:
  BlockingSocket() = default;
  ~BlockingSocket();
  BlockingSocket(const BlockingSocket&) = delete;
  BlockingSocket& operator=(const BlockingSocket&) = delete;

  // 0, or errno: why not. REQUIRES: called once.
  int Connect(const Endpoint& endpoint, std::chrono::milliseconds timeout);
  bool Write(std::string_view bytes, std::chrono::milliseconds timeout);
  // What is there, waiting for the first byte; empty when the peer closed or nothing came.
  std::string Read(std::chrono::milliseconds timeout);
  // Exactly `count` bytes, fewer when the peer closed or the time was up.
  std::string ReadExactly(size_t count, std::chrono::milliseconds timeout);

 private:
  bool WaitFor(short events, MonotonicTime deadline) const;
  MonotonicTime DeadlineIn(std::chrono::milliseconds timeout) const { return clock_.Monotonic() + timeout; }

  const SystemClock clock_;
  int fd_ = -1;
};

}  // namespace gasht
