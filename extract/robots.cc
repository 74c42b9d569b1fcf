#include "extract/robots.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace gasht {
namespace {

// As the reference parser: a longer line is cut there.
constexpr size_t kMaxLineBytes = 2083 * 8;
// Of one pattern; each costs a search through the URL.
constexpr size_t kMaxStars = 64;
constexpr size_t kMaxSitemaps = 100;
// A visitor who is asked to wait longer would never come to an end.
constexpr double kMaxCrawlDelaySeconds = 3600;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool StartsWithWord(std::string_view text, std::string_view lower_word) {
  return text.size() >= lower_word.size() && std::equal(lower_word.begin(), lower_word.end(), text.begin(),
                                                        [](char want, char c) { return Lower(c) == want; });
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return Lower(x) == Lower(y); });
}

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\v' || c == '\f';
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

enum class Key { kUserAgent, kAllow, kDisallow, kSitemap, kCrawlDelay, kOther };

Key KeyOf(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Key>, 13> kWords = {{
      {"user-agent", Key::kUserAgent},
      {"useragent", Key::kUserAgent},
      {"user agent", Key::kUserAgent},
      {"allow", Key::kAllow},
      {"disallow", Key::kDisallow},
      // Misspellings that the reference parser takes for what was meant.
      {"dissallow", Key::kDisallow},
      {"dissalow", Key::kDisallow},
      {"disalow", Key::kDisallow},
      {"diasllow", Key::kDisallow},
      {"disallaw", Key::kDisallow},
      {"sitemap", Key::kSitemap},
      {"site-map", Key::kSitemap},
      {"crawl-delay", Key::kCrawlDelay},
  }};
  for (const auto& [word, key] : kWords) {
    if (StartsWithWord(name, word)) return key;
  }
  return Key::kOther;
}

struct Line {
  Key key = Key::kOther;
  std::string_view value;
};

std::optional<Line> ReadLine(std::string_view line) {
  line = Trim(line.substr(0, std::min(line.find('#'), line.size())));
  size_t separator = line.find(':');
  if (separator == std::string_view::npos) {
    // "Disallow /x": white space instead of the colon, if it gives exactly two words.
    separator = line.find_first_of(" \t");
    if (separator == std::string_view::npos) return std::nullopt;
    if (Trim(line.substr(separator)).find_first_of(" \t") != std::string_view::npos) return std::nullopt;
  }
  const std::string_view name = Trim(line.substr(0, separator));
  if (name.empty()) return std::nullopt;
  return Line{KeyOf(name), Trim(line.substr(separator + 1))};
}

// Product tokens are letters, "_" and "-" (RFC 9309 2.2.1); what follows is not compared.
std::string_view ProductToken(std::string_view value) {
  size_t end = 0;
  while (end < value.size() &&
         ((Lower(value[end]) >= 'a' && Lower(value[end]) <= 'z') || value[end] == '-' || value[end] == '_'))
    ++end;
  return value.substr(0, end);
}

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (Lower(c) >= 'a' && Lower(c) <= 'f');
}

// Escapes in upper case, and bytes beyond ASCII escaped: how patterns are compared.
std::string Escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%' && i + 2 < text.size() && IsHex(text[i + 1]) && IsHex(text[i + 2])) {
      out += '%';
      for (const char digit : text.substr(i + 1, 2))
        out += digit >= 'a' && digit <= 'f' ? static_cast<char>(digit - 32) : digit;
      i += 2;
    } else if ((c & 0x80) != 0) {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out;
}

std::optional<std::chrono::microseconds> ReadDelay(std::string_view value) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc() || end == value.data() || !(seconds >= 0)) return std::nullopt;
  return std::chrono::microseconds(
      static_cast<int64_t>(std::min(seconds, kMaxCrawlDelaySeconds) * 1'000'000));
}

// The groups for one visitor, as lines come.
class GroupReader {
 public:
  explicit GroupReader(std::string_view agent) : agent_(agent) {}

  void Add(const Line& line) {
    switch (line.key) {
      case Key::kUserAgent:
        AddAgent(line.value);
        break;
      case Key::kAllow:
      case Key::kDisallow:
        AddRule(line);
        break;
      case Key::kCrawlDelay:
        if (const auto delay = ReadDelay(line.value)) {
          if (in_own_) own_.crawl_delay = *delay;
          if (in_all_) all_.crawl_delay = *delay;
        }
        break;
      case Key::kSitemap:
        if (sitemaps_.size() < kMaxSitemaps && !line.value.empty()) sitemaps_.emplace_back(line.value);
        break;
      case Key::kOther:
        break;
    }
  }

  RobotsRules Take() {
    RobotsRules rules = std::move(seen_own_ ? own_ : all_);
    rules.sitemaps = std::move(sitemaps_);
    return rules;
  }

 private:
  void AddAgent(std::string_view value) {
    // A rule ended the agents of its group: another group begins.
    if (rules_begun_) in_own_ = in_all_ = rules_begun_ = false;
    if (!value.empty() && value[0] == '*' && (value.size() == 1 || IsSpace(value[1]))) {
      in_all_ = true;
    } else if (EqualsIgnoringCase(ProductToken(value), agent_) && !agent_.empty()) {
      in_own_ = seen_own_ = true;
    }
    any_agent_ = true;
  }

  void AddRule(const Line& line) {
    if (!any_agent_) return;
    rules_begun_ = true;
    if (line.value.empty() || (!in_own_ && !in_all_)) return;
    const RobotsRule rule{line.key == Key::kAllow, Escaped(line.value)};
    if (in_own_ && own_.rules.size() < kMaxRobotsRules) own_.rules.push_back(rule);
    if (in_all_ && all_.rules.size() < kMaxRobotsRules) all_.rules.push_back(rule);
  }

  const std::string_view agent_;
  bool any_agent_ = false, rules_begun_ = false;
  bool in_own_ = false, in_all_ = false, seen_own_ = false;
  RobotsRules own_, all_;
  std::vector<std::string> sitemaps_;
};

// `pattern` matches a prefix of `path`, or all of it when it ends with `$`; `*` stands for anything. What stands behind
// kMaxStars stars counts as matched.
bool Matches(std::string_view path, std::string_view pattern) {
  const bool to_the_end = pattern.ends_with('$');
  if (to_the_end) pattern.remove_suffix(1);
  size_t at = 0;
  for (size_t stars = 0;; ++stars) {
    const size_t star = pattern.find('*');
    const std::string_view piece = pattern.substr(0, star);
    const bool last = star == std::string_view::npos;
    if (stars == 0) {
      if (!path.starts_with(piece)) return false;
      at = piece.size();
    } else if (last && to_the_end) {
      return path.size() - at >= piece.size() && path.ends_with(piece);
    } else {
      // The leftmost place leaves most of the path for what follows.
      const size_t found = path.find(piece, at);
      if (found == std::string_view::npos) return false;
      at = found + piece.size();
    }
    if (last) return !to_the_end || at == path.size();
    if (stars >= kMaxStars) return true;
    pattern.remove_prefix(star + 1);
  }
}

std::string_view PathOf(std::string_view url) {
  const size_t start = url.starts_with("//") ? 2 : 0;
  const size_t early = url.find_first_of("/?;", start);
  size_t host = url.find("://", start);
  host = host == std::string_view::npos || early < host ? start : host + 3;
  const size_t path = url.find_first_of("/?;", host);
  const size_t hash = url.find('#', start);
  if (path == std::string_view::npos || hash < path) return "/";
  return url.substr(path, hash == std::string_view::npos ? hash : hash - path);
}

// The reference parser lets "Allow: /x/index.html" open "/x/" itself.
std::optional<std::string> IndexDirectory(const RobotsRule& rule) {
  const size_t slash = rule.pattern.rfind('/');
  if (!rule.allow || slash == std::string::npos ||
      !std::string_view(rule.pattern).substr(slash).starts_with("/index.htm"))
    return std::nullopt;
  return rule.pattern.substr(0, slash + 1) + "$";
}

}  // namespace

RobotsRules ParseRobots(std::string_view bytes, std::string_view agent) {
  bytes = bytes.substr(0, kMaxRobotsBytes);
  // A byte order mark, or what is left of it.
  for (const char c : {'\xef', '\xbb', '\xbf'}) {
    if (!bytes.empty() && bytes.front() == c) bytes.remove_prefix(1);
  }
  GroupReader reader(agent);
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    if (const auto line = ReadLine(bytes.substr(0, std::min(end, kMaxLineBytes)))) reader.Add(*line);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return reader.Take();
}

RobotsDecision DecideRobots(const RobotsRules& rules, std::string_view url) {
  std::string path = "/";
  const std::string_view asked = PathOf(url);
  path += asked.starts_with('/') ? asked.substr(1) : asked;
  size_t longest = 0;
  RobotsDecision decision;
  for (const RobotsRule& rule : rules.rules) {
    std::string_view pattern = rule.pattern;
    const std::optional<std::string> directory = IndexDirectory(rule);
    if (!Matches(path, pattern)) {
      if (!directory || !Matches(path, *directory)) continue;
      pattern = *directory;
    }
    if (pattern.size() < longest || (pattern.size() == longest && !(rule.allow && !decision.allowed)))
      continue;
    longest = pattern.size();
    decision = {rule.allow, fmt::format("{}: {}", rule.allow ? "Allow" : "Disallow", rule.pattern)};
  }
  return decision;
}

}  // namespace gasht
