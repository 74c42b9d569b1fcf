#include "extract/listings.h"

#include <algorithm>
#include <optional>

#include "base/url.h"
#include "extract/facts.h"
#include "extract/identifiers.h"
#include "extract/item_labels.h"
#include "extract/item_page.h"
#include "extract/page_tree.h"
#include "extract/price.h"
#include "extract/selector.h"
#include "extract/words.h"
#include "extract/written_time.h"

namespace gasht {
namespace {

constexpr size_t kMaxItemTextBytes = 64 << 10;
constexpr size_t kMaxFieldBytes = 1024;
constexpr size_t kMaxPricesPerItem = 64;

// One compiled field of a profile.
struct Field {
  std::string_view name;
  const std::string* text;
  std::optional<Selector> selector;
  size_t matched = 0;
};

ListingKind KindOfProfile(const ExtractionProfile& profile) {
  return ParseListingKind(profile.kind).value_or(ListingKind::kOffer);
}

}  // namespace

std::string SiteIdOfUrl(std::string_view text) {
  const Result<Url> url = Url::Parse(text);
  if (!url.ok()) return "";
  const auto good = [](std::string_view value) {
    if (value.empty() || value.size() > 64) return false;
    return std::any_of(value.begin(), value.end(), [](char c) { return IsAsciiDigit(c); }) &&
           std::all_of(value.begin(), value.end(),
                       [](char c) { return IsAsciiDigit(c) || IsAsciiLetter(c) || c == '-' || c == '_'; });
  };
  std::string_view query = url->query();
  while (!query.empty()) {
    const size_t end = std::min(query.size(), query.find('&'));
    const std::string_view pair = query.substr(0, end);
    const size_t equals = pair.find('=');
    if (equals != std::string_view::npos) {
      const std::string key = AsciiLowered(pair.substr(0, equals));
      const std::string_view value = pair.substr(equals + 1);
      for (const std::string_view known :
           {"id",        "pid",    "item",      "listing", "product", "product_id", "offer",
            "listingid", "itemid", "productid", "offerid", "l_id",    "ls_id",      "lid",
            "ad",        "adid",   "t",         "tid",     "p",       "post",       "topic"}) {
        if (key == known && good(value)) return std::string(value);
      }
    }
    query.remove_prefix(std::min(query.size(), end + 1));
  }
  // The last part of the path that is a number or ends in one behind a dash ("name-i220359015.html").
  std::string_view path = url->path();
  std::string best;
  while (!path.empty()) {
    const size_t slash = path.rfind('/');
    std::string_view part = slash == std::string_view::npos ? path : path.substr(slash + 1);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
    if (const size_t dot = part.rfind('.'); dot != std::string_view::npos) part = part.substr(0, dot);
    if (part.empty()) continue;
    const bool digits = std::all_of(part.begin(), part.end(), [](char c) { return IsAsciiDigit(c); });
    if (digits && part.size() <= 20) return std::string(part);
    size_t tail = part.size();
    while (tail > 0 && IsAsciiDigit(part[tail - 1])) --tail;
    if (part.size() - tail >= 4 && tail > 0 &&
        (part[tail - 1] == '-' || part[tail - 1] == '_' || part[tail - 1] == '.' ||
         (tail > 1 && (part[tail - 2] == '-' || part[tail - 2] == '_')))) {
      return std::string(part.substr(tail));
    }
    // A hexadecimal or random id.
    const bool random = part.size() >= 12 && part.size() <= 64 && good(part) &&
                        part.find('-') == std::string_view::npos && part.find('_') == std::string_view::npos;
    if (random && best.empty()) best = std::string(part);
  }
  return best;
}

void CompleteListing(const Document& document, const ExtractOptions& options,
                     const std::vector<Identifier>& page_identifiers, Listing& listing) {
  const std::string_view own =
      listing.text.empty() && listing.span.size() > 0
          ? std::string_view(document.text).substr(listing.span.begin, listing.span.size())
          : std::string_view(listing.text);
  const std::string_view text = own.substr(0, kMaxItemTextBytes);
  if (!listing.quantity) listing.quantity = QuantityOffered(listing.title);
  if (!listing.quantity && !listing.prices.empty() && listing.prices[0].quantity) {
    listing.quantity = listing.prices[0].quantity;
  }
  if (listing.prices.empty() &&
      (listing.kind == ListingKind::kPost || listing.kind == ListingKind::kMessage)) {
    listing.prices = FindPrices(text, kMaxPricesPerItem);
    if (!listing.quantity) {
      for (const Price& price : listing.prices) {
        if (!price.quantity) continue;
        listing.quantity = price.quantity;
        break;
      }
    }
    if (!listing.quantity) listing.quantity = QuantityOffered(text);
  }
  if (listing.prices.size() > kMaxPricesPerItem) listing.prices.resize(kMaxPricesPerItem);
  AddTradeFacts(listing.title, listing);
  AddTradeFacts(text, listing);
  if (listing.ships_from.empty() && listing.kind != ListingKind::kProfile) AddRoute(text, listing);
  if (listing.identifiers.empty()) {
    constexpr size_t kMaxIdentifiers = 64;
    if (!listing.text.empty()) {
      // Words that are not part of Document::text: nothing there to point at.
      IdentifierOptions find;
      find.source_kind = options.source_kind;
      find.max_results = kMaxIdentifiers;
      listing.identifiers = FindIdentifiers(text, find);
    } else {
      auto it = std::lower_bound(page_identifiers.begin(), page_identifiers.end(), listing.span.begin,
                                 [](const Identifier& id, size_t wanted) { return id.span.begin < wanted; });
      for (; it != page_identifiers.end() && it->span.begin < listing.span.end; ++it) {
        const bool known =
            std::any_of(listing.identifiers.begin(), listing.identifiers.end(),
                        [&](const Identifier& id) { return id.kind == it->kind && id.value == it->value; });
        if (!known && it->span.end <= listing.span.end && listing.identifiers.size() < kMaxIdentifiers) {
          listing.identifiers.push_back(*it);
        }
      }
    }
    const IdentifierRole role = RoleOfContact(listing, text);
    const std::string_view around = listing.text.empty() ? std::string_view(document.text) : text;
    for (Identifier& id : listing.identifiers) {
      id.role = RoleNear(around, id.span, role);
      if (!listing.text.empty()) id.span = {};
    }
  }
  if (listing.site_id.empty() && listing.kind == ListingKind::kOffer)
    listing.site_id = SiteIdOfUrl(listing.url);
  const auto posted = std::find_if(listing.facts.begin(), listing.facts.end(),
                                   [](const ListingFact& fact) { return fact.name == "posted"; });
  const bool is_decided = std::any_of(listing.facts.begin(), listing.facts.end(),
                                      [](const ListingFact& fact) { return fact.name == "posted_basis"; });
  if (posted != listing.facts.end() && !is_decided) {
    const WrittenTime written = ParseWrittenTime(posted->value, options.fetched_at);
    if (written.time) listing.facts.push_back({"posted_at", FormatRfc3339(*written.time)});
    listing.facts.push_back({"posted_basis", written.basis});
  }
}

std::vector<Listing> ListingsByProfile(const ParsedPage& page, const ExtractionProfile& profile,
                                       const ExtractLimits& limits, std::vector<Weird>& weirds) {
  std::vector<Listing> listings;
  if (profile.empty() || !page.has_tree()) return listings;
  Result<Selector> item = Selector::Compile(profile.item);
  if (!item.ok()) {
    weirds.push_back({"profile_selector", "item"});
    return listings;
  }
  Field fields[] = {{"title", &profile.title, {}},           {"price", &profile.price, {}},
                    {"currency", &profile.currency, {}},     {"quantity", &profile.quantity, {}},
                    {"vendor", &profile.vendor, {}},         {"url", &profile.url, {}},
                    {"site_id", &profile.site_id, {}},       {"text", &profile.text, {}},
                    {"ships_from", &profile.ships_from, {}}, {"ships_to", &profile.ships_to, {}},
                    {"category", &profile.category, {}}};
  for (Field& field : fields) {
    if (field.text->empty()) continue;
    Result<Selector> selector = Selector::Compile(*field.text);
    if (!selector.ok()) {
      weirds.push_back({"profile_selector", std::string(field.name)});
      continue;
    }
    field.selector = *selector;
  }
  const SelectorRun run(page);
  const PageTree& tree = page.tree();
  for (const Selected& found : run.Select(*item, 0, limits.listings)) {
    Listing listing;
    listing.kind = KindOfProfile(profile);
    const TreeNode& node = tree.node(found.node);
    listing.span = {node.visible_begin, node.visible_end};
    std::string currency_text;
    for (Field& field : fields) {
      if (!field.selector) continue;
      // A price list has many prices; everything else is the first that is not empty.
      const bool many = field.name == "price";
      for (Selected& one : run.Select(*field.selector, found.node, many ? kMaxPricesPerItem : 8)) {
        if (one.text.empty()) continue;
        ++field.matched;
        std::string value = CutToWholeCharacters(one.text, kMaxFieldBytes);
        if (field.name == "title") {
          listing.title = std::move(value);
        } else if (field.name == "price") {
          PriceHints hints;
          hints.currency = currency_text;
          if (auto price = ParsePrice(value, hints)) {
            if (IsBitcoinByBahtSign(value, price->amount)) price->amount.currency = "BTC";
            listing.prices.push_back(std::move(*price));
          }
          continue;
        } else if (field.name == "currency") {
          currency_text = std::move(value);
        } else if (field.name == "quantity") {
          listing.quantity = QuantityOffered(value);
        } else if (field.name == "vendor") {
          // "name (98%)": counts behind a name are not the name.
          if (const size_t bracket = value.find(" (");
              bracket != std::string::npos && bracket > 0 && value.back() == ')') {
            value.resize(bracket);
          }
          listing.vendor = std::move(value);
        } else if (field.name == "url") {
          // The link of the element, unless the profile asked for an attribute itself.
          const std::string_view href = field.selector->attribute().empty() ? tree.Attribute(one.node, "href")
                                                                            : std::string_view(one.text);
          listing.url = page.Absolute(href);
        } else if (field.name == "site_id") {
          listing.site_id = std::move(value);
        } else if (field.name == "text") {
          const TreeNode& text_node = tree.node(one.node);
          if (field.selector->attribute().empty() && text_node.visible_end > text_node.visible_begin) {
            listing.span = {text_node.visible_begin, text_node.visible_end};
          } else {
            listing.text = CutToWholeCharacters(one.text, kMaxItemTextBytes);
          }
        } else if (field.name == "ships_from") {
          listing.ships_from = std::move(value);
        } else if (field.name == "ships_to") {
          listing.ships_to = std::move(value);
        } else {
          listing.category = std::move(value);
        }
        break;
      }
    }
    if (!currency_text.empty()) {
      const std::string_view code = CurrencyFrom(currency_text);
      for (Price& price : listing.prices) {
        if (price.amount.currency.empty()) price.amount.currency = std::string(code);
      }
    }
    // An item of which no field was found is a header or an advertisement.
    const bool anything = !listing.title.empty() || !listing.prices.empty() || !listing.vendor.empty() ||
                          (profile.title.empty() && profile.price.empty());
    if (anything) listings.push_back(std::move(listing));
  }
  // A site that has changed its markup looks like a page without items.
  if (listings.empty()) {
    weirds.push_back({"profile_unmatched", "item"});
  } else {
    for (const Field& field : fields) {
      if (field.selector && field.matched == 0)
        weirds.push_back({"profile_unmatched", std::string(field.name)});
    }
  }
  return listings;
}

}  // namespace gasht
