#pragma once

// What libcurl says of a TLS connection, read from its trace: the only place where it tells version and cipher, and which
// connection a transfer used. Lines that read otherwise than expected give nothing: absent, never wrong. Pure functions.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/digest.h"
#include "model/fetch.h"

namespace gasht {

// "SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384": true, and `facts` has both.
bool ReadTlsLine(std::string_view line, TlsFacts& facts);

// "Connected to a.example (192.0.2.1) port 443 (#7)" and "Re-using existing connection #7 with host a.example": 7.
std::optional<int64_t> ConnectionNumberIn(std::string_view line);

// SHA-256 of the DER in a PEM certificate: what others call its fingerprint.
std::optional<Digest> CertificateFingerprint(std::string_view pem);

}  // namespace gasht
