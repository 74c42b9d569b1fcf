#include "rules/pack.h"

#include <gtest/gtest.h>

#include "rules/rule_set.h"

namespace gasht {
namespace {

// A rule around one detection, so that a row shows only what is broken.
std::string Rule(const std::string& detection, const std::string& more = "") {
  return "substances:\n  - {id: known, class: opioid, name: {en: k, ur: ک}, strong: [known]}\n"
         "signs:\n  - {id: sold, group: sale, points: 5, name: {en: s, ur: س}, terms: [sold]}\n"
         "contexts:\n  - {id: talk, points: -5, name: {en: t, ur: ٹ}, terms: [talk]}\n"
         "rules:\n  - id: r\n    title: {en: t, ur: ٹ}\n" +
         more + "    detection:\n" + detection;
}

struct Broken {
  std::string yaml;
  const char* place;  // the message begins with it
  const char* what;   // and holds this
};

TEST(ParseRulePacks, ABrokenPackNamesPlaceAndRemedy) {
  const std::string substance = "substances:\n  - id: a\n    class: opioid\n    name: {en: a, ur: ا}\n";
  const std::string sign = "signs:\n  - id: a\n    group: sale\n    name: {en: a, ur: ا}\n";
  const std::string context = "contexts:\n  - id: a\n    points: -5\n    name: {en: a, ur: ا}\n";
  const std::string rule = "rules:\n  - id: r\n    title: {en: a, ur: ا}\n";
  const std::string watch = "watchlist:\n  - list: l\n    reason: r\n    authority: a\n";
  const std::string any = "      s: {substance: any}\n      condition: s\n";
  const std::vector<Broken> rows = {
      // The file as a whole.
      {"[", "f:1:2", "YAML"},
      {"a: b: c", "f:1:", "YAML"},
      {"just text", "f:1:1", "mapping"},
      {"- a", "f:1:1", "mapping"},
      {"wrong: 1", "f:1:1", "unknown key"},
      {"rule: []", "f:1:1", "rules"},
      {"subtances: []", "f:1:1", "substances"},
      {"rules: []\nrules: []", "f:2:1", "rules"},
      {"rules: 5", "f:1:8", "must be a list"},
      {"rules: {a: 1}", "f:1:8", "must be a list"},
      {"signs: text", "f:1:8", "must be a list"},
      {"rules: [5]", "f:1:9", "mapping"},
      {"substances: [text]", "f:1:14", "mapping"},
      {"innocent: {a: 1}", "f:1:11", "list of terms"},
      {"innocent: [[a]]", "f:1:12", "plain text"},
      {"innocent: ['']", "f:1:12", "empty term"},
      {"innocent: ['~']", "f:1:12", "empty term"},
      {"innocent: ['!!!']", "f:1:12", "no word"},
      {"innocent: ['<n>']", "f:1:12", "only a number"},
      {"innocent: [a b c d e f g h i j k l m]", "f:1:12", "more than 12"},
      {"innocent: [" + std::string(201, 'x') + "]", "f:1:12", "200 bytes"},
      {"innocent_regex: ['(']", "f:1:18", "does not compile"},
      {"pack: [1]", "f:1:7", ""},
      {"anchors: &a 1", "f:1:", ""},
      // Choices.
      {"innocent: ['{a,b c']", "f:1:12", "braces"},
      {"innocent: ['a} b']", "f:1:12", "braces"},
      {"innocent: ['{a,{b,c}}']", "f:1:12", "braces"},
      // Numbers and amounts.
      {"number_words: [do, two]", "f:1:15", "by their value"},
      {"number_words: {two: [do]}", "f:1:16", "no number"},
      {"number_words: {0: [sifar]}", "f:1:16", "no number"},
      {"amounts: {price: prise}", "f:1:18", "unknown sign"},
      {"amounts: {lniks: [ka]}", "f:1:11", "links"},
      {"signs:\n  - {id: a, group: quantity, name: {en: a, ur: b}, unit_words: [tola]}", "f:2:5", "unit"},
      {"contexts:\n  - {id: a, name: {en: a, ur: b}, terms: [x], of: opum}", "f:2:", "unknown substance"},
      // Substances.
      {"substances:\n  - class: opioid", "f:2:5", "id"},
      {"substances:\n  - id: A B\n    class: opioid\n    name: {en: a, ur: b}\n    strong: [x]", "f:2:9",
       "a-z"},
      {"substances:\n  - id: ''\n    class: opioid\n    name: {en: a, ur: b}\n    strong: [x]", "f:2:9",
       "a-z"},
      {"substances:\n  - id: [x]\n    class: opioid\n    name: {en: a, ur: b}\n    strong: [x]", "f:2:9",
       "word"},
      {"substances:\n  - id: a\n    name: {en: a, ur: b}\n    strong: [x]", "f:2:5", "class"},
      {"substances:\n  - id: a\n    class: opoid\n    name: {en: a, ur: b}\n    strong: [x]", "f:3:12",
       "unknown class"},
      {"substances:\n  - id: a\n    class: [opioid, cocaine]\n    name: {en: a, ur: b}\n    strong: [x]",
       "f:3:12", "composition: variable"},
      {substance + "    composition: mixed\n    strong: [x]", "f:5:18", "fixed"},
      {substance, "f:2:5", "without terms"},
      {substance + "    strong: x: y", "f:5:", ""},
      {substance + "    strong: {x: y}", "f:5:13", "list of terms"},
      {substance + "    strnog: [x]", "f:2:5", "f:5:5: unknown key 'strnog'"},
      {substance + "    strong: [x]\n    strong: [y]", "f:6:5", "strong"},
      {substance + "    strong: [x]\n    units: {g: 1}", "f:6:12", ""},
      {substance + "    strong: [x]\n    schedule: text", "f:6:15", "mapping"},
      {substance + "    strong: [x]\n    schedule: {text: t}", "f:6:15", "source"},
      {substance + "    strong: [x]\n    schedule: {text: t, source: s, status: sure}", "f:6:", "unverified"},
      {substance + "    strong: [x]\n  - id: a\n    class: opioid\n    name: {en: a, ur: b}\n    strong: [y]",
       "f:6:9", "used twice"},
      {"substances:\n  - id: a\n    class: opioid\n    name: a\n    strong: [x]", "f:4:11", "mapping"},
      {"substances:\n  - id: a\n    class: opioid\n    name: {en: a}\n    strong: [x]", "f:4:11", "ur"},
      {"substances:\n  - id: a\n    class: opioid\n    strong: [x]", "f:2:5", "name"},
      // Signs and contexts.
      {sign, "f:2:5", "without terms"},
      {sign + "    terms: [x]\n    points: many", "f:6:13", "whole number"},
      {sign + "    terms: [x]\n    points: 51", "f:6:13", "50"},
      {sign + "    terms: [x]\n    points: -1", "f:6:13", "0"},
      {sign + "    terms: [x]\n    offer: yes", "f:6:12", "true"},
      {sign + "    terms: [x]\n    trade: 1", "f:6:12", "true"},
      {sign + "    regex: ['[a']", "f:5:13", "does not compile"},
      {sign + "    regex: ['a{2000}']", "f:5:13", "does not compile"},
      {sign + "    regex: ['(?<x>a)']", "f:5:13", "does not compile"},
      {sign + "    regex: ['(?=a)']", "f:5:13", "does not compile"},
      {"signs:\n  - id: a\n    name: {en: a, ur: b}\n    terms: [x]", "f:2:5", "group"},
      {"signs:\n  - id: a\n    group: sales\n    name: {en: a, ur: b}\n    terms: [x]", "f:3:12", "sale"},
      {sign + "    terms: [x]\n  - id: a\n    group: sale\n    name: {en: a, ur: b}\n    terms: [y]", "f:6:9",
       "used twice"},
      {context, "f:2:5", "without terms"},
      {context + "    terms: [x]\n    cap: high", "f:6:10", "low"},
      {context + "    terms: [x]\n    cap_at: -1", "f:6:13", "0"},
      {context + "    terms: [x]\n    near: far", "f:6:11", ""},
      {context + "    terms: [x]\n    after: maybe", "f:6:12", "true"},
      {context + "    terms: [x]\n    page: true\n    near: 50", "f:2:5", "no near"},
      {context + "    terms: [x]\n    at_least: 0", "f:6:15", "1"},
      {context + "    terms: [x]\n    unless: {a: b}", "f:6:13", "list of terms"},
      {"substances:\n  - extends: nothing\n    strong: [x]", "f:2:14", "unknown substance"},
      {substance + "    strong: [x]\n  - extends: a", "f:6:14", "adds nothing"},
      {substance + "    strong: [x]\n  - extends: a\n    strong: [y]\n    class: opioid", "f:8:5",
       "unknown key"},
      {substance + "    strong: [x]\n    points: 51", "f:6:13", "50"},
      {"contexts:\n  - id: a\n    points: 5\n    name: {en: a, ur: b}\n    terms: [x]", "f:3:13", "0"},
      // Rules.
      {rule, "f:2:5", "detection"},
      {rule + "    detection: text", "f:4:16", "named selections"},
      {rule + "    detection: {condition: s}", "f:4:16", "no selection"},
      {rule + "    detection: {s: {substance: any}}", "f:4:16", "condition"},
      {rule + "    detection: {s: {}, condition: s}", "f:4:20", "empty selection"},
      {rule + "    detection: {s: text, condition: s}", "f:4:20", "mapping"},
      {rule + "    detection: {s: {substanse: any}, condition: s}", "f:4:21", "substance"},
      {rule + "    detection: {s: {regex: '*'}, condition: s}", "f:4:28", "does not compile"},
      {rule + "    detection: {s: {terms: ['...']}, condition: s}", "f:4:29", "no word"},
      {"rules:\n  - title: {en: a, ur: b}\n    detection: {s: {substance: any}, condition: s}", "f:2:5",
       "id"},
      {"rules:\n  - id: r\n    detection: {s: {substance: any}, condition: s}", "f:2:5", "title"},
      {Rule(any, "    level: urgent\n"), "f:10:12", "medium"},
      {Rule(any, "    status: new\n"), "f:10:13", "stable"},
      {Rule(any, "    score: 101\n"), "f:10:12", "100"},
      {Rule(any, "    score: lots\n"), "f:10:12", ""},
      {Rule(any, "    scope: {source_kind: [shop]}\n"), "f:10:", "source_kind"},
      {Rule(any, "    scope: {listing_kind: [advert]}\n"), "f:10:", "listing_kind"},
      {Rule(any, "    examples: [a]\n"), "f:10:15", "mapping"},
      {Rule(any, "    examples: {match: text}\n"), "f:10:23", "list"},
      {Rule(any, "    examples: {match: [{txt: a}]}\n"), "f:10:25", "text"},
      {Rule(any, "    exampels: {}\n"), "f:10:5", "examples"},
      {Rule(any, "    examples: {match: [{title: a, watched: true}]}\n"), "f:10:24", "vendor"},
      {Rule("      s: {substance: unknwon}\n      condition: s\n"), "f:11:22", "unknown substance"},
      {Rule("      s: {substance: knwon}\n      condition: s\n"), "f:11:22", "Did you mean \"known\""},
      {Rule("      s: {substance: 'class:opoid'}\n      condition: s\n"), "f:11:22", "unknown class"},
      {Rule("      s: {sign: soldd}\n      condition: s\n"), "f:11:17", "Did you mean \"sold\""},
      {Rule("      s: {context: tlak}\n      condition: s\n"), "f:11:20", "unknown context"},
      {Rule("      s: {field: body, terms: [x]}\n      condition: s\n"), "f:11:18", "field"},
      {Rule("      s: {count: 0, terms: [x]}\n      condition: s\n"), "f:11:18", "1"},
      {Rule("      s: {within: 60, terms: [x]}\n      condition: s\n"), "f:11:19", "mapping"},
      {Rule("      s: {within: {chars: 60}, terms: [x]}\n      condition: s\n"), "f:11:19", "of"},
      {Rule("      s: {within: {of: s}, terms: [x]}\n      condition: s\n"), "f:11:19", "chars"},
      {Rule("      s: {within: {chars: 60, of: t}, terms: [x]}\n      condition: s\n"),
       "f:11:", "no selection of this rule"},
      {Rule("      s: {price: 5}\n      condition: s\n"), "f:11:18", "mapping"},
      {Rule("      s: {price: {min: 9, max: 1}}\n      condition: s\n"), "f:11:18", "Swap"},
      {Rule("      s: {price: {minimum: 9}}\n      condition: s\n"), "f:11:19", "min"},
      {Rule("      s: {grams: {min: -1}}\n      condition: s\n"), "f:11:24", "0"},
      {Rule("      s: {identifier: telefon}\n      condition: s\n"), "f:11:23", "unknown identifier"},
      {Rule("      s: {page_class: login}\n      condition: s\n"), "f:11:23", "unknown page_class"},
      {Rule("      s: {source_kind: shop}\n      condition: s\n"), "f:11:24", "unknown source_kind"},
      {Rule("      s: {listing_kind: ad}\n      condition: s\n"), "f:11:25", "unknown listing_kind"},
      // Conditions: the column is inside the text.
      {Rule("      s: {substance: any}\n      condition: t\n"), "f:12:18", "no selection is called"},
      {Rule("      thing: {substance: any}\n      condition: thign\n"), "f:12:18", "Did you mean \"thing\""},
      {Rule("      s: {substance: any}\n      condition: s and\n"), "f:12:20", "ends where"},
      {Rule("      s: {substance: any}\n      condition: and s\n"), "f:12:18", "missing before"},
      {Rule("      s: {substance: any}\n      condition: s s\n"), "f:12:20", "\"and\" or \"or\" is missing"},
      {Rule("      s: {substance: any}\n      condition: (s\n"), "f:12:18", "not closed"},
      {Rule("      s: {substance: any}\n      condition: s)\n"), "f:12:19", "closes nothing"},
      {Rule("      s: {substance: any}\n      condition: s or ()\n"), "f:12:24",
       "missing before this bracket"},
      {Rule("      s: {substance: any}\n      condition: not\n"), "f:12:18", "ends where"},
      {Rule("      s: {substance: any}\n      condition: s not s\n"), "f:12:20", "missing before \"not\""},
      {Rule("      s: {substance: any}\n      condition: 2 of them\n"), "f:12:18", "more selections than"},
      {Rule("      s: {substance: any}\n      condition: 0 of them\n"), "f:12:18", "holds always"},
      {Rule("      s: {substance: any}\n      condition: 1 of x*\n"), "f:12:23", "no selection is called"},
      {Rule("      s: {substance: any}\n      condition: all of\n"), "f:12:18", "of"},
      {Rule("      s: {substance: any}\n      condition: ''\n"), "f:12:18", "empty"},
      {Rule("      s: {substance: any}\n      condition: [s]\n"), "f:12:18", "condition"},
      // Watchlists and scoring.
      {watch, "f:2:5", "kind"},
      {watch + "    kind: shoe\n    value: v\n    expires: 2027-01-01", "f:5:11", "unknown kind"},
      {watch + "    kind: phone\n    expires: 2027-01-01", "f:2:5", "value"},
      {watch + "    kind: phone\n    value: v", "f:2:5", "expires"},
      {watch + "    kind: phone\n    value: v\n    expires: never", "f:7:14", "day"},
      {watch + "    kind: phone\n    value: v\n    expires: 2027-02-30", "f:7:14", "day"},
      {watch + "    kind: phone\n    value: v\n    expires: 2027-1-1", "f:7:14", "day"},
      {"watchlist:\n  - {list: l, kind: vendor, value: v, authority: a, expires: 2027-01-01}", "f:2:5",
       "reason"},
      {"scoring: 5", "f:1:10", "mapping"},
      {"scoring: {low: 60, medium: 50}", "f:1:10", "must rise"},
      {"scoring: {medium: 500}", "f:1:19", "100"},
      {"scoring: {window: 1}", "f:1:19", "20"},
      {"scoring: {hihg: 1}", "f:1:11", "high"},
  };
  EXPECT_GE(rows.size(), 100u);
  for (const Broken& row : rows) {
    const auto rules = RuleSet::Compile({{"f", row.yaml}});
    if (rules.ok()) {
      ADD_FAILURE() << row.yaml << "\n-> compiles";
      continue;
    }
    const std::string message = rules.status().message();
    EXPECT_EQ(message.rfind(row.place, 0), 0u) << row.yaml << "\n-> " << message;
    EXPECT_NE(message.find(row.what), std::string::npos) << row.yaml << "\n-> " << message;
  }
}

TEST(ParseRulePacks, ReportsEveryMistakeOfEveryFileAtOnce) {
  const auto packs = ParseRulePacks({{"one.yaml", "wrong: 1\nworse: 2\n"}, {"two.yaml", "rules: 5\n"}});
  ASSERT_FALSE(packs.ok());
  for (const char* place : {"one.yaml:1:1", "one.yaml:2:1", "two.yaml:1:8"}) {
    EXPECT_NE(packs.status().message().find(place), std::string::npos) << packs.status().message();
  }
}

TEST(ParseRulePacks, AWatchlistDayEndsAtMidnightInPakistan) {
  const auto packs =
      ParseRulePacks({{"f",
                       "watchlist:\n  - {list: l, kind: vendor, value: v, reason: r, authority: a, "
                       "expires: 2027-06-30}\n"}});
  ASSERT_TRUE(packs.ok()) << packs.status().message();
  // 2027-06-30T19:00:00Z is the first moment of July at +05:00.
  EXPECT_EQ(packs->watchlist[0].expires->micros, 1814382000LL * 1'000'000);
}

}  // namespace
}  // namespace gasht
