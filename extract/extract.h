#pragma once

// The one door of extract/: the bytes of a page, or a text somebody else has split already, to everything
// that stands in it. Pure and thread-safe: no clock, no files, no network, no mutable state. No input fails:
// over budget the page is read as text only, Document::degraded is set and Document::weirds says why.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/document.h"
#include "model/listing.h"
#include "model/source.h"

namespace gasht {

struct HtmlInput {
  std::string_view bytes;         // decoded from its transfer and content codings
  std::string_view content_type;  // the header as received; may be empty
  std::string_view url;           // after redirects; may be empty
  int32_t status = 200;           // HTTP
};

// Named budgets. Each has its reason in the design, section 7: Gumbo is quadratic in these.
struct ExtractLimits {
  size_t tree_bytes = 2u << 20;    // of the markup that become a tree; the rest is read as text
  size_t text_bytes = 8u << 20;    // of the decoded body that are read at all
  uint32_t depth = 512;            // open elements
  uint32_t attributes = 256;       // of one tag
  uint32_t formatting = 64;        // open <b>, <font>, <a>, ...: reopened in every later block
  size_t arena_bytes = 48u << 20;  // Gumbo's memory for one page
  size_t listings = 2'000;
  size_t messages = 2'000;
  size_t links = 20'000;
  size_t identifiers = 5'000;
};

// What the input says of its one item (a scanned JSON object); makes exactly one listing, the first.
struct GivenFields {
  std::string title, vendor, price;
  bool empty() const { return title.empty() && vendor.empty() && price.empty(); }
};

struct ExtractOptions {
  ExtractionProfile profile;
  SourceKind source_kind = SourceKind::kMarket;
  UtcTime fetched_at;  // relative dates count from here; 0 leaves them undecided
  GivenFields given;
  bool text_only = false;  // no tree: the retry of a page that killed its worker
  ExtractLimits limits;
};

struct PageContents {
  Document document;
  std::vector<Listing> listings;
  // Messages and posts that offer nothing by themselves, or whose offers are listings: worth a listing only where a rule
  // finds something in them.
  std::vector<Listing> talk;
  std::vector<Message> messages;
  std::vector<Identifier> identifiers;  // of Document::text, of its links and of its title
};

PageContents ExtractPage(const HtmlInput& input, const ExtractOptions& options);

// `text` is UTF-8 or is made so; `url` may be empty. A text with an offer in it and nothing given is one
// listing of kind `post`.
struct TextInput {
  std::string_view text;
  std::string_view url;
};
PageContents ExtractText(const TextInput& input, const ExtractOptions& options);

// Whether the listing with the site id `part` is one of the offers in the message with the site id `whole`.
bool IsPartOf(std::string_view part, std::string_view whole);

}  // namespace gasht
