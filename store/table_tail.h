#pragma once

// What RocksDB must not be let near. It reads the properties of a table before it has checked them (7.8, BlockBasedTable::Open),
// and ends the process with an assertion when the last bit of them says that an index follows which is empty. A bit that
// flipped there is damage to be named, not a crash of whoever looks. Thread-safe free function.

#include <string>

#include "base/status.h"

namespace gasht {

// Looks at every table (*.sst) of the database folder `path`, three short reads each; format: RocksDB wiki, "Rocksdb
// BlockBasedTable Format", versions 1 to 5. DataLoss names the file. Whatever else is wrong with a table is left to RocksDB,
// which reports it.
Status CheckTableTails(const std::string& path);

}  // namespace gasht
