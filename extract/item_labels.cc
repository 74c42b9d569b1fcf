#include "extract/item_labels.h"

#include <algorithm>
#include <string>

#include "extract/price.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxLines = 600;
constexpr size_t kMaxValueBytes = 160;

enum class Meaning { kVendor, kShipsFrom, kShipsTo, kCategory, kSiteId, kPrice, kPayment, kOther };

struct Label {
  std::string_view words;
  Meaning meaning;
  bool bare = false;  // may stand before its value without a colon
};

// Longer ones first where one begins another.
constexpr Label kLabels[] = {
    {"sold by", Meaning::kVendor, true},
    {"vendor name", Meaning::kVendor, true},
    {"vendor", Meaning::kVendor, true},
    {"seller name", Meaning::kVendor, true},
    {"seller", Meaning::kVendor, true},
    {"merchant", Meaning::kVendor},
    {"posted by", Meaning::kVendor, true},
    {"listed by", Meaning::kVendor, true},
    {"dealer", Meaning::kVendor},
    {"shop name", Meaning::kVendor},
    {"verkäufer", Meaning::kVendor},
    {"продавец", Meaning::kVendor},
    {"ships from", Meaning::kShipsFrom, true},
    {"ship from", Meaning::kShipsFrom, true},
    {"shipping from", Meaning::kShipsFrom, true},
    {"shipped from", Meaning::kShipsFrom, true},
    {"sent from", Meaning::kShipsFrom, true},
    {"origin country", Meaning::kShipsFrom, true},
    {"country of origin", Meaning::kShipsFrom, true},
    {"origin", Meaning::kShipsFrom},
    {"location", Meaning::kShipsFrom},
    {"versand aus", Meaning::kShipsFrom, true},
    {"ships to", Meaning::kShipsTo, true},
    {"ship to", Meaning::kShipsTo, true},
    {"shipping to", Meaning::kShipsTo, true},
    {"delivers to", Meaning::kShipsTo, true},
    {"destination", Meaning::kShipsTo},
    {"category", Meaning::kCategory},
    {"categories", Meaning::kCategory},
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
    {"escrow", Meaning::kOther},
    {"in stock", Meaning::kOther},
    {"quantity left", Meaning::kOther},
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

bool IsSeparator(char c) {
  return IsWhiteSpace(c) || c == ':' || c == '-' || c == '|' || c == '=' || c == '>';
}

struct Hit {
  const Label* label = nullptr;
  std::string_view value;  // the rest of the line
  bool separated = false;  // a colon or the line's end stands behind the label
};

Hit LabelOf(std::string_view line) {
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

// A name: up to the first count, bracket or badge behind it.
std::string NameIn(std::string_view value) {
  const size_t end = std::min({value.size(), value.find(" ("), value.find('('), value.find(" ["),
                               value.find(" | "), value.find("  "), value.find(','), value.find(" - ")});
  std::string_view name = Trimmed(value.substr(0, end));
  // "monoko LEVEL 1 VERIFIED": handles have no spaces; what follows is decoration.
  const size_t space = name.find(' ');
  if (space != std::string_view::npos) {
    const std::string_view second = name.substr(space + 1);
    const bool decoration = second.size() > 12 || ContainsIgnoringCase(second, "level") ||
                            ContainsIgnoringCase(second, "verified") ||
                            ContainsIgnoringCase(second, "trusted") || IsAsciiDigit(second[0]) ||
                            second.find('%') != std::string_view::npos;
    if (decoration) name = name.substr(0, space);
  }
  return std::string(name.size() > 48 ? std::string_view() : name);
}

}  // namespace

size_t ReadItemLabels(std::string_view text, Span range, Listing& listing) {
  size_t seen = 0;
  uint64_t seen_labels = 0;
  std::string_view part = text.substr(range.begin, range.size());
  const Label* pending = nullptr;  // a label alone on its line: the next line is its value
  for (size_t lines = 0; !part.empty() && lines < kMaxLines; ++lines) {
    const size_t line_end = std::min(part.size(), part.find('\n'));
    std::string_view line = Trimmed(part.substr(0, line_end));
    part.remove_prefix(std::min(part.size(), line_end + 1));
    if (line.empty()) continue;
    // "Item #75922 -|- Created ... -|- Drugs": fields on one line.
    const Hit hit = LabelOf(line);
    std::string_view value;
    const Label* label = nullptr;
    if (hit.label != nullptr) {
      if (!hit.separated && !hit.label->bare) {
        pending = nullptr;
        continue;
      }
      const auto index = static_cast<size_t>(hit.label - kLabels);
      if (index < 64 && (seen_labels >> index & 1) == 0) {
        seen_labels |= uint64_t{1} << index;
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
    const auto set = [&](std::string& field) {
      if (field.empty()) field = CutToWholeCharacters(FoldWhiteSpace(value), kMaxValueBytes);
    };
    switch (label->meaning) {
      case Meaning::kVendor:
        if (listing.vendor.empty() && !EqualsIgnoringCase(value.substr(0, 5), "level"))
          listing.vendor = NameIn(value);
        break;
      case Meaning::kShipsFrom: {
        // "United Kingdom → Worldwide"
        const size_t arrow = value.find("\xE2\x86\x92");
        if (arrow != std::string_view::npos) {
          if (listing.ships_from.empty()) listing.ships_from = std::string(Trimmed(value.substr(0, arrow)));
          if (listing.ships_to.empty()) listing.ships_to = std::string(Trimmed(value.substr(arrow + 3)));
        } else {
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
      case Meaning::kPrice:
      case Meaning::kPayment:
      case Meaning::kOther:
        break;
    }
  }
  return seen;
}

}  // namespace gasht
