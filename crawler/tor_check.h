#pragma once

// Is Tor fit to be used now? Asked before a crawl begins, so that "Tor is away" is never mistaken for "every site is down".
// Blocking, bounded by `timeout` for each answer; any thread, nothing is kept.
//
// Control protocol: https://spec.torproject.org/control-spec (PROTOCOLINFO, AUTHENTICATE, GETINFO). SOCKS5: RFC 1928.

#include <chrono>

#include "base/status.h"
#include "config/config.h"

namespace gasht {

// Ok when something that speaks SOCKS5 listens at tor.socks, and, with tor.control, Tor has bootstrapped and built a
// circuit. Otherwise Unavailable, in words that tell an operator what to do; InvalidArgument where the configuration
// names no endpoint. Without tor.cookie the cookie is where Tor says it is.
Status CheckTorReady(const TorConfig& tor, std::chrono::milliseconds timeout = std::chrono::seconds(5));

}  // namespace gasht
