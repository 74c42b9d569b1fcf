#include "crawler/response_head.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/content_coding.h"
#include "model/scope_pattern.h"

namespace gasht {
namespace {

std::string_view Trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

int32_t StatusOf(std::string_view status_line) {
  const size_t space = status_line.find(' ');
  if (space == std::string_view::npos || space + 4 > status_line.size()) return 0;
  int32_t status = 0;
  for (const char c : status_line.substr(space + 1, 3)) {
    if (c < '0' || c > '9') return 0;
    status = status * 10 + (c - '0');
  }
  return status;
}

// A length that libcurl counts with: others it ignores, and reads until the connection closes.
bool IsLength(std::string_view value) {
  int64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  return error == std::errc() && end == value.data() + value.size() && length >= 0;
}

bool IsKnownTransferCoding(std::string_view coding) {
  static constexpr std::array<std::string_view, 6> kKnown = {"gzip",     "x-gzip",  "deflate",
                                                             "identity", "chunked", ""};
  return std::find(kKnown.begin(), kKnown.end(), coding) != kKnown.end();
}

// `visit` gets each element of a comma-separated list, lower case, without parameters.
template <typename Visit>
void ForEachElement(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const size_t comma = list.find(',');
    const std::string_view element = list.substr(0, comma);
    visit(Lower(Trim(element.substr(0, element.find(';')))));
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

bool ResponseHead::Add(std::string_view line) {
  if (complete_) return false;
  if (line.starts_with("HTTP/")) {
    *this = ResponseHead();
    status_ = StatusOf(line);
  }
  text_ += line;
  const std::string_view content = Trim(line);
  if (content.empty()) {
    complete_ = status_ >= 200 || status_ == 101 || status_ == 0;
    return complete_;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string name = Lower(Trim(line.substr(0, colon)));
  const std::string_view value = Trim(line.substr(colon + 1));
  if (name == "content-type") content_type_ = value;
  if (name == "location") location_ = value;
  if (name == "content-length") has_content_length_ = IsLength(value);
  if (name == "content-encoding") {
    const auto coding = NormalContentCoding(content_coding_ + "," + std::string(value));
    codings_known_ = codings_known_ && coding.has_value();
    if (coding) content_coding_ = *coding;
  }
  if (name == "transfer-encoding") {
    ForEachElement(value, [this](const std::string& coding) {
      if (!IsKnownTransferCoding(coding)) codings_known_ = false;
      if (coding == "chunked") chunked_ = true;
    });
  }
  return false;
}

bool IsRedirectStatus(int32_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool IsReadableMediaType(std::string_view content_type, const std::vector<std::string>& extra) {
  const std::string type = Lower(Trim(content_type.substr(0, content_type.find(';'))));
  static constexpr std::array<std::string_view, 5> kReadable = {
      "", "application/xhtml+xml", "application/xml", "application/json", "application/x-ndjson"};
  if (std::find(kReadable.begin(), kReadable.end(), type) != kReadable.end()) return true;
  if (type.starts_with("text/")) return true;
  // Feeds, JSON-LD and their kin. An SVG is image/svg+xml and stays out.
  if (type.starts_with("application/") && (type.ends_with("+xml") || type.ends_with("+json"))) return true;
  return std::any_of(extra.begin(), extra.end(),
                     [&](const std::string& glob) { return MatchesGlob(type, Lower(glob)); });
}

}  // namespace gasht
