#pragma once

// Words of folded text, and what a disguised word reads as.
//
// RE2's \b is ASCII only; these are the word boundaries gasht uses: a word is a run of letters (with their
// marks) of one script family, a number, or a single sign such as a currency or an emoji. Letters and digits
// part ("5g" is two words with nothing between), and so do scripts written against each other.
//
// Thread-safe free functions, linear in their input, nothing fails. Input is what Fold() (text/fold.h)
// returned.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gasht {

enum class WordKind : uint8_t { kLetters, kNumber, kSign };

// What stands between a word and the one before it, the strongest counts.
enum class Gap : uint8_t {
  kNone,   // nothing
  kSoft,   // hyphen, dot, apostrophe, slash, colon and the like without white space
  kSpace,  // white space, perhaps with soft marks
  kHard,   // line end, comma, bracket, bullet: words on both sides are no phrase
};

struct Word {
  uint32_t begin = 0;  // bytes of the folded text
  uint32_t end = 0;
  WordKind kind = WordKind::kLetters;
  Gap gap = Gap::kHard;  // before it
  bool ascii = false;
  bool stretched = false;  // a letter three times or more in a row
  bool lookalike = false;  // has Greek, Cyrillic or Cherokee letters that may pose as Latin ones
  std::string_view In(std::string_view text) const { return text.substr(begin, end - begin); }
};

std::vector<Word> SplitWords(std::string_view folded);

// One key for the free spelling of Roman Urdu: long and doubled letters, aspiration and vowel choice undone
// ("charrass", "chars" keep apart; "chaaras", "charas", "caras" meet). Empty for what is no ASCII word of
// 3-24 letters. A c is k or s as it is spoken ("krystal"), ch a sound of its own, x at the beginning is z ("zanax").
std::string SpokenKey(std::string_view word);
// The same without an allocation: how many letters of `key` are set. After `most` of them it stops, which is the beginning
// of the key.
using SpokenBuffer = std::array<char, 24>;
size_t SpokenKeyInto(std::string_view word, SpokenBuffer& key, size_t most = std::tuple_size_v<SpokenBuffer>);

// "iiicceee" is "ice": every run of one letter becomes one.
std::string SqueezeAll(std::string_view word);

// Letters posing as Latin ones become Latin ("сосаіne"); empty when one of them poses as nothing.
std::string LatinLookalike(std::string_view word);

// A word hidden in writing, and the words it was written with.
struct Reading {
  uint32_t first = 0;  // index into the words
  uint32_t last = 0;   // inclusive
  std::string text;
};

// Readings of "c0c@ine", "m3th", "c h a r a s", "c.h.a.r.a.s", "co.caine", letters of any script with a picture between
// each, in text order. At most `max_readings`.
std::vector<Reading> FindDisguises(std::string_view folded, const std::vector<Word>& words,
                                   size_t max_readings);

}  // namespace gasht
