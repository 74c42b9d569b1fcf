#pragma once

// robots.txt (RFC 9309), with what the reference parser forgives: bad line ends, missing colons, common misspellings.
// Bytes of the world: any input gives rules. Pure functions, thread-safe.

#include <string>
#include <string_view>

#include "model/crawl_state.h"

namespace gasht {

// What is read of a file: RFC 9309 2.5 asks for at least 500 KiB. The first kMaxRobotsRules rules of our groups are kept.
inline constexpr size_t kMaxRobotsBytes = size_t{512} << 10;
inline constexpr size_t kMaxRobotsRules = 5'000;

// The product token that a site may address gasht by.
inline constexpr std::string_view kRobotsAgent = "gasht";

// The rules of all groups for `agent` (a product token such as "gasht", any case); of the groups for "*" when the file
// has none for it.
RobotsRules ParseRobots(std::string_view bytes, std::string_view agent);

struct RobotsDecision {
  bool allowed = true;
  // The rule that decided, "Disallow: /x"; empty when none matched.
  std::string rule;
};

// The longest pattern that matches path and query decides, and Allow wins between equals. `url` is absolute and
// canonical (base/url), or a path with its query. At most kMaxRobotsRules patterns are compared, each in time linear in the URL for every `*` it has.
RobotsDecision DecideRobots(const RobotsRules& rules, std::string_view url);

}  // namespace gasht
