#include "extract/forum.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "extract/page_tree.h"
#include "extract/selector.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxTextBytes = 64 << 10;
constexpr size_t kMaxTitleBytes = 256;

struct Adapter {
  std::string_view name;
  std::string_view mark;  // in the markup of every page of that software
  std::string_view post, author, text, time, id;
  std::string_view thread, thread_title, thread_author;
};

// Selectors name what each software writes into every theme.
constexpr Adapter kAdapters[] = {
    {"xenforo2", "message-cell", "article.message", "@data-author", ".message-content .bbWrapper",
     "time[datetime]@datetime", "@data-content", "div.structItem--thread",
     "div.structItem-title a:last-of-type", "@data-author"},
    {"xenforo1", "xenforo", "li.message", "@data-author", "blockquote.messageText", ".DateTime@title", "@id",
     "li.discussionListItem", "h3.title a.PreviewTooltip", "@data-author"},
    {"phpbb3", "phpbb", "div.post",
     "p.author a[class^=username], p.author span[class^=username], .postprofile dt a, p.author strong",
     "div.content", "p.author time@datetime, p.author", "@id", "li.row", "a.topictitle",
     "div.topic-poster a, dt a[class^=username]"},
    {"phpbb2", "phpbb", "tr:has(span.name)", "span.name b, b.postauthor", "span.postbody, div.postbody",
     "span.postdetails", "@id", "tr:has(a.topictitle)", "a.topictitle", "p.topicauthor a"},
    {"vbulletin4", "vbulletin", "li.postcontainer, li.postbitlegacy, li.postbit", "a.username, span.username",
     "blockquote.postcontent", "span.date", "@id", "li.threadbit", "a.title", "div.author a.username"},
    {"vbulletin3", "vbulletin", "table[id^=post]", "a.bigusername", "div[id^=post_message_]", "td.thead",
     "@id", "tr:has(a[id^=thread_title_])", "a[id^=thread_title_]", "div.smallfont span"},
    {"smf2", "simplemachines", "div.post_wrapper", "div.poster h4 a, div.poster h4", "div.post div.inner",
     "div.keyinfo div.smalltext", "div.inner@id", "tr:has(td.subject)", "td.subject a", "td.subject p a"},
    {"smf1", "simplemachines", "td.windowbg:has(div.post), td.windowbg2:has(div.post)",
     "b > a[title^='View the profile']", "div.post", "div.smalltext", "@id", "", "", ""},
    {"mybb", "mybb", "div.post, table[id^=post_]",
     "div.author_information a, .post_author a, span.largetext a", "div.post_body",
     "span.post_date, td.post_date", "@id", "tr.inline_row",
     "span.subject_new a, span.subject_old a, span[id^=tid_] a", "span.author a, div.author a"},
    {"ipb4", "ipsApp", "article.ipsComment, article[id^=elComment]",
     "h3.ipsComment_author a, .ipsComment_author a, aside h3 a",
     "div[data-role=commentContent], div.ipsType_richText", "time[datetime]@datetime", "@id",
     "li.ipsDataItem", "h4 a, .ipsDataItem_title a", "p a.ipsType_break"},
    {"ipb3", "ipboard", "div.post_block", "span.author a, .author", "div.post",
     "abbr.published@title, .published", "@id", "tr.__topic", "a.topic_title", "td.col_f_starter a"},
    {"discourse", "discourse", "div.crawler-post, article[data-post-id]",
     "span.creator span[itemprop=name], .names .username a, .creator a", "div.post[itemprop], div.cooked",
     "time[datetime]@datetime", "@id, @data-post-id", "tr.topic-list-item", "a.title",
     "td.posters a@data-user-card"},
};

// Spelled as here, or the way its makers print it ("phpbb", "phpBB", "vBulletin", "XenForo").
bool HasMark(std::string_view source, std::string_view mark) {
  if (source.find(mark) != std::string_view::npos) return true;
  for (const std::string_view printed :
       {"phpBB", "vBulletin", "XenForo", "SimpleMachines", "MyBB", "IPBoard", "Discourse"}) {
    if (EqualsIgnoringCase(printed, mark)) return source.find(printed) != std::string_view::npos;
  }
  return false;
}

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

int MonthNamed(std::string_view word) {
  constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                          "jul", "aug", "sep", "oct", "nov", "dec"};
  if (word.size() < 3) return 0;
  const std::string three = AsciiLowered(word.substr(0, 3));
  for (int i = 0; i < 12; ++i) {
    if (kMonths[i] == three) return i + 1;
  }
  return 0;
}

UtcTime FromCivil(int year, int month, int day, int hour, int minute, int second) {
  using namespace std::chrono;
  const sys_days days{std::chrono::year(year) / month / day};
  return {
      duration_cast<microseconds>(days.time_since_epoch() + hours(hour) + minutes(minute) + seconds(second))
          .count()};
}

}  // namespace

WrittenTime ParseWrittenTime(std::string_view text, UtcTime fetched_at) {
  WrittenTime out;
  text = Trimmed(text.substr(0, 200));
  if (const auto exact = ParseRfc3339(text); exact.ok()) return {*exact, "stated"};
  // "2016-09-22T14:43:00+0000": the colon of the offset is missing.
  if (text.size() == 24 && (text[19] == '+' || text[19] == '-')) {
    const std::string fixed = std::string(text.substr(0, 22)) + ":" + std::string(text.substr(22));
    if (const auto exact = ParseRfc3339(fixed); exact.ok()) return {*exact, "stated"};
  }
  const std::string lower = AsciiLowered(text);
  std::vector<std::string_view> words;
  std::vector<int> numbers;  // the value of a word that is one, else -1
  for (size_t at = 0; at < lower.size() && words.size() < 40;) {
    if (!IsAsciiLetter(lower[at]) && !IsAsciiDigit(lower[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    const bool digit = IsAsciiDigit(lower[at]);
    while (end < lower.size() && (digit ? IsAsciiDigit(lower[end]) : IsAsciiLetter(lower[end]))) ++end;
    words.push_back(std::string_view(lower).substr(at, end - at));
    int value = -1;
    if (digit && end - at <= 4) std::from_chars(lower.data() + at, lower.data() + end, value);
    numbers.push_back(value);
    at = end;
  }
  const auto unit = [](std::string_view w) -> int64_t {
    if (w.starts_with("sec")) return 1;
    if (w.starts_with("min")) return 60;
    if (w == "h" || w.starts_with("hour") || w == "hr" || w == "hrs" || w.starts_with("ghant")) return 3600;
    if (w == "d" || w.starts_with("day") || w == "din") return 86400;
    if (w.starts_with("week") || w.starts_with("haft")) return 7 * 86400;
    if (w.starts_with("month") || w.starts_with("mahin")) return 30 * 86400;
    if (w.starts_with("year") || w == "saal") return 365 * 86400;
    return 0;
  };
  int hour = 0, minute = 0, second = 0;
  bool has_clock = false;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (numbers[i] < 0 || numbers[i + 1] < 0 || words[i + 1].size() != 2) continue;
    const size_t behind = static_cast<size_t>(words[i].data() - lower.data()) + words[i].size();
    if (lower[behind] != ':' || numbers[i] > 23 || numbers[i + 1] > 59) continue;
    hour = numbers[i];
    minute = numbers[i + 1];
    has_clock = true;
    if (i + 2 < words.size() && numbers[i + 2] >= 0 && numbers[i + 2] < 60 && words[i + 2].size() == 2) {
      const size_t next = static_cast<size_t>(words[i + 1].data() - lower.data()) + words[i + 1].size();
      if (lower[next] == ':') second = numbers[i + 2];
    }
    for (size_t j = i + 2; j < std::min(words.size(), i + 4); ++j) {
      if (words[j] == "pm" && hour < 12) hour += 12;
      if (words[j] == "am" && hour == 12) hour = 0;
    }
    break;
  }
  for (size_t i = 0; i + 2 < words.size() && fetched_at.micros > 0; ++i) {
    // "2 days ago", "2 din pehle", "a minute ago"
    const int64_t count =
        numbers[i] >= 0 ? numbers[i] : (words[i] == "a" || words[i] == "an" || words[i] == "one" ? 1 : -1);
    if (count < 0 || unit(words[i + 1]) == 0) continue;
    const bool ago = words[i + 2] == "ago" || words[i + 2] == "pehle" || words[i + 2] == "pehlay";
    if (!ago) continue;
    return {UtcTime{fetched_at.micros - count * unit(words[i + 1]) * 1'000'000}, "assumed:UTC"};
  }
  for (size_t i = 0; i < words.size() && fetched_at.micros > 0; ++i) {
    const int back = words[i] == "today" || words[i] == "aaj" ? 0 : (words[i] == "yesterday" ? 1 : -1);
    if (back < 0 || !has_clock) continue;
    const int64_t day = 86'400'000'000;
    const int64_t midnight = fetched_at.micros / day * day - back * day;
    return {UtcTime{midnight + (int64_t{hour} * 3600 + minute * 60 + second) * 1'000'000}, "assumed:UTC"};
  }
  int year = 0, month = 0, day = 0;
  for (size_t i = 0; i < words.size() && year == 0; ++i) {
    if (i + 2 < words.size() && numbers[i] >= 1970 && numbers[i] <= 2100 && numbers[i + 1] >= 1 &&
        numbers[i + 1] <= 12 && numbers[i + 2] >= 1 && numbers[i + 2] <= 31) {
      year = numbers[i], month = numbers[i + 1], day = numbers[i + 2];
    } else if (const int m = MonthNamed(words[i]); m > 0) {
      // "Oct 27, 2019", "27 Oct 2019", "Sun Oct 27, 2019", "October 27th, 2019"
      const auto year_from = [&](size_t from) {
        for (size_t j = from; j < std::min(words.size(), from + 3); ++j) {
          if (numbers[j] >= 1970 && numbers[j] <= 2100 && words[j].size() == 4) return numbers[j];
        }
        return 0;
      };
      if (i + 1 < words.size() && numbers[i + 1] >= 1 && numbers[i + 1] <= 31 && words[i + 1].size() <= 2 &&
          year_from(i + 2) > 0) {
        year = year_from(i + 2), month = m, day = numbers[i + 1];
      } else if (i > 0 && year_from(i + 1) > 0) {
        size_t before = i - 1;
        if (numbers[before] < 0 && before > 0) --before;  // "27th Oct"
        if (numbers[before] >= 1 && numbers[before] <= 31)
          year = year_from(i + 1), month = m, day = numbers[before];
      }
    } else if (i + 2 < words.size() && numbers[i] >= 1 && numbers[i] <= 31 && numbers[i + 1] >= 1 &&
               numbers[i + 1] <= 31 && numbers[i + 2] >= 1970 && numbers[i + 2] <= 2100 &&
               words[i + 2].size() == 4) {
      // 27-10-2019 or 10-27-2019: only where one of the two cannot be a month is it decided.
      if (numbers[i] > 12 && numbers[i + 1] <= 12)
        year = numbers[i + 2], month = numbers[i + 1], day = numbers[i];
      if (numbers[i + 1] > 12 && numbers[i] <= 12)
        year = numbers[i + 2], month = numbers[i], day = numbers[i + 1];
      if (numbers[i] == numbers[i + 1]) year = numbers[i + 2], month = numbers[i], day = numbers[i];
    }
  }
  if (year == 0 || !(std::chrono::year(year) / month / day).ok()) return out;
  return {FromCivil(year, month, day, hour, minute, second), "assumed:UTC"};
}

MessagePage ReadForum(const ParsedPage& page, UtcTime fetched_at, size_t max_messages) {
  MessagePage out;
  if (!page.has_tree()) return out;
  const PageTree& tree = page.tree();
  const SelectorRun run(page);
  for (const Adapter& adapter : kAdapters) {
    if (!HasMark(tree.source(), adapter.mark)) continue;
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
