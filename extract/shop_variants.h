#pragma once

// What a shop's item costs by weight or pack, where its software writes that into the page for its own scripts:
// WooCommerce's variations. Thread-safe free function over one parsed page.

#include <string_view>
#include <vector>

#include "extract/html.h"
#include "model/listing.h"

namespace gasht {

// A price for each variation, with what is bought at it; empty where the page has none. `currency` is the page's own.
std::vector<Price> VariantPrices(const ParsedPage& page, std::string_view currency);

}  // namespace gasht
