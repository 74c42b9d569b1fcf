#include "extract/telegram_export.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "extract/page_marks.h"
#include "extract/page_tree.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxTextBytes = 64 << 10;
constexpr size_t kMaxTitleBytes = 256;
constexpr size_t kMaxDepth = 64;
constexpr size_t kMaxNameBytes = 256;

// The end of the JSON value that begins at `at` with '{', '[' or anything else, without reading what it says; npos when
// it does not end.
size_t EndOfValue(std::string_view json, size_t at) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = at; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
        if (depth == 0) return i + 1;
      }
      continue;
    }
    switch (c) {
      case '"':
        in_string = true;
        break;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (depth == 0) return i;  // behind a number or a word
        if (--depth == 0) return i + 1;
        break;
      case ',':
        if (depth == 0) return i;
        break;
      default:
        break;
    }
  }
  return std::string_view::npos;
}

size_t SkipSpace(std::string_view json, size_t at) {
  while (at < json.size() && (IsWhiteSpace(json[at]))) ++at;
  return at;
}

// A string, number or word as its text.
std::string ScalarText(std::string_view value) {
  value = Trimmed(value).substr(0, 4 * kMaxNameBytes);
  if (value.starts_with('"')) {
    const auto parsed = Json::Parse(value);
    if (!parsed.ok() || !parsed->is_string()) return "";
    return CutToWholeCharacters(parsed->as_string(), kMaxNameBytes);
  }
  return CutToWholeCharacters(value, kMaxNameBytes);
}

// Objects of the array whose first byte inside is `at`; calls `found` with each, returns behind the array.
template <typename Found>
size_t ForEachObject(std::string_view json, size_t at, const Found& found) {
  while (at < json.size()) {
    at = SkipSpace(json, at);
    if (at >= json.size() || json[at] == ']') return std::min(json.size(), at + 1);
    if (json[at] == ',') {
      ++at;
      continue;
    }
    const size_t end = EndOfValue(json, at);
    if (end == std::string_view::npos || end <= at) return json.size();
    if (json[at] == '{') found(Span{at, end});
    at = end;
  }
  return json.size();
}

// The words of "text": a string, or a list of strings and pieces with a kind; links that the words hide.
std::string TextOf(const Json& value, std::vector<std::string>& hidden_links) {
  if (value.is_string()) return value.as_string();
  std::string out;
  if (!value.is_array()) return out;
  for (const Json& piece : value.items()) {
    if (out.size() > kMaxTextBytes) break;
    if (piece.is_string()) {
      out += piece.as_string();
    } else if (piece.is_object()) {
      out += piece.StringOr("text");
      if (const std::string href = piece.StringOr("href"); !href.empty()) hidden_links.push_back(href);
    }
  }
  return out;
}

std::string TrimmedLines(std::string_view raw) {
  std::string out;
  for (size_t begin = 0; begin <= raw.size();) {
    const size_t end = std::min(raw.size(), raw.find('\n', begin));
    if (begin > 0) out += '\n';
    out += Trimmed(raw.substr(begin, end - begin));
    begin = end + 1;
  }
  return std::string(Trimmed(out));
}

std::optional<UtcTime> UnixTime(const Json& message) {
  const Json* value = message.Find("date_unixtime");
  if (value == nullptr) return std::nullopt;
  const std::string text = value->is_string() ? value->as_string() : (value->is_int() ? value->Dump() : "");
  if (text.empty() || text.size() > 12) return std::nullopt;
  int64_t seconds = 0;
  for (const char c : text) {
    if (!IsAsciiDigit(c)) return std::nullopt;
    seconds = seconds * 10 + (c - '0');
  }
  return UtcTime{seconds * 1'000'000};
}

// "31.12.2023 23:59:58 UTC+05:00" as RFC 3339; empty where it is not of that form.
std::string Rfc3339Of(std::string_view title) {
  int day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0, zone_hour = 0, zone_minute = 0;
  char sign = '+';
  const std::string text(title.substr(0, 48));
  if (std::sscanf(text.c_str(), "%2d.%2d.%4d %2d:%2d:%2d UTC%c%2d:%2d", &day, &month, &year, &hour, &minute,
                  &second, &sign, &zone_hour, &zone_minute) != 9) {
    return "";
  }
  char out[64];
  std::snprintf(out, sizeof out, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", year, month, day, hour, minute,
                second, sign, zone_hour, zone_minute);
  return out;
}

// What a message holds besides words.
std::string MediaOf(const Json& message) {
  struct Kind {
    std::string_view type, media;
  };
  static constexpr Kind kKinds[] = {{"voice_message", "voice"}, {"video_message", "round_video"},
                                    {"video_file", "video"},    {"animation", "video"},
                                    {"audio_file", "audio"},    {"sticker", "sticker"}};
  const std::string type = message.StringOr("media_type");
  for (const Kind& kind : kKinds) {
    if (type == kind.type) return std::string(kind.media);
  }
  if (message.Find("photo") != nullptr) return "photo";
  if (message.Find("poll") != nullptr) return "poll";
  if (message.Find("contact_information") != nullptr) return "contact";
  if (message.Find("location_information") != nullptr) return "location";
  for (const char* key : {"file", "media_type", "thumbnail"}) {
    if (message.Find(key) != nullptr) return "document";
  }
  return "";
}

// A poll's question and answers, a contact's name and number: words, though not in "text".
std::string WordsBeside(const Json& message) {
  std::string out;
  const auto add = [&](const std::string& line) {
    if (line.empty()) return;
    if (!out.empty()) out += '\n';
    out += CutToWholeCharacters(FoldWhiteSpace(line), 1024);
  };
  if (const Json* poll = message.Find("poll"); poll != nullptr && poll->is_object()) {
    add(poll->StringOr("question"));
    const Json* answers = poll->Find("answers");
    for (size_t i = 0; answers != nullptr && answers->is_array() && i < answers->items().size() && i < 100;
         ++i)
      add(answers->items()[i].StringOr("text"));
  }
  if (const Json* contact = message.Find("contact_information"); contact != nullptr && contact->is_object())
    add(contact->StringOr("first_name") + " " + contact->StringOr("last_name") + " " +
        contact->StringOr("phone_number"));
  return out;
}

bool HasClass(std::string_view classes, std::string_view wanted) {
  for (size_t at = classes.find(wanted); at != std::string_view::npos; at = classes.find(wanted, at + 1)) {
    const bool begins = at == 0 || IsWhiteSpace(classes[at - 1]);
    const size_t end = at + wanted.size();
    if (begins && (end == classes.size() || IsWhiteSpace(classes[end]))) return true;
  }
  return false;
}

// "media_voice_message", "photo_wrap": what a part of the HTML export's message is.
std::string MediaOfClasses(std::string_view classes) {
  struct Kind {
    std::string_view part, media;
  };
  static constexpr Kind kKinds[] = {{"media_voice_message", "voice"}, {"media_video", "video"},
                                    {"video_file", "video"},          {"animated", "video"},
                                    {"media_audio", "audio"},         {"sticker", "sticker"},
                                    {"media_photo", "photo"},         {"photo_wrap", "photo"},
                                    {"media_contact", "contact"},     {"media_location", "location"},
                                    {"media_poll", "poll"},           {"media_file", "document"}};
  for (const Kind& kind : kKinds) {
    if (classes.find(kind.part) != std::string_view::npos) return std::string(kind.media);
  }
  return "";
}

}  // namespace

bool LooksLikeTelegramJson(std::string_view json) {
  const std::string_view head = json.substr(0, 4096);
  if (!Trimmed(head).starts_with('{')) return false;
  return head.find("\"messages\"") != std::string_view::npos ||
         (head.find("\"chats\"") != std::string_view::npos &&
          json.find("\"messages\"") != std::string_view::npos) ||
         (head.find("\"about\"") != std::string_view::npos &&
          json.find("\"chats\"") != std::string_view::npos);
}

std::vector<TelegramPiece> SplitTelegramJson(std::string_view json, size_t max_bytes, size_t max_messages) {
  std::vector<TelegramPiece> pieces;
  std::vector<TelegramChat> open(
      1);  // the objects around the place, with what they said of themselves so far
  for (size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '{') {
      if (open.size() >= kMaxDepth) return pieces;
      open.emplace_back();
      ++at;
    } else if (c == '}') {
      if (open.size() > 1) open.pop_back();
      ++at;
    } else if (c == '"') {
      const size_t end = EndOfValue(json, at);
      if (end == std::string_view::npos) return pieces;
      const std::string_view word = json.substr(at + 1, end - at - 2);
      size_t next = SkipSpace(json, end);
      at = end;
      if (next >= json.size() || json[next] != ':') continue;
      next = SkipSpace(json, next + 1);
      if (next >= json.size()) return pieces;
      if (word == "messages" && json[next] == '[') {
        const TelegramChat& chat = open.back();
        Span piece;
        size_t count = 0;
        const auto close = [&] {
          if (count > 0) pieces.push_back({chat, piece});
          count = 0;
        };
        at = ForEachObject(json, next + 1, [&](Span message) {
          if (count > 0 && (count >= max_messages || message.end - piece.begin > max_bytes)) close();
          if (count == 0) piece.begin = message.begin;
          piece.end = message.end;
          ++count;
        });
        close();
        continue;
      }
      std::string* field = word == "name"   ? &open.back().name
                           : word == "id"   ? &open.back().id
                           : word == "type" ? &open.back().type
                                            : nullptr;
      if (field != nullptr && json[next] != '{' && json[next] != '[') {
        const size_t value_end = EndOfValue(json, next);
        if (value_end == std::string_view::npos) return pieces;
        *field = ScalarText(json.substr(next, value_end - next));
        at = std::max(at, value_end);
      }
    } else {
      ++at;
    }
  }
  return pieces;
}

MessagePage ReadTelegramPiece(std::string_view piece, const TelegramChat& chat, size_t max_messages,
                              std::string& text, std::vector<Link>& links) {
  MessagePage out;
  const std::string prefix = chat.id.empty() ? "chat" : chat.id;
  ForEachObject(piece, 0, [&](Span span) {
    if (out.messages.size() >= max_messages) return;
    const auto parsed = Json::Parse(piece.substr(span.begin, span.size()));
    if (!parsed.ok() || !parsed->is_object() || parsed->StringOr("type", "message") != "message") return;
    Message message;
    message.id = prefix + "/" + std::to_string(parsed->IntOr("id", 0));
    message.author = FoldWhiteSpace(parsed->StringOr("from"));
    if (message.author.empty()) message.author = FoldWhiteSpace(parsed->StringOr("author"));
    if (message.author.empty()) message.author = chat.name;
    message.time_as_written = parsed->StringOr("date").substr(0, 64);
    if (const auto time = UnixTime(*parsed)) {
      message.time = *time;
      message.time_basis = "stated";
    }
    message.forwarded_from = FoldWhiteSpace(parsed->StringOr("forwarded_from"));
    if (const int64_t reply = parsed->IntOr("reply_to_message_id", 0); reply != 0)
      message.reply_to = prefix + "/" + std::to_string(reply);
    if (const Json* views = parsed->Find("views"); views != nullptr && views->is_int())
      message.views = views->as_int();
    std::vector<std::string> hidden;
    if (const Json* words = parsed->Find("text"); words != nullptr)
      message.text = CutToWholeCharacters(TrimmedLines(TextOf(*words, hidden)), kMaxTextBytes);
    message.media = MediaOf(*parsed);
    if (message.text.empty()) message.text = WordsBeside(*parsed);
    if (message.text.empty() && !message.media.empty()) ++out.unread_media;
    // As a reader would see it.
    text += "[" + message.time_as_written + "] " + message.author + "\n";
    const size_t begin = text.size();
    text += message.text;
    const size_t end = text.size();
    text += "\n\n";
    for (std::string& href : hidden) links.push_back({std::move(href), "", {end, end}, ""});
    if (!message.text.empty()) {
      Listing listing;
      listing.kind = ListingKind::kMessage;
      listing.site_id = message.id;
      listing.vendor = chat.type.ends_with("channel") && !chat.name.empty() ? chat.name : message.author;
      listing.title = CutToWholeCharacters(std::string_view(message.text).substr(0, message.text.find('\n')),
                                           kMaxTitleBytes);
      listing.span = {begin, end};
      out.listings.push_back(std::move(listing));
    }
    out.messages.push_back(std::move(message));
  });
  return out;
}

bool LooksLikeTelegramExport(const ParsedPage& page) {
  constexpr uint64_t kAll = kMarkExportPage | kMarkExportHistory | kMarkExportMessage;
  return (page.marks() & kAll) == kAll;
}

MessagePage ReadTelegramExport(const ParsedPage& page, size_t max_messages) {
  MessagePage out;
  if (!page.has_tree()) return out;
  const PageTree& tree = page.tree();
  const auto& nodes = tree.nodes();
  // The chat's name stands in the page's head.
  std::string chat, author;
  for (NodeIndex i = 0; i < nodes.size() && chat.empty(); ++i) {
    if (!nodes[i].is_element() || !HasClass(tree.Attribute(i, "class"), "page_header")) continue;
    for (NodeIndex at = i + 1; at < nodes[i].end; ++at) {
      if (nodes[at].is_element() && HasClass(tree.Attribute(at, "class"), "text")) {
        chat = FoldWhiteSpace(tree.RawText(at, 512));
        break;
      }
    }
    break;
  }
  for (NodeIndex i = 0; i < nodes.size() && out.messages.size() < max_messages; ++i) {
    if (!nodes[i].is_element()) continue;
    const std::string_view classes = tree.Attribute(i, "class");
    const std::string_view id = tree.Attribute(i, "id");
    if (!HasClass(classes, "message") || !HasClass(classes, "default") || !id.starts_with("message"))
      continue;
    Message message;
    const std::string name = chat.empty() ? "chat" : chat;
    message.id = CutToWholeCharacters(name, 100) + "/" + std::string(id.substr(7, 24));
    NodeIndex words = kNoNode;
    NodeIndex forwarded_end = 0;
    bool media = false;
    std::string own_author;
    for (NodeIndex at = i + 1; at < nodes[i].end; ++at) {
      if (!nodes[at].is_element()) continue;
      const std::string_view own = tree.Attribute(at, "class");
      if (HasClass(own, "forwarded")) {
        forwarded_end = nodes[at].end;
      } else if (HasClass(own, "from_name")) {
        std::string from = FoldWhiteSpace(tree.RawText(at, 512));
        if (at < forwarded_end) {
          // The name, then when it was written first.
          const NodeIndex when = tree.Find(at, GUMBO_TAG_SPAN);
          if (when != kNoNode) {
            const std::string date = FoldWhiteSpace(tree.RawText(when, 128));
            if (from.ends_with(date))
              from = std::string(Trimmed(std::string_view(from).substr(0, from.size() - date.size())));
          }
          if (message.forwarded_from.empty()) message.forwarded_from = std::move(from);
        } else if (own_author.empty()) {
          own_author = std::move(from);
        }
      } else if (HasClass(own, "date") && message.time_as_written.empty() && at >= forwarded_end) {
        message.time_as_written = std::string(tree.Attribute(at, "title").substr(0, 64));
        if (const auto time = ParseRfc3339(Rfc3339Of(message.time_as_written)); time.ok()) {
          message.time = *time;
          message.time_basis = "stated";
        }
      } else if (HasClass(own, "reply_to")) {
        const NodeIndex link = tree.Find(at, GUMBO_TAG_A);
        const std::string_view href = link == kNoNode ? "" : tree.Attribute(link, "href");
        const size_t number = href.rfind("go_to_message");
        if (number != std::string_view::npos)
          message.reply_to =
              CutToWholeCharacters(name, 100) + "/" + std::string(href.substr(number + 13, 24));
      } else if (HasClass(own, "text") && words == kNoNode) {
        words = at;
      } else if (HasClass(own, "media_wrap") || HasClass(own, "photo_wrap")) {
        media = true;
        message.media = MediaOfClasses(own);
      } else if (media && message.media.empty()) {
        message.media = MediaOfClasses(own);
      }
    }
    // "joined": the same author as the message above.
    if (!own_author.empty()) author = own_author;
    message.author = own_author.empty() && HasClass(classes, "joined") ? author : own_author;
    Span span;
    if (words != kNoNode) {
      span = {nodes[words].visible_begin, nodes[words].visible_end};
      message.text = CutToWholeCharacters(
          TrimmedLines(std::string_view(page.document().text).substr(span.begin, span.size())),
          kMaxTextBytes);
    }
    if (message.text.empty() && media) ++out.unread_media;
    if (!message.text.empty()) {
      Listing listing;
      listing.kind = ListingKind::kMessage;
      listing.site_id = message.id;
      listing.vendor = message.author;
      listing.title = CutToWholeCharacters(std::string_view(message.text).substr(0, message.text.find('\n')),
                                           kMaxTitleBytes);
      listing.span = span;
      out.listings.push_back(std::move(listing));
    }
    out.messages.push_back(std::move(message));
    i = nodes[i].end - 1;
  }
  return out;
}

}  // namespace gasht
