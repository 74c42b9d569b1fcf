#include "extract/robots.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "base/file.h"
#include "base/json.h"
#include "tests/support/shared_data.h"

namespace gasht {
namespace {

bool Allowed(std::string_view robots, std::string_view agent, std::string_view url) {
  return DecideRobots(ParseRobots(robots, agent), url).allowed;
}

TEST(RobotsTest, Decisions) {
  const struct {
    const char* robots;
    const char* url;
    bool allowed;
  } rows[] = {
      {"", "/x", true},
      {"User-agent: *\nDisallow:\n", "/x", true},
      {"User-agent: *\nDisallow: /\n", "/", false},
      {"User-agent: *\rDisallow: /a\r\nAllow: /a/b\n", "/a/b/c", true},
      {"User-agent: *\nAllow: /a\nDisallow: /a\n", "/a", true},
      {"User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true},
      {"User-agent: *\nDisallow: /*.php$\n", "/x/y.php", false},
      {"User-agent: *\nDisallow: /*.php$\n", "/x/y.php?z", true},
      {"User-agent: *\nDisallow: /a*b*c\n", "/a-c-b-c", false},
      {"User-agent: *\nDisallow: /a*b*c\n", "/a-c-b", true},
      {"User-agent: *\nDisallow: /a*a$\n", "/a", true},
      {"User-agent: *\nDisallow: /a*a$\n", "/aa", false},
      // Groups of the same visitor are one; a group of its own leaves those for all out.
      {"User-agent: gasht\nDisallow: /a\nUser-agent: *\nDisallow: /\nUser-agent: Gasht/1.0\nDisallow: /b\n",
       "/b/c", false},
      {"User-agent: gasht\nDisallow: /a\nUser-agent: *\nDisallow: /\n", "/b", true},
      {"User-agent: gasht\nUser-agent: other\nDisallow: /a\n", "/a", false},
      {"User-agent: gashtest\nDisallow: /\n", "/", true},
      {"Disallow: /\n", "/", true},
      {"disallow /\nuser-agent *\ndisallow /\n", "/", false},
      {"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", "/", false},
      {"User-agent: *\nDisallow: /%e2%82%ac # the euro\n", "/%E2%82%AC", false},
      {"<html><body>User-agent: *\nnot found</body>", "/", true},
      {"User-agent: *\nDisallow: /secret\n", "http://shop.example/secret?x=1#y", false},
      {"User-agent: *\nDisallow: /secret\n", "http://shop.example", true},
  };
  for (const auto& row : rows)
    EXPECT_EQ(Allowed(row.robots, "gasht", row.url), row.allowed) << row.robots << " for " << row.url;
}

TEST(RobotsTest, NamesTheRule) {
  const RobotsRules rules = ParseRobots("User-agent: *\nDisallow: /a\nAllow: /a/b\n", "gasht");
  EXPECT_EQ(DecideRobots(rules, "/a/b").rule, "Allow: /a/b");
  EXPECT_EQ(DecideRobots(rules, "/a/c").rule, "Disallow: /a");
  EXPECT_EQ(DecideRobots(rules, "/x").rule, "");
}

TEST(RobotsTest, DelayAndSitemaps) {
  const RobotsRules rules = ParseRobots(
      "Sitemap: http://a.example/s.xml\nUser-agent: *\nCrawl-delay: 2.5\nDisallow: /x\n\n"
      "User-agent: other\nCrawl-delay: 60\nSitemap:/t.xml\n",
      "gasht");
  EXPECT_EQ(rules.crawl_delay, std::chrono::milliseconds(2500));
  EXPECT_EQ(rules.sitemaps, (std::vector<std::string>{"http://a.example/s.xml", "/t.xml"}));
  for (const char* delay : {"-1", "nan", "x", ""})
    EXPECT_EQ(ParseRobots(fmt::format("User-agent: *\nCrawl-delay: {}\n", delay), "gasht").crawl_delay,
              std::chrono::microseconds(0))
        << delay;
  EXPECT_EQ(ParseRobots("User-agent: *\nCrawl-delay: 1e30\n", "gasht").crawl_delay, std::chrono::hours(1));
}

TEST(RobotsTest, HostileFilesStayWithinBounds) {
  std::string many = "User-agent: *\n";
  while (many.size() < 2 * kMaxRobotsBytes) many += "Disallow: /*a*a*a*a*a*a*a*a*a$\n";
  const RobotsRules rules = ParseRobots(many, "gasht");
  EXPECT_EQ(rules.rules.size(), kMaxRobotsRules);
  EXPECT_TRUE(DecideRobots(rules, "/" + std::string(8000, 'a') + "b").allowed);
  const RobotsRules stars =
      ParseRobots("User-agent: *\nDisallow: /" + std::string(10'000, '*') + "\n", "gasht");
  EXPECT_FALSE(DecideRobots(stars, "/x").allowed);
  EXPECT_TRUE(ParseRobots(std::string(1 << 20, '\0'), "gasht").rules.empty());
}

TEST(RobotsTest, CasesOfTheReferenceParsers) {
  const auto dir = SharedDataDir("16-robots-txt-cases");
  if (!dir) GTEST_SKIP() << "no shared data";
  const auto text = ReadFile(*dir + "/cases.jsonl", 16 << 20);
  ASSERT_TRUE(text.ok());
  std::istringstream lines(*text);
  int cases = 0;
  for (std::string line; std::getline(lines, line); ++cases) {
    const auto row = Json::Parse(line);
    ASSERT_TRUE(row.ok()) << line;
    EXPECT_EQ(Allowed(row->StringOr("robots_txt"), row->StringOr("agent"), row->StringOr("url")),
              row->Find("allowed")->as_bool())
        << line;
  }
  EXPECT_EQ(cases, 191);
}

TEST(RobotsTest, RealFilesAreRead) {
  const auto dir = SharedDataDir("17-robots-txt-real");
  if (!dir) GTEST_SKIP() << "no shared data";
  const std::string folder = testing::TempDir() + "gasht-robots-17";
  std::filesystem::create_directories(folder);
  ASSERT_EQ(std::system(fmt::format("tar -xzf '{}/robots.tar.gz' -C '{}'", *dir, folder).c_str()), 0);
  int files = 0, with_rules = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    const auto text = ReadFile(file.path().string(), 4 << 20);
    ASSERT_TRUE(text.ok()) << file.path();
    const RobotsRules rules = ParseRobots(*text, "gasht");
    ++files;
    with_rules += rules.rules.empty() ? 0 : 1;
    for (const RobotsRule& rule : rules.rules) {
      // A pattern without wildcards matches itself; what decides has a pattern at least as long.
      if (rule.pattern[0] != '/' || rule.pattern.find_first_of("*$?;#") != std::string::npos) continue;
      EXPECT_NE(DecideRobots(rules, rule.pattern).rule, "") << file.path() << " " << rule.pattern;
    }
  }
  std::filesystem::remove_all(folder);
  EXPECT_EQ(files, 699);
  EXPECT_GT(with_rules, 500);
}

}  // namespace
}  // namespace gasht
