#pragma once

// The configuration a command runs under. Its warnings (a dormant source) go to standard error.

#include "app/commands.h"
#include "base/status.h"
#include "config/config.h"

namespace gasht {

Result<Config> LoadConfigured(const GlobalOptions& global);

}  // namespace gasht
