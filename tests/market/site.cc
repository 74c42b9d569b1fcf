#include "tests/market/site.h"

#include <algorithm>
#include <memory>

namespace gasht {
namespace {

// "/listings?page=1&sid=77" -> "/listings?page=1".
std::string WithoutSession(std::string_view target) {
  const size_t question = std::min(target.find('?'), target.size());
  std::string kept(target.substr(0, question));
  char separator = '?';
  for (std::string_view query = target.substr(question); !query.empty();) {
    query.remove_prefix(1);  // ? or &
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(parameter.size());
    if (parameter.starts_with("sid=")) continue;
    kept += separator;
    kept += parameter;
    separator = '&';
  }
  return kept;
}

}  // namespace

std::vector<Site> DemoSites() {
  return {BazaarSite(), MandiSite(), BaithakSite()};
}

std::string SourceYaml(const Site& site, std::string_view base_url, std::string_view delay) {
  const bool onion = base_url.ends_with(".onion");
  return Fill(R"(id: {name}
kind: {kind}
route: {route}
{private}seeds:
  - {base}{start}
strip_params: [sid]
authority:
  reference: DEMO/2026/001
  purpose: demonstration on loopback
  valid_from: 2026-01-01
  valid_until: 2036-12-31
politeness:
  delay: {delay}
profile:
{profile})",
              {{"name", site.name},
               {"kind", site.kind},
               {"route", onion ? "tor" : "direct"},
               {"private", onion ? "" : "allow_private: true\n"},
               {"base", base_url},
               {"start", site.start},
               {"delay", delay},
               {"profile", site.profile}});
}

std::string Fill(std::string_view text,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::string filled;
  while (!text.empty()) {
    const size_t brace = std::min(text.find('{'), text.size());
    filled += text.substr(0, brace);
    text.remove_prefix(brace);
    if (text.empty()) break;
    const size_t end = text.find('}');
    const std::string_view name = end == text.npos ? "" : text.substr(1, end - 1);
    const auto* value = std::find_if(values.begin(), values.end(), [&](auto& v) { return v.first == name; });
    if (value == values.end()) {  // a brace of the page itself
      filled += '{';
      text.remove_prefix(1);
    } else {
      filled += value->second;
      text.remove_prefix(name.size() + 2);
    }
  }
  return filled;
}

Response PngPixel() {
  static constexpr char kPng[] =
      "\211PNG\r\n\032\n\000\000\000\015IHDR\000\000\000\001\000\000\000\001\010\000\000\000\000\072\176\233"
      "\125"
      "\000\000\000\012IDAT\170\332\143\140\000\000\000\002\000\001\345\047\336\374"
      "\000\000\000\000IEND\256\102\140\202";
  return {.content_type = "image/png", .body = std::string(kPng, sizeof kPng - 1)};
}

Response RedirectTo(std::string location) {
  return {.status = 302, .body = "<p>Moved.</p>\n", .location = std::move(location)};
}

Site WithPages(Site site, std::map<std::string, Response> pages) {
  for (const auto& [target, response] : pages) site.targets.push_back(target);
  auto shared = std::make_shared<const std::map<std::string, Response>>(std::move(pages));
  site.respond = [shared](std::string_view target) -> Response {
    const auto page = shared->find(WithoutSession(target));
    if (page != shared->end()) return page->second;
    return {.status = 404, .body = "<!DOCTYPE html><title>404</title><h1>Page not found</h1>\n"};
  };
  return site;
}

}  // namespace gasht
