#include "base/counted.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

TEST(CountedTest, AgreesWithTheNumber) {
  const struct {
    uint64_t number;
    const char* noun;
    const char* plural;
    const char* text;
  } rows[] = {
      {0, "finding", "", "0 findings"},  {1, "finding", "", "1 finding"},
      {2, "finding", "", "2 findings"},  {1, "leaf", "leaves", "1 leaf"},
      {0, "leaf", "leaves", "0 leaves"}, {21, "signed checkpoint", "", "21 signed checkpoints"},
  };
  for (const auto& row : rows) EXPECT_EQ(Counted(row.number, row.noun, row.plural), row.text);
}

}  // namespace
}  // namespace gasht
