#pragma once

// Structured data: what a shop tells machines about its goods, in JSON-LD, microdata and Open Graph. Thread-safe free
// functions over one parsed page; broken JSON is mended where that is safe, else left alone.

#include <string>
#include <string_view>
#include <vector>

#include "extract/html.h"
#include "model/listing.h"

namespace gasht {

std::vector<Listing> StructuredListings(const ParsedPage& page, size_t max_listings);

// What the page's only product is said to be, as plain text; empty when there are none or several.
std::string ProductDescription(const ParsedPage& page);

// JSON as pages write it: comments, CDATA marks, control characters and trailing commas taken out.
std::string MendJson(std::string_view text);

}  // namespace gasht
