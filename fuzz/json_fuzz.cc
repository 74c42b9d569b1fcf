// Json: what parses prints, and what was printed parses to the same value.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto value = gasht::Json::Parse({reinterpret_cast<const char*>(data), size});
  if (!value.ok()) return 0;
  const auto again = gasht::Json::Parse(value->Dump());
  if (!again.ok() || again->Dump() != value->Dump()) std::abort();
  return 0;
}
