#include "rules/term_index.h"

#include <algorithm>
#include <array>

namespace gasht {
namespace {

// A word this short is too common by chance to be read through a disguise or a plural.
constexpr size_t kMinDisguised = 4;
// Readings of one text: each is a look-up, and a text of nothing else would make a third of its bytes.
constexpr size_t kMaxReadings = 20'000;
constexpr size_t kMaxHashtag = 64;
// Spellings one term may unfold into through its hyphens.
constexpr size_t kMaxHyphens = 4;

constexpr std::array<std::string_view, 9> kDisguiseNames = {
    "", "plural", "spelling", "stretched", "lookalike", "leet", "reversed", "hashtag", "misspelt"};

// A shorter sound is any word's.
constexpr size_t kMinSpoken = 3;
// A shorter word is another word with one letter changed.
constexpr size_t kMinMisspelt = 8;
constexpr size_t kEndLetters = 4;

// Is `a` `b` with at most one letter replaced, missing, too many, or two neighbours swapped? The first letter stands:
// hardly anybody gets that wrong, and "sethadone" is no drug.
bool OneMistake(std::string_view a, std::string_view b) {
  if (a[0] != b[0]) return false;
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  size_t same = 0;
  while (same < a.size() && a[same] == b[same]) ++same;
  const std::string_view rest_a = a.substr(same), rest_b = b.substr(same);
  if (b.size() > a.size()) return rest_a == rest_b.substr(1);
  if (rest_a.empty()) return true;
  if (rest_a.substr(1) == rest_b.substr(1)) return true;
  return rest_a.size() >= 2 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] &&
         rest_a.substr(2) == rest_b.substr(2);
}

// The other forms of a noun: oblique and plural of Urdu ("شیشہ", "شیشے", "شیشوں"; "گولی", "گولیاں", "گولیوں") and, of words in Roman
// Urdu, of theirs ("garda", "garday"; "pudi", "pudiyan"). Folded.
std::vector<std::string> Inflections(std::string_view word, bool roman_urdu) {
  const auto with = [&](std::string_view stem, std::initializer_list<std::string_view> endings) {
    std::vector<std::string> forms;
    for (const std::string_view ending : endings) forms.push_back(std::string(stem) + std::string(ending));
    return forms;
  };
  constexpr size_t kLetter = 2;  // bytes of an Arabic letter
  constexpr size_t kMinArabic = 3 * kLetter, kMinRoman = 4;
  if (word.size() >= kMinArabic && static_cast<unsigned char>(word[0]) >= 0x80) {
    const std::string_view stem = word.substr(0, word.size() - kLetter);
    for (const std::string_view ending : {"ہ", "ا"}) {
      if (word.ends_with(ending)) return with(stem, {"ے", "وں"});
    }
    if (word.ends_with("ی")) return with(word, {"اں", "وں"});
    return {};
  }
  if (!roman_urdu || word.size() < kMinRoman) return {};
  const std::string_view stem = word.substr(0, word.size() - 1);
  if (word.back() == 'a') return with(stem, {"ay", "e", "ey", "on"});
  if (word.back() == 'i') return with(stem, {"iyan", "ian", "iyaan", "iyon", "ion"});
  return {};
}

struct Piece {
  std::string text;
  bool joins = false;  // a hyphen stands before it: may be written together with the piece before
};

}  // namespace

std::string_view DisguiseName(Disguise disguise) {
  return kDisguiseNames[static_cast<size_t>(disguise)];
}

TermIndex::TermIndex() {
  nodes_.emplace_back();
  words_.emplace_back();  // kNumber
}

uint32_t TermIndex::Intern(std::string_view word) {
  const auto next = static_cast<uint32_t>(words_.size());
  const uint32_t id = word_ids_.Insert(word, next);
  if (id != next) return id;
  words_.emplace_back();
  if (word.size() >= kMinDisguised) {
    const std::string squeezed = SqueezeAll(word);
    if (squeezed != word) squeezed_ids_.Insert(squeezed, id);
  }
  return id;
}

uint32_t TermIndex::Lookup(std::string_view word) const {
  return word_ids_.Find(word);
}

uint32_t TermIndex::Child(uint32_t node, uint32_t word) const {
  return children_.Find(node, word);
}

uint32_t TermIndex::MakeChild(uint32_t node, uint32_t word) {
  const auto next = static_cast<uint32_t>(nodes_.size());
  const uint32_t child = children_.Insert(node, word, next);
  if (child == next) {
    nodes_.emplace_back();
    nodes_[node].has_children = true;
  }
  return child;
}

void TermIndex::AddNumberWord(std::string_view word) {
  words_[Intern(FoldKey(word))].number = true;
}

bool TermIndex::Add(std::string_view term, uint32_t payload, Options options) {
  // Cut at "<n>", then into words.
  std::vector<Piece> pieces;
  std::string_view rest = term;
  while (true) {
    const size_t at = rest.find("<n>");
    const std::string folded = Fold(rest.substr(0, at)).text;
    for (const Word& word : SplitWords(folded)) {
      const bool joins = word.gap == Gap::kSoft && !pieces.empty() && pieces.back().text != "<n>";
      pieces.push_back({std::string(word.In(folded)), joins});
    }
    if (at == std::string_view::npos) break;
    pieces.push_back({"<n>", false});
    rest.remove_prefix(at + 3);
  }
  if (pieces.empty() || pieces.size() > kMaxTermWords) return false;
  const bool wild = std::any_of(pieces.begin(), pieces.end(), [](const Piece& p) { return p.text == "<n>"; });
  if (wild && pieces.size() == 1) return false;

  // A hyphen is written, a space, or nothing: letters on both sides then make one word.
  std::vector<size_t> joints;
  for (size_t i = 1; i < pieces.size() && joints.size() < kMaxHyphens; ++i) {
    const auto is_letter = [](char c) { return !(c >= '0' && c <= '9'); };
    if (pieces[i].joins && is_letter(pieces[i].text.front()) && is_letter(pieces[i - 1].text.back())) {
      joints.push_back(i);
    }
  }
  for (size_t mask = 0; mask < (size_t{1} << joints.size()); ++mask) {
    std::vector<std::string> words;
    for (size_t i = 0; i < pieces.size(); ++i) {
      const auto joint = std::find(joints.begin(), joints.end(), i);
      const bool join = joint != joints.end() && ((mask >> (joint - joints.begin())) & 1) != 0;
      if (join) {
        words.back() += pieces[i].text;
      } else {
        words.push_back(pieces[i].text);
      }
    }
    AddWords(words, payload, options, false);
    if (!options.inflected) continue;
    const std::string last = words.back();
    for (std::string& form : Inflections(last, options.spoken)) {
      words.back() = std::move(form);
      AddWords(words, payload, {}, false);
    }
  }
  if (options.misspelt && pieces.size() == 1 && pieces[0].text.size() >= kMinMisspelt &&
      std::all_of(pieces[0].text.begin(), pieces[0].text.end(),
                  [](char c) { return c >= 'a' && c <= 'z'; })) {
    AddMisspelt(pieces[0].text, Lookup(pieces[0].text));
  }
  // Written backwards: only long Latin words, or half the dictionary would mean something.
  if (options.reversed && pieces.size() == 1 && pieces[0].text.size() >= 6 &&
      std::all_of(pieces[0].text.begin(), pieces[0].text.end(),
                  [](char c) { return c >= 'a' && c <= 'z'; })) {
    const std::string backwards(pieces[0].text.rbegin(), pieces[0].text.rend());
    if (Lookup(backwards) == kNone) AddWords({backwards}, payload, {false, false, false, false, false}, true);
  }
  ++terms_;
  return true;
}

void TermIndex::AddWords(const std::vector<std::string>& words, uint32_t payload, const Options& options,
                         bool reversed) {
  uint32_t node = 0;
  for (size_t i = 0; i < words.size(); ++i) {
    const uint32_t word = words[i] == "<n>" ? kNumber : Intern(words[i]);
    if (options.plural && i + 1 == words.size()) words_[word].plural = true;
    node = MakeChild(node, word);
    if (i == 0) words_[word].root = node;
    if (word != kNumber && words.size() == 1) words_[word].single = node;
    if (options.spoken && word != kNumber) {
      const std::string key = SpokenKey(words[i]);
      // Two words that sound alike: the first one named keeps the sound.
      if (key.size() >= kMinSpoken) {
        spoken_ids_.Insert(key, word);
        spoken_begins_.Insert(std::string_view(key).substr(0, kMinSpoken));
      }
    }
  }
  std::vector<uint32_t>& payloads = nodes_[node].payloads;
  if (std::find(payloads.begin(), payloads.end(), payload) == payloads.end()) payloads.push_back(payload);
  nodes_[node].reversed = reversed;
}

void TermIndex::AddMisspelt(std::string_view word, uint32_t id) {
  const auto index = static_cast<uint32_t>(misspelt_.size());
  misspelt_.emplace_back(word, id);
  misspelt_begins_.Insert(word.substr(0, kEndLetters));
  misspelt_ends_.Insert(word.substr(word.size() - kEndLetters));
  for (auto [table, end] : {std::pair(&heads_, word.substr(0, kEndLetters)),
                            std::pair(&tails_, word.substr(word.size() - kEndLetters))}) {
    const auto next = static_cast<uint32_t>(by_end_.size());
    const uint32_t at = table->Insert(end, next);
    if (at == next) by_end_.emplace_back();
    by_end_[at].push_back(index);
  }
}

uint32_t TermIndex::FindMisspelt(std::string_view word) const {
  const auto among = [&](uint32_t at) {
    if (at == kNone) return kNone;
    for (const uint32_t index : by_end_[at]) {
      if (OneMistake(word, misspelt_[index].first)) return misspelt_[index].second;
    }
    return kNone;
  };
  uint32_t id = kNone;
  if (misspelt_begins_.Has(word.data())) id = among(heads_.Find(word.substr(0, kEndLetters)));
  if (id == kNone && misspelt_ends_.Has(word.data() + word.size() - kEndLetters))
    id = among(tails_.Find(word.substr(word.size() - kEndLetters)));
  return id;
}

uint32_t TermIndex::Resolve(std::string_view folded, const Word& word, Disguise& disguise) const {
  disguise = Disguise::kNone;
  const std::string_view text = word.In(folded);
  if (const uint32_t id = Lookup(text); id != kNone) return id;
  if (word.kind != WordKind::kLetters || text.size() < kMinDisguised) return kNone;
  if (word.ascii && text.back() == 's' && !word.stretched) {
    for (const size_t cut : {size_t{1}, size_t{2}}) {
      if (cut == 2 && text[text.size() - 2] != 'e') break;
      if (text.size() - cut < 3) break;
      const uint32_t id = Lookup(text.substr(0, text.size() - cut));
      if (id != kNone && words_[id].plural) {
        disguise = Disguise::kPlural;
        return id;
      }
    }
  }
  if (word.stretched) {
    const std::string squeezed = SqueezeAll(text);
    if (squeezed.size() >= 3) {
      uint32_t id = Lookup(squeezed);
      if (id == kNone) {
        id = squeezed_ids_.Find(squeezed);
      }
      if (id != kNone) {
        disguise = Disguise::kStretched;
        return id;
      }
    }
  }
  if (word.lookalike) {
    const std::string latin = LatinLookalike(text);
    if (!latin.empty()) {
      if (const uint32_t id = Lookup(latin); id != kNone) {
        disguise = Disguise::kLookalike;
        return id;
      }
    }
  }
  if (word.ascii && !spoken_ids_.empty()) {
    SpokenBuffer key;
    // The beginning of a sound tells most words from all of ours.
    if (SpokenKeyInto(text, key, kMinSpoken) == kMinSpoken && spoken_begins_.Has(key.data())) {
      const std::string_view sound(key.data(), SpokenKeyInto(text, key));
      if (const uint32_t id = spoken_ids_.Find(sound); id != kNone) {
        disguise = Disguise::kSpoken;
        return id;
      }
    }
  }
  if (word.ascii && text.size() + 1 >= kMinMisspelt) {
    std::string_view stem = text;
    uint32_t id = FindMisspelt(stem);
    // "alprazolms": the plural of a mistake.
    if (id == kNone && text.back() == 's' && text.size() >= kMinMisspelt)
      id = FindMisspelt(stem.substr(0, stem.size() - 1));
    if (id != kNone) {
      disguise = Disguise::kMisspelt;
      return id;
    }
  }
  return kNone;
}

// "#charasforsale": the longest known words one after another, all of it or nothing.
void TermIndex::HashtagHits(std::string_view folded, const std::vector<Word>& words, uint32_t at,
                            std::vector<TermHit>& hits) const {
  const std::string_view tag = words[at].In(folded);
  if (tag.size() < 6 || tag.size() > kMaxHashtag || !words[at].ascii) return;
  size_t pos = 0;
  std::vector<uint32_t> nodes;
  while (pos < tag.size()) {
    size_t length = tag.size() - pos;
    uint32_t id = kNone;
    for (; length >= 2; --length) {
      id = Lookup(tag.substr(pos, length));
      if (id != kNone) break;
    }
    if (id == kNone) return;
    if (words_[id].single != kNone) nodes.push_back(words_[id].single);
    pos += length;
  }
  for (const uint32_t node : nodes) {
    for (const uint32_t payload : nodes_[node].payloads) {
      hits.push_back({payload, at, at, words[at].begin, words[at].end, Disguise::kHashtag});
    }
  }
}

uint32_t TermIndex::ResolveReading(const Reading& reading) const {
  Word word;
  word.end = static_cast<uint32_t>(reading.text.size());
  word.ascii =
      std::all_of(reading.text.begin(), reading.text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  word.lookalike = !word.ascii;
  Disguise how = Disguise::kNone;
  const uint32_t id = Resolve(reading.text, word, how);
  // A short reading that only sounds like a word, or needs its s cut off, is chance.
  return how != Disguise::kNone && reading.text.size() <= kMinDisguised ? kNone : id;
}

// Phrases with the word that a disguise reads as in them: "neend ki g0li".
void TermIndex::WalkThrough(const std::vector<Word>& words, const std::vector<uint32_t>& ids,
                            const Reading& reading, uint32_t id, std::vector<TermHit>& hits) const {
  const auto count = static_cast<uint32_t>(words.size());
  constexpr auto kMost = static_cast<uint32_t>(kMaxTermWords);
  const uint32_t earliest = reading.first >= kMost ? reading.first - kMost + 1 : 0;
  std::vector<uint32_t> now, next;
  for (uint32_t start = reading.first + 1; start-- > earliest;) {
    // No phrase goes over a line end or a comma.
    if (start < reading.first && words[start + 1].gap == Gap::kHard) break;
    now.assign(1, 0);
    uint32_t length = 0;
    for (uint32_t at = start; at < count && length < kMost && !now.empty(); ++length) {
      const bool read = at == reading.first;
      if (length > 0 && words[at].gap == Gap::kHard) break;
      const uint32_t last = read ? reading.last : at;
      const uint32_t word = read ? id : ids[at];
      const bool number =
          !read && (words[at].kind == WordKind::kNumber || (word != kNone && words_[word].number));
      next.clear();
      for (const uint32_t from : now) {
        for (const uint32_t step : {word, number ? kNumber : kNone}) {
          if (step == kNone) continue;
          const uint32_t node = Child(from, step);
          if (node == kNone) continue;
          if (at >= reading.first && !nodes_[node].reversed) {
            for (const uint32_t payload : nodes_[node].payloads)
              hits.push_back({payload, start, last, words[start].begin, words[last].end, Disguise::kLeet});
          }
          if (nodes_[node].has_children) next.push_back(node);
        }
      }
      now.swap(next);
      at = last + 1;
    }
  }
}

std::vector<TermHit> TermIndex::Find(std::string_view folded, const std::vector<Word>& words, size_t max_hits,
                                     bool& overflow) const {
  std::vector<TermHit> hits;
  const auto count = static_cast<uint32_t>(words.size());
  std::vector<uint32_t> ids(count, kNone);
  std::vector<Disguise> disguises(count, Disguise::kNone);
  for (uint32_t i = 0; i < count; ++i) ids[i] = Resolve(folded, words[i], disguises[i]);
  const auto is_number = [&](uint32_t i) {
    return words[i].kind == WordKind::kNumber || (ids[i] != kNone && words_[ids[i]].number);
  };

  // A walk of the trie from each word; a number may go two ways, so the walk keeps a short list of nodes.
  struct Step {
    uint32_t node;
    Disguise disguise;
  };
  std::vector<Step> now, next;
  for (uint32_t i = 0; i < count; ++i) {
    const bool number = is_number(i);
    if ((ids[i] == kNone || words_[ids[i]].root == kNone) && !(number && words_[kNumber].root != kNone)) {
      if (ids[i] == kNone && words[i].kind == WordKind::kLetters && words[i].begin > 0 &&
          folded[words[i].begin - 1] == '#') {
        HashtagHits(folded, words, i, hits);
      }
      continue;
    }
    const auto emit = [&](const Step& step, uint32_t last) {
      const Node& node = nodes_[step.node];
      for (const uint32_t payload : node.payloads) {
        hits.push_back({payload, i, last, words[i].begin, words[last].end,
                        node.reversed ? Disguise::kReversed : step.disguise});
      }
      return node.has_children;
    };
    now.clear();
    if (ids[i] != kNone && words_[ids[i]].root != kNone) {
      if (const Step step{words_[ids[i]].root, disguises[i]}; emit(step, i)) now.push_back(step);
    }
    if (number && words_[kNumber].root != kNone) now.push_back({words_[kNumber].root, Disguise::kNone});
    for (uint32_t j = i + 1; j < count && j - i < kMaxTermWords && !now.empty() && words[j].gap != Gap::kHard;
         ++j) {
      const bool number_here = is_number(j);
      if (ids[j] == kNone && !number_here) break;
      next.clear();
      const auto step_to = [&](const Step& from, uint32_t word, Disguise disguise) {
        const uint32_t node = Child(from.node, word);
        if (node == kNone) return;
        if (const Step step{node, std::max(from.disguise, disguise)}; emit(step, j)) next.push_back(step);
      };
      for (const Step& step : now) {
        if (ids[j] != kNone) step_to(step, ids[j], disguises[j]);
        if (number_here) step_to(step, kNumber, Disguise::kNone);
      }
      now.swap(next);
    }
    if (hits.size() >= max_hits) {
      overflow = true;
      break;
    }
  }
  for (const Reading& reading : FindDisguises(folded, words, kMaxReadings)) {
    const uint32_t id = ResolveReading(reading);
    if (id != kNone) WalkThrough(words, ids, reading, id, hits);
  }
  std::stable_sort(hits.begin(), hits.end(), [](const TermHit& a, const TermHit& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
  });
  return hits;
}

size_t TermIndex::bytes() const {
  size_t total = nodes_.size() * sizeof(Node) + words_.size() * sizeof(WordInfo) + children_.bytes();
  for (const Node& node : nodes_) total += node.payloads.capacity() * sizeof(uint32_t);
  for (const std::vector<uint32_t>& list : by_end_) total += list.capacity() * sizeof(uint32_t);
  total += misspelt_.size() * sizeof(misspelt_[0]);
  total += spoken_begins_.bytes() + misspelt_begins_.bytes() + misspelt_ends_.bytes();
  return total + word_ids_.bytes() + spoken_ids_.bytes() + squeezed_ids_.bytes() + heads_.bytes() +
         tails_.bytes();
}

}  // namespace gasht
