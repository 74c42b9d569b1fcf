#pragma once

// Near-duplicate signatures of text: SimHash with banded keys for "the same advert elsewhere", a profile hash for "the
// same page again". Thread-safe free functions, linear.

#include <array>
#include <cstdint>
#include <string_view>

#include "base/digest.h"

namespace gasht {

// 64 bits over the words and word pairs of `text` (any script, case folded for ASCII, digits as one class). Texts that
// share most words differ in few bits.
uint64_t SimHash(std::string_view text);
int SimHashDistance(uint64_t a, uint64_t b);
// Two signatures at most three bits apart share at least one of these.
std::array<uint64_t, 4> SimHashBands(uint64_t hash);

// The digest of what the page offers: equal only when words are, whatever the markup, the counters and the clock say.
Digest TextProfile(std::string_view text);

}  // namespace gasht
