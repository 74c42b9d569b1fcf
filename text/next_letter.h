#pragma once

// NextCodePoint (base/utf8.h) for the inner loops of this folder: the two shortest forms, which are most of most texts, are
// decoded in place. The same result for every input.

#include <cstddef>
#include <string_view>

#include "base/utf8.h"

namespace gasht {

// The code point at `pos`, and `pos` behind it. REQUIRES: pos < text.size().
[[gnu::always_inline]] inline char32_t NextLetter(std::string_view text, size_t& pos) {
  const auto byte = static_cast<unsigned char>(text[pos]);
  if (byte < 0x80) {
    ++pos;
    return byte;
  }
  if (byte >= 0xC2 && byte < 0xE0 && pos + 1 < text.size()) {
    const auto second = static_cast<unsigned char>(text[pos + 1]);
    if ((second & 0xC0) == 0x80) {
      pos += 2;
      return static_cast<char32_t>(byte & 0x1F) << 6 | (second & 0x3F);
    }
  }
  return NextCodePoint(text, pos);
}

}  // namespace gasht
