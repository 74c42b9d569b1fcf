#pragma once

// Real data that lies beside the repository and is not part of it: tests that use it pass without it.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace gasht {

// The folder `name` of $GASHT_SHARED_DATA, else of ../shared/data; nothing, and a line that says so, when it
// is not there.
std::optional<std::string> SharedDataDir(const std::string& name);

// $GASHT_SHARED_DATA, else ../shared/data, whether it is there or not.
std::string SharedDataRoot();

// A file of it, unpacked when it is gzip; empty when it cannot be read.
std::string ReadMaybeGzip(const std::string& path);
// The regular files of a gzipped tar archive (POSIX ustar, GNU long names), by name.
std::map<std::string, std::string> ReadTarGz(const std::string& path);
// The lines of a file of JSON lines that parse; gzip or not.
std::vector<Json> ReadJsonLines(const std::string& path);

}  // namespace gasht
