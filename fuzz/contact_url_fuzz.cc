// Any text as a URL: whatever it points at spans all of it.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "extract/identifiers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const Identifier& id : IdentifiersOfUrl(bytes, {})) {
    if (id.span.begin != 0 || id.span.end != size || id.value.empty()) std::abort();
  }
  return 0;
}
