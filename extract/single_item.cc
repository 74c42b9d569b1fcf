#include "extract/single_item.h"

#include <algorithm>
#include <string>

#include "extract/item_labels.h"
#include "extract/item_tables.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxHeads = 200;
constexpr size_t kTriedHeads = 6;
constexpr size_t kPriceReach = 6'000;  // bytes behind a heading in which its price stands
constexpr size_t kPriceBefore = 160;   // and before it

bool IsSectionName(std::string_view words) {
  const std::string lower = AsciiLowered(Trimmed(words));
  static constexpr std::string_view kNames[] = {"description",
                                                "product description",
                                                "feedback",
                                                "reviews",
                                                "related products",
                                                "terms",
                                                "refund policy",
                                                "shipping",
                                                "categories",
                                                "browse categories",
                                                "news",
                                                "latest news",
                                                "search",
                                                "search results",
                                                "filter",
                                                "filters",
                                                "exchange rates",
                                                "links",
                                                "cart",
                                                "shopping cart",
                                                "your cart",
                                                "checkout",
                                                "wallet",
                                                "balance",
                                                "orders",
                                                "my orders",
                                                "faq",
                                                "frequently asked questions",
                                                "about us",
                                                "contact us",
                                                "welcome",
                                                "menu",
                                                "products",
                                                "all products",
                                                "our products",
                                                "shop",
                                                "listings",
                                                "listing",
                                                "all listings",
                                                "featured listings",
                                                "featured products",
                                                "bestsellers",
                                                "best sellers",
                                                "new arrivals",
                                                "price list",
                                                "rate list",
                                                "terms & conditions",
                                                "terms and conditions",
                                                "terms of service",
                                                "privacy policy",
                                                "shipping options",
                                                "listing options",
                                                "you may also like",
                                                "product details",
                                                "details",
                                                "information",
                                                "general information",
                                                "navigation",
                                                "my profile",
                                                "profile",
                                                "pgp",
                                                "pgp key",
                                                "public key",
                                                "about",
                                                "about me",
                                                "vendor information",
                                                "vendor info",
                                                "login",
                                                "sign in",
                                                "register",
                                                "transactions",
                                                "support",
                                                "rules",
                                                "profile actions"};
  for (const std::string_view name : kNames) {
    if (lower == name || (lower.size() == name.size() + 1 && lower.starts_with(name))) return true;
  }
  return false;
}

NodeIndex BodyOf(const PageTree& tree) {
  const auto& nodes = tree.nodes();
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    if (nodes[i].tag == GUMBO_TAG_BODY) return i;
  }
  return kNoNode;
}

// "Gold price falls to Rs 215,000": an amount in the words of a link to another page.
bool InHeadline(const ItemPage& page, const MoneyMark& mark) {
  constexpr int kMaxUp = 4;
  NodeIndex at = page.tree().node(mark.leaf).parent;
  for (int up = 0; at != kNoNode && up < kMaxUp; ++up, at = page.tree().node(at).parent) {
    if (page.tree().node(at).tag == GUMBO_TAG_A) return page.Words(at).size() > mark.money.span.size() + 20;
  }
  return false;
}

// "Price:", "Our price", "Cost per gram"; not "Gold price falls to", "Petrol now costs".
bool IsPriceLabel(std::string_view label) {
  constexpr size_t kMaxLetters = 14;
  const bool word = HasWholeWord(label, {"price", "prices", "cost", "qeemat", "rate", "preis", "prix",
                                         "precio", "demand", "asking"}) ||
                    HasWord(label, {"قیمت", "цена", "ریٹ"});
  return word && (label.find(':') != std::string_view::npos || label.find('\n') != std::string_view::npos ||
                  CountLetters(label) <= kMaxLetters);
}

struct FoundPrice {
  std::vector<Price> prices;
  size_t position = 0;
  bool named = false;  // by a class or a label beside it
  bool alone = false;  // hardly anything else on its line: no sentence
};

// The item's amounts around its heading: a labelled one first.
std::optional<FoundPrice> PriceNear(const ItemPage& page, Span title, size_t end) {
  const std::string_view text = page.text();
  const std::vector<MoneyMark>& money = page.money();
  const size_t from = title.begin > kPriceBefore ? title.begin - kPriceBefore : 0;
  const auto [first, last] = page.MoneyIn(from, std::min(end, title.begin + kPriceReach));
  std::optional<size_t> chosen;
  FoundPrice found;
  double best = 0;
  for (size_t i = first; i < last; ++i) {
    const MoneyMark& mark = money[i];
    const size_t at = mark.money.span.begin;
    if (page.InAround(mark.leaf) || page.InFeedback(mark.leaf) || InHeadline(page, mark)) continue;
    bool named = false;
    double score = mark.aside ? 0.2 : 1.0;
    const bool before = at < title.begin;
    // Above the heading stands the price of classifieds; but also the basket and the rates.
    if (before) score *= 0.6;
    // The title itself may quote a price ("... $49"): weaker than a labelled one.
    if (at >= title.begin && at < title.end) score *= 0.3;
    NodeIndex node = page.tree().node(mark.leaf).parent;
    for (int steps = 0; node != kNoNode && steps < 3; ++steps, node = page.tree().node(node).parent) {
      if ((page.NameFlags(node) & kNamedPrice) != 0) {
        score += 0.8 / (1 + steps);
        named = true;
      }
    }
    const Span line = page.LineAt(at);
    size_t label_begin = line.begin;
    if (at - line.begin < 3 && line.begin > title.end) label_begin = page.LineAt(line.begin - 1).begin;
    constexpr size_t kLabelBytes = 60;
    label_begin = std::max(label_begin, at > kLabelBytes ? at - kLabelBytes : 0);
    if (!before) label_begin = std::max(label_begin, title.begin);
    const std::string_view label = text.substr(label_begin, at - std::min(at, label_begin));
    const bool alone = line.size() < mark.money.span.size() + 60;
    if (alone && IsPriceLabel(label)) {
      score += 1.5;
      named = true;
    }
    if (mark.aside) score *= 0.2;
    if (HasWord(label, {"shipping", "bulk", "balance", "rating", "postage", "per pill", "per tablet"}))
      score *= 0.4;
    if (!alone) {
      score *= 0.3;
      named = false;
    }
    const size_t distance = before ? title.begin - at : at - title.begin;
    score -= static_cast<double>(distance) / 8'000;
    if (score > best) {
      best = score;
      chosen = i;
      found.named = named;
      found.alone = alone;
    }
  }
  if (!chosen) return std::nullopt;
  const auto price_of = [&](const MoneyMark& mark) {
    Price price;
    price.amount = mark.money.amount;
    price.amount_max = mark.money.amount_max;
    return price;
  };
  found.position = money[*chosen].money.span.begin;
  found.prices.push_back(price_of(money[*chosen]));
  // The same amount in other currencies stands on the same line.
  const size_t line_end = page.LineAt(money[*chosen].money.span.end).end;
  for (size_t i = *chosen + 1; i < last && money[i].money.span.begin < line_end; ++i) {
    if (!money[i].aside) found.prices.push_back(price_of(money[i]));
  }
  return found;
}

// The first link to a person behind the heading, else the last one before it.
std::string VendorNear(const ItemPage& page, NodeIndex head) {
  constexpr size_t kBehind = 1'500, kBefore = 500;
  const PageTree& tree = page.tree();
  const auto& nodes = tree.nodes();
  const size_t begin = nodes[head].visible_end;
  const size_t from = nodes[head].visible_begin > kBefore ? nodes[head].visible_begin - kBefore : 0;
  std::string before;
  const auto first =
      std::lower_bound(nodes.begin(), nodes.end(), from,
                       [](const TreeNode& node, size_t wanted) { return node.visible_begin < wanted; });
  for (auto i = static_cast<NodeIndex>(first - nodes.begin()); i < nodes.size(); ++i) {
    if (nodes[i].visible_begin > begin + kBehind) break;
    if (nodes[i].visible_begin < from || !nodes[i].is_element() || nodes[i].hidden) continue;
    const bool link = nodes[i].tag == GUMBO_TAG_A && LeadsToPerson(tree.Attribute(i, "href"));
    const bool named = (page.NameFlags(i) & kNamedPerson) != 0;
    if (!link && !named) continue;
    const std::string_view words = page.Words(i);
    if (words.size() < 2 || words.size() > kMaxVendorBytes || words.find('\n') != std::string_view::npos)
      continue;
    if (IsButton(words) || IsSectionName(words) ||
        HasWord(words, {"contact", "add ", "report", "feedback", "message", "reviews", "favorit", "login",
                        "profile", "account", "settings", "sell", "become"})) {
      continue;
    }
    if (i >= head) return CleanVendor(words);
    // Who is logged in stands in the page's own navigation.
    if (link && !page.InAround(i)) before = CleanVendor(words);
  }
  return before;
}

// "terpking", "Hamza Pets": what people call themselves, no headline and no category.
bool IsHandle(std::string_view name) {
  constexpr size_t kMaxHandleBytes = 32;
  if (name.size() < 2 || name.size() > kMaxHandleBytes || CountLetters(name) < 2) return false;
  if (std::count(name.begin(), name.end(), ' ') > 1) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return IsAsciiLetter(c) || IsAsciiDigit(c) || c == '_' || c == '-' || c == '.' || c == ' ' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

// "/vendor/foo", "?user=foo" of a page that is headed by "foo".
bool IsPageOf(std::string_view url, std::string_view words) {
  if (!LeadsToPerson(url)) return false;
  std::string_view last = url.substr(0, url.find('#'));
  while (last.ends_with('/')) last.remove_suffix(1);
  last = last.substr(last.find_last_of("/=") + 1);
  return last.size() >= 2 && EqualsIgnoringCase(last, CleanVendor(words));
}

}  // namespace

std::vector<PageHead> PageHeads(const ItemPage& page, const std::vector<Listing>& records) {
  const PageTree& tree = page.tree();
  const auto& nodes = tree.nodes();
  std::vector<PageHead> heads;
  const NodeIndex body = BodyOf(tree);
  if (body == kNoNode) return heads;
  size_t record = 0;
  for (NodeIndex i = body; i < nodes.size() && heads.size() < kMaxHeads; ++i) {
    const TreeNode& node = nodes[i];
    if (!node.is_element() || node.hidden || node.visible_end <= node.visible_begin) continue;
    // Within a record of a list nothing heads the page. Records and nodes are both in order.
    while (record < records.size() && records[record].span.end <= node.visible_begin) ++record;
    if (record < records.size() && records[record].span.begin <= node.visible_begin &&
        node.visible_end <= records[record].span.end) {
      i = node.end - 1;
      continue;
    }
    const std::string_view words = page.Words(i);
    if (words.size() < 3 || words.size() > kMaxItemTitleBytes || CountLetters(words) < 3) continue;
    const uint32_t names = page.NameFlags(i);
    const bool named = (names & kNamedHeading) != 0;
    const bool heading = IsHeading(node.tag);
    const bool strong = node.tag == GUMBO_TAG_B || node.tag == GUMBO_TAG_STRONG;
    const bool in_title = words.size() >= 8 && page.TitleHas(words);
    if (!heading && !named && !in_title && !strong) continue;
    PageHead head;
    head.node = i;
    if (heading) head.score += 3.5 - 0.4 * (node.tag - GUMBO_TAG_H1);
    if (named) head.score += 1.2;
    if (strong) head.score += 0.3;
    // A title that is more than the site's own name.
    if (in_title) head.score += 3 + std::min<double>(static_cast<double>(words.size()), 60) / 30;
    if (node.tag == GUMBO_TAG_A || page.InLink(i)) head.score -= in_title ? 1.0 : 2.5;
    if (IsButton(words) || IsOnlyMeasure(words) || IsSectionName(words) || IsAccounting(words))
      head.score -= 5;
    if (page.IsSiteName(words)) head.score -= 4;
    if (page.InAround(i)) head.score -= 3;
    if (!FindQuantities(words, 1).empty()) head.score += 0.8;
    if (head.score > 1.5) heads.push_back(head);
  }
  std::stable_sort(heads.begin(), heads.end(),
                   [](const PageHead& a, const PageHead& b) { return a.score > b.score; });
  if (heads.size() > kTriedHeads) heads.resize(kTriedHeads);
  return heads;
}

std::optional<SingleItem> FindSingleItem(const ItemPage& page, const std::vector<PageHead>& heads) {
  const std::string_view text = page.text();
  if (page.money().empty()) return std::nullopt;
  std::optional<SingleItem> best;
  for (const PageHead& head : heads) {
    SingleItem item;
    Listing& listing = item.listing;
    const TreeNode& node = page.tree().node(head.node);
    const size_t begin = node.visible_begin;
    listing.title = CleanTitle(page.Words(head.node));
    // The region of the item: from its heading so far as facts reach.
    const size_t end = std::min(text.size(), begin + kMaxRecordBytes);
    listing.span = {begin, end};
    const std::optional<FoundPrice> price = PriceNear(page, {begin, node.visible_end}, end);
    if (!price) continue;
    const size_t labels = ReadItemLabels(text, {begin, std::min(end, begin + 4'000)}, listing);
    const bool before = price->position < begin;
    const std::string_view region = text.substr(begin, std::min<size_t>(end - begin, 6'000));
    const size_t until = before ? begin + 1'500 : price->position + 1'500;
    const std::string_view order_region = text.substr(begin, std::min(end, until) - begin);
    const bool order = HasOrderWords(order_region);
    double score = head.score + static_cast<double>(std::min<size_t>(labels, 6)) * 0.6;
    if (HasBuyWords(region)) score += 1.2;
    if (order) score += 0.8;
    score -= (before ? 0.3 : static_cast<double>(price->position - begin) / 700);
    // Something must say that it is for sale: a price by name, or a way to order it.
    if (!price->named && !order) continue;
    if (!price->alone) score -= 1.5;
    if (before && !order && labels == 0) continue;
    if (score <= (best ? best->score : 0)) continue;
    item.score = score;
    item.price_position = price->position;
    listing.prices = price->prices;
    if (before) listing.span.begin = price->position;
    if (std::vector<Price> tiers = TierTable(page, {begin, end}); !tiers.empty())
      listing.prices = std::move(tiers);
    listing.url = page.page().document().url;
    if (listing.vendor.empty()) listing.vendor = VendorNear(page, head.node);
    if (listing.vendor.empty()) listing.vendor = VendorByWord(region.substr(0, 1'500));
    best = std::move(item);
  }
  constexpr double kLeast = 4;
  if (!best || best->score < kLeast) return std::nullopt;
  return best;
}

std::optional<Listing> FindProfile(const ItemPage& page, const std::vector<PageHead>& heads) {
  constexpr size_t kReach = 3'000;
  const std::string_view text = page.text();
  const NodeIndex body = BodyOf(page.tree());
  if (body == kNoNode) return std::nullopt;
  for (const PageHead& head : heads) {
    const TreeNode& node = page.tree().node(head.node);
    const std::string_view words = page.Words(head.node);
    Listing profile;
    profile.kind = ListingKind::kProfile;
    const size_t begin = node.visible_begin > 400 ? node.visible_begin - 400 : 0;
    profile.span = {node.visible_begin, std::min(text.size(), node.visible_begin + kReach)};
    constexpr std::string_view kPossessive = "'s profile";
    const bool possessive = words.size() > kPossessive.size() &&
                            EqualsIgnoringCase(words.substr(words.size() - kPossessive.size()), kPossessive);
    const bool own_page = IsPageOf(page.page().document().url, words);
    // A handle, not a headline; what it is known by is said by two labels at least.
    std::string name(words);
    if (possessive) name.resize(words.size() - kPossessive.size());
    for (const std::string_view lead :
         {"vendor profile:", "vendor:", "seller:", "profile of ", "user profile:", "user:", "store:"}) {
      if (name.size() > lead.size() &&
          EqualsIgnoringCase(std::string_view(name).substr(0, lead.size()), lead))
        name = std::string(Trimmed(std::string_view(name).substr(lead.size())));
    }
    name = CleanVendor(name);
    if (const size_t space = name.find(' ');
        space != std::string::npos && ContainsIgnoringCase(name, "level"))
      name.resize(space);
    if (!IsHandle(name) || IsSectionName(name) || IsButton(name) || words.size() > name.size() + 40) continue;
    if (page.InAround(head.node) || (page.InLink(head.node) && !possessive && !own_page)) continue;
    // "name (8) LEVEL 2 VERIFIED": markets hang a vendor's rank on the name.
    const bool ranked = ContainsIgnoringCase(words, "level ") || ContainsIgnoringCase(words, "verified");
    const size_t labels = ReadProfileLabels(text, {begin, profile.span.end}, profile);
    if (!own_page && labels < (possessive || ranked ? 1u : 2u)) continue;
    profile.title = name;
    profile.vendor = name;
    profile.url = page.page().document().url;
    return profile;
  }
  return std::nullopt;
}

}  // namespace gasht
