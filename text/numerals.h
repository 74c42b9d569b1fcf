#pragma once

// Numerals: numbers as people write them in adverts. Digits of other scripts, grouping of every country, number words
// of Roman Urdu, Urdu and English ("dhai hazar", "ساڑھے تین لاکھ", "5k", "½").
//
// Thread-safe free functions, linear, nothing fails: what is no number is absent.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gasht {

// Exact: units / 10^scale, at most 18 digits.
struct Decimal {
  int64_t units = 0;
  uint8_t scale = 0;

  // Without trailing zeros behind the point, "12.5".
  std::string Shortest() const;
  double ToDouble() const;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};
// Absent when the result does not fit 18 digits.
std::optional<Decimal> Multiply(Decimal a, Decimal b);
std::optional<Decimal> Add(Decimal a, Decimal b);
// "12.5", "3": digits and one point only.
std::optional<Decimal> ParseDecimal(std::string_view text);

// Text with the digits, signs and spaces that numbers are written with made ASCII (Arabic-Indic, Persian, Devanagari
// and full-width digits, Arabic separators, no-break and thin spaces), and the way back. `text` must outlive it when
// nothing had to change.
class NumeralText {
 public:
  explicit NumeralText(std::string_view text);
  std::string_view text() const { return changed_ ? std::string_view(folded_) : original_; }
  // The byte of the original that byte `offset` of text() came from; the end for the end.
  size_t Original(size_t offset) const;

 private:
  std::string_view original_;
  std::string folded_;
  bool changed_ = false;
  struct Shift {
    size_t folded, original;  // from here on, byte for byte
  };
  std::vector<Shift> shifts_;
};

struct FoundNumber {
  Decimal value;
  size_t begin = 0, end = 0;
  bool has_multiplier = false;  // "k", "hazar", "lakh", ...
  bool in_words = false;        // no digit at all
};

// What separators mean where the digits leave it open.
struct NumberHints {
  char decimal_separator = 0;  // '.' or ','; 0: by the usual rules
  // "1.234" is one and a bit (a weight, a coin) rather than a thousand.
  bool fine = false;
  bool words = true;
};

// The number that begins at `pos` of NumeralText::text(); absent when none does.
std::optional<FoundNumber> NumberAt(std::string_view text, size_t pos, const NumberHints& hints = {});

}  // namespace gasht
