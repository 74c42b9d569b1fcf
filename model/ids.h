#pragma once

// Identity: distinct types for every id, fixed early because stored evidence refers to them for ever.
// Plain values.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/url.h"

namespace gasht {

// A name an operator chose: [a-z0-9-]{1,32}, never reused.
struct SourceId {
  std::string value;
  auto operator<=>(const SourceId&) const = default;
};
bool IsValidSourceId(std::string_view text);

// Dense: 1, 2, 3, ... in the order of commit. 0 is "none".
struct CaptureId {
  uint64_t value = 0;
  auto operator<=>(const CaptureId&) const = default;
};

// Which page of a source: the first 16 bytes of SHA-256 over "gasht-url-1", source, path and query, each with
// its length. The host is left out (mirrors are one identity), and so are the source's strip_params.
struct UrlKey {
  static constexpr size_t kBytes = 16;
  std::string bytes;
  auto operator<=>(const UrlKey&) const = default;
  std::string hex() const { return HexEncode(bytes); }
};
UrlKey MakeUrlKey(const SourceId& source, const Url& url, const std::vector<std::string>& strip_params);

// One advert of one source: 32 hex digits. H(source, the site's own id) where it has one, else
// H(source, kind, folded vendor, folded title); never price or stock.
struct ListingId {
  std::string value;
  auto operator<=>(const ListingId&) const = default;
};
bool IsValidListingId(std::string_view text);
ListingId MakeListingIdFromSiteId(const SourceId& source, std::string_view site_id);
ListingId MakeListingIdFromText(const SourceId& source, std::string_view kind, std::string_view folded_vendor,
                                std::string_view folded_title);

// One per (source, listing), however many rules match: "f-" and 16 hex digits of H(source, listing).
struct FindingId {
  std::string value;
  auto operator<=>(const FindingId&) const = default;
};
bool IsValidFindingId(std::string_view text);
FindingId MakeFindingId(const SourceId& source, const ListingId& listing);

// HMAC(store secret, SHA-256 of the payload): the same bytes have the same id in one store, and the id tells
// a stranger nothing.
struct PayloadId {
  Digest digest;
  auto operator<=>(const PayloadId&) const = default;
};

// SHA-256 over `domain` and `parts`, each preceded by its length as 8 bytes big-endian, so that no two lists
// of parts hash alike.
Digest HashParts(std::string_view domain, const std::vector<std::string_view>& parts);

}  // namespace gasht
