#pragma once

// Digests and random bytes (OpenSSL). Thread-safe free functions; an OpenSSL failure here means the
// machine is out of memory or the library is broken, and ends the process.

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace gasht {

// 32 bytes of SHA-256 or of an HMAC over it.
struct Digest {
  std::array<uint8_t, 32> bytes{};
  auto operator<=>(const Digest&) const = default;
  std::string hex() const;
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  static Result<Digest> FromHex(std::string_view hex);
  // REQUIRES: raw.size() == 32.
  static Digest FromBytes(std::string_view raw);
};

Digest Sha256(std::string_view data);

// RFC 2104 with SHA-256.
Digest HmacSha256(std::string_view key, std::string_view data);

// FIPS 202.
Digest Sha3_256(std::string_view data);

// SHA-256 fed in pieces. Confined to one thread.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;
  Sha256Stream& Update(std::string_view piece);
  // The digest of all pieces; the stream is then spent.
  Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// From the operating system's generator.
std::string RandomBytes(size_t count);

std::string HexEncode(std::string_view bytes);
Result<std::string> HexDecode(std::string_view hex);

// RFC 4648, standard alphabet with padding.
std::string Base64Encode(std::string_view bytes);
Result<std::string> Base64Decode(std::string_view text);

}  // namespace gasht
