#include "extract/item_page.h"

#include <algorithm>

#include "extract/item_labels.h"
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
                                {"--regular", kNamedAside},
                                {"--original", kNamedAside},
                                {"--old", kNamedAside},
                                {"--was", kNamedAside},
                                {"__regular", kNamedAside},
                                {"__old", kNamedAside},
                                {"__was", kNamedAside},
                                {"oldprice", kNamedAside},
                                {"price-before", kNamedAside},
                                {"before-price", kNamedAside},
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

}  // namespace

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

bool SaysAsideBehind(std::string_view after) {
  static const Literals kWords = Literals::Of(
      {"shipping", "postage", "delivery", "off", "sold", "bond", "saved"}, Literals::Case::kIgnored);
  return kWords.AnyIn(after);
}

bool IsWage(std::string_view after) {
  after = after.substr(0, after.find('\n'));
  static const Literals kWords = Literals::Of({" a month", "per month", "/month", "/ month", "monthly",
                                               " a year", "per annum", "per hour", "/hour", "ماہانہ"},
                                              Literals::Case::kIgnored);
  return kWords.AnyIn(after);
}

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
  for (const std::string_view prefix :
       {"sold by:", "sold by", "vendor:", "vendor", "seller:", "seller", "listed by", "posted by",
        "by:", "by", "store:", "from", "@", "/u/", "u/", "~"}) {
    if (name.size() > prefix.size() + 1 && EqualsIgnoringCase(name.substr(0, prefix.size()), prefix) &&
        (name[prefix.size()] == ' ' || prefix.back() == ':' || prefix.back() == '/' || prefix == "@" ||
         prefix == "~")) {
      name = Trimmed(name.substr(prefix.size()));
    }
  }
  name = Trimmed(name.substr(0, std::min({name.size(), name.find(" ("), name.find('('), name.find(" ["),
                                          name.find('\n'), name.find(" | ")})));
  if (name.size() > kMaxVendorBytes) return "";
  return std::string(name);
}

bool EndsInByline(std::string_view before) {
  static constexpr std::string_view kWords[] = {
      "by",         "seller",     "vendor",    "sold by",     "shop",        "store",
      "merchant",   "dealer",     "author",    "posted by",   "advertiser",  "trader",
      "shop name",  "store name", "poster",    "vendor name", "seller name", "verkäufer",
      "anbieter",   "vendeur",    "vendedor",  "продавец",    "магазин",     "فروخت کنندہ",
      "بیچنے والا", "دکاندار",    "فروخت کار", "supplier",    "listed by"};
  const size_t line = before.rfind('\n');
  std::string_view tail = before;
  bool own_line = false;
  if (Trimmed(before.substr(line == std::string_view::npos ? 0 : line + 1)).empty() &&
      line != std::string_view::npos) {
    // A label alone on the line above.
    tail = Trimmed(before);
    const size_t above = tail.rfind('\n');
    tail = tail.substr(above == std::string_view::npos ? 0 : above + 1);
    own_line = true;
  } else if (line != std::string_view::npos) {
    tail = before.substr(line + 1);
  }
  tail = Trimmed(tail);
  const bool colon = tail.ends_with(':');
  while (!tail.empty() &&
         (tail.back() == ':' || tail.back() == '-' || tail.back() == '@' || tail.back() == ' '))
    tail.remove_suffix(1);
  for (const std::string_view word : kWords) {
    if (tail.size() < word.size() || !EqualsIgnoringCase(tail.substr(tail.size() - word.size()), word))
      continue;
    const std::string_view rest = tail.substr(0, tail.size() - word.size());
    // "Shop" alone heads a menu.
    if (!colon && (word == "shop" || word == "store" || word == "author")) continue;
    if (rest.empty()) return word != "by" || !own_line;
    if (own_line) {
      // "Sold by", "Ad posted by": short words of a label, not the end of a sentence.
      if (word == "by" && rest.size() <= 12 && rest.back() == ' ') return true;
      continue;
    }
    if (rest.back() != ' ' && rest.back() != '[' && rest.back() != '(' && rest.back() != '|') continue;
    // "submitted 3 hours ago by foo"; of other words only a label ("| Seller: foo") names somebody in running text.
    if (word == "by" || word.ends_with(" by")) return true;
    const std::string_view before_word = Trimmed(rest);
    if (before_word.empty() || before_word.back() == '|' || before_word.ends_with("\u00b7") ||
        before_word.ends_with("\u2022") || before_word.back() == '-')
      return true;
  }
  return false;
}

std::string VendorByWord(std::string_view words) {
  // A line that begins with a label, or "by" with a name behind it alone.
  constexpr size_t kMaxLine = 120;
  constexpr std::string_view kLabels[] = {"sold by", "ad by",      "posted by", "listed by", "offered by",
                                          "vendor",  "seller",     "shop",      "store",     "dealer",
                                          "by",      "advertiser", "trader"};
  size_t lines = 0;
  for (size_t begin = 0; begin < words.size() && lines < 200; ++lines) {
    size_t end = std::min(words.size(), words.find('\n', begin));
    std::string_view line = Trimmed(words.substr(begin, end - begin));
    begin = end + 1;
    if (line.size() > kMaxLine) continue;
    for (const std::string_view label : kLabels) {
      size_t at = FindIgnoringCase(line, label);
      // "posted 2 days ago by foo"
      if (at == std::string_view::npos || (at > 0 && (label.size() < 2 || !label.ends_with("by")))) continue;
      if (at > 0 && (label == "by" ? !ContainsIgnoringCase(line.substr(0, at), "ago ") : line[at - 1] != ' '))
        continue;
      std::string_view value = line.substr(at + label.size());
      if (value.empty() || IsAsciiLetter(value[0]) || IsAsciiDigit(value[0])) continue;
      const bool colon = Trimmed(value).starts_with(':');
      if (!colon && !label.ends_with("by")) continue;
      while (!value.empty() && (IsWhiteSpace(value[0]) || value[0] == ':' || value[0] == '-'))
        value.remove_prefix(1);
      const std::string name = CleanVendor(NameOfVendor(value));
      if (name.size() < 2 || CountLetters(name) < 1 || IsButton(name)) continue;
      if (HasWholeWord(name, {"level", "since", "info", "the", "a", "our", "post", "mail", "courier", "you",
                              "email", "phone", "weight", "date", "price", "name", "category"}))
        continue;
      return name;
    }
  }
  return "";
}

bool IsOnlyMeasure(std::string_view text) {
  // Long, or without any figure: it says more than a measure.
  const auto figure = [](char c) { return IsAsciiDigit(c) || static_cast<unsigned char>(c) >= 0x80; };
  if (text.size() > 40 || std::none_of(text.begin(), text.end(), figure)) return false;
  if (SaysMoreThanMeasure(text)) return false;
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
  // The same as a line of its own above the amount.
  if (line != std::string_view::npos && Trimmed(text_.substr(line, money.span.begin - line)).empty()) {
    const std::string_view above = Trimmed(text_.substr(LineAt(line).begin, line - LineAt(line).begin));
    for (const std::string_view label : {"regular price", "original price", "list price", "old price", "was",
                                         "rrp", "mrp", "market price", "retail price", "پرانی قیمت"}) {
      if (above.size() <= label.size() + 1 && EqualsIgnoringCase(above.substr(0, label.size()), label))
        return true;
    }
  }
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

bool ItemPage::IsSaidBy(NodeIndex i) const {
  constexpr size_t kNear = 48;
  const size_t begin = tree_.node(i).visible_begin;
  const size_t from = begin > kNear ? begin - kNear : 0;
  return EndsInByline(text_.substr(from, begin - from));
}

std::string ItemPage::BylineOf(NodeIndex i) const {
  constexpr int kMaxUp = 16;
  constexpr NodeIndex kMaxScan = 4'000;  // elements of one container
  constexpr size_t kReach = 2'000;       // bytes of the page between the two
  const size_t text_pos = tree_.node(i).visible_begin;
  NodeIndex done = i;  // from here on everything was looked at
  NodeIndex at = tree_.node(i).parent;
  for (int up = 0; at != kNoNode && up < kMaxUp; ++up, at = tree_.node(at).parent) {
    for (NodeIndex before = done; before > at && done - before < kMaxScan; --before) {
      const NodeIndex j = before - 1;
      const TreeNode& node = tree_.node(j);
      if (!node.is_element() || node.hidden || node.end > i || node.visible_end <= node.visible_begin)
        continue;
      const bool link = node.tag == GUMBO_TAG_A;
      const bool person =
          link && (NameFlags(j) & kNamedPerson) != 0 && LeadsToPerson(tree_.Attribute(j, "href"));
      if (!person && !link && node.tag != GUMBO_TAG_B && node.tag != GUMBO_TAG_STRONG &&
          node.tag != GUMBO_TAG_SPAN)
        continue;
      const std::string_view words = Words(j);
      if (words.size() < 2 || words.size() > kMaxVendorBytes || words.find('\n') != std::string_view::npos)
        continue;
      if (text_pos - node.visible_begin > kReach) return "";
      if (!person && !IsSaidBy(j)) continue;
      if (InAround(j) || InFeedback(j) || IsButton(words)) continue;
      std::string name = CleanVendor(NameOfVendor(words));
      if (name.size() >= 2 && CountLetters(name) >= 1) return name;
    }
    done = at;
    if (tree_.node(at).tag == GUMBO_TAG_BODY) break;
  }
  return "";
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
