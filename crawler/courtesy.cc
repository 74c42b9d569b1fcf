#include "crawler/courtesy.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

namespace gasht {
namespace {

using std::chrono::microseconds;

constexpr microseconds kWaitWithoutWord = std::chrono::minutes(1);
constexpr microseconds kMaxCrawlDelay = std::chrono::minutes(5);
constexpr size_t kMaxValidatorBytes = 256;
constexpr size_t kMaxDateBytes = 64;

bool NameIs(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         std::equal(name.begin(), name.end(), line.begin(), [](char want, char c) {
           return (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) == want;
         });
}

std::string_view Trim(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// What is sent back must not be able to end a line or say anything else.
std::string Sendable(std::string_view value) {
  const bool plain = value.size() <= kMaxValidatorBytes &&
                     std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return plain ? std::string(value) : std::string();
}

// IMF-fixdate and its two older forms.
std::optional<UtcTime> HttpDate(std::string_view text) {
  if (text.empty() || text.size() > kMaxDateBytes) return std::nullopt;
  const time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return UtcTime{int64_t{seconds} * 1'000'000};
}

}  // namespace

std::string_view HeaderField(std::string_view head, std::string_view name) {
  std::string_view value;
  while (!head.empty()) {
    const size_t end = std::min(head.find('\n'), head.size() - 1);
    const std::string_view line = head.substr(0, end + 1);
    head.remove_prefix(end + 1);
    if (line.starts_with("HTTP/")) value = {};
    if (NameIs(line, name)) value = Trim(line.substr(name.size() + 1));
  }
  return value;
}

std::optional<microseconds> AsksToWait(const Capture& capture, UtcTime now) {
  if (capture.status != 429 && capture.status != 503) return std::nullopt;
  const std::string_view value = HeaderField(capture.response_head, "retry-after");
  if (value.empty()) return kWaitWithoutWord;
  uint64_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (end == value.data() + value.size() && error != std::errc::invalid_argument) {
    const uint64_t most = static_cast<uint64_t>(kMaxRetryAfter.count()) / 1'000'000;
    if (error == std::errc::result_out_of_range) seconds = most;
    return microseconds(static_cast<int64_t>(std::min(seconds, most)) * 1'000'000);
  }
  const auto date = HttpDate(value);
  if (!date) return kWaitWithoutWord;
  return std::clamp(*date - now, microseconds(0), kMaxRetryAfter);
}

Validators ValidatorsOf(std::string_view response_head) {
  return {Sendable(HeaderField(response_head, "etag")),
          Sendable(HeaderField(response_head, "last-modified"))};
}

microseconds PoliteDelay(const Politeness& politeness, microseconds last_fetch, microseconds crawl_delay) {
  const microseconds least = std::max(politeness.delay, std::min(crawl_delay, kMaxCrawlDelay));
  const microseconds most = std::max(least, politeness.max_delay);
  const double asked = politeness.factor * static_cast<double>(last_fetch.count());
  if (asked >= static_cast<double>(most.count())) return most;
  return std::max(least, microseconds(static_cast<int64_t>(asked)));
}

}  // namespace gasht
