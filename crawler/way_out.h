#pragma once

// WayOut: is the way out of this machine there, for one route? Tells our own outages from dead sites: a page that fails is
// held back until a canary, a page that is nearly always there, has spoken. When no canary answers it is ours: nothing is
// fetched, no page waits longer for it, and the gap is recorded.
//
//   open --a failure that both would explain, and no answer from anywhere for a while--> doubted: canaries are asked
//   doubted --a canary answers--> open: what was held is the sites' own failure
//   doubted --none answers--> closed: what was held never happened
//   open --the SOCKS port refuses, no network, Tor says it is not fit--> closed
//   closed --a canary answers; without canaries, after a pause, any page--> open
//
// A state machine without clock, network or threads: it is told what happened and when. Confined to the crawl thread.

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"

namespace gasht {

struct WayOutOptions {
  bool has_canaries = false;
  // An answer so long ago still shows that the way out is there: the bound on how often canaries are asked.
  std::chrono::microseconds proof_lasts = std::chrono::seconds(60);
  // While it is closed, looks for it are so far apart, each time twice as far.
  std::chrono::microseconds first_pause = std::chrono::milliseconds(500);
  std::chrono::microseconds longest_pause = std::chrono::seconds(60);
};

class WayOut {
 public:
  enum class State { kOpen, kDoubted, kClosed };

  explicit WayOut(const WayOutOptions& options) : options_(options) {}

  State state() const { return state_; }
  // Another configuration.
  void set_has_canaries(bool has) { options_.has_canaries = has; }
  // Pages may be asked for. A closed way without canaries is tried by any page once the pause is over; with canaries that stay
  // silent, by one page a look: they may be what is dead.
  bool MayFetch(MonotonicTime now) const;
  // A page is being asked for.
  void OnStart() { trial_used_ = true; }
  // When the next look is due; nothing when only news can change the state.
  std::optional<MonotonicTime> wakes_at() const;

  // Something beyond this machine answered.
  void OnLife(MonotonicTime now);
  // A failure of a page, begun at `began`, that an outage of ours would look like too. True: it is the site's. False: hold it
  // until the state is no longer doubted.
  bool IsTheSites(MonotonicTime now, UtcTime began);
  // The way out itself failed. Many at once are one outage.
  void OnAway(MonotonicTime now, UtcTime utc, const std::string& reason);
  // What the watch over Tor says, each time it is asked: empty for fit, or why not. While it is not, nothing is tried.
  void OnFitness(MonotonicTime now, UtcTime utc, const std::string& why_not);

  // Time to ask all canaries; then BeginProbe, OnLife for each that answers, and EndProbe when every one has ended.
  bool WantsProbe(MonotonicTime now) const;
  void BeginProbe() { probing_ = true; }
  void EndProbe(MonotonicTime now, UtcTime utc);

  // Of the outage that lasts, or lasted last.
  UtcTime closed_since() const { return closed_since_; }
  const std::string& reason() const { return reason_; }
  // Looks for the way out in vain, in a row.
  int failed_looks() const { return failed_looks_; }

 private:
  void Close(MonotonicTime now, UtcTime since, const std::string& reason);

  WayOutOptions options_;
  State state_ = State::kOpen;
  bool probing_ = false;
  bool unfit_ = false;
  bool trial_used_ = false;
  std::optional<MonotonicTime> last_life_;
  UtcTime doubted_since_;
  UtcTime closed_since_;
  std::string reason_;
  int failed_looks_ = 0;
  MonotonicTime paused_until_;
};

}  // namespace gasht
