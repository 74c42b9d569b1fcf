#pragma once

// Asks a running core. Thread-safe free function.

#include <string>

#include "api/message.h"

namespace gasht {

// The core's answer; an error response becomes its Status. Unavailable when nobody listens on `socket_path`:
// no core runs.
Result<ApiResponse> CallCore(const std::string& socket_path, const ApiRequest& request);

// Does a core answer there?
bool CoreRuns(const std::string& socket_path);

}  // namespace gasht
