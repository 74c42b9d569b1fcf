#include "base/digest.h"

#include <cassert>
#include <cstdlib>
#include <cstring>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

namespace gasht {
namespace {

// There is no way to go on without digests: evidence could not be identified.
void Require(bool ok) {
  if (!ok) std::abort();
}

// Fetched once: OpenSSL 3 otherwise looks the algorithm up by name on every call, which costs more than a short digest.
const EVP_MD* Fetched(const char* name) {
  const EVP_MD* algorithm = EVP_MD_fetch(nullptr, name, nullptr);
  Require(algorithm != nullptr);
  return algorithm;
}

const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = Fetched("SHA256");
  return algorithm;
}

const EVP_MD* Sha3Algorithm() {
  static const EVP_MD* const algorithm = Fetched("SHA3-256");
  return algorithm;
}

Digest OneShot(const EVP_MD* algorithm, std::string_view data) {
  Digest digest;
  unsigned int size = 0;
  Require(EVP_Digest(data.data(), data.size(), digest.bytes.data(), &size, algorithm, nullptr) == 1);
  Require(size == digest.bytes.size());
  return digest;
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Digest::hex() const {
  return HexEncode(view());
}

Result<Digest> Digest::FromHex(std::string_view hex) {
  if (hex.size() != 64) return Status::InvalidArgument("a digest has 64 hexadecimal digits");
  GASHT_ASSIGN_OR_RETURN(const std::string raw, HexDecode(hex));
  return FromBytes(raw);
}

Digest Digest::FromBytes(std::string_view raw) {
  Digest digest;
  assert(raw.size() == digest.bytes.size());
  std::memcpy(digest.bytes.data(), raw.data(), digest.bytes.size());
  return digest;
}

Digest Sha256(std::string_view data) {
  return OneShot(Sha256Algorithm(), data);
}
Digest Sha3_256(std::string_view data) {
  return OneShot(Sha3Algorithm(), data);
}

Digest HmacSha256(std::string_view key, std::string_view data) {
  Digest digest;
  unsigned int size = 0;
  Require(HMAC(Sha256Algorithm(), key.data(), static_cast<int>(key.size()),
               reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.bytes.data(),
               &size) != nullptr);
  return digest;
}

struct Sha256Stream::Context {
  EVP_MD_CTX* ctx = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(ctx); }
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  Require(context_->ctx != nullptr && EVP_DigestInit_ex(context_->ctx, Sha256Algorithm(), nullptr) == 1);
}
Sha256Stream::~Sha256Stream() = default;
Sha256Stream::Sha256Stream(Sha256Stream&&) noexcept = default;
Sha256Stream& Sha256Stream::operator=(Sha256Stream&&) noexcept = default;

Sha256Stream& Sha256Stream::Update(std::string_view piece) {
  Require(EVP_DigestUpdate(context_->ctx, piece.data(), piece.size()) == 1);
  return *this;
}

Digest Sha256Stream::Finish() {
  Digest digest;
  unsigned int size = 0;
  Require(EVP_DigestFinal_ex(context_->ctx, digest.bytes.data(), &size) == 1);
  return digest;
}

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  Require(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1);
  return bytes;
}

std::string HexEncode(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

Result<std::string> HexDecode(std::string_view hex) {
  if (hex.size() % 2 != 0) return Status::InvalidArgument("odd number of hexadecimal digits");
  std::string out;
  out.reserve(hex.size() / 2);
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = HexValue(hex[i]), low = HexValue(hex[i + 1]);
    if (high < 0 || low < 0) return Status::InvalidArgument("not a hexadecimal digit");
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string Base64Encode(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3), '\0');
  // EVP_EncodeBlock also writes a terminating NUL, which std::string keeps room for.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return out;
}

Result<std::string> Base64Decode(std::string_view text) {
  const auto bad = [] { return Status::InvalidArgument("not base64"); };
  if (text.size() % 4 != 0) return bad();
  if (text.empty()) return std::string();
  std::string out(text.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (size < 0) return bad();
  size_t padding = 0;
  while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
  out.resize(static_cast<size_t>(size) - padding);
  if (Base64Encode(out) != text) return bad();
  return out;
}

}  // namespace gasht
