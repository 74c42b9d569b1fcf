#pragma once

// One patrol: the store opened, the API served, and every page's way from the frontier to a durable commit. The only
// place where crawler and analysis meet.

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/status.h"
#include "config/config.h"
#include "crawler/crawl_loop.h"

namespace gasht {

struct PatrolOptions {
  bool once = false;
  // Only what persons have asked for now; ends after it, with `once`.
  bool only_now = false;
  std::vector<std::string> sources;  // empty: all
  std::function<void(const CrawlProgress&, uint64_t new_findings)> on_progress;
  // Null: the system's. Outlives the patrol.
  const Clock* clock = nullptr;
};

struct PatrolSummary {
  CrawlSummary crawl;
  uint64_t new_findings = 0;
  uint64_t seen_findings = 0;
  std::vector<std::string> dormant;  // ids of sources whose authority does not cover today
  // Everything up to the patrol's end is sealed, or why not: DataLoss when the signer refuses the tree, Unavailable and
  // FailedPrecondition when there is none that could.
  Status sealed;
};

// The keys that the configuration pins can be read, are what their fingerprints say, and have neither expired nor been revoked.
// InvalidArgument with the place.
Status CheckPinnedKeys(const Config& config, UtcTime now);

// Is the Tor client of the configuration there and ready? Unavailable says what to do.
Status CheckTor(const Config& config);

// Runs on the caller's thread until `stop`, or with `once` until nothing is due. Unavailable: the store is locked, Tor is
// away; nothing was fetched then.
Result<PatrolSummary> Patrol(const Config& config, const PatrolOptions& options, std::stop_token stop);

}  // namespace gasht
