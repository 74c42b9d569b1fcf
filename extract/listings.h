#pragma once

// Listings of a page: by the source's profile, else from structured data, forum and messenger adapters, repeated
// records and single-item pages. Thread-safe free functions over one parsed page.

#include <string>
#include <string_view>
#include <vector>

#include "extract/extract.h"
#include "extract/html.h"
#include "model/listing.h"

namespace gasht {

// By the profile's selectors. A selector that does not compile selects nothing and is a Weird "profile_selector" with
// the field's name; one that matches nothing on a page with items is a Weird "profile_unmatched", "item" when there are
// none.
std::vector<Listing> ListingsByProfile(const ParsedPage& page, const ExtractionProfile& profile,
                                       const ExtractLimits& limits, std::vector<Weird>& weirds);

// Repeated records with prices, or one item alone on its page. Empty when the page offers nothing that way.
std::vector<Listing> MineListings(const ParsedPage& page, const ExtractOptions& options);

// The lines of a price list, each an offer; empty when there are fewer than three that read alike.
std::vector<Listing> ListedLines(const ParsedPage& page, const ExtractOptions& options);

// What every listing gets however it was found: quantity from its title, identifiers, places, couriers, payment and
// delivery words from its own text. `page_identifiers`: of Document::text, in order, repeats included.
void CompleteListing(const Document& document, const ExtractOptions& options,
                     const std::vector<Identifier>& page_identifiers, Listing& listing);

// The site's own id in a link to an item ("/product/186765", "?id=42"); empty when it shows none.
std::string SiteIdOfUrl(std::string_view url);

}  // namespace gasht
