#pragma once

// Fold: what a page's analysis changes in what is known. Pure: the same stored state and analysis give the
// same batch, so it can be golden-tested, fuzzed and replayed. Runs in the store writer.

#include <map>
#include <vector>

#include "model/capture.h"
#include "model/finding.h"
#include "model/page_analysis.h"
#include "store/store.h"

namespace gasht {

// What is stored about the listings that the page shows, by listing id.
struct FoldState {
  std::map<ListingId, StoredListing> listings;
  std::map<ListingId, Finding> findings;
};

struct FoldResult {
  std::vector<StoredListing> listings;  // new or seen again
  std::vector<Observation> observations;
  std::vector<Finding> findings;  // new or seen again
  std::vector<FindingId> new_findings;
};

// The ids of the page's listings, in their order: what the state must hold for Fold.
std::vector<ListingId> ListingIdsOf(const SourceId& source, const PageAnalysis& analysis);

// REQUIRES: `state` holds what is stored for ListingIdsOf(capture.source, analysis); capture.id is set.
FoldResult Fold(const FoldState& state, const Capture& capture, const PageAnalysis& analysis);

}  // namespace gasht
