#include "extract/phone.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <phonenumbers/phonenumberutil.h>

#include "base/utf8.h"
#include "extract/context.h"
#include "extract/words.h"
#include "text/numerals.h"

namespace gasht {
namespace {

constexpr std::string_view kHomeRegion = "PK";
constexpr size_t kMaxDigits = 39;  // of one run of figures with their separators
constexpr size_t kMaxSpelledTokens = 32;

bool IsWordByte(char c) {
  return IsAsciiLetter(c) || IsAsciiDigit(c) || c == '_';
}
bool IsNonAscii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

const i18n::phonenumbers::PhoneNumberUtil& PhoneUtil() {
  return *i18n::phonenumbers::PhoneNumberUtil::GetInstance();
}

// `possible_is_enough`: the length fits the country and somebody calls it a number; plans change faster than
// libraries.
std::string ToE164(const std::string& digits, bool possible_is_enough = false) {
  i18n::phonenumbers::PhoneNumber number;
  const auto& util = PhoneUtil();
  if (util.Parse(digits, std::string(kHomeRegion), &number) !=
      i18n::phonenumbers::PhoneNumberUtil::NO_PARSING_ERROR) {
    return "";
  }
  if (!util.IsValidNumber(number) && !(possible_is_enough && util.IsPossibleNumber(number))) return "";
  std::string out;
  util.Format(number, i18n::phonenumbers::PhoneNumberUtil::E164, &out);
  return out;
}

// ---------------------------------------------------------------- what the words before it say

enum class Claim { kNone, kNumberToCall, kSomethingElse };

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsCallWord(std::string_view word) {
  return IsOneOf(
      word, {"phone",  "phones",   "ph",     "phn",       "fone",     "call",      "calls",    "calling",
             "tel",    "tele",     "mob",    "mobile",    "cell",     "contact",   "contacts", "cont",
             "contct", "whatsapp", "wa",     "watsapp",   "whatsap",  "wattsapp",  "whtsapp",  "wtsapp",
             "watsap", "sms",      "viber",  "signal",    "imo",      "ptcl",      "hotline",  "helpline",
             "rabta",  "raabta",   "rabita", "easypaisa", "jazzcash", "telephone", "dial",     "landline",
             "uan",    "whats",    "numbr",  "nambar",    "رابطہ",    "رابطے",     "فون",      "موبائل",
             "واٹس",   "نمبر",     "کال",    "واٹساپ",    "رابطو",    "موبائيل",   "شمېره",    "شمیره",
             "اړیکه",  "تلفن",     "تماس",   "شماره",     "هاتف",     "جوال",      "اتصل",     "फोन",
             "नंबर",    "संपर्क"});
}

// Numbers that are nobody's telephone when they stand right behind such a word.
bool IsOtherWord(std::string_view word) {
  return IsOneOf(word,
                 {"tracking",  "track",   "consignment", "invoice",  "serial",   "sr",      "ref",
                  "reference", "ticket",  "sku",         "item",     "isbn",     "issn",    "imei",
                  "barcode",   "ean",     "upc",         "txn",      "tid",      "txid",    "transaction",
                  "receipt",   "voucher", "cnic",        "nic",      "passport", "meter",   "roll",
                  "model",     "fir",     "parcel",      "shipment", "iban",     "version", "build",
                  "doi",       "pmid",    "arxiv",       "ntn",      "strn",     "lot",     "batch",
                  "acct",      "policy",  "product",     "chassis",  "engine",   "uid",     "pid"});
}

bool IsFiller(std::string_view word) {
  return IsOneOf(
      word, {"no",   "nos",    "id",   "is",   "code", "hai",  "ka", "ki",  "ke",   "the", "my",     "our",
             "me",   "at",     "on",   "pe",   "par",  "per",  "us", "now", "only", "plz", "please", "mera",
             "apna", "karein", "kren", "karo", "پر",   "کریں", "کا", "کی",  "ہے",   "numb"});
}

Claim ClaimBefore(std::string_view text, size_t at) {
  const std::string before = ContextBefore(text, at);
  struct Token {
    size_t begin, end;
  };
  std::array<Token, 24> tokens{};
  size_t count = 0;
  for (size_t i = 0; i < before.size() && count < tokens.size();) {
    if (!IsLetterByte(before[i])) {
      ++i;
      continue;
    }
    const size_t begin = i;
    // Scripts part as words do.
    const bool ascii = IsAsciiLetter(before[i]);
    while (i < before.size() && IsLetterByte(before[i]) && IsAsciiLetter(before[i]) == ascii) ++i;
    tokens[count++] = {begin, i};
  }
  bool numbered = before.find('#') != std::string::npos;
  bool number_word = false, account = false;
  int unknown = 0;
  for (size_t i = count; i-- > 0 && unknown < 5;) {
    const std::string_view word =
        std::string_view(before).substr(tokens[i].begin, tokens[i].end - tokens[i].begin);
    if (IsOneOf(word, {"number", "no", "num", "nmbr", "id", "numb"})) {
      // "order number": what comes before decides; alone it is a number to call.
      numbered = true;
      number_word |= unknown == 0 && word != "no" && word != "id";
      continue;
    }
    if (IsOneOf(word, {"account", "acct", "acc"})) {
      account = true;
      continue;
    }
    if (IsCallWord(word)) return Claim::kNumberToCall;
    if (unknown == 0 &&
        (IsOtherWord(word) || (numbered && IsOneOf(word, {"order", "case", "post", "page"})))) {
      return Claim::kSomethingElse;
    }
    if (!IsFiller(word)) ++unknown;
  }
  return number_word && !account ? Claim::kNumberToCall : Claim::kNone;
}

// ---------------------------------------------------------------- figures

// Figures with what people put between them. Stops at anything else.
struct DigitRun {
  std::string digits;                         // with a leading '+' when written
  std::array<size_t, kMaxDigits + 1> ends{};  // behind each character of `digits`
  std::array<char, kMaxDigits + 1>
      gap_before{};  // 0, or the first character of the gap; '~' for a decoration
  size_t separators = 0;
  size_t letters = 0;  // that posed as figures
  size_t stop = 0;     // where reading ended
};

// A character that decorates numbers: keycap marks, joiners, emoji, dashes of all kinds.
bool IsDecoration(char32_t c) {
  return c == 0xfe0f || c == 0x20e3 || (c >= 0x200b && c <= 0x200f) || c == 0x2060 || c == 0xfeff ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || (c >= 0x2600 && c <= 0x27bf) ||
         (c >= 0x1f000 && c <= 0x1faff) || c == 0xb7 || c == 0x2022 || (c >= 0x2010 && c <= 0x2015) ||
         c == 0x2212 || (c >= 0x25a0 && c <= 0x25ff) || (c >= 0x2b00 && c <= 0x2bff) ||
         (c >= 0x2190 && c <= 0x21ff) || c == 0x6d4;
}

char LetterAsDigit(char c) {
  switch (c) {
    case 'o':
    case 'O':
      return '0';
    case 'l':
    case 'I':
    case '|':
      return '1';
    default:
      return 0;
  }
}

DigitRun ReadDigits(std::string_view text, size_t at, bool letters_too) {
  DigitRun run;
  size_t gap = 0;  // characters since the last digit
  char gap_char = 0;
  if (text[at] == '+') {
    run.digits += '+';
    run.ends[0] = ++at;
  }
  while (at < text.size() && run.digits.size() < kMaxDigits) {
    const char c = text[at];
    const char posing = letters_too ? LetterAsDigit(c) : 0;
    if (IsAsciiDigit(c) || posing != 0) {
      run.gap_before[run.digits.size()] = gap_char;
      if (gap_char != 0) ++run.separators;
      run.letters += posing != 0;
      gap = 0;
      gap_char = 0;
      run.digits += posing != 0 ? posing : c;
      run.ends[run.digits.size() - 1] = ++at;
      continue;
    }
    if (run.digits.empty()) break;
    if (++gap > 6) break;
    if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/' || c == '_' || c == '*' ||
        c == '~' || c == ',' || c == '\'') {
      // A comma parts a list of figures, unless they stand one by one.
      if (gap_char == 0 || gap_char == ' ') gap_char = c;
      if (gap > 4) break;
      ++at;
      continue;
    }
    if (!IsNonAscii(c)) break;
    size_t next = at;
    if (!IsDecoration(NextCodePoint(text, next))) break;
    if (gap_char == 0) gap_char = '~';
    at = next;
  }
  run.stop = at;
  return run;
}

// Sizes of the groups that the first `count` figures stand in; at most eight.
std::vector<size_t> GroupSizes(const DigitRun& run, size_t count) {
  std::vector<size_t> sizes;
  for (size_t i = 0; i < count; ++i) {
    if (run.digits[i] == '+') continue;
    if (sizes.empty() || run.gap_before[i] != 0) {
      if (sizes.size() == 8) break;
      sizes.push_back(0);
    }
    ++sizes.back();
  }
  return sizes;
}

// "03-12-2023 150", "0.3001234567", "12,500": dates, decimals and grouped amounts are written with the same figures.
bool ReadsAsSomethingElse(const DigitRun& run, size_t count) {
  const std::vector<size_t> sizes = GroupSizes(run, count);
  std::vector<char> gaps;
  for (size_t i = 1; i < count; ++i) {
    if (run.gap_before[i] != 0 && run.digits[i - 1] != '+') gaps.push_back(run.gap_before[i]);
  }
  const auto is_date_sign = [](char c) { return c == '/' || c == '-' || c == '.'; };
  if (sizes.size() >= 3 && sizes[0] == 2 && sizes[1] == 2 && (sizes[2] == 4 || sizes[2] == 2) &&
      gaps.size() >= 2 && is_date_sign(gaps[0]) && gaps[1] == gaps[0]) {
    return sizes[2] == 4 || gaps[0] == '/';
  }
  if (sizes.size() == 2 && sizes[0] == 1 && gaps[0] == '.' && sizes[1] > 1) return true;
  // Commas: only where the figures stand one by one, or one comma sets the code apart.
  const size_t commas = static_cast<size_t>(std::count(gaps.begin(), gaps.end(), ','));
  const bool singles = std::all_of(sizes.begin(), sizes.end(), [](size_t size) { return size == 1; });
  return commas > 0 && !singles;
}

// ---------------------------------------------------------------- figures as words

// "zero three zero one": a figure's name in English, Roman Urdu, Urdu, Pashto, Sindhi, Punjabi or Hindi; also what
// stands for several ("twelve", "hundred").
struct SpelledWord {
  std::string_view word;
  std::string_view digits;
};
constexpr SpelledWord kSpelled[] = {
    {"zero", "0"},      {"oh", "0"},         {"sifar", "0"},    {"sifr", "0"},       {"sifer", "0"},
    {"zeero", "0"},     {"ziro", "0"},       {"nought", "0"},   {"one", "1"},        {"ek", "1"},
    {"aik", "1"},       {"two", "2"},        {"do", "2"},       {"dou", "2"},        {"three", "3"},
    {"teen", "3"},      {"tin", "3"},        {"four", "4"},     {"char", "4"},       {"chaar", "4"},
    {"five", "5"},      {"panch", "5"},      {"paanch", "5"},   {"six", "6"},        {"chay", "6"},
    {"chhe", "6"},      {"che", "6"},        {"cheh", "6"},     {"chhay", "6"},      {"seven", "7"},
    {"saat", "7"},      {"sat", "7"},        {"saath", "7"},    {"eight", "8"},      {"aath", "8"},
    {"ath", "8"},       {"aat", "8"},        {"nine", "9"},     {"nau", "9"},        {"no", "9"},
    {"nou", "9"},       {"ten", "10"},       {"eleven", "11"},  {"twelve", "12"},    {"thirteen", "13"},
    {"fourteen", "14"}, {"fifteen", "15"},   {"sixteen", "16"}, {"seventeen", "17"}, {"eighteen", "18"},
    {"nineteen", "19"}, {"twenty", "20"},    {"thirty", "30"},  {"forty", "40"},     {"fourty", "40"},
    {"fifty", "50"},    {"sixty", "60"},     {"seventy", "70"}, {"eighty", "80"},    {"ninety", "90"},
    {"hundred", "00"},  {"thousand", "000"}, {"sau", "00"},     {"صفر", "0"},        {"زیرو", "0"},
    {"ایک", "1"},       {"دو", "2"},         {"تین", "3"},      {"چار", "4"},        {"پانچ", "5"},
    {"چھ", "6"},        {"چھے", "6"},        {"چھہ", "6"},      {"سات", "7"},        {"آٹھ", "8"},
    {"اٹھ", "8"},       {"نو", "9"},         {"یو", "1"},       {"دوه", "2"},        {"درې", "3"},
    {"څلور", "4"},      {"پنځه", "5"},       {"شپږ", "6"},      {"اووه", "7"},       {"اوه", "7"},
    {"اته", "8"},       {"نهه", "9"},        {"نهه", "9"},      {"ٻڙي", "0"},        {"هڪ", "1"},
    {"ٻه", "2"},        {"ٽي", "3"},         {"چار", "4"},      {"پنج", "5"},        {"ڇهه", "6"},
    {"ست", "7"},        {"اٺ", "8"},         {"اک", "1"},       {"اِک", "1"},         {"تن", "3"},
    {"پنج", "5"},       {"शून्य", "0"},        {"जीरो", "0"},     {"एक", "1"},         {"दो", "2"},
    {"तीन", "3"},       {"चार", "4"},        {"पांच", "5"},      {"पाँच", "5"},        {"छह", "6"},
    {"छः", "6"},        {"सात", "7"},        {"आठ", "8"},       {"नौ", "9"}};

constexpr StartFilter MakeSpelledStarts() {
  StartFilter filter;
  for (const SpelledWord& known : kSpelled) filter.Add(known.word);
  return filter;
}
constexpr StartFilter kSpelledStarts = MakeSpelledStarts();

// What a number spelled out may begin with besides.
constexpr StartFilter MakeLeadStarts() {
  StartFilter filter = kSpelledStarts;
  for (const std::string_view word : {"plus", "triple", "double", "dabal", "dubal", "ڈبل", "डबल", "ٹرپل"})
    filter.Add(word);
  return filter;
}
constexpr StartFilter kLeadStarts = MakeLeadStarts();

std::string_view Spelled(std::string_view word) {
  if (!kSpelledStarts.MayBegin(word)) return "";
  for (const SpelledWord& known : kSpelled) {
    if (known.word.size() == word.size() && EqualsIgnoringCase(known.word, word)) return known.digits;
  }
  return "";
}

int RepeatNamed(std::string_view word) {
  for (const std::string_view twice : {"double", "dabal", "dubal", "dabbal", "ڈبل", "डबल"}) {
    if (EqualsIgnoringCase(word, twice)) return 2;
  }
  for (const std::string_view thrice : {"triple", "tripal", "tripple", "ٹرپل"}) {
    if (EqualsIgnoringCase(word, thrice)) return 3;
  }
  return 0;
}

// Letters right behind a number: "0301...whatsapp" is written without a space, "0301...a9f3" is a piece of a code.
bool IsPieceOfACode(std::string_view text, size_t end) {
  size_t letters = end;
  while (letters < text.size() && letters - end < 32 && IsAsciiLetter(text[letters])) ++letters;
  if (letters == end) return false;
  return (letters < text.size() && (IsAsciiDigit(text[letters]) || text[letters] == '_')) ||
         letters - end < 2;
}

// A whole Pakistani mobile number: few words among figures are trusted only in one.
bool IsMobile(std::string_view number) {
  for (const std::string_view prefix : {"+923", "00923", "923", "03"}) {
    if (number.starts_with(prefix)) return number.size() == prefix.size() + 9;
  }
  return false;
}

// The number spelled from `at` on, figures and words mixed ("zero 3 double zero"): at least four of them words, or one in a
// mobile number.
std::optional<FoundPhone> SpelledPhone(std::string_view text, size_t at) {
  std::string digits;
  int repeat = 1;
  int words = 0;
  bool tens_open = false;  // "twenty" may still become "twenty one"
  struct Cut {
    size_t size, end;
    int words;
  };
  std::array<Cut, kMaxSpelledTokens> cuts{};
  size_t count = 0;
  size_t pos = at;
  if (text[pos] == '+') {
    digits = "+";
    ++pos;
  }
  while (pos < text.size() && digits.size() < 16 && count < cuts.size()) {
    size_t gap = 0;
    while (pos < text.size() && gap < 6) {
      const char c = text[pos];
      if (c == ' ' || c == '-' || c == ',' || c == '.' || c == '/' || c == '_') {
        ++pos;
        ++gap;
        continue;
      }
      if (!IsNonAscii(c)) break;
      size_t next = pos;
      if (!IsDecoration(NextCodePoint(text, next))) break;
      pos = next;
      ++gap;
    }
    if (pos >= text.size()) break;
    if (IsAsciiDigit(text[pos])) {
      size_t stop = pos;
      while (stop < text.size() && IsAsciiDigit(text[stop])) ++stop;
      if (stop - pos > (words > 0 ? 9u : 5u)) break;
      const size_t times = stop - pos == 1 ? static_cast<size_t>(repeat) : 1;
      for (size_t i = 0; i < times; ++i) digits += text.substr(pos, stop - pos);
      repeat = 1;
      tens_open = false;
      pos = stop;
      cuts[count++] = {digits.size(), pos, words};
      continue;
    }
    size_t stop = pos;
    while (stop < text.size() && IsLetterByte(text[stop])) {
      size_t next = stop;
      const char32_t c = NextCodePoint(text, next);
      if (c >= 0x80 && IsDecoration(c)) break;
      stop = next;
    }
    if (stop == pos) break;
    const std::string_view word = text.substr(pos, stop - pos);
    if (const int times = RepeatNamed(word); times != 0) {
      repeat = times;
    } else if (EqualsIgnoringCase(word, "plus") && digits.empty()) {
      digits = "+";
    } else if (const std::string_view spelled = Spelled(word); !spelled.empty()) {
      if (tens_open && spelled.size() == 1 && spelled[0] != '0') {
        digits.back() = spelled[0];
      } else {
        for (int i = 0; i < repeat; ++i) digits += spelled;
      }
      tens_open = spelled.size() == 2 && spelled[1] == '0' && spelled[0] >= '2';
      repeat = 1;
      ++words;
      cuts[count++] = {digits.size(), stop, words};
    } else {
      break;
    }
    pos = stop;
  }
  for (size_t i = count; i-- > 0;) {
    const std::string number = digits.substr(0, cuts[i].size);
    if (number.size() < 10) break;
    if (cuts[i].words < 4 && (cuts[i].words < 1 || i + 1 < count || !IsMobile(number))) continue;
    if (IsPieceOfACode(text, cuts[i].end)) continue;
    std::string to_parse = number;
    if (number.starts_with("0092")) to_parse = "+" + number.substr(2);
    if (number.size() == 12 && number.starts_with("923")) to_parse = "+" + number;
    if (std::string e164 = ToE164(to_parse); !e164.empty())
      return FoundPhone{std::move(e164), at, cuts[i].end};
  }
  return std::nullopt;
}

// ---------------------------------------------------------------- one number

// `text[at - 1]` is a letter, a figure or a sign that glues: may a number begin here?
bool MayBegin(std::string_view text, size_t at) {
  if (at == 0) return true;
  const char before = text[at - 1];
  if (before == '#' || before == '$' || before == '_' || IsAsciiDigit(before)) return false;
  if (before == '.' && at > 1 && IsAsciiDigit(text[at - 2])) return false;
  if (IsAsciiLetter(before)) {
    size_t begin = at;
    while (begin > 0 && IsAsciiLetter(text[begin - 1]) && at - begin < 16) --begin;
    return IsCallWord(AsciiLowered(text.substr(begin, at - begin)));
  }
  if (before == '/' || before == '=' || before == '-' || before == '&' || before == ':' || before == '%' ||
      before == '?' || before == '+') {
    // Inside a link the path is no telephone, unless it is the link's whole business.
    size_t begin = at;
    while (begin > 0 && !IsWhiteSpace(text[begin - 1]) && at - begin < 256) --begin;
    const std::string token = AsciiLowered(text.substr(begin, at - begin));
    const bool link = token.find("://") != std::string::npos || token.find("www.") != std::string::npos ||
                      token.find(".com/") != std::string::npos || token.find(".pk/") != std::string::npos ||
                      token.find(".org/") != std::string::npos || token.find(".me/") != std::string::npos;
    if (link) {
      return token.ends_with("wa.me/") || token.ends_with("wa.me/+") || token.ends_with("phone=") ||
             token.ends_with("t.me/") || token.ends_with("tel:");
    }
    // A piece of a path or of a code: "abc/0301...", "AB-0301...".
    if ((before == '/' || before == '-' || before == '=') && at > 1 && IsAsciiLetter(text[at - 2])) {
      size_t word = at - 1;
      while (word > 0 && IsAsciiLetter(text[word - 1])) --word;
      if (IsCallWord(AsciiLowered(text.substr(word, at - 1 - word)))) return true;
      return before == '-' && at - 1 - word > 3;
    }
  }
  return true;
}

FoundPhone Whole(std::string_view text, size_t at, const DigitRun& run, Claim claim) {
  const std::string_view digits = run.digits;
  const bool called = claim == Claim::kNumberToCall;
  FoundPhone none{"", at, at};
  const auto hit = [&](size_t count, const std::string& to_parse,
                       bool possible = false) -> std::optional<FoundPhone> {
    if (count > digits.size()) return std::nullopt;
    // The number must end where a group ends: not in the middle of a longer run of digits.
    if (count < digits.size() && run.gap_before[count] == 0) return std::nullopt;
    if (ReadsAsSomethingElse(run, count) || IsPieceOfACode(text, run.ends[count - 1])) return std::nullopt;
    std::string e164 = ToE164(to_parse, possible);
    if (e164.empty()) return std::nullopt;
    return FoundPhone{std::move(e164), at, run.ends[count - 1]};
  };
  if (claim == Claim::kSomethingElse) return none;
  // Pakistani mobiles first: their length is fixed, so two numbers beside each other part well.
  if (digits.starts_with("03") && digits.size() >= 11) {
    if (auto found = hit(11, std::string(digits.substr(0, 11)))) return *found;
  }
  for (const std::string_view prefix : {"+92", "0092", "92"}) {
    if (!digits.starts_with(prefix)) continue;
    size_t rest = prefix.size();
    if (digits.size() > rest && digits[rest] == '0') ++rest;  // +92 (0)301
    if (digits.size() >= rest + 10 && digits[rest] == '3') {
      if (auto found = hit(rest + 10, "+92" + std::string(digits.substr(rest, 10)))) return *found;
    }
  }
  if (run.letters > 0) return none;  // letters pose in Pakistani numbers only
  if (digits.starts_with('+') || digits.starts_with("00")) {
    // "00" is how one dials abroad only where it is not the head of a longer row of noughts.
    const size_t skip = digits[0] == '+' ? 1 : 2;
    if (digits.size() <= skip || digits[skip] == '0') return none;
    if (skip == 2 && !called && (run.separators > 5 || run.gap_before[1] != 0)) return none;
    // Longest valid first, cut at group ends.
    const size_t most = std::min<size_t>(digits.size(), skip + 15);
    for (const bool possible : {false, true}) {
      if (possible && (!called || skip == 2)) break;
      for (size_t count = most; count >= skip + 6; --count) {
        if (auto found = hit(count, "+" + std::string(digits.substr(skip, count - skip)), possible))
          return *found;
      }
    }
    return none;
  }
  // 3001234567 and landlines are only numbers to call when something says so.
  if (digits.size() >= 10 && digits[0] == '3' && called) {
    if (auto found = hit(10, "0" + std::string(digits.substr(0, 10)))) return *found;
  }
  const bool grouped = run.separators > 0 && run.separators <= 3;
  if (digits.starts_with('0') && digits.size() >= 9 && (called || (grouped && digits[1] != '0'))) {
    for (size_t count = std::min<size_t>(digits.size(), 11); count >= 9; --count) {
      const auto found = hit(count, std::string(digits.substr(0, count)));
      // A dotted run is a version or an address, a run with slashes a date; a landline's code is three figures or more.
      if (!found) continue;
      const std::vector<size_t> sizes = GroupSizes(run, count);
      if (called || (text.substr(at, found->end - at).find_first_of("./_*,~'") == std::string_view::npos &&
                     sizes.size() <= 3 && sizes[0] >= 3 && sizes[0] <= 5 && sizes.back() >= 3)) {
        return *found;
      }
    }
  }
  return none;
}

}  // namespace

FoundPhone PhoneAt(std::string_view text, size_t at) {
  const char c = text[at];
  const char next = at + 1 < text.size() ? text[at + 1] : ' ';
  const bool digit = IsAsciiDigit(c) || (c == '+' && (IsAsciiDigit(next) || next == ' ' || next == '('));
  FoundPhone none{"", at, at + 1};
  const bool boundary = at == 0 || !(IsWordByte(text[at - 1]) || text[at - 1] == '@');
  if (!digit) {
    const bool posing =
        LetterAsDigit(c) == '0' && boundary && (IsAsciiDigit(next) || LetterAsDigit(next) != 0);
    if (posing) {
      const DigitRun run = ReadDigits(text, at, true);
      if (run.digits.size() - std::min(run.letters, run.digits.size()) >= 6 && MayBegin(text, at)) {
        if (FoundPhone found = Whole(text, at, run, ClaimBefore(text, at)); !found.e164.empty()) return found;
      }
    }
    if (boundary && IsLetterByte(c)) {
      if (auto spelled = SpelledPhone(text, at); spelled && ClaimBefore(text, at) != Claim::kSomethingElse)
        return *spelled;
    }
    return none;
  }
  const DigitRun run = ReadDigits(text, at, false);
  // Where nothing is found, the figures that hang together are passed over at once.
  size_t i = c == '+' ? 1 : 0;
  while (at + i < text.size() && IsAsciiDigit(text[at + i])) ++i;
  none.end = at + std::max<size_t>(i, 1);
  if (!MayBegin(text, at)) return none;
  const size_t figures = run.digits.size() - (c == '+' ? 1 : 0);
  if (figures >= 7) {
    FoundPhone found = Whole(text, at, run, ClaimBefore(text, at));
    if (!found.e164.empty()) return found;
  }
  if ((c == '0' || c == '+') && run.stop < text.size()) {
    const DigitRun posing = ReadDigits(text, at, true);
    if (posing.letters > 0 && posing.digits.size() - posing.letters >= 7) {
      FoundPhone found = Whole(text, at, posing, ClaimBefore(text, at));
      if (!found.e164.empty()) return found;
    }
  }
  if (boundary && figures <= 5) {
    if (auto spelled = SpelledPhone(text, at); spelled && ClaimBefore(text, at) != Claim::kSomethingElse)
      return *spelled;
  }
  return none;
}

std::vector<FoundPhone> FindPhones(std::string_view text, size_t max_results) {
  std::vector<FoundPhone> out;
  for (size_t at = 0; at < text.size() && out.size() < max_results;) {
    const char c = text[at];
    bool candidate = IsAsciiDigit(c) || c == '+';
    if (!candidate && (IsAsciiLetter(c) || IsNonAscii(c))) {
      // Figures as words begin behind a boundary, and with few letters: nearly every word is turned away here.
      const bool begins = at == 0 || !IsLetterByte(text[at - 1]);
      const char low = AsciiLowered(c);
      candidate = begins &&
                  (low == 'z' || low == 's' || low == 'p' || low == 'o' || low == 't' || low == 'n' ||
                   c == '\xd8' || c == '\xd9' || c == '\xda' || c == '\xe0') &&
                  (low == 'o' || kLeadStarts.MayBegin(text, at));
    }
    if (!candidate) {
      ++at;
      continue;
    }
    FoundPhone found = PhoneAt(text, at);
    at = std::max(found.end, at + 1);
    if (!found.e164.empty()) out.push_back(std::move(found));
  }
  return out;
}

std::string PhoneToE164(std::string_view text) {
  const NumeralText numerals(text.substr(0, 64));
  std::string digits;
  for (const char c : numerals.text()) {
    if (IsAsciiDigit(c) || (c == '+' && digits.empty())) digits += c;
  }
  if (digits.starts_with("0092")) digits = "+" + digits.substr(2);
  if (digits.size() == 12 && digits.starts_with("923")) digits = "+" + digits;
  if (digits.size() == 10 && digits.starts_with('3')) digits = "0" + digits;
  return digits.size() < 7 || digits.size() > 16 ? "" : ToE164(digits);
}

}  // namespace gasht
