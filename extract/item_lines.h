#pragma once

// Price lists without markup: "Blue Dream - 10g - $120" a line, or a name on one line and its price on the next. Private
// to extract/. Thread-confined, as ItemPage is.

#include <string>
#include <string_view>
#include <vector>

#include "extract/item_page.h"
#include "model/listing.h"

namespace gasht {

// At least three lines that read alike, on a page that sells; else empty.
std::vector<Listing> PriceListLines(const ItemPage& page);

// "- 1) Blue Dream ....": the words between the marks of a list, its pictures and a price.
std::string_view WithoutMarks(std::string_view words);
// What the words before a price call the thing: up to the first separator that stands free, when something that can be a
// name stands before it.
std::string NameOf(std::string_view words);
// Not a sentence, a measure, a button or a word of accounting.
bool CanBeName(std::string_view name);

}  // namespace gasht
