#include "base/yaml.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "base/utf8.h"

namespace gasht {
namespace {

constexpr size_t kMaxBytes = 4 << 20;
constexpr size_t kMaxDepth = 64;

std::string_view KindName(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a single value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMapping:
      return "a mapping";
  }
  return "";
}

// Builds the tree from yaml-cpp's events and remembers the first thing we refuse.
class TreeBuilder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Add(Make(mark, YamlNode::Kind::kNull, "", anchor));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    Refuse(mark, "aliases (*name) are not allowed: write the value out");
    Add(Make(mark, YamlNode::Kind::kNull, "", 0));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = Make(mark, YamlNode::Kind::kScalar, tag, anchor);
    node.scalar = value;
    // "?" is the tag of a plain scalar: only there "~" and "null" mean nothing.
    if (tag == "?" && (value == "~" || value == "null" || value.empty())) node.kind = YamlNode::Kind::kNull;
    Add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    Open(Make(mark, YamlNode::Kind::kSequence, tag, anchor));
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    Open(Make(mark, YamlNode::Kind::kMapping, tag, anchor));
  }
  void OnMapEnd() override { Close(); }

  YamlNode root;
  bool has_root = false;
  std::optional<std::pair<YamlNode, std::string>> refused;

 private:
  struct Level {
    YamlNode node;
    std::optional<YamlNode> key;
    std::set<std::string> keys;
  };

  YamlNode Make(const YAML::Mark& mark, YamlNode::Kind kind, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != 0) Refuse(mark, "anchors (&name) are not allowed: write the value out");
    if (!tag.empty() && tag != "?" && tag != "!") Refuse(mark, "tags (!name) are not allowed");
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  void Refuse(const YAML::Mark& mark, std::string message) {
    if (refused) return;
    YamlNode at;
    at.line = mark.line + 1;
    at.column = mark.column + 1;
    refused.emplace(at, std::move(message));
  }

  void Open(YamlNode node) {
    if (stack_.size() >= kMaxDepth && !refused) refused.emplace(node, "nested deeper than 64 levels");
    stack_.push_back({std::move(node), std::nullopt, {}});
  }

  void Close() {
    YamlNode node = std::move(stack_.back().node);
    stack_.pop_back();
    Add(std::move(node));
  }

  void Add(YamlNode node) {
    if (stack_.empty()) {
      root = std::move(node);
      has_root = true;
      return;
    }
    Level& top = stack_.back();
    if (top.node.kind == YamlNode::Kind::kSequence) {
      top.node.items.push_back(std::move(node));
    } else if (!top.key) {
      if (node.kind != YamlNode::Kind::kScalar && !refused)
        refused.emplace(node, "a key must be a plain word");
      if (!top.keys.insert(node.scalar).second && !refused)
        refused.emplace(node, fmt::format("duplicate key '{}': keep one of the two", node.scalar));
      top.key = std::move(node);
    } else {
      // yaml-cpp puts the absent value of "key:" where the next token is.
      if (node.kind == YamlNode::Kind::kNull) node.line = top.key->line, node.column = top.key->column;
      top.node.entries.push_back({std::move(*top.key), std::move(node)});
      top.key.reset();
    }
  }

  std::vector<Level> stack_;
};

Status At(std::string_view file, int line, int column, std::string_view message) {
  return Status::InvalidArgument(fmt::format("{}:{}:{}: {}", file, line, column, message));
}

// yaml-cpp takes bytes of any kind.
Status CheckBytes(std::string_view text, std::string_view file) {
  int line = 1, column = 1;
  for (size_t pos = 0; pos < text.size();) {
    const size_t start = pos;
    const char32_t c = NextCodePoint(text, pos);
    if (c == U'\uFFFD' && pos - start == 1)
      return At(file, line, column, "not UTF-8: save the file as UTF-8");
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
      return At(file, line, column, "a control character: remove it");
    ++column;
    if (c == '\n') ++line, column = 1;
  }
  return Status::Ok();
}

// How many letters to add, drop, change or swap with their neighbour (optimal string alignment).
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before, above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(above, row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

const YamlNode* YamlNode::Find(std::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name.scalar == key) return &value;
  }
  return nullptr;
}

Result<YamlNode> ParseYaml(std::string_view text, std::string_view file) {
  if (text.size() > kMaxBytes) return At(file, 1, 1, "larger than 4 MiB");
  if (const Status bytes = CheckBytes(text, file); !bytes.ok()) return bytes;
  TreeBuilder builder;
  try {
    // yaml-cpp takes the end of the file for the end of a quoted text, but not behind a last line that has no
    // end: there the mark of a comment is a comment only outside of quotes.
    std::istringstream in{std::string(text) + "\n#"};
    YAML::Parser parser(in);
    // An empty file is an empty mapping's worth of nothing: callers report the keys they miss.
    while (parser.HandleNextDocument(builder)) {
      if (builder.refused) break;
      if (!parser) break;
      TreeBuilder second;
      if (parser.HandleNextDocument(second))
        return At(file, std::max(second.root.line, 1), 1,
                  "a second document ('---'): one file, one document");
      break;
    }
  } catch (const YAML::Exception& e) {
    // The end of the text as the operator knows it, without the line that was added.
    const int lines = static_cast<int>(std::count(text.begin(), text.end(), '\n')) + 1;
    const int last_column = static_cast<int>(text.size() - (text.rfind('\n') + 1)) + 1;
    const bool behind = e.mark.line >= lines;
    return At(file, behind ? lines : e.mark.line + 1, behind ? last_column : e.mark.column + 1,
              fmt::format("not valid YAML: {}", e.msg));
  }
  if (builder.refused) {
    const auto& [where, message] = *builder.refused;
    return At(file, where.line, where.column, message);
  }
  return std::move(builder.root);
}

void YamlErrors::Add(const YamlNode& at, std::string_view message) {
  messages_.push_back(fmt::format("{}:{}:{}: {}", file_, at.line, at.column, message));
}

Status YamlErrors::ToStatus() const {
  if (messages_.empty()) return Status::Ok();
  return Status::InvalidArgument(fmt::format("{}", fmt::join(messages_, "\n")));
}

YamlMap::YamlMap(const YamlNode& node, std::string_view what, YamlErrors& errors)
    : node_(node), what_(what), errors_(errors) {
  if (node.kind != YamlNode::Kind::kMapping)
    errors.Add(node, fmt::format("{} must be a mapping (key: value), found {}", what_, KindName(node.kind)));
}

const YamlNode* YamlMap::Get(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  return node_.Find(key);
}

const YamlNode* YamlMap::Require(std::string_view key) {
  const YamlNode* value = Get(key);
  if (value == nullptr && node_.kind == YamlNode::Kind::kMapping)
    errors_.Add(node_, fmt::format("{} has no '{}': add it", what_, key));
  return value;
}

std::optional<std::string> YamlMap::String(std::string_view key) {
  const YamlNode* value = Get(key);
  if (value == nullptr) return std::nullopt;
  if (value->kind != YamlNode::Kind::kScalar) {
    errors_.Add(*value, fmt::format("'{}' must be a single value, found {}", key, KindName(value->kind)));
    return std::nullopt;
  }
  return value->scalar;
}

std::string YamlMap::RequireString(std::string_view key) {
  if (Require(key) == nullptr) return {};
  return String(key).value_or("");
}

std::optional<bool> YamlMap::Bool(std::string_view key) {
  const auto text = String(key);
  if (!text) return std::nullopt;
  if (*text == "true") return true;
  if (*text == "false") return false;
  errors_.Add(*node_.Find(key), fmt::format("'{}' must be true or false, found '{}'", key, *text));
  return std::nullopt;
}

std::optional<int64_t> YamlMap::Int(std::string_view key, int64_t min, int64_t max) {
  const auto text = String(key);
  if (!text) return std::nullopt;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error == std::errc() && end == text->data() + text->size() && value >= min && value <= max)
    return value;
  errors_.Add(*node_.Find(key),
              fmt::format("'{}' must be a whole number from {} to {}, found '{}'", key, min, max, *text));
  return std::nullopt;
}

std::optional<double> YamlMap::Number(std::string_view key, double min, double max) {
  const auto text = String(key);
  if (!text) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error == std::errc() && end == text->data() + text->size() && value >= min && value <= max)
    return value;
  errors_.Add(*node_.Find(key),
              fmt::format("'{}' must be a number from {} to {}, found '{}'", key, min, max, *text));
  return std::nullopt;
}

std::vector<std::string> YamlMap::StringList(std::string_view key) {
  const YamlNode* value = Get(key);
  if (value == nullptr) return {};
  if (value->kind == YamlNode::Kind::kScalar) return {value->scalar};
  std::vector<std::string> out;
  if (value->kind != YamlNode::Kind::kSequence) {
    errors_.Add(*value, fmt::format("'{}' must be a list, found {}", key, KindName(value->kind)));
    return out;
  }
  for (const YamlNode& item : value->items) {
    if (item.kind == YamlNode::Kind::kScalar) {
      out.push_back(item.scalar);
    } else {
      errors_.Add(item, fmt::format("'{}' must hold single values, found {}", key, KindName(item.kind)));
    }
  }
  return out;
}

std::optional<std::string> YamlMap::OneOf(std::string_view key, const std::vector<std::string_view>& words) {
  auto text = String(key);
  if (!text || std::find(words.begin(), words.end(), *text) != words.end()) return text;
  errors_.Add(*node_.Find(key),
              fmt::format("'{}' is '{}'; it must be one of: {}", key, *text, fmt::join(words, ", ")));
  return std::nullopt;
}

void YamlMap::Finish() {
  for (const auto& [key, value] : node_.entries) {
    if (std::find(known_.begin(), known_.end(), key.scalar) != known_.end()) continue;
    const auto near = NearestWord(key.scalar, known_);
    errors_.Add(key, near
                         ? fmt::format("unknown key '{}' in {}: did you mean '{}'?", key.scalar, what_, *near)
                         : fmt::format("unknown key '{}' in {}: known keys are {}", key.scalar, what_,
                                       fmt::join(known_, ", ")));
  }
}

std::optional<std::string> NearestWord(std::string_view word, const std::vector<std::string>& words) {
  std::optional<std::string> best;
  size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : words) {
    const size_t distance = EditDistance(word, candidate);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = candidate;
  }
  return best;
}

}  // namespace gasht
