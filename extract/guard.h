#pragma once

// The guard: one linear pass over hostile markup before Gumbo sees it. Private to extract/.
//
// It bounds what Gumbo is quadratic in (depth, attributes, open formatting elements), and it takes away what
// Gumbo would lex one character at a time for nothing: comments and the bodies of scripts and styles go, and
// each long run of text and each long attribute value is replaced by one private-use character that names its
// place in the source
// ("token"). What Gumbo builds from the compact markup is the tree of the whole page; Tokens::Expand gives
// the words back. Thread-safe free functions; no input fails.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extract/extract.h"
#include "model/document.h"

namespace gasht {

// Zero bytes behind the compact markup: Gumbo reads one byte past its end.
constexpr size_t kGumboPadding = 8;

struct GuardedMarkup {
  std::string compact;  // with kGumboPadding zero bytes at the end
  size_t compact_size = 0;
  // Where the pass stopped because `compact` had reached its budget; the source's size when it did not.
  size_t source_read = 0;
  // Token i stands for this run of the source.
  std::vector<Span> tokens;
  // Where pieces of `compact` come from: ascending (compact offset, source offset).
  struct Piece {
    uint32_t compact = 0;
    uint32_t source = 0;
  };
  std::vector<Piece> pieces;
  // Bodies of scripts that are data: JSON-LD and application/json.
  struct Data {
    bool is_json_ld = false;
    Span body;
  };
  std::vector<Data> data;
  // What went over its budget.
  size_t elided_tags = 0, elided_attributes = 0, elided_formatting = 0;

  // The source offset of `offset` in the compact markup.
  size_t SourceOffset(size_t offset) const;
};

// `source` is valid UTF-8 without NUL bytes, at most 4 GiB.
GuardedMarkup GuardMarkup(std::string_view source, const ExtractLimits& limits);

// If `text` begins with a token at `pos`: its index, and `pos` moved behind it; else -1.
int64_t TokenAt(std::string_view text, size_t& pos);

// The text of markup without any tree: tags become line breaks or nothing, scripts, styles and comments go,
// the commonest character references are decoded. For what is over budget. Linear.
std::string TextOfMarkup(std::string_view source);

}  // namespace gasht
