#pragma once

// RFC 3161 time stamps (OpenSSL): a question that can be carried to any authority by hand, and what its answer
// proves. Nothing here touches the network. Thread-safe free functions; DataLoss when an answer is not what it should
// be, with OpenSSL's reason.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/digest.h"
#include "base/status.h"

namespace gasht {

// A query (DER) for the digest, that asks for the authority's certificate.
Result<std::string> MakeTimestampQuery(const Digest& digest);

struct Timestamp {
  UtcTime at;
  std::string policy;  // "1.2.3.4"
  std::string serial;  // hex
  // Its signature leads to a trusted certificate; false when there was none to trust.
  bool is_trusted = false;
};

// What a response (DER) says of `digest`. `authority_pem`: the certificates to trust; empty: the imprint is compared
// and the signature is not.
Result<Timestamp> CheckTimestamp(std::string_view response, const Digest& digest,
                                 std::string_view authority_pem);

}  // namespace gasht
