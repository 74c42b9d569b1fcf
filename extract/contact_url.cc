// What one URL points at: the other half of identifiers.h.

#include <algorithm>
#include <string>
#include <vector>

#include "base/url.h"
#include "extract/coin_address.h"
#include "extract/identifiers.h"
#include "extract/phone.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kMaxParts = 5;  // of a path that are looked at

bool IsOneOf(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsReservedTelegram(std::string_view name) {
  return IsOneOf(name,
                 {"share",   "addstickers", "addemoji",    "iv",           "proxy",    "socks", "joinchat",
                  "login",   "bg",          "setlanguage", "confirmphone", "invoice",  "boost", "addtheme",
                  "c",       "addlist",     "embed",       "dl",           "apps",     "faq",   "privacy",
                  "contact", "m",           "giftcode",    "nft",          "stickers", "blog"});
}

std::string PercentDecoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const auto hex = [](char c) {
        c = AsciiLowered(c);
        return IsAsciiDigit(c) ? c - '0' : (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
      };
      const int high = hex(text[i + 1]), low = hex(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

// "key=value" in a query.
std::string QueryValue(std::string_view query, std::string_view key) {
  query = query.substr(0, query.find('#'));
  while (!query.empty()) {
    const size_t end = std::min(query.size(), query.find('&'));
    const std::string_view pair = query.substr(0, end);
    if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') {
      return PercentDecoded(pair.substr(key.size() + 1));
    }
    query.remove_prefix(std::min(query.size(), end + 1));
  }
  return "";
}

// A name as the services allow it; empty for anything else.
std::string HandleOf(std::string name) {
  if (!name.empty() && name[0] == '@') name.erase(0, 1);
  if (name.size() > 64) return "";
  for (const char c : name) {
    if (!IsAsciiLetter(c) && !IsAsciiDigit(c) && c != '_' && c != '.' && c != '-') return "";
  }
  return AsciiLowered(name);
}

// A code that is an invitation: as written, letters of both cases count.
std::string CodeOf(std::string code) {
  if (code.size() < 4 || code.size() > 64) return "";
  for (const char c : code) {
    if (!IsAsciiLetter(c) && !IsAsciiDigit(c) && c != '_' && c != '-') return "";
  }
  return code;
}

bool IsFacebookPage(std::string_view first) {
  return !IsOneOf(
      first, {"sharer",   "sharer.php", "share.php",     "share",       "dialog",    "login",   "login.php",
              "plugins",  "tr",         "help",          "policies",    "events",    "l.php",   "pages",
              "watch",    "reel",       "reels",         "photo",       "photo.php", "photos",  "story.php",
              "stories",  "hashtag",    "permalink.php", "marketplace", "gaming",    "privacy", "settings",
              "legal",    "business",   "ads",           "video.php",   "videos",    "search",  "notes",
              "home.php", "recover",    "terms.php",     "r.php",       "v2.0",      "profile"});
}

}  // namespace

std::vector<Identifier> IdentifiersOfUrl(std::string_view url, const IdentifierOptions& options) {
  std::vector<Identifier> out;
  const auto add = [&](IdentifierKind kind, std::string value,
                       IdentifierCheck check = IdentifierCheck::kNone) {
    if (value.empty()) return;
    Identifier& id = out.emplace_back();
    id.kind = kind;
    id.value = std::move(value);
    id.check = check;
    id.field = options.field;
    id.span = {0, url.size()};
  };
  std::string_view rest = url;
  const auto scheme_is = [&](std::string_view scheme) {
    if (!EqualsIgnoringCase(rest.substr(0, scheme.size()), scheme)) return false;
    rest.remove_prefix(scheme.size());
    return true;
  };
  const auto query_of_rest = [&] { return rest.substr(std::min(rest.size(), rest.find('?') + 1)); };
  if (scheme_is("mailto:")) {
    const std::string mail = PercentDecoded(rest.substr(0, std::min<size_t>(rest.find('?'), 512)));
    for (const Identifier& id : FindIdentifiers(mail, options)) {
      if (id.kind == IdentifierKind::kEmail) add(id.kind, id.value);
    }
    return out;
  }
  if (scheme_is("tel:") || scheme_is("sms:") || scheme_is("callto:")) {
    add(IdentifierKind::kPhone, PhoneToE164(PercentDecoded(rest.substr(0, 64))));
    return out;
  }
  if (scheme_is("whatsapp:")) {
    add(IdentifierKind::kWhatsapp, PhoneToE164("+" + QueryValue(query_of_rest(), "phone")));
    return out;
  }
  if (scheme_is("tg:")) {
    if (rest.find('?') == std::string_view::npos) return out;
    add(IdentifierKind::kTelegram, HandleOf(QueryValue(query_of_rest(), "domain")));
    const std::string invite = CodeOf(QueryValue(query_of_rest(), "invite"));
    if (!invite.empty()) add(IdentifierKind::kTelegram, "+" + invite);
    return out;
  }
  for (const std::string_view coin :
       {"bitcoin:", "litecoin:", "monero:", "ethereum:", "dogecoin:", "bitcoincash:", "tron:"}) {
    std::string_view body = rest;
    if (!EqualsIgnoringCase(body.substr(0, coin.size()), coin)) continue;
    if (coin != "bitcoincash:") body.remove_prefix(coin.size());
    body = body.substr(0, body.find_first_of("?@"));
    if (const auto address = ReadCoinAddress(body); address && address->mainnet) {
      add(address->kind, address->value, address->check);
    }
    return out;
  }
  if (!scheme_is("https://")) scheme_is("http://");
  const size_t host_end = std::min(rest.size(), rest.find_first_of("/?#"));
  std::string host = AsciiLowered(rest.substr(0, std::min<size_t>(host_end, 255)));
  if (host.starts_with("www.")) host.erase(0, 4);
  std::string_view path_and_query = rest.substr(host_end);
  const size_t question = path_and_query.find('?');
  const std::string_view query =
      question == std::string_view::npos ? "" : path_and_query.substr(question + 1);
  std::string_view path = path_and_query.substr(0, std::min(question, path_and_query.find('#')));
  std::vector<std::string> parts;
  while (!path.empty() && parts.size() < kMaxParts) {
    path.remove_prefix(1);
    const size_t end = std::min(path.size(), path.find('/'));
    if (end > 0) parts.push_back(PercentDecoded(path.substr(0, end)));
    path.remove_prefix(end);
  }
  const auto part = [&](size_t i) { return i < parts.size() ? parts[i] : std::string(); };
  const std::string first = AsciiLowered(part(0));
  if (host == "t.me" || host == "telegram.me" || host == "telegram.dog") {
    std::string name = part(0);
    if (first == "s" && parts.size() > 1) name = parts[1];
    if (name.starts_with('+')) {
      const std::string phone = PhoneToE164(name);
      if (!phone.empty()) {
        add(IdentifierKind::kTelegram, phone);
      } else if (const std::string code = CodeOf(name.substr(1)); !code.empty()) {
        add(IdentifierKind::kTelegram, "+" + code);
      }
    } else if (first == "joinchat") {
      if (const std::string code = CodeOf(part(1)); !code.empty()) add(IdentifierKind::kTelegram, "+" + code);
    } else if (name.size() >= 4 && name.size() <= 32 && !IsReservedTelegram(AsciiLowered(name))) {
      add(IdentifierKind::kTelegram, HandleOf(name));
    }
  } else if (host.ends_with(".t.me") && host.size() >= 9 && host.find('.') == host.size() - 5) {
    add(IdentifierKind::kTelegram, HandleOf(host.substr(0, host.size() - 5)));
  } else if (host == "wa.me") {
    if (first == "message" || first == "qr" || first == "c" || first == "p") {
      if (const std::string code = CodeOf(part(1)); !code.empty()) {
        // A catalogue's code is the seller's number.
        const std::string phone = first == "c" ? PhoneToE164("+" + code) : std::string();
        add(IdentifierKind::kWhatsapp, phone.empty() ? "wa.me/" + first + "/" + code : phone);
      }
    } else {
      add(IdentifierKind::kWhatsapp, PhoneToE164("+" + part(0)));
    }
  } else if (host == "api.whatsapp.com" || host == "web.whatsapp.com" || host == "whatsapp.com") {
    const std::string phone = QueryValue(query, "phone");
    if (!phone.empty()) add(IdentifierKind::kWhatsapp, PhoneToE164(phone[0] == '+' ? phone : "+" + phone));
    if (first == "channel" || first == "catalog" || first == "message") {
      if (const std::string code = CodeOf(part(1)); !code.empty()) {
        add(IdentifierKind::kWhatsapp, "whatsapp.com/" + first + "/" + code);
      }
    }
  } else if (host == "wa.link" || host == "walink.co") {
    if (const std::string code = CodeOf(part(0)); !code.empty())
      add(IdentifierKind::kWhatsapp, host + "/" + code);
  } else if (host == "chat.whatsapp.com") {
    const std::string code = CodeOf(first == "invite" && parts.size() > 1 ? parts[1] : part(0));
    if (code.size() >= 16) add(IdentifierKind::kWhatsapp, "chat.whatsapp.com/" + code);
  } else if (host == "instagram.com" || host == "instagr.am" || host == "m.instagram.com") {
    if (first == "stories") {
      if (part(1) != "highlights") add(IdentifierKind::kInstagram, HandleOf(part(1)));
    } else if (!IsOneOf(first, {"p", "reel", "reels", "explore", "accounts", "tv", "direct", "about", "legal",
                                "web", "developer", "share", "embed.js"})) {
      add(IdentifierKind::kInstagram, HandleOf(part(0)));
    }
  } else if (host == "ig.me") {
    if (first == "m") add(IdentifierKind::kInstagram, HandleOf(part(1)));
  } else if (host == "m.me") {
    add(IdentifierKind::kFacebook, HandleOf(part(0)));
  } else if (host == "facebook.com" || host == "m.facebook.com" || host == "fb.com" || host == "fb.me" ||
             host == "web.facebook.com" || host == "mbasic.facebook.com" || host == "messenger.com") {
    if (first == "profile.php") {
      add(IdentifierKind::kFacebook, HandleOf(QueryValue(query, "id")));
    } else if (first == "groups") {
      const std::string group = HandleOf(part(1));
      if (!group.empty()) add(IdentifierKind::kFacebook, "groups/" + group);
    } else if (first == "people") {
      add(IdentifierKind::kFacebook, HandleOf(part(2)));
    } else if (first == "t" || (first == "marketplace" && part(1) == "profile")) {
      add(IdentifierKind::kFacebook, HandleOf(first == "t" ? part(1) : part(2)));
    } else if (first == "p") {
      add(IdentifierKind::kFacebook, HandleOf(part(1)));
    } else if (IsFacebookPage(first)) {
      add(IdentifierKind::kFacebook, HandleOf(part(0)));
    }
  } else if (host == "snapchat.com" || host == "t.snapchat.com") {
    if (first == "add") {
      add(IdentifierKind::kSnapchat, HandleOf(part(1)));
    } else if (first.starts_with('@')) {
      add(IdentifierKind::kSnapchat, HandleOf(part(0)));
    }
  } else if (host == "wire.com" || host == "app.wire.com") {
    if (first.starts_with('@')) add(IdentifierKind::kWire, HandleOf(part(0)));
  } else if (host == "tiktok.com" || host == "m.tiktok.com") {
    if (first.starts_with('@')) add(IdentifierKind::kTiktok, HandleOf(part(0)));
  } else if (host == "signal.me" || host == "signal.group") {
    if (const size_t plus = url.find("#p/"); plus != std::string_view::npos) {
      add(IdentifierKind::kSignal, PhoneToE164(url.substr(plus + 3, 24)));
    } else if (const size_t mark = rest.find('#'); mark != std::string_view::npos && mark + 8 < rest.size()) {
      // A name or group in code: it has no shorter form.
      add(IdentifierKind::kSignal, host + "/" + std::string(rest.substr(mark, 160)));
    }
  } else if (host == "threema.id" || host == "threema.group") {
    std::string id = part(0);
    for (char& c : id) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (id.size() == 8 && !HandleOf(id).empty()) add(IdentifierKind::kThreema, id);
  } else if (host.ends_with(".onion")) {
    const size_t label = host.size() >= 62 ? host.size() - 62 : 0;
    const std::string onion = host.substr(label);
    if (onion.size() == 62) {
      add(IdentifierKind::kOnion, onion,
          CheckOnion(onion) == OnionCheck::kValid ? IdentifierCheck::kPassed : IdentifierCheck::kFailed);
    }
  }
  return out;
}

}  // namespace gasht
