#include "extract/extract.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/utf8.h"
#include "extract/feed.h"
#include "extract/finish.h"
#include "extract/forum.h"
#include "extract/html.h"
#include "extract/identifiers.h"
#include "extract/listings.h"
#include "extract/main_text.h"
#include "extract/page_class.h"
#include "extract/page_tree.h"
#include "extract/pictures.h"
#include "extract/price.h"
#include "extract/received.h"
#include "extract/said_offers.h"
#include "extract/shop_name.h"
#include "extract/shop_variants.h"
#include "extract/social_page.h"
#include "extract/state_json.h"
#include "extract/structured.h"
#include "extract/telegram.h"
#include "extract/telegram_export.h"
#include "extract/words.h"
#include "text/charset.h"
#include "text/language.h"

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
  std::map<std::pair<IdentifierKind, std::string_view>, IdentifierRole> roles;
  for (const Listing& listing : listings) {
    for (const Identifier& own : listing.identifiers) {
      if (own.role != IdentifierRole::kUnknown) roles[{own.kind, own.value}] = own.role;
    }
  }
  for (Identifier& id : identifiers) {
    if (const auto role = roles.find({id.kind, id.value}); role != roles.end()) id.role = role->second;
  }
}

// The first of each, out of identifiers in order with repeats.
std::vector<Identifier> WithoutRepeats(const std::vector<Identifier>& all) {
  std::vector<Identifier> unique;
  std::set<std::pair<IdentifierKind, std::string_view>> seen;
  for (const Identifier& id : all) {
    if (seen.emplace(id.kind, id.value).second) unique.push_back(id);
  }
  return unique;
}

// What only a link says ("Order on WhatsApp" over wa.me/...).
void AddIdentifiersOfLinks(const ExtractOptions& options, PageContents& contents) {
  std::set<std::pair<IdentifierKind, std::string>> known;
  for (const Identifier& id : contents.identifiers) known.emplace(id.kind, id.value);
  IdentifierOptions find;
  for (size_t i = 0; i < contents.document.links.size(); ++i) {
    if (contents.identifiers.size() >= options.limits.identifiers) break;
    for (Identifier& id : IdentifiersOfUrl(contents.document.links[i].url, find)) {
      if (!known.emplace(id.kind, id.value).second) continue;
      id.field = "links/" + std::to_string(i) + "/url";
      contents.identifiers.push_back(std::move(id));
    }
  }
}

// What a listing says in words that are not part of the page's text (told to other sites' previews, fed to scripts).
void AddIdentifiersOfWordsElsewhere(const ExtractOptions& options, PageContents& contents) {
  std::set<std::pair<IdentifierKind, std::string>> known;
  for (const Identifier& id : contents.identifiers) known.emplace(id.kind, id.value);
  for (const Listing& listing : contents.listings) {
    if (listing.text.empty()) continue;
    for (const Identifier& id : listing.identifiers) {
      if (contents.identifiers.size() >= options.limits.identifiers) return;
      if (known.emplace(id.kind, id.value).second) contents.identifiers.push_back(id);
    }
  }
}

}  // namespace

void FinishContents(const ExtractOptions& options, PageContents& contents) {
  IdentifierOptions find;
  find.source_kind = options.source_kind;
  find.max_results = options.limits.identifiers;
  find.keep_repeats = true;
  const std::vector<Identifier> all = FindIdentifiers(contents.document.text, find);
  for (Listing& listing : contents.listings) CompleteListing(contents.document, options, all, listing);
  contents.identifiers = WithoutRepeats(all);
  AddIdentifiersOfLinks(options, contents);
  AddIdentifiersOfWordsElsewhere(options, contents);
  TakeRoles(contents.listings, contents.identifiers);
  SeparateOffers(contents);
}

namespace {

constexpr size_t kMinBlockForLanguage = 24;

}  // namespace

void FindLanguages(Document& document) {
  // What the page is about decides, not its menus.
  document.language = DetectLanguage(document.main_text.size() > 200 ? document.main_text : document.text);
  for (TextBlock& block : document.blocks) {
    if (block.span.size() < kMinBlockForLanguage) continue;
    std::string language =
        DetectBlockLanguage(std::string_view(document.text).substr(block.span.begin, block.span.size()));
    if (language != document.language) block.language = std::move(language);
  }
}

void FindLineBlocks(Document& document) {
  for (size_t begin = 0; begin < document.text.size();) {
    const size_t end = std::min(document.text.size(), document.text.find('\n', begin));
    if (!Trimmed(std::string_view(document.text).substr(begin, end - begin)).empty()) {
      document.blocks.push_back({{begin, end}, {begin, end}, true, ""});
    }
    begin = end + 1;
  }
}

namespace {

// What the page's words offer, where nothing but words is known of it.
// `vendor` by value: it may be that of one of `listings`.
void AddOffersSaid(const ParsedPage& page, std::string vendor, std::vector<Listing>& listings) {
  for (SaidOffer& said : OffersSaid(page.document().text)) {
    if (said.title.empty()) continue;
    Listing offer;
    offer.kind = ListingKind::kPost;
    offer.title = std::move(said.title);
    offer.vendor = vendor;
    offer.url = page.document().url;
    offer.prices = std::move(said.prices);
    offer.span = said.span;
    listings.push_back(std::move(offer));
  }
}

// A person's page on a social site: what its captions offer, where the site's own markup was not known.
void AddCaptions(const ParsedPage& page, std::vector<Listing>& listings) {
  if (listings.size() != 1 || listings[0].kind != ListingKind::kProfile || listings[0].vendor.empty()) return;
  AddOffersSaid(page, listings[0].vendor, listings);
}

// Nobody wrote selectors for this page: what machines are told, what known software writes, what repeats.
void FindListings(const ParsedPage& page, const ExtractOptions& options, PageContents& contents,
                  std::vector<Weird>& weirds) {
  if (!page.has_tree()) return;
  if (page.tree().nodes().empty()) {
    // A text file: a thing a line, if anything.
    AddOffersSaid(page, "", contents.listings);
    return;
  }
  MessagePage messages;
  if (LooksLikeTelegram(page)) {
    messages = ReadTelegram(page, options.limits.messages);
  } else if (LooksLikeTelegramExport(page)) {
    messages = ReadTelegramExport(page, options.limits.messages);
  } else {
    messages = ReadSocialPage(page, options.fetched_at, options.limits.messages);
    if (messages.listings.empty() && messages.messages.empty())
      messages = ReadForum(page, options.fetched_at, options.limits.messages);
  }
  if (messages.unread_media > 0) weirds.push_back({"picture_unread", std::to_string(messages.unread_media)});
  contents.messages = std::move(messages.messages);
  contents.listings = std::move(messages.listings);
  if (contents.messages.empty()) AddCaptions(page, contents.listings);
  if (!contents.listings.empty() || !contents.messages.empty()) return;
  if (IsSealedPaste(page)) weirds.push_back({"sealed_paste", ""});
  if (MessagePage paste = ReadPaste(page, options.fetched_at); !paste.empty()) {
    contents.messages = std::move(paste.messages);
    // A menu has an offer a line, all by whoever wrote it; anything else is one post.
    contents.listings = ListedLines(page, options);
    for (Listing& listing : contents.listings) {
      if (listing.vendor.empty()) listing.vendor = contents.messages[0].author;
    }
    if (contents.listings.empty()) contents.listings = std::move(paste.listings);
    return;
  }

  contents.listings = StructuredListings(page, options.limits.listings);
  const bool told = std::any_of(contents.listings.begin(), contents.listings.end(),
                                [](const Listing& listing) { return !listing.prices.empty(); });
  if (told) {
    for (Listing& listing : contents.listings) {
      if (listing.url.empty()) listing.url = page.document().url;
    }
    NameShop(page, contents.listings);
    return;
  }
  std::vector<Listing> mined = MineListings(page, options);
  // An item's own list of prices says more than the range it shows.
  if (!mined.empty() && !mined[0].prices.empty()) {
    if (auto variants = VariantPrices(page, mined[0].prices[0].amount.currency); !variants.empty())
      mined[0].prices = std::move(variants);
  }
  // What is drawn in the browser stands in the page's state alone.
  if (mined.empty()) mined = StateListings(page, options.limits.listings);
  if (!mined.empty()) contents.listings = std::move(mined);
  NameShop(page, contents.listings);
}

MainTextHints HintsOf(const PageContents& contents) {
  MainTextHints hints;
  hints.items_are_posts = !contents.messages.empty();
  for (const Listing& listing : contents.listings) {
    if (listing.kind != ListingKind::kProfile && listing.text.empty() && listing.span.size() > 0)
      hints.items.push_back({listing.span, hints.items_are_posts ? listing.vendor : ""});
  }
  std::sort(
      hints.items.begin(), hints.items.end(),
      [](const MainTextHints::Item& a, const MainTextHints::Item& b) { return a.span.begin < b.span.begin; });
  return hints;
}

}  // namespace

PageContents ExtractPage(const HtmlInput& input, const ExtractOptions& options) {
  // Files that somebody handed over, by the media type they were captured under.
  if (const ReceivedType type = ReceivedTypeOf(input.content_type); type != ReceivedType::kNone)
    return ExtractReceived(type, input, options);
  if (std::optional<PageContents> feed = ReadFeed(input, options)) {
    FindLanguages(feed->document);
    FinishContents(options, *feed);
    return std::move(*feed);
  }
  ParsedPage page = ParseHtml(input, options);
  PageContents contents;
  std::vector<Weird> weirds;
  if (!options.given.empty()) {
    contents.listings.push_back(GivenListing(options.given, page.document()));
  } else if (!options.profile.empty()) {
    contents.listings = ListingsByProfile(page, options.profile, options.limits, weirds);
  } else {
    FindListings(page, options, contents, weirds);
  }
  AddPictures(page, contents.listings);
  FindMainText(page, HintsOf(contents));
  // A profile is read from what a wall tells other sites' previews, too: only what is offered or said is content.
  const bool items =
      std::any_of(contents.listings.begin(), contents.listings.end(),
                  [](const Listing& listing) { return listing.kind != ListingKind::kProfile; });
  const bool has_items = options.given.empty() && (items || !contents.messages.empty());
  page.mutable_document().page_class = ClassifyPage(page, input.status, has_items);
  contents.document = std::move(page.mutable_document());
  FindLanguages(contents.document);
  for (Weird& weird : weirds) contents.document.weirds.push_back(std::move(weird));
  FinishContents(options, contents);
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
  FindLineBlocks(document);
  if (document.blocks.empty() && options.given.empty()) document.page_class = PageClass::kEmpty;
  FindLanguages(document);

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
  FinishContents(options, contents);
  return contents;
}

}  // namespace gasht
