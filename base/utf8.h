#pragma once

// UTF-8 without tables: validity, decoding, code-point counting. Thread-safe free functions; no input fails,
// invalid bytes decode as U+FFFD, one at a time.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gasht {

// RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF.
bool IsValidUtf8(std::string_view text);

// The code point at `pos`, and `pos` moved behind it. REQUIRES: pos < text.size().
char32_t NextCodePoint(std::string_view text, size_t& pos);

void AppendUtf8(char32_t code_point, std::string& out);

// Every invalid byte becomes U+FFFD.
std::string ReplaceInvalidUtf8(std::string_view text);

size_t CountCodePoints(std::string_view text);

// Turns byte offsets into code-point offsets in one pass over `text`: ask in ascending order for speed, in any
// order for convenience. Confined to one thread; `text` must outlive it.
class CodePointOffsets {
 public:
  explicit CodePointOffsets(std::string_view text) : text_(text) {}
  size_t At(size_t byte_offset);

 private:
  std::string_view text_;
  size_t byte_ = 0;
  size_t count_ = 0;
};

}  // namespace gasht
