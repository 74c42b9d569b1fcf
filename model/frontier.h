#pragma once

// FrontierEntry: what is known of one URL of a source and when it is due. The stored truth behind the crawl's
// schedule. Plain value.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "model/capture.h"
#include "model/fetch.h"
#include "model/ids.h"

namespace gasht {

// A closed set; numbers are stored.
enum class FrontierState {
  kScheduled = 1,  // due at `due`
  kRefused = 2,    // never again by our own rule: out of scope after a change, media type, budget
  kGone = 3,       // never again by the site's word: 404/410 twice, bad onion address
  kHeld = 4,       // waits for a person: login wall, onion authentication
  kCancelled = 5,  // never again by a person's word, until a person requeues it
  kDone = 6,       // asked for once by a person, outside every source, and answered
};
std::string_view FrontierStateName(FrontierState state);
std::optional<FrontierState> ParseFrontierState(std::string_view name);

// Lower is sooner. Numbers are stored.
enum class CrawlPriority : uint8_t { kNow = 0, kSeed = 1, kListing = 2, kIndex = 3, kRest = 4 };
// "now", "seed", "listing", "index", "rest".
std::string_view CrawlPriorityName(CrawlPriority priority);
std::optional<CrawlPriority> ParseCrawlPriority(std::string_view name);

// What a row's answer is read as. Numbers are stored.
enum class TargetKind { kPage = 1, kRobots = 2, kSitemap = 3, kFeed = 4, kMirrorList = 5 };
std::string_view TargetKindName(TargetKind kind);

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

  TargetKind kind = TargetKind::kPage;
  // Of the last answer that had one; meaningful when last_capture is not 0.
  PageClass page_class = PageClass::kContent;
  // The last body, and what its server called it (RFC 9110 8.8): only what may be sent back as it is.
  CaptureId body_capture;
  std::string etag, last_modified;
  // Between two looks, as it has adapted; zero before the second look.
  std::chrono::microseconds interval{0};
  // A person decides about a finding of this page: it is looked at on the review's clock.
  bool watched = false;
  // Of a row with priority `now`: what it goes back to, and in whose name and by what right it was asked for.
  CrawlPriority usual_priority = CrawlPriority::kRest;
  std::string asked_by, asked_authority;
  // The last round of the source in which it was seen as content (RoundOf); 0 never.
  uint64_t seen_round = 0;
  friend bool operator==(const FrontierEntry&, const FrontierEntry&) = default;
};

}  // namespace gasht
