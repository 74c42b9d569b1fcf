#pragma once

// What lies in a ZIP archive that somebody handed over, in memory: the archives of telephones and desktops, also those
// written in one go (sizes behind the data). Stored and deflated entries; nothing else is read.
//
// Thread-safe free functions. Bounded: a directory of 10,000 entries, and every entry by what the caller allows to
// unpack. What is broken is InvalidArgument, what is larger ResourceExhausted. Names are as written and never opened.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace gasht {

struct ZippedFile {
  std::string name;
  uint16_t method = 0;
  uint64_t packed = 0, bytes = 0;  // as the directory says
  uint64_t header = 0;             // where its local header begins
};

bool IsZip(std::string_view bytes);
Result<std::vector<ZippedFile>> ListZip(std::string_view archive);
Result<std::string> Unzip(std::string_view archive, const ZippedFile& file, size_t max_bytes);

// zlib's own wrapping, gzip's, or a bare stream; what could be unpacked before the stream broke or `max_bytes` were
// reached.
enum class InflateWrap { kZlib, kGzip, kBare };
std::string InflateSome(std::string_view packed, InflateWrap wrap, size_t max_bytes);

}  // namespace gasht
