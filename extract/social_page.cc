#include "extract/social_page.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/json.h"
#include "base/url.h"
#include "extract/page_tree.h"
#include "extract/price.h"
#include "extract/words.h"
#include "extract/written_time.h"

namespace gasht {
namespace {

constexpr size_t kMaxTextBytes = 16 << 10;
constexpr size_t kMaxTitleBytes = 256;

enum class Site { kNone, kWhatsapp, kInstagram, kFacebook, kX, kTiktok, kSnapchat };

Site SiteOf(std::string_view host) {
  struct Known {
    std::string_view domain;
    Site site;
  };
  static constexpr Known kKnown[] = {{"chat.whatsapp.com", Site::kWhatsapp},
                                     {"whatsapp.com", Site::kWhatsapp},
                                     {"wa.me", Site::kWhatsapp},
                                     {"instagram.com", Site::kInstagram},
                                     {"facebook.com", Site::kFacebook},
                                     {"fb.com", Site::kFacebook},
                                     {"x.com", Site::kX},
                                     {"twitter.com", Site::kX},
                                     {"tiktok.com", Site::kTiktok},
                                     {"snapchat.com", Site::kSnapchat}};
  for (const Known& known : kKnown) {
    if (host == known.domain) return known.site;
    if (host.size() > known.domain.size() && host.ends_with(known.domain) &&
        host[host.size() - known.domain.size() - 1] == '.')
      return known.site;
  }
  return Site::kNone;
}

struct Meta {
  std::string title, description, type, published;
};

Meta MetaOf(const ParsedPage& page) {
  Meta meta;
  const PageTree& tree = page.tree();
  std::string plain;
  for (NodeIndex i = 0; i < tree.nodes().size(); ++i) {
    if (tree.node(i).tag != GUMBO_TAG_META) continue;
    std::string_view property = tree.Attribute(i, "property");
    if (property.empty()) property = tree.Attribute(i, "name");
    const std::string_view content = tree.Attribute(i, "content");
    if (content.empty()) continue;
    const auto set = [&](std::string& field) {
      if (field.empty()) field = CutToWholeCharacters(content, kMaxTextBytes);
    };
    if (property == "og:title" || property == "twitter:title") set(meta.title);
    if (property == "og:description" || property == "twitter:description") set(meta.description);
    if (property == "description") set(plain);
    if (property == "og:type") set(meta.type);
    if (property == "article:published_time" || property == "og:published_time" ||
        property == "datePublished")
      set(meta.published);
  }
  if (meta.description.empty()) meta.description = plain;
  // What a profile's owner says of himself stands in quotation marks at the end of the plain description only.
  if (meta.type == "profile" && plain.size() > meta.description.size()) meta.description = plain;
  meta.title = FoldWhiteSpace(meta.title);
  return meta;
}

// "1,234 Followers, 56 Following, 78 Posts - ...": figures before their words.
void AddCounts(std::string_view text, Listing& listing) {
  struct Word {
    std::string_view word, fact;
  };
  static constexpr Word kWords[] = {{"followers", "subscribers"},
                                    {"follower", "subscribers"},
                                    {"subscribers", "subscribers"},
                                    {"members", "members"},
                                    {"participants", "members"}};
  for (size_t at = 0; at < text.size(); ++at) {
    if (!IsAsciiDigit(text[at]) || (at > 0 && (IsAsciiLetter(text[at - 1]) || IsAsciiDigit(text[at - 1]))))
      continue;
    size_t end = at;
    while (end < text.size() && (IsAsciiDigit(text[end]) || text[end] == ',' || text[end] == '.')) ++end;
    if (end < text.size() && (AsciiLowered(text[end]) == 'k' || AsciiLowered(text[end]) == 'm')) ++end;
    size_t word = end;
    while (word < text.size() && text[word] == ' ') ++word;
    for (const Word& w : kWords) {
      if (!EqualsIgnoringCase(text.substr(word, w.word.size()), w.word)) continue;
      const bool known = std::any_of(listing.facts.begin(), listing.facts.end(),
                                     [&](const ListingFact& f) { return f.name == w.fact; });
      if (!known) listing.facts.push_back({std::string(w.fact), std::string(text.substr(at, end - at))});
      break;
    }
    at = end;
  }
}

// The handle in "Name (@handle) ..." or in the path "/handle", "/@handle".
std::string HandleOf(std::string_view title, std::string_view path) {
  const size_t at = title.find("(@");
  if (at != std::string_view::npos) {
    const size_t end = title.find(')', at);
    if (end != std::string_view::npos) return AsciiLowered(title.substr(at + 2, end - at - 2));
  }
  path = path.substr(path.starts_with("/") ? 1 : 0);
  if (path.starts_with("@")) path.remove_prefix(1);
  if (path.starts_with("add/")) path.remove_prefix(4);
  const std::string_view first = path.substr(0, path.find('/'));
  for (const std::string_view other :
       {"p", "reel", "reels", "tv", "stories", "groups", "profile.php", "watch", "share", "i", "explore",
        "status", "story.php", "permalink.php", "events", "marketplace", "invite", "channel"}) {
    if (first == other) return "";
  }
  return AsciiLowered(first);
}

// The words between the first and last quotation marks, ASCII or not.
std::string Quoted(std::string_view text) {
  size_t begin = std::string_view::npos, end = std::string_view::npos, open = 0;
  for (const std::string_view mark : {"\"", "“"}) {
    const size_t at = text.find(mark);
    if (at < begin) {
      begin = at;
      open = mark.size();
    }
  }
  for (const std::string_view mark : {"\"", "”"}) {
    const size_t at = text.rfind(mark);
    if (at != std::string_view::npos && (end == std::string_view::npos || at > end)) end = at;
  }
  if (begin == std::string_view::npos || end == std::string_view::npos || end <= begin + open) return "";
  return std::string(Trimmed(text.substr(begin + open, end - begin - open)));
}

bool IsPost(Site site, std::string_view path) {
  const auto has = [&](std::string_view part) { return path.find(part) != std::string_view::npos; };
  switch (site) {
    case Site::kInstagram:
      return has("/p/") || has("/reel/") || has("/tv/");
    case Site::kFacebook:
      return has("/posts/") || has("/permalink") || has("/videos/") || has("/photos/") || has("story.php") ||
             has("/marketplace/item/");
    case Site::kX:
      return has("/status/");
    case Site::kTiktok:
      return has("/video/");
    case Site::kWhatsapp:
    case Site::kSnapchat:
    case Site::kNone:
      return false;
  }
  return false;
}

// "Name on Instagram: ...", "Name (@h) on X", "WhatsApp Group Invite": the name alone.
std::string NameOf(std::string_view title) {
  for (const std::string_view behind :
       {" on Instagram", " on X", " on Twitter", " | TikTok", " on TikTok", " | Facebook", " - Facebook",
        " on Snapchat", " | Snapchat", " • Instagram", " | WhatsApp Channel", " (@"}) {
    title = title.substr(0, std::min(title.size(), title.find(behind)));
  }
  return CutToWholeCharacters(Trimmed(title), kMaxTitleBytes);
}

bool HasClass(const PageTree& tree, NodeIndex i, std::string_view wanted) {
  const std::string_view classes = tree.Attribute(i, "class");
  for (size_t at = classes.find(wanted); at != std::string_view::npos; at = classes.find(wanted, at + 1)) {
    const size_t end = at + wanted.size();
    if ((at == 0 || IsWhiteSpace(classes[at - 1])) && (end == classes.size() || IsWhiteSpace(classes[end])))
      return true;
  }
  return false;
}

std::string WordsBetween(const ParsedPage& page, size_t begin, size_t end) {
  if (begin >= end) return "";
  return CutToWholeCharacters(Trimmed(std::string_view(page.document().text).substr(begin, end - begin)),
                              kMaxTextBytes);
}

// The figures behind "name": of a JSON text, whatever stands around it.
std::string FigureAfter(std::string_view json, std::string_view name) {
  size_t at = json.find("\"" + std::string(name) + "\":");
  if (at == std::string_view::npos) return "";
  at += name.size() + 3;
  if (at < json.size() && json[at] == '"') ++at;
  size_t end = at;
  while (end < json.size() && IsAsciiDigit(json[end]) && end - at < 24) ++end;
  return std::string(json.substr(at, end - at));
}

void SetUnixTime(std::string_view seconds, Message& message) {
  if (seconds.empty() || seconds.size() > 11) return;
  int64_t value = 0;
  for (const char c : seconds) {
    if (!IsAsciiDigit(c)) return;
    value = value * 10 + (c - '0');
  }
  message.time_as_written = std::string(seconds);
  message.time = UtcTime{value * 1'000'000};
  message.time_basis = "stated";
}

void SetWrittenTime(std::string written, UtcTime fetched_at, Message& message) {
  if (written.empty()) return;
  message.time_as_written = CutToWholeCharacters(written, 128);
  const WrittenTime time = ParseWrittenTime(message.time_as_written, fetched_at);
  message.time = time.time;
  message.time_basis = time.basis;
}

// Its words, where it has some, are a listing; a post without is a picture that was not read.
void AddPost(Message message, Listing listing, MessagePage& out) {
  if (message.text.empty()) {
    ++out.unread_media;
  } else {
    listing.kind = ListingKind::kMessage;
    if (listing.site_id.empty()) listing.site_id = message.id;
    listing.title = CutToWholeCharacters(message.text.substr(0, message.text.find('\n')), kMaxTitleBytes);
    if (listing.span.size() == 0) listing.text = message.text;
    out.listings.push_back(std::move(listing));
  }
  out.messages.push_back(std::move(message));
}

// A timeline as Facebook writes it for telephones: every story is an element with a "data-ft" that names it.
void ReadFacebookTimeline(const ParsedPage& page, UtcTime fetched_at, size_t max_messages, MessagePage& out) {
  const PageTree& tree = page.tree();
  for (NodeIndex i = 0; i < tree.nodes().size() && out.messages.size() < max_messages; ++i) {
    if (!tree.node(i).is_element()) continue;
    const std::string_view about = tree.Attribute(i, "data-ft");
    if (about.find("\"top_level_post_id\"") == std::string_view::npos) continue;
    const NodeIndex end = tree.node(i).end;
    Message message;
    Listing listing;
    std::string handle, written;
    size_t words_begin = 0, words_end = 0, header_end = 0, footer_begin = tree.node(i).visible_end;
    for (NodeIndex at = i + 1; at < end; ++at) {
      const TreeNode& node = tree.node(at);
      if (!node.is_element()) continue;
      if (node.tag == GUMBO_TAG_H3 && message.author.empty()) {
        for (NodeIndex link = at + 1; link < node.end; ++link) {
          if (tree.node(link).tag != GUMBO_TAG_A) continue;
          message.author = CutToWholeCharacters(FoldWhiteSpace(tree.RawText(link, 512)), 128);
          const Result<Url> url = Url::Parse(page.Absolute(tree.Attribute(link, "href")));
          if (url.ok()) handle = HandleOf("", url->path());
          break;
        }
        header_end = std::max<size_t>(header_end, node.visible_end);
      }
      if (node.tag == GUMBO_TAG_HEADER) header_end = std::max<size_t>(header_end, node.visible_end);
      if (node.tag == GUMBO_TAG_FOOTER) footer_begin = node.visible_begin;
      if (node.tag == GUMBO_TAG_ABBR && written.empty()) written = FoldWhiteSpace(tree.RawText(at, 128));
      if (words_end == 0 && (tree.Attribute(at, "data-gt").find("\"*s\"") != std::string_view::npos ||
                             tree.Attribute(at, "data-ft").find("\"*s\"") != std::string_view::npos)) {
        words_begin = node.visible_begin;
        words_end = node.visible_end;
      }
    }
    if (words_end == 0) {
      words_begin = header_end;
      words_end = footer_begin;
    }
    message.text = WordsBetween(page, words_begin, words_end);
    const std::string id = FigureAfter(about, "top_level_post_id");
    message.id = handle.empty() ? id : handle + "/" + id;
    SetWrittenTime(std::move(written), fetched_at, message);
    if (const std::string seconds = FigureAfter(about, "publish_time"); !seconds.empty())
      SetUnixTime(seconds, message);
    if (tree.Find(i, GUMBO_TAG_IMG) != kNoNode && message.text.empty()) message.media = "photo";
    listing.vendor = handle.empty() ? message.author : handle;
    listing.url =
        page.Absolute("/story.php?story_fbid=" + id + "&id=" + FigureAfter(about, "content_owner_id_new"));
    if (!message.text.empty()) {
      const size_t begin = page.document().text.find(message.text, words_begin);
      if (begin != std::string::npos) listing.span = {begin, begin + message.text.size()};
    }
    AddPost(std::move(message), std::move(listing), out);
    i = end - 1;
  }
}

// One post as Instagram writes it for other sites: the words stand between the writer's name and the comments.
void ReadInstagramEmbed(const ParsedPage& page, const std::string& path, MessagePage& out) {
  const PageTree& tree = page.tree();
  for (NodeIndex i = 0; i < tree.nodes().size(); ++i) {
    if (!tree.node(i).is_element() || !HasClass(tree, i, "Caption")) continue;
    size_t begin = tree.node(i).visible_begin, end = tree.node(i).visible_end;
    Message message;
    for (NodeIndex at = i + 1; at < tree.node(i).end; ++at) {
      if (HasClass(tree, at, "CaptionUsername")) {
        message.author = FoldWhiteSpace(tree.RawText(at, 128));
        begin = tree.node(at).visible_end;
      }
      if (HasClass(tree, at, "CaptionComments")) end = tree.node(at).visible_begin;
    }
    if (message.author.empty()) return;
    message.text = WordsBetween(page, begin, end);
    std::string_view code = path;
    for (const std::string_view part : {"/p/", "/reel/", "/tv/"}) {
      if (const size_t at = code.find(part); at != std::string_view::npos)
        code.remove_prefix(at + part.size());
    }
    message.id = message.author + "/" + std::string(code.substr(0, code.find('/')));
    message.media = "photo";
    Listing listing;
    listing.vendor = message.author;
    listing.url = page.document().url;
    if (const size_t at = page.document().text.find(message.text, begin); at != std::string::npos)
      listing.span = {at, at + message.text.size()};
    AddPost(std::move(message), std::move(listing), out);
    return;
  }
}

// Posts of X that stand on a page of its publishing service, as blockquotes.
void ReadXQuotes(const ParsedPage& page, UtcTime fetched_at, size_t max_messages, MessagePage& out) {
  const PageTree& tree = page.tree();
  for (NodeIndex i = 0; i < tree.nodes().size() && out.messages.size() < max_messages; ++i) {
    if (!tree.node(i).is_element() || !HasClass(tree, i, "twitter-tweet")) continue;
    const NodeIndex words = tree.Find(i, GUMBO_TAG_P);
    if (words == kNoNode) continue;
    Message message;
    Listing listing;
    const TreeNode& text = tree.node(words);
    message.text = WordsBetween(page, text.visible_begin, text.visible_end);
    for (NodeIndex at = tree.node(words).end; at < tree.node(i).end; ++at) {
      const std::string_view href = tree.Attribute(at, "href");
      const size_t status = href.find("/status/");
      if (status == std::string_view::npos) continue;
      const size_t slash = href.rfind('/', status - 1);
      if (slash == std::string_view::npos || status == 0) continue;
      listing.vendor = AsciiLowered(href.substr(slash + 1, status - slash - 1));
      message.id = listing.vendor + "/" +
                   std::string(href.substr(status + 8, href.find_first_of("?/#", status + 8) - status - 8));
      SetWrittenTime(FoldWhiteSpace(tree.RawText(at, 128)), fetched_at, message);
      listing.url = page.Absolute(href);
    }
    // "— Kaka (@kaka_lhr)"
    const std::string behind = WordsBetween(page, text.visible_end, tree.node(i).visible_end);
    size_t from = 0;
    while (from < behind.size() && (static_cast<unsigned char>(behind[from]) >= 0x80 || behind[from] == ' '))
      ++from;
    message.author = NameOf(behind.substr(from));
    listing.span = {text.visible_begin, text.visible_end};
    AddPost(std::move(message), std::move(listing), out);
  }
}

std::string TextOf(const Json& object, std::string_view key) {
  const Json* value = object.Find(key);
  if (value == nullptr) return "";
  if (value->is_string()) return CutToWholeCharacters(value->as_string(), kMaxTextBytes);
  return value->is_int() ? std::to_string(value->as_int()) : "";
}

// What the scripts of TikTok and of X's timeline are fed with: {"desc","createTime","author":{"uniqueId"}} for a video,
// {"full_text","created_at","user":{"screen_name"}} for a post, {"uniqueId","signature"} for who it is.
void ReadState(const ParsedPage& page, Site site, UtcTime fetched_at, size_t max_messages, MessagePage& out) {
  constexpr size_t kMaxObjects = 20'000;
  for (const std::string& script : page.state_json()) {
    const Result<Json> root = Json::Parse(script);
    if (!root.ok()) continue;
    std::vector<const Json*> stack = {&*root};
    for (size_t seen = 0; !stack.empty() && seen < kMaxObjects && out.messages.size() < max_messages;
         ++seen) {
      const Json& value = *stack.back();
      stack.pop_back();
      if (value.is_array()) {
        for (size_t i = value.items().size(); i-- > 0;) stack.push_back(&value.items()[i]);
        continue;
      }
      if (!value.is_object()) continue;
      Message message;
      Listing listing;
      const Json* author = value.Find(site == Site::kTiktok ? "author" : "user");
      if (site == Site::kTiktok && author != nullptr && author->is_object() &&
          value.Find("desc") != nullptr) {
        listing.vendor = AsciiLowered(TextOf(*author, "uniqueId"));
        message.author = TextOf(*author, "nickname");
        message.text = TextOf(value, "desc");
        message.media = "video";
        SetUnixTime(TextOf(value, "createTime"), message);
        if (const Json* stats = value.Find("stats"); stats != nullptr && stats->is_object()) {
          if (const int64_t views = stats->IntOr("playCount", -1); views >= 0) message.views = views;
        }
        listing.url = "https://www.tiktok.com/@" + listing.vendor + "/video/" + TextOf(value, "id");
        message.id = listing.vendor + "/" + TextOf(value, "id");
      } else if (site == Site::kX && author != nullptr && author->is_object() &&
                 (value.Find("full_text") != nullptr || value.Find("text") != nullptr)) {
        listing.vendor = AsciiLowered(TextOf(*author, "screen_name"));
        message.author = TextOf(*author, "name");
        message.text = TextOf(value, value.Find("full_text") != nullptr ? "full_text" : "text");
        SetWrittenTime(TextOf(value, "created_at"), fetched_at, message);
        listing.url = "https://x.com/" + listing.vendor + "/status/" + TextOf(value, "id_str");
        message.id = listing.vendor + "/" + TextOf(value, "id_str");
      } else if (site == Site::kTiktok && value.Find("uniqueId") != nullptr &&
                 value.Find("signature") != nullptr) {
        const bool known = std::any_of(out.listings.begin(), out.listings.end(), [](const Listing& other) {
          return other.kind == ListingKind::kProfile;
        });
        listing.kind = ListingKind::kProfile;
        listing.vendor = listing.site_id = AsciiLowered(TextOf(value, "uniqueId"));
        listing.title = CutToWholeCharacters(TextOf(value, "nickname"), kMaxTitleBytes);
        listing.text = TextOf(value, "signature");
        listing.url = "https://www.tiktok.com/@" + listing.vendor;
        if (!known && !listing.title.empty()) out.listings.push_back(std::move(listing));
        continue;
      }
      if (!listing.vendor.empty()) {
        AddPost(std::move(message), std::move(listing), out);
        // Who wrote it may stand inside, with more to say.
        if (site == Site::kTiktok) stack.push_back(author);
        continue;
      }
      for (size_t i = value.entries().size(); i-- > 0;) {
        const Json& inner = value.entries()[i].second;
        if (inner.is_object() || inner.is_array()) stack.push_back(&inner);
      }
    }
  }
}

// "Chat on WhatsApp with +92 301 2345678"
std::string PhoneOfChatLink(const ParsedPage& page) {
  constexpr std::string_view kLead = "Chat on WhatsApp with ";
  const std::string& text = page.document().text;
  const size_t at = text.find(kLead);
  if (at == std::string::npos) return "";
  const size_t begin = at + kLead.size();
  return std::string(
      Trimmed(text.substr(begin, std::min<size_t>(text.find('\n', begin), begin + 40) - begin)));
}

// An advert of Facebook's marketplace: "Marketplace - Grinder | Lahore | Facebook".
Listing MarketplaceItem(const Meta& meta, const std::string& path, const std::string& url) {
  Listing listing;
  listing.kind = ListingKind::kOffer;
  std::string_view title = meta.title;
  if (title.starts_with("Marketplace - ")) title.remove_prefix(14);
  listing.title = NameOf(title.substr(0, title.find(" | ")));
  listing.text = meta.description;
  listing.url = url;
  std::string_view id = path;
  while (id.ends_with('/')) id.remove_suffix(1);
  listing.site_id = std::string(id.substr(id.rfind('/') + 1));
  listing.prices = FindPrices(listing.text);
  return listing;
}

}  // namespace

MessagePage ReadSocialPage(const ParsedPage& page, UtcTime fetched_at, size_t max_messages) {
  MessagePage out;
  if (!page.has_tree()) return out;
  const Result<Url> url = Url::Parse(page.document().url);
  if (!url.ok()) return out;
  const Site site = SiteOf(url->host());
  if (site == Site::kNone) return out;
  const Meta meta = MetaOf(page);
  const std::string path(url->path());
  // What is in the page itself is more than what it tells others.
  if (site == Site::kFacebook) ReadFacebookTimeline(page, fetched_at, max_messages, out);
  if (site == Site::kInstagram) ReadInstagramEmbed(page, path, out);
  if (site == Site::kX) ReadXQuotes(page, fetched_at, max_messages, out);
  if (site == Site::kX || site == Site::kTiktok) ReadState(page, site, fetched_at, max_messages, out);
  if (!out.messages.empty()) return out;
  if (meta.title.empty() && meta.description.empty()) return out;
  Listing listing;
  listing.url = page.document().url;
  listing.vendor = HandleOf(meta.title, path);
  if (site == Site::kFacebook && path.find("/marketplace/item/") != std::string::npos) {
    out.listings.push_back(MarketplaceItem(meta, path, page.document().url));
    return out;
  }
  if (!IsPost(site, path)) {
    // "WhatsApp Group Invite" with no name: the invitation is void.
    if (site == Site::kWhatsapp && (meta.title.empty() || meta.title == "WhatsApp Group Invite" ||
                                    meta.title.starts_with("Share on WhatsApp")))
      return out;
    if (meta.title == "Instagram" || meta.title == "Facebook" || meta.title.starts_with("Log in") ||
        meta.title == "TikTok" || meta.title == "X")
      return out;
    listing.kind = ListingKind::kProfile;
    listing.title = NameOf(meta.title);
    listing.text = meta.description;
    // "1,234 Followers ... on Instagram: "Vapes and more"": what its owner says is quoted.
    if (const std::string own = site == Site::kInstagram ? Quoted(meta.description) : ""; !own.empty())
      listing.text = own;
    if (site == Site::kWhatsapp) {
      listing.vendor = PhoneOfChatLink(page);
      listing.site_id = std::string(path.substr(path.rfind('/') + 1));
    } else {
      listing.site_id = listing.vendor;
    }
    AddCounts(meta.description, listing);
    if (!out.listings.empty()) {
      // The page's own state says more of its owner than what it tells others, but for the counts.
      out.listings[0].facts = std::move(listing.facts);
      return out;
    }
    if (!listing.title.empty()) out.listings.push_back(std::move(listing));
    return out;
  }
  Message message;
  message.author = NameOf(meta.title);
  // "12 likes, 3 comments - handle on March 1, 2024: "words"": the words are quoted, the date stands before them.
  std::string text = site == Site::kInstagram ? Quoted(meta.description) : "";
  if (text.empty()) text = Quoted(meta.title);
  if (site == Site::kX || site == Site::kFacebook || site == Site::kTiktok || text.empty()) {
    if (site == Site::kInstagram && meta.description.find(" likes, ") != std::string::npos && text.empty()) {
      text.clear();  // a picture without words
    } else if (text.empty() || meta.description.size() > text.size()) {
      text =
          site == Site::kX && !Quoted(meta.description).empty() ? Quoted(meta.description) : meta.description;
    }
  }
  if (site == Site::kInstagram && listing.vendor.empty()) {
    // "... - handle on March 1, 2024: ..."
    const size_t dash = meta.description.find(" - "),
                 on = meta.description.find(" on ", dash == std::string::npos ? 0 : dash);
    if (dash != std::string::npos && on != std::string::npos && on - dash < 64) {
      listing.vendor = AsciiLowered(std::string_view(meta.description).substr(dash + 3, on - dash - 3));
      message.time_as_written =
          meta.description.substr(on + 4, std::min<size_t>(meta.description.find(':', on), on + 40) - on - 4);
    }
  }
  message.id = listing.vendor.empty() ? path.substr(1)
                                      : listing.vendor + path.substr(path.rfind('/', path.size() - 2));
  if (message.id.ends_with("/")) message.id.pop_back();
  if (!meta.published.empty()) message.time_as_written = meta.published;
  SetWrittenTime(message.time_as_written, fetched_at, message);
  message.media = meta.type.starts_with("video") ? "video" : (site == Site::kInstagram ? "photo" : "");
  if (site == Site::kTiktok) message.media = "video";
  message.text = std::string(Trimmed(text));
  AddPost(std::move(message), std::move(listing), out);
  return out;
}

}  // namespace gasht
