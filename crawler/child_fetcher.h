#pragma once

// ChildFetcher: transfers made in child processes (fetch_child.h), one for the Tor route and one for the direct
// route, so that this process neither parses HTTP and TLS nor holds a socket to anywhere.
//
// The Tor child starts with the fetcher, the direct child with the first request that says `route: direct`. When a
// child dies, its transfers end as our own outage (proxy_down, network_down): their pages stay due. It is started
// again, after a pause that doubles while it keeps dying; until then new transfers end at once in the same way. A
// URL that was being fetched at three deaths is believed to cause them and ends as connection_reset, so that it
// waits its turn like any broken page.
//
// What a child says is hostile: results are decoded strictly, must answer a request, and stay within what it
// allowed; a child that breaks this is killed. Times are taken here, not believed.
//
// Confined to the crawl thread, except Wakeup. Failures are those of Fetcher.

#include <chrono>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "crawler/curl_fetcher.h"
#include "crawler/fetcher.h"

namespace gasht {

struct ChildFetcherOptions {
  // Its open_socks and wake_fd are the child's business and ignored. Certificates are read here, for the child
  // opens no file: ca_file, trusted_certificates, or Debian's bundle.
  CurlFetcherOptions curl;
  std::chrono::milliseconds start_time{30'000};
  std::chrono::milliseconds first_restart_pause{500};
  std::chrono::milliseconds longest_restart_pause{60'000};
};

class ChildFetcher final : public Fetcher {
 public:
  // Unavailable: a child does not start, or this machine has no sandbox for it. The clock outlives the fetcher.
  static Result<std::unique_ptr<ChildFetcher>> Create(ChildFetcherOptions options, const Clock& clock);
  ~ChildFetcher() override;

  Status Start(FetchRequest request) override;
  std::vector<FetchResult> Poll(std::chrono::microseconds timeout) override;
  void Wakeup() override;
  void CancelAll() override;
  size_t in_flight() const override;

  // Deaths of children since the start.
  uint64_t deaths() const;
  // Of the children that run now.
  std::vector<int> child_pids() const;

 private:
  struct Impl;
  explicit ChildFetcher(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gasht
