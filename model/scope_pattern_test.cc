#include "model/scope_pattern.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

TEST(ScopePatternTest, OverlapOfGlobs) {
  struct Case {
    const char* a;
    const char* b;
    bool overlap;
  };
  for (const Case& c : {
           Case{"", "", true},
           Case{"", "*", true},
           Case{"", "a", false},
           Case{"a", "a", true},
           Case{"a", "b", false},
           Case{"a*", "b*", false},
           Case{"a*", "ab*", true},
           Case{"*a", "*b", false},
           Case{"*a", "b*", true},
           Case{"*", "***", true},
           Case{"/a/*", "/*/b", true},
           Case{"/a/*", "/b/*", false},
           Case{"a*c", "*b*", true},
           Case{"a*c", "ab*d", false},
           Case{"*ab*", "*ba*", true},
           Case{"/x*?p=1", "/x?p=2*", true},
           Case{"/x?p=1", "/x?p=1*", true},
           Case{"/x?p=1", "/x?p=12*", false},
       }) {
    EXPECT_EQ(GlobsOverlap(c.a, c.b), c.overlap) << c.a << " and " << c.b;
    EXPECT_EQ(GlobsOverlap(c.b, c.a), c.overlap) << c.b << " and " << c.a;
  }
}

// Every pair of short globs, against all short texts: overlap means a common text, and short globs have a
// short one.
TEST(ScopePatternTest, OverlapAgreesWithMatching) {
  const auto all = [](std::string_view alphabet, size_t length) {
    std::vector<std::string> words = {""};
    for (size_t begin = 0, round = 0; round < length; ++round) {
      const size_t end = words.size();
      for (; begin < end; ++begin) {
        for (const char c : alphabet) words.push_back(words[begin] + c);
      }
    }
    return words;
  };
  const auto globs = all("ab*", 3);
  const auto texts = all("ab", 6);
  for (const std::string& a : globs) {
    for (const std::string& b : globs) {
      bool common = false;
      for (const std::string& text : texts) common = common || (MatchesGlob(text, a) && MatchesGlob(text, b));
      ASSERT_EQ(GlobsOverlap(a, b), common) << "'" << a << "' and '" << b << "'";
    }
  }
}

TEST(ScopePatternTest, PatternsAreGlobs) {
  EXPECT_EQ(ScopePatternToGlob("/listing"), "/listing*");
  EXPECT_EQ(ScopePatternToGlob("*logout*"), "*logout*");
  EXPECT_EQ(ScopePatternToGlob("/چ"), "/%DA%86*");
  EXPECT_TRUE(MatchesScopePattern("/listing/1?x", "/listing"));
  EXPECT_FALSE(MatchesScopePattern("/listing/1?x", "/*/1"));
}

}  // namespace
}  // namespace gasht
