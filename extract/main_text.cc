#include "extract/main_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "extract/page_marks.h"
#include "extract/page_tree.h"
#include "extract/structured.h"
#include "extract/words.h"

namespace gasht {
namespace {

// An element that holds more of the page than this is the page, whatever its class says.
constexpr double kTooMuchForBoilerplate = 0.6;
constexpr double kTooMuchForWeakNames = 0.3;
// But a <footer> is one, if it has every footnote of the law in it.
constexpr double kTooMuchForFooter = 0.9;

bool IsNameByte(char c) {
  return IsAsciiLetter(c) || IsAsciiDigit(c);
}

// Words of class and id names that say "around the content". Matched as whole parts: "nav" in "main-nav", not in
// "navy".
constexpr std::string_view kAround[] = {"nav",
                                        "navbar",
                                        "navigation",
                                        "menu",
                                        "megamenu",
                                        "submenu",
                                        "footer",
                                        "foot",
                                        "breadcrumb",
                                        "breadcrumbs",
                                        "cookie",
                                        "cookies",
                                        "consent",
                                        "gdpr",
                                        "modal",
                                        "popup",
                                        "newsletter",
                                        "subscribe",
                                        "subscription",
                                        "social",
                                        "share",
                                        "sharing",
                                        "login",
                                        "signin",
                                        "signup",
                                        "sidebar",
                                        "advert",
                                        "advertisement",
                                        "ads",
                                        "ad",
                                        "sponsor",
                                        "sponsored",
                                        "related",
                                        "recommended",
                                        "recommendations",
                                        "recommendation",
                                        "pagination",
                                        "pager",
                                        "paging",
                                        "skip",
                                        "toolbar",
                                        "search",
                                        "searchbox",
                                        "minicart",
                                        "cart",
                                        "filters",
                                        "filter",
                                        "facets",
                                        "facet",
                                        "sort",
                                        "sorting",
                                        "topbar",
                                        "offcanvas",
                                        "drawer",
                                        "masthead",
                                        "announcement",
                                        "announcements",
                                        "promobar",
                                        "usermenu",
                                        "userbar",
                                        "copyright",
                                        "legal",
                                        "disclaimer",
                                        "widget",
                                        "tooltip",
                                        "dialog",
                                        "overlay",
                                        "toast",
                                        "upsell",
                                        "crosssell",
                                        "signature",
                                        "avatar",
                                        "postprofile",
                                        "userinfo",
                                        "rating",
                                        "ratings",
                                        "reviews",
                                        "review",
                                        "tagcloud",
                                        "tags",
                                        "comments",
                                        "respond",
                                        "sitemap",
                                        "languages",
                                        "language",
                                        "locale",
                                        "currency",
                                        "wishlist",
                                        "banner",
                                        "hidden",
                                        "sr",
                                        "visually",
                                        "print",
                                        "noprint",
                                        "loading",
                                        "hamburger"};

constexpr auto MakeSorted() {
  std::array<std::string_view, std::size(kAround)> sorted{};
  std::copy(std::begin(kAround), std::end(kAround), sorted.begin());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}
constexpr auto kSortedAround = MakeSorted();

// Forum and review pages: what is around an article there is the content.
struct PageKind {
  bool forum = false;
};

// Of these, words that also name what a page is about ("search-results", "product-filter-list"): beside a word for
// content they say nothing.
constexpr std::string_view kWeak[] = {
    "search", "filters",   "filter",      "facets",   "facet",  "sort",    "sorting", "ad",
    "ads",    "sponsored", "social",      "share",    "rating", "ratings", "reviews", "review",
    "tags",   "comments",  "banner",      "hidden",   "widget", "overlay", "modal",   "dialog",
    "drawer", "loading",   "language",    "currency", "legal",  "cart",    "print",   "subscription",
    "login",  "related",   "recommended", "pager",    "paging", "avatar",  "menu",    "nav"};
constexpr std::string_view kContent[] = {
    "result", "results", "product", "products",  "item",    "items",    "listing",   "listings", "grid",
    "card",   "cards",   "content", "main",      "article", "articles", "post",      "posts",    "entry",
    "story",  "tab",     "tabs",    "accordion", "panel",   "body",     "collection"};

enum class Around { kNo, kWeakly, kSurely };

Around NamesAround(std::string_view names, const PageKind& kind) {
  bool weak = false, content = false;
  char part[24];
  for (size_t at = 0; at < names.size();) {
    if (!IsNameByte(names[at])) {
      ++at;
      continue;
    }
    size_t size = 0;
    // Parts end at punctuation and at the capital of "mainNav".
    bool first = true;
    while (at < names.size() && IsNameByte(names[at])) {
      const char c = names[at];
      if (!first && c >= 'A' && c <= 'Z' && at > 0 && names[at - 1] >= 'a' && names[at - 1] <= 'z') break;
      if (size < sizeof part) part[size] = AsciiLowered(c);
      ++size;
      ++at;
      first = false;
    }
    if (size < 2 || size > sizeof part) continue;
    const std::string_view word(part, size);
    content |= std::find(std::begin(kContent), std::end(kContent), word) != std::end(kContent);
    if (!std::binary_search(kSortedAround.begin(), kSortedAround.end(), word)) continue;
    if (kind.forum && (word == "comments" || word == "respond" || word == "reviews" || word == "review"))
      continue;
    if (std::find(std::begin(kWeak), std::end(kWeak), word) == std::end(kWeak)) return Around::kSurely;
    weak = true;
  }
  return weak && !content ? Around::kWeakly : Around::kNo;
}

// Headings of parts that are not about the page's own thing. Lower case, matched from the start of a short line.
constexpr std::string_view kOtherThings[] = {"you may also like",
                                             "you might also like",
                                             "related products",
                                             "related items",
                                             "related articles",
                                             "related posts",
                                             "related topics",
                                             "related threads",
                                             "similar items",
                                             "similar products",
                                             "similar threads",
                                             "similar topics",
                                             "suggested topics",
                                             "suggested for you",
                                             "customers also",
                                             "customers who",
                                             "people also",
                                             "recently viewed",
                                             "recommended for you",
                                             "recommended products",
                                             "more to explore",
                                             "more from this",
                                             "more from ",
                                             "frequently bought",
                                             "seller feedback",
                                             "customer reviews",
                                             "ratings & reviews",
                                             "ratings and reviews",
                                             "reviews (",
                                             "write a review",
                                             "explore more",
                                             "shop similar",
                                             "sponsored",
                                             "popular searches",
                                             "related searches",
                                             "keep shopping",
                                             "complete the look",
                                             "also available",
                                             "leave a reply",
                                             "leave a comment",
                                             "share this",
                                             "follow us",
                                             "sign up for",
                                             "subscribe to",
                                             "stay up to date",
                                             "join our",
                                             "newsletter",
                                             "contact us",
                                             "quick links",
                                             "you must log in",
                                             "hot network questions",
                                             "trending topics",
                                             "new topics",
                                             "who's online",
                                             "users browsing",
                                             "members online",
                                             "latest posts",
                                             "latest threads",
                                             "still not finding",
                                             "compare similar",
                                             "compare with",
                                             "products related",
                                             "goes well with",
                                             "our customers",
                                             "what customers say",
                                             "inspired by your",
                                             "top picks",
                                             "others also",
                                             "more like this",
                                             "back to top",
                                             "trending now",
                                             "most read",
                                             "most popular",
                                             "popular posts",
                                             "recent posts"};

// A whole line that belongs to the interface.
constexpr std::string_view kInterface[] = {"add to cart",
                                           "add to bag",
                                           "add to basket",
                                           "buy now",
                                           "buy it now",
                                           "quick view",
                                           "quick shop",
                                           "quick add",
                                           "view all",
                                           "see all",
                                           "see more",
                                           "see less",
                                           "show more",
                                           "show less",
                                           "load more",
                                           "read more",
                                           "learn more",
                                           "shop now",
                                           "in stock",
                                           "out of stock",
                                           "sold out",
                                           "quantity",
                                           "qty",
                                           "add to wishlist",
                                           "add to wish list",
                                           "add to compare",
                                           "compare",
                                           "share",
                                           "reply",
                                           "report",
                                           "like",
                                           "quote",
                                           "log in",
                                           "sign in",
                                           "sign up",
                                           "register",
                                           "subscribe",
                                           "close",
                                           "cancel",
                                           "submit",
                                           "search",
                                           "menu",
                                           "next",
                                           "previous",
                                           "prev",
                                           "back",
                                           "more",
                                           "edit",
                                           "delete",
                                           "follow",
                                           "unfollow",
                                           "save",
                                           "print",
                                           "email",
                                           "copy link",
                                           "view details",
                                           "details",
                                           "select options",
                                           "choose options",
                                           "sort by",
                                           "filter",
                                           "filters",
                                           "clear all",
                                           "apply",
                                           "home",
                                           "skip to content",
                                           "skip to main content",
                                           "loading...",
                                           "loading",
                                           "verified purchase",
                                           "helpful",
                                           "yes",
                                           "no",
                                           "continue",
                                           "view cart",
                                           "checkout",
                                           "add",
                                           "remove",
                                           "new",
                                           "sale",
                                           "regular price",
                                           "sale price",
                                           "unit price",
                                           "per",
                                           "add to favorites",
                                           "improve this answer",
                                           "improve this question",
                                           "add a comment",
                                           "share improve this answer follow",
                                           "view profile",
                                           "show comments",
                                           "sort",
                                           "opens in a new window",
                                           "view more",
                                           "explore",
                                           "discover",
                                           "click here"};

bool IsInterface(std::string_view words) {
  if (words.size() > 32) return false;
  for (const std::string_view line : kInterface) {
    if (EqualsIgnoringCase(words, line)) return true;
  }
  return false;
}

// What no visitor is meant to read: "cat_thumb_Bone:", "size_guide:", the keys of a template; and its filling.
bool IsOfTheTemplate(std::string_view words) {
  constexpr size_t kMaxKeyBytes = 40;
  if (words.size() >= 11 && EqualsIgnoringCase(words.substr(0, 11), "lorem ipsum")) return true;
  if (words.size() > kMaxKeyBytes) return false;
  const std::string_view first = words.substr(0, words.find(' '));
  const size_t line = first.find('_');
  if (line == std::string_view::npos || line == 0 || line + 1 == first.size()) return false;
  if (first.find_first_of("@/.") != std::string_view::npos) return false;
  return first.size() == words.size() || words.back() == ':';
}

bool BeginsOtherThings(std::string_view words) {
  if (words.size() > 60) return false;
  for (const std::string_view line : kOtherThings) {
    if (words.size() >= line.size() && EqualsIgnoringCase(words.substr(0, line.size()), line)) return true;
  }
  return false;
}

bool IsAroundTag(int tag) {
  switch (tag) {
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_LABEL:
      return true;
    default:
      return false;
  }
}

class MainText {
 public:
  MainText(ParsedPage& page, const MainTextHints& hints)
      : page_(page),
        hints_(hints),
        tree_(page.tree()),
        document_(page.mutable_document()),
        nodes_(tree_.nodes()) {}

  void Run() {
    const size_t total = document_.text.size();
    if (total == 0) return;
    constexpr size_t kLeastPosts = 2;
    if (hints_.items_are_posts && hints_.items.size() >= kLeastPosts) {
      Posts();
      return;
    }
    kind_.forum = LooksLikeForum();
    MarkAround(total);
    MarkOtherThings(total);
    FreeItems();
    NodeIndex root = FindRoot();
    Collect(root);
    // A page that is all navigation to us says at least what it says.
    if (kept_bytes_ * 12 < total && kept_bytes_ < 400) {
      std::fill(around_.begin(), around_.end(), false);
      Collect(root == kNoNode ? 0 : root);
    }
    Write();
  }

 private:
  static constexpr size_t kLeastItems = 4;  // that make a list

  size_t Size(NodeIndex i) const { return nodes_[i].visible_end - nodes_[i].visible_begin; }

  bool LooksLikeForum() const {
    return (page_.marks() & (kMarkPhpbb | kMarkVbulletin | kMarkXenforo | kMarkDiscourse | kMarkSmf |
                             kMarkMybb | kMarkIpb4 | kMarkAnswers)) != 0;
  }

  void MarkAround(size_t total) {
    around_.assign(nodes_.size(), false);
    std::string names;
    for (NodeIndex i = 0; i < nodes_.size(); ++i) {
      const TreeNode& node = nodes_[i];
      if (node.parent != kNoNode && around_[node.parent]) {
        around_[i] = true;
        continue;
      }
      if (!node.is_element() || Size(i) == 0) continue;
      bool around = IsAroundTag(node.tag);
      bool weakly = false;
      const TreeAttribute* attributes = node.attribute_count == 0 ? nullptr : tree_.attributes_begin(i);
      for (uint16_t a = 0; a < node.attribute_count && !around; ++a) {
        const std::string_view name = attributes[a].name, value = attributes[a].value;
        if (name == "class" || name == "id") {
          if (node.tag == GUMBO_TAG_BODY || node.tag == GUMBO_TAG_HTML || node.tag == GUMBO_TAG_MAIN ||
              node.tag == GUMBO_TAG_ARTICLE) {
            continue;
          }
          const Around named = NamesAround(value.substr(0, 256), kind_);
          around = named != Around::kNo;
          weakly = named == Around::kWeakly;
        } else if (name == "role") {
          around = value == "navigation" || value == "contentinfo" || value == "banner" ||
                   value == "search" || value == "complementary" || value == "dialog" || value == "menu" ||
                   value == "menubar" || value == "alert";
        }
      }
      if (node.tag == GUMBO_TAG_HEADER && !around) around = IsSiteHeader(i);
      const double most = weakly                         ? kTooMuchForWeakNames
                          : node.tag == GUMBO_TAG_FOOTER ? kTooMuchForFooter
                                                         : kTooMuchForBoilerplate;
      if (around && static_cast<double>(Size(i)) > most * static_cast<double>(total)) around = false;
      around_[i] = around;
    }
  }

  // From "You may also like" to the end of its part of the page: the largest element that begins with it.
  void MarkOtherThings(size_t total) {
    const std::string_view text = document_.text;
    for (NodeIndex i = 0; i < nodes_.size(); ++i) {
      if (around_[i] || !nodes_[i].is_text() || Size(i) == 0 || Size(i) > 60) continue;
      const std::string_view heading_words = text.substr(nodes_[i].visible_begin, Size(i));
      if (!BeginsOtherThings(heading_words)) continue;
      // Other things are links and prices; what buyers wrote is prose. Prose under any other of these is the page's own.
      const bool reviews =
          ContainsIgnoringCase(heading_words, "review") || ContainsIgnoringCase(heading_words, "feedback") ||
          ContainsIgnoringCase(heading_words, "customers") || ContainsIgnoringCase(heading_words, "comment");
      NodeIndex part = i;
      for (NodeIndex at = nodes_[i].parent; at != kNoNode; at = nodes_[at].parent) {
        const int tag = nodes_[at].tag;
        if (tag == GUMBO_TAG_BODY || tag == GUMBO_TAG_MAIN || tag == GUMBO_TAG_HTML) break;
        if (nodes_[at].visible_begin != nodes_[i].visible_begin) break;
        if (static_cast<double>(Size(at)) > kTooMuchForBoilerplate * static_cast<double>(total)) break;
        if (!reviews && HasProse(at)) break;
        part = at;
      }
      // A heading alone: what follows it beside it is its part, too.
      const bool heading = Size(part) < 80;
      for (NodeIndex at = part; at < nodes_[part].end; ++at) around_[at] = true;
      if (!heading) continue;
      for (NodeIndex next = nodes_[part].next; next != kNoNode; next = nodes_[next].next) {
        if (nodes_[next].tag >= GUMBO_TAG_H1 && nodes_[next].tag <= GUMBO_TAG_H3) break;
        if (static_cast<double>(Size(next)) > 0.4 * static_cast<double>(total)) break;
        if (!reviews && HasProse(next)) break;
        for (NodeIndex at = next; at < nodes_[next].end; ++at) around_[at] = true;
      }
    }
  }

  // The posts of a thread, each behind who wrote it. What a post quotes stands in another post.
  void Posts() {
    kind_.forum = true;
    around_.assign(nodes_.size(), false);
    const auto item_at = [&](NodeIndex i) -> const MainTextHints::Item* {
      const auto it = std::upper_bound(
          hints_.items.begin(), hints_.items.end(), nodes_[i].visible_begin,
          [](size_t wanted, const MainTextHints::Item& item) { return wanted < item.span.begin; });
      if (it == hints_.items.begin()) return nullptr;
      const MainTextHints::Item& item = *(it - 1);
      return nodes_[i].visible_end <= item.span.end ? &item : nullptr;
    };
    for (NodeIndex i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].tag != GUMBO_TAG_BLOCKQUOTE || Size(i) == 0) continue;
      const MainTextHints::Item* item = item_at(i);
      // Some software writes the post itself in one.
      if (item == nullptr || Size(i) + 16 >= item->span.size()) continue;
      for (NodeIndex at = i; at < nodes_[i].end; ++at) around_[at] = true;
    }
    Collect(kNoNode);
    std::string& out = document_.main_text;
    out.clear();
    size_t item = 0;
    const MainTextHints::Item* last = nullptr;
    for (size_t b = 0; b < kept_.size(); ++b) {
      const Span span = document_.blocks[b].span;
      while (item < hints_.items.size() && hints_.items[item].span.end <= span.begin) ++item;
      const bool inside = item < hints_.items.size() && hints_.items[item].span.begin <= span.begin;
      document_.blocks[b].is_main = kept_[b] && inside;
      if (!document_.blocks[b].is_main) continue;
      const auto add = [&](std::string_view line) {
        if (!out.empty()) out += '\n';
        out += line;
      };
      if (last != &hints_.items[item]) {
        last = &hints_.items[item];
        if (!last->author.empty()) add(last->author);
      }
      add(std::string_view(document_.text).substr(span.begin, span.size()));
    }
  }

  // A list of things is the page, though it lies in what is called "search" or "filters".
  void FreeItems() {
    if (hints_.items.size() < kLeastItems) return;
    size_t item = 0;
    for (NodeIndex i = 0; i < nodes_.size() && item < hints_.items.size(); ++i) {
      if (!nodes_[i].is_element() && !nodes_[i].is_text()) continue;
      while (item < hints_.items.size() && hints_.items[item].span.end <= nodes_[i].visible_begin) ++item;
      if (item == hints_.items.size()) break;
      const Span span = hints_.items[item].span;
      const bool inside =
          nodes_[i].visible_begin >= span.begin && nodes_[i].visible_end <= span.end && Size(i) > 0;
      const bool holds = nodes_[i].visible_begin <= span.begin && nodes_[i].visible_end >= span.end;
      if ((inside || holds) && nodes_[i].tag != GUMBO_TAG_SELECT && nodes_[i].tag != GUMBO_TAG_BUTTON) {
        // What holds items is free, but not what else it holds.
        if (around_[i]) around_[i] = false;
      }
    }
  }

  // A text of a few sentences that is no link.
  bool HasProse(NodeIndex i) const {
    constexpr size_t kProseBytes = 160;
    for (NodeIndex at = i; at < nodes_[i].end; ++at) {
      if (nodes_[at].tag == GUMBO_TAG_A) {
        at = nodes_[at].end - 1;
      } else if (nodes_[at].is_text() && Size(at) >= kProseBytes) {
        return true;
      }
    }
    return false;
  }

  // A <header> of the page has links; one of an article has its title.
  bool IsSiteHeader(NodeIndex i) const {
    for (NodeIndex at = nodes_[i].parent; at != kNoNode; at = nodes_[at].parent) {
      if (nodes_[at].tag == GUMBO_TAG_ARTICLE || nodes_[at].tag == GUMBO_TAG_MAIN) return false;
    }
    return tree_.Find(i, GUMBO_TAG_H1) == kNoNode || tree_.Find(i, GUMBO_TAG_NAV) != kNoNode;
  }

  // Words of a subtree outside what is around.
  size_t KeptSize(NodeIndex i) const {
    size_t bytes = 0;
    for (NodeIndex at = i; at < nodes_[i].end; ++at) {
      if (around_[at]) {
        at = nodes_[at].end - 1;
      } else if (nodes_[at].is_text()) {
        bytes += Size(at);
      }
    }
    return bytes;
  }

  // <main>, the only <article>, or what is called content, when it holds a good part of the words.
  NodeIndex FindRoot() const {
    const size_t whole = KeptSize(0);
    NodeIndex best = kNoNode;
    size_t best_size = 0;
    for (NodeIndex i = 0; i < nodes_.size(); ++i) {
      const TreeNode& node = nodes_[i];
      if (!node.is_element() || around_[i]) continue;
      const bool main = node.tag == GUMBO_TAG_MAIN || tree_.Attribute(i, "role") == "main";
      if (!main) continue;
      const size_t size = KeptSize(i);
      if (size > best_size) {
        best = i;
        best_size = size;
      }
    }
    if (best != kNoNode && best_size * 10 > whole * 3) return best;
    return kNoNode;
  }

  void Collect(NodeIndex root) {
    kept_.assign(document_.blocks.size(), false);
    kept_bytes_ = 0;
    const NodeIndex from = root == kNoNode ? 0 : root;
    const NodeIndex until = root == kNoNode ? static_cast<NodeIndex>(nodes_.size()) : nodes_[root].end;
    size_t block = 0;
    std::vector<uint32_t> words(document_.blocks.size(), 0), links(document_.blocks.size(), 0);
    NodeIndex link_end = 0;
    for (NodeIndex i = from; i < until; ++i) {
      if (around_[i]) {
        i = nodes_[i].end - 1;
        continue;
      }
      if (nodes_[i].tag == GUMBO_TAG_A) link_end = std::max(link_end, nodes_[i].end);
      if (!nodes_[i].is_text() || Size(i) == 0) continue;
      while (block + 1 < document_.blocks.size() &&
             document_.blocks[block].span.end <= nodes_[i].visible_begin)
        ++block;
      if (block >= document_.blocks.size()) break;
      words[block] += static_cast<uint32_t>(Size(i));
      if (i < link_end) links[block] += static_cast<uint32_t>(Size(i));
    }
    for (size_t b = 0; b < document_.blocks.size(); ++b) {
      const size_t size = document_.blocks[b].span.size();
      if (words[b] * 2 < size) continue;
      kept_[b] = true;
    }
    DropLinkRuns(words, links);
    DropInterface();
    for (size_t b = 0; b < kept_.size(); ++b) {
      if (kept_[b]) kept_bytes_ += document_.blocks[b].span.size();
    }
  }

  // Four and more short blocks in a row that are nothing but links are a menu; titles of things stand between prices
  // and descriptions.
  void DropLinkRuns(const std::vector<uint32_t>& words, const std::vector<uint32_t>& links) {
    // A whole site's menu in one block.
    constexpr size_t kMenuBytes = 400;
    for (size_t b = 0; b < kept_.size(); ++b) {
      if (words[b] > kMenuBytes && links[b] * 10 >= words[b] * 9) kept_[b] = false;
    }
    constexpr size_t kRun = 4;
    for (size_t b = 0; b < kept_.size();) {
      size_t end = b;
      while (end < kept_.size() && kept_[end] && links[end] * 10 >= words[end] * 9 &&
             document_.blocks[end].span.size() < 40) {
        ++end;
      }
      if (end - b >= kRun)
        std::fill(kept_.begin() + static_cast<std::ptrdiff_t>(b),
                  kept_.begin() + static_cast<std::ptrdiff_t>(end), false);
      b = std::max(end, b + 1);
    }
  }

  // Records that do not lie in one another; where they do, the page is about one of them.
  bool IsList() const {
    if (hints_.items.size() < kLeastItems) return false;
    for (size_t i = 1; i < hints_.items.size(); ++i) {
      if (hints_.items[i].span.begin < hints_.items[i - 1].span.end) return false;
    }
    return true;
  }

  // Buttons, and what stands on the page twice for two widths of the window.
  void DropInterface() {
    constexpr size_t kMinRepeated = 16;
    constexpr size_t kMinRepeatedInList = 30;  // things of a list share what they are made of
    constexpr size_t kMaxLabelBytes = 30;
    constexpr size_t kLabelTimes = 4;  // a short line without figures that stands so often is a label
    const size_t min_repeated = IsList() ? kMinRepeatedInList : kMinRepeated;
    std::unordered_set<std::string_view> seen;
    std::unordered_map<std::string_view, size_t> times;
    const std::string_view text = document_.text;
    const auto words_of = [&](size_t b) {
      const Span span = document_.blocks[b].span;
      return text.substr(span.begin, span.size());
    };
    for (size_t b = 0; b < kept_.size(); ++b) {
      if (kept_[b] && document_.blocks[b].span.size() < kMaxLabelBytes) ++times[words_of(b)];
    }
    for (size_t b = 0; b < kept_.size(); ++b) {
      if (!kept_[b]) continue;
      const std::string_view words = words_of(b);
      const bool figure = std::any_of(words.begin(), words.end(), IsAsciiDigit);
      const bool address = words.starts_with("http") && words.find(' ') == std::string_view::npos;
      const bool label =
          !kind_.forum && !figure && words.size() < kMaxLabelBytes && times[words] >= kLabelTimes;
      const bool again = words.size() >= min_repeated && !seen.insert(words).second;
      if (IsInterface(words) || IsOfTheTemplate(words) || address || label || again) kept_[b] = false;
    }
  }

  void Write() {
    std::string& out = document_.main_text;
    out.clear();
    for (size_t b = 0; b < kept_.size(); ++b) {
      document_.blocks[b].is_main = kept_[b];
      if (!kept_[b]) continue;
      const Span span = document_.blocks[b].span;
      if (!out.empty()) out += '\n';
      out.append(document_.text, span.begin, span.size());
    }
  }

  ParsedPage& page_;
  const MainTextHints& hints_;
  const PageTree& tree_;
  Document& document_;
  const std::vector<TreeNode>& nodes_;
  PageKind kind_;
  std::vector<bool> around_;
  std::vector<bool> kept_;
  size_t kept_bytes_ = 0;
};

}  // namespace

void FindMainText(ParsedPage& page, const MainTextHints& hints) {
  if (!page.has_tree() || page.tree().nodes().empty()) {
    page.mutable_document().main_text = page.document().text;
    return;
  }
  MainText(page, hints).Run();
  // Half a page of words about the one product, and hardly more on the page itself: the rest is the shop.
  constexpr size_t kLeastDescription = 400;
  constexpr double kLeastShare = 0.4;
  std::string description = ProductDescription(page);
  std::string& main = page.mutable_document().main_text;
  if (description.size() >= kLeastDescription &&
      static_cast<double>(description.size()) > kLeastShare * static_cast<double>(main.size())) {
    main = std::move(description);
  }
}

}  // namespace gasht
