#pragma once

// The agency's key for signing bundles: ECDSA on P-256 with SHA-256, as WACZ signing has it (wacz-auth 0.1.0,
// anonymous form: signatures as WebCrypto makes them, r and s of 32 bytes each). The fingerprint is what the
// agency publishes on paper: SHA-256 over the public key (SubjectPublicKeyInfo, DER). Immutable; thread-safe.

#include <memory>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/status.h"

namespace gasht {

class BundleKey {
 public:
  static Result<BundleKey> Generate();
  // The PEM file of a private key. DataLoss when it is not one on P-256.
  static Result<BundleKey> Load(const std::string& path);
  // Loads, or makes one with mode 0600 where there is none.
  static Result<BundleKey> LoadOrCreate(const std::string& path);
  ~BundleKey();
  BundleKey(BundleKey&&) noexcept;
  BundleKey& operator=(BundleKey&&) noexcept;

  // 64 bytes.
  Result<std::string> Sign(std::string_view message) const;
  const std::string& public_der() const { return public_der_; }
  Digest fingerprint() const { return Sha256(public_der_); }

 private:
  struct Impl;
  explicit BundleKey(std::unique_ptr<Impl> impl);
  static Result<BundleKey> FromPem(std::string_view pem);
  Result<std::string> Pem() const;
  std::unique_ptr<Impl> impl_;
  std::string public_der_;
};

// False also for keys and signatures that are none.
bool VerifyBundleSignature(std::string_view public_der, std::string_view message, std::string_view signature);

}  // namespace gasht
