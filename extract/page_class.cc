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
  bool refresh = false;
  // Of the page's visible words, how many stand outside the form with the password.
  size_t form_bytes = 0;
};

Forms LookAtForms(const PageTree& tree) {
  Forms forms;
  const auto& nodes = tree.nodes();
  for (NodeIndex i = 0; i < nodes.size(); ++i) {
    if (!nodes[i].is_element()) continue;
    const int tag = nodes[i].tag;
    if (tag == GUMBO_TAG_META) {
      forms.refresh |= EqualsIgnoringCase(tree.Attribute(i, "http-equiv"), "refresh");
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

}  // namespace

PageClass ClassifyPage(const ParsedPage& page, int status, bool has_items) {
  const Document& document = page.document();
  const std::string text = AsciiLowered(std::string_view(document.text).substr(0, 8'000));
  const std::string title = AsciiLowered(document.title);
  const size_t size = document.text.size();
  const bool is_short = size < kShortBytes;
  const bool is_medium = size < kMediumBytes;
  const Forms forms = page.has_tree() ? LookAtForms(page.tree()) : Forms();

  if (is_medium &&
      HasAny(text + " " + title,
             {"has been seized", "this hidden site has been seized", "domain has been seized",
              "website has been seized", "seized by", "diese plattform und der kriminelle inhalt",
              "this site has been seized", "beschlagnahmt"}) &&
      HasAny(text + " " + title, {"fbi", "federal", "police", "europol", "interpol", "law enforcement",
                                  "department of justice", "homeland security", "agency", "bundeskriminalamt",
                                  "polizei", "politie", "customs", "warrant", "court"})) {
    return PageClass::kSeizureBanner;
  }
  if (is_short &&
      HasAny(text + " " + title,
             {"surf safely", "this website is not accessible", "pakistan telecommunication authority",
              "access to this site has been blocked", "access to this website has been blocked",
              "blocked by order of", "unavailable for legal reasons", "prohibited for viewership",
              "blocked in accordance with", "contains content that is prohibited",
              "blocked by your internet service provider", "this site is blocked",
              "доступ к ресурсу ограничен", "the site you are trying to access", "content blocked"})) {
    return PageClass::kIspBlock;
  }
  if (has_items && !is_short) return PageClass::kContent;
  if (is_medium && (HasAny(title, {"just a moment", "attention required", "are you a robot", "robot check",
                                   "captcha", "security check", "access denied", "ddos-guard",
                                   "verify you are human", "ddos protection", "human verification",
                                   "checking your browser", "access to this page has been denied"}) ||
                    (is_short && HasAny(text, {"checking your browser",
                                               "verify you are human",
                                               "verify that you are human",
                                               "i'm not a robot",
                                               "unusual traffic",
                                               "enable javascript and cookies to continue",
                                               "please complete the security check",
                                               "solve the captcha",
                                               "enter the captcha",
                                               "are you a human",
                                               "prove you are human",
                                               "prove you're human",
                                               "enter the characters",
                                               "type the characters",
                                               "not a bot",
                                               "you've been blocked by network security",
                                               "blocked by network security",
                                               "whoa there, pardner",
                                               "bot protection",
                                               "sorry, you have been blocked",
                                               "making sure you're not a bot",
                                               "anti-bot",
                                               "your connection is being verified",
                                               "complete the captcha"})))) {
    if (HasAny(text + title, {"you are in the queue", "place in line", "position in queue", "waiting room"}))
      return PageClass::kQueue;
    return PageClass::kCaptcha;
  }
  if (is_short &&
      HasAny(text + " " + title,
             {"you are in the queue", "you are now in line", "position in queue", "your place in line",
              "waiting room", "estimated wait", "you have been placed in a queue", "please wait while we",
              "you will be redirected", "redirecting you", "page will automatically refresh",
              "ddos protection", "antiddos", "anti-ddos", "anti ddos", "please wait a moment",
              "do not refresh the page", "please wait...", "you will be automatically"})) {
    return forms.captcha ? PageClass::kCaptcha : PageClass::kQueue;
  }
  const bool login_words =
      HasAny(title, {"login", "log in", "sign in", "signin", "log on", "register", "sign up", "registration",
                     "create account", "create an account", "anmelden", "connexion", "iniciar sesi", "вход",
                     "accedi", "authentication required", "members only", "please log in"}) ||
      (is_medium &&
       HasAny(text, {"you must be logged in", "you need to be logged in", "please log in to continue",
                     "log in to continue", "sign in to continue", "you must log in", "you are not logged in",
                     "login required", "you do not have permission to access this page", "members only",
                     "please login"}));
  if (forms.captcha && is_short && !forms.password) return PageClass::kCaptcha;
  if (forms.password && !has_items) {
    const size_t outside = size > forms.form_bytes ? size - forms.form_bytes : 0;
    if ((login_words && is_medium) || outside < 700 ||
        (login_words && outside < 2 * kMediumBytes && document.links.size() < 80)) {
      return PageClass::kLoginWall;
    }
  }
  if (login_words && is_short && !has_items) return PageClass::kLoginWall;
  if (is_medium &&
      HasAny(text + " " + title,
             {"this domain is for sale", "domain is for sale", "buy this domain", "domain is parked",
              "parked free", "domain parking", "sedoparking", "this domain has expired",
              "the domain name is available", "is for sale!", "domain has been registered", "hugedomains",
              "future home of something quite cool", "related searches"})) {
    return PageClass::kParked;
  }
  if (status >= 400) return PageClass::kError;
  if (is_short && !has_items &&
      (HasAny(title, {"404", "403", "500", "502", "503", "504", "not found", "error", "bad gateway",
                      "service unavailable", "forbidden", "gateway time", "page cannot be found",
                      "temporarily unavailable"}) ||
       HasAny(text, {"404 not found", "page not found", "internal server error", "bad gateway",
                     "service unavailable", "could not be found", "does not exist", "no such page",
                     "something went wrong", "an error occurred", "item not found", "listing not found",
                     "under maintenance", "down for maintenance", "gateway timeout", "page you requested",
                     "no longer available", "database error", "temporarily unavailable"}))) {
    return PageClass::kError;
  }
  if (forms.refresh && size < 300 && !has_items) return PageClass::kQueue;
  size_t letters = 0;
  for (const char c : document.text) letters += IsAsciiLetter(c) || static_cast<unsigned char>(c) >= 0xc3;
  if (letters < 20 && !has_items) return PageClass::kEmpty;
  if (is_short &&
      HasAny(text, {"you need to enable javascript to run this app", "enable javascript to run",
                    "please enable javascript", "javascript is disabled", "javascript is required",
                    "requires javascript"}) &&
      letters < 250) {
    return PageClass::kEmpty;
  }
  return PageClass::kContent;
}

}  // namespace gasht
