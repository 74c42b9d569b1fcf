// How well pages are read that no profile describes: shops, markets, classifieds, pharmacies of many makes, and pages
// that only look like them. The floors keep what was reached from falling.

#include <string>

#include <gtest/gtest.h>

#include "extract/extract.h"
#include "tests/support/expected_pages.h"

namespace gasht {
namespace {

TEST(ListingPages, AreReadWithoutAProfile) {
  const auto pages = ReadExpectedPages("tests/fixtures/pages");
  ASSERT_TRUE(pages.ok()) << pages.status().message();
  PageScores scores;
  std::string misses;
  for (const ExpectedPage& page : *pages) {
    HtmlInput input;
    input.bytes = page.html;
    input.url = "http://market.onion/page";
    for (const std::string& miss : ScorePage(page, ExtractPage(input, {}).listings, scores))
      misses += miss + "\n";
  }
  EXPECT_GE(scores.title.F1(), 0.98) << misses;
  EXPECT_GE(scores.price.F1(), 0.97) << misses;
  EXPECT_GE(scores.vendor.F1(), 0.97) << misses;
  EXPECT_GE(scores.ships_from.F1(), 0.95) << misses;
  EXPECT_EQ(scores.of_these_with_offers, 0u) << misses;
}

}  // namespace
}  // namespace gasht
