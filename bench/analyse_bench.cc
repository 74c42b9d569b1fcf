// A whole page's analysis: extraction and rules, on pages of the generated site (21 KB, 40 listings).

#include <benchmark/benchmark.h>

#include "analysis/analyze_page.h"
#include "rules/packs.h"
#include "tests/market/site.h"

namespace gasht {
namespace {

void BM_AnalyzePage(benchmark::State& state) {
  const Site site = BenchSite(10);
  AnalysisContext context;
  context.rules = RuleSet::Compile(EmbeddedRulePacks()).value();
  CapturedPage page;
  page.url = "http://bench.example/page/1.html";
  page.content_type = "text/html; charset=utf-8";
  page.body = site.respond("/page/1.html").body;
  for (auto _ : state) benchmark::DoNotOptimize(AnalyzePage(page, context));
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * page.body.size()));
}
BENCHMARK(BM_AnalyzePage)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gasht
