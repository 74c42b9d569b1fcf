#pragma once

// Connector: the one process beside a Tor fetch child that can open a socket, and it opens them to Tor's SOCKS
// endpoints and nowhere else.
//
// The child that speaks TLS and HTTP with the world asks it for a connected socket by the number of the endpoint
// and can make none itself: whatever takes that child over, by whatever bug, cannot reach anything but Tor. The
// connector reads single bytes from the child and nothing from the world.
//
// Confined to one thread.

#include <cstddef>
#include <vector>

#include "base/child.h"
#include "base/status.h"
#include "crawler/endpoint.h"

namespace gasht {

class Connector {
 public:
  // Forks. REQUIRES: the process has one thread; 1 to 200 endpoints.
  static Result<Connector> Start(const std::vector<Endpoint>& endpoints);

  // A socket connected to endpoint number `index`, owned by the caller; -1 with errno. Waits a few seconds at
  // most.
  int Connect(size_t index) const;

 private:
  explicit Connector(OwnedFd channel) : channel_(std::move(channel)) {}
  OwnedFd channel_;
};

}  // namespace gasht
