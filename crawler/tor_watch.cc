#include "crawler/tor_watch.h"

#include <algorithm>
#include <utility>

namespace gasht {

TorWatch::TorWatch(TorConfig tor, TorWatchOptions options)
    : tor_(std::move(tor)),
      options_(std::move(options)),
      fitness_(Status::Unavailable("Tor has not said yet whether it is ready")) {}

void TorWatch::Run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    if (Look() && options_.on_change) options_.on_change();
    const std::chrono::milliseconds wait = fitness().ok() ? options_.while_fit : options_.while_unfit;
    MutexLock lock(mu_);
    nudged_.WaitFor(mu_, stop, options_.at_least, [] { return false; });
    nudged_.WaitFor(mu_, stop, std::max(wait - options_.at_least, std::chrono::milliseconds(0)),
                    [this]() NO_THREAD_SAFETY_ANALYSIS { return nudge_; });
    nudge_ = false;
  }
}

bool TorWatch::Look() {
  Status look = Ask();
  // Tor may have been started anew: the next look begins with a new connection.
  if (!look.ok()) control_.reset();
  MutexLock lock(mu_);
  const bool changed = fitness_.ok() != look.ok();
  if (!look.ok()) circuits_.clear();
  fitness_ = std::move(look);
  return changed;
}

Status TorWatch::Ask() {
  if (!control_) {
    GASHT_ASSIGN_OR_RETURN(const Endpoint endpoint, Endpoint::Parse(tor_.control));
    GASHT_ASSIGN_OR_RETURN(control_, TorControl::Open(endpoint, {.cookie = tor_.cookie}));
  }
  GASHT_ASSIGN_OR_RETURN(TorState state, control_->State());
  GASHT_RETURN_IF_ERROR(TorFitness(state));
  GASHT_ASSIGN_OR_RETURN(std::vector<TorCircuit> circuits, control_->Circuits());
  MutexLock lock(mu_);
  version_ = std::move(state.version);
  circuits_ = std::move(circuits);
  return Status::Ok();
}

Status TorWatch::fitness() const {
  MutexLock lock(mu_);
  return fitness_;
}

std::string TorWatch::version() const {
  MutexLock lock(mu_);
  return version_;
}

std::optional<TorCircuit> TorWatch::CircuitOf(std::string_view socks_user) {
  MutexLock lock(mu_);
  for (const TorCircuit& circuit : circuits_) {
    if (circuit.serves && circuit.socks_user == socks_user) return circuit;
  }
  nudge_ = true;
  nudged_.NotifyAll();
  return std::nullopt;
}

}  // namespace gasht
