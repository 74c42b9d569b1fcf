#include "config/source_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "config/fields.h"
#include "config/profile.h"
#include "model/scope_pattern.h"

namespace gasht {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// A glob is compared with others in time that is the product of both lengths.
constexpr size_t kMaxPatternBytes = 512;

std::string PlaceOf(const YamlErrors& errors, const YamlNode& node) {
  return fmt::format("{}:{}:{}", errors.file(), node.line, node.column);
}

void ReadIdentity(YamlMap& map, Source& source) {
  const auto read = [&](const YamlNode& node) {
    if (!IsValidSourceId(node.scalar))
      map.errors().Add(node, fmt::format("'{}' is no source id: use 1 to 32 of a-z, 0-9 and -", node.scalar));
    // Names under which the program files what belongs to no source.
    static constexpr std::array<std::string_view, 2> kOwn = {"tips", "patrol"};
    if (std::find(kOwn.begin(), kOwn.end(), node.scalar) != kOwn.end())
      map.errors().Add(node, fmt::format("'{}' is a name of the program's own: choose another", node.scalar));
    return SourceId{node.scalar};
  };
  if (map.Require("id") != nullptr && map.String("id")) source.id = read(*map.node().Find("id"));
  for (const YamlNode* node : Scalars(map, "formerly")) {
    source.formerly.push_back(read(*node));
    if (source.formerly.back() == source.id)
      map.errors().Add(*node,
                       fmt::format("'{}' is the source's id now: list only ids it had before", node->scalar));
  }
}

void ReadKindAndRoute(YamlMap& map, const SourceRules& rules, Source& source) {
  if (map.Require("kind") != nullptr) {
    const auto kind = map.OneOf("kind", {"market", "forum", "telegram_channel", "social_page", "pharmacy",
                                         "classifieds", "paste", "feed"});
    source.kind = ParseSourceKind(kind.value_or("market")).value_or(SourceKind::kMarket);
  }
  if (map.OneOf("route", {"tor", "direct"}).value_or("tor") == "direct") source.route = Route::kDirect;
  source.allow_private = map.Bool("allow_private").value_or(false);
  if (!source.allow_private) return;
  const YamlNode& node = *map.node().Find("allow_private");
  if (!rules.test_mode)
    map.errors().Add(
        node,
        "'allow_private' is for tests: remove it, or set test_mode: true in gasht.yaml on a test machine");
  if (source.route == Route::kTor)
    map.errors().Add(node, "'allow_private' has no meaning through Tor: remove it, or write route: direct");
}

// A seed or mirror that may be asked for at all.
void CheckAddress(YamlMap& map, const YamlNode& node, const Url& url, const Source& source) {
  if (url.is_onion()) {
    if (const OnionCheck check = CheckOnion(url.host()); check != OnionCheck::kValid)
      map.errors().Add(node, fmt::format("bad onion address, {}: copy it again from where it was published",
                                         OnionCheckName(check)));
    if (source.route == Route::kDirect)
      map.errors().Add(node, "an onion is never reached directly: write route: tor, or leave the key out");
  }
  if (source.allow_private) return;
  if (url.is_ip_literal())
    map.errors().Add(node, "an address instead of a name is never in scope: write the site's name");
  if (url.host().find('.') == std::string_view::npos)
    map.errors().Add(
        node, fmt::format("'{}' names a machine nearby, which is never in scope: write the site's full name",
                          url.host()));
}

struct PlacedUrl {
  const YamlNode* node;
  Url url;
};

std::vector<PlacedUrl> ReadUrls(YamlMap& map, std::string_view key, const Source& source) {
  std::vector<PlacedUrl> urls;
  for (const YamlNode* node : Scalars(map, key)) {
    const auto url = Url::Parse(node->scalar);
    if (!url.ok()) {
      map.errors().Add(*node, fmt::format("'{}' is {}: write it as a browser shows it", node->scalar,
                                          url.status().message()));
      continue;
    }
    CheckAddress(map, *node, *url, source);
    if (std::any_of(urls.begin(), urls.end(), [&](const PlacedUrl& other) { return other.url == *url; }))
      map.errors().Add(*node, fmt::format("'{}' is listed twice: keep one", node->scalar));
    urls.push_back({node, *url});
  }
  return urls;
}

void ReadMirrors(YamlMap& map, Source& source) {
  for (const PlacedUrl& mirror : ReadUrls(map, "mirrors", source)) {
    if (mirror.url.str() != mirror.url.origin() + "/")
      map.errors().Add(*mirror.node, fmt::format("a mirror is a whole site: write {}/", mirror.url.origin()));
    source.mirrors.push_back(mirror.url);
  }
}

// A public key is a few kilobytes; with all the signatures of a famous one a few hundred.
constexpr size_t kMaxKeyFileBytes = 256u << 10;

// "3DB0 1409 ..." as people copy it, to upper-case hex without spaces; empty when it is none.
std::string FingerprintOf(std::string_view text) {
  std::string hex;
  for (const char c : text) {
    if (c == ' ' || c == ':') continue;
    const bool lower = c >= 'a' && c <= 'f';
    if (!lower && !(c >= 'A' && c <= 'F') && !(c >= '0' && c <= '9')) return "";
    hex += lower ? static_cast<char>(c - 32) : c;
  }
  return hex.size() == 40 || hex.size() == 64 ? hex : "";
}

// Whether the key is the fingerprint's is looked at where it is used (extract/signed_list.h).
void ReadMirrorList(const YamlNode& node, const SourceRules& rules, SourceFile& file) {
  YamlMap map(node, "mirror_list", file.errors);
  PinnedKey pinned;
  map.Require("url");
  const std::vector<PlacedUrl> urls = ReadUrls(map, "url", file.source);
  const std::string fingerprint = RequireText(map, "fingerprint"), key = RequireText(map, "key");
  map.Finish();
  pinned.fingerprint = FingerprintOf(fingerprint);
  if (!fingerprint.empty() && pinned.fingerprint.empty())
    file.errors.Add(
        *node.Find("fingerprint"),
        "a fingerprint has 40 hexadecimal digits (64 of a newer key): copy all of it, not the short id");
  if (!key.empty()) {
    const std::string path = (std::filesystem::path(rules.config_dir) / key).lexically_normal().string();
    Result<std::string> block = ReadFile(path, kMaxKeyFileBytes);
    if (!block.ok()) {
      file.errors.Add(*node.Find("key"),
                      fmt::format("{}: put the site's public key there, armoured", block.status().message()));
    } else if (block->find("-----BEGIN PGP PUBLIC KEY BLOCK-----") == std::string::npos) {
      file.errors.Add(
          *node.Find("key"),
          fmt::format("{} holds no armoured PGP public key: export it with gpg --armor --export", path));
    } else {
      file.read_too.push_back(key);
      file.read_too.push_back(*block);
      pinned.block = *std::move(block);
    }
  }
  if (urls.size() == 1)
    file.source.mirror_list = MirrorList{urls.front().url, std::move(pinned), PlaceOf(file.errors, node)};
}

void ReadDiscovery(const YamlNode& node, YamlErrors& errors, Source& source) {
  YamlMap map(node, "discovery", errors);
  source.discover_feeds = map.Bool("feeds").value_or(source.discover_feeds);
  source.discover_sitemap = map.Bool("sitemap").value_or(source.discover_sitemap);
  map.Finish();
}

void ReadScope(YamlMap& map, Source& source) {
  const YamlNode* scope = map.Get("scope");
  if (scope == nullptr) return;
  if (scope->kind != YamlNode::Kind::kSequence) {
    map.errors().Add(*scope, "'scope' must be a list of rules such as - include: /listing/*");
    return;
  }
  for (const YamlNode& item : scope->items) {
    YamlMap line(item, "scope rule", map.errors());
    const std::string include = OptionalText(line, "include"), exclude = OptionalText(line, "exclude");
    line.Finish();
    const std::string& pattern = include.empty() ? exclude : include;
    if (item.kind != YamlNode::Kind::kMapping) continue;
    if (item.entries.size() != 1) {
      map.errors().Add(item, "a scope rule has one key, include or exclude: write one rule a line");
    } else if (!pattern.empty() && pattern[0] != '/' && pattern[0] != '*') {
      map.errors().Add(
          item.entries[0].value,
          fmt::format("a scope pattern begins with / or *: it is compared with the path, not with '{}'",
                      pattern));
    } else if (pattern.size() > kMaxPatternBytes) {
      map.errors().Add(item.entries[0].value,
                       fmt::format("a scope pattern has at most {} bytes: shorten it", kMaxPatternBytes));
    } else if (!pattern.empty()) {
      source.scope.push_back(
          {include.empty() ? ScopeRule::Action::kExclude : ScopeRule::Action::kInclude, pattern});
    }
  }
}

std::string TargetOf(const Url& url) {
  std::string target(url.path());
  if (!url.query().empty()) target.append("?").append(url.query());
  return target;
}

// The first rule that matches, or null.
const ScopeRule* RuleFor(const Source& source, const Url& url) {
  const auto found = std::find_if(
      source.scope.begin(), source.scope.end(),
      [target = TargetOf(url)](const ScopeRule& rule) { return MatchesScopePattern(target, rule.pattern); });
  return found == source.scope.end() ? nullptr : &*found;
}

// REQUIRES: the scope has been read.
void ReadSeeds(YamlMap& map, Source& source) {
  const YamlNode* list = map.Require("seeds");
  if (list != nullptr && list->kind == YamlNode::Kind::kSequence && list->items.empty())
    map.errors().Add(*list, "'seeds' is empty: name at least one page to start from");
  for (const PlacedUrl& seed : ReadUrls(map, "seeds", source)) {
    const ScopeRule* rule = RuleFor(source, seed.url);
    if (rule != nullptr && rule->action == ScopeRule::Action::kExclude)
      map.errors().Add(
          *seed.node,
          fmt::format("the seed is outside the source's own scope, by exclude: {}: change one of them",
                      rule->pattern));
    source.seeds.push_back(seed.url);
  }
}

void ReadAuthority(YamlMap& map, SourceFile& file, UtcTime now) {
  const YamlNode* node = map.Get("authority");
  if (node == nullptr) {
    if (map.node().kind == YamlNode::Kind::kMapping)
      map.errors().Add(
          map.node(),
          "source has no 'authority': say by what reference and from when to when it may be patrolled");
    return;
  }
  Authority& authority = file.source.authority;
  YamlMap paper(*node, "authority", map.errors());
  authority.reference = RequireText(paper, "reference");
  authority.purpose = RequireText(paper, "purpose");
  paper.Require("valid_from");
  paper.Require("valid_until");
  const auto from = Date(paper, "valid_from"), last_day = Date(paper, "valid_until");
  paper.Finish();
  if (!from || !last_day) return;
  authority.valid_from = *from;
  authority.valid_until = *last_day + hours(24);
  const YamlNode& until_node = *node->Find("valid_until");
  if (*last_day < *from) {
    map.errors().Add(until_node, "'valid_until' is before 'valid_from': exchange them or mend the year");
  } else if (authority.valid_until <= now) {
    file.warnings.push_back(
        fmt::format("{}: the authority of '{}' ended on {}: the source is dormant until it is renewed",
                    PlaceOf(file.errors, until_node), file.source.id.value, until_node.scalar));
  } else if (now < authority.valid_from) {
    const YamlNode& from_node = *node->Find("valid_from");
    file.warnings.push_back(
        fmt::format("{}: the authority of '{}' begins on {}: the source is dormant until then",
                    PlaceOf(file.errors, from_node), file.source.id.value, from_node.scalar));
  }
}

void ReadSchedule(const YamlNode& node, YamlErrors& errors, Schedule& schedule) {
  YamlMap map(node, "schedule", errors);
  constexpr microseconds kMin = std::chrono::minutes(1), kMax = hours(24 * 366);
  schedule.min_interval = Duration(map, "min_interval", kMin, kMax).value_or(schedule.min_interval);
  schedule.max_interval = Duration(map, "max_interval", kMin, kMax).value_or(schedule.max_interval);
  const auto interval = Duration(map, "interval", kMin, kMax);
  const auto review = Duration(map, "review_interval", kMin, kMax);
  schedule.hours = Hours(map, "hours");
  map.Finish();
  schedule.interval = interval.value_or(std::clamp(
      schedule.interval, std::min(schedule.min_interval, schedule.max_interval), schedule.max_interval));
  schedule.review_interval = review.value_or(std::min(schedule.review_interval, schedule.interval));
  if (schedule.min_interval <= schedule.interval && schedule.interval <= schedule.max_interval) return;
  errors.Add(node,
             "min_interval, interval and max_interval must rise: mend the one that is wrong (defaults: 1h, "
             "24h, 7d)");
}

// Where a site is given time between two pages, a slow one is given more. `delay: 0ms` asks for none at all.
double StandardFactor(const Politeness& politeness) {
  return politeness.delay.count() > 0 ? 1 : 0;
}

void ReadPoliteness(const YamlNode& node, YamlErrors& errors, Politeness& politeness) {
  YamlMap map(node, "politeness", errors);
  politeness.delay = Duration(map, "delay", milliseconds(0), hours(1)).value_or(politeness.delay);
  politeness.factor = map.Number("factor", 0, 100).value_or(StandardFactor(politeness));
  const auto max_delay = Duration(map, "max_delay", milliseconds(0), hours(24));
  politeness.max_delay = max_delay.value_or(std::max(politeness.max_delay, politeness.delay));
  if (politeness.max_delay < politeness.delay)
    errors.Add(*node.Find("max_delay"), "'max_delay' is less than 'delay': raise it (default 60s)");
  politeness.max_pages =
      static_cast<uint32_t>(map.Int("max_pages", 1, 10'000'000).value_or(politeness.max_pages));
  politeness.max_depth = static_cast<uint32_t>(map.Int("max_depth", 0, 1'000).value_or(politeness.max_depth));
  politeness.max_bytes =
      ByteSize(map, "max_bytes", size_t{1} << 20, size_t{1} << 50).value_or(politeness.max_bytes);
  politeness.max_known = static_cast<uint64_t>(
      map.Int("max_known", 1, 1'000'000'000).value_or(static_cast<int64_t>(politeness.max_known)));
  map.Finish();
}

void ReadRetention(const YamlNode& node, YamlErrors& errors, Source& source) {
  YamlMap map(node, "retention", errors);
  source.retention_without_finding = Duration(map, "without_finding", hours(24), hours(24 * 3660))
                                         .value_or(source.retention_without_finding);
  map.Finish();
}

void ReadMedia(YamlMap& map, Source& source) {
  for (const YamlNode* node : Scalars(map, "media")) {
    const std::string& type = node->scalar;
    const size_t slash = type.find('/');
    const bool words =
        type.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789/*+-.") == std::string::npos;
    const bool star_at_end =
        type.find('*') == std::string::npos || (type.ends_with("/*") && type.find('*') == type.size() - 1);
    if (slash == std::string::npos || slash == 0 || slash + 1 == type.size() || type.rfind('/') != slash ||
        !words || !star_at_end)
      map.errors().Add(*node,
                       fmt::format("'{}' is no media type: write for example image/jpeg or image/*", type));
    source.media.push_back(type);
  }
}

void ReadStripParams(YamlMap& map, Source& source) {
  for (const YamlNode* node : Scalars(map, "strip_params")) {
    if (node->scalar.empty() || node->scalar.find_first_of("&=?#* ") != std::string::npos)
      map.errors().Add(*node, fmt::format("'{}' is no parameter name: write only what stands before the '='",
                                          node->scalar));
    source.strip_params.push_back(node->scalar);
  }
}

// ---- Beside each other ----

// Where else an id was seen.
void CheckIds(std::vector<SourceFile>& files) {
  std::map<std::string, std::string> places;
  for (SourceFile& file : files) {
    const auto claim = [&](const YamlNode* node) {
      if (node == nullptr || node->kind != YamlNode::Kind::kScalar) return;
      const auto [known, first] = places.emplace(node->scalar, PlaceOf(file.errors, *node));
      if (!first)
        file.errors.Add(*node, fmt::format("id '{}' belongs to {}: choose another, ids are never used again",
                                           node->scalar, known->second));
    };
    const YamlNode* former = file.root.Find("formerly");
    claim(file.root.Find("id"));
    if (former == nullptr) continue;
    if (former->kind == YamlNode::Kind::kScalar) claim(former);
    for (const YamlNode& item : former->items) claim(&item);
  }
}

// What a source's scope lets in, as globs; each with the excludes that were asked before it.
struct Opening {
  std::string glob;
  std::vector<std::string> excluded;
};

std::vector<Opening> OpeningsOf(const Source& source) {
  std::vector<Opening> openings;
  std::vector<std::string> excluded;
  bool has_include = false;
  for (const ScopeRule& rule : source.scope) {
    if (rule.action == ScopeRule::Action::kExclude) {
      excluded.push_back(ScopePatternToGlob(rule.pattern));
    } else {
      has_include = true;
      openings.push_back({ScopePatternToGlob(rule.pattern), excluded});
    }
  }
  // Where no rule matches: everything when there is no include rule, and seeds always.
  if (!has_include) openings.push_back({"*", excluded});
  for (const Url& seed : source.seeds) {
    if (RuleFor(source, seed) == nullptr) openings.push_back({TargetOf(seed), {}});
  }
  return openings;
}

// A glob covers another when it matches its text, stars being letters like others: enough to be sure, not
// necessary.
bool IsCovered(const std::string& glob, const std::vector<std::string>& excluded) {
  return std::any_of(excluded.begin(), excluded.end(),
                     [&](const std::string& wide) { return MatchesGlob(glob, wide); });
}

// An overlap is never missed. One that is not there is reported only where an exclude rule splits a pattern
// of the other source; the remedy holds for it too.
bool ScopesOverlap(const std::vector<Opening>& a, const std::vector<Opening>& b) {
  for (const Opening& x : a) {
    for (const Opening& y : b) {
      if (GlobsOverlap(x.glob, y.glob) && !IsCovered(x.glob, y.excluded) && !IsCovered(y.glob, x.excluded))
        return true;
    }
  }
  return false;
}

// As the crawl has it: a plain site is also the same name over https.
std::set<std::string> OriginsOf(const Source& source) {
  std::set<std::string> origins;
  for (const std::vector<Url>* urls : {&source.seeds, &source.mirrors}) {
    for (const Url& url : *urls) {
      origins.insert(url.origin());
      if (url.scheme() == "http" && url.port() == 80) origins.insert("https://" + std::string(url.host()));
    }
  }
  return origins;
}

void CheckScopes(std::vector<SourceFile>& files) {
  std::vector<std::vector<Opening>> openings;
  std::map<std::string, std::vector<size_t>> by_origin;
  std::set<std::pair<size_t, size_t>> seen;
  for (size_t i = 0; i < files.size(); ++i) {
    SourceFile& file = files[i];
    openings.push_back(OpeningsOf(file.source));
    for (const std::string& origin : OriginsOf(file.source)) {
      std::vector<size_t>& others = by_origin[origin];
      for (const size_t other : others) {
        if (!seen.emplace(other, i).second || !ScopesOverlap(openings[other], openings[i])) continue;
        const YamlNode* scope = file.root.Find("scope");
        const YamlNode* seeds = file.root.Find("seeds");
        const YamlNode& at = scope != nullptr ? *scope : (seeds != nullptr ? *seeds : file.root);
        file.errors.Add(
            at, fmt::format(
                    "the scope overlaps with that of '{}' ({}) on {}: a page belongs to one source, so let "
                    "their include rules differ, or put an exclude rule for the other's part in front",
                    files[other].source.id.value, files[other].errors.file(), origin));
      }
      others.push_back(i);
    }
  }
}

}  // namespace

std::vector<Url> ReadSourceUrls(YamlMap& map, std::string_view key, const Source& source) {
  std::vector<Url> urls;
  for (PlacedUrl& placed : ReadUrls(map, key, source)) urls.push_back(std::move(placed.url));
  return urls;
}

void ReadSource(SourceFile& file, const SourceRules& rules) {
  Source& source = file.source;
  YamlErrors& errors = file.errors;
  YamlMap map(file.root, "source", errors);
  ReadIdentity(map, source);
  ReadKindAndRoute(map, rules, source);
  ReadScope(map, source);
  ReadSeeds(map, source);
  ReadMirrors(map, source);
  if (const YamlNode* node = map.Get("mirror_list")) ReadMirrorList(*node, rules, file);
  ReadStripParams(map, source);
  ReadAuthority(map, file, rules.now);
  if (const YamlNode* node = map.Get("schedule")) ReadSchedule(*node, errors, source.schedule);
  source.politeness.factor = StandardFactor(source.politeness);
  if (const YamlNode* node = map.Get("politeness")) ReadPoliteness(*node, errors, source.politeness);
  if (const YamlNode* node = map.Get("profile")) source.profile = ReadProfile(*node, errors);
  if (source.profile.name.empty()) source.profile.name = source.id.value;
  ReadMedia(map, source);
  if (map.OneOf("robots", {"obey", "ignore_recorded"}).value_or("obey") != "obey")
    source.robots = Source::Robots::kIgnoreRecorded;
  if (const YamlNode* node = map.Get("discovery")) ReadDiscovery(*node, errors, source);
  if (const YamlNode* node = map.Get("retention")) ReadRetention(*node, errors, source);
  map.Finish();
}

void CheckBesideEachOther(std::vector<SourceFile>& files) {
  CheckIds(files);
  CheckScopes(files);
}

}  // namespace gasht
