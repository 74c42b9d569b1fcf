#pragma once

// Price lists without markup: "Blue Dream - 10g - $120" a line, or a name on one line and its price on the next. Private
// to extract/. Thread-confined, as ItemPage is.

#include <vector>

#include "extract/item_page.h"
#include "model/listing.h"

namespace gasht {

// At least three lines that read alike, on a page that sells; else empty.
std::vector<Listing> PriceListLines(const ItemPage& page);

}  // namespace gasht
