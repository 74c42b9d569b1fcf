#include "text/fold.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include <algorithm>
#include <array>
#include <cassert>

#include "base/utf8.h"
#include "text/next_letter.h"

namespace gasht {
namespace {

// Letters that keyboards of the region write differently for one sound or by habit. Both text and terms pass
// here, so the choice of the representative does not matter; the Urdu letter is taken where there is one.
char32_t UnifyArabic(char32_t c) {
  switch (c) {
    case 0x0622:
    case 0x0623:
    case 0x0625:
    case 0x0671:
    case 0x0672:
    case 0x0673:
    case 0x0675:
      return 0x0627;  // alef
    case 0x0649:
    case 0x064A:
    case 0x06CD:
    case 0x06D0:
    case 0x06CE:
    case 0x0678:
    case 0x06D1:
      return 0x06CC;  // yeh
    case 0x0643:
    case 0x06AA:
    case 0x06AC:
    case 0x06AD:
    case 0x06AE:
    case 0x063B:
    case 0x063C:
      return 0x06A9;  // kaf
    case 0x0629:
    case 0x0647:
    case 0x06BE:
    case 0x06C0:
    case 0x06C2:
    case 0x06C3:
    case 0x06D5:
    case 0x06FF:
      return 0x06C1;  // heh
    case 0x06AB:
    case 0x06B0:
      return 0x06AF;  // gaf
    case 0x067C:
      return 0x0679;  // Pashto tte
    case 0x0689:
    case 0x068A:
    case 0x068D:
      return 0x0688;  // ddal
    case 0x0693:
    case 0x0699:
      return 0x0691;  // rreh
    case 0x06BC:
    case 0x06BA:
    case 0x06BB:
      return 0x0646;  // noon, noon ghunna
    case 0x0685:
      return 0x0686;  // Pashto tse, spelt with cheh in Urdu
    case 0x0681:
      return 0x062C;  // Pashto dze, jeem
    case 0x069A:
      return 0x0634;  // Pashto sheen with dots
    case 0x0696:
      return 0x0698;  // Pashto zheh
    case 0x0676:
    case 0x0677:
    case 0x06C4:
    case 0x06C7:
    case 0x06CB:
      return 0x0648;  // waw
    case 0x06D2:
    case 0x06D3:
      return 0x06D2;  // bari yeh stays: it ends words of its own
    default:
      return c;
  }
}

// Squared and circled Latin letters that have no compatibility mapping.
char32_t UnstyleLetter(char32_t c) {
  if (c >= 0x1F150 && c <= 0x1F169) return 'a' + (c - 0x1F150);  // negative circled
  if (c >= 0x1F170 && c <= 0x1F189) return 'a' + (c - 0x1F170);  // negative squared
  if (c >= 0x1F1E6 && c <= 0x1F1FF) return 0;  // flags: two letters say a country, not a word
  if (c >= 0xE0041 && c <= 0xE005A) return 'a' + (c - 0xE0041);  // tag letters
  if (c >= 0xE0061 && c <= 0xE007A) return 'a' + (c - 0xE0061);
  // Small capitals and other phonetic letters in use as a "font".
  switch (c) {
    case 0x1D00:
      return 'a';
    case 0x0299:
      return 'b';
    case 0x1D04:
      return 'c';
    case 0x1D05:
      return 'd';
    case 0x1D07:
      return 'e';
    case 0xA730:
      return 'f';
    case 0x0262:
      return 'g';
    case 0x029C:
      return 'h';
    case 0x026A:
      return 'i';
    case 0x1D0A:
      return 'j';
    case 0x1D0B:
      return 'k';
    case 0x029F:
      return 'l';
    case 0x1D0D:
      return 'm';
    case 0x0274:
      return 'n';
    case 0x1D0F:
      return 'o';
    case 0x1D18:
      return 'p';
    case 0xA7AF:
      return 'q';
    case 0x0280:
      return 'r';
    case 0xA731:
      return 's';
    case 0x1D1B:
      return 't';
    case 0x1D1C:
      return 'u';
    case 0x1D20:
      return 'v';
    case 0x1D21:
      return 'w';
    case 0x028F:
      return 'y';
    case 0x1D22:
      return 'z';
    case 0x0131:
      return 'i';
    case 0x0142:
      return 'l';
    case 0x00F8:
      return 'o';
    case 0x0111:
      return 'd';
    case 0x00E6:
      return 'a';
    case 0x0153:
      return 'o';
    default:
      return c;
  }
}

bool IsDropped(char32_t c) {
  const int8_t type = u_charType(static_cast<UChar32>(c));
  if (type == U_FORMAT_CHAR) return true;                                     // zero width, bidi, soft hyphen
  if (c >= 0xFE00 && c <= 0xFE0F) return true;                                // variation selectors
  if (c >= 0x1F3FB && c <= 0x1F3FF) return true;                              // skin tones
  if (c == 0x034F || c == 0x115F || c == 0x1160 || c == 0x3164) return true;  // invisible fillers
  if (c == 0x0640 || c == 0x20E3) return true;                                // tatweel, keycap
  if (c == 0x0A71 || c == 0x0A3C || c == 0x093C) return true;                 // Gurmukhi addak, nukta
  if (type == U_NON_SPACING_MARK) {
    if (c >= 0x0610 && c <= 0x06ED) return true;  // Arabic
    UErrorCode error = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(static_cast<UChar32>(c), &error);
    return script == USCRIPT_INHERITED || script == USCRIPT_COMMON || script == USCRIPT_ARABIC;
  }
  return type == U_ENCLOSING_MARK;
}

// What one code point folds to, UTF-8.
std::string FoldOne(char32_t c, const icu::Normalizer2& casefold, const icu::Normalizer2& decompose) {
  if (c == '\n') return "\n";
  if (u_isUWhiteSpace(static_cast<UChar32>(c)) || u_iscntrl(static_cast<UChar32>(c))) {
    return IsDropped(c) ? "" : " ";
  }
  const char32_t plain = UnstyleLetter(c);
  if (plain == 0) return " ";
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString folded = casefold.normalize(icu::UnicodeString(static_cast<UChar32>(plain)), error);
  folded = decompose.normalize(folded, error);
  if (U_FAILURE(error)) {
    std::string out;
    AppendUtf8(c, out);
    return out;
  }
  std::string out;
  for (int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
    char32_t d = static_cast<char32_t>(folded.char32At(i));
    if (IsDropped(d)) continue;
    if (const int32_t digit = u_charDigitValue(static_cast<UChar32>(d)); digit >= 0) {
      d = '0' + static_cast<char32_t>(digit);
    }
    if (u_isUWhiteSpace(static_cast<UChar32>(d)) && d != '\n') d = ' ';
    if (d == 0x2019 || d == 0x2018 || d == 0x02BC || d == 0x2032) d = '\'';
    if (d >= 0x2010 && d <= 0x2015) d = '-';
    if (d == 0x2212) d = '-';
    AppendUtf8(UnifyArabic(UnstyleLetter(d)), out);
  }
  return out;
}

// Folding of the code points whose folding is not themselves, in pages of 256. Immutable once built.
class FoldTable {
 public:
  static const FoldTable& Get() {
    static const FoldTable table;
    return table;
  }

  // Null: folds to itself.
  const std::string* Find(char32_t c) const {
    const size_t page = c >> 8;
    if (page >= pages_.size() || pages_[page] == 0) return nullptr;
    const int32_t index = entries_[(pages_[page] - 1) * 256 + (c & 0xFF)];
    return index < 0 ? nullptr : &values_[static_cast<size_t>(index)];
  }

 private:
  FoldTable() {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* casefold = icu::Normalizer2::getNFKCCasefoldInstance(error);
    const icu::Normalizer2* decompose = icu::Normalizer2::getNFDInstance(error);
    assert(U_SUCCESS(error));
    // Ideographs and Hangul fold to themselves and are most of the BMP; private planes hold nothing.
    AddRange(0x0000, 0x33FF, *casefold, *decompose);
    AddRange(0xA640, 0xABFF, *casefold, *decompose);
    AddRange(0xF900, 0xFFFF, *casefold, *decompose);
    AddRange(0x1D400, 0x1D7FF, *casefold, *decompose);
    AddRange(0x1E900, 0x1E9FF, *casefold, *decompose);
    AddRange(0x1F100, 0x1F3FF, *casefold, *decompose);
    AddRange(0xE0000, 0xE01FF, *casefold, *decompose);
  }

  void AddRange(char32_t first, char32_t last, const icu::Normalizer2& casefold,
                const icu::Normalizer2& decompose) {
    for (char32_t c = first; c <= last; ++c) {
      std::string self;
      AppendUtf8(c, self);
      std::string folded = FoldOne(c, casefold, decompose);
      if (folded == self) continue;
      const size_t page = c >> 8;
      if (pages_[page] == 0) {
        pages_[page] = static_cast<uint16_t>(entries_.size() / 256 + 1);
        entries_.resize(entries_.size() + 256, -1);
      }
      entries_[(pages_[page] - 1) * 256 + (c & 0xFF)] = static_cast<int32_t>(values_.size());
      values_.push_back(std::move(folded));
    }
  }

  std::array<uint16_t, 0x1100> pages_{};  // 1-based index of a page of entries_; 0: all fold to themselves
  std::vector<int32_t> entries_;
  std::vector<std::string> values_;
};

// Without branches: the loop over it is done sixteen bytes at a time.
char FoldAscii(char c) {
  const auto byte = static_cast<unsigned char>(c);
  const auto lower = static_cast<unsigned char>(byte + ((byte >= 'A' && byte <= 'Z') ? 32 : 0));
  const bool control = (byte < 0x20 && byte != '\n') || byte == 0x7F;
  return static_cast<char>(control ? ' ' : lower);
}

}  // namespace

FoldedText Fold(std::string_view text) {
  const FoldTable& table = FoldTable::Get();
  FoldedText out;
  out.text.reserve(text.size());
  bool run_open = false;  // both sides advance together since the last run began
  const auto open_run = [&](size_t source, bool atomic) {
    out.runs.push_back({static_cast<uint32_t>(out.text.size()), static_cast<uint32_t>(source), atomic});
    run_open = !atomic;
  };
  size_t pos = 0;
  while (pos < text.size()) {
    if (static_cast<unsigned char>(text[pos]) < 0x80) {
      if (!run_open) open_run(pos, false);
      const size_t begin = pos;
      while (pos < text.size() && static_cast<unsigned char>(text[pos]) < 0x80) ++pos;
      const size_t at = out.text.size();
      out.text.append(text, begin, pos - begin);
      for (size_t i = at; i < out.text.size(); ++i) out.text[i] = FoldAscii(out.text[i]);
      continue;
    }
    const size_t begin = pos;
    const char32_t c = NextLetter(text, pos);
    const std::string* folded = table.Find(c);
    const size_t length = pos - begin;
    if (folded == nullptr) {
      // An invalid byte decodes to U+FFFD, which is longer than it.
      const bool valid = !(c == 0xFFFD && length == 1);
      if (!valid) {
        open_run(begin, true);
        out.text += "\xEF\xBF\xBD";
        continue;
      }
      if (!run_open) open_run(begin, false);
      out.text.append(text, begin, length);
      continue;
    }
    if (folded->empty()) {
      run_open = false;  // dropped: the next character begins a run behind the gap
      continue;
    }
    size_t one = 0;
    NextLetter(*folded, one);
    if (folded->size() == length && one == length) {
      if (!run_open) open_run(begin, false);
    } else {
      open_run(begin, true);
    }
    out.text += *folded;
  }
  out.runs.push_back({static_cast<uint32_t>(out.text.size()), static_cast<uint32_t>(text.size()), false});
  return out;
}

SourceSpan FoldedText::Source(size_t begin, size_t end) const {
  assert(begin <= end && end <= text.size() && !runs.empty());
  // The run that holds folded position `p`: the last one that begins at or before it.
  const auto run_at = [&](size_t p) {
    auto it =
        std::upper_bound(runs.begin(), runs.end(), p, [](size_t v, const Run& r) { return v < r.folded; });
    return it == runs.begin() ? it : std::prev(it);
  };
  SourceSpan span;
  const auto first = run_at(begin);
  span.begin = first->source + (first->atomic ? 0 : begin - first->folded);
  const auto last = run_at(end);
  if (last->folded == end) {
    span.end = last->source;
  } else if (last->atomic) {
    span.end = std::next(last)->source;  // the sentinel is never atomic, so there is a next one
  } else {
    span.end = last->source + (end - last->folded);
  }
  if (span.end < span.begin) span.end = span.begin;
  return span;
}

size_t FoldedText::FoldedOffset(size_t source) const {
  auto it =
      std::upper_bound(runs.begin(), runs.end(), source, [](size_t v, const Run& r) { return v < r.source; });
  if (it == runs.begin()) return 0;
  const auto next = it;
  --it;
  if (it->source == source || next == runs.end()) return it->folded;
  if (it->atomic) return next->folded;
  return std::min<size_t>(it->folded + (source - it->source), next->folded);
}

std::string FoldKey(std::string_view text) {
  const std::string folded = Fold(text).text;
  std::string key;
  for (const char c : folded) {
    const bool space = c == ' ' || c == '\n';
    if (space && (key.empty() || key.back() == ' ')) continue;
    key.push_back(space ? ' ' : c);
  }
  while (!key.empty() && key.back() == ' ') key.pop_back();
  return key;
}

}  // namespace gasht
