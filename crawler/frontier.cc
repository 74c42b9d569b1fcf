#include "crawler/frontier.h"

namespace gasht {

Result<std::vector<FrontierEntry>> Frontier::TakeReady(const SourceId& source, UtcTime now, size_t limit) {
  GASHT_ASSIGN_OR_RETURN(
      std::vector<FrontierEntry> ready,
      store_.ListReady(source, now, limit, [this](const UrlKey& key) { return leases_.contains(key); }));
  for (const FrontierEntry& entry : ready) leases_.insert(entry.key);
  return ready;
}

}  // namespace gasht
