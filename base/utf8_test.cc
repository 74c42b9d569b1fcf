#include "base/utf8.h"

#include <gtest/gtest.h>

#include "base/digest.h"

namespace gasht {
namespace {

using namespace std::string_view_literals;

TEST(Utf8Test, ValidityAndRepair) {
  struct Case {
    std::string_view bytes;
    std::string_view repaired;  // the same when valid
    size_t code_points;         // of the repaired text
  };
  constexpr std::string_view kBad = "\xef\xbf\xbd";
  const std::string two = std::string(kBad) + std::string(kBad), three = two + std::string(kBad),
                    four = two + two;
  for (const Case& c : {
           Case{"", "", 0},
           Case{"abc", "abc", 3},
           Case{"a\0b"sv, "a\0b"sv, 3},
           Case{"é", "é", 1},
           Case{"گشت", "گشت", 3},
           Case{"🌿", "🌿", 1},
           Case{"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf", 1},  // U+10FFFF
           Case{"\xf4\x90\x80\x80", four, 4},                // above
           Case{"\xed\xa0\x80", three, 3},                   // a surrogate
           Case{"\xed\x9f\xbf", "\xed\x9f\xbf", 1},          // just below them
           Case{"\xc0\x80", two, 2},                         // overlong
           Case{"\xe0\x80\xaf", three, 3},
           Case{"\xc1\xbf", two, 2},
           Case{"\x80", kBad, 1},
           Case{"\xff", kBad, 1},
           Case{"\xc3", kBad, 1},  // cut off
           Case{"\xe2\x82", two, 2},
           Case{"\xc3(", "\xef\xbf\xbd(", 2},
       }) {
    EXPECT_EQ(IsValidUtf8(c.bytes), c.bytes == c.repaired) << HexEncode(c.bytes);
    const std::string repaired = ReplaceInvalidUtf8(c.bytes);
    EXPECT_EQ(repaired, c.repaired) << HexEncode(c.bytes);
    EXPECT_TRUE(IsValidUtf8(repaired)) << HexEncode(c.bytes);
    EXPECT_EQ(CountCodePoints(repaired), c.code_points) << HexEncode(c.bytes);
  }
}

TEST(Utf8Test, EveryCodePointRoundTrips) {
  for (char32_t code_point = 0; code_point <= 0x110000; ++code_point) {
    std::string bytes;
    AppendUtf8(code_point, bytes);
    const bool writable = code_point <= 0x10ffff && (code_point < 0xd800 || code_point > 0xdfff);
    size_t pos = 0;
    ASSERT_EQ(NextCodePoint(bytes, pos), writable ? code_point : U'\uFFFD')
        << static_cast<uint32_t>(code_point);
    ASSERT_EQ(pos, bytes.size()) << static_cast<uint32_t>(code_point);
    ASSERT_TRUE(IsValidUtf8(bytes)) << static_cast<uint32_t>(code_point);
  }
}

TEST(Utf8Test, OffsetsInAnyOrder) {
  std::string text;
  std::vector<size_t> starts;
  for (int i = 0; i < 2000; ++i) {
    for (const char32_t code_point : {U'a', U'é', U'ش', U'€', U'🌿'}) {
      starts.push_back(text.size());
      AppendUtf8(code_point, text);
    }
  }
  CodePointOffsets forwards(text), backwards(text), jumping(text);
  for (size_t i = 0; i < starts.size(); ++i) {
    const size_t j = starts.size() - 1 - i, k = i * 7919 % starts.size();
    ASSERT_EQ(forwards.At(starts[i]), i);
    ASSERT_EQ(backwards.At(starts[j]), j);
    ASSERT_EQ(jumping.At(starts[k]), k);
  }
  EXPECT_EQ(forwards.At(text.size()), starts.size());
  EXPECT_EQ(forwards.At(text.size() + 5), starts.size());
  EXPECT_EQ(CodePointOffsets("").At(3), 0u);
}

}  // namespace
}  // namespace gasht
