#pragma once

// CrawlLoop: takes what is due from the frontier, fetches it within every promise (scope, authority, politeness, budgets,
// route) and hands each attempt to whoever makes it durable.
//
// Runs on the thread that calls Run (the crawl thread), which owns frontier and politeness without a lock; the store's read
// side, the clock, the fetcher and the handler outlive it. Only PageDone, Refresh and Reconfigure may be called from other
// threads.
//
// Flow control is by credit: a page takes one when its fetch begins and returns it when PageDone is called, and the bytes that
// its body may have are set aside for as long. So nothing waits inside the loop and memory has a bound.
//
// What is not handed over, and stays due: attempts that our own outage (Tor or network away, told from dead sites by canaries:
// way_out.h) or a stop ended. They say nothing of the page. Each Tor of a pool is a way out of its own: one that is away keeps
// only its own sources waiting.
//
// robots.txt counts for the address that it was asked of: before the first page of an address, its own is read.
//
// Through Tor every source has a credential of its own, and so circuits of its own; it gets a new one in every run, every day,
// and when its circuits fail (JudgeCircuit).

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/status.h"
#include "crawler/fetcher.h"
#include "model/capture.h"
#include "model/fetch.h"
#include "model/frontier.h"
#include "model/source.h"
#include "store/store.h"

namespace gasht {

class TorWatch;

// One attempt at one page.
struct FetchedPage {
  CrawlTask task;
  // The page's row as it was taken: what NextVisit starts from.
  FrontierEntry before;
  // All but id, payload, page_class, software and the digests of what judged it.
  Capture capture;
  std::string body;
  std::string received{};  // as received, where it had a content coding
  // The address failed and the source has others.
  bool other_address = false;
  // For the source's counters: the address in use, and until when the site asked to be left alone.
  std::string origin;
  uint32_t origin_failures = 0;
  UtcTime not_before;
  std::string not_before_why;
};

// To be called exactly once for each page, on any thread, with Ok when everything about it is durable. An error ends the run:
// whoever stores can store no more.
using PageDone = std::function<void(Status)>;
// Called on the crawl thread; must not block.
using PageHandler = std::function<void(FetchedPage page, PageDone done)>;

struct CrawlProgress {
  uint64_t pages = 0;       // durable
  uint64_t failed = 0;      // of them, neither ok nor not_modified
  uint64_t in_flight = 0;   // being fetched
  uint64_t unfinished = 0;  // fetched, not yet durable
  bool away = false;        // a way out is closed: its pages wait
};

// A way out closed or opened again.
struct WayOutChange {
  std::string way;  // "tor", "direct", "tor#2": as CrawlGap::way
  bool open = false;
  UtcTime closed_since;
  std::string reason;  // why it closed
};

// What another configuration may change while the loop runs.
struct CrawlLimits {
  // Credits.
  size_t max_unfinished_pages = 64;
  // For bodies being fetched (each may reach max_body_bytes) and not yet durable.
  size_t max_body_bytes_held = 512u << 20;
  size_t max_in_flight_per_source = 1;
  // Received a day by all sources together, 0: no limit; and when anything is fetched at all.
  uint64_t bytes_per_day = 0;
  DayWindow hours{};
  // As in FetchRequest.
  size_t max_wire_bytes = 4u << 20;
  size_t max_body_bytes = 8u << 20;
  std::chrono::microseconds connect_timeout = std::chrono::seconds(90);
  std::chrono::microseconds total_timeout = std::chrono::seconds(180);
  // Asked for when pages fail and nothing else answers (way_out.h).
  std::vector<Url> tor_canaries, direct_canaries;
  // What this line is called, for Vantage.
  std::string place;
};

struct CrawlOptions : CrawlLimits {
  // End when nothing is ready, in flight or waiting only for politeness; no page is fetched twice in the run.
  bool once = false;
  // Only what persons have asked for (priority now); `once` ends after it.
  bool only_now = false;
  // The robots.txt of each address is fetched first, obeyed (or recorded as ignored, where the source says so), and asked again
  // when its row is due.
  bool robots = false;
  // With `once`, a site that asks to be left alone longer than this is left for the next run.
  std::chrono::microseconds patience = std::chrono::seconds(30);
  // When a way out is away, looks for it are so far apart, each time twice as far; with `once`, its sources are left for the next
  // run after that many.
  std::chrono::microseconds first_outage_pause = std::chrono::milliseconds(500);
  std::chrono::microseconds longest_outage_pause = std::chrono::seconds(60);
  int outages_before_giving_up = 5;
  // Canaries may have addresses that are not public.
  bool private_canaries = false;
  // After an outage sources begin again within this time, not all at once.
  std::chrono::microseconds resume_spread = std::chrono::seconds(10);
  // Called on the crawl thread when a way out closes or opens; must not block; may be empty.
  std::function<void(const WayOutChange&)> on_way_out;
  // How long a source keeps its credential.
  std::chrono::microseconds credential_lifetime = std::chrono::hours(24);
  // Says whether Tor is fit (of a pool: the first one), and which circuits there are; null: not known. Outlives the loop.
  TorWatch* tor_watch = nullptr;
  // Why a source is not to be looked at any more in this run, asked on the crawl thread before each of its pages; nothing:
  // it is. May be empty.
  std::function<std::optional<std::string>(const SourceId&)> why_held;
  // Tor's SocksPorts, as the fetcher has them; which one serves a source is PickEndpoint's. Empty: one, and not known.
  std::vector<std::string> tor_socks;
  // Called on the crawl thread after each page and when a way out closes or opens; may be empty.
  std::function<void(const CrawlProgress&)> on_progress;
};

struct SourceCrawl {
  uint64_t pages = 0;
  std::map<FetchOutcome, uint64_t> outcomes;
  // Why the source was not (or not fully) crawled, in words for an operator; empty when it was.
  std::string note;
};

struct CrawlSummary {
  uint64_t pages = 0;
  std::map<FetchOutcome, uint64_t> outcomes;
  // Attempts that our own outage ended; their pages stay due.
  uint64_t own_outages = 0;
  // With `once`: ways out that stayed away while others were there, each in a sentence with its remedy.
  std::vector<std::string> away;
  std::map<SourceId, SourceCrawl> sources;
  bool stopped = false;  // on request, before it was through
};

class CrawlLoop {
 public:
  CrawlLoop(std::vector<Source> sources, const Clock& clock, const Store& store, Fetcher& fetcher,
            CrawlOptions options, PageHandler handler);
  ~CrawlLoop();
  CrawlLoop(const CrawlLoop&) = delete;
  CrawlLoop& operator=(const CrawlLoop&) = delete;

  // Crawls until `stop` is requested, or with `once` until all is done. Always waits for every PageDone outstanding. Errors:
  // Unavailable when every way out stays away (with `once`), a PageDone's error, the store's or the fetcher's.
  // REQUIRES: called once.
  Result<CrawlSummary> Run(std::stop_token stop);

  // The source's rows or a person's word on it have changed in the store: it is looked at again, at once. Thread-safe.
  void Refresh(const SourceId& source);
  // Another configuration is in force from the loop's next turn: new sources begin, missing ones end (pages being fetched are
  // finished), the others go on under the new one, and so do its limits. Thread-safe.
  void Reconfigure(std::vector<Source> sources, CrawlLimits limits);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gasht
