#pragma once

// Embedded state: the JSON that a page's own program is fed with (__NEXT_DATA__, Nuxt, Redux). Shops that draw their
// pages in the browser have their goods nowhere else. Thread-safe free function over one parsed page.

#include <vector>

#include "extract/html.h"
#include "model/listing.h"

namespace gasht {

// Objects with a name and a price, wherever they lie; empty when there are none.
std::vector<Listing> StateListings(const ParsedPage& page, size_t max_listings);

}  // namespace gasht
