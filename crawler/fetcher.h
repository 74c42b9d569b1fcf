#pragma once

// Fetcher: the seam between the crawl and the network. One request is one HTTP exchange: redirects are
// reported, never followed; no cookies, no forms, only GET.
//
// Two implementations: CurlFetcher (the world) and FakeFetcher (tests); a fetch child behind a socketpair
// will be the third. Confined to the crawl thread, except Wakeup.

#include <chrono>
#include <cstddef>
#include <vector>

#include "base/status.h"
#include "model/fetch.h"

namespace gasht {

class Fetcher {
 public:
  virtual ~Fetcher() = default;

  // Begins a transfer; its result comes from a later Poll, whatever happens to it. An error means that
  // nothing was begun and nothing was sent: a Tor route without a SOCKS endpoint, a library that fails.
  // REQUIRES: request.id is not in flight.
  virtual Status Start(FetchRequest request) = 0;

  // Results that are there, at once; else waits for one, for Wakeup, or until `timeout` has passed. May
  // return empty.
  virtual std::vector<FetchResult> Poll(std::chrono::microseconds timeout) = 0;

  // Ends a Poll that waits, or the next one. Thread-safe.
  virtual void Wakeup() = 0;

  // Every transfer in flight ends as `cancelled`; the results come from Poll.
  virtual void CancelAll() = 0;

  virtual size_t in_flight() const = 0;
};

}  // namespace gasht
