// Any bytes as text of any charset: what comes out is UTF-8 without NUL bytes, and what could not be read is counted.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "text/charset.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  if (size == 0) return 0;
  static constexpr std::string_view kTypes[] = {"",
                                                "text/html; charset=windows-1256",
                                                "text/html; charset=utf-16le",
                                                "text/html; charset=utf-16be",
                                                "text/html; charset=gb18030",
                                                "text/html; charset=iso-2022-jp",
                                                "text/html; charset=shift_jis",
                                                "text/html; charset=big5",
                                                "text/html; charset=koi8-r",
                                                "text/html; charset=iso-8859-6",
                                                "text/html; charset=utf-8"};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const DecodedText text = DecodeToUtf8(bytes, {kTypes[data[0] % std::size(kTypes)], (data[0] & 0x80) != 0});
  if (ReplaceInvalidUtf8(text.utf8) != text.utf8) std::abort();
  if (text.utf8.find('\0') != std::string::npos) std::abort();
  if (CharsetFromLabel(text.charset).empty()) std::abort();
  return 0;
}
