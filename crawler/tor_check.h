#pragma once

// Is Tor fit to be used now? Asked before a crawl begins, so that "Tor is away" is never mistaken for "every site is
// down", and by `gasht tor check`, which also proves that two sources do not share a circuit.
//
// Blocking, each question to Tor bounded by a timeout; any thread, nothing is kept. SOCKS5: RFC 1928 and 1929.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/status.h"
#include "config/config.h"
#include "crawler/tor_control.h"

namespace gasht {

struct TorReport {
  // What is wrong, and what to do about it.
  struct Note {
    std::string what, remedy;
  };
  // Tor is fit when there is none.
  std::vector<Note> problems;
  // It works, and could be better.
  std::vector<Note> warnings;
  // Only where a control port is configured and answers.
  std::optional<TorState> state;
  std::optional<size_t> circuits;

  // Do two credentials get two circuits? Proven by connecting twice to a canary and asking the control port for the
  // circuits; without either it stays unproven, and `isolation_how` says what is missing.
  enum class Isolation { kUnproven, kProven, kBroken };
  Isolation isolation = Isolation::kUnproven;
  std::string isolation_how;

  bool fit() const { return problems.empty(); }
};
std::string_view IsolationName(TorReport::Isolation isolation);

struct TorInspection {
  std::chrono::milliseconds timeout = std::chrono::seconds(5);
  // Connects to the first canary.
  bool prove_isolation = false;
  std::chrono::milliseconds circuit_timeout = std::chrono::seconds(60);
};

TorReport InspectTor(const TorConfig& tor, const TorInspection& inspection = {});

// Ok when a SocksPort of the configuration speaks SOCKS5 (of a pool one is enough: the others' sources wait) and, with tor.control, Tor has bootstrapped, has a circuit and
// hears its network, and reaches it as tor.transports says. Otherwise Unavailable, in words that tell an operator what to do;
// InvalidArgument where the configuration names no endpoint.
Status CheckTorReady(const TorConfig& tor, std::chrono::milliseconds timeout = std::chrono::seconds(5));

}  // namespace gasht
