#pragma once

// What `gasht tor check` prints. Pure.

#include "base/json.h"
#include "config/config.h"
#include "crawler/tor_check.h"

namespace gasht {

// docs/schema/tor-check.schema.json.
Json TorReportJson(const TorConfig& tor, const TorReport& report);

// For a person: what is known, what is wrong, what to do.
std::string TorReportText(const TorConfig& tor, const TorReport& report);

}  // namespace gasht
