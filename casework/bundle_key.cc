#include "casework/bundle_key.h"

#include <utility>

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/file.h"

namespace gasht {
namespace {

constexpr size_t kHalf = 32;
constexpr size_t kMaxKeyFile = 16 << 10;

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool IsP256(EVP_PKEY* key) {
  char group[32] = {};
  size_t size = 0;
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, group, sizeof(group), &size) == 1 &&
         std::string_view(group, size) == "prime256v1";
}

}  // namespace

struct BundleKey::Impl {
  Key key;
};

BundleKey::BundleKey(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(impl_->key.get(), &der);
  if (size > 0) public_der_.assign(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
}
BundleKey::~BundleKey() = default;
BundleKey::BundleKey(BundleKey&&) noexcept = default;
BundleKey& BundleKey::operator=(BundleKey&&) noexcept = default;

Result<BundleKey> BundleKey::Generate() {
  auto impl = std::make_unique<Impl>();
  impl->key.reset(EVP_EC_gen("P-256"));
  if (impl->key == nullptr) return Status::Internal("OpenSSL makes no P-256 key");
  return BundleKey(std::move(impl));
}

Result<BundleKey> BundleKey::FromPem(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  auto impl = std::make_unique<Impl>();
  impl->key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (impl->key == nullptr || !IsP256(impl->key.get()))
    return Status::DataLoss("it is not a private key on P-256 in PEM");
  return BundleKey(std::move(impl));
}

Result<std::string> BundleKey::Pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), impl_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return Status::Internal("OpenSSL does not write the key");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<size_t>(size));
}

Result<BundleKey> BundleKey::Load(const std::string& path) {
  GASHT_ASSIGN_OR_RETURN(const std::string pem, ReadFile(path, kMaxKeyFile));
  Result<BundleKey> key = FromPem(pem);
  if (!key.ok()) return key.status().WithContext(path);
  return key;
}

Result<BundleKey> BundleKey::LoadOrCreate(const std::string& path) {
  Result<BundleKey> loaded = Load(path);
  if (loaded.ok() || loaded.status().code() != StatusCode::kNotFound) return loaded;
  GASHT_ASSIGN_OR_RETURN(BundleKey made, Generate());
  GASHT_ASSIGN_OR_RETURN(const std::string pem, made.Pem());
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(path, pem, 0600));
  return made;
}

Result<std::string> BundleKey::Sign(std::string_view message) const {
  const Context context(EVP_MD_CTX_new());
  std::string der(128, '\0');
  size_t size = der.size();
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, impl_->key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &size, Bytes(message),
                     message.size()) != 1)
    return Status::Internal("OpenSSL does not sign");
  const unsigned char* at = Bytes(der);
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  if (signature == nullptr) return Status::Internal("OpenSSL makes no signature");
  std::string out(2 * kHalf, '\0');
  auto* halves = reinterpret_cast<unsigned char*>(out.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), halves, kHalf);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), halves + kHalf, kHalf);
  return out;
}

bool VerifyBundleSignature(std::string_view public_der, std::string_view message, std::string_view raw) {
  if (raw.size() != 2 * kHalf) return false;
  const unsigned char* at = Bytes(public_der);
  const Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(public_der.size())));
  if (key == nullptr || at != Bytes(public_der) + public_der.size() || !IsP256(key.get())) return false;
  const Signature signature(ECDSA_SIG_new());
  if (ECDSA_SIG_set0(signature.get(), BN_bin2bn(Bytes(raw), kHalf, nullptr),
                     BN_bin2bn(Bytes(raw) + kHalf, kHalf, nullptr)) != 1)
    return false;
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  const Context context(EVP_MD_CTX_new());
  const bool good =
      size > 0 && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), der, static_cast<size_t>(size), Bytes(message), message.size()) == 1;
  OPENSSL_free(der);
  return good;
}

}  // namespace gasht
