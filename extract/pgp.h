#pragma once

// PGP public key blocks to fingerprints (RFC 4880 section 12.2, RFC 9580 section 5.5.4). Thread-safe; any text.

#include <optional>
#include <string>
#include <string_view>

namespace gasht {

// Upper-case hex of the primary key of an armoured block ("-----BEGIN PGP PUBLIC KEY BLOCK-----" ... END). Line breaks
// may have become spaces. Absent when the block is damaged.
std::optional<std::string> PgpFingerprint(std::string_view armoured);

}  // namespace gasht
