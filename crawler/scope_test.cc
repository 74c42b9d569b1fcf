#include "crawler/scope.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

// A checksum that is right: the address of the Tor Project's own site, public knowledge.
constexpr char kOnion[] = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";
constexpr char kBadOnion[] = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wie.onion";

Source MakeSource(std::vector<std::string> seeds, std::vector<ScopeRule> rules = {}) {
  Source source;
  source.id = {"market"};
  for (const std::string& seed : seeds) source.seeds.push_back(*Url::Parse(seed));
  source.scope = std::move(rules);
  return source;
}

ScopeRule Include(std::string pattern) {
  return {ScopeRule::Action::kInclude, std::move(pattern)};
}
ScopeRule Exclude(std::string pattern) {
  return {ScopeRule::Action::kExclude, std::move(pattern)};
}

struct Row {
  std::string url;
  bool allowed;
  std::string rule;
};

void Check(const Source& source, const std::vector<Row>& rows) {
  const Scope scope(source);
  for (const Row& row : rows) {
    const Result<Url> url = Url::Parse(row.url);
    ASSERT_TRUE(url.ok()) << row.url << ": " << url.status().message();
    const ScopeDecision decision = scope.Decide(*url);
    EXPECT_EQ(decision.allowed, row.allowed) << row.url << " (" << decision.rule << ")";
    EXPECT_EQ(decision.rule, row.rule) << row.url;
  }
}

TEST(Scope, WithoutRulesTheHostsDecide) {
  Source source = MakeSource({"http://shop.example/"});
  source.mirrors.push_back(*Url::Parse(std::string("http://") + kOnion + "/"));
  Check(source, {
                    {"http://shop.example/", true, "seed"},
                    {"http://shop.example/anything?x=1", true, "host is the source's"},
                    {std::string("http://") + kOnion + "/listing/1", true, "host is the source's"},
                    {"https://shop.example/a", true, "host is the source's"},
                    {"https://shop.example:8443/a", false, "host is not one of the source's"},
                    {"http://shop.example:8080/a", false, "host is not one of the source's"},
                    {"http://www.shop.example/a", false, "host is not one of the source's"},
                    {"http://shop.example.evil.example/a", false, "host is not one of the source's"},
                    {"http://evil.example/?u=http://shop.example/", false, "host is not one of the source's"},
                });
}

TEST(Scope, HttpsIsNeverLoosenedToHttp) {
  Check(MakeSource({"https://shop.example/"}),
        {{"http://shop.example/", false, "host is not one of the source's"}});
}

TEST(Scope, FirstMatchingRuleDecides) {
  Check(MakeSource({"http://shop.example/start"}, {Exclude("*logout*"), Include("/listing/"),
                                                   Exclude("/listing/old/*"), Include("/vendor/*/reviews")}),
        {
            {"http://shop.example/listing/5", true, "include /listing/"},
            {"http://shop.example/listing/old/5", true, "include /listing/"},
            {"http://shop.example/listing/5?next=/logout", false, "exclude *logout*"},
            {"http://shop.example/vendor/ali/reviews", true, "include /vendor/*/reviews"},
            {"http://shop.example/vendor/ali/reviews?page=2", false, "no include rule matches"},
            {"http://shop.example/about", false, "no include rule matches"},
            {"http://shop.example/start", true, "seed"},
            {"https://shop.example/start", true, "seed"},
        });
}

TEST(Scope, OnlyExcludesLeaveTheRestIncluded) {
  Check(MakeSource({"http://shop.example/"}, {Exclude("/cart")}),
        {
            {"http://shop.example/cart/add?id=1", false, "exclude /cart"},
            {"http://shop.example/listing/1", true, "host is the source's"},
        });
}

TEST(Scope, RulesMayExcludeASeed) {
  Check(MakeSource({"http://shop.example/a"}, {Exclude("/a")}),
        {{"http://shop.example/a", false, "exclude /a"}});
}

TEST(Scope, PatternsMayBeWrittenInUrdu) {
  Check(MakeSource({"http://shop.example/"}, {Exclude("/چرس")}),
        {{"http://shop.example/چرس/1", false, "exclude /چرس"},
         {"http://shop.example/%DA%86%D8%B1%D8%B3", false, "exclude /چرس"}});
}

TEST(Scope, AddressesAndNearbyNamesAreRefusedEvenAsSeeds) {
  const std::vector<std::string> literals = {
      "http://127.0.0.1/",          "http://127.1/",      "http://0x7f.1/",
      "http://2130706433/",         "http://0177.0.0.1/", "http://[::1]/",
      "http://169.254.169.254/",    "http://10.0.0.1/",   "http://0/",
      "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/",  "http://8.8.8.8/",
      "http://0x08080808/"};
  const std::vector<std::string> names = {
      "http://localhost/",     "http://localhost:8080/x", "http://a.localhost/",
      "http://printer.local/", "http://router/",          "http://db.internal/",
      "http://nas.lan/",       "http://x.home.arpa/",     "http://LOCALHOST/"};
  for (const std::string& seed : literals) Check(MakeSource({seed}), {{seed, false, "ip literal"}});
  for (const std::string& seed : names) Check(MakeSource({seed}), {{seed, false, "localhost name"}});
  // A public name that only begins or ends like one.
  Check(MakeSource({"http://mylocal.example/"}), {{"http://mylocal.example/", true, "seed"}});
}

TEST(Scope, TestModeOpensOwnHostsOnly) {
  Source source = MakeSource({"http://127.0.0.1:8080/"});
  source.allow_private = true;
  Check(source, {
                    {"http://127.0.0.1:8080/a", true, "host is the source's"},
                    {"http://127.0.0.1:8081/a", false, "host is not one of the source's"},
                    {"http://localhost:8080/a", false, "host is not one of the source's"},
                });
}

TEST(Scope, OnionAddressesMustBeWhole) {
  const std::string good = std::string("http://") + kOnion + "/",
                    bad = std::string("http://") + kBadOnion + "/";
  Check(MakeSource({good}),
        {{good, true, "seed"},
         {"http://www." + std::string(kOnion) + "/", false, "host is not one of the source's"}});
  const ScopeDecision decision = Scope(MakeSource({bad})).Decide(*Url::Parse(bad));
  EXPECT_FALSE(decision.allowed);
  EXPECT_TRUE(decision.rule.starts_with("onion address: ")) << decision.rule;
  Check(MakeSource({"http://expyuzz4wqqyqhjn.onion/"}),
        {{"http://expyuzz4wqqyqhjn.onion/", false,
          "onion address: not 56 letters (version 2 addresses no longer exist)"}});
  Source direct = MakeSource({good});
  direct.route = Route::kDirect;
  Check(direct, {{good, false, "onion over a direct route"}});
}

TEST(Scope, PatternIsAPrefixOrAGlob) {
  const struct {
    std::string target, pattern;
    bool matches;
  } rows[] = {
      {"/listing/1", "/listing/", true},
      {"/listing", "/listing/", false},
      {"/a?b=1", "/a?b=", true},
      {"/a", "*", true},
      {"/a/b/c", "/a/*/c", true},
      {"/a/b/d", "/a/*/c", false},
      {"/aXbXc", "/a*b*c", true},
      {"/page/10", "*/page/*", true},
      {"/x?page=2", "*page=*", true},
      {"/a/b", "/a/*b*", true},
      {"/ab", "/a**b", true},
      {"/a", "", true},
      {"/a b", "/a b", true},
      {"/a/b", "/a/*/b", false},
  };
  for (const auto& row : rows) {
    const ScopeDecision decision = Scope(MakeSource({"http://shop.example/seed"}, {Include(row.pattern)}))
                                       .Decide(*Url::Parse("http://shop.example" + row.target));
    EXPECT_EQ(decision.allowed, row.matches)
        << row.target << " ~ " << row.pattern << " (" << decision.rule << ")";
  }
}

TEST(Scope, HostilePatternStaysCheap) {
  // Exponential in a matcher that recurses.
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "*a";
  const Scope scope(MakeSource({"http://shop.example/"}, {Exclude(pattern + "b")}));
  EXPECT_TRUE(scope.Decide(*Url::Parse("http://shop.example/" + std::string(8000, 'a'))).allowed);
}

}  // namespace
}  // namespace gasht
