#include "extract/price.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/utf8.h"
#include "extract/local_weights.h"
#include "extract/words.h"
#include "text/numerals.h"

namespace gasht {
namespace {

// ---------------------------------------------------------------- currencies

struct CurrencyName {
  std::string_view text;
  std::string_view code;
  // Letters must match in case ("R" is a rand, "r" is a letter), and only next to an amount.
  bool exact = false;
};

constexpr CurrencyName kCurrencies[] = {
    // Pakistan and its neighbours.
    {"pkr", "PKR"},
    {"rs", "PKR"},
    {"rs.", "PKR"},
    {"₨", "PKR"},
    {"rupees", "PKR"},
    {"rupee", "PKR"},
    {"rupay", "PKR"},
    {"rupaye", "PKR"},
    {"rupiya", "PKR"},
    {"rupya", "PKR"},
    {"rupe", "PKR"},
    {"rupiah", "IDR"},
    {"روپے", "PKR"},
    {"روپیہ", "PKR"},
    {"روپئے", "PKR"},
    {"روپیے", "PKR"},
    {"روپي", "PKR"},
    {"روپۍ", "PKR"},
    {"روپيا", "PKR"},
    {"روپيه", "PKR"},
    {"رپيا", "PKR"},
    {"رپيه", "PKR"},
    {"رپئي", "PKR"},
    {"روپئیے", "PKR"},
    {"کلدارې", "PKR"},
    {"کلدار", "PKR"},
    {"rupy", "PKR"},
    {"rupees.", "PKR"},
    {"rupaiya", "PKR"},
    {"rupaiye", "PKR"},
    {"rupiye", "PKR"},
    {"ruppees", "PKR"},
    {"rupes", "PKR"},
    {"rps", "PKR"},
    {"افغانۍ", "AFN"},
    {"افغانی", "AFN"},
    {"रुपए", "INR"},
    {"रुपया", "INR"},
    {"रूपये", "INR"},
    {"رپے", "PKR"},
    {"₹", "INR"},
    {"inr", "INR"},
    {"र", "INR"},
    {"रु", "INR"},
    {"रुपये", "INR"},
    {"؋", "AFN"},
    {"afn", "AFN"},
    {"﷼", "IRR"},
    {"irr", "IRR"},
    {"ریال", "IRR"},
    {"تومان", "IRT"},
    {"toman", "IRT"},
    {"৳", "BDT"},
    {"bdt", "BDT"},
    {"taka", "BDT"},
    {"lkr", "LKR"},
    {"npr", "NPR"},
    {"nu.", "BTN", true},
    // Gulf and the Arab world.
    {"aed", "AED"},
    {"dhs", "AED"},
    {"dh", "AED", true},
    {"dirham", "AED"},
    {"dirhams", "AED"},
    {"درهم", "AED"},
    {"د.إ", "AED"},
    {"sar", "SAR"},
    {"ريال", "SAR"},
    {"ر.س", "SAR"},
    {"riyal", "SAR"},
    {"riyals", "SAR"},
    {"qar", "QAR"},
    {"ر.ق", "QAR"},
    {"omr", "OMR"},
    {"ر.ع", "OMR"},
    {"kwd", "KWD"},
    {"KD", "KWD", true},
    {"د.ك", "KWD"},
    {"bhd", "BHD"},
    {"BD", "BHD", true},
    {".د.ب", "BHD"},
    {"د.ب", "BHD"},
    {"iqd", "IQD"},
    {"ID", "IQD", true},
    {"ع.د", "IQD"},
    {"jod", "JOD"},
    {"JD", "JOD", true},
    {"د.ا", "JOD"},
    {"د.أ", "JOD"},
    {"egp", "EGP"},
    {"E£", "EGP", true},
    {"جنيه", "EGP"},
    {"ج.م", "EGP"},
    {"lbp", "LBP"},
    {"ل.ل", "LBP"},
    {"syp", "SYP"},
    {"ل.س", "SYP"},
    {"yer", "YER"},
    {"ر.ي", "YER"},
    {"lyd", "LYD"},
    {"LD", "LYD", true},
    {"د.ل", "LYD"},
    {"tnd", "TND"},
    {"DT", "TND", true},
    {"د.ت", "TND"},
    {"mad", "MAD", true},
    {"MAD", "MAD", true},
    {"د.م", "MAD"},
    {"dzd", "DZD"},
    {"DA", "DZD", true},
    {"دج", "DZD"},
    {"د.ج", "DZD"},
    {"sdg", "SDG"},
    {"ج.س", "SDG"},
    {"دينار", "IQD"},
    {"₪", "ILS"},
    {"ils", "ILS"},
    {"nis", "ILS"},
    {"ש״ח", "ILS"},
    {"ש\"ח", "ILS"},
    {"ש'ח", "ILS"},
    {"ש”ח", "ILS"},
    {"ش.ج", "ILS"},
    // Dollars.
    {"us$", "USD"},
    {"usd", "USD"},
    {"u$s", "USD"},
    {"u$d", "USD"},
    {"$us", "USD"},
    {"usd$", "USD"},
    {"dollar", "USD"},
    {"dollars", "USD"},
    {"ڈالر", "USD"},
    {"$", "USD"},
    {"＄", "USD"},
    {"ca$", "CAD"},
    {"can$", "CAD"},
    {"c$", "CAD"},
    {"cad", "CAD"},
    {"cad$", "CAD"},
    {"a$", "AUD"},
    {"au$", "AUD"},
    {"aud", "AUD"},
    {"nz$", "NZD"},
    {"nzd", "NZD"},
    {"s$", "SGD"},
    {"sgd", "SGD"},
    {"hk$", "HKD"},
    {"hkd", "HKD"},
    {"nt$", "TWD"},
    {"twd", "TWD"},
    {"r$", "BRL"},
    {"brl", "BRL"},
    {"reais", "BRL"},
    {"mx$", "MXN"},
    {"mxn", "MXN"},
    {"j$", "JMD"},
    {"rd$", "DOP"},
    {"tt$", "TTD"},
    {"bz$", "BZD"},
    {"z$", "ZWL"},
    {"t$", "TOP"},
    {"mop$", "MOP"},
    {"cuc$", "CUC"},
    {"$u", "UYU"},
    {"$b", "BOB"},
    {"b/.", "PAB"},
    {"s/.", "PEN"},
    {"s/", "PEN", true},
    {"pen", "PEN", true},
    {"PEN", "PEN", true},
    {"clp", "CLP"},
    {"cop", "COP", true},
    {"COP", "COP", true},
    {"ars", "ARS"},
    {"Q", "GTQ", true},
    {"q", "GTQ", true},
    {"₡", "CRC"},
    {"Bs", "BOB", true},
    {"Bs.", "BOB", true},
    {"₲", "PYG"},
    {"Gs", "PYG", true},
    {"C$", "NIO", true},
    {"L", "HNL", true},
    {"G", "HTG", true},
    {"¢", "USD"},
    // Europe.
    {"€", "EUR"},
    {"eur", "EUR"},
    {"euro", "EUR"},
    {"euros", "EUR"},
    {"евро", "EUR"},
    {"£", "GBP"},
    {"￡", "GBP"},
    {"₤", "GBP"},
    {"gbp", "GBP"},
    {"GBp", "GBP", true},
    {"pound", "GBP", true},
    {"pounds sterling", "GBP"},
    {"kč", "CZK"},
    {"kc", "CZK", true},
    {"czk", "CZK"},
    {"zł", "PLN"},
    {"zl", "PLN"},
    {"pln", "PLN"},
    {"ft", "HUF"},
    {"ft.", "HUF"},
    {"huf", "HUF"},
    {"lei", "RON"},
    {"leu", "RON"},
    {"ron", "RON"},
    {"лв", "BGN"},
    {"лв.", "BGN"},
    {"lv", "BGN", true},
    {"bgn", "BGN"},
    {"kn", "HRK"},
    {"hrk", "HRK"},
    {"km", "BAM", true},
    {"KM", "BAM", true},
    {"din", "RSD"},
    {"din.", "RSD"},
    {"дин", "RSD"},
    {"дин.", "RSD"},
    {"dinara", "RSD"},
    {"rsd", "RSD"},
    {"ден", "MKD"},
    {"lek", "ALL"},
    {"lekë", "ALL"},
    {"chf", "CHF"},
    {"fr.", "CHF"},
    {"sfr", "CHF"},
    {"franc", "CHF"},
    {"francs", "CHF"},
    {"kr", "SEK"},
    {"kr.", "SEK"},
    {"sek", "SEK"},
    {"dkk", "DKK"},
    {"nok", "NOK"},
    {"isk", "ISK"},
    {"tl", "TRY"},
    {"₺", "TRY"},
    {"try", "TRY", true},
    {"TRY", "TRY", true},
    {"руб", "RUB"},
    {"руб.", "RUB"},
    {"рублей", "RUB"},
    {"р.", "RUB"},
    {"р", "RUB"},
    {"Р", "RUB"},
    {"Р.", "RUB"},
    {"РУБ", "RUB"},
    {"РУБ.", "RUB"},
    {"ГРН", "UAH"},
    {"ГРН.", "UAH"},
    {"hrn", "UAH"},
    {"KČ", "CZK"},
    {"ZŁ", "PLN"},
    {"ЛВ", "BGN"},
    {"ДЕН", "MKD"},
    {"mkd", "MKD"},
    {"Дин", "RSD"},
    {"ДИН", "RSD"},
    {"км", "BAM"},
    {"тг", "KZT"},
    {"lari", "GEL"},
    {"yuan", "CNY"},
    {"VNĐ", "VND"},
    {"kshs", "KES"},
    {"stg", "GBP"},
    {"g$", "GYD"},
    {"ரூ", "LKR"},
    {"රු", "LKR"},
    {"ل.د", "LYD"},
    {"Nu", "BTN", true},
    {"Dh", "AED", true},
    {"NT", "TWD", true},
    {"Re", "INR", true},
    {"RF", "MVR", true},
    {"Rf", "MVR", true},
    {"₽", "RUB"},
    {"rub", "RUB"},
    {"rur", "RUB"},
    {"грн", "UAH"},
    {"грн.", "UAH"},
    {"₴", "UAH"},
    {"uah", "UAH"},
    {"br", "BYN", true},
    {"Br", "BYN", true},
    {"byn", "BYN"},
    {"gel", "GEL"},
    {"₾", "GEL"},
    {"ლ", "GEL"},
    {"ლარი", "GEL"},
    {"֏", "AMD"},
    {"₼", "AZN"},
    {"₸", "KZT"},
    {"kzt", "KZT"},
    {"so'm", "UZS"},
    {"soʻm", "UZS"},
    {"Sʻ", "UZS"},
    {"som", "KGS"},
    {"сом", "KGS"},
    {"SM", "TJS", true},
    {"ЅM", "TJS"},
    // East Asia.
    {"¥", "JPY"},
    {"￥", "JPY"},
    {"円", "JPY"},
    {"圓", "JPY"},
    {"yen", "JPY"},
    {"jpy", "JPY"},
    {"元", "CNY"},
    {"圆", "CNY"},
    {"人民币", "CNY"},
    {"cny", "CNY"},
    {"rmb", "CNY"},
    {"원", "KRW"},
    {"₩", "KRW"},
    {"krw", "KRW"},
    {"₫", "VND"},
    {"đ", "VND"},
    {"vnd", "VND"},
    {"vnđ", "VND"},
    {"rp", "IDR"},
    {"rp.", "IDR"},
    {"idr", "IDR"},
    {"rm", "MYR"},
    {"myr", "MYR"},
    {"฿", "THB"},
    {"thb", "THB"},
    {"บาท", "THB"},
    {"₱", "PHP"},
    {"php", "PHP", true},
    {"PHP", "PHP", true},
    {"P", "PHP", true},
    {"៛", "KHR"},
    {"₭", "LAK"},
    {"K", "MMK", true},
    {"Ks", "MMK", true},
    {"₮", "MNT"},
    // Africa.
    {"R", "ZAR", true},
    {"zar", "ZAR"},
    {"ksh", "KES"},
    {"kes", "KES"},
    {"tsh", "TZS"},
    {"ush", "UGX"},
    {"₦", "NGN"},
    {"ngn", "NGN"},
    {"gh₵", "GHS"},
    {"₵", "GHS"},
    {"ብር", "ETB"},
    {"nfk", "ERN"},
    {"ናቕፋ", "ERN"},
    {"نافكا", "ERN"},
    {"fdj", "DJF"},
    {"fbu", "BIF"},
    {"frw", "RWF"},
    {"cfa", "XOF"},
    {"fcfa", "XOF"},
    {"xof", "XOF"},
    {"kmf", "KMF"},
    {"fg", "GNF", true},
    {"FG", "GNF", true},
    {"R₣", "RWF"},
    {"₣", "CHF"},
    {"ar", "MGA", true},
    {"Ar", "MGA", true},
    {"mt", "MZN", true},
    {"MT", "MZN", true},
    {"mk", "MWK", true},
    {"MK", "MWK", true},
    {"zk", "ZMW", true},
    {"ZK", "ZMW", true},
    {"um", "MRU", true},
    {"UM", "MRU", true},
    {"Db", "STN", true},
    {"Le", "SLE", true},
    {"D", "GMD", true},
    {"E", "SZL", true},
    {"VT", "VUV", true},
    {"Vt", "VUV", true},
    {"ƒ", "ANG"},
    {"₶", "FRF"},
    {"dem", "DEM", true},
    {"DEM", "DEM", true},
    {"PTE", "PTE", true},
    {"SPL", "SPL", true},
    // Coins.
    {"btc", "BTC"},
    {"₿", "BTC"},
    {"Ƀ", "BTC"},
    {"xbt", "BTC"},
    {"mbtc", "mBTC"},
    {"bitcoin", "BTC"},
    {"bitcoins", "BTC"},
    {"xmr", "XMR"},
    {"ɱ", "XMR"},
    {"monero", "XMR"},
    {"ltc", "LTC"},
    {"litecoin", "LTC"},
    {"Ł", "LTC"},
    {"eth", "ETH"},
    {"ethereum", "ETH"},
    {"bch", "BCH"},
    {"usdt", "USDT"},
    {"tether", "USDT"},
    {"usdc", "USDC"},
    {"doge", "DOGE"},
    {"trx", "TRX"},
    {"dash", "DASH", true},
    {"DASH", "DASH", true},
    {"zec", "ZEC"},
    {"bnb", "BNB"},
    {"sol", "SOL", true},
    {"SOL", "SOL", true},
};

// Names too short to mean money in running text: "G", "K", "km", "DT"; and those that are other words there: "din" is a
// day, "ft" a foot.
bool OnlyInPriceFields(const CurrencyName& name) {
  for (const std::string_view word : {"din", "din.", "ft", "ft.", "lek", "lei", "leu", "som", "kn"}) {
    if (name.text == word) return true;
  }
  if (!name.exact) return false;
  const bool ascii =
      std::all_of(name.text.begin(), name.text.end(), [](char c) { return IsAsciiLetter(c) || c == '.'; });
  if (!ascii) return false;
  const bool lower = name.text[0] >= 'a' && name.text[0] <= 'z';
  return name.text.size() <= 2 || lower;
}

bool IsCoin(std::string_view code) {
  return code == "BTC" || code == "XMR" || code == "LTC" || code == "ETH" || code == "BCH" ||
         code == "DASH" || code == "ZEC" || code == "mBTC";
}

// A letter of any script, as far as a boundary needs to know.
bool IsWordByte(char c) {
  return IsAsciiLetter(c) || static_cast<unsigned char>(c) >= 0x80;
}

bool SameText(std::string_view text, const CurrencyName& name) {
  if (text.size() != name.text.size()) return false;
  if (name.exact) return text == name.text;
  for (size_t i = 0; i < text.size(); ++i) {
    if (AsciiLowered(text[i]) != AsciiLowered(name.text[i])) return false;
  }
  // "sar" is a head, "ron" a name: as codes they are capitals.
  const bool is_word = name.text == "sar" || name.text == "nis" || name.text == "gel" || name.text == "ron";
  return !is_word || text[0] < 'a';
}

// Entries of a table by one byte of their text, lower case: the first, or the last.
template <size_t N>
struct ByteIndex {
  std::array<uint16_t, N> order{};
  std::array<uint16_t, 257> first{};
};
template <typename Entry, size_t N>
constexpr ByteIndex<N> MakeByteIndex(const Entry (&table)[N], bool last) {
  ByteIndex<N> index;
  std::array<uint16_t, 257> counts{};
  const auto byte_of = [&](size_t i) {
    const char c = last ? table[i].text.back() : table[i].text.front();
    return static_cast<unsigned char>(AsciiLowered(c));
  };
  for (size_t i = 0; i < N; ++i) ++counts[byte_of(i) + 1u];
  for (size_t b = 1; b < 257; ++b) counts[b] = static_cast<uint16_t>(counts[b] + counts[b - 1]);
  index.first = counts;
  std::array<uint16_t, 257> next = counts;
  for (size_t i = 0; i < N; ++i) index.order[next[byte_of(i)]++] = static_cast<uint16_t>(i);
  return index;
}

constexpr auto kCurrenciesByFirst = MakeByteIndex(kCurrencies, false);
constexpr auto kCurrenciesByLast = MakeByteIndex(kCurrencies, true);

unsigned char FoldedByte(char c) {
  return static_cast<unsigned char>(AsciiLowered(c));
}

struct CurrencyHit {
  std::string_view code;
  size_t begin = 0, end = 0;
};

// The longest currency name that ends at `end` (spaces skipped before it) or begins at `begin`.
enum class Where { kRunningText, kPriceField };

std::optional<CurrencyHit> CurrencyBefore(std::string_view text, size_t end, Where where) {
  std::optional<CurrencyHit> best;
  const unsigned char byte = FoldedByte(text[end - 1]);
  for (size_t entry = kCurrenciesByLast.first[byte]; entry < kCurrenciesByLast.first[byte + 1u]; ++entry) {
    const CurrencyName& name = kCurrencies[kCurrenciesByLast.order[entry]];
    const size_t size = name.text.size();
    if (size > end) continue;
    const std::string_view piece = text.substr(end - size, size);
    if (!SameText(piece, name) || (where == Where::kRunningText && OnlyInPriceFields(name))) continue;
    // "rs" must not be the tail of "hours".
    const bool lettered = IsWordByte(name.text[0]) && name.text.size() < 8;
    const bool is_sign = static_cast<unsigned char>(name.text[0]) >= 0x80 && size <= 4 && name.text != "р" &&
                         name.text != "Р" && name.text != "र";
    if (lettered && !is_sign && end > size && IsWordByte(text[end - size - 1])) continue;
    // "P.V.P." is no peso.
    if (size == 1 && lettered && end > 1 && text[end - 2] == '.') continue;
    if (!best || size > best->end - best->begin) best = CurrencyHit{name.code, end - size, end};
  }
  return best;
}

std::optional<CurrencyHit> CurrencyAt(std::string_view text, size_t begin,
                                      Where where = Where::kRunningText) {
  std::optional<CurrencyHit> best;
  if (begin >= text.size()) return best;
  const unsigned char byte = FoldedByte(text[begin]);
  for (size_t entry = kCurrenciesByFirst.first[byte]; entry < kCurrenciesByFirst.first[byte + 1u]; ++entry) {
    const CurrencyName& name = kCurrencies[kCurrenciesByFirst.order[entry]];
    const size_t size = name.text.size();
    if (begin + size > text.size()) continue;
    const std::string_view piece = text.substr(begin, size);
    if (!SameText(piece, name) || (where == Where::kRunningText && OnlyInPriceFields(name))) continue;
    const bool ends_in_letter =
        IsAsciiLetter(name.text.back()) || static_cast<unsigned char>(name.text.back()) >= 0x80;
    const bool is_sign = static_cast<unsigned char>(name.text[0]) >= 0x80 && size <= 3 && name.text != "р" &&
                         name.text != "Р" && name.text != "र" && name.text != "元" && name.text != "円";
    if (ends_in_letter && !is_sign && begin + size < text.size() && IsWordByte(text[begin + size]) &&
        static_cast<unsigned char>(name.text.back()) < 0x80 &&
        static_cast<unsigned char>(text[begin + size]) < 0x80) {
      continue;
    }
    if ((name.text == "р" || name.text == "Р") && begin + size < text.size() &&
        static_cast<unsigned char>(text[begin + size]) >= 0xd0) {
      continue;
    }
    if (!best || size > best->end - best->begin) best = CurrencyHit{name.code, begin, begin + size};
  }
  return best;
}

// Space within a line: an amount and its currency do not stand on different ones.
bool IsLineSpace(char c) {
  return c == ' ' || c == '\t';
}

size_t SkipBack(std::string_view text, size_t end) {
  while (end > 0 && (IsLineSpace(text[end - 1]) || text[end - 1] == ':' || text[end - 1] == '.' ||
                     text[end - 1] == '=' || text[end - 1] == '~' ||
                     (text[end - 1] == '-' && end > 1 && (text[end - 2] == ':' || text[end - 2] == '.')))) {
    --end;
  }
  return end;
}

// Directly before the amount, with or without spaces, a colon or a stray point: "Rs. 500", "US$:12", "$.750".
std::optional<CurrencyHit> CurrencyLeftOf(std::string_view text, size_t number, Where where) {
  // As it is first: "Rs." has its point in the table.
  size_t end = number;
  while (end > 0 && IsLineSpace(text[end - 1])) --end;
  if (number - end > 3 || end == 0) return std::nullopt;
  if (auto hit = CurrencyBefore(text, end, where)) return hit;
  const size_t bare = SkipBack(text, end);
  if (bare == end || bare == 0 || number - bare > 4) return std::nullopt;
  return CurrencyBefore(text, bare, where);
}

// Directly behind it: "500 Rs", "50,- Kč", "500/- PKR".
std::optional<CurrencyHit> CurrencyRightOf(std::string_view text, size_t number_end, size_t& mark_end,
                                           Where where) {
  size_t at = number_end;
  mark_end = number_end;
  for (const std::string_view mark : {"/-", "/=", ",-", ".-", ",—", "/ -"}) {
    if (!text.substr(at).starts_with(mark)) continue;
    // "+12/-0" counts a seller's praise and blame.
    if (at + mark.size() < text.size() && IsAsciiDigit(text[at + mark.size()])) break;
    at += mark.size();
    mark_end = at;
    break;
  }
  size_t begin = at;
  while (begin < text.size() && IsLineSpace(text[begin]) && begin - at < 3) ++begin;
  if (begin < text.size() && (text[begin] == '*' || text[begin] == '(')) ++begin;
  const auto hit = CurrencyAt(text, begin, where);
  // "Balloons 25 A$6.00": it touches the next amount, and is that one's.
  const bool of_next = hit && begin > at && hit->end < text.size() && IsAsciiDigit(text[hit->end]);
  return of_next ? std::nullopt : hit;
}

Money MoneyOf(Decimal value, std::string_view code) {
  Money money;
  money.units = value.units;
  money.scale = value.scale;
  money.currency = std::string(code);
  if (money.currency == "mBTC") {
    money.currency = "BTC";
    money.scale = static_cast<uint8_t>(std::min(18, money.scale + 3));
  }
  return money;
}

// Old markets wrote bitcoin with the sign of the baht; a baht has no eighth of a satang.
std::string_view CodeFor(std::string_view code, Decimal value) {
  if (code == "THB" && value.scale >= 4) return "BTC";
  if (code == "PHP" && value.scale >= 4) return "BTC";
  return code;
}

struct AmountHit {
  FoundNumber number;
  std::optional<CurrencyHit> left, right;
  size_t mark_end = 0;
  bool has_mark = false;
  std::string_view code() const { return left ? left->code : (right ? right->code : std::string_view()); }
  size_t begin() const { return left ? left->begin : number.begin; }
  size_t end() const { return !left && right ? right->end : std::max(number.end, mark_end); }
};

bool IsNumberStart(std::string_view text, size_t at) {
  const char c = text[at];
  if (IsAsciiDigit(c)) {
    if (at == 0) return true;
    const char before = text[at - 1];
    return !IsAsciiDigit(before);
  }
  if (c == '.' && at + 1 < text.size() && IsAsciiDigit(text[at + 1])) {
    return at == 0 || (!IsAsciiDigit(text[at - 1]) && !IsWordByte(text[at - 1]) && text[at - 1] != '.');
  }
  return false;
}

AmountHit AmountAt(std::string_view text, FoundNumber number, Where where) {
  AmountHit hit;
  hit.number = number;
  hit.left = CurrencyLeftOf(text, number.begin, where);
  hit.right = CurrencyRightOf(text, number.end, hit.mark_end, where);
  hit.has_mark = hit.mark_end > number.end;
  // A coin's amount is fine: "1.234 BTC" is not a thousand of them.
  if (IsCoin(hit.code()) && !number.in_words) {
    NumberHints fine;
    fine.fine = true;
    if (const auto again = NumberAt(text, number.begin, fine)) {
      hit.number.value = again->value;
    }
  }
  // "NZD $100", "SGD$4.90": a bare dollar sign is made precise by what stands before it.
  if (hit.left && hit.left->code == "USD" && hit.left->end - hit.left->begin == 1) {
    size_t before = hit.left->begin;
    while (before > 0 && IsLineSpace(text[before - 1])) --before;
    const auto dollar = before == 0 ? std::nullopt : CurrencyBefore(text, before, where);
    if (dollar && dollar->code.size() == 3 && dollar->code.back() == 'D') {
      hit.left->code = dollar->code;
      hit.left->begin = dollar->begin;
    }
  }
  // "$5 USD" and "500 Rs PKR": one currency said twice; "R$" and the like win by length. "AED 8000 (USD 2179)" has two
  // amounts.
  if (hit.left && hit.right && hit.left->code != hit.right->code) {
    size_t after = hit.right->end;
    while (after < text.size() && (IsWhiteSpace(text[after]) || text[after] == ':')) ++after;
    const bool right_has_own = after < text.size() && IsAsciiDigit(text[after]);
    // "$20 CAD": a bare dollar sign is made precise by what follows.
    if (!right_has_own && hit.left->code == "USD" && hit.left->end - hit.left->begin == 1 &&
        !IsCoin(hit.right->code)) {
      hit.left->code = hit.right->code;
    }
  }
  return hit;
}

// The number "29€99": the sign stands where the separator would.
std::optional<Decimal> EuroSeparator(std::string_view text, FoundNumber number, size_t& end) {
  constexpr std::string_view kEuro = "€";
  size_t at = number.end;
  while (at < text.size() && text[at] == ' ') ++at;
  const bool spaced = at > number.end;
  if (!text.substr(at).starts_with(kEuro)) return std::nullopt;
  at += kEuro.size();
  if (spaced && at < text.size() && text[at] == ' ') ++at;
  size_t digits = at;
  while (digits < text.size() && IsAsciiDigit(text[digits])) ++digits;
  if (digits - at != 2 || number.value.scale != 0) return std::nullopt;
  if (digits < text.size() && (text[digits] == '.' || text[digits] == ',' || text[digits] == ' ')) {
    if (digits + 1 < text.size() && IsAsciiDigit(text[digits + 1])) return std::nullopt;
  }
  end = digits;
  return Add(Decimal{number.value.units, 0}, Decimal{(text[at] - '0') * 10 + (text[at + 1] - '0'), 2});
}

bool IsPercent(std::string_view text, size_t end) {
  while (end < text.size() && text[end] == ' ') ++end;
  return end < text.size() && text[end] == '%';
}

constexpr std::string_view kPriceWords[] = {"price", "cost",   "costs",   "rate",    "rates",  "qeemat",
                                            "qimat", "keemat", "only",    "sirf",    "amount", "total",
                                            "fiyat", "preis",  "prix",    "precio",  "قیمت",   "ریٹ",
                                            "صرف",   "بیعانہ", "advance", "charges", "fee",    "fees"};

// A price word within the last few words before `at`.
bool AfterPriceWord(std::string_view text, size_t at) {
  constexpr size_t kReach = 24, kMaxBetween = 10;
  // Only separators and little words in between, no other number and no new line.
  for (size_t end = at; end > 0 && at - end <= kMaxBetween; --end) {
    const std::string_view before = text.substr(0, end);
    for (const std::string_view word : kPriceWords) {
      if (word.size() > end || word.back() != AsciiLowered(before.back())) continue;
      const size_t begin = end - word.size();
      if (at - begin > kReach || !EqualsIgnoringCase(before.substr(begin), word)) continue;
      if (begin == 0 || !IsWordByte(text[begin - 1])) return true;
    }
    const char c = before.back();
    if (c == '\n' || IsAsciiDigit(c) || c == ',') return false;
  }
  return false;
}

// The other end of "500 - 700", "2500 to 3000": behind `at`; absent when there is none.
std::optional<AmountHit> RangeEnd(std::string_view text, const AmountHit& from) {
  size_t at = from.end();
  while (at < text.size() && text[at] == ' ') ++at;
  const std::string_view rest = text.substr(at);
  size_t sign = 0;
  for (const std::string_view word : {"-", "to ", "se ", "till ", "..", "سے "}) {
    if (rest.starts_with(word)) sign = word.size();
  }
  if (sign == 0) return std::nullopt;
  at += sign;
  while (at < text.size() && text[at] == ' ') ++at;
  size_t number = at;
  if (const auto currency = CurrencyAt(text, at)) {
    number = currency->end;
    while (number < text.size() && (text[number] == ' ' || text[number] == '.' || text[number] == ':'))
      ++number;
  }
  if (number >= text.size() || !IsAsciiDigit(text[number])) return std::nullopt;
  const auto found = NumberAt(text, number);
  if (!found || IsPercent(text, found->end)) return std::nullopt;
  AmountHit to = AmountAt(text, *found, Where::kRunningText);
  if (to.code().empty() && from.code().empty()) return std::nullopt;
  if (!to.code().empty() && !from.code().empty() && to.code() != from.code()) return std::nullopt;
  const double low = from.number.value.ToDouble(), high = to.number.value.ToDouble();
  // "5-10k" and "1-2 lakh": the multiplier is for both.
  if (high <= low || high > low * 1000) return std::nullopt;
  return to;
}

// ---------------------------------------------------------------- quantities

enum class UnitKind { kMass, kVolume, kCount };

struct Unit {
  std::string_view text;
  std::string_view name;
  UnitKind kind;
  std::string_view grams = "";  // of one; empty: local or none
};

constexpr Unit kUnits[] = {
    {"g", "g", UnitKind::kMass, "1"},
    {"gr", "g", UnitKind::kMass, "1"},
    {"grs", "g", UnitKind::kMass, "1"},
    {"gm", "g", UnitKind::kMass, "1"},
    {"gms", "g", UnitKind::kMass, "1"},
    {"gs", "g", UnitKind::kMass, "1"},
    {"grm", "g", UnitKind::kMass, "1"},
    {"grms", "g", UnitKind::kMass, "1"},
    {"gram", "g", UnitKind::kMass, "1"},
    {"grams", "g", UnitKind::kMass, "1"},
    {"gramm", "g", UnitKind::kMass, "1"},
    {"gramms", "g", UnitKind::kMass, "1"},
    {"gramme", "g", UnitKind::kMass, "1"},
    {"grammes", "g", UnitKind::kMass, "1"},
    {"gramo", "g", UnitKind::kMass, "1"},
    {"gramos", "g", UnitKind::kMass, "1"},
    {"gramas", "g", UnitKind::kMass, "1"},
    {"grammi", "g", UnitKind::kMass, "1"},
    {"грамм", "g", UnitKind::kMass, "1"},
    {"гр", "g", UnitKind::kMass, "1"},
    {"г", "g", UnitKind::kMass, "1"},
    {"گرام", "g", UnitKind::kMass, "1"},
    {"غرام", "g", UnitKind::kMass, "1"},
    {"جرام", "g", UnitKind::kMass, "1"},
    {"جم", "g", UnitKind::kMass, "1"},
    {"گرم", "g", UnitKind::kMass, "1"},
    {"كيلو", "kg", UnitKind::kMass, "1000"},
    {"kg", "kg", UnitKind::kMass, "1000"},
    {"kgs", "kg", UnitKind::kMass, "1000"},
    {"kilo", "kg", UnitKind::kMass, "1000"},
    {"kilos", "kg", UnitKind::kMass, "1000"},
    {"kilogram", "kg", UnitKind::kMass, "1000"},
    {"kilograms", "kg", UnitKind::kMass, "1000"},
    {"key", "kg", UnitKind::kMass, "1000"},
    {"keys", "kg", UnitKind::kMass, "1000"},
    {"کلو", "kg", UnitKind::kMass, "1000"},
    {"کیلو", "kg", UnitKind::kMass, "1000"},
    {"کلوگرام", "kg", UnitKind::kMass, "1000"},
    {"кг", "kg", UnitKind::kMass, "1000"},
    {"mg", "mg", UnitKind::kMass, "0.001"},
    {"mgs", "mg", UnitKind::kMass, "0.001"},
    {"miligram", "mg", UnitKind::kMass, "0.001"},
    {"milligram", "mg", UnitKind::kMass, "0.001"},
    {"milligrams", "mg", UnitKind::kMass, "0.001"},
    {"ملی گرام", "mg", UnitKind::kMass, "0.001"},
    {"мг", "mg", UnitKind::kMass, "0.001"},
    {"ug", "ug", UnitKind::kMass, "0.000001"},
    {"µg", "ug", UnitKind::kMass, "0.000001"},
    {"μg", "ug", UnitKind::kMass, "0.000001"},
    {"mcg", "ug", UnitKind::kMass, "0.000001"},
    {"mcgs", "ug", UnitKind::kMass, "0.000001"},
    {"mics", "ug", UnitKind::kMass, "0.000001"},
    {"microgram", "ug", UnitKind::kMass, "0.000001"},
    {"micrograms", "ug", UnitKind::kMass, "0.000001"},
    {"oz", "oz", UnitKind::kMass, "28.349523125"},
    {"ozs", "oz", UnitKind::kMass, "28.349523125"},
    {"ounce", "oz", UnitKind::kMass, "28.349523125"},
    {"ounces", "oz", UnitKind::kMass, "28.349523125"},
    {"onza", "oz", UnitKind::kMass, "28.349523125"},
    {"lb", "lb", UnitKind::kMass, "453.59237"},
    {"lbs", "lb", UnitKind::kMass, "453.59237"},
    {"pound", "lb", UnitKind::kMass, "453.59237"},
    {"pounds", "lb", UnitKind::kMass, "453.59237"},
    {"tola", "tola", UnitKind::kMass},
    {"tolla", "tola", UnitKind::kMass},
    {"tolah", "tola", UnitKind::kMass},
    {"توله", "tola", UnitKind::kMass},
    {"تولو", "tola", UnitKind::kMass},
    {"تولا", "tola", UnitKind::kMass},
    {"ٽولو", "tola", UnitKind::kMass},
    {"ماشو", "masha", UnitKind::kMass},
    {"ماشه", "masha", UnitKind::kMass},
    {"رتي", "ratti", UnitKind::kMass},
    {"رتیاں", "ratti", UnitKind::kMass},
    {"rattiyan", "ratti", UnitKind::kMass},
    {"پائو", "pao", UnitKind::kMass},
    {"پاء", "pao", UnitKind::kMass},
    {"پاوه", "pao", UnitKind::kMass},
    {"سېر", "ser", UnitKind::kMass},
    {"سير", "ser", UnitKind::kMass},
    {"مڻ", "maund", UnitKind::kMass},
    {"منّ", "maund", UnitKind::kMass},
    {"ګرام", "g", UnitKind::kMass, "1"},
    {"ګرامه", "g", UnitKind::kMass, "1"},
    {"گرامه", "g", UnitKind::kMass, "1"},
    {"ग्राम", "g", UnitKind::kMass, "1"},
    {"किलो", "kg", UnitKind::kMass, "1000"},
    {"तोला", "tola", UnitKind::kMass},
    {"کيلو", "kg", UnitKind::kMass, "1000"},
    {"ڪلو", "kg", UnitKind::kMass, "1000"},
    {"ڪلوگرام", "kg", UnitKind::kMass, "1000"},
    {"کلو گرام", "kg", UnitKind::kMass, "1000"},
    {"کیلوگرام", "kg", UnitKind::kMass, "1000"},
    {"کیلوګرام", "kg", UnitKind::kMass, "1000"},
    {"گرامز", "g", UnitKind::kMass, "1"},
    {"ملیگرام", "mg", UnitKind::kMass, "0.001"},
    {"اونس", "oz", UnitKind::kMass, "28.349523125"},
    {"اونص", "oz", UnitKind::kMass, "28.349523125"},
    {"پاؤنڈ", "lb", UnitKind::kMass, "453.59237"},
    {"zip", "oz", UnitKind::kMass, "28.349523125"},
    {"zips", "oz", UnitKind::kMass, "28.349523125"},
    {"tolas", "tola", UnitKind::kMass},
    {"tolay", "tola", UnitKind::kMass},
    {"tole", "tola", UnitKind::kMass},
    {"تولہ", "tola", UnitKind::kMass},
    {"تولے", "tola", UnitKind::kMass},
    {"masha", "masha", UnitKind::kMass},
    {"mashay", "masha", UnitKind::kMass},
    {"ماشہ", "masha", UnitKind::kMass},
    {"ماشے", "masha", UnitKind::kMass},
    {"ratti", "ratti", UnitKind::kMass},
    {"rati", "ratti", UnitKind::kMass},
    {"رتی", "ratti", UnitKind::kMass},
    {"chhatank", "chhatank", UnitKind::kMass},
    {"chatank", "chhatank", UnitKind::kMass},
    {"chattak", "chhatank", UnitKind::kMass},
    {"چھٹانک", "chhatank", UnitKind::kMass},
    {"pao", "pao", UnitKind::kMass},
    {"pau", "pao", UnitKind::kMass},
    {"paw", "pao", UnitKind::kMass},
    {"paao", "pao", UnitKind::kMass},
    {"پاؤ", "pao", UnitKind::kMass},
    {"پاو", "pao", UnitKind::kMass},
    {"ser", "ser", UnitKind::kMass},
    {"seer", "ser", UnitKind::kMass},
    {"سیر", "ser", UnitKind::kMass},
    {"maund", "maund", UnitKind::kMass},
    {"maunds", "maund", UnitKind::kMass},
    {"mann", "maund", UnitKind::kMass},
    {"من", "maund", UnitKind::kMass},
    {"ml", "ml", UnitKind::kVolume},
    {"mls", "ml", UnitKind::kVolume},
    {"cc", "ml", UnitKind::kVolume},
    {"cl", "cl", UnitKind::kVolume},
    {"ltr", "l", UnitKind::kVolume},
    {"litre", "l", UnitKind::kVolume},
    {"litres", "l", UnitKind::kVolume},
    {"liter", "l", UnitKind::kVolume},
    {"liters", "l", UnitKind::kVolume},
    {"لیٹر", "l", UnitKind::kVolume},
    {"ملی لیٹر", "ml", UnitKind::kVolume},
    {"ليتر", "l", UnitKind::kVolume},
    {"ليٽر", "l", UnitKind::kVolume},
    {"floz", "fl oz", UnitKind::kVolume},
    {"fl oz", "fl oz", UnitKind::kVolume},
    {"fl. oz", "fl oz", UnitKind::kVolume},
    {"fluid ounce", "fl oz", UnitKind::kVolume},
    {"fluid ounces", "fl oz", UnitKind::kVolume},
    {"ٹیبلٹ", "tablet", UnitKind::kCount},
    {"ٹیبلٹس", "tablet", UnitKind::kCount},
    {"ٽڪي", "tablet", UnitKind::kCount},
    {"ٽڪيون", "tablet", UnitKind::kCount},
    {"ګولۍ", "tablet", UnitKind::kCount},
    {"ګولي", "tablet", UnitKind::kCount},
    {"کیپسول", "capsule", UnitKind::kCount},
    {"golia", "tablet", UnitKind::kCount},
    {"goliya", "tablet", UnitKind::kCount},
    {"goliyaan", "tablet", UnitKind::kCount},
    {"gooli", "tablet", UnitKind::kCount},
    {"tablett", "tablet", UnitKind::kCount},
    {"tb", "tablet", UnitKind::kCount},
    {"hulks", "tablet", UnitKind::kCount},
    {"footballs", "tablet", UnitKind::kCount},
    {"ct", "piece", UnitKind::kCount},
    {"cnt", "piece", UnitKind::kCount},
    {"count", "piece", UnitKind::kCount},
    {"pk", "piece", UnitKind::kCount},
    {"hits", "blotter", UnitKind::kCount},
    {"trips", "blotter", UnitKind::kCount},
    {"unidades", "piece", UnitKind::kCount},
    {"stück", "piece", UnitKind::kCount},
    {"eggs", "capsule", UnitKind::kCount},
    {"films", "strip", UnitKind::kCount},
    {"drops", "drop", UnitKind::kCount},
    {"پٹی", "strip", UnitKind::kCount},
    {"پٹیاں", "strip", UnitKind::kCount},
    {"سٹرپ", "strip", UnitKind::kCount},
    {"ڈبے", "box", UnitKind::kCount},
    {"ڈبا", "box", UnitKind::kCount},
    {"ڈبی", "box", UnitKind::kCount},
    {"پیکٹ", "pack", UnitKind::kCount},
    {"پڑیا", "wrap", UnitKind::kCount},
    {"پڑیاں", "wrap", UnitKind::kCount},
    {"pudian", "wrap", UnitKind::kCount},
    {"pudiyan", "wrap", UnitKind::kCount},
    {"puriyan", "wrap", UnitKind::kCount},
    {"token", "wrap", UnitKind::kCount},
    {"tokens", "wrap", UnitKind::kCount},
    {"انجکشن", "injection", UnitKind::kCount},
    {"ٹیکے", "injection", UnitKind::kCount},
    {"teekay", "injection", UnitKind::kCount},
    {"bottal", "bottle", UnitKind::kCount},
    {"tablet", "tablet", UnitKind::kCount},
    {"tablets", "tablet", UnitKind::kCount},
    {"tabs", "tablet", UnitKind::kCount},
    {"tab", "tablet", UnitKind::kCount},
    {"tabletten", "tablet", UnitKind::kCount},
    {"goli", "tablet", UnitKind::kCount},
    {"goliyan", "tablet", UnitKind::kCount},
    {"golian", "tablet", UnitKind::kCount},
    {"گولی", "tablet", UnitKind::kCount},
    {"حبة", "tablet", UnitKind::kCount},
    {"حبه", "tablet", UnitKind::kCount},
    {"حبوب", "tablet", UnitKind::kCount},
    {"قرص", "tablet", UnitKind::kCount},
    {"شريط", "strip", UnitKind::kCount},
    {"puriya", "wrap", UnitKind::kCount},
    {"puria", "wrap", UnitKind::kCount},
    {"گولیاں", "tablet", UnitKind::kCount},
    {"pill", "tablet", UnitKind::kCount},
    {"pills", "tablet", UnitKind::kCount},
    {"pillen", "tablet", UnitKind::kCount},
    {"capsule", "capsule", UnitKind::kCount},
    {"capsules", "capsule", UnitKind::kCount},
    {"caps", "capsule", UnitKind::kCount},
    {"cap", "capsule", UnitKind::kCount},
    {"strip", "strip", UnitKind::kCount},
    {"strips", "strip", UnitKind::kCount},
    {"patta", "strip", UnitKind::kCount},
    {"patte", "strip", UnitKind::kCount},
    {"پتا", "strip", UnitKind::kCount},
    {"پتے", "strip", UnitKind::kCount},
    {"blotter", "blotter", UnitKind::kCount},
    {"blotters", "blotter", UnitKind::kCount},
    {"geltab", "tablet", UnitKind::kCount},
    {"geltabs", "tablet", UnitKind::kCount},
    {"stamp", "blotter", UnitKind::kCount},
    {"stamps", "blotter", UnitKind::kCount},
    {"sheet", "sheet", UnitKind::kCount},
    {"sheets", "sheet", UnitKind::kCount},
    {"joint", "joint", UnitKind::kCount},
    {"joints", "joint", UnitKind::kCount},
    {"seed", "seed", UnitKind::kCount},
    {"seeds", "seed", UnitKind::kCount},
    {"cartridge", "cartridge", UnitKind::kCount},
    {"cartridges", "cartridge", UnitKind::kCount},
    {"carts", "cartridge", UnitKind::kCount},
    {"patch", "patch", UnitKind::kCount},
    {"patches", "patch", UnitKind::kCount},
    {"vial", "vial", UnitKind::kCount},
    {"vials", "vial", UnitKind::kCount},
    {"ampoule", "ampoule", UnitKind::kCount},
    {"ampoules", "ampoule", UnitKind::kCount},
    {"amps", "ampoule", UnitKind::kCount},
    {"injection", "injection", UnitKind::kCount},
    {"injections", "injection", UnitKind::kCount},
    {"bottle", "bottle", UnitKind::kCount},
    {"bottles", "bottle", UnitKind::kCount},
    {"botal", "bottle", UnitKind::kCount},
    {"بوتل", "bottle", UnitKind::kCount},
    {"box", "box", UnitKind::kCount},
    {"boxes", "box", UnitKind::kCount},
    {"dabba", "box", UnitKind::kCount},
    {"dabbe", "box", UnitKind::kCount},
    {"ڈبہ", "box", UnitKind::kCount},
    {"pack", "pack", UnitKind::kCount},
    {"packs", "pack", UnitKind::kCount},
    {"packet", "pack", UnitKind::kCount},
    {"packets", "pack", UnitKind::kCount},
    {"sachet", "sachet", UnitKind::kCount},
    {"sachets", "sachet", UnitKind::kCount},
    {"pudi", "wrap", UnitKind::kCount},
    {"pudiya", "wrap", UnitKind::kCount},
    {"پڑی", "wrap", UnitKind::kCount},
    {"wrap", "wrap", UnitKind::kCount},
    {"wraps", "wrap", UnitKind::kCount},
    {"piece", "piece", UnitKind::kCount},
    {"pieces", "piece", UnitKind::kCount},
    {"pcs", "piece", UnitKind::kCount},
    {"pc", "piece", UnitKind::kCount},
    {"pces", "piece", UnitKind::kCount},
    {"stk", "piece", UnitKind::kCount},
    {"units", "piece", UnitKind::kCount},
    {"doses", "dose", UnitKind::kCount},
    {"dose", "dose", UnitKind::kCount},
    {"gummies", "piece", UnitKind::kCount},
    {"bars", "bar", UnitKind::kCount},
    {"bar", "bar", UnitKind::kCount},
};

constexpr auto kUnitsByFirst = MakeByteIndex(kUnits, false);

const Unit* UnitNamed(std::string_view word) {
  if (word.empty()) return nullptr;
  const unsigned char byte = FoldedByte(word[0]);
  for (size_t entry = kUnitsByFirst.first[byte]; entry < kUnitsByFirst.first[byte + 1u]; ++entry) {
    const Unit& unit = kUnits[kUnitsByFirst.order[entry]];
    if (unit.text.size() == word.size() && EqualsIgnoringCase(unit.text, word)) return &unit;
  }
  return nullptr;
}

// The unit written at `at`, its end in `end`.
const Unit* UnitAt(std::string_view text, size_t at, size_t& end) {
  size_t stop = at;
  while (stop < text.size() && IsWordByte(text[stop]) && stop - at < 32) ++stop;
  if (stop == at) return nullptr;
  const std::string_view word = text.substr(at, stop - at);
  // "fl. oz", "fluid ounces", "ملی گرام": a unit of two words.
  size_t second = stop;
  while (second < text.size() && second - stop < 2 && (text[second] == ' ' || text[second] == '.')) ++second;
  if (second > stop && second < text.size() && IsWordByte(text[second])) {
    size_t both = second;
    while (both < text.size() && IsWordByte(text[both]) && both - at < 32) ++both;
    if (const Unit* unit = UnitNamed(text.substr(at, both - at))) {
      end = both;
      return unit;
    }
  }
  if (const Unit* unit = UnitNamed(word)) {
    end = stop;
    return unit;
  }
  // Letters and damage run together ("5gm–"): the ASCII part alone, when something else than letters follows it.
  size_t ascii = at;
  while (ascii < stop && IsAsciiLetter(text[ascii])) ++ascii;
  if (ascii > at && ascii < stop) {
    if (const Unit* unit = UnitNamed(text.substr(at, ascii - at))) {
      end = ascii;
      return unit;
    }
  }
  return nullptr;
}

std::string_view LocalGrams(std::string_view unit) {
  for (const LocalWeight& weight : kLocalWeights) {
    if (weight.unit == unit) return weight.grams;
  }
  return "";
}

std::optional<Decimal> GramsOf(Decimal value, const Unit& unit) {
  const std::string_view one = unit.grams.empty() ? LocalGrams(unit.name) : unit.grams;
  if (unit.kind != UnitKind::kMass || one.empty()) return std::nullopt;
  const auto factor = ParseDecimal(one);
  if (!factor) return std::nullopt;
  return Multiply(value, *factor);
}

// "x", "*", with or without spaces. Returns where the next thing begins, or npos.
size_t BehindTimes(std::string_view text, size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  if (at >= text.size()) return std::string_view::npos;
  if (text[at] != 'x' && text[at] != 'X' && text[at] != '*') return std::string_view::npos;
  if (at + 1 < text.size() && IsWordByte(text[at + 1])) return std::string_view::npos;
  ++at;
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}

bool IsSmallMass(const Unit& unit) {
  return unit.name == "mg" || unit.name == "ug";
}

struct Measure {
  FoundNumber number;
  std::optional<Decimal> high;  // of a range
  const Unit* unit = nullptr;
  size_t end = 0;
};

// A number (or range) and its unit at `at`.
std::optional<Measure> MeasureAt(std::string_view text, size_t at) {
  NumberHints fine;
  fine.fine = true;
  Measure m;
  const auto number = NumberAt(text, at, fine);
  if (!number || number->value.units <= 0) return std::nullopt;
  m.number = *number;
  size_t next = number->end;
  // "1-5 g"
  size_t dash = next;
  while (dash < text.size() && text[dash] == ' ') ++dash;
  if (dash < text.size() && text[dash] == '-') {
    size_t second = dash + 1;
    while (second < text.size() && text[second] == ' ') ++second;
    if (second < text.size() && IsAsciiDigit(text[second])) {
      const auto high = NumberAt(text, second, fine);
      size_t end = 0;
      if (high && high->value.ToDouble() > number->value.ToDouble()) {
        size_t unit_at = high->end;
        while (unit_at < text.size() && text[unit_at] == ' ') ++unit_at;
        if (UnitAt(text, unit_at, end) != nullptr) {
          m.high = high->value;
          next = high->end;
        }
      }
    }
  }
  size_t unit_at = next;
  // "5-g", "(1) gr", "[25]Gram", "1.Gram"
  while (unit_at < text.size() &&
         (text[unit_at] == ' ' || (unit_at == next && (text[unit_at] == '-' || text[unit_at] == ')' ||
                                                       text[unit_at] == ']' || text[unit_at] == '.')))) {
    ++unit_at;
  }
  if (unit_at - next > 3) return std::nullopt;
  m.unit = UnitAt(text, unit_at, m.end);
  if (m.unit == nullptr) return std::nullopt;
  // "1 110mg": one of 110 mg, never 1,110 mg.
  if (IsSmallMass(*m.unit) &&
      text.substr(number->begin, number->end - number->begin).find(' ') != std::string_view::npos &&
      text.substr(number->begin, number->end - number->begin).find('/') == std::string_view::npos) {
    return std::nullopt;
  }
  // "2-in-1", "5 key" are no weights unless a kilo follows; "K" alone is a thousand, never a kilo.
  return m;
}

std::string WithoutZeros(Decimal value) {
  return value.Shortest();
}

FoundQuantity QuantityFrom(const Measure& m, Decimal count, size_t begin, size_t end) {
  FoundQuantity found;
  found.span = {begin, end};
  const Decimal value = Multiply(m.number.value, count).value_or(m.number.value);
  found.quantity.value = WithoutZeros(value);
  found.quantity.unit = std::string(m.unit->name);
  found.is_mass = m.unit->kind == UnitKind::kMass;
  if (const auto grams = GramsOf(value, *m.unit)) {
    found.quantity.grams = grams->Shortest();
    if (m.unit->grams.empty()) {
      found.quantity.basis = std::string(m.unit->name) + "=" + std::string(LocalGrams(m.unit->name)) + "g";
    }
    if (m.high) {
      if (const auto most = Multiply(*m.high, count)) {
        if (const auto max_grams = GramsOf(*most, *m.unit)) found.quantity.grams_max = max_grams->Shortest();
      }
    }
  }
  return found;
}

// "5 x 100mcg ETH-LAD Blotters": what is counted, a few words on.
const Unit* CountUnitSoon(std::string_view text, size_t at) {
  const size_t stop = std::min(text.size(), at + 32);
  while (at < stop) {
    if (!IsWordByte(text[at])) {
      if (text[at] == '\n' || text[at] == ',') return nullptr;
      ++at;
      continue;
    }
    size_t end = at;
    const Unit* unit = UnitAt(text, at, end);
    if (unit != nullptr && unit->kind == UnitKind::kCount) return unit;
    while (at < text.size() && IsWordByte(text[at])) ++at;
  }
  return nullptr;
}

// "strip of 10", "a pack of 30": how many are in it.
bool IsPackOf(std::string_view text, size_t number) {
  std::string_view before = text.substr(0, number);
  if (!before.ends_with(" of ")) return false;
  before.remove_suffix(4);
  size_t begin = before.size();
  while (begin > 0 && IsAsciiLetter(before[begin - 1])) --begin;
  const std::string_view word = before.substr(begin);
  for (const std::string_view pack : {"strip", "blister", "patta", "pack", "box", "bottle", "jar", "bag"}) {
    if (EqualsIgnoringCase(word, pack)) return true;
  }
  return false;
}
// Strips and blisters hold tablets.
std::string_view CountedIn(std::string_view text, size_t number) {
  std::string_view before = text.substr(0, number - 4);
  for (const std::string_view pack : {"strip", "blister", "patta"}) {
    if (before.size() >= pack.size() && EqualsIgnoringCase(before.substr(before.size() - pack.size()), pack))
      return "tablet";
  }
  return "piece";
}

// "LSD blotters 120ug x 25": what is counted, a few words before it; "piece" when nobody says.
std::string_view CountedBefore(std::string_view text, size_t end) {
  constexpr size_t kReach = 40;
  std::string_view unit = "piece";
  for (size_t at = end > kReach ? end - kReach : 0; at < end;) {
    if (!IsWordByte(text[at])) {
      if (text[at] == '\n' || text[at] == ',' || text[at] == '|') unit = "piece";
      ++at;
      continue;
    }
    const bool begins = at == 0 || !(IsWordByte(text[at - 1]) || IsAsciiDigit(text[at - 1]));
    size_t unit_end = at;
    const Unit* const found = begins ? UnitAt(text, at, unit_end) : nullptr;
    if (found != nullptr && found->kind == UnitKind::kCount) unit = found->name;
    while (at < end && IsWordByte(text[at])) ++at;
  }
  return unit;
}

FoundQuantity Pieces(Decimal count, std::string_view unit, size_t begin, size_t end) {
  FoundQuantity found;
  found.span = {begin, end};
  found.quantity.value = WithoutZeros(count);
  found.quantity.unit = std::string(unit);
  return found;
}

bool IsWholeCount(const Decimal& value) {
  return value.scale == 0 && value.units > 0 && value.units <= 1'000'000;
}

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// An amount without a currency that is written beside what it is for: "1 tola 2500", "5g = 22k", "1g carts 6k", "5 lakh ka
// kilo". `number` is no quantity itself.
bool IsBarePrice(std::string_view text, const FoundNumber& number) {
  constexpr size_t kReach = 48;   // of a line that are looked at for how much it is
  constexpr size_t kMaxGap = 20;  // between the two
  constexpr int64_t kLeast = 100, kMost = 100'000'000;
  const double value = number.value.ToDouble();
  if (!number.has_multiplier && (number.in_words || number.value.scale != 0 || value < kLeast)) return false;
  if (value < kLeast || value > kMost || text[number.begin] == '0') return false;
  if (number.begin > 0) {
    const char before = text[number.begin - 1];
    if (before == '-' || before == '/' || before == '+' || before == '#' || before == '.' ||
        IsWordByte(before))
      return false;
  }
  // What follows: a word that ties it to a weight, an end, or words; no unit, no more of a date or a number.
  size_t at = number.end;
  if (at < text.size() && (IsWordByte(text[at]) || IsAsciiDigit(text[at]) || text[at] == '%')) return false;
  if (at + 1 < text.size() && IsAsciiDigit(text[at + 1]) && text[at] != ' ' && text[at] != '|') return false;
  while (at < text.size() && text[at] == ' ') ++at;
  size_t unit_end = 0;
  if (UnitAt(text, at, unit_end) != nullptr || (at < text.size() && IsAsciiDigit(text[at]))) return false;
  for (const std::string_view tie :
       {"ka ", "ki ", "ke ", "per ", "fi ", "کا ", "کی ", "کے ", "فی ", "a ", "har "}) {
    if (!text.substr(at).starts_with(tie)) continue;
    size_t unit_at = at + tie.size();
    if (const auto m = MeasureAt(text, unit_at);
        m && m->unit->kind == UnitKind::kMass && !IsSmallMass(*m->unit))
      return true;
    const Unit* const unit = UnitAt(text, unit_at, unit_end);
    return unit != nullptr && unit->kind == UnitKind::kMass && !IsSmallMass(*unit);
  }
  // Free words behind it are a thing counted as often as a place: only a large round amount is trusted then.
  const bool year = value >= 1900 && value < 2100 && !number.has_multiplier;
  if (at < text.size() && IsWordByte(text[at])) {
    size_t end = at;
    while (end < text.size() && IsWordByte(text[end])) ++end;
    const bool known = IsOneOf(text.substr(at, end - at),
                               {"each", "only", "final", "fixed", "delivered", "cash", "cod", "wala", "wali",
                                "mein", "main", "and", "or", "aur", "se", "to", "صرف", "میں", "اور"});
    if (!known && (year || value < 1000)) return false;
  }
  // How much it is for: the last measure before it on its line, with at most two words between.
  const size_t line = text.rfind('\n', number.begin);
  const size_t from = std::max(line == std::string_view::npos ? 0 : line + 1,
                               number.begin > kReach ? number.begin - kReach : 0);
  for (size_t i = number.begin; i-- > from;) {
    const bool start = (IsNumberStart(text, i) || IsWordByte(text[i])) &&
                       (i == 0 || !(IsWordByte(text[i - 1]) || IsAsciiDigit(text[i - 1]) ||
                                    text[i - 1] == '.' || text[i - 1] == '-'));
    if (!start) continue;
    const auto m = MeasureAt(text, i);
    if (!m || m->end > number.begin || IsSmallMass(*m->unit)) continue;
    const std::string_view gap = text.substr(m->end, number.begin - m->end);
    if (gap.size() > kMaxGap) return false;
    size_t words = 0;
    for (size_t g = 0; g < gap.size(); ++g) {
      if (IsWordByte(gap[g]) && (g == 0 || !IsWordByte(gap[g - 1]))) ++words;
      const bool sign = gap[g] == '=' || gap[g] == ':' || gap[g] == '@' || gap[g] == '-' || gap[g] == '(' ||
                        gap[g] == ')' || gap[g] == ' ' || gap[g] == ',';
      if (!sign && !IsWordByte(gap[g])) return false;
    }
    return words <= 2 && !(year && words > 0);
  }
  return false;
}

constexpr size_t kMaxTitleBytes = 512;  // of a title that are read for what its milligrams mean

// The next run of ASCII letters from `at` on, which becomes its end; empty when there is none.
std::string_view NextLetters(std::string_view text, size_t& at) {
  while (at < text.size() && !IsAsciiLetter(text[at])) ++at;
  const size_t begin = at;
  while (at < text.size() && IsAsciiLetter(text[at])) ++at;
  return text.substr(begin, at - begin);
}

// Words that come first in a title without being its goods.
bool OnlyPromotionBefore(std::string_view text) {
  size_t longest = 0, at = 0;
  for (std::string_view letters = NextLetters(text, at); !letters.empty(); letters = NextLetters(text, at)) {
    const std::string word = AsciiLowered(letters);
    bool promo = word.size() < 4;
    for (const std::string_view known :
         {"sample", "promo",   "offer",   "special", "sale", "best",     "free",    "pure",
          "high",   "quality", "premium", "uncut",   "only", "stock",    "intro",   "price",
          "lowest", "cheap",   "trial",   "test",    "aged", "domestic", "shipping"}) {
      promo |= word == known;
    }
    if (!promo) longest = std::max(longest, word.size());
  }
  return longest < 4;
}

// What a title says of how its goods come: in doses that are so strong, or loose.
struct TitleSigns {
  bool dose = false;             // tablets, blotters, sweets, cartridges
  bool purity = false;           // "84%"
  bool loose = false;            // powder, crystal, a purity, the code of a research chemical
  double strongest_dose_mg = 0;  // of the medicine named; 0: none is
};

// The strongest tablet of each medicine that is made, in mg: less may be a dose, more is loose. From the makers'
// leaflets, rounded up.
double StrongestDose(std::string_view word) {
  if (IsOneOf(word, {"xanax", "alprazolam", "klonopin", "clonazepam", "rivotril", "lorazepam", "ativan",
                     "bromazepam", "lexotanil", "estazolam", "triazolam", "halcion"})) {
    return 6;
  }
  if (IsOneOf(word, {"valium", "diazepam", "zolpidem", "ambien", "zopiclone", "nitrazepam", "temazepam",
                     "restoril", "lunesta", "eszopiclone", "oxazepam"})) {
    return 30;
  }
  if (IsOneOf(word, {"oxycodone",
                     "oxycontin",
                     "oxy",
                     "roxy",
                     "roxicodone",
                     "percocet",
                     "hydrocodone",
                     "norco",
                     "vicodin",
                     "methadone",
                     "suboxone",
                     "subutex",
                     "buprenorphine",
                     "dilaudid",
                     "hydromorphone",
                     "opana",
                     "adderall",
                     "adderal",
                     "ritalin",
                     "concerta",
                     "methylphenidate",
                     "vyvanse",
                     "dexedrine",
                     "focalin",
                     "phentermine",
                     "cialis",
                     "tadalafil",
                     "zofran",
                     "strattera",
                     "desoxyn",
                     "xtc"})) {
    return 120;
  }
  if (IsOneOf(word, {"tramadol",   "tapentadol", "nucynta",    "morphine",    "codeine",      "pregabalin",
                     "lyrica",     "gabapentin", "modafinil",  "modalert",    "armodafinil",  "waklert",
                     "provigil",   "viagra",     "sildenafil", "kamagra",     "xtc",          "carisoprodol",
                     "soma",       "tilidin",    "avanafil",   "orlistat",    "ecstasy",      "testosterone",
                     "winstrol",   "dianabol",   "anavar",     "amoxicillin", "azithromycin", "ibuprofen",
                     "paracetamol"})) {
    return 800;
  }
  return 0;
}

TitleSigns SignsOf(std::string_view title) {
  TitleSigns signs;
  for (size_t at = 0; at < title.size();) {
    if (!IsAsciiLetter(title[at])) {
      // "84%", "4-HO-MET", "2C-B", "25i": figures first, then letters.
      if (title[at] == '%' && at > 0 && (IsAsciiDigit(title[at - 1]) || title[at - 1] == '+'))
        signs.purity = true;
      if (IsAsciiDigit(title[at]) && at + 3 < title.size() && title[at + 1] == '-' &&
          IsAsciiLetter(title[at + 2]) && (at == 0 || !IsAsciiLetter(title[at - 1]))) {
        size_t end = at + 2;
        while (end < title.size() && IsAsciiLetter(title[end])) ++end;
        signs.loose |= end - at >= 4;
      }
      ++at;
      continue;
    }
    size_t end = at;
    while (end < title.size() && IsAsciiLetter(title[end])) ++end;
    const std::string word = AsciiLowered(title.substr(at, std::min<size_t>(end - at, 24)));
    signs.loose |= IsOneOf(word, {"powder",   "crystal",  "crystals", "shard", "shards", "purity", "pure",
                                  "freebase", "fumarate", "isomer",   "raw",   "uncut",  "rock",   "rocks",
                                  "resin",    "paste",    "pulver",   "polvo", "poudre", "reagent"});
    signs.dose |= IsOneOf(
        word,
        {"bar",       "bars",        "pill",       "pills",   "tab",       "tabs",     "tablet",    "tablets",
         "capsule",   "capsules",    "caps",       "hulk",    "hulks",     "football", "footballs", "blotter",
         "blotters",  "patch",       "patches",    "film",    "films",     "strip",    "strips",    "sucker",
         "suckers",   "lollipop",    "lollipops",  "cookie",  "cookies",   "brownie",  "brownies",  "gummy",
         "gummies",   "gummys",      "candy",      "candies", "chocolate", "edible",   "edibles",   "cart",
         "carts",     "cartridge",   "cartridges", "cereal",  "jelly",     "jellies",  "drops",     "ir",
         "xr",        "er",          "sr",         "eggs",    "geltab",    "geltabs",  "pen",       "vial",
         "vials",     "ampoule",     "ampoules",   "bears",   "worms",     "cakes",    "cake",      "chew",
         "chews",     "cocoa",       "syrup",      "toffee",  "caramel",   "tea",      "sugar",     "goli",
         "injection", "suppository", "battery",    "vape"});
    signs.strongest_dose_mg = std::max(signs.strongest_dose_mg, StrongestDose(word));
    at = end;
  }
  return signs;
}

// Milligrams without pieces beside them: the strength of one dose, or how much is sold?
bool IsStrength(const FoundQuantity& q, const TitleSigns& signs, std::string_view before) {
  if (q.quantity.unit == "ug" || signs.dose) return true;
  if (signs.loose) return false;
  const auto value = ParseDecimal(q.quantity.value);
  const double mg = value ? value->ToDouble() : 0;
  if (signs.strongest_dose_mg > 0 && mg <= signs.strongest_dose_mg) return true;
  return signs.strongest_dose_mg <= 0 && !signs.purity && !OnlyPromotionBefore(before);
}

// "500 2mg Hulks", "(5) 2mg bars", "5 by 4mg": how many of what follows, which is so strong each.
std::optional<Decimal> CountBeforeStrength(std::string_view text, size_t at) {
  size_t end = at;
  int64_t count = 0;
  while (end < text.size() && IsAsciiDigit(text[end]) && end - at < 6)
    count = count * 10 + (text[end++] - '0');
  if (end == at || count < 1 || count > 100'000 || text[at] == '0') return std::nullopt;
  size_t next = end;
  while (next < text.size() && next - end < 3 &&
         (text[next] == ' ' || text[next] == ')' || text[next] == ']'))
    ++next;
  if (next == end) return std::nullopt;
  for (const std::string_view word : {"by ", "of ", "pc ", "times "}) {
    if (EqualsIgnoringCase(text.substr(next, word.size()), word)) next += word.size();
  }
  size_t stop = next;
  while (stop < text.size() && (IsAsciiDigit(text[stop]) || text[stop] == '.') && stop - next < 6) ++stop;
  if (stop == next) return std::nullopt;
  while (stop < text.size() && text[stop] == ' ' && stop - next < 8) ++stop;
  size_t unit_end = 0;
  const Unit* unit = UnitAt(text, stop, unit_end);
  if (unit == nullptr || !IsSmallMass(*unit)) return std::nullopt;
  return Decimal{count, 0};
}

bool IsLiquid(std::string_view title) {
  for (const std::string_view word : {"syrup", "cough", "juice", "fl oz", "liquid", "lean"}) {
    if (ContainsIgnoringCase(title, word)) return true;
  }
  return false;
}

// A measure in words without a number: "Ounce of shrooms", "QP", "half ball", "1 point meth". Only in titles: in running
// text the same words mean everything else.
std::optional<Quantity> SpokenMeasure(std::string_view raw) {
  struct Spoken {
    std::string_view words;
    std::string_view value, unit, grams, basis;
  };
  constexpr Spoken kSpoken[] = {
      {"half ball", "0.5", "ball", "1.75", "ball=3.5g"},
      {"half a ball", "0.5", "ball", "1.75", "ball=3.5g"},
      {"eight ball", "1", "ball", "3.5", "ball=3.5g"},
      {"eightball", "1", "ball", "3.5", "ball=3.5g"},
      {"8 ball", "1", "ball", "3.5", "ball=3.5g"},
      {"8-ball", "1", "ball", "3.5", "ball=3.5g"},
      {"8ball", "1", "ball", "3.5", "ball=3.5g"},
      {"1/8 ball", "1", "ball", "3.5", "ball=3.5g"},
      {"teener", "1", "teener", "1.75", "teener=1.75g"},
      {"qp", "0.25", "lb", "113.3980925", ""},
      {"q.p.", "0.25", "lb", "113.3980925", ""},
      {"hp", "0.5", "lb", "226.796185", ""},
      {"ounce of", "1", "oz", "28.349523125", ""},
      {"ounces of", "1", "oz", "28.349523125", ""},
      {"full ounce", "1", "oz", "28.349523125", ""},
      {"zip of", "1", "oz", "28.349523125", ""},
      {"gram of", "1", "g", "1", ""},
      {"full gram", "1", "g", "1", ""},
      {"kilo of", "1", "kg", "1000", ""},
      {"kg of", "1", "kg", "1000", ""},
      {"pound of", "1", "lb", "453.59237", ""},
      {"an eighth", "0.125", "oz", "3.543690390625", ""},
      {"eighth of", "0.125", "oz", "3.543690390625", ""},
  };
  const std::string title = AsciiLowered(raw.substr(0, kMaxTitleBytes));
  for (const Spoken& spoken : kSpoken) {
    for (size_t at = title.find(spoken.words); at != std::string::npos;
         at = title.find(spoken.words, at + 1)) {
      const size_t end = at + spoken.words.size();
      if (at > 0 && (IsWordByte(title[at - 1]) || IsAsciiDigit(title[at - 1]))) continue;
      if (end < title.size() && IsWordByte(title[end])) continue;
      if (spoken.words == "hp" && at > 0) continue;  // also how strong a machine or a medicine is
      return Quantity{std::string(spoken.value), std::string(spoken.unit), std::string(spoken.grams), "",
                      std::string(spoken.basis)};
    }
  }
  // A point is a tenth of a gram where it is a point of something.
  for (size_t at = title.find("point"); at != std::string::npos; at = title.find("point", at + 1)) {
    size_t end = at + 5;
    if (end < title.size() && title[end] == 's') ++end;
    const std::string_view after = std::string_view(title).substr(end, 12);
    if (!after.starts_with(" of ") && !after.starts_with(" meth") && !after.starts_with(" ice") &&
        !after.starts_with(" crystal") && !after.starts_with(" heroin") && !after.starts_with(" shard")) {
      continue;
    }
    size_t number = at;
    while (number > 0 && (title[number - 1] == ' ' || title[number - 1] == '-')) --number;
    size_t begin = number;
    while (begin > 0 && (IsAsciiDigit(title[begin - 1]) || title[begin - 1] == '.')) --begin;
    const auto value = ParseDecimal(std::string_view(title).substr(begin, number - begin));
    if (!value || value->units <= 0) continue;
    const auto grams = Multiply(*value, Decimal{1, 1});
    if (!grams) continue;
    return Quantity{value->Shortest(), "point", grams->Shortest(), "", "point=0.1g"};
  }
  return std::nullopt;
}

}  // namespace

std::string_view CurrencyFrom(std::string_view text) {
  std::optional<CurrencyHit> best;
  const std::string_view trimmed = Trimmed(text);
  // The whole text is a currency's name.
  for (const CurrencyName& name : kCurrencies) {
    if (SameText(trimmed, name)) return name.code;
  }
  for (size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) continue;
    if (at > 0 && IsAsciiLetter(text[at]) && IsWordByte(text[at - 1])) continue;
    const auto hit = CurrencyAt(text, at, Where::kPriceField);
    if (!hit) continue;
    // One letter alone in a sentence is no currency.
    const bool is_letter = hit->end - hit->begin == 1 && IsAsciiLetter(text[hit->begin]);
    if (is_letter) continue;
    if (!best || hit->end - hit->begin > best->end - best->begin) best = hit;
  }
  return best ? best->code : std::string_view();
}

std::optional<Price> ParsePrice(std::string_view raw, const PriceHints& hints) {
  if (raw.size() > 1024) raw = raw.substr(0, 1024);
  const NumeralText numerals(raw);
  const std::string_view text = numerals.text();
  NumberHints number_hints;
  number_hints.decimal_separator = hints.decimal_separator;
  number_hints.words = false;

  std::optional<AmountHit> first, marked;
  for (size_t at = 0; at < text.size() && !marked; ++at) {
    if (!IsNumberStart(text, at)) continue;
    auto number = NumberAt(text, at, number_hints);
    if (!number) {
      while (at + 1 < text.size() && (IsAsciiDigit(text[at + 1]) || text[at + 1] == '.')) ++at;
      continue;
    }
    size_t euro_end = 0;
    if (const auto euro = EuroSeparator(text, *number, euro_end)) {
      number->value = *euro;
      number->end = euro_end;
    } else if (number->value.scale == 0 &&
               (text.substr(number->end).starts_with(". ") || text.substr(number->end).starts_with(", ")) &&
               number->end + 3 < text.size() && IsAsciiDigit(text[number->end + 2]) &&
               IsAsciiDigit(text[number->end + 3]) &&
               (number->end + 4 >= text.size() || !IsAsciiDigit(text[number->end + 4]))) {
      // "36. 24", "130, 38"
      const int64_t cents = (text[number->end + 2] - '0') * 10 + (text[number->end + 3] - '0');
      if (const auto sum = Add(number->value, Decimal{cents, 2})) number->value = *sum;
      number->end += 4;
    }
    // "5k", "2 hazar", "1.5 lakh"
    if (!number->has_multiplier) {
      NumberHints with_words = number_hints;
      with_words.words = true;
      if (const auto more = NumberAt(text, at, with_words); more && more->has_multiplier) number = more;
    }
    if (!IsPercent(text, number->end)) {
      const AmountHit hit = AmountAt(text, *number, Where::kPriceField);
      if (!first) first = hit;
      if (!hit.code().empty() || hit.has_mark) marked = hit;
    }
    at = number->end - 1;
  }
  if (!first) {
    NumberHints with_words;
    for (size_t at = 0; at < text.size(); ++at) {
      if (!IsWordByte(text[at]) || (at > 0 && IsWordByte(text[at - 1]))) continue;
      const auto number = NumberAt(text, at, with_words);
      if (!number || (!number->has_multiplier && !CurrencyAt(text, std::min(text.size(), number->end + 1))))
        continue;
      first = AmountAt(text, *number, Where::kPriceField);
      break;
    }
  }
  if (!first) {
    if (!ContainsIgnoringCase(text, "free")) return std::nullopt;
    Price price;
    price.amount.currency = std::string(CurrencyFrom(text));
    return price;
  }
  AmountHit hit = marked.value_or(*first);
  std::string_view code = hit.code();
  if (code.empty()) code = CurrencyFrom(text);
  if (code.empty() && hit.has_mark) code = "PKR";  // "/-" is written behind rupees
  if (code.empty()) code = CurrencyFrom(hints.currency);
  Price price;
  price.amount = MoneyOf(hit.number.value, CodeFor(code, hit.number.value));
  if (const auto to = RangeEnd(text, hit))
    price.amount_max = MoneyOf(to->number.value, price.amount.currency);
  if (price.amount_max && price.amount.currency.empty()) price.amount.currency = price.amount_max->currency;
  return price;
}

namespace {

// Weights that are said together: "1 tola 5 masha", never "1/2 oz 14g", which says one weight twice.
bool InOneFamily(std::string_view large, std::string_view small) {
  static constexpr std::string_view kFamilies[][4] = {{"ser", "pao", "chhatank", "tola"},
                                                      {"tola", "masha", "ratti", ""},
                                                      {"kg", "g", "", ""},
                                                      {"lb", "oz", "", ""}};
  for (const auto& family : kFamilies) {
    const auto from = std::find(std::begin(family), std::end(family), large);
    if (from != std::end(family) && std::find(from + 1, std::end(family), small) != std::end(family))
      return true;
  }
  return false;
}

double ValueOf(const Quantity& quantity) {
  const auto value = ParseDecimal(quantity.value);
  return value ? value->ToDouble() : 1.0;
}

enum class Bare { kNo, kBesideQuantities };

std::vector<FoundMoney> MoneyIn(std::string_view raw, size_t max_results, Bare bare) {
  std::vector<FoundMoney> out;
  size_t used = 0;  // behind the amount found last, its currency included
  const NumeralText numerals(raw);
  const std::string_view text = numerals.text();
  for (size_t at = 0; at < text.size() && out.size() < max_results; ++at) {
    const bool digit = IsNumberStart(text, at);
    const bool word_start = !digit && IsWordByte(text[at]) &&
                            (at == 0 || !(IsWordByte(text[at - 1]) || IsAsciiDigit(text[at - 1])));
    if (!digit && !word_start) continue;
    const auto number = NumberAt(text, at);
    if (!number) {
      if (digit) {
        while (at + 1 < text.size() &&
               (IsAsciiDigit(text[at + 1]) || text[at + 1] == '.' || text[at + 1] == ','))
          ++at;
      } else {
        while (at + 1 < text.size() && IsWordByte(text[at + 1])) ++at;
      }
      continue;
    }
    const size_t skip_to = number->end - 1;
    if (IsPercent(text, number->end)) {
      at = skip_to;
      continue;
    }
    // Glued to letters that are no currency ("mp3", "A5"), it is a name.
    AmountHit hit = AmountAt(text, *number, Where::kRunningText);
    // "0.05 ETH 10g": the amount before it has that currency.
    if (hit.left && hit.left->begin < used) hit.left.reset();
    const bool glued = at > 0 && IsWordByte(text[at - 1]) && !hit.left;
    bool marked = !hit.code().empty();
    if (number->in_words && !number->has_multiplier && !marked) {
      at = skip_to;
      continue;
    }
    if (!marked && hit.has_mark && !number->in_words) marked = true;
    const bool beside = bare == Bare::kBesideQuantities && !marked && !glued && IsBarePrice(text, *number);
    const bool after_word = !marked && !glued && !beside && AfterPriceWord(text, number->begin);
    // A unit behind it makes it a quantity: "rate 5 kg", "only 3 left".
    if (after_word) {
      size_t unit_at = number->end, unit_end = 0;
      while (unit_at < text.size() && text[unit_at] == ' ') ++unit_at;
      if (UnitAt(text, unit_at, unit_end) != nullptr || number->value.ToDouble() < 5 ||
          (number->end < text.size() &&
           (text[number->end] == ':' || text[number->end] == '/' || IsAsciiDigit(text[number->end])))) {
        at = skip_to;
        continue;
      }
    }
    if ((!marked && !after_word && !beside) || glued) {
      at = skip_to;
      continue;
    }
    FoundMoney found;
    found.marked = marked;
    std::string_view code = hit.code();
    if (code.empty() && hit.has_mark) code = "PKR";
    size_t end = hit.end();
    found.amount = MoneyOf(hit.number.value, CodeFor(code, hit.number.value));
    if (const auto to = RangeEnd(text, hit)) {
      if (found.amount.currency.empty()) found.amount.currency = std::string(to->code());
      found.amount_max = MoneyOf(to->number.value, found.amount.currency);
      end = to->end();
    }
    found.span = {numerals.Original(hit.begin()), numerals.Original(end)};
    used = end;
    out.push_back(std::move(found));
    at = std::max(skip_to, end == 0 ? skip_to : end - 1);
  }
  // "500 - 700 Rs": the first number had no currency of its own and was passed over.
  return out;
}

}  // namespace

std::vector<FoundMoney> FindMoney(std::string_view text, size_t max_results) {
  return MoneyIn(text, max_results, Bare::kNo);
}

std::vector<FoundMoney> FindStreetMoney(std::string_view text, size_t max_results) {
  return MoneyIn(text, max_results, Bare::kBesideQuantities);
}

bool SaysMoreThanMeasure(std::string_view text) {
  constexpr size_t kLeast = 4;  // letters of a word that is looked at
  size_t end = 0;
  for (std::string_view word = NextLetters(text, end); !word.empty(); word = NextLetters(text, end)) {
    const size_t at = end - word.size();
    // Half of a word of another script, or glued to a figure ("10tablets"), is not a word.
    const bool whole = (at == 0 || !(IsWordByte(text[at - 1]) || IsAsciiDigit(text[at - 1]))) &&
                       (end == text.size() || !(IsWordByte(text[end]) || IsAsciiDigit(text[end])));
    if (whole && word.size() >= kLeast) {
      size_t unit_end = 0;
      // A second word of a name ("fluid ounces", "US dollars") is known by itself, too.
      const bool known = UnitNamed(word) != nullptr || UnitAt(text, at, unit_end) != nullptr ||
                         CurrencyAt(text, at) || NumberAt(text, at);
      if (!known) return true;
    }
  }
  return false;
}

std::vector<FoundQuantity> FindQuantities(std::string_view raw, size_t max_results) {
  std::vector<FoundQuantity> out;
  const NumeralText numerals(raw);
  const std::string_view text = numerals.text();
  const auto add = [&](FoundQuantity found) {
    found.span = {numerals.Original(found.span.begin), numerals.Original(found.span.end)};
    out.push_back(std::move(found));
  };
  for (size_t at = 0; at < text.size() && out.size() < max_results; ++at) {
    const bool digit = IsNumberStart(text, at);
    const bool word_start = !digit && IsWordByte(text[at]) &&
                            (at == 0 || !(IsWordByte(text[at - 1]) || IsAsciiDigit(text[at - 1])));
    if (!digit && !word_start) continue;
    // A make: "Delta-8 gummies", "Delta 9 carts".
    if (digit && at > 5 && (text[at - 1] == '-' || text[at - 1] == ' ') &&
        EqualsIgnoringCase(text.substr(at - 6, 5), "delta")) {
      while (at + 1 < text.size() && IsAsciiDigit(text[at + 1])) ++at;
      continue;
    }
    // "U-47700", "NA-125": a few capitals and a dash before it.
    if (digit && at > 1 && text[at - 1] == '-' && text[at - 2] >= 'A' && text[at - 2] <= 'Z') {
      size_t begin = at - 1;
      while (begin > 0 && text[begin - 1] >= 'A' && text[begin - 1] <= 'Z') --begin;
      const bool whole = begin == 0 || !(IsWordByte(text[begin - 1]) || IsAsciiDigit(text[begin - 1]));
      size_t end = at;
      while (end < text.size() && IsAsciiDigit(text[end])) ++end;
      if (whole && at - 1 - begin <= 2 && end - at >= 2 && (end >= text.size() || !IsWordByte(text[end]))) {
        at = end - 1;
        continue;
      }
    }
    // Part of a name or of a time: "U-47700", "4-MMC", "10:30", "#3".
    if (digit && at > 0 && (IsAsciiLetter(text[at - 1]) || text[at - 1] == ':' || text[at - 1] == '$')) {
      if (!(text[at - 1] == 'x' || text[at - 1] == 'X')) {
        while (at + 1 < text.size() && IsAsciiDigit(text[at + 1])) ++at;
        continue;
      }
    }
    NumberHints fine;
    fine.fine = true;
    const auto number = NumberAt(text, at, fine);
    if (!number) {
      if (!digit) {
        while (at + 1 < text.size() && IsWordByte(text[at + 1])) ++at;
      }
      continue;
    }
    // "10 x 5g", "2x30 MG", "x25"
    const size_t behind =
        IsWholeCount(number->value) ? BehindTimes(text, number->end) : std::string_view::npos;
    // BehindTimes wants no letter behind "x"; a digit may follow at once.
    if (behind != std::string_view::npos && behind < text.size() &&
        (IsAsciiDigit(text[behind]) || text[behind] == '.' || text[behind] == '~')) {
      const size_t measure_at = text[behind] == '~' ? behind + 1 : behind;
      if (const auto m = MeasureAt(text, measure_at); m && !m->number.in_words) {
        size_t unit_at = m->end, unit_end = 0;
        while (unit_at < text.size() && text[unit_at] == ' ') ++unit_at;
        const Unit* pieces = UnitAt(text, unit_at, unit_end);
        if (m->unit->kind == UnitKind::kMass && IsSmallMass(*m->unit)) {
          if (pieces == nullptr || pieces->kind != UnitKind::kCount) {
            pieces = CountUnitSoon(text, unit_at);
            unit_end = m->end;
          }
          add(Pieces(number->value, pieces != nullptr ? pieces->name : "piece", number->begin,
                     std::max(m->end, unit_end)));
          FoundQuantity strength = QuantityFrom(*m, {1, 0}, m->number.begin, m->end);
          strength.is_strength = true;
          add(std::move(strength));
        } else {
          add(QuantityFrom(*m, number->value, number->begin, m->end));
        }
        at = m->end - 1;
        continue;
      }
    }
    const auto m = MeasureAt(text, at);
    if (!m && digit && IsWholeCount(number->value) && IsPackOf(text, number->begin)) {
      add(Pieces(number->value, CountedIn(text, number->begin), number->begin, number->end));
      at = number->end - 1;
      continue;
    }
    if (const auto pieces = m ? std::nullopt : CountBeforeStrength(text, at)) {
      add(Pieces(*pieces, "piece", at, at + pieces->Shortest().size()));
      at += pieces->Shortest().size() - 1;
      continue;
    }
    if (!m) {
      // "Clonidine x 100", "( x25 QTY )": a bare count behind a times sign.
      size_t before = number->begin;
      while (before > 0 && text[before - 1] == ' ') --before;
      const bool times = before > 0 && (text[before - 1] == 'x' || text[before - 1] == 'X') &&
                         (before < 2 || !IsWordByte(text[before - 2]));
      if (times && IsWholeCount(number->value) && number->value.units >= 2) {
        add(Pieces(number->value, CountedBefore(text, before), number->begin, number->end));
      } else if (digit && behind != std::string_view::npos && IsWholeCount(number->value) &&
                 (behind >= text.size() || IsWordByte(text[behind]) || text[behind] == ')' ||
                  text[behind] == '(')) {
        // "100x Pink Kirby", "Etizolam 1mg - 20x"
        add(Pieces(number->value, "piece", number->begin, number->end));
      }
      at = number->end - 1;
      continue;
    }
    if (m->number.in_words && m->unit->kind != UnitKind::kMass && m->number.value.scale == 0 &&
        !m->number.has_multiplier && m->number.value.units > 20) {
      at = number->end - 1;
      continue;
    }
    // Behind: "5g x 10", "200mg x 50 pills"
    Decimal count{1, 0};
    size_t end = m->end;
    size_t times_at = BehindTimes(text, m->end);
    bool counted = false;
    const Unit* counted_unit = nullptr;
    if (times_at != std::string_view::npos && times_at < text.size() && IsAsciiDigit(text[times_at])) {
      const auto n = NumberAt(text, times_at, fine);
      if (n && IsWholeCount(n->value)) {
        size_t unit_at = n->end, unit_end = n->end;
        while (unit_at < text.size() && text[unit_at] == ' ') ++unit_at;
        const Unit* pieces = UnitAt(text, unit_at, unit_end);
        const bool is_count = pieces == nullptr || pieces->kind == UnitKind::kCount;
        if (is_count) {
          count = n->value;
          counted = true;
          counted_unit = pieces;
          end = pieces == nullptr ? n->end : unit_end;
        }
      }
    }
    if (m->unit->kind == UnitKind::kMass && IsSmallMass(*m->unit) && counted) {
      FoundQuantity strength = QuantityFrom(*m, {1, 0}, m->number.begin, m->end);
      strength.is_strength = true;
      add(std::move(strength));
      add(Pieces(count, counted_unit != nullptr ? counted_unit->name : CountedBefore(text, m->number.begin),
                 times_at, end));
    } else if (counted && m->unit->kind == UnitKind::kCount) {
      // "180 pills x 100mg" was not counted; "10 strips x 10 tablets" is a hundred tablets.
      const auto all = counted_unit != nullptr ? Multiply(m->number.value, count) : std::nullopt;
      if (all && IsWholeCount(*all)) {
        add(Pieces(*all, counted_unit->name, m->number.begin, end));
      } else {
        add(QuantityFrom(*m, {1, 0}, m->number.begin, m->end));
        end = m->end;
      }
    } else {
      add(QuantityFrom(*m, count, m->number.begin, end));
    }
    at = end - 1;
  }
  // "1 tola 5 masha", "1 kg 500 g": one weight in two units.
  for (size_t i = 0; i + 1 < out.size();) {
    const std::string_view gap =
        raw.substr(out[i].span.end, std::max(out[i + 1].span.begin, out[i].span.end) - out[i].span.end);
    const auto large = ParseDecimal(out[i].quantity.grams), small = ParseDecimal(out[i + 1].quantity.grams);
    const bool joined = InOneFamily(out[i].quantity.unit, out[i + 1].quantity.unit) && gap == " " && large &&
                        small && out[i].quantity.unit != out[i + 1].quantity.unit &&
                        out[i].quantity.grams_max.empty() && out[i + 1].quantity.grams_max.empty() &&
                        out[i].quantity.unit != "mg" && out[i + 1].quantity.unit != "mg" &&
                        out[i + 1].quantity.unit != "ug" &&
                        small->ToDouble() < large->ToDouble() / std::max(1.0, ValueOf(out[i].quantity));
    const auto sum = joined ? Add(*large, *small) : std::nullopt;
    if (!sum) {
      ++i;
      continue;
    }
    out[i].quantity.grams = sum->Shortest();
    out[i].span.end = out[i + 1].span.end;
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
  // Milligrams beside pieces say how strong they are, and so do those of a medicine.
  const bool has_pieces = std::any_of(out.begin(), out.end(), [](const FoundQuantity& q) {
    return !q.is_mass && q.quantity.unit != "ml" && q.quantity.unit != "l" && q.quantity.unit != "cl";
  });
  std::optional<TitleSigns> signs;
  for (FoundQuantity& q : out) {
    const bool small = q.quantity.unit == "mg" || q.quantity.unit == "ug";
    if (!small || q.is_strength) continue;
    if (!signs) signs = SignsOf(raw.substr(0, kMaxTitleBytes));
    const bool per = q.span.end < raw.size() && raw[q.span.end] == '/';  // "250 mg/ml"
    q.is_strength = has_pieces || per || IsStrength(q, *signs, raw.substr(0, q.span.begin));
  }
  return out;
}

std::optional<Quantity> QuantityOffered(std::string_view title) {
  const std::vector<FoundQuantity> found = FindQuantities(title, 16);
  const FoundQuantity* pieces = nullptr;
  const FoundQuantity* volume = nullptr;
  const FoundQuantity* small = nullptr;
  for (const FoundQuantity& q : found) {
    if (q.is_strength) continue;
    const bool is_volume = q.quantity.unit == "ml" || q.quantity.unit == "l" || q.quantity.unit == "cl" ||
                           q.quantity.unit == "fl oz";
    // Ounces of a syrup are a volume.
    if (q.is_mass && q.quantity.unit == "oz" && IsLiquid(title)) {
      Quantity fluid = q.quantity;
      fluid.unit = "fl oz";
      fluid.grams.clear();
      fluid.grams_max.clear();
      return fluid;
    }
    // "Powder 400mg - 100gms": what is weighed in grams is what is sold.
    if (q.is_mass && (q.quantity.unit == "mg" || q.quantity.unit == "ug")) {
      if (small == nullptr) small = &q;
      continue;
    }
    if (q.is_mass) return q.quantity;
    if (is_volume && volume == nullptr) volume = &q;
    if (!is_volume && (pieces == nullptr || pieces->quantity.unit == "piece")) {
      if (pieces == nullptr || q.quantity.unit != "piece") pieces = &q;
    }
  }
  if (small != nullptr) return small->quantity;
  if (pieces != nullptr) return pieces->quantity;
  if (volume != nullptr) return volume->quantity;
  return SpokenMeasure(title);
}

std::optional<Money> PricePerGram(const Price& price) {
  if (!price.quantity || price.quantity->grams.empty()) return std::nullopt;
  const auto grams = ParseDecimal(price.quantity->grams);
  if (!grams || grams->units <= 0) return std::nullopt;
  const double each = Decimal{price.amount.units, price.amount.scale}.ToDouble() / grams->ToDouble();
  // Coins are fine: six places; money has two.
  const bool coin = IsCoin(price.amount.currency);
  const double scaled = each * (coin ? 1e6 : 1e2);
  if (!(scaled < 9e15)) return std::nullopt;
  Money out;
  out.units = static_cast<int64_t>(scaled + 0.5);
  out.scale = coin ? 6 : 2;
  out.currency = price.amount.currency;
  return out;
}

std::vector<Price> FindPrices(std::string_view text, size_t max_results) {
  const std::vector<FoundMoney> money = FindStreetMoney(text, max_results);
  if (money.empty()) return {};
  return PairPrices(text, money, FindQuantities(text, 4 * max_results));
}

namespace {

// "2500 per tola", "500/g": a unit without a number behind an amount.
std::optional<Quantity> UnitBehind(std::string_view text, size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  bool per = false;
  for (const std::string_view word :
       {"per ", "/", "a ", "an ", "fi ", "فی ", "في ", "each ", "har ", "ہر ", "ka ", "ki "}) {
    if (!text.substr(at).starts_with(word)) continue;
    at += word.size();
    per = true;
    break;
  }
  while (at < text.size() && text[at] == ' ') ++at;
  size_t end = 0;
  const Unit* const unit = per ? UnitAt(text, at, end) : nullptr;
  if (unit == nullptr) return std::nullopt;
  Measure m;
  m.number.value = {1, 0};
  m.unit = unit;
  return QuantityFrom(m, {1, 0}, at, end).quantity;
}

// "3 for ", "100 for only ": how many an amount is for, at the end of what stands before it.
std::optional<Decimal> CountFor(std::string_view before) {
  before = Trimmed(before.substr(before.size() > 24 ? before.size() - 24 : 0));
  if (before.ends_with("only")) before = Trimmed(before.substr(0, before.size() - 4));
  if (!before.ends_with(" for")) return std::nullopt;
  before = Trimmed(before.substr(0, before.size() - 4));
  size_t begin = before.size();
  while (begin > 0 && IsAsciiDigit(before[begin - 1])) --begin;
  const bool whole = begin < before.size() && before.size() - begin <= 5 &&
                     (begin == 0 || before[begin - 1] == ' ' || before[begin - 1] == ',' ||
                      before[begin - 1] == '\n' || before[begin - 1] == '(');
  const auto count = whole ? ParseDecimal(before.substr(begin)) : std::nullopt;
  return count && count->units >= 2 ? count : std::nullopt;
}

}  // namespace

std::vector<Price> PairPrices(std::string_view text, const std::vector<FoundMoney>& money,
                              const std::vector<FoundQuantity>& quantities) {
  std::vector<Price> out;
  // A quantity belongs to the next amount on its line, or to the one before it when that is nearer and has none.
  std::vector<bool> used(quantities.size(), false);
  for (size_t i = 0; i < money.size(); ++i) {
    Price price;
    price.amount = money[i].amount;
    price.amount_max = money[i].amount_max;
    const size_t from = i == 0 ? 0 : money[i - 1].span.end;
    const size_t until = i + 1 < money.size() ? money[i + 1].span.begin : text.size();
    const FoundQuantity* best = nullptr;
    size_t best_index = 0;
    // "$12.50/g, minimum 10g": what the amount itself says it is for.
    const std::optional<Quantity> each = UnitBehind(text, money[i].span.end);
    // In order, as the amounts are: those before the amount that came before belong to nothing here.
    const auto near = std::lower_bound(
        quantities.begin(), quantities.end(), from,
        [](const FoundQuantity& quantity, size_t wanted) { return quantity.span.begin < wanted; });
    for (auto q = static_cast<size_t>(near - quantities.begin()); q < quantities.size() && !each; ++q) {
      if (quantities[q].span.begin >= until) break;
      if (used[q] || quantities[q].is_strength) continue;
      const Span span = quantities[q].span;
      // "28g (1oz)": the same, said twice.
      if (q > 0 && span.begin > 0 && text[span.begin - 1] == '(' && quantities[q].is_mass &&
          quantities[q - 1].is_mass && span.begin - quantities[q - 1].span.end <= 2)
        continue;
      const bool before = span.begin >= from && span.end <= money[i].span.begin;
      const bool after = span.begin >= money[i].span.end && span.end <= until;
      if (!before && !after) continue;
      const size_t gap_begin = before ? span.end : money[i].span.end;
      const size_t gap_end = before ? money[i].span.begin : span.begin;
      const std::string_view gap = text.substr(gap_begin, gap_end - gap_begin);
      if (gap.find('\n') != std::string_view::npos || gap.size() > (before ? 40u : 12u)) continue;
      // Behind an amount only with a word that ties them: "500 per gram", "2500/tola", "Rs 500 (1g)".
      if (after && best == nullptr) {
        const std::string_view tie = Trimmed(gap);
        const bool tied = tie.empty() || tie.starts_with('/') || tie.starts_with('(') || tie == "per" ||
                          tie == "for" || tie == "ka" || tie == "ki" || tie == "ke" || tie == "-" ||
                          tie == "fi" || tie == "=" || tie == "a" || tie == "an" || tie == "each" ||
                          tie == "x" || tie == "mein" || tie == "main" || tie == "me" || tie == "may" ||
                          tie == "da" || tie == "di" || tie == "میں" || tie == "کا" || tie == "کی" ||
                          tie == "کے" || tie == "فی" || tie == "ہر" || tie == "دا" || tie == "دی" ||
                          tie == "في" || tie == "۾" || tie == "جو" || tie == "har" || tie == ":" ||
                          tie == "buys" || tie == "of";
        if (!tied) continue;
        // When amounts and quantities alternate, quantity first, this one is the next amount's.
        if (i + 1 < money.size() && i > 0 && out.back().quantity) continue;
        best = &quantities[q];
        best_index = q;
      } else if (before) {
        best = &quantities[q];
        best_index = q;
      }
    }
    if (best != nullptr) {
      price.quantity = best->quantity;
      used[best_index] = true;
    } else if (const auto count = CountFor(text.substr(from, money[i].span.begin - from)); count && !each) {
      price.quantity = Pieces(*count, "piece", 0, 0).quantity;
    } else {
      price.quantity = each;
    }
    out.push_back(std::move(price));
  }
  return out;
}

}  // namespace gasht
