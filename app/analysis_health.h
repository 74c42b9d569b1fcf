#pragma once

// AnalysisHealth: which sources send pages that end the workers that read them, one after the other.
//
// Thread-safe.

#include <map>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "model/ids.h"
#include "model/page_analysis.h"

namespace gasht {

class AnalysisHealth {
 public:
  // One page may be a bad one; so many in a row are somebody's intent.
  static constexpr int kKillsInARow = 5;

  // A page of `source` was read. True when this is the one that puts the source on hold.
  bool Note(const SourceId& source, const PageAnalysis& analysis);

  // A person opened the source's queue again: it begins anew.
  void Release(const SourceId& source);

  // Why the source is on hold, in words for an operator; nothing when it is not.
  std::optional<std::string> WhyHeld(const SourceId& source) const;

 private:
  mutable Mutex mu_;
  std::map<SourceId, int> kills_in_a_row_ GUARDED_BY(mu_);  // stays once it is full
};

}  // namespace gasht
