#pragma once

// The configuration a command runs under. Its warnings (a dormant source) go to standard error.

#include <string>
#include <vector>

#include "app/commands.h"
#include "base/status.h"
#include "config/config.h"
#include "rules/pack.h"

namespace gasht {

Result<Config> LoadConfigured(const GlobalOptions& global);

// The packs it judges by: those of its rules folder, else the built-in ones, and its watchlists. `rules_dir` instead of the
// configured folder unless it is empty.
Result<std::vector<RulePackFile>> ConfiguredPacks(const Config& config, const std::string& rules_dir = {});

}  // namespace gasht
