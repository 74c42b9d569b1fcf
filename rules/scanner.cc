#include "rules/scanner.h"

#include <algorithm>

namespace gasht {
namespace {

// A text of 2 MiB that consists of nothing but three-letter terms stays below; more is somebody's attack.
constexpr size_t kMaxHits = 600'000;
constexpr size_t kMaxRegexHits = 20'000;
// A run of letters and digits this long without a space is a key, a digest or an encoded file: "2cb" in it is chance.
constexpr size_t kCodeBytes = 24;
constexpr size_t kCodeDigits = 3;

bool IsAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
// How amounts are written in each unit of the packs.
UnitKind KindOf(std::string_view unit) {
  if (unit == "g" || unit == "kg" || unit == "oz" || unit == "ml") return UnitKind::kMass;
  if (unit == "tola" || unit == "masha" || unit == "pao" || unit == "wrap") return UnitKind::kLocal;
  if (unit == "piece") return UnitKind::kPiece;
  return UnitKind::kPart;
}

bool IsCode(char c) {
  return IsAlnum(c) || c == '+' || c == '/' || c == '=';
}

}  // namespace

void Scanner::Add(const PackTerm& term, Entry entry, std::vector<std::string>& messages) {
  TermIndex::Options options;
  options.spoken = term.spoken;
  options.reversed = entry.kind == EntryKind::kSubstance && term.strength == Strength::kStrong;
  options.misspelt = options.reversed;
  options.inflected = entry.kind == EntryKind::kSubstance || entry.kind == EntryKind::kUnit ||
                      (entry.kind == EntryKind::kInnocent && term.text.find(' ') != std::string::npos);
  const auto payload = static_cast<uint32_t>(entries_.size());
  if (!index_.Add(term.text, payload, options)) {
    messages.push_back(
        term.place.ToString() + ": \"" + term.text +
        "\" has no word in it, or more than 12, or is only a number. Write the words themselves");
    return;
  }
  entries_.push_back(std::move(entry));
}

void Scanner::AddRegex(const PackTerm& term, Entry entry, std::vector<std::string>& messages) {
  const std::string error = regexes_.Add(term.text, static_cast<uint32_t>(entries_.size()));
  if (!error.empty()) {
    messages.push_back(term.place.ToString() + ": this pattern does not compile: " + error +
                       ". The syntax is RE2's, on folded text");
    return;
  }
  entries_.push_back(std::move(entry));
}

void Scanner::AddUnit(const PackTerm& term, const SignEntry& entry, uint32_t sign,
                      std::vector<std::string>& messages) {
  const std::string label = std::string(SignGroupName(entry.group)) + "/" + entry.id;
  // All words of one sign share the entry that their amounts become.
  const auto same = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
    return e.kind == EntryKind::kUnit && entries_[e.owner].owner == sign;
  });
  uint32_t owner = 0;
  if (same != entries_.end()) {
    owner = same->owner;
  } else {
    owner = static_cast<uint32_t>(entries_.size());
    entries_.push_back({EntryKind::kSign, sign, Strength::kStrong, label});
    unit_kinds_.resize(entries_.size(), UnitKind::kPart);
    unit_kinds_[owner] = KindOf(entry.unit);
  }
  Add(term, {EntryKind::kUnit, owner, Strength::kStrong, label}, messages);
}

void Scanner::AddNumberWord(const NumberWord& word) {
  const std::string folded = FoldKey(word.term.text);
  if (word.anywhere) index_.AddNumberWord(word.term.text);
  if (word.change) {
    amounts_.AddChange(folded, word.value, word.term.spoken);
  } else {
    amounts_.AddNumber(folded, word.value, {word.term.spoken, word.anywhere});
  }
}

void Scanner::AddAmountWords(const RulePacks& packs) {
  for (const PackTerm& term : packs.amount_links) amounts_.AddLink(FoldKey(term.text));
  for (const PackTerm& term : packs.currencies) amounts_.AddCurrency(FoldKey(term.text), false);
  for (const PackTerm& term : packs.foreign_currencies) amounts_.AddCurrency(FoldKey(term.text), true);
  const auto price = std::find_if(packs.signs.begin(), packs.signs.end(),
                                  [&](const SignEntry& sign) { return sign.id == packs.amount_price; });
  if (price == packs.signs.end()) return;
  price_entry_ = static_cast<uint32_t>(entries_.size());
  entries_.push_back({EntryKind::kSign, static_cast<uint32_t>(price - packs.signs.begin()), Strength::kStrong,
                      std::string(SignGroupName(price->group)) + "/" + price->id});
}

const Amount* ScannedText::AmountOf(const Hit& hit) const {
  // A price may stand before its amount, but not far.
  for (const Amount& amount : amounts) {
    if (hit.begin == amount.begin && hit.end == amount.end) return &amount;
    if (hit.begin == amount.price_begin && hit.end == amount.price_end) return &amount;
  }
  return nullptr;
}

void Scanner::ReadAmounts(const std::vector<Word>& words, const std::vector<UnitAt>& units,
                          ScannedText& out) const {
  if (units.empty()) return;
  std::vector<UnitKind> kinds;
  for (const UnitAt& unit : units) kinds.push_back(unit_kinds_[unit.entry]);
  out.amounts = amounts_.Read(out.folded.text, words, units, kinds);
  for (const Amount& amount : out.amounts) {
    out.hits.push_back({amount.entry, amount.begin, amount.end, Disguise::kNone});
    if (amount.price > 0 && price_entry_ != kNoEntry)
      out.hits.push_back({price_entry_, amount.price_begin, amount.price_end, Disguise::kNone});
  }
}

void Scanner::Freeze(std::vector<std::string>& messages) {
  if (!regexes_.Freeze())
    messages.push_back("the patterns of all packs together need too much memory. Remove some");
}

ScannedText Scanner::Scan(std::string_view text) const {
  ScannedText out;
  out.folded = Fold(text);
  const std::string_view folded = out.folded.text;
  const std::vector<Word> words = SplitWords(folded);
  std::vector<UnitAt> units;
  for (const TermHit& hit : index_.Find(folded, words, kMaxHits, out.overflow)) {
    const Entry& entry = entries_[hit.payload];
    if (entry.kind == EntryKind::kUnit) {
      // Of two units at one place the longer one came first.
      if (units.empty() || hit.first_word > units.back().last_word)
        units.push_back({entry.owner, hit.first_word, hit.last_word});
      continue;
    }
    out.hits.push_back({hit.payload, hit.begin, hit.end, hit.disguise});
  }
  ReadAmounts(words, units, out);
  if (regexes_.size() > 0) {
    std::vector<RegexHit> found;
    regexes_.Find(folded, kMaxRegexHits, found, out.overflow);
    for (const RegexHit& hit : found) out.hits.push_back({hit.payload, hit.begin, hit.end, Disguise::kNone});
  }
  DropInCodes(folded, out.hits);
  DropCovered(out.hits);
  return out;
}

void Scanner::DropInCodes(std::string_view folded, std::vector<Hit>& hits) {
  std::erase_if(hits, [&](const Hit& hit) {
    // Most words stand free.
    const bool glued = (hit.begin > 0 && IsAlnum(folded[hit.begin]) && IsCode(folded[hit.begin - 1])) ||
                       (hit.end < folded.size() && IsAlnum(folded[hit.end - 1]) && IsCode(folded[hit.end]));
    if (!glued) return false;
    size_t begin = hit.begin, end = hit.end, digits = 0, marks = 0;
    const auto count = [&](char c) {
      digits += c >= '0' && c <= '9' ? 1 : 0;
      marks += c == '/' ? 1 : 0;
    };
    while (begin > 0 && end - begin < 2 * kCodeBytes && IsCode(folded[begin - 1])) count(folded[--begin]);
    while (end < folded.size() && end - begin < 2 * kCodeBytes && IsCode(folded[end])) count(folded[end++]);
    // A path ("/shop/weed/3") has more slashes than digits.
    return end - begin >= kCodeBytes && digits >= kCodeDigits && digits > marks;
  });
}

void Scanner::DropCovered(std::vector<Hit>& hits) const {
  // Hits come by begin, longest first, so a hit is covered when a longer one that ends no earlier came before
  // it. At one place the order is: innocent, then the surest substance, then the one named first.
  const auto rank = [this](const Hit& hit) {
    const Entry& entry = entries_[hit.entry];
    const int kind = entry.kind == EntryKind::kInnocent ? 0 : entry.kind == EntryKind::kSubstance ? 1 : 2;
    const int disguised = hit.disguise > Disguise::kPlural ? 1 : 0;
    return std::tuple(kind, disguised, static_cast<int>(entry.strength), hit.entry);
  };
  std::stable_sort(hits.begin(), hits.end(), [&](const Hit& a, const Hit& b) {
    if (a.begin != b.begin) return a.begin < b.begin;
    if (a.end != b.end) return a.end > b.end;
    return rank(a) < rank(b);
  });
  uint32_t innocent_end = 0, substance_end = 0;
  // The last sign of more than one word: what speaks against an offer does not inside it ("without a doctor").
  uint32_t sign_begin = 0, sign_end = 0;
  std::erase_if(hits, [&](const Hit& hit) {
    switch (entries_[hit.entry].kind) {
      case EntryKind::kInnocent:
        if (hit.end > innocent_end && hit.end > substance_end) innocent_end = hit.end;
        return false;
      case EntryKind::kSubstance:
        if (hit.end <= innocent_end || hit.end <= substance_end) return true;
        substance_end = hit.end;
        return false;
      case EntryKind::kSign:
        if (hit.end <= innocent_end) return true;
        if (hit.end > sign_end) {
          sign_begin = hit.begin;
          sign_end = hit.end;
        }
        return false;
      case EntryKind::kContext: {
        const bool in_sign = hit.end <= sign_end && (hit.begin > sign_begin || hit.end < sign_end);
        return hit.end <= innocent_end || hit.end <= substance_end || in_sign;
      }
      case EntryKind::kContextUnless:
      case EntryKind::kSelection:
      case EntryKind::kUnit:
        return false;
    }
    return false;
  });
}

size_t Scanner::bytes() const {
  size_t total = index_.bytes() + amounts_.bytes();
  for (const Entry& entry : entries_) total += sizeof(Entry) + entry.label.size();
  return total;
}

}  // namespace gasht
