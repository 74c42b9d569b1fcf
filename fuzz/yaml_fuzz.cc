// ParseYaml: any bytes give a tree or one placed error.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto tree = gasht::ParseYaml({reinterpret_cast<const char*>(data), size}, "f");
  if (!tree.ok() && !tree.status().message().starts_with("f:")) std::abort();
  return 0;
}
