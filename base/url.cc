#include "base/url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>
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

bool IsWebSpace(char c) { return static_cast<unsigned char>(c) <= 0x20; }

char AsciiLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// What browsers do before they parse: trim, drop tabs and line breaks, turn backslashes before the query
// into slashes. Without it a link that every visitor can follow would be lost to us.
std::string CleanReference(std::string_view text) {
  while (!text.empty() && IsWebSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsWebSpace(text.back())) text.remove_suffix(1);
  std::string out;
  out.reserve(text.size());
  bool in_path = true;
  for (const char c : text) {
    if (c == '\t' || c == '\n' || c == '\r') continue;
    if (c == '?' || c == '#') in_path = false;
    out += in_path && c == '\\' ? '/' : c;
  }
  // libcurl keeps the fragment apart only when it may; we never send one.
  if (const size_t hash = out.find('#'); hash != std::string::npos) out.resize(hash);
  return out;
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

// RFC 3986 section 6.2.2: escapes in upper case, unreserved characters never escaped, what may not stand
// bare escaped.
std::string NormaliseEscapes(std::string_view part) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  static constexpr std::string_view kBare = "!$&'()*+,;=:@/?[]|";
  std::string out;
  out.reserve(part.size());
  for (size_t i = 0; i < part.size(); ++i) {
    auto c = static_cast<unsigned char>(part[i]);
    if (c == '%' && i + 2 < part.size() && HexValue(part[i + 1]) >= 0 && HexValue(part[i + 2]) >= 0) {
      c = static_cast<unsigned char>(HexValue(part[i + 1]) * 16 + HexValue(part[i + 2]));
      i += 2;
      if (IsUnreserved(c)) {
        out += static_cast<char>(c);
      } else {
        out += '%';
        out += kHex[c >> 4];
        out += kHex[c & 15];
      }
      continue;
    }
    if (IsUnreserved(c) || kBare.find(static_cast<char>(c)) != std::string_view::npos) {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
  return out;
}

std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* raw = nullptr;
  if (curl_url_get(url, part, &raw, flags) != CURLUE_OK || raw == nullptr) return {};
  const std::unique_ptr<char, CurlStringDeleter> owned(raw);
  return owned.get();
}

Status BadUrl(std::string_view what) { return Status::InvalidArgument(fmt::format("not a usable URL: {}", what)); }

constexpr unsigned kParseFlags = CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE | CURLU_DISALLOW_USER;

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

Result<Parts> ReadParts(CURLU* url) {
  Parts parts;
  parts.scheme = Part(url, CURLUPART_SCHEME);
  if (parts.scheme != "http" && parts.scheme != "https") return BadUrl("only http and https are fetched");
  parts.host = Part(url, CURLUPART_HOST, CURLU_PUNYCODE);
  std::transform(parts.host.begin(), parts.host.end(), parts.host.begin(), AsciiLower);
  if (parts.host.empty()) return BadUrl("no host, or one that is no valid domain name");
  if (parts.host.size() > 253) return BadUrl("host longer than 253 bytes");
  if (parts.host.back() == '.') return BadUrl("host ends in a dot");
  for (const char c : parts.host) {
    if (static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) < 0x7f && c != '%') continue;
    return BadUrl("character not allowed in a host");
  }
  const std::string port = Part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), parts.port);
  if (error != std::errc() || end != port.data() + port.size() || parts.port == 0) return BadUrl("bad port");
  parts.path = NormaliseEscapes(Part(url, CURLUPART_PATH));
  if (parts.path.empty()) parts.path = "/";
  parts.query = NormaliseEscapes(Part(url, CURLUPART_QUERY));
  return parts;
}

}  // namespace

Result<Url> Url::Parse(std::string_view text) {
  if (text.size() > kMaxBytes) return BadUrl("longer than 8192 bytes");
  const std::string clean = CleanReference(text);
  const CurlUrl handle(curl_url());
  if (!handle) return Status::ResourceExhausted("out of memory");
  if (const CURLUcode rc = curl_url_set(handle.get(), CURLUPART_URL, clean.c_str(), kParseFlags); rc != CURLUE_OK)
    return BadUrl(curl_url_strerror(rc));
  GASHT_ASSIGN_OR_RETURN(Parts parts, ReadParts(handle.get()));
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

Result<Url> Url::Resolve(const Url& base, std::string_view reference) {
  if (reference.size() > kMaxBytes) return BadUrl("longer than 8192 bytes");
  const std::string clean = CleanReference(reference);
  if (clean.empty()) return base;
  if (clean.starts_with('?')) return Parse(base.origin() + base.path_ + clean);
  // A scheme of its own decides at once: libcurl would take "mailto:x" for a relative path.
  const size_t colon = clean.find(':');
  const size_t delimiter = clean.find_first_of("/?");
  if (colon != std::string::npos && (delimiter == std::string::npos || colon < delimiter)) {
    std::string scheme = clean.substr(0, colon);
    std::transform(scheme.begin(), scheme.end(), scheme.begin(), AsciiLower);
    if (scheme == "http" || scheme == "https") return Parse(clean);
    return BadUrl("only http and https are fetched");
  }
  const CurlUrl handle(curl_url());
  if (!handle) return Status::ResourceExhausted("out of memory");
  if (curl_url_set(handle.get(), CURLUPART_URL, base.text_.c_str(), kParseFlags) != CURLUE_OK)
    return BadUrl("base does not parse");
  if (const CURLUcode rc = curl_url_set(handle.get(), CURLUPART_URL, clean.c_str(), kParseFlags); rc != CURLUE_OK)
    return BadUrl(curl_url_strerror(rc));
  return Parse(Part(handle.get(), CURLUPART_URL));
}

bool Url::is_ip_literal() const {
  if (host_.starts_with('[')) return true;
  // inet_aton's grammar: up to four numbers, each decimal, octal or hexadecimal.
  size_t numbers = 0;
  std::string_view rest = host_;
  while (!rest.empty()) {
    const size_t dot = rest.find('.');
    std::string_view label = rest.substr(0, dot);
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    const bool hex = label.starts_with("0x");
    if (hex) label.remove_prefix(2);
    const auto digit = [hex](char c) { return hex ? HexValue(c) >= 0 : (c >= '0' && c <= '9'); };
    if ((label.empty() && !hex) || !std::all_of(label.begin(), label.end(), digit)) return false;
    ++numbers;
  }
  return numbers >= 1 && numbers <= 4;
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
    case OnionCheck::kValid: return "valid";
    case OnionCheck::kNotOnion: return "not an onion host";
    case OnionCheck::kWrongLength: return "not 56 letters (version 2 addresses no longer exist)";
    case OnionCheck::kBadCharacter: return "a character outside a-z and 2-7";
    case OnionCheck::kBadChecksum: return "the checksum does not match: a letter is wrong";
    case OnionCheck::kBadVersion: return "not a version 3 address";
  }
  return "";
}

std::string RegistrableDomain(std::string_view host) {
  if (host.ends_with(".onion")) {
    const size_t dot = host.rfind('.', host.size() - 7);
    return std::string(dot == std::string_view::npos ? host : host.substr(dot + 1));
  }
  const std::string name(host);
  const psl_ctx_t* list = psl_builtin();
  const char* domain = list == nullptr ? nullptr : psl_registrable_domain(list, name.c_str());
  return domain == nullptr ? name : std::string(domain);
}

}  // namespace gasht
