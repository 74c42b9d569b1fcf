#pragma once

// Ed25519 signatures (libsodium). Thread-safe free functions and values; no failure but a wrong size of input.

#include <string>
#include <string_view>

#include "base/status.h"

namespace gasht {

// A key pair. The secret half leaves it only through seed(); it is wiped when the key ends.
class SigningKey {
 public:
  static constexpr size_t kSeedBytes = 32;

  static SigningKey Generate();
  // InvalidArgument when `seed` is not 32 bytes.
  static Result<SigningKey> FromSeed(std::string_view seed);
  ~SigningKey();
  SigningKey(const SigningKey&) = default;
  SigningKey& operator=(const SigningKey&) = default;
  SigningKey(SigningKey&&) noexcept = default;
  SigningKey& operator=(SigningKey&&) noexcept = default;

  // 32 bytes.
  const std::string& public_key() const { return public_key_; }
  std::string seed() const;
  // 64 bytes.
  std::string Sign(std::string_view message) const;

 private:
  SigningKey() = default;
  std::string secret_key_, public_key_;
};

// False also for keys and signatures of the wrong size.
bool VerifyEd25519(std::string_view public_key, std::string_view message, std::string_view signature);

}  // namespace gasht
