#include "tests/market/market_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "config/config.h"
#include "tests/market/site.h"

namespace gasht {
namespace {

// Sends `request` to the server and returns all it answers until it closes.
std::string Exchange(uint16_t port, const std::string& request) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
      send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size())) {
    char chunk[8192];
    for (ssize_t n; (n = recv(fd, chunk, sizeof chunk, 0)) > 0;) answer.append(chunk, static_cast<size_t>(n));
  }
  close(fd);
  return answer;
}

std::string Request(std::string_view method, std::string_view target) {
  return std::string(method) + " " + std::string(target) +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != text.npos;
}

size_t Count(std::string_view text, std::string_view part) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
  return count;
}

// What the page's href and src attributes name, without fragments. Our own pages quote them all.
std::vector<std::string> Links(std::string_view html) {
  std::vector<std::string> links;
  for (std::string_view attribute : {"href=\"", "src=\""}) {
    for (size_t at = 0; (at = html.find(attribute, at)) != html.npos;) {
      at += attribute.size();
      std::string link(html.substr(at, html.find('"', at) - at));
      for (size_t amp; (amp = link.find("&amp;")) != link.npos;) link.replace(amp, 5, "&");
      link.resize(std::min(link.size(), link.find('#')));
      if (!link.empty()) links.push_back(link);
    }
  }
  return links;
}

// What a visitor finds who follows every link from the start.
struct Visit {
  std::set<std::string> found;      // answered 200 or 302
  std::set<std::string> missing;    // answered 404
  std::set<std::string> elsewhere;  // other sites
  std::set<std::string> sessions;   // with a session parameter
  size_t pages = 0, images = 0, redirects = 0, logins = 0, captchas = 0;
};

Visit Walk(const Site& site) {
  Visit visit;
  std::set<std::string> seen{site.start};
  std::deque<std::string> queue{site.start};
  while (!queue.empty()) {
    const std::string target = queue.front();
    queue.pop_front();
    if (target[0] != '/') {
      visit.elsewhere.insert(target);
      continue;
    }
    const Response response = site.respond(target);
    const bool session = Contains(target, "sid=");
    if (session) visit.sessions.insert(target);
    if (response.status == 404) {
      visit.missing.insert(target);
      continue;
    }
    if (!session) visit.found.insert(target);
    std::vector<std::string> next = Links(response.body);
    if (response.status == 302) {
      ++visit.redirects;
      next.push_back(response.location);
    } else if (response.content_type == "image/png") {
      ++visit.images;
    } else {
      EXPECT_EQ(response.content_type, "text/html; charset=utf-8") << site.name << target;
      EXPECT_TRUE(IsValidUtf8(response.body)) << site.name << target;
      EXPECT_EQ(response.status, 200) << site.name << target;
      if (!session) ++visit.pages;
      if (Contains(response.body, "type=\"password\"")) ++visit.logins;
      if (Contains(response.body, "name=\"captcha\"")) ++visit.captchas;
    }
    for (const std::string& link : next) {
      if (seen.insert(link).second) queue.push_back(link);
    }
  }
  return visit;
}

std::set<std::string> AsSet(const std::vector<std::string>& list) {
  return {list.begin(), list.end()};
}

TEST(MarketTest, EveryLinkLeadsToAPageAndEveryPageIsLinked) {
  std::vector<Site> sites = DemoSites();
  sites.push_back(BenchSite(57));
  for (const Site& site : sites) {
    const Visit visit = Walk(site);
    EXPECT_EQ(visit.found, AsSet(site.targets)) << site.name;
    EXPECT_EQ(visit.missing, AsSet(site.missing)) << site.name;
  }
}

TEST(MarketTest, EachSiteHasWhatACrawlerMeets) {
  const struct {
    std::string_view name;
    size_t pages, images;
  } cases[] = {{"bazaar", 39, 24}, {"mandi", 31, 22}, {"baithak", 33, 3}};
  const std::vector<Site> sites = DemoSites();
  ASSERT_EQ(sites.size(), std::size(cases));
  for (size_t i = 0; i < sites.size(); ++i) {
    const Visit visit = Walk(sites[i]);
    EXPECT_EQ(sites[i].name, cases[i].name);
    EXPECT_EQ(visit.pages, cases[i].pages) << sites[i].name;
    EXPECT_EQ(visit.images, cases[i].images) << sites[i].name;
    EXPECT_EQ(visit.redirects, 1U) << sites[i].name;
    EXPECT_EQ(visit.missing.size(), 1U) << sites[i].name;
    EXPECT_EQ(visit.sessions.size(), 1U) << sites[i].name;
    EXPECT_EQ(visit.logins, 1U) << sites[i].name;
    EXPECT_EQ(visit.captchas, 1U) << sites[i].name;
    EXPECT_FALSE(visit.elsewhere.empty()) << sites[i].name;
  }
}

TEST(MarketTest, TemplatesAreFilled) {
  for (const Site& site : DemoSites()) {
    for (const std::string& target : site.targets) {
      const std::string body = site.respond(target).body;
      for (std::string_view left : {"{title}", "{body}", "{id}", "{item}", "{text}", "{target}"}) {
        EXPECT_FALSE(Contains(body, left)) << site.name << target << " has " << left;
      }
    }
  }
}

TEST(MarketTest, FillReplacesOnlyWhatItIsGiven) {
  const struct {
    std::string_view text, filled;
  } cases[] = {{"", ""},     {"{a}", "1"},       {"x{a}y{bb}", "x1y{a}"}, {"{", "{"},
               {"{a", "{a"}, {"{c}{a}", "{c}1"}, {"p { q }", "p { q }"},  {"{{a}}", "{1}"}};
  for (const auto& c : cases) EXPECT_EQ(Fill(c.text, {{"a", "1"}, {"bb", "{a}"}}), c.filled) << c.text;
}

TEST(MarketTest, BenchPagesHaveTheStatedSize) {
  const Site site = BenchSite(3000);
  ASSERT_EQ(site.targets.size(), 3000U);
  for (size_t page = 0; page < site.targets.size(); page += 199) {
    const std::string body = site.respond(site.targets[page]).body;
    EXPECT_GT(body.size(), 20'000U) << site.targets[page];
    EXPECT_LT(body.size(), 22'500U) << site.targets[page];
    EXPECT_EQ(Count(body, "<div class=\"listing\""), 40U) << site.targets[page];
    EXPECT_EQ(body, BenchSite(3000).respond(site.targets[page]).body) << site.targets[page];
  }
  for (std::string_view absent :
       {"/page/0.html", "/page/3001.html", "/page/.html", "/page/1.htm", "/", "/page/1"}) {
    EXPECT_EQ(site.respond(absent).status, 404) << absent;
  }
}

// As the patrol itself reads it, for each way a site is served.
TEST(MarketTest, SourceYamlIsAValidSource) {
  std::vector<Site> sites = DemoSites();
  sites.push_back(BenchSite(1));
  for (const std::string base :
       {"http://127.0.0.1:81", "http://6rmivkfmxol7mx2vdvv3knsoxmxuplagvoab3kjyedvux4yyfisqjoyd.onion"}) {
    for (const Site& site : sites) {
      const std::string dir = testing::TempDir() + "market_test_config";
      std::filesystem::create_directories(dir + "/sources.d");
      ASSERT_TRUE(WriteFileAtomically(dir + "/gasht.yaml",
                                      "store: store\ntest_mode: true\ntor:\n  socks: 127.0.0.1:9050\n")
                      .ok());
      ASSERT_TRUE(WriteFileAtomically(dir + "/sources.d/site.yaml", SourceYaml(site, base, "25ms")).ok());
      const auto config = LoadConfig(dir, *ParseRfc3339("2026-06-01T00:00:00Z"));
      std::filesystem::remove_all(dir);
      ASSERT_TRUE(config.ok()) << site.name << " " << config.status().message();
      ASSERT_EQ(config->sources.size(), 1U);
      const Source& source = config->sources[0];
      EXPECT_EQ(source.id.value, site.name);
      EXPECT_EQ(SourceKindName(source.kind), site.kind);
      EXPECT_EQ(source.seeds.at(0).str(), base + site.start);
      EXPECT_EQ(source.route, base.ends_with("onion") ? Route::kTor : Route::kDirect);
      EXPECT_EQ(source.politeness.delay, std::chrono::milliseconds(25));
      EXPECT_FALSE(source.profile.empty());
      EXPECT_TRUE(config->warnings.empty()) << site.name << " " << config->warnings[0];
    }
  }
}

TEST(MarketServerTest, AnswersAsTheSiteDoes) {
  auto server = MarketServer::Start(BazaarSite());
  ASSERT_TRUE(server.ok()) << server.status().message();
  const struct {
    std::string_view method, target, status, header;
    bool body;
  } cases[] = {
      {"GET", "/", "200", "Content-Type: text/html; charset=utf-8", true},
      {"GET", "/listings?page=2&sid=1", "200", "Content-Type: text/html; charset=utf-8", true},
      {"GET", "/listing/99", "404", "Content-Type: text/html; charset=utf-8", true},
      {"GET", "/deal", "302", "Location: /listing/2", true},
      {"GET", "/img/1.png", "200", "Content-Type: image/png", true},
      {"HEAD", "/", "200", "Content-Type: text/html; charset=utf-8", false},
      {"POST", "/login", "405", "", true},
  };
  for (const auto& c : cases) {
    const std::string answer = Exchange((*server)->port(), Request(c.method, c.target));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::string(c.status))) << c.method << c.target << answer;
    EXPECT_TRUE(Contains(answer, c.header)) << c.method << c.target << answer;
    const size_t head = answer.find("\r\n\r\n");
    ASSERT_NE(head, answer.npos) << c.method << c.target;
    EXPECT_EQ(answer.size() > head + 4, c.body) << c.method << c.target;
  }
  EXPECT_EQ((*server)->hits()["/"], 2);
  EXPECT_EQ((*server)->hits()["/listing/99"], 1);
  EXPECT_EQ((*server)->hits().count("/help"), 0U);
}

TEST(MarketServerTest, KeepsAConnectionOpen) {
  auto server = MarketServer::Start(MandiSite());
  ASSERT_TRUE(server.ok());
  const std::string first = "GET /rabta.php HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string answer = Exchange((*server)->port(), first + Request("GET", "/order.php"));
  EXPECT_EQ(Count(answer, "HTTP/1.1 200 OK"), 2U) << answer;
}

TEST(MarketServerTest, WaitsBeforeItAnswers) {
  auto server = MarketServer::Start(MandiSite());
  ASSERT_TRUE(server.ok());
  (*server)->set_delay(std::chrono::milliseconds(60));
  const SystemClock clock;
  const MonotonicTime before = clock.Monotonic();
  EXPECT_TRUE(Contains(Exchange((*server)->port(), Request("GET", "/rabta.php")), "200 OK"));
  EXPECT_GE(clock.Monotonic() - before, std::chrono::milliseconds(60));
}

TEST(MarketServerTest, RefusesATakenPort) {
  auto server = MarketServer::Start(MandiSite());
  ASSERT_TRUE(server.ok());
  EXPECT_EQ(MarketServer::Start(MandiSite(), (*server)->port()).status().code(), StatusCode::kUnavailable);
}

TEST(MarketServerTest, StopsWhileAClientWaits) {
  auto server = MarketServer::Start(MandiSite());
  ASSERT_TRUE(server.ok());
  (*server)->set_delay(std::chrono::hours(1));
  const uint16_t port = (*server)->port();
  std::string answer = "unset";
  std::jthread client([&] { answer = Exchange(port, Request("GET", "/rabta.php")); });
  while ((*server)->hits().empty()) std::this_thread::yield();
  server->reset();
  client.join();
  EXPECT_EQ(answer, "");
}

}  // namespace
}  // namespace gasht
