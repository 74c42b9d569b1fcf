#pragma once

// Rule packs as plain values: what the YAML files of rules/packs/ say, checked but not yet compiled
// (docs/rules.md).
//
// One file holds any of: substances, signs, contexts, rules, watchlist, scoring. Every mistake of every file
// is reported at once as file:line:column with its remedy. Plain values; free functions are thread-safe.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "model/finding.h"

namespace gasht {

struct RulePackFile {
  std::string name;  // only for messages and order
  std::string text;  // YAML
};

// Where something was written, for messages after parsing.
struct PackPlace {
  std::string file;
  int line = 1;
  int column = 1;
  std::string ToString() const;
};

struct LocalText {
  std::string en, ur;
};

// How much a word says by itself.
enum class Strength : uint8_t {
  kStrong,  // names the substance and little else: "alprazolam", "heroin"
  kUsual,   // means the substance where things are sold, but not only: "weed", "hash", a strain
  kWeak,    // an everyday word: counts only beside an amount in a usual unit and a sign of an offer: "ice",
            // "coke"
  kVague,  // the form of many things ("powder", "crystal", "maal"): weak, and only while nothing else is named
  kEmoji,  // a picture: supports, never suffices
};

struct PackTerm {
  std::string text;  // "<n>" stands for a number, a hyphen for itself, a space or nothing
  Strength strength = Strength::kStrong;
  bool spoken = false;  // written with a "~" behind it: the free spelling of Roman Urdu
  PackPlace place;
};

struct SubstanceEntry {
  Substance substance;
  LocalText name;
  std::vector<std::string> units;  // usual ones: "g", "tola"; a weak word counts only with one of them
  std::vector<PackTerm> terms;
  std::vector<PackTerm> innocent;  // phrases around a term that make it something else
  // At most this many points, however it is named; 0: what the strength of the word says. For what is too general.
  int32_t points = 0;
  // Lawful shops sell it too (pharmacies, hemp and garden shops), so what a page says of its shop counts even beside
  // an amount. Of cocaine it does not.
  bool lawful_goods = false;
  // What the law says. Shown with the reasons of a finding once somebody has read the text, and "verified_by" says who; never
  // scored.
  std::string schedule, schedule_source, schedule_verified_by;
  PackPlace place;
};

// What shows that something is offered, and how.
enum class SignGroup : uint8_t {
  kSale,
  kDelivery,
  kPrice,
  kQuantity,
  kContact,
  kPayment,
  kQuality,
  kSecrecy
};
inline constexpr size_t kSignGroups = 8;
std::string_view SignGroupName(SignGroup group);
std::optional<SignGroup> ParseSignGroup(std::string_view name);

struct SignEntry {
  std::string id;
  SignGroup group = SignGroup::kSale;
  int32_t points = 0;
  bool offer = true;   // alone beside a substance it is a sign of an offer
  bool trade = false;  // said only where drugs are sold: supports weak words
  std::string unit;    // of a quantity sign
  // Of a quantity sign: words that name the unit. Numbers and prices around them are read by rules/amounts.h.
  std::vector<PackTerm> unit_words;
  LocalText name;
  std::vector<PackTerm> terms;
  std::vector<PackTerm> regexes;
  PackPlace place;
};

// What speaks against an offer.
struct ContextEntry {
  std::string id;
  int32_t points = 0;  // negative
  // This many different words of it, and the finding is at most `cap`.
  int32_t cap_at = 0;  // 0: never
  Level cap = Level::kLow;
  // Only words this near (folded bytes) to the substance count; 0: the wider context window.
  int32_t near = 0;
  // Only words behind the substance count ("cannabis t-shirt"), not those before it.
  bool after = false;
  // Nothing counts where an amount is named: nobody sells two grams of a guide.
  bool unless_amount = false;
  // It is about the page as a whole: its words count wherever they stand on it, for everything on it.
  bool page = false;
  // Fewer different words say nothing.
  int32_t at_least = 1;
  // Nothing counts where an amount of a substance is named that no lawful shop sells.
  bool spare_contraband = false;
  // It speaks only against these substances ("hookah" of sheesha, "hair" of ganja); empty: against all.
  std::vector<std::string> of;
  // Where one of these words stands (on the page, if it is about the page), nothing counts.
  std::vector<PackTerm> unless;
  // Of the page, and also where the page has words of the unlawful trade (RulePacks::page_trade): news tells of them.
  bool despite_trade = false;
  // With so many different words it counts beside words of the trade, too, but caps nothing then; 0: never. A perfumer may say
  // "discreet".
  int32_t outweighs_trade = 0;
  LocalText name;
  std::vector<PackTerm> terms;
  std::vector<PackTerm> regexes;
  PackPlace place;
};

// A word for a number.
struct NumberWord {
  PackTerm term;
  double value = 0;
  // It changes the number behind it by `value`: "sarhe" +0.5.
  bool change = false;
  // It stands wherever a term has <n>; otherwise only in amounts, being an everyday word, too.
  bool anywhere = false;
};

struct NumberRange {
  std::optional<double> min, max;
  bool Holds(double v) const { return (!min || v >= *min) && (!max || v <= *max); }
  bool empty() const { return !min && !max; }
};

// One named selection of a rule: every key that is given must hold; of a list, one.
struct PackSelection {
  std::string name;
  std::vector<PackTerm> terms;
  std::vector<PackTerm> regexes;
  bool any_substance = false;
  std::vector<std::string> substances, classes, signs, groups, contexts;
  std::vector<std::string> fields;     // title, text, vendor, category; empty: all but vendor
  int64_t count = 1;                   // different terms, substances, signs or contexts
  int64_t within = 0;                  // folded bytes to one of `within_of`; 0: anywhere
  std::vector<std::string> within_of;  // selections of the rule or sign groups
  NumberRange price, price_per_gram, price_per_unit, grams, quantity;
  std::string price_currency;
  bool wants_price = false, wants_price_per_gram = false, wants_price_per_unit = false, wants_grams = false,
       wants_quantity = false;
  std::vector<std::string> units, ships_from, ships_to, places, vendors, identifiers, languages, page_classes,
      source_kinds, listing_kinds, watchlists;
  PackPlace place;
};

struct RuleExample {
  std::string text;
  std::string title, price, vendor, source_kind;
  bool watched = false;  // its vendor is on a watchlist
  PackPlace place;
};

struct PackRule {
  std::string id, version, status, author, date;
  LocalText title, description;
  std::vector<std::string> references, tags, falsepositives;
  std::optional<Level> floor;  // `level`
  int32_t points = 0;          // `score`
  // Where it is looked at: kinds of source and listing; empty: everywhere.
  std::vector<std::string> scope_source_kinds, scope_listing_kinds;
  std::vector<PackSelection> selections;
  std::string condition;
  PackPlace condition_place;
  std::vector<RuleExample> match_examples, other_examples;
  PackPlace place;
};

struct WatchEntry {
  std::string list;  // "known-vendors"
  std::string kind;  // vendor, or an identifier kind
  std::string value;
  std::string reason, authority;
  std::optional<UtcTime> expires;
  PackPlace place;
};

struct Scoring {
  int32_t low = 35, medium = 55, high = 75, critical = 90;
  int32_t strong = 40, usual = 30, weak = 31, vague = 24, emoji = 5;
  int32_t bare_number = 16;    // in a short post, a number beside an amount that nothing else explains
  int32_t listing_price = 15;  // a price that stands beside the title of an offer
  int32_t market_source = 8;
  int32_t disguised = 0;  // a substance's own word in figures, signs or letters apart, in an offer
  int32_t watchlist = 25;
  int32_t second_substance = 3;  // each further substance, at most three times
  int32_t window = 200;          // folded bytes around a substance in which signs count
  int32_t context_window = 600;
  int32_t page_trade = 2;      // different words of the unlawful trade that make a page one of it
  int32_t whole_below = 1000;  // shorter texts are one window
  // An everyday word counts only at a drug's price, where price and mass are both written.
  int32_t weak_pkr_per_gram = 25;
  int32_t weak_dollars_per_gram = 1;
};

struct RulePacks {
  std::vector<SubstanceEntry> substances;
  std::vector<SignEntry> signs;
  std::vector<ContextEntry> contexts;
  std::vector<PackTerm> innocent, innocent_regexes;
  // Words of the unlawful trade. A page with Scoring::page_trade different ones is no lawful shop, whatever else it says.
  std::vector<PackTerm> page_trade;
  std::vector<NumberWord> number_words;
  // Words between a number and its unit or price: "ka", "per"; and currencies, of the house and foreign ones.
  std::vector<PackTerm> amount_links, currencies, foreign_currencies;
  // The sign that a price beside a unit counts as; empty: none.
  std::string amount_price;
  std::vector<PackRule> rules;
  std::vector<WatchEntry> watchlist;
  Scoring scoring;
};

// Checks each file by itself and all together (unique ids, known names). InvalidArgument carries every
// message.
Result<RulePacks> ParseRulePacks(const std::vector<RulePackFile>& files);

}  // namespace gasht
