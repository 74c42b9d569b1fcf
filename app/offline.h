#pragma once

// Analysis without a store or a network: what `scan`, `extract` and `rules` share.

#include <memory>
#include <string>

#include "analysis/analyze_page.h"
#include "base/status.h"
#include "rules/packs.h"

namespace gasht {

// The packs of `dir`, or the built-in ones when `dir` is empty, compiled.
Result<std::shared_ptr<const RuleSet>> LoadRules(const std::string& dir);

// A whole file, or standard input for "-". Gzip is recognised by its magic and unpacked. At most `max_bytes`,
// packed and unpacked.
Result<std::string> ReadInput(const std::string& file, size_t max_bytes);

// Gives every listing the id it would have in a store under the source name "offline".
void AssignOfflineIds(PageAnalysis& analysis);

}  // namespace gasht
