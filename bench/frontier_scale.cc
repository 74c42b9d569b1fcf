// A frontier of many millions: how fast links go in, how long it takes to take what is due, and what memory the core needs.
//   gasht_frontier DIR [URLS] [SOURCES]
// Prints one line a figure. DIR must not exist; it is not removed.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <future>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "crawler/frontier.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {
namespace {

using Clock64 = std::chrono::steady_clock;

constexpr size_t kLinksOfPage = 500;
constexpr size_t kTakes = 100'000;
constexpr size_t kCredits = 64;

double Seconds(Clock64::duration d) {
  return std::chrono::duration<double>(d).count();
}

// "VmRSS" or "VmHWM" in MB.
double MemoryMb(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::atof(line.c_str() + name.size() + 1) / 1024;
  }
  return 0;
}

FrontierEntry Row(const SourceId& source, size_t number) {
  const Url url = *Url::Parse(fmt::format("http://market.example/listing/{}?cat={}", number, number % 97));
  FrontierEntry entry;
  entry.source = source;
  entry.key = MakeUrlKey(source, url, {});
  entry.url = url.str();
  entry.depth = 2;
  entry.priority = CrawlPriority::kListing;
  entry.due = UtcTime{static_cast<int64_t>(number)};
  return entry;
}

Status Run(const std::string& dir, size_t urls, size_t sources) {
  const SystemClock clock;
  StoreOptions options;
  options.path = dir;
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(options));
  std::vector<SourceId> ids;
  for (size_t i = 0; i < sources; ++i) ids.push_back({fmt::format("source-{}", i)});
  {
    StoreWriter writer(*store, clock);
    const auto begin = Clock64::now();
    size_t added = 0;
    std::vector<std::future<Status>> waiting;
    while (added < urls) {
      std::vector<FrontierEntry> links;
      for (size_t i = 0; i < kLinksOfPage && added < urls; ++i, ++added)
        links.push_back(Row(ids[(added / kLinksOfPage) % sources], added));
      auto done = std::make_shared<std::promise<Status>>();
      waiting.push_back(done->get_future());
      writer.AddSeeds(std::move(links), [done](Status status) { done->set_value(std::move(status)); });
      // As many pages as the crawl has credits for.
      if (waiting.size() < 64) continue;
      for (std::future<Status>& status : waiting) GASHT_RETURN_IF_ERROR(status.get());
      waiting.clear();
    }
    for (std::future<Status>& status : waiting) GASHT_RETURN_IF_ERROR(status.get());
    const double seconds = Seconds(Clock64::now() - begin);
    fmt::print("links inserted: {} of {} sources in {:.1f} s, {:.0f} a second, {} a commit\n", urls, sources,
               seconds, static_cast<double>(urls) / seconds, kLinksOfPage);
  }
  Frontier frontier(*store);
  std::deque<UrlKey> out;
  std::vector<double> micros;
  micros.reserve(kTakes);
  uint64_t random = 88172645463325252u;
  for (size_t i = 0; i < kTakes; ++i) {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    const auto begin = Clock64::now();
    GASHT_ASSIGN_OR_RETURN(const std::vector<FrontierEntry> taken,
                           frontier.TakeReady(ids[random % sources], clock.Utc(), 1));
    micros.push_back(Seconds(Clock64::now() - begin) * 1e6);
    if (taken.size() != 1) return Status::Internal("nothing was due");
    // As many pages as the crawl has credits for are out at a time.
    out.push_back(taken[0].key);
    if (out.size() <= kCredits) continue;
    frontier.Release(out.front());
    out.pop_front();
  }
  std::sort(micros.begin(), micros.end());
  fmt::print("take-ready of one page: median {:.0f} us, p99 {:.0f} us, longest {:.0f} us, {} leases held\n",
             micros[micros.size() / 2], micros[micros.size() * 99 / 100], micros.back(), frontier.leases());
  fmt::print("memory: {:.0f} MB now, {:.0f} MB at most\n", MemoryMb("VmRSS"), MemoryMb("VmHWM"));
  return Status::Ok();
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: gasht_frontier DIR [URLS] [SOURCES]\n", stderr);
    return 2;
  }
  const size_t urls = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10'000'000;
  const size_t sources = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 100;
  const gasht::Status status = gasht::Run(argv[1], std::max<size_t>(urls, 1), std::max<size_t>(sources, 1));
  if (status.ok()) return 0;
  fmt::print(stderr, "gasht_frontier: {}\n", status.message());
  return 1;
}
