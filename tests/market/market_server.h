#pragma once

// Serves one Site over HTTP/1.1 on 127.0.0.1 from a thread of its own.
//
// GET and HEAD only (405 otherwise), keep-alive, no Date header: the same request always gets the same bytes.
// Thread-safe. Start fails with Unavailable when the port is taken; the destructor closes every connection
// and joins the thread.

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"
#include "tests/market/site.h"

namespace gasht {

class MarketServer {
 public:
  // Port 0: a free one, see port().
  static Result<std::unique_ptr<MarketServer>> Start(Site site, uint16_t port = 0);
  ~MarketServer();
  MarketServer(const MarketServer&) = delete;
  MarketServer& operator=(const MarketServer&) = delete;

  const Site& site() const;
  uint16_t port() const;
  // "http://127.0.0.1:PORT".
  std::string base_url() const;

  // How often each target was asked for, whatever the answer.
  std::map<std::string, int> hits() const;
  // Every answer from now on waits this long first.
  void set_delay(std::chrono::milliseconds delay);

 private:
  struct Impl;
  explicit MarketServer(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace gasht
