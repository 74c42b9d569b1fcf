#pragma once

// Source: one place that is patrolled, as configured by an operator, and the lawful ground for doing so.
// Plain values, made by config/ and immutable afterwards.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/url.h"
#include "model/ids.h"

namespace gasht {

enum class SourceKind {
  kMarket,
  kForum,
  kTelegramChannel,
  kSocialPage,
  kPharmacy,
  kClassifieds,
  kPaste,
  kFeed
};
std::string_view SourceKindName(SourceKind kind);
std::optional<SourceKind> ParseSourceKind(std::string_view name);

// How a source is reached. Never switched silently.
enum class Route { kTor, kDirect };
std::string_view RouteName(Route route);

// Why gasht may look: a reference on paper, for a purpose, for a time.
struct Authority {
  std::string reference;
  std::string purpose;
  // [valid_from, valid_until): the configured days are inclusive at +05:00, so valid_until is the first
  // moment of the day after the last one.
  UtcTime valid_from;
  UtcTime valid_until;
  bool CoversTime(UtcTime t) const { return valid_from <= t && t < valid_until; }
};

// One line of a source's scope. The first matching rule decides. Where none matches, a URL on the source's
// hosts is excluded when the source has an include rule, and included when it has none.
struct ScopeRule {
  enum class Action { kInclude, kExclude };
  Action action = Action::kInclude;
  // A prefix of path?query, or with `*` a glob over all of it ("/listing/*", "*logout*").
  std::string pattern;
};

// Some hours of every day, in Pakistan time (+05:00 all year); may go over midnight. All day when both are equal.
struct DayWindow {
  std::chrono::minutes from{0}, until{0};
  bool all_day() const { return from == until; }
  // The first moment not before `t` that lies in it.
  UtcTime NextOpen(UtcTime t) const;
  bool Contains(UtcTime t) const { return NextOpen(t) == t; }
  friend bool operator==(const DayWindow&, const DayWindow&) = default;
};
inline constexpr std::chrono::minutes kPakistanOffset = std::chrono::hours(5);
// Days since 1970 there.
int64_t PakistanDay(UtcTime t);

struct Schedule {
  std::chrono::microseconds interval = std::chrono::hours(24);
  std::chrono::microseconds min_interval = std::chrono::hours(1);
  std::chrono::microseconds max_interval = std::chrono::hours(24 * 7);
  // Of a page with a finding that a person confirmed or wants to know more of.
  std::chrono::microseconds review_interval = std::chrono::hours(6);
  // Pages come due within these hours only.
  DayWindow hours{};
};

struct Politeness {
  // Between the end of one fetch and the start of the next, for the source and all its mirrors.
  std::chrono::microseconds delay = std::chrono::seconds(5);
  // A slow site is asked less: the delay is `factor` times as long as the last fetch took, from `delay` to `max_delay`.
  double factor = 0;
  std::chrono::microseconds max_delay = std::chrono::seconds(60);
  uint32_t max_pages = 10'000;  // per run of the source
  uint32_t max_depth = 16;      // links from a seed
  uint64_t max_bytes = 0;       // received a day; 0: no limit of its own
  // Pages of the frontier; links beyond are dropped, and counted.
  uint64_t max_known = 1'000'000;
};

// How this site's pages say what they offer: CSS selectors (or XPath when they start with "/" or "."), each
// relative to `item`. "selector@attribute" takes an attribute instead of the text. Empty: the heuristic
// decides.
struct ExtractionProfile {
  std::string name;
  std::string item;
  std::string kind;  // "offer" or "post"; empty is "offer"
  std::string title, price, currency, quantity, vendor, url, site_id, text, ships_from, ships_to, category;
  bool empty() const { return item.empty(); }
};

// A PGP key that is trusted for one purpose because a person pinned it.
struct PinnedKey {
  std::string fingerprint;  // upper-case hex of the primary key
  std::string block;        // the public key, armoured
  friend bool operator==(const PinnedKey&, const PinnedKey&) = default;
};

// Where a site publishes its addresses under its own signature.
struct MirrorList {
  Url url;
  PinnedKey key;
  std::string place;  // of the fingerprint: "FILE:LINE:COLUMN"
};

struct Source {
  SourceId id;
  std::vector<SourceId> formerly;
  SourceKind kind = SourceKind::kMarket;
  Route route = Route::kTor;
  // The first seed's origin is the source's own; mirrors are other origins of the same site.
  std::vector<Url> seeds;
  std::vector<Url> mirrors;
  // New addresses on it are proposed, and adopted by a person.
  std::optional<MirrorList> mirror_list;
  std::vector<ScopeRule> scope;
  std::vector<std::string> strip_params;
  Authority authority;
  Schedule schedule;
  Politeness politeness;
  ExtractionProfile profile;
  // Media types besides text that may be fetched ("image/*"); empty: none.
  std::vector<std::string> media;
  enum class Robots { kObey, kIgnoreRecorded };
  Robots robots = Robots::kObey;
  // Feeds that a page names as its own (<link rel=alternate>) are read.
  bool discover_feeds = true;
  // /sitemap.xml is tried where robots.txt names no map.
  bool discover_sitemap = true;
  std::chrono::microseconds retention_without_finding = std::chrono::hours(24 * 90);
  // Only in test_mode: loopback and private addresses may be fetched directly.
  bool allow_private = false;
};

}  // namespace gasht
