#include "crawler/way_out.h"

#include <algorithm>

namespace gasht {
namespace {

// Canaries die too. After so many looks in vain one page is tried beside each further one.
constexpr int kLooksBeforeATrial = 3;

}  // namespace

bool WayOut::MayFetch(MonotonicTime now) const {
  switch (state_) {
    case State::kOpen:
      return true;
    case State::kDoubted:
      return false;
    case State::kClosed:
      if (unfit_) return false;
      if (!options_.has_canaries) return now >= paused_until_;
      return !trial_used_ && failed_looks_ >= kLooksBeforeATrial;
  }
  return false;
}

std::optional<MonotonicTime> WayOut::wakes_at() const {
  if (state_ != State::kClosed || probing_) return std::nullopt;
  return paused_until_;
}

void WayOut::OnLife(MonotonicTime now) {
  probing_ = false;
  if (unfit_) return;
  last_life_ = now;
  state_ = State::kOpen;
  failed_looks_ = 0;
}

bool WayOut::IsTheSites(MonotonicTime now, UtcTime began) {
  if (!options_.has_canaries) return true;
  if (state_ == State::kClosed) return false;
  if (last_life_ && now - *last_life_ <= options_.proof_lasts) return true;
  if (state_ == State::kOpen || began < doubted_since_) doubted_since_ = began;
  state_ = State::kDoubted;
  return false;
}

void WayOut::OnAway(MonotonicTime now, UtcTime utc, const std::string& reason) {
  // Transfers that were in flight when it broke are one outage.
  if (state_ == State::kClosed && now < paused_until_) return;
  Close(now, utc, reason);
}

void WayOut::OnFitness(MonotonicTime now, UtcTime utc, const std::string& why_not) {
  if (why_not.empty()) {
    if (unfit_) paused_until_ = now;
    unfit_ = false;
    return;
  }
  // Still unfit is another look in vain, once a pause.
  if (unfit_ && now < paused_until_) return;
  unfit_ = true;
  Close(now, utc, why_not);
}

bool WayOut::WantsProbe(MonotonicTime now) const {
  if (!options_.has_canaries || probing_ || unfit_) return false;
  return state_ == State::kDoubted || (state_ == State::kClosed && now >= paused_until_);
}

void WayOut::EndProbe(MonotonicTime now, UtcTime utc) {
  probing_ = false;
  if (state_ == State::kOpen || unfit_) return;
  Close(now, state_ == State::kDoubted ? doubted_since_ : utc, "no canary answers");
}

void WayOut::Close(MonotonicTime now, UtcTime since, const std::string& reason) {
  if (state_ != State::kClosed) {
    closed_since_ = since;
    reason_ = reason;
  }
  state_ = State::kClosed;
  trial_used_ = false;
  last_life_.reset();
  std::chrono::microseconds pause = options_.first_pause;
  for (int i = 0; i < failed_looks_ && pause < options_.longest_pause; ++i) pause *= 2;
  paused_until_ = now + std::min(pause, options_.longest_pause);
  ++failed_looks_;
}

}  // namespace gasht
