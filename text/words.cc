#include "text/words.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "text/next_letter.h"

namespace gasht {
namespace {

enum class Kind : uint8_t {
  kSpace,
  kLine,
  kSoft,
  kHard,
  kDigit,
  kSign,
  kLatin,
  kLookalike,
  kArabic,
  kOther,
  kMark
};

Kind Classify(char32_t c) {
  if (c == '\n') return Kind::kLine;
  if (c == ' ') return Kind::kSpace;
  if (c >= '0' && c <= '9') return Kind::kDigit;
  if (c >= 'a' && c <= 'z') return Kind::kLatin;
  switch (c) {
    case '-':
    case '.':
    case '\'':
    case '_':
    case '/':
    case ':':
    case '+':
    case '&':
    case '*':
    case '~':
    case '`':
    case '^':
    case '#':
    case 0x06D4:
    case 0x2044:
    case 0x00B7:
      return Kind::kSoft;
    case '$':
    case '%':
      return Kind::kSign;
    default:
      break;
  }
  if (c < 0x80) return Kind::kHard;
  const auto cp = static_cast<UChar32>(c);
  switch (u_charType(cp)) {
    case U_NON_SPACING_MARK:
    case U_COMBINING_SPACING_MARK:
      return Kind::kMark;
    case U_CURRENCY_SYMBOL:
      return Kind::kSign;
    case U_OTHER_SYMBOL:
      return c >= 0x2600 ? Kind::kSign : Kind::kHard;
    default:
      break;
  }
  if (c == 0xFFFD || !u_isalpha(cp)) return Kind::kHard;
  UErrorCode error = U_ZERO_ERROR;
  switch (uscript_getScript(cp, &error)) {
    case USCRIPT_LATIN:
      return Kind::kLatin;
    case USCRIPT_GREEK:
    case USCRIPT_CYRILLIC:
    case USCRIPT_CHEROKEE:
    case USCRIPT_ARMENIAN:
      return Kind::kLookalike;
    case USCRIPT_ARABIC:
      return Kind::kArabic;
    default:
      return Kind::kOther;
  }
}

// Kinds of the BMP, computed once; immutable.
class KindTable {
 public:
  static const KindTable& Get() {
    static const KindTable table;
    return table;
  }
  Kind Of(char32_t c) const { return c < kinds_.size() ? kinds_[c] : Classify(c); }

 private:
  KindTable() : kinds_(0x10000) {
    for (char32_t c = 0; c < kinds_.size(); ++c) kinds_[c] = Classify(c);
  }
  std::vector<Kind> kinds_;
};

bool IsLetter(Kind kind) {
  return kind == Kind::kLatin || kind == Kind::kLookalike || kind == Kind::kArabic || kind == Kind::kOther;
}

// Latin and what poses as it stand in one word; other scripts part.
constexpr int kLatinFamily = 1;
int Family(Kind kind) {
  switch (kind) {
    case Kind::kLatin:
    case Kind::kLookalike:
      return kLatinFamily;
    case Kind::kArabic:
      return 2;
    default:
      return 3;
  }
}

bool IsVowel(char c) {
  return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
}

// Latin letter that a Greek, Cyrillic, Cherokee or Armenian one (already lower case) poses as, or 0.
char PosesAs(char32_t c) {
  switch (c) {
    case 0x0430:
    case 0x03B1:
      return 'a';
    case 0x0432:
    case 0x03B2:
    case 0x044C:
      return 'b';
    case 0x0441:
    case 0x03F2:
      return 'c';
    case 0x0501:
      return 'd';
    case 0x0435:
    case 0x0451:
    case 0x03B5:
    case 0x0454:
    case 0x044D:
      return 'e';
    case 0x0493:
      return 'f';
    case 0x0581:
      return 'g';
    case 0x04BB:
    case 0x043D:
    case 0x0570:
      return 'h';
    case 0x0456:
    case 0x0457:
    case 0x03B9:
    case 0x04CF:
    case 0x0131:
      return 'i';
    case 0x0458:
    case 0x03F3:
      return 'j';
    case 0x043A:
    case 0x03BA:
      return 'k';
    case 0x04C0:
      return 'l';
    case 0x043C:
    case 0x03BC:
      return 'm';
    case 0x03B7:
    case 0x0578:
    case 0x043F:
      return 'n';
    case 0x043E:
    case 0x03BF:
    case 0x03C3:
    case 0x0585:
      return 'o';
    case 0x0440:
    case 0x03C1:
      return 'p';
    case 0x051B:
      return 'q';
    case 0x0433:
    case 0x044F:
      return 'r';
    case 0x0455:
      return 's';
    case 0x0442:
    case 0x03C4:
      return 't';
    case 0x057D:
    case 0x03C5:
    case 0x0446:
      return 'u';
    case 0x03BD:
    case 0x0475:
      return 'v';
    case 0x051D:
    case 0x03C9:
    case 0x0448:
      return 'w';
    case 0x0445:
    case 0x03C7:
      return 'x';
    case 0x0443:
    case 0x03B3:
    case 0x04AF:
      return 'y';
    case 0x0437:
      return 'z';
    default:
      return 0;
  }
}

// What a digit or sign stands for inside a word written in leetspeak; `one` is what 1, ! and | read as.
char Unleet(char c, char one) {
  switch (c) {
    case '0':
      return 'o';
    case '1':
    case '!':
    case '|':
      return one;
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '5':
    case '$':
      return 's';
    case '7':
    case '+':
      return 't';
    case '8':
      return 'b';
    default:
      return c >= 'a' && c <= 'z' ? c : '\0';
  }
}

// A disguised word is no longer than this, and no shorter: "5g", "2x" and "4u" are not disguises.
constexpr size_t kMinDisguise = 4;
constexpr size_t kMaxDisguise = 24;
// Letters of a word written apart: "i c e" is a word, "a b" is not.
constexpr uint32_t kMinSpaced = 3;
// A word that is cut by marks is no shorter: "i-ce" is anything.
constexpr size_t kMinCut = 6;
constexpr uint32_t kMaxCodePoint = 4;  // bytes of UTF-8
// Bytes between two letters of a word written apart: two pictures with their spaces.
constexpr size_t kMaxBetween = 12;

}  // namespace

std::vector<Word> SplitWords(std::string_view folded) {
  const KindTable& table = KindTable::Get();
  std::vector<Word> words;
  words.reserve(folded.size() / 5 + 4);
  Gap gap = Gap::kHard;
  size_t pos = 0;
  size_t soft_marks = 0;
  const auto widen = [&gap](Gap at_least) { gap = std::max(gap, at_least); };
  while (pos < folded.size()) {
    const size_t begin = pos;
    if (folded[pos] == ' ') {
      ++pos;
      widen(Gap::kSpace);
      continue;
    }
    const Kind kind = table.Of(NextLetter(folded, pos));
    switch (kind) {
      case Kind::kSpace:
        widen(Gap::kSpace);
        continue;
      case Kind::kSoft:
        // A row of marks ("-----", "...") separates as a line end does.
        widen(++soft_marks >= 3 ? Gap::kHard : Gap::kSoft);
        continue;
      case Kind::kLine:
      case Kind::kHard:
        widen(Gap::kHard);
        continue;
      default:
        break;
    }
    Word word;
    word.begin = static_cast<uint32_t>(begin);
    word.gap = gap;
    if (kind == Kind::kDigit) {
      word.kind = WordKind::kNumber;
      word.ascii = true;
      while (pos < folded.size()) {
        const char c = folded[pos];
        if (c >= '0' && c <= '9') {
          ++pos;
        } else if ((c == '.' || c == ',') && pos + 1 < folded.size() && folded[pos + 1] >= '0' &&
                   folded[pos + 1] <= '9') {
          pos += 2;
        } else {
          break;
        }
      }
    } else if (kind == Kind::kSign) {
      word.kind = WordKind::kSign;
    } else {
      word.kind = WordKind::kLetters;
      word.ascii = true;
      // A mark without a letter is a letter of some other script.
      const int family = Family(kind == Kind::kMark ? Kind::kOther : kind);
      size_t next = begin;
      char32_t previous = 0;
      size_t same = 1;
      while (next < folded.size()) {
        // Latin letters without any mark: most of most texts.
        if (family == kLatinFamily && folded[next] >= 'a' && folded[next] <= 'z') {
          const auto c = static_cast<char32_t>(folded[next]);
          same = c == previous ? same + 1 : 1;
          if (same >= 3) word.stretched = true;
          previous = c;
          ++next;
          continue;
        }
        size_t after = next;
        const char32_t c = NextLetter(folded, after);
        const Kind k = table.Of(c);
        if (k != Kind::kMark && (!IsLetter(k) || Family(k) != family)) break;
        if (c >= 0x80) word.ascii = false;
        if (k == Kind::kLookalike) word.lookalike = true;
        same = c == previous ? same + 1 : 1;
        if (same >= 3) word.stretched = true;
        previous = c;
        next = after;
      }
      pos = next;
    }
    word.end = static_cast<uint32_t>(pos);
    words.push_back(word);
    gap = Gap::kNone;
    soft_marks = 0;
  }
  return words;
}

size_t SpokenKeyInto(std::string_view word, SpokenBuffer& key, size_t most) {
  if (word.size() < 3 || word.size() > kMaxDisguise) return 0;
  size_t size = 0;
  const auto put = [&](char c) {
    if (size == 0 || key[size - 1] != c) key[size++] = c;
  };
  for (size_t i = 0; i < word.size() && size < most; ++i) {
    const char c = word[i];
    if (c < 'a' || c > 'z') return 0;
    const char next = i + 1 < word.size() ? word[i + 1] : '\0';
    switch (c) {
      case 'e':
        // "ee" and "ea" are long i; a single e at the end is "ay".
      case 'i':
      case 'y':
        put('i');
        break;
      case 'o':
      case 'u':
        put('u');
        break;
      case 'w':
        put('v');
        break;
      case 'q':
        put('k');
        break;
      case 'c':
        // "ch" keeps a letter of its own; "ck" is one k.
        if (next == 'h') {
          put('c');
        } else if (next == 'e' || next == 'i' || next == 'y') {
          put('s');
        } else if (next != 'k') {
          put('k');
        }
        break;
      case 'x':
        // "zanax" is "xanax".
        put(i == 0 ? 'z' : 'x');
        break;
      case 'p':
        if (next == 'h') {
          put('f');
          ++i;
        } else {
          put('p');
        }
        break;
      case 'h':
        // Aspiration and a final h are written or not; at the beginning and between vowels h is a sound.
        if (i == 0 || (IsVowel(word[i - 1]) && IsVowel(next))) key[size++] = 'h';
        break;
      default:
        put(c);
    }
  }
  return size;
}

std::string SpokenKey(std::string_view word) {
  SpokenBuffer key;
  return std::string(key.data(), SpokenKeyInto(word, key));
}

std::string SqueezeAll(std::string_view word) {
  std::string out;
  size_t pos = 0;
  char32_t previous = 0;
  while (pos < word.size()) {
    const size_t begin = pos;
    const char32_t c = NextCodePoint(word, pos);
    if (c != previous) out.append(word, begin, pos - begin);
    previous = c;
  }
  return out;
}

std::string LatinLookalike(std::string_view word) {
  std::string out;
  size_t pos = 0;
  while (pos < word.size()) {
    const char32_t c = NextCodePoint(word, pos);
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
    } else if (const char latin = PosesAs(c); latin != 0) {
      out.push_back(latin);
    } else {
      return "";
    }
  }
  return out;
}

std::vector<Reading> FindDisguises(std::string_view folded, const std::vector<Word>& words,
                                   size_t max_readings) {
  std::vector<Reading> readings;
  const auto is_chunk = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '@' || c == '$' || c == '!' || c == '|' ||
           c == '+';
  };
  uint32_t i = 0;
  const auto count = static_cast<uint32_t>(words.size());
  // One letter of any script.
  const auto is_single = [&](const Word& word) {
    if (word.kind != WordKind::kLetters || word.end - word.begin > kMaxCodePoint) return false;
    size_t end = word.begin;
    NextLetter(folded, end);
    return end == word.end;
  };
  // The word behind word `at` and behind the pictures that stand between them, near enough to belong to it.
  const auto next_letter = [&](uint32_t at) {
    uint32_t next = at + 1;
    while (next < count && next <= at + 2 && words[next].kind == WordKind::kSign) ++next;
    return next < count && words[next].begin > words[at].end &&
                   words[next].begin - words[at].end <= kMaxBetween
               ? next
               : count;
  };
  while (i < count && readings.size() < max_readings) {
    const Word& word = words[i];
    // Single letters in a row, each behind the same gap: a space, a dot, a picture.
    if (is_single(word) && i + 2 < count && word.end < folded.size() && !is_chunk(folded[word.end])) {
      uint32_t next = next_letter(i);
      if (next == count || !is_single(words[next])) {
        ++i;
        continue;
      }
      const std::string_view between = folded.substr(word.end, words[next].begin - word.end);
      uint32_t last = i, letters = 1;
      std::string joined(word.In(folded));
      while (next < count && is_single(words[next]) && joined.size() < kMaxDisguise &&
             folded.substr(words[last].end, words[next].begin - words[last].end) == between) {
        last = next;
        ++letters;
        joined += words[last].In(folded);
        next = next_letter(last);
      }
      if (letters >= kMinSpaced) {
        readings.push_back({i, last, std::move(joined)});
        i = last + 1;
        continue;
      }
      ++i;
      continue;
    }
    // A word cut in two or three by a mark: "co.caine", "her-o-in".
    if (word.kind == WordKind::kLetters && word.ascii && i + 1 < count && words[i + 1].gap == Gap::kSoft &&
        words[i + 1].kind == WordKind::kLetters && words[i + 1].begin == word.end + 1) {
      std::string joined(word.In(folded));
      for (uint32_t last = i + 1; last < count && last <= i + 3; ++last) {
        if (words[last].gap != Gap::kSoft || words[last].kind != WordKind::kLetters || !words[last].ascii ||
            words[last].begin != words[last - 1].end + 1) {
          break;
        }
        joined += words[last].In(folded);
        if (joined.size() > kMaxDisguise) break;
        if (joined.size() >= kMinCut) readings.push_back({i, last, joined});
      }
    }
    // Letters with digits or signs among them, without a gap. The chunk is grown from its first word.
    const bool starts_chunk = is_chunk(folded[word.begin]) && word.ascii;
    if (!starts_chunk) {
      ++i;
      continue;
    }
    // Most words stand alone.
    const bool goes_on = word.end < folded.size() && is_chunk(folded[word.end]);
    const bool led = word.begin > 0 && (folded[word.begin - 1] == '@' || folded[word.begin - 1] == '$');
    if (!goes_on && !led) {
      ++i;
      continue;
    }
    const size_t begin = word.begin - (led ? 1 : 0);
    size_t end = word.begin;
    size_t letters = 0, others = 0;
    while (end < folded.size() && is_chunk(folded[end])) {
      (folded[end] >= 'a' && folded[end] <= 'z' ? letters : others) += 1;
      ++end;
    }
    uint32_t last = i;
    while (last + 1 < count && words[last + 1].begin < end) ++last;
    // An exclamation mark behind a word is punctuation.
    size_t stop = end;
    while (stop > begin && (folded[stop - 1] == '!' || folded[stop - 1] == '+' || folded[stop - 1] == '|')) {
      --stop;
      --others;
    }
    others += word.begin - begin;
    if (others > 0 && letters >= 2 && others <= letters && stop - begin >= kMinDisguise &&
        stop - begin <= kMaxDisguise) {
      std::string with_i, with_l;
      bool whole = true;
      for (size_t p = begin; p < stop && whole; ++p) {
        const char ci = Unleet(folded[p], 'i');
        whole = ci != '\0';
        with_i.push_back(ci);
        with_l.push_back(Unleet(folded[p], 'l'));
      }
      if (whole) {
        const bool two = with_i != with_l;
        readings.push_back({i, last, std::move(with_i)});
        if (two) readings.push_back({i, last, std::move(with_l)});
      }
    }
    i = last + 1;
  }
  return readings;
}

}  // namespace gasht
