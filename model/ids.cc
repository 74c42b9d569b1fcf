#include "model/ids.h"

#include <algorithm>

namespace gasht {
namespace {

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

bool IsValidSourceId(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Digest HashParts(std::string_view domain, const std::vector<std::string_view>& parts) {
  std::string message;
  const auto append = [&message](std::string_view part) {
    for (int shift = 56; shift >= 0; shift -= 8) message += static_cast<char>(part.size() >> shift & 0xff);
    message += part;
  };
  append(domain);
  for (const std::string_view part : parts) append(part);
  return Sha256(message);
}

UrlKey MakeUrlKey(const SourceId& source, const Url& url, const std::vector<std::string>& strip_params) {
  const Url kept = url.WithoutParams(strip_params);
  const Digest digest = HashParts("gasht-url-1", {source.value, kept.path(), kept.query()});
  return {std::string(digest.view().substr(0, UrlKey::kBytes))};
}

bool IsValidListingId(std::string_view text) {
  return text.size() == 32 && IsLowerHex(text);
}

ListingId MakeListingIdFromSiteId(const SourceId& source, std::string_view site_id) {
  return {HashParts("gasht-listing-site-1", {source.value, site_id}).hex().substr(0, 32)};
}

ListingId MakeListingIdFromText(const SourceId& source, std::string_view kind, std::string_view folded_vendor,
                                std::string_view folded_title) {
  return {HashParts("gasht-listing-text-1", {source.value, kind, folded_vendor, folded_title})
              .hex()
              .substr(0, 32)};
}

bool IsValidFindingId(std::string_view text) {
  return text.size() == 18 && text.starts_with("f-") && IsLowerHex(text.substr(2));
}

FindingId MakeFindingId(const SourceId& source, const ListingId& listing) {
  return {"f-" + HashParts("gasht-finding-1", {source.value, listing.value}).hex().substr(0, 16)};
}

}  // namespace gasht
