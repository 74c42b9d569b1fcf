// gasht_crawl: the crawl without analysis and store on disk, through the sandboxed fetch child that a patrol has, for scripts/bench
// crawl. CPU and memory are of both processes.
//
//   gasht_crawl fetch URL_FILE CONCURRENCY [SOCKS]   fetches every URL of the file (one a line, all of one site) with the
//                                                    crawl loop; prints "pages_per_s cpu_s peak_mb failed"
//   gasht_crawl slow CONNECTIONS                     fetches as many pages at once from a server that drips; prints
//                                                    "most_at_once peak_mb failed"

#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/child.h"
#include "base/clock.h"
#include "crawler/child_fetcher.h"
#include "crawler/crawl_loop.h"
#include "crawler/fetch_child.h"
#include "crawler/schedule.h"
#include "crawler/test_store.h"
#include "store/writer.h"

namespace gasht {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;

double CpuSeconds(int whose) {
  rusage usage{};
  getrusage(whose, &usage);
  const auto seconds_of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

// Of this process and the largest child that it waited for, which is the fetch child.
double PeakMegabytes() {
  double megabytes = 0;
  for (const int whose : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(whose, &usage);
    megabytes += static_cast<double>(usage.ru_maxrss) / 1024;
  }
  return megabytes;
}

int Fail(const Status& status) {
  fmt::print(stderr, "gasht_crawl: {}\n", status.message());
  return ExitStatusFor(status.code());
}

Source BenchSource(std::vector<Url> seeds, UtcTime now) {
  Source source;
  source.id = {"bench"};
  source.route = seeds.front().is_onion() ? Route::kTor : Route::kDirect;
  source.allow_private = source.route == Route::kDirect;
  source.authority = {"BENCH", "measuring", now - hours(1), now + hours(24)};
  source.politeness.delay = microseconds(0);
  source.politeness.max_pages = static_cast<uint32_t>(seeds.size());
  source.seeds = std::move(seeds);
  return source;
}

struct Measured {
  uint64_t pages = 0, failed = 0;
  size_t most_at_once = 0;
  double wall = 0;
};

Result<Measured> Crawl(const std::vector<Url>& urls, size_t concurrency, const std::string& socks) {
  const SystemClock clock;
  const std::unique_ptr<Store> store = OpenMemoryStore();
  const Source source = BenchSource(urls, clock.Utc());
  {
    StoreWriter writer(*store, clock);
    std::promise<Status> seeded;
    writer.AddSeeds(SeedEntries(source, clock.Utc()),
                    [&](Status status) { seeded.set_value(std::move(status)); });
    GASHT_RETURN_IF_ERROR(seeded.get_future().get());
  }
  ChildFetcherOptions fetcher_options;
  if (!socks.empty()) fetcher_options.curl.socks = {socks};
  GASHT_ASSIGN_OR_RETURN(const auto fetcher, ChildFetcher::Create(fetcher_options, clock));
  CrawlOptions options;
  options.once = true;
  options.max_in_flight_per_source = concurrency;
  options.max_unfinished_pages = concurrency;
  options.max_body_bytes_held = size_t{64} << 30;
  Measured measured;
  options.on_progress = [&](const CrawlProgress& progress) {
    // The page that has just ended was one of them.
    measured.most_at_once =
        std::max<size_t>(measured.most_at_once, progress.in_flight + progress.unfinished + 1);
  };
  const MonotonicTime start = clock.Monotonic();
  CrawlLoop loop({source}, clock, *store, *fetcher, std::move(options), [&](FetchedPage page, PageDone done) {
    if (page.capture.outcome != FetchOutcome::kOk) ++measured.failed;
    done(Status::Ok());
  });
  GASHT_ASSIGN_OR_RETURN(const CrawlSummary summary, loop.Run({}));
  measured.wall = static_cast<double>((clock.Monotonic() - start).count()) / 1e6;
  measured.pages = summary.pages;
  return measured;
}

int Fetch(const std::string& file, size_t concurrency, const std::string& socks) {
  std::vector<Url> urls;
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const Result<Url> url = Url::Parse(line);
    if (!url.ok()) return Fail(url.status());
    urls.push_back(*url);
  }
  if (urls.empty()) return Fail(Status::InvalidArgument("no URL in " + file));
  const Result<Measured> measured = Crawl(urls, concurrency, socks);
  if (!measured.ok()) return Fail(measured.status());
  fmt::print("{:.1f} {:.2f} {:.0f} {}\n", static_cast<double>(measured->pages) / measured->wall,
             CpuSeconds(RUSAGE_SELF) + CpuSeconds(RUSAGE_CHILDREN), PeakMegabytes(), measured->failed);
  return 0;
}

// ---- A server that drips ----

constexpr int kDrips = 16;
constexpr int kDripMilliseconds = 500;
constexpr size_t kDripBytes = 1000;

// Serves `connections` and ends: a head, then some bytes at a time, all of them in step.
[[noreturn]] void Drip(int listener, int connections) {
  std::vector<int> open;
  char request[4096];
  while (open.size() < static_cast<size_t>(connections)) {
    const int fd = accept(listener, nullptr, nullptr);
    if (fd < 0) _exit(1);
    open.push_back(fd);
  }
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n";
  const std::string drip(kDripBytes, 'x');
  for (const int fd : open) {
    if (read(fd, request, sizeof request) <= 0 || write(fd, head.data(), head.size()) < 0) _exit(1);
  }
  for (int i = 0; i < kDrips; ++i) {
    poll(nullptr, 0, kDripMilliseconds);
    for (const int fd : open) {
      if (write(fd, drip.data(), drip.size()) < 0) _exit(1);
    }
  }
  _exit(0);
}

int Slow(int connections) {
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, generic, size) != 0 || getsockname(listener, generic, &size) != 0 ||
      listen(listener, connections) != 0)
    return Fail(Status::Unavailable("cannot listen on loopback"));
  const pid_t server = fork();
  if (server == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    Drip(listener, connections);
  }
  close(listener);
  std::vector<Url> urls;
  for (int i = 0; i < connections; ++i)
    urls.push_back(*Url::Parse(fmt::format("http://127.0.0.1:{}/{}", ntohs(address.sin_port), i)));
  const Result<Measured> measured = Crawl(urls, static_cast<size_t>(connections), "");
  const double megabytes = PeakMegabytes();
  kill(server, SIGKILL);
  waitpid(server, nullptr, 0);
  if (!measured.ok()) return Fail(measured.status());
  fmt::print("{} {:.0f} {}\n", measured->most_at_once, megabytes, measured->failed);
  return 0;
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  static constexpr gasht::ChildRole kRoles[] = {{gasht::kFetchRole, gasht::RunFetchChild}};
  if (const std::optional<int> status = gasht::RunAsChild(argc, argv, kRoles)) return *status;
  gasht::ClearFetchEnvironment();
  const std::string mode = argc > 1 ? argv[1] : "";
  const int number = argc > 2 ? std::atoi(argv[argc > 3 ? 3 : 2]) : 0;
  if (mode == "fetch" && (argc == 4 || argc == 5) && number > 0)
    return gasht::Fetch(argv[2], static_cast<size_t>(number), argc == 5 ? argv[4] : "");
  if (mode == "slow" && argc == 3 && number > 0) return gasht::Slow(number);
  fmt::print(stderr,
             "usage: gasht_crawl fetch URL_FILE CONCURRENCY [SOCKS]\n       gasht_crawl slow CONNECTIONS\n");
  return 2;
}
