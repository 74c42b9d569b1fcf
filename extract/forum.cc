#include "extract/forum.h"

#include <algorithm>

#include "extract/page_marks.h"
#include "extract/page_tree.h"
#include "extract/selector.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxTextBytes = 64 << 10;
constexpr size_t kMaxTitleBytes = 256;

struct Adapter {
  std::string_view name;
  uint64_t marks;  // one of them is in the markup of every page of that software
  std::string_view post, author, text, time, id;
  std::string_view thread, thread_title, thread_author;
};

// Selectors name what each software writes into every theme.
constexpr Adapter kAdapters[] = {
    {"xenforo2", kMarkXenforo2, "article.message", "@data-author", ".message-content .bbWrapper",
     "time[datetime]@datetime", "@data-content", "div.structItem--thread",
     "div.structItem-title a:last-of-type", "@data-author"},
    {"xenforo1", kMarkXenforo | kMarkXenforoPrinted, "li.message", "@data-author", "blockquote.messageText",
     ".DateTime@title", "@id", "li.discussionListItem", "h3.title a.PreviewTooltip", "@data-author"},
    {"phpbb3", kMarkPhpbb | kMarkPhpbbPrinted, "div.post",
     "p.author a[class^=username], p.author span[class^=username], .postprofile dt a, p.author strong",
     "div.content", "p.author time@datetime, p.author", "@id", "li.row", "a.topictitle",
     "div.topic-poster a, dt a[class^=username]"},
    {"phpbb2", kMarkPhpbb | kMarkPhpbbPrinted, "tr:has(span.name)", "span.name b, b.postauthor",
     "span.postbody, div.postbody", "span.postdetails", "@id", "tr:has(a.topictitle)", "a.topictitle",
     "p.topicauthor a"},
    {"vbulletin4", kMarkVbulletin | kMarkVbulletinPrinted, "li.postcontainer, li.postbitlegacy, li.postbit",
     "a.username, span.username", "blockquote.postcontent", "span.date", "@id", "li.threadbit", "a.title",
     "div.author a.username"},
    {"vbulletin3", kMarkVbulletin | kMarkVbulletinPrinted, "table[id^=post]", "a.bigusername",
     "div[id^=post_message_]", "td.thead", "@id", "tr:has(a[id^=thread_title_])", "a[id^=thread_title_]",
     "div.smallfont span"},
    {"smf2", kMarkSmf | kMarkSmfPrinted, "div.post_wrapper", "div.poster h4 a, div.poster h4",
     "div.post div.inner", "div.keyinfo div.smalltext", "div.inner@id", "tr:has(td.subject)", "td.subject a",
     "td.subject p a"},
    {"smf1", kMarkSmf | kMarkSmfPrinted, "td.windowbg:has(div.post), td.windowbg2:has(div.post)",
     "b > a[title^='View the profile']", "div.post", "div.smalltext", "@id", "", "", ""},
    {"mybb", kMarkMybb | kMarkMybbPrinted, "div.post, table[id^=post_]",
     "div.author_information a, .post_author a, span.largetext a", "div.post_body",
     "span.post_date, td.post_date", "@id", "tr.inline_row",
     "span.subject_new a, span.subject_old a, span[id^=tid_] a", "span.author a, div.author a"},
    {"ipb4", kMarkIpb4, "article.ipsComment, article[id^=elComment]",
     "h3.ipsComment_author a, .ipsComment_author a, aside h3 a",
     "div[data-role=commentContent], div.ipsType_richText", "time[datetime]@datetime", "@id",
     "li.ipsDataItem", "h4 a, .ipsDataItem_title a", "p a.ipsType_break"},
    {"ipb3", kMarkIpb3 | kMarkIpb3Printed, "div.post_block", "span.author a, .author", "div.post",
     "abbr.published@title, .published", "@id", "tr.__topic", "a.topic_title", "td.col_f_starter a"},
    {"discourse", kMarkDiscourse | kMarkDiscoursePrinted, "div.crawler-post, article[data-post-id]",
     "span.creator span[itemprop=name], .names .username a, .creator a", "div.post[itemprop], div.cooked",
     "time[datetime]@datetime", "@id, @data-post-id", "tr.topic-list-item", "a.title",
     "td.posters a@data-user-card"},
};

std::string WordsOf(const ParsedPage& page, NodeIndex i) {
  const TreeNode& node = page.tree().node(i);
  return std::string(std::string_view(page.document().text)
                         .substr(node.visible_begin,
                                 std::min<size_t>(node.visible_end - node.visible_begin, kMaxTextBytes)));
}

// The first value of `selector` under `context`; alternatives with attributes are tried in turn.
std::optional<Selected> First(const ParsedPage& page, std::string_view selectors, NodeIndex context) {
  // "a@x, b": each alternative on its own, because "@" ends a selector.
  while (!selectors.empty()) {
    size_t comma = selectors.find(", ");
    // Commas inside a group without attributes stay one selector.
    if (selectors.find('@') == std::string_view::npos) comma = std::string_view::npos;
    const std::string_view one = selectors.substr(0, comma);
    selectors = comma == std::string_view::npos ? std::string_view() : selectors.substr(comma + 2);
    const Result<Selector> selector = Selector::Compile(one);
    if (!selector.ok()) continue;
    for (Selected& found : SelectorRun(page).Select(*selector, context, 4)) {
      if (!found.text.empty()) return std::move(found);
    }
  }
  return std::nullopt;
}

}  // namespace

MessagePage ReadForum(const ParsedPage& page, UtcTime fetched_at, size_t max_messages) {
  MessagePage out;
  if (!page.has_tree()) return out;
  const PageTree& tree = page.tree();
  const SelectorRun run(page);
  for (const Adapter& adapter : kAdapters) {
    if ((page.marks() & adapter.marks) == 0) continue;
    const Result<Selector> post = Selector::Compile(adapter.post);
    if (!post.ok()) continue;
    for (const Selected& found : run.Select(*post, 0, max_messages)) {
      const auto text = First(page, adapter.text, found.node);
      if (!text) continue;
      Message message;
      if (const auto author = First(page, adapter.author, found.node))
        message.author = CutToWholeCharacters(author->text, 128);
      if (const auto id = First(page, adapter.id, found.node))
        message.id = CutToWholeCharacters(id->text, 64);
      if (const auto time = First(page, adapter.time, found.node)) {
        message.time_as_written = CutToWholeCharacters(time->text, 128);
        const WrittenTime written = ParseWrittenTime(message.time_as_written, fetched_at);
        message.time = written.time;
        message.time_basis = written.basis;
      }
      message.text = WordsOf(page, text->node);
      if (message.text.empty()) continue;
      Listing listing;
      listing.kind = ListingKind::kPost;
      listing.vendor = message.author;
      listing.site_id = message.id;
      listing.url = page.document().url;
      listing.title = CutToWholeCharacters(message.text.substr(0, message.text.find('\n')), kMaxTitleBytes);
      listing.span = {tree.node(text->node).visible_begin, tree.node(text->node).visible_end};
      out.listings.push_back(std::move(listing));
      out.messages.push_back(std::move(message));
    }
    if (!out.messages.empty()) return out;
    if (adapter.thread.empty()) continue;
    const Result<Selector> thread = Selector::Compile(adapter.thread);
    if (!thread.ok()) continue;
    for (const Selected& found : run.Select(*thread, 0, max_messages)) {
      const auto title = First(page, adapter.thread_title, found.node);
      if (!title) continue;
      Listing listing;
      listing.kind = ListingKind::kPost;
      listing.title = CutToWholeCharacters(title->text, kMaxTitleBytes);
      listing.url = page.Absolute(tree.Attribute(title->node, "href"));
      if (const auto author = First(page, adapter.thread_author, found.node)) {
        listing.vendor = CutToWholeCharacters(author->text, 128);
      }
      listing.span = {tree.node(found.node).visible_begin, tree.node(found.node).visible_end};
      out.listings.push_back(std::move(listing));
    }
    if (!out.listings.empty()) return out;
  }
  return out;
}

}  // namespace gasht
