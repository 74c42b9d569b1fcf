#pragma once

// Endpoint: where Tor's SOCKS or control port listens: "127.0.0.1:9050", "[::1]:9050" or
// "unix:/run/tor/socks". Addresses only: a name would have to be resolved outside Tor. Plain value.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace gasht {

struct Endpoint {
  std::string unix_path;  // absolute; empty for TCP
  std::string address;    // numeric, without brackets; empty for Unix
  uint16_t port = 0;
  // As it was configured, for messages.
  std::string text;

  // "localhost" counts as 127.0.0.1. InvalidArgument says what is wrong.
  static Result<Endpoint> Parse(std::string_view text);

  bool is_unix() const { return !unix_path.empty(); }
  // The socket address: bytes of a sockaddr.
  std::vector<unsigned char> SocketAddress() const;
};

// Which of `pool` serves `name` (a source): always the same one; when an endpoint comes or goes, only its share of the
// names moves (rendezvous hashing). REQUIRES: `pool` is not empty.
size_t PickEndpoint(const std::vector<Endpoint>& pool, std::string_view name);

}  // namespace gasht
