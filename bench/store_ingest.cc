// What evidence costs: durable ingest, disk per capture, and verification. scripts/bench store runs it beside db_bench.
//
//   gasht_store_bench DIR ingest     "MB/s RECORDS-PER-SYNC CPU-SECONDS" for 20-200 KB captures
//   gasht_store_bench DIR disk       "STORE-BYTES WARC-BYTES CAPTURES" of a market that is crawled every day
//   gasht_store_bench DIR verify     "MB/s" of VerifyStore a core, over the store that `ingest` left

#include <sys/resource.h>
#include <zlib.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "store/test_support.h"
#include "store/verify.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

constexpr int kCaptures = 2000;
constexpr int kSubmitters = 2;
constexpr size_t kInFlight = 64;
constexpr int kPages = 100;
constexpr int kDays = 30;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Markup around words, as compressible as a market's pages are (gzip: about a fifth).
std::string Offer(std::mt19937_64& random, int page, int number) {
  static constexpr const char* kWords[] = {"premium", "fresh",   "delivery", "karachi", "lahore",   "gram",
                                           "tola",    "quality", "stealth",  "stock",   "price",    "contact",
                                           "order",   "vendor",  "best",     "pure",    "shipping", "cash"};
  std::string words;
  for (int i = 0; i < 30; ++i) words += fmt::format("{} ", kWords[random() % std::size(kWords)]);
  return fmt::format(
      "<div class=\"listing card col-md-4\" id=\"offer-{0}-{1}\"><a class=\"title\" "
      "href=\"/offer/{2:x}\">Offer {1} of page {0}</a>"
      "<span class=\"vendor\"><a href=\"/vendor/{3:x}\">vendor{4}</a></span><span class=\"price\">Rs "
      "{5}</span>"
      "<p class=\"description\">{6}</p><img src=\"/images/{7:016x}.jpg\" alt=\"\"></div>\n",
      page, number, random(), random(), random() % 200, 500 + random() % 9000, words, random());
}

std::string Page(uint64_t seed, int page, size_t bytes) {
  std::mt19937_64 random(seed);
  std::string body =
      "<!DOCTYPE html><html><head><title>Market</title></head><body><nav><a href=\"/\">Home</a></nav>\n";
  for (int i = 0; body.size() < bytes; ++i) body += Offer(random, page, i);
  return body + "</body></html>";
}

int Ingest(const std::string& dir) {
  StoreOptions options;
  options.path = dir + "/store";
  const std::unique_ptr<Store> store = Store::Open(options).value();
  const SystemClock clock;
  std::mt19937_64 random(7);
  std::vector<PageCommit> pages;
  uint64_t bytes = 0;
  for (int i = 0; i < kCaptures; ++i) {
    pages.push_back(MakePage(kMarket, fmt::format("/{}", i),
                             Page(static_cast<uint64_t>(i), i, 20'000 + random() % 180'000), clock.Utc()));
    bytes += pages.back().body.size();
  }
  std::atomic<size_t> next = 0, in_flight = 0, done = 0;
  std::set<uint64_t> heads;  // the writer's thread only: one a sync
  const double cpu = CpuSeconds();
  const auto begin = std::chrono::steady_clock::now();
  {
    StoreWriter writer(*store, clock);
    std::vector<std::jthread> submitters;
    for (int t = 0; t < kSubmitters; ++t) {
      submitters.emplace_back([&] {
        while (true) {
          const size_t i = next++;
          if (i >= pages.size()) return;
          for (size_t held = in_flight; held >= kInFlight; held = in_flight) in_flight.wait(held);
          ++in_flight;
          writer.CommitPage(std::move(pages[i]), [&](const Result<PageCommitted>& committed) {
            if (!committed.ok()) std::abort();
            heads.insert(store->tree_head().size);
            ++done;
            --in_flight;
            in_flight.notify_all();
          });
        }
      });
    }
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  fmt::print("{:.1f} {:.1f} {:.2f} {}\n", static_cast<double>(bytes) / 1e6 / seconds,
             static_cast<double>(done.load()) / static_cast<double>(heads.size()), CpuSeconds() - cpu,
             bytes / kCaptures);
  return 0;
}

// A gzip member of its own for each record, as WARC writers do it.
size_t GzipSize(const std::string& bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  const size_t size = stream.total_out;
  deflateEnd(&stream);
  return size;
}

std::string WarcRecord(const char* type, const Capture& capture, const std::string& block) {
  return fmt::format(
             "WARC/1.1\r\nWARC-Type: {}\r\nWARC-Record-ID: "
             "<urn:uuid:{:08x}-0000-4000-8000-000000000000>\r\nWARC-Date: {}\r\n"
             "WARC-Target-URI: {}\r\nWARC-Block-Digest: sha256:{}\r\nContent-Type: application/http; "
             "msgtype={}\r\n"
             "Content-Length: {}\r\n\r\n",
             type, capture.started_utc.micros & 0xffffffff, FormatRfc3339(capture.started_utc), capture.url,
             Sha256(block).hex(), type, block.size()) +
         block + "\r\n\r\n";
}

// Every day some prices change, one offer goes and another comes, and the page says what time it is.
std::string NextDay(std::string body, std::mt19937_64& random, int page, int day) {
  for (int change = 0; change < 6; ++change) {
    const size_t at = body.find("Rs ", random() % body.size());
    if (at != std::string::npos) body.replace(at, 5, fmt::format("Rs {}", 10 + random() % 89));
  }
  const size_t first = body.find("<div class=\"listing"),
               second = body.find("<div class=\"listing", first + 1);
  if (second != std::string::npos) body.erase(first, second - first);
  body.insert(body.find("</body>"), Offer(random, page, 1000 + day));
  const size_t time = body.find("</title>");
  return body.replace(time, 0, fmt::format(" {}", day));
}

std::string Between(std::string_view text, std::string_view before, std::string_view after) {
  const size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + before.size());
  return std::string(rest.substr(0, rest.find(after)));
}

// What an analysis says of such a page: an offer each, with the price that it has that day.
std::vector<Listing> OffersIn(std::string_view body) {
  constexpr std::string_view kBegin = "<div class=\"listing";
  std::vector<Listing> offers;
  for (size_t at = body.find(kBegin); at != std::string_view::npos; at = body.find(kBegin, at + 1)) {
    const std::string_view block = body.substr(at, body.find("</div>", at) - at);
    Listing offer = MakeListing(Between(block, "\">Offer", "</a>"), Between(block, "\">vendor", "</a>"));
    offer.url = "http://example.com" + Between(block, "href=\"", "\"");
    offer.prices[0].amount.units = std::atoll(Between(block, "\"price\">Rs", "</span>").c_str());
    offer.text = Between(block, "\"description\">", "</p>");
    offers.push_back(std::move(offer));
  }
  return offers;
}

int Disk(const std::string& dir) {
  StoreOptions options;
  options.path = dir + "/disk";
  uint64_t warc = 0;
  {
    const std::unique_ptr<Store> store = Store::Open(options).value();
    FakeClock clock;
    WaitingWriter writer(*store, clock);
    std::mt19937_64 random(9);
    std::vector<std::string> bodies;
    for (int page = 0; page < kPages; ++page)
      bodies.push_back(Page(static_cast<uint64_t>(page), page, 24'000));
    for (int day = 0; day < kDays; ++day) {
      for (int page = 0; page < kPages; ++page) {
        if (day > 0)
          bodies[static_cast<size_t>(page)] = NextDay(bodies[static_cast<size_t>(page)], random, page, day);
        const std::string& body = bodies[static_cast<size_t>(page)];
        PageCommit commit = MakePage(kMarket, fmt::format("/list/{}", page), body, clock.Utc());
        commit.capture.request_head =
            "GET /list HTTP/1.1\r\nHost: example.com\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n\r\n";
        commit.capture.response_head =
            "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Mon, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: "
            "text/html\r\n"
            "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n";
        warc += GzipSize(WarcRecord("request", commit.capture, commit.capture.request_head)) +
                GzipSize(WarcRecord("response", commit.capture, commit.capture.response_head + body));
        commit.analysis.listings = OffersIn(body);
        // One in ten, the same ones every day.
        for (uint32_t i = 0; i < commit.analysis.listings.size(); ++i) {
          if (Sha256(commit.analysis.listings[i].title).bytes[0] % 10 == 0)
            commit.analysis.candidates.push_back(MakeCandidate(i, Level::kHigh, 70));
        }
        if (!writer.CommitPage(std::move(commit)).ok()) std::abort();
        clock.Advance(std::chrono::seconds(1));
      }
      clock.Advance(std::chrono::hours(24));
    }
    // What lies in the log only is written out.
    if (!store->Compact().ok()) std::abort();
    const std::vector<FamilyStats> stats = store->Stats().value();
    for (const FamilyStats& family : stats)
      fmt::print(stderr, "{:<20} {:>8} rows {:>10} bytes {:>10} on disk\n", family.name, family.rows,
                 family.bytes, family.disk_bytes);
  }
  uint64_t bytes = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(options.path)) {
    const fs::path extension = entry.path().extension();
    if (extension == ".sst" || extension == ".blob" || extension == ".bin") bytes += entry.file_size();
  }
  fmt::print("{} {} {}\n", bytes, warc, kPages * kDays);
  return 0;
}

int Verify(const std::string& dir) {
  StoreOptions options;
  options.path = dir + "/store";
  options.create_if_missing = false;
  options.read_only = true;
  const std::unique_ptr<Store> store = Store::Open(options).value();
  const double cpu = CpuSeconds();
  VerifyOptions verify;
  verify.derived = true;
  const VerifyReport report = VerifyStore(*store, verify).value();
  if (!report.ok()) {
    fmt::print(stderr, "{}\n", report.problems.front());
    return 1;
  }
  fmt::print("{:.1f} {}\n", static_cast<double>(report.body_bytes) / 1e6 / (CpuSeconds() - cpu),
             report.bodies);
  return 0;
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  const std::string dir = argc > 2 ? argv[1] : "", what = argc > 2 ? argv[2] : "";
  if (what == "ingest") return gasht::Ingest(dir);
  if (what == "disk") return gasht::Disk(dir);
  if (what == "verify") return gasht::Verify(dir);
  fmt::print(stderr, "usage: gasht_store_bench DIR ingest|disk|verify\n");
  return 2;
}
