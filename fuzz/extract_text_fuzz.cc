// Text of nobody's making through everything of extract/ that reads running text and names of charsets: prices,
// quantities, identifiers, times, selectors, JSON mending, decoding.
//
// Oracles: spans lie inside the text and on character boundaries; what was decoded is valid UTF-8.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/utf8.h"
#include "extract/forum.h"
#include "extract/identifiers.h"
#include "extract/price.h"
#include "extract/selector.h"
#include "extract/structured.h"
#include "text/charset.h"

namespace {

void CheckSpan(std::string_view text, gasht::Span span) {
  const auto boundary = [&](size_t at) {
    return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
  };
  if (span.begin > span.end || span.end > text.size() || !boundary(span.begin) || !boundary(span.end))
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const gasht::DecodedText decoded = gasht::DecodeToUtf8(bytes, {"text/html", true});
  if (!gasht::IsValidUtf8(decoded.utf8)) std::abort();
  const std::string_view text = decoded.utf8;
  for (const gasht::FoundMoney& found : gasht::FindMoney(text)) CheckSpan(text, found.span);
  for (const gasht::FoundQuantity& found : gasht::FindQuantities(text)) CheckSpan(text, found.span);
  for (const gasht::Identifier& found : gasht::FindIdentifiers(text, {})) CheckSpan(text, found.span);
  (void)gasht::ParsePrice(text);
  (void)gasht::FindPrices(text);
  (void)gasht::QuantityOffered(text);
  (void)gasht::ParseWrittenTime(text, {1'700'000'000'000'000});
  (void)gasht::Selector::Compile(text.substr(0, 200));
  (void)gasht::MendJson(text);
  (void)gasht::IdentifiersOfUrl(text, {});
  return 0;
}
