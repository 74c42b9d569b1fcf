#include "extract/feed_links.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/url.h"
#include "base/utf8.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxTagBytes = 8192;
constexpr size_t kMaxTextBytes = 8192;
constexpr size_t kMaxTitleBytes = 256;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string LowerName(std::string_view tag) {
  const size_t end = std::min(tag.find_first_of(" \t\r\n/"), tag.size());
  std::string name(tag.substr(0, std::min<size_t>(end, 64)));
  std::transform(name.begin(), name.end(), name.begin(), Lower);
  // Prefixes do not matter: "atom:link", "ns0:loc".
  return name.substr(name.find(':') == std::string::npos ? 0 : name.find(':') + 1);
}

// The five entities of XML and character references; others stay as written.
std::string Unescaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t amp = std::min(text.find('&'), text.size());
    out += text.substr(0, amp);
    text.remove_prefix(amp);
    if (text.empty()) break;
    const size_t end = text.find(';');
    const std::string_view name =
        end == std::string_view::npos || end > 10 ? std::string_view() : text.substr(1, end - 1);
    uint32_t code = 0;
    if (name == "amp") code = '&';
    if (name == "lt") code = '<';
    if (name == "gt") code = '>';
    if (name == "quot") code = '"';
    if (name == "apos") code = '\'';
    if (name.starts_with('#')) {
      const bool hex = name.size() > 1 && Lower(name[1]) == 'x';
      const std::string_view digits = name.substr(hex ? 2 : 1);
      std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) code = 0;
    }
    if (code == 0) {
      out += '&';
      text.remove_prefix(1);
    } else {
      AppendUtf8(static_cast<char32_t>(code), out);
      text.remove_prefix(end + 1);
    }
  }
  return out;
}

std::string Trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return std::string(text);
}

// The value of ` name="..."` in a tag.
std::string Attribute(std::string_view tag, std::string_view name) {
  for (size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
    if (at == 0 || (tag[at - 1] != ' ' && tag[at - 1] != '\t' && tag[at - 1] != '\n' && tag[at - 1] != '\r'))
      continue;
    std::string_view rest = tag.substr(at + name.size());
    while (!rest.empty() && (rest[0] == ' ' || rest[0] == '=')) rest.remove_prefix(1);
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) continue;
    const size_t end = rest.find(rest[0], 1);
    if (end == std::string_view::npos) continue;
    return Unescaped(rest.substr(1, end - 1));
  }
  return {};
}

// Walks over the tags.
class FeedReader {
 public:
  FeedReader(std::string_view bytes, const Url& base) : rest_(bytes), base_(base) {}

  std::vector<Link> Run() {
    while (links_.size() < kMaxFeedLinks) {
      const size_t open = rest_.find('<');
      if (open == std::string_view::npos) break;
      AddText(Unescaped(rest_.substr(0, std::min(open, kMaxTextBytes))));
      rest_.remove_prefix(open + 1);
      if (rest_.starts_with("![CDATA[")) {
        const size_t end = rest_.find("]]>");
        AddText(std::string(
            rest_.substr(8, std::min(end == std::string_view::npos ? end : end - 8, kMaxTextBytes))));
        Skip(end, 3);
      } else if (rest_.starts_with("!--")) {
        Skip(rest_.find("-->"), 3);
      } else {
        const size_t end = rest_.find('>');
        Tag(rest_.substr(0, std::min(end, kMaxTagBytes)));
        Skip(end, 1);
      }
    }
    return std::move(links_);
  }

 private:
  void Skip(size_t to, size_t more) {
    rest_.remove_prefix(to == std::string_view::npos ? rest_.size() : to + more);
  }

  void AddText(const std::string& text) {
    if (text_.size() < kMaxTextBytes) text_ += text;
  }

  void Tag(std::string_view tag) {
    if (tag.empty() || tag[0] == '?' || tag[0] == '!') return;
    const bool closes = tag[0] == '/';
    const std::string name = LowerName(closes ? tag.substr(1) : tag);
    if (closes) {
      if (name == "loc") Add(Trimmed(text_), maps_ ? "sitemap" : "");
      if (name == "link" && in_item_) Add(Trimmed(text_), "");
      if (name == "title" && in_item_) title_ = CutToWholeCharacters(Trimmed(text_), kMaxTitleBytes);
      if (name == "item" || name == "entry") in_item_ = false;
    } else {
      if (name == "sitemapindex") maps_ = true;
      if (name == "item" || name == "entry") {
        in_item_ = true;
        title_.clear();
      }
      if (name == "link" && in_item_) AddAtomLink(tag);
    }
    text_.clear();
  }

  void AddAtomLink(std::string_view tag) {
    const std::string rel = Attribute(tag, "rel");
    if (rel.empty() || rel == "alternate") Add(Attribute(tag, "href"), "");
  }

  void Add(const std::string& reference, std::string rel) {
    if (reference.empty()) return;
    const Result<Url> url = Url::Resolve(base_, reference);
    if (!url.ok()) return;
    Link& link = links_.emplace_back();
    link.url = url->str();
    link.text = ReplaceInvalidUtf8(title_);
    link.rel = std::move(rel);
  }

  std::string_view rest_;
  const Url& base_;
  bool maps_ = false, in_item_ = false;
  std::string text_, title_;
  std::vector<Link> links_;
};

}  // namespace

std::vector<Link> FeedLinks(std::string_view bytes, std::string_view base) {
  const Result<Url> url = Url::Parse(base);
  if (!url.ok()) return {};
  return FeedReader(bytes, *url).Run();
}

}  // namespace gasht
