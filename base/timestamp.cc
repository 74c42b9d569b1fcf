#include "base/timestamp.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <ctime>
#include <memory>

#include <fmt/format.h>

namespace gasht {
namespace {

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
template <typename T, auto kFree>
using Owned = std::unique_ptr<T, Free<kFree>>;

Status Failed(std::string_view doing) {
  const unsigned long code = ERR_peek_last_error();
  const char* const reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
  ERR_clear_error();
  return Status::DataLoss(fmt::format("{}: {}", doing, reason != nullptr ? reason : "not as it should be"));
}

Result<UtcTime> TimeOf(const ASN1_GENERALIZEDTIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return Failed("the time stamp has no time");
  return UtcTime{static_cast<int64_t>(timegm(&parts)) * 1'000'000};
}

std::string SerialOf(const ASN1_INTEGER* serial) {
  const Owned<BIGNUM, BN_free> number(ASN1_INTEGER_to_BN(serial, nullptr));
  if (number == nullptr) return {};
  char* const hex = BN_bn2hex(number.get());
  std::string text = hex != nullptr ? hex : "";
  OPENSSL_free(hex);
  return text;
}

// REQUIRES: not empty.
Owned<X509_STORE, X509_STORE_free> Trust(std::string_view pem) {
  Owned<X509_STORE, X509_STORE_free> store(X509_STORE_new());
  const Owned<BIO, BIO_free> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  bool has_any = false;
  while (const Owned<X509, X509_free> certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    X509_STORE_add_cert(store.get(), certificate.get());
    has_any = true;
  }
  ERR_clear_error();  // the end of the file is one
  if (!has_any) store.reset();
  return store;
}

}  // namespace

Result<std::string> MakeTimestampQuery(const Digest& digest) {
  const Owned<TS_REQ, TS_REQ_free> request(TS_REQ_new());
  const Owned<TS_MSG_IMPRINT, TS_MSG_IMPRINT_free> imprint(TS_MSG_IMPRINT_new());
  const Owned<X509_ALGOR, X509_ALGOR_free> algorithm(X509_ALGOR_new());
  const Owned<ASN1_INTEGER, ASN1_INTEGER_free> nonce(ASN1_INTEGER_new());
  if (request == nullptr || imprint == nullptr || algorithm == nullptr || nonce == nullptr)
    return Status::ResourceExhausted("no memory for a time-stamp query");
  X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr);
  std::string bytes(digest.view()), random = RandomBytes(8);
  const Owned<BIGNUM, BN_free> number(BN_bin2bn(reinterpret_cast<const unsigned char*>(random.data()),
                                                static_cast<int>(random.size()), nullptr));
  if (TS_REQ_set_version(request.get(), 1) != 1 ||
      TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) != 1 ||
      TS_MSG_IMPRINT_set_msg(imprint.get(), reinterpret_cast<unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size())) != 1 ||
      TS_REQ_set_msg_imprint(request.get(), imprint.get()) != 1 || number == nullptr ||
      BN_to_ASN1_INTEGER(number.get(), nonce.get()) == nullptr ||
      TS_REQ_set_nonce(request.get(), nonce.get()) != 1 || TS_REQ_set_cert_req(request.get(), 1) != 1)
    return Failed("cannot make a time-stamp query");
  unsigned char* out = nullptr;
  const int size = i2d_TS_REQ(request.get(), &out);
  if (size <= 0) return Failed("cannot make a time-stamp query");
  std::string der(reinterpret_cast<char*>(out), static_cast<size_t>(size));
  OPENSSL_free(out);
  return der;
}

Result<Timestamp> CheckTimestamp(std::string_view response, const Digest& digest,
                                 std::string_view authority_pem) {
  const auto* at = reinterpret_cast<const unsigned char*>(response.data());
  const Owned<TS_RESP, TS_RESP_free> answer(d2i_TS_RESP(nullptr, &at, static_cast<long>(response.size())));
  if (answer == nullptr || at != reinterpret_cast<const unsigned char*>(response.data()) + response.size())
    return Failed("this is no time-stamp response");
  TS_TST_INFO* const info = TS_RESP_get_tst_info(answer.get());
  if (info == nullptr) return Failed("the authority refused, or gave no time stamp");

  Timestamp stamp;
  GASHT_ASSIGN_OR_RETURN(stamp.at, TimeOf(TS_TST_INFO_get_time(info)));
  stamp.serial = SerialOf(TS_TST_INFO_get_serial(info));
  char policy[128];
  if (OBJ_obj2txt(policy, sizeof(policy), TS_TST_INFO_get_policy_id(info), 1) > 0) stamp.policy = policy;
  TS_MSG_IMPRINT* const imprint = TS_TST_INFO_get_msg_imprint(info);
  const ASN1_OBJECT* algorithm = nullptr;
  X509_ALGOR_get0(&algorithm, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
  ASN1_OCTET_STRING* const message = TS_MSG_IMPRINT_get_msg(imprint);
  const std::string_view stamped(reinterpret_cast<const char*>(ASN1_STRING_get0_data(message)),
                                 static_cast<size_t>(ASN1_STRING_length(message)));
  if (OBJ_obj2nid(algorithm) != NID_sha256 || stamped != digest.view())
    return Status::DataLoss("the time stamp is for something else");
  if (authority_pem.empty()) return stamp;

  Owned<X509_STORE, X509_STORE_free> trust = Trust(authority_pem);
  if (trust == nullptr) return Status::DataLoss("the authority's file holds no certificate");
  // It is judged at the time that it states: certificates expire, what they signed does not become untrue.
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(trust.get()),
                             static_cast<time_t>(stamp.at.micros / 1'000'000));
  const Owned<TS_VERIFY_CTX, TS_VERIFY_CTX_free> context(TS_VERIFY_CTX_new());
  TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_SIGNATURE | TS_VFY_IMPRINT);
  TS_VERIFY_CTX_set_store(context.get(), trust.release());
  // Given to the context, which frees it.
  auto* const owned = static_cast<unsigned char*>(OPENSSL_memdup(digest.bytes.data(), digest.bytes.size()));
  TS_VERIFY_CTX_set_imprint(context.get(), owned, static_cast<long>(digest.bytes.size()));
  if (TS_RESP_verify_response(context.get(), answer.get()) != 1)
    return Failed("the time stamp does not hold");
  stamp.is_trusted = true;
  return stamp;
}

}  // namespace gasht
