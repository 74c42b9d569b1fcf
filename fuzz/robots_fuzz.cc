// robots.txt, and the same bytes as a map or feed of a site: within their bounds, and the same twice.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/url.h"
#include "extract/feed_links.h"
#include "extract/robots.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const gasht::RobotsRules rules = gasht::ParseRobots(bytes, gasht::kRobotsAgent);
  if (rules.rules.size() > gasht::kMaxRobotsRules) std::abort();
  if (rules != gasht::ParseRobots(bytes, gasht::kRobotsAgent)) std::abort();
  const gasht::RobotsDecision decision = gasht::DecideRobots(rules, "http://shop.example/a/b?c=d");
  // What no rule decided is allowed.
  if (decision.rule.empty() && !decision.allowed) std::abort();
  const auto links = gasht::FeedLinks(bytes, "http://shop.example/map.xml");
  if (links.size() > gasht::kMaxFeedLinks) std::abort();
  for (const gasht::Link& link : links) {
    if (!gasht::Url::Parse(link.url).ok()) std::abort();
  }
  return 0;
}
