#pragma once

// The words around a place in a text, as far as they say what stands there: a label on its line or on the line above.
// Thread-safe free functions, bounded by kContextBytes.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace gasht {

inline constexpr size_t kContextBytes = 48;  // how far before a value its label may stand

// What stands right before `at`, in lower case: the same line and the one above it.
std::string ContextBefore(std::string_view text, size_t at, size_t bytes = kContextBytes);
// What stands right behind it on the same line, in lower case.
std::string ContextAfter(std::string_view text, size_t at, size_t bytes = 24);

bool HasAny(std::string_view text, std::initializer_list<std::string_view> words);

// The position right behind the last whole occurrence of `word` (lower case) in `text`; npos when there is none.
size_t BehindLastWord(std::string_view text, std::string_view word);

// A letter of any script, as far as a boundary needs to know: ASCII letters and all bytes of other characters.
bool IsLetterByte(char c);

}  // namespace gasht
