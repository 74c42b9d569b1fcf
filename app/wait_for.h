#pragma once

// Waiting for what the core does in the background: an export, the rewriting after a destruction. Free function; the
// caller's thread waits.

#include <functional>
#include <stop_token>
#include <string>

#include "app/store_access.h"
#include "base/json.h"
#include "base/status.h"

namespace gasht {

// Asks for `path` until what it answers is no longer under way ("state":"running", "running":true), and shows each answer;
// ends with Cancelled when `stop` is requested.
Result<Json> WaitFor(StoreAccess& access, const std::string& path, std::stop_token stop,
                     const std::function<void(const Json&)>& show);

}  // namespace gasht
