#pragma once

// Gaps (model/crawl_state.h) at the seams between runs. While a patrol runs it writes each gap when it is noticed, so that a crash
// does not hide it, and once more when it ends; what a crash or a stop left open ends here, so that a page that was not seen in
// one is never taken for a page that was gone.

#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "model/crawl_state.h"
#include "store/store.h"

namespace gasht {

// Shorter times between two runs are no gap: a restart.
inline constexpr std::chrono::seconds kShortestRest{60};
// Leaves that are read for the last sign of a patrol.
inline constexpr uint64_t kMaxLeavesRead = 2'000'000;

// What a patrol that starts at `now` has to write: gaps that were open when the last one ended, as ended then, and the time in
// which nobody patrolled. Failures are the store's.
Result<std::vector<CrawlGap>> GapsAtStart(const Store& store, UtcTime now);

// What a patrol that stops at `now` has to write: a new run finds out anew.
Result<std::vector<CrawlGap>> GapsAtStop(const Store& store, UtcTime now);

}  // namespace gasht
