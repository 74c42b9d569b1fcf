#include "extract/html.h"

#include <algorithm>
#include <cstring>

#include "base/url.h"
#include "base/utf8.h"
#include "extract/page_marks.h"
#include "extract/page_tree.h"
#include "extract/words.h"
#include "text/charset.h"

namespace gasht {
namespace {

// Scripts of data that are kept aside, together.
constexpr size_t kMaxDataBytes = 1u << 20;
constexpr size_t kMaxTitleBytes = 1024;
constexpr size_t kMaxLinkTextBytes = 1024;

bool StyleHides(std::string_view style) {
  for (const std::string_view property : {"display", "visibility"}) {
    size_t at = style.find(property);
    if (at == std::string_view::npos) continue;
    at += property.size();
    while (at < style.size() && (style[at] == ' ' || style[at] == ':')) ++at;
    const std::string_view value = style.substr(at);
    if (value.starts_with("none") || value.starts_with("hidden")) return true;
  }
  return false;
}

// Elements whose edges part words although they are inline: links and labels beside each other are drawn
// apart. Formatting (<b>, <font>, ...) is not: people colour half a word.
bool PartsWords(int tag) {
  switch (tag) {
    case GUMBO_TAG_A:
    case GUMBO_TAG_SPAN:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_LABEL:
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_TIME:
    case GUMBO_TAG_UNKNOWN:
      return true;
    default:
      return false;
  }
}

bool IsFormatting(int tag) {
  switch (tag) {
    case GUMBO_TAG_B:
    case GUMBO_TAG_I:
    case GUMBO_TAG_U:
    case GUMBO_TAG_S:
    case GUMBO_TAG_EM:
    case GUMBO_TAG_STRONG:
    case GUMBO_TAG_FONT:
    case GUMBO_TAG_SUB:
    case GUMBO_TAG_SUP:
    case GUMBO_TAG_MARK:
    case GUMBO_TAG_WBR:
    case GUMBO_TAG_BIG:
      return true;
    default:
      return false;
  }
}

// Writes Document::text: white space folded, one line a block, and notes where each element's words stand.
class TextWriter {
 public:
  TextWriter(PageTree& tree, Document& document) : tree_(tree), document_(document) {}

  // Returns the bytes of hidden text left out.
  size_t Run() {
    std::vector<TreeNode>& nodes = tree_.mutable_nodes();
    document_.text.reserve(tree_.source().size() / 6);
    document_.blocks.reserve(nodes.size() / 8);
    std::vector<NodeIndex> open;  // elements whose end is still ahead
    size_t hidden_bytes = 0;
    for (NodeIndex i = 0; i < nodes.size(); ++i) {
      while (!open.empty() && nodes[open.back()].end <= i) {
        CloseElement(open.back());
        open.pop_back();
      }
      TreeNode& node = nodes[i];
      if (node.is_text()) {
        node.visible_begin = node.visible_end = Here();
        Words(node);
        continue;
      }
      if (IsInvisibleTag(node.tag) || Hides(i)) {
        const bool is_content = !IsInvisibleTag(node.tag);
        for (NodeIndex inside = i; inside < node.end; ++inside) {
          nodes[inside].hidden = true;
          nodes[inside].visible_begin = nodes[inside].visible_end = Here();
          if (is_content && nodes[inside].is_text() && !IsInvisibleTag(nodes[nodes[inside].parent].tag)) {
            hidden_bytes += Trimmed(nodes[inside].text).size();
          }
        }
        i = node.end - 1;
        continue;
      }
      OpenElement(i);
      open.push_back(i);
    }
    while (!open.empty()) {
      CloseElement(open.back());
      open.pop_back();
    }
    EndBlock();
    return hidden_bytes;
  }

 private:
  uint32_t Here() const { return static_cast<uint32_t>(document_.text.size()); }

  bool Hides(NodeIndex i) const {
    const TreeNode& node = tree_.node(i);
    const TreeAttribute* attributes = node.attribute_count == 0 ? nullptr : tree_.attributes_begin(i);
    for (uint16_t a = 0; a < node.attribute_count; ++a) {
      if (attributes[a].name == "hidden") return attributes[a].value != "false";
      if (attributes[a].name == "style" && StyleHides(attributes[a].value)) return true;
    }
    return false;
  }

  void OpenElement(NodeIndex i) {
    TreeNode& node = tree_.mutable_nodes()[i];
    if (IsBlockTag(node.tag)) {
      EndBlock();
      if (node.tag == GUMBO_TAG_PRE || node.tag == GUMBO_TAG_TEXTAREA || node.tag == GUMBO_TAG_LISTING ||
          node.tag == GUMBO_TAG_XMP || node.tag == GUMBO_TAG_PLAINTEXT) {
        ++preformatted_;
      }
    } else if (node.tag == GUMBO_TAG_BR) {
      if (in_block_) pending_ = '\n';
    } else if (after_element_ && (closed_parts_ || PartsWords(node.tag)) && pending_ == 0 &&
               !IsFormatting(node.tag)) {
      pending_ = ' ';
    }
    after_element_ = false;
    // Words that only an attribute holds, but that a visitor reads: the caption of a button.
    node.visible_begin = Here();
    if (node.tag == GUMBO_TAG_INPUT) {
      const std::string_view type = tree_.Attribute(i, "type");
      if (EqualsIgnoringCase(type, "submit") || EqualsIgnoringCase(type, "button")) {
        const std::string_view value = tree_.Attribute(i, "value");
        if (!value.empty()) Put(value, node);
      }
    }
  }

  void CloseElement(NodeIndex i) {
    TreeNode& node = tree_.mutable_nodes()[i];
    if (IsBlockTag(node.tag)) {
      EndBlock();
      if (node.tag == GUMBO_TAG_PRE || node.tag == GUMBO_TAG_TEXTAREA || node.tag == GUMBO_TAG_LISTING ||
          node.tag == GUMBO_TAG_XMP || node.tag == GUMBO_TAG_PLAINTEXT) {
        --preformatted_;
      }
    }
    after_element_ = true;
    closed_parts_ = PartsWords(node.tag);
    node.visible_end = Here();
    // What was put before the element's first word belongs to the one before it.
    const std::string& text = document_.text;
    while (node.visible_begin < node.visible_end && IsWhiteSpace(text[node.visible_begin]))
      ++node.visible_begin;
    while (node.visible_end > node.visible_begin && IsWhiteSpace(text[node.visible_end - 1]))
      --node.visible_end;
  }

  void Words(TreeNode& node) {
    if (!node.text.empty()) {
      // "Sale price" in a part of its own, "Rs.640" right behind it.
      const std::string& out = document_.text;
      if (after_element_ && closed_parts_ && pending_ == 0 && !out.empty() && out.back() >= 'a' &&
          out.back() <= 'z' &&
          (IsAsciiDigit(node.text[0]) || node.text[0] == '$' || (node.text[0] >= 'A' && node.text[0] <= 'Z')))
        pending_ = ' ';
      Put(node.text, node);
      node.visible_end = Here();
      if (node.visible_begin < node.visible_end && IsWhiteSpace(document_.text[node.visible_begin])) {
        ++node.visible_begin;
      }
    }
  }

  void Put(std::string_view words, const TreeNode& node) {
    std::string& out = document_.text;
    size_t pos = 0;
    const size_t size = words.size();
    while (pos < size) {
      const char c = words[pos];
      if (IsWhiteSpace(c)) {
        if (preformatted_ > 0 && c == '\n') {
          if (in_block_) pending_ = '\n';
        } else if (pending_ == 0) {
          pending_ = ' ';
        }
        ++pos;
        continue;
      }
      // A no-break space is a space to every reader of this text.
      if (c == '\xc2' && pos + 1 < size && words[pos + 1] == '\xa0') {
        if (pending_ == 0) pending_ = ' ';
        pos += 2;
        continue;
      }
      size_t end = pos + 1;
      while (end < size && !IsWhiteSpace(words[end]) && words[end] != '\xc2') ++end;
      // Some other character of the 0xC2 row.
      while (end < size && words[end] == '\xc2' && end + 1 < size && words[end + 1] != '\xa0') {
        end += 2;
        while (end < size && !IsWhiteSpace(words[end]) && words[end] != '\xc2') ++end;
      }
      if (!in_block_) {
        if (!out.empty()) out += '\n';
        block_begin_ = out.size();
        block_source_ = node.source_begin;
        in_block_ = true;
      } else if (pending_ != 0) {
        out += pending_;
      }
      pending_ = 0;
      out.append(words, pos, end - pos);
      pos = end;
    }
    block_source_end_ = std::max(block_source_end_, node.source_end);
    after_element_ = false;
  }

  void EndBlock() {
    if (in_block_) {
      TextBlock& block = document_.blocks.emplace_back();
      block.span = {block_begin_, document_.text.size()};
      block.source = {block_source_, std::max(block_source_, block_source_end_)};
    }
    in_block_ = false;
    pending_ = 0;
    block_source_end_ = 0;
  }

  PageTree& tree_;
  Document& document_;
  bool in_block_ = false;
  bool after_element_ = false;  // nothing but an element's end stands before this place
  bool closed_parts_ = false;   // and it parts words
  char pending_ = 0;            // white space to write before the next word
  int preformatted_ = 0;
  size_t block_begin_ = 0;
  uint32_t block_source_ = 0, block_source_end_ = 0;
};

bool IsOtherScheme(std::string_view reference, std::string_view scheme) {
  return reference.size() > scheme.size() && EqualsIgnoringCase(reference.substr(0, scheme.size()), scheme);
}

bool HasToken(std::string_view names, std::string_view wanted) {
  for (size_t at = names.find(wanted); at != std::string_view::npos; at = names.find(wanted, at + 1)) {
    const auto is_part = [](char c) { return IsAsciiLetter(c) || IsAsciiDigit(c); };
    const size_t end = at + wanted.size();
    if ((at == 0 || !is_part(names[at - 1])) && (end == names.size() || !is_part(names[end]))) return true;
  }
  return false;
}

// A text file, unless what it holds is markup all the same: some servers call everything plain.
bool IsPlainText(std::string_view content_type, std::string_view text) {
  constexpr std::string_view kPlain = "text/plain";
  content_type = Trimmed(content_type.substr(0, content_type.find(';')));
  return EqualsIgnoringCase(content_type, kPlain) && !Trimmed(text.substr(0, 4096)).starts_with('<');
}

// "next" or "prev" for a link that turns the page of a list or a thread, by what it says of itself; else empty.
std::string_view PageTurn(const PageTree& tree, NodeIndex link, std::string_view text) {
  constexpr size_t kMaxBytes = 40;
  // Forums lead to the next topic by such words, too.
  const std::string_view href = tree.Attribute(link, "href");
  for (const std::string_view topic : {"prev_next=", "goto=next", "view=next", "view=previous"}) {
    if (href.find(topic) != std::string_view::npos) return "";
  }
  const std::string_view rel = tree.Attribute(link, "rel");
  if (HasToken(rel, "next")) return "next";
  if (HasToken(rel, "prev") || HasToken(rel, "previous")) return "prev";
  // Telegram's preview: older messages, and newer ones.
  if (tree.HasAttribute(link, "data-before")) return "next";
  if (tree.HasAttribute(link, "data-after")) return "prev";
  if (text.size() > kMaxBytes) return "";
  std::string words = AsciiLowered(Trimmed(text));
  // "Next >", "« Previous": the word without its arrow.
  std::string_view bare = words;
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view mark :
         {">", "<", "»", "«", "›", "‹", "→", "←", "►", "◄", " ", "[", "]", "."}) {
      if (bare.starts_with(mark)) bare.remove_prefix(mark.size()), more = true;
      if (bare.ends_with(mark)) bare.remove_suffix(mark.size()), more = true;
    }
  }
  for (const std::string_view next : {"next",          "next page",      "older",     "older posts",
                                      "older entries", "older messages", "load more", "show more results",
                                      "weiter",        "nächste",        "suivant",   "suivante",
                                      "page suivante", "siguiente",      "próxima",   "successiva",
                                      "volgende",      "далее",          "следующая", "вперед",
                                      "اگلا",          "اگلا صفحہ",      "اگلے"}) {
    if (bare == next) return "next";
  }
  for (const std::string_view prev : {"prev", "previous", "previous page", "newer", "newer posts", "zurück",
                                      "précédent", "anterior", "precedente", "vorige", "назад", "پچھلا"}) {
    if (bare == prev) return "prev";
  }
  // Longer words are about something else, whatever their class.
  constexpr size_t kMaxBareBytes = 16;
  if (bare.size() >= kMaxBareBytes) return "";
  const NodeIndex parent = tree.node(link).parent;
  std::string names = AsciiLowered(tree.Attribute(link, "class").substr(0, 128)) + " " +
                      AsciiLowered(tree.Attribute(link, "id").substr(0, 64)) + " " +
                      AsciiLowered(tree.Attribute(link, "title").substr(0, 64)) + " " +
                      AsciiLowered(tree.Attribute(link, "aria-label").substr(0, 64));
  if (parent != kNoNode) names += " " + AsciiLowered(tree.Attribute(parent, "class").substr(0, 128));
  const bool arrow = bare.empty() && !words.empty();
  if (HasToken(names, "next") && !HasToken(names, "prev")) return "next";
  if ((arrow || text.empty() || bare.size() < 16) &&
      (HasToken(names, "prev") || HasToken(names, "previous")) && !HasToken(names, "next"))
    return "prev";
  // A lone arrow among page numbers.
  if (arrow && (HasToken(names, "pagination") || HasToken(names, "pager") || HasToken(names, "page") ||
                HasToken(names, "pages"))) {
    if (words == "»" || words == ">" || words == "›" || words == "→") return "next";
    if (words == "«" || words == "<" || words == "‹" || words == "←") return "prev";
  }
  return "";
}

// <link rel="alternate" type="application/rss+xml" href="/feed">: how a page names its own feed.
bool NamesAFeed(const PageTree& tree, NodeIndex link) {
  constexpr size_t kMaxTypeBytes = 64;
  const std::string type = AsciiLowered(Trimmed(tree.Attribute(link, "type").substr(0, kMaxTypeBytes)));
  return HasToken(AsciiLowered(tree.Attribute(link, "rel").substr(0, kMaxTypeBytes)), "alternate") &&
         (type.starts_with("application/rss+xml") || type.starts_with("application/atom+xml"));
}

void CollectLinks(const ParsedPage& page, const PageTree& tree, size_t max_links, Document& document) {
  const std::vector<TreeNode>& nodes = tree.nodes();
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    const bool is_feed = nodes[i].tag == GUMBO_TAG_LINK && NamesAFeed(tree, i);
    if (nodes[i].tag != GUMBO_TAG_A && nodes[i].tag != GUMBO_TAG_AREA && !is_feed) continue;
    const std::string_view href = tree.Attribute(i, "href");
    if (href.empty()) continue;
    if (document.links.size() >= max_links) {
      document.weirds.push_back({"link_limit", std::to_string(max_links)});
      return;
    }
    std::string url = page.Absolute(href);
    if (url.empty()) continue;
    Link& link = document.links.emplace_back();
    link.url = std::move(url);
    link.span = {nodes[i].visible_begin, nodes[i].visible_end};
    if (link.span.size() > 0) {
      link.text = FoldWhiteSpace(std::string_view(document.text)
                                     .substr(link.span.begin, std::min(link.span.size(), kMaxLinkTextBytes)));
      link.text = CutToWholeCharacters(link.text, kMaxLinkTextBytes);
    }
    link.rel = std::string(tree.Attribute(i, "rel").substr(0, 64));
    if (is_feed) {
      link.rel = kFeedRel;
    } else if (const std::string_view turn = PageTurn(tree, i, link.text); !turn.empty()) {
      link.rel = std::string(turn);
    }
  }
}

std::string TitleOf(const PageTree& tree) {
  const std::vector<TreeNode>& nodes = tree.nodes();
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    if (nodes[i].tag != GUMBO_TAG_TITLE) continue;
    if (nodes[i].parent != kNoNode && nodes[nodes[i].parent].tag == GUMBO_TAG_SVG) continue;
    std::string title = FoldWhiteSpace(tree.RawText(i, 4 * kMaxTitleBytes));
    if (!title.empty()) return CutToWholeCharacters(title, kMaxTitleBytes);
  }
  return "";
}

// One block a line.
void BlocksOfLines(Document& document) {
  const std::string& text = document.text;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.size(), text.find('\n', begin));
    if (end > begin) document.blocks.push_back({{begin, end}, {0, 0}, true, ""});
    begin = end + 1;
  }
}

}  // namespace

ParsedPage::ParsedPage() : tree_(std::make_unique<PageTree>()) {}
ParsedPage::~ParsedPage() = default;
ParsedPage::ParsedPage(ParsedPage&&) noexcept = default;
ParsedPage& ParsedPage::operator=(ParsedPage&&) noexcept = default;

// "/a/b?c=d" of unreserved characters only, without dot segments: what Url would make of it is itself.
bool IsPlainPath(std::string_view reference) {
  if (reference.size() < 2 || reference[0] != '/' || reference[1] == '/') return false;
  bool in_query = false;
  for (size_t i = 1; i < reference.size(); ++i) {
    const char c = reference[i];
    if (IsAsciiLetter(c) || IsAsciiDigit(c) || c == '-' || c == '_') continue;
    if (c == '/' || c == '.') {
      // "/." begins what may be a dot segment.
      if (!in_query && c == '.' && reference[i - 1] == '/') return false;
      continue;
    }
    if (c == '?' && !in_query && i + 1 < reference.size()) {
      in_query = true;
      continue;
    }
    if (!in_query || (c != '=' && c != '&')) return false;
  }
  return true;
}

std::string ParsedPage::Absolute(std::string_view reference) const {
  reference = Trimmed(reference);
  if (reference.empty() || reference.front() == '#' || reference.size() > Url::kMaxBytes) return "";
  for (const std::string_view scheme : {"javascript:", "data:", "about:", "blob:", "vbscript:"}) {
    if (IsOtherScheme(reference, scheme)) return "";
  }
  // Contacts, not pages; kept as written.
  for (const std::string_view scheme :
       {"mailto:", "tel:", "sms:", "tg:", "whatsapp:", "bitcoin:", "monero:", "xmpp:", "ethereum:",
        "litecoin:", "viber:", "skype:", "session:", "threema:"}) {
    if (IsOtherScheme(reference, scheme)) return std::string(reference);
  }
  if (!base_url_) {
    const Result<Url> url = Url::Parse(reference);
    return url.ok() ? url->str() : "";
  }
  // Nine links in ten are "/path" of plain characters: canonical as they stand.
  if (IsPlainPath(reference)) return base_url_->origin() + std::string(reference);
  const Result<Url> url = Url::Resolve(*base_url_, reference);
  return url.ok() ? url->str() : "";
}

ParsedPage ParseHtml(const HtmlInput& input, const ExtractOptions& options) {
  ParsedPage page;
  Document& document = page.document_;
  document.url = std::string(input.url);
  if (Result<Url> url = Url::Parse(document.url); url.ok()) page.base_url_ = *url;

  std::string_view bytes = input.bytes;
  if (bytes.size() > options.limits.text_bytes) {
    document.weirds.push_back({"body_cut", std::to_string(bytes.size())});
    bytes = bytes.substr(0, options.limits.text_bytes);
  }
  DecodedText decoded = DecodeToUtf8(bytes, {input.content_type, true});
  document.charset = decoded.charset;
  if (decoded.undecoded > 0)
    document.weirds.push_back({"undecoded_bytes", std::to_string(decoded.undecoded)});
  if (decoded.declaration_wrong) document.weirds.push_back({"charset_declared_wrong", decoded.charset});

  std::string& markup = decoded.utf8;
  std::string rest;  // beyond what becomes a tree
  if (IsPlainText(input.content_type, markup)) {
    document.text = std::move(markup);
    BlocksOfLines(document);
    document.main_text = document.text;
    return page;
  }
  bool parsed = false;
  uint64_t marks = 0;
  if (!options.text_only) {
    GuardedMarkup guarded =
        GuardMarkup(markup, options.limits, options.profile.empty() ? BlankText::kDropped : BlankText::kKept);
    if (guarded.source_read < markup.size()) {
      document.weirds.push_back({"tree_bytes_limit", std::to_string(markup.size())});
      rest = markup.substr(guarded.source_read);
    }
    if (guarded.elided_tags > 0)
      document.weirds.push_back({"depth_limit", std::to_string(guarded.elided_tags)});
    if (guarded.elided_attributes > 0) {
      document.weirds.push_back({"attribute_limit", std::to_string(guarded.elided_attributes)});
    }
    if (guarded.elided_formatting > 0) {
      document.weirds.push_back({"formatting_limit", std::to_string(guarded.elided_formatting)});
    }
    size_t data_bytes = 0;
    for (const GuardedMarkup::Data& data : guarded.data) {
      data_bytes += data.body.size();
      if (data_bytes > kMaxDataBytes) {
        document.weirds.push_back({"script_data_limit", std::to_string(data_bytes)});
        break;
      }
      (data.is_json_ld ? page.json_ld_ : page.state_json_)
          .emplace_back(markup, data.body.begin, data.body.size());
    }
    marks = MarksOf(markup);
    parsed = page.tree_->Build(std::move(markup), std::move(guarded), options.limits.arena_bytes);
    if (!parsed) {
      document.weirds.push_back({"over_budget", "tree"});
      markup = page.tree_->TakeSource();
      rest.clear();
      page.tree_ = std::make_unique<PageTree>();
    }
  }
  if (!parsed) {
    document.degraded = true;
    if (options.text_only) document.weirds.push_back({"text_only", ""});
    document.text = TextOfMarkup(markup);
    BlocksOfLines(document);
    document.main_text = document.text;
  } else {
    const PageTree& tree = *page.tree_;
    page.marks_ = marks;
    for (NodeIndex i = 0; i < tree.nodes().size(); ++i) {
      if (tree.node(i).tag != GUMBO_TAG_BASE) continue;
      if (Result<Url> base = Url::Parse(page.Absolute(tree.Attribute(i, "href"))); base.ok())
        page.base_url_ = *base;
      break;
    }
    document.title = TitleOf(tree);
    const size_t hidden = TextWriter(*page.tree_, document).Run();
    if (hidden > 0) document.weirds.push_back({"hidden_text", std::to_string(hidden)});
    CollectLinks(page, tree, options.limits.links, document);
    document.pictures = static_cast<uint32_t>(std::count_if(
        tree.nodes().begin(), tree.nodes().end(),
        [](const TreeNode& node) { return node.tag == GUMBO_TAG_IMG || node.tag == GUMBO_TAG_IMAGE; }));
  }
  if (!rest.empty()) {
    const std::string more = TextOfMarkup(rest);
    if (!more.empty()) {
      const size_t begin = document.text.empty() ? 0 : document.text.size() + 1;
      if (begin > 0) document.text += '\n';
      document.text += more;
      document.blocks.push_back({{begin, document.text.size()}, {0, 0}, false, ""});
    }
  }
  return page;
}

}  // namespace gasht
