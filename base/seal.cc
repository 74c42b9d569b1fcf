#include "base/seal.h"

#include <sodium.h>

#include <cassert>
#include <cstdint>
#include <cstdlib>

#include "base/digest.h"

namespace gasht {
namespace {

constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kSealOverhead == kNonceBytes + kTagBytes);
static_assert(kSealKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

const uint8_t* Bytes(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// Finds the fastest code for this processor; harmless when done again.
void PrepareSodium() {
  if (sodium_init() < 0) std::abort();
}

}  // namespace

void AppendSealed(std::string_view key, std::string_view plaintext, std::string_view context,
                  std::string& out) {
  assert(key.size() == kSealKeyBytes);
  PrepareSodium();
  const std::string nonce = RandomBytes(kNonceBytes);
  out += nonce;
  const size_t begin = out.size();
  out.resize(begin + plaintext.size() + kTagBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(reinterpret_cast<uint8_t*>(out.data()) + begin, nullptr,
                                             Bytes(plaintext), plaintext.size(), Bytes(context),
                                             context.size(), nullptr, Bytes(nonce), Bytes(key));
}

Result<std::string> OpenSealed(std::string_view key, std::string_view sealed, std::string_view context) {
  if (key.size() != kSealKeyBytes || sealed.size() < kSealOverhead)
    return Status::DataLoss("sealed bytes are cut off");
  PrepareSodium();
  const std::string_view nonce = sealed.substr(0, kNonceBytes), rest = sealed.substr(kNonceBytes);
  std::string plaintext(rest.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<uint8_t*>(plaintext.data()), nullptr,
                                                 nullptr, Bytes(rest), rest.size(), Bytes(context),
                                                 context.size(), Bytes(nonce), Bytes(key)) != 0)
    return Status::DataLoss("sealed bytes were altered, or sealed with another key");
  return plaintext;
}

}  // namespace gasht
