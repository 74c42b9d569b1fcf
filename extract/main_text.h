#pragma once

// Main text: what a page says, without the navigation, banners, forms and footers around it. Thread-safe over one page.

#include <string>
#include <vector>

#include "extract/html.h"

namespace gasht {

// What is known of a page before its main text is looked for.
struct MainTextHints {
  struct Item {
    Span span;  // of Document::text
    std::string author;
  };
  // Records of a list, or posts of a thread, in order: main whatever the names around them say.
  std::vector<Item> items;
  // Then they are all there is, each behind its author, without what they quote of one another.
  bool items_are_posts = false;
};

// Fills Document::main_text and marks its blocks `is_main`. Degraded pages keep all their text. A shop's own description
// of its one product, told to machines, is the main text where the page itself says hardly more.
void FindMainText(ParsedPage& page, const MainTextHints& hints);

}  // namespace gasht
