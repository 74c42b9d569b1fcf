#pragma once

// Maps of a site and feeds (sitemaps.org, RSS 2.0, RDF, Atom): the addresses they name. One linear pass over the tags: what
// is broken, nested or endless costs no more than its bytes. Any input; pure, thread-safe.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"

namespace gasht {

inline constexpr size_t kMaxFeedLinks = 20'000;

// Absolute links in document order: a sitemap's <loc> (rel "sitemap" where the file lists further maps), an RSS item's <link>,
// an Atom entry's <link href>. `text` is the title that stood before it. Relative ones are resolved against `base`.
std::vector<Link> FeedLinks(std::string_view bytes, std::string_view base);

}  // namespace gasht
