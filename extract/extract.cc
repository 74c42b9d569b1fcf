#include "extract/extract.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "extract/html.h"
#include "extract/identifiers.h"
#include "extract/listings.h"
#include "extract/price.h"
#include "extract/words.h"
#include "text/charset.h"

namespace gasht {
namespace {

constexpr size_t kMaxTitleBytes = 256;

// The listing that the input itself describes.
Listing GivenListing(const GivenFields& given, const Document& document) {
  Listing listing;
  listing.title = FoldWhiteSpace(given.title);
  listing.vendor = FoldWhiteSpace(given.vendor);
  listing.url = document.url;
  if (!given.price.empty()) {
    if (auto price = ParsePrice(given.price)) listing.prices.push_back(std::move(*price));
  }
  listing.span = {0, document.text.size()};
  return listing;
}

// The role of an identifier of the page is that of the listing it stands in.
void TakeRoles(const std::vector<Listing>& listings, std::vector<Identifier>& identifiers) {
  for (Identifier& id : identifiers) {
    for (const Listing& listing : listings) {
      for (const Identifier& own : listing.identifiers) {
        if (own.kind == id.kind && own.value == id.value && own.role != IdentifierRole::kUnknown)
          id.role = own.role;
      }
    }
  }
}

void FindPageIdentifiers(const ExtractOptions& options, PageContents& contents) {
  IdentifierOptions find;
  find.source_kind = options.source_kind;
  find.max_results = options.limits.identifiers;
  contents.identifiers = FindIdentifiers(contents.document.text, find);
  // What only a link says ("Order on WhatsApp" over wa.me/...).
  for (size_t i = 0; i < contents.document.links.size(); ++i) {
    if (contents.identifiers.size() >= options.limits.identifiers) break;
    find.field = "links/" + std::to_string(i) + "/url";
    for (Identifier& id : IdentifiersOfUrl(contents.document.links[i].url, find)) {
      const bool known =
          std::any_of(contents.identifiers.begin(), contents.identifiers.end(),
                      [&](const auto& other) { return other.kind == id.kind && other.value == id.value; });
      if (!known) contents.identifiers.push_back(std::move(id));
    }
  }
}

void Finish(const ExtractOptions& options, PageContents& contents) {
  for (Listing& listing : contents.listings) {
    CompleteListing(contents.document, options, listing);
    if (listing.id.empty()) listing.id = OfflineListingId(listing);
  }
  FindPageIdentifiers(options, contents);
  TakeRoles(contents.listings, contents.identifiers);
}

}  // namespace

PageContents ExtractPage(const HtmlInput& input, const ExtractOptions& options) {
  ParsedPage page = ParseHtml(input, options);
  PageContents contents;
  std::vector<Weird> weirds;
  if (!options.given.empty()) {
    contents.listings.push_back(GivenListing(options.given, page.document()));
  } else if (!options.profile.empty()) {
    contents.listings = ListingsByProfile(page, options.profile, options.limits, weirds);
  }
  contents.document = std::move(page.mutable_document());
  for (Weird& weird : weirds) contents.document.weirds.push_back(std::move(weird));
  Finish(options, contents);
  return contents;
}

PageContents ExtractText(const TextInput& input, const ExtractOptions& options) {
  PageContents contents;
  Document& document = contents.document;
  document.url = std::string(input.url);
  CharsetHints hints;
  hints.read_meta = false;
  DecodedText decoded = DecodeToUtf8(input.text.substr(0, options.limits.text_bytes), hints);
  if (input.text.size() > options.limits.text_bytes) {
    document.weirds.push_back({"body_cut", std::to_string(input.text.size())});
  }
  if (decoded.undecoded > 0)
    document.weirds.push_back({"undecoded_bytes", std::to_string(decoded.undecoded)});
  document.charset = decoded.charset;
  document.text = std::move(decoded.utf8);
  document.main_text = document.text;
  for (size_t begin = 0; begin < document.text.size();) {
    const size_t end = std::min(document.text.size(), document.text.find('\n', begin));
    if (!Trimmed(std::string_view(document.text).substr(begin, end - begin)).empty()) {
      document.blocks.push_back({{begin, end}, {begin, end}, true, ""});
    }
    begin = end + 1;
  }
  if (document.blocks.empty() && options.given.empty()) document.page_class = PageClass::kEmpty;

  if (!options.given.empty()) {
    contents.listings.push_back(GivenListing(options.given, document));
  } else if (!document.blocks.empty()) {
    // A text on its own is a post: its first line is what it is called.
    Listing listing;
    listing.kind = ListingKind::kPost;
    const Span first = document.blocks.front().span;
    listing.title = CutToWholeCharacters(
        FoldWhiteSpace(std::string_view(document.text).substr(first.begin, first.size())), kMaxTitleBytes);
    listing.span = {0, document.text.size()};
    listing.url = document.url;
    listing.prices = FindPrices(document.text);
    if (!listing.prices.empty()) contents.listings.push_back(std::move(listing));
  }
  Finish(options, contents);
  return contents;
}

}  // namespace gasht
