#pragma once

// Whole files, bounded. Thread-safe free functions; errors name the path and the system's reason.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace gasht {

// What errno says of `doing` something to `path`: NotFound, AlreadyExists, InvalidArgument (a folder for a file, a file for
// a folder), ResourceExhausted (no space, quota or limit left), else Unavailable. Call it before errno changes.
Status FileError(std::string_view doing, const std::string& path);

// ResourceExhausted when the file is larger than `max_bytes`, NotFound when it is not there.
Result<std::string> ReadFile(const std::string& path, size_t max_bytes);

// Replaces `path` in one step (temporary file, fsync, rename, fsync of the folder): a reader sees the old
// bytes or the new ones. `mode` as for open(2).
Status WriteFileAtomically(const std::string& path, std::string_view bytes, unsigned mode = 0640);

// Names (not paths) of the regular files in `dir` that end in `suffix`, sorted; symbolic links are followed.
Result<std::vector<std::string>> ListFiles(const std::string& dir, std::string_view suffix);

}  // namespace gasht
