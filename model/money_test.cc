#include "model/money.h"

#include <gtest/gtest.h>

#include <limits>

namespace gasht {
namespace {

TEST(MoneyTest, ReadsAndPrintsExactly) {
  struct Case {
    const char* text;
    const char* printed;  // empty: refused
  };
  for (const Case& c : {
           Case{"0", "0"},
           Case{"1250", "1250"},
           Case{"12.50", "12.50"},
           Case{"-3", "-3"},
           Case{"0.00000001", "0.00000001"},
           Case{"-0.05", "-0.05"},
           Case{"007", "7"},
           Case{"999999999999999999", "999999999999999999"},
           Case{"1.00000000000000000", "1.00000000000000000"},
           Case{"", ""},
           Case{"-", ""},
           Case{".", ""},
           Case{".5", ""},
           Case{"5.", ""},
           Case{"1,250", ""},
           Case{"1.2.3", ""},
           Case{"1e3", ""},
           Case{" 1", ""},
           Case{"+1", ""},
           Case{"--1", ""},
           Case{"1000000000000000000", ""},
           Case{"0.0000000000000000001", ""},
       }) {
    const auto money = ParseMoney(c.text, "PKR");
    EXPECT_EQ(money.ok() ? money->amount() : "", c.printed) << c.text;
  }
}

TEST(MoneyTest, PrintsTheLimits) {
  EXPECT_EQ((Money{std::numeric_limits<int64_t>::min(), 0, ""}.amount()), "-9223372036854775808");
  EXPECT_EQ((Money{std::numeric_limits<int64_t>::max(), 18, ""}.amount()), "9.223372036854775807");
  EXPECT_EQ((Money{5, 3, ""}.amount()), "0.005");
}

TEST(MoneyTest, ComparesAcrossScales) {
  struct Case {
    const char* a;
    const char* b;
    int order;
  };
  for (const Case& c : {Case{"1", "1.00", 0}, Case{"1.1", "1.09", 1}, Case{"-1", "0.5", -1},
                        Case{"-0.50", "-0.5", 0}, Case{"999999999999999999", "0.00000000000000001", 1}}) {
    const auto a = ParseMoney(c.a, "USD"), b = ParseMoney(c.b, "USD");
    ASSERT_TRUE(a.ok() && b.ok()) << c.a << " " << c.b;
    EXPECT_EQ(CompareAmounts(*a, *b), c.order) << c.a << " " << c.b;
    EXPECT_EQ(CompareAmounts(*b, *a), -c.order) << c.b << " " << c.a;
  }
}

}  // namespace
}  // namespace gasht
