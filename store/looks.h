#pragma once

// Where a listing was last seen. Its row is written when something of it changed; every look stands in its observations,
// of which the row names the last. Only store/ sees it.

#include <optional>

#include "model/codec.h"
#include "store/keys.h"
#include "store/records.h"

namespace gasht {

// From a View or a Batch. Nothing when it is not there: a listing whose last look was lawfully destroyed.
template <typename Reader>
Result<std::optional<Observation>> ReadLastObservation(Reader& reader, const StoredListing& listing) {
  // Before schema 3 every look had a row of its own.
  const CaptureId run = listing.last_run != CaptureId() ? listing.last_run : listing.last_capture;
  return ReadRow(reader, Family::kObservation, ObservationKey(listing.source, listing.id, run),
                 &DecodeObservation);
}

}  // namespace gasht
