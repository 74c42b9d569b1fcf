// The generated site that benchmarks crawl. Page n links its ten children in a tree and the next page, so a
// crawler finds all of them from page 1 whatever its order; words, prices and vendors follow from n alone.

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/market/site.h"

namespace gasht {
namespace {

constexpr size_t kListings = 40;
constexpr size_t kChildren = 10;

constexpr std::array<std::string_view, 16> kGoods = {
    "Wool blanket, grey",    "Charas Chitrali tola",   "Chess set, folding",       "Paperback mystery novel",
    "Amnesia Haze buds 5g",  "Garden hose, 20 metres", "Coffee beans, dark roast", "Xanax 2mg bars x 10",
    "Phone case, matt blue", "T-shirt, red poppies",   "Cast iron pan, 26 cm",     "MDMA crystals 1 gram",
    "Notebook, squared",     "Desk lamp with clamp",   "Umbrella, two person",     "Cricket bat, Sialkot"};
constexpr std::array<std::string_view, 8> kAdvice = {
    "Sent on the next working day in plain paper.", "Two left in stock, more next month.",
    "Ask before you order more than three.",        "Photo shows the actual piece.",
    "Price per piece, postage not included.",       "Good reviews from people who came back.",
    "Fits most houses, see the drawing for size.",  "Returned goods are taken within a week."};
constexpr std::array<std::string_view, 4> kPlaces = {"Netherlands", "Pakistan", "Germany", "Worldwide"};

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Bench market, page {n}</title>
<style>
body { font-family: sans-serif; margin: 2em }
.listing { border-bottom: 1px solid #ddd; padding: .4em 0 }
.price { font-weight: bold }
</style>
</head>
<body>
<h1>Bench market, page {n}</h1>
<nav>{links}</nav>
<div class="listings">
)";

constexpr std::string_view kListing = R"(<div class="listing" data-id="{id}">
<h2 class="title"><a href="#l{id}">{goods} no. {id}</a></h2>
<p class="vendor">Sold by <span class="name">{vendor}</span> since {year}</p>
<p class="price">${price}</p>
<p class="quantity">{quantity} g</p>
<p class="ships">Ships from <span class="from">{from}</span> to <span class="to">{to}</span></p>
<p class="text">{advice} {more} {again} {last}</p>
</div>
)";

constexpr std::string_view kTail =
    "</div>\n<footer>Generated for benchmarks, the same every time.</footer>\n</body>\n</html>\n";

constexpr std::string_view kProfile = R"(  name: bench
  item: "div.listing"
  title: ".title"
  price: ".price"
  quantity: ".quantity"
  vendor: ".vendor .name"
  url: ".title a@href"
  site_id: "@data-id"
  text: ".text"
  ships_from: ".from"
  ships_to: ".to"
)";

std::string Target(size_t page) {
  return "/page/" + std::to_string(page) + ".html";
}

// Scatters consecutive numbers (the finaliser of splitmix64), so that neighbours differ.
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

std::string Listing(size_t id) {
  const uint64_t mix = Mix(id);
  auto pick = [&](const auto& words, int shift) { return words[(mix >> shift) % words.size()]; };
  const std::string cents = std::to_string(10 + (mix >> 8) % 90);
  return Fill(kListing, {{"id", std::to_string(id)},
                         {"goods", pick(kGoods, 0)},
                         {"vendor", "vendor" + std::to_string((mix >> 16) % 500)},
                         {"year", std::to_string(2015 + (mix >> 24) % 11)},
                         {"price", std::to_string(5 + (mix >> 28) % 400) + "." + cents},
                         {"quantity", std::to_string(1 + (mix >> 36) % 100)},
                         {"from", pick(kPlaces, 40)},
                         {"to", pick(kPlaces, 42)},
                         {"advice", pick(kAdvice, 44)},
                         {"more", pick(kAdvice, 47)},
                         {"again", pick(kAdvice, 50)},
                         {"last", pick(kAdvice, 53)}});
}

std::string Page(size_t page, size_t pages) {
  std::string links;
  auto link = [&](size_t to) {
    links += Fill(R"(<a href="{t}">{n}</a> )", {{"t", Target(to)}, {"n", std::to_string(to)}});
  };
  for (size_t child = (page - 1) * kChildren + 2; child <= pages && child <= page * kChildren + 1; ++child)
    link(child);
  if (page < pages) link(page + 1);
  std::string html = Fill(kHead, {{"n", std::to_string(page)}, {"links", links}});
  for (size_t i = 1; i <= kListings; ++i) html += Listing((page - 1) * kListings + i);
  html += kTail;
  return html;
}

}  // namespace

Site BenchSite(size_t pages) {
  Site site{.name = "bench", .kind = "market", .start = Target(1), .profile = std::string(kProfile)};
  for (size_t page = 1; page <= pages; ++page) site.targets.push_back(Target(page));
  site.respond = [pages](std::string_view target) -> Response {
    constexpr std::string_view kPrefix = "/page/";
    size_t page = 0;
    if (target.starts_with(kPrefix)) {
      target.remove_prefix(kPrefix.size());
      const auto end = std::from_chars(target.data(), target.data() + target.size(), page).ptr;
      if (std::string_view(end, target.data() + target.size()) != ".html") page = 0;
    }
    if (page == 0 || page > pages) return {.status = 404, .body = "<title>404</title>\n"};
    return {.body = Page(page, pages)};
  };
  return site;
}

}  // namespace gasht
