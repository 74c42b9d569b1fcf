#pragma once

// Fold: what a page's analysis changes in what is known. Pure: the same stored state and analysis give the
// same batch, so it can be golden-tested, fuzzed and replayed. Runs in the store writer.

#include <compare>
#include <cstdint>
#include <map>
#include <vector>

#include "model/capture.h"
#include "model/finding.h"
#include "model/page_analysis.h"
#include "model/stored_listing.h"

namespace gasht {

// What is stored about the listings that the page shows, by listing id.
struct FoldState {
  std::map<ListingId, StoredListing> listings;
  // The last observation of each.
  std::map<ListingId, Observation> observations;
  std::map<ListingId, Finding> findings;
};

struct FoldResult {
  // New or changed; each once, in the order of the page.
  std::vector<StoredListing> listings;
  // One for every advert of the page, new or longer by this look.
  std::vector<Observation> observations;
  std::vector<Finding> findings;
  // Those of `findings` that were raised for the first time.
  std::vector<FindingId> new_findings;
};

// The identity of a listing that stands alone (store/stand_alone.h): the site's own id where it has one; a page
// listing is its page; else kind, folded vendor and folded title, where the opening of its text stands in for a
// title that it has not.
ListingId ListingIdOf(const Capture& capture, const Listing& listing);

// The page's listings standing alone (store/stand_alone.h) and their ids, in the order of the page: worked out once, and
// needed both to load the state and to fold.
struct PageListings {
  std::vector<Listing> listings;
  std::vector<ListingId> ids;
};
PageListings ListingsOf(const Capture& capture, const PageAnalysis& analysis);

// How much a match says. Of two looks at an advert under the same rules the stronger one counts, of equals the later one: the
// one that says more, so that the order in which pages come decides little.
struct MatchStrength {
  Level level = Level::kInformational;
  int32_t score = 0;
  size_t substances = 0, matches = 0;
  friend auto operator<=>(const MatchStrength&, const MatchStrength&) = default;
};
MatchStrength StrengthOf(const MatchCandidate& match);

// An advert that says what it said at the last look makes that look's observation longer; another price, quantity or stock
// begins a new one. A page that is not content changes nothing. A listing that the page shows twice is one: the first is
// kept, the prices of all and the first word on its stock are observed, and the strongest match is the finding's. A listing that is seen again without a
// match leaves its finding as it was; with a weaker one of the same rules (a list shows less than the advert's own
// page), what the finding says. A match by other rules replaces what the finding said. Listings are stored standing
// alone: in a finding the match's listing is number 0 ("listings/0/title"), and "text" is the listing's own words.
// REQUIRES: `page` is ListingsOf(capture, analysis), and `state` holds what is stored for its ids; capture.id is set; every
// candidate names a listing of the analysis.
FoldResult Fold(const FoldState& state, const Capture& capture, const PageAnalysis& analysis,
                const PageListings& page);

}  // namespace gasht
