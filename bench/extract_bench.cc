// How fast a page is understood: bare gumbo_parse beside ParseHtml and the whole extraction, on the same pages.
// The pages are ours (a market of cards, script-heavy around them) and, where it is there, ../shared/data.

#include <benchmark/benchmark.h>
#include <gumbo.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "extract/extract.h"
#include "extract/html.h"
#include "extract/identifiers.h"
#include "extract/price.h"

namespace gasht {
namespace {

// About 21 KB and 40 listings, like the pages of scripts/bench patrol.
std::string MarketPage() {
  std::string page =
      "<!DOCTYPE html><html><head><title>Bazaar</title></head><body><ul class=nav><li><a "
      "href=/>Home</a></ul>";
  for (int i = 0; i < 40; ++i) {
    const std::string n = std::to_string(1000 + i);
    page += "<div class=\"card item\" data-id=\"" + n + "\"><a href=\"/item/" + n + "\"><img src=\"/img/" +
            n + ".jpg\" alt=\"picture\"></a><h3 class=\"title\"><a href=\"/item/" + n +
            "\">Sample thing number " + n +
            " of the first quality, 5g</a></h3><p class=\"vendor\">by <a href=\"/user/vendor" +
            std::to_string(i % 7) + "\">vendor" + std::to_string(i % 7) +
            "</a> (120)</p><span class=\"price\">$" + std::to_string(20 + i) + ".50</span> <small>0.00" + n +
            " BTC</small><p>Ships from Pakistan to the whole world &amp; quickly, with a "
            "description that goes on for a line or two as they do.</p></div>";
  }
  return page + "</body></html>";
}

// The same inside what shops of today send around their goods.
std::string ScriptHeavyPage() {
  std::string script = "<script>";
  for (int i = 0; i < 2'000; ++i)
    script += "window.state.push({\"id\":" + std::to_string(i) + ",\"name\":\"entry\"});\n";
  script += "</script>";
  std::string style = "<style>";
  for (int i = 0; i < 1'000; ++i) style += ".c" + std::to_string(i) + "{margin:0 auto;padding:4px}\n";
  style += "</style>";
  return style + script + MarketPage() + script;
}

size_t Bytes(const std::vector<std::string>& pages) {
  size_t bytes = 0;
  for (const std::string& page : pages) bytes += page.size();
  return bytes;
}

// HTML files below GASHT_BENCH_PAGES, for measuring on real ones ("tar x" of a set there).
std::vector<std::string> PagesOf(const std::string& which) {
  if (which == "market") return {MarketPage()};
  if (which == "script_heavy") return {ScriptHeavyPage()};
  std::vector<std::string> pages;
  const char* dir = std::getenv("GASHT_BENCH_PAGES");
  if (dir == nullptr || !std::filesystem::is_directory(dir)) return pages;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
    if (entry.path().extension() != ".html") continue;
    if (auto bytes = ReadFile(entry.path().string(), 8u << 20); bytes.ok())
      pages.push_back(std::move(*bytes));
  }
  return pages;
}

template <typename Work>
void Over(benchmark::State& state, const std::string& which, const Work& work) {
  const std::vector<std::string> pages = PagesOf(which);
  if (pages.empty()) {
    state.SkipWithError("no pages: set GASHT_BENCH_PAGES to a folder of HTML files");
    return;
  }
  for (auto _ : state) {
    for (const std::string& page : pages) work(page);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(Bytes(pages)));
}

void BareGumbo(const std::string& page) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  std::string padded = page + std::string(8, '\0');
  GumboOutput* output = gumbo_parse_with_options(&options, padded.data(), page.size());
  benchmark::DoNotOptimize(output);
  gumbo_destroy_output(&options, output);
}

HtmlInput InputOf(const std::string& page) {
  HtmlInput input;
  input.bytes = page;
  input.url = "http://market.onion/";
  return input;
}

void Parse(const std::string& page) {
  benchmark::DoNotOptimize(ParseHtml(InputOf(page), {}));
}
void Whole(const std::string& page) {
  benchmark::DoNotOptimize(ExtractPage(InputOf(page), {}));
}
void WithProfile(const std::string& page) {
  ExtractOptions options;
  options.profile.item = "div.card";
  options.profile.title = "h3 a";
  options.profile.price = "span.price";
  options.profile.vendor = "p.vendor a";
  benchmark::DoNotOptimize(ExtractPage(InputOf(page), options));
}

#define EXTRACT_BENCH(name, work)                                        \
  void BM_Extract_##name##_market(benchmark::State& s) {                 \
    Over(s, "market", work);                                             \
  }                                                                      \
  void BM_Extract_##name##_scripts(benchmark::State& s) {                \
    Over(s, "script_heavy", work);                                       \
  }                                                                      \
  void BM_Extract_##name##_real(benchmark::State& s) {                   \
    Over(s, "real", work);                                               \
  }                                                                      \
  BENCHMARK(BM_Extract_##name##_market)->Unit(benchmark::kMicrosecond);  \
  BENCHMARK(BM_Extract_##name##_scripts)->Unit(benchmark::kMicrosecond); \
  BENCHMARK(BM_Extract_##name##_real)->Unit(benchmark::kMillisecond);

EXTRACT_BENCH(bare_gumbo, BareGumbo)
EXTRACT_BENCH(parse, Parse)
EXTRACT_BENCH(whole, Whole)
void BM_Extract_profile_market(benchmark::State& s) {
  Over(s, "market", WithProfile);
}
BENCHMARK(BM_Extract_profile_market)->Unit(benchmark::kMicrosecond);

void BM_Extract_identifiers(benchmark::State& state) {
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += "order on WhatsApp 0301-2345678 or mail foo@example.com, 1g $10 and 5g $45\n";
  for (auto _ : state) benchmark::DoNotOptimize(FindIdentifiers(text, {}));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(text.size()));
}
BENCHMARK(BM_Extract_identifiers)->Unit(benchmark::kMicrosecond);

void BM_Extract_prices(benchmark::State& state) {
  std::string text;
  for (int i = 0; i < 200; ++i)
    text += "words of an advert that go on and then 1 tola 2500 PKR or Rs 5k per pao\n";
  for (auto _ : state) benchmark::DoNotOptimize(FindPrices(text));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(text.size()));
}
BENCHMARK(BM_Extract_prices)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gasht
