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
// Of one advert on one page. A price list is short; a page that repeats an advert without end must not cost so.
constexpr size_t kMaxPrices = 100;

std::string OpeningOf(std::string_view text) {
  std::string folded = FoldForIdentity(text.substr(0, 4 * kOpeningBytes));
  size_t end = std::min(folded.size(), kOpeningBytes);
  // Not within a code point.
  while (end < folded.size() && end > 0 && (static_cast<uint8_t>(folded[end]) & 0xc0) == 0x80) --end;
  folded.resize(end);
  return folded;
}

// An advert of a page, with every place of the page that shows it and the strongest match among these.
struct Shown {
  ListingId id;
  std::vector<size_t> places;             // into PageAnalysis::listings, ascending
  const MatchCandidate* match = nullptr;  // the first of equals; null when nothing matched
};

std::vector<Shown> GroupById(const std::vector<ListingId>& ids, const PageAnalysis& analysis) {
  std::vector<Shown> shown;
  std::map<ListingId, size_t> group_of_id;
  std::vector<size_t> group_of_place;
  for (size_t place = 0; place < ids.size(); ++place) {
    const auto [it, is_new] = group_of_id.emplace(ids[place], shown.size());
    if (is_new) shown.push_back({ids[place], {}, nullptr});
    shown[it->second].places.push_back(place);
    group_of_place.push_back(it->second);
  }
  for (const MatchCandidate& candidate : analysis.candidates) {
    const MatchCandidate*& match = shown[group_of_place[candidate.listing]].match;
    if (match == nullptr || StrengthOf(candidate) > StrengthOf(*match)) match = &candidate;
  }
  return shown;
}

// A row that grows with every look has an end.
constexpr size_t kMaxLooks = 256;

bool SaysTheSame(const Observation& a, const Observation& b) {
  return a.prices == b.prices && a.quantity == b.quantity && a.stock == b.stock;
}

// `seen` is this look alone.
Observation FoldObservation(const FoldState& state, Observation seen) {
  const auto known = state.observations.find(seen.listing_id);
  if (known == state.observations.end()) return seen;
  const Observation& before = known->second;
  if (!SaysTheSame(before, seen) || before.times_seen() >= kMaxLooks || seen.capture <= before.last_capture())
    return seen;
  Observation longer = before;
  longer.again.push_back(seen.capture);
  longer.last_seen = seen.seen_at;
  return longer;
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
                       .last_seen = capture.started_utc,
                       .last_run = {}};
  if (const auto known = state.listings.find(id); known != state.listings.end()) {
    stored.first_capture = known->second.first_capture;
    stored.first_seen = known->second.first_seen;
  }
  return stored;
}

std::string StockOf(const Listing& listing) {
  for (const ListingFact& fact : listing.facts) {
    if (fact.name == "stock") return fact.value;
  }
  return {};
}

Observation Observe(const Capture& capture, const PageAnalysis& analysis, const Shown& shown) {
  Observation seen{.listing_id = shown.id,
                   .capture = capture.id,
                   .seen_at = capture.started_utc,
                   .again = {},
                   .last_seen = capture.started_utc,
                   .prices = {},
                   .quantity = analysis.listings[shown.places.front()].quantity,
                   .stock = {}};
  for (const size_t place : shown.places) {
    if (seen.stock.empty()) seen.stock = StockOf(analysis.listings[place]);
    for (const Price& price : analysis.listings[place].prices) {
      if (seen.prices.size() == kMaxPrices) return seen;
      if (std::find(seen.prices.begin(), seen.prices.end(), price) == seen.prices.end())
        seen.prices.push_back(price);
    }
  }
  return seen;
}

Finding FoldFinding(const FoldState& state, const Capture& capture, const PageAnalysis& analysis,
                    const Shown& shown, Listing listing) {
  const ListingId& id = shown.id;
  const MatchCandidate& match = *shown.match;
  Finding finding;
  finding.id = MakeFindingId(capture.source, id);
  finding.source = capture.source;
  finding.listing_id = id;
  finding.listing = std::move(listing);
  finding.listing.id = id.value;
  finding.match = match;
  finding.first_capture = finding.last_capture = capture.id;
  finding.first_seen = finding.last_seen = capture.started_utc;
  finding.times_seen = 1;
  finding.rules_digest = capture.rules_digest;
  finding.page_url = capture.final_url.empty() ? capture.url : capture.final_url;

  for (TermMatch& term : finding.match.matches) Rebase(analysis, match.listing, term.field, term.span);
  finding.match.listing = 0;

  if (const auto known = state.findings.find(id); known != state.findings.end()) {
    const Finding& before = known->second;
    finding.first_capture = before.first_capture;
    finding.first_seen = before.first_seen;
    finding.times_seen = before.times_seen + 1;
    // A weaker look at the same advert says less; other rules say something else.
    if (before.rules_digest == finding.rules_digest && StrengthOf(before.match) > StrengthOf(finding.match)) {
      finding.match = before.match;
      finding.listing = before.listing;
      finding.page_url = before.page_url;
    }
  }
  return finding;
}

}  // namespace

MatchStrength StrengthOf(const MatchCandidate& match) {
  return {match.level, match.score, match.substances.size(), match.matches.size()};
}

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

PageListings ListingsOf(const Capture& capture, const PageAnalysis& analysis) {
  PageListings page;
  page.listings.reserve(analysis.listings.size());
  page.ids.reserve(analysis.listings.size());
  for (size_t i = 0; i < analysis.listings.size(); ++i) {
    page.listings.push_back(StandAlone(analysis, i));
    page.ids.push_back(ListingIdOf(capture, page.listings.back()));
  }
  return page;
}

FoldResult Fold(const FoldState& state, const Capture& capture, const PageAnalysis& analysis,
                const PageListings& page) {
  assert(capture.id.value != 0);
  assert(page.listings.size() == analysis.listings.size());
  FoldResult result;
  if (capture.page_class != PageClass::kContent) return result;
  for (const Shown& shown : GroupById(page.ids, analysis)) {
    const Observation& observation =
        result.observations.emplace_back(FoldObservation(state, Observe(capture, analysis, shown)));
    StoredListing listing = FoldListing(state, capture, shown.id, page.listings[shown.places.front()]);
    listing.last_run = observation.capture;
    const auto before = state.listings.find(shown.id);
    if (observation.again.empty() || before == state.listings.end() ||
        before->second.listing != listing.listing)
      result.listings.push_back(std::move(listing));
    if (shown.match == nullptr) continue;
    result.findings.push_back(
        FoldFinding(state, capture, analysis, shown, page.listings[shown.match->listing]));
    if (!state.findings.contains(shown.id)) result.new_findings.push_back(result.findings.back().id);
  }
  return result;
}

}  // namespace gasht
