#pragma once

// YAML as a tree with positions, and a strict reader over it.
//
// The syntax is YAML 1.2 as yaml-cpp reads it, less what makes configuration treacherous: anchors, aliases,
// tags, several documents, duplicate keys and files over 4 MiB are errors. Scalars stay text, so `no`, `010`
// and `12:30` mean what they look like. Every error is "file:line:column: what. remedy".
// Plain values; confined to whoever holds them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace gasht {

struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMapping };
  Kind kind = Kind::kNull;
  // 1-based.
  int line = 1;
  int column = 1;
  std::string scalar;
  std::vector<YamlNode> items;
  // In file order; keys are scalars.
  struct Entry;
  std::vector<Entry> entries;

  // The value under `key`, or null.
  const YamlNode* Find(std::string_view key) const;
};

// Not a std::pair: clang looks into a pair of a type that is not complete yet.
struct YamlNode::Entry {
  YamlNode key, value;
};

// Depth is bounded at 64 levels. `file` only names the place in errors.
Result<YamlNode> ParseYaml(std::string_view text, std::string_view file);

// Collects every error of one file, so that an operator mends them in one go.
class YamlErrors {
 public:
  explicit YamlErrors(std::string file) : file_(std::move(file)) {}
  void Add(const YamlNode& at, std::string_view message);
  bool empty() const { return messages_.empty(); }
  const std::string& file() const { return file_; }
  // Each "file:line:column: message", in the order found.
  const std::vector<std::string>& messages() const { return messages_; }
  // Ok when empty, else InvalidArgument with all messages, one a line.
  Status ToStatus() const;

 private:
  std::string file_;
  std::vector<std::string> messages_;
};

// Reads one mapping strictly: each key is asked for by name, and Finish() reports every key that nobody asked
// for, with the nearest known name as the remedy. A wrong type is reported and reads as absent.
class YamlMap {
 public:
  // `what` names the mapping in messages ("source", "politeness"). A node that is no mapping is an error.
  YamlMap(const YamlNode& node, std::string_view what, YamlErrors& errors);

  // Null when absent.
  const YamlNode* Get(std::string_view key);
  // Null, and an error, when absent.
  const YamlNode* Require(std::string_view key);

  std::optional<std::string> String(std::string_view key);
  std::string RequireString(std::string_view key);
  // "true" or "false".
  std::optional<bool> Bool(std::string_view key);
  // Decimal, in [min, max].
  std::optional<int64_t> Int(std::string_view key, int64_t min, int64_t max);
  std::optional<double> Number(std::string_view key, double min, double max);
  // A list of scalars; a single scalar counts as a list of one.
  std::vector<std::string> StringList(std::string_view key);
  // One of the given words; the error lists them.
  std::optional<std::string> OneOf(std::string_view key, const std::vector<std::string_view>& words);

  const YamlNode& node() const { return node_; }
  YamlErrors& errors() const { return errors_; }
  void Finish();

 private:
  const YamlNode& node_;
  const std::string what_;
  YamlErrors& errors_;
  std::vector<std::string> known_;
};

// The word nearest to `word` by edit distance, if one is near enough to have been meant.
std::optional<std::string> NearestWord(std::string_view word, const std::vector<std::string>& words);

}  // namespace gasht
