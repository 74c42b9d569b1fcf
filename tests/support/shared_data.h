#pragma once

// Real data that lies beside the repository and is not part of it: tests that use it pass without it.

#include <optional>
#include <string>

namespace gasht {

// The folder `name` of $GASHT_SHARED_DATA, else of ../shared/data; nothing, and a line that says so, when it
// is not there.
std::optional<std::string> SharedDataDir(const std::string& name);

}  // namespace gasht
