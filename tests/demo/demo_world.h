#pragma once

// The demo world: the three demo sites, behind real onion services of a private Tor network or directly on
// loopback, and a configuration of gasht that patrols them. Used by `gasht_demo` (scripts/run) and by the
// end-to-end tests. Confined to one thread; the destructor ends every process and server it started.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/status.h"
#include "tests/market/market_server.h"
#include "tests/tornet/tor_network.h"

namespace gasht {

struct DemoOptions {
  // Gets config/ (gasht.yaml, agencies.yaml, sources.d/) and, once patrolled, store/.
  std::string dir;
  bool through_tor = true;
  // Pause between two fetches of one site; the sites are ours.
  std::string delay = "10ms";
  std::function<void(const std::string& line)> progress;
};

class DemoWorld {
 public:
  static Result<std::unique_ptr<DemoWorld>> Start(const DemoOptions& options);

  std::string config_dir() const { return dir_ + "/config"; }
  std::string store_dir() const { return dir_ + "/store"; }
  const std::vector<std::unique_ptr<MarketServer>>& servers() const { return servers_; }
  // Null when not through Tor.
  TorNetwork* tor() { return tor_.get(); }
  // Where a site is reached: "http://....onion" or "http://127.0.0.1:PORT".
  std::string base_url(const std::string& site) const;

 private:
  DemoWorld() = default;

  std::string dir_;
  std::vector<std::unique_ptr<MarketServer>> servers_;
  std::unique_ptr<TorNetwork> tor_;
};

// Writes gasht.yaml (test_mode on, store beside it), agencies.yaml and one file in sources.d/ for each of `sources` (name to
// YAML) into `dir`. `socks` is empty when nothing goes through Tor.
struct DemoConfig {
  std::string dir;
  std::string socks;
  std::string control, cookie;        // empty: Tor cannot be asked
  std::vector<std::string> canaries;  // of Tor
  int connections_per_source = 1;
  std::map<std::string, std::string> sources;
};
Status WriteDemoConfig(const DemoConfig& config);

}  // namespace gasht
