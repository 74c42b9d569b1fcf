#pragma once

// The guard: one linear pass over hostile markup before Gumbo sees it. Private to extract/.
//
// It bounds what Gumbo is quadratic in (depth, attributes, open formatting elements), and it takes away what
// Gumbo would lex one character at a time for nothing: comments, the bodies of scripts and styles and the shapes
// of drawings go, each run of text is replaced by one private-use character that names its place in the source
// ("token"), and attributes are kept beside the tag they stand in. What Gumbo builds from the compact markup is
// the tree of the whole page; PageTree gives it its words and attributes back. Thread-safe free functions; no
// input fails.

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
  // Characters that the source does not hold as they are: decoded references, lowered names.
  std::string decoded;
  // A run of the source; beginning at its size or beyond, a run of `decoded`.
  struct Run {
    uint32_t begin = 0, size = 0;
  };
  // Token i stands for this run.
  std::vector<Run> tokens;
  // Attributes in the order of `tags`; of a name that comes twice only the first.
  struct Attribute {
    Run name, value;
    bool in_compact = false;  // references that Gumbo decodes: the value is the tree's
  };
  std::vector<Attribute> attributes;
  // Start tags of `compact`, ascending, and where each stands in the source. Attributes of `html` and `body`,
  // which the parser merges, are left in the compact markup.
  struct Tag {
    uint32_t compact = 0, source = 0;
    uint32_t attribute_begin = 0;
    uint16_t attribute_count = 0;
    bool attributes_in_compact = false;
  };
  std::vector<Tag> tags;
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

  // The source offset of `offset` in the compact markup. `near` remembers where the last question was
  // answered: those that ascend cost nothing.
  size_t SourceOffset(size_t offset, size_t& near) const;
  // The start tag at `offset` of the compact markup, or null; `near` as above.
  const Tag* TagAt(size_t offset, size_t& near) const;
  std::string_view Words(std::string_view source, Run run) const {
    return run.begin < source.size() ? source.substr(run.begin, run.size)
                                     : std::string_view(decoded).substr(run.begin - source.size(), run.size);
  }
};

// White space beside a block's edge is never read as text, and is a third of a page's nodes. Selectors that count
// text nodes want it.
enum class BlankText { kKept, kDropped };

// `source` is valid UTF-8 without NUL bytes, at most 4 GiB.
GuardedMarkup GuardMarkup(std::string_view source, const ExtractLimits& limits, BlankText blank);

// If `text` begins with a token at `pos`: its index, and `pos` moved behind it; else -1.
int64_t TokenAt(std::string_view text, size_t& pos);

// The text of markup without any tree: tags become line breaks or nothing, scripts, styles and comments go,
// the commonest character references are decoded. For what is over budget. Linear.
std::string TextOfMarkup(std::string_view source);

}  // namespace gasht
