#include "store/stand_alone.h"

#include <algorithm>

#include <fmt/format.h>

namespace gasht {
namespace {

constexpr std::string_view kOwnText = "text";

// Where on the page the listing's words stand; empty when it brings its own or the span fits no text.
Span PlaceOfWords(const PageAnalysis& analysis, const Listing& listing) {
  const bool fits =
      listing.span.begin <= listing.span.end && listing.span.end <= analysis.document.text.size();
  return listing.text.empty() && fits ? listing.span : Span{};
}

// `text` cut to kMaxOwnText, not within a code point.
std::string Bounded(std::string_view text) {
  size_t end = std::min(text.size(), kMaxOwnText);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

// The field of the message that a listing of kind message stands for.
bool IsOwnMessage(const PageAnalysis& analysis, const Listing& listing, std::string_view field) {
  if (listing.kind != ListingKind::kMessage || !field.starts_with("messages/") || !field.ends_with("/text"))
    return false;
  for (size_t i = 0; i < analysis.messages.size(); ++i) {
    if (analysis.messages[i].id == listing.site_id && field == fmt::format("messages/{}/text", i))
      return true;
  }
  return false;
}

}  // namespace

void Rebase(const PageAnalysis& analysis, size_t index, std::string& field, Span& span) {
  const Listing& listing = analysis.listings[index];
  const std::string prefix = fmt::format("listings/{}/", index);
  if (field == prefix + "text" || IsOwnMessage(analysis, listing, field)) {
    field = kOwnText;
  } else if (field.starts_with(prefix)) {
    field = "listings/0/" + field.substr(prefix.size());
  } else if (field == kOwnText) {
    const Span words = PlaceOfWords(analysis, listing);
    if (span.begin >= words.begin && span.end <= words.end && words.size() > 0) {
      span.begin -= words.begin;
      span.end -= words.begin;
    } else {
      field = "page/text";
    }
  }
}

Listing StandAlone(const PageAnalysis& analysis, size_t index) {
  Listing listing = analysis.listings[index];
  if (listing.text.empty()) {
    const Span words = PlaceOfWords(analysis, listing);
    listing.text = analysis.document.text.substr(words.begin, words.size());
  }
  listing.text = Bounded(listing.text);
  listing.span = {0, listing.text.size()};
  for (Identifier& identifier : listing.identifiers)
    Rebase(analysis, index, identifier.field, identifier.span);
  return listing;
}

}  // namespace gasht
