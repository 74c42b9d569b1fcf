#include "crawler/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstring>

#include <fmt/format.h>

#include "base/digest.h"

namespace gasht {
namespace {

Status BadEndpoint(std::string_view text, std::string_view what) {
  return Status::InvalidArgument(fmt::format(
      "\"{}\" is no endpoint: {}. Write an address and port (127.0.0.1:9050) or unix:/path/to/socket", text,
      what));
}

template <typename SockAddr>
std::vector<unsigned char> Bytes(const SockAddr& address, size_t size) {
  std::vector<unsigned char> bytes(size);
  std::memcpy(bytes.data(), &address, size);
  return bytes;
}

bool IsNumericAddress(const std::string& text) {
  in6_addr scratch{};
  return inet_pton(AF_INET, text.c_str(), &scratch) == 1 || inet_pton(AF_INET6, text.c_str(), &scratch) == 1;
}

}  // namespace

Result<Endpoint> Endpoint::Parse(std::string_view text) {
  Endpoint endpoint;
  endpoint.text = text;
  if (text.starts_with("unix:")) {
    endpoint.unix_path = text.substr(5);
    if (!endpoint.unix_path.starts_with('/')) return BadEndpoint(text, "the socket's path is not absolute");
    if (endpoint.unix_path.size() >= sizeof(sockaddr_un::sun_path))
      return BadEndpoint(text, "a Unix socket's path has at most 107 bytes");
    return endpoint;
  }
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return BadEndpoint(text, "no port");
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc() || end != port.data() + port.size() || endpoint.port == 0)
    return BadEndpoint(text, "bad port");
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  endpoint.address = host == "localhost" ? "127.0.0.1" : std::string(host);
  if (!IsNumericAddress(endpoint.address)) return BadEndpoint(text, "the host is not an address");
  return endpoint;
}

std::vector<unsigned char> Endpoint::SocketAddress() const {
  if (is_unix()) {
    sockaddr_un un{};
    un.sun_family = AF_UNIX;
    std::memcpy(un.sun_path, unix_path.c_str(), unix_path.size() + 1);
    return Bytes(un, offsetof(sockaddr_un, sun_path) + unix_path.size() + 1);
  }
  sockaddr_in in{};
  if (inet_pton(AF_INET, address.c_str(), &in.sin_addr) == 1) {
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    return Bytes(in, sizeof in);
  }
  sockaddr_in6 in6{};
  inet_pton(AF_INET6, address.c_str(), &in6.sin6_addr);
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(port);
  return Bytes(in6, sizeof in6);
}

size_t PickEndpoint(const std::vector<Endpoint>& pool, std::string_view name) {
  if (pool.size() == 1) return 0;
  size_t best = 0;
  Digest highest;
  for (size_t i = 0; i < pool.size(); ++i) {
    const Digest weight = Sha256(fmt::format("{}\n{}", name, pool[i].text));
    if (i != 0 && weight < highest) continue;
    best = i;
    highest = weight;
  }
  return best;
}

}  // namespace gasht
