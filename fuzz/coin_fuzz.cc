// Any word as an address of a coin: what passed is read the same again.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "extract/coin_address.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto address = ReadCoinAddress(bytes);
  if (address && address->check == IdentifierCheck::kPassed) {
    const auto again = ReadCoinAddress(address->value);
    if (!again || again->check != IdentifierCheck::kPassed || again->value != address->value) std::abort();
  }
  return 0;
}
