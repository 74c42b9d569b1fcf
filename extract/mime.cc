#include "extract/mime.h"

#include <algorithm>
#include <vector>

#include "base/digest.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxHeadBytes = 64 << 10;  // of one part's headers
constexpr size_t kMaxParts = 2'000;
constexpr size_t kMaxBoundaries = 16;  // how deep parts nest in anything a browser writes: two
constexpr size_t kMaxHtmlBytes = 16 << 20;

struct Head {
  std::string content_type, encoding, location, boundary, date;
};

std::string_view ParameterOf(std::string_view value, std::string_view name) {
  for (size_t at = 0; at < value.size(); ++at) {
    if (value[at] != ';') continue;
    size_t begin = at + 1;
    while (begin < value.size() && IsWhiteSpace(value[begin])) ++begin;
    if (!EqualsIgnoringCase(value.substr(begin, name.size()), name)) continue;
    begin += name.size();
    while (begin < value.size() && IsWhiteSpace(value[begin])) ++begin;
    if (begin >= value.size() || value[begin] != '=') continue;
    ++begin;
    while (begin < value.size() && IsWhiteSpace(value[begin])) ++begin;
    if (begin < value.size() && value[begin] == '"') {
      const size_t end = value.find('"', begin + 1);
      return value.substr(begin + 1, end == std::string_view::npos ? end : end - begin - 1);
    }
    return value.substr(begin, std::min(value.size(), value.find_first_of("; \t\r\n", begin)) - begin);
  }
  return "";
}

// Headers from `at` on, folded lines joined; `at` moves behind the empty line.
Head ReadHead(std::string_view bytes, size_t& at) {
  Head head;
  std::string name, value;
  const size_t limit = std::min(bytes.size(), at + kMaxHeadBytes);
  const auto keep = [&] {
    if (name == "content-type") {
      head.content_type = value;
      head.boundary = std::string(ParameterOf(value, "boundary"));
    } else if (name == "content-transfer-encoding") {
      head.encoding = AsciiLowered(Trimmed(value));
    } else if (name == "content-location" || name == "snapshot-content-location") {
      if (head.location.empty() || name[0] == 's') head.location = std::string(Trimmed(value));
    } else if (name == "date") {
      head.date = std::string(Trimmed(value));
    }
    name.clear();
    value.clear();
  };
  while (at < limit) {
    const size_t end = std::min(limit, bytes.find('\n', at));
    std::string_view line = bytes.substr(at, end - at);
    at = std::min(bytes.size(), end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    if (line[0] == ' ' || line[0] == '\t') {
      value += ' ';
      value += Trimmed(line);
      continue;
    }
    keep();
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    name = AsciiLowered(Trimmed(line.substr(0, colon)));
    value = std::string(Trimmed(line.substr(colon + 1)));
  }
  keep();
  return head;
}

std::string Decoded(std::string_view body, std::string_view encoding) {
  body = body.substr(0, 2 * kMaxHtmlBytes);
  if (encoding == "quoted-printable") return DecodeQuotedPrintable(body);
  if (encoding == "base64") {
    std::string squeezed;
    for (const char c : body) {
      if (IsAsciiLetter(c) || IsAsciiDigit(c) || c == '+' || c == '/') squeezed += c;
    }
    squeezed.resize(squeezed.size() - (squeezed.size() % 4 == 1 ? 1 : 0));
    while (squeezed.size() % 4 != 0) squeezed += '=';
    const auto bytes = Base64Decode(squeezed);
    return bytes.ok() ? *bytes : std::string();
  }
  return std::string(body);
}

}  // namespace

std::string DecodeQuotedPrintable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  const auto hex = [](char c) {
    c = AsciiLowered(c);
    return IsAsciiDigit(c) ? c - '0' : (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
      continue;
    }
    // A line end behind '=' is none of the text's own.
    size_t next = i + 1;
    while (next < text.size() && (text[next] == ' ' || text[next] == '\t')) ++next;
    if (next < text.size() && text[next] == '\r') ++next;
    if (next < text.size() && text[next] == '\n') {
      i = next;
      continue;
    }
    if (i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += '=';
    }
  }
  return out;
}

bool LooksLikeMhtml(std::string_view bytes) {
  const std::string head = AsciiLowered(bytes.substr(0, 8192));
  if (head.find("mime-version:") == std::string::npos && head.find("content-location:") == std::string::npos)
    return false;
  return head.find("multipart/related") != std::string::npos ||
         head.find("content-type: multipart/") != std::string::npos;
}

std::optional<MhtmlPage> ReadMhtml(std::string_view bytes) {
  size_t at = 0;
  const Head outer = ReadHead(bytes, at);
  MhtmlPage page;
  page.saved = outer.date.substr(0, 128);
  std::vector<std::string> boundaries;
  if (!outer.boundary.empty()) boundaries.push_back("--" + outer.boundary);
  std::optional<Head> wanted;  // the HTML part that is open
  size_t body = 0;
  bool have = false;
  const auto close = [&](size_t end) {
    if (!wanted) return;
    std::string_view text = bytes.substr(body, end - body);
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    const bool named = !outer.location.empty() && wanted->location == outer.location;
    if (!have || named) {
      page.html = Decoded(text, wanted->encoding);
      page.html.resize(std::min(page.html.size(), kMaxHtmlBytes));
      page.content_type = wanted->content_type.substr(0, 256);
      page.url = (outer.location.empty() ? wanted->location : outer.location).substr(0, 4096);
      // Pieces of one page (frames) come behind it: the first stays unless the head names another.
      have = true;
    }
    wanted.reset();
  };
  while (at < bytes.size() && page.parts < kMaxParts) {
    const size_t end = std::min(bytes.size(), bytes.find('\n', at));
    std::string_view line = bytes.substr(at, end - at);
    const size_t begin = at;
    at = std::min(bytes.size(), end + 1);
    if (!line.starts_with("--")) continue;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto known = std::find_if(boundaries.begin(), boundaries.end(), [&](const std::string& boundary) {
      return line == boundary ||
             (line.size() == boundary.size() + 2 && line.starts_with(boundary) && line.ends_with("--"));
    });
    if (known == boundaries.end()) continue;
    close(begin);
    if (line.size() > known->size()) continue;  // the last of its parts
    Head head = ReadHead(bytes, at);
    ++page.parts;
    const std::string type = AsciiLowered(head.content_type.substr(0, 64));
    if (type.starts_with("multipart/") && !head.boundary.empty() && boundaries.size() < kMaxBoundaries) {
      boundaries.push_back("--" + head.boundary);
    } else if (type.starts_with("text/html") || type.starts_with("application/xhtml")) {
      wanted = std::move(head);
      body = at;
    }
  }
  close(bytes.size());
  if (!have) return std::nullopt;
  return page;
}

}  // namespace gasht
