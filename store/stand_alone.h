#pragma once

// A listing cut loose from its page, so that a finding can be read without it: its own words are copied, and every place
// that pointed into the page points into the listing. Pure, thread-safe functions; nothing fails, and a place that has no
// counterpart in the listing keeps its field and loses nothing but its meaning there.

#include <string>

#include "model/page_analysis.h"

namespace gasht {

// Of a listing's own words: a long post whole, a page's text in part.
inline constexpr size_t kMaxOwnText = 16u << 10;

// Listing number `index` of `analysis`. Afterwards Listing::text holds its words (also where only `span` said where on the
// page they stand), `span` is all of them, and its identifiers are rebased. REQUIRES: index < analysis.listings.size().
Listing StandAlone(const PageAnalysis& analysis, size_t index);

// A place in the printed page to the same place in the listing alone: "listings/INDEX/title" to "listings/0/title", and what
// lies in the listing's own words to "text" with offsets into them.
void Rebase(const PageAnalysis& analysis, size_t index, std::string& field, Span& span);

}  // namespace gasht
