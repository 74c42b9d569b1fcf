#pragma once

// Golden files: what is printed, compared with what was reviewed. GASHT_UPDATE_GOLDEN=1 (scripts/update_golden) writes
// them anew. For tests, from the repository's root.

#include <string>

#include "base/json.h"

namespace gasht {

// A failure of the running test when the file at `path` says anything else.
void ExpectGolden(const std::string& path, const std::string& printed);

// Two spaces a level, a line for each value: what a reviewer can read. Ends with a line end.
std::string PrettyJson(const Json& json);

}  // namespace gasht
