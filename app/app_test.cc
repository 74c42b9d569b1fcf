// What the program prints, without running it: tables, escaping, ids without a store.

#include <gtest/gtest.h>

#include "app/offline.h"
#include "app/output.h"

namespace gasht {
namespace {

TEST(PrintableTest, NothingFromAPageReachesTheTerminalAsACommand) {
  const struct {
    const char* text;
    const char* printed;
  } cases[] = {
      {"plain چرس 🍁", "plain چرس 🍁"},
      {"a\nb\tc\rd", "a b c d"},
      {"\x1b[2Jx", "\\u{1b}[2Jx"},
      {"\u202eevil", "\\u{202e}evil"},
      {"zero\u200bwidth", "zero\\u{200b}width"},
      {"\x9b"
       "31m",
       "\uFFFD31m"},
      {"\u009b", "\\u{9b}"},
  };
  for (const auto& c : cases) EXPECT_EQ(Printable(c.text), c.printed) << c.text;
}

TEST(TableTest, ColumnsLineUpAndLongCellsAreCut) {
  Table table({"A", "LONG"});
  table.Add({"wide 字", "x"});
  table.Add({"1", std::string(30, 'y')});
  EXPECT_EQ(table.Render(12),
            "A        LONG\n"
            "wide 字  x\n"
            "1        yyyyyyyyyyy\u2026\n");
}

TEST(TableTest, NoLineEndsInBlanks) {
  Table table({"A", "B", "C"});
  table.Add({"1", "", ""});
  table.Add({"", "", ""});
  EXPECT_EQ(table.Render(),
            "A  B  C\n"
            "1\n"
            "\n");
}

TEST(ShortUrlTest, TheHostOfAnOnionLeavesRoomForThePath) {
  const std::string label = "uq4hiofbavwombgy42d7ppdagcju6zwqwlfa3bfxnsjerw2grbro65ad";
  const struct {
    std::string url, shown;
  } cases[] = {
      {"http://" + label + ".onion/robots.txt", "http://uq4hiofbavwo\u2026.onion/robots.txt"},
      {"http://www." + label + ".onion/", "http://www.uq4hiofbavwo\u2026.onion/"},
      {"https://shop.example/a.onion/b", "https://shop.example/a.onion/b"},
      {"https://shop.example/", "https://shop.example/"},
      {"", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(ShortUrl(c.url), c.shown) << c.url;
}

TEST(OfflineTest, SameInputSameIdsAndEveryListingHasOne) {
  PageAnalysis a;
  a.listings.resize(2);
  a.listings[0].title = "Charas 1 tola";
  a.listings[1].title = "Wool blanket";
  PageAnalysis b = a;
  AssignOfflineIds(a);
  AssignOfflineIds(b);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(a.listings[i].id.size(), 32u) << i;
    EXPECT_EQ(a.listings[i].id, b.listings[i].id) << i;
  }
  EXPECT_NE(a.listings[0].id, a.listings[1].id);
}

TEST(OfflineTest, InputIsBoundedAndGzipIsRecognised) {
  EXPECT_EQ(ReadInput("tests/fixtures/page.html.gz", 1 << 20).value_or(""), "<p>Charas 1 tola</p>\n");
  EXPECT_EQ(ReadInput("tests/fixtures/page.html.gz", 10).status().code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(ReadInput("tests/fixtures/cut.html.gz", 1 << 20).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadInput("no/such/file", 1 << 20).status().code(), StatusCode::kNotFound);
}

TEST(LoadRulesTest, BuiltInPacksCompileAndAMissingDirectoryIsAnError) {
  EXPECT_TRUE(LoadRules("").ok()) << LoadRules("").status().message();
  EXPECT_FALSE(LoadRules("no/such/dir").ok());
}

}  // namespace
}  // namespace gasht
