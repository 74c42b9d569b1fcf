#pragma once

// What rules say of a listing, why, and what a person decided. Plain values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "model/document.h"
#include "model/ids.h"
#include "model/listing.h"

namespace gasht {

// Medium and above is what an analyst is asked to look at.
enum class Level { kInformational = 1, kLow = 2, kMedium = 3, kHigh = 4, kCritical = 5 };
std::string_view LevelName(Level level);
std::optional<Level> ParseLevel(std::string_view name);

// The class words of the design, section 5.
bool IsSubstanceClass(std::string_view name);

struct ScorePart {
  std::string name;  // "substance", "offer", "price", "contact", "context", ...
  int32_t points = 0;
  friend bool operator==(const ScorePart&, const ScorePart&) = default;
};

struct RuleHit {
  std::string id;
  std::string version;
  int32_t points = 0;
  friend bool operator==(const RuleHit&, const RuleHit&) = default;
};

struct Substance {
  std::string id;  // "cannabis-resin"
  // One class, or several for a concept of variable content (composition: variable).
  std::vector<std::string> classes;
  bool variable_composition = false;
  friend bool operator==(const Substance&, const Substance&) = default;
};

// Where a reason stands. `text` equals the slice of the string at `field` of the printed object.
struct TermMatch {
  std::string
      field;         // "text", "title", "listings/0/title", "messages/2/text": a path into the printed object
  Span span;         // bytes
  std::string text;  // as written
  std::string normal;  // after folding
  std::string term;    // the lexicon entry or rule selection: "cannabis-resin/charas", "offer/home-delivery"
  friend bool operator==(const TermMatch&, const TermMatch&) = default;
};

struct Reasons {
  std::string en, ur;
  friend bool operator==(const Reasons&, const Reasons&) = default;
};

// What rules say of one listing (or of a whole page or message, given as one): no identity in time yet.
struct MatchCandidate {
  // Index into PageAnalysis::listings.
  uint32_t listing = 0;
  Level level = Level::kInformational;
  int32_t score = 0;  // 0-100
  std::vector<ScorePart> parts;
  std::vector<RuleHit> rules;
  std::vector<Substance> substances;
  std::vector<TermMatch> matches;
  Reasons reasons;
  friend bool operator==(const MatchCandidate&, const MatchCandidate&) = default;
};

// One advert of one source that rules raised, across visits, mirrors and rules.
struct Finding {
  FindingId id;
  SourceId source;
  ListingId listing_id;
  // The listing as last seen while it matched, and what was said of it then.
  Listing listing;
  MatchCandidate match;
  CaptureId first_capture, last_capture;
  UtcTime first_seen, last_seen;
  uint32_t times_seen = 0;
  std::string page_url;
  // The packs that said so; all zero where an older version did not record it.
  Digest rules_digest;
  friend bool operator==(const Finding&, const Finding&) = default;
};

// Looks at a listing, one after another, at which it said the same: the first of them, and those that followed.
struct Observation {
  ListingId listing_id;
  CaptureId capture;
  UtcTime seen_at;
  std::vector<CaptureId> again;  // ascending, each after `capture`
  UtcTime last_seen;             // of the last look
  std::vector<Price> prices;
  std::optional<Quantity> quantity;
  std::string
      stock;  // as written ("14 left", "sold out"); empty: nothing was said, or an older version did not record it
  CaptureId last_capture() const { return again.empty() ? capture : again.back(); }
  size_t times_seen() const { return 1 + again.size(); }
  std::vector<CaptureId> looks() const {
    std::vector<CaptureId> all = {capture};
    all.insert(all.end(), again.begin(), again.end());
    return all;
  }
  friend bool operator==(const Observation&, const Observation&) = default;
};

enum class Decision { kConfirmed = 1, kDismissed = 2, kNeedsMore = 3 };
std::string_view DecisionName(Decision decision);
std::optional<Decision> ParseDecision(std::string_view name);

// A person's word on a finding. Never changed, only followed by another.
struct Review {
  FindingId finding;
  Decision decision = Decision::kNeedsMore;
  std::string actor;  // who, by SO_PEERCRED or the console's user
  std::string note;
  UtcTime at;
  friend bool operator==(const Review&, const Review&) = default;
};

// Something about a source that a person must know: a seizure banner, a source gone silent.
struct Alert {
  SourceId source;
  std::string kind;  // "seizure_banner", "login_wall", ...
  CaptureId capture;
  UtcTime at;
  friend bool operator==(const Alert&, const Alert&) = default;
};

}  // namespace gasht
