#include "extract/item_labels.h"

#include <algorithm>
#include <bitset>
#include <string>

#include "extract/item_page.h"
#include "extract/price.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxLines = 600;
constexpr size_t kMaxValueBytes = 160;

enum class Meaning {
  kVendor,
  kShipsFrom,
  kShipsTo,
  kCategory,
  kSiteId,
  kPrice,
  kPayment,
  kOther,
  kItemFact,
  kVendorFact
};

struct Label {
  std::string_view words;
  Meaning meaning;
  bool bare = false;  // may stand before its value without a colon
  std::string_view fact = {};
};

// Longer ones first where one begins another.
constexpr Label kLabels[] = {
    {"sold by", Meaning::kVendor, true},
    {"vendor since", Meaning::kVendorFact, true, "joined"},
    {"seller since", Meaning::kVendorFact, true, "joined"},
    {"vendor level", Meaning::kVendorFact, true, "level"},
    {"vendor rating", Meaning::kVendorFact, true, "rating"},
    {"seller rating", Meaning::kVendorFact, true, "rating"},
    {"vendor name", Meaning::kVendor, true},
    {"vendor", Meaning::kVendor, true},
    {"seller name", Meaning::kVendor, true},
    {"seller", Meaning::kVendor, true},
    {"merchant", Meaning::kVendor},
    {"posted by", Meaning::kVendor, true},
    {"listed by", Meaning::kVendor, true},
    {"dealer", Meaning::kVendor},
    {"shop name", Meaning::kVendor},
    {"listed by", Meaning::kVendor, true},
    {"offered by", Meaning::kVendor, true},
    {"store", Meaning::kVendor},
    {"username", Meaning::kVendor},
    {"verkäufer", Meaning::kVendor},
    {"anbieter", Meaning::kVendor},
    {"vendeur", Meaning::kVendor},
    {"vendedor", Meaning::kVendor},
    {"продавец", Meaning::kVendor},
    {"магазин", Meaning::kVendor},
    {"فروخت کنندہ", Meaning::kVendor, true},
    {"بیچنے والا", Meaning::kVendor, true},
    {"دکاندار", Meaning::kVendor, true},
    {"ships from", Meaning::kShipsFrom, true},
    {"ship from", Meaning::kShipsFrom, true},
    {"shipping from", Meaning::kShipsFrom, true},
    {"shipped from", Meaning::kShipsFrom, true},
    {"sent from", Meaning::kShipsFrom, true},
    {"origin country", Meaning::kShipsFrom, true},
    {"country of origin", Meaning::kShipsFrom, true},
    {"origin", Meaning::kShipsFrom},
    {"shipping origin", Meaning::kShipsFrom},
    {"dispatched from", Meaning::kShipsFrom, true},
    {"item location", Meaning::kShipsFrom},
    {"location", Meaning::kShipsFrom},
    {"city", Meaning::kShipsFrom},
    {"versand aus", Meaning::kShipsFrom, true},
    {"expédié de", Meaning::kShipsFrom, true},
    {"envío desde", Meaning::kShipsFrom, true},
    {"откуда", Meaning::kShipsFrom},
    {"город", Meaning::kShipsFrom},
    {"شہر", Meaning::kShipsFrom},
    {"مقام", Meaning::kShipsFrom},
    {"ships to", Meaning::kShipsTo, true},
    {"ship to", Meaning::kShipsTo, true},
    {"shipping to", Meaning::kShipsTo, true},
    {"delivers to", Meaning::kShipsTo, true},
    {"versand nach", Meaning::kShipsTo, true},
    {"destination", Meaning::kShipsTo},
    {"category", Meaning::kCategory},
    {"categories", Meaning::kCategory},
    {"kategorie", Meaning::kCategory},
    {"категория", Meaning::kCategory},
    {"زمرہ", Meaning::kCategory},
    {"listing id", Meaning::kSiteId, true},
    {"item id", Meaning::kSiteId, true},
    {"product id", Meaning::kSiteId, true},
    {"product code", Meaning::kSiteId},
    {"item #", Meaning::kSiteId, true},
    {"item no", Meaning::kSiteId},
    {"sku", Meaning::kSiteId},
    {"ad id", Meaning::kSiteId, true},
    {"sale price", Meaning::kPrice},
    {"purchase price", Meaning::kPrice},
    {"item price", Meaning::kPrice},
    {"unit price", Meaning::kPrice},
    {"our price", Meaning::kPrice},
    {"price", Meaning::kPrice, true},
    {"payment methods", Meaning::kPayment},
    {"payment method", Meaning::kPayment},
    {"accepted payments", Meaning::kPayment},
    {"accepted currencies", Meaning::kPayment},
    {"payment", Meaning::kPayment},
    {"قیمت", Meaning::kPrice, true},
    {"preis", Meaning::kPrice},
    {"prix", Meaning::kPrice},
    {"precio", Meaning::kPrice},
    {"цена", Meaning::kPrice},
    {"escrow", Meaning::kOther},
    {"in stock", Meaning::kItemFact, false, "stock"},
    {"stock", Meaning::kItemFact, false, "stock"},
    {"quantity left", Meaning::kItemFact, true, "stock"},
    {"quantity in stock", Meaning::kItemFact, true, "stock"},
    {"left", Meaning::kItemFact, false, "stock"},
    {"times sold", Meaning::kItemFact, true, "sold"},
    {"sold", Meaning::kItemFact, false, "sold"},
    {"views", Meaning::kItemFact, false, "views"},
    {"minimum order", Meaning::kItemFact, true, "min_order"},
    {"min. order", Meaning::kItemFact, true, "min_order"},
    {"min order", Meaning::kItemFact, true, "min_order"},
    {"posted on", Meaning::kItemFact, true, "posted"},
    {"posted", Meaning::kItemFact, false, "posted"},
    {"date posted", Meaning::kItemFact, true, "posted"},
    {"date added", Meaning::kItemFact, true, "posted"},
    {"ad posted", Meaning::kItemFact, true, "posted"},
    {"listed on", Meaning::kItemFact, true, "posted"},
    {"created", Meaning::kItemFact, false, "posted"},
    {"member since", Meaning::kVendorFact, true, "joined"},
    {"user since", Meaning::kVendorFact, true, "joined"},
    {"active since", Meaning::kVendorFact, true, "joined"},
    {"registered", Meaning::kVendorFact, false, "joined"},
    {"registration date", Meaning::kVendorFact, true, "joined"},
    {"joined", Meaning::kVendorFact, true, "joined"},
    {"last seen", Meaning::kVendorFact, true, "last_seen"},
    {"last online", Meaning::kVendorFact, true, "last_seen"},
    {"last login", Meaning::kVendorFact, true, "last_seen"},
    {"last active", Meaning::kVendorFact, true, "last_seen"},
    {"last activity", Meaning::kVendorFact, true, "last_seen"},
    {"total sales", Meaning::kVendorFact, true, "sales"},
    {"sales", Meaning::kVendorFact, false, "sales"},
    {"deals", Meaning::kVendorFact, false, "sales"},
    {"completed orders", Meaning::kVendorFact, true, "sales"},
    {"orders completed", Meaning::kVendorFact, true, "sales"},
    {"total orders", Meaning::kVendorFact, true, "sales"},
    {"transactions", Meaning::kVendorFact, false, "sales"},
    {"average rating", Meaning::kVendorFact, true, "rating"},
    {"rating", Meaning::kVendorFact, false, "rating"},
    {"feedback score", Meaning::kVendorFact, true, "rating"},
    {"positive feedback", Meaning::kVendorFact, true, "rating"},
    {"trust level", Meaning::kVendorFact, true, "level"},
    {"level", Meaning::kVendorFact, false, "level"},
    {"disputes", Meaning::kVendorFact, false, "disputes"},
    {"total feedback", Meaning::kVendorFact, true, "feedback"},
    {"feedback", Meaning::kVendorFact, false, "feedback"},
    {"feedbacks", Meaning::kVendorFact, false, "feedback"},
    {"reviews", Meaning::kVendorFact, false, "feedback"},
    {"quantity", Meaning::kOther},
    {"product class", Meaning::kOther},
    {"listing type", Meaning::kOther},
    {"fe or escrow", Meaning::kOther},
    {"ends in", Meaning::kOther},
    {"shipping options", Meaning::kOther},
    {"availability", Meaning::kOther},
    {"condition", Meaning::kOther},
    {"brand", Meaning::kOther},
    {"weight", Meaning::kOther},
    {"dosage", Meaning::kOther},
};

constexpr StartFilter MakeLabelStarts() {
  StartFilter filter;
  for (const Label& label : kLabels) filter.Add(label.words);
  return filter;
}
constexpr StartFilter kLabelStarts = MakeLabelStarts();

bool IsSeparator(char c) {
  return IsWhiteSpace(c) || c == ':' || c == '-' || c == '|' || c == '=' || c == '>';
}

struct Hit {
  const Label* label = nullptr;
  std::string_view value;  // the rest of the line
  bool separated = false;  // a colon or the line's end stands behind the label
};

Hit LabelOf(std::string_view line) {
  if (!kLabelStarts.MayBegin(line)) return {};
  for (const Label& label : kLabels) {
    if (AsciiLowered(line[0]) != label.words[0]) continue;
    if (line.size() < label.words.size() ||
        !EqualsIgnoringCase(line.substr(0, label.words.size()), label.words))
      continue;
    std::string_view rest = line.substr(label.words.size());
    if (!rest.empty() && (IsAsciiLetter(rest[0]) || IsAsciiDigit(rest[0])) && label.words.back() != '#')
      continue;
    Hit hit;
    hit.label = &label;
    const std::string_view after = Trimmed(rest);
    hit.separated =
        after.empty() || after[0] == ':' || after[0] == '=' || after[0] == '|' || label.words.back() == '#';
    while (!rest.empty() && IsSeparator(rest[0])) rest.remove_prefix(1);
    hit.value = Trimmed(rest);
    return hit;
  }
  return {};
}

// Words behind a name that are a rank, a count or a badge.
bool IsDecoration(std::string_view word) {
  if (std::any_of(word.begin(), word.end(), [](char c) { return IsAsciiDigit(c) || c == '%' || c == '+'; }))
    return true;
  return HasWholeWord(word,
                      {"level", "verified", "trusted",  "online", "offline", "sales",    "rating", "joined",
                       "since", "member",   "feedback", "stars",  "last",    "positive", "view",   "contact",
                       "visit", "follow",   "in",       "ships",  "pgp",     "escrow",   "fe"});
}

}  // namespace

std::string NameOfVendor(std::string_view value) {
  constexpr std::string_view kMarks[] = {"(",        " [",      " | ",     "  ",      ",",
                                         " - ",      "\n",      " \u00b7", " \u2022", " \u2013 ",
                                         " \u2014 ", " \u2605", " \u2192", " \u00bb"};
  constexpr size_t kMaxWords = 4;
  size_t end = value.size();
  for (const std::string_view mark : kMarks) end = std::min(end, value.find(mark));
  std::string_view name = Trimmed(value.substr(0, end));
  // "monoko LEVEL 1 VERIFIED", "White Lotus 412 sales": what follows is decoration.
  size_t words = 1;
  for (size_t space = name.find(' '); space != std::string_view::npos; space = name.find(' ', space + 1)) {
    const std::string_view rest = name.substr(space + 1);
    if (++words > kMaxWords || IsDecoration(rest.substr(0, rest.find(' ')))) {
      name = words > kMaxWords ? name.substr(0, name.find(' ')) : name.substr(0, space);
      break;
    }
  }
  return std::string(name.size() > kMaxVendorBytes ? std::string_view() : name);
}

namespace {

void AddFact(std::string_view name, std::string_view value, Listing& listing) {
  const bool known = std::any_of(listing.facts.begin(), listing.facts.end(),
                                 [&](const ListingFact& fact) { return fact.name == name; });
  std::string text =
      CutToWholeCharacters(FoldWhiteSpace(value.substr(0, 2 * kMaxValueBytes)), kMaxValueBytes);
  if (!known && !text.empty()) listing.facts.push_back({std::string(name), std::move(text)});
}

// "812 sold since Mar 2016", "14 in stock", "4.95 stars": the figure before its word.
void AddCounts(std::string_view line, Listing& listing) {
  struct Word {
    std::string_view text, fact;
  };
  static constexpr Word kWords[] = {
      {"sold", "sold"},   {"sales", "sales"},     {"deals", "sales"},      {"in stock", "stock"},
      {"left", "stock"},  {"available", "stock"}, {"reviews", "feedback"}, {"feedbacks", "feedback"},
      {"views", "views"}, {"stars", "rating"},    {"orders", "sales"},     {"ratings", "feedback"}};
  for (size_t at = 0; at < line.size(); ++at) {
    if (!IsAsciiDigit(line[at]) || (at > 0 && (IsAsciiLetter(line[at - 1]) || IsAsciiDigit(line[at - 1]))))
      continue;
    size_t end = at;
    while (end < line.size() && (IsAsciiDigit(line[end]) || line[end] == ',' || line[end] == '.')) ++end;
    size_t word = end;
    while (word < line.size() && (line[word] == ' ' || line[word] == '+')) ++word;
    for (const Word& w : kWords) {
      const std::string_view rest = line.substr(word);
      if (word == end || rest.size() < w.text.size() ||
          !EqualsIgnoringCase(rest.substr(0, w.text.size()), w.text))
        continue;
      if (rest.size() > w.text.size() && IsAsciiLetter(rest[w.text.size()])) continue;
      AddFact(w.fact, line.substr(at, end - at), listing);
    }
    at = end;
  }
}

// "2 days ago", "3 din pehle", "دو دن پہلے": a short line of its own.
bool IsAge(std::string_view line) {
  if (line.size() > 40) return false;
  const std::string lower = AsciiLowered(line);
  return lower.ends_with(" ago") || lower.ends_with(" pehle") || lower.ends_with(" pehlay") ||
         line.ends_with("پہلے");
}

bool IsRegion(std::string_view text) {
  static constexpr std::string_view kRegions[] = {"worldwide",
                                                  "world",
                                                  "everywhere",
                                                  "international",
                                                  "europe",
                                                  "eu",
                                                  "european union",
                                                  "north america",
                                                  "south america",
                                                  "asia",
                                                  "africa",
                                                  "usa",
                                                  "us",
                                                  "united states",
                                                  "united states of america",
                                                  "uk",
                                                  "gb",
                                                  "united kingdom",
                                                  "england",
                                                  "germany",
                                                  "de",
                                                  "netherlands",
                                                  "the netherlands",
                                                  "holland",
                                                  "nl",
                                                  "france",
                                                  "fr",
                                                  "belgium",
                                                  "be",
                                                  "spain",
                                                  "es",
                                                  "italy",
                                                  "it",
                                                  "poland",
                                                  "pl",
                                                  "canada",
                                                  "ca",
                                                  "australia",
                                                  "au",
                                                  "austria",
                                                  "switzerland",
                                                  "sweden",
                                                  "norway",
                                                  "denmark",
                                                  "finland",
                                                  "ireland",
                                                  "portugal",
                                                  "czech republic",
                                                  "hungary",
                                                  "romania",
                                                  "bulgaria",
                                                  "greece",
                                                  "turkey",
                                                  "russia",
                                                  "ukraine",
                                                  "latvia",
                                                  "lithuania",
                                                  "estonia",
                                                  "india",
                                                  "pakistan",
                                                  "afghanistan",
                                                  "iran",
                                                  "china",
                                                  "hong kong",
                                                  "singapore",
                                                  "thailand",
                                                  "vietnam",
                                                  "philippines",
                                                  "malaysia",
                                                  "indonesia",
                                                  "japan",
                                                  "south korea",
                                                  "uae",
                                                  "united arab emirates",
                                                  "dubai",
                                                  "saudi arabia",
                                                  "israel",
                                                  "egypt",
                                                  "morocco",
                                                  "south africa",
                                                  "nigeria",
                                                  "mexico",
                                                  "colombia",
                                                  "peru",
                                                  "bolivia",
                                                  "brazil",
                                                  "argentina",
                                                  "chile",
                                                  "new zealand",
                                                  "luxembourg",
                                                  "slovenia",
                                                  "croatia",
                                                  "serbia",
                                                  "unknown",
                                                  "undeclared",
                                                  "domestic"};
  // "HK", "WW": codes.
  if (text.size() == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z') return true;
  const std::string lower = AsciiLowered(text);
  return std::find(std::begin(kRegions), std::end(kRegions), lower) != std::end(kRegions);
}

// "Pakistan -> Worldwide".
void AddWay(std::string_view line, Listing& listing) {
  constexpr size_t kMaxLine = 200;
  if (line.size() > kMaxLine) return;
  for (const std::string_view arrow : {"→", "->", "➜", "➡", "»", "▶"}) {
    const size_t at = line.find(arrow);
    if (at == std::string_view::npos) continue;
    // What stands beside it on the line is parted from it.
    std::string_view from = Trimmed(line.substr(0, at)), to = Trimmed(line.substr(at + arrow.size()));
    for (const std::string_view part : {"·", "|", "•", " - ", ")", ": "}) {
      if (const size_t cut = from.rfind(part); cut != std::string_view::npos)
        from = Trimmed(from.substr(cut + part.size()));
      if (const size_t cut = to.find(part); cut != std::string_view::npos) to = Trimmed(to.substr(0, cut));
    }
    if (from.empty() || to.empty() || !IsRegion(from)) continue;
    if (!IsRegion(Trimmed(to.substr(0, to.find(','))))) continue;
    if (listing.ships_from.empty()) listing.ships_from = std::string(from);
    if (listing.ships_to.empty()) listing.ships_to = std::string(to);
    return;
  }
}

size_t ReadLabels(std::string_view text, Span range, bool profile, Listing& listing) {
  size_t seen = 0;
  std::bitset<std::size(kLabels)> seen_labels;
  std::string_view part = text.substr(range.begin, range.size());
  const Label* pending = nullptr;  // a label alone on its line: the next line is its value
  for (size_t lines = 0; !part.empty() && lines < kMaxLines; ++lines) {
    // "Joined: Jan 2024 | Sales: 1,204": fields on one line.
    size_t line_end = std::min(part.size(), part.find('\n')), skipped = 1;
    constexpr size_t kMaxFieldLine = 200;  // a longer one is running text
    const bool is_long = line_end > kMaxFieldLine;
    for (const std::string_view between : {" | ", " \u00b7 ", " \u2022 "}) {
      const size_t at = part.substr(0, line_end).find(between);
      if (at == std::string_view::npos || is_long) continue;
      line_end = at;
      skipped = between.size();
    }
    std::string_view line = Trimmed(part.substr(0, line_end));
    part.remove_prefix(std::min(part.size(), line_end + skipped));
    if (line.empty()) continue;
    if (!profile && IsAge(line)) AddFact("posted", line, listing);
    if (line.size() < 200) AddCounts(line, listing);
    if (!profile) AddWay(line, listing);
    const Hit hit = LabelOf(line);
    std::string_view value;
    const Label* label = nullptr;
    if (hit.label != nullptr) {
      if (!hit.separated && !hit.label->bare) {
        pending = nullptr;
        continue;
      }
      const auto index = static_cast<size_t>(hit.label - kLabels);
      const bool of_vendor = hit.label->meaning == Meaning::kVendorFact;
      if (!seen_labels[index] && of_vendor == profile) {
        seen_labels.set(index);
        ++seen;
      }
      if (hit.value.empty()) {
        pending = hit.label;
        continue;
      }
      label = hit.label;
      value = hit.value;
    } else if (pending != nullptr) {
      label = pending;
      value = line;
      while (!value.empty() && IsSeparator(value[0])) value.remove_prefix(1);
    }
    pending = nullptr;
    if (label == nullptr || value.empty()) continue;
    value = value.substr(0, kMaxValueBytes);
    if (profile && label->meaning != Meaning::kVendorFact) continue;
    const auto set = [&](std::string& field) {
      if (field.empty()) field = CutToWholeCharacters(FoldWhiteSpace(value), kMaxValueBytes);
    };
    switch (label->meaning) {
      case Meaning::kVendor:
        if (listing.vendor.empty() && !EqualsIgnoringCase(value.substr(0, 5), "level"))
          listing.vendor = NameOfVendor(value);
        break;
      case Meaning::kShipsFrom: {
        // "United Kingdom → Worldwide"
        const size_t arrow = value.find("→");
        if (arrow != std::string_view::npos) {
          if (listing.ships_from.empty()) listing.ships_from = std::string(Trimmed(value.substr(0, arrow)));
          if (listing.ships_to.empty()) listing.ships_to = std::string(Trimmed(value.substr(arrow + 3)));
        } else {
          // "Canada   Ships to: Worldwide": two labels on one line.
          const size_t to =
              std::min(FindIgnoringCase(value, " ships to"), FindIgnoringCase(value, " ship to"));
          if (to < value.size()) {
            std::string_view rest = value.substr(value.find(" to", to) + 3);
            while (!rest.empty() && IsSeparator(rest[0])) rest.remove_prefix(1);
            if (listing.ships_to.empty()) listing.ships_to = std::string(Trimmed(rest));
            value = Trimmed(value.substr(0, to));
          }
          set(listing.ships_from);
        }
        break;
      }
      case Meaning::kShipsTo:
        set(listing.ships_to);
        break;
      case Meaning::kCategory:
        set(listing.category);
        break;
      case Meaning::kSiteId: {
        const std::string id = FoldWhiteSpace(value.substr(0, value.find(' ')));
        if (listing.site_id.empty() && id.size() <= 40) listing.site_id = id;
        break;
      }
      case Meaning::kItemFact:
      case Meaning::kVendorFact:
        AddFact(label->fact, value, listing);
        break;
      case Meaning::kPrice:
      case Meaning::kPayment:
      case Meaning::kOther:
        break;
    }
  }
  return seen;
}

}  // namespace

namespace {

// Whether "from" at `at` is that of goods: "ships from", "Shipped FROM".
bool IsSentFrom(std::string_view text, size_t at) {
  std::string_view before = text.substr(at > 16 ? at - 16 : 0, std::min<size_t>(at, 16));
  before = Trimmed(before.substr(before.rfind('\n') + 1));
  for (const std::string_view verb :
       {"ships", "ship", "shipped", "shipping", "shipment", "sent", "dispatched", "posted"}) {
    if (before.size() < verb.size()) continue;
    const size_t begin = before.size() - verb.size();
    if (EqualsIgnoringCase(before.substr(begin), verb) && (begin == 0 || !IsAsciiLetter(before[begin - 1])))
      return true;
  }
  return false;
}

// The place that follows; empty when it is none.
std::string_view PlaceAfterFrom(std::string_view text, size_t begin) {
  constexpr size_t kMaxPlace = 40;
  constexpr size_t kMaxWords = 3;
  const bool told = text.substr(begin).starts_with(":") || text.substr(begin).starts_with(" :");
  while (begin < text.size() && (text[begin] == ' ' || text[begin] == ':' || text[begin] == '-')) ++begin;
  std::string_view place = text.substr(begin, kMaxPlace);
  place = place.substr(0, place.find_first_of("\n.,;|()!/[]"));
  for (const std::string_view behind : {" by ", " via ", " with", " and ", " in ", " on ", " same ", " next ",
                                        " to ", " - ", " only", " daily", " -> ", " \u2192 "}) {
    place = place.substr(0, std::min(place.size(), place.find(behind)));
  }
  place = Trimmed(place);
  // "United States smokeshop (12)": what stands behind it on its line is no part of a name that is known.
  for (size_t end = place.size(); end != std::string_view::npos && end > 0; end = place.rfind(' ', end - 1)) {
    if (IsRegion(place.substr(0, end))) return place.substr(0, end);
  }
  const auto words = static_cast<size_t>(std::count(place.begin(), place.end(), ' ')) + 1;
  const bool named =
      !place.empty() && words <= kMaxWords && ((place[0] >= 'A' && place[0] <= 'Z') || (told && words == 1));
  return named ? place : std::string_view();
}

}  // namespace

void AddRoute(std::string_view text, Listing& listing) {
  for (const std::string_view from : {"from", "From", "FROM"}) {
    for (size_t at = text.find(from); at != std::string_view::npos; at = text.find(from, at + from.size())) {
      if (!IsSentFrom(text, at)) continue;
      const std::string_view place = PlaceAfterFrom(text, at + from.size());
      if (place.empty()) continue;
      listing.ships_from = std::string(place);
      return;
    }
  }
}

size_t ReadItemLabels(std::string_view text, Span range, Listing& listing) {
  return ReadLabels(text, range, false, listing);
}

size_t ReadProfileLabels(std::string_view text, Span range, Listing& listing) {
  return ReadLabels(text, range, true, listing);
}

}  // namespace gasht
