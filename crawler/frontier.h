#pragma once

// Frontier: which pages are due and not being worked on. What is due is the store's truth; who works on what is a lease in
// memory, so that after a crash every page without a commit is simply due again.
//
// Confined to the crawl thread. The store outlives it. Failures are the store's.

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "model/frontier.h"
#include "store/store.h"

namespace gasht {

class Frontier {
 public:
  explicit Frontier(const Store& store) : store_(store) {}

  // Entries of `source` that are due at `now` and not leased, best priority first, then the longest due; at most `limit`.
  // Each is leased from now on. None with a lower priority than `least`.
  Result<std::vector<FrontierEntry>> TakeReady(const SourceId& source, UtcTime now, size_t limit,
                                               CrawlPriority least = CrawlPriority::kRest);
  // That page, whatever its priority, when it is due and not leased; as `wanted` says when the store does not know it. It is
  // leased from now on.
  Result<std::optional<FrontierEntry>> TakeOne(const FrontierEntry& wanted, UtcTime now);

  // The page is due again when the store says so. A key that is not leased is ignored.
  void Release(const UrlKey& key) { leases_.erase(key); }

  // When the next page of `source`, leased or not, is due.
  Result<std::optional<UtcTime>> NextDue(const SourceId& source) const { return store_.NextDue(source); }

  size_t leases() const { return leases_.size(); }

 private:
  struct KeyHash {
    size_t operator()(const UrlKey& key) const {
      size_t hash = 0;  // the key is a hash already
      std::memcpy(&hash, key.bytes.data(), std::min(sizeof hash, key.bytes.size()));
      return hash;
    }
  };

  const Store& store_;
  std::unordered_set<UrlKey, KeyHash> leases_;
};

}  // namespace gasht
