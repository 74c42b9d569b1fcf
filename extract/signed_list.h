#pragma once

// SignedList from a page: the onion addresses in its cleartext-signed parts (RFC 9580 section 7), each part checked against one
// pinned key with librnp. What stands outside of a signed part, or in one that is not good, is never believed.
//
// Pure; thread-safe. Bounded: so many parts, so many bytes of each, so many addresses.

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/status.h"
#include "model/crawl_state.h"
#include "model/source.h"

namespace gasht {

inline constexpr size_t kMaxSignedParts = 16;
inline constexpr size_t kMaxSignedPartBytes = 256u << 10;
inline constexpr size_t kMaxSignedOrigins = 200;

// `page` is the text of a page, or the page itself (its markup is not looked at; "&gt;" and its like are undone). Signatures
// and keys expire by `now`.
SignedList ReadSignedList(std::string_view page, const PinnedKey& pinned, UtcTime now);

// The block's first key is the one of the fingerprint; InvalidArgument says what is wrong. A key that
// has expired or was revoked is refused as well.
Status CheckPinnedKey(const PinnedKey& pinned, UtcTime now);

}  // namespace gasht
