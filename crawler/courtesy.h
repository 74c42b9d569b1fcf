#pragma once

// Courtesy: what a site asks of its visitors, as far as its answers say so. Pure functions over hostile heads; thread-safe.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/capture.h"
#include "model/source.h"

namespace gasht {

// The value of the field `name` (lower case) of a response head with CRLFs, of the last response in it; empty when absent.
std::string_view HeaderField(std::string_view head, std::string_view name);

// Nobody is kept waiting longer by a Retry-After.
inline constexpr std::chrono::microseconds kMaxRetryAfter = std::chrono::hours(24);
// How long a 429 or 503 asks to be left alone (RFC 9110 10.2.3: seconds, or a date, compared with `now`); a minute when it
// does not say, nothing for other answers. From zero to kMaxRetryAfter.
std::optional<std::chrono::microseconds> AsksToWait(const Capture& capture, UtcTime now);

// What may be sent back to ask whether something changed; empty when it may not.
struct Validators {
  std::string etag, last_modified;
};
Validators ValidatorsOf(std::string_view response_head);

// Between the end of a fetch that took `last_fetch` and the next: `factor` times as long, from `delay` (or what robots.txt
// asks, up to five minutes) to `max_delay`.
std::chrono::microseconds PoliteDelay(const Politeness& politeness, std::chrono::microseconds last_fetch,
                                      std::chrono::microseconds crawl_delay);

}  // namespace gasht
