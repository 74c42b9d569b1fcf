#include "rules/condition.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

const std::vector<std::string> kNames = {"a", "b", "sel_one", "sel_two"};

TEST(Condition, EvaluatesAsWritten) {
  const struct {
    const char* text;
    const char* held;  // which of the four hold, as bits "abcd"
    bool expected;
  } rows[] = {
      {"a", "1000", true},
      {"a", "0111", false},
      {"not a", "0000", true},
      {"a and b", "1100", true},
      {"a and b", "1000", false},
      {"a or b", "0100", true},
      {"a and not b", "1000", true},
      {"a or b and sel_one", "1000", true},
      {"(a or b) and sel_one", "1000", false},
      {"not (a or b)", "0011", true},
      {"not a or b", "0000", true},
      {"not a and not b", "0011", true},
      {"1 of sel_*", "0001", true},
      {"all of sel_*", "0001", false},
      {"all of sel_*", "0011", true},
      {"2 of them", "1001", true},
      {"3 of them", "1001", false},
      {"not 1 of sel_*", "1100", true},
      {"not not a", "1000", true},
      {"((a))", "1000", true},
  };
  for (const auto& row : rows) {
    ConditionError error;
    const auto condition = ParseCondition(row.text, kNames, error);
    ASSERT_TRUE(condition) << row.text << ": " << error.message;
    EXPECT_EQ(condition->Evaluate([&](size_t i) { return row.held[i] == '1'; }), row.expected)
        << row.text << " with " << row.held;
  }
}

TEST(Condition, KnowsWhatItCannotDoWithout) {
  const struct {
    const char* text;
    const char* fails;  // selections that surely fail
    bool possible;
  } rows[] = {
      {"a", "1000", false},         {"a and b", "0100", false},    {"a or b", "1000", true},
      {"a or b", "1100", false},    {"not a", "1000", true},       {"a and not b", "0100", true},
      {"2 of them", "1110", false}, {"1 of sel_*", "0011", false}, {"1 of sel_*", "0001", true},
  };
  for (const auto& row : rows) {
    ConditionError error;
    const auto condition = ParseCondition(row.text, kNames, error);
    ASSERT_TRUE(condition) << row.text;
    EXPECT_EQ(condition->Possible([&](size_t i) { return row.fails[i] == '1'; }), row.possible)
        << row.text << " without " << row.fails;
  }
}

TEST(Condition, DeepNestingIsRefusedNotRecursedInto) {
  ConditionError error;
  EXPECT_FALSE(ParseCondition(std::string(100000, '('), kNames, error));
}

}  // namespace
}  // namespace gasht
