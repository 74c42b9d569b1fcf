#pragma once

// Url: the one parser that both decides (scope, policy) and fetches, so the two can never disagree.
//
// Syntax as libcurl reads RFC 3986, after the WHATWG URL standard's clean-up of what pages really contain
// (outer white space, tabs and line breaks inside, backslashes, too few or too many slashes, IDNA). url_test
// lists where canonical form differs from WHATWG's and why. Only http and https. Plain value, thread-safe to
// read.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace gasht {

class Url {
 public:
  // At most this many bytes, before and after canonicalisation.
  static constexpr size_t kMaxBytes = 8192;

  // An absolute http(s) URL in canonical form: lower-case scheme and host (IDNA to A-labels, IPv4 in dotted
  // decimal), no default port, no fragment, no empty query, dot segments removed (escaped ones too), escapes
  // in upper case and only where needed, path "/" when empty. Parsing a canonical URL gives it back. User
  // names and passwords, empty labels, and anything but letters, digits, "-", "_" and "." in a host are
  // refused.
  static Result<Url> Parse(std::string_view text);

  // `reference` as found on the page `base` (RFC 3986 section 5).
  static Result<Url> Resolve(const Url& base, std::string_view reference);

  const std::string& str() const { return text_; }
  std::string_view scheme() const { return scheme_; }
  std::string_view host() const { return host_; }
  uint16_t port() const { return port_; }
  std::string_view path() const { return path_; }
  // Without "?"; empty when there is none.
  std::string_view query() const { return query_; }
  // "scheme://host[:port]".
  std::string origin() const;

  bool is_onion() const { return host_.ends_with(".onion"); }
  // An IPv4 or IPv6 address instead of a name.
  bool is_ip_literal() const;

  // The same URL without the named query parameters; the order of the rest is kept.
  Url WithoutParams(const std::vector<std::string>& names) const;

  friend bool operator==(const Url& a, const Url& b) { return a.text_ == b.text_; }
  friend auto operator<=>(const Url& a, const Url& b) { return a.text_ <=> b.text_; }

 private:
  Url() = default;
  // `rest` is what stands behind "scheme://", cleaned up.
  static Result<Url> FromClean(std::string_view scheme, std::string_view rest);
  void Assemble();

  std::string text_, scheme_, host_, path_, query_;
  uint16_t port_ = 0;
};

// What is wrong with an onion host, if anything. Version 3 only; the checksum is that of
// rend-spec-v3 section 6, [ONIONADDRESS]. `host` may have subdomains ("www.<56 letters>.onion").
enum class OnionCheck { kValid, kNotOnion, kWrongLength, kBadCharacter, kBadChecksum, kBadVersion };
OnionCheck CheckOnion(std::string_view host);
std::string_view OnionCheckName(OnionCheck check);

// The registrable domain by the Public Suffix List ("a.b.example.co.uk" -> "example.co.uk"); for an onion
// its 56-letter label with ".onion"; the host itself where the list has no answer.
std::string RegistrableDomain(std::string_view host);

}  // namespace gasht
