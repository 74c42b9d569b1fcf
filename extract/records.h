#pragma once

// Repeated records: the elements of a page that are alike in tag and class, each with an amount of money and a name. The
// same place in every record holds the same field, so fields are voted on by all records together. Private to extract/.

#include <vector>

#include "extract/item_page.h"
#include "model/listing.h"

namespace gasht {

// In document order; empty when nothing repeats. Each is called by a link, a heading or what its class names a title. Of
// one record alone (a search with one result), that one, when the names of its elements say what it is.
std::vector<Listing> RepeatedRecords(const ItemPage& page);

// The same called by words alone (cells, bold words). Weaker: reviews and accounts look alike, and much of what is alike
// on an item's own page is no item.
std::vector<Listing> PlainRecords(const ItemPage& page);

// Of those only lists in which most records have a way of their own to order them: sure enough beside a heading with a
// price.
std::vector<Listing> OrderedRecords(const ItemPage& page);

}  // namespace gasht
