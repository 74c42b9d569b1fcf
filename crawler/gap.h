#pragma once

// Gap: a time in which a route was not there or the patrol did not run. Gaps are told by events of the custody log, so that a
// page that was not seen in one is never taken for a page that was gone.
//
// Plain values and pure functions, but ListGaps, which reads the store.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "model/source.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {

struct Gap {
  std::optional<Route> route;  // absent: the patrol itself was not running
  UtcTime from;
  std::optional<UtcTime> until;  // absent: it lasts
  std::string reason;            // fixed words of ours
  friend bool operator==(const Gap&, const Gap&) = default;
};

// The two events of a route's outage. The first is written when it is noticed, so that a crash does not hide it.
inline constexpr std::string_view kWayOutClosed = "way_out_closed";
inline constexpr std::string_view kWayOutOpen = "way_out_open";
CustodyEvent WayOutClosedEvent(const std::string& actor, Route route, UtcTime since, std::string_view reason);
CustodyEvent WayOutOpenEvent(const std::string& actor, Route route);

// Gaps that were there at or after `since`, in the order in which they began. Reads the log backwards to `since`, at most
// kMaxLeavesRead leaves.
inline constexpr uint64_t kMaxLeavesRead = 2'000'000;
Result<std::vector<Gap>> ListGaps(const Store& store, UtcTime since);

// The same over leaves in their order; what happened before the first of them is not known.
std::vector<Gap> GapsIn(const std::vector<CustodyLeaf>& leaves);

}  // namespace gasht
