#pragma once

// What the crawl keeps, as printed JSON (docs/schema/frontier-entry, candidate, gap, alert, source-status). Unknown values are absent.
// Thread-safe free functions.

#include "base/json.h"
#include "model/crawl_state.h"
#include "model/finding.h"
#include "model/frontier.h"

namespace gasht {

Json ToJson(const FrontierEntry& entry);
Json ToJson(const Candidate& candidate);
Json ToJson(const CrawlGap& gap);
Json ToJson(const Alert& alert);
Json ToJson(const MirrorListState& state);
// Counters, last success, failures by cause, coverage; without what the configuration says of the source.
Json ToJson(const SourceStats& stats);

}  // namespace gasht
