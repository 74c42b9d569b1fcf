#pragma once

// Small things about words that several files of extract/ need: ASCII only where it says so, no tables, no
// locale. Thread-safe free functions.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gasht {

inline bool IsWhiteSpace(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}
inline bool IsAsciiDigit(char c) {
  return c >= '0' && c <= '9';
}
inline bool IsAsciiLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr char AsciiLowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Which two bytes (ASCII in lower case) the words of a table begin with: nearly every word of running text is turned
// away by one look. REQUIRES: words of at least two bytes.
class StartFilter {
 public:
  constexpr void Add(std::string_view word) {
    const size_t pair = Pair(word[0], word[1]);
    bits_[pair / 64] |= uint64_t{1} << (pair % 64);
  }
  // Whether one of the words may begin at `at`.
  constexpr bool MayBegin(std::string_view text, size_t at = 0) const {
    if (at + 1 >= text.size()) return false;
    const size_t pair = Pair(text[at], text[at + 1]);
    return (bits_[pair / 64] >> (pair % 64) & 1) != 0;
  }

 private:
  static constexpr size_t Pair(char a, char b) {
    return static_cast<size_t>(static_cast<unsigned char>(AsciiLowered(a))) << 8 |
           static_cast<unsigned char>(AsciiLowered(b));
  }
  std::array<uint64_t, 1024> bits_{};
};

std::string_view Trimmed(std::string_view text);
std::string AsciiLowered(std::string_view text);
// Inline up to the first difference: most comparisons end at the first letter.
inline bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (AsciiLowered(a[i]) != AsciiLowered(b[i])) return false;
  }
  return true;
}
// Whether `part`, which is lower case, occurs in `text` in any case.
bool ContainsIgnoringCase(std::string_view text, std::string_view part);
// Where it first does; npos when nowhere.
size_t FindIgnoringCase(std::string_view text, std::string_view part);

// Runs of white space (and no-break spaces) become one space; none at the ends.
std::string FoldWhiteSpace(std::string_view text);

// At most `max_bytes`, not in the middle of a character.
std::string CutToWholeCharacters(std::string_view text, size_t max_bytes);

}  // namespace gasht
