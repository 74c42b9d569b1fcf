#include "crawler/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "crawler/public_address.h"

namespace gasht {
namespace {

TEST(Endpoint, Forms) {
  struct {
    std::string text, address;
    uint16_t port;
    std::string unix_path;
  } const rows[] = {
      {"127.0.0.1:9050", "127.0.0.1", 9050, ""},
      {"localhost:9150", "127.0.0.1", 9150, ""},
      {"[::1]:9050", "::1", 9050, ""},
      {"unix:/run/tor/socks", "", 0, "/run/tor/socks"},
  };
  for (const auto& row : rows) {
    const Result<Endpoint> endpoint = Endpoint::Parse(row.text);
    ASSERT_TRUE(endpoint.ok()) << row.text;
    EXPECT_EQ(endpoint->address, row.address) << row.text;
    EXPECT_EQ(endpoint->port, row.port) << row.text;
    EXPECT_EQ(endpoint->unix_path, row.unix_path) << row.text;
    EXPECT_EQ(endpoint->text, row.text);
  }
}

TEST(Endpoint, RefusesNamesAndNonsense) {
  for (const std::string text :
       {"", "9050", "tor:9050", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:90x",
        "unix:socks", "unix:", "[::1]", "256.0.0.1:9050"}) {
    const Result<Endpoint> endpoint = Endpoint::Parse(text);
    EXPECT_EQ(endpoint.status().code(), StatusCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(Endpoint::Parse("unix:/" + std::string(107, 'a')).ok());
  EXPECT_TRUE(Endpoint::Parse("unix:/" + std::string(106, 'a')).ok());
}

bool IsPublic(const std::string& text) {
  sockaddr_in in{};
  sockaddr_in6 in6{};
  if (inet_pton(AF_INET, text.c_str(), &in.sin_addr) == 1) {
    in.sin_family = AF_INET;
    return IsPublicAddress(reinterpret_cast<const sockaddr*>(&in));
  }
  EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &in6.sin6_addr), 1) << text;
  in6.sin6_family = AF_INET6;
  return IsPublicAddress(reinterpret_cast<const sockaddr*>(&in6));
}

TEST(PublicAddress, Table) {
  for (const std::string address :
       {"8.8.8.8",         "1.1.1.1",         "9.255.255.255",  "11.0.0.0",         "100.63.255.255",
        "100.128.0.0",     "126.255.255.255", "128.0.0.0",      "172.15.255.255",   "172.32.0.0",
        "192.167.255.255", "192.169.0.0",     "198.17.255.255", "198.20.0.0",       "223.255.255.255",
        "2606:4700::1111", "2a00:1450::1",    "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"})
    EXPECT_TRUE(IsPublic(address)) << address;
  for (const std::string address : {"0.0.0.0",
                                    "0.1.2.3",
                                    "10.0.0.0",
                                    "10.255.255.255",
                                    "100.64.0.0",
                                    "100.127.255.255",
                                    "127.0.0.1",
                                    "127.255.255.255",
                                    "169.254.169.254",
                                    "172.16.0.0",
                                    "172.31.255.255",
                                    "192.0.0.8",
                                    "192.0.2.1",
                                    "192.88.99.1",
                                    "192.168.0.0",
                                    "192.168.255.255",
                                    "198.18.0.0",
                                    "198.19.255.255",
                                    "198.51.100.7",
                                    "203.0.113.9",
                                    "224.0.0.1",
                                    "239.255.255.255",
                                    "240.0.0.1",
                                    "255.255.255.255",
                                    "::",
                                    "::1",
                                    "fe80::1",
                                    "fc00::1",
                                    "fd12:3456::1",
                                    "fec0::1",
                                    "ff02::1",
                                    "2001:db8::1",
                                    "2001::1",
                                    "::ffff:127.0.0.1",
                                    "::ffff:10.1.1.1",
                                    "::127.0.0.1",
                                    "64:ff9b::7f00:1",
                                    "64:ff9b:1::1",
                                    "2002:7f00:1::1",
                                    "2002:a00:1::1",
                                    "3fff::1",
                                    "100::1"})
    EXPECT_FALSE(IsPublic(address)) << address;
  sockaddr_un un{};
  un.sun_family = AF_UNIX;
  EXPECT_FALSE(IsPublicAddress(reinterpret_cast<const sockaddr*>(&un)));
}

std::vector<Endpoint> Pool(int size) {
  std::vector<Endpoint> pool;
  for (int i = 0; i < size; ++i) pool.push_back(*Endpoint::Parse(fmt::format("127.0.0.1:{}", 9050 + i)));
  return pool;
}

TEST(EndpointPool, EachNameKeepsItsEndpointAndOnlyItsShareMoves) {
  constexpr int kNames = 1000;
  const std::vector<Endpoint> three = Pool(3), four = Pool(4);
  std::vector<int> share(4);
  int moved = 0;
  for (int i = 0; i < kNames; ++i) {
    const std::string name = fmt::format("source-{}", i);
    const size_t before = PickEndpoint(three, name), after = PickEndpoint(four, name);
    EXPECT_EQ(PickEndpoint(three, name), before);
    EXPECT_EQ(PickEndpoint(Pool(1), name), 0u);
    ++share[after];
    if (after == before) continue;
    EXPECT_EQ(after, 3u) << name << " moved between endpoints that were there before";
    ++moved;
  }
  for (const int count : share) EXPECT_NEAR(count, kNames / 4, 60);
  EXPECT_NEAR(moved, kNames / 4, 60);
}

}  // namespace
}  // namespace gasht
