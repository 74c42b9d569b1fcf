#pragma once

// Documents that are no HTML but hold posts: RSS and Atom feeds, and the JSON that Discourse serves for a topic or a list
// of them. Thread-safe free functions.

#include <optional>
#include <string_view>

#include "extract/extract.h"

namespace gasht {

// Every entry a message (and a listing of kind post), their words one after another in Document::text. Empty when the
// bytes are no such document. Over budget the rest of the entries is left out and Document::weirds says so.
std::optional<PageContents> ReadFeed(const HtmlInput& input, const ExtractOptions& options);

}  // namespace gasht
