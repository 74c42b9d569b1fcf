#pragma once

// Money: an exact decimal amount in one currency. Plain value; never a float.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace gasht {

struct Money {
  // The amount is units / 10^scale: 12.50 is {1250, 2}. The scale is as written, so "12.50" prints as
  // "12.50".
  int64_t units = 0;
  uint8_t scale = 0;
  // ISO 4217 or the ticker of a crypto-currency ("PKR", "USD", "BTC", "XMR"); empty when the page names none.
  std::string currency;

  // "12.50".
  std::string amount() const;
  friend bool operator==(const Money&, const Money&) = default;
};

// "1250", "12.50", "-3": decimal point only, no grouping, at most 18 digits.
Result<Money> ParseMoney(std::string_view amount, std::string_view currency);

// Compares amounts of one currency exactly: negative, zero, positive. REQUIRES: same currency.
int CompareAmounts(const Money& a, const Money& b);

}  // namespace gasht
