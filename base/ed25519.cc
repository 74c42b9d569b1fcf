#include "base/ed25519.h"

#include <sodium.h>

#include <cstdlib>

#include <fmt/format.h>

#include "base/digest.h"

namespace gasht {
namespace {

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
uint8_t* Bytes(std::string& text) {
  return reinterpret_cast<uint8_t*>(text.data());
}

// Finds the fastest code for this processor; harmless when done again.
void PrepareSodium() {
  if (sodium_init() < 0) std::abort();
}

}  // namespace

SigningKey SigningKey::Generate() {
  return FromSeed(RandomBytes(kSeedBytes)).value();
}

Result<SigningKey> SigningKey::FromSeed(std::string_view seed) {
  if (seed.size() != kSeedBytes)
    return Status::InvalidArgument(
        fmt::format("a signing key has {} bytes, not {}", kSeedBytes, seed.size()));
  PrepareSodium();
  SigningKey key;
  key.secret_key_.resize(crypto_sign_ed25519_SECRETKEYBYTES);
  key.public_key_.resize(crypto_sign_ed25519_PUBLICKEYBYTES);
  crypto_sign_ed25519_seed_keypair(Bytes(key.public_key_), Bytes(key.secret_key_), Bytes(seed));
  return key;
}

SigningKey::~SigningKey() {
  sodium_memzero(secret_key_.data(), secret_key_.size());
}

std::string SigningKey::seed() const {
  return secret_key_.substr(0, kSeedBytes);
}

std::string SigningKey::Sign(std::string_view message) const {
  std::string signature(crypto_sign_ed25519_BYTES, '\0');
  crypto_sign_ed25519_detached(Bytes(signature), nullptr, Bytes(message), message.size(),
                               Bytes(std::string_view(secret_key_)));
  return signature;
}

bool VerifyEd25519(std::string_view public_key, std::string_view message, std::string_view signature) {
  if (public_key.size() != crypto_sign_ed25519_PUBLICKEYBYTES ||
      signature.size() != crypto_sign_ed25519_BYTES)
    return false;
  PrepareSodium();
  return crypto_sign_ed25519_verify_detached(Bytes(signature), Bytes(message), message.size(),
                                             Bytes(public_key)) == 0;
}

}  // namespace gasht
