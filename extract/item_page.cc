#include "extract/item_page.h"

#include <algorithm>

#include "extract/literals.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxMoney = 4'000;  // amounts on a page that are looked at
constexpr size_t kMaxPricesPerItem = 24;
constexpr std::string_view kBahtSign = "\xE0\xB8\xBF";

uint32_t NamesOf(std::string_view names) {
  static const Literals kNames({{"title", kNamedTitle | kNamedHeading},
                                {"name", kNamedTitle},
                                {"product-link", kNamedTitle},
                                {"subject", kNamedTitle},
                                {"heading", kNamedTitle},
                                {"vendor", kNamedPerson},
                                {"seller", kNamedPerson},
                                {"author", kNamedPerson},
                                {"merchant", kNamedPerson},
                                {"username", kNamedPerson},
                                {"user-name", kNamedPerson},
                                {"storename", kNamedPerson},
                                {"store-name", kNamedPerson},
                                {"shop-name", kNamedPerson},
                                {"sold-by", kNamedPerson},
                                {"soldby", kNamedPerson},
                                {"supplier", kNamedPerson},
                                {"dealer", kNamedPerson},
                                {"old-price", kNamedAside},
                                {"oldprice", kNamedAside},
                                {"price-old", kNamedAside},
                                {"price_old", kNamedAside},
                                {"was-price", kNamedAside},
                                {"price-was", kNamedAside},
                                {"regular-price", kNamedAside},
                                {"price-regular", kNamedAside},
                                {"strike", kNamedAside},
                                {"line-through", kNamedAside},
                                {"original-price", kNamedAside},
                                {"originalprice", kNamedAside},
                                {"price-original", kNamedAside},
                                {"list-price", kNamedAside},
                                {"compare", kNamedAside},
                                {"balance", kNamedAside | kNamedAround},
                                {"saving", kNamedAside},
                                {"discount", kNamedAside},
                                {"price-tax", kNamedAside},
                                {"shipping", kNamedAside},
                                {"delivery-price", kNamedAside},
                                {"unit-price", kNamedAside},
                                {"msrp", kNamedAside},
                                {"rrp", kNamedAside},
                                {"price--unit", kNamedAside},
                                {"price-unit", kNamedAside},
                                {"per-unit", kNamedAside},
                                {"base-price", kNamedAside},
                                {"baseprice", kNamedAside},
                                {"feedback", kNamedFeedback},
                                {"review", kNamedFeedback},
                                {"testimonial", kNamedFeedback},
                                {"comment", kNamedFeedback},
                                {"price", kNamedPrice},
                                {"amount", kNamedPrice},
                                {"cost", kNamedPrice},
                                {"product-name", kNamedHeading},
                                {"product_name", kNamedHeading},
                                {"item-name", kNamedHeading},
                                {"listing", kNamedHeading | kNamedItem},
                                {"product", kNamedItem},
                                {"item", kNamedItem},
                                {"offer", kNamedItem},
                                {"card", kNamedItem},
                                {"result", kNamedItem},
                                {"goods", kNamedItem},
                                {"advert", kNamedItem},
                                {"thumb", kNamedItem},
                                {"filter", kNamedAround},
                                {"facet", kNamedAround},
                                {"exchange", kNamedAround},
                                {"rates", kNamedAround},
                                {"breadcrumb", kNamedAround},
                                {"navbar", kNamedAround},
                                {"minicart", kNamedAround},
                                {"mini-cart", kNamedAround},
                                {"cart-total", kNamedAround},
                                {"price-slider", kNamedAround},
                                {"price_slider", kNamedAround},
                                {"wallet", kNamedAround},
                                {"newsletter", kNamedAround},
                                {"cookie", kNamedAround}},
                               Literals::Case::kIgnored);
  return static_cast<uint32_t>(kNames.In(names));
}

// Words right before an amount that say it is not the price of the thing.
bool SaysAside(std::string_view before) {
  static const Literals kWords = Literals::Of(
      {"original price", "regular price", "list price",   "old price", "market price", "retail price",
       "was:",           "was ",          "rrp",          "msrp",      "instead of",   "you save",
       "save ",          "saving",        "discount",     "ex tax",    "excl",         "shipping",
       "postage",        "delivery",      "balance",      "deposit",   "bond",         "minimum",
       "min. order",     "orders over",   "orders above", "reserve",   "valued",       "worth",
       "off ",           "fee",           "پرانی قیمت"},
      Literals::Case::kIgnored);
  return kWords.AnyIn(before);
}

// "12,000 sold": not an amount of money, whatever sign stands near. What follows an amount that is a side matter.
bool SaysAsideBehind(std::string_view after) {
  static const Literals kWords = Literals::Of(
      {"shipping", "postage", "delivery", "off", "sold", "bond", "saved"}, Literals::Case::kIgnored);
  return kWords.AnyIn(after);
}

// "Rs 45,000 a month": what somebody earns or pays for a flat.
bool IsWage(std::string_view after) {
  after = after.substr(0, after.find('\n'));
  static const Literals kWords = Literals::Of({" a month", "per month", "/month", "/ month", "monthly",
                                               " a year", "per annum", "per hour", "/hour", "ماہانہ"},
                                              Literals::Case::kIgnored);
  return kWords.AnyIn(after);
}

}  // namespace

bool HasWord(std::string_view text, std::initializer_list<std::string_view> words) {
  const std::string lower = AsciiLowered(text);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

size_t CountLetters(std::string_view text) {
  size_t letters = 0;
  for (const char c : text) {
    // A lead byte of another script counts as a letter.
    letters += IsAsciiLetter(c) || static_cast<unsigned char>(c) >= 0xc3;
  }
  return letters;
}

bool IsHeading(int tag) {
  return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6;
}

bool LeadsToPerson(std::string_view href) {
  static const Literals kWords = Literals::Of(
      {"/user",         "/u/",         "/vendor",       "/seller",      "/profile",    "/member",
       "/merchant",     "u_id=",       "member=",       "vendor=",      "seller=",     "user=",
       "user_id=",      "userid=",     "uid=",          "/store/",      "/stores/",    "/shops/",
       "/author",       "/@",          "/dealer",       "/supplier",    "profile.php", "memberlist",
       "contactmember", "page=vendor", "page=user",     "page=profile", "vendor.php",  "seller.php",
       "user.php",      "member.php",  "action=profile"},
      Literals::Case::kIgnored);
  return kWords.AnyIn(href.substr(0, 512));
}

bool LeadsToCategory(std::string_view href) {
  static const Literals kWords =
      Literals::Of({"/category", "/categories", "/cat/",    "cat=",        "category=",   "cid=",
                    "/tag/",     "/tags/",      "sort=",    "order=",      "/cart",       "/login",
                    "/register", "/wishlist",   "/compare", "add-to-cart", "add_to_cart", "price=",
                    "price_",    "min_price",   "/basket",  "/checkout",   "/search?"},
                   Literals::Case::kIgnored);
  return kWords.AnyIn(href.substr(0, 512));
}

std::string CleanTitle(std::string_view text) {
  std::string out = FoldWhiteSpace(text.substr(0, kMaxItemTitleBytes * 2));
  return CutToWholeCharacters(out, kMaxItemTitleBytes);
}

std::string CleanVendor(std::string_view text) {
  std::string folded = FoldWhiteSpace(text);
  std::string_view name = folded;
  for (const std::string_view prefix : {"sold by:", "sold by", "vendor:", "vendor", "seller:", "seller",
                                        "listed by", "posted by", "by:", "by", "store:", "from", "@"}) {
    if (name.size() > prefix.size() + 1 && EqualsIgnoringCase(name.substr(0, prefix.size()), prefix) &&
        (name[prefix.size()] == ' ' || prefix.back() == ':' || prefix == "@")) {
      name = Trimmed(name.substr(prefix.size()));
    }
  }
  name = Trimmed(name.substr(0, std::min({name.size(), name.find(" ("), name.find('('), name.find(" ["),
                                          name.find('\n'), name.find(" | ")})));
  if (name.size() > kMaxVendorBytes) return "";
  return std::string(name);
}

std::string VendorByWord(std::string_view words) {
  for (const std::string_view label :
       {"sold by", "vendor", "seller", "posted by", "shop:", "store:", "dealer"}) {
    for (size_t at = 0; at + label.size() < words.size(); ++at) {
      if (!EqualsIgnoringCase(words.substr(at, label.size()), label)) continue;
      if (at > 0 && IsAsciiLetter(words[at - 1])) continue;
      size_t begin = at + label.size();
      if (begin < words.size() && IsAsciiLetter(words[begin])) continue;
      const bool by = label.find("by") != std::string_view::npos;
      bool separated = label.back() == ':' || by;
      while (begin < words.size() &&
             (IsWhiteSpace(words[begin]) || words[begin] == ':' || words[begin] == '-')) {
        separated |= words[begin] == ':';
        ++begin;
      }
      // A label begins its line; "by" may stand anywhere.
      const bool line_start = at == 0 || words[at - 1] == '\n';
      if (!separated || (!line_start && !by)) continue;
      size_t end = begin;
      while (end < words.size() && !IsWhiteSpace(words[end]) && words[end] != '(' && words[end] != ',' &&
             words[end] != '|' && end - begin < kMaxVendorBytes) {
        ++end;
      }
      const std::string name = CleanVendor(words.substr(begin, end - begin));
      if (name.size() >= 2 && CountLetters(name) >= 1 && !EqualsIgnoringCase(name, "level") &&
          !EqualsIgnoringCase(name, "since") && !EqualsIgnoringCase(name, "info")) {
        return name;
      }
    }
  }
  return "";
}

bool IsOnlyMeasure(std::string_view text) {
  // Long, or without any figure: it says more than a measure.
  const auto figure = [](char c) { return IsAsciiDigit(c) || static_cast<unsigned char>(c) >= 0x80; };
  if (text.size() > 40 || std::none_of(text.begin(), text.end(), figure)) return false;
  const auto money = FindMoney(text, 4);
  const auto quantities = FindQuantities(text, 4);
  size_t covered = 0;
  for (const auto& m : money) covered += m.span.size();
  for (const auto& q : quantities) covered += q.span.size();
  return covered > 0 && text.size() - std::min(text.size(), covered) < 4;
}

bool IsButton(std::string_view text) {
  constexpr size_t kLongest = 24;
  if (text.size() > kLongest + 4) return false;
  const std::string lower = AsciiLowered(Trimmed(text));
  static constexpr std::string_view kButtons[] = {"buy now",
                                                  "buy",
                                                  "order",
                                                  "order now",
                                                  "purchase",
                                                  "add to cart",
                                                  "add to basket",
                                                  "view",
                                                  "view details",
                                                  "product details",
                                                  "details",
                                                  "more",
                                                  "read more",
                                                  "view full description",
                                                  "more info",
                                                  "learn more",
                                                  "quick view",
                                                  "select",
                                                  "select options",
                                                  "home",
                                                  "next",
                                                  "previous",
                                                  "login",
                                                  "register",
                                                  "report",
                                                  "contact seller",
                                                  "contact",
                                                  "shop now",
                                                  "see more",
                                                  "show more",
                                                  "view all",
                                                  "cart",
                                                  "checkout",
                                                  "wishlist",
                                                  "add to wishlist",
                                                  "compare",
                                                  "share",
                                                  "reviews",
                                                  "review",
                                                  "feedback",
                                                  "escrow",
                                                  "view product",
                                                  "buy it now",
                                                  "add to favorites",
                                                  "logout",
                                                  "my account",
                                                  "search",
                                                  "product description",
                                                  "description",
                                                  "view item",
                                                  "view listing",
                                                  "help",
                                                  "faq",
                                                  "message",
                                                  "send message",
                                                  "profile",
                                                  "choose options",
                                                  "sold out",
                                                  "in stock",
                                                  "out of stock",
                                                  "sale",
                                                  "sale!",
                                                  "new",
                                                  "hot",
                                                  "place order"};
  return std::find(std::begin(kButtons), std::end(kButtons), lower) != std::end(kButtons);
}

bool IsBitcoinByBahtSign(std::string_view words, const Money& amount) {
  if (amount.currency != "THB" || words.find(kBahtSign) == std::string_view::npos) return false;
  const std::string figures = amount.amount();
  const size_t point = figures.find('.');
  // A fraction of a coin: more places than money has, or hardly anything before the point.
  return point != std::string::npos && (point <= 1 || figures.size() - point > 3);
}

bool HasBuyWords(std::string_view words) {
  static const Literals kWords =
      Literals::Of({"add to cart", "buy now", "purchase", "place order", "order now", "add to basket",
                    "in stock", "checkout", "buy it now", "escrow", "ships from", "add to bag",
                    "out of stock", "order via", "home delivery", "cash on delivery", "sold out", "quantity"},
                   Literals::Case::kIgnored);
  return kWords.AnyIn(words);
}

bool HasOrderWords(std::string_view words) {
  static const Literals kWords = Literals::Of(
      {"add to cart",       "buy now",        "purchase",      "place order",      "order now",
       "add to basket",     "buy it now",     "add to bag",    "order via",        "order on",
       "cash on delivery",  "home delivery",  "show phone",    "contact seller",   "chat with seller",
       "contact vendor",    "message vendor", "make an offer", "in den warenkorb", "ajouter au panier",
       "anadir al carrito", "order karein",   "order karen",   "خریدیں",           "آرڈر",
       "ابھی خریدیں",       "ٹوکری",          "купить",        "в корзину"},
      Literals::Case::kIgnored);
  return kWords.AnyIn(words);
}

bool HasWholeWord(std::string_view text, std::initializer_list<std::string_view> words) {
  const std::string lower = AsciiLowered(text);
  for (const std::string_view word : words) {
    for (size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
      const size_t end = at + word.size();
      const bool begins = at == 0 || !IsAsciiLetter(lower[at - 1]);
      if (begins && (end >= lower.size() || !IsAsciiLetter(lower[end]))) return true;
    }
  }
  return false;
}

bool IsAccounting(std::string_view text) {
  // "Free Express" behind the name of a thing is how it comes; alone it is an account.
  constexpr size_t kMaxBytes = 24;
  const std::string lower = AsciiLowered(Trimmed(text));
  if (lower.size() > kMaxBytes) return false;
  return HasWholeWord(lower, {"total",     "subtotal", "shipping",    "postage",    "delivery",
                              "balance",   "deposit",  "withdraw",    "withdrawal", "purchases",
                              "payments",  "qty",      "spent",       "sale price", "feedback",
                              "minimum",   "maximum",  "fee",         "fees",       "bond",
                              "tax",       "discount", "exchange",    "btc",        "xmr",
                              "bitcoin",   "monero",   "litecoin",    "cart",       "escrow",
                              "wallet",    "order #",  "price range", "express",    "courier",
                              "dhl",       "ups",      "fedex",       "royal mail", "refund",
                              "invoice",   "paid",     "you save",    "change",     "purchase price",
                              "buy price", "from qty", "per unit"}) ||
         lower == "price" || lower == "price:" || lower == "usd" || lower == "eur" || lower == "gbp";
}

ItemPage::ItemPage(const ParsedPage& page, const ExtractOptions& options)
    : page_(page),
      tree_(page.tree()),
      text_(page.document().text),
      title_(AsciiLowered(FoldWhiteSpace(page.document().title))),
      options_(options) {
  FindLeaves();
  MarkMoney();
}

void ItemPage::FindLeaves() {
  const auto& nodes = tree_.nodes();
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    if (nodes[i].is_text() && !nodes[i].hidden && nodes[i].visible_end > nodes[i].visible_begin)
      leaves_.push_back(i);
  }
}

NodeIndex ItemPage::LeafAt(size_t position) const {
  auto it = std::upper_bound(leaves_.begin(), leaves_.end(), position, [&](size_t wanted, NodeIndex leaf) {
    return wanted < tree_.node(leaf).visible_begin;
  });
  return it == leaves_.begin() ? kNoNode : *(it - 1);
}

uint32_t ItemPage::NameFlags(NodeIndex i) const {
  constexpr uint32_t kUnasked = 0xffffffffu;
  if (tree_.node(i).attribute_count == 0) return 0;
  if (flags_.empty()) flags_.assign(tree_.nodes().size(), kUnasked);
  if (flags_[i] == kUnasked) flags_[i] = ReadNames(i);
  return flags_[i];
}

// NamesOf the element, remembered by its names: a list repeats them.
uint32_t ItemPage::ReadNames(NodeIndex i) const {
  names_.clear();
  const TreeAttribute* attributes = tree_.attributes_begin(i);
  for (uint16_t a = 0; a < tree_.node(i).attribute_count; ++a) {
    // Where classes are hashes, what the site's own tests and counters call an element is left.
    const std::string_view name = attributes[a].name;
    if (name.empty() || (name[0] != 'c' && name[0] != 'i' && name[0] != 'd' && name[0] != 'a')) continue;
    if (name == "class" || name == "id" || name == "itemprop" || name == "data-testid" ||
        name == "data-test-id" || name == "data-test" || name == "data-qa" || name == "data-qa-locator" ||
        name == "data-cy" || name == "data-tracking" || name == "data-component-type" ||
        name == "data-component" || name == "data-hook" || name == "data-role" || name == "aria-label") {
      names_ += attributes[a].value.substr(0, name == "aria-label" ? 24 : 256);
      names_ += ' ';
    }
  }
  if (names_.empty()) return 0;
  const auto [it, fresh] = name_flags_.try_emplace(names_, 0);
  if (fresh) it->second = NamesOf(names_);
  return it->second;
}

bool ItemPage::IsAside(const FoundMoney& money, NodeIndex leaf, size_t previous_end) const {
  constexpr size_t kNear = 36;  // bytes before an amount that speak of it
  constexpr int kMaxSteps = 4;
  bool priced = false;
  NodeIndex at = tree_.node(leaf).parent;
  for (int steps = 0; at != kNoNode && steps < kMaxSteps; ++steps, at = tree_.node(at).parent) {
    const int tag = tree_.node(at).tag;
    if (tag == GUMBO_TAG_DEL || tag == GUMBO_TAG_S || tag == GUMBO_TAG_STRIKE || tag == GUMBO_TAG_OPTION)
      return true;
    if (tree_.Attribute(at, "style").find("line-through") != std::string_view::npos) return true;
    if (tag == GUMBO_TAG_A && LeadsToCategory(tree_.Attribute(at, "href"))) return true;
    if (priced || (IsBlockTag(tag) && steps > 1)) continue;
    const uint32_t names = NameFlags(at);
    // The nearest that speaks of prices decides: "price" within "price-and-shipping" is the price.
    if ((names & kNamedAside) != 0) return true;
    priced = (names & kNamedPrice) != 0;
  }
  const size_t line = text_.rfind('\n', money.span.begin == 0 ? 0 : money.span.begin - 1);
  size_t from = std::max(previous_end, line == std::string_view::npos ? 0 : line + 1);
  if (money.span.begin > kNear && from < money.span.begin - kNear) from = money.span.begin - kNear;
  if (from < money.span.begin && SaysAside(text_.substr(from, money.span.begin - from))) return true;
  std::string_view after = text_.substr(money.span.end, 10);
  after = after.substr(0, after.find('\n'));
  return SaysAsideBehind(after);
}

void ItemPage::MarkMoney() {
  std::vector<FoundMoney> all = FindMoney(text_, kMaxMoney);
  std::erase_if(all, [](const FoundMoney& found) { return !found.marked; });
  if (all.empty()) return;
  // One sign, one meaning on one page.
  std::vector<size_t> baht;
  size_t bitcoin = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    const std::string_view words = text_.substr(all[i].span.begin, all[i].span.size());
    if (all[i].amount.currency != "THB" || words.find(kBahtSign) == std::string_view::npos) continue;
    baht.push_back(i);
    bitcoin += IsBitcoinByBahtSign(words, all[i].amount);
  }
  if (bitcoin * 2 > baht.size()) {
    for (const size_t i : baht) {
      all[i].amount.currency = "BTC";
      if (all[i].amount_max) all[i].amount_max->currency = "BTC";
    }
  }
  std::vector<Price> paired = PairPrices(text_, all, FindQuantities(text_, 4 * kMaxMoney));
  size_t previous_end = 0;
  for (FoundMoney& found : all) {
    MoneyMark mark;
    mark.leaf = LeafAt(found.span.begin);
    if (mark.leaf == kNoNode || IsWage(text_.substr(found.span.end, 16))) continue;
    mark.aside = IsAside(found, mark.leaf, previous_end);
    previous_end = found.span.end;
    paired_.push_back(std::move(paired[static_cast<size_t>(&found - all.data())]));
    mark.money = std::move(found);
    money_.push_back(std::move(mark));
  }
}

std::pair<size_t, size_t> ItemPage::MoneyIn(size_t begin, size_t end) const {
  const auto first =
      std::lower_bound(money_.begin(), money_.end(), begin,
                       [](const MoneyMark& m, size_t wanted) { return m.money.span.begin < wanted; });
  auto last = first;
  while (last != money_.end() && last->money.span.end <= end) ++last;
  return {static_cast<size_t>(first - money_.begin()), static_cast<size_t>(last - money_.begin())};
}

Span ItemPage::LineAt(size_t position) const {
  const size_t before = position == 0 ? std::string_view::npos : text_.rfind('\n', position - 1);
  return {before == std::string_view::npos ? 0 : before + 1,
          std::min(text_.size(), text_.find('\n', position))};
}

std::vector<Price> ItemPage::PricesOf(size_t begin, size_t end, Span title) const {
  std::vector<Price> out;
  const auto [first, last] = MoneyIn(begin, end);
  if (first == last) return out;
  const auto in_title = [&](size_t i) {
    return money_[i].money.span.begin >= title.begin && money_[i].money.span.end <= title.end;
  };
  const bool only_title = [&, first = first, last = last] {
    for (size_t i = first; i < last; ++i) {
      if (!in_title(i) && !money_[i].aside) return false;
    }
    return true;
  }();
  for (size_t i = first; i < last && out.size() < kMaxPricesPerItem; ++i) {
    if (money_[i].aside || (in_title(i) && !only_title)) continue;
    const Price& price = paired_[i];
    if (std::find(out.begin(), out.end(), price) == out.end()) out.push_back(price);
  }
  // "Bulk prices start at": the price of many goes behind the price of one.
  std::stable_partition(out.begin(), out.end(), [&, first = first, last = last](const Price& price) {
    for (size_t i = first; i < last; ++i) {
      if (money_[i].money.amount != price.amount) continue;
      const size_t from = money_[i].money.span.begin;
      const size_t line = std::max(begin, LineAt(from).begin);
      return !HasWord(text_.substr(line, from - line), {"bulk", "start at", "starting", "as low as"});
    }
    return true;
  });
  // All of them crossed out or options: better the first than none.
  if (out.empty()) {
    Price price;
    price.amount = money_[first].money.amount;
    price.amount_max = money_[first].money.amount_max;
    out.push_back(std::move(price));
  }
  return out;
}

bool ItemPage::InFeedback(NodeIndex i) const {
  NodeIndex at = i;
  for (int steps = 0; at != kNoNode && steps < 4; ++steps, at = tree_.node(at).parent) {
    if (tree_.node(at).tag == GUMBO_TAG_BODY) return false;
    if ((NameFlags(at) & kNamedFeedback) != 0) return true;
  }
  return false;
}

bool ItemPage::InAround(NodeIndex i) const {
  NodeIndex at = i;
  for (int steps = 0; at != kNoNode && steps < 12; ++steps, at = tree_.node(at).parent) {
    const int tag = tree_.node(at).tag;
    if (tag == GUMBO_TAG_BODY) return false;
    if (tag == GUMBO_TAG_NAV || tag == GUMBO_TAG_FOOTER || tag == GUMBO_TAG_SELECT) return true;
    // An outer wrapper ("page-with-filters") says nothing of what lies deep in it.
    if (steps < 5 && (NameFlags(at) & (kNamedAround | kNamedItem)) == kNamedAround) return true;
  }
  return false;
}

std::string ItemPage::UrlOf(NodeIndex record, NodeIndex title) const {
  for (NodeIndex at = title; at != kNoNode; at = tree_.node(at).parent) {
    if (tree_.node(at).tag == GUMBO_TAG_A) {
      if (std::string url = page_.Absolute(tree_.Attribute(at, "href")); !url.empty()) return url;
    }
    if (at == record) break;
  }
  const NodeIndex inside = tree_.Find(title, GUMBO_TAG_A);
  if (inside != kNoNode && inside < tree_.node(title).end) {
    if (std::string url = page_.Absolute(tree_.Attribute(inside, "href")); !url.empty()) return url;
  }
  for (NodeIndex i = record; i < tree_.node(record).end; ++i) {
    if (tree_.node(i).tag != GUMBO_TAG_A) continue;
    const std::string_view href = tree_.Attribute(i, "href");
    if (href.empty() || LeadsToPerson(href) || LeadsToCategory(href)) continue;
    if (std::string url = page_.Absolute(href); !url.empty()) return url;
  }
  return "";
}

bool ItemPage::InLink(NodeIndex i) const {
  for (NodeIndex at = tree_.node(i).parent; at != kNoNode; at = tree_.node(at).parent) {
    if (tree_.node(at).tag == GUMBO_TAG_A) return true;
    if (tree_.node(at).tag == GUMBO_TAG_BODY) break;
  }
  return false;
}

bool ItemPage::TitleHas(std::string_view part) const {
  if (title_.size() < std::min<size_t>(part.size(), 8)) return false;
  // Nearly all are turned away by their first letters.
  char start[3] = {};
  for (size_t i = 0; i < std::min(part.size(), sizeof start); ++i)
    start[i] = IsWhiteSpace(part[i]) ? ' ' : AsciiLowered(part[i]);
  if (part.size() >= sizeof start && title_.find(std::string_view(start, sizeof start)) == std::string::npos)
    return false;
  const std::string wanted = AsciiLowered(FoldWhiteSpace(part.substr(0, 80)));
  return wanted.size() >= 4 && title_.find(wanted.substr(0, 60)) != std::string::npos;
}

bool ItemPage::IsSiteName(std::string_view words) const {
  const std::string_view title = title_;
  const std::string name = AsciiLowered(FoldWhiteSpace(words));
  if (name.size() > 40 || title.size() <= name.size() + 3) return false;
  const bool ends = title.starts_with(name) || title.ends_with(name);
  return ends &&
         HasWord(name, {"market", "shop", "store", "forum", "bazaar", "mall", "pharmacy", ".com", "dark"});
}

bool ItemPage::SaysItSells() const {
  if (says_it_sells_ < 0) {
    constexpr size_t kMaxRead = 200'000;
    const std::string_view near = text_.substr(0, kMaxRead);
    says_it_sells_ =
        HasOrderWords(near) || HasBuyWords(near) ||
        HasWord(near, {"whatsapp", "telegram", "wickr", "session", "signal", "price list", "rate list",
                       "menu", "for sale", "we ship", "shipping", "delivery", "payment", "discreet",
                       "medicine", "shop", "ڈیلیوری", "رابطہ", "ریٹ لسٹ"});
  }
  return says_it_sells_ > 0;
}

}  // namespace gasht
