#pragma once

// Small things about words that several files of extract/ need: ASCII only where it says so, no tables, no
// locale. Thread-safe free functions.

#include <cstddef>
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

// Runs of white space (and no-break spaces) become one space; none at the ends.
std::string FoldWhiteSpace(std::string_view text);

// At most `max_bytes`, not in the middle of a character.
std::string CutToWholeCharacters(std::string_view text, size_t max_bytes);

}  // namespace gasht
