#pragma once

// CurlFetcher: one libcurl multi loop over real sockets.
//
// What it promises, whatever the environment and the server say:
// - route tor: every connection goes to the source's SOCKS endpoint, names unresolved; the socket callback opens
// nothing else.
//   Without an endpoint, Start fails, as it does for an onion on the direct route. Proxy variables of the environment are ignored.
// - route direct: every resolved address is checked before it is connected to; those that are not public are
// refused
//   (outcome blocked_by_scope) unless the request allows them.
// - HTTP/1.1 GET only, http and https only, redirects not followed, no cookies, HSTS, alt-svc, netrc.
// - bytes are counted as they arrive and as they are decoded; over either cap the transfer ends as too_large
// with what
//   came within the cap. Media types that nobody asked for end at the response header, before the first body
//   byte.
//
// Confined to one thread, except Wakeup. The clock outlives the fetcher. Failures are those of Fetcher.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "crawler/fetcher.h"

namespace gasht {

struct CurlFetcherOptions {
  // Tor's SocksPorts (see endpoint.h), each source always through the same one; empty: no Tor route.
  std::vector<std::string> socks;
  // What every request says, in this order: those of Tor Browser, so that we look like the crowd.
  std::vector<std::string> request_headers = {
      "User-Agent: Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0",
      "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
      "Accept-Language: en-US,en;q=0.5",
      "Accept-Encoding: gzip, deflate",
      "Upgrade-Insecure-Requests: 1",
  };
  // Certificates that are trusted instead of the system's; empty: the system's.
  std::string ca_file{};
  // All response heads of a transfer together, 1xx included.
  size_t max_head_bytes = 256u << 10;
  // Slower than this for that long ends the transfer.
  uint32_t low_speed_bytes_per_second = 512;
  std::chrono::seconds low_speed_time{30};
  // Idle connections kept for the next page of the same source.
  size_t max_idle_connections = 128;
  std::chrono::seconds max_idle_time{60};

  // For a process that may open no file and no socket (fetch_child.h).
  // What TLS trusts, in PEM; empty: the system's files.
  std::string trusted_certificates{};
  // Gives a socket that is connected to endpoint number N of `socks`, or -1 with errno; empty: opened here.
  std::function<int(size_t)> open_socks{};
  // Poll also ends when this can be read; negative: none.
  int wake_fd = -1;
};

class CurlFetcher final : public Fetcher {
 public:
  static Result<std::unique_ptr<CurlFetcher>> Create(CurlFetcherOptions options, const Clock& clock);
  ~CurlFetcher() override;

  Status Start(FetchRequest request) override;
  std::vector<FetchResult> Poll(std::chrono::microseconds timeout) override;
  void Wakeup() override;
  void CancelAll() override;
  size_t in_flight() const override;

 private:
  struct Impl;
  explicit CurlFetcher(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Removes the variables through which the environment could steer libcurl or OpenSSL (proxies, key logs). The
// fetcher ignores them anyway; a process that crawls has no use for them. Call from main before any thread
// runs.
void ClearFetchEnvironment();

}  // namespace gasht
