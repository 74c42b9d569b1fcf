#pragma once

// Pages with what stands on them: a folder of NAME.html and expected.tsv, whose rows are page, title, amount, currency,
// vendor, ships_from (a page without items has one row with its name alone), and how well listings agree with them.

#include <cstddef>
#include <string>
#include <vector>

#include "base/status.h"
#include "model/listing.h"

namespace gasht {

struct ExpectedItem {
  std::string title, amount, currency, vendor, ships_from;
};

struct ExpectedPage {
  std::string name, html;
  std::vector<ExpectedItem> items;
};

// In the order of expected.tsv.
Result<std::vector<ExpectedPage>> ReadExpectedPages(const std::string& dir);

struct FieldScore {
  size_t right = 0, found = 0, wanted = 0;
  double precision() const { return found == 0 ? 0 : double(right) / double(found); }
  double recall() const { return wanted == 0 ? 0 : double(right) / double(wanted); }
  double F1() const { return found + wanted == 0 ? 0 : 2.0 * double(right) / double(found + wanted); }
};

struct PageScores {
  FieldScore title, price, vendor, ships_from;
  size_t pages_without_items = 0;
  size_t of_these_with_offers = 0;
};

// Compares offers (kind `offer`) by title, white space aside. Returns a line for each miss.
std::vector<std::string> ScorePage(const ExpectedPage& page, const std::vector<Listing>& listings,
                                   PageScores& scores);

}  // namespace gasht
