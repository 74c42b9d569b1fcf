#pragma once

// Money and quantities as adverts write them: "Rs 5k", "PKR 12,500/-", "dhai hazar rupay", "USD 51.10 (0.0402 BTC)",
// "1 tola", "10 x 5g", "1/8 oz", "180 pills x 100mg". Thread-safe free functions, linear; what is none is absent.
//
// Spans are bytes of the text given.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"
#include "model/listing.h"

namespace gasht {

// The currency that `text` names ("Rs.", "US$", "bitcoin") as ISO 4217 or ticker; empty when it names none.
std::string_view CurrencyFrom(std::string_view text);

// Whether some word of letters in `text` names neither a unit, nor money, nor a number: it says more than how much of
// something there is. One look at each word.
bool SaysMoreThanMeasure(std::string_view text);

struct PriceHints {
  std::string_view currency;   // a text near the price that may name the currency
  char decimal_separator = 0;  // as in NumberHints
};

// The price in a string that is known to be one: the first amount, the one beside a currency before others.
std::optional<Price> ParsePrice(std::string_view text, const PriceHints& hints = {});

struct FoundMoney {
  Money amount;
  std::optional<Money> amount_max;
  Span span;
  // A currency stands beside it, or a mark that only money has ("/-"); otherwise a price word came before it.
  bool marked = false;
};

// Amounts of money in running text, in order.
std::vector<FoundMoney> FindMoney(std::string_view text, size_t max_results = 256);
// The same with bare numbers that stand beside a quantity as prices do: "charas 10g 3500".
std::vector<FoundMoney> FindStreetMoney(std::string_view text, size_t max_results = 256);

struct FoundQuantity {
  Quantity quantity;
  Span span;
  // "200mg" of a tablet: how strong, not how much.
  bool is_strength = false;
  bool is_mass = false;
};

std::vector<FoundQuantity> FindQuantities(std::string_view text, size_t max_results = 256);

// How much a title offers: mass before pieces before volume.
std::optional<Quantity> QuantityOffered(std::string_view title);

// What one gram costs at that price, rounded to two places (six for coins); absent without a mass. By the low end of a
// range on both sides.
std::optional<Money> PricePerGram(const Price& price);

// Every line of a price list in `text`: amounts of money with the quantity on the same line that belongs to each.
std::vector<Price> FindPrices(std::string_view text, size_t max_results = 64);

// The same from what was found in `text` already; one Price for each of `money`.
std::vector<Price> PairPrices(std::string_view text, const std::vector<FoundMoney>& money,
                              const std::vector<FoundQuantity>& quantities);

}  // namespace gasht
