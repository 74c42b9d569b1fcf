// Any bytes as an archive: no entry unpacks to more than allowed.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "extract/unzip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto files = ListZip(bytes); files.ok()) {
    size_t read = 0;
    for (const ZippedFile& file : *files) {
      if (++read > 20) break;
      if (const auto unpacked = Unzip(bytes, file, 1 << 16); unpacked.ok() && unpacked->size() > (1 << 16))
        std::abort();
    }
  }
  (void)InflateSome(bytes, InflateWrap::kZlib, 1 << 16);
  return 0;
}
