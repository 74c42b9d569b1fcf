#pragma once

// The condition of a rule: names of selections with and, or, not, brackets, "1 of them", "all of name*", "2
// of them". Kept as postfix code; plain value, evaluated without recursion. Thread-safe.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gasht {

struct ConditionError {
  size_t offset = 0;  // bytes into the condition
  std::string message;
};

class Condition {
 public:
  // `holds(i)` says whether selection i holds; it is asked at most once for each mention.
  bool Evaluate(const std::function<bool(size_t)>& holds) const;
  // False when the condition cannot hold as long as every selection i with `fails(i)` does not, whatever the
  // others do.
  bool Possible(const std::function<bool(size_t)>& fails) const;
  // Which selections are mentioned.
  const std::vector<bool>& used() const { return used_; }

 private:
  friend std::optional<Condition> ParseCondition(std::string_view, const std::vector<std::string>&,
                                                 ConditionError&);
  enum class Op : uint8_t { kSelection, kAnd, kOr, kNot, kAtLeast };
  struct Step {
    Op op;
    uint32_t selection = 0;    // kSelection
    uint32_t needed = 0;       // kAtLeast
    std::vector<uint32_t> of;  // kAtLeast
  };
  std::vector<Step> steps_;
  std::vector<bool> used_;
};

// Nothing, and the reason in `error`, when `text` is no condition over `names`. At most 256 words.
std::optional<Condition> ParseCondition(std::string_view text, const std::vector<std::string>& names,
                                        ConditionError& error);

}  // namespace gasht
