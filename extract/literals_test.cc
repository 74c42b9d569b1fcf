#include "extract/literals.h"

#include <string>

#include <gtest/gtest.h>

#include "extract/page_marks.h"
#include "extract/words.h"

namespace gasht {
namespace {

TEST(Literals, FindWhatASearchOfEachFinds) {
  // Prefixes of one another, the same last two bytes, one of the shortest length, none at all.
  const Literals::Entry entries[] = {
      {"ab", 1},       {"abc", 2},           {"bc", 4},  {"old-price", 8}, {"price", 16},
      {"ice-old", 32}, {"\xDA\x86\xD8", 64}, {"zz", 128}};
  const Literals exact({entries[0], entries[1], entries[2], entries[3], entries[4], entries[5], entries[6]},
                       Literals::Case::kExact);
  const Literals ignored({entries[0], entries[1], entries[2], entries[3], entries[4], entries[5], entries[6]},
                         Literals::Case::kIgnored);
  for (const char* text : {"", "a", "ab", "xab", "abc", "aabbcc", "OLD-PRICE", "old-price-old", "the price",
                           "pric", "ABC", "\xDA\x86\xD8\xB1", "bcbcbcbc", "zz", "ic-old ice-ol price"}) {
    uint64_t wanted = 0, wanted_ignored = 0;
    for (const auto& [string, bits] : entries) {
      if (string == "zz") continue;
      if (std::string_view(text).find(string) != std::string_view::npos) wanted |= bits;
      if (ContainsIgnoringCase(text, string)) wanted_ignored |= bits;
    }
    EXPECT_EQ(exact.In(text), wanted) << text;
    EXPECT_EQ(exact.AnyIn(text), wanted != 0) << text;
    EXPECT_EQ(ignored.In(text), wanted_ignored) << text;
  }
}

TEST(PageMarks, AnywhereOrWhereMakersSign) {
  struct Case {
    std::string source;
    uint64_t marks;
  };
  const std::string far(200 << 10, '.');
  const Case cases[] = {
      {"", 0},
      {"powered by phpBB", kMarkPhpbbPrinted},
      {"<div class=\"phpbb_wrap\">", kMarkPhpbb},
      {far + "<i class=tgme_widget_message>" + far, kMarkTelegram},
      {far + "mybb" + far, 0},
      {"mybb" + far + far, kMarkMybb},
      {far + far + "vBulletin", kMarkVbulletinPrinted},
      {"<div itemscope>" + far + "xenforo", kMarkItemscope | kMarkXenforo},
  };
  for (const Case& c : cases) EXPECT_EQ(MarksOf(c.source), c.marks) << c.source.substr(0, 64);
}

}  // namespace
}  // namespace gasht
