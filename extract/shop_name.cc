#include "extract/shop_name.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/url.h"
#include "extract/item_page.h"
#include "extract/literals.h"
#include "extract/page_tree.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxRead = 200'000;  // bytes of a page that are read for how it sells
constexpr size_t kMinName = 4;        // letters of a host that say anything
constexpr int kMaxPieces = 4'000;     // places where a name may stand that are tried
constexpr size_t kMaxLine = 200;
constexpr int kMaxMarks = 4;  // copyright lines

// What a title says of a shop besides its name.
constexpr std::string_view kEveryShops[] = {
    "official",    "official site", "official shop", "official store", "home", "shop",         "store",
    "online shop", "online store",  "welcome",       "homepage",       "دکان", "آن لائن دکان", "ہوم"};

// Where many sell, the site is nobody's vendor.
bool ManySell(std::string_view text) {
  static const Literals kWords =
      Literals::Of({"vendor",     "escrow",      "post an ad",     "post your ad", "post ad", "place an ad",
                    "classified", "sell your",   "start selling",  "auction",      "bidder",  "marketplace",
                    "my ads",     "advertise",   "finalize early", "multisig",     "dispute", "verkäufer",
                    "продавц",    "فروخت کنندہ", "اشتہار"},
                   Literals::Case::kIgnored);
  text = text.substr(0, kMaxRead);
  if (kWords.AnyIn(text)) return true;
  // "Best sellers" are goods, and "one seller" is the shop.
  for (size_t at = FindIgnoringCase(text, "seller"); at < text.size();) {
    const std::string_view before = Trimmed(text.substr(at > 6 ? at - 6 : 0, std::min<size_t>(at, 6)));
    const bool goods = HasWord(before, {"best", "top", "hot", "re", "one", "only", "sole"});
    if (!goods) return true;
    const size_t next = FindIgnoringCase(text.substr(at + 6), "seller");
    at = next == std::string_view::npos ? text.size() : at + 6 + next;
  }
  return false;
}

bool Sells(std::string_view text) {
  static const Literals kWords = Literals::Of(
      {"cart", "basket", "checkout", "buy now", "order", "cash on delivery", "add to bag", "whatsapp", "shop",
       "in stock", "delivery", "ٹوکری", "خریدیں", "آرڈر", "ڈیلیوری", "купить", "корзин"},
      Literals::Case::kIgnored);
  return kWords.AnyIn(text.substr(0, kMaxRead));
}

// Letters and figures alone, lower case.
std::string Squeezed(std::string_view words) {
  std::string out;
  for (const char c : words) {
    if (IsAsciiLetter(c) || IsAsciiDigit(c)) out += AsciiLowered(c);
  }
  return out;
}

// "www.khushbu-wala.com.pk" is named "khushbuwala"; empty for an onion and a bare address.
std::string NameOfHost(std::string_view host) {
  if (host.starts_with("www.") || host.starts_with("shop.") || host.starts_with("m."))
    host.remove_prefix(host.find('.') + 1);
  if (host.ends_with(".onion") || host.ends_with(".i2p")) return "";
  const std::string name = Squeezed(host.substr(0, host.find('.')));
  const bool letters = std::any_of(name.begin(), name.end(), IsAsciiLetter);
  return letters && name.size() >= kMinName ? name : "";
}

// What stands between the marks of a title or a line ("Shop - Quick Meds").
std::vector<std::string_view> PartsOf(std::string_view words) {
  std::vector<std::string_view> parts;
  if (words.size() > kMaxLine) return parts;
  while (!words.empty()) {
    size_t end = words.size(), skip = 0;
    for (const std::string_view between : {" | ", " - ", " \u2013 ", " \u2014 ", " :: ", " \u00b7 ",
                                           " \u00bb ", ": ", "\n", ". ", ", ", "\u00a9 "}) {
      const size_t at = words.find(between);
      if (at >= end) continue;
      end = at;
      skip = between.size();
    }
    if (const std::string_view part = Trimmed(words.substr(0, end)); !part.empty()) parts.push_back(part);
    words.remove_prefix(std::min(words.size(), end + skip));
  }
  return parts;
}

// The part of `words` (a title, a logo, a line) that the host is named after, as it is written.
std::string PartNamed(std::string_view words, const std::string& host) {
  for (const std::string_view part : PartsOf(words)) {
    // "2026 Quick Meds", "Quick Meds Pharmacy": the words whose letters are the host's.
    for (size_t begin = 0; begin < part.size(); begin = std::min(part.size(), part.find(' ', begin) + 1)) {
      for (size_t stop = part.find(' ', begin);; stop = part.find(' ', stop + 1)) {
        const std::string_view name = part.substr(begin, std::min(stop, part.size()) - begin);
        const std::string letters = Squeezed(name);
        if (letters == host) return std::string(name);
        if (stop == std::string_view::npos || letters.size() > host.size()) break;
      }
      if (part.find(' ', begin) == std::string_view::npos) break;
    }
  }
  return "";
}

// A part of the title that the copyright line names too: "© ۲۰۲۶ عطر کنوج".
std::string PartUnderCopyright(std::string_view title, std::string_view text) {
  constexpr std::string_view kMark = "\u00a9";
  const std::vector<std::string_view> parts = PartsOf(title);
  int tried = 0;
  for (size_t at = text.find(kMark); at != std::string_view::npos && tried < kMaxMarks; ++tried) {
    const std::string_view line = text.substr(at, std::min(text.find('\n', at) - at, kMaxLine));
    for (const std::string_view part : parts) {
      if (CountLetters(part) >= kMinName && FindIgnoringCase(line, part) < line.size())
        return std::string(part);
    }
    at = text.find(kMark, at + kMark.size());
  }
  return "";
}

// The whole of a title but for words that every shop may have, and the first heading besides: nothing but a name.
std::string NothingButAName(const PageTree& tree, std::string_view title, std::string_view text) {
  std::vector<std::string_view> parts = PartsOf(title);
  std::erase_if(parts, [](std::string_view part) {
    return std::any_of(std::begin(kEveryShops), std::end(kEveryShops),
                       [part](std::string_view word) { return EqualsIgnoringCase(part, word); });
  });
  if (parts.size() != 1 || CountLetters(parts[0]) < kMinName) return "";
  for (NodeIndex i = 0; i < tree.nodes().size(); ++i) {
    const TreeNode& node = tree.node(i);
    if (node.tag != GUMBO_TAG_H1 || node.hidden) continue;
    const std::string_view heading =
        Trimmed(text.substr(node.visible_begin, node.visible_end - node.visible_begin));
    return EqualsIgnoringCase(heading, parts[0]) && parts[0].size() < title.size() ? std::string(heading)
                                                                                   : "";
  }
  return "";
}

std::string MetaSiteName(const PageTree& tree) {
  for (NodeIndex i = 0; i < tree.nodes().size(); ++i) {
    if (tree.node(i).tag == GUMBO_TAG_BODY) break;
    if (tree.node(i).tag != GUMBO_TAG_META || tree.Attribute(i, "property") != "og:site_name") continue;
    std::string name = FoldWhiteSpace(tree.Attribute(i, "content").substr(0, 200));
    return name.size() <= kMaxVendorBytes ? name : "";
  }
  return "";
}

}  // namespace

std::string OwnShopName(const ParsedPage& page) {
  if (!page.has_tree()) return "";
  const Document& document = page.document();
  if (ManySell(document.text) || !Sells(document.text)) return "";
  const PageTree& tree = page.tree();
  std::string told = MetaSiteName(tree);
  const Result<Url> url = Url::Parse(document.url);
  const std::string host = url.ok() ? NameOfHost(url->host()) : "";
  if (!told.empty() && CountLetters(told) >= 2) return ManySell(told) ? "" : told;
  if (std::string name = PartUnderCopyright(document.title, document.text); !name.empty()) return name;
  if (std::string name = NothingButAName(tree, document.title, document.text); !name.empty()) return name;
  if (host.empty()) return "";
  if (std::string name = PartNamed(document.title, host); !name.empty()) return name;
  // Logos and lines around the goods: the first and the last of them.
  int pieces = 0;
  for (NodeIndex i = 0; i < tree.nodes().size() && pieces < kMaxPieces; ++i) {
    const TreeNode& node = tree.node(i);
    std::string_view words;
    if (node.tag == GUMBO_TAG_IMG) {
      words = tree.Attribute(i, "alt");
    } else if (node.is_text() && !node.hidden) {
      words =
          std::string_view(document.text).substr(node.visible_begin, node.visible_end - node.visible_begin);
    }
    if (words.size() < kMinName) continue;
    ++pieces;
    if (std::string name = PartNamed(words, host); !name.empty()) return name;
  }
  return "";
}

void NameShop(const ParsedPage& page, std::vector<Listing>& listings) {
  const bool offers = std::any_of(listings.begin(), listings.end(), [](const Listing& listing) {
    return listing.kind == ListingKind::kOffer && !listing.prices.empty();
  });
  const bool named = std::any_of(listings.begin(), listings.end(),
                                 [](const Listing& listing) { return !listing.vendor.empty(); });
  if (!offers || named) return;
  const std::string name = OwnShopName(page);
  if (name.empty()) return;
  for (Listing& listing : listings) {
    if (listing.kind == ListingKind::kOffer) listing.vendor = name;
  }
}

}  // namespace gasht
