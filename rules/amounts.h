#pragma once

// AmountReader: how much of something, and for how much, as people write it: "1 tola 2500", "500 ki pudi", "do hazar ka
// gram", "دس گرام ڈھائی ہزار", "tola pa dwa zara". The words come from packs; the grammar is here: a number before or
// behind a unit, words that tie them ("ka", "per", "میں") and a currency between.
//
// It is asked about the units that a text names (TermIndex finds them), looks at a dozen words around each, and so is
// linear in them. Built once, then const and thread-safe. Nothing fails.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rules/flat_map.h"
#include "text/words.h"

namespace gasht {

// A unit word of a text.
struct UnitAt {
  uint32_t entry = 0;  // what the caller knows the unit by
  uint32_t first_word = 0, last_word = 0;
};

// What a unit may be counted in and priced by.
enum class UnitKind : uint8_t {
  kMass,   // sold by hundreds, too: "500 gram" is an amount
  kLocal,  // nobody sells hundreds of them: "2500 tola" is a price
  kPiece,  // "100 goli"; never a price without a word that ties it
  kPart,   // a strength ("mg"): an amount that has no price
};

struct Amount {
  uint32_t entry = 0;
  double count = 1;             // how many of the unit
  uint32_t begin = 0, end = 0;  // bytes of the folded text
  double price = 0;             // for that many; 0: none beside it
  bool foreign = false;         // in dollars, euros or pounds
  uint32_t price_begin = 0, price_end = 0;
};

class AmountReader {
 public:
  struct NumberOptions {
    bool sounds = false;  // also by SpokenKey()
    bool alone = false;   // "sau" is a hundred; "so" is one only behind another number
  };
  // Words are folded.
  void AddNumber(std::string_view word, double value, NumberOptions options);
  // "sarhe" adds a half to the number behind it, "paune" takes a quarter off.
  void AddChange(std::string_view word, double change, bool sounds);
  void AddLink(std::string_view word);
  void AddCurrency(std::string_view word, bool foreign);

  // `units` ascend by first_word; `kinds` is by UnitAt::entry's kind, in the same order as `units`.
  std::vector<Amount> Read(std::string_view folded, const std::vector<Word>& words,
                           const std::vector<UnitAt>& units, const std::vector<UnitKind>& kinds) const;

  size_t bytes() const { return words_.bytes() + sounds_.bytes() + meanings_.size() * sizeof(Meaning); }

 private:
  struct Meaning {
    double number = 0;
    double change = 0;
    bool alone = false;
    bool link = false;
    bool currency = false;
    bool foreign = false;
  };
  struct Number {
    double value = 0;
    bool multiplied = false;  // "k", "hazar", "sau"
    uint32_t end = 0;         // word behind it
  };
  struct Text {
    std::string_view folded;
    const std::vector<Word>& words;
  };

  Meaning& MeaningOf(std::string_view word, bool sounds);
  const Meaning* Find(const Text& text, uint32_t word) const;
  // Is it a word between a number and its unit?
  bool Ties(const Text& text, uint32_t word) const;
  // The number that begins at a word.
  std::optional<Number> NumberAt(const Text& text, uint32_t word) const;
  // The longest number that ends right before `end`; `first` is where it begins.
  std::optional<Number> NumberBefore(const Text& text, uint32_t end, uint32_t& first) const;
  // May the words `a` and `b` = a + 1 belong to one amount, as far as the marks between them say?
  static bool Joined(const Text& text, uint32_t a);

  WordTable words_, sounds_;
  std::vector<Meaning> meanings_;
};

}  // namespace gasht
