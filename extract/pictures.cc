#include "extract/pictures.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "extract/page_marks.h"
#include "extract/page_tree.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxUrlBytes = 1024;
constexpr size_t kMaxAltBytes = 256;
constexpr int kMaxLevels = 5;              // up from a listing's words to where its picture is
constexpr size_t kMaxVisited = 2'000'000;  // nodes, for all listings of a page

// What `style` draws behind an element: "background-image:url('https://...')".
std::string_view UrlOfStyle(std::string_view style) {
  const size_t at = style.find("background-image");
  if (at == std::string_view::npos) return "";
  const size_t open = style.find("url(", at);
  if (open == std::string_view::npos) return "";
  std::string_view url = style.substr(open + 4);
  url = Trimmed(url.substr(0, url.find(')')));
  if (url.size() >= 2 && (url.front() == '\'' || url.front() == '"')) url = url.substr(1, url.size() - 2);
  return url;
}

// Where the picture of an element lies; empty for none, for a sign of the page's own and for a counter of visitors.
std::string PictureOf(const ParsedPage& page, NodeIndex i) {
  const PageTree& tree = page.tree();
  const TreeNode& node = tree.node(i);
  std::string_view written;
  if (node.tag == GUMBO_TAG_IMG) {
    for (const std::string_view name : {"data-src", "data-original", "data-lazy-src", "src"}) {
      written = tree.Attribute(i, name);
      if (!written.empty() && !written.starts_with("data:")) break;
    }
    const std::string_view classes = tree.Attribute(i, "class");
    for (const std::string_view part : {"emoji", "avatar", "smil", "icon", "logo"}) {
      if (classes.find(part) != std::string_view::npos) return "";
    }
    if (tree.Attribute(i, "width") == "1" || tree.Attribute(i, "height") == "1") return "";
  } else {
    written = UrlOfStyle(tree.Attribute(i, "style"));
  }
  if (written.empty() || written.starts_with("data:")) return "";
  const std::string url = page.Absolute(written.substr(0, kMaxUrlBytes));
  // Of the software, not of the goods.
  for (const std::string_view part : {"icon", "/smil", "/emoji", "/avatar", "/Themes/", "/styles/"}) {
    if (url.find(part) != std::string::npos) return "";
  }
  return url.substr(0, url.find_first_of("?#"));
}

}  // namespace

void AddPictures(const ParsedPage& page, std::vector<Listing>& listings) {
  if (!page.has_tree() || listings.empty()) return;
  const PageTree& tree = page.tree();
  const auto& nodes = tree.nodes();
  if (page.document().pictures == 0 && (page.marks() & kMarkBackgrounds) == 0) return;
  const auto key = [](uint64_t begin, uint64_t end) { return begin << 32 | end; };
  std::unordered_map<uint64_t, NodeIndex> places;  // of spans: the outermost element that has them
  std::vector<size_t> begins;
  for (const Listing& listing : listings) {
    if (listing.span.size() == 0) continue;
    places.emplace(key(listing.span.begin, listing.span.end), kNoNode);
    begins.push_back(listing.span.begin);
  }
  std::sort(begins.begin(), begins.end());
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    if (!nodes[i].is_element() || nodes[i].visible_end <= nodes[i].visible_begin) continue;
    const auto place = places.find(key(nodes[i].visible_begin, nodes[i].visible_end));
    if (place != places.end() && place->second == kNoNode) place->second = i;
  }
  size_t visited = 0;
  for (Listing& listing : listings) {
    const auto place = places.find(key(listing.span.begin, listing.span.end));
    if (place == places.end() || place->second == kNoNode) continue;
    NodeIndex at = place->second;
    bool found = false;
    // Around a post there are signs and other people's pictures, around an offer there is its own.
    const bool alone = listing.kind == ListingKind::kPost || listing.kind == ListingKind::kMessage;
    for (int level = 0; level < (alone ? 1 : kMaxLevels) && !found && at != kNoNode;
         ++level, at = nodes[at].parent) {
      const TreeNode& around = nodes[at];
      if (around.tag == GUMBO_TAG_BODY || around.tag == GUMBO_TAG_HTML) break;
      // Whose it is cannot be said where another listing stands as near.
      const auto first = std::lower_bound(begins.begin(), begins.end(), around.visible_begin);
      const auto last = std::lower_bound(begins.begin(), begins.end(), around.visible_end);
      if (last - first > 1) break;
      for (NodeIndex i = at; i < around.end && !found; ++i) {
        if (++visited > kMaxVisited) return;
        if (!nodes[i].is_element()) continue;
        const std::string url = PictureOf(page, i);
        if (url.empty()) continue;
        found = true;
        listing.facts.push_back({"picture", url});
        const std::string alt = CutToWholeCharacters(FoldWhiteSpace(tree.Attribute(i, "alt")), kMaxAltBytes);
        if (!alt.empty()) listing.facts.push_back({"picture_alt", alt});
      }
    }
  }
}

}  // namespace gasht
