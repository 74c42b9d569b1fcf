#pragma once

// A page as browsers save it in one file (MHTML, RFC 2557): the page itself out of its parts. Thread-safe free
// functions, one linear pass, no recursion however deep the parts are nested; nothing fails.

#include <optional>
#include <string>
#include <string_view>

namespace gasht {

bool LooksLikeMhtml(std::string_view bytes);

struct MhtmlPage {
  std::string html;          // decoded from its transfer encoding
  std::string content_type;  // of the part, with its charset
  std::string url;           // where the page was saved from; empty when not told
  std::string saved;         // the Date header as written
  size_t parts = 0;
};

// The first HTML part, or the one whose location the head names. Absent when there is none.
std::optional<MhtmlPage> ReadMhtml(std::string_view bytes);

std::string DecodeQuotedPrintable(std::string_view text);

}  // namespace gasht
