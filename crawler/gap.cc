#include "crawler/gap.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "store/writer.h"

namespace gasht {
namespace {

constexpr std::string_view kNotRunning = "the patrol was not running";
// A run leaves at most one a way open.
constexpr size_t kGapsLookedAt = 100;

// Other leaves (views, reviews) are written without a patrol too.
bool IsOfThePatrol(const CustodyLeaf& leaf) {
  return leaf.kind == "capture" || leaf.kind == "start" || leaf.kind == "stop" || leaf.kind == kGapLeafKind;
}

Result<std::optional<UtcTime>> LastSign(const Store& store) {
  const uint64_t size = store.tree_head().size;
  const uint64_t first = size - std::min(size, kMaxLeavesRead);
  for (uint64_t index = size; index-- > first;) {
    GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf, store.GetLeaf(index));
    if (IsOfThePatrol(leaf)) return std::optional(leaf.at);
  }
  return std::optional<UtcTime>();
}

}  // namespace

Result<std::vector<CrawlGap>> GapsAtStop(const Store& store, UtcTime now) {
  GASHT_ASSIGN_OR_RETURN(std::vector<CrawlGap> gaps, store.ListGaps(kGapsLookedAt));
  std::erase_if(gaps, [](const CrawlGap& gap) { return gap.until.has_value(); });
  for (CrawlGap& gap : gaps) gap.until = std::max(now, gap.from);
  return gaps;
}

Result<std::vector<CrawlGap>> GapsAtStart(const Store& store, UtcTime now) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<UtcTime> sign, LastSign(store));
  if (!sign) return std::vector<CrawlGap>();
  GASHT_ASSIGN_OR_RETURN(std::vector<CrawlGap> gaps, GapsAtStop(store, *sign));
  if (now - *sign >= kShortestRest)
    gaps.push_back({std::string(kPatrolWay), *sign, now, std::string(kNotRunning)});
  return gaps;
}

}  // namespace gasht
