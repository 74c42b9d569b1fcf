#include "extract/feed.h"

#include <algorithm>
#include <string>

#include <pugixml.hpp>

#include "base/json.h"
#include "base/url.h"
#include "extract/guard.h"
#include "extract/words.h"
#include "extract/written_time.h"
#include "text/charset.h"

namespace gasht {
namespace {

constexpr size_t kMaxTitleBytes = 256;
constexpr size_t kMaxEntryBytes = 256 << 10;
constexpr size_t kSniffedBytes = 1024;

// Where entries are written down one after another.
class Entries {
 public:
  Entries(const HtmlInput& input, const ExtractOptions& options) : options_(options) {
    contents_.document.url = std::string(input.url);
    if (Result<Url> url = Url::Parse(input.url); url.ok()) base_ = *url;
  }

  Document& document() { return contents_.document; }
  bool full() const {
    return contents_.messages.size() >= options_.limits.messages ||
           contents_.document.text.size() >= options_.limits.text_bytes;
  }

  std::string Absolute(std::string_view reference) const {
    const Result<Url> url = base_ ? Url::Resolve(*base_, Trimmed(reference)) : Url::Parse(Trimmed(reference));
    return url.ok() ? url->str() : "";
  }

  // `markup` is HTML; `title` may be empty. `author` has said it.
  void Add(Message message, std::string_view title, std::string_view markup, const std::string& url) {
    if (full()) return;
    Document& document = contents_.document;
    std::string words = TextOfMarkup(markup.substr(0, kMaxEntryBytes));
    const std::string head = FoldWhiteSpace(title);
    if (!head.empty() && !std::string_view(words).starts_with(head))
      words = words.empty() ? head : head + "\n" + words;
    if (words.empty()) return;
    if (!document.text.empty()) document.text += '\n';
    const Span span = {document.text.size(), document.text.size() + words.size()};
    document.text += words;
    for (size_t begin = 0; begin < words.size();) {
      const size_t end = std::min(words.size(), words.find('\n', begin));
      if (end > begin) document.blocks.push_back({{span.begin + begin, span.begin + end}, {0, 0}, true, ""});
      begin = end + 1;
    }
    if (!url.empty() && document.links.size() < options_.limits.links)
      document.links.push_back({url, head, {}, ""});
    Listing listing;
    listing.kind = ListingKind::kPost;
    listing.title =
        CutToWholeCharacters(head.empty() ? words.substr(0, words.find('\n')) : head, kMaxTitleBytes);
    listing.vendor = message.author;
    listing.site_id = message.id.size() <= 128 ? message.id : "";
    listing.url = url.empty() ? document.url : url;
    listing.span = span;
    message.text = std::move(words);
    contents_.listings.push_back(std::move(listing));
    contents_.messages.push_back(std::move(message));
  }

  PageContents Take() {
    if (full())
      contents_.document.weirds.push_back({"message_limit", std::to_string(contents_.messages.size())});
    contents_.document.main_text = contents_.document.text;
    contents_.document.page_class = contents_.document.text.empty() ? PageClass::kEmpty : PageClass::kContent;
    return std::move(contents_);
  }

  WrittenTime TimeOf(std::string_view written) const {
    return ParseWrittenTime(written, options_.fetched_at);
  }

 private:
  const ExtractOptions& options_;
  PageContents contents_;
  std::optional<Url> base_;
};

void SetTime(const Entries& entries, std::string written, Message& message) {
  if (written.empty()) return;
  message.time_as_written = CutToWholeCharacters(written, 128);
  const WrittenTime time = entries.TimeOf(message.time_as_written);
  message.time = time.time;
  message.time_basis = time.basis;
}

std::string Child(const pugi::xml_node& node, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const pugi::xml_node child = node.child(name);
    if (!child) continue;
    const std::string text = child.text().get();
    if (!text.empty()) return text;
  }
  return "";
}

std::string LinkOf(const pugi::xml_node& entry) {
  std::string first;
  for (const pugi::xml_node& link : entry.children("link")) {
    const std::string href = link.attribute("href").value();
    const std::string rel = link.attribute("rel").value();
    if (!href.empty() && (rel.empty() || rel == "alternate")) return href;
    if (first.empty()) first = href.empty() ? std::string(link.text().get()) : href;
  }
  return first;
}

std::optional<PageContents> ReadXml(std::string& utf8, Entries& entries) {
  pugi::xml_document document;
  // A feed that breaks off still has what came before; pugixml puts its mark in place of the last character.
  utf8.push_back('\n');
  (void)document.load_buffer_inplace(utf8.data(), utf8.size(), pugi::parse_default | pugi::parse_trim_pcdata,
                                     pugi::encoding_utf8);
  pugi::xml_node root = document.document_element();
  const std::string kind = root.name();
  pugi::xml_node channel = root;
  const char* entry_name = "entry";
  if (kind == "rss" || kind == "rdf:RDF") {
    channel = root.child("channel");
    entry_name = "item";
  } else if (kind != "feed") {
    return std::nullopt;
  }
  entries.document().title = CutToWholeCharacters(FoldWhiteSpace(Child(channel, {"title"})), 1024);
  const pugi::xml_node parent = kind == "rdf:RDF" ? root : channel;
  for (const pugi::xml_node& entry : parent.children(entry_name)) {
    if (entries.full()) break;
    Message message;
    message.id = CutToWholeCharacters(Trimmed(Child(entry, {"guid", "id"})), 256);
    message.author = CutToWholeCharacters(FoldWhiteSpace(Child(entry, {"dc:creator"})), 128);
    if (message.author.empty()) {
      const pugi::xml_node author = entry.child("author");
      message.author = CutToWholeCharacters(
          FoldWhiteSpace(author.child("name") ? Child(author, {"name"}) : Child(entry, {"author"})), 128);
    }
    if (message.author.starts_with("/u/")) message.author.erase(0, 3);
    SetTime(entries, Child(entry, {"pubDate", "published", "updated", "dc:date"}), message);
    const std::string url = entries.Absolute(LinkOf(entry));
    if (message.id.empty()) message.id = url;
    entries.Add(std::move(message), Child(entry, {"title"}),
                Child(entry, {"content:encoded", "content", "description", "summary"}), url);
  }
  return entries.Take();
}

std::string Text(const Json& object, std::string_view key) {
  const Json* value = object.Find(key);
  if (value == nullptr) return "";
  if (value->is_string()) return value->as_string();
  return value->is_int() ? std::to_string(value->as_int()) : "";
}

std::optional<PageContents> ReadDiscourse(std::string_view utf8, Entries& entries) {
  const Result<Json> root = Json::Parse(utf8);
  if (!root.ok() || !root->is_object()) return std::nullopt;
  if (const Json* stream = root->Find("post_stream"); stream != nullptr && stream->is_object()) {
    const Json* posts = stream->Find("posts");
    if (posts == nullptr || !posts->is_array()) return std::nullopt;
    entries.document().title = CutToWholeCharacters(FoldWhiteSpace(Text(*root, "title")), 1024);
    const std::string topic = Text(*root, "id");
    const auto post_id = [&](const std::string& number) {
      return topic.empty() ? number : topic + "/" + number;
    };
    for (const Json& post : posts->items()) {
      if (!post.is_object()) continue;
      Message message;
      message.id = post_id(Text(post, "post_number"));
      message.author = Text(post, "username");
      if (const std::string to = Text(post, "reply_to_post_number"); !to.empty())
        message.reply_to = post_id(to);
      SetTime(entries, Text(post, "created_at"), message);
      entries.Add(std::move(message), "", Text(post, "cooked"), "");
    }
    return entries.Take();
  }
  if (const Json* list = root->Find("topic_list"); list != nullptr && list->is_object()) {
    const Json* topics = list->Find("topics");
    if (topics == nullptr || !topics->is_array()) return std::nullopt;
    for (const Json& topic : topics->items()) {
      if (!topic.is_object()) continue;
      Message message;
      message.id = Text(topic, "id");
      SetTime(entries, Text(topic, "created_at"), message);
      entries.Add(std::move(message), Text(topic, "title"), Text(topic, "excerpt"),
                  entries.Absolute("/t/" + Text(topic, "slug") + "/" + Text(topic, "id")));
    }
    return entries.Take();
  }
  return std::nullopt;
}

}  // namespace

std::optional<PageContents> ReadFeed(const HtmlInput& input, const ExtractOptions& options) {
  // A tree of small elements weighs many times its bytes: what killed its worker once is read as text.
  if (options.text_only) return std::nullopt;
  std::string_view start = input.bytes.substr(0, kSniffedBytes);
  if (start.starts_with("\xEF\xBB\xBF")) start.remove_prefix(3);
  start = Trimmed(start);
  const auto has = [&](std::string_view root) { return start.find(root) != std::string_view::npos; };
  const bool declared = start.starts_with("<?xml") || start.starts_with("<rss") ||
                        start.starts_with("<feed") || start.starts_with("<rdf");
  const bool xml = declared && (has("<rss") || has("<feed ") || has("<feed\n") || has("<feed\r") ||
                                has("<feed>") || has("<rdf:RDF"));
  const bool json = start.starts_with("{");
  if (!xml && !json) return std::nullopt;
  if (xml && ContainsIgnoringCase(start, "<html")) return std::nullopt;
  const size_t max_bytes = options.limits.tree_bytes;
  DecodedText decoded = DecodeToUtf8(input.bytes.substr(0, max_bytes), {input.content_type, true});
  Entries entries(input, options);
  entries.document().charset = decoded.charset;
  if (input.bytes.size() > max_bytes)
    entries.document().weirds.push_back({"body_cut", std::to_string(input.bytes.size())});
  if (decoded.undecoded > 0)
    entries.document().weirds.push_back({"undecoded_bytes", std::to_string(decoded.undecoded)});
  return xml ? ReadXml(decoded.utf8, entries) : ReadDiscourse(decoded.utf8, entries);
}

}  // namespace gasht
