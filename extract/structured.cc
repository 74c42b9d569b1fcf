#include "extract/structured.h"

#include <algorithm>

#include "base/json.h"
#include "extract/guard.h"
#include "extract/page_marks.h"
#include "extract/page_tree.h"
#include "extract/price.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxObjects = 20'000;
constexpr size_t kMaxFieldBytes = 512;

std::string TextOf(const Json* value) {
  if (value == nullptr) return "";
  if (value->is_string()) return CutToWholeCharacters(FoldWhiteSpace(value->as_string()), kMaxFieldBytes);
  if (value->is_int()) return std::to_string(value->as_int());
  if (value->is_number()) {
    std::string text = std::to_string(value->as_number());
    while (text.size() > 1 && text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
  }
  if (value->is_array() && !value->items().empty()) return TextOf(&value->items()[0]);
  if (value->is_object()) {
    for (const std::string_view key : {"name", "@value", "value", "@id"}) {
      if (const Json* inner = value->Find(key); inner != nullptr && inner->is_string()) return TextOf(inner);
    }
  }
  return "";
}

bool IsType(const Json& object, std::initializer_list<std::string_view> wanted) {
  const Json* type = object.Find("@type");
  if (type == nullptr) type = object.Find("type");
  if (type == nullptr) return false;
  const auto matches = [&](const Json& one) {
    if (!one.is_string()) return false;
    std::string_view name = one.as_string();
    const size_t slash = name.find_last_of("/#:");
    if (slash != std::string_view::npos) name = name.substr(slash + 1);
    return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  };
  if (type->is_array()) return std::any_of(type->items().begin(), type->items().end(), matches);
  return matches(*type);
}

void AddPrice(std::string_view amount, std::string_view amount_max, std::string_view currency,
              Listing& listing) {
  auto price = ParsePrice(amount, {currency, 0});
  if (!price) return;
  if (price->amount.currency.empty() && currency.size() == 3) price->amount.currency = std::string(currency);
  if (!amount_max.empty() && amount_max != amount) {
    if (auto max = ParsePrice(amount_max, {currency, 0}); max && max->amount.units > 0) {
      max->amount.currency = price->amount.currency;
      if (CompareAmounts(max->amount, price->amount) > 0) price->amount_max = max->amount;
    }
  }
  if (listing.prices.size() < 32) listing.prices.push_back(std::move(*price));
}

void ReadOffer(const Json& offer, const ParsedPage& page, Listing& listing) {
  std::string currency = TextOf(offer.Find("priceCurrency"));
  std::string price = TextOf(offer.Find("price"));
  const std::string low = TextOf(offer.Find("lowPrice")), high = TextOf(offer.Find("highPrice"));
  const Json* specification = offer.Find("priceSpecification");
  if (specification != nullptr && specification->is_array() && !specification->items().empty()) {
    specification = &specification->items()[0];
  }
  if (specification != nullptr && specification->is_object()) {
    if (price.empty()) price = TextOf(specification->Find("price"));
    if (currency.empty()) currency = TextOf(specification->Find("priceCurrency"));
  }
  if (!price.empty()) {
    AddPrice(price, "", currency, listing);
  } else if (!low.empty()) {
    AddPrice(low, high, currency, listing);
  }
  if (listing.vendor.empty()) {
    listing.vendor = TextOf(offer.Find("seller"));
    if (listing.vendor.empty()) listing.vendor = TextOf(offer.Find("offeredBy"));
    if (listing.vendor.starts_with("http") || listing.vendor.starts_with('#')) listing.vendor.clear();
  }
  if (listing.url.empty()) listing.url = page.Absolute(TextOf(offer.Find("url")));
}

Listing ReadProduct(const Json& product, const ParsedPage& page) {
  Listing listing;
  listing.title = TextOf(product.Find("name"));
  listing.url = page.Absolute(TextOf(product.Find("url")));
  listing.category = TextOf(product.Find("category"));
  for (const std::string_view key : {"sku", "productID", "mpn", "gtin13", "gtin"}) {
    if (listing.site_id.empty()) listing.site_id = TextOf(product.Find(key));
  }
  for (const std::string_view key : {"offers", "Offers"}) {
    const Json* offers = product.Find(key);
    if (offers == nullptr) continue;
    if (offers->is_array()) {
      for (const Json& offer : offers->items()) {
        if (offer.is_object()) ReadOffer(offer, page, listing);
      }
    } else if (offers->is_object()) {
      const Json* inner = offers->Find("offers");
      ReadOffer(*offers, page, listing);
      if (listing.prices.empty() && inner != nullptr && inner->is_array()) {
        for (const Json& offer : inner->items()) {
          if (offer.is_object()) ReadOffer(offer, page, listing);
        }
      }
    }
  }
  if (listing.prices.empty()) ReadOffer(product, page, listing);
  if (listing.vendor.empty()) listing.vendor = TextOf(product.Find("seller"));
  return listing;
}

void FromJsonLd(const Json& root, const ParsedPage& page, size_t max_listings, std::vector<Listing>& out) {
  std::vector<const Json*> stack = {&root};
  for (size_t seen = 0; !stack.empty() && seen < kMaxObjects && out.size() < max_listings; ++seen) {
    const Json* value = stack.back();
    stack.pop_back();
    if (value->is_array()) {
      for (size_t i = value->items().size(); i-- > 0;) stack.push_back(&value->items()[i]);
      continue;
    }
    if (!value->is_object()) continue;
    if (IsType(*value, {"Product", "IndividualProduct", "ProductModel", "ProductGroup", "Drug", "Vehicle",
                        "Car", "Book", "SoftwareApplication", "SomeProducts", "DietarySupplement"}) &&
        (value->Find("offers") != nullptr ||
         IsType(*value, {"Product", "IndividualProduct", "SomeProducts"}))) {
      Listing listing = ReadProduct(*value, page);
      if (!listing.title.empty()) out.push_back(std::move(listing));
      continue;
    }
    if (IsType(*value, {"Offer"})) {
      if (const Json* item = value->Find("itemOffered"); item != nullptr && item->is_object()) {
        Listing listing = ReadProduct(*item, page);
        ReadOffer(*value, page, listing);
        if (!listing.title.empty()) out.push_back(std::move(listing));
        continue;
      }
    }
    for (size_t i = value->entries().size(); i-- > 0;) {
      const auto& [key, inner] = value->entries()[i];
      // Reviews, similar things and the like are not offered here.
      if (key == "review" || key == "isSimilarTo" || key == "isRelatedTo" || key == "breadcrumb") continue;
      if (inner.is_object() || inner.is_array()) stack.push_back(&inner);
    }
  }
}

// The value of an element with itemprop.
std::string PropertyOf(const ParsedPage& page, NodeIndex i) {
  const PageTree& tree = page.tree();
  const TreeNode& node = tree.node(i);
  const std::string_view content = tree.Attribute(i, "content");
  if (!content.empty()) return CutToWholeCharacters(FoldWhiteSpace(content), kMaxFieldBytes);
  switch (node.tag) {
    case GUMBO_TAG_A:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_AREA: {
      const std::string_view prop = tree.Attribute(i, "itemprop");
      if (prop.find("url") != std::string_view::npos || node.tag == GUMBO_TAG_LINK) {
        return page.Absolute(tree.Attribute(i, "href"));
      }
      break;
    }
    case GUMBO_TAG_META:
      return "";
    case GUMBO_TAG_DATA:
    case GUMBO_TAG_METER:
      return std::string(tree.Attribute(i, "value"));
    case GUMBO_TAG_IMG:
      return std::string(tree.Attribute(i, "alt"));
    default:
      break;
  }
  if (node.visible_end > node.visible_begin) {
    return CutToWholeCharacters(
        FoldWhiteSpace(std::string_view(page.document().text)
                           .substr(node.visible_begin, node.visible_end - node.visible_begin)),
        kMaxFieldBytes);
  }
  return CutToWholeCharacters(FoldWhiteSpace(tree.RawText(i, 4096)), kMaxFieldBytes);
}

bool IsItemType(std::string_view type, std::initializer_list<std::string_view> wanted) {
  const std::string_view trimmed = Trimmed(type);
  const std::string_view first = trimmed.substr(0, trimmed.find(' '));
  const size_t slash = first.find_last_of("/#");
  const std::string_view name = slash == std::string_view::npos ? first : first.substr(slash + 1);
  return std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

void FromMicrodata(const ParsedPage& page, size_t max_listings, std::vector<Listing>& out) {
  const PageTree& tree = page.tree();
  if ((page.marks() & kMarkItemscope) == 0) return;
  const auto& nodes = tree.nodes();
  for (NodeIndex i = 0; i < nodes.size() && out.size() < max_listings; ++i) {
    if (!nodes[i].is_element() || !tree.HasAttribute(i, "itemscope")) continue;
    if (!IsItemType(tree.Attribute(i, "itemtype"), {"Product", "IndividualProduct", "Drug", "Offer"}))
      continue;
    Listing listing;
    listing.span = {nodes[i].visible_begin, nodes[i].visible_end};
    std::string price, low, high, currency;
    // Properties of the product and of the offers and sellers nested in it; of nothing else nested.
    for (NodeIndex at = i + 1; at < nodes[i].end; ++at) {
      if (!nodes[at].is_element()) continue;
      const std::string_view property = tree.Attribute(at, "itemprop");
      const bool scope = tree.HasAttribute(at, "itemscope");
      if (property.empty() && !scope) continue;
      if (scope) {
        const std::string_view type = tree.Attribute(at, "itemtype");
        if (property == "seller" || property == "offeredBy") {
          for (NodeIndex n = at + 1; n < nodes[at].end; ++n) {
            if (nodes[n].is_element() && tree.Attribute(n, "itemprop") == "name" && listing.vendor.empty()) {
              listing.vendor = PropertyOf(page, n);
            }
          }
        }
        if (!IsItemType(type, {"Offer", "AggregateOffer", "PriceSpecification", "UnitPriceSpecification"})) {
          at = nodes[at].end - 1;
          continue;
        }
        continue;
      }
      const auto has = [&](std::string_view name) {
        for (size_t p = property.find(name); p != std::string_view::npos; p = property.find(name, p + 1)) {
          const bool begins = p == 0 || IsWhiteSpace(property[p - 1]);
          const size_t end = p + name.size();
          if (begins && (end == property.size() || IsWhiteSpace(property[end]))) return true;
        }
        return false;
      };
      if (has("name") && listing.title.empty()) listing.title = PropertyOf(page, at);
      if (has("price") && price.empty()) price = PropertyOf(page, at);
      if (has("lowPrice") && low.empty()) low = PropertyOf(page, at);
      if (has("highPrice") && high.empty()) high = PropertyOf(page, at);
      if (has("priceCurrency") && currency.empty()) currency = PropertyOf(page, at);
      if (has("sku") && listing.site_id.empty()) listing.site_id = PropertyOf(page, at);
      if (has("productID") && listing.site_id.empty()) listing.site_id = PropertyOf(page, at);
      if (has("category") && listing.category.empty()) listing.category = PropertyOf(page, at);
      if (has("seller") && listing.vendor.empty()) listing.vendor = PropertyOf(page, at);
      if (has("url") && listing.url.empty()) listing.url = PropertyOf(page, at);
    }
    if (price.empty()) price = low;
    if (!price.empty()) AddPrice(price, high, currency, listing);
    if (!listing.title.empty()) out.push_back(std::move(listing));
    i = nodes[i].end - 1;
  }
}

void FromOpenGraph(const ParsedPage& page, std::vector<Listing>& out) {
  const PageTree& tree = page.tree();
  Listing listing;
  std::string amount, currency, type;
  for (NodeIndex i = 0; i < tree.nodes().size(); ++i) {
    if (tree.node(i).tag == GUMBO_TAG_BODY) break;
    if (tree.node(i).tag != GUMBO_TAG_META) continue;
    std::string_view property = tree.Attribute(i, "property");
    if (property.empty()) property = tree.Attribute(i, "name");
    const std::string_view content = tree.Attribute(i, "content");
    if (content.empty()) continue;
    if (property == "og:type") type = AsciiLowered(content.substr(0, 64));
    if (property == "og:title") listing.title = CutToWholeCharacters(FoldWhiteSpace(content), kMaxFieldBytes);
    if (property == "og:url") listing.url = page.Absolute(content);
    if (property == "product:price:amount" || property == "og:price:amount")
      amount = std::string(content.substr(0, 64));
    if (property == "product:price:currency" || property == "og:price:currency")
      currency = std::string(content.substr(0, 16));
    if (property == "product:retailer_item_id") listing.site_id = std::string(content.substr(0, 64));
    if (property == "product:category") listing.category = CutToWholeCharacters(content, 128);
  }
  if (listing.title.empty() || amount.empty()) return;
  AddPrice(amount, "", currency, listing);
  if (!listing.prices.empty()) out.push_back(std::move(listing));
}

}  // namespace

std::string MendJson(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\' && i + 1 < text.size()) {
        out += c;
        out += text[++i];
        continue;
      }
      if (c == '"') in_string = false;
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
      continue;
    }
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("<!--")) {
      i += 3;
    } else if (rest.starts_with("-->") || rest.starts_with("]]>")) {
      i += 2;
    } else if (rest.starts_with("<![CDATA[")) {
      i += 8;
    } else if (rest.starts_with("//")) {
      const size_t end = text.find('\n', i);
      i = end == std::string_view::npos ? text.size() : end - 1;
    } else if (rest.starts_with("/*")) {
      const size_t end = text.find("*/", i + 2);
      i = end == std::string_view::npos ? text.size() : end + 1;
    } else if (c == ',') {
      size_t next = i + 1;
      while (next < text.size() && IsWhiteSpace(text[next])) ++next;
      if (next >= text.size() || (text[next] != '}' && text[next] != ']')) out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += ' ';
    } else {
      in_string = c == '"';
      out += c;
    }
  }
  while (!out.empty() && (IsWhiteSpace(out.back()) || out.back() == ';')) out.pop_back();
  return out;
}

std::string ProductDescription(const ParsedPage& page) {
  std::string description;
  size_t products = 0;
  for (const std::string& script : page.json_ld()) {
    if (script.find("\"description\"") == std::string::npos || script.find("Product") == std::string::npos)
      continue;
    Result<Json> json = Json::Parse(script);
    if (!json.ok()) json = Json::Parse(MendJson(script));
    if (!json.ok()) continue;
    std::vector<const Json*> stack = {&*json};
    for (size_t seen = 0; !stack.empty() && seen < kMaxObjects; ++seen) {
      const Json* value = stack.back();
      stack.pop_back();
      if (value->is_array()) {
        for (const Json& item : value->items()) stack.push_back(&item);
        continue;
      }
      if (!value->is_object()) continue;
      if (IsType(*value, {"Product", "IndividualProduct", "ProductGroup"})) {
        ++products;
        // Written as HTML, and often escaped once more.
        const Json* words = value->Find("description");
        if (words != nullptr && words->is_string() && products == 1)
          description = TextOfMarkup(TextOfMarkup(words->as_string()));
        continue;
      }
      for (const auto& [key, inner] : value->entries()) {
        if (inner.is_object() || inner.is_array()) stack.push_back(&inner);
      }
    }
  }
  return products == 1 ? description : "";
}

std::vector<Listing> StructuredListings(const ParsedPage& page, size_t max_listings) {
  std::vector<Listing> out;
  if (!page.has_tree()) return out;
  for (const std::string& script : page.json_ld()) {
    Result<Json> json = Json::Parse(script);
    if (!json.ok()) json = Json::Parse(MendJson(script));
    if (json.ok()) FromJsonLd(*json, page, max_listings, out);
  }
  if (out.empty()) FromMicrodata(page, max_listings, out);
  if (out.empty()) FromOpenGraph(page, out);
  // The same product told twice.
  std::vector<Listing> unique;
  for (Listing& listing : out) {
    const auto same = std::find_if(unique.begin(), unique.end(), [&](const Listing& other) {
      return other.title == listing.title && (other.url == listing.url || other.prices == listing.prices);
    });
    if (same == unique.end()) {
      unique.push_back(std::move(listing));
    } else if (same->prices.empty()) {
      same->prices = std::move(listing.prices);
    }
  }
  return unique;
}

}  // namespace gasht
