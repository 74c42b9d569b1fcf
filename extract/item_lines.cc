#include "extract/item_lines.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/utf8.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMinLines = 3;
constexpr size_t kMaxLineBytes = 200;
constexpr size_t kMaxNameBytes = 100;
constexpr size_t kMaxGap = 6;  // other lines between two lines of one list

bool IsSeparator(char c) {
  return IsWhiteSpace(c) || c == '-' || c == ':' || c == '|' || c == '=' || c == '.' || c == '>' ||
         c == '*' || c == '~' || c == '@' || c == '_' || c == '/' || c == '(' || c == ',' || c == '[';
}

// Arrows, bullets, dashes and emoji: what decorates a line, none of it a letter of any script.
bool IsPicture(char32_t c) {
  return (c >= 0x2010 && c <= 0x205e) || (c >= 0x20d0 && c <= 0x20ff) || (c >= 0x2190 && c <= 0x2bff) ||
         (c >= 0x3000 && c <= 0x3020) || c == 0x200b || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f) ||
         (c >= 0x1f000 && c <= 0x1faff) || (c >= 0xe0000 && c <= 0xe01ef) || c == 0xb7 || c == 0xbb ||
         c == 0xab;
}

// The last character of `words`, and where it begins.
size_t LastCharacter(std::string_view words, char32_t& c) {
  size_t begin = words.size() - 1;
  while (begin > 0 && words.size() - begin < 4 && (static_cast<unsigned char>(words[begin]) & 0xc0) == 0x80)
    --begin;
  size_t at = begin;
  c = NextCodePoint(words, at);
  return begin;
}

struct Line {
  Span span;
  size_t number = 0;
  std::string name;
  Span name_span;
  size_t first_money = 0;
  bool measured = false;
};

}  // namespace

std::string_view WithoutMarks(std::string_view words) {
  while (!words.empty()) {
    char32_t c = 0;
    const size_t begin = LastCharacter(words, c);
    if (!IsSeparator(words.back()) && !IsPicture(c)) break;
    words.remove_suffix(words.size() - begin);
  }
  while (!words.empty()) {
    size_t behind = 0;
    const char32_t c = NextCodePoint(words, behind);
    if (!IsSeparator(words.front()) && !IsPicture(c)) break;
    words.remove_prefix(behind);
  }
  // "1." and "2)" number the list.
  size_t digits = 0;
  while (digits < words.size() && IsAsciiDigit(words[digits])) ++digits;
  if (digits > 0 && digits <= 2 && digits + 1 < words.size() &&
      (words[digits] == ')' || words[digits] == '.') && words[digits + 1] == ' ') {
    words.remove_prefix(digits + 2);
  }
  return words;
}

std::string NameOf(std::string_view words) {
  words = WithoutMarks(words);
  for (size_t at = 1; at + 1 < words.size(); ++at) {
    size_t size = 0;
    if (words[at] == ' ' && at + 2 < words.size() &&
        (words[at + 1] == '-' || words[at + 1] == '|' || words[at + 1] == '=') && words[at + 2] == ' ') {
      size = 3;
    } else if (words.substr(at).starts_with(" \xE2\x80\x93 ") ||
               words.substr(at).starts_with(" \xE2\x80\x94 ")) {
      size = 5;
    } else if (words.substr(at).starts_with("..")) {
      size = 2;
    } else if (words[at] == ':' && words[at + 1] == ' ') {
      size = 2;
    }
    if (size == 0) continue;
    const std::string_view name = Trimmed(words.substr(0, at));
    if (CountLetters(name) >= 3 && !IsOnlyMeasure(name)) return std::string(name);
  }
  return std::string(words);
}

bool CanBeName(std::string_view name) {
  if (name.size() < 3 || name.size() > kMaxNameBytes || CountLetters(name) < 3) return false;
  // A sentence is no name.
  if (name.find(". ") != std::string_view::npos || name.back() == '?' || name.back() == '!') return false;
  const auto spaces = std::count(name.begin(), name.end(), ' ');
  if (spaces > 11) return false;
  return !IsOnlyMeasure(name) && !IsButton(name) && !IsAccounting(name) &&
         !(CurrencyFrom(name).size() > 0 && name.size() < 20) &&
         !HasWord(name, {"paid", "worth", "earn", "spent", "http", "per month", "per day", "fine of", "i got",
                         "i paid"});
}

std::vector<Listing> PriceListLines(const ItemPage& page) {
  const std::string_view text = page.text();
  const std::vector<MoneyMark>& money = page.money();
  std::vector<Line> lines;
  size_t counted = 0, number = 0;  // lines of the text up to `counted`
  size_t last_line = std::string_view::npos;
  for (size_t i = 0; i < money.size(); ++i) {
    if (money[i].aside || page.InFeedback(money[i].leaf) || page.InAround(money[i].leaf)) continue;
    const Span span = page.LineAt(money[i].money.span.begin);
    if (span.begin == last_line) continue;  // the first amount of a line names its price
    last_line = span.begin;
    number += static_cast<size_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                                             text.begin() + static_cast<std::ptrdiff_t>(span.begin), '\n'));
    counted = span.begin;
    if (span.size() > kMaxLineBytes) continue;
    Line line;
    line.span = span;
    line.number = number;
    line.first_money = i;
    std::string_view before = text.substr(span.begin, money[i].money.span.begin - span.begin);
    // "Blue Dream 10g $120": how much of it is not its name, where it stands before the price.
    const std::vector<FoundQuantity> quantities = FindQuantities(before, 8);
    line.measured = !quantities.empty() || page.paired()[i].quantity.has_value();
    std::string name = NameOf(before);
    if (!CanBeName(name)) {
      // The name on the line before its price.
      if (!WithoutMarks(before).empty() || span.begin == 0) continue;
      const std::string_view behind =
          text.substr(money[i].money.span.end, span.end - money[i].money.span.end);
      if (behind.size() > 40) continue;
      const Span above = page.LineAt(span.begin - 1);
      if (above.size() > kMaxNameBytes ||
          page.MoneyIn(above.begin, above.end).first != page.MoneyIn(above.begin, above.end).second)
        continue;
      name = std::string(Trimmed(text.substr(above.begin, above.size())));
      if (!CanBeName(name)) continue;
      line.name_span = above;
      line.span.begin = above.begin;
      line.measured |= !FindQuantities(name, 1).empty();
    } else {
      line.name_span = {span.begin, money[i].money.span.begin};
    }
    line.name = std::move(name);
    lines.push_back(std::move(line));
  }
  std::vector<Listing> out;
  for (size_t begin = 0; begin < lines.size();) {
    size_t end = begin + 1;
    while (end < lines.size() && lines[end].number - lines[end - 1].number <= kMaxGap) ++end;
    const size_t n = end - begin;
    std::set<std::string_view> names;
    size_t measured = 0;
    for (size_t i = begin; i < end; ++i) {
      names.insert(lines[i].name);
      measured += lines[i].measured;
    }
    const bool trade = measured * 2 >= n || page.SaysItSells();
    if (n >= kMinLines && names.size() * 10 >= n * 8 && trade) {
      for (size_t i = begin; i < end; ++i) {
        Listing listing;
        listing.title = CleanTitle(lines[i].name);
        listing.span = lines[i].span;
        listing.prices = page.PricesOf(lines[i].span.begin, lines[i].span.end, {0, 0});
        if (!listing.prices.empty()) out.push_back(std::move(listing));
      }
    }
    begin = end;
  }
  return out;
}

}  // namespace gasht
