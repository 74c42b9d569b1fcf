#pragma once

// FrontierEntry: what is known of one URL of a source and when it is due. The stored truth behind the crawl's
// schedule. Plain value.

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "model/fetch.h"
#include "model/ids.h"

namespace gasht {

// A closed set; numbers are stored.
enum class FrontierState {
  kScheduled = 1,  // due at `due`
  kRefused = 2,    // never again by our own rule: out of scope after a change, media type, budget
  kGone = 3,       // never again by the site's word: 404/410 twice, bad onion address
  kHeld = 4,       // waits for a person: login wall, onion authentication, a blocked queue
};
std::string_view FrontierStateName(FrontierState state);

// Lower is sooner. Numbers are stored.
enum class CrawlPriority : uint8_t { kNow = 0, kSeed = 1, kListing = 2, kIndex = 3, kRest = 4 };

struct FrontierEntry {
  SourceId source;
  UrlKey key;
  std::string url;
  uint32_t depth = 0;
  CrawlPriority priority = CrawlPriority::kRest;
  FrontierState state = FrontierState::kScheduled;
  UtcTime due;
  uint32_t failures = 0;  // in a row
  uint32_t visits = 0;
  CaptureId last_capture;
  FetchOutcome last_outcome = FetchOutcome::kCancelled;  // meaningful when last_capture is not 0
  int32_t last_status = 0;  // HTTP, 0 when none came: a second 404 in a row means gone
  UtcTime last_fetch;
  // Change is measured on what is offered, not on raw bytes.
  Digest last_signature;
  // Which page linked here first, 0 for a seed.
  CaptureId found_on;
  friend bool operator==(const FrontierEntry&, const FrontierEntry&) = default;
};

}  // namespace gasht
