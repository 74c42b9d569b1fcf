// Any text as a chat: its pieces are the whole of it, its listings lie in it.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "extract/whatsapp.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string text = ReplaceInvalidUtf8(bytes);
  size_t at = 0;
  for (const Span piece : SplitWhatsapp(text, 200, 3)) {
    if (piece.begin != at || piece.end <= piece.begin) std::abort();
    at = piece.end;
  }
  if (at != text.size()) std::abort();
  for (const Listing& listing : ReadWhatsapp(text, 100).listings) {
    if (listing.span.begin > listing.span.end || listing.span.end > text.size()) std::abort();
  }
  return 0;
}
