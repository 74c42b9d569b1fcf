#pragma once

// Scanner: the vocabulary of all packs, compiled; every word, phrase and pattern of it in a text, in order.
// Built once, then const and thread-safe.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/amounts.h"
#include "rules/pack.h"
#include "rules/regex_bank.h"
#include "rules/term_index.h"
#include "text/fold.h"

namespace gasht {

enum class EntryKind : uint8_t { kSubstance, kSign, kContext, kContextUnless, kInnocent, kSelection, kUnit };

// The owner of the words of RulePacks::page_trade, which speak against every context of the page.
inline constexpr uint32_t kEveryPageContext = 0xFFFFFFFF;

// What a hit stands for.
struct Entry {
  EntryKind kind = EntryKind::kInnocent;
  uint32_t owner =
      0;  // index into the substances, signs, contexts; for kSelection a number the RuleSet gives out; for kUnit the entry
          // of its sign
  Strength strength = Strength::kStrong;
  std::string label;  // "cannabis-resin/charas"
};

struct Hit {
  uint32_t entry = 0;
  uint32_t begin = 0;  // bytes of the folded text
  uint32_t end = 0;
  Disguise disguise = Disguise::kNone;
};

struct ScannedText {
  FoldedText folded;
  std::vector<Hit> hits;        // ascending by begin
  std::vector<Amount> amounts;  // ascending by begin; each is a hit, and its price another
  bool overflow = false;        // a budget ended

  // The amount that a hit is, or whose price it is; null for others.
  const Amount* AmountOf(const Hit& hit) const;
};

class Scanner {
 public:
  // Messages "file:line:column: ..." are appended for what does not compile.
  void Add(const PackTerm& term, Entry entry, std::vector<std::string>& messages);
  void AddRegex(const PackTerm& term, Entry entry, std::vector<std::string>& messages);
  // A word for the unit of the quantity sign number `sign`.
  void AddUnit(const PackTerm& term, const SignEntry& entry, uint32_t sign,
               std::vector<std::string>& messages);
  void AddNumberWord(const NumberWord& word);
  void AddAmountWords(const RulePacks& packs);
  void Freeze(std::vector<std::string>& messages);

  // Of a substance inside a longer one, or inside an innocent phrase, only the longer is reported; signs and
  // contexts inside an innocent phrase are not.
  ScannedText Scan(std::string_view text) const;

  const std::vector<Entry>& entries() const { return entries_; }
  size_t terms() const { return entries_.size(); }
  size_t bytes() const;

 private:
  static constexpr uint32_t kNoEntry = 0xFFFFFFFF;

  void ReadAmounts(const std::vector<Word>& words, const std::vector<UnitAt>& units, ScannedText& out) const;
  void DropCovered(std::vector<Hit>& hits) const;
  static void DropInCodes(std::string_view folded, std::vector<Hit>& hits);

  TermIndex index_;
  RegexBank regexes_;
  AmountReader amounts_;
  std::vector<Entry> entries_;
  std::vector<UnitKind> unit_kinds_;  // by entry, of kSign entries that amounts are read into
  uint32_t price_entry_ = kNoEntry;
};

}  // namespace gasht
