#pragma once

// TorWatch: what Tor's control port says, asked again and again beside the crawl, so that the crawl thread can know without
// waiting whether Tor is fit, and which circuit a source has.
//
// Thread-safe, but Run, which is for one thread of its own and ends with its stop token. Until Tor has said that it is fit, it
// is not.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "config/config.h"
#include "crawler/tor_control.h"

namespace gasht {

struct TorWatchOptions {
  std::chrono::milliseconds while_unfit = std::chrono::seconds(2);
  std::chrono::milliseconds while_fit = std::chrono::seconds(10);
  // Not oftener than this, however often a circuit is missing.
  std::chrono::milliseconds at_least = std::chrono::seconds(1);
  // Called on Run's thread whenever Tor became fit or unfit; must not block.
  std::function<void()> on_change;
};

class TorWatch {
 public:
  // REQUIRES: tor.control is a valid endpoint.
  TorWatch(TorConfig tor, TorWatchOptions options);

  // One look, at once. REQUIRES: Run has not begun.
  void LookOnce() { Look(); }
  void Run(std::stop_token stop);

  // Ok, or Unavailable with what is missing.
  Status fitness() const;
  std::string version() const;
  // The circuit that serves a SOCKS user, if it is known; when it is not, Tor is asked again soon.
  std::optional<TorCircuit> CircuitOf(std::string_view socks_user);

 private:
  // One look, kept; true when fitness changed. The connection stays open for the next.
  bool Look();
  Status Ask();

  const TorConfig tor_;
  const TorWatchOptions options_;
  std::unique_ptr<TorControl> control_;  // Run's thread only
  mutable Mutex mu_;
  CondVar nudged_;
  bool nudge_ GUARDED_BY(mu_) = false;
  Status fitness_ GUARDED_BY(mu_);
  std::string version_ GUARDED_BY(mu_);
  std::vector<TorCircuit> circuits_ GUARDED_BY(mu_);
};

}  // namespace gasht
