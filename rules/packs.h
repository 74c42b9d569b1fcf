#pragma once

// Where rule packs come from: those built into the program, or a directory. Thread-safe free functions.

#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "rules/pack.h"
#include "rules/rule_set.h"

namespace gasht {

// The packs of rules/packs/ as they were at build time, in the order of their names.
const std::vector<RulePackFile>& EmbeddedRulePacks();

// Every *.yaml file of `dir` and of its folders one level down, in the order of their names, each at most 4
// MiB. NotFound when there is none.
Result<std::vector<RulePackFile>> LoadRulePacks(const std::string& dir);

// Every *.yaml file of `dir`, none being fine. InvalidArgument when one is broken or holds more than `watchlist:`.
Result<std::vector<RulePackFile>> LoadWatchlists(const std::string& dir);

// The embedded packs compiled once; the same object each time. They are checked by our tests, so a failure
// here is a broken build and ends the process.
std::shared_ptr<const RuleSet> EmbeddedRuleSet();

}  // namespace gasht
