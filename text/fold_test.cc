#include "text/fold.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

struct Row {
  const char* written;
  const char* folded;
};

TEST(Fold, WritesOneFormForWhatReadersReadAsOne) {
  const Row rows[] = {
      {"", ""},
      {"CHARAS Available", "charas available"},
      {"ＣＨＡＲＡＳ", "charas"},
      {"𝗖𝗵𝗮𝗿𝗮𝘀 𝒘𝒆𝒆𝒅", "charas weed"},
      {"🅒🅗🅐🅡🅐🅢", "charas"},
      {"ᴄʜᴀʀᴀs", "charas"},
      {"Ⓦⓔⓔⓓ", "weed"},
      {"coca\u200Bi\u200Dne\u2060", "cocaine"},
      {"\u202Eweed\u202C", "weed"},
      {"kokaïn Qualité Straße", "kokain qualite strasse"},
      {"e\u0301", "e"},
      {"چَرَسْ", "چرس"},
      {"چـــرس", "چرس"},
      {"هيروئن", "ہیروین"},
      {"ہیروئن", "ہیروین"},
      {"ہیروئین", "ہیرویین"},
      {"پوډر", "پوڈر"},
      {"ګرام", "گرام"},
      {"آئس", "ایس"},
      {"۲۵۰۰ ٣ ५ ੫", "2500 3 5 5"},
      {"½ oz", "1\u20442 oz"},
      {"ﬁne", "fine"},
      {"a\tb\u00A0c\u3000d", "a b c d"},
      {"line\nline", "line\nline"},
      {"it’s 5–10", "it's 5-10"},
      {"ਚਿੱਟਾ", "ਚਿਟਾ"},
      {"गांजा", "गांजा"},
      {"\xFFx", "\xEF\xBF\xBDx"},
  };
  for (const Row& row : rows) EXPECT_EQ(Fold(row.written).text, row.folded) << row.written;
}

TEST(Fold, EveryRangeMapsBackToWholeCharacters) {
  const char* texts[] = {"plain ascii", "ﬁne ﷺ x", "co\u200Bcaine\u200B", "چَرَس ٢٥", "\xFF\xC3(x", "𝗖𝗵 ½ Ａ",
                         "\u200B",      ""};
  for (const char* text : texts) {
    const std::string_view source = text;
    const FoldedText folded = Fold(source);
    const auto between_characters = [&](size_t at) {
      return at >= folded.text.size() || (static_cast<unsigned char>(folded.text[at]) & 0xC0) != 0x80;
    };
    for (size_t b = 0; b <= folded.text.size(); ++b) {
      for (size_t e = b; e <= folded.text.size(); ++e) {
        if (!between_characters(b) || !between_characters(e)) continue;
        const SourceSpan span = folded.Source(b, e);
        ASSERT_LE(span.begin, span.end) << text << ' ' << b << ' ' << e;
        ASSERT_LE(span.end, source.size()) << text << ' ' << b << ' ' << e;
        // Never inside a character. (A stray continuation byte of the invalid sample is its own character.)
        if (source.find('\xFF') == std::string_view::npos) {
          for (const size_t at : {span.begin, span.end}) {
            if (at < source.size()) {
              ASSERT_NE(static_cast<unsigned char>(source[at]) & 0xC0, 0x80) << text << ' ' << b << ' ' << e;
            }
          }
        }
      }
    }
  }
}

TEST(Fold, TheSourceOfAMatchIsWhatWasWritten) {
  const std::string text = "Best cha\u200Bra\u200Bs, ﬁne چَرَسْ here";
  const FoldedText folded = Fold(text);
  const auto source = [&](const char* word) {
    const size_t at = folded.text.find(word);
    EXPECT_NE(at, std::string::npos) << word;
    const SourceSpan s = folded.Source(at, at + std::string_view(word).size());
    return text.substr(s.begin, s.end - s.begin);
  };
  EXPECT_EQ(source("charas"), "cha\u200Bra\u200Bs");
  EXPECT_EQ(source("fine"), "ﬁne");
  EXPECT_EQ(source("چرس"), "چَرَسْ");
  EXPECT_EQ(source("here"), "here");
}

TEST(Fold, GrowthIsBounded) {
  std::string worst;
  for (int i = 0; i < 1000; ++i) worst += "\uFDFA";
  EXPECT_LE(Fold(worst).text.size(), worst.size() * kMaxFoldGrowth);
}

TEST(FoldKey, CollapsesWhiteSpace) {
  EXPECT_EQ(FoldKey("  Green \t House\n 2 "), "green house 2");
  EXPECT_EQ(FoldKey("\u200B"), "");
}

}  // namespace
}  // namespace gasht
