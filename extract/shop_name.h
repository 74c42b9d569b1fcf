#pragma once

// Whose shop a page is: a site with one seller is that seller, and nothing on its cards says so. Private to extract/.
// Thread-safe free functions over one parsed page.

#include <string>
#include <vector>

#include "extract/html.h"
#include "model/listing.h"

namespace gasht {

// The name of a shop that sells its own goods, as its page writes it: what it tells other sites (og:site_name), or the
// words (of its title, logo or copyright line) that its host is named after, or a part of the title that is also the
// copyright line's, or the first heading's where the title says nothing else. Empty where the page speaks of vendors,
// sellers, adverts or auctions, or nothing on it can be ordered.
std::string OwnShopName(const ParsedPage& page);

// Offers that name nobody are the shop's, where none of `listings` names anybody.
void NameShop(const ParsedPage& page, std::vector<Listing>& listings);

}  // namespace gasht
