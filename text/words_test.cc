#include "text/words.h"

#include <gtest/gtest.h>

#include "text/fold.h"

namespace gasht {
namespace {

std::string Shape(const std::string& text) {
  const std::string folded = Fold(text).text;
  std::string out;
  for (const Word& word : SplitWords(folded)) {
    constexpr const char* kGaps[] = {"+", "-", " ", "|"};
    out += kGaps[static_cast<int>(word.gap)];
    out += word.In(folded);
  }
  return out;
}

TEST(SplitWords, PartsScriptsLettersAndNumbers) {
  const struct {
    const char* text;
    const char* shape;
  } rows[] = {
      {"", ""},
      {"Charas 1 tola", "|charas 1 tola"},
      {"5g weed", "|5+g weed"},
      {"2C-B, 2cb", "|2+c-b|2+cb"},
      {"2,500.50 Rs.", "|2,500.50 rs"},
      {"0301-2345678", "|0301-2345678"},
      {"چرس1تولہ", "|چرس+1+تولہ"},
      {"iceآئس", "|ice+ایس"},
      {"🍁weed$5", "|🍁+weed+$+5"},
      {"a.b c...d ----- e", "|a-b c|d|e"},
      {"ਚਿੱਟਾ ਅਫੀਮ", "|ਚਿਟਾ ਅਫੀਮ"},
      {"#CharasForSale", "-charasforsale"},
      {"wееd", "|wееd"},
  };
  for (const auto& row : rows) {
    std::string expected = row.shape;
    // The first word stands behind the beginning, which is hard.
    if (!expected.empty()) expected[0] = '|';
    EXPECT_EQ(Shape(row.text), expected) << row.text;
  }
}

TEST(SpokenKey, MeetsFreeSpellings) {
  const std::vector<std::vector<std::string>> groups = {
      {"charas", "chaaras", "charaas", "charras", "charrass"},
      {"afeem", "afim", "apheem", "afiim", "afeeem"},
      {"heroin", "heroyn"},
      {"nasha", "nashaa", "naasha"},
      {"dastiyab", "dastyab", "dastiyaab"},
      {"bhang", "bang", "bhaang"},
      {"goli", "golee", "goly", "goliy"},
      {"xanax", "zanax", "xannax"},
      {"kokeen", "kokin", "cokeen", "kockeen"},
      {"crystal", "krystal", "kristal", "crystall"},
      {"gabica", "gabika"},
  };
  for (const auto& group : groups) {
    for (const std::string& word : group) EXPECT_EQ(SpokenKey(word), SpokenKey(group[0])) << word;
  }
  const std::pair<const char*, const char*> apart[] = {{"charas", "chars"},  {"charas", "churus"},
                                                       {"chitta", "chatta"}, {"tola", "tala"},
                                                       {"charas", "haras"},  {"charas", "karas"}};
  for (const auto& [a, b] : apart) EXPECT_NE(SpokenKey(a), SpokenKey(b)) << a << ' ' << b;
  for (const char* none : {"", "ab", "چرس", "a1b2"}) EXPECT_EQ(SpokenKey(none), "") << none;
}

TEST(SqueezeAll, LeavesOneOfEach) {
  const std::pair<const char*, const char*> rows[] = {
      {"charasssss", "charas"}, {"weeeeed", "wed"}, {"shroooomsss", "shroms"}, {"چررررس", "چرس"}, {"", ""}};
  for (const auto& [word, squeezed] : rows) EXPECT_EQ(SqueezeAll(word), squeezed) << word;
}

TEST(LatinLookalike, ReadsPosingLetters) {
  EXPECT_EQ(LatinLookalike("сосаіne"), "cocaine");
  EXPECT_EQ(LatinLookalike("wееd"), "weed");
  EXPECT_EQ(LatinLookalike("ж"), "");
}

TEST(FindDisguises, ReadsLeetspeakAndLettersApart) {
  const struct {
    const char* text;
    std::vector<std::string> readings;
  } rows[] = {
      {"plain words here", {}},
      {"buy c0c@ine now", {"cocaine"}},
      {"m3th!!", {"meth"}},
      {"c@nnabis x@nax", {"cannabis", "xanax"}},
      {"h3r0!n", {"heroin", "heroln"}},
      {"c h a r a s available", {"charas"}},
      {"c.h.a.r.a.s", {"charas"}},
      {"w-e-e-d 5 g", {"weed"}},
      {"5g 10x 2cb", {}},
      {"@lice a b c", {"alice", "abc"}},
      {"i c e 1g, a b", {"ice"}},
      {"c h a r a s  i c e d", {"charas", "iced"}},
      {"w\U0001F525e\U0001F525e\U0001F525d 5g", {"weed"}},
      {"c \U0001F525 o \U0001F525 k \U0001F525 e", {"coke"}},
      {"چ ر س", {"چرس"}},
      {"چ-ر-س ہے", {"چرس"}},
      {"co.caine", {"cocaine"}},
      {"her-o-in", {"heroin"}},
      {"i-ce a-b", {}},
  };
  for (const auto& row : rows) {
    const std::string folded = Fold(row.text).text;
    std::vector<std::string> found;
    for (const Reading& reading : FindDisguises(folded, SplitWords(folded), 100))
      found.push_back(reading.text);
    EXPECT_EQ(found, row.readings) << row.text;
  }
}

TEST(FindDisguises, IsBounded) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "a1b2 c d e f ";
  EXPECT_EQ(FindDisguises(text, SplitWords(text), 50).size(), 50u);
}

}  // namespace
}  // namespace gasht
