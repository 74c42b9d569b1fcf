#include "base/url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>

#include <curl/curl.h>
#include <fmt/format.h>
#include <idn2.h>
#include <libpsl.h>

#include "base/digest.h"

namespace gasht {
namespace {

struct CurlUrlDeleter {
  void operator()(CURLU* u) const { curl_url_cleanup(u); }
};
using CurlUrl = std::unique_ptr<CURLU, CurlUrlDeleter>;

struct CurlStringDeleter {
  void operator()(char* s) const { curl_free(s); }
};

bool IsWebSpace(char c) {
  return static_cast<unsigned char>(c) <= 0x20;
}

char AsciiLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string ToLower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), AsciiLower);
  return lower;
}

void AppendEscaped(unsigned char c, std::string& out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  out += '%';
  out += kHex[c >> 4];
  out += kHex[c & 15];
}

// What browsers do before they parse: trim, drop tabs and line breaks, turn backslashes before the query
// into slashes, escape what may not stand bare. Without it a link that every visitor can follow would be lost
// to us. The fragment is dropped: it is never sent.
std::string CleanReference(std::string_view text) {
  while (!text.empty() && IsWebSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsWebSpace(text.back())) text.remove_suffix(1);
  std::string out;
  out.reserve(text.size());
  bool in_path = true;
  for (const char c : text) {
    if (c == '\t' || c == '\n' || c == '\r') continue;
    if (c == '#') break;
    if (c == '?') in_path = false;
    if (IsWebSpace(c) || c == 0x7f) {
      AppendEscaped(static_cast<unsigned char>(c), out);
    } else {
      out += in_path && c == '\\' ? '/' : c;
    }
  }
  return out;
}

// "HTTP://x" to "http" and "//x"; no scheme when there is none (RFC 3986 section 3.1).
struct SchemeAndRest {
  std::string scheme;
  std::string_view rest;
};
SchemeAndRest SplitScheme(std::string_view reference) {
  const size_t end =
      reference.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
  const bool letter_first =
      !reference.empty() && AsciiLower(reference[0]) >= 'a' && AsciiLower(reference[0]) <= 'z';
  if (!letter_first || end == std::string_view::npos || reference[end] != ':') return {"", reference};
  return {ToLower(reference.substr(0, end)), reference.substr(end + 1)};
}

bool IsWebScheme(std::string_view scheme) {
  return scheme == "http" || scheme == "https";
}

std::string_view WithoutLeadingSlashes(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('/'), text.size()));
  return text;
}

bool IsUnreserved(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// RFC 3986 section 6.2.2: escapes in upper case, unreserved characters never escaped, what is not in `bare`
// escaped.
std::string NormaliseEscapes(std::string_view part, std::string_view bare) {
  std::string out;
  out.reserve(part.size());
  for (size_t i = 0; i < part.size(); ++i) {
    auto c = static_cast<unsigned char>(part[i]);
    const bool escaped =
        c == '%' && i + 2 < part.size() && HexValue(part[i + 1]) >= 0 && HexValue(part[i + 2]) >= 0;
    if (escaped) {
      c = static_cast<unsigned char>(HexValue(part[i + 1]) * 16 + HexValue(part[i + 2]));
      i += 2;
    }
    if (IsUnreserved(c) || (!escaped && bare.find(static_cast<char>(c)) != std::string_view::npos)) {
      out += static_cast<char>(c);
    } else {
      AppendEscaped(c, out);
    }
  }
  return out;
}

// RFC 3986 section 5.2.4, after the escapes: "/open/%2e%2e/closed" must not pass for something below /open/.
std::string RemoveDotSegments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_in_dots = false;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash in front of the segment
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    ends_in_dots = segment == "." || segment == "..";
    if (!ends_in_dots) kept.push_back(segment);
    if (segment == ".." && !kept.empty()) kept.pop_back();
  }
  std::string out;
  for (const std::string_view segment : kept) out.append("/").append(segment);
  if (ends_in_dots || out.empty()) out += '/';
  return out;
}

std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* raw = nullptr;
  if (curl_url_get(url, part, &raw, flags) != CURLUE_OK || raw == nullptr) return {};
  const std::unique_ptr<char, CurlStringDeleter> owned(raw);
  return owned.get();
}

Status BadUrl(std::string_view what) {
  return Status::InvalidArgument(fmt::format("not a usable URL: {}", what));
}

// One part of an IPv4 address as resolvers take it: decimal, octal with a leading 0, hexadecimal with 0x.
std::optional<uint64_t> ParseIpv4Number(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.starts_with('0')) {
    base = 8;
    text.remove_prefix(1);
  }
  if (text.empty() && base == 16) return 0;
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A host whose last label is a number is an address, written in any of the ways that resolvers take, or
// nothing (WHATWG URL, "ends in a number"). One address must have one name, or policy on addresses could be
// evaded.
bool EndsInNumber(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);
  const bool digits = !last.empty() && last.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ||
         (last.starts_with("0x") && last.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos);
}

Result<std::string> CanonicalIpv4(std::string_view host) {
  const Status bad = BadUrl("not an IPv4 address, though its last part is a number");
  uint64_t address = 0;
  for (int part = 0; part < 4; ++part) {
    const size_t dot = host.find('.');
    const auto number = ParseIpv4Number(host.substr(0, dot));
    if (!number) return bad;
    if (dot == std::string_view::npos) {
      // The last number fills the bytes that are left.
      const uint64_t limit = uint64_t{1} << (8 * (4 - part));
      if (*number >= limit) return bad;
      address |= *number;
      return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255,
                         address & 255);
    }
    if (*number > 255) return bad;
    address |= *number << (24 - 8 * part);
    host.remove_prefix(dot + 1);
  }
  return bad;
}

// IDNA (UTS 46, non-transitional) to A-labels. libcurl would depend on the process's locale for it.
Result<std::string> ToAsciiHost(const std::string& host) {
  const bool ascii =
      std::all_of(host.begin(), host.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  std::string lower = ToLower(host);
  if (ascii && lower.find("xn--") == std::string::npos) return lower;
  uint8_t* raw = nullptr;
  const int rc = idn2_lookup_u8(reinterpret_cast<const uint8_t*>(lower.c_str()), &raw,
                                IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (rc != IDN2_OK) return BadUrl(fmt::format("host is no valid domain name ({})", idn2_strerror(rc)));
  std::string name(reinterpret_cast<const char*>(raw));
  idn2_free(raw);
  return name;
}

Result<std::string> CanonicalHost(const std::string& raw) {
  if (raw.starts_with('[')) return ToLower(raw);  // libcurl has checked and shortened it
  GASHT_ASSIGN_OR_RETURN(std::string host, ToAsciiHost(raw));
  if (host.empty()) return BadUrl("no host");
  if (host.size() > 253) return BadUrl("host longer than 253 bytes");
  if (host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") != std::string::npos)
    return BadUrl("character not allowed in a host");
  if (host.front() == '.' || host.back() == '.' || host.find("..") != std::string::npos)
    return BadUrl("an empty label in the host");
  return EndsInNumber(host) ? CanonicalIpv4(host) : host;
}

}  // namespace

std::string Url::origin() const {
  std::string out = fmt::format("{}://{}", scheme_, host_);
  const uint16_t standard = scheme_ == "https" ? 443 : 80;
  if (port_ != standard) out += fmt::format(":{}", port_);
  return out;
}

void Url::Assemble() {
  text_ = origin() + path_;
  if (!query_.empty()) text_ += "?" + query_;
}

namespace {

struct Parts {
  std::string scheme, host, path, query;
  uint16_t port = 0;
};

// What stands bare in a canonical path and query, besides letters, digits and "-._~".
constexpr std::string_view kBareInPath = "!$&'()*+,;=:@/[]|";
constexpr std::string_view kBareInQuery = "!$&()*+,;=:@/?[]|";

// `rest` is all behind "scheme://", cleaned.
Result<Parts> ReadParts(std::string_view scheme, std::string_view rest) {
  const CurlUrl url(curl_url());
  if (!url) return Status::ResourceExhausted("out of memory");
  const std::string text = fmt::format("{}://{}", scheme, rest);
  constexpr unsigned kFlags = CURLU_DISALLOW_USER | CURLU_PATH_AS_IS;
  if (const CURLUcode rc = curl_url_set(url.get(), CURLUPART_URL, text.c_str(), kFlags); rc != CURLUE_OK)
    return BadUrl(curl_url_strerror(rc));
  Parts parts;
  parts.scheme = scheme;
  if (!Part(url.get(), CURLUPART_ZONEID).empty()) return BadUrl("an IPv6 zone");
  GASHT_ASSIGN_OR_RETURN(parts.host, CanonicalHost(Part(url.get(), CURLUPART_HOST)));
  const std::string port = Part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), parts.port);
  if (error != std::errc() || end != port.data() + port.size() || parts.port == 0) return BadUrl("bad port");
  parts.path = RemoveDotSegments(NormaliseEscapes(Part(url.get(), CURLUPART_PATH), kBareInPath));
  parts.query = NormaliseEscapes(Part(url.get(), CURLUPART_QUERY), kBareInQuery);
  return parts;
}

}  // namespace

Result<Url> Url::FromClean(std::string_view scheme, std::string_view rest) {
  if (!IsWebScheme(scheme))
    return BadUrl(scheme.empty() ? "no scheme (http:// or https://)" : "only http and https are fetched");
  GASHT_ASSIGN_OR_RETURN(Parts parts, ReadParts(scheme, rest));
  Url url;
  url.scheme_ = std::move(parts.scheme);
  url.host_ = std::move(parts.host);
  url.port_ = parts.port;
  url.path_ = std::move(parts.path);
  url.query_ = std::move(parts.query);
  url.Assemble();
  if (url.text_.size() > kMaxBytes) return BadUrl("longer than 8192 bytes");
  return url;
}

Result<Url> Url::Parse(std::string_view text) {
  if (text.size() > kMaxBytes) return BadUrl("longer than 8192 bytes");
  const std::string clean = CleanReference(text);
  const auto [scheme, rest] = SplitScheme(clean);
  return FromClean(scheme, WithoutLeadingSlashes(rest));
}

Result<Url> Url::Resolve(const Url& base, std::string_view reference) {
  if (reference.size() > kMaxBytes) return BadUrl("longer than 8192 bytes");
  const std::string clean = CleanReference(reference);
  auto [scheme, rest] = SplitScheme(clean);
  // "http:page" on a page of http means "page", as it did before there were standards.
  const bool relative = scheme.empty() || (scheme == base.scheme_ && !rest.starts_with("//"));
  if (!relative) return FromClean(scheme, WithoutLeadingSlashes(rest));
  if (rest.empty()) return base;
  if (rest.starts_with("//")) return FromClean(base.scheme_, WithoutLeadingSlashes(rest));
  std::string absolute = base.origin().substr(base.scheme_.size() + 3);
  if (rest.starts_with('?')) {
    absolute += base.path_;
  } else if (!rest.starts_with('/')) {
    absolute += base.path_.substr(0, base.path_.rfind('/') + 1);
  }
  return FromClean(base.scheme_, absolute.append(rest));
}

bool Url::is_ip_literal() const {
  return host_.starts_with('[') || EndsInNumber(host_);
}

Url Url::WithoutParams(const std::vector<std::string>& names) const {
  if (names.empty() || query_.empty()) return *this;
  Url url = *this;
  url.query_.clear();
  std::string_view rest = query_;
  while (!rest.empty()) {
    const size_t amp = rest.find('&');
    const std::string_view pair = rest.substr(0, amp);
    rest = amp == std::string_view::npos ? std::string_view() : rest.substr(amp + 1);
    const std::string_view name = pair.substr(0, pair.find('='));
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    if (!url.query_.empty()) url.query_ += '&';
    url.query_ += pair;
  }
  url.Assemble();
  return url;
}

OnionCheck CheckOnion(std::string_view host) {
  if (!host.ends_with(".onion")) return OnionCheck::kNotOnion;
  std::string_view label = host.substr(0, host.size() - 6);
  if (const size_t dot = label.rfind('.'); dot != std::string_view::npos) label.remove_prefix(dot + 1);
  if (label.size() != 56) return OnionCheck::kWrongLength;
  // RFC 4648 base32 without padding: 56 letters are 35 bytes: public key, checksum, version.
  std::array<uint8_t, 35> raw{};
  uint32_t bits = 0;
  int bit_count = 0;
  size_t out = 0;
  for (const char c : label) {
    const char lower = AsciiLower(c);
    uint32_t value = 0;
    if (lower >= 'a' && lower <= 'z') {
      value = static_cast<uint32_t>(lower - 'a');
    } else if (lower >= '2' && lower <= '7') {
      value = static_cast<uint32_t>(lower - '2') + 26;
    } else {
      return OnionCheck::kBadCharacter;
    }
    bits = bits << 5 | value;
    bit_count += 5;
    if (bit_count >= 8) {
      bit_count -= 8;
      raw[out++] = static_cast<uint8_t>(bits >> bit_count & 0xff);
    }
  }
  if (raw[34] != 3) return OnionCheck::kBadVersion;
  std::string message = ".onion checksum";
  message.append(reinterpret_cast<const char*>(raw.data()), 32);
  message += '\x03';
  const Digest digest = Sha3_256(message);
  if (digest.bytes[0] != raw[32] || digest.bytes[1] != raw[33]) return OnionCheck::kBadChecksum;
  return OnionCheck::kValid;
}

std::string_view OnionCheckName(OnionCheck check) {
  switch (check) {
    case OnionCheck::kValid:
      return "valid";
    case OnionCheck::kNotOnion:
      return "not an onion host";
    case OnionCheck::kWrongLength:
      return "not 56 letters (version 2 addresses no longer exist)";
    case OnionCheck::kBadCharacter:
      return "a character outside a-z and 2-7";
    case OnionCheck::kBadChecksum:
      return "the checksum does not match: a letter is wrong";
    case OnionCheck::kBadVersion:
      return "not a version 3 address";
  }
  return "";
}

std::string RegistrableDomain(std::string_view host) {
  if (host.ends_with(".onion")) {
    const std::string_view label = host.substr(0, host.size() - 6);
    return std::string(host.substr(label.rfind('.') + 1));
  }
  const std::string name(host);
  if (host.starts_with('[') || EndsInNumber(host)) return name;
  const psl_ctx_t* list = psl_builtin();
  const char* domain = list == nullptr ? nullptr : psl_registrable_domain(list, name.c_str());
  return domain == nullptr ? name : std::string(domain);
}

}  // namespace gasht
