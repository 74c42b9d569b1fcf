#include "config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "base/file.h"
#include "config/profile.h"

namespace gasht {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::string_view kOnion = "dgnukyj453sqntdtoszpijl22y76gpc7xpnyervhhbxbj54wpz4kmeqd.onion";
const UtcTime kNow = *ParseRfc3339("2026-11-22T00:00:00Z");

constexpr char kMain[] = "store: store\ntor:\n  socks: 127.0.0.1:9050\n";
constexpr char kTestMain[] = "store: store\ntor: {socks: 127.0.0.1:9050}\ntest_mode: true\n";

// The part of a source that tests of other parts leave alone; eight lines.
constexpr char kAuthority[] =
    "authority:\n"
    "  reference: R/1\n"
    "  purpose: test\n"
    "  valid_from: 2026-01-01\n"
    "  valid_until: 2026-12-31\n";

// "id: NAME", a kind, an authority (lines 3 to 7) and `rest` (from line 8).
std::string SourceText(const std::string& id, const std::string& rest) {
  return "id: " + id + "\nkind: market\n" + kAuthority + rest;
}

// By name.
using Files = std::map<std::string, std::string>;

// A folder of configuration, removed at the end.
class ConfigFolder {
 public:
  explicit ConfigFolder(const Files& files) {
    std::string path = testing::TempDir() + "gasht-config-XXXXXX";
    dir_ = mkdtemp(path.data());
    std::filesystem::create_directory(dir_ + "/sources.d");
    for (const auto& [name, text] : files)
      EXPECT_TRUE(WriteFileAtomically(dir_ + "/" + name, text).ok()) << name;
  }
  ~ConfigFolder() { std::filesystem::remove_all(dir_); }
  ConfigFolder(const ConfigFolder&) = delete;
  ConfigFolder& operator=(const ConfigFolder&) = delete;

  Result<Config> Load(UtcTime now = kNow) const { return LoadConfig(dir_, now); }

  // The lines of the error, without the folder.
  std::vector<std::string> Errors() const {
    const auto config = Load();
    std::vector<std::string> lines;
    if (config.ok()) return lines;
    EXPECT_EQ(config.status().code(), StatusCode::kInvalidArgument);
    std::istringstream in(config.status().message());
    for (std::string line; std::getline(in, line);) lines.push_back(Relative(line));
    return lines;
  }
  std::string Relative(std::string text) const {
    for (size_t at = 0; (at = text.find(dir_ + "/")) != std::string::npos;) text.erase(at, dir_.size() + 1);
    return text;
  }
  const std::string& dir() const { return dir_; }

 private:
  std::string dir_;
};

TEST(ConfigTest, ReadsEverything) {
  const ConfigFolder folder({
      {"gasht.yaml",
       "store: data\nrules: packs\nwatchlists: watch\nagency: x\ntest_mode: false\n"
       "tor:\n  socks: [unix:/run/tor/socks, 127.0.0.1:9050]\n  control: '[::1]:9051'\n  cookie: tor.cookie\n"
       "  transports: [obfs4, bridge]\n  canaries: http://" +
           std::string(kOnion) +
           "/\ndirect: {canaries: [https://a.example, https://b.example/x]}\nvantage: isb-ptcl\n"
           "limits:\n  connections_per_source: 2\n  unfinished_pages: 3\n  wire_bytes: 1MiB\n  body_bytes: "
           "2MiB\n"
           "  body_bytes_held: 1GiB\n  connect_timeout: 5s\n  total_timeout: 1m\n  analysis_threads: 4\n"
           "  disk_free: 3GiB\n"
           "console:\n  listen: localhost:8080\n"},
      {"agencies.yaml",
       "agencies:\n  - {id: x, name: Old, valid_from: 2020-01-01, valid_until: 2024-12-31}\n"
       "  - {id: x, name: New, name_ur: نیا, valid_from: 2025-01-01, source: gazette}\n"},
      {"sources.d/a.yaml",
       SourceText("alpha",
                  "formerly: [old-a, older-a]\nroute: tor\nseeds: [\"http://" + std::string(kOnion) +
                      "/list?page=1\"]\nmirrors: https://Mirror.example\n"
                      "scope:\n  - exclude: \"*logout*\"\n  - include: /list\nstrip_params: [sid, ref]\n"
                      "schedule: {interval: 12h, min_interval: 30m, max_interval: 3d, review_interval: 2h, "
                      "hours: \"22:30-06:00\"}\n"
                      "politeness: {delay: 2s, factor: 2.5, max_delay: 30s, max_pages: 7, max_depth: 0, "
                      "max_bytes: 3MiB, max_known: 99}\n"
                      "profile: {item: .card, kind: post, title: h3, url: a@href}\n"
                      "media: [image/jpeg, \"video/*\"]\nrobots: ignore_recorded\n"
                      "mirror_list: {url: \"http://" +
                      std::string(kOnion) +
                      "/mirrors.txt\", fingerprint: \"3db0 1409 601A 4B27 6FA7 DEC6 D0BB ACAB CE40 0AF0\", "
                      "key: a.key}\n"
                      "discovery: {feeds: false, sitemap: false}\n"
                      "retention: {without_finding: 30d}\n")},
      {"a.key", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"},
      {"sources.d/b.yaml", SourceText("beta", "route: direct\nseeds: https://shop.example/\n")},
      {"sources.d/notes.txt", "not a source"},
  });
  const auto config = folder.Load();
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_THAT(config->warnings, IsEmpty());
  EXPECT_EQ(config->store_path, folder.dir() + "/data");
  EXPECT_EQ(config->rules_dir, folder.dir() + "/packs");
  EXPECT_EQ(config->watchlists_dir, folder.dir() + "/watch");
  EXPECT_THAT(config->tor.socks, ElementsAre("unix:/run/tor/socks", "127.0.0.1:9050"));
  EXPECT_EQ(config->tor.control, "[::1]:9051");
  EXPECT_EQ(config->tor.cookie, folder.dir() + "/tor.cookie");
  EXPECT_THAT(config->tor.transports, ElementsAre("obfs4", "bridge"));
  ASSERT_EQ(config->tor.canaries.size(), 1u);
  EXPECT_EQ(config->tor.canaries[0].host(), kOnion);
  ASSERT_EQ(config->direct_canaries.size(), 2u);
  EXPECT_EQ(config->direct_canaries[1].str(), "https://b.example/x");
  EXPECT_EQ(config->vantage, "isb-ptcl");
  EXPECT_EQ(config->limits.connections_per_source, 2u);
  EXPECT_EQ(config->limits.unfinished_pages, 3u);
  EXPECT_EQ(config->limits.wire_bytes, 1u << 20);
  EXPECT_EQ(config->limits.body_bytes, 2u << 20);
  EXPECT_EQ(config->limits.body_bytes_held, 1u << 30);
  EXPECT_EQ(config->limits.connect_timeout, std::chrono::seconds(5));
  EXPECT_EQ(config->limits.total_timeout, std::chrono::seconds(60));
  EXPECT_EQ(config->limits.analysis_threads, 4u);
  EXPECT_EQ(config->limits.disk_free, uint64_t{3} << 30);
  EXPECT_EQ(config->console->listen, "localhost:8080");
  EXPECT_EQ(config->agency, "x");
  ASSERT_EQ(config->agencies.size(), 2u);
  EXPECT_EQ(FormatRfc3339(*config->agencies[0].valid_until), "2024-12-31T19:00:00Z");
  EXPECT_EQ(config->agencies[1].name_ur, "نیا");
  EXPECT_EQ(config->agencies[1].source, "gazette");
  EXPECT_FALSE(config->agencies[1].valid_until);

  ASSERT_EQ(config->sources.size(), 2u);
  const Source& a = config->sources[0];
  EXPECT_EQ(a.id.value, "alpha");
  EXPECT_THAT(a.formerly, ElementsAre(SourceId{"old-a"}, SourceId{"older-a"}));
  EXPECT_EQ(a.kind, SourceKind::kMarket);
  EXPECT_EQ(a.route, Route::kTor);
  EXPECT_EQ(a.seeds.at(0).str(), "http://" + std::string(kOnion) + "/list?page=1");
  EXPECT_EQ(a.mirrors.at(0).str(), "https://mirror.example/");
  ASSERT_EQ(a.scope.size(), 2u);
  EXPECT_EQ(a.scope[0].action, ScopeRule::Action::kExclude);
  EXPECT_EQ(a.scope[0].pattern, "*logout*");
  EXPECT_EQ(a.scope[1].action, ScopeRule::Action::kInclude);
  EXPECT_THAT(a.strip_params, ElementsAre("sid", "ref"));
  ASSERT_TRUE(a.mirror_list.has_value());
  EXPECT_EQ(a.mirror_list->url.str(), "http://" + std::string(kOnion) + "/mirrors.txt");
  EXPECT_EQ(a.mirror_list->key.fingerprint, "3DB01409601A4B276FA7DEC6D0BBACABCE400AF0");
  EXPECT_EQ(a.mirror_list->key.block, "-----BEGIN PGP PUBLIC KEY BLOCK-----\n");
  EXPECT_FALSE(a.discover_feeds);
  EXPECT_FALSE(a.discover_sitemap);
  EXPECT_EQ(a.authority.reference, "R/1");
  EXPECT_EQ(a.authority.purpose, "test");
  EXPECT_EQ(FormatRfc3339(a.authority.valid_from), "2025-12-31T19:00:00Z");
  EXPECT_EQ(FormatRfc3339(a.authority.valid_until), "2026-12-31T19:00:00Z") << "the last day is included";
  EXPECT_EQ(a.schedule.interval, std::chrono::hours(12));
  EXPECT_EQ(a.schedule.min_interval, std::chrono::minutes(30));
  EXPECT_EQ(a.schedule.max_interval, std::chrono::hours(72));
  EXPECT_EQ(a.politeness.delay, std::chrono::seconds(2));
  EXPECT_EQ(a.politeness.max_pages, 7u);
  EXPECT_EQ(a.politeness.max_depth, 0u);
  EXPECT_EQ(a.schedule.review_interval, std::chrono::hours(2));
  EXPECT_EQ(a.schedule.hours, (DayWindow{std::chrono::minutes(22 * 60 + 30), std::chrono::hours(6)}));
  EXPECT_EQ(a.politeness.factor, 2.5);
  EXPECT_EQ(a.politeness.max_delay, std::chrono::seconds(30));
  EXPECT_EQ(a.politeness.max_bytes, 3u << 20);
  EXPECT_EQ(a.politeness.max_known, 99u);
  EXPECT_EQ(a.profile.name, "alpha");
  EXPECT_EQ(a.profile.item, ".card");
  EXPECT_EQ(a.profile.kind, "post");
  EXPECT_EQ(a.profile.title, "h3");
  EXPECT_EQ(a.profile.url, "a@href");
  EXPECT_THAT(a.media, ElementsAre("image/jpeg", "video/*"));
  EXPECT_EQ(a.robots, Source::Robots::kIgnoreRecorded);
  EXPECT_EQ(a.retention_without_finding, std::chrono::hours(24 * 30));

  const Source& b = config->sources[1];
  EXPECT_EQ(b.route, Route::kDirect);
  EXPECT_EQ(b.robots, Source::Robots::kObey);
  EXPECT_TRUE(b.profile.empty());
  EXPECT_EQ(b.politeness.delay, Politeness().delay);
  EXPECT_EQ(b.politeness.factor, 1) << "a slow site is asked less";
  EXPECT_TRUE(b.schedule.hours.all_day());
}

// ---- One broken file ----

struct Broken {
  std::string text;
  std::string error;  // what the only error begins with, behind the file's name
};

TEST(ConfigTest, BrokenGashtYaml) {
  for (const Broken& c : {
           Broken{"", "1:1: gasht.yaml must be a mapping (key: value), found nothing"},
           Broken{"tor: {socks: 127.0.0.1:9050}\n", "1:1: gasht.yaml has no 'store': add it"},
           Broken{"store: \"\"\n", "1:8: 'store' is empty"},
           Broken{"store: [a]\n", "1:8: 'store' must be a single value, found a list"},
           Broken{"store: a\nstore: b\n", "2:1: duplicate key 'store'"},
           Broken{"store: a\nstroe: b\n", "2:1: unknown key 'stroe' in gasht.yaml: did you mean 'store'?"},
           Broken{"store: &a x\nrules: *a\n", "1:8: anchors"},
           Broken{"store: a\n  tor: x\n", "2:6: not valid YAML"},
           Broken{"store: a\ntest_mode: yes\n", "2:12: 'test_mode' must be true or false"},
           Broken{"store: a\ntor: 127.0.0.1:9050\n",
                  "2:6: tor must be a mapping (key: value), found a single value"},
           Broken{"store: a\ntor: {}\n", "2:6: tor has no 'socks': add it"},
           Broken{"store: a\ntor:\n  socks: 9050\n",
                  "3:10: 'socks' is no endpoint: write an address and port"},
           Broken{"store: a\ntor: {socks: tor.example:9050}\n", "2:14: 'socks' is no endpoint"},
           Broken{"store: a\ntor: {socks: \"127.0.0.1\"}\n", "2:14: 'socks' is no endpoint"},
           Broken{"store: a\ntor: {socks: \"127.0.0.1:99999\"}\n", "2:14: 'socks' is no endpoint"},
           Broken{"store: a\ntor: {socks: \"unix:run/tor\"}\n", "2:14: 'socks' is no endpoint"},
           Broken{"store: a\ntor: {socks: \"127.0.0.1:1\", port: 5}\n", "2:29: unknown key 'port' in tor"},
           Broken{"store: a\ntor: {socks: \"127.0.0.1:1\", cookie: c}\n",
                  "2:37: 'cookie' opens the control port, and there is none"},
           Broken{"store: a\ntor: {socks: []}\n", "2:14: 'socks' is empty: name at least one SocksPort"},
           Broken{"store: a\ntor: {socks: [\"127.0.0.1:1\", \"127.0.0.1:1\"]}\n",
                  "2:30: '127.0.0.1:1' is listed twice"},
           Broken{"store: a\ntor: {socks: [\"127.0.0.1:1\", here]}\n", "2:30: 'socks' is no endpoint"},
           Broken{"store: a\ntor: {socks: \"127.0.0.1:1\", transports: [obfs5]}\n",
                  "2:42: 'obfs5' is no way to a bridge: write one of bridge, obfs4"},
           Broken{"store: a\ntor: {socks: \"127.0.0.1:1\", transports: [obfs4]}\n",
                  "2:41: 'transports' is checked through the control port"},
           Broken{"store: a\ntor: {socks: \"127.0.0.1:1\", canaries: [http://10.0.0.1/]}\n",
                  "2:40: an address instead of a name"},
           Broken{"store: a\ntor: {socks: \"127.0.0.1:1\", canaries: [http://abc.onion/]}\n",
                  "2:40: bad onion address"},
           Broken{"store: a\ntor: {socks: \"127.0.0.1:1\", canaries: [file:/x]}\n", "2:40: 'file:/x' is"},
           Broken{"store: a\ndirect: {canaries: [\"http://" + std::string(kOnion) + "/\"]}\n",
                  "2:21: an onion is never reached directly"},
           Broken{"store: a\ndirect: {canaries: [http://127.0.0.1/]}\n",
                  "2:21: an address instead of a name"},
           Broken{"store: a\ndirect: {canary: http://a.example/}\n", "2:10: unknown key 'canary' in direct"},
           Broken{"store: a\nvantage: Islamabad PTCL\n", "2:10: 'vantage' is a short name"},
           Broken{"store: a\nlimits: {connections_per_source: 0}\n",
                  "2:34: 'connections_per_source' must be a whole number from 1 to 16, found '0'"},
           Broken{"store: a\nlimits: {wire_bytes: 4MB}\n",
                  "2:22: 'wire_bytes' must be a size from 64KiB to 64MiB, such as 4MiB, found '4MB'"},
           Broken{"store: a\nlimits: {wire_bytes: 4}\n", "2:22: 'wire_bytes' must be a size"},
           Broken{"store: a\nlimits: {body_bytes: 1GiB}\n", "2:22: 'body_bytes' must be a size"},
           Broken{"store: a\nlimits: {body_bytes_held: 1MiB}\n",
                  "2:9: 'body_bytes_held' is less than 'body_bytes'"},
           Broken{"store: a\nlimits: {connect_timeout: 90}\n",
                  "2:27: 'connect_timeout' is no duration: write a number and ms, s, m, h or d"},
           Broken{"store: a\nlimits: {connect_timeout: 2h}\n",
                  "2:27: 'connect_timeout' must be from 1s to 1h, found '2h'"},
           Broken{"store: a\nlimits: {total_timeout: 10s}\n",
                  "2:9: 'total_timeout' is less than 'connect_timeout'"},
           Broken{"store: a\nconsole: {}\n", "2:10: console has no 'listen': add it"},
           Broken{"store: a\nconsole: {listen: \"8080\"}\n", "2:19: 'listen' is no endpoint"},
           Broken{"store: a\nagency: none\n",
                  "2:9: agency 'none' is not in agencies.yaml: add it there, or mend the id"},
           Broken{"store: \xff\n", "1:8: not UTF-8"},
       }) {
    const ConfigFolder folder({{"gasht.yaml", c.text}, {"agencies.yaml", "agencies: []\n"}});
    EXPECT_THAT(folder.Errors(), ElementsAre(StartsWith("gasht.yaml:" + c.error))) << c.text;
  }
}

TEST(ConfigTest, BrokenAgencies) {
  const std::string ok = "{id: a, name: A, valid_from: 2020-01-01}";
  for (const Broken& c : {
           Broken{"agencies: a\n", "1:11: 'agencies' must be a list of names with their dates"},
           Broken{"agency: []\n", "1:1: agencies.yaml has no 'agencies'"},
           Broken{"agencies: [{name: A, valid_from: 2020-01-01}]\n", "1:12: agency has no 'id': add it"},
           Broken{"agencies: [{id: a, valid_from: 2020-01-01}]\n", "1:12: agency has no 'name': add it"},
           Broken{"agencies: [{id: a, name: A}]\n", "1:12: agency has no 'valid_from': add it"},
           Broken{"agencies: [{id: a, name: A, valid_from: 1.1.2020}]\n",
                  "1:41: 'valid_from' is no day of the calendar: write YYYY-MM-DD, found '1.1.2020'"},
           Broken{"agencies:\n  - {id: a, name: A, valid_from: 2020-01-01, valid_until: 2019-12-31}\n",
                  "2:59: 'valid_until' is before 'valid_from'"},
           Broken{"agencies:\n  - " + ok + "\n  - {id: a, name: B, valid_from: 2021-01-01}\n",
                  "3:5: agency 'a' would have two names at once, this one and 'A'"},
       }) {
    const ConfigFolder folder({{"gasht.yaml", kMain}, {"agencies.yaml", c.text}});
    const auto errors = folder.Errors();
    ASSERT_FALSE(errors.empty()) << c.text;
    EXPECT_THAT(errors[0], StartsWith("agencies.yaml:" + c.error)) << c.text;
  }
}

TEST(ConfigTest, BrokenMirrorLists) {
  const std::string seeds = "seeds: http://shop.example/\n", whole(40, 'A');
  const auto list = [&](const std::string& rest) {
    return SourceText("s", seeds + "mirror_list: {" + rest + "}\n");
  };
  const std::string url = "url: http://shop.example/m";
  for (const Broken& c : {
           Broken{list(url + ", key: k"), "9:14: mirror_list has no 'fingerprint': add it"},
           Broken{list("fingerprint: " + whole + ", key: k"), "9:14: mirror_list has no 'url': add it"},
           Broken{list(url + ", fingerprint: " + whole), "9:14: mirror_list has no 'key': add it"},
           Broken{list(url + ", fingerprint: 5523E23F, key: k"),
                  "9:56: a fingerprint has 40 hexadecimal digits"},
           Broken{list(url + ", fingerprint: " + std::string(40, 'X') + ", key: k"),
                  "9:56: a fingerprint has 40 hexadecimal digits"},
           Broken{list(url + ", fingerprint: " + whole + ", key: no-such.key"), "9:103: cannot open"},
           Broken{list(url + ", fingerprint: " + whole + ", key: gasht.yaml"), "9:103: "},
           Broken{list("url: http://127.0.0.1/m, fingerprint: " + whole + ", key: k"),
                  "9:20: an address instead"},
           Broken{list(url + ", fingerprint: " + whole + ", key: k, keys: k"), "9:"},
       }) {
    const ConfigFolder folder({{"gasht.yaml", kMain},
                               {"sources.d/s.yaml", c.text},
                               {"k", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"}});
    const auto errors = folder.Errors();
    ASSERT_FALSE(errors.empty()) << c.text;
    EXPECT_THAT(errors[0], StartsWith("sources.d/s.yaml:" + c.error)) << c.text;
    EXPECT_EQ(errors.size(), 1u) << c.text << errors[1];
  }
}

TEST(ConfigTest, BrokenSources) {
  const std::string seeds = "seeds: http://shop.example/\n";
  const std::string onion(kOnion);
  std::string mistyped = onion;
  mistyped[3] = mistyped[3] == 'a' ? 'b' : 'a';
  const auto source = [](const std::string& rest) { return SourceText("s", rest); };
  for (const Broken& c : {
           // id, formerly
           Broken{"", "1:1: source must be a mapping (key: value), found nothing"},
           Broken{"kind: market\n" + seeds + kAuthority, "1:1: source has no 'id': add it"},
           Broken{SourceText("Shop", seeds), "1:5: 'Shop' is no source id: use 1 to 32 of a-z, 0-9 and -"},
           Broken{SourceText("my_shop", seeds), "1:5: 'my_shop' is no source id"},
           Broken{SourceText(std::string(33, 'a'), seeds), "1:5: 'aaaa"},
           Broken{source(seeds + "formerly: [Old]\n"), "9:12: 'Old' is no source id"},
           Broken{source(seeds + "formerly: {a: b}\n"), "9:11: 'formerly' must be a list, found a mapping"},
           // kind, route
           Broken{"id: s\n" + seeds + kAuthority, "1:1: source has no 'kind': add it"},
           Broken{"id: s\nkind: shop\n" + seeds + kAuthority,
                  "2:7: 'kind' is 'shop'; it must be one of: market, forum"},
           Broken{source(seeds + "route: proxy\n"),
                  "9:8: 'route' is 'proxy'; it must be one of: tor, direct"},
           Broken{source("route: direct\nseeds: http://" + onion + "/\n"),
                  "9:8: an onion is never reached directly: write route: tor"},
           Broken{source("route: direct\nseeds: http://shop.example/\nmirrors: http://" + onion + "/\n"),
                  "10:10: an onion is never reached directly"},
           Broken{SourceText("tips", seeds), "1:5: 'tips' is a name of the program's own"},
           Broken{SourceText("patrol", seeds), "1:5: 'patrol' is a name of the program's own"},
           // discovery
           Broken{source(seeds + "discovery: {feed: yes}\n"),
                  "9:13: unknown key 'feed' in discovery: did you mean 'feeds'?"},
           // seeds, mirrors
           Broken{source(""), "1:1: source has no 'seeds': add it"},
           Broken{source("seeds: []\n"), "8:8: 'seeds' is empty"},
           Broken{source("seeds:\n"), "8:1: 'seeds' must be a list, found nothing"},
           Broken{source("seeds: [[a]]\n"), "8:9: 'seeds' must hold single values, found a list"},
           Broken{source("seeds: shop.example\n"), "8:8: 'shop.example' is not a usable URL: no scheme"},
           Broken{source("seeds: ftp://shop.example/\n"),
                  "8:8: 'ftp://shop.example/' is not a usable URL: only http and https"},
           Broken{source("seeds: http://me:pw@shop.example/\n"),
                  "8:8: 'http://me:pw@shop.example/' is not a usable URL"},
           Broken{source("seeds:\n  - http://shop.example/\n  - HTTP://SHOP.example:80\n"),
                  "10:5: 'HTTP://SHOP.example:80' is listed twice"},
           Broken{source("seeds: http://" + mistyped + "/\n"),
                  "8:8: bad onion address, the checksum does not match"},
           Broken{source("seeds: http://" + onion.substr(1) + "/\n"),
                  "8:8: bad onion address, not 56 letters"},
           Broken{source("seeds: http://expyuzz4wqqyqhjn.onion/\n"),
                  "8:8: bad onion address, not 56 letters (version 2"},
           Broken{source("seeds: http://192.0.2.1/\n"),
                  "8:8: an address instead of a name is never in scope"},
           Broken{source("seeds: http://0xc0000201/\n"),
                  "8:8: an address instead of a name is never in scope"},
           Broken{source("seeds: http://localhost:8080/\n"), "8:8: 'localhost' names a machine nearby"},
           Broken{source(seeds + "mirrors: https://m.example/x\n"),
                  "9:10: a mirror is a whole site: write https://m.example/"},
           // scope
           Broken{source(seeds + "scope: /list\n"),
                  "9:8: 'scope' must be a list of rules such as - include: /listing/*"},
           Broken{source(seeds + "scope: [/list]\n"),
                  "9:9: scope rule must be a mapping (key: value), found a single value"},
           Broken{source(seeds + "scope:\n  - include: /a\n    exclude: /b\n"),
                  "10:5: a scope rule has one key"},
           Broken{source(seeds + "scope:\n  - include: list\n"), "10:14: a scope pattern begins with / or *"},
           Broken{source(seeds + "scope:\n  - include: http://shop.example/\n"),
                  "10:14: a scope pattern begins with / or *"},
           Broken{source(seeds + "scope:\n  - include: \"\"\n"), "10:14: 'include' is empty"},
           Broken{source(seeds + "scope:\n  - inlcude: /a\n"),
                  "10:5: unknown key 'inlcude' in scope rule: did you mean 'include'?"},
           Broken{source(seeds + "scope:\n  - include: /" + std::string(512, 'a') + "\n"),
                  "10:14: a scope pattern has at most 512 bytes"},
           Broken{source("seeds: http://shop.example/logout?x\nscope:\n  - exclude: \"*logout*\"\n"),
                  "8:8: the seed is outside the source's own scope, by exclude: *logout*"},
           Broken{source(seeds + "strip_params: [\"sid=\"]\n"), "9:16: 'sid=' is no parameter name"},
           // authority
           Broken{"id: s\nkind: market\n" + seeds, "1:1: source has no 'authority': say by what reference"},
           Broken{"id: s\nkind: market\n" + seeds + "authority: R/1\n", "4:12: authority must be a mapping"},
           Broken{"id: s\nkind: market\n" + seeds +
                      "authority:\n  purpose: p\n  valid_from: 2026-01-01\n  valid_until: 2026-12-31\n",
                  "5:3: authority has no 'reference': add it"},
           Broken{"id: s\nkind: market\n" + seeds +
                      "authority:\n  reference: r\n  purpose: p\n  valid_from: 2026-01-01\n",
                  "5:3: authority has no 'valid_until': add it"},
           Broken{"id: s\nkind: market\n" + seeds +
                      "authority:\n  reference: r\n  purpose: p\n  valid_from: 2026-02-30\n  valid_until: "
                      "2026-12-31\n",
                  "7:15: 'valid_from' is no day of the calendar"},
           Broken{"id: s\nkind: market\n" + seeds +
                      "authority:\n  reference: r\n  purpose: p\n  valid_from: 2026-12-31\n  valid_until: "
                      "2026-01-01\n",
                  "8:16: 'valid_until' is before 'valid_from'"},
           // the rest
           Broken{source(seeds + "schedule: {interval: daily}\n"), "9:22: 'interval' is no duration"},
           Broken{source(seeds + "schedule: {interval: 0s}\n"),
                  "9:22: 'interval' must be from 1m to 366d, found '0s'"},
           Broken{source(seeds + "schedule: {interval: 30m}\n"),
                  "9:11: min_interval, interval and max_interval must rise"},
           Broken{source(seeds + "schedule: {min_interval: 9d}\n"),
                  "9:11: min_interval, interval and max_interval must rise"},
           Broken{source(seeds + "politeness: {delay: 5}\n"), "9:21: 'delay' is no duration"},
           Broken{source(seeds + "politeness: {delay: 2m, max_delay: 1m}\n"),
                  "9:36: 'max_delay' is less than 'delay'"},
           Broken{source(seeds + "schedule: {hours: \"22-6\"}\n"), "9:19: 'hours' must be hours of the day"},
           Broken{source(seeds + "schedule: {hours: \"22:00-24:01\"}\n"),
                  "9:19: 'hours' must be hours of the day"},
           Broken{source(seeds + "schedule: {hours: \"07:00-07:00\"}\n"),
                  "9:19: 'hours' must be hours of the day"},
           Broken{source(seeds + "politeness: {max_pages: 1e3}\n"),
                  "9:25: 'max_pages' must be a whole number"},
           Broken{source(seeds + "politeness: {dealy: 5s}\n"),
                  "9:14: unknown key 'dealy' in politeness: did you mean 'delay'?"},
           Broken{source(seeds + "profile: {title: h1}\n"), "9:10: profile has no 'item': add it"},
           Broken{source(seeds + "profile: {item: a, kind: page}\n"),
                  "9:26: 'kind' is 'page'; it must be one of: offer, post"},
           Broken{source(seeds + "profile: {item: a, title: \"\"}\n"), "9:27: 'title' is empty"},
           Broken{source(seeds + "media: [images]\n"),
                  "9:9: 'images' is no media type: write for example image/jpeg or image/*"},
           Broken{source(seeds + "media: [\"*/*\"]\n"), "9:9: '*/*' is no media type"},
           Broken{source(seeds + "robots: ignore\n"),
                  "9:9: 'robots' is 'ignore'; it must be one of: obey, ignore_recorded"},
           Broken{source(seeds + "retention: 90d\n"), "9:12: retention must be a mapping"},
           Broken{source(seeds + "retention: {without_finding: 1h}\n"),
                  "9:30: 'without_finding' must be from 1d to 3660d"},
           Broken{source(seeds + "allow_private: true\n"), "9:16: 'allow_private' is for tests"},
           Broken{source(seeds + "scop: []\n"), "9:1: unknown key 'scop' in source: did you mean 'scope'?"},
           Broken{source(seeds + "login: {user: a}\n"),
                  "9:1: unknown key 'login' in source: known keys are id, formerly, kind, route"},
           Broken{source(seeds + "id: t\n"), "9:1: duplicate key 'id'"},
       }) {
    const ConfigFolder folder({{"gasht.yaml", kMain}, {"sources.d/s.yaml", c.text}});
    const auto errors = folder.Errors();
    ASSERT_FALSE(errors.empty()) << c.text;
    EXPECT_THAT(errors[0], StartsWith("sources.d/s.yaml:" + c.error)) << c.text;
    // allow_private through Tor is two mistakes.
    EXPECT_EQ(errors.size(), c.text.find("allow_private") == std::string::npos ? 1u : 2u)
        << c.text << errors[1];
  }
}

TEST(ConfigTest, PrivateAddressesOnlyInTestMode) {
  const std::string text =
      SourceText("s", "route: direct\nallow_private: true\nseeds: http://127.0.0.1:8080/\n");
  EXPECT_THAT(ConfigFolder({{"gasht.yaml", kTestMain}, {"sources.d/s.yaml", text}}).Errors(), IsEmpty());
  EXPECT_THAT(ConfigFolder({{"gasht.yaml", kMain}, {"sources.d/s.yaml", text}}).Errors(),
              ElementsAre(StartsWith("sources.d/s.yaml:9:16: 'allow_private' is for tests")));
  // Test mode opens nothing by itself.
  EXPECT_THAT(
      ConfigFolder({{"gasht.yaml", kTestMain},
                    {"sources.d/s.yaml", SourceText("s", "route: direct\nseeds: http://127.0.0.1:8080/\n")}})
          .Errors(),
      ElementsAre(HasSubstr("9:8: an address instead of a name")));
}

// ---- Between files ----

TEST(ConfigTest, IdsBelongToOneSource) {
  const auto seeds = [](const char* host) { return "seeds: http://" + std::string(host) + ".example/\n"; };
  struct Case {
    std::string a, b;
    const char* error;  // empty: none
  };
  for (const Case& c : {
           Case{SourceText("a", seeds("a")), SourceText("b", seeds("b")), ""},
           Case{SourceText("a", seeds("a")), SourceText("a", seeds("b")),
                "sources.d/b.yaml:1:5: id 'a' belongs to sources.d/a.yaml:1:5: choose another"},
           Case{SourceText("a", seeds("a")), SourceText("b", seeds("b") + "formerly: a\n"),
                "sources.d/b.yaml:9:11: id 'a' belongs to sources.d/a.yaml:1:5"},
           Case{SourceText("a", seeds("a") + "formerly: [b]\n"), SourceText("b", seeds("b")),
                "sources.d/b.yaml:1:5: id 'b' belongs to sources.d/a.yaml:9:12"},
           Case{SourceText("a", seeds("a") + "formerly: [c]\n"),
                SourceText("b", seeds("b") + "formerly: [d, c]\n"),
                "sources.d/b.yaml:9:15: id 'c' belongs to sources.d/a.yaml:9:12"},
           Case{SourceText("a", seeds("a") + "formerly: [c, c]\n"), SourceText("b", seeds("b")),
                "sources.d/a.yaml:9:15: id 'c' belongs to sources.d/a.yaml:9:12"},
       }) {
    const ConfigFolder folder({{"gasht.yaml", kMain}, {"sources.d/a.yaml", c.a}, {"sources.d/b.yaml", c.b}});
    if (*c.error == '\0') {
      EXPECT_THAT(folder.Errors(), IsEmpty()) << c.a << c.b;
    } else {
      EXPECT_THAT(folder.Errors(), ElementsAre(StartsWith(c.error))) << c.a << c.b;
    }
  }
}

TEST(ConfigTest, APageBelongsToOneSource) {
  struct Case {
    const char* a;
    const char* b;
    const char* error;  // of b, behind its file's name; empty: none
  };
  for (const Case& c : {
           Case{"seeds: http://x.example/\n", "seeds: http://y.example/\n", ""},
           Case{"seeds: http://x.example/\n", "seeds: http://x.example/b\n",
                "8:8: the scope overlaps with that of 'a'"},
           Case{"seeds: http://x.example/\n", "seeds: http://x.example:8080/\n", ""},
           Case{"seeds: http://x.example/\n", "seeds: https://x.example/\n", "8:8: the scope overlaps"},
           Case{"seeds: https://x.example/\n", "seeds: http://x.example/\n", "8:8: the scope overlaps"},
           Case{"seeds: http://x.example/\n", "seeds: http://y.example/\nmirrors: http://x.example/\n",
                "8:8: the scope overlaps"},
           Case{"seeds: http://x.example/a\nscope:\n  - include: /a\n",
                "seeds: http://x.example/b\nscope:\n  - include: /b\n", ""},
           Case{"seeds: http://x.example/a\nscope:\n  - include: /a\n",
                "seeds: http://x.example/b\nscope:\n  - include: /*/b\n", "10:3: the scope overlaps"},
           Case{"seeds: http://x.example/a\nscope:\n  - include: /a\n",
                "seeds: http://x.example/ab\nscope:\n  - include: /ab\n", "10:3: the scope overlaps"},
           // The rest of a site, and one part of it.
           Case{"seeds: http://x.example/\nscope:\n  - exclude: /b/\n",
                "seeds: http://x.example/b/\nscope:\n  - include: /b/\n", ""},
           Case{"seeds: http://x.example/b/1\nscope:\n  - include: /b/\n",
                "seeds: http://x.example/\nscope:\n  - exclude: /b\n", ""},
           Case{"seeds: http://x.example/\nscope:\n  - include: /b/c\n  - exclude: /b/\n",
                "seeds: http://x.example/b/\nscope:\n  - include: /b/\n", "10:3: the scope overlaps"},
           // A seed is in scope though no rule names it.
           Case{"seeds: http://x.example/b/1\nscope:\n  - include: /a/\n",
                "seeds: http://x.example/b/\nscope:\n  - include: /b/\n", "10:3: the scope overlaps"},
       }) {
    const ConfigFolder folder({{"gasht.yaml", kMain},
                               {"sources.d/a.yaml", SourceText("a", c.a)},
                               {"sources.d/b.yaml", SourceText("b", c.b)}});
    if (*c.error == '\0') {
      EXPECT_THAT(folder.Errors(), IsEmpty()) << c.a << c.b;
    } else {
      EXPECT_THAT(folder.Errors(), ElementsAre(StartsWith(std::string("sources.d/b.yaml:") + c.error)))
          << c.a << c.b;
    }
  }
}

TEST(ConfigTest, AllErrorsOfAllFilesComeTogether) {
  const ConfigFolder folder({{"gasht.yaml", "store: a\ntest_mode: 1\ntor: {socks: x}\n"},
                             {"agencies.yaml", "agencies: ["},
                             {"sources.d/a.yaml", "id: A\nkind: x\n"},
                             {"sources.d/b.yaml", "id: b\nid: c\n"},
                             {"sources.d/c.yml", ""}});
  EXPECT_THAT(folder.Errors(),
              ElementsAre(StartsWith("gasht.yaml:2:12: 'test_mode'"), StartsWith("gasht.yaml:3:14: 'socks'"),
                          StartsWith("agencies.yaml:1:12: not valid YAML"),
                          StartsWith("sources.d/b.yaml:2:1: duplicate key 'id'"),
                          StartsWith("sources.d/c.yml:1:1: would not be read: rename it to .yaml"),
                          StartsWith("sources.d/a.yaml:1:5: 'A' is no source id"),
                          StartsWith("sources.d/a.yaml:2:7: 'kind'"),
                          StartsWith("sources.d/a.yaml:1:1: source has no 'seeds'"),
                          StartsWith("sources.d/a.yaml:1:1: source has no 'authority'")));
}

TEST(ConfigTest, MissingFiles) {
  EXPECT_THAT(LoadConfig("/nonexistent/gasht", kNow).status().message(),
              HasSubstr("/nonexistent/gasht: there is no such folder: name it with --config DIR"));
  EXPECT_EQ(LoadConfig("/nonexistent/gasht", kNow).status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(ConfigFolder(Files{}).Errors(), ElementsAre(StartsWith("gasht.yaml:1:1: cannot open")));
  EXPECT_THAT(ConfigFolder(Files{{"gasht.yaml", "store: a\nagency: x\n"}}).Errors(),
              ElementsAre(StartsWith("agencies.yaml:1:1: cannot open")));
  const ConfigFolder folder(Files{{"gasht.yaml", kMain}});
  std::filesystem::remove(folder.dir() + "/sources.d");
  EXPECT_THAT(folder.Errors(), ElementsAre(StartsWith("sources.d:1:1: cannot list")));
}

TEST(ConfigTest, TorSourcesNeedTor) {
  const std::string seeds = "seeds: http://shop.example/\n";
  EXPECT_THAT(
      ConfigFolder({{"gasht.yaml", "store: a\n"}, {"sources.d/s.yaml", SourceText("s", seeds)}}).Errors(),
      ElementsAre(StartsWith("gasht.yaml:1:1: source 's' goes through Tor, and there is no 'tor'")));
  EXPECT_THAT(ConfigFolder({{"gasht.yaml", "store: a\n"},
                            {"sources.d/s.yaml", SourceText("s", seeds + "route: direct\n")}})
                  .Errors(),
              IsEmpty());
}

TEST(ConfigTest, DormantSourcesAreKeptWithAWarning) {
  const ConfigFolder folder(
      {{"gasht.yaml", kMain}, {"sources.d/s.yaml", SourceText("s", "seeds: http://shop.example/\n")}});
  struct Case {
    const char* now;
    const char* warning;  // empty: none
  };
  for (const Case& c : {
           // Days count at +05:00 and the last one is included.
           Case{"2025-12-31T18:59:59Z",
                "sources.d/s.yaml:6:15: the authority of 's' begins on 2026-01-01: the source is dormant"},
           Case{"2025-12-31T19:00:00Z", ""},
           Case{"2026-12-31T18:59:59Z", ""},
           Case{"2026-12-31T19:00:00Z",
                "sources.d/s.yaml:7:16: the authority of 's' ended on 2026-12-31: the source is dormant"},
       }) {
    const auto config = folder.Load(*ParseRfc3339(c.now));
    ASSERT_TRUE(config.ok()) << config.status().message();
    EXPECT_EQ(config->sources.size(), 1u) << c.now;
    if (*c.warning == '\0') {
      EXPECT_THAT(config->warnings, IsEmpty()) << c.now;
    } else {
      ASSERT_EQ(config->warnings.size(), 1u) << c.now;
      EXPECT_THAT(folder.Relative(config->warnings[0]), StartsWith(c.warning)) << c.now;
    }
  }
}

TEST(ConfigTest, OtherWarnings) {
  const ConfigFolder empty({{"gasht.yaml", "store: a\nagency: x\n"},
                            {"agencies.yaml", "agencies: [{id: x, name: X, valid_from: 2027-01-01}]\n"}});
  const auto config = empty.Load();
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_THAT(config->warnings,
              ElementsAre(HasSubstr("gasht.yaml:2:9: agency 'x' has no name that is valid today"),
                          HasSubstr("sources.d:1:1: no sources")));
}

TEST(ConfigTest, TheDigestCoversEveryFile) {
  const Files files = {{"gasht.yaml", kMain},
                       {"agencies.yaml", "agencies: []\n"},
                       {"sources.d/s.yaml", SourceText("s", "seeds: http://shop.example/\n")}};
  const Digest digest = ConfigFolder(files).Load()->digest;
  EXPECT_EQ(ConfigFolder(files).Load()->digest, digest) << "the folder's own name does not count";
  for (const auto& [name, text] : files) {
    auto changed = files;
    changed[name] += "# a comment\n";
    EXPECT_NE(ConfigFolder(changed).Load()->digest, digest) << name;
  }
  auto renamed = files;
  renamed["sources.d/t.yaml"] = renamed.extract("sources.d/s.yaml").mapped();
  EXPECT_NE(ConfigFolder(renamed).Load()->digest, digest);
}

TEST(ConfigTest, TheExamplesLoad) {
  const auto config = LoadConfig("config/examples", kNow);
  ASSERT_TRUE(config.ok()) << config.status().message();
  EXPECT_THAT(config->warnings, IsEmpty());
  EXPECT_EQ(config->sources.size(), 3u);
  EXPECT_EQ(config->store_path, "config/store");
}

TEST(ProfileTest, LoadsFromAFileOfItsOwnOrOfASource) {
  const ConfigFolder folder({{"p.yaml", "item: .card\ntitle: h3\n"},
                             {"s.yaml", SourceText("s", "profile: {item: li}\n")},
                             {"bad.yaml", "item: x\ntitel: y\n"}});
  EXPECT_EQ(LoadProfile(folder.dir() + "/p.yaml").value_or({}).title, "h3");
  EXPECT_EQ(LoadProfile(folder.dir() + "/s.yaml").value_or({}).item, "li");
  EXPECT_THAT(folder.Relative(LoadProfile(folder.dir() + "/bad.yaml").status().message()),
              StartsWith("bad.yaml:2:1: unknown key 'titel' in profile: did you mean 'title'?"));
  EXPECT_EQ(LoadProfile(folder.dir() + "/none.yaml").status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace gasht
