#pragma once

// Is Tor fit to be used now? Asked before a crawl begins, so that "Tor is away" is never mistaken for "every site is down".
// Blocking, bounded by `timeout` for each answer; any thread, nothing is kept.
//
// Control protocol: https://spec.torproject.org/control-spec (PROTOCOLINFO, AUTHENTICATE, GETINFO). SOCKS5: RFC 1928.

#include <chrono>
#include <string>

#include "base/status.h"

namespace gasht {

struct TorCheckOptions {
  std::string socks;    // endpoint.h
  std::string control;  // endpoint.h; empty: only the SOCKS port is asked
  // The control port's cookie; empty: where Tor says it is.
  std::string cookie_path;
  std::chrono::milliseconds timeout{5000};
};

// Ok when something that speaks SOCKS5 listens, and, with a control port, Tor has bootstrapped and built a circuit. Otherwise
// Unavailable, in words that tell an operator what to do; InvalidArgument for an endpoint that is none.
Status CheckTorReady(const TorCheckOptions& options);

}  // namespace gasht
