#include "extract/forum.h"

#include <algorithm>

#include "base/url.h"
#include "extract/listings.h"
#include "extract/page_marks.h"
#include "extract/page_tree.h"
#include "extract/selector.h"
#include "extract/words.h"
#include "extract/written_time.h"

namespace gasht {
namespace {

constexpr size_t kMaxTextBytes = 64 << 10;
constexpr size_t kMaxTitleBytes = 256;

// Where one software writes what. A selector may have alternatives, parted by " | ": the first that says something counts.
struct Adapter {
  std::string_view name;
  uint64_t marks;  // one of them is in the markup of every page of that software
  struct Post {
    std::string_view item{}, author{}, text{}, time{}, id{}, title{}, views{};
  } post{};
  struct Thread {
    std::string_view item{}, title{}, author{}, time{}, replies{}, views{};
  } thread{};
};

// Selectors name what each software writes into every theme.
constexpr Adapter kForums[] = {
    {"xenforo2",
     kMarkXenforo2,
     {.item = "article.message",
      .author = "@data-author",
      .text = ".message-content .bbWrapper | .message-body .bbWrapper | .bbWrapper",
      .time = "time[datetime]@datetime",
      .id = "@data-content"},
     {}},
    {"xenforo2",
     kMarkXenforo2Board,
     {},
     {.item = "div.structItem--thread",
      .title = "div.structItem-title a:last-of-type",
      .author = "@data-author",
      .time = ".structItem-startDate time@datetime",
      .replies = ".structItem-cell--meta dl:first-child dd",
      .views = ".structItem-cell--meta dl + dl dd"}},
    {"xenforo1",
     kMarkXenforo | kMarkXenforoPrinted,
     {.item = "li.message",
      .author = "@data-author",
      .text = "blockquote.messageText",
      .time = ".DateTime@title | abbr.DateTime | .DateTime",
      .id = "@id"},
     {.item = "li.discussionListItem",
      .title = "h3.title a.PreviewTooltip",
      .author = "@data-author",
      .time = ".startDate .DateTime@title | .startDate .DateTime",
      .replies = ".stats dl.major dd",
      .views = ".stats dl.minor dd"}},
    {"phpbb3",
     kMarkPhpbb | kMarkPhpbbPrinted,
     {.item = "div.post",
      .author =
          "p.author a[class^=username], p.author span[class^=username] | .postprofile dt a | p.author strong",
      .text = "div.content",
      .time = "p.author time@datetime | p.author",
      .id = "@id"},
     {.item = "li.row",
      .title = "a.topictitle",
      .author = "div.topic-poster a, div.topic-poster span[class^=username] | dt a[class^=username]",
      .time = "div.topic-poster time@datetime",
      .replies = "dd.posts",
      .views = "dd.views"}},
    {"phpbb subsilver2",
     kMarkPhpbb | kMarkPhpbbPrinted,
     {.item = "table.tablebg:has(b.postauthor)",
      .author = "b.postauthor",
      .text = "div.postbody",
      .time = "td.gensmall div + div | td.gensmall",
      .id = "a[name]@name"},
     {}},
    {"phpbb2",
     kMarkPhpbb | kMarkPhpbbPrinted,
     {.item = "tr:has(> td span.name)",
      .author = "span.name b, b.postauthor",
      .text = "span.postbody, div.postbody",
      .time = "table span.postdetails | span.postdetails",
      .id = "a[name]@name"},
     {.item = "tr:has(a.topictitle)", .title = "a.topictitle", .author = "p.topicauthor a | span.name a"}},
    {"vbulletin5",
     kMarkVbulletin | kMarkVbulletinPrinted,
     {.item = "li.js-post, div.js-post",
      .author = "div.author a, div.author",
      .text = "div.js-post__content-text",
      .time = "time[datetime]@datetime",
      .id = "@data-node-id"},
     {.item = "tr.topic-item",
      .title = "a.topic-title",
      .author = "div.topic-info a",
      .time = "div.topic-info .date",
      .replies = "div.posts-count",
      .views = "div.views-count"}},
    {"vbulletin4",
     kMarkVbulletin | kMarkVbulletinPrinted,
     {.item = "li.postcontainer, li.postbitlegacy, li.postbit",
      .author = "a.username, span.username",
      .text = "blockquote.postcontent",
      .time = "span.date",
      .id = "@id"},
     {.item = "li.threadbit",
      .title = "a.title",
      .author = "div.author a.username",
      .time = "div.author .label, div.author",
      .replies = "ul.threadstats li:first-child",
      .views = "ul.threadstats li + li"}},
    {"vbulletin3",
     kMarkVbulletin | kMarkVbulletinPrinted,
     {.item = "table[id^=post]",
      .author = "a.bigusername | div[id^=postmenu_]",
      .text = "div[id^=post_message_]",
      .time = "td.thead",
      .id = "@id"},
     {.item = "tr:has(a[id^=thread_title_])",
      .title = "a[id^=thread_title_]",
      .author = "div.smallfont span"}},
    {"smf2",
     kMarkSmf | kMarkSmfPrinted,
     {.item = "div.post_wrapper",
      .author = "div.poster h4 a | div.poster h4",
      .text = "div.post div.inner",
      .time = "div.postinfo a.smalltext | div.keyinfo div.smalltext",
      .id = "div.inner@id"},
     {.item = "tr:has(td.subject), div.windowbg:has(.message_index_title)",
      .title = "td.subject a, .message_index_title a",
      .author = "td.subject p a | p a[href*='action=profile']",
      .replies = "td.stats, div.board_stats p"}},
    {"smf1",
     kMarkSmf | kMarkSmfPrinted,
     {.item = "td.windowbg:has(div.post), td.windowbg2:has(div.post)",
      .author = "b > a[title^='View the profile']",
      .text = "div.post",
      .time = "div.smalltext",
      .id = "@id"},
     {}},
    {"mybb",
     kMarkMybb | kMarkMybbPrinted,
     {.item = "div.post, table[id^=post_]",
      .author = "div.author_information a, .post_author a, span.largetext a | div.author_information strong",
      .text = "div.post_body",
      .time = "span.post_date, td.post_date",
      .id = "@id"},
     {.item = "tr.inline_row",
      .title = "span.subject_new a, span.subject_old a, span[id^=tid_] a",
      .author = "span.author a, div.author a"}},
    {"ipb4",
     kMarkIpb4,
     {.item = "article.ipsComment, article[id^=elComment]",
      .author = "h3.ipsComment_author a, .ipsComment_author a, aside h3 a",
      .text = "div[data-role=commentContent], div.ipsType_richText",
      .time = "time[datetime]@datetime",
      .id = "@id"},
     {.item = "li.ipsDataItem",
      .title = "h4 a, .ipsDataItem_title a",
      .author = "p a.ipsType_break",
      .time = "time[datetime]@datetime"}},
    {"ipb3",
     kMarkIpb3 | kMarkIpb3Printed,
     {.item = "div.post_block",
      .author = "span.author a, .author",
      .text = "div.post",
      .time = "abbr.published@title | .published",
      .id = "@id"},
     {.item = "tr.__topic", .title = "a.topic_title", .author = "td.col_f_starter a"}},
    {"discourse",
     kMarkDiscourse | kMarkDiscoursePrinted,
     {.item = "div.crawler-post, article[data-post-id]",
      .author = "span.creator span[itemprop=name], .names .username a, .creator a",
      .text = "div.post[itemprop], div.cooked",
      .time = "time[datetime]@datetime",
      .id = "@id | @data-post-id"},
     {.item = "tr.topic-list-item",
      .title = "a.title",
      .author = "td.posters a@data-user-card | td.posters img@title",
      .replies = "td.replies",
      .views = "td.views"}},
};

// One text on a page of its own.
constexpr Adapter kPastes[] = {
    {"pastebin",
     kMarkPaste,
     {.item = "div.post-view",
      .author = "div.username a, div.username",
      .text = "div.source | textarea.textarea",
      .time = "div.date span@title | div.date",
      .title = "div.info-top h1",
      .views = "div.visits"},
     {}},
    {"rentry",
     kMarkPaste,
     {.item = "main:has(.entry-text), body:has(.entry-text)",
      .text = ".entry-text article",
      .time = ".text-muted .float-right",
      .title = ".entry-text h1",
      .views = ".text-muted .float-right"},
     {}},
    {"dpaste",
     kMarkPaste,
     {.item = "main:has(.snippet-code), body:has(.snippet-code)",
      .text = ".snippet-code",
      .time = "time[datetime]@datetime | .snippet-info"},
     {}},
    {"stikked",
     kMarkPaste,
     {.item = "div.paste:has(.text_formatted), div.paste_info:has(.text_formatted)",
      .author = ".paste_info .user, .info .user",
      .text = ".text_formatted",
      .time = ".paste_info .date, .info .date",
      .title = "h1.pagetitle, h1"},
     {}},
};

// What somebody else said, inside a post.
bool IsQuote(const PageTree& tree, NodeIndex i) {
  const TreeNode& node = tree.node(i);
  if (!node.is_element()) return false;
  const std::string_view classes = tree.Attribute(i, "class");
  if (node.tag == GUMBO_TAG_BLOCKQUOTE)
    return classes.find("postcontent") == std::string_view::npos &&
           classes.find("messageText") == std::string_view::npos;
  return node.tag == GUMBO_TAG_DIV || node.tag == GUMBO_TAG_ASIDE
             ? classes.find("quoteheader") != std::string_view::npos ||
                   classes.find("bbcode_quote") != std::string_view::npos ||
                   classes.find("bbCodeQuote") != std::string_view::npos || classes.starts_with("quote")
             : false;
}

struct OwnWords {
  std::string text;
  Span span;  // from behind the quotes that it begins with
};

// A post without what it quotes: an offer that is answered is not made again. Where it says nothing more, all of it.
OwnWords WordsOf(const ParsedPage& page, NodeIndex i) {
  const PageTree& tree = page.tree();
  const std::string_view text = page.document().text;
  const TreeNode& post = tree.node(i);
  OwnWords out;
  size_t from = post.visible_begin;
  const auto add = [&](size_t begin, size_t end) {
    const std::string_view words = Trimmed(text.substr(begin, end - begin));
    if (words.empty() || out.text.size() >= kMaxTextBytes) return;
    if (out.text.empty()) out.span.begin = static_cast<size_t>(words.data() - text.data());
    if (!out.text.empty()) out.text += '\n';
    out.text += CutToWholeCharacters(words, kMaxTextBytes);
  };
  for (NodeIndex at = i + 1; at < post.end; ++at) {
    if (!IsQuote(tree, at)) continue;
    const TreeNode& quote = tree.node(at);
    if (quote.visible_end > quote.visible_begin && quote.visible_begin >= from) {
      add(from, quote.visible_begin);
      from = quote.visible_end;
    }
    at = quote.end - 1;
  }
  add(from, std::max<size_t>(from, post.visible_end));
  if (out.text.empty()) {
    from = post.visible_begin;
    add(from, post.visible_end);
  }
  out.span.end = std::max<size_t>(out.span.begin, post.visible_end);
  return out;
}

// The date out of "Posted: Wed Nov 08, 2023 11:28 am Post subject: Resin", "« on: November 05, 2023 »", "by kaka » Fri 7 Oct
// 2011", "Started by kaka, 13-11-2023".
std::string DateIn(std::string_view text) {
  constexpr size_t kMaxBytes = 128;
  constexpr std::string_view kArrow = "\u00bb";
  const std::string lower = AsciiLowered(text.substr(0, 512));
  text = text.substr(0, lower.size());
  size_t begin = 0, end = text.size();
  for (const std::string_view behind : {"post subject", "edit", "views:", "last post"}) {
    if (const size_t at = lower.find(behind); at != std::string::npos && at > 0) end = std::min(end, at);
  }
  for (const std::string_view before : {"posted:", " on:", "pub:", "started by"}) {
    const size_t at = lower.find(before);
    if (at == std::string::npos || at >= end) continue;
    begin = at + before.size();
    const size_t comma = lower.find(", ", begin);
    if (before == "started by" && comma != std::string::npos && comma < end) begin = comma + 2;
    break;
  }
  // Behind the writer's name, or around the date.
  if (const size_t at = lower.find(kArrow, begin); at != std::string::npos && at < end) {
    const bool dated = lower.find_first_of("0123456789", at) < end;
    (dated ? begin : end) = dated ? at + kArrow.size() : at;
  }
  end = std::max(begin, end);
  return CutToWholeCharacters(Trimmed(text.substr(begin, end - begin)), kMaxBytes);
}

// "?topic=14.0", "/threads/cali-packs.9/", "?88-Mephedrone", "/t/slug/5": the number of a thread.
std::string ThreadId(std::string_view url_text) {
  const Result<Url> url = Url::Parse(url_text);
  if (!url.ok()) return "";
  const auto digits_at = [](std::string_view text, size_t at) {
    size_t end = at;
    while (end < text.size() && IsAsciiDigit(text[end]) && end - at < 20) ++end;
    return text.substr(at, end - at);
  };
  const std::string_view query = url->query();
  for (const std::string_view key : {"topic=", "tid=", "t="}) {
    const size_t at = query.find(key);
    if (at == std::string_view::npos || (at > 0 && query[at - 1] != '&')) continue;
    if (const std::string_view id = digits_at(query, at + key.size()); !id.empty()) return std::string(id);
  }
  if (const std::string_view id = digits_at(query, 0);
      !id.empty() && query.substr(id.size()).starts_with('-'))
    return std::string(id);
  std::string_view path = url->path();
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::string_view last = path.substr(path.rfind('/') + 1);
  const size_t dot = last.rfind('.');
  if (dot != std::string_view::npos && dot + 1 < last.size() &&
      digits_at(last, dot + 1).size() == last.size() - dot - 1)
    return std::string(last.substr(dot + 1));
  if (const std::string_view id = digits_at(last, 0); !id.empty() && last.substr(id.size()).starts_with('-'))
    return std::string(id);
  return SiteIdOfUrl(url_text);
}

// The last part of a paste's path: its name there.
std::string SiteIdOfPaste(std::string_view text) {
  const Result<Url> url = Url::Parse(text);
  if (!url.ok()) return "";
  std::string_view path = url->path();
  while (path.ends_with('/')) path.remove_suffix(1);
  return CutToWholeCharacters(path.substr(path.rfind('/') + 1), 64);
}

// The first of the alternatives under `context` that says something.
std::optional<Selected> First(const ParsedPage& page, std::string_view alternatives, NodeIndex context) {
  constexpr std::string_view kOr = " | ";
  while (!alternatives.empty()) {
    const size_t end = std::min(alternatives.size(), alternatives.find(kOr));
    const Result<Selector> selector = Selector::Compile(alternatives.substr(0, end));
    alternatives.remove_prefix(std::min(alternatives.size(), end + kOr.size()));
    if (!selector.ok()) continue;
    for (Selected& found : SelectorRun(page).Select(*selector, context, 4)) {
      if (!found.text.empty()) return std::move(found);
    }
  }
  return std::nullopt;
}

// The first element that they name, whether it has words or not.
NodeIndex FirstPlace(const ParsedPage& page, std::string_view alternatives, NodeIndex context) {
  constexpr std::string_view kOr = " | ";
  while (!alternatives.empty()) {
    const size_t end = std::min(alternatives.size(), alternatives.find(kOr));
    const Result<Selector> selector = Selector::Compile(alternatives.substr(0, end));
    alternatives.remove_prefix(std::min(alternatives.size(), end + kOr.size()));
    if (!selector.ok()) continue;
    const auto found = SelectorRun(page).Select(*selector, context, 1);
    if (!found.empty()) return found.front().node;
  }
  return kNoNode;
}

std::string FirstText(const ParsedPage& page, std::string_view alternatives, NodeIndex context,
                      size_t max_bytes) {
  const auto found = First(page, alternatives, context);
  return found ? CutToWholeCharacters(found->text, max_bytes) : "";
}

// Marks that a heading ends in where one can link to it.
std::string WithoutAnchors(std::string text) {
  constexpr std::string_view kMark = "\u00b6";
  for (size_t at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at))
    text.erase(at, kMark.size());
  return std::string(Trimmed(text));
}

// "Replies: 11 Views: 340", "11 Replies", "1K": the count beside the word, or the only one there.
std::string CountIn(std::string_view text, std::string_view word) {
  size_t from = 0;
  const std::string lower = AsciiLowered(text);
  if (const size_t at = lower.find(word); at != std::string::npos) {
    const size_t behind = lower.find_first_of("0123456789", at);
    // "11 Replies": what stands before it, where nothing stands behind.
    from = behind == std::string::npos ? 0 : behind;
  }
  const size_t begin = text.find_first_of("0123456789", from);
  if (begin == std::string_view::npos) return "";
  size_t end = begin;
  while (end < text.size() && (IsAsciiDigit(text[end]) || text[end] == ',' || text[end] == '.')) ++end;
  if (end < text.size() && (AsciiLowered(text[end]) == 'k' || AsciiLowered(text[end]) == 'm')) ++end;
  std::string_view count = text.substr(begin, end - begin);
  while (count.ends_with('.') || count.ends_with(',')) count.remove_suffix(1);
  return std::string(count);
}

void AddFact(std::string_view name, std::string value, Listing& listing) {
  if (!value.empty()) listing.facts.push_back({std::string(name), std::move(value)});
}

void AddPosts(const ParsedPage& page, const Adapter::Post& where, size_t max_messages, MessagePage& out) {
  const Result<Selector> item = Selector::Compile(where.item);
  if (where.item.empty() || !item.ok()) return;
  for (const Selected& found : SelectorRun(page).Select(*item, 0, max_messages)) {
    const auto text = First(page, where.text, found.node);
    if (!text) {
      // A post without words says something all the same, when there is a picture in it.
      if (const NodeIndex place = FirstPlace(page, where.text, found.node);
          place != kNoNode && page.tree().Find(place, GUMBO_TAG_IMG) != kNoNode) {
        Message picture;
        picture.author = FirstText(page, where.author, found.node, 128);
        picture.id = FirstText(page, where.id, found.node, 64);
        picture.time_as_written = DateIn(FirstText(page, where.time, found.node, 512));
        picture.media = "photo";
        out.messages.push_back(std::move(picture));
        ++out.unread_media;
      }
      continue;
    }
    Message message;
    OwnWords words = WordsOf(page, text->node);
    message.text = WithoutAnchors(std::move(words.text));
    if (message.text.empty()) continue;
    message.author = FirstText(page, where.author, found.node, 128);
    message.id = FirstText(page, where.id, found.node, 64);
    message.time_as_written = DateIn(FirstText(page, where.time, found.node, 512));
    if (!where.views.empty())
      message.views = ParseCount(CountIn(FirstText(page, where.views, found.node, 256), "views"));
    Listing listing;
    listing.kind = ListingKind::kPost;
    listing.vendor = message.author;
    listing.site_id = message.id;
    listing.url = page.document().url;
    listing.title = WithoutAnchors(FirstText(page, where.title, found.node, kMaxTitleBytes));
    if (listing.title.empty())
      listing.title = CutToWholeCharacters(message.text.substr(0, message.text.find('\n')), kMaxTitleBytes);
    listing.span = words.span;
    out.listings.push_back(std::move(listing));
    out.messages.push_back(std::move(message));
  }
}

void AddThreads(const ParsedPage& page, const Adapter::Thread& where, size_t max_threads, MessagePage& out) {
  const Result<Selector> item = Selector::Compile(where.item);
  if (where.item.empty() || !item.ok()) return;
  for (const Selected& found : SelectorRun(page).Select(*item, 0, max_threads)) {
    const auto title = First(page, where.title, found.node);
    if (!title) continue;
    Listing listing;
    listing.kind = ListingKind::kPost;
    listing.title = CutToWholeCharacters(title->text, kMaxTitleBytes);
    listing.url = page.Absolute(page.tree().Attribute(title->node, "href"));
    listing.site_id = ThreadId(listing.url);
    listing.vendor = FirstText(page, where.author, found.node, 128);
    // "kaka - Original Poster, Most Recent Poster"
    listing.vendor.resize(std::min(listing.vendor.size(), listing.vendor.find(" - Original Poster")));
    AddFact("posted", DateIn(FirstText(page, where.time, found.node, 512)), listing);
    const std::string replies = FirstText(page, where.replies, found.node, 128);
    AddFact("replies", CountIn(replies, "replies"), listing);
    AddFact("views",
            CountIn(where.views.empty() ? (replies.find("iews") == std::string::npos ? "" : replies)
                                        : FirstText(page, where.views, found.node, 128),
                    "views"),
            listing);
    const TreeNode& node = page.tree().node(found.node);
    listing.span = {node.visible_begin, node.visible_end};
    out.listings.push_back(std::move(listing));
  }
}

// The same for threads; what a listing's "posted" means is decided here.
void ReadTimes(UtcTime fetched_at, std::vector<Listing>& threads) {
  DayOrder order = DayOrder::kUnknown;
  for (const Listing& thread : threads) {
    for (const ListingFact& fact : thread.facts) {
      if (fact.name == "posted" && order == DayOrder::kUnknown) order = DayOrderOf(fact.value);
    }
  }
  for (Listing& thread : threads) {
    const auto posted = std::find_if(thread.facts.begin(), thread.facts.end(),
                                     [](const ListingFact& fact) { return fact.name == "posted"; });
    if (posted == thread.facts.end()) continue;
    const WrittenTime written = ParseWrittenTime(posted->value, fetched_at, order);
    if (written.time) thread.facts.push_back({"posted_at", FormatRfc3339(*written.time)});
    thread.facts.push_back({"posted_basis", written.basis});
  }
}

// Which of day and month comes first is one habit of a whole page: one date that can be read in one way only tells it.
void ReadTimes(UtcTime fetched_at, std::vector<Message>& messages) {
  DayOrder order = DayOrder::kUnknown;
  for (const Message& message : messages) {
    if (order == DayOrder::kUnknown) order = DayOrderOf(message.time_as_written);
  }
  for (Message& message : messages) {
    if (message.time_as_written.empty()) continue;
    const WrittenTime written = ParseWrittenTime(message.time_as_written, fetched_at, order);
    message.time = written.time;
    message.time_basis = written.basis;
  }
}

}  // namespace

MessagePage ReadForum(const ParsedPage& page, UtcTime fetched_at, size_t max_messages) {
  MessagePage out;
  if (!page.has_tree()) return out;
  for (const Adapter& adapter : kForums) {
    if ((page.marks() & adapter.marks) == 0) continue;
    AddPosts(page, adapter.post, max_messages, out);
    if (out.messages.empty()) AddThreads(page, adapter.thread, max_messages, out);
    if (!out.listings.empty()) break;
  }
  ReadTimes(fetched_at, out.messages);
  if (out.messages.empty()) ReadTimes(fetched_at, out.listings);
  return out;
}

MessagePage ReadPaste(const ParsedPage& page, UtcTime fetched_at) {
  MessagePage out;
  if (!page.has_tree()) return out;
  for (const Adapter& adapter : kPastes) {
    if ((page.marks() & adapter.marks) == 0) continue;
    AddPosts(page, adapter.post, 1, out);
    if (out.messages.empty()) continue;
    if (out.messages[0].id.empty()) {
      out.messages[0].id = SiteIdOfPaste(page.document().url);
      out.listings[0].site_id = out.messages[0].id;
    }
    break;
  }
  ReadTimes(fetched_at, out.messages);
  return out;
}

bool IsSealedPaste(const ParsedPage& page) {
  // Decrypted in the browser, with a key that no server sees.
  return page.has_tree() && (page.marks() & kMarkSealedPaste) != 0;
}

}  // namespace gasht
