#include "crawler/frontier.h"

namespace gasht {

Result<std::optional<FrontierEntry>> Frontier::TakeOne(const FrontierEntry& wanted, UtcTime now) {
  if (leases_.contains(wanted.key)) return std::optional<FrontierEntry>();
  Result<FrontierEntry> entry = store_.GetFrontierEntry(wanted.source, wanted.key);
  if (entry.status().code() == StatusCode::kNotFound) entry = wanted;
  GASHT_RETURN_IF_ERROR(entry.status());
  if (entry->state != FrontierState::kScheduled || entry->due > now) return std::optional<FrontierEntry>();
  leases_.insert(wanted.key);
  return std::optional<FrontierEntry>(*std::move(entry));
}

Result<std::vector<FrontierEntry>> Frontier::TakeReady(const SourceId& source, UtcTime now, size_t limit,
                                                       CrawlPriority least) {
  GASHT_ASSIGN_OR_RETURN(
      std::vector<FrontierEntry> ready,
      store_.ListReady(
          source, now, limit, [this](const UrlKey& key) { return leases_.contains(key); }, least));
  for (const FrontierEntry& entry : ready) leases_.insert(entry.key);
  return ready;
}

}  // namespace gasht
