#pragma once

// A page that is about one thing: an item on its own page, or a vendor's profile. Private to extract/. Thread-confined, as
// ItemPage is.

#include <optional>
#include <vector>

#include "extract/item_page.h"
#include "model/listing.h"

namespace gasht {

struct SingleItem {
  Listing listing;
  size_t price_position = 0;  // in the text; 0 for a profile
  double score = 0;           // how sure: 4 is the least that is told
};

// What the page may be about, best first: what its title says too, else what is marked as the main heading.
struct PageHead {
  NodeIndex node = kNoNode;
  double score = 0;
};
// `records` are the items of the page's lists, in order: what stands within one of them heads nothing else.
std::vector<PageHead> PageHeads(const ItemPage& page, const std::vector<Listing>& records);

// A heading with a price near it and something that says one can have it.
std::optional<SingleItem> FindSingleItem(const ItemPage& page, const std::vector<PageHead>& heads);

// "Vendor since", "Sales", "Rating", a PGP key behind a name: kind profile, with facts.
std::optional<Listing> FindProfile(const ItemPage& page, const std::vector<PageHead>& heads);

}  // namespace gasht
