#include "rules/amounts.h"

#include <algorithm>
#include <cmath>

namespace gasht {
namespace {

// Words that one number is written with at most: "saarhe teen lakh pachas hazar".
constexpr uint32_t kMaxNumberWords = 6;
// Words that tie a number and a unit: "ka rate hai", "me ek".
constexpr uint32_t kMaxLinks = 3;
// Words of the thing itself between an amount and its price: "1 tola kali charas 2500".
constexpr uint32_t kMaxThing = 2;
// Bytes of marks between two words of one amount.
constexpr uint32_t kMaxMarks = 4;
constexpr double kLeastPrice = 100, kMostPrice = 5'000'000;
// A whole number with more digits is a phone number.
constexpr uint32_t kMaxDigits = 7;
// From here on a number of grams is written as kilograms, and what stands there is a price.
constexpr double kManyGrams = 1000;

bool IsMultiplier(double value) {
  return value == 100 || value == 1000 || value == 100'000 || value == 10'000'000;
}

// "2,500", "12.5", "2,5oo": what the digits say; a comma groups, a point parts.
double Digits(std::string_view text) {
  double value = 0, scale = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ',') continue;
    if (c == '.') {
      // "1.500" is a thousand and a half only to few: three digits behind a point group.
      const size_t next = text.find_first_of(".,", i + 1);
      const size_t behind = (next == std::string_view::npos ? text.size() : next) - i - 1;
      if (behind != 3) scale = 0.1;
      continue;
    }
    const int digit = c - '0';
    if (scale > 0) {
      value += digit * scale;
      scale /= 10;
    } else {
      value = value * 10 + digit;
    }
    if (value > 1e12) break;
  }
  return value;
}

}  // namespace

AmountReader::Meaning& AmountReader::MeaningOf(std::string_view word, bool sounds) {
  const auto next = static_cast<uint32_t>(meanings_.size());
  const uint32_t id = words_.Insert(word, next);
  if (id == next) meanings_.emplace_back();
  if (sounds) {
    if (const std::string key = SpokenKey(word); !key.empty()) sounds_.Insert(key, id);
  }
  return meanings_[id];
}

void AmountReader::AddNumber(std::string_view word, double value, NumberOptions options) {
  Meaning& meaning = MeaningOf(word, options.sounds);
  meaning.number = value;
  meaning.alone = meaning.alone || options.alone;
}
void AmountReader::AddChange(std::string_view word, double change, bool sounds) {
  MeaningOf(word, sounds).change = change;
}
void AmountReader::AddLink(std::string_view word) {
  MeaningOf(word, false).link = true;
}
void AmountReader::AddCurrency(std::string_view word, bool foreign) {
  Meaning& meaning = MeaningOf(word, false);
  meaning.currency = true;
  meaning.foreign = foreign;
}

const AmountReader::Meaning* AmountReader::Find(const Text& text, uint32_t word) const {
  const std::string_view written = text.words[word].In(text.folded);
  uint32_t id = words_.Find(written);
  if (id == WordTable::kNone && text.words[word].ascii && !sounds_.empty()) {
    SpokenBuffer key;
    const size_t size = SpokenKeyInto(written, key);
    if (size > 0) id = sounds_.Find({key.data(), size});
  }
  return id == WordTable::kNone ? nullptr : &meanings_[id];
}

bool AmountReader::Joined(const Text& text, uint32_t a) {
  const uint32_t begin = text.words[a].end, end = text.words[a + 1].begin;
  if (end - begin > kMaxMarks) return false;
  const std::string_view marks = text.folded.substr(begin, end - begin);
  return marks.find_first_not_of(" =:@-~(./|>#*") == std::string_view::npos;
}

bool AmountReader::Ties(const Text& text, uint32_t word) const {
  if (text.words[word].kind == WordKind::kNumber) return false;
  const Meaning* meaning = Find(text, word);
  // A word that is both ("do") is a number before a unit; "k" behind digits is their thousand.
  if (meaning == nullptr || !(meaning->link || meaning->currency) || meaning->number > 0) return false;
  return text.words[word].In(text.folded) != "k" || word == 0 ||
         text.words[word - 1].kind != WordKind::kNumber;
}

std::optional<AmountReader::Number> AmountReader::NumberAt(const Text& text, uint32_t word) const {
  const std::vector<Word>& words = text.words;
  const auto count = static_cast<uint32_t>(words.size());
  const uint32_t stop = std::min(count, word + kMaxNumberWords);
  double total = 0, current = 0, change = 0;
  bool any = false, multiplied = false, digits = false;
  uint32_t at = word;
  for (; at < stop; ++at) {
    const Word& here = text.words[at];
    if (at > word && !Joined(text, at - 1)) break;
    if (here.kind == WordKind::kNumber) {
      // Two numbers in digits are two numbers.
      if (any) break;
      std::string written(here.In(text.folded));
      // "4oo", "2,5oo": the letter that looks like a nought.
      while (at + 1 < count && text.words[at + 1].gap == Gap::kNone &&
             text.words[at + 1].kind != WordKind::kSign &&
             text.words[at + 1].In(text.folded).find_first_not_of("o0123456789") == std::string_view::npos) {
        written += text.words[++at].In(text.folded);
      }
      std::replace(written.begin(), written.end(), 'o', '0');
      const auto long_number = static_cast<uint32_t>(
          std::count_if(written.begin(), written.end(), [](char c) { return c >= '0' && c <= '9'; }));
      if (long_number > kMaxDigits || (written.size() > 2 && written[0] == '0' && written[1] != '.'))
        return std::nullopt;
      current = Digits(written);
      any = digits = true;
      // "1/8 oz"
      if (at + 1 < count && words[at + 1].kind == WordKind::kNumber &&
          words[at + 1].begin == words[at].end + 1 && text.folded[words[at].end] == '/') {
        const double parts = Digits(words[at + 1].In(text.folded));
        if (current < parts && (parts == 2 || parts == 3 || parts == 4 || parts == 8)) {
          current /= parts;
          ++at;
        }
      }
      continue;
    }
    if (here.kind != WordKind::kLetters) break;
    const Meaning* meaning = Find(text, at);
    // "25k", "25 k": a thousand right behind digits; elsewhere it is "ke".
    if (digits && here.In(text.folded) == "k" && !multiplied) {
      current *= 1000;
      multiplied = true;
      continue;
    }
    if (meaning == nullptr) break;
    const bool hundred = meaning->number == 100;
    // "so" by itself is a word of talk; "hazar ka gram" is a thousand.
    if (IsMultiplier(meaning->number) && (any || !hundred || meaning->alone)) {
      current = (any && current > 0 ? current + change : 1) * meaning->number;
      change = 0;
      if (!hundred) {
        total += current;
        current = 0;
      }
      any = multiplied = true;
      continue;
    }
    if (meaning->change != 0 && !any) {
      change = meaning->change;
      continue;
    }
    // "دوه نیم زره": two and a half thousand.
    if (meaning->number == 0.5 && any && !digits && !multiplied) {
      current += 0.5;
      continue;
    }
    // "do hazar paanch sau": what follows a multiplier is smaller and in words.
    if (meaning->number > 0 && !IsMultiplier(meaning->number) &&
        (!any || (multiplied && !digits && current == 0))) {
      current = meaning->number;
      any = true;
      continue;
    }
    break;
  }
  if (!any) {
    // "sawa tola": one and a quarter.
    if (change <= 0 || change >= 0.5) return std::nullopt;
    return Number{1 + change, false, word + 1};
  }
  return Number{total + current + change, multiplied, at};
}

std::optional<AmountReader::Number> AmountReader::NumberBefore(const Text& text, uint32_t end,
                                                               uint32_t& first) const {
  const uint32_t from = end > kMaxNumberWords ? end - kMaxNumberWords : 0;
  for (first = from; first < end; ++first) {
    if (const auto number = NumberAt(text, first); number && number->end == end) return number;
  }
  return std::nullopt;
}

std::vector<Amount> AmountReader::Read(std::string_view folded, const std::vector<Word>& words,
                                       const std::vector<UnitAt>& units,
                                       const std::vector<UnitKind>& kinds) const {
  const Text text{folded, words};
  const auto count = static_cast<uint32_t>(words.size());
  const auto begins_unit = [&](uint32_t word) {
    const auto it = std::lower_bound(units.begin(), units.end(), word,
                                     [](const UnitAt& unit, uint32_t w) { return unit.first_word < w; });
    return it != units.end() && it->first_word == word;
  };
  const auto is_price = [](const Number& number, bool marked) {
    return number.value >= (marked ? 1 : kLeastPrice) && number.value <= kMostPrice;
  };
  std::vector<Amount> amounts;
  uint32_t used = 0;  // word behind the price found last
  for (size_t u = 0; u < units.size(); ++u) {
    const UnitAt& unit = units[u];
    const UnitKind kind = kinds[u];
    Amount amount;
    amount.entry = unit.entry;
    bool counted = false, priced = false;
    uint32_t first_word = unit.first_word;

    // Before the unit: links, then a number.
    uint32_t at = unit.first_word, links = 0;
    bool tied = false;
    while (at > used && links <= kMaxLinks && Joined(text, at - 1)) {
      if (words[at - 1].end < words[at].begin &&
          folded.substr(words[at - 1].end, words[at].begin - words[at - 1].end).find('/') !=
              std::string_view::npos)
        tied = true;
      if (!Ties(text, at - 1)) break;
      tied = true;
      --at;
      ++links;
    }
    uint32_t first = 0;
    bool foreign = false;
    std::optional<Number> before;
    if (at > used && Joined(text, at - 1)) before = NumberBefore(text, at, first);
    if (before && first >= used) {
      if (first > used) {
        const Meaning* sign = Find(text, first - 1);
        foreign = sign != nullptr && sign->currency && sign->foreign && Joined(text, first - 1);
      }
      const bool many = kind == UnitKind::kLocal  ? before->value >= kLeastPrice
                        : kind == UnitKind::kMass ? before->multiplied && before->value >= kManyGrams
                                                  : false;
      const bool for_one = kind != UnitKind::kPart && is_price(*before, foreign) && (tied || foreign || many);
      if (for_one) {
        priced = true;
        amount.price = before->value;
        amount.foreign = foreign;
        amount.price_begin = words[first].begin;
        amount.price_end = words[before->end - 1].end;
      } else if (!tied || before->value < kLeastPrice) {
        counted = true;
        amount.count = before->value;
        first_word = first;
      }
    }

    // "2500 me 1 tola": a price that a word ties to the amount.
    if (counted && first_word > used) {
      at = first_word;
      for (links = 0; at > used && links < 2 && Joined(text, at - 1); ++links, --at) {
        if (!Ties(text, at - 1)) break;
      }
      uint32_t from = 0;
      if (links > 0 && at > used && Joined(text, at - 1)) before = NumberBefore(text, at, from);
      if (links > 0 && before && from >= used && before->end == at && is_price(*before, false) &&
          kind != UnitKind::kPart) {
        priced = true;
        amount.price = before->value;
        amount.price_begin = words[from].begin;
        amount.price_end = words[before->end - 1].end;
      }
    }

    // Behind it: links, a currency, then a number that is not the next amount's.
    if (!priced && kind != UnitKind::kPart) {
      at = unit.last_word + 1;
      links = 0;
      uint32_t thing = 0;
      while (at < count && Joined(text, at - 1)) {
        const Meaning* meaning = Find(text, at);
        const auto number = NumberAt(text, at);
        if (number && (meaning == nullptr || !meaning->link || number->multiplied)) {
          const bool is_next = number->end < count && begins_unit(number->end) &&
                               Joined(text, number->end - 1) && !number->multiplied;
          // A number in words is a price only with its hundreds or thousands.
          const bool written = words[at].kind == WordKind::kNumber || number->multiplied;
          const bool percent = number->end < count && words[number->end].In(folded) == "%";
          // Behind words of another matter it may be a year.
          const bool year = thing > 0 && !number->multiplied && number->value > 1900 &&
                            number->value <= 2100 && number->value != 2000;
          if (written && !is_next && !percent && !year && is_price(*number, foreign)) {
            priced = true;
            amount.price = number->value;
            amount.foreign = foreign;
            amount.price_begin = words[at].begin;
            amount.price_end = words[number->end - 1].end;
            used = number->end;
          }
          // "tab 10": as many.
          if (!priced && !counted && kind == UnitKind::kPiece && links == 0 && !is_next &&
              words[at].gap != Gap::kHard && number->value < kLeastPrice) {
            counted = true;
            amount.count = number->value;
          }
          break;
        }
        if (meaning != nullptr && (meaning->link || meaning->currency) && links < kMaxLinks) {
          foreign = foreign || meaning->foreign;
          ++links;
        } else if (counted && words[at].kind == WordKind::kLetters && thing < kMaxThing && !begins_unit(at)) {
          ++thing;
        } else {
          break;
        }
        ++at;
      }
    }
    if (priced) used = std::max(used, unit.last_word + 1);
    if (!counted && !priced) continue;
    amount.begin = words[first_word].begin;
    amount.end = words[unit.last_word].end;
    amounts.push_back(amount);
  }
  return amounts;
}

}  // namespace gasht
