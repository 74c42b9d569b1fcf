#pragma once

// What a message or a post offers: "Charas 10g - 3500" a line, a name above its prices, "1g $10, 5g $45" of one thing.
// Private to extract/. Thread-safe free functions.

#include <string>
#include <string_view>
#include <vector>

#include "extract/extract.h"
#include "model/listing.h"

namespace gasht {

struct SaidOffer {
  std::string title;          // empty where it is the only one and has no name
  std::vector<Price> prices;  // never empty
  Span span;                  // of the text given
};

// Each thing that `text` offers with its prices, in order; nothing where it only speaks of money.
std::vector<SaidOffer> OffersSaid(std::string_view text);

// Of messages and posts among the listings: one that offers one thing is called by that thing; one that offers several
// becomes as many offers, each with the contacts and places of the whole; one that offers nothing is no listing. Those of
// the last two kinds move to PageContents::talk. REQUIRES: listings are complete.
void SeparateOffers(PageContents& contents);

// The site id of one offer of a message: "channel/12#charas 10g", so that a changed price is a change of the same offer.
std::string SiteIdOfPart(std::string_view whole, std::string_view title);

}  // namespace gasht
