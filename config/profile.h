#pragma once

// Extraction profiles as configured: the `profile` of a source, or a file of its own for `gasht extract
// --profile`. Pure functions; errors are "file:line:column: what: remedy".

#include <string>

#include "base/status.h"
#include "base/yaml.h"
#include "model/source.h"

namespace gasht {

// A mapping of selectors. Whether they compile is known to extract/ alone.
ExtractionProfile ReadProfile(const YamlNode& node, YamlErrors& errors);

// A file that holds a profile, or a source file with its profile.
Result<ExtractionProfile> LoadProfile(const std::string& path);

}  // namespace gasht
