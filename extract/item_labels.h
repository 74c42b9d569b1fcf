#pragma once

// "Vendor: foo", "Ships from Netherlands", "Category | Hash": the labelled facts of an item, one a line. Private to
// extract/. Thread-safe.

#include <cstddef>
#include <string>
#include <string_view>

#include "model/document.h"
#include "model/listing.h"

namespace gasht {

// Reads the lines of `text` within `range` into fields of `listing` that are still empty; says how many different
// labels of an item it saw, known or used.
size_t ReadItemLabels(std::string_view text, Span range, Listing& listing);

// The same for a vendor's page ("Vendor since: 2021", "1,204 sales"): facts only, and how many labels of a vendor it saw.
size_t ReadProfileLabels(std::string_view text, Span range, Listing& listing);

// The name in "monoko LEVEL 1 VERIFIED", "White Lotus (412) 99%": up to the first count, bracket or badge; empty when it is
// too long for one.
std::string NameOfVendor(std::string_view value);

// "Ships from Canada", "shipped from Lahore by TCS", in running text: where from, where the listing does not say it yet.
// REQUIRES: listing.ships_from is empty.
void AddRoute(std::string_view text, Listing& listing);

}  // namespace gasht
