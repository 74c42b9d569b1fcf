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
bool IsCode(char c) {
  return IsAlnum(c) || c == '+' || c == '/' || c == '=';
}

}  // namespace

void Scanner::Add(const PackTerm& term, Entry entry, std::vector<std::string>& messages) {
  TermIndex::Options options;
  options.spoken = term.spoken;
  options.reversed = entry.kind == EntryKind::kSubstance && term.strength == Strength::kStrong;
  options.misspelt = options.reversed;
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

void Scanner::Freeze(std::vector<std::string>& messages) {
  if (!regexes_.Freeze())
    messages.push_back("the patterns of all packs together need too much memory. Remove some");
}

ScannedText Scanner::Scan(std::string_view text) const {
  ScannedText out;
  out.folded = Fold(text);
  const std::string_view folded = out.folded.text;
  const std::vector<Word> words = SplitWords(folded);
  for (const TermHit& hit : index_.Find(folded, words, kMaxHits, out.overflow)) {
    out.hits.push_back({hit.payload, hit.begin, hit.end, hit.disguise});
  }
  if (regexes_.size() > 0) {
    std::vector<RegexHit> found;
    regexes_.Find(folded, kMaxRegexHits, found, out.overflow);
    for (const RegexHit& hit : found) out.hits.push_back({hit.payload, hit.begin, hit.end, Disguise::kNone});
    if (!found.empty()) {
      std::stable_sort(out.hits.begin(), out.hits.end(), [](const Hit& a, const Hit& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
      });
    }
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
        return hit.end <= innocent_end;
      case EntryKind::kContext:
        return hit.end <= innocent_end || hit.end <= substance_end;
      case EntryKind::kContextUnless:
      case EntryKind::kSelection:
        return false;
    }
    return false;
  });
}

size_t Scanner::bytes() const {
  size_t total = index_.bytes();
  for (const Entry& entry : entries_) total += sizeof(Entry) + entry.label.size();
  return total;
}

}  // namespace gasht
