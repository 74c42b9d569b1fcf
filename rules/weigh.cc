#include "rules/weigh.h"

#include <algorithm>
#include <cstdlib>

namespace gasht {
namespace {

// Anchors nearer than this to the last one of the same substance see the same window.
constexpr uint32_t kAnchorStep = 64;
// How near an amount must stand to an everyday word to make it a substance, in characters: a letter of Urdu is two
// bytes.
constexpr uint32_t kAmountNear = 40;
// A title is a window of its own up to this size.
constexpr uint32_t kMaxTitle = 300;
constexpr size_t kMaxMentions = 256;
// A price means something beside one of these.
constexpr SignGroup kOfferGroups[] = {SignGroup::kSale,    SignGroup::kDelivery, SignGroup::kQuantity,
                                      SignGroup::kContact, SignGroup::kPayment,  SignGroup::kSecrecy};
// Different words of a context of the page; more say nothing new.
constexpr size_t kMaxPageWords = 8;
// Substances that distances of near contexts are measured to.
constexpr size_t kMaxMeasured = 16;

uint32_t Distance(const Hit& a, const Hit& b) {
  if (a.end <= b.begin) return b.begin - a.end;
  if (b.end <= a.begin) return a.begin - b.end;
  return 0;
}

// How far apart the members of a list stand at most, and what stands between them: its marks, and of a menu ("chars 2k
// tola / ice 3k g") an amount and a price.
constexpr uint32_t kListNear = 12;
constexpr uint32_t kMenuNear = 32;
constexpr std::array<std::string_view, 24> kMenuWords = {
    "g",  "gm",  "gms", "gram", "grams", "tola", "tole", "tolay", "k",    "rs",   "pkr",  "oz",
    "kg", "pao", "ml",  "mg",   "half",  "per",  "each", "ka",    "گرام", "تولہ", "روپے", "ہزار"};
constexpr std::string_view kListMarks = " ,/&+|\n\xD8\x8C";
constexpr std::array<std::string_view, 9> kListWords = {"and", "or", "aur", "n", "اور",
                                                        "او",  "یا", "تے",  "ਤੇ"};

// Is `text` nothing but numbers, units and marks, a line's or a list's mark among them?
bool IsMenuGap(std::string_view text) {
  // "25mg/tab" is one thing.
  const bool listed = text.find_first_of("|,+\n") != std::string_view::npos ||
                      text.find(" /") != std::string_view::npos || text.find("/ ") != std::string_view::npos;
  if (!listed) return false;
  constexpr std::string_view kMarks = "0123456789 .,/|+=:-@&$()\n";
  for (size_t begin = text.find_first_not_of(kMarks); begin != std::string_view::npos;
       begin = text.find_first_not_of(kMarks, begin)) {
    const size_t end = std::min(text.find_first_of(kMarks, begin), text.size());
    if (std::find(kMenuWords.begin(), kMenuWords.end(), text.substr(begin, end - begin)) == kMenuWords.end())
      return false;
    begin = end;
  }
  return true;
}

// The last number of a phrase ("1 tola 2500"), for a price.
double FirstNumber(std::string_view text);
double LastNumber(std::string_view text) {
  size_t end = text.find_last_of("0123456789");
  if (end == std::string_view::npos) return 0;
  size_t begin = end;
  while (begin > 0 && (std::string_view("0123456789.,").find(text[begin - 1]) != std::string_view::npos))
    --begin;
  return FirstNumber(text.substr(begin));
}

// The first number of a phrase, its thousands commas removed; 0 when there is none.
double FirstNumber(std::string_view text) {
  double value = 0, scale = 0;
  bool any = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      any = true;
      if (scale == 0) {
        value = value * 10 + (c - '0');
      } else {
        value += (c - '0') * scale;
        scale /= 10;
      }
    } else if (any && c == '.' && scale == 0) {
      scale = 0.1;
    } else if (any && c != ',') {
      break;
    }
    if (value > 1e12) break;
  }
  return any ? value : 0;
}

// Rough weights, only to tell a price of tea from a price of charas; 0 for what is no mass.
double GramsOf(std::string_view unit) {
  if (unit == "g") return 1;
  if (unit == "kg") return 1000;
  if (unit == "oz") return 28;
  if (unit == "tola") return 11.7;
  if (unit == "masha") return 0.97;
  if (unit == "pao") return 233;
  if (unit == "wrap") return 4;  // a hundred rupees at the least
  return 0;
}

double MultiplierOf(std::string_view price) {
  for (const std::string_view word : {"hazar", "hazaar", "ہزار", "ਹਜ਼ਾਰ", "زره"}) {
    if (price.find(word) != std::string_view::npos) return 1000;
  }
  if (price.find("lakh") != std::string_view::npos || price.find("لاکھ") != std::string_view::npos)
    return 100'000;
  // "22k", not "pack".
  const bool thousands =
      !price.empty() && price.back() == 'k' &&
      (price.size() == 1 || (price[price.size() - 2] >= '0' && price[price.size() - 2] <= '9'));
  return thousands ? 1000 : 1;
}

// The word right behind `at`, a space between them or not.
std::string_view WordBehind(std::string_view text, size_t at) {
  at = text.find_first_not_of(' ', at);
  if (at == std::string_view::npos) return {};
  return text.substr(at, text.find_first_of(" ,.;/\n", at) - at);
}

// "not nicotine", "barf nahi": what is said not to be meant.
bool IsDenied(std::string_view text, const Hit& hit) {
  const std::string_view behind = WordBehind(text, hit.end);
  for (const std::string_view no : {"nahi", "nahin", "nhi", "nai", "naheen", "نہین", "نیین", "ناہی"}) {
    if (behind == no) return true;
  }
  size_t end = text.find_last_not_of(' ', hit.begin == 0 ? 0 : hit.begin - 1);
  if (hit.begin == 0 || end == std::string_view::npos) return false;
  const size_t begin = text.find_last_of(" ,.;(/\n", end);
  const std::string_view before = text.substr(begin == std::string_view::npos ? 0 : begin + 1,
                                              end - (begin == std::string_view::npos ? 0 : begin + 1) + 1);
  return before == "not";
}

bool IsForeign(std::string_view price) {
  for (const std::string_view sign : {"$", "€", "£", "usd", "eur", "gbp", "dollar", "bucks", "pound"}) {
    if (price.find(sign) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

bool IsContact(IdentifierKind kind) {
  switch (kind) {
    case IdentifierKind::kPhone:
    case IdentifierKind::kTelegram:
    case IdentifierKind::kWhatsapp:
    case IdentifierKind::kSignal:
    case IdentifierKind::kSession:
    case IdentifierKind::kThreema:
    case IdentifierKind::kWickr:
    case IdentifierKind::kWire:
    case IdentifierKind::kInstagram:
    case IdentifierKind::kSnapchat:
      return true;
    case IdentifierKind::kBtc:
    case IdentifierKind::kEth:
    case IdentifierKind::kXmr:
    case IdentifierKind::kLtc:
    case IdentifierKind::kTrx:
    case IdentifierKind::kUsdt:
    case IdentifierKind::kDoge:
    case IdentifierKind::kBch:
    case IdentifierKind::kPgpFingerprint:
    case IdentifierKind::kOnion:
    case IdentifierKind::kEmail:
    case IdentifierKind::kFacebook:
    case IdentifierKind::kTiktok:
    case IdentifierKind::kIban:
    case IdentifierKind::kEasypaisa:
    case IdentifierKind::kJazzcash:
    case IdentifierKind::kRaast:
    case IdentifierKind::kPaymentAccount:
    case IdentifierKind::kCnic:
    case IdentifierKind::kUrl:
      return false;
  }
  return false;
}

// "charas, ice, heroin": between the word and the substance before or behind it stands nothing but a list's comma.
bool Weigher::StandsInList(const ListingView& view, const HitRef& at, const Surroundings& around) const {
  const std::string_view text = view.segments[at.segment].scanned->folded.text;
  const auto listed = [&](const HitRef& other) {
    if (other.segment != at.segment) return false;
    const Hit &a = HitOf(view, at), &b = HitOf(view, other);
    const uint32_t apart = Distance(a, b);
    if (apart > kMenuNear || apart == 0) return false;
    std::string_view between =
        a.end <= b.begin ? text.substr(a.end, b.begin - a.end) : text.substr(b.end, a.begin - b.end);
    if (EntryOf(view, at).strength != Strength::kVague && IsMenuGap(between)) return true;
    if (apart > kListNear) return false;
    const bool comma = between.find_first_of(",/&+|\n") != std::string_view::npos ||
                       between.find("\xD8\x8C") != std::string_view::npos;  // the Urdu comma
    const size_t begin = between.find_first_not_of(kListMarks);
    if (begin == std::string_view::npos) return comma;
    between = between.substr(begin, between.find_last_not_of(kListMarks) - begin + 1);
    return std::find(kListWords.begin(), kListWords.end(), between) != kListWords.end();
  };
  const auto here = std::find(around.substances.begin(), around.substances.end(), at);
  return (here != around.substances.begin() && listed(*std::prev(here))) ||
         (std::next(here) != around.substances.end() && listed(*std::next(here)));
}

bool Weigher::PlausiblePrice(const ListingView& view, const HitRef& quantity,
                             const Surroundings& around) const {
  const auto text_of = [&](const HitRef& at) {
    const Hit& hit = HitOf(view, at);
    return std::string_view(view.segments[at.segment].scanned->folded.text)
        .substr(hit.begin, hit.end - hit.begin);
  };
  const auto read_as = [&](const HitRef& at) {
    return view.segments[at.segment].scanned->AmountOf(HitOf(view, at));
  };
  const auto enough = [&](double price, double grams, bool foreign) {
    const int32_t least = foreign ? packs_.scoring.weak_dollars_per_gram : packs_.scoring.weak_pkr_per_gram;
    return price <= 0 || price / grams >= least;
  };
  const std::string_view amount_text = text_of(quantity);
  const bool counted = amount_text[0] >= '0' && amount_text[0] <= '9';
  const Amount* const amount = read_as(quantity);
  const double grams = (amount != nullptr ? amount->count
                        : counted         ? FirstNumber(amount_text)
                                          : 1) *
                       GramsOf(packs_.signs[EntryOf(view, quantity).owner].unit);
  if (grams <= 0) return true;
  if (amount != nullptr && amount->price > 0) return enough(amount->price, grams, amount->foreign);
  if (!view.listing->prices.empty()) {
    const Money& money = view.listing->prices[0].amount;
    double price = static_cast<double>(money.units);
    for (int i = 0; i < money.scale; ++i) price /= 10;
    return enough(price, grams, money.currency != "PKR");
  }
  // The price nearest to the amount.
  double price = 0;
  bool foreign = false;
  uint32_t nearest = UINT32_MAX;
  for (const HitRef& at : around.prices) {
    const Amount* const of = read_as(at);
    const double number = of != nullptr ? of->price : LastNumber(text_of(at));
    if (at.segment != quantity.segment || number <= 0) continue;
    const uint32_t distance = Distance(HitOf(view, at), HitOf(view, quantity));
    if (distance >= nearest) continue;
    nearest = distance;
    price = number;
    foreign = of != nullptr ? of->foreign : IsForeign(text_of(at));
    if (of == nullptr) {
      // "gm 22" of "gm 22k": what stands right behind the number is part of it.
      price *= MultiplierOf(text_of(at));
      if (price == number)
        price *=
            MultiplierOf(WordBehind(view.segments[at.segment].scanned->folded.text, HitOf(view, at).end));
    }
  }
  return enough(price, grams, foreign);
}

bool Weigher::StandsNear(const ListingView& view, const HitRef& a, const HitRef& b, uint32_t times) const {
  const Hit &one = HitOf(view, a), &other = HitOf(view, b);
  const uint32_t bytes = Distance(one, other), near = times * kAmountNear;
  if (bytes <= near) return true;
  if (bytes > 2 * near) return false;
  const std::string_view between = std::string_view(view.segments[a.segment].scanned->folded.text)
                                       .substr(std::min(one.end, other.end), bytes);
  return std::count_if(between.begin(), between.end(), [](char c) { return (c & 0xC0) != 0x80; }) <= near;
}

// A number that may be a price and is part of nothing that was seen: no amount, no phone number, no year.
bool Weigher::HasBareNumber(const ListingView& view) const {
  constexpr double kLeast = 100, kMost = 5'000'000;
  for (const Segment& segment : view.segments) {
    if (!segment.weighed()) continue;
    const std::string_view text = segment.scanned->folded.text;
    const std::vector<Hit>& hits = segment.scanned->hits;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    for (uint32_t begin = segment.begin; begin < segment.end; ++begin) {
      if (!is_digit(text[begin])) continue;
      uint32_t end = begin;
      while (end < segment.end &&
             (is_digit(text[end]) || (text[end] == ',' && end + 1 < segment.end && is_digit(text[end + 1]))))
        ++end;
      // Glued to letters, dots, dashes or slashes it is a name, a date, a part of something.
      constexpr std::string_view kFree = " ,\n()!=:";
      const bool is_free =
          (begin == segment.begin || kFree.find(text[begin - 1]) != std::string_view::npos) &&
          (end == segment.end || kFree.find(text[end]) != std::string_view::npos || text[end] == '.' ||
           static_cast<unsigned char>(text[end]) >= 0x80);
      const double value = FirstNumber(text.substr(begin, end - begin));
      const bool is_year = value >= 1900 && value <= 2100;
      const bool is_seen = std::any_of(hits.begin() + segment.first_hit, hits.begin() + segment.last_hit,
                                       [&](const Hit& hit) { return hit.begin < end && begin < hit.end; });
      if (is_free && !is_year && !is_seen && value >= kLeast && value <= kMost) return true;
      begin = end;
    }
  }
  return false;
}

// "gram 400" in "100 gram 400": the unit belongs to the number before it.
bool Weigher::IsPartOfAnAmount(const ListingView& view, const HitRef& quantity,
                               const Surroundings& around) const {
  const Hit& hit = HitOf(view, quantity);
  const std::string& text = view.segments[quantity.segment].scanned->folded.text;
  const auto counted = [&](const Hit& h) { return text[h.begin] >= '0' && text[h.begin] <= '9'; };
  if (counted(hit)) return false;
  return std::any_of(around.quantities.begin(), around.quantities.end(), [&](const HitRef& other) {
    const Hit& amount = HitOf(view, other);
    return other.segment == quantity.segment && counted(amount) && amount.begin < hit.begin &&
           amount.end > hit.begin;
  });
}

bool Weigher::WeakCounts(const ListingView& view, const HitRef& at, const Surroundings& around) const {
  if (around.firm) return StandsInList(view, at, around);
  if (!around.offer) return false;
  const bool vague = EntryOf(view, at).strength == Strength::kVague;
  // Words of the trade make an everyday word one of theirs; of what may be anything, two of them do.
  if (around.trade.size() >= (vague ? 2 : 1)) return true;
  const SubstanceEntry& substance = packs_.substances[EntryOf(view, at).owner];
  const auto usual = [&](const std::string& unit) {
    return std::find(substance.units.begin(), substance.units.end(), unit) != substance.units.end();
  };
  for (const HitRef& quantity : around.quantities) {
    // Pieces are sold of everything, and every medicine says its milligrams.
    const std::string& unit = packs_.signs[EntryOf(view, quantity).owner].unit;
    if (unit == "piece" || (unit == "mg" && substance.lawful_goods)) continue;
    if (IsPartOfAnAmount(view, quantity, around)) continue;
    if (quantity.segment == at.segment &&
        StandsNear(view, quantity, at, unit == "tola" || unit == "wrap" ? 2 : 1) && usual(unit) &&
        PlausiblePrice(view, quantity, around)) {
      return true;
    }
  }
  return false;
}

int32_t PointsOf(const RulePacks& packs, const WeighedSubstance& substance) {
  const Scoring& scoring = packs.scoring;
  int32_t points = 0;
  switch (substance.strength) {
    case Strength::kStrong:
      points = scoring.strong;
      break;
    case Strength::kUsual:
      points = scoring.usual;
      break;
    case Strength::kWeak:
      points = scoring.weak;
      break;
    case Strength::kVague:
      points = scoring.vague;
      break;
    case Strength::kEmoji:
      points = scoring.emoji;
      break;
  }
  const int32_t most = packs.substances[substance.substance].points;
  return most > 0 ? std::min(points, most) : points;
}

PageMarks ReadPageMarks(const RulePacks& packs, const Scanner& scanner, const ScannedText& page,
                        std::string_view source) {
  PageMarks marks;
  std::vector<bool> spared(packs.contexts.size());
  std::vector<uint32_t> seen;  // entries
  int32_t trade = 0;
  for (const Hit& hit : page.hits) {
    const Entry& entry = scanner.entries()[hit.entry];
    const bool of_page = entry.kind == EntryKind::kContext && packs.contexts[entry.owner].page;
    if (!of_page && entry.kind != EntryKind::kContextUnless) continue;
    if (std::find(seen.begin(), seen.end(), hit.entry) != seen.end()) continue;
    seen.push_back(hit.entry);
    if (entry.kind == EntryKind::kContextUnless) {
      if (entry.owner == kEveryPageContext) {
        ++trade;
      } else {
        spared[entry.owner] = true;
      }
      continue;
    }
    auto mark = std::find_if(marks.marks.begin(), marks.marks.end(),
                             [&](const PageMark& m) { return m.context == entry.owner; });
    if (mark == marks.marks.end()) {
      marks.marks.push_back({entry.owner, {}});
      mark = std::prev(marks.marks.end());
    }
    if (mark->words.size() >= kMaxPageWords) continue;
    const SourceSpan span = page.folded.Source(hit.begin, hit.end);
    mark->words.emplace_back(source.substr(span.begin, span.end - span.begin));
  }
  marks.unlawful = trade >= packs.scoring.page_trade;
  marks.trade = trade > packs.scoring.page_trade;
  std::erase_if(marks.marks, [&](const PageMark& mark) {
    const ContextEntry& context = packs.contexts[mark.context];
    const bool outweighs =
        context.outweighs_trade > 0 && mark.words.size() >= static_cast<size_t>(context.outweighs_trade);
    return spared[mark.context] || (marks.unlawful && !context.despite_trade && !outweighs);
  });
  return marks;
}

Weight Weigher::WeighAt(const ListingView& view, const Anchor& anchor, bool whole, uint64_t& visited) const {
  const Scoring& scoring = packs_.scoring;
  const auto window = static_cast<uint32_t>(scoring.window);
  const auto context_window = static_cast<uint32_t>(scoring.context_window);
  Weight weight;
  Surroundings around;
  std::vector<HitRef> contexts;
  std::vector<uint32_t> spared;       // contexts that a word of their `unless` forbids
  std::vector<uint32_t> trade_words;  // entries

  for (uint32_t s = 0; s < view.segments.size(); ++s) {
    const Segment& segment = view.segments[s];
    if (!segment.weighed()) continue;
    const std::vector<Hit>& hits = segment.scanned->hits;
    // What of this segment lies in the windows.
    uint32_t low = segment.begin, high = segment.end, wide_low = low, wide_high = high;
    const bool all =
        whole || (segment.role != Segment::Role::kText && segment.end - segment.begin <= kMaxTitle);
    if (!all) {
      // Seen from a title, the beginning of the text is near.
      const uint32_t at_begin = s == anchor.segment ? anchor.begin : segment.begin;
      const uint32_t at_end = s == anchor.segment ? anchor.end : segment.begin;
      low = std::max(segment.begin, at_begin > window ? at_begin - window : 0);
      high = std::min(segment.end, at_end + window);
      wide_low = std::max(segment.begin, at_begin > context_window ? at_begin - context_window : 0);
      wide_high = std::min(segment.end, at_end + context_window);
    }
    const auto first = std::lower_bound(hits.begin() + segment.first_hit, hits.begin() + segment.last_hit,
                                        wide_low, [](const Hit& hit, uint32_t at) { return hit.begin < at; });
    for (auto it = first; it != hits.begin() + segment.last_hit && it->begin < wide_high; ++it) {
      ++visited;
      const HitRef ref{s, static_cast<uint32_t>(it - hits.begin())};
      const Entry& entry = scanner_.entries()[it->entry];
      const bool near = it->begin >= low && it->end <= high;
      switch (entry.kind) {
        case EntryKind::kSubstance:
          if (near) around.substances.push_back(ref);
          break;
        case EntryKind::kSign: {
          if (!near) break;
          const SignEntry& sign = packs_.signs[entry.owner];
          weight.all_signs.push_back(ref);
          if (sign.trade &&
              std::find(around.trade.begin(), around.trade.end(), entry.owner) == around.trade.end())
            around.trade.push_back(entry.owner);
          weight.offer = weight.offer || sign.offer;
          if (sign.group == SignGroup::kPrice) around.prices.push_back(ref);
          if (sign.group == SignGroup::kQuantity) {
            around.quantities.push_back(ref);
            break;  // counted below, once it is known of what
          }
          auto& best = weight.signs[static_cast<size_t>(sign.group)];
          if (!best || sign.points > best->points) best = WeighedSign{sign.points, entry.owner, ref};
          break;
        }
        case EntryKind::kContext:
          if (IsDenied(segment.scanned->folded.text, *it)) break;
          if (!packs_.contexts[entry.owner].page || view.page == nullptr) contexts.push_back(ref);
          break;
        case EntryKind::kContextUnless:
          if (entry.owner == kEveryPageContext) {
            if (std::find(trade_words.begin(), trade_words.end(), it->entry) == trade_words.end())
              trade_words.push_back(it->entry);
          } else {
            spared.push_back(entry.owner);
          }
          break;
        case EntryKind::kInnocent:
        case EntryKind::kSelection:
        case EntryKind::kUnit:
          break;
      }
    }
  }

  // What the extractor understood, where it is sure to belong to this place.
  const Listing& listing = *view.listing;
  const bool own_values = whole || listing.kind == ListingKind::kOffer;
  if (own_values && !listing.prices.empty()) {
    weight.offer = true;
    auto& price = weight.signs[static_cast<size_t>(SignGroup::kPrice)];
    if (!price || price->points < scoring.listing_price) price = WeighedSign{scoring.listing_price, {}, {}};
  }
  if (own_values) {
    for (const Identifier& identifier : listing.identifiers) {
      if (!IsContact(identifier.kind) || identifier.check == IdentifierCheck::kFailed) continue;
      weight.offer = true;
      auto& contact = weight.signs[static_cast<size_t>(SignGroup::kContact)];
      if (!contact) contact = WeighedSign{12, {}, {}};
      break;
    }
  }
  weight.market = view.source_kind == SourceKind::kMarket;
  // A page found as a whole is what its words say already.
  weight.trade_page =
      !weight.market && view.listing->kind != ListingKind::kPage && view.page != nullptr && view.page->trade;

  // Which mentions count. "10 pills" is an amount, not the substance "pills".
  std::erase_if(around.substances, [&](const HitRef& ref) {
    const Strength strength = EntryOf(view, ref).strength;
    if (strength != Strength::kWeak && strength != Strength::kVague) return false;
    const Hit& hit = HitOf(view, ref);
    return std::any_of(around.quantities.begin(), around.quantities.end(), [&](const HitRef& quantity) {
      const Hit& amount = HitOf(view, quantity);
      return quantity.segment == ref.segment && amount.begin <= hit.begin && hit.end <= amount.end;
    });
  });
  around.offer = weight.offer;
  // A general word ("drugs") names nothing by itself.
  const auto general = [&](uint32_t substance) { return packs_.substances[substance].points > 0; };
  for (const HitRef& ref : around.substances) {
    const Entry& entry = EntryOf(view, ref);
    around.firm = around.firm || (entry.strength <= Strength::kUsual && !general(entry.owner));
  }
  bool word = false;
  bool named = false;  // by something better than a vague word
  for (const HitRef& ref : around.substances) {
    const Strength strength = EntryOf(view, ref).strength;
    named = named || (strength <= Strength::kUsual && !general(EntryOf(view, ref).owner)) ||
            (strength == Strength::kWeak && WeakCounts(view, ref, around));
  }
  for (const HitRef& ref : around.substances) {
    const Entry& entry = EntryOf(view, ref);
    const Strength strength = entry.strength;
    if ((strength == Strength::kWeak || strength == Strength::kVague) && !WeakCounts(view, ref, around)) {
      // Beside a substance named by its own word it is talk of drugs, though it does not say of which.
      if (around.firm && strength == Strength::kWeak && weight.mentions.size() < kMaxMentions) {
        weight.mentions.push_back(ref);
      }
      continue;
    }
    if (strength == Strength::kVague && named && !StandsInList(view, ref, around)) continue;
    word = word || strength != Strength::kEmoji;
    if (weight.mentions.size() < kMaxMentions) weight.mentions.push_back(ref);
    const auto known = std::find_if(weight.substances.begin(), weight.substances.end(),
                                    [&](const WeighedSubstance& w) { return w.substance == entry.owner; });
    if (known == weight.substances.end()) {
      weight.substances.push_back({entry.owner, strength, ref});
    } else if (strength < known->strength) {
      known->strength = strength;
      known->at = ref;
    }
  }
  // "🧊 crystal": an everyday word beside a picture of the same thing is no chance.
  for (WeighedSubstance& substance : weight.substances) {
    const bool pictured =
        std::any_of(around.substances.begin(), around.substances.end(), [&](const HitRef& ref) {
          const Entry& entry = EntryOf(view, ref);
          return entry.strength == Strength::kEmoji && entry.owner == substance.substance;
        });
    // So are two everyday words of it ("blueberry strain").
    const bool twice =
        std::any_of(around.substances.begin(), around.substances.end(), [&](const HitRef& ref) {
          const Entry& entry = EntryOf(view, ref);
          return entry.owner == substance.substance && entry.strength == Strength::kVague &&
                 HitOf(view, ref).entry != HitOf(view, substance.at).entry;
        });
    if (substance.strength == Strength::kVague && (pictured || twice)) substance.strength = Strength::kWeak;
  }
  // A picture beside a word says nothing more about which substance it is.
  if (word) {
    std::erase_if(weight.substances,
                  [](const WeighedSubstance& w) { return w.strength == Strength::kEmoji; });
  }
  const bool specific = std::any_of(weight.substances.begin(), weight.substances.end(),
                                    [&](const WeighedSubstance& w) { return !general(w.substance); });
  if (specific)
    std::erase_if(weight.substances, [&](const WeighedSubstance& w) { return general(w.substance); });
  weight.general_only = !specific && around.trade.empty();
  std::stable_sort(
      weight.substances.begin(), weight.substances.end(),
      [](const WeighedSubstance& a, const WeighedSubstance& b) { return a.strength < b.strength; });
  if (weight.substances.empty()) return weight;
  weight.emoji_only = !word;

  // An amount counts in a unit the substance is sold in.
  for (const HitRef& ref : around.quantities) {
    const SignEntry& sign = packs_.signs[EntryOf(view, ref).owner];
    const bool fits =
        std::any_of(weight.substances.begin(), weight.substances.end(), [&](const WeighedSubstance& w) {
          const std::vector<std::string>& units = packs_.substances[w.substance].units;
          return w.strength == Strength::kStrong ||
                 std::find(units.begin(), units.end(), sign.unit) != units.end();
        });
    auto& best = weight.signs[static_cast<size_t>(SignGroup::kQuantity)];
    if (fits && (!best || sign.points > best->points)) {
      best = WeighedSign{sign.points, EntryOf(view, ref).owner, ref};
    }
  }

  // "7 g ... 20000": in a short post beside an amount of what is named outright, a number that is nothing else is a price.
  if (whole && listing.kind != ListingKind::kOffer && around.firm &&
      weight.substances.front().strength <= Strength::kUsual &&
      weight.signs[static_cast<size_t>(SignGroup::kQuantity)] &&
      !weight.signs[static_cast<size_t>(SignGroup::kPrice)] && HasBareNumber(view)) {
    weight.signs[static_cast<size_t>(SignGroup::kPrice)] = WeighedSign{scoring.bare_number, {}, {}};
    weight.offer = true;
  }

  const auto& price = weight.signs[static_cast<size_t>(SignGroup::kPrice)];
  const bool alone = std::none_of(std::begin(kOfferGroups), std::end(kOfferGroups), [&](SignGroup group) {
    return weight.signs[static_cast<size_t>(group)].has_value();
  });
  // Of a post or page the price was read out of the same words.
  // Two prices are a list; one may be news.
  size_t prices = 0, in_segment = 0;
  uint32_t priced_until = 0, segment = UINT32_MAX;
  for (const HitRef& ref : around.prices) {
    // A title repeats what its text says.
    if (ref.segment != segment) {
      segment = ref.segment;
      in_segment = priced_until = 0;
    }
    if (HitOf(view, ref).begin < priced_until) continue;
    priced_until = HitOf(view, ref).end;
    prices = std::max(prices, ++in_segment);
  }
  weight.price_alone =
      price && alone && prices < 2 && !(listing.kind == ListingKind::kOffer && !listing.prices.empty());

  // What speaks against it.
  const bool amount = weight.signs[static_cast<size_t>(SignGroup::kQuantity)].has_value();
  // Unlawful markets sell other goods, too ("Molly dress").
  weight.trade_page = weight.trade_page && amount;
  const bool unlawful = static_cast<int32_t>(trade_words.size()) >= packs_.scoring.page_trade;
  const WeighedSubstance& surest = weight.substances.front();
  const auto about = [&](const ContextEntry& context) {
    return context.of.empty() ||
           std::find(context.of.begin(), context.of.end(),
                     packs_.substances[surest.substance].substance.id) != context.of.end();
  };
  const bool contraband =
      amount && surest.strength <= Strength::kUsual && !packs_.substances[surest.substance].lawful_goods;
  for (const HitRef& ref : contexts) {
    const Entry& entry = EntryOf(view, ref);
    const ContextEntry& context = packs_.contexts[entry.owner];
    if (!about(context) || (context.unless_amount && amount)) continue;
    if (context.spare_contraband && contraband) continue;
    if (std::find(spared.begin(), spared.end(), entry.owner) != spared.end()) continue;
    if (context.page && !context.despite_trade && unlawful) continue;
    if (context.near > 0) {
      bool near = false;
      for (size_t i = 0; i < weight.mentions.size() && i < kMaxMeasured && !near; ++i) {
        near = weight.mentions[i].segment == ref.segment &&
               (!context.after || HitOf(view, weight.mentions[i]).end <= HitOf(view, ref).begin) &&
               Distance(HitOf(view, weight.mentions[i]), HitOf(view, ref)) <=
                   static_cast<uint32_t>(context.near);
      }
      if (!near) continue;
    }
    auto known = std::find_if(weight.contexts.begin(), weight.contexts.end(),
                              [&](const WeighedContext& w) { return w.context == entry.owner; });
    if (known == weight.contexts.end()) {
      weight.contexts.push_back({entry.owner, 0, false, {}, "", 0});
      known = std::prev(weight.contexts.end());
    }
    const bool repeated = std::any_of(known->at.begin(), known->at.end(), [&](const HitRef& other) {
      return HitOf(view, other).entry == HitOf(view, ref).entry;
    });
    if (!repeated && known->at.size() < 8) known->at.push_back(ref);
  }
  if (view.page != nullptr) {
    for (const PageMark& mark : view.page->marks) {
      const ContextEntry& context = packs_.contexts[mark.context];
      if (!about(context) || (context.unless_amount && amount) || (context.spare_contraband && contraband))
        continue;
      weight.contexts.push_back({mark.context, 0, false, {}, mark.words.front(), mark.words.size()});
    }
  }
  for (WeighedContext& context : weight.contexts) {
    const ContextEntry& entry = packs_.contexts[context.context];
    // The second word of a kind is less news than the first, the third less again.
    const auto words =
        static_cast<int32_t>(context.page_word.empty() ? context.at.size() : context.page_words);
    if (words < entry.at_least) continue;
    context.points = entry.points * std::min(words + 1, 4) / 2;
    const bool of_trade = !context.page_word.empty() && view.page->unlawful && !entry.despite_trade;
    context.caps = entry.cap_at > 0 && words >= entry.cap_at && !of_trade;
    weight.score += context.points;
  }
  std::erase_if(weight.contexts,
                [](const WeighedContext& context) { return context.points == 0 && !context.caps; });

  // The surest substance scores; of several as sure, the one that scores most.
  int32_t points = 0;
  for (const WeighedSubstance& substance : weight.substances)
    points = std::max(points, PointsOf(packs_, substance));
  weight.score += points;
  weight.score +=
      scoring.second_substance * static_cast<int32_t>(std::min<size_t>(weight.substances.size() - 1, 3));
  for (const auto& sign : weight.signs) {
    if (sign) weight.score += sign->points;
  }
  if (weight.market || weight.trade_page) weight.score += scoring.market_source;
  const auto hidden = std::find_if(weight.mentions.begin(), weight.mentions.end(), [&](const HitRef& ref) {
    return HitOf(view, ref).disguise == Disguise::kLeet && EntryOf(view, ref).strength <= Strength::kUsual &&
           !general(EntryOf(view, ref).owner);
  });
  if (weight.offer && scoring.disguised > 0 && hidden != weight.mentions.end()) {
    weight.disguised = *hidden;
    weight.score += scoring.disguised;
  }
  return weight;
}

Weight Weigher::Weigh(const ListingView& view, uint64_t budget, uint64_t& visited, bool& overflow) const {
  uint64_t size = 0;
  for (const Segment& segment : view.segments) {
    if (segment.weighed()) size += segment.end - segment.begin;
  }
  const bool whole = size <= static_cast<uint64_t>(packs_.scoring.whole_below);

  Weight best;
  std::vector<WeighedSubstance> offered;  // of every place that is an offer
  std::vector<HitRef> mentions;
  std::vector<int64_t> last_seen(packs_.substances.size(), -1);
  const auto merge = [](std::vector<WeighedSubstance>& into, const std::vector<WeighedSubstance>& from) {
    for (const WeighedSubstance& one : from) {
      const bool known = std::any_of(into.begin(), into.end(),
                                     [&](const WeighedSubstance& w) { return w.substance == one.substance; });
      if (!known) into.push_back(one);
    }
  };
  for (uint32_t s = 0; s < view.segments.size(); ++s) {
    const Segment& segment = view.segments[s];
    if (!segment.weighed()) continue;
    std::fill(last_seen.begin(), last_seen.end(), -1);
    for (uint32_t h = segment.first_hit; h < segment.last_hit; ++h) {
      const Hit& hit = segment.scanned->hits[h];
      const Entry& entry = scanner_.entries()[hit.entry];
      ++visited;
      if (entry.kind != EntryKind::kSubstance) continue;
      if (visited > budget) {
        overflow = true;
        return best;
      }
      int64_t& last = last_seen[entry.owner];
      if (last >= 0 && hit.begin < last + kAnchorStep) continue;
      last = hit.begin;
      Weight weight = WeighAt(view, {s, hit.begin, hit.end}, whole, visited);
      if (weight.empty()) continue;
      for (const HitRef& mention : weight.mentions) {
        if (mentions.size() >= kMaxMentions) break;
        // Windows overlap; mentions come in order, so a repeated one is near the end.
        const size_t from = mentions.size() > 64 ? mentions.size() - 64 : 0;
        if (std::find(mentions.begin() + static_cast<ptrdiff_t>(from), mentions.end(), mention) ==
            mentions.end()) {
          mentions.push_back(mention);
        }
      }
      if (weight.offer && weight.score >= packs_.scoring.medium) merge(offered, weight.substances);
      if (best.empty() || weight.score > best.score) best = std::move(weight);
      if (whole) return best;
    }
  }
  if (!best.empty()) {
    best.mentions = std::move(mentions);
    merge(best.substances, offered);
  }
  return best;
}

}  // namespace gasht
