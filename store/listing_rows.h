#pragma once

// The rows of listings and of looks at them. What the key says (source, listing, first capture) is not said again in the
// row, and of a listing only what its looks do not say: a market has many of both. docs/storage-format.md, "Looks".
// Only store/ sees it. Free functions; a row that does not read is DataLoss that names it.

#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "model/finding.h"
#include "model/stored_listing.h"
#include "store/keys.h"
#include "store/records.h"

namespace gasht {

// Values under ListingKey and ObservationKey.
std::string ListingRow(StoredListing listing);
std::string LookRow(Observation look);

// When it was last seen stands in its last look: `last_capture` is the capture that it was written for, `last_seen` not set.
// Rows of before schema 4 have everything.
Result<StoredListing> DecodeListingRow(std::string_view key, std::string_view value);
Result<Observation> DecodeLookRow(std::string_view key, std::string_view value);

// From a View or a Batch. Nothing when it is not there.
template <typename Reader>
Result<std::optional<StoredListing>> ReadListing(Reader& reader, std::string_view key) {
  return ReadRow(reader, Family::kListing, key, &DecodeListingRow);
}

// The last observation, which the listing's row names. Nothing when it is not there: a listing whose last look was lawfully
// destroyed.
template <typename Reader>
Result<std::optional<Observation>> ReadLastObservation(Reader& reader, const StoredListing& listing) {
  // Before schema 3 every look had a row of its own.
  const CaptureId run = listing.last_run != CaptureId() ? listing.last_run : listing.last_capture;
  return ReadRow(reader, Family::kObservation, ObservationKey(listing.source, listing.id, run),
                 &DecodeLookRow);
}

}  // namespace gasht
