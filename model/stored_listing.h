#pragma once

// StoredListing: a listing of a source as last seen. Plain value. In the store its row is written when something of it
// changed; when it was last seen stands in its last observation (Store::GetListing puts both together).

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
  // The first look of its last observation; 0 in what older versions wrote, where that is `last_capture`.
  CaptureId last_run;
  friend bool operator==(const StoredListing&, const StoredListing&) = default;
};

}  // namespace gasht
