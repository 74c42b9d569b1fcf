// Any bytes as a page in one file: what comes out is no longer than what went in.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "extract/mime.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)LooksLikeMhtml(bytes);
  if (const auto page = ReadMhtml(bytes); page && page->html.size() > size) std::abort();
  return 0;
}
