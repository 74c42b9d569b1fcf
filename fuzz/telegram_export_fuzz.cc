// Any bytes as result.json: pieces lie in it, and their listings in the text made of them.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "extract/telegram_export.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const TelegramPiece& piece : SplitTelegramJson(bytes, 500, 3)) {
    if (piece.span.begin >= piece.span.end || piece.span.end > size) std::abort();
    std::string text;
    std::vector<Link> links;
    const MessagePage page =
        ReadTelegramPiece(bytes.substr(piece.span.begin, piece.span.size()), piece.chat, 100, text, links);
    for (const Listing& listing : page.listings) {
      if (listing.span.begin > listing.span.end || listing.span.end > text.size()) std::abort();
    }
  }
  return 0;
}
