#include "extract/page_class.h"

#include <algorithm>

#include "extract/page_tree.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr size_t kShortBytes = 1'200;  // a page that only says one thing
constexpr size_t kMediumBytes = 3'500;

bool HasAny(std::string_view lower, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return lower.find(phrase) != std::string_view::npos; });
}

struct Forms {
  bool password = false;
  bool captcha = false;
  size_t text_inputs = 0;
  bool login_action = false;
  bool refresh = false, waiting = false;
  // Of the page's visible words, how many stand outside the form with the password.
  size_t form_bytes = 0;
};

// A page that asks the browser to wait: "10", "3;url=/in". One that sends it elsewhere at once is a redirect.
bool IsWaiting(std::string_view refresh) {
  const bool at_once = refresh.starts_with("0") || refresh.starts_with("1;") || refresh.starts_with("1 ");
  return !at_once || refresh.find_first_of(";,") == refresh.npos;
}

Forms LookAtForms(const PageTree& tree) {
  Forms forms;
  const auto& nodes = tree.nodes();
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    if (!nodes[i].is_element()) continue;
    const int tag = nodes[i].tag;
    if (tag == GUMBO_TAG_META) {
      if (EqualsIgnoringCase(tree.Attribute(i, "http-equiv"), "refresh")) {
        forms.refresh = true;
        forms.waiting |= IsWaiting(tree.Attribute(i, "content"));
      }
    } else if (tag == GUMBO_TAG_FORM) {
      const std::string action = AsciiLowered(tree.Attribute(i, "action").substr(0, 256));
      if (HasAny(action, {"login", "signin", "sign-in", "sign_in", "auth", "register", "signup", "logon"})) {
        forms.login_action = true;
      }
      for (NodeIndex at = i; at < nodes[i].end; ++at) {
        if (nodes[at].tag == GUMBO_TAG_INPUT && EqualsIgnoringCase(tree.Attribute(at, "type"), "password")) {
          forms.form_bytes += nodes[i].visible_end - nodes[i].visible_begin;
          break;
        }
      }
    } else if (tag == GUMBO_TAG_INPUT) {
      const std::string_view type = tree.Attribute(i, "type");
      if (EqualsIgnoringCase(type, "password")) forms.password = true;
      if (type.empty() || EqualsIgnoringCase(type, "text") || EqualsIgnoringCase(type, "email"))
        ++forms.text_inputs;
      const std::string name =
          AsciiLowered(std::string(tree.Attribute(i, "name")) + " " + std::string(tree.Attribute(i, "id")));
      forms.captcha |= HasAny(name, {"captcha", "cf-turnstile", "h-captcha"});
    } else if (tag == GUMBO_TAG_IMG || tag == GUMBO_TAG_IFRAME || tag == GUMBO_TAG_DIV) {
      const std::string names =
          AsciiLowered(std::string(tree.Attribute(i, "src").substr(0, 256)) + " " +
                       std::string(tree.Attribute(i, "class")) + " " + std::string(tree.Attribute(i, "id")));
      forms.captcha |=
          HasAny(names, {"captcha", "cf-turnstile", "challenge-form", "cf-browser-verification"});
    }
  }
  return forms;
}

// Pictures say what banners say: their alternative texts and file names.
std::string PictureWords(const PageTree& tree) {
  constexpr size_t kMaxPictures = 40;
  std::string out;
  size_t pictures = 0;
  for (NodeIndex i = 0; i < tree.nodes().size() && pictures < kMaxPictures; ++i) {
    if (tree.node(i).tag != GUMBO_TAG_IMG) continue;
    ++pictures;
    const std::string_view source = tree.Attribute(i, "src");
    out += AsciiLowered(tree.Attribute(i, "alt").substr(0, 128)) + " " +
           AsciiLowered(tree.Attribute(i, "title").substr(0, 128)) + " ";
    if (!source.starts_with("data:")) out += AsciiLowered(source.substr(0, 256)) + " ";
  }
  return out;
}

// This site was taken, not something that somebody writes of.
bool SaysSeized(std::string_view words) {
  for (const std::string_view what : {"site", "website", "domain", "domain name", "hidden service", "service",
                                      "server", "market", "marketplace", "forum", "platform", "page", "onion",
                                      "network", "url", "web site", "cryptocurrency mixer", "application"}) {
    for (const std::string_view taken :
         {" has been seized", " was seized", " have been seized", " has been taken down",
          " was taken down by", " has been taken over", " has been shut down by", " is under the control of",
          " has been confiscated"}) {
      const std::string phrase = std::string(what) + std::string(taken);
      if (words.find(phrase) != std::string_view::npos) return true;
    }
  }
  return HasAny(words, {"these hidden sites have been seized",
                        "these websites have been seized",
                        "these domains have been seized",
                        "wurde beschlagnahmt",
                        "wurden beschlagnahmt",
                        "wurde sichergestellt",
                        "in beslag genomen",
                        "a été saisi",
                        "ha sido incautad",
                        "ha sido intervenid",
                        "è stato sequestrato",
                        "sito sequestrato",
                        "diese plattform und der kriminelle inhalt",
                        "seized by the fbi",
                        "seized by the federal bureau",
                        "seized by homeland security",
                        "seized by ice",
                        "seized by the united states",
                        "seized by the national crime agency",
                        "pursuant to a seizure warrant",
                        "under a seizure warrant",
                        "сайт заблок"});
}

bool SaysAuthority(std::string_view words) {
  return HasAny(words, {"fbi",
                        "federal",
                        "police",
                        "europol",
                        "interpol",
                        "law enforcement",
                        "department of justice",
                        "homeland security",
                        "agency",
                        "bundeskriminalamt",
                        "bka",
                        "polizei",
                        "politie",
                        "policia",
                        "policía",
                        "carabinieri",
                        "guardia",
                        "gendarmerie",
                        "customs",
                        "warrant",
                        "court",
                        "u.s. attorney",
                        "ministry",
                        "staatsanwaltschaft",
                        "fia ",
                        "nccia",
                        "eurojust",
                        "secret service",
                        "irs",
                        "dea"});
}

bool SaysCaptcha(std::string_view text) {
  return HasAny(text, {"checking your browser",
                       "checking if the site connection is secure",
                       "review the security of your connection",
                       "verify you are human",
                       "verify that you are human",
                       "verify you're human",
                       "verify that you're human",
                       "verifying you are human",
                       "confirm you are human",
                       "confirm you are a human",
                       "confirm that you are human",
                       "i'm not a robot",
                       "i am not a robot",
                       "i am human",
                       "you are not a robot",
                       "you're not a robot",
                       "not a robot",
                       "unusual traffic",
                       "enable javascript and cookies to continue",
                       "please complete the security check",
                       "complete the security check",
                       "solve the captcha",
                       "solve this captcha",
                       "enter the captcha",
                       "complete the captcha",
                       "fill the captcha",
                       "captcha below",
                       "captcha code",
                       "captcha to continue",
                       "security challenge",
                       "are you a human",
                       "are you human",
                       "prove you are human",
                       "prove you're human",
                       "prove that you are human",
                       "human verification",
                       "enter the characters",
                       "type the characters",
                       "enter the text you see",
                       "enter the code you see",
                       "enter the code from the image",
                       "code shown in the image",
                       "characters you see",
                       "characters in the image",
                       "characters shown",
                       "press & hold",
                       "press and hold",
                       "slide to verify",
                       "drag the slider",
                       "click on the circle",
                       "not a bot",
                       "you've been blocked by network security",
                       "blocked by network security",
                       "whoa there, pardner",
                       "bot protection",
                       "sorry, you have been blocked",
                       "making sure you're not a bot",
                       "anti-bot",
                       "antibot",
                       "your connection is being verified",
                       "incapsula incident",
                       "request unsuccessful",
                       "ddos-guard",
                       "attention required",
                       "performance & security by cloudflare",
                       "reference #",
                       "access to this page has been denied",
                       "pardon our interruption",
                       "robot check",
                       "one more step",
                       "не робот",
                       "проверка "
                       "браузера",
                       "کیپچا"});
}

bool SaysQueue(std::string_view text) {
  return HasAny(text, {"you are in the queue",
                       "you're in the queue",
                       "you are now in line",
                       "you are in line",
                       "you're in line",
                       "position in queue",
                       "position in the queue",
                       "position in line",
                       "your position",
                       "place in line",
                       "place in the queue",
                       "placed in the queue",
                       "placed in a queue",
                       "in a queue",
                       "waiting room",
                       "estimated wait",
                       "queue-it",
                       "awaiting forwarding",
                       "people ahead of you",
                       "users ahead of you",
                       "ahead of you in",
                       "in line to enter",
                       "number in line",
                       "access queue"});
}

bool SaysWait(std::string_view text) {
  return HasAny(text, {"please wait while we",
                       "you will be redirected",
                       "you'll be redirected",
                       "redirecting you",
                       "redirecting...",
                       "page will automatically refresh",
                       "page will refresh",
                       "will reload automatically",
                       "ddos protection",
                       "ddos attack",
                       "antiddos",
                       "anti-ddos",
                       "anti ddos",
                       "please wait a moment",
                       "please wait a few",
                       "do not refresh",
                       "don't refresh",
                       "do not close this page",
                       "please wait...",
                       "please stand by",
                       "you will be automatically",
                       "you will be forwarded",
                       "you'll be forwarded",
                       "forwarded automatically",
                       "just a moment",
                       "loading the site"});
}

bool SaysLogin(std::string_view text) {
  return HasAny(text, {"you must be logged in",
                       "you need to be logged in",
                       "please log in to",
                       "please login to",
                       "log in to continue",
                       "login to continue",
                       "sign in to continue",
                       "you must log in",
                       "you must login",
                       "you have to log in",
                       "you have to login",
                       "you are not logged in",
                       "login required",
                       "you do not have permission to access this page",
                       "you do not have permission to view",
                       "members only",
                       "registered users only",
                       "registered members only",
                       "you need to register",
                       "you must register",
                       "please login",
                       "please sign in",
                       "log into facebook",
                       "log in or sign up to",
                       "sign up to see",
                       "log in to see",
                       "login to view",
                       "log in to view",
                       "this account is private",
                       "this is a private",
                       "private forum",
                       "join to view",
                       "not logged in",
                       "enter your password",
                       "invite only",
                       "invitation code",
                       "لاگ ان"});
}

bool SaysError(std::string_view text) {
  return HasAny(text, {"404 not found",
                       "page not found",
                       "page can't be found",
                       "page can’t be found",
                       "page cannot be found",
                       "internal server error",
                       "bad gateway",
                       "service unavailable",
                       "could not be found",
                       "can't find that page",
                       "couldn't find that page",
                       "couldn't find the page",
                       "does not exist",
                       "doesn't exist",
                       "no such page",
                       "nothing was found at this location",
                       "something went wrong",
                       "an error occurred",
                       "an error has occurred",
                       "item not found",
                       "listing not found",
                       "product not found",
                       "user not found",
                       "topic not found",
                       "no longer available",
                       "no longer exists",
                       "has been removed",
                       "has been deleted",
                       "was deleted",
                       "listing has expired",
                       "ad has expired",
                       "under maintenance",
                       "down for maintenance",
                       "scheduled maintenance",
                       "be back soon",
                       "back online soon",
                       "back shortly",
                       "gateway timeout",
                       "gateway time-out",
                       "page you requested",
                       "page you are looking for",
                       "page you were looking for",
                       "page isn't available",
                       "page isn’t available",
                       "isn't available right now",
                       "isn’t available",
                       "content isn't available",
                       "not available right now",
                       "database error",
                       "database connection",
                       "error connecting to",
                       "fatal error:",
                       "temporarily unavailable",
                       "account suspended",
                       "account has been suspended",
                       "this account doesn",
                       "site is offline",
                       "temporarily offline",
                       "currently offline",
                       "currently unavailable",
                       "too many requests",
                       "connection timed out",
                       "web server is down",
                       "host error",
                       "origin is unreachable",
                       "onionsite",
                       "invalid request",
                       "method not allowed",
                       "permission denied",
                       "صفحہ نہیں"});
}

bool SaysParked(std::string_view text) {
  return HasAny(text, {"this domain is for sale",
                       "domain is for sale",
                       "domain may be for sale",
                       "domain name is for sale",
                       "domain name may be for sale",
                       "buy this domain",
                       "purchase this domain",
                       "make an offer on this domain",
                       "inquire about this domain",
                       "domain is parked",
                       "parked free",
                       "parked domain",
                       "domain parking",
                       "domain has been parked",
                       "sedoparking",
                       "this domain has expired",
                       "domain has expired",
                       "domain name has expired",
                       "the domain name is available",
                       "is for sale!",
                       "domain has been registered",
                       "domain was registered",
                       "domain is registered",
                       "hugedomains",
                       "afternic",
                       "dan.com",
                       "future home of something",
                       "welcome to nginx",
                       "apache2 debian default page",
                       "apache2 ubuntu default page",
                       "test page for the",
                       "default web page",
                       "default page",
                       "website coming soon",
                       "site is coming soon",
                       "account has not been set up",
                       "congratulations! your website",
                       "site not published",
                       "website is under construction",
                       "related searches"});
}

bool SaysBlocked(std::string_view text) {
  return HasAny(text, {"surf safely",
                       "this website is not accessible",
                       "pakistan telecommunication authority",
                       "site has been blocked",
                       "website has been blocked",
                       "access to this site has been blocked",
                       "access to this website has been blocked",
                       "access to this page has been blocked",
                       "url has been blocked",
                       "blocked by order of",
                       "blocked as per",
                       "blocked under",
                       "blocked in accordance with",
                       "blocked in compliance",
                       "unavailable for legal reasons",
                       "for legal reasons",
                       "prohibited for viewership",
                       "contains content that is prohibited",
                       "content that is prohibited",
                       "blocked by your internet service provider",
                       "blocked by the internet service provider",
                       "this site is blocked",
                       "this website is blocked",
                       "page has been blocked",
                       "restricted by court order",
                       "pursuant to a court order",
                       "department of telecommunications",
                       "site you are trying to access",
                       "content blocked",
                       "web page blocked",
                       "доступ к "
                       "ресурсу "
                       "ограничен"});
}

}  // namespace

PageClass ClassifyPage(const ParsedPage& page, int status, bool has_items) {
  const Document& document = page.document();
  // Most pages have things to read: nothing else to ask.
  if (has_items && document.text.size() >= kShortBytes) return PageClass::kContent;
  const std::string text = AsciiLowered(std::string_view(document.text).substr(0, 8'000));
  const std::string title = AsciiLowered(document.title);
  const std::string words = title + "\n" + text;
  const size_t size = document.text.size();
  const bool is_short = size < kShortBytes;
  const bool is_medium = size < kMediumBytes;
  const Forms forms = page.has_tree() ? LookAtForms(page.tree()) : Forms();
  const std::string pictures =
      page.has_tree() && is_short && !has_items ? PictureWords(page.tree()) : std::string();

  // News of a seizure are no banner: it says that this site was taken, and hardly more.
  if (is_medium && !has_items && (SaysSeized(words) || SaysSeized(pictures)) &&
      SaysAuthority(words + pictures))
    return PageClass::kSeizureBanner;
  if (is_short && !has_items &&
      (title == "seized" || title.starts_with("seized ") || title.ends_with(" seized") ||
       HasAny(pictures, {"seizure", "seized"}))) {
    return PageClass::kSeizureBanner;
  }
  if (!has_items && (status == 451 || (is_short && SaysBlocked(words)))) return PageClass::kIspBlock;

  const bool captcha_title = HasAny(
      title, {"just a moment", "attention required", "are you a robot", "robot check", "captcha",
              "security check", "access denied", "ddos-guard", "verify you are human", "ddos protection",
              "human verification", "checking your browser", "access to this page has been denied",
              "security challenge", "bot verification", "are you human", "one moment, please"});
  const bool says_queue = is_medium && !has_items && SaysQueue(words);
  if (is_medium && !has_items && (captcha_title || (is_short && SaysCaptcha(words)))) {
    return says_queue && !forms.captcha ? PageClass::kQueue : PageClass::kCaptcha;
  }
  if (is_short && !has_items && (says_queue || SaysWait(words)))
    return forms.captcha ? PageClass::kCaptcha : PageClass::kQueue;
  const bool login_words =
      HasAny(title, {"login", "log in", "sign in", "signin", "log on", "register", "sign up", "registration",
                     "create account", "create an account", "anmelden", "connexion", "iniciar sesi", "вход",
                     "accedi", "authentication required", "members only", "please log in"}) ||
      (is_medium && SaysLogin(text));
  if (forms.captcha && is_short && !forms.password && !has_items) return PageClass::kCaptcha;
  if (forms.password && !has_items) {
    const size_t outside = size > forms.form_bytes ? size - forms.form_bytes : 0;
    if ((login_words && is_medium) || outside < 700 ||
        (login_words && outside < 2 * kMediumBytes && document.links.size() < 80)) {
      return PageClass::kLoginWall;
    }
  }
  if (login_words && is_short && !has_items) return PageClass::kLoginWall;
  if (is_medium && !has_items && SaysParked(words) && !(status >= 400)) return PageClass::kParked;
  if (status >= 400) return PageClass::kError;
  if (is_short && !has_items &&
      (HasAny(title, {"404", "403", "500", "502", "503", "504", "not found", "error", "bad gateway",
                      "service unavailable", "forbidden", "gateway time", "page cannot be found",
                      "temporarily unavailable", "suspended", "maintenance", "offline"}) ||
       SaysError(text))) {
    return PageClass::kError;
  }
  // Nothing but a refresh is a door; a short page with one says what it is waiting for.
  if (((forms.waiting && size < 300) || (forms.refresh && size < 20)) && !has_items) return PageClass::kQueue;
  size_t letters = 0;
  for (const char c : document.text) letters += IsAsciiLetter(c) || static_cast<unsigned char>(c) >= 0xc3;
  if (letters < 20 && !has_items) return PageClass::kEmpty;
  if (is_short && !has_items &&
      HasAny(text, {"you need to enable javascript to run this app", "enable javascript to run",
                    "please enable javascript", "javascript is disabled", "javascript is required",
                    "requires javascript", "javascript to be enabled", "javascript must be enabled"}) &&
      letters < 250) {
    return PageClass::kEmpty;
  }
  return PageClass::kContent;
}

}  // namespace gasht
