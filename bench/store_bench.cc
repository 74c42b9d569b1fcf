// Committing pages and asking for what is due. The store lies in GASHT_BENCH_DIR, else in the temporary folder: what
// is measured there is that disk's sync.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "store/test_support.h"

namespace gasht {
namespace {

constexpr size_t kBodyBytes = 20'000;
constexpr int kListings = 40;
constexpr int kOutlinks = 20;

class TemporaryStore {
 public:
  TemporaryStore() {
    const char* base = std::getenv("GASHT_BENCH_DIR");
    dir_ = base != nullptr ? std::filesystem::path(base) : std::filesystem::temp_directory_path();
    dir_ /= fmt::format("gasht-bench-{}", HexEncode(RandomBytes(8)));
    StoreOptions options;
    options.path = dir_ / "store";
    store_ = Store::Open(options).value();
  }
  ~TemporaryStore() {
    store_.reset();
    std::filesystem::remove_all(dir_);
  }
  Store& operator*() { return *store_; }

 private:
  std::filesystem::path dir_;
  std::unique_ptr<Store> store_;
};

// Like a page of a market: words that compress about as markup does, and forty offers of which four are findings.
PageCommit MakeMarketPage(uint64_t number, UtcTime at) {
  std::string body;
  for (uint64_t word = number; body.size() < kBodyBytes;
       word = word * 6364136223846793005u + 1442695040888963407u)
    body += fmt::format("<div class=\"offer\"><a href=\"/offer/{}\">{:x}</a></div>", word >> 40, word >> 20);
  body.resize(kBodyBytes);
  PageCommit page = MakePage(kMarket, fmt::format("/list/{}", number), body, at);
  for (int i = 0; i < kListings; ++i) {
    page.analysis.listings.push_back(MakeListing(fmt::format("offer {} of page {}", i, number)));
    if (i % 10 == 0)
      page.analysis.candidates.push_back(MakeCandidate(static_cast<uint32_t>(i), Level::kHigh, 70));
  }
  for (int i = 0; i < kOutlinks; ++i)
    page.outlinks.push_back(MakeEntry(kMarket, fmt::format("/offer/{}/{}", number, i)));
  return page;
}

// As many pages as the argument wait at any time, as they do when a crawler keeps its credits in flight.
void BM_CommitPages(benchmark::State& state) {
  const auto in_flight = static_cast<uint64_t>(state.range(0));
  TemporaryStore store;
  const SystemClock clock;
  StoreWriter writer(*store, clock);
  uint64_t number = 0;
  for (auto _ : state) {
    std::vector<PageCommit> pages;
    state.PauseTiming();
    for (uint64_t i = 0; i < in_flight; ++i) pages.push_back(MakeMarketPage(number++, clock.Utc()));
    state.ResumeTiming();
    std::promise<void> all;
    uint64_t done = 0;
    for (PageCommit& page : pages) {
      writer.CommitPage(std::move(page), [&](const Result<PageCommitted>& committed) {
        if (!committed.ok()) std::abort();
        if (++done == in_flight) all.set_value();
      });
    }
    all.get_future().wait();
  }
  state.SetItemsProcessed(static_cast<int64_t>(number));
  state.SetBytesProcessed(static_cast<int64_t>(number * kBodyBytes));
}
BENCHMARK(BM_CommitPages)
    ->Arg(1)
    ->Arg(16)
    ->Arg(64)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

constexpr uint64_t kFrontier = 100'000;

void FillFrontier(Store& store, UtcTime now) {
  const SystemClock clock;
  WaitingWriter writer(store, clock);
  for (uint64_t i = 0; i < kFrontier;) {
    std::vector<FrontierEntry> seeds;
    for (uint64_t j = 0; j < 1000; ++j, ++i) {
      seeds.push_back(MakeEntry(kMarket, fmt::format("/{}", i)));
      seeds.back().due = now - std::chrono::seconds(i);
    }
    if (!writer.AddSeeds(std::move(seeds)).ok()) std::abort();
  }
}

// The 64 most urgent pages of a source with 100,000, of which the first 64 are leased.
void BM_ListReady(benchmark::State& state) {
  TemporaryStore store;
  const UtcTime now = SystemClock().Utc();
  FillFrontier(*store, now);
  for (auto _ : state) {
    int skipped = 0;
    const auto ready = (*store).ListReady(kMarket, now, 64, [&](const UrlKey&) { return ++skipped <= 64; });
    if (ready.value().size() != 64) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(BM_ListReady)->Unit(benchmark::kMicrosecond);

// The same after 20,000 pages were taken from its front: whoever asks walks over what they left behind.
void BM_ListReadyBehindAWornFront(benchmark::State& state) {
  TemporaryStore store;
  const UtcTime now = SystemClock().Utc();
  FillFrontier(*store, now);
  {
    const SystemClock clock;
    StoreWriter writer(*store, clock);
    for (uint64_t i = 0; i < 20'000; ++i)
      writer.CommitPage(MakePage(kMarket, fmt::format("/{}", kFrontier - 1 - i), "x", now),
                        [](const auto&) {});
  }
  for (auto _ : state) {
    const auto ready = (*store).ListReady(kMarket, now, 64, nullptr);
    if (ready.value().size() != 64) std::abort();
  }
  state.SetItemsProcessed(state.iterations() * 64);
}
BENCHMARK(BM_ListReadyBehindAWornFront)->Unit(benchmark::kMicrosecond);

void BM_CheckCustody(benchmark::State& state) {
  TemporaryStore store;
  {
    const SystemClock clock;
    StoreWriter writer(*store, clock);
    for (uint64_t i = 0; i < 1000; ++i) writer.CommitPage(MakeMarketPage(i, clock.Utc()), [](const auto&) {});
  }
  for (auto _ : state) {
    if (!(*store).CheckCustody().ok()) std::abort();
  }
  state.SetBytesProcessed(state.iterations() * 1000 * static_cast<int64_t>(kBodyBytes));
}
BENCHMARK(BM_CheckCustody)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gasht
