#pragma once

// Tables whose first row says what the columns hold. Private to extract/. Thread-confined, as ItemPage is.

#include <vector>

#include "extract/item_page.h"
#include "model/listing.h"

namespace gasht {

// Rows of tables with a column of names and one of prices.
std::vector<Listing> HeadedTables(const ItemPage& page);

// A row of a table whose head names columns of accounts, exchanges or reviews.
bool IsRowOfNoOffer(const ItemPage& page, NodeIndex row);

// Rows of tables that say how much of one thing costs what ("30 pills | $57.00"), within a range of the text.
std::vector<Price> TierTable(const ItemPage& page, Span within);

}  // namespace gasht
