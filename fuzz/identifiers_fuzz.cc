// Every family of identifiers in any text, on Telegram and elsewhere: spans lie in it, on character boundaries.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "extract/identifiers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string text = ReplaceInvalidUtf8(bytes);
  IdentifierOptions options;
  options.source_kind = size % 2 == 0 ? SourceKind::kTelegramChannel : SourceKind::kMarket;
  options.keep_repeats = size % 3 == 0;
  for (const auto& found : FindIdentifiers(text, options)) {
    if (found.span.begin > found.span.end || found.span.end > text.size()) std::abort();
    if (found.span.begin < text.size() && (static_cast<unsigned char>(text[found.span.begin]) & 0xc0) == 0x80)
      std::abort();
    if (found.span.end < text.size() && (static_cast<unsigned char>(text[found.span.end]) & 0xc0) == 0x80)
      std::abort();
  }
  return 0;
}
