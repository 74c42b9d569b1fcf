#include "extract/telegram.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/clock.h"
#include "extract/page_marks.h"
#include "extract/page_tree.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxTextBytes = 64 << 10;
constexpr size_t kMaxTitleBytes = 256;

bool HasClass(std::string_view classes, std::string_view wanted) {
  for (size_t at = classes.find(wanted); at != std::string_view::npos; at = classes.find(wanted, at + 1)) {
    const bool begins = at == 0 || IsWhiteSpace(classes[at - 1]);
    const size_t end = at + wanted.size();
    if (begins && (end == classes.size() || IsWhiteSpace(classes[end]))) return true;
  }
  return false;
}

// Lines trimmed, as a reader sees them: the blank lines a writer made stay.
std::string MessageText(std::string_view raw) {
  std::string out;
  bool first = true;
  for (size_t begin = 0; begin <= raw.size();) {
    const size_t end = std::min(raw.size(), raw.find('\n', begin));
    if (!first) out += '\n';
    first = false;
    out += FoldWhiteSpace(raw.substr(begin, end - begin));
    begin = end + 1;
  }
  return std::string(Trimmed(out));
}

// Breaks of <br> are lines; line ends of the markup itself are white space.
std::string WordsWithBreaks(const PageTree& tree, NodeIndex node) {
  std::string out;
  for (NodeIndex i = node; i < tree.node(node).end && out.size() < kMaxTextBytes; ++i) {
    const TreeNode& n = tree.node(i);
    if (n.is_text()) {
      for (const char c : n.text) out += c == '\n' || c == '\r' ? ' ' : c;
    } else if (n.tag == GUMBO_TAG_BR) {
      out += '\n';
    } else if (n.tag == GUMBO_TAG_PRE || n.tag == GUMBO_TAG_BLOCKQUOTE || n.tag == GUMBO_TAG_P ||
               n.tag == GUMBO_TAG_DIV) {
      if (!out.empty() && out.back() != '\n') out += '\n';
    } else if (IsInvisibleTag(n.tag)) {
      i = n.end - 1;
    }
  }
  return MessageText(out);
}

// What a part of a message says the message holds; empty for words.
std::string MediaOf(std::string_view classes) {
  struct Kind {
    std::string_view part, name;
  };
  static constexpr Kind kKinds[] = {{"message_roundvideo", "round_video"},
                                    {"message_photo_wrap", "photo"},
                                    {"message_video_player", "video"},
                                    {"message_video_wrap", "video"},
                                    {"message_voice", "voice"},
                                    {"message_audio", "audio"},
                                    {"message_sticker", "sticker"},
                                    {"message_tgsticker", "sticker"},
                                    {"message_document", "document"},
                                    {"message_poll", "poll"},
                                    {"message_location", "location"},
                                    {"message_contact", "contact"},
                                    {"message_invoice", "invoice"},
                                    {"message_giveaway", "giveaway"},
                                    {"message_story", "story"}};
  for (const Kind& kind : kKinds) {
    if (classes.find(kind.part) != std::string_view::npos) return std::string(kind.name);
  }
  return "";
}

void AddFact(std::string_view name, std::string value, Listing& listing) {
  if (!value.empty()) listing.facts.push_back({std::string(name), std::move(value)});
}

// The channel itself, from the box beside its messages or from the page that invites into it.
std::optional<Listing> ReadChannel(const ParsedPage& page) {
  const PageTree& tree = page.tree();
  const auto& nodes = tree.nodes();
  Listing channel;
  channel.kind = ListingKind::kProfile;
  channel.url = page.document().url;
  NodeIndex description = kNoNode;
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    if (!nodes[i].is_element()) continue;
    const std::string_view classes = tree.Attribute(i, "class");
    if (classes.find("tgme_") == std::string_view::npos) continue;
    if (HasClass(classes, "tgme_channel_info_header_title") || HasClass(classes, "tgme_page_title")) {
      if (channel.title.empty())
        channel.title = CutToWholeCharacters(FoldWhiteSpace(tree.RawText(i, 1024)), kMaxTitleBytes);
    } else if (HasClass(classes, "tgme_channel_info_header_username")) {
      const std::string name = FoldWhiteSpace(tree.RawText(i, 128));
      channel.vendor = name.starts_with("@") ? name.substr(1) : name;
    } else if (HasClass(classes, "tgme_channel_info_description") ||
               HasClass(classes, "tgme_page_description")) {
      if (description == kNoNode) description = i;
    } else if (HasClass(classes, "tgme_channel_info_counter")) {
      // "12.4K" "subscribers"
      std::string value, type;
      for (NodeIndex at = i + 1; at < nodes[i].end; ++at) {
        if (HasClass(tree.Attribute(at, "class"), "counter_value"))
          value = FoldWhiteSpace(tree.RawText(at, 64));
        if (HasClass(tree.Attribute(at, "class"), "counter_type"))
          type = AsciiLowered(FoldWhiteSpace(tree.RawText(at, 64)));
      }
      for (const std::string_view known : {"subscriber", "photo", "video", "file", "link"}) {
        if (type.starts_with(known)) AddFact(std::string(known) + "s", value, channel);
      }
    } else if (HasClass(classes, "tgme_page_extra")) {
      // "12 345 subscribers", "85 members, 4 online", "@handle"
      const std::string extra = FoldWhiteSpace(tree.RawText(i, 256));
      if (extra.starts_with("@")) {
        channel.vendor = extra.substr(1);
      } else {
        for (const std::string_view word : {"subscriber", "member"}) {
          const size_t at = extra.find(word);
          if (at != std::string::npos)
            AddFact(std::string(word) + "s", std::string(Trimmed(std::string_view(extra).substr(0, at))),
                    channel);
        }
      }
    }
  }
  if (channel.title.empty()) return std::nullopt;
  if (channel.vendor.empty()) {
    // "https://t.me/s/channel?before=9"
    std::string_view path = page.document().url;
    if (const size_t host = path.find("t.me/"); host != std::string_view::npos) {
      path = path.substr(host + 5);
      if (path.starts_with("s/")) path.remove_prefix(2);
      channel.vendor = std::string(path.substr(0, path.find_first_of("/?#")));
      if (channel.vendor.starts_with("+") || channel.vendor == "joinchat") channel.vendor.clear();
    }
  }
  channel.site_id = channel.vendor;
  if (description != kNoNode)
    channel.span = {nodes[description].visible_begin, nodes[description].visible_end};
  return channel;
}

}  // namespace

std::optional<int64_t> ParseCount(std::string_view text) {
  text = Trimmed(text);
  double value = 0;
  size_t at = 0;
  double place = 0;
  while (at < text.size() &&
         (IsAsciiDigit(text[at]) || text[at] == '.' || text[at] == ',' || text[at] == ' ')) {
    if (IsAsciiDigit(text[at])) {
      if (at > 15) return std::nullopt;
      value = value * 10 + (text[at] - '0');
      place *= 10;
    } else if (text[at] == '.') {
      place = 1;
    }
    ++at;
  }
  if (at == 0) return std::nullopt;
  if (place > 1) value /= place;
  const char unit = at < text.size() ? AsciiLowered(text[at]) : ' ';
  if (unit == 'k') value *= 1e3;
  if (unit == 'm') value *= 1e6;
  return static_cast<int64_t>(std::llround(value));
}

bool LooksLikeTelegram(const ParsedPage& page) {
  return (page.marks() & kMarkTelegram) != 0;
}

MessagePage ReadTelegram(const ParsedPage& page, size_t max_messages) {
  MessagePage out;
  if (!page.has_tree()) return out;
  const PageTree& tree = page.tree();
  const auto& nodes = tree.nodes();
  for (NodeIndex i = 0; i < nodes.size() && out.messages.size() < max_messages; ++i) {
    if (!nodes[i].is_element()) continue;
    const std::string_view post = tree.Attribute(i, "data-post");
    if (post.empty() || !HasClass(tree.Attribute(i, "class"), "tgme_widget_message")) continue;
    Message message;
    message.id = std::string(post.substr(0, 128));
    NodeIndex text_node = kNoNode;
    NodeIndex poll = kNoNode;
    for (NodeIndex at = i + 1; at < nodes[i].end; ++at) {
      if (!nodes[at].is_element()) continue;
      const std::string_view classes = tree.Attribute(at, "class");
      if (classes.find("tgme_widget_message") == std::string_view::npos && nodes[at].tag != GUMBO_TAG_TIME)
        continue;
      if (HasClass(classes, "tgme_widget_message_reply")) {
        // "https://t.me/channel/123"
        const std::string url = page.Absolute(tree.Attribute(at, "href"));
        const size_t host = url.find("t.me/");
        if (host != std::string::npos)
          message.reply_to = url.substr(host + 5, url.find('?', host) - host - 5);
        at = nodes[at].end - 1;
      } else if (HasClass(classes, "tgme_widget_message_text") && text_node == kNoNode) {
        text_node = at;
        at = nodes[at].end - 1;
      } else if (HasClass(classes, "tgme_widget_message_views")) {
        message.views = ParseCount(tree.RawText(at, 64));
      } else if (HasClass(classes, "tgme_widget_message_owner_name")) {
        if (message.author.empty()) message.author = FoldWhiteSpace(tree.RawText(at, 512));
      } else if (HasClass(classes, "tgme_widget_message_from_author")) {
        message.author = FoldWhiteSpace(tree.RawText(at, 512));
      } else if (HasClass(classes, "tgme_widget_message_forwarded_from_name")) {
        message.forwarded_from = FoldWhiteSpace(tree.RawText(at, 512));
      } else if (HasClass(classes, "tgme_widget_message_date") &&
                 tree.Attribute(at, "href").find("t.me/") == std::string_view::npos) {
        // Not a link to the message: nothing more to learn.
      } else if (HasClass(classes, "tgme_widget_message_poll")) {
        poll = at;
      } else if (nodes[at].tag == GUMBO_TAG_TIME && !tree.Attribute(at, "datetime").empty()) {
        message.time_as_written = std::string(tree.Attribute(at, "datetime").substr(0, 64));
        if (const auto time = ParseRfc3339(message.time_as_written); time.ok()) {
          message.time = *time;
          message.time_basis = "stated";
        }
      }
      // Of an album or a picture with a voice, the first says what it is.
      if (message.media.empty()) message.media = MediaOf(classes);
    }
    Span words;
    if (text_node != kNoNode) {
      message.text = WordsWithBreaks(tree, text_node);
      words = {nodes[text_node].visible_begin, nodes[text_node].visible_end};
    } else if (poll != kNoNode) {
      message.text = MessageText(
          std::string_view(page.document().text)
              .substr(nodes[poll].visible_begin, nodes[poll].visible_end - nodes[poll].visible_begin));
      words = {nodes[poll].visible_begin, nodes[poll].visible_end};
    }
    if (message.text.empty() && !message.media.empty()) ++out.unread_media;
    if (!message.text.empty()) {
      Listing listing;
      listing.kind = ListingKind::kMessage;
      listing.site_id = message.id;
      listing.url = "https://t.me/" + message.id;
      // Who reads the channel knows it by its name; the address holds its handle.
      listing.vendor = message.author.empty() ? message.id.substr(0, message.id.find('/')) : message.author;
      listing.title = CutToWholeCharacters(message.text.substr(0, message.text.find('\n')), kMaxTitleBytes);
      listing.span = words;
      out.listings.push_back(std::move(listing));
    }
    out.messages.push_back(std::move(message));
    i = nodes[i].end - 1;
  }
  if (std::optional<Listing> channel = ReadChannel(page)) out.listings.push_back(std::move(*channel));
  return out;
}

}  // namespace gasht
