#pragma once

// Pictures are never fetched; that there is one, where it lies and what its page calls it are facts of the listing that it
// stands in. Thread-safe free function over one parsed page; linear but for a budget.

#include <vector>

#include "extract/html.h"
#include "model/listing.h"

namespace gasht {

// Adds the facts "picture" (address without its query, which changes with every look) and "picture_alt" to listings that
// stand in the page and have a picture nearer than any other listing; to posts and messages only what is inside of them.
void AddPictures(const ParsedPage& page, std::vector<Listing>& listings);

}  // namespace gasht
