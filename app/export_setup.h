#pragma once

// What exports need of the configuration and of the custody log. Used by the core and by commands that open the
// store themselves.

#include "api/export_service.h"
#include "base/clock.h"
#include "base/status.h"
#include "config/config.h"
#include "store/store.h"

namespace gasht {

// Fails when the rule packs do not load. Store and clock outlive it.
Result<ExportSetup> MakeExportSetup(const Config& config, const Store& store, const Clock& clock);

}  // namespace gasht
