#pragma once

// What a page turned out to be: content, or a wall, a queue, a banner that only looks like it. A block must never be
// recorded as a page with nothing on it. Thread-safe.

#include "extract/html.h"
#include "model/capture.h"

namespace gasht {

// `status` is HTTP's; `has_items`: listings or messages were found, which no wall has.
PageClass ClassifyPage(const ParsedPage& page, int status, bool has_items);

}  // namespace gasht
