#include "rules/rule_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "rules/packs.h"

namespace gasht {
namespace {

using ::testing::HasSubstr;

// A text as the analysis room hands it over: one listing of kind post that is the whole document.
MatchOutput MatchText(const RuleSet& rules, const std::string& text, ListingKind kind = ListingKind::kPost) {
  Document document;
  document.text = text;
  Listing listing;
  listing.kind = kind;
  listing.span = {0, text.size()};
  return rules.Match({&document, {&listing, 1}, {}, {}, {}});
}

Level LevelOf(const MatchOutput& output) {
  return output.candidates.empty() ? Level::kInformational : output.candidates[0].level;
}

const TermMatch* FindMatch(const MatchOutput& output, const std::string& term) {
  for (const MatchCandidate& candidate : output.candidates) {
    for (const TermMatch& match : candidate.matches) {
      if (match.term == term) return &match;
    }
  }
  return nullptr;
}

TEST(RuleSet, AStreetOfferIsAFindingAndIceCreamIsNot) {
  const auto rules = EmbeddedRuleSet();
  const MatchOutput offer =
      MatchText(*rules, "Charas 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678");
  ASSERT_EQ(offer.candidates.size(), 1u);
  EXPECT_GE(offer.candidates[0].level, Level::kMedium);
  EXPECT_FALSE(offer.undecided);
  ASSERT_FALSE(offer.candidates[0].substances.empty());
  EXPECT_EQ(offer.candidates[0].substances[0].id, "cannabis-resin");
  const MatchOutput cream =
      MatchText(*rules, "Ice cream 1 litre 650 PKR home delivery Lahore, WhatsApp 0301-2345678");
  EXPECT_TRUE(cream.candidates.empty());
}

TEST(RuleSet, DisguisesAreReadAndShownAsWritten) {
  const struct {
    const char* text;
    const char* term;
    const char* written;
  } rows[] = {
      {"ch4r4s 1 tola 2500, rabta 0301-2345678", "cannabis-resin/charas", "ch4r4s"},
      {"c h a r a s 1 tola 2500, rabta 0301-2345678", "cannabis-resin/charas", "c h a r a s"},
      {"с h а r а s 1 tola 2500 dm me", "cannabis-resin/charas", "с h а r а s"},
      {"c.h.a.r.a.s tola 2500 dm me", "cannabis-resin/charas", "c.h.a.r.a.s"},
      {"chaarasss 1 tola 2500 dm me", "cannabis-resin/charas", "chaarasss"},
      {"cha\u200Bra\u200Bs 1 tola 2500 dm me", "cannabis-resin/charas", "cha\u200Bra\u200Bs"},
      {"𝗖𝗵𝗮𝗿𝗮𝘀 1 tola 2500 dm me", "cannabis-resin/charas", "𝗖𝗵𝗮𝗿𝗮𝘀"},
      {"сосаіne 1g $90 dm me", "cocaine/cocaine", "сосаіne"},
      {"enicoc eniacoc 1g $90 dm me", "cocaine/cocaine", "eniacoc"},
      {"i c e 1 gram 3500 dm me", "methamphetamine/ice", "i c e"},
      {"neend ki g0li 10 ka patta 400, dm me", "benzodiazepine/neend ki goli", "neend ki g0li"},
      {"n e e n d ki goli patta 400, dm me", "benzodiazepine/neend ki goli", "n e e n d ki goli"},
      {"#charasforsale tola 2500 dm me", "cannabis-resin/charas", "charasforsale"},
      {"چَرَسْ 1 تولہ 2500 روپے رابطہ", "cannabis-resin/چرس", "چَرَسْ"},
      {"چــرس ۱ تولہ ۲۵۰۰ روپے رابطہ", "cannabis-resin/چرس", "چــرس"},
  };
  for (const auto& row : rows) {
    const MatchOutput output = MatchText(*EmbeddedRuleSet(), row.text);
    EXPECT_GE(LevelOf(output), Level::kMedium) << row.text;
    const TermMatch* match = FindMatch(output, row.term);
    ASSERT_NE(match, nullptr) << row.text;
    EXPECT_EQ(match->text, row.written) << row.text;
  }
}

// Whoever hides what he offers says more than whoever does not; talk is talk either way.
TEST(RuleSet, ADisguiseInAnOfferCounts) {
  const auto judge = [](const char* text) { return MatchText(*EmbeddedRuleSet(), text).candidates.at(0); };
  const MatchCandidate open = judge("heroin dm me"), hidden = judge("h3r01n dm me");
  EXPECT_EQ(hidden.score, open.score + 10);
  EXPECT_THAT(hidden.reasons.en, HasSubstr("written in disguise \"h3r01n\" (+10)"));
  EXPECT_EQ(judge("h3r01n is bad").score, judge("heroin is bad").score);
}

TEST(RuleSet, OneMistakeInALongNameIsRead) {
  const auto rules = EmbeddedRuleSet();
  for (const char* word : {"alprazolm", "alprazolma", "alparzolam", "metamphetamine", "tramadool",
                           "buprenorphin", "ketamines", "testosteron", "oxycodonne"}) {
    EXPECT_GE(LevelOf(MatchText(*rules, std::string(word) + " 20 pcs $50, dm me on telegram")),
              Level::kMedium)
        << word;
  }
  for (const char* word : {"concert", "subtext", "ethylene", "parabola", "morphing", "sethadone"}) {
    EXPECT_TRUE(MatchText(*rules, std::string(word) + " 20 pcs $50, dm me on telegram").candidates.empty())
        << word;
  }
}

TEST(RuleSet, ChanceInsideAKeyIsNoWord) {
  const auto rules = EmbeddedRuleSet();
  for (const char* text : {"x93h2cbq8vv1lsd7k2m4dmt5weed9zz81 price $20 contact us",
                           "iqitbafjrqe2cb+d8/mxe4fa/ket2gq9h8s7lsd6dmt3p0x== $20 contact us"}) {
    EXPECT_TRUE(MatchText(*rules, text).candidates.empty()) << text;
  }
  EXPECT_FALSE(
      MatchText(*rules, "http://shop.example/buy/cocaine/5g-uncut-colombian $20").candidates.empty());
}

TEST(RuleSet, WhatThePageSaysOfItsShopCountsForEveryListing) {
  const auto compiled = RuleSet::Compile({{"p.yaml", R"(
substances:
  - {id: pill, class: benzodiazepine, name: {en: p, ur: پ}, units: [mg], lawful_goods: true, strong: [xanax]}
  - {id: snow, class: cocaine, name: {en: s, ur: س}, units: [g], strong: [cocaine]}
  - {id: any, class: other, name: {en: d, ur: د}, points: 20, usual: [drugs]}
  - {extends: pill, strong: [bluebird], innocent: [xanax lake]}
signs:
  - {id: gram, group: quantity, points: 8, offer: false, unit: g, name: {en: g, ur: گ}, terms: ["<n> g"]}
  - {id: mg, group: quantity, points: 8, offer: false, unit: mg, name: {en: m, ur: م}, terms: ["<n> mg"]}
contexts:
  - {id: shop, page: true, points: -30, at_least: 2, cap: low, cap_at: 2, spare_contraband: true, name: {en: a, ur: ا}, terms: [prescription required, pharmacist]}
page_trade: [escrow, stealth]
rules:
  - id: r
    title: {en: r, ur: ر}
    detection: {s: {substance: any}, condition: s}
)"}});
  ASSERT_TRUE(compiled.ok()) << compiled.status().message();
  const struct {
    const char* page;
    const char* title;
    bool raised;
  } rows[] = {
      {"", "xanax 2 mg", true},
      {"pharmacist", "xanax 2 mg", true},
      {"ask our pharmacist. prescription required", "xanax 2 mg", false},
      {"ask our pharmacist. prescription required. escrow, stealth", "xanax 2 mg", true},
      {"ask our pharmacist. prescription required. escrow", "xanax 2 mg", false},
      {"ask our pharmacist. prescription required", "cocaine 2 g", true},
      {"ask our pharmacist. prescription required", "cocaine, a novel", false},
      {"", "drugs", false},
      {"", "bluebird 2 mg", true},
      {"", "xanax lake 2 mg", false},
  };
  for (const auto& row : rows) {
    Document document;
    document.text = row.page;
    Listing listing;
    listing.kind = ListingKind::kOffer;
    listing.title = row.title;
    listing.prices.push_back({Money{50, 0, "USD"}, {}, {}});
    const MatchOutput output = (*compiled)->Match({&document, {&listing, 1}, {}, {}, {}});
    EXPECT_EQ(LevelOf(output) >= Level::kMedium, row.raised) << row.page << " | " << row.title;
    // Its own words alone, and what the whole page says given beside them.
    Document own;
    const MatchOutput part =
        (*compiled)->Match({&own, {&listing, 1}, {}, {}, {}, (*compiled)->ReadPage(document)});
    EXPECT_EQ(LevelOf(part) >= Level::kMedium, row.raised) << row.page << " | " << row.title;
  }
}

TEST(RuleSet, MatchesAreSlicesOfTheNamedField) {
  Document document;
  document.text = "Shop\nfirst: heroin 1g $50\nsecond: bread\n";
  std::vector<Listing> listings(4);
  listings[0].title = "5g Colombian cocaine";
  listings[0].prices.push_back({{35000, 2, "USD"}, {}, {}});
  listings[1].kind = ListingKind::kPost;
  listings[1].span = {5, 27};
  listings[2].kind = ListingKind::kPost;
  listings[2].span = {27, 41};
  listings[3].kind = ListingKind::kMessage;
  listings[3].site_id = "chan/7";
  listings[3].text = "charas 1 tola 2500 dm me";
  std::vector<Message> messages(2);
  messages[1].id = "chan/7";
  messages[1].text = listings[3].text;
  const MatchOutput output = EmbeddedRuleSet()->Match({&document, listings, messages, {}, {}});
  ASSERT_EQ(output.candidates.size(), 3u);
  EXPECT_EQ(output.candidates[0].listing, 0u);
  EXPECT_EQ(output.candidates[1].listing, 1u);
  EXPECT_EQ(output.candidates[2].listing, 3u);
  for (const MatchCandidate& candidate : output.candidates) {
    for (const TermMatch& match : candidate.matches) {
      std::string field;
      if (match.field == "text") field = document.text;
      if (match.field == "listings/0/title") field = listings[0].title;
      if (match.field == "messages/1/text") field = messages[1].text;
      ASSERT_FALSE(field.empty()) << match.field;
      EXPECT_EQ(field.substr(match.span.begin, match.span.size()), match.text) << match.field;
    }
  }
  EXPECT_EQ(FindMatch(output, "heroin/heroin")->field, "text");
}

TEST(RuleSet, PartsAddUpToTheScore) {
  for (const char* text :
       {"Charas 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678", "heroin is bad",
        "Police seized 5 kg charas worth Rs 500,000 and arrested two suspects",
        "rehab center for heroin, treatment, call 0300-1112223", "c h a r a s tola 2500 dm me",
        "🍁 1 tola 2500 dm me"}) {
    for (const MatchCandidate& candidate : MatchText(*EmbeddedRuleSet(), text).candidates) {
      int32_t sum = 0;
      for (const ScorePart& part : candidate.parts) sum += part.points;
      EXPECT_EQ(sum, candidate.score) << text;
      EXPECT_GE(candidate.score, 0) << text;
      EXPECT_LE(candidate.score, 100) << text;
      EXPECT_FALSE(candidate.reasons.en.empty()) << text;
      EXPECT_FALSE(candidate.reasons.ur.empty()) << text;
      EXPECT_FALSE(candidate.rules.empty()) << text;
    }
  }
}

TEST(RuleSet, WhatNeverReachesMedium) {
  const char* texts[] = {
      // A substance without an offer sign.
      "heroin",
      "heroin 5 kg",
      "charas charas charas 1 tola",
      // Pictures alone.
      "🍁 1 tola 2500 home delivery Lahore, WhatsApp 0301-2345678",
      "❄️❄️ 1g $90 dm me telegram @snowman99",
      // Help and treatment, however much else is there.
      "how to quit heroin? I pay Rs 2000 per gram, call me 0301-2345678",
      ("Rehab center: charas, ice, heroin treatment. WhatsApp 0301-2345678, fee Rs 20000, home delivery of "
       "medicine"),
      "چرس اور آئس کے نشے سے نجات، علاج، فیس 20000 روپے، رابطہ 0301-2345678",
      // News.
      "Police arrested a man with 5 kg charas worth Rs 500,000, WhatsApp 0301-2345678 to report",
  };
  for (const char* text : texts)
    EXPECT_LT(LevelOf(MatchText(*EmbeddedRuleSet(), text)), Level::kMedium) << text;
}

TEST(RuleSet, SignsFarAwayMakeNoOffer) {
  std::string page = "The history of opium in the region goes back centuries.\n";
  for (int i = 0; i < 100; ++i) page += "A line about the weather and the mountains of the north.\n";
  page += "Order now, home delivery, WhatsApp 0301-2345678, Rs 500.\n";
  EXPECT_LT(LevelOf(MatchText(*EmbeddedRuleSet(), page, ListingKind::kPage)), Level::kMedium);
  page += "opium 1 tola Rs 3000 home delivery 0301-2345678\n";
  EXPECT_GE(LevelOf(MatchText(*EmbeddedRuleSet(), page, ListingKind::kPage)), Level::kMedium);
}

TEST(RuleSet, GeneralWordsNameNothing) {
  const auto rules = EmbeddedRuleSet();
  EXPECT_EQ(LevelOf(MatchText(*rules, "drugs for sale $50, call us, delivery in Lahore")), Level::kLow);
  EXPECT_GE(LevelOf(MatchText(*rules, "drugs for sale $50, stealth shipping, dm me")), Level::kMedium);
  const MatchOutput pills = MatchText(*rules, "10 xanax pills $50, drugs, dm me");
  ASSERT_EQ(pills.candidates.size(), 1u);
  ASSERT_EQ(pills.candidates[0].substances.size(), 1u);
  EXPECT_EQ(pills.candidates[0].substances[0].id, "benzodiazepine");
}

TEST(RuleSet, APriceAloneMayBeNews) {
  const auto rules = EmbeddedRuleSet();
  EXPECT_GE(LevelOf(MatchText(*rules, "آئس آگئی ہے بھائی لوگ، ایک نمبر مال، گرام 4500، رابطہ انباکس")),
            Level::kMedium);
  EXPECT_EQ(LevelOf(MatchText(*rules, "Opium, a kilo now worth $1,000 in Helmand")), Level::kLow);
  EXPECT_EQ(LevelOf(MatchText(*rules, "cocaine is $90 these days")), Level::kLow);
  EXPECT_GE(LevelOf(MatchText(*rules, "1 g cocaine $90")), Level::kMedium);
  EXPECT_GE(LevelOf(MatchText(*rules, "cocaine $90, dm me")), Level::kMedium);
}

TEST(RuleSet, AnEverydayWordNeedsADrugsPrice) {
  Listing listing;
  listing.title = "Brown sugar 500g";
  listing.prices.push_back({{320, 0, "PKR"}, {}, {}});
  EXPECT_TRUE(EmbeddedRuleSet()->Match({nullptr, {&listing, 1}, {}, {}, {}}).candidates.empty());
  listing.title = "Brown sugar 1g";
  listing.prices[0].amount = {3000, 0, "PKR"};
  EXPECT_GE(LevelOf(EmbeddedRuleSet()->Match({nullptr, {&listing, 1}, {}, {}, {}})), Level::kMedium);
}

// A number beside an amount is a price, where nothing else explains it.
TEST(RuleSet, ANumberBesideAnAmountIsAPrice) {
  const std::pair<const char*, bool> rows[] = {
      {"charas 10 gram lahore 2500", true},
      {"چرس دس گرام لاہور 2500", true},
      {"chars 2k tola / ice 3k g / weed 1500 g, delivery ISB", true},
      {"hashish 10g=2800 lhr", true},
      {"charas 10 gram lahore", false},
      {"charas 10 gram lahore 12", false},
      {"charas 10 gram lahore 1997", false},
      {"charas 10 gram lahore 2024-2500", false},
      {"charas lahore 2500", false},
      {"sugar 10 gram lahore 2500", false},
  };
  for (const auto& [text, is_offer] : rows)
    EXPECT_EQ(LevelOf(MatchText(*EmbeddedRuleSet(), text)) >= Level::kMedium, is_offer) << text;
}

// What the law says is not ours to repeat before somebody has read it.
TEST(RuleSet, WordsAreReadInTheirOtherForms) {
  const std::pair<const char*, const char*> rows[] = {
      {"شیشے گرام 3000 روپے، رابطہ کریں", "methamphetamine/شیشہ"},
      {"gardon wali tikki 1 tola 2000, rabta karo", "cannabis-resin/garda"},
      {"afeem ki goliyan 10 gram 3000, msg kro", "opium/afeem"},
      {"neend wali golian, patta 500, inbox karein", "benzodiazepine/neend wali golian"},
  };
  for (const auto& [text, term] : rows) {
    const MatchOutput output = MatchText(*EmbeddedRuleSet(), text);
    EXPECT_GE(LevelOf(output), Level::kMedium) << text;
    EXPECT_NE(FindMatch(output, term), nullptr) << text;
  }
}

TEST(RuleSet, BracesAreChoices) {
  const auto rules = RuleSet::Compile(
      {{"p",
        "substances:\n  - {id: opium, class: opioid, name: {en: o, ur: o}, strong: ['{kali,desi} "
        "{nagni,maal}']}\n"
        "rules:\n  - {id: r, title: {en: t, ur: t}, detection: {s: {substance: any}, condition: s}}\n"}});
  ASSERT_TRUE(rules.ok()) << rules.status().message();
  const std::pair<const char*, bool> rows[] = {
      {"kali nagni", true}, {"desi maal", true}, {"kali desi", false}, {"nagni", false}};
  for (const auto& [text, found] : rows)
    EXPECT_EQ(MatchText(**rules, text).candidates.size(), found ? 1u : 0u) << text;
}

// What an everyday word, a picture and the words around say together; each pair is an offer and its twin.
TEST(RuleSet, ContextsKnowWhichTwinIsMeant) {
  const std::pair<const char*, bool> rows[] = {
      {"sheesha 1 gram 3000, rabta karein", true},
      {"sheesha 1 gram 3000, flavours aur hookah coal, rabta karein", false},
      {"ice 1 gram 3000, factory wali barf nahi, rabta karein", true},
      {"paper art 250 mics, 5000 each, dm", true},
      {"paper art wall frame, 5000 each, dm", false},
      {"weed 10 gram 3500, dm", true},
      {"lawn mein weed? weed killer spray 1 liter 1350, mali bhi, call 0300-1234567", false},
      {"purple haze 10 gram 9500, dm", true},
      {"purple haze dunks, sz 42, 9500 per pair, dm", false},
      {"xanax bars 600 strip, dm", true},
      {"heads up: xanax bars going round, two in hospital, dont take, dm me if unsure", false},
      {"chitta 1 gram 6000, rabta karein", true},
      {"chitta chawal 1 kg 320, rabta karein", false},
      {"ganja 10 gram 1500, dm", true},
      {"ganja hone se bachein, hair transplant 60 per graft, dm", false},
      {"garda 1 tola 2000, rabta karein", true},
      {"garda safai ka contractor, 2000 rs, rabta karein", false},
      {"meth 1g 3500, dm, easypaisa", true},
      {"GTA RP server: meth bricks 1M cash 500 pkr, dm, easypaisa", false},
      {"ice aur heroin available, 1 gram 4000, call 0300-1234567", true},
      {"report anyone selling ice or heroin, call 0300-1234567, informer ka naam raaz", false},
      {"naya maal aa gaya, do kash aur hosh ura, samajhne wale inbox", true},
      {"naya maal aa gaya lawn ka, samajhne wale inbox", false},
      {"🧊 crystal 1g 4200 dm", true},
      {"nashe ki lat kaise churwayen, fees 500, phone 0300-1234567", false},
      {"blueberry strain 3.5g 14k dm", true},
      {"blueberry jam 350g 1400 dm", false},
  };
  for (const auto& [text, is_offer] : rows)
    EXPECT_EQ(LevelOf(MatchText(*EmbeddedRuleSet(), text)) >= Level::kMedium, is_offer) << text;
}

TEST(RuleSet, AScheduleIsShownWhenSomebodyHasReadIt) {
  for (const bool verified : {false, true}) {
    const std::string status = verified ? "status: verified, verified_by: legal desk" : "status: unverified";
    const auto rules = RuleSet::Compile(
        {{"p",
          "substances:\n  - id: opium\n    class: opioid\n    name: {en: opium, ur: افیم}\n   "
          " strong: [opium]\n    schedule: {text: over 1 kg is capital, source: an act, " +
              status +
              "}\nrules:\n  - id: r\n    title: {en: t, ur: ٹ}\n    detection: {s: {substance: any}, "
              "condition: s}\n"}});
    ASSERT_TRUE(rules.ok()) << rules.status().message();
    const MatchOutput output = MatchText(**rules, "opium 2 kg");
    ASSERT_EQ(output.candidates.size(), 1u);
    const MatchCandidate& candidate = output.candidates[0];
    for (const std::string& text : {candidate.reasons.en, candidate.reasons.ur})
      EXPECT_EQ(text.find("over 1 kg is capital (an act)") != std::string::npos, verified) << text;
    for (const ScorePart& part : candidate.parts) EXPECT_EQ(part.name, "substance") << verified;
  }
}

TEST(RuleSet, AWatchlistHitAloneIsInformationalAndExpires) {
  std::vector<RulePackFile> files = EmbeddedRulePacks();
  files.push_back(
      {"watch.yaml",
       "watchlist:\n  - {list: known, kind: phone, value: '+923012345678', reason: case 12, authority: FIA, "
       "expires: 2027-06-30}\n"});
  const auto rules = RuleSet::Compile(files);
  ASSERT_TRUE(rules.ok()) << rules.status().message();
  Listing listing;
  listing.kind = ListingKind::kPost;
  listing.text = "lawn suits, call me";
  Identifier phone;
  phone.kind = IdentifierKind::kPhone;
  phone.value = "+923012345678";
  listing.identifiers.push_back(phone);
  const UtcTime before{1814381999LL * 1'000'000}, after{1814382000LL * 1'000'000};
  const MatchOutput known = (*rules)->Match({nullptr, {&listing, 1}, {}, {}, before});
  ASSERT_EQ(known.candidates.size(), 1u);
  EXPECT_EQ(known.candidates[0].level, Level::kInformational);
  EXPECT_TRUE((*rules)->Match({nullptr, {&listing, 1}, {}, {}, after}).candidates.empty());
}

// A small set whose rules a test can reason about.
std::shared_ptr<const RuleSet> SmallSet(const std::string& rules_yaml) {
  const std::string yaml = R"(
substances:
  - {id: opium, class: opioid, name: {en: opium, ur: افیم}, strong: [opium], units: [g]}
signs:
  - {id: sold, group: sale, points: 20, name: {en: sold, ur: بکا}, terms: [for sale]}
  - {id: gram, group: quantity, points: 5, offer: false, unit: g, name: {en: g, ur: گ}, terms: ['<n> g']}
contexts:
  - {id: news, points: -5, name: {en: news, ur: خبر}, terms: [police]}
rules:
)" + rules_yaml;
  auto rules = RuleSet::Compile({{"small", yaml}});
  EXPECT_TRUE(rules.ok()) << rules.status().message();
  return rules.ok() ? *rules : nullptr;
}

TEST(RuleSet, SelectionsHoldAsWritten) {
  const struct {
    const char* selection;
    const char* text;
    bool expected;
  } rows[] = {
      {"{terms: [red, blue]}", "a red door", true},
      {"{terms: [red, blue], count: 2}", "a red door", false},
      {"{terms: [red, blue], count: 2}", "a red and blue door", true},
      {"{terms: [red]}", "hundred", false},
      {"{regex: 'x[0-9]+'}", "the x42 key", true},
      {"{regex: 'x[0-9]+'}", "the x key", false},
      {"{substance: opium}", "opium", true},
      {"{substance: 'class:opioid'}", "opium", true},
      {"{substance: 'class:cocaine'}", "opium", false},
      {"{substance: any, sign: sold}", "opium for sale", true},
      {"{substance: any, sign: sale}", "opium", false},
      {"{substance: any, context: news}", "police opium", true},
      {"{terms: [red], within: {chars: 10, of: substance}}", "red opium", true},
      {"{terms: [red], within: {chars: 10, of: substance}}", "red and then a long way to opium", false},
      {"{terms: [red], within: {chars: 10, of: sale}}", "opium red for sale", true},
      {"{terms: [red], field: title}", "red opium", false},
      {"{price: {min: 100, max: 200, currency: PKR}}", "opium", true},
      {"{price: {min: 151}}", "opium", false},
      {"{price: {currency: USD}}", "opium", false},
      {"{price_per_gram: {min: 74, max: 76}}", "opium", true},
      {"{price_per_gram: {max: 74}}", "opium", false},
      {"{price_per_unit: {min: 74, max: 76}}", "opium", true},
      {"{price_per_unit: {max: 74}}", "opium", false},
      {"{price_per_unit: {min: 74}, unit: tablet}", "opium", false},
      {"{price_per_unit: {currency: USD}}", "opium", false},
      {"{quantity: {min: 2}, unit: g}", "opium", true},
      {"{quantity: {min: 3}}", "opium", false},
      {"{quantity: {min: 2}, unit: tablet}", "opium", false},
      {"{grams: {min: 2, max: 2}}", "opium", true},
      {"{unit: g}", "opium", true},
      {"{unit: kg}", "opium", false},
      {"{vendor: [Al Shop]}", "opium", true},
      {"{vendor: [shop]}", "opium", false},
      {"{ships_from: [pakistan]}", "opium", true},
      {"{ships_to: [pakistan]}", "opium", false},
      {"{place: [lahore]}", "opium", true},
      {"{identifier: phone}", "opium", true},
      {"{identifier: [btc, xmr]}", "opium", false},
      {"{language: ur-Latn}", "opium", true},
      {"{language: en}", "opium", false},
      {"{page_class: content}", "opium", true},
      {"{page_class: captcha}", "opium", false},
      {"{source_kind: forum}", "opium", true},
      {"{source_kind: market}", "opium", false},
      {"{listing_kind: post}", "opium", true},
      {"{listing_kind: offer}", "opium", false},
      {"{watchlist: any}", "opium", false},
  };
  for (const auto& row : rows) {
    const auto rules = SmallSet("  - id: r\n    title: {en: t, ur: ٹ}\n    detection:\n      s: " +
                                std::string(row.selection) + "\n      condition: s\n");
    ASSERT_NE(rules, nullptr) << row.selection;
    Document document;
    document.text = row.text;
    document.language = "ur-Latn";
    Listing listing;
    listing.kind = ListingKind::kPost;
    listing.span = {0, document.text.size()};
    listing.vendor = "AL  shop";
    listing.ships_from = "Pakistan";
    listing.places = {"Lahore"};
    listing.prices.push_back({{150, 0, "PKR"}, {}, {}});
    listing.quantity = Quantity{"2", "g", "2", "", ""};
    Identifier phone;
    phone.kind = IdentifierKind::kPhone;
    phone.value = "+923012345678";
    listing.identifiers.push_back(phone);
    const MatchOutput output = rules->Match({&document, {&listing, 1}, {}, SourceKind::kForum, {}});
    EXPECT_EQ(!output.candidates.empty(), row.expected) << row.selection << " on " << row.text;
  }
}

TEST(RuleSet, ALevelIsAFloorAndScopeIsObeyed) {
  const auto rules = SmallSet(
      "  - {id: floor, title: {en: t, ur: ٹ}, level: high, detection: {s: {substance: any, sign: sale}, "
      "condition: s}}\n"
      "  - {id: elsewhere, title: {en: t, ur: ٹ}, score: 30, scope: {source_kind: [market]}, detection: {s: "
      "{substance: any}, condition: s}}\n");
  const MatchOutput output = MatchText(*rules, "opium for sale");
  ASSERT_EQ(output.candidates.size(), 1u);
  EXPECT_EQ(output.candidates[0].level, Level::kHigh);
  EXPECT_EQ(output.candidates[0].rules.size(), 1u);
  EXPECT_EQ(output.candidates[0].score, 60);
}

// The index and the one-pass search against the plainest way: each term alone in a set of its own.
TEST(RuleSet, FindsWhatEachTermFindsAlone) {
  const std::vector<std::string> terms = {"ice", "ice cream", "2c-b",  "a b", "b c",
                                          "چرس", "red ice",   "<n> g", "g"};
  const std::vector<std::string> texts = {"ice",    "ice cream ice", "2cb 2c-b 2 c b", "a b c",
                                          "a, b c", "چرس ice چرس",   "red ice cream",  "5 g 5g g 5,5 g",
                                          "",       "icecream",      "ICE-CREAM",      "ice\ncream"};
  const auto all_of = [](const std::vector<std::string>& some) {
    std::string yaml = "rules:\n  - id: r\n    title: {en: t, ur: ٹ}\n    detection:\n";
    std::string condition;
    for (size_t i = 0; i < some.size(); ++i) {
      yaml += "      s" + std::to_string(i) + ": {terms: ['" + some[i] + "']}\n";
    }
    return RuleSet::Compile({{"f", yaml + "      condition: 1 of them\n"}});
  };
  const auto together = all_of(terms);
  ASSERT_TRUE(together.ok()) << together.status().message();
  for (const std::string& text : texts) {
    Document document;
    document.text = text;
    Listing listing;
    listing.kind = ListingKind::kPost;
    listing.span = {0, text.size()};
    const MatchInput input{&document, {&listing, 1}, {}, {}, {}};
    const Explanation explanation = (*together)->Explain(input, 0);
    for (size_t i = 0; i < terms.size(); ++i) {
      const auto alone = all_of({terms[i]});
      ASSERT_TRUE(alone.ok());
      std::vector<std::pair<size_t, size_t>> expected, got;
      for (const auto& seen : (*alone)->Explain(input, 0).seen) {
        expected.emplace_back(seen.match.span.begin, seen.match.span.end);
      }
      for (const auto& seen : explanation.seen) {
        if (seen.match.term == "rule/r/s" + std::to_string(i)) {
          got.emplace_back(seen.match.span.begin, seen.match.span.end);
        }
      }
      EXPECT_EQ(got, expected) << terms[i] << " in " << text;
    }
  }
}

TEST(RuleSet, HostileTextsCostBoundedTime) {
  const auto seconds = [](const std::string& text, size_t listings_count) {
    Document document;
    document.text = text;
    std::vector<Listing> listings(listings_count);
    for (Listing& listing : listings) {
      listing.kind = ListingKind::kPost;
      listing.span = {0, text.size()};
    }
    const auto begin = std::chrono::steady_clock::now();
    EmbeddedRuleSet()->Match({&document, listings, {}, {}, {}});
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const auto repeated = [](const std::string& piece, size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += piece;
    return text;
  };
  constexpr size_t kBytes = size_t{2} << 20;
  for (const char* piece : {"ice ", "charas 1 tola 2500 dm me ", "a", "5 ", "c h a r a s ", "#", "\xD9\x8E",
                            "@a1", "\n", "$", "0301-2345678 "}) {
    EXPECT_LT(seconds(repeated(piece, kBytes), 1), 6.0) << piece;
  }
  // Listings that all claim the whole page.
  EXPECT_LT(seconds(repeated("charas 1 tola 2500 dm me ", 200'000), 1000), 10.0);
}

TEST(RuleSet, WhatDidNotFitTheBudgetIsUndecided) {
  std::string text;
  while (text.size() < 2'000'000) text += "ice ";
  Document document;
  document.text = text;
  std::vector<Listing> listings(200);
  for (Listing& listing : listings) {
    listing.kind = ListingKind::kPost;
    listing.span = {0, text.size()};
  }
  EXPECT_TRUE(EmbeddedRuleSet()->Match({&document, listings, {}, {}, {}}).undecided);
}

}  // namespace
}  // namespace gasht
