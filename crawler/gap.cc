#include "crawler/gap.h"

#include <algorithm>

#include <fmt/format.h>

namespace gasht {
namespace {

constexpr std::string_view kNotRunning = "the patrol was not running";

// Other leaves (views, reviews) are written without a patrol too.
bool IsOfThePatrol(const CustodyLeaf& leaf) {
  return leaf.kind == "capture" || leaf.kind == "start" || leaf.kind == "stop" ||
         leaf.kind == kWayOutClosed || leaf.kind == kWayOutOpen;
}

std::string_view TakeWord(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

std::optional<Route> ParseRoute(std::string_view name) {
  for (const Route route : {Route::kTor, Route::kDirect}) {
    if (RouteName(route) == name) return route;
  }
  return std::nullopt;
}

class GapReader {
 public:
  void Take(const CustodyLeaf& leaf) {
    std::string_view words = leaf.detail;
    if (leaf.kind == kWayOutClosed) {
      const std::optional<Route> route = ParseRoute(TakeWord(words));
      const Result<UtcTime> since = ParseRfc3339(TakeWord(words));
      End(route, leaf.at);
      if (route) gaps_.push_back({route, since.ok() ? *since : leaf.at, std::nullopt, std::string(words)});
    } else if (leaf.kind == kWayOutOpen) {
      End(ParseRoute(TakeWord(words)), leaf.at);
    } else if (leaf.kind == "stop" || leaf.kind == "start") {
      // A new run finds out anew; what a crash left open ends where life was seen last.
      const UtcTime end = leaf.kind == "stop" ? leaf.at : last_sign_.value_or(leaf.at);
      for (const Route route : {Route::kTor, Route::kDirect}) End(route, end);
      if (leaf.kind == "start" && last_sign_)
        gaps_.push_back({std::nullopt, *last_sign_, leaf.at, std::string(kNotRunning)});
    }
    last_sign_ = leaf.at;
  }

  std::vector<Gap> Finish() {
    std::stable_sort(gaps_.begin(), gaps_.end(), [](const Gap& a, const Gap& b) { return a.from < b.from; });
    return std::move(gaps_);
  }

 private:
  void End(std::optional<Route> route, UtcTime at) {
    for (Gap& gap : gaps_) {
      if (gap.route == route && !gap.until) gap.until = std::max(at, gap.from);
    }
  }

  std::vector<Gap> gaps_;
  std::optional<UtcTime> last_sign_;
};

}  // namespace

CustodyEvent WayOutClosedEvent(const std::string& actor, Route route, UtcTime since,
                               std::string_view reason) {
  return {std::string(kWayOutClosed), actor,
          fmt::format("{} {} {}", RouteName(route), FormatRfc3339(since), reason)};
}

CustodyEvent WayOutOpenEvent(const std::string& actor, Route route) {
  return {std::string(kWayOutOpen), actor, std::string(RouteName(route))};
}

std::vector<Gap> GapsIn(const std::vector<CustodyLeaf>& leaves) {
  GapReader reader;
  for (const CustodyLeaf& leaf : leaves) {
    if (IsOfThePatrol(leaf)) reader.Take(leaf);
  }
  return reader.Finish();
}

Result<std::vector<Gap>> ListGaps(const Store& store, UtcTime since) {
  std::vector<CustodyLeaf> leaves;
  const uint64_t size = store.tree_head().size;
  const uint64_t first = size - std::min(size, kMaxLeavesRead);
  // Back to the last start before `since`: an outage may have begun before it.
  for (uint64_t index = size; index-- > first;) {
    GASHT_ASSIGN_OR_RETURN(CustodyLeaf leaf, store.GetLeaf(index));
    const bool far_enough = leaf.at < since && leaf.kind == "start";
    // Of captures only the last before an event matters: a sign of life.
    const bool matters =
        IsOfThePatrol(leaf) && (leaf.kind != "capture" || leaves.empty() || leaves.back().kind != "capture");
    if (matters) leaves.push_back(std::move(leaf));
    if (far_enough) break;
  }
  std::reverse(leaves.begin(), leaves.end());
  std::vector<Gap> gaps = GapsIn(leaves);
  std::erase_if(gaps, [since](const Gap& gap) { return gap.until && *gap.until < since; });
  return gaps;
}

}  // namespace gasht
