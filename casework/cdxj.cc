#include "casework/cdxj.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json.h"
#include "base/url.h"

namespace gasht {
namespace {

std::vector<std::string_view> Split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(at, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// "www", "www2".
bool IsWww(std::string_view label) {
  return label.starts_with("www") &&
         std::all_of(label.begin() + 3, label.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string Surt(std::string_view text) {
  const Result<Url> url = Url::Parse(text);
  if (!url.ok()) {
    // A line of the index is split at its spaces.
    std::string out(text);
    std::replace(out.begin(), out.end(), ' ', '+');
    return out;
  }
  std::string out;
  if (url->is_ip_literal()) {
    out = url->host();
  } else {
    std::vector<std::string_view> labels = Split(url->host(), '.');
    if (labels.size() > 2 && IsWww(labels.front())) labels.erase(labels.begin());
    for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
      if (!out.empty()) out += ',';
      out += *label;
    }
  }
  const uint16_t standard = url->scheme() == "https" ? 443 : 80;
  if (url->port() != standard && url->port() != 0) out += fmt::format(":{}", url->port());
  out += ')';
  out += url->path();
  if (!url->query().empty()) {
    std::vector<std::string_view> params = Split(url->query(), '&');
    std::stable_sort(params.begin(), params.end());
    out += '?';
    for (size_t i = 0; i < params.size(); ++i) {
      if (i > 0) out += '&';
      out += params[i];
    }
  }
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::string CdxTimestamp(UtcTime at) {
  std::string digits;
  for (const char c : FormatRfc3339({at.micros - at.micros % 1'000'000})) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

std::string CdxLine(const CdxEntry& entry) {
  Json json = Json::MakeObject();
  json.Set("url", entry.url).Set("digest", entry.digest).Set("mime", entry.mime);
  json.Set("filename", entry.filename).Set("offset", entry.offset).Set("length", entry.length);
  json.Set("status", entry.status);
  return fmt::format("{} {} {}", Surt(entry.url), CdxTimestamp(entry.at), json.Dump());
}

std::string CdxIndex(const std::vector<CdxEntry>& entries) {
  std::vector<std::string> lines;
  lines.reserve(entries.size());
  for (const CdxEntry& entry : entries) lines.push_back(CdxLine(entry));
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const std::string& line : lines) {
    out += line;
    out += '\n';
  }
  return out;
}

}  // namespace gasht
