#include "casework/masking.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/utf8.h"
#include "model/ids.h"
#include "model/json.h"

namespace gasht {
namespace {

constexpr std::string_view kBlock = "\u2588";
constexpr size_t kSaltBytes = 16;
// Shorter ones would blot out words that have nothing to do with anybody.
constexpr size_t kShortestNeedle = 4;

bool IsMasked(const Identifier& identifier) {
  return identifier.role != IdentifierRole::kSeller;
}

std::string Blocks(std::string_view text) {
  std::string out;
  for (size_t i = CountCodePoints(text); i > 0; --i) out += kBlock;
  return out;
}

std::string Masked(const std::string& text, const std::vector<std::string>& needles) {
  std::string out = text;
  for (const std::string& needle : needles) {
    const std::string blocks = Blocks(needle);
    for (size_t at = out.find(needle); at != std::string::npos; at = out.find(needle, at + blocks.size()))
      out.replace(at, needle.size(), blocks);
  }
  return out;
}

// Every string of a tree whose depth our own writer bounds.
Json MaskStrings(const Json& json, const std::vector<std::string>& needles) {
  if (json.is_string()) return Masked(json.as_string(), needles);
  if (json.is_array()) {
    Json out = Json::MakeArray();
    for (const Json& item : json.items()) out.Push(MaskStrings(item, needles));
    return out;
  }
  if (!json.is_object()) return json;
  Json out = Json::MakeObject();
  for (const auto& [key, value] : json.entries()) out.Append(key, MaskStrings(value, needles));
  return out;
}

// The string an identifier's span lies in, as far as a stored finding has it.
std::string_view FieldOf(const Listing& listing, std::string_view field) {
  const size_t slash = field.rfind('/');
  const std::string_view last = slash == std::string_view::npos ? field : field.substr(slash + 1);
  if (last == "title") return listing.title;
  if (last == "vendor") return listing.vendor;
  if (last == "text") return listing.text;
  return {};
}

std::vector<std::string> NeedlesOf(const Listing& listing) {
  std::vector<std::string> needles;
  for (const Identifier& identifier : listing.identifiers) {
    if (!IsMasked(identifier)) continue;
    needles.push_back(identifier.value);
    const std::string_view field = FieldOf(listing, identifier.field);
    if (identifier.span.begin < identifier.span.end && identifier.span.end <= field.size())
      needles.emplace_back(field.substr(identifier.span.begin, identifier.span.end - identifier.span.begin));
  }
  std::erase_if(needles, [](const std::string& needle) { return needle.size() < kShortestNeedle; });
  // Longer first: a value may contain another.
  std::sort(needles.begin(), needles.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  needles.erase(std::unique(needles.begin(), needles.end()), needles.end());
  return needles;
}

}  // namespace

Digest CommitToRedaction(std::string_view salt, std::string_view kind, std::string_view value) {
  return HashParts("gasht-redaction-1", {salt, kind, value});
}

MaskedFinding MaskFinding(const Finding& finding) {
  MaskedFinding masked;
  masked.json = MaskStrings(ToJson(finding), NeedlesOf(finding.listing));
  const Json* listing = masked.json.Find("listing");
  const Json* identifiers = listing == nullptr ? nullptr : listing->Find("identifiers");
  if (identifiers == nullptr) return masked;
  Json changed = Json::MakeArray();
  for (size_t i = 0; i < identifiers->items().size(); ++i) {
    Json item = identifiers->items()[i];
    const Identifier& identifier = finding.listing.identifiers[i];
    if (IsMasked(identifier)) {
      Opening opening;
      opening.place = fmt::format("{}/identifiers/{}", finding.id.value, i);
      opening.kind = IdentifierKindName(identifier.kind);
      opening.value = identifier.value;
      opening.salt = RandomBytes(kSaltBytes);
      opening.commitment = CommitToRedaction(opening.salt, opening.kind, opening.value);
      item.Set("value", Blocks(identifier.value));
      item.Set("masked", true).Set("commitment", "sha256:" + opening.commitment.hex());
      masked.openings.push_back(std::move(opening));
    }
    changed.Push(std::move(item));
  }
  Json new_listing = *listing;
  new_listing.Set("identifiers", std::move(changed));
  masked.json.Set("listing", std::move(new_listing));
  return masked;
}

Json ToJson(const Opening& opening) {
  return Json::MakeObject()
      .Set("place", opening.place)
      .Set("kind", opening.kind)
      .Set("value", opening.value)
      .Set("salt", HexEncode(opening.salt))
      .Set("commitment", "sha256:" + opening.commitment.hex());
}

}  // namespace gasht
