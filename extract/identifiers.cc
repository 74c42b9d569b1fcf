#include "extract/identifiers.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include "base/url.h"
#include "base/utf8.h"
#include "extract/coin_address.h"
#include "extract/context.h"
#include "extract/pgp.h"
#include "extract/phone.h"
#include "extract/words.h"
#include "text/numerals.h"

namespace gasht {
namespace {

constexpr size_t kMaxCoinBytes = 128;
constexpr size_t kMaxArmourBytes = 64 << 10;
constexpr size_t kMaxUrlBytes = 512;

bool IsWordByte(char c) {
  return IsAsciiLetter(c) || IsAsciiDigit(c) || c == '_';
}
bool IsHandleByte(char c) {
  return IsWordByte(c);
}
bool IsNonAscii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}
bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}
std::string Uppered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

// ---------------------------------------------------------------- the search

class Finder {
 public:
  Finder(std::string_view text, const IdentifierOptions& options) : text_(text), options_(options) {}

  std::vector<Identifier> Run() {
    PgpBlocks();
    Words();
    Phones();
    Labels();
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
      blocks_.push_back({at, WholeCharacter(at + end)});
      if (auto fingerprint = PgpFingerprint(rest.substr(0, end))) {
        Add(IdentifierKind::kPgpFingerprint, *fingerprint, IdentifierCheck::kPassed, at, blocks_.back().end);
      }
      at += end > kBegin.size() ? end - kBegin.size() : 0;
    }
    // Signed and encrypted texts are full of base64 that looks like addresses.
    for (const std::string_view begin : {"-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----"}) {
      for (size_t at = text_.find(begin); at != std::string_view::npos;
           at = text_.find(begin, at + begin.size())) {
        const std::string_view rest = text_.substr(at, kMaxArmourBytes);
        const size_t end = rest.find("-----END PGP");
        blocks_.push_back({at, WholeCharacter(at + std::min(end, rest.size()))});
        at = blocks_.back().end - std::min(blocks_.back().end - at, begin.size());
      }
    }
    std::sort(blocks_.begin(), blocks_.end(), [](Span a, Span b) { return a.begin < b.begin; });
  }

  // The first character boundary at or behind `at`.
  size_t WholeCharacter(size_t at) const {
    while (at < text_.size() && (static_cast<unsigned char>(text_[at]) & 0xc0) == 0x80) ++at;
    return std::min(at, text_.size());
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
    // Grouped key fingerprints: "ABCD 1234 ..." ten times.
    if (size == 4 && (begin == 0 || !IsWordByte(text_[begin - 1]))) GroupedFingerprint(begin);
    // IBAN: two letters, two digits, then groups.
    if (size >= 4 && IsAsciiLetter(word[0]) && IsAsciiLetter(word[1]) && IsAsciiDigit(word[2]) &&
        IsAsciiDigit(word[3])) {
      Iban(begin);
    }
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
    if (word.size() == 56) {
      // Also written so that no program makes a link of it.
      for (const std::string_view ending : {".onion", "[.]onion", "(.)onion", " .onion", "[dot]onion",
                                            "(dot)onion", " dot onion", ". onion"}) {
        if (!EqualsIgnoringCase(text_.substr(end, ending.size()), ending)) continue;
        const std::string host = AsciiLowered(word) + ".onion";
        const bool good = CheckOnion(host) == OnionCheck::kValid;
        Add(IdentifierKind::kOnion, host, good ? IdentifierCheck::kPassed : IdentifierCheck::kFailed, begin,
            end + ending.size());
        return;
      }
    }
    const bool is_hex = std::all_of(word.begin(), word.end(), [](char c) {
      return IsAsciiDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    if (is_hex && word.size() == 66 && word.starts_with("05")) {
      Add(IdentifierKind::kSession, AsciiLowered(word), IdentifierCheck::kNone, begin, end);
      return;
    }
    if (is_hex && (word.size() == 40 || word.size() == 64)) {
      // Version 4 keys have 40 digits, version 6 ones 64, as many as a hash of anything.
      const std::string before = ContextBefore(text_, begin);
      const bool named = word.size() == 40 ? HasAny(before, {"fingerprint", "pgp", "gpg", "key"})
                                           : HasAny(before, {"fingerprint", "pgp key", "gpg key"});
      if (named && !HasAny(before, {"sha1", "sha-1", "sha256", "sha-256", "checksum", "commit", "api key"})) {
        Add(IdentifierKind::kPgpFingerprint, Uppered(word), IdentifierCheck::kNone, begin, end);
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
      if (HasAny(before,
                 {"usdt", "tether", "trc20", "trc-20", "trc 20", "erc20", "erc-20", "bep20", "bep-20"}) ||
          HasAny(after, {"usdt", "tether", "trc20", "trc-20", "trc 20", "erc20", "erc-20", "bep20"})) {
        kind = IdentifierKind::kUsdt;
      }
    }
    Add(kind, address->value, address->check, from, end);
  }

  // "t.me/name", "https://...": `begin`..`end` is the first word, before '.' or ':'.
  void UrlAt(size_t begin, size_t end, std::string_view word) {
    if (out_.size() >= 4 * options_.max_results) return;
    const std::string_view rest = text_.substr(begin, kMaxUrlBytes);
    const bool scheme =
        EqualsIgnoringCase(rest.substr(0, 7), "http://") || EqualsIgnoringCase(rest.substr(0, 8), "https://");
    constexpr std::string_view kHosts[] = {
        "t",      "telegram",  "wa",       "chat",   "api",     "www",     "instagram", "ig",      "facebook",
        "fb",     "m",         "snapchat", "tiktok", "signal",  "web",     "threema",   "instagr", "whatsapp",
        "walink", "messenger", "linktr",   "bit",    "beacons", "tinyurl", "cutt",      "mbasic"};
    const std::string lower = AsciiLowered(word);
    const bool known = std::find(std::begin(kHosts), std::end(kHosts), lower) != std::end(kHosts);
    const bool telegram_host = text_.substr(end).starts_with(".t.me");
    if (!scheme && !known && !telegram_host) return;
    if (begin > 0 && (IsWordByte(text_[begin - 1]) || text_[begin - 1] == '.' || text_[begin - 1] == '/' ||
                      text_[begin - 1] == '@')) {
      return;
    }
    size_t stop = end;
    while (stop < text_.size() && !IsWhiteSpace(text_[stop]) &&
           std::strchr("<>\"'|)]},`\\", text_[stop]) == nullptr && stop - begin < kMaxUrlBytes &&
           !IsNonAscii(text_[stop])) {
      ++stop;
    }
    while (stop > end && std::strchr(".,;:!?*", text_[stop - 1]) != nullptr) --stop;
    const std::string_view url = text_.substr(begin, stop - begin);
    std::vector<Identifier> pointed = IdentifiersOfUrl(url, options_);
    if (pointed.empty() && options_.urls) Website(url, scheme, begin, stop);
    for (Identifier& id : pointed) {
      id.span = {begin, stop};
      out_.push_back(std::move(id));
    }
  }

  // A page somebody wrote out as where to find him. Links of the page itself are not given here.
  void Website(std::string_view url, bool scheme, size_t begin, size_t end) {
    if (!scheme) {
      const size_t slash = url.find('/');
      const std::string host = AsciiLowered(url.substr(0, slash));
      const bool hub = IsOneOf(host, {"linktr.ee", "bit.ly", "beacons.ai", "tinyurl.com", "cutt.ly"});
      if (!(hub && slash != std::string_view::npos && slash + 1 < url.size()) &&
          !(host.starts_with("www.") && host.find('.', 4) != std::string::npos)) {
        return;
      }
    }
    const size_t host_begin = scheme ? url.find("://") + 3 : 0;
    const size_t host_end = std::min(url.size(), url.find_first_of("/?#", host_begin));
    if (host_end <= host_begin + 3 ||
        url.substr(host_begin, host_end - host_begin).find('.') == std::string_view::npos)
      return;
    Add(IdentifierKind::kUrl, AsciiLowered(url.substr(0, host_end)) + std::string(url.substr(host_end)),
        IdentifierCheck::kNone, begin, end);
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
    // "x@y.com.Thanks": the next sentence, begun without a space.
    for (size_t dot = text_.rfind('.', end); dot != std::string_view::npos && dot > at + 1 && dot + 1 < end;
         dot = text_.rfind('.', dot - 1)) {
      const char first = text_[dot + 1], last = text_[dot - 1];
      if (first >= 'A' && first <= 'Z' && last >= 'a' && last <= 'z' &&
          text_.substr(at, dot - at).find('.') != std::string_view::npos)
        end = dot;
    }
    const std::string_view domain = text_.substr(at + 1, end - at - 1);
    if (begin < at && IsMailDomain(domain)) {
      Add(IdentifierKind::kEmail, AsciiLowered(text_.substr(begin, end - begin)), IdentifierCheck::kNone,
          begin, end);
      return;
    }
    // "name@gmail,com"
    if (begin < at && IsMailProvider(AsciiLowered(domain)) && end < text_.size() && text_[end] == ',') {
      for (const std::string_view ending : {",com", ",net", ",me", ",org", ",pk"}) {
        const size_t behind = end + ending.size();
        if (!EqualsIgnoringCase(text_.substr(end, ending.size()), ending)) continue;
        if (behind < text_.size() && IsWordByte(text_[behind])) continue;
        Add(IdentifierKind::kEmail,
            AsciiLowered(text_.substr(begin, end - begin)) + "." + std::string(ending.substr(1)),
            IdentifierCheck::kNone, begin, behind);
        return;
      }
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
    if (tld == "dot" || EqualsIgnoringCase(domain.substr(0, 4), "www.")) return false;
    for (const char c : tld) {
      if (!IsAsciiLetter(c)) return false;
    }
    for (const std::string_view file : {"png", "jpg", "jpeg", "gif", "webp", "svg", "css", "html", "php"}) {
      if (tld == file) return false;
    }
    return domain.find("..") == std::string_view::npos;
  }

  // "t (dot) me / name", "t,me/name", "telegram dot me slash name", "wa . me / 92300...".
  void DisguisedLinkAt(size_t at) {
    if (at > 0 && (IsWordByte(text_[at - 1]) || text_[at - 1] == '.')) return;
    for (const std::string_view host : {"telegram", "t", "wa"}) {
      if (!EqualsIgnoringCase(text_.substr(at, host.size()), host)) continue;
      DisguisedLink(host, at, at + host.size());
      break;
    }
  }

  void DisguisedLink(std::string_view host, size_t begin, size_t pos) {
    bool spelled = false;
    const bool plain = text_.substr(pos, 4) == ".me/";  // read as what it is
    std::optional<size_t> label = DotSignAt(pos, spelled);
    if (!label) {
      const size_t comma = SkipBlanks(pos);
      if (comma >= text_.size() || (text_[comma] != ',' && text_[comma] != '.')) return;
      label = SkipBlanks(comma + 1);
    }
    if (plain || !EqualsIgnoringCase(text_.substr(*label, 2), "me")) return;
    size_t at = SkipBlanks(*label + 2);
    if (at < text_.size() && text_[at] == '/') {
      ++at;
    } else if (EqualsIgnoringCase(text_.substr(at, 6), "slash ") && at > *label + 2) {
      at += 6;
    } else {
      return;
    }
    at = SkipBlanks(at);
    size_t end = at;
    while (end < text_.size() && end - at < 64 &&
           (IsHandleByte(text_[end]) || (end == at && text_[end] == '+')))
      ++end;
    if (end - at < 4) return;
    const std::string url = std::string(host) + ".me/" + std::string(text_.substr(at, end - at));
    for (Identifier& id : IdentifiersOfUrl(url, options_)) {
      if (out_.size() >= 4 * options_.max_results) return;
      id.span = {begin, end};
      out_.push_back(std::move(id));
    }
  }

  // "name [at] mail [dot] com", "name(at)gmail.com", "name at the rate gmail dot com": found from the sign on.
  struct MailSign {
    size_t begin, end;
    bool plain;         // only the word "at": prose, unless the rest says otherwise
    bool half = false;  // "name @gmail.com": a handle, unless a mail provider follows
  };

  size_t SkipBlanks(size_t at) const {
    while (at < text_.size() && text_[at] == ' ') ++at;
    return at;
  }

  std::optional<MailSign> MailSignAt(size_t at) const {
    size_t pos = at;
    const bool bracket = std::strchr("[({<", text_[pos]) != nullptr;
    if (bracket) pos = SkipBlanks(pos + 1);
    size_t end = pos;
    bool is_word = false;
    for (const std::string_view name :
         {"at the rate of", "at the rate", "attherate", "at-the-rate", "@", "at", "ایٹ", "a"}) {
      if (!EqualsIgnoringCase(text_.substr(pos, name.size()), name)) continue;
      if (name == "a" && !bracket) continue;
      end = pos + name.size();
      is_word = name == "at";
      break;
    }
    if (end == pos) return std::nullopt;
    if (bracket) {
      end = SkipBlanks(end);
      if (end >= text_.size() || std::strchr("])}>", text_[end]) == nullptr) return std::nullopt;
      return MailSign{at, end + 1, false};
    }
    // Words stand apart from what is around them; a sign without room around it was read as an address already.
    const bool before = at > 0 && (text_[at - 1] == ' ' || (is_word && text_[at - 1] == '_'));
    const bool behind = end < text_.size() && (text_[end] == ' ' || (is_word && text_[end] == '_'));
    if (text_[pos] == '@') {
      if (!before && !behind) return std::nullopt;
    } else if (!before || !behind) {
      return std::nullopt;
    }
    return MailSign{at, end, is_word && text_[at - 1] == ' ', !before || !behind};
  }

  // "." in one of its disguises at `pos`; where the next label begins.
  std::optional<size_t> DotSignAt(size_t pos, bool& spelled) const {
    if (pos < text_.size() && text_[pos] == '.' && pos + 1 < text_.size() && IsAsciiLetter(text_[pos + 1]))
      return pos + 1;
    if (pos < text_.size() && text_[pos] == '_' && EqualsIgnoringCase(text_.substr(pos, 5), "_dot_")) {
      spelled = true;
      return pos + 5;
    }
    size_t p = SkipBlanks(pos);
    if (p >= text_.size()) return std::nullopt;
    const bool bracket = std::strchr("[({<", text_[p]) != nullptr;
    if (bracket) p = SkipBlanks(p + 1);
    for (const std::string_view name : {"dot", "ڈاٹ", ".", "d0t"}) {
      if (!EqualsIgnoringCase(text_.substr(p, name.size()), name)) continue;
      if (!bracket && name == "." && (p == pos || p + 1 >= text_.size() || text_[p + 1] != ' '))
        return std::nullopt;
      if (!bracket && name != "." && p == pos) return std::nullopt;
      p = SkipBlanks(p + name.size());
      if (bracket) {
        if (p >= text_.size() || std::strchr("])}>", text_[p]) == nullptr) return std::nullopt;
        p = SkipBlanks(p + 1);
      }
      spelled = true;
      return p;
    }
    return std::nullopt;
  }

  // One label of a host name at `pos`, also a provider's name in Urdu; `end` behind it.
  std::string MailLabelAt(size_t pos, size_t& end) const {
    struct Spelt {
      std::string_view words, label;
    };
    for (const Spelt& spelt : {Spelt{"جی میل", "gmail"}, Spelt{"جیمیل", "gmail"}, Spelt{"یاہو", "yahoo"},
                               Spelt{"ہاٹ میل", "hotmail"}, Spelt{"آؤٹ لک", "outlook"}, Spelt{"کام", "com"},
                               Spelt{"g mail", "gmail"}, Spelt{"hot mail", "hotmail"}}) {
      if (EqualsIgnoringCase(text_.substr(pos, spelt.words.size()), spelt.words)) {
        end = pos + spelt.words.size();
        return std::string(spelt.label);
      }
    }
    end = pos;
    while (end < text_.size() && end - pos < 63 &&
           (IsAsciiLetter(text_[end]) || IsAsciiDigit(text_[end]) || text_[end] == '-')) {
      ++end;
    }
    return AsciiLowered(text_.substr(pos, end - pos));
  }

  void MailAround(const MailSign& sign) {
    std::string domain;
    bool spelled_dot = false;
    size_t pos = SkipBlanks(sign.end);
    if (pos < text_.size() && text_[pos] == '_') ++pos;
    size_t end = pos;
    for (int labels = 0; labels < 5; ++labels) {
      size_t label_end = pos;
      const std::string label = MailLabelAt(pos, label_end);
      if (label.empty()) break;
      domain += label;
      end = label_end;
      const auto next = DotSignAt(end, spelled_dot);
      if (!next) break;
      domain += '.';
      pos = *next;
    }
    if (domain.ends_with('.')) domain.pop_back();
    // "name @ gmail", "name (at) yahoo com": everybody knows what comes behind it.
    const bool bare_provider = IsMailProvider(domain);
    // "ali.khan at hotmail": nothing but the end of a clause behind it, or "com"; who it is must look like a name.
    const size_t clause = SkipBlanks(end);
    const bool ends = clause >= text_.size() || !IsLetterByte(text_[clause]) ||
                      EqualsIgnoringCase(text_.substr(clause, 4), "com ");
    if (bare_provider && (!sign.plain || ends)) {
      const size_t p = SkipBlanks(end);
      if (EqualsIgnoringCase(text_.substr(p, 3), "com") && p > end &&
          (p + 3 >= text_.size() || !IsWordByte(text_[p + 3])))
        end = p + 3;
      domain += ".com";
    }
    if (!IsMailDomain(domain)) return;
    const bool provider = IsMailProvider(std::string_view(domain).substr(0, domain.find('.')));
    if (sign.half && !provider) return;
    size_t begin = sign.begin;
    const std::string local = LocalPartBefore(begin);
    if (local.empty() || local.size() > 64) return;
    if (IsOneOf(local, {"us",   "me",        "him",   "mail",    "email", "contact", "in",     "on",
                        "up",   "out",       "is",    "id",      "it",    "down",    "them",   "look",
                        "here", "available", "reach", "message", "found", "sale",    "online", "address"})) {
      return;
    }
    if (sign.plain && !spelled_dot) {
      // "ali77 at gmail.com": a provider's name and a name that is no word.
      const bool marked = local.find_first_of("0123456789._-") != std::string::npos ||
                          HasAny(ContextBefore(text_, begin, 24), {"mail", "میل"});
      if (!provider || !marked) return;
    }
    Add(IdentifierKind::kEmail, local + "@" + domain, IdentifierCheck::kNone, begin, end);
  }

  static bool IsMailProvider(std::string_view name) {
    return IsOneOf(name, {"gmail", "yahoo", "hotmail", "outlook", "protonmail", "proton", "tutanota",
                          "icloud", "live", "ymail", "riseup", "mailbox", "gmx", "aol", "zoho", "yandex"});
  }

  // The words before the sign that are the local part; `begin` moves to where it begins.
  std::string LocalPartBefore(size_t& begin) const {
    std::string local;
    size_t at = begin;
    if (at > 0 && text_[at - 1] == '_') --at;
    for (int pieces = 0; pieces < 6; ++pieces) {
      size_t end = at;
      while (end > 0 && text_[end - 1] == ' ' && at - end < 3) --end;
      size_t from = end;
      while (from > 0 && end - from < 64 &&
             (IsAsciiLetter(text_[from - 1]) || IsAsciiDigit(text_[from - 1]) ||
              (std::strchr("._+-", text_[from - 1]) != nullptr && end - from > 0))) {
        --from;
      }
      while (from < end && std::strchr("._+-", text_[from]) != nullptr) ++from;
      if (from == end) break;
      const std::string word = AsciiLowered(text_.substr(from, end - from));
      const bool joins = word == "dot" || word == "underscore" || word == "dash";
      if (pieces % 2 == 1) {
        if (!joins || local.empty()) break;
        local.insert(0, 1, word == "dot" ? '.' : (word == "dash" ? '-' : '_'));
      } else {
        if (joins) break;
        local.insert(0, word);
        begin = from;
      }
      at = from;
    }
    while (!local.empty() && std::strchr("._-", local.front()) != nullptr) local.erase(0, 1);
    return local;
  }

  struct Label {
    std::string_view word;
    IdentifierKind kind;
    size_t min_size, max_size;
    // A word that prose uses for other things: a bare name behind it must look like a name ("signal: strong").
    bool common;
  };
  static constexpr Label kLabels[] = {
      {"telegram", IdentifierKind::kTelegram, 5, 32, false},
      {"telegarm", IdentifierKind::kTelegram, 5, 32, false},
      {"telegrm", IdentifierKind::kTelegram, 5, 32, false},
      {"tele", IdentifierKind::kTelegram, 5, 32, true},
      {"tg", IdentifierKind::kTelegram, 5, 32, false},
      {"tlgrm", IdentifierKind::kTelegram, 5, 32, false},
      {"ٹیلیگرام", IdentifierKind::kTelegram, 5, 32, false},
      {"ٹیلی گرام", IdentifierKind::kTelegram, 5, 32, false},
      {"ټيليګرام", IdentifierKind::kTelegram, 5, 32, false},
      {"ټلګرام", IdentifierKind::kTelegram, 5, 32, false},
      {"تلگرام", IdentifierKind::kTelegram, 5, 32, false},
      {"تيليجرام", IdentifierKind::kTelegram, 5, 32, false},
      {"wickr", IdentifierKind::kWickr, 3, 32, false},
      {"wickrme", IdentifierKind::kWickr, 3, 32, false},
      {"wicker me", IdentifierKind::kWickr, 3, 32, false},
      {"instagram", IdentifierKind::kInstagram, 3, 30, false},
      {"insta", IdentifierKind::kInstagram, 3, 30, false},
      {"ig", IdentifierKind::kInstagram, 3, 30, true},
      {"انسٹاگرام", IdentifierKind::kInstagram, 3, 30, false},
      {"انسٹا", IdentifierKind::kInstagram, 3, 30, false},
      {"snapchat", IdentifierKind::kSnapchat, 3, 15, false},
      {"snap", IdentifierKind::kSnapchat, 3, 15, false},
      {"sc", IdentifierKind::kSnapchat, 3, 15, true},
      {"سنیپ چیٹ", IdentifierKind::kSnapchat, 3, 15, false},
      {"سنیپ", IdentifierKind::kSnapchat, 3, 15, false},
      {"tiktok", IdentifierKind::kTiktok, 2, 24, false},
      {"tik tok", IdentifierKind::kTiktok, 2, 24, false},
      {"ٹک ٹاک", IdentifierKind::kTiktok, 2, 24, false},
      {"wire", IdentifierKind::kWire, 3, 32, true},
      {"threema", IdentifierKind::kThreema, 8, 8, false},
      {"facebook", IdentifierKind::kFacebook, 5, 50, true},
      {"fb", IdentifierKind::kFacebook, 5, 50, true},
      {"فیس بک", IdentifierKind::kFacebook, 5, 50, true},
      {"signal", IdentifierKind::kSignal, 3, 40, true},
  };

  // Small words that stand between a label and its name: "telegram pe add karein @x", "insta id hai x".
  static bool IsNameFiller(std::string_view word) {
    return IsOneOf(
        word,
        {"id",      "ids",   "me",   "is",      "handle", "username", "user",   "name",    "account", "acc",
         "channel", "group", "link", "page",    "pe",     "par",      "per",    "pr",      "p",       "on",
         "at",      "add",   "karo", "karein",  "karen",  "kren",     "kro",    "krein",   "hai",     "he",
         "our",     "my",    "us",   "hamara",  "mera",   "meri",     "humara", "contact", "follow",  "join",
         "search",  "dm",    "msg",  "message", "also",   "ya",       "or",     "and",     "ki",      "ka",
         "پر",      "آئی",   "ڈی",   "آئی ڈی",  "ہے",     "یوزر",     "نیم",    "کریں"});
  }

  static bool LooksLikeAName(std::string_view name) {
    if (!IsAsciiLetter(name[0]) && name[0] != '_') return false;
    bool mark = false;
    size_t letters = 0;
    for (const char c : name) {
      mark |= IsAsciiDigit(c) || c == '_' || c == '.';
      letters += IsAsciiLetter(c);
    }
    return mark && letters >= 3;
  }

  // What each service allows: a signal name ends in a point and figures, a Threema name is eight capitals and figures.
  static bool Fits(const Label& label, std::string_view name, bool signed_or_at) {
    if (name.size() < label.min_size || name.size() > label.max_size) return false;
    const bool digits_only = std::all_of(name.begin(), name.end(), [](char c) { return IsAsciiDigit(c); });
    if (digits_only) return false;
    if (label.kind == IdentifierKind::kSignal) {
      const size_t dot = name.rfind('.');
      if (dot == std::string_view::npos || dot + 2 >= name.size()) return false;
      for (const char c : name.substr(dot + 1)) {
        if (!IsAsciiDigit(c)) return false;
      }
      return true;
    }
    if (label.kind == IdentifierKind::kTelegram &&
        (!IsAsciiLetter(name[0]) || name.find_first_of(".-") != std::string_view::npos)) {
      return false;
    }
    if (label.kind == IdentifierKind::kThreema) {
      const bool upper = std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
      const bool figure = std::any_of(name.begin(), name.end(), [](char c) { return IsAsciiDigit(c); });
      return (upper && signed_or_at) || figure;
    }
    return true;
  }

  // "@name": whose, by the label beside it; on Telegram without one it is Telegram's.
  void Handle(size_t at, size_t begin, size_t end) {
    const std::string_view name = text_.substr(begin, end - begin);
    if (name.size() < 2 || name.size() > 50) return;
    // "@x on telegram", "@x (snap)" first: a label before may be the last name's.
    const Label* best = LabelBehind(end);
    if (best == nullptr) {
      const std::string before = ContextBefore(text_, at, 32);
      size_t best_at = 0;
      for (const Label& label : kLabels) {
        const size_t behind = BehindLastWord(before, label.word);
        if (behind == std::string_view::npos || (best != nullptr && behind < best_at)) continue;
        best = &label;
        best_at = behind;
      }
    }
    if (best != nullptr && Fits(*best, name, true)) {
      AddHandle(best->kind, name, at, end);
      return;
    }
    const bool telegram_name = name.size() >= 5 && name.size() <= 32 && IsAsciiLetter(name[0]) &&
                               name.find('.') == std::string_view::npos;
    const std::string before = ContextBefore(text_, at, 32);
    const bool after_contact =
        HasAny(before, {"contact", "dm", "order", "message", "msg", "rabta", "inbox", "رابطہ"});
    if (telegram_name &&
        (options_.source_kind == SourceKind::kTelegramChannel || (best == nullptr && after_contact))) {
      AddHandle(IdentifierKind::kTelegram, name, at, end);
    }
  }

  // The label that follows a name at `at`: " on telegram", "(tg)", " - insta".
  const Label* LabelBehind(size_t at) const {
    const std::string after = ContextAfter(text_, at, 28);
    size_t pos = 0;
    bool tied = false;
    while (pos < after.size()) {
      if (after[pos] == ' ' || after[pos] == '-') {
        ++pos;
      } else if (after[pos] == '(' || after[pos] == '[') {
        tied = true;
        ++pos;
      } else {
        size_t end = pos;
        while (end < after.size() && IsAsciiLetter(after[end])) ++end;
        const std::string_view word = std::string_view(after).substr(pos, end - pos);
        if (!IsOneOf(word, {"on", "at", "par", "pe", "per", "pr", "via"})) break;
        tied = true;
        pos = end;
      }
    }
    for (const Label& label : kLabels) {
      if (!std::string_view(after).substr(pos).starts_with(label.word)) continue;
      const size_t end = pos + label.word.size();
      if (end < after.size() && IsAsciiLetter(after[end])) continue;
      // "@a telegram: @b": the label begins the next one.
      const bool next_one = end < after.size() && after.find_first_of(":=@", end) == end;
      if (tied || !next_one) return &label;
    }
    return nullptr;
  }

  void AddHandle(IdentifierKind kind, std::string_view name, size_t begin, size_t end) {
    Add(kind, kind == IdentifierKind::kThreema ? Uppered(name) : AsciiLowered(name), IdentifierCheck::kNone,
        begin, end);
  }

  // By the first two letters: all but a few words are turned away here.
  static bool MayBeginLabel(std::string_view text) {
    if (text.size() < 2) return false;
    const char a = AsciiLowered(text[0]), b = AsciiLowered(text[1]);
    switch (a) {
      case 't':
        return b == 'e' || b == 'g' || b == 'i' || b == 'h' || b == 'l';
      case 'w':
        return b == 'i';
      case 'i':
        return b == 'n' || b == 'g';
      case 's':
        return b == 'n' || b == 'i' || b == 'c';
      case 'f':
        return b == 'a' || b == 'b';
      case '\xd8':
      case '\xd9':
      case '\xda':
        return true;
      default:
        return false;
    }
  }

  // Everything that a word or a sign introduces, in one pass: nearly every byte is turned away by one look.
  void Labels() {
    for (size_t at = 0; at < text_.size(); ++at) {
      const uint8_t may = kIntroduces[static_cast<unsigned char>(text_[at])];
      if (may == 0) continue;
      if ((may & kHandle) != 0) LabelledHandle(at);
      if ((may & kMail) != 0) {
        if (const auto sign = MailSignAt(at)) MailAround(*sign);
      }
      if ((may & kLink) != 0) DisguisedLinkAt(at);
      if ((may & kAccount) != 0) PaymentAccountAt(at);
    }
  }

  // "Wickr: name", "tg - @name", "insta id foo_bar": a label with a name behind.
  void LabelledHandle(size_t at) {
    if (at > 0 && (IsWordByte(text_[at - 1]) || text_[at - 1] == '@' || text_[at - 1] == '.')) return;
    if (at > 0 && IsNonAscii(text_[at]) && IsNonAscii(text_[at - 1])) return;  // not where a word begins
    if (!MayBeginLabel(text_.substr(at))) return;
    const Label* label = nullptr;
    for (const Label& candidate : kLabels) {
      if (!EqualsIgnoringCase(text_.substr(at, candidate.word.size()), candidate.word)) continue;
      const size_t behind = at + candidate.word.size();
      if (behind < text_.size() && (IsAsciiLetter(text_[behind]) || IsAsciiDigit(text_[behind]))) continue;
      if (label == nullptr || candidate.word.size() > label->word.size()) label = &candidate;
    }
    if (label != nullptr) NameBehind(*label, at + label->word.size());
  }

  void NameBehind(const Label& label, size_t pos) {
    constexpr int kMaxSteps = 12;
    bool sign = false, dash = false;
    for (int steps = 0; pos < text_.size() && steps < kMaxSteps; ++steps) {
      const char c = text_[pos];
      if (c == ':' || c == '=') {
        sign = true;
        ++pos;
      } else if (c == '-' || c == '>' || c == '~' || c == '|' || c == '(' || c == '"' || c == '*') {
        dash = true;
        ++pos;
      } else if (c == ' ' || c == '\n' || c == '\t') {
        ++pos;
      } else if (c == '@') {
        return;  // read from the sign on
      } else if (IsNonAscii(c)) {
        // Emoji and arrows between, or a word of Urdu.
        size_t end = pos;
        while (end < text_.size() && IsNonAscii(text_[end]) && end - pos < 32) ++end;
        const std::string_view word = text_.substr(pos, end - pos);
        size_t next = pos;
        const char32_t point = NextCodePoint(text_, next);
        if (point >= 0x2000) {
          dash = true;
          pos = next;
        } else if (IsNameFiller(word)) {
          pos = end;
        } else {
          return;
        }
      } else {
        size_t end = pos;
        while (end < text_.size() && IsWordByte(text_[end]) && end - pos < 64) ++end;
        if (sign || !IsNameFiller(AsciiLowered(text_.substr(pos, end - pos)))) break;
        // A filler that ends the line is no name either.
        if (end >= text_.size() ||
            (text_[end] == '.' && end + 1 < text_.size() && IsWordByte(text_[end + 1])))
          break;
        pos = end;
      }
    }
    if (pos >= text_.size() || !IsHandleByte(text_[pos])) return;
    size_t end = pos;
    while (end < text_.size() && end - pos < 64 &&
           (IsHandleByte(text_[end]) || ((text_[end] == '.' || text_[end] == '-') && end + 1 < text_.size() &&
                                         IsWordByte(text_[end + 1])))) {
      ++end;
    }
    const std::string_view name = text_.substr(pos, end - pos);
    // "snap: two for one"
    if (IsOneOf(AsciiLowered(name),
                {"one",  "two",    "three", "the", "for",  "and",  "all",  "its",  "back", "off", "out",
                 "only", "strong", "new",   "not", "this", "that", "with", "from", "get",  "buy"}))
      return;
    const bool next_is_url =
        end < text_.size() && (text_[end] == '/' || text_[end] == ':' || text_[end] == '@');
    if (next_is_url || name.starts_with("http") || name.find(".com") != std::string_view::npos ||
        name.starts_with("www.") || !Fits(label, name, sign) || IsOrdinaryWord(name)) {
      return;
    }
    const bool marked = LooksLikeAName(name);
    const bool accepted = marked ? (sign || dash || name.size() >= 5) : (sign && !label.common);
    if (accepted) AddHandle(label.kind, name, pos, end);
  }

  static bool IsOrdinaryWord(std::string_view name) {
    return IsOneOf(
        AsciiLowered(name),
        {"telegram",  "whatsapp",  "signal",      "wickr",     "channel",   "group",     "only",
         "available", "contact",   "email",       "message",   "please",    "click",     "here",
         "link",      "below",     "login",       "share",     "follow",    "official",  "page",
         "none",      "privacy",   "support",     "instagram", "facebook",  "twitter",   "youtube",
         "tiktok",    "snapchat",  "pinterest",   "linkedin",  "inbox",     "dm",        "and",
         "the",       "for",       "not",         "yes",       "this",      "join",      "text",
         "call",      "phone",     "mobile",      "number",    "username",  "address",   "website",
         "reddit",    "discord",   "skype",       "threema",   "session",   "jabber",    "xmpp",
         "open",      "free",      "new",         "add",       "get",       "with",      "from",
         "are",       "our",       "you",         "your",      "all",       "any",       "messenger",
         "web",       "app",       "bot",         "news",      "chat",      "now",       "also",
         "see",       "view",      "photo",       "photos",    "video",     "videos",    "story",
         "stories",   "reels",     "live",        "ads",       "marketing", "followers", "likes",
         "views",     "login.php", "marketplace", "store",     "shop"});
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
    constexpr Country kCountries[] = {
        {"PK", 24}, {"AE", 23}, {"SA", 24}, {"QA", 29}, {"KW", 30}, {"BH", 22}, {"GB", 22}, {"DE", 22},
        {"FR", 27}, {"NL", 18}, {"BE", 16}, {"ES", 24}, {"IT", 27}, {"PT", 25}, {"AT", 20}, {"CH", 21},
        {"PL", 28}, {"CZ", 24}, {"SK", 24}, {"HU", 28}, {"RO", 24}, {"BG", 22}, {"GR", 27}, {"SE", 24},
        {"DK", 18}, {"NO", 15}, {"FI", 18}, {"IE", 22}, {"LT", 20}, {"LV", 21}, {"EE", 20}, {"UA", 29},
        {"TR", 26}, {"IL", 23}, {"JO", 30}, {"LU", 20}, {"AD", 24}, {"AL", 28}, {"AZ", 28}, {"BA", 20},
        {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CR", 22}, {"CY", 28}, {"DJ", 27}, {"DO", 28}, {"EG", 29},
        {"FK", 18}, {"FO", 18}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GT", 28}, {"HR", 21}, {"IQ", 23},
        {"IS", 26}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24},
        {"ME", 22}, {"MK", 19}, {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"OM", 23},
        {"PS", 29}, {"RS", 22}, {"RU", 33}, {"SC", 31}, {"SD", 18}, {"SI", 19}, {"SM", 27}, {"SO", 23},
        {"ST", 25}, {"SV", 28}, {"TL", 23}, {"TN", 24}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30}};
    if (begin > 0 && IsWordByte(text_[begin - 1])) return;
    const std::string_view rest = text_.substr(begin, 64);
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
      const std::string before = ContextBefore(text_, begin);
      if (remainder == 1) {
        Add(IdentifierKind::kIban, value, IdentifierCheck::kPassed, begin, begin + at);
        if (HasAny(before, {"raast", "راست"})) {
          Add(IdentifierKind::kRaast, value, IdentifierCheck::kPassed, begin, begin + at);
        }
      } else if (HasAny(before, {"iban", "account", "a/c", "raast", "اکاؤنٹ"}) ||
                 (country.code == "PK" && at >= 24)) {
        Add(IdentifierKind::kIban, value, IdentifierCheck::kFailed, begin, begin + at);
      }
      return;
    }
  }

  // 12345-1234567-1, shown as 12345-*******-1: who it is stays out of what leaves the house. Without its dashes only
  // where something says what it is.
  void Cnic(const NumeralText& numerals, std::string_view text, size_t begin, size_t end) {
    const size_t size = end - begin;
    std::string digits;
    size_t stop = end;
    if (size == 5 && end < text.size() && (text[end] == '-' || text[end] == ' ')) {
      const std::string_view rest = text.substr(begin, 15);
      if (rest.size() < 15 || rest[13] != rest[5]) return;
      for (size_t i = 0; i < 15; ++i) {
        if (i == 5 || i == 13) continue;
        if (!IsAsciiDigit(rest[i])) return;
        digits += rest[i];
      }
      stop = begin + 15;
      if (rest[5] == ' ' && !NamesCnic(ContextBefore(text, begin))) return;
    } else if (size == 13 && NamesCnic(ContextBefore(text, begin))) {
      digits = text.substr(begin, 13);
    } else {
      return;
    }
    if (stop < text.size() && (IsWordByte(text[stop]) || (text[stop] == '-' && stop + 1 < text.size() &&
                                                          IsAsciiDigit(text[stop + 1])))) {
      return;
    }
    if (digits[0] == '0' || digits[0] == '9')
      return;  // the first digit is the province; 8 a foreign national
    Add(IdentifierKind::kCnic, digits.substr(0, 5) + "-*******-" + digits.back(), IdentifierCheck::kNone,
        numerals.Original(begin), numerals.Original(stop));
  }
  static bool NamesCnic(const std::string& before) {
    return HasAny(before, {"cnic", "nic ", "nic:", "id card", "shanakhti", "shinakhti", "شناختی", "nadra",
                           "سڃاڻپ", "تذکره", "nicop"});
  }

  void Phones() {
    const NumeralText numerals(text_);
    const std::string_view text = numerals.text();
    for (const FoundPhone& found : FindPhones(text, options_.max_results)) {
      const size_t begin = numerals.Original(found.begin);
      const bool in_block = std::any_of(blocks_.begin(), blocks_.end(), [&](Span block) {
        return block.begin <= begin && begin < block.end;
      });
      if (!in_block) AddPhone(found, numerals, text);
    }
    // Identity cards are figures, too, of any script.
    for (size_t at = 0; at < text.size();) {
      if (!IsAsciiDigit(text[at])) {
        ++at;
        continue;
      }
      size_t end = at;
      while (end < text.size() && IsAsciiDigit(text[end])) ++end;
      const bool glued = at > 0 && (IsWordByte(text[at - 1]) || text[at - 1] == '-' || text[at - 1] == '/');
      if (!glued && (end - at == 5 || end - at == 13)) Cnic(numerals, text, at, end);
      at = end;
    }
  }

  struct Use {
    IdentifierKind kind;
    std::initializer_list<std::string_view> words;
  };

  void AddPhone(const FoundPhone& hit, const NumeralText& numerals, std::string_view text) {
    const size_t begin = numerals.Original(hit.begin), end = numerals.Original(hit.end);
    Add(IdentifierKind::kPhone, hit.e164, IdentifierCheck::kNone, begin, end);
    // What else the number is: the nearest label before it, or right behind it, in brackets or not.
    const std::string before = ContextBefore(text, hit.begin);
    const std::string after = ContextAfter(text, hit.end, 32);
    const Use uses[] = {
        {IdentifierKind::kWhatsapp,
         {"whatsapp", "whats app", "watsapp",  "whatsap", "wattsapp",        "whtsapp",  "wtsapp", "watsap",
          "whatapp",  "wa.me",     "wa:",      "wa ",     "w.app",           "واٹس ایپ", "واٹساپ", "وٹس ایپ",
          "واٹس اپ",  "واټساپ",    "واٽس ايپ", "واتساب",  "واتس‌اپ", "واتساپ",   "व्हाट्सएप"}},
        {IdentifierKind::kEasypaisa,
         {"easypaisa", "easy paisa", "easypesa", "easy pesa", "easypaysa", "easy-paisa", "ایزی پیسہ",
          "ایزی پیسا", "ايزي پئسا", "ایزي پیسه"}},
        {IdentifierKind::kJazzcash,
         {"jazzcash", "jazz cash", "jaz cash", "jazcash", "jazz-cash", "mobicash", "جاز کیش", "جیز کیش",
          "جازکیش"}},
        {IdentifierKind::kRaast, {"raast", "راست آئی", "راست"}},
        {IdentifierKind::kSignal, {"signal", "سگنل"}},
        {IdentifierKind::kTelegram, {"telegram", "tg:", "tg ", "ٹیلیگرام", "ٹیلی گرام", "تلگرام"}},
        {IdentifierKind::kPaymentAccount,
         {"sadapay", "sada pay", "nayapay", "naya pay", "upaisa", "zindigi", "konnect", "omni", "account no",
          "account number", "acc no", "a/c no", "acc number", "سادہ پے", "نیا پے", "اکاؤنٹ نمبر"}},
    };
    for (const Use& use : uses) {
      size_t nearest = std::string::npos;
      for (const std::string_view word : use.words) {
        const size_t at = before.rfind(word);
        if (at == std::string::npos || (at > 0 && IsAsciiLetter(before[at - 1]) && IsAsciiLetter(word[0])))
          continue;
        nearest = nearest == std::string::npos ? at : std::max(nearest, at);
      }
      // Another number in between means the label was that one's.
      bool labelled = nearest != std::string::npos &&
                      std::count_if(before.begin() + static_cast<std::ptrdiff_t>(nearest), before.end(),
                                    [](char c) { return IsAsciiDigit(c); }) < 7;
      // "tg" and "wa" alone are labels only right before the number; a telegram name is what one expects there.
      if (labelled && use.kind == IdentifierKind::kTelegram) labelled = before.size() - nearest < 20;
      if (!labelled) labelled = LabelledBehind(after, use.words);
      if (!labelled) continue;
      Add(use.kind, hit.e164, IdentifierCheck::kNone, begin, end);
      if (use.kind == IdentifierKind::kEasypaisa || use.kind == IdentifierKind::kJazzcash ||
          use.kind == IdentifierKind::kPaymentAccount)
        WalletOwner(end);
    }
  }

  // "0301-2345678 (WhatsApp only)", "0301... jazzcash": a label within the first words behind, before another number.
  static bool LabelledBehind(std::string_view after, std::initializer_list<std::string_view> words) {
    const size_t figures = after.find_first_of("0123456789");
    after = after.substr(0, figures);
    size_t at = 0;
    while (at < after.size() && !IsLetterByte(after[at])) ++at;
    // What begins with a colon behind it is the label of the next number.
    for (const std::string_view word : words) {
      const size_t found = after.find(word);
      if (found == std::string_view::npos || found > at + 10) continue;
      size_t end = found + word.size();
      while (end < after.size() && after[end] == ' ') ++end;
      if (end < after.size() && (after[end] == ':' || after[end] == '=')) continue;
      if (figures != std::string_view::npos && end >= after.size()) continue;
      return true;
    }
    return false;
  }

  // Whose wallet a number is, right behind it: "(Muhammad Aslam)", "name: Shazia Bibi", "title Rana Tariq".
  void WalletOwner(size_t pos) {
    constexpr size_t kMaxWord = 20;
    while (pos < text_.size() &&
           (text_[pos] == ' ' || text_[pos] == ',' || text_[pos] == '-' || text_[pos] == '\n'))
      ++pos;
    bool told = pos < text_.size() && text_[pos] == '(';
    const bool bracket = told;
    if (bracket) ++pos;
    for (const std::string_view label : {"account title", "account name", "acc title", "a/c title", "title",
                                         "name", "naam", "ac name", "owner"}) {
      if (!EqualsIgnoringCase(text_.substr(pos, label.size()), label)) continue;
      pos += label.size();
      told = true;
      break;
    }
    if (!told) return;
    while (pos < text_.size() &&
           (text_[pos] == ' ' || text_[pos] == ':' || text_[pos] == '=' || text_[pos] == '-'))
      ++pos;
    // Two to four names, each with a capital.
    size_t end = pos, behind = pos;
    int names = 0;
    while (names < 4 && end < text_.size() && text_[end] >= 'A' && text_[end] <= 'Z') {
      size_t stop = end + 1;
      while (stop < text_.size() && IsAsciiLetter(text_[stop])) ++stop;
      if (stop - end < 2 || stop - end > kMaxWord) break;
      if (IsOneOf(AsciiLowered(text_.substr(end, stop - end)),
                  {"whatsapp", "only", "easypaisa", "jazzcash", "call", "sms", "bank", "advance", "payment",
                   "number", "iban", "account", "contact", "telegram", "please", "send", "and", "or"}))
        break;
      ++names;
      behind = stop;
      end = stop;
      while (end < text_.size() && text_[end] == ' ') ++end;
    }
    if (names < 2 || (bracket && (end >= text_.size() || text_[end] != ')'))) return;
    Add(IdentifierKind::kPaymentAccount, FoldWhiteSpace(text_.substr(pos, behind - pos)),
        IdentifierCheck::kNone, pos, behind);
  }

  // "Account title: Muhammad Ali", "A/C no 0123-4567890", "Till ID 981234": who and where money goes to.
  void PaymentAccountAt(size_t at) {
    static constexpr std::string_view kTitles[] = {
        "account title",  "account tittle",   "acc title",    "a/c title",      "title of account",
        "account name",   "acc name",         "a/c name",     "easypaisa name", "jazzcash name",
        "account holder", "beneficiary name", "اکاؤنٹ ٹائٹل", "اکاؤنٹ کا نام",  "اکاونٹ ٹائٹل"};
    static constexpr std::string_view kNumbers[] = {
        "account number", "account no",   "account #",   "acc number",  "acc no",   "acc #",   "a/c no",
        "a/c number",     "a/c #",        "a/c",         "account num", "till id",  "till no", "till number",
        "till code",      "bank account", "اکاؤنٹ نمبر", "اکاونٹ نمبر", "ٹل آئی ڈی"};
    static constexpr StartFilter kStarts = [] {
      StartFilter filter;
      for (const std::string_view label : kTitles) filter.Add(label);
      for (const std::string_view label : kNumbers) filter.Add(label);
      return filter;
    }();
    if (!kStarts.MayBegin(text_, at)) return;
    if (at > 0 && (IsWordByte(text_[at - 1]) || (IsNonAscii(text_[at]) && IsNonAscii(text_[at - 1])))) return;
    for (const std::string_view label : kTitles) {
      if (!EqualsIgnoringCase(text_.substr(at, label.size()), label)) continue;
      AccountTitle(at + label.size());
      break;
    }
    for (const std::string_view label : kNumbers) {
      if (!EqualsIgnoringCase(text_.substr(at, label.size()), label)) continue;
      AccountNumber(at + label.size());
      break;
    }
  }

  // Behind a label: signs, and "is"; npos where something else follows.
  size_t BehindSign(size_t pos, bool needed) const {
    bool sign = false;
    for (int steps = 0; pos < text_.size() && steps < 8; ++steps) {
      const char c = text_[pos];
      if (c == ':' || c == '=' || c == '-' || c == '.' || c == '#') {
        sign = true;
        ++pos;
      } else if (c == ' ' || c == '*' || c == '\t') {
        ++pos;
      } else if (EqualsIgnoringCase(text_.substr(pos, 3), "is ") ||
                 EqualsIgnoringCase(text_.substr(pos, 3), "no ")) {
        pos += 3;
        sign = true;
      } else {
        break;
      }
    }
    return (needed && !sign) || pos >= text_.size() ? std::string_view::npos : pos;
  }

  void AccountTitle(size_t pos) {
    constexpr size_t kMaxTitleBytes = 80;
    pos = BehindSign(pos, true);
    if (pos == std::string_view::npos) return;
    size_t end = pos, behind = pos;
    int words = 0;
    while (end < text_.size() && end - pos < kMaxTitleBytes && words < 5) {
      size_t stop = end;
      while (stop < text_.size() && stop - end < 40 &&
             (IsLetterByte(text_[stop]) || (text_[stop] == '.' && stop > end))) {
        ++stop;
      }
      if (stop == end || stop - pos > kMaxTitleBytes) break;
      const std::string word = AsciiLowered(text_.substr(end, stop - end));
      if (IsOneOf(word, {"easypaisa", "jazzcash", "bank", "number", "no", "account", "iban", "send",
                         "whatsapp", "meezan", "hbl", "ubl", "mcb", "is", "and", "payment"})) {
        break;
      }
      ++words;
      end = behind = WholeCharacter(stop);
      while (end < text_.size() && text_[end] == ' ') ++end;
    }
    while (behind > pos && (text_[behind - 1] == '.' || text_[behind - 1] == ' ')) --behind;
    const std::string name = FoldWhiteSpace(text_.substr(pos, behind - pos));
    if (name.size() >= 4) Add(IdentifierKind::kPaymentAccount, name, IdentifierCheck::kNone, pos, behind);
  }

  void AccountNumber(size_t pos) {
    pos = BehindSign(pos, false);
    if (pos == std::string_view::npos) return;
    std::string digits;
    size_t end = pos, behind = pos;
    int gaps = 0;
    while (end < text_.size() && digits.size() < 24) {
      if (IsAsciiDigit(text_[end])) {
        digits += text_[end++];
        behind = end;
      } else if ((text_[end] == '-' || text_[end] == ' ') && !digits.empty() && end + 1 < text_.size() &&
                 IsAsciiDigit(text_[end + 1]) && gaps++ < 5) {
        ++end;
      } else {
        break;
      }
    }
    if (digits.size() < 6 || digits.size() > 20 || (behind < text_.size() && IsWordByte(text_[behind])))
      return;
    // A mobile number is an account of a wallet: it was read as one.
    if (digits.size() == 11 && digits.starts_with("03")) return;
    Add(IdentifierKind::kPaymentAccount, digits, IdentifierCheck::kNone, pos, behind);
  }

  // What a byte may introduce, by itself.
  static constexpr uint8_t kHandle = 1, kMail = 2, kLink = 4, kAccount = 8;
  static constexpr auto kIntroduces = [] {
    std::array<uint8_t, 256> table{};
    const auto add = [&](std::string_view bytes, uint8_t what) {
      for (const char c : bytes) table[static_cast<unsigned char>(c)] |= what;
    };
    add("tTwWiIsSfF\xd8\xd9\xda", kHandle);  // as MayBeginLabel
    add("aA@[({<\xd8", kMail);
    add("tTwW", kLink);
    add("aAbBeEjJtT\xd8\xd9", kAccount);  // labels of accounts, titles and tills
    return table;
  }();

  const std::string_view text_;
  const IdentifierOptions& options_;
  std::vector<Identifier> out_;
  std::vector<Span> blocks_;
  size_t block_ = 0;
};

}  // namespace

std::vector<Identifier> FindIdentifiers(std::string_view text, const IdentifierOptions& options) {
  return Finder(text, options).Run();
}

}  // namespace gasht
