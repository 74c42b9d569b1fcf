#include "crawler/public_address.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace gasht {
namespace {

struct Range4 {
  uint32_t network;
  int bits;
};

constexpr std::array<Range4, 16> kNotPublic4 = {{
    {0x00000000, 8},   // 0/8 this network
    {0x0A000000, 8},   // 10/8
    {0x64400000, 10},  // 100.64/10 shared by carriers
    {0x7F000000, 8},   // 127/8
    {0xA9FE0000, 16},  // 169.254/16 link-local, cloud metadata
    {0xAC100000, 12},  // 172.16/12
    {0xC0000000, 24},  // 192.0.0/24 protocol assignments
    {0xC0000200, 24},  // 192.0.2/24 documentation
    {0xC0586300, 24},  // 192.88.99/24 6to4 relays, deprecated
    {0xC0A80000, 16},  // 192.168/16
    {0xC6120000, 15},  // 198.18/15 benchmarking
    {0xC6336400, 24},  // 198.51.100/24 documentation
    {0xCB007100, 24},  // 203.0.113/24 documentation
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, broadcast
    {0xC0AF3000, 24},  // 192.175.48/24 AS112: answers for private zones
}};

bool IsPublic4(uint32_t address) {
  return std::none_of(kNotPublic4.begin(), kNotPublic4.end(), [address](const Range4& range) {
    return (address ^ range.network) >> (32 - range.bits) == 0;
  });
}

uint32_t BigEndian32(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | uint32_t{bytes[3]};
}

bool IsPublic6(const uint8_t* a) {
  static constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  static constexpr uint8_t kNat64[12] = {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
  if (std::memcmp(a, kMapped, 12) == 0 || std::memcmp(a, kNat64, 12) == 0)
    return IsPublic4(BigEndian32(a + 12));
  if (a[0] == 0x20 && a[1] == 0x02) return IsPublic4(BigEndian32(a + 2));  // 6to4
  if ((a[0] & 0xe0) != 0x20) return false;                                 // only 2000::/3 is global unicast
  const uint32_t first = BigEndian32(a);
  if (first == 0x20010db8) return false;               // documentation
  if (first >> 9 == 0x20010000u >> 9) return false;    // 2001::/23 Teredo, ORCHID, assignments
  if (first >> 12 == 0x3fff0000u >> 12) return false;  // 3fff::/20 documentation
  return true;
}

}  // namespace

bool IsPublicAddress(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    return IsPublic4(ntohl(in.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, address, sizeof in6);
    return IsPublic6(in6.sin6_addr.s6_addr);
  }
  return false;
}

}  // namespace gasht
