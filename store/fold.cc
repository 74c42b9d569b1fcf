#include "store/fold.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

#include "store/stand_alone.h"
#include "text/identity.h"

namespace gasht {
namespace {

// Enough to tell posts apart, short enough that an edit at the end of one is not a new post.
constexpr size_t kOpeningBytes = 200;

std::string OpeningOf(std::string_view text) {
  std::string folded = FoldForIdentity(text.substr(0, 4 * kOpeningBytes));
  size_t end = std::min(folded.size(), kOpeningBytes);
  // Not within a code point.
  while (end < folded.size() && end > 0 && (static_cast<uint8_t>(folded[end]) & 0xc0) == 0x80) --end;
  folded.resize(end);
  return folded;
}

// The listings of a page as Fold sees them: each id once, with every place of the page that shows it.
struct Shown {
  ListingId id;
  std::vector<size_t> places;  // into PageAnalysis::listings, ascending
};

std::vector<Shown> GroupById(const std::vector<ListingId>& ids) {
  std::vector<Shown> shown;
  std::map<ListingId, size_t> position;
  for (size_t i = 0; i < ids.size(); ++i) {
    const auto [it, is_new] = position.emplace(ids[i], shown.size());
    if (is_new) shown.push_back({ids[i], {}});
    shown[it->second].places.push_back(i);
  }
  return shown;
}

StoredListing FoldListing(const FoldState& state, const Capture& capture, const ListingId& id,
                          Listing listing) {
  listing.id = id.value;
  StoredListing stored{.id = id,
                       .source = capture.source,
                       .listing = std::move(listing),
                       .first_capture = capture.id,
                       .last_capture = capture.id,
                       .first_seen = capture.started_utc,
                       .last_seen = capture.started_utc};
  if (const auto known = state.listings.find(id); known != state.listings.end()) {
    stored.first_capture = known->second.first_capture;
    stored.first_seen = known->second.first_seen;
  }
  return stored;
}

Observation Observe(const Capture& capture, const PageAnalysis& analysis, const Shown& shown) {
  Observation seen{.listing_id = shown.id,
                   .capture = capture.id,
                   .seen_at = capture.started_utc,
                   .prices = {},
                   .quantity = analysis.listings[shown.places.front()].quantity};
  for (const size_t place : shown.places) {
    for (const Price& price : analysis.listings[place].prices) {
      if (std::find(seen.prices.begin(), seen.prices.end(), price) == seen.prices.end())
        seen.prices.push_back(price);
    }
  }
  return seen;
}

// The strongest of the candidates that name one of `places`; the first of equals. Null when there is none.
const MatchCandidate* StrongestOf(const PageAnalysis& analysis, const std::vector<size_t>& places) {
  const MatchCandidate* best = nullptr;
  for (const MatchCandidate& candidate : analysis.candidates) {
    if (!std::binary_search(places.begin(), places.end(), size_t{candidate.listing})) continue;
    if (best == nullptr || std::pair(candidate.level, candidate.score) > std::pair(best->level, best->score))
      best = &candidate;
  }
  return best;
}

Finding FoldFinding(const FoldState& state, const Capture& capture, const ListingId& id,
                    const PageAnalysis& analysis, const MatchCandidate& match) {
  Finding finding;
  finding.id = MakeFindingId(capture.source, id);
  finding.source = capture.source;
  finding.listing_id = id;
  finding.listing = StandAlone(analysis, match.listing);
  finding.listing.id = id.value;
  finding.match = match;
  finding.first_capture = finding.last_capture = capture.id;
  finding.first_seen = finding.last_seen = capture.started_utc;
  finding.times_seen = 1;
  finding.page_url = capture.final_url.empty() ? capture.url : capture.final_url;

  for (TermMatch& term : finding.match.matches) Rebase(analysis, match.listing, term.field, term.span);
  finding.match.listing = 0;

  if (const auto known = state.findings.find(id); known != state.findings.end()) {
    finding.first_capture = known->second.first_capture;
    finding.first_seen = known->second.first_seen;
    finding.times_seen = known->second.times_seen + 1;
  }
  return finding;
}

}  // namespace

ListingId ListingIdOf(const Capture& capture, const Listing& listing) {
  if (!listing.site_id.empty()) return MakeListingIdFromSiteId(capture.source, listing.site_id);
  const std::string_view kind = ListingKindName(listing.kind);
  if (listing.kind == ListingKind::kPage)
    return MakeListingIdFromText(capture.source, kind, "", capture.url_key.hex());
  std::string title = FoldForIdentity(listing.title);
  if (title.empty()) title = OpeningOf(listing.text);
  if (title.empty()) title = listing.url.empty() ? capture.url_key.hex() : listing.url;
  return MakeListingIdFromText(capture.source, kind, FoldForIdentity(listing.vendor), title);
}

std::vector<ListingId> ListingIdsOf(const Capture& capture, const PageAnalysis& analysis) {
  std::vector<ListingId> ids;
  ids.reserve(analysis.listings.size());
  for (size_t i = 0; i < analysis.listings.size(); ++i)
    ids.push_back(ListingIdOf(capture, StandAlone(analysis, i)));
  return ids;
}

FoldResult Fold(const FoldState& state, const Capture& capture, const PageAnalysis& analysis) {
  assert(capture.id.value != 0);
  FoldResult result;
  if (capture.page_class != PageClass::kContent) return result;
  for (const Shown& shown : GroupById(ListingIdsOf(capture, analysis))) {
    result.listings.push_back(
        FoldListing(state, capture, shown.id, StandAlone(analysis, shown.places.front())));
    result.observations.push_back(Observe(capture, analysis, shown));
    const MatchCandidate* match = StrongestOf(analysis, shown.places);
    if (match == nullptr) continue;
    result.findings.push_back(FoldFinding(state, capture, shown.id, analysis, *match));
    if (!state.findings.contains(shown.id)) result.new_findings.push_back(result.findings.back().id);
  }
  return result;
}

}  // namespace gasht
