#include "extract/identifiers.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include <phonenumbers/phonenumberutil.h>

#include "base/url.h"
#include "base/utf8.h"
#include "extract/coin_address.h"
#include "extract/pgp.h"
#include "extract/words.h"
#include "text/numerals.h"

namespace gasht {
namespace {

constexpr size_t kMaxCoinBytes = 128;
constexpr size_t kContextBytes = 48;  // how far before a value its label may stand
constexpr size_t kMaxArmourBytes = 64 << 10;
constexpr std::string_view kHomeRegion = "PK";

bool IsWordByte(char c) {
  return IsAsciiLetter(c) || IsAsciiDigit(c) || c == '_';
}
bool IsHandleByte(char c) {
  return IsWordByte(c);
}
bool IsNonAscii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

// What stands right before `at`, in lower case, on the same line.
std::string ContextBefore(std::string_view text, size_t at, size_t bytes = kContextBytes) {
  size_t begin = at > bytes ? at - bytes : 0;
  const size_t line = text.rfind('\n', at == 0 ? 0 : at - 1);
  // A label may stand on the line above its value ("WhatsApp\n0301..."), but not further.
  if (line != std::string_view::npos && line < at) {
    const size_t line_before = line == 0 ? std::string_view::npos : text.rfind('\n', line - 1);
    if (line_before != std::string_view::npos) begin = std::max(begin, line_before + 1);
  }
  return AsciiLowered(text.substr(begin, at - begin));
}

bool HasAny(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// The position right behind the last whole occurrence of `word` in `text`; npos when there is none.
size_t BehindLastWord(std::string_view text, std::string_view word) {
  for (size_t at = text.rfind(word); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : text.rfind(word, at - 1)) {
    const bool begins = at == 0 || !IsAsciiLetter(text[at - 1]);
    const size_t behind = at + word.size();
    const bool ends = behind >= text.size() || !IsAsciiLetter(text[behind]);
    if (begins && ends) return behind;
  }
  return std::string_view::npos;
}

// ---------------------------------------------------------------- phones

const i18n::phonenumbers::PhoneNumberUtil& PhoneUtil() {
  return *i18n::phonenumbers::PhoneNumberUtil::GetInstance();
}

std::string ValidE164(const std::string& digits) {
  i18n::phonenumbers::PhoneNumber number;
  const auto& util = PhoneUtil();
  if (util.Parse(digits, std::string(kHomeRegion), &number) !=
          i18n::phonenumbers::PhoneNumberUtil::NO_PARSING_ERROR ||
      !util.IsValidNumber(number)) {
    return "";
  }
  std::string out;
  util.Format(number, i18n::phonenumbers::PhoneNumberUtil::E164, &out);
  return out;
}

struct PhoneHit {
  std::string e164;
  size_t begin = 0, end = 0;
};

// Digits with what people put between them. Stops at anything else.
struct DigitRun {
  std::string digits;             // with a leading '+' when written
  std::array<size_t, 40> ends{};  // behind each character of `digits`
  size_t separators = 0;          // gaps between groups
  std::array<bool, 40> gap_before{};
};

// A character that decorates numbers: keycap marks, joiners, emoji, dashes of all kinds.
bool IsDecoration(char32_t c) {
  return c == 0xfe0f || c == 0x20e3 || (c >= 0x200b && c <= 0x200f) || c == 0x2060 || c == 0xfeff ||
         (c >= 0x2600 && c <= 0x27bf) || (c >= 0x1f300 && c <= 0x1faff) || c == 0xb7 || c == 0x2022 ||
         (c >= 0x2010 && c <= 0x2015);
}

DigitRun ReadDigits(std::string_view text, size_t at) {
  DigitRun run;
  size_t gap = 0;  // characters since the last digit
  bool gap_open = false;
  if (text[at] == '+') {
    run.digits += '+';
    run.ends[0] = ++at;
  }
  while (at < text.size() && run.digits.size() < run.ends.size() - 1) {
    const char c = text[at];
    if (IsAsciiDigit(c)) {
      run.gap_before[run.digits.size()] = gap_open;
      if (gap_open) ++run.separators;
      gap = 0;
      gap_open = false;
      run.digits += c;
      run.ends[run.digits.size() - 1] = ++at;
      continue;
    }
    if (run.digits.empty()) break;
    if (++gap > 4) break;
    gap_open = true;
    if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/' || c == '_' || c == '*') {
      ++at;
      continue;
    }
    if (!IsNonAscii(c)) break;
    size_t next = at;
    if (!IsDecoration(NextCodePoint(text, next))) break;
    if (gap > 3) break;
    at = next;
  }
  return run;
}

// "zero three zero one": a digit's name in English, Roman Urdu or Urdu.
struct DigitName {
  std::string_view word;
  char digit;
};
constexpr DigitName kDigitNames[] = {
    {"zero", '0'}, {"oh", '0'},   {"sifar", '0'}, {"sifr", '0'}, {"zeero", '0'}, {"one", '1'},
    {"ek", '1'},   {"aik", '1'},  {"two", '2'},   {"do", '2'},   {"three", '3'}, {"teen", '3'},
    {"four", '4'}, {"char", '4'}, {"chaar", '4'}, {"five", '5'}, {"panch", '5'}, {"paanch", '5'},
    {"six", '6'},  {"chay", '6'}, {"chhe", '6'},  {"che", '6'},  {"cheh", '6'},  {"seven", '7'},
    {"saat", '7'}, {"sat", '7'},  {"eight", '8'}, {"aath", '8'}, {"ath", '8'},   {"nine", '9'},
    {"nau", '9'},  {"no", '9'},   {"صفر", '0'},   {"زیرو", '0'}, {"ایک", '1'},   {"دو", '2'},
    {"تین", '3'},  {"چار", '4'},  {"پانچ", '5'},  {"چھ", '6'},   {"سات", '7'},   {"آٹھ", '8'},
    {"نو", '9'}};

char DigitNamed(std::string_view word) {
  for (const DigitName& name : kDigitNames) {
    if (name.word.size() == word.size() && EqualsIgnoringCase(name.word, word)) return name.digit;
  }
  return 0;
}

// Digits as words, also mixed with figures ("zero 3 double zero"), from `at`; absent when they are too few.
std::optional<std::pair<std::string, size_t>> SpelledDigits(std::string_view text, size_t at) {
  std::string digits;
  size_t end = at;
  int repeat = 1;
  int words = 0;
  while (at < text.size() && digits.size() < 16) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '-' || text[at] == ',' || text[at] == '.'))
      ++at;
    if (at >= text.size()) break;
    if (IsAsciiDigit(text[at])) {
      size_t stop = at;
      while (stop < text.size() && IsAsciiDigit(text[stop])) ++stop;
      if (stop - at > 4) break;
      digits += text.substr(at, stop - at);
      at = end = stop;
      continue;
    }
    size_t stop = at;
    while (stop < text.size() && (IsAsciiLetter(text[stop]) || IsNonAscii(text[stop]))) ++stop;
    const std::string_view word = text.substr(at, stop - at);
    if (EqualsIgnoringCase(word, "double") || EqualsIgnoringCase(word, "dabal")) {
      repeat = 2;
    } else if (EqualsIgnoringCase(word, "triple") || EqualsIgnoringCase(word, "tripal")) {
      repeat = 3;
    } else if (EqualsIgnoringCase(word, "plus") && digits.empty()) {
      digits = "+";
    } else if (const char digit = DigitNamed(word); digit != 0) {
      digits.append(static_cast<size_t>(repeat), digit);
      repeat = 1;
      ++words;
      end = stop;
    } else {
      break;
    }
    if (stop == at) break;
    at = stop;
  }
  if (words < 4 || digits.size() < 10) return std::nullopt;
  return std::make_pair(digits, end);
}

// The number that begins at `at` of a numeral text, if one does.
std::optional<PhoneHit> PhoneAt(std::string_view text, size_t at) {
  const DigitRun run = ReadDigits(text, at);
  std::string_view digits = run.digits;
  const auto hit = [&](size_t count, const std::string& to_parse) -> std::optional<PhoneHit> {
    if (count > digits.size()) return std::nullopt;
    // The number must end where a group ends: not in the middle of a longer run of digits.
    if (count < digits.size() && !run.gap_before[count]) return std::nullopt;
    std::string e164 = ValidE164(to_parse);
    if (e164.empty()) return std::nullopt;
    return PhoneHit{std::move(e164), at, run.ends[count - 1]};
  };
  // Pakistani mobiles first: their length is fixed, so two numbers beside each other part well.
  if (digits.starts_with("03") && digits.size() >= 11) {
    if (auto found = hit(11, std::string(digits.substr(0, 11)))) return found;
  }
  for (const std::string_view prefix : {"+92", "0092", "92"}) {
    if (!digits.starts_with(prefix)) continue;
    size_t rest = prefix.size();
    if (digits.size() > rest && digits[rest] == '0') ++rest;  // +92 (0)301
    if (digits.size() >= rest + 10 && digits[rest] == '3') {
      if (auto found = hit(rest + 10, "+92" + std::string(digits.substr(rest, 10)))) return found;
    }
  }
  const std::string before = ContextBefore(text, at);
  const bool called =
      HasAny(before, {"phone",   "call", "tel",    "mob",  "cell", "contact", "whatsapp",  "whats app",
                      "watsapp", "wa:",  "number", "num",  "sms",  "viber",   "signal",    "imo",
                      "رابطہ",   "فون",  "موبائل", "واٹس", "نمبر", "rabta",   "easypaisa", "jazzcash"});
  if (digits.starts_with('+') || digits.starts_with("00")) {
    // Longest valid first, cut at group ends.
    const size_t skip = digits[0] == '+' ? 1 : 2;
    const size_t most = std::min<size_t>(digits.size(), skip + 15);
    for (size_t count = most; count >= skip + 8; --count) {
      if (auto found = hit(count, "+" + std::string(digits.substr(skip, count - skip)))) return found;
    }
    return std::nullopt;
  }
  // 3001234567 and landlines are only numbers to call when something says so.
  if (digits.size() >= 10 && digits[0] == '3' && called) {
    if (auto found = hit(10, "0" + std::string(digits.substr(0, 10)))) return found;
  }
  const bool grouped = run.separators > 0 && run.separators <= 3;
  if (digits.starts_with('0') && digits.size() >= 9 && (called || (grouped && digits[1] != '0'))) {
    for (size_t count = std::min<size_t>(digits.size(), 11); count >= 9; --count) {
      const auto found = hit(count, std::string(digits.substr(0, count)));
      // A dotted run is a version or an address, a run with slashes a date.
      if (found &&
          (called || text.substr(at, found->end - at).find_first_of("./_*") == std::string_view::npos)) {
        return found;
      }
    }
  }
  return std::nullopt;
}

// ---------------------------------------------------------------- the search

class Finder {
 public:
  Finder(std::string_view text, const IdentifierOptions& options) : text_(text), options_(options) {}

  std::vector<Identifier> Run() {
    PgpBlocks();
    Words();
    Phones();
    LabelledHandles();
    std::stable_sort(out_.begin(), out_.end(),
                     [](const Identifier& a, const Identifier& b) { return a.span.begin < b.span.begin; });
    std::set<std::pair<IdentifierKind, std::string>> seen;
    std::vector<Identifier> unique;
    for (Identifier& id : out_) {
      if (unique.size() >= options_.max_results) break;
      if (options_.keep_repeats || seen.emplace(id.kind, id.value).second) unique.push_back(std::move(id));
    }
    return unique;
  }

 private:
  void Add(IdentifierKind kind, std::string value, IdentifierCheck check, size_t begin, size_t end) {
    if (out_.size() >= 4 * options_.max_results) return;
    Identifier& id = out_.emplace_back();
    id.kind = kind;
    id.value = std::move(value);
    id.check = check;
    id.field = options_.field;
    id.span = {begin, end};
  }

  void PgpBlocks() {
    constexpr std::string_view kBegin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
    constexpr std::string_view kEnd = "-----END PGP PUBLIC KEY BLOCK-----";
    for (size_t at = text_.find(kBegin); at != std::string_view::npos;
         at = text_.find(kBegin, at + kBegin.size())) {
      const std::string_view rest = text_.substr(at, kMaxArmourBytes);
      const size_t stop = rest.find(kEnd);
      const size_t end = stop == std::string_view::npos ? rest.size() : stop + kEnd.size();
      blocks_.push_back({at, at + end});
      if (auto fingerprint = PgpFingerprint(rest.substr(0, end))) {
        Add(IdentifierKind::kPgpFingerprint, *fingerprint, IdentifierCheck::kPassed, at, at + end);
      }
      at += end > kBegin.size() ? end - kBegin.size() : 0;
    }
    // Signed and encrypted texts are full of base64 that looks like addresses.
    for (const std::string_view begin : {"-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----"}) {
      for (size_t at = text_.find(begin); at != std::string_view::npos;
           at = text_.find(begin, at + begin.size())) {
        const size_t end = text_.find("-----END PGP", at);
        blocks_.push_back(
            {at, end == std::string_view::npos ? std::min(text_.size(), at + kMaxArmourBytes) : end});
      }
    }
    std::sort(blocks_.begin(), blocks_.end(), [](Span a, Span b) { return a.begin < b.begin; });
  }

  // Where the block that covers `at` ends; `at` itself when none does.
  size_t BehindBlock(size_t at) {
    while (block_ < blocks_.size() && blocks_[block_].end <= at) ++block_;
    return block_ < blocks_.size() && blocks_[block_].begin <= at ? blocks_[block_].end : at;
  }

  // One pass over runs of word characters and over '@'.
  void Words() {
    block_ = 0;
    for (size_t at = 0; at < text_.size();) {
      if (const size_t behind = BehindBlock(at); behind > at) {
        at = behind;
        continue;
      }
      const char c = text_[at];
      if (c == '@') {
        At(at);
        ++at;
        continue;
      }
      if (!IsAsciiLetter(c) && !IsAsciiDigit(c)) {
        ++at;
        continue;
      }
      size_t end = at;
      while (end < text_.size() && (IsAsciiLetter(text_[end]) || IsAsciiDigit(text_[end]))) ++end;
      Word(at, end);
      at = end;
    }
  }

  void Word(size_t begin, size_t end) {
    const size_t size = end - begin;
    const std::string_view word = text_.substr(begin, size);
    if (size >= 25 && size <= kMaxCoinBytes) LongWord(begin, end, word);
    const char next = end < text_.size() ? text_[end] : '\0';
    if (next == '.' || next == ':') UrlAt(begin, end, word);
    if (size <= 24 && next != '\0') DisguisedMail(begin, end, word);
    // Grouped key fingerprints: "ABCD 1234 ..." ten times.
    if (size == 4 && (begin == 0 || !IsWordByte(text_[begin - 1]))) GroupedFingerprint(begin);
    // IBAN: two letters, two digits, then groups.
    if (size >= 4 && IsAsciiLetter(word[0]) && IsAsciiLetter(word[1]) && IsAsciiDigit(word[2]) &&
        IsAsciiDigit(word[3])) {
      Iban(begin);
    }
    if (size == 5 && next == '-') Cnic(begin);
  }

  void LongWord(size_t begin, size_t end, std::string_view word) {
    if (begin > 0 && (text_[begin - 1] == '/' || text_[begin - 1] == '=' || text_[begin - 1] == '_' ||
                      text_[begin - 1] == '%')) {
      // A piece of a path is an address only in "bitcoin:" and explorer links, which carry their own proof.
      const auto address = ReadCoinAddress(word);
      if (!address || address->check != IdentifierCheck::kPassed) {
        if (word.size() != 56) return;
      }
    }
    if (word.size() == 56 && text_.substr(end).starts_with(".onion")) {
      const std::string host = AsciiLowered(word) + ".onion";
      const bool good = CheckOnion(host) == OnionCheck::kValid;
      Add(IdentifierKind::kOnion, host, good ? IdentifierCheck::kPassed : IdentifierCheck::kFailed, begin,
          end + 6);
      return;
    }
    const bool is_hex = std::all_of(word.begin(), word.end(), [](char c) {
      return IsAsciiDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    if (is_hex && word.size() == 66 && word.starts_with("05")) {
      Add(IdentifierKind::kSession, AsciiLowered(word), IdentifierCheck::kNone, begin, end);
      return;
    }
    if (is_hex && word.size() == 40) {
      const std::string before = ContextBefore(text_, begin);
      if (HasAny(before, {"fingerprint", "pgp", "gpg", "key"})) {
        std::string value(word);
        for (char& c : value) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c;
        Add(IdentifierKind::kPgpFingerprint, value, IdentifierCheck::kNone, begin, end);
      }
      return;
    }
    // "bitcoincash:q..."
    size_t from = begin;
    if (begin >= 12 && AsciiLowered(text_.substr(begin - 12, 12)) == "bitcoincash:") from = begin - 12;
    const auto address = ReadCoinAddress(text_.substr(from, end - from));
    if (!address || !address->mainnet) return;
    if (address->check == IdentifierCheck::kFailed) {
      // Only what claims to be an address is worth the name of a failed one.
      const std::string before = ContextBefore(text_, begin);
      const bool claims = HasAny(before, {"btc", "bitcoin", "address", "wallet", "xmr", "monero", "ltc",
                                          "litecoin", "eth", "usdt", "trx", "tron", "doge", "pay", "send"}) ||
                          word.starts_with("bc1") || word.starts_with("0x") || word.size() >= 90;
      if (!claims) return;
    }
    IdentifierKind kind = address->kind;
    if (kind == IdentifierKind::kTrx || kind == IdentifierKind::kEth) {
      const std::string before = ContextBefore(text_, begin);
      const std::string after = AsciiLowered(text_.substr(end, 24));
      if (HasAny(before, {"usdt", "tether", "trc20", "trc-20", "erc20"}) ||
          HasAny(after, {"usdt", "trc20", "trc-20"})) {
        kind = IdentifierKind::kUsdt;
      }
    }
    Add(kind, address->value, address->check, from, end);
  }

  // "t.me/name", "https://...": `begin`..`end` is the first word, before '.' or ':'.
  void UrlAt(size_t begin, size_t end, std::string_view word) {
    size_t from = begin;
    const std::string_view rest = text_.substr(begin);
    const bool scheme = rest.starts_with("http://") || rest.starts_with("https://");
    constexpr std::string_view kHosts[] = {"t",         "telegram", "wa",  "chat",    "api",      "www",
                                           "instagram", "facebook", "fb",  "m",       "snapchat", "tiktok",
                                           "signal",    "threema",  "web", "instagr", "vm"};
    const std::string lower = AsciiLowered(word);
    const bool known = std::find(std::begin(kHosts), std::end(kHosts), lower) != std::end(kHosts);
    if (!scheme && !known) return;
    if (begin > 0 && (IsWordByte(text_[begin - 1]) || text_[begin - 1] == '.' || text_[begin - 1] == '/' ||
                      text_[begin - 1] == '@')) {
      return;
    }
    size_t stop = end;
    while (stop < text_.size() && !IsWhiteSpace(text_[stop]) &&
           std::strchr("<>\"'|)]},", text_[stop]) == nullptr && stop - begin < 512 &&
           !IsNonAscii(text_[stop])) {
      ++stop;
    }
    while (stop > end && std::strchr(".,;:!?*", text_[stop - 1]) != nullptr) --stop;
    for (Identifier& id : IdentifiersOfUrl(text_.substr(from, stop - from), options_)) {
      id.span = {from, stop};
      out_.push_back(std::move(id));
    }
  }

  // At '@': an e-mail address or a handle.
  void At(size_t at) {
    size_t begin = at;
    while (begin > 0 && at - begin < 64 &&
           (IsWordByte(text_[begin - 1]) || std::strchr(".%+-", text_[begin - 1]) != nullptr)) {
      --begin;
    }
    while (begin < at && std::strchr(".%+-", text_[begin]) != nullptr) ++begin;
    size_t end = at + 1;
    while (
        end < text_.size() && end - at < 255 &&
        (IsAsciiLetter(text_[end]) || IsAsciiDigit(text_[end]) || text_[end] == '-' || text_[end] == '.')) {
      ++end;
    }
    while (end > at + 1 && (text_[end - 1] == '.' || text_[end - 1] == '-')) --end;
    const std::string_view domain = text_.substr(at + 1, end - at - 1);
    if (begin < at && IsMailDomain(domain)) {
      Add(IdentifierKind::kEmail, AsciiLowered(text_.substr(begin, end - begin)), IdentifierCheck::kNone,
          begin, end);
      return;
    }
    if (begin < at || (at > 0 && (IsWordByte(text_[at - 1]) || text_[at - 1] == '/'))) return;
    size_t stop = at + 1;
    while (stop < text_.size() &&
           (IsHandleByte(text_[stop]) ||
            (text_[stop] == '.' && stop + 1 < text_.size() && IsHandleByte(text_[stop + 1])))) {
      ++stop;
    }
    Handle(at, at + 1, stop);
  }

  static bool IsMailDomain(std::string_view domain) {
    const size_t dot = domain.rfind('.');
    if (dot == std::string_view::npos || dot == 0 || domain.size() - dot < 3 || domain.size() > 253)
      return false;
    const std::string tld = AsciiLowered(domain.substr(dot + 1));
    for (const char c : tld) {
      if (!IsAsciiLetter(c)) return false;
    }
    for (const std::string_view file : {"png", "jpg", "jpeg", "gif", "webp", "svg", "css", "html", "php"}) {
      if (tld == file) return false;
    }
    return domain.find("..") == std::string_view::npos;
  }

  // "name [at] mail [dot] com", "name(at)gmail.com": `word` is the local part.
  void DisguisedMail(size_t begin, size_t end, std::string_view word) {
    if (text_[end] != ' ' && text_[end] != '[' && text_[end] != '(' && text_[end] != '{' && text_[end] != '<')
      return;
    size_t pos = end;
    const auto sign = [&](std::string_view name, bool bracket_needed) {
      size_t p = pos;
      while (p < text_.size() && text_[p] == ' ') ++p;
      const bool bracket = p < text_.size() && std::strchr("[({<", text_[p]) != nullptr;
      if (bracket) ++p;
      if (bracket_needed && !bracket) return false;
      while (p < text_.size() && text_[p] == ' ') ++p;
      if (!EqualsIgnoringCase(text_.substr(p, name.size()), name)) return false;
      p += name.size();
      while (p < text_.size() && text_[p] == ' ') ++p;
      if (bracket) {
        if (p >= text_.size() || std::strchr("])}>", text_[p]) == nullptr) return false;
        ++p;
      } else if (p == pos + name.size()) {
        return false;
      }
      while (p < text_.size() && text_[p] == ' ') ++p;
      pos = p;
      return true;
    };
    bool bracketed = true;
    if (!sign("at", true) && !sign("@", true)) {
      // Without brackets only when "dot" is spelled out as well.
      if (!sign("at", false)) return;
      bracketed = false;
    }
    std::string domain;
    bool spelled_dot = false;
    for (int labels = 0; labels < 5; ++labels) {
      const size_t label = pos;
      while (pos < text_.size() &&
             (IsAsciiLetter(text_[pos]) || IsAsciiDigit(text_[pos]) || text_[pos] == '-'))
        ++pos;
      if (pos == label) break;
      domain += text_.substr(label, pos - label);
      const size_t behind = pos;
      if (pos < text_.size() && text_[pos] == '.' && pos + 1 < text_.size() &&
          IsAsciiLetter(text_[pos + 1])) {
        ++pos;
        domain += '.';
      } else if (sign("dot", false) || sign("dot", true) || sign(".", true)) {
        spelled_dot = true;
        domain += '.';
      } else {
        pos = behind;
        break;
      }
    }
    if (!IsMailDomain(domain) || (!bracketed && !spelled_dot)) return;
    size_t local = begin;
    while (local > 0 && (IsWordByte(text_[local - 1]) || text_[local - 1] == '.')) --local;
    (void)word;
    Add(IdentifierKind::kEmail, AsciiLowered(text_.substr(local, end - local)) + "@" + AsciiLowered(domain),
        IdentifierCheck::kNone, local, pos);
  }

  struct Label {
    std::string_view word;
    IdentifierKind kind;
    size_t min_size, max_size;
    bool bare;  // the name may stand without '@' behind "word:"
  };
  static constexpr Label kLabels[] = {
      {"telegram", IdentifierKind::kTelegram, 5, 32, true},
      {"tele", IdentifierKind::kTelegram, 5, 32, true},
      {"tg", IdentifierKind::kTelegram, 5, 32, true},
      {"ٹیلیگرام", IdentifierKind::kTelegram, 5, 32, true},
      {"wickr", IdentifierKind::kWickr, 3, 32, true},
      {"wickr me", IdentifierKind::kWickr, 3, 32, true},
      {"wickrme", IdentifierKind::kWickr, 3, 32, true},
      {"instagram", IdentifierKind::kInstagram, 3, 30, true},
      {"insta", IdentifierKind::kInstagram, 3, 30, true},
      {"ig", IdentifierKind::kInstagram, 3, 30, true},
      {"snapchat", IdentifierKind::kSnapchat, 3, 15, true},
      {"snap", IdentifierKind::kSnapchat, 3, 15, true},
      {"tiktok", IdentifierKind::kTiktok, 2, 24, true},
      {"tik tok", IdentifierKind::kTiktok, 2, 24, true},
      {"wire", IdentifierKind::kWire, 3, 32, true},
      {"threema", IdentifierKind::kThreema, 8, 8, true},
      {"facebook", IdentifierKind::kFacebook, 5, 50, true},
      {"fb", IdentifierKind::kFacebook, 5, 50, true},
      {"signal", IdentifierKind::kSignal, 3, 32, true},
  };

  // "@name": whose, by the label before it; on Telegram without one it is Telegram's.
  void Handle(size_t at, size_t begin, size_t end) {
    const std::string_view name = text_.substr(begin, end - begin);
    if (name.size() < 2 || name.size() > 50) return;
    const std::string before = ContextBefore(text_, at, 32);
    const Label* best = nullptr;
    size_t best_at = 0;
    for (const Label& label : kLabels) {
      const size_t behind = BehindLastWord(before, label.word);
      if (behind == std::string_view::npos || (best != nullptr && behind < best_at)) continue;
      best = &label;
      best_at = behind;
    }
    if (best != nullptr && name.size() >= best->min_size && name.size() <= best->max_size) {
      AddHandle(best->kind, name, at, end);
      return;
    }
    const bool telegram_name = name.size() >= 5 && name.size() <= 32 && IsAsciiLetter(name[0]) &&
                               name.find('.') == std::string_view::npos;
    const bool after_contact = HasAny(before, {"contact", "dm", "order", "message", "msg", "rabta", "inbox"});
    if (telegram_name &&
        (options_.source_kind == SourceKind::kTelegramChannel || (best == nullptr && after_contact))) {
      AddHandle(IdentifierKind::kTelegram, name, at, end);
    }
  }

  void AddHandle(IdentifierKind kind, std::string_view name, size_t begin, size_t end) {
    std::string value = AsciiLowered(name);
    if (kind == IdentifierKind::kThreema) {
      value = std::string(name);
      for (char& c : value) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    }
    Add(kind, std::move(value), IdentifierCheck::kNone, begin, end);
  }

  // By the first two letters: all but a few words are turned away here.
  static bool MayBeginLabel(std::string_view text) {
    if (text.size() < 2) return false;
    const char a = AsciiLowered(text[0]), b = AsciiLowered(text[1]);
    switch (a) {
      case 't':
        return b == 'e' || b == 'g' || b == 'i' || b == 'h';
      case 'w':
        return b == 'i';
      case 'i':
        return b == 'n' || b == 'g';
      case 's':
        return b == 'n' || b == 'i';
      case 'f':
        return b == 'a' || b == 'b';
      case '\xd9':
        return true;
      default:
        return false;
    }
  }

  // "Wickr: name", "tg - name": labels with a bare name behind.
  void LabelledHandles() {
    for (size_t at = 0; at < text_.size(); ++at) {
      if (at > 0 && IsWordByte(text_[at - 1])) continue;
      if (!MayBeginLabel(text_.substr(at))) continue;
      for (const Label& label : kLabels) {
        if (AsciiLowered(text_[at]) != label.word[0] ||
            !EqualsIgnoringCase(text_.substr(at, label.word.size()), label.word)) {
          continue;
        }
        size_t pos = at + label.word.size();
        if (pos < text_.size() && IsAsciiLetter(text_[pos])) continue;
        // "id", "handle", "username" and a colon, dash or equals sign in between; the sign is needed.
        bool sign = false;
        for (size_t steps = 0; pos < text_.size() && steps < 24; ++steps) {
          const char c = text_[pos];
          if (c == ':' || c == '=' || c == '-' || c == '>') {
            sign = true;
            ++pos;
          } else if (c == ' ' || c == '\n') {
            ++pos;
          } else if (!sign && (StartsWithWord(pos, "id") || StartsWithWord(pos, "me") ||
                               StartsWithWord(pos, "is") || StartsWithWord(pos, "handle") ||
                               StartsWithWord(pos, "username") || StartsWithWord(pos, "user") ||
                               StartsWithWord(pos, "name") || StartsWithWord(pos, "account"))) {
            while (pos < text_.size() && IsAsciiLetter(text_[pos])) ++pos;
          } else {
            break;
          }
        }
        if (!sign || pos >= text_.size()) break;
        size_t end = pos;
        while (end < text_.size() &&
               (IsHandleByte(text_[end]) || ((text_[end] == '.' || text_[end] == '-') &&
                                             end + 1 < text_.size() && IsWordByte(text_[end + 1])))) {
          ++end;
        }
        const std::string_view name = text_.substr(pos, end - pos);
        // A number is a phone, a link was read already, a word with a space behind a dash is prose.
        const bool digits_only =
            std::all_of(name.begin(), name.end(), [](char c) { return IsAsciiDigit(c); });
        const bool next_is_url = end < text_.size() && (text_[end] == '/' || text_[end] == ':');
        if (name.size() >= label.min_size && name.size() <= label.max_size && !digits_only && !next_is_url &&
            !name.starts_with("http") && name.find(".com") == std::string_view::npos &&
            !IsOrdinaryWord(name)) {
          AddHandle(label.kind, name, pos, end);
        }
        break;
      }
    }
  }

  bool StartsWithWord(size_t pos, std::string_view word) const {
    return EqualsIgnoringCase(text_.substr(pos, word.size()), word) &&
           (pos + word.size() >= text_.size() || !IsAsciiLetter(text_[pos + word.size()]));
  }

  static bool IsOrdinaryWord(std::string_view name) {
    for (const std::string_view word :
         {"telegram",  "whatsapp", "signal",  "wickr",    "channel", "group",   "only",    "available",
          "contact",   "email",    "message", "please",   "click",   "here",    "link",    "below",
          "login",     "share",    "follow",  "official", "page",    "none",    "privacy", "support",
          "instagram", "facebook", "twitter", "youtube",  "tiktok",  "snapchat"}) {
      if (EqualsIgnoringCase(name, word)) return true;
    }
    return false;
  }

  void GroupedFingerprint(size_t begin) {
    std::string value;
    size_t at = begin;
    while (value.size() < 40 && at < text_.size()) {
      size_t digits = 0;
      while (at < text_.size() && digits < 5) {
        const char c = text_[at];
        const bool hex = IsAsciiDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!hex) break;
        value += c >= 'a' ? static_cast<char>(c - 32) : c;
        ++digits;
        ++at;
      }
      if (digits != 4) return;
      if (value.size() == 40) break;
      const size_t gap = at;
      while (at < text_.size() && text_[at] == ' ') ++at;
      if (at == gap || at - gap > 2) return;
    }
    if (value.size() != 40) return;
    if (std::all_of(value.begin(), value.end(), [](char c) { return IsAsciiDigit(c); })) return;
    Add(IdentifierKind::kPgpFingerprint, value, IdentifierCheck::kNone, begin, at);
  }

  void Iban(size_t begin) {
    // https://www.swift.com/standards/data-standards/iban: length by country.
    struct Country {
      std::string_view code;
      size_t size;
    };
    constexpr Country kCountries[] = {{"PK", 24}, {"AE", 23}, {"SA", 24}, {"QA", 29}, {"KW", 30}, {"BH", 22},
                                      {"GB", 22}, {"DE", 22}, {"FR", 27}, {"NL", 18}, {"BE", 16}, {"ES", 24},
                                      {"IT", 27}, {"PT", 25}, {"AT", 20}, {"CH", 21}, {"PL", 28}, {"CZ", 24},
                                      {"SK", 24}, {"HU", 28}, {"RO", 24}, {"BG", 22}, {"GR", 27}, {"SE", 24},
                                      {"DK", 18}, {"NO", 15}, {"FI", 18}, {"IE", 22}, {"LT", 20}, {"LV", 21},
                                      {"EE", 20}, {"UA", 29}, {"TR", 26}, {"IL", 23}, {"JO", 30}, {"LU", 20}};
    const std::string_view rest = text_.substr(begin);
    for (const Country& country : kCountries) {
      if (rest.size() < country.size || AsciiLowered(rest[0]) != AsciiLowered(country.code[0]) ||
          AsciiLowered(rest[1]) != AsciiLowered(country.code[1])) {
        continue;
      }
      std::string value;
      size_t at = 0;
      while (at < rest.size() && value.size() < country.size) {
        const char c = rest[at];
        if (IsAsciiLetter(c) || IsAsciiDigit(c)) {
          value += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        } else if (c != ' ' && c != '-') {
          break;
        }
        ++at;
      }
      if (value.size() != country.size) return;
      if (at < rest.size() && (IsAsciiLetter(rest[at]) || IsAsciiDigit(rest[at]))) return;
      int remainder = 0;
      const std::string turned = value.substr(4) + value.substr(0, 4);
      for (const char c : turned) {
        if (IsAsciiDigit(c)) {
          remainder = (remainder * 10 + (c - '0')) % 97;
        } else {
          remainder = (remainder * 100 + (c - 'A' + 10)) % 97;
        }
      }
      const bool claimed = ContextBefore(text_, begin).find("iban") != std::string::npos;
      if (remainder == 1) {
        Add(IdentifierKind::kIban, value, IdentifierCheck::kPassed, begin, begin + at);
      } else if (claimed) {
        Add(IdentifierKind::kIban, value, IdentifierCheck::kFailed, begin, begin + at);
      }
      return;
    }
  }

  // 12345-1234567-1, shown as 12345-*******-1: who it is stays out of what leaves the house.
  void Cnic(size_t begin) {
    const std::string_view rest = text_.substr(begin, 15);
    if (rest.size() < 15 || rest[13] != '-') return;
    for (size_t i = 0; i < 15; ++i) {
      if (i != 5 && i != 13 && !IsAsciiDigit(rest[i])) return;
    }
    if (begin + 15 < text_.size() && IsAsciiDigit(text_[begin + 15])) return;
    if (rest[0] == '0' || rest[0] > '8') return;  // the first digit is the province
    Add(IdentifierKind::kCnic, std::string(rest.substr(0, 5)) + "-*******-" + rest[14],
        IdentifierCheck::kNone, begin, begin + 15);
  }

  void Phones() {
    const NumeralText numerals(text_);
    const std::string_view text = numerals.text();
    block_ = 0;
    for (size_t at = 0; at < text.size();) {
      const size_t original = numerals.Original(at);
      if (const size_t behind = BehindBlock(original); behind > original) {
        at += behind - original;
        continue;
      }
      const char c = text[at];
      const bool starts = IsAsciiDigit(c) || (c == '+' && at + 1 < text.size() && IsAsciiDigit(text[at + 1]));
      if (!starts) {
        // Digits as words: only behind a boundary and only at words that name one.
        if ((IsAsciiLetter(c) || IsNonAscii(c)) &&
            (at == 0 || text[at - 1] == ' ' || text[at - 1] == ':' || text[at - 1] == '\n') &&
            (AsciiLowered(c) == 'z' || AsciiLowered(c) == 's' || AsciiLowered(c) == 'p' ||
             AsciiLowered(c) == 'o' || c == '\xd8')) {
          if (const auto spelled = SpelledDigits(text, at)) {
            if (std::string e164 = ValidE164(spelled->first); !e164.empty()) {
              AddPhone({e164, at, spelled->second}, numerals, text);
              at = spelled->second;
              continue;
            }
          }
        }
        ++at;
        continue;
      }
      const bool glued = at > 0 && (IsWordByte(text[at - 1]) || text[at - 1] == '/' || text[at - 1] == '#' ||
                                    text[at - 1] == '$');
      std::optional<PhoneHit> hit;
      if (!glued || text[at - 1] == '/') hit = PhoneAt(text, at);
      if (hit && glued && text.substr(at > 6 ? at - 6 : 0, 6).find("me/") == std::string_view::npos &&
          at >= 2 && IsWordByte(text[at - 2]) && !IsAsciiDigit(text[at - 2])) {
        hit.reset();  // a piece of a path
      }
      if (hit) {
        AddPhone(*hit, numerals, text);
        at = std::max(hit->end, at + 1);
        continue;
      }
      while (at < text.size() && (IsAsciiDigit(text[at]) || text[at] == '+')) ++at;
    }
  }

  void AddPhone(const PhoneHit& hit, const NumeralText& numerals, std::string_view text) {
    const size_t begin = numerals.Original(hit.begin), end = numerals.Original(hit.end);
    Add(IdentifierKind::kPhone, hit.e164, IdentifierCheck::kNone, begin, end);
    // What else the number is: the nearest label before it, or right behind it in brackets.
    const std::string before = ContextBefore(text, hit.begin);
    const std::string after = AsciiLowered(text.substr(hit.end, 24));
    struct Use {
      IdentifierKind kind;
      std::initializer_list<std::string_view> words;
    };
    const Use uses[] = {
        {IdentifierKind::kWhatsapp,
         {"whatsapp", "whats app", "watsapp", "whatsap", "wattsapp", "whtsapp", "wa.me", "wa:", "واٹس ایپ",
          "واٹساپ", "وٹس ایپ", "واٹس اپ"}},
        {IdentifierKind::kEasypaisa, {"easypaisa", "easy paisa", "easypesa", "ایزی پیسہ"}},
        {IdentifierKind::kJazzcash, {"jazzcash", "jazz cash", "jaz cash", "mobicash", "جاز کیش", "جیز کیش"}},
        {IdentifierKind::kRaast, {"raast", "راست"}},
        {IdentifierKind::kSignal, {"signal"}},
    };
    for (const Use& use : uses) {
      size_t nearest = std::string::npos;
      for (const std::string_view word : use.words) {
        const size_t at = before.rfind(word);
        if (at != std::string::npos) nearest = nearest == std::string::npos ? at : std::max(nearest, at);
      }
      // Another number in between means the label was that one's.
      bool labelled = nearest != std::string::npos &&
                      std::count_if(before.begin() + static_cast<std::ptrdiff_t>(nearest), before.end(),
                                    [](char c) { return IsAsciiDigit(c); }) < 7;
      if (!labelled && HasAny(after, use.words)) {
        const size_t at = after.find_first_of("abcdefghijklmnopqrstuvwxyz\xd9\xd8");
        labelled = at != std::string::npos && HasAny(after.substr(at, 10), use.words) &&
                   after.find('\n') == std::string::npos;
      }
      if (labelled) Add(use.kind, hit.e164, IdentifierCheck::kNone, begin, end);
    }
  }

  const std::string_view text_;
  const IdentifierOptions& options_;
  std::vector<Identifier> out_;
  std::vector<Span> blocks_;
  size_t block_ = 0;
};

bool IsReservedTelegram(std::string_view name) {
  for (const std::string_view word :
       {"share", "addstickers", "addemoji", "iv",           "proxy",   "socks", "joinchat",
        "login", "setlanguage", "bg",       "confirmphone", "invoice", "boost", "addtheme",
        "c",     "addlist",     "embed",    "dl",           "apps",    "faq",   "privacy"}) {
    if (name == word) return true;
  }
  return false;
}

std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto hex = [](char c) {
        c = AsciiLowered(c);
        return IsAsciiDigit(c) ? c - '0' : (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
      };
      const int high = hex(text[i + 1]), low = hex(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

// "key=value" in a query.
std::string QueryValue(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const size_t end = std::min(query.size(), query.find('&'));
    const std::string_view pair = query.substr(0, end);
    if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') {
      return PercentDecoded(pair.substr(key.size() + 1));
    }
    query.remove_prefix(std::min(query.size(), end + 1));
  }
  return "";
}

}  // namespace

std::string PhoneToE164(std::string_view text) {
  const NumeralText numerals(text.substr(0, 64));
  std::string digits;
  for (const char c : numerals.text()) {
    if (IsAsciiDigit(c) || (c == '+' && digits.empty())) digits += c;
  }
  if (digits.starts_with("0092")) digits = "+" + digits.substr(2);
  if (digits.size() == 12 && digits.starts_with("923")) digits = "+" + digits;
  if (digits.size() == 10 && digits.starts_with('3')) digits = "0" + digits;
  return digits.size() < 7 || digits.size() > 16 ? "" : ValidE164(digits);
}

std::vector<Identifier> FindIdentifiers(std::string_view text, const IdentifierOptions& options) {
  return Finder(text, options).Run();
}

std::vector<Identifier> IdentifiersOfUrl(std::string_view url, const IdentifierOptions& options) {
  std::vector<Identifier> out;
  const auto add = [&](IdentifierKind kind, std::string value,
                       IdentifierCheck check = IdentifierCheck::kNone) {
    if (value.empty()) return;
    Identifier& id = out.emplace_back();
    id.kind = kind;
    id.value = std::move(value);
    id.check = check;
    id.field = options.field;
    id.span = {0, url.size()};
  };
  std::string_view rest = url;
  const auto scheme_is = [&](std::string_view scheme) {
    if (!EqualsIgnoringCase(rest.substr(0, scheme.size()), scheme)) return false;
    rest.remove_prefix(scheme.size());
    return true;
  };
  if (scheme_is("mailto:")) {
    const std::string mail = PercentDecoded(rest.substr(0, rest.find('?')));
    IdentifierOptions inner = options;
    for (const Identifier& id : FindIdentifiers(mail, inner)) {
      if (id.kind == IdentifierKind::kEmail) add(id.kind, id.value);
    }
    return out;
  }
  if (scheme_is("tel:") || scheme_is("sms:") || scheme_is("callto:")) {
    add(IdentifierKind::kPhone, PhoneToE164(PercentDecoded(rest)));
    return out;
  }
  if (scheme_is("whatsapp:")) {
    const std::string phone =
        PhoneToE164("+" + QueryValue(rest.substr(std::min(rest.size(), rest.find('?') + 1)), "phone"));
    add(IdentifierKind::kWhatsapp, phone);
    return out;
  }
  if (scheme_is("tg:")) {
    const size_t question = rest.find('?');
    if (question != std::string_view::npos) {
      add(IdentifierKind::kTelegram, AsciiLowered(QueryValue(rest.substr(question + 1), "domain")));
    }
    return out;
  }
  for (const std::string_view coin :
       {"bitcoin:", "litecoin:", "monero:", "ethereum:", "dogecoin:", "bitcoincash:"}) {
    std::string_view body = rest;
    if (!EqualsIgnoringCase(body.substr(0, coin.size()), coin)) continue;
    if (coin != "bitcoincash:") body.remove_prefix(coin.size());
    body = body.substr(0, body.find('?'));
    if (const auto address = ReadCoinAddress(body); address && address->mainnet) {
      add(address->kind, address->value, address->check);
    }
    return out;
  }
  const bool has_scheme = scheme_is("https://") || scheme_is("http://");
  (void)has_scheme;
  const size_t host_end = std::min(rest.size(), rest.find_first_of("/?#"));
  std::string host = AsciiLowered(rest.substr(0, host_end));
  if (host.starts_with("www.")) host.erase(0, 4);
  std::string_view path_and_query = rest.substr(host_end);
  const size_t question = path_and_query.find('?');
  const std::string_view query =
      question == std::string_view::npos ? "" : path_and_query.substr(question + 1);
  std::string_view path = path_and_query.substr(0, std::min(question, path_and_query.find('#')));
  std::vector<std::string> parts;
  while (!path.empty() && parts.size() < 4) {
    path.remove_prefix(1);
    const size_t end = std::min(path.size(), path.find('/'));
    if (end > 0) parts.push_back(PercentDecoded(path.substr(0, end)));
    path.remove_prefix(end);
  }
  const std::string first = parts.empty() ? "" : parts[0];
  const auto handle = [](std::string name) {
    if (!name.empty() && name[0] == '@') name.erase(0, 1);
    for (const char c : name) {
      if (!IsHandleByte(c) && c != '.' && c != '-') return std::string();
    }
    return AsciiLowered(name);
  };
  if (host == "t.me" || host == "telegram.me" || host == "telegram.dog") {
    std::string name = first;
    if (name == "s" && parts.size() > 1) name = parts[1];
    if (name.starts_with('+')) {
      const std::string phone = PhoneToE164(name);
      add(IdentifierKind::kTelegram, phone.empty() ? name : phone);
    } else if (name == "joinchat" && parts.size() > 1) {
      add(IdentifierKind::kTelegram, "+" + parts[1]);
    } else if (name.size() >= 4 && name.size() <= 32 && !IsReservedTelegram(AsciiLowered(name))) {
      add(IdentifierKind::kTelegram, handle(name));
    }
  } else if (host == "wa.me") {
    if (first == "message" || first == "qr") {
      if (parts.size() > 1) add(IdentifierKind::kWhatsapp, "wa.me/" + first + "/" + parts[1]);
    } else {
      add(IdentifierKind::kWhatsapp, PhoneToE164("+" + first));
    }
  } else if (host == "api.whatsapp.com" || host == "web.whatsapp.com") {
    const std::string phone = QueryValue(query, "phone");
    if (!phone.empty()) add(IdentifierKind::kWhatsapp, PhoneToE164(phone[0] == '+' ? phone : "+" + phone));
  } else if (host == "chat.whatsapp.com") {
    const std::string code = first == "invite" && parts.size() > 1 ? parts[1] : first;
    if (code.size() >= 16) add(IdentifierKind::kWhatsapp, "chat.whatsapp.com/" + code);
  } else if (host == "instagram.com" || host == "instagr.am") {
    if (first != "p" && first != "reel" && first != "explore" && first != "stories" && first != "accounts") {
      add(IdentifierKind::kInstagram, handle(first));
    }
  } else if (host == "facebook.com" || host == "m.facebook.com" || host == "fb.com" || host == "fb.me" ||
             host == "web.facebook.com") {
    if (first == "profile.php") {
      add(IdentifierKind::kFacebook, handle(QueryValue(query, "id")));
    } else if (first == "groups" && parts.size() > 1) {
      add(IdentifierKind::kFacebook, "groups/" + handle(parts[1]));
    } else if (first != "sharer" && first != "sharer.php" && first != "share.php" && first != "share" &&
               first != "dialog" && first != "login" && first != "login.php" && first != "plugins" &&
               first != "tr" && first != "help" && first != "policies" && first != "events" &&
               first != "l.php" && first != "pages") {
      add(IdentifierKind::kFacebook, handle(first));
    }
  } else if (host == "snapchat.com") {
    if (first == "add" && parts.size() > 1) add(IdentifierKind::kSnapchat, handle(parts[1]));
  } else if (host == "tiktok.com" || host == "m.tiktok.com") {
    if (first.starts_with('@')) add(IdentifierKind::kTiktok, handle(first));
  } else if (host == "signal.me") {
    const size_t plus = url.find("#p/");
    if (plus != std::string_view::npos) add(IdentifierKind::kSignal, PhoneToE164(url.substr(plus + 3)));
  } else if (host == "threema.id") {
    std::string id = first;
    for (char& c : id) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (id.size() == 8) add(IdentifierKind::kThreema, id);
  } else if (host.ends_with(".onion")) {
    const size_t label = host.size() >= 62 ? host.size() - 62 : 0;
    const std::string onion = host.substr(label);
    if (onion.size() == 62) {
      add(IdentifierKind::kOnion, onion,
          CheckOnion(onion) == OnionCheck::kValid ? IdentifierCheck::kPassed : IdentifierCheck::kFailed);
    }
  }
  return out;
}

}  // namespace gasht
