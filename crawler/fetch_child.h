#pragma once

// What runs on the other side of ChildFetcher: one curl_multi loop in a process that has nothing else.
//
// It gets FetchSetup, enters its sandbox, answers ChildReady, then begins a transfer for every FetchOrder and
// sends every FetchResult. It parses TLS, HTTP and its codings, and never what is inside a body. It ends when its
// channel closes.
//
// On the Tor route it can open no socket and no file at all: connected sockets to Tor come from its Connector. On
// the direct route it opens Internet sockets and reads what resolving names needs (/etc, the libraries), and
// nothing else where the kernel has Landlock.

#include <string_view>
#include <vector>

#include "base/status.h"
#include "crawler/endpoint.h"
#include "model/source.h"

namespace gasht {

inline constexpr std::string_view kFetchRole = "fetch";

// The main function of the role (base/child.h).
int RunFetchChild(int channel);

// For the calling process, for good. Unavailable: this machine has no sandbox for it.
Status EnterFetchSandbox(Route route);

// Tries what a Tor fetch child must not be able to do: a connection of its own, even to Tor, a datagram, a file.
// FailedPrecondition names what succeeded; such a process must not go on.
Status CheckConfined(const std::vector<Endpoint>& endpoints);

}  // namespace gasht
