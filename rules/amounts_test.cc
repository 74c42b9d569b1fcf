#include "rules/amounts.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "rules/packs.h"
#include "rules/rule_set.h"
#include "rules/scanner.h"

namespace gasht {
namespace {

// The amounts that the shipped packs read in a text, as "2.5 tola=1500".
std::string Read(const RulePacks& packs, const Scanner& scanner, const std::string& text) {
  std::string out;
  for (const Amount& amount : scanner.Scan(text).amounts) {
    char line[96];
    std::snprintf(line, sizeof line, "%g %s", amount.count,
                  packs.signs[scanner.entries()[amount.entry].owner].unit.c_str());
    out += (out.empty() ? "" : ", ") + std::string(line);
    if (amount.price > 0) {
      std::snprintf(line, sizeof line, "=%g%s", amount.price, amount.foreign ? "$" : "");
      out += line;
    }
  }
  return out;
}

class AmountsTest : public ::testing::Test {
 protected:
  AmountsTest() : packs_(EmbeddedRuleSet()->packs()) {
    std::vector<std::string> messages;
    for (uint32_t i = 0; i < packs_.signs.size(); ++i) {
      for (const PackTerm& term : packs_.signs[i].unit_words)
        scanner_.AddUnit(term, packs_.signs[i], i, messages);
    }
    for (const NumberWord& word : packs_.number_words) scanner_.AddNumberWord(word);
    scanner_.AddAmountWords(packs_);
    scanner_.Freeze(messages);
    EXPECT_TRUE(messages.empty());
  }
  RulePacks packs_;
  Scanner scanner_;
};

TEST_F(AmountsTest, ReadsHowMuchForHowMuch) {
  const std::pair<const char*, const char*> rows[] = {
      {"charas 1 tola 2500", "1 tola=2500"},
      {"tola 2500", "1 tola=2500"},
      {"2500 tola", "1 tola=2500"},
      {"2500 ka tola", "1 tola=2500"},
      {"22k ka gram", "1 g=22000"},
      {"22k per G", "1 g=22000"},
      {"2k/g", "1 g=2000"},
      {"$60/g", "1 g=60$"},
      {"do hazar ka gram", "1 g=2000"},
      {"hazar ka gram", "1 g=1000"},
      {"char hazar gram", "1 g=4000"},
      {"500 gram", "500 g"},
      {"sau gram", "100 g"},
      {"paanch so ki pudi", "1 wrap=500"},
      {"pudi 500 wali", "1 wrap=500"},
      {"500 wali pudi", "1 wrap=500"},
      {"10 gm @ 2500", "10 g=2500"},
      {"10g 3k, 50g 13k", "10 g=3000, 50 g=13000"},
      {"2500 me 1 tola", "1 tola=2500"},
      {"1 tola kali charas 2500", "1 tola=2500"},
      {"1 tola 2,5oo", "1 tola=2500"},
      {"1 t0la 2500", "1 tola=2500"},
      {"1 t.o.l.a 2500", "1 tola=2500"},
      {"tola 2.5k", "1 tola=2500"},
      {"adha tola 1300 rupay", "0.5 tola=1300"},
      {"sawa tola", "1.25 tola"},
      {"1/8 oz", "0.125 oz"},
      {"tola pa dwa zara", "1 tola=2000"},
      {"puri pinza sawa", "1 wrap=500"},
      {"ایک تولہ ۲۵۰۰", "1 tola=2500"},
      {"دس گرام ڈھائی ہزار روپے", "10 g=2500"},
      {"تولے کے ۲۵۰۰", "1 tola=2500"},
      {"سو گرام آفيم تازو، ٻاويهه هزار", "100 g"},
      {"پنځه ګرامه دوه نیم زره", "5 g=2500"},
      {"تولي جا ٻه هزار", "1 tola=2000"},
      {"پنج سو دی پُڑی", "1 wrap=500"},
      {"tab 10", "10 piece"},
      // What is no price.
      {"5 g 100 stamps", "5 g, 100 piece"},
      {"10 gram 50 mg", "10 g, 50 mg"},
      {"10 gram, 0300-1234567", "10 g"},
      {"gram 03001234567", ""},
      {"10 gram lahore 1997", "10 g"},
      {"5 g 100%", "5 g"},
      {"500 mg 1000", "500 mg"},
      {"gram so good", ""},
      {"1 tola\n2500", "1 tola"},
      {"", ""},
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(Read(packs_, scanner_, text), expected) << text;
}

TEST_F(AmountsTest, IsLinearInItsUnits) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "1 tola ka ka ka 2500 sawa ";
  EXPECT_EQ(scanner_.Scan(text).amounts.size(), 50'000u);
}

}  // namespace
}  // namespace gasht
