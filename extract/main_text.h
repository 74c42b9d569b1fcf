#pragma once

// Main text: what a page says, without the navigation, banners, forms and footers around it. Thread-safe over one page.

#include <vector>

#include "extract/html.h"

namespace gasht {

// What is known of a page before its main text is looked for.
struct MainTextHints {
  // Records of a list and posts of a thread: main whatever the names around them say. Spans of Document::text.
  std::vector<Span> items;
  bool items_are_posts = false;
};

// Fills Document::main_text and marks its blocks `is_main`. Degraded pages keep all their text. A shop's own description
// of its one product, told to machines, is the main text where the page itself says hardly more.
void FindMainText(ParsedPage& page, const MainTextHints& hints);

}  // namespace gasht
