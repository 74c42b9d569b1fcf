// gasht_extract_ratio: the whole analysis of real pages beside bare gumbo_parse (max_errors = 0, its own allocator), both
// in one process, turn by turn, so that what else the machine does meets both.
//
//   gasht_extract_ratio DIR [heavy|all]   one line: pages, MB, MB/s of each, and the ratio; `heavy`: only pages of which
//                                         scripts, styles and comments are at least half

#include <gumbo.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "extract/extract.h"

namespace gasht {
namespace {

using Clock = std::chrono::steady_clock;

// Bytes of raw text that is no text of the page: a plain scan is near enough to choose pages by.
size_t HeavyBytes(std::string_view page) {
  size_t heavy = 0;
  for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"<script", "</script"},
                                    {"<style", "</style"},
                                    {"<!--", "-->"}}) {
    for (size_t at = page.find(open); at != std::string_view::npos;) {
      const size_t end = std::min(page.size(), page.find(close, at));
      heavy += end - at;
      at = page.find(open, end);
    }
  }
  return heavy;
}

double Seconds(Clock::duration d) {
  return std::chrono::duration<double>(d).count();
}

double BareGumbo(const std::string& page) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  const std::string padded = page + std::string(8, '\0');
  const auto start = Clock::now();
  GumboOutput* output = gumbo_parse_with_options(&options, padded.data(), page.size());
  gumbo_destroy_output(&options, output);
  return Seconds(Clock::now() - start);
}

double Whole(const std::string& page) {
  HtmlInput input;
  input.bytes = page;
  input.url = "http://market.onion/";
  const auto start = Clock::now();
  const PageContents contents = ExtractPage(input, {});
  return Seconds(Clock::now() - start) + (contents.document.text.empty() ? 1e-12 : 0);
}

int Run(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: gasht_extract_ratio DIR [heavy|all]\n");
    return 2;
  }
  const bool heavy = argc > 2 && std::string_view(argv[2]) == "heavy";
  std::vector<std::string> pages;
  size_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1])) {
    if (entry.path().extension() != ".html") continue;
    auto page = ReadFile(entry.path().string(), 8u << 20);
    if (!page.ok() || (heavy && HeavyBytes(*page) * 2 < page->size())) continue;
    bytes += page->size();
    pages.push_back(std::move(*page));
  }
  if (pages.empty()) {
    std::printf("no pages in %s\n", argv[1]);
    return 0;
  }
  // The best of several rounds for each page and each way: what disturbs only makes slower.
  constexpr int kRounds = 5;
  double bare = 0, whole = 0;
  for (const std::string& page : pages) {
    double best_bare = 1e9, best_whole = 1e9;
    for (int round = 0; round < kRounds; ++round) {
      best_bare = std::min(best_bare, BareGumbo(page));
      best_whole = std::min(best_whole, Whole(page));
    }
    bare += best_bare;
    whole += best_whole;
  }
  const double mb = static_cast<double>(bytes) / 1e6;
  std::printf("%zu %.2f %.1f %.1f %.2f\n", pages.size(), mb, mb / bare, mb / whole, bare / whole);
  return 0;
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  return gasht::Run(argc, argv);
}
