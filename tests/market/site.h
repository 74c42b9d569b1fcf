#pragma once

// The demo sites: three small marketplaces and a generated one for benchmarks, as pure functions from a
// request target to a response. All of it is written by us: people, numbers, keys and wallets are invented
// (wallets have valid checksums and belong to nobody). No clock and no randomness: the bytes never change.
//
// Plain values, immutable after they are made; respond() may be called from any thread.

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gasht {

struct Response {
  int status = 200;
  std::string content_type = "text/html; charset=utf-8";
  std::string body{};
  std::string location{};  // of a redirect
};

struct Site {
  std::string name;
  std::string kind;                    // of the source: "market" or "forum"
  std::string start;                   // target of the page that leads to all others
  std::string profile;                 // the source's `profile:` mapping, lines indented by two
  std::vector<std::string> missing{};  // linked targets that answer 404, as on any real site
  std::vector<std::string> targets{};  // everything that answers, sorted; each can be reached from `start`
  std::function<Response(std::string_view target)> respond{};
};

// Card grid, English, USD and BTC.
Site BazaarSite();
// Table, Roman Urdu and English, PKR with tola and pao, phone numbers.
Site MandiSite();
// Forum threads in Roman Urdu and in Urdu script, right to left.
Site BaithakSite();
// `pages` pages of about 21 KB with 40 listings each, linked as a tree (ten children a page) and as a chain.
Site BenchSite(size_t pages);

// The first three.
std::vector<Site> DemoSites();

// One file of sources.d for `site`, served at `base_url` ("http://127.0.0.1:8080" or "http://....onion"): a
// loopback address is fetched directly, an onion through Tor. `delay` is between two fetches, as in "10ms".
std::string SourceYaml(const Site& site, std::string_view base_url, std::string_view delay = "10ms");

// For the sites' own code.

// `text` with each "{name}" replaced by its value.
std::string Fill(std::string_view text,
                 std::initializer_list<std::pair<std::string_view, std::string_view>> values);
// A 1x1 image.
Response PngPixel();
Response RedirectTo(std::string location);
// `site` with `targets` and `respond` made from `pages`; all else is 404. A parameter `sid`, as sites put
// into links to follow a visitor, is ignored.
Site WithPages(Site site, std::map<std::string, Response> pages);

}  // namespace gasht
