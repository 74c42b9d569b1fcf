// Amounts of money in any text: spans lie in it, on character boundaries.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "extract/price.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string text = ReplaceInvalidUtf8(bytes);
  for (const auto& found : FindMoney(text)) {
    if (found.span.begin > found.span.end || found.span.end > text.size()) std::abort();
    if (found.span.begin < text.size() && (static_cast<unsigned char>(text[found.span.begin]) & 0xc0) == 0x80)
      std::abort();
    if (found.span.end < text.size() && (static_cast<unsigned char>(text[found.span.end]) & 0xc0) == 0x80)
      std::abort();
  }
  (void)ParsePrice(text);
  for (const Price& price : FindPrices(text)) (void)PricePerGram(price);
  return 0;
}
