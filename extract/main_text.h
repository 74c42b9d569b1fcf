#pragma once

// Main text: what a page says, without the navigation, banners, forms and footers around it. Thread-safe over one page.

#include "extract/html.h"

namespace gasht {

// Fills Document::main_text and marks its blocks `is_main`. Degraded pages keep all their text.
void FindMainText(ParsedPage& page);

}  // namespace gasht
