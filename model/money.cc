#include "model/money.h"

#include <cassert>

namespace gasht {

std::string Money::amount() const {
  const bool negative = units < 0;
  std::string digits =
      std::to_string(negative ? 0 - static_cast<uint64_t>(units) : static_cast<uint64_t>(units));
  if (scale > 0) {
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    digits.insert(digits.size() - scale, 1, '.');
  }
  return negative ? "-" + digits : digits;
}

Result<Money> ParseMoney(std::string_view amount, std::string_view currency) {
  const auto bad = [&] { return Status::InvalidArgument("not an amount: '" + std::string(amount) + "'"); };
  Money money;
  money.currency = currency;
  const bool negative = amount.starts_with('-');
  size_t digits = 0;
  bool point = false;
  for (size_t i = negative ? 1 : 0; i < amount.size(); ++i) {
    const char c = amount[i];
    if (c == '.' && !point && digits > 0 && i + 1 < amount.size()) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > 18) return bad();
    money.units = money.units * 10 + (c - '0');
    if (point) ++money.scale;
  }
  if (digits == 0) return bad();
  if (negative) money.units = -money.units;
  return money;
}

int CompareAmounts(const Money& a, const Money& b) {
  assert(a.currency == b.currency);
  __extension__ using Wide = __int128;
  Wide left = a.units, right = b.units;
  for (int i = a.scale; i < b.scale; ++i) left *= 10;
  for (int i = b.scale; i < a.scale; ++i) right *= 10;
  return left < right ? -1 : (left > right ? 1 : 0);
}

}  // namespace gasht
