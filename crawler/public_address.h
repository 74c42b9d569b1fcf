#pragma once

// Which addresses are on the public internet. Pure, thread-safe.

struct sockaddr;

namespace gasht {

// False for this machine, private, shared, link-local, documentation, benchmarking, multicast and reserved
// ranges (RFC 6890 and the IANA special-purpose registries), also where an IPv6 address carries such an IPv4
// one (mapped, NAT64, 6to4, Teredo), and for every family but IPv4 and IPv6. REQUIRES: `address` points to a
// whole sockaddr of its family.
bool IsPublicAddress(const sockaddr* address);

}  // namespace gasht
