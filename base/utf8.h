#pragma once

// UTF-8 without tables: validity, decoding, code-point counting. Thread-safe free functions; no input fails,
// invalid bytes decode as U+FFFD, one at a time.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gasht {

// RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF.
bool IsValidUtf8(std::string_view text);

// The code point at `pos`, and `pos` moved behind it. REQUIRES: pos < text.size().
char32_t NextCodePoint(std::string_view text, size_t& pos);

void AppendUtf8(char32_t code_point, std::string& out);

// Every invalid byte becomes U+FFFD.
std::string ReplaceInvalidUtf8(std::string_view text);

// Exact for valid UTF-8; stray continuation bytes are not counted.
size_t CountCodePoints(std::string_view text);

// Turns byte offsets into code-point offsets, in any order: `text` is counted once, in blocks, as far as was
// asked. Confined to one thread; `text` must outlive it.
class CodePointOffsets {
 public:
  explicit CodePointOffsets(std::string_view text) : text_(text) {}
  // An offset behind the end counts as the end.
  size_t At(size_t byte_offset);

 private:
  static constexpr size_t kBlock = 1024;
  std::string_view text_;
  // Code points before byte i * kBlock.
  std::vector<size_t> before_{0};
};

}  // namespace gasht
