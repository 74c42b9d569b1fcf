#include "base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace gasht {
namespace {

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Length of the valid sequence at `pos`, or 0.
size_t SequenceLength(std::string_view text, size_t pos, char32_t& code_point) {
  const auto lead = static_cast<unsigned char>(text[pos]);
  if (lead < 0x80) {
    code_point = lead;
    return 1;
  }
  size_t length = 0;
  char32_t minimum = 0;
  if ((lead & 0xe0) == 0xc0) {
    length = 2, minimum = 0x80, code_point = lead & 0x1f;
  } else if ((lead & 0xf0) == 0xe0) {
    length = 3, minimum = 0x800, code_point = lead & 0x0f;
  } else if ((lead & 0xf8) == 0xf0) {
    length = 4, minimum = 0x10000, code_point = lead & 0x07;
  } else {
    return 0;
  }
  if (pos + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[pos + i])) return 0;
    code_point = code_point << 6 | (static_cast<unsigned char>(text[pos + i]) & 0x3f);
  }
  if (code_point < minimum || code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
    return 0;
  return length;
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
  char32_t ignored = 0;
  for (size_t pos = 0; pos < text.size();) {
    // Most text is ASCII: eight at a time.
    if (uint64_t eight = 0; pos + sizeof eight <= text.size()) {
      std::memcpy(&eight, text.data() + pos, sizeof eight);
      if ((eight & 0x8080808080808080u) == 0) {
        pos += sizeof eight;
        continue;
      }
    }
    const size_t length = SequenceLength(text, pos, ignored);
    if (length == 0) return false;
    pos += length;
  }
  return true;
}

char32_t NextCodePoint(std::string_view text, size_t& pos) {
  char32_t code_point = 0;
  const size_t length = SequenceLength(text, pos, code_point);
  pos += std::max<size_t>(length, 1);
  return length == 0 ? U'\uFFFD' : code_point;
}

void AppendUtf8(char32_t cp, std::string& out) {
  if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff)) cp = 0xfffd;
  if (cp < 0x80) {
    out += static_cast<char>(cp);
  } else if (cp < 0x800) {
    out += static_cast<char>(0xc0 | cp >> 6);
    out += static_cast<char>(0x80 | (cp & 0x3f));
  } else if (cp < 0x10000) {
    out += static_cast<char>(0xe0 | cp >> 12);
    out += static_cast<char>(0x80 | (cp >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (cp & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | cp >> 18);
    out += static_cast<char>(0x80 | (cp >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (cp >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (cp & 0x3f));
  }
}

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t pos = 0; pos < text.size();) AppendUtf8(NextCodePoint(text, pos), out);
  return out;
}

size_t CountCodePoints(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuation(c); }));
}

size_t CodePointOffsets::At(size_t byte_offset) {
  byte_offset = std::min(byte_offset, text_.size());
  const size_t block = byte_offset / kBlock;
  while (before_.size() <= block) {
    const size_t begin = (before_.size() - 1) * kBlock;
    before_.push_back(before_.back() + CountCodePoints(text_.substr(begin, kBlock)));
  }
  const size_t begin = block * kBlock;
  return before_[block] + CountCodePoints(text_.substr(begin, byte_offset - begin));
}

}  // namespace gasht
