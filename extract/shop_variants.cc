#include "extract/shop_variants.h"

#include <algorithm>
#include <string>

#include "base/json.h"
#include "extract/page_marks.h"
#include "extract/page_tree.h"
#include "extract/price.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxVariants = 64;
constexpr size_t kMaxAttributeBytes = 512 << 10;

// "3-5g" is how a link writes 3.5g; "100-tablets" has its dash for a space.
std::string Spoken(std::string_view slug) {
  std::string out(slug);
  for (size_t i = 1; i + 1 < out.size(); ++i) {
    if (out[i] == '-') out[i] = IsAsciiDigit(out[i - 1]) && IsAsciiDigit(out[i + 1]) ? '.' : ' ';
  }
  return out;
}

// Variations are named by all that a buyer chooses: the first that is an amount.
std::optional<Quantity> QuantityOf(const Json& variation) {
  const Json* attributes = variation.Find("attributes");
  if (attributes == nullptr || !attributes->is_object()) return std::nullopt;
  for (const auto& [name, value] : attributes->entries()) {
    if (!value.is_string() || value.as_string().size() > 128) continue;
    if (auto quantity = QuantityOffered(Spoken(value.as_string()))) return quantity;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Price> VariantPrices(const ParsedPage& page, std::string_view currency) {
  std::vector<Price> out;
  if (!page.has_tree()) return out;
  const PageTree& tree = page.tree();
  if ((page.marks() & kMarkVariations) == 0) return out;
  for (NodeIndex i = 0; i < tree.nodes().size() && out.empty(); ++i) {
    const std::string_view written = tree.Attribute(i, "data-product_variations");
    if (written.empty() || written.size() > kMaxAttributeBytes) continue;
    const Result<Json> variations = Json::Parse(written);
    if (!variations.ok() || !variations->is_array()) continue;
    for (const Json& variation : variations->items()) {
      const Json* cost = variation.is_object() ? variation.Find("display_price") : nullptr;
      if (cost == nullptr || out.size() >= kMaxVariants) continue;
      auto price = ParsePrice(cost->is_string() ? cost->as_string() : cost->Dump(), {currency, 0});
      if (!price) continue;
      price->quantity = QuantityOf(variation);
      out.push_back(std::move(*price));
    }
  }
  return out;
}

}  // namespace gasht
