#pragma once

// StoredListing: a listing of a source as last seen. Plain value.

#include "base/clock.h"
#include "model/ids.h"
#include "model/listing.h"

namespace gasht {

struct StoredListing {
  ListingId id;
  SourceId source;
  Listing listing;
  CaptureId first_capture, last_capture;
  UtcTime first_seen, last_seen;
  friend bool operator==(const StoredListing&, const StoredListing&) = default;
};

}  // namespace gasht
