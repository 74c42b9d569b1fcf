#pragma once

// STORE/manifest: RocksDB's own list of its files (db/MANIFEST-N) as it was when the custody log was sealed last: its
// name, how long it was, and the SHA-256 of that much. RocksDB only ever appends to it, and begins another with a higher number;
// a cut at its end opens without a word. What is shorter, other or older than what is noted here was cut off, changed or
// put back. docs/storage-format.md, "The folder". Free functions; thread-safe, but one writer at a time.

#include <string>

#include "base/status.h"

namespace gasht {

// Notes the list of the database at `database_path`: the first `bytes` of the one that CURRENT names, durable when this
// returns Ok. `bytes` 0: all of it, of a database that is closed.
Status NoteFileList(const std::string& store_path, const std::string& database_path, uint64_t bytes);

// DataLoss, with the reason, when the list is not what was noted, or a longer one, or one with a higher number. NotFound:
// nothing was noted.
Status CheckFileList(const std::string& store_path, const std::string& database_path);

inline std::string FileListPath(const std::string& store_path) {
  return store_path + "/manifest";
}

}  // namespace gasht
