#pragma once

// Authenticated encryption: XChaCha20-Poly1305 (libsodium), 256-bit keys, a random 192-bit nonce in front of
// what it sealed. Thread-safe free functions.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/status.h"

namespace gasht {

inline constexpr size_t kSealKeyBytes = 32;
// What sealing adds: 24 of nonce, 16 of tag.
inline constexpr size_t kSealOverhead = 40;

// Appends nonce, ciphertext and tag to `out`. `context` is bound to them and must be given again to open; it is not stored.
// REQUIRES: key.size() == kSealKeyBytes.
void AppendSealed(std::string_view key, std::string_view plaintext, std::string_view context,
                  std::string& out);

// DataLoss when a bit of `sealed`, the key or the context is not what it was.
Result<std::string> OpenSealed(std::string_view key, std::string_view sealed, std::string_view context);

}  // namespace gasht
