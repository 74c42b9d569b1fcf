#pragma once

// TermIndex: thousands of words and phrases found in one pass over the words of a text, wherever they stand.
//
// Terms are sequences of words in a trie keyed by word number, so that word boundaries of every script hold
// by construction and the time does not depend on how many terms there are. A word is looked up as written;
// failing that, without a plural s; failing that, squeezed, read as Latin, by its sound, or with one mistake in it.
// Built once, then const and thread-safe. It cannot run out of budget: each start position walks at most kMaxTermWords words.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/flat_map.h"
#include "text/fold.h"
#include "text/words.h"

namespace gasht {

inline constexpr size_t kMaxTermWords = 12;

// What a term was found through.
enum class Disguise : uint8_t {
  kNone,
  kPlural,
  kSpoken,
  kStretched,
  kLookalike,
  kLeet,
  kReversed,
  kHashtag,
  kMisspelt
};
std::string_view DisguiseName(Disguise disguise);

struct TermHit {
  uint32_t payload = 0;
  uint32_t first_word = 0;
  uint32_t last_word = 0;  // inclusive
  uint32_t begin = 0;      // bytes of the folded text
  uint32_t end = 0;
  Disguise disguise = Disguise::kNone;
};

// A set of runs of `kLetters` letters a-z, a bit each: 4 KB of three, 128 KB of four.
template <size_t kLetters>
class LetterSet {
 public:
  // REQUIRES: `run` is kLetters letters a-z.
  void Insert(std::string_view run) {
    if (bits_.empty()) bits_.resize(size_t{1} << (5 * kLetters));
    bits_[At(run.data())] = true;
  }
  bool Has(const char* run) const { return !bits_.empty() && bits_[At(run)]; }
  size_t bytes() const { return bits_.size() / 8; }

 private:
  static size_t At(const char* run) {
    size_t at = 0;
    for (size_t i = 0; i < kLetters; ++i) at = at << 5 | (static_cast<unsigned char>(run[i]) & 31);
    return at;
  }
  std::vector<bool> bits_;
};

class TermIndex {
 public:
  struct Options {
    bool spoken = false;     // also by sound
    bool reversed = false;   // also written backwards
    bool plural = true;      // also with s or es behind it
    bool inflected = false;  // also in the other forms of Urdu and Roman Urdu: "شیشے", "pudiyan"
    bool misspelt = false;  // also with one letter wrong, missing, too many or swapped: long Latin words only
  };

  TermIndex();

  // `term` is folded here. False when it has no word or more than kMaxTermWords.
  bool Add(std::string_view term, uint32_t payload, Options options);
  // Word that may stand where a term has "<n>".
  void AddNumberWord(std::string_view word);

  // Every occurrence, ordered by begin. `max_hits` bounds the output; true in `overflow` when it was reached.
  std::vector<TermHit> Find(std::string_view folded, const std::vector<Word>& words, size_t max_hits,
                            bool& overflow) const;

  size_t terms() const { return terms_; }
  size_t bytes() const;

 private:
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  static constexpr uint32_t kNumber = 0;  // the word number of "<n>"

  struct WordInfo {
    bool plural = false;      // may carry a plural s
    bool number = false;      // may stand for "<n>"
    uint32_t root = kNone;    // node of the terms that begin with it
    uint32_t single = kNone;  // node of the one-word term
  };
  struct Node {
    std::vector<uint32_t> payloads;
    bool has_children = false;
    bool reversed = false;
  };

  uint32_t Intern(std::string_view word);
  uint32_t Child(uint32_t node, uint32_t word) const;
  uint32_t MakeChild(uint32_t node, uint32_t word);
  void AddWords(const std::vector<std::string>& words, uint32_t payload, const Options& options,
                bool reversed);
  uint32_t Lookup(std::string_view word) const;
  // The number of the word, and through what it was found.
  uint32_t Resolve(std::string_view folded, const Word& word, Disguise& disguise) const;
  uint32_t ResolveReading(const Reading& reading) const;
  void WalkThrough(const std::vector<Word>& words, const std::vector<uint32_t>& ids, const Reading& reading,
                   uint32_t id, std::vector<TermHit>& hits) const;
  void AddMisspelt(std::string_view word, uint32_t id);
  uint32_t FindMisspelt(std::string_view word) const;
  void HashtagHits(std::string_view folded, const std::vector<Word>& words, uint32_t at,
                   std::vector<TermHit>& hits) const;

  // Which letters begin a sound, begin and end what may be misspelt: most words are told from these bits alone.
  LetterSet<3> spoken_begins_;
  LetterSet<4> misspelt_begins_, misspelt_ends_;

  WordTable word_ids_;
  WordTable spoken_ids_;    // sound -> word number
  WordTable squeezed_ids_;  // without doubled letters -> word number, of words that have some
  // Words that may be misspelt, by their first and by their last four letters: one mistake leaves one of them whole.
  WordTable heads_, tails_;
  std::vector<std::vector<uint32_t>> by_end_;  // what heads_ and tails_ number -> indices into misspelt_
  std::vector<std::pair<std::string, uint32_t>> misspelt_;
  std::vector<WordInfo> words_;
  std::vector<Node> nodes_;
  PairTable children_;  // (node, word) -> node
  size_t terms_ = 0;
};

}  // namespace gasht
