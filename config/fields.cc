#include "config/fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/url.h"

namespace gasht {
namespace {

struct Unit {
  std::string_view name;
  size_t bytes;
};
constexpr std::array kUnits = {Unit{"KiB", size_t{1} << 10}, Unit{"MiB", size_t{1} << 20},
                               Unit{"GiB", size_t{1} << 30}};

std::optional<size_t> ParseByteSize(std::string_view text) {
  size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view suffix = text.substr(static_cast<size_t>(end - text.data()));
  for (const Unit& unit : kUnits) {
    if (error == std::errc() && suffix == unit.name && count <= SIZE_MAX / unit.bytes)
      return count * unit.bytes;
  }
  return std::nullopt;
}

std::string FormatByteSize(size_t bytes) {
  for (size_t i = kUnits.size(); i-- > 0;) {
    if (bytes % kUnits[i].bytes == 0) return fmt::format("{}{}", bytes / kUnits[i].bytes, kUnits[i].name);
  }
  return fmt::format("{} bytes", bytes);
}

std::string FormatDuration(std::chrono::microseconds d) {
  static constexpr std::array<std::pair<int64_t, std::string_view>, 5> kNames = {
      {{86'400'000'000, "d"}, {3'600'000'000, "h"}, {60'000'000, "m"}, {1'000'000, "s"}, {1'000, "ms"}}};
  for (const auto& [micros, name] : kNames) {
    if (d.count() % micros == 0) return fmt::format("{}{}", d.count() / micros, name);
  }
  return fmt::format("{}us", d.count());
}

bool IsEndpoint(std::string_view text) {
  if (text.empty()) return false;
  if (text.starts_with("unix:/")) return text.size() > 6;
  const auto url = Url::Parse("http://" + std::string(text));
  return url.ok() && url->path() == "/" && url->query().empty() && text.back() != '/' &&
         (url->is_ip_literal() || url->host() == "localhost") &&
         text.find(':', text.find(']') + 1) != std::string::npos;
}

bool CheckEndpoint(YamlMap& map, const YamlNode& node, std::string_view key, const std::string& text) {
  if (IsEndpoint(text)) return true;
  map.errors().Add(
      node,
      fmt::format("'{}' is no endpoint: write an address and port (127.0.0.1:9050) or unix:/path/to/socket, "
                  "found '{}'",
                  key, text));
  return false;
}

}  // namespace

std::string OptionalText(YamlMap& map, std::string_view key) {
  std::string text = map.String(key).value_or("");
  if (const YamlNode* node = map.node().Find(key);
      node != nullptr && node->kind == YamlNode::Kind::kScalar && text.empty())
    map.errors().Add(*node, fmt::format("'{}' is empty: fill it in or leave the key out", key));
  return text;
}

std::string RequireText(YamlMap& map, std::string_view key) {
  if (map.Require(key) == nullptr) return {};
  return OptionalText(map, key);
}

std::optional<std::chrono::microseconds> Duration(YamlMap& map, std::string_view key,
                                                  std::chrono::microseconds min,
                                                  std::chrono::microseconds max) {
  const auto text = map.String(key);
  if (!text) return std::nullopt;
  const auto duration = ParseDuration(*text);
  if (!duration.ok()) {
    map.errors().Add(
        *map.node().Find(key),
        fmt::format("'{}' is no duration: write a number and ms, s, m, h or d (90s, 12h), found '{}'", key,
                    *text));
  } else if (*duration < min || *duration > max) {
    map.errors().Add(*map.node().Find(key), fmt::format("'{}' must be from {} to {}, found '{}'", key,
                                                        FormatDuration(min), FormatDuration(max), *text));
  } else {
    return *duration;
  }
  return std::nullopt;
}

std::optional<size_t> ByteSize(YamlMap& map, std::string_view key, size_t min, size_t max) {
  const auto text = map.String(key);
  if (!text) return std::nullopt;
  const auto bytes = ParseByteSize(*text);
  if (bytes && *bytes >= min && *bytes <= max) return bytes;
  map.errors().Add(*map.node().Find(key),
                   fmt::format("'{}' must be a size from {} to {}, such as 4MiB, found '{}'", key,
                               FormatByteSize(min), FormatByteSize(max), *text));
  return std::nullopt;
}

std::optional<UtcTime> Date(YamlMap& map, std::string_view key) {
  const auto text = map.String(key);
  if (!text) return std::nullopt;
  const auto date = ParseDate(*text, kConfigUtcOffset);
  if (date.ok()) return *date;
  map.errors().Add(*map.node().Find(key),
                   fmt::format("'{}' is no day of the calendar: write YYYY-MM-DD, found '{}'", key, *text));
  return std::nullopt;
}

namespace {

// "22:00"; nothing when it is no time of day.
std::optional<std::chrono::minutes> TimeOfDay(std::string_view text) {
  const auto digit = [&](size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -1; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const size_t i : {0, 1, 3, 4}) {
    if (digit(i) < 0) return std::nullopt;
  }
  const int hour = digit(0) * 10 + digit(1), minute = digit(3) * 10 + digit(4);
  if (hour > 24 || minute > 59 || (hour == 24 && minute != 0)) return std::nullopt;
  return std::chrono::minutes(hour % 24 * 60 + minute);
}

}  // namespace

DayWindow Hours(YamlMap& map, std::string_view key) {
  const auto text = map.String(key);
  if (!text) return {};
  const size_t dash = text->find('-');
  const auto from = TimeOfDay(std::string_view(*text).substr(0, dash));
  const auto until =
      dash == std::string::npos ? std::nullopt : TimeOfDay(std::string_view(*text).substr(dash + 1));
  if (!from || !until || *from == *until) {
    map.errors().Add(
        *map.node().Find(key),
        fmt::format("'{}' must be hours of the day in Pakistan time, such as 22:00-06:00, found '{}'", key,
                    *text));
    return {};
  }
  return {*from, *until};
}

std::string EndpointText(YamlMap& map, std::string_view key) {
  const std::string text = OptionalText(map, key);
  if (text.empty() || CheckEndpoint(map, *map.node().Find(key), key, text)) return text;
  return {};
}

std::vector<std::string> EndpointTexts(YamlMap& map, std::string_view key) {
  std::vector<std::string> texts;
  for (const YamlNode* node : Scalars(map, key)) {
    if (!CheckEndpoint(map, *node, key, node->scalar)) continue;
    if (std::find(texts.begin(), texts.end(), node->scalar) != texts.end())
      map.errors().Add(*node, fmt::format("'{}' is listed twice: keep one", node->scalar));
    texts.push_back(node->scalar);
  }
  return texts;
}

std::vector<const YamlNode*> Scalars(YamlMap& map, std::string_view key) {
  map.StringList(key);  // reports what is not a scalar
  const YamlNode* node = map.node().Find(key);
  std::vector<const YamlNode*> scalars;
  if (node == nullptr) return scalars;
  if (node->kind == YamlNode::Kind::kScalar) scalars.push_back(node);
  for (const YamlNode& item : node->items) {
    if (item.kind == YamlNode::Kind::kScalar) scalars.push_back(&item);
  }
  return scalars;
}

}  // namespace gasht
