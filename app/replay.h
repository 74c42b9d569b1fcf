#pragma once

// Replay: the stored captures analysed again with given rules, and what that would add, remove and re-score among the
// stored findings. Nothing is changed: a pack is tried on what was really seen before it goes live.

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/analyzer.h"
#include "base/json.h"
#include "base/status.h"
#include "model/source.h"
#include "rules/rule_set.h"
#include "store/store.h"

namespace gasht {

struct ReplayOptions {
  std::vector<SourceId> sources;  // empty: all
  // Pages handed to the analyzer and not yet back: bounds the bodies held. REQUIRES: > 0.
  size_t pages_in_flight = 32;
  std::function<void(uint64_t pages)> on_progress;  // on the caller's thread
};

// What rules said of one advert.
struct ReplayVerdict {
  Level level = Level::kInformational;
  int32_t score = 0;
  std::vector<std::string> rules;
  friend bool operator==(const ReplayVerdict&, const ReplayVerdict&) = default;
};

struct ReplayChange {
  FindingId finding;
  SourceId source;
  std::string title;                    // else the opening of its text
  std::optional<ReplayVerdict> before;  // absent: added
  std::optional<ReplayVerdict> after;   // absent: removed
};

struct ReplaySummary {
  uint64_t pages = 0;
  uint64_t unreadable = 0;  // pages whose stored bytes are not what was captured: they tell nothing here
  uint64_t undecided = 0;   // pages on which a budget ended: what is missing there is not known to be absent
  uint64_t same = 0;
  bool complete = true;  // false: stopped early, so what looks removed may only not have been reached
  // Added, then removed, then changed, each by source and id.
  std::vector<ReplayChange> changes;
};

// `known` gives the profile and the kind of each source; a source that is not among them is read without. As when the
// pages were first seen, the strongest match of an advert over all its captures counts. The analyzer's Done threads
// touch nothing of the caller's after this returns.
Result<ReplaySummary> Replay(const Store& store, const std::vector<Source>& known, Analyzer& analyzer,
                             std::shared_ptr<const RuleSet> rules, const ReplayOptions& options,
                             const std::stop_token& stop);

// docs/schema/replay.schema.json: one object for each change, and one for the whole.
Json ReplayChangeJson(const ReplayChange& change);
Json ReplaySummaryJson(const ReplaySummary& summary);

}  // namespace gasht
