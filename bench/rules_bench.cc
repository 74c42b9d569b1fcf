// Speed of the whole evaluation (fold, search, weigh, rules) with at least 10,000 terms and 500 rules, beside a bare
// warm RE2::Set over the same terms. The texts are those of ../shared/data where they are, else generated ones.

#include <benchmark/benchmark.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "rules/packs.h"
#include "rules/rule_set.h"
#include "text/fold.h"
#include "text/words.h"

namespace gasht {
namespace {

constexpr size_t kTerms = 10'000;
constexpr size_t kRules = 500;

// The shipped packs, filled up with made-up words and rules.
const std::vector<RulePackFile>& BigPacks() {
  static const std::vector<RulePackFile> packs = [] {
    std::vector<RulePackFile> files = EmbeddedRulePacks();
    const auto shipped = EmbeddedRuleSet();
    std::string yaml = "substances:\n";
    const char* syllables[] = {"ba", "ko", "zi", "ru", "te", "mo", "la", "xe", "vi", "nu"};
    size_t terms = shipped->term_count();
    for (size_t s = 0; terms < kTerms; ++s) {
      yaml +=
          "  - id: made-" + std::to_string(s) + "\n    class: other\n    name: {en: m, ur: م}\n    usual: [";
      for (size_t i = 0; i < 100; ++i, ++terms) {
        std::string word;
        for (size_t n = s * 100 + i + 1000, k = 0; k < 5; ++k, n /= 10) word += syllables[n % 10];
        yaml += (i == 0 ? "" : ", ") + word + (i % 4 == 0 ? " " + word.substr(2) : "");
      }
      yaml += "]\n";
    }
    if (shipped->term_count() < kTerms) files.push_back({"made-terms", yaml});
    yaml = "rules:\n";
    for (size_t r = shipped->packs().rules.size(); r < kRules; ++r) {
      const SubstanceEntry& entry = shipped->packs().substances[r % shipped->packs().substances.size()];
      yaml += "  - id: made-" + std::to_string(r) +
              "\n    title: {en: m, ur: م}\n    detection:\n      a: {substance: " + entry.substance.id +
              "}\n      b: {sign: [price, delivery], within: {chars: 80, of: substance}}\n" +
              "      c: {context: news}\n      condition: a and b and not c\n";
    }
    files.push_back({"made-rules", yaml});
    return files;
  }();
  return packs;
}

const std::vector<std::string>& Texts() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> out;
    const char* set = std::getenv("GASHT_SHARED_DATA");
    const std::string root = set != nullptr ? set : "../shared/data";
    const auto add_json = [&](const std::string& path, const char* key) {
      std::ifstream in(root + path);
      for (std::string line; std::getline(in, line);) {
        if (const auto row = Json::Parse(line); row.ok()) out.push_back(row->StringOr(key));
      }
    };
    const auto add_lines = [&](const std::string& path) {
      std::ifstream in(root + path);
      for (std::string line; std::getline(in, line);) out.push_back(line);
    };
    add_json("/10-telegram-messages-negative/messages.jsonl", "text");
    add_json("/21-urdu-script-negative/news_sample.jsonl", "text");
    add_json("/37-comments-drug-spans/comments.jsonl", "text");
    add_lines("/20-roman-urdu-negative/comments_sentiment.tsv");
    if (out.empty()) {
      for (int i = 0; i < 5000; ++i) {
        out.push_back("A plain text number " + std::to_string(i) +
                      " about weather, cricket and the price of onions in Lahore. ");
      }
    }
    return out;
  }();
  return texts;
}

int64_t TotalBytes() {
  int64_t bytes = 0;
  for (const std::string& text : Texts()) bytes += static_cast<int64_t>(text.size());
  return bytes;
}

void BM_RulesEvaluate(benchmark::State& state) {
  const auto rules = RuleSet::Compile(BigPacks());
  if (!rules.ok()) {
    state.SkipWithError(rules.status().message().c_str());
    return;
  }
  for (auto _ : state) {
    for (const std::string& text : Texts()) {
      Document document;
      document.text = text;
      Listing listing;
      listing.kind = ListingKind::kPost;
      listing.span = {0, text.size()};
      benchmark::DoNotOptimize((*rules)->Match({&document, {&listing, 1}, {}, {}, {}}));
    }
  }
  state.SetBytesProcessed(state.iterations() * TotalBytes());
  state.counters["terms"] = static_cast<double>((*rules)->term_count());
  state.counters["rules"] = static_cast<double>((*rules)->packs().rules.size());
  state.counters["MB"] = static_cast<double>((*rules)->memory_bytes()) / 1e6;
}
BENCHMARK(BM_RulesEvaluate)->Unit(benchmark::kMillisecond);

// The same bytes as one page: what a long text costs without the price of beginning anew.
void BM_RulesEvaluatePage(benchmark::State& state) {
  const auto rules = RuleSet::Compile(BigPacks());
  Document document;
  for (const std::string& text : Texts()) document.text += text + "\n";
  Listing listing;
  listing.kind = ListingKind::kPage;
  listing.span = {0, document.text.size()};
  for (auto _ : state) benchmark::DoNotOptimize((*rules)->Match({&document, {&listing, 1}, {}, {}, {}}));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(document.text.size()));
}
BENCHMARK(BM_RulesEvaluatePage)->Unit(benchmark::kMillisecond);

void BM_RulesBareRe2Set(benchmark::State& state) {
  const auto rules = RuleSet::Compile(BigPacks());
  RE2::Options options;
  options.set_max_mem(int64_t{1} << 30);
  options.set_log_errors(false);
  RE2::Set set(options, RE2::UNANCHORED);
  for (const SubstanceEntry& entry : (*rules)->packs().substances) {
    for (const PackTerm& term : entry.terms) set.Add(RE2::QuoteMeta(FoldKey(term.text)), nullptr);
  }
  if (!set.Compile()) {
    state.SkipWithError("does not compile");
    return;
  }
  std::vector<std::string> folded;
  for (const std::string& text : Texts()) folded.push_back(Fold(text).text);
  std::vector<int> matching;
  for (auto _ : state) {
    for (const std::string& text : folded) {
      RE2::Set::ErrorInfo error{};
      benchmark::DoNotOptimize(set.Match(text, &matching, &error));
    }
  }
  state.SetBytesProcessed(state.iterations() * TotalBytes());
}
BENCHMARK(BM_RulesBareRe2Set)->Unit(benchmark::kMillisecond);

void BM_RulesCompile(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(RuleSet::Compile(BigPacks()));
}
BENCHMARK(BM_RulesCompile)->Unit(benchmark::kMillisecond);

void BM_Fold(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string& text : Texts()) benchmark::DoNotOptimize(Fold(text));
  }
  state.SetBytesProcessed(state.iterations() * TotalBytes());
}
BENCHMARK(BM_Fold)->Unit(benchmark::kMillisecond);

void BM_SplitWords(benchmark::State& state) {
  std::vector<std::string> folded;
  for (const std::string& text : Texts()) folded.push_back(Fold(text).text);
  for (auto _ : state) {
    for (const std::string& text : folded) benchmark::DoNotOptimize(SplitWords(text));
  }
  state.SetBytesProcessed(state.iterations() * TotalBytes());
}
BENCHMARK(BM_SplitWords)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gasht
