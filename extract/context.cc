#include "extract/context.h"

#include <algorithm>

#include "extract/words.h"

namespace gasht {

bool IsLetterByte(char c) {
  return IsAsciiLetter(c) || static_cast<unsigned char>(c) >= 0x80;
}

std::string ContextBefore(std::string_view text, size_t at, size_t bytes) {
  at = std::min(at, text.size());
  std::string_view before = text.substr(at > bytes ? at - bytes : 0, std::min(at, bytes));
  // A label may stand on the line above its value ("WhatsApp\n0301..."), but not further.
  const size_t line = before.rfind('\n');
  if (line != std::string_view::npos && line > 0) {
    const size_t line_before = before.rfind('\n', line - 1);
    if (line_before != std::string_view::npos) before.remove_prefix(line_before + 1);
  }
  return AsciiLowered(before);
}

std::string ContextAfter(std::string_view text, size_t at, size_t bytes) {
  std::string_view after = text.substr(std::min(at, text.size()), bytes);
  after = after.substr(0, after.find('\n'));
  return AsciiLowered(after);
}

bool HasAny(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

size_t BehindLastWord(std::string_view text, std::string_view word) {
  for (size_t at = text.rfind(word); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : text.rfind(word, at - 1)) {
    const bool begins = at == 0 || !IsAsciiLetter(text[at - 1]);
    const size_t behind = at + word.size();
    const bool ends = behind >= text.size() || !IsAsciiLetter(text[behind]);
    if (begins && ends) return behind;
  }
  return std::string_view::npos;
}

}  // namespace gasht
