#include "extract/state_json.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>

#include "base/json.h"
#include "extract/price.h"
#include "extract/structured.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxObjects = 40'000;
constexpr size_t kMaxFieldBytes = 300;

using Keys = std::initializer_list<std::string_view>;

// The first of `keys` that the object has with a value that is something.
const Json* First(const Json& object, Keys keys) {
  for (const std::string_view key : keys) {
    const Json* value = object.Find(key);
    if (value == nullptr || value->is_null()) continue;
    if (value->is_string() && value->as_string().empty()) continue;
    return value;
  }
  return nullptr;
}

std::string Scalar(const Json* value) {
  if (value == nullptr) return "";
  if (value->is_string()) return CutToWholeCharacters(FoldWhiteSpace(value->as_string()), kMaxFieldBytes);
  if (value->is_int()) return std::to_string(value->as_int());
  if (value->is_number()) return value->Dump();
  return "";
}

const Json* TitleOf(const Json& object) {
  return First(object, {"title", "productName", "product_name", "name", "displayName", "display_name",
                        "productTitle", "subject", "heading", "itemName", "nameTitle"});
}
const Json* PriceOf(const Json& object) {
  return First(object, {"salePrice", "sale_price", "finalPrice", "final_price", "currentPrice",
                        "current_price", "discountedPrice", "sellingPrice", "price", "priceValue", "minPrice",
                        "price_min", "lowPrice", "unitPrice", "priceText", "prices", "priceInfo", "amount"});
}

bool ReadPrice(const Json& value, std::string currency, int depth, Listing& listing) {
  constexpr int kMaxDepth = 4;
  if (depth > kMaxDepth) return false;
  if (value.is_string() || value.is_number()) {
    auto price = ParsePrice(Scalar(&value), {currency, 0});
    if (!price || price->amount.units == 0) return false;
    if (price->amount.currency.empty() && !currency.empty())
      price->amount.currency = std::string(CurrencyFrom(currency));
    listing.prices.push_back(std::move(*price));
    return true;
  }
  if (value.is_array())
    return !value.items().empty() && ReadPrice(value.items()[0], currency, depth + 1, listing);
  if (!value.is_object()) return false;
  if (const Json* code = First(value, {"currency", "currencyCode", "currency_code", "priceCurrency",
                                       "currencySymbol", "symbol"})) {
    std::string named =
        code->is_object() ? Scalar(First(*code, {"code", "iso", "name", "symbol"})) : Scalar(code);
    if (!named.empty()) currency = std::move(named);
  }
  if (const Json* inner =
          First(value, {"discountedPrice", "sellingPrice", "salePrice", "finalPrice", "current",
                        "currentPrice", "sale", "amount", "value", "price", "min", "minVariantPrice",
                        "centAmount", "text", "formatted", "formattedValue", "regular", "originalPrice"})) {
    return ReadPrice(*inner, currency, depth + 1, listing);
  }
  return false;
}

std::string NameOf(const Json* value) {
  if (value == nullptr) return "";
  if (value->is_object())
    return Scalar(
        First(*value, {"name", "username", "displayName", "title", "shopName", "storeName", "slug"}));
  return Scalar(value);
}

}  // namespace

std::vector<Listing> StateListings(const ParsedPage& page, size_t max_listings) {
  std::vector<Listing> out;
  std::set<std::string> known;
  for (const std::string& script : page.state_json()) {
    Result<Json> root = Json::Parse(script);
    if (!root.ok()) root = Json::Parse(MendJson(script));
    if (!root.ok()) continue;
    std::vector<const Json*> stack = {&*root};
    for (size_t seen = 0; !stack.empty() && seen < kMaxObjects && out.size() < max_listings; ++seen) {
      const Json* value = stack.back();
      stack.pop_back();
      if (value->is_array()) {
        for (size_t i = value->items().size(); i-- > 0;) {
          const Json& item = value->items()[i];
          if (item.is_object() || item.is_array()) stack.push_back(&item);
        }
        continue;
      }
      if (!value->is_object()) continue;
      const Json* title = TitleOf(*value);
      const Json* price = PriceOf(*value);
      if (title != nullptr && title->is_string() && price != nullptr) {
        Listing listing;
        listing.title = Scalar(title);
        const Json* currency =
            First(*value, {"currency", "currencyCode", "currency_code", "priceCurrency", "currencySymbol"});
        // A variant or a way of shipping has a name and a price, too, but no address and no id of a thing.
        const Json* url = First(*value, {"url", "link", "href", "permalink", "productUrl", "product_url",
                                         "slug", "handle", "webUrl"});
        const Json* id =
            First(*value, {"id", "_id", "productId", "product_id", "sku", "itemId", "listingId", "uuid"});
        if (listing.title.size() >= 3 && (url != nullptr || id != nullptr) &&
            ReadPrice(*price, NameOf(currency), 0, listing) &&
            known.insert(listing.title + "\n" + listing.prices[0].amount.amount()).second) {
          listing.site_id = Scalar(id);
          if (listing.site_id.size() > 64) listing.site_id.clear();
          listing.url = page.Absolute(Scalar(url));
          listing.vendor =
              NameOf(First(*value, {"vendor", "seller", "merchant", "shop", "store", "user", "author",
                                    "sellerName", "vendorName", "shopName", "merchantName"}));
          listing.category =
              NameOf(First(*value, {"category", "categoryName", "productType", "product_type"}));
          listing.ships_from =
              NameOf(First(*value, {"shipsFrom", "ships_from", "origin", "location", "city"}));
          if (const Json* words = First(*value, {"description", "shortDescription", "body", "text"});
              words != nullptr && words->is_string())
            listing.text = CutToWholeCharacters(FoldWhiteSpace(words->as_string()), 16 << 10);
          out.push_back(std::move(listing));
          continue;
        }
      }
      for (size_t i = value->entries().size(); i-- > 0;) {
        const auto& [key, inner] = value->entries()[i];
        const bool aside = key == "variants" || key == "filters" || key == "facets" ||
                           key == "shippingMethods" || key == "menu" || key == "currencies" ||
                           key == "reviews" || key == "navigation" || key == "aggregations";
        if (!aside && (inner.is_object() || inner.is_array())) stack.push_back(&inner);
      }
    }
  }
  return out;
}

}  // namespace gasht
