#pragma once

// Charset: the bytes of a page to UTF-8. Who said so, in the order of the WHATWG encoding standard
// (byte-order mark, HTTP header, <meta>), checked against the bytes, because pages lie; without a word from
// anybody, detection.
//
// Thread-safe free functions. No input fails: what cannot be decoded becomes U+FFFD and is counted, so that
// text that was not read is never silently missed.

#include <cstddef>
#include <string>
#include <string_view>

namespace gasht {

enum class CharsetBasis { kBom, kHeader, kMeta, kDetected, kDefault };
std::string_view CharsetBasisName(CharsetBasis basis);

struct DecodedText {
  // Valid UTF-8, without byte-order mark and NUL bytes.
  std::string utf8;
  std::string charset;  // the standard's name, lower case: "utf-8", "windows-1256"
  CharsetBasis basis = CharsetBasis::kDefault;
  // Places that became U+FFFD.
  size_t undecoded = 0;
  // The header or the page named another charset than the one that fits the bytes.
  bool declaration_wrong = false;
};

// `content_type` is the HTTP header as received ("text/html; charset=x"), or empty. `read_meta`: the bytes
// are HTML or XML and may name their charset in the first 1024 bytes.
struct CharsetHints {
  std::string_view content_type;
  bool read_meta = true;
};
DecodedText DecodeToUtf8(std::string_view bytes, const CharsetHints& hints);

// "latin1" -> "windows-1252": a label of the standard to its name; empty when it is none.
std::string_view CharsetFromLabel(std::string_view label);

}  // namespace gasht
