#include "text/charset.h"

#include <string>

#include <gtest/gtest.h>

namespace gasht {
namespace {

using namespace std::string_literals;

struct Case {
  const char* name;
  std::string bytes;
  const char* content_type;
  const char* utf8;
  const char* charset;
  CharsetBasis basis;
  size_t undecoded;
  bool wrong;
};

TEST(DecodeToUtf8, Cases) {
  const Case cases[] = {
      {"plain ascii", "charas", "", "charas", "utf-8", CharsetBasis::kDefault, 0, false},
      {"empty", "", "", "", "utf-8", CharsetBasis::kDefault, 0, false},
      {"utf-8 bom", "\xEF\xBB\xBFx\xC3\xA9", "text/html; charset=latin1", "x\xC3\xA9", "utf-8",
       CharsetBasis::kBom, 0, false},
      {"header", "\xE9t\xE9", "text/html; charset=ISO-8859-1", "\xC3\xA9t\xC3\xA9", "windows-1252",
       CharsetBasis::kHeader, 0, false},
      {"quoted header", "\xE9", "text/html;charset=\"latin1\"", "\xC3\xA9", "windows-1252",
       CharsetBasis::kHeader, 0, false},
      {"meta", "<meta charset=windows-1251>\xCF\xF0", "", "<meta charset=windows-1251>\xD0\x9F\xD1\x80",
       "windows-1251", CharsetBasis::kMeta, 0, false},
      {"meta http-equiv", "<META HTTP-EQUIV=x content='text/html; charset=KOI8-R'>\xC1", "",
       "<META HTTP-EQUIV=x content='text/html; charset=KOI8-R'>\xD0\xB0", "koi8-r", CharsetBasis::kMeta, 0,
       false},
      {"xml declaration", "<?xml version='1.0' encoding='iso-8859-15'?>\xA4", "",
       "<?xml version='1.0' encoding='iso-8859-15'?>\xE2\x82\xAC", "iso-8859-15", CharsetBasis::kMeta, 0,
       false},
      {"header goes before meta", "<meta charset=koi8-r>\xE0", "text/html; charset=windows-1251",
       "<meta charset=koi8-r>\xD0\xB0", "windows-1251", CharsetBasis::kHeader, 0, false},
      // Urdu "charas" in the Windows code page for Arabic script, with its own letter for che.
      {"windows-1256", "\x8D\xD1\xD3", "text/html; charset=windows-1256", "\xDA\x86\xD8\xB1\xD8\xB3",
       "windows-1256", CharsetBasis::kHeader, 0, false},
      {"utf-16le bom", "\xFF\xFE\x86\x06\x31\x06"s, "", "\xDA\x86\xD8\xB1", "utf-16le", CharsetBasis::kBom, 0,
       false},
      {"utf-16be bom", "\xFE\xFF\x06\x86\x06\x31"s, "", "\xDA\x86\xD8\xB1", "utf-16be", CharsetBasis::kBom, 0,
       false},
      {"utf-16 without bom", "<\0p\0>\0h\0i\0!\0"s, "", "<p>hi!", "utf-16le", CharsetBasis::kDetected, 0,
       false},
      {"meta says utf-16 in ascii", "<meta charset=utf-16>ok", "", "<meta charset=utf-16>ok", "utf-8",
       CharsetBasis::kMeta, 0, false},
      {"shift_jis", "\x93\xFA\x96\x7B", "text/html; charset=Shift_JIS", "\xE6\x97\xA5\xE6\x9C\xAC",
       "shift_jis", CharsetBasis::kHeader, 0, false},
      {"gb2312", "\xD6\xD0", "text/html; charset=gb2312", "\xE4\xB8\xAD", "gbk", CharsetBasis::kHeader, 0,
       false},
      {"big5", "\xA4\xA4", "text/html; charset=big5", "\xE4\xB8\xAD", "big5", CharsetBasis::kHeader, 0,
       false},
      {"euc-kr", "\xC7\xD1", "text/html; charset=euc-kr", "\xED\x95\x9C", "euc-kr", CharsetBasis::kHeader, 0,
       false},
      {"euc-jp", "\xC6\xFC", "text/html; charset=euc-jp", "\xE6\x97\xA5", "euc-jp", CharsetBasis::kHeader, 0,
       false},
      // A lying header: the bytes are good UTF-8.
      {"header lies", "\xDA\x86\xD8\xB1\xD8\xB3", "text/html; charset=iso-8859-1", "\xDA\x86\xD8\xB1\xD8\xB3",
       "utf-8", CharsetBasis::kDetected, 0, true},
      {"some bytes broken", "\xDA\x86\xD8\xB1\xD8\xB3 \xFF", "text/html; charset=utf-8",
       "\xDA\x86\xD8\xB1\xD8\xB3 \xEF\xBF\xBD", "utf-8", CharsetBasis::kHeader, 1, false},
      {"nul bytes", "ch\0aras"s, "", "charas", "utf-8", CharsetBasis::kDefault, 0, false},
      {"unknown label", "ok", "text/html; charset=klingon", "ok", "utf-8", CharsetBasis::kDefault, 0, false},
  };
  for (const Case& c : cases) {
    const DecodedText got = DecodeToUtf8(c.bytes, {c.content_type});
    EXPECT_EQ(got.utf8, c.utf8) << c.name;
    EXPECT_EQ(got.charset, c.charset) << c.name;
    EXPECT_EQ(CharsetBasisName(got.basis), CharsetBasisName(c.basis)) << c.name;
    EXPECT_EQ(got.undecoded, c.undecoded) << c.name;
    EXPECT_EQ(got.declaration_wrong, c.wrong) << c.name;
  }
}

TEST(DecodeToUtf8, DetectsUndeclaredRussian) {
  // "This text was typed in Moscow and nobody wrote down in which code page", windows-1251.
  const std::string bytes =
      "\xDD\xF2\xEE\xF2 \xF2\xE5\xEA\xF1\xF2 \xED\xE0\xE1\xF0\xE0\xED \xE2 \xCC\xEE\xF1\xEA\xE2\xE5, \xE8 "
      "\xED\xE8\xEA\xF2\xEE \xED\xE5 \xE7\xE0\xEF\xE8\xF1\xE0\xEB, \xE2 \xEA\xE0\xEA\xEE\xE9 "
      "\xEA\xEE\xE4\xE8\xF0\xEE\xE2\xEA\xE5.";
  const DecodedText got = DecodeToUtf8(bytes, {});
  EXPECT_EQ(got.charset, "windows-1251");
  EXPECT_TRUE(got.utf8.starts_with("\xD0\xAD\xD1\x82\xD0\xBE\xD1\x82 ")) << got.utf8;
}

TEST(DecodeToUtf8, WithoutMetaWhenTold) {
  CharsetHints hints;
  hints.read_meta = false;
  EXPECT_EQ(DecodeToUtf8("<meta charset=koi8-r>ok", hints).basis, CharsetBasis::kDefault);
}

TEST(CharsetFromLabel, Labels) {
  EXPECT_EQ(CharsetFromLabel(" Latin1 "), "windows-1252");
  EXPECT_EQ(CharsetFromLabel("CP1256"), "windows-1256");
  EXPECT_EQ(CharsetFromLabel("UTF8"), "utf-8");
  EXPECT_EQ(CharsetFromLabel("no-such"), "");
}

}  // namespace
}  // namespace gasht
