#include "rules/condition.h"

#include <algorithm>
#include <cassert>

#include "base/yaml.h"

namespace gasht {
namespace {

constexpr size_t kMaxWords = 256;

struct Token {
  size_t offset;
  std::string text;
};

std::vector<Token> Tokenize(std::string_view text) {
  std::vector<Token> tokens;
  size_t pos = 0;
  while (pos < text.size()) {
    const char c = text[pos];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++pos;
    } else if (c == '(' || c == ')') {
      tokens.push_back({pos, std::string(1, c)});
      ++pos;
    } else {
      const size_t begin = pos;
      while (pos < text.size() && std::string_view(" \t\r\n()").find(text[pos]) == std::string_view::npos)
        ++pos;
      tokens.push_back({begin, std::string(text.substr(begin, pos - begin))});
    }
  }
  return tokens;
}

bool IsNumber(const std::string& word) {
  return !word.empty() && word.size() <= 3 &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

// Dijkstra's shunting yard: two stacks, no recursion over what a file says.
std::optional<Condition> ParseCondition(std::string_view text, const std::vector<std::string>& names,
                                        ConditionError& error) {
  const std::vector<Token> tokens = Tokenize(text);
  const auto fail = [&](size_t offset, std::string message) {
    error = {offset, std::move(message)};
    return std::nullopt;
  };
  if (tokens.empty()) return fail(0, "the condition is empty. Name a selection");
  if (tokens.size() > kMaxWords) return fail(0, "the condition has more than 256 words. Split the rule");

  Condition condition;
  condition.used_.assign(names.size(), false);
  std::vector<Token> operators;
  const auto rank = [](const std::string& op) {
    return op == "not" ? 3 : op == "and" ? 2 : op == "or" ? 1 : 0;
  };
  const auto emit = [&](const std::string& op) {
    condition.steps_.push_back({op == "not"   ? Condition::Op::kNot
                                : op == "and" ? Condition::Op::kAnd
                                              : Condition::Op::kOr,
                                0,
                                0,
                                {}});
  };
  bool want_operand = true;
  for (size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    if (token.text == "(") {
      if (!want_operand) return fail(token.offset, "\"and\" or \"or\" is missing before this bracket");
      operators.push_back(token);
    } else if (token.text == ")") {
      if (want_operand) return fail(token.offset, "a selection is missing before this bracket");
      while (!operators.empty() && operators.back().text != "(") {
        emit(operators.back().text);
        operators.pop_back();
      }
      if (operators.empty()) return fail(token.offset, "this bracket closes nothing. Remove it");
      operators.pop_back();
    } else if (token.text == "and" || token.text == "or") {
      if (want_operand) return fail(token.offset, "a selection is missing before \"" + token.text + "\"");
      while (!operators.empty() && rank(operators.back().text) >= rank(token.text)) {
        emit(operators.back().text);
        operators.pop_back();
      }
      operators.push_back(token);
      want_operand = true;
    } else if (token.text == "not") {
      if (!want_operand) return fail(token.offset, "\"and\" or \"or\" is missing before \"not\"");
      operators.push_back(token);
    } else {
      if (!want_operand)
        return fail(token.offset, "\"and\" or \"or\" is missing before \"" + token.text + "\"");
      const bool counted = (token.text == "all" || IsNumber(token.text)) && i + 1 < tokens.size() &&
                           tokens[i + 1].text == "of";
      if (counted) {
        if (i + 2 >= tokens.size()) return fail(token.offset, "\"of\" needs \"them\" or a name behind it");
        const std::string& pattern = tokens[i + 2].text;
        Condition::Step step{Condition::Op::kAtLeast, 0, 0, {}};
        for (uint32_t n = 0; n < names.size(); ++n) {
          const bool prefix = !pattern.empty() && pattern.back() == '*';
          const bool hit =
              pattern == "them" || names[n] == pattern ||
              (prefix && names[n].compare(0, pattern.size() - 1, pattern, 0, pattern.size() - 1) == 0);
          if (!hit) continue;
          step.of.push_back(n);
          condition.used_[n] = true;
        }
        if (step.of.empty()) return fail(tokens[i + 2].offset, "no selection is called \"" + pattern + "\"");
        step.needed = token.text == "all" ? static_cast<uint32_t>(step.of.size())
                                          : static_cast<uint32_t>(std::stoul(token.text));
        if (step.needed == 0) return fail(token.offset, "\"0 of\" holds always. Use not");
        if (step.needed > step.of.size()) {
          return fail(token.offset,
                      "asks for more selections than there are (" + std::to_string(step.of.size()) + ")");
        }
        condition.steps_.push_back(std::move(step));
        i += 2;
      } else {
        const auto found = std::find(names.begin(), names.end(), token.text);
        if (found == names.end()) {
          std::string message = "no selection is called \"" + token.text + "\".";
          const auto nearest = NearestWord(token.text, names);
          message += nearest ? " Did you mean \"" + *nearest + "\"?" : " Define it in detection";
          return fail(token.offset, std::move(message));
        }
        const auto index = static_cast<uint32_t>(found - names.begin());
        condition.used_[index] = true;
        condition.steps_.push_back({Condition::Op::kSelection, index, 0, {}});
      }
      want_operand = false;
    }
  }
  if (want_operand) return fail(tokens.back().offset, "the condition ends where a selection is expected");
  while (!operators.empty()) {
    if (operators.back().text == "(") return fail(operators.back().offset, "this bracket is not closed");
    emit(operators.back().text);
    operators.pop_back();
  }
  return condition;
}

bool Condition::Possible(const std::function<bool(size_t)>& fails) const {
  // Kleene's logic: what may be true, what may be false.
  struct May {
    bool be_true, be_false;
  };
  std::vector<May> stack;
  for (const Step& step : steps_) {
    switch (step.op) {
      case Op::kSelection:
        stack.push_back({!fails(step.selection), true});
        break;
      case Op::kAtLeast: {
        uint32_t open = 0;
        for (const uint32_t i : step.of) open += fails(i) ? 0 : 1;
        stack.push_back({open >= step.needed, true});
        break;
      }
      case Op::kNot:
        stack.back() = {stack.back().be_false, stack.back().be_true};
        break;
      case Op::kAnd:
      case Op::kOr: {
        const May right = stack.back();
        stack.pop_back();
        const May left = stack.back();
        stack.back() = step.op == Op::kAnd
                           ? May{left.be_true && right.be_true, left.be_false || right.be_false}
                           : May{left.be_true || right.be_true, left.be_false && right.be_false};
        break;
      }
    }
  }
  assert(stack.size() == 1);
  return stack.back().be_true;
}

bool Condition::Evaluate(const std::function<bool(size_t)>& holds) const {
  std::vector<bool> stack;
  for (const Step& step : steps_) {
    switch (step.op) {
      case Op::kSelection:
        stack.push_back(holds(step.selection));
        break;
      case Op::kAtLeast: {
        uint32_t count = 0;
        for (const uint32_t i : step.of) count += holds(i) ? 1 : 0;
        stack.push_back(count >= step.needed);
        break;
      }
      case Op::kNot:
        stack.back() = !stack.back();
        break;
      case Op::kAnd:
      case Op::kOr: {
        const bool right = stack.back();
        stack.pop_back();
        stack.back() = step.op == Op::kAnd ? (stack.back() && right) : (stack.back() || right);
        break;
      }
    }
  }
  assert(stack.size() == 1);
  return stack.back();
}

}  // namespace gasht
