#include "extract/social_page.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/url.h"
#include "extract/page_tree.h"
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
        " on Snapchat", " | Snapchat", " • Instagram", " (@"}) {
    title = title.substr(0, std::min(title.size(), title.find(behind)));
  }
  return CutToWholeCharacters(Trimmed(title), kMaxTitleBytes);
}

}  // namespace

MessagePage ReadSocialPage(const ParsedPage& page, UtcTime fetched_at) {
  MessagePage out;
  if (!page.has_tree()) return out;
  const Result<Url> url = Url::Parse(page.document().url);
  if (!url.ok()) return out;
  const Site site = SiteOf(url->host());
  if (site == Site::kNone) return out;
  const Meta meta = MetaOf(page);
  if (meta.title.empty() && meta.description.empty()) return out;
  const std::string path(url->path());
  Listing listing;
  listing.url = page.document().url;
  listing.vendor = HandleOf(meta.title, path);
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
    if (site == Site::kWhatsapp) {
      listing.vendor.clear();
      listing.site_id = std::string(path.substr(path.rfind('/') + 1));
    } else {
      listing.site_id = listing.vendor;
    }
    AddCounts(meta.description, listing);
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
  if (!message.time_as_written.empty()) {
    const WrittenTime written = ParseWrittenTime(message.time_as_written, fetched_at);
    message.time = written.time;
    message.time_basis = written.basis;
  }
  message.media = meta.type.starts_with("video") ? "video" : (site == Site::kInstagram ? "photo" : "");
  if (site == Site::kTiktok) message.media = "video";
  message.text = std::string(Trimmed(text));
  if (message.text.empty()) {
    ++out.unread_media;
  } else {
    listing.kind = ListingKind::kMessage;
    listing.site_id = message.id;
    listing.title = CutToWholeCharacters(message.text.substr(0, message.text.find('\n')), kMaxTitleBytes);
    listing.text = message.text;
    out.listings.push_back(std::move(listing));
  }
  out.messages.push_back(std::move(message));
  return out;
}

}  // namespace gasht
