#pragma once

// PoliteGate: how often a source is asked. All its mirrors share one gate: so many fetches at a time, and so long between the
// end of one and the start of the next. Confined to the crawl thread.

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cstddef>

#include "base/clock.h"

namespace gasht {

class PoliteGate {
 public:
  explicit PoliteGate(size_t max_inside) : max_inside_(max_inside) {}

  bool MayEnter(MonotonicTime now) const { return inside_ < max_inside_ && now >= opens_at_; }
  // When the delay is over; the gate may still be full.
  MonotonicTime opens_at() const { return opens_at_; }
  bool full() const { return inside_ >= max_inside_; }

  // REQUIRES: MayEnter(now).
  void Enter() { ++inside_; }
  // The gate stays closed for `delay`. REQUIRES: somebody is inside.
  void Leave(MonotonicTime now, std::chrono::microseconds delay) {
    assert(inside_ > 0);
    --inside_;
    CloseUntil(now + delay);
  }
  // Whoever went in asked nothing of the site. REQUIRES: somebody is inside.
  void LeaveUnasked() {
    assert(inside_ > 0);
    --inside_;
  }
  // Another configuration; who is inside stays.
  void set_max_inside(size_t max_inside) { max_inside_ = max_inside; }
  void CloseUntil(MonotonicTime then) { opens_at_ = std::max(opens_at_, then); }

 private:
  size_t max_inside_;
  size_t inside_ = 0;
  MonotonicTime opens_at_;
};

}  // namespace gasht
