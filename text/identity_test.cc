#include "text/identity.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

TEST(FoldForIdentityTest, MakesVariantsOfOneNameEqual) {
  struct Case {
    const char* input;
    const char* folded;
  };
  const Case cases[] = {
      {"", ""},
      {"  \t\n ", ""},
      {"Charas  1\tTola ", "charas 1 tola"},
      {"\u00a0Charas\u20281 tola", "charas 1 tola"},  // no-break space, line separator
      {"ＣＨＡＲＡＳ", "charas"},                     // full width
      {"Straße", "strasse"},                          // full case folding
      {"ﬁne ①", "fine 1"},                            // ligature, circled digit
      {"cha\u200dr\u00adas", "charas"},               // zero-width joiner, soft hyphen
      {"é", "é"},                                     // e + combining acute is the same
      {"e\u0301", "é"},
      {"\ufefa", "\u0644\u0625"},  // Arabic presentation form: lam with alef, hamza below
      {"چرس", "چرس"},
      {"a\xff"
       "b",
       "a\ufffd"
       "b"},  // not UTF-8
  };
  for (const Case& c : cases) EXPECT_EQ(FoldForIdentity(c.input), c.folded) << c.input;
}

TEST(FoldForIdentityTest, IsIdempotent) {
  for (const char* input : {"Charas  1 TOLA", "ﬁne ①", "ﺍ چرس \u200c", "İstanbul", "ǅ ẞ"}) {
    const std::string once = FoldForIdentity(input);
    EXPECT_EQ(FoldForIdentity(once), once) << input;
  }
}

}  // namespace
}  // namespace gasht
