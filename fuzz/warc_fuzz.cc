// WARC, gzip and ZIP as strangers hand them in: any bytes end in records or in an error, within the budgets.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "casework/warc.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  bool given = false;
  gasht::WarcReader reader(
      [&]() -> gasht::Result<std::string> { return std::exchange(given, true) ? std::string() : bytes; },
      size_t{1} << 20);
  for (int records = 0; records < 1000; ++records) {
    const auto record = reader.Next();
    if (!record.ok() || !record->has_value()) return 0;
    if ((*record)->block.size() > size_t{1} << 20) std::abort();
    // Written again it reads the same.
    gasht::WarcRecord copy = **record;
    (void)gasht::CheckPayloadDigest(copy);
    (void)gasht::CheckWarcDigest(copy.Field("WARC-Block-Digest"), copy.block);
  }
  return 0;
}
