// The frontier's share of a page: taking what is due, deciding scope, admitting the links of a page.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <future>

#include "base/clock.h"
#include "crawler/frontier.h"
#include "crawler/schedule.h"
#include "crawler/scope.h"
#include "crawler/test_store.h"
#include "store/writer.h"

namespace gasht {
namespace {

Source MakeSource() {
  Source source;
  source.id = {"bench"};
  source.seeds.push_back(*Url::Parse("http://market.example/"));
  source.strip_params = {"sid"};
  source.scope = {{ScopeRule::Action::kExclude, "*logout*"},
                  {ScopeRule::Action::kExclude, "/cart/"},
                  {ScopeRule::Action::kInclude, "/listing/*"},
                  {ScopeRule::Action::kInclude, "/category/"}};
  return source;
}

void BM_ScopeDecide(benchmark::State& state) {
  const Scope scope(MakeSource());
  const Url url = *Url::Parse("http://market.example/category/opiates?page=17&sort=price");
  for (auto _ : state) benchmark::DoNotOptimize(scope.Decide(url));
}
BENCHMARK(BM_ScopeDecide);

void BM_ScopeDecideOnion(benchmark::State& state) {
  Source source = MakeSource();
  source.seeds = {*Url::Parse("http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion/")};
  const Scope scope(source);
  const Url url = *Url::Resolve(source.seeds[0], "/category/opiates?page=17");
  for (auto _ : state) benchmark::DoNotOptimize(scope.Decide(url));
}
BENCHMARK(BM_ScopeDecideOnion);

// A page with that many links, half of them elsewhere.
void BM_AdmitOutlinks(benchmark::State& state) {
  const Source source = MakeSource();
  const Scope scope(source);
  PageAnalysis analysis;
  for (int64_t i = 0; i < state.range(0); ++i) {
    Link link;
    link.url = fmt::format("http://{}.example/listing/{}?sid=4", i % 2 == 0 ? "market" : "other", i);
    link.text = "View listing";
    analysis.document.links.push_back(link);
  }
  const FrontierEntry from = SeedEntries(source, {}).front();
  for (auto _ : state) benchmark::DoNotOptimize(AdmitOutlinks(source, scope, analysis, from, {}));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_AdmitOutlinks)->Arg(100);

// Sixteen due pages out of that many, as the crawl takes them.
void BM_TakeReady(benchmark::State& state) {
  const std::unique_ptr<Store> store = OpenMemoryStore();
  const FakeClock clock;
  const Source source = MakeSource();
  {
    StoreWriter writer(*store, clock);
    std::vector<FrontierEntry> entries;
    for (int64_t i = 0; i < state.range(0); ++i) {
      const Url url = *Url::Parse(fmt::format("http://market.example/listing/{}", i));
      FrontierEntry entry;
      entry.source = source.id;
      entry.key = MakeUrlKey(source.id, url, {});
      entry.url = url.str();
      entry.due = clock.Utc();
      entries.push_back(std::move(entry));
    }
    std::promise<Status> added;
    writer.AddSeeds(std::move(entries), [&added](Status status) { added.set_value(std::move(status)); });
    if (!added.get_future().get().ok()) return state.SkipWithError("the store takes no seeds");
  }
  Frontier frontier(*store);
  for (auto _ : state) {
    const Result<std::vector<FrontierEntry>> taken = frontier.TakeReady(source.id, clock.Utc(), 16);
    if (!taken.ok() || taken->size() != 16) return state.SkipWithError("nothing ready");
    for (const FrontierEntry& entry : *taken) frontier.Release(entry.key);
  }
  state.SetItemsProcessed(state.iterations() * 16);
}
BENCHMARK(BM_TakeReady)->Arg(1'000)->Arg(100'000);

}  // namespace
}  // namespace gasht
