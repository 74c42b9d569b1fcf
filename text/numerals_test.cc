#include "text/numerals.h"

#include <string>

#include <gtest/gtest.h>

namespace gasht {
namespace {

struct Case {
  const char* text;
  const char* value;  // empty: no number begins here
  size_t end;
};

TEST(NumberAt, Digits) {
  const Case cases[] = {
      {"5", "5", 1},
      {"12.50", "12.5", 5},
      {"1,234", "1234", 5},
      {"1.234", "1234", 5},
      {"1.234,56", "1234.56", 8},
      {"1,234.56", "1234.56", 8},
      {"1,25,000", "125000", 8},
      {"1.144.000", "1144000", 9},
      {"0.005", "0.005", 5},
      {"0,125", "0.125", 5},
      {"1 298,00", "1298", 8},
      {"120 000 000", "120000000", 11},
      {"5 10", "5", 1},
      {"1'049,95", "1049.95", 8},
      {"34.992001", "34.992001", 9},
      {".25g", "0.25", 3},
      {"1/8oz", "0.125", 3},
      {"1 1/2 g", "1.5", 5},
      {"24/7", "24", 2},
      {"\xC2\xBD tola", "0.5", 2},
      {"1\xC2\xBD", "1.5", 3},
      {"5k", "5000", 2},
      {"5kg", "5", 1},
      {"2.5K ", "2500", 4},
      {"1.2.3", "", 0},
      {"abc", "", 0},
      {"123456789012345678901234567890", "", 0},
      {"1.11000000000000009770", "1.11000000000000009", 22},
  };
  for (const Case& c : cases) {
    const auto got = NumberAt(c.text, 0);
    EXPECT_EQ(got ? got->value.Shortest() : "", c.value) << c.text;
    EXPECT_EQ(got ? got->end : 0, c.end) << c.text;
  }
}

TEST(NumberAt, Words) {
  const Case cases[] = {
      {"2 hazar", "2000", 7},
      {"do hazar", "2000", 8},
      {"dhai hazar", "2500", 10},
      {"derh lakh", "150000", 9},
      {"sawa lakh", "125000", 9},
      {"sawa do lakh", "225000", 12},
      {"paune do hazar", "1750", 14},
      {"sarhe teen sau", "350", 14},
      {"sarhe 3 hazar", "3500", 13},
      {"aadha kilo", "0.5", 5},
      {"1.5 lakh", "150000", 8},
      {"5lakh", "500000", 5},
      {"ek lakh pachas hazar", "150000", 20},
      {"do hazar paanch sau", "2500", 19},
      {"hazar", "1000", 5},
      {"1 crore", "10000000", 7},
      {"ساڑھے تین لاکھ", "350000", 26},
      {"ڈھائی ہزار", "2500", 19},
      {"5 ہزار", "5000", 10},
      {"one gram", "1", 3},
      {"charas", "", 0},
  };
  for (const Case& c : cases) {
    const auto got = NumberAt(c.text, 0);
    EXPECT_EQ(got ? got->value.Shortest() : "", c.value) << c.text;
    EXPECT_EQ(got ? got->end : 0, c.end) << c.text;
  }
}

TEST(NumberAt, Hints) {
  NumberHints fine;
  fine.fine = true;
  EXPECT_EQ(NumberAt("1.234", 0, fine)->value.Shortest(), "1.234");
  NumberHints comma;
  comma.decimal_separator = ',';
  EXPECT_EQ(NumberAt("1,234", 0, comma)->value.Shortest(), "1.234");
  NumberHints no_words;
  no_words.words = false;
  EXPECT_FALSE(NumberAt("ten", 0, no_words));
}

TEST(NumeralText, OtherScriptsAndTheWayBack) {
  const std::string urdu = "قیمت ۲۵۰۰ روپے";
  const NumeralText numerals(urdu);
  const size_t at = numerals.text().find("2500");
  ASSERT_NE(at, std::string_view::npos) << numerals.text();
  EXPECT_EQ(urdu.substr(numerals.Original(at), numerals.Original(at + 4) - numerals.Original(at)), "۲۵۰۰");
  EXPECT_EQ(numerals.Original(numerals.text().size()), urdu.size());
  EXPECT_EQ(numerals.Original(0), 0u);
  EXPECT_EQ(NumeralText("plain 5").text(), "plain 5");
  EXPECT_EQ(NumeralText("٥٫٥").text(), "5.5");
}

TEST(Decimal, Arithmetic) {
  EXPECT_EQ(Multiply({25, 1}, {1000, 0})->Shortest(), "2500");
  EXPECT_EQ(Add({25, 2}, {1, 0})->Shortest(), "1.25");
  EXPECT_FALSE(Multiply({999999999999999999, 0}, {10, 0}));
  EXPECT_EQ((Decimal{-5, 1}).Shortest(), "-0.5");
  EXPECT_EQ(ParseDecimal("11.6638")->Shortest(), "11.6638");
  EXPECT_FALSE(ParseDecimal("1.2.3"));
}

}  // namespace
}  // namespace gasht
