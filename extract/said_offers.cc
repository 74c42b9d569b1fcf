#include "extract/said_offers.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "extract/item_lines.h"
#include "extract/item_page.h"
#include "extract/price.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxTextBytes = 64 << 10;  // of one message that are looked at
constexpr size_t kMaxMoney = 256;
constexpr size_t kMaxOffers = 100;  // of one message: longer menus are the first of them and a page
constexpr size_t kMaxNameBytes = 90;
constexpr size_t kMaxPrices = 24;

// "NEW: Blue Dream", "Selling Blue Dream": a word that announces is no part of the name.
std::string_view WithoutLead(std::string_view words) {
  static constexpr std::string_view kLeads[] = {
      "for sale", "selling", "sale",  "new",     "offer",       "offers",  "available", "wts",
      "fs",       "now",     "today", "stock",   "price",       "rate",    "only",      "deal",
      "promo",    "special", "hot",   "restock", "fresh stock", "product", "item",      "prices"};
  static constexpr std::string_view kTies[] = {"each", "or",  "and", "aur",    "only",
                                               "per",  "for", "ya",  "a piece"};
  words = WithoutMarks(words);
  for (const std::string_view tie : kTies) {
    if (words.size() < tie.size() || !EqualsIgnoringCase(words.substr(0, tie.size()), tie)) continue;
    const std::string_view rest = words.substr(tie.size());
    if (rest.empty() || !IsAsciiLetter(rest[0])) words = WithoutMarks(rest);
  }
  for (const std::string_view lead : kLeads) {
    if (words.size() <= lead.size() + 2 || !EqualsIgnoringCase(words.substr(0, lead.size()), lead)) continue;
    const std::string_view rest = words.substr(lead.size());
    // "New Delhi" is a name; "NEW: x", "[WTS] x", "selling x" are not.
    const bool parted = rest[0] == ':' || rest[0] == ']' || rest[0] == '!' || rest.starts_with(" -");
    if (!parted && lead != "selling" && lead != "wts" && lead != "for sale") continue;
    std::string_view name = rest;
    while (!name.empty() &&
           (name[0] == ':' || name[0] == ']' || name[0] == '!' || name[0] == ' ' || name[0] == '-'))
      name.remove_prefix(1);
    if (!name.empty()) return name;
  }
  return words;
}

// "Tourmaline 12g for", "charas 10g sirf": what ties a name to its price.
std::string_view WithoutTie(std::string_view words) {
  static constexpr std::string_view kTies[] = {
      "for",           "at",      "only",      "just",     "sirf",        "price",
      "rate",          "qeemat",  "ka",        "ki",       "ke",          "is",
      "now",           "mein",    "in",        "from",     "rs",          "pkr",
      "cost",          "costs",   "per",       "ka rate",  "for only",    "asking",
      "demand",        "@",       "restocked", "restock",  "available",   "in stock",
      "back in stock", "just in", "ready",     "hai",      "hain",        "patta",
      "strip",         "dabba",   "back",      "starting", "starting at", "around"};
  for (bool again = true; again;) {
    again = false;
    words = WithoutMarks(words);
    for (const std::string_view tie : kTies) {
      if (words.size() < tie.size() + 2 || !EqualsIgnoringCase(words.substr(words.size() - tie.size()), tie))
        continue;
      if (words[words.size() - tie.size() - 1] != ' ') continue;
      words.remove_suffix(tie.size());
      again = true;
    }
  }
  return words;
}

// "Price", "Rate list", "Qeemat": the label of an amount, which names nothing.
bool IsPriceWord(std::string_view name) {
  static constexpr std::string_view kWords[] = {
      "price",  "prices", "rate",  "rates", "qeemat", "keemat",     "cost",     "amount", "demand",
      "asking", "final",  "fixed", "only",  "rs",     "pkr",        "each",     "now",    "قیمت",
      "ریٹ",    "цена",   "preis", "prix",  "precio", "sale price", "our price"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return EqualsIgnoringCase(name, word); });
}

// Somebody tells what happened or asks: money is spoken of, nothing is offered.
bool IsTalk(std::string_view line) {
  if (line.ends_with('?')) return true;
  return HasWholeWord(line,
                      {"i was", "i paid", "i bought", "i got",    "i spent",  "i had",    "i'm",    "i am",
                       "paid",  "bought", "cost me",  "costs me", "mine",     "anyone",   "my",     "he",
                       "she",   "they",   "scam",     "scammed",  "refund",   "lost",     "salary", "fined",
                       "worth", "seized", "arrested", "got mine", "liya tha", "diye the", "loot",   "fraud"});
}

// "adha kilo", "3.5g (1/8)": how much of something that was named before.
bool IsMeasure(std::string_view words) {
  size_t covered = 0;
  for (const FoundQuantity& quantity : FindQuantities(words, 4)) covered += quantity.span.size();
  return covered > 0 && words.size() - std::min(words.size(), covered) < 4;
}

// The name that the words before an amount give; empty for none.
std::string NameIn(std::string_view words) {
  const std::string name = NameOf(WithoutTie(WithoutLead(words)));
  const std::string_view bare = WithoutTie(name);
  if (bare.size() > kMaxNameBytes || !CanBeName(bare) || IsPriceWord(bare) || IsMeasure(bare)) return "";
  return CleanTitle(bare);
}

// A line without a price that may call what the prices below it are of.
std::string HeadingIn(std::string_view line) {
  if (line.size() > kMaxNameBytes + 30) return "";
  std::string_view name = WithoutLead(line);
  if (!CanBeName(name) || IsPriceWord(name) || IsTalk(line) || name.find('@') != std::string_view::npos)
    return "";
  return CleanTitle(name);
}

struct Reader {
  std::string_view text;
  std::vector<FoundMoney> money;
  std::vector<Price> paired;
  std::vector<SaidOffer> out;
  std::string heading;
  Span heading_span;
  bool open = false;  // the last offer may get more prices
  std::optional<SaidOffer> unnamed;

  void Add(std::string title, Span span, const Price& price) {
    if (out.size() >= kMaxOffers) return;
    SaidOffer offer;
    offer.title = std::move(title);
    offer.prices.push_back(price);
    offer.span = span;
    out.push_back(std::move(offer));
    open = true;
  }

  void AddTier(Span span, const Price& price) {
    if (open) {
      if (out.back().prices.size() < kMaxPrices) out.back().prices.push_back(price);
      out.back().span.end = std::max(out.back().span.end, span.end);
    } else if (!heading.empty()) {
      Add(std::exchange(heading, ""), {heading_span.begin, span.end}, price);
    }
  }

  // The amounts [first, last) of a line.
  void ReadLine(Span line, size_t first, size_t last) {
    const std::string_view words = text.substr(line.begin, line.size());
    if (first == last) {
      if (Trimmed(words).empty()) return;
      if (std::string name = HeadingIn(Trimmed(words)); !name.empty()) {
        heading = std::move(name);
        heading_span = line;
        open = false;
      } else if (Trimmed(words).size() > 40) {
        open = false;  // a sentence ends a list
        heading.clear();
      }
      return;
    }
    if (IsTalk(words) || words.size() > 400) return;
    size_t from = line.begin;
    for (size_t i = first; i < last; ++i) {
      const size_t begin = money[i].span.begin;
      const std::string_view before = text.substr(from, begin - std::min(begin, from));
      const std::string_view after =
          text.substr(money[i].span.end, std::min<size_t>(line.end - money[i].span.end, 12));
      from = std::max(from, money[i].span.end);
      if (SaysAside(before) || SaysAsideBehind(after) || IsWage(after)) continue;
      std::string name = NameIn(before);
      // "Rs 4500 - Ice 1g": the name behind the only amount of its line.
      if (name.empty() && last - first == 1 && WithoutMarks(before).empty() && !open && heading.empty())
        name = NameIn(text.substr(money[i].span.end, line.end - money[i].span.end));
      if (name.empty()) {
        AddTier(line, paired[i]);
        if (!unnamed && paired[i].quantity) unnamed = SaidOffer{"", {paired[i]}, line};
        continue;
      }
      const bool sure = i == first || !money[i].amount.currency.empty() || paired[i].quantity.has_value();
      if (!sure) continue;
      heading.clear();
      Add(std::move(name), {i == first ? line.begin : from, line.end}, paired[i]);
    }
  }
};

bool IsSaid(const Listing& listing) {
  return listing.kind == ListingKind::kMessage || listing.kind == ListingKind::kPost;
}

// What the whole message says of each thing in it.
void TakeFromWhole(const Listing& whole, Listing& offer) {
  offer.vendor = whole.vendor;
  offer.url = whole.url;
  offer.ships_from = whole.ships_from;
  offer.ships_to = whole.ships_to;
  offer.places = whole.places;
  offer.delivery = whole.delivery;
  offer.couriers = whole.couriers;
  offer.payment_methods = whole.payment_methods;
  offer.identifiers = whole.identifiers;
  for (const ListingFact& fact : whole.facts) {
    if (fact.name.starts_with("posted") || fact.name.starts_with("picture")) offer.facts.push_back(fact);
  }
}

}  // namespace

std::string SiteIdOfPart(std::string_view whole, std::string_view title) {
  constexpr size_t kMaxTitle = 80;
  return std::string(whole) + "#" + CutToWholeCharacters(AsciiLowered(title), kMaxTitle);
}

bool IsPartOf(std::string_view part, std::string_view whole) {
  return !whole.empty() && part.size() > whole.size() && part[whole.size()] == '#' && part.starts_with(whole);
}

std::vector<SaidOffer> OffersSaid(std::string_view text) {
  text = text.substr(0, kMaxTextBytes);
  Reader reader;
  reader.text = text;
  reader.money = FindStreetMoney(text, kMaxMoney);
  if (reader.money.empty()) return {};
  reader.paired = PairPrices(text, reader.money, FindQuantities(text, 4 * kMaxMoney));
  size_t at = 0;  // of money
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.size(), text.find('\n', begin));
    const size_t first = at;
    while (at < reader.money.size() && reader.money[at].span.begin < end) ++at;
    reader.ReadLine({begin, end}, first, at);
    begin = end + 1;
  }
  if (reader.out.empty() && reader.unnamed) reader.out.push_back(std::move(*reader.unnamed));
  return std::move(reader.out);
}

void SeparateOffers(PageContents& contents) {
  // Threads of a board are listings too.
  if (contents.messages.empty()) return;
  std::vector<Listing> listings;
  for (Listing& listing : contents.listings) {
    if (!IsSaid(listing)) {
      listings.push_back(std::move(listing));
      continue;
    }
    if (listing.prices.empty() && contents.messages.size() > 1) {
      contents.talk.push_back(std::move(listing));
      continue;
    }
    const bool elsewhere = !listing.text.empty();
    const std::string_view text =
        elsewhere ? std::string_view(listing.text)
                  : std::string_view(contents.document.text).substr(listing.span.begin, listing.span.size());
    std::vector<SaidOffer> offers = OffersSaid(text);
    if (offers.size() == 1) {
      if (!offers[0].title.empty()) listing.title = std::move(offers[0].title);
      listing.prices = std::move(offers[0].prices);
      listings.push_back(std::move(listing));
      continue;
    }
    // A page's one post is what the page is about.
    if (offers.empty() && contents.messages.size() == 1) {
      listings.push_back(std::move(listing));
      continue;
    }
    if (offers.empty()) {
      contents.talk.push_back(std::move(listing));
      continue;
    }
    for (SaidOffer& said : offers) {
      Listing offer;
      TakeFromWhole(listing, offer);
      if (!listing.site_id.empty()) offer.site_id = SiteIdOfPart(listing.site_id, said.title);
      offer.title = std::move(said.title);
      offer.prices = std::move(said.prices);
      offer.quantity = QuantityOffered(offer.title);
      if (!offer.quantity) offer.quantity = offer.prices[0].quantity;
      if (elsewhere) {
        offer.text = std::string(text.substr(said.span.begin, said.span.size()));
      } else {
        offer.span = {listing.span.begin + said.span.begin, listing.span.begin + said.span.end};
      }
      listings.push_back(std::move(offer));
    }
    contents.talk.push_back(std::move(listing));
  }
  contents.listings = std::move(listings);
}

}  // namespace gasht
