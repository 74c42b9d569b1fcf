// Promises 6 and 7: not one packet leaves but through the configured endpoint, and no internal address is ever
// contacted. The real program patrols a hostile site through a recording SOCKS proxy, with everything in its
// environment that could lead it astray, while strace writes down every socket and every destination of it and all
// its children.

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "crawler/scope.h"
#include "crawler/test_server.h"
#include "tests/demo/demo_world.h"
#include "tests/support/temporary_folder.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

constexpr char kHost[] = "shop.example";
constexpr size_t kMaxOutput = 256u << 20;

// Ways to write an address that is not the world's: "PORT" is a canary's. What a browser, a resolver or a careless
// parser would take for loopback, a private network, a link-local one or a cloud's metadata.
const std::vector<std::string>& InternalSpellings() {
  static const std::vector<std::string> spellings = {
      "127.0.0.1:PORT",
      "127.0.0.1",
      "127.1:PORT",
      "127.0.1:PORT",
      "127.127.127.127:PORT",
      "127.0.0.1.:PORT",
      "0:PORT",
      "0.0.0.0:PORT",
      "0.0:PORT",
      "00000:PORT",
      "0x0:PORT",
      "2130706433:PORT",
      "0x7f000001:PORT",
      "0x7F000001:PORT",
      "0x7f.0x0.0x0.0x1:PORT",
      "0x7f.1:PORT",
      "0177.0.0.1:PORT",
      "0177.0.0.01:PORT",
      "017700000001:PORT",
      "0177.1:PORT",
      "0x7f.0.0.1:PORT",
      "127.0x0.0.1:PORT",
      "127.000.000.001:PORT",
      "4294967295:PORT",
      "%31%32%37.0.0.1:PORT",
      "127%2e0%2e0%2e1:PORT",
      "127\xe3\x80\x82"
      "0\xe3\x80\x82"
      "0\xe3\x80\x82"
      "1:PORT",
      "\xef\xbc\x91\xef\xbc\x92\xef\xbc\x97.0.0.1:PORT",
      "\xe2\x91\xa0\xe2\x91\xa1\xe2\x91\xa6.0.0.1:PORT",
      "localhost:PORT",
      "LOCALHOST:PORT",
      "LocalHost:PORT",
      "localhost.:PORT",
      "localhost.localdomain:PORT",
      "a.localhost:PORT",
      "local%68ost:PORT",
      "ip6-localhost:PORT",
      "ip6-loopback:PORT",
      "broadcasthost:PORT",
      "[::1]:PORT",
      "[0:0:0:0:0:0:0:1]:PORT",
      "[0000:0000:0000:0000:0000:0000:0000:0001]:PORT",
      "[::]:PORT",
      "[::ffff:127.0.0.1]:PORT",
      "[::ffff:7f00:1]:PORT",
      "[::127.0.0.1]:PORT",
      "[64:ff9b::7f00:1]:PORT",
      "[2002:7f00:1::]:PORT",
      "[fe80::1]:PORT",
      "[fe80::1%25lo]:PORT",
      "[fc00::1]:PORT",
      "[fd12:3456:789a::1]:PORT",
      "[fec0::1]:PORT",
      "[ff02::1]:PORT",
      "[2001:db8::1]:PORT",
      "[100::1]:PORT",
      "[::ffff:10.0.0.1]:PORT",
      "10.0.0.1:PORT",
      "10.255.255.255:PORT",
      "0xa.0.0.1:PORT",
      "167772161:PORT",
      "172.16.0.1:PORT",
      "172.31.255.254:PORT",
      "192.168.0.1:PORT",
      "192.168.1.1:PORT",
      "0xc0a80101:PORT",
      "3232235777:PORT",
      "100.64.0.1:PORT",
      "169.254.169.254",
      "169.254.169.254:PORT",
      "0xa9fea9fe:PORT",
      "2852039166:PORT",
      "169.254.43518:PORT",
      "0251.0376.0251.0376:PORT",
      "[fd00:ec2::254]:PORT",
      "[::ffff:169.254.169.254]:PORT",
      "metadata.google.internal:PORT",
      "instance-data.local:PORT",
      "router.local:PORT",
      "nas.lan:PORT",
      "intranet:PORT",
      "fritz.box.home.arpa:PORT",
      "host.docker.internal:PORT",
      "printer.localdomain:PORT",
      "192.0.0.1:PORT",
      "198.18.0.1:PORT",
      "224.0.0.1:PORT",
      "240.0.0.1:PORT",
      "255.255.255.255:PORT",
      "user@127.0.0.1:PORT",
      "shop.example@127.0.0.1:PORT",
      "shop.example:80@127.0.0.1:PORT",
      "127.0.0.1:PORT#@shop.example",
      "127.0.0.1:PORT\\@shop.example",
      "shop.example.127.0.0.1.nip.io:PORT",
  };
  return spellings;
}

std::string UrlOf(std::string spelling, uint16_t port) {
  if (const size_t at = spelling.find("PORT"); at != std::string::npos)
    spelling.replace(at, 4, std::to_string(port));
  return "http://" + spelling + "/canary";
}

struct Ended {
  int status = -1;
  std::string out;
};

// Runs a program with its output in a file; `poison` sets what must not matter.
Ended Execute(const TemporaryFolder& folder, const std::vector<std::string>& command,
              const std::map<std::string, std::string>& environment) {
  const std::string out = folder.path() + "/out";
  const pid_t child = fork();
  if (child == 0) {
    dup2(open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> argv;
    for (const std::string& argument : command) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          ReadFile(out, kMaxOutput).value_or("")};
}

bool MayTrace(const TemporaryFolder& folder) {
  return Execute(folder, {"strace", "-f", "-o", "/dev/null", "true"}, {}).status == 0;
}

// What strace saw: the sockets that were opened, and where bytes went.
struct Trace {
  std::vector<std::string> internet_sockets;  // that opened
  std::vector<std::string> destinations;      // lines that name an Internet address
  size_t lines = 0;
};

Trace ReadTrace(const std::string& file) {
  Trace trace;
  std::istringstream lines(ReadFile(file, kMaxOutput).value_or(""));
  for (std::string line; std::getline(lines, line);) {
    ++trace.lines;
    const bool opens = line.find(" socket(") != std::string::npos;
    const bool failed = line.find(") = -1 ") != std::string::npos;
    // Every family that reaches beyond this process: Unix sockets are ours.
    if (opens && !failed && line.find("socket(AF_UNIX") == std::string::npos)
      trace.internet_sockets.push_back(line);
    if (!opens && (line.find("AF_INET") != std::string::npos || line.find("AF_PACKET") != std::string::npos))
      trace.destinations.push_back(line);
  }
  return trace;
}

// A site that tries everything.
class HostileSite {
 public:
  explicit HostileSite(uint16_t canary)
      : canary_(canary), server_([this](const auto& request, const auto& connection) {
          return Respond(request, connection);
        }) {}
  uint16_t port() const { return server_.port(); }
  std::vector<std::string> targets() const { return server_.targets(); }

 private:
  bool Respond(const TestServer::Request& request, const TestConnection& connection) const {
    const std::string& target = request.target;
    const auto number = [&target] { return std::stoul(target.substr(target.rfind('/') + 1)); };
    if (target == "/") return connection.Write(TestServer::Page(Index()));
    // Without this the site's robots.txt would be unreadable, which forbids everything (RFC 9309, 2.3.1.4).
    if (target == "/robots.txt") return connection.Write(TestServer::Page("no", "404 Not Found"));
    if (target.starts_with("/redirect/"))
      return connection.Write(
          TestServer::Page("", "302 Found", fmt::format("Location: {}\r\n", Internal(number()))));
    if (target.starts_with("/refresh/"))
      return connection.Write(TestServer::Page(
          fmt::format("<html><head><meta http-equiv=refresh content='0; url={}'></head><body><h1>Charas and "
                      "garda</h1><p>Our menu has moved.</p></body></html>",
                      Internal(number()))));
    if (target == "/loop") return connection.Write(TestServer::Page("", "302 Found", "Location: /loop\r\n"));
    if (target.starts_with("/chain/"))
      return connection.Write(
          TestServer::Page("", "302 Found", fmt::format("Location: /chain/{}\r\n", number() + 1)));
    if (target == "/headers")
      return connection.Write(TestServer::Page(
          "<p>hi</p>", "200 OK",
          fmt::format(
              "Refresh: 0; url=http://127.0.0.1:{0}/\r\nLink: <http://127.0.0.1:{0}/>; rel=preload\r\n"
              "Alt-Svc: h2=\"127.0.0.1:{0}\"\r\nSet-Cookie: a=b\r\n",
              canary_)));
    connection.Write("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\nnot gzip");
    return false;
  }

  std::string Internal(size_t i) const { return UrlOf(InternalSpellings().at(i), canary_); }

  std::string Index() const {
    std::string html =
        "<html><body><a href='/loop'>l</a><a href='/chain/1'>c</a><a href='/headers'>h</a><a "
        "href='/broken'>b</a>";
    for (size_t i = 0; i < InternalSpellings().size(); ++i) {
      html += fmt::format(
          "<a href='{0}'>x</a><a href='/redirect/{1}'>r</a><a href='/refresh/{1}'>m</a>"
          "<img src='{0}'><iframe src='{0}'></iframe><link rel=stylesheet href='{0}'>",
          Internal(i), i);
    }
    return html + "<form action='http://127.0.0.1:1/'><input name=q></form></body></html>";
  }

  const uint16_t canary_;
  const TestServer server_;
};

Status Configure(const TemporaryFolder& folder, const std::string& socks) {
  DemoConfig config;
  config.dir = folder.path() + "/config";
  config.socks = socks;
  config.connections_per_source = 4;
  config.sources["hostile"] = fmt::format(R"(id: hostile
kind: market
route: tor
seeds: ["http://{}/"]
authority: {{reference: "TEST/1", purpose: "leak test", valid_from: 2020-01-01, valid_until: 2099-12-31}}
politeness: {{delay: 1ms, max_depth: 3}}
)",
                                          kHost);
  return WriteDemoConfig(config);
}

std::map<std::string, std::string> Poison(const std::string& trap) {
  std::map<std::string, std::string> environment;
  for (const char* name :
       {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
    environment[name] = "socks5h://" + trap;
  for (const char* name : {"no_proxy", "NO_PROXY"}) environment[name] = "*";
  environment["LOCALDOMAIN"] = "poisoned.example";
  environment["RES_OPTIONS"] = "attempts:1 timeout:1";
  environment["HOSTALIASES"] = "/tmp/poisoned-aliases";
  environment["RESOLV_HOST_CONF"] = "/tmp/poisoned-hosts";
  environment["CURL_HOME"] = "/tmp/poisoned";
  environment["SSLKEYLOGFILE"] = "/tmp/poisoned-keys";
  environment["SSL_CERT_FILE"] = "/tmp/poisoned-certificates";
  return environment;
}

std::vector<Json> Lines(const std::string& text) {
  std::vector<Json> objects;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (auto parsed = Json::Parse(line); parsed.ok()) objects.push_back(std::move(*parsed));
  }
  return objects;
}

std::string Text(const Json& object, std::string_view key) {
  const Json* const value = object.Find(key);
  return value != nullptr && value->is_string() ? value->as_string() : std::string();
}

// Where a patrol's SOCKS port is.
class Leak : public testing::TestWithParam<bool> {};

TEST_P(Leak, NothingLeavesButThroughTheConfiguredEndpoint) {
  const bool over_unix = GetParam();
  const TemporaryFolder folder;
  // Whoever comes here was led astray.
  const TestServer canary(TestServer::Table({})), trap(TestServer::Table({}));
  const HostileSite site(canary.port());
  const RecordingSocks socks(site.port(), over_unix ? folder.path() + "/socks" : "");
  const std::string endpoint = over_unix ? "unix:" + folder.path() + "/socks" : socks.endpoint();
  ASSERT_EQ(Configure(folder, endpoint), Status::Ok());

  const bool traced = MayTrace(folder);
  const std::string trace_file = folder.path() + "/trace", config = folder.path() + "/config";
  std::vector<std::string> command = {GASHT_PROGRAM, "--config", config, "--json", "patrol", "--once"};
  if (traced) {
    const std::vector<std::string> strace = {
        "strace", "-f", "-qq", "-o", trace_file, "-e", "trace=socket,connect,sendto,sendmsg,sendmmsg,bind"};
    command.insert(command.begin(), strace.begin(), strace.end());
  }
  const Ended patrol = Execute(folder, command, Poison(fmt::format("127.0.0.1:{}", trap.port())));
  ASSERT_EQ(patrol.status, 0) << patrol.out;

  // It saw the whole site, every redirect and every refresh.
  const size_t count = InternalSpellings().size();
  ASSERT_GE(count, 80u);
  const std::vector<std::string> targets = site.targets();
  const std::set<std::string> seen(targets.begin(), targets.end());
  for (size_t i = 0; i < count; ++i) {
    EXPECT_TRUE(seen.contains(fmt::format("/redirect/{}", i))) << InternalSpellings()[i];
    EXPECT_TRUE(seen.contains(fmt::format("/refresh/{}", i))) << InternalSpellings()[i];
  }
  // And asked the proxy for that site only, by name.
  for (const RecordingSocks::Asked& asked : socks.asked()) {
    EXPECT_EQ(asked.host, kHost);
    EXPECT_EQ(asked.address_type, 3);
    EXPECT_EQ(asked.port, 80);
  }
  EXPECT_TRUE(canary.requests().empty()) << canary.requests().front().head;
  EXPECT_TRUE(trap.requests().empty());

  // Every redirect that led inside is on record with the reason why it was not followed.
  const Ended listed = Execute(
      folder, {GASHT_PROGRAM, "--config", config, "--json", "evidence", "list", "--limit", "10000"}, {});
  ASSERT_EQ(listed.status, 0) << listed.out;
  size_t refused = 0;
  for (const Json& capture : Lines(listed.out)) {
    const std::string url = Text(capture, "url");
    if (url.find("/redirect/") == std::string::npos) continue;
    ++refused;
    EXPECT_EQ(Text(capture, "outcome"), "blocked_by_scope") << url;
    EXPECT_TRUE(Text(capture, "detail").starts_with("redirect out of scope: "))
        << url << ": " << Text(capture, "detail");
    EXPECT_GT(Text(capture, "detail").size(), std::string_view("redirect out of scope: ").size()) << url;
  }
  EXPECT_EQ(refused, count);

  if (!traced)
    GTEST_SKIP()
        << "ptrace is not permitted here, so no system call was watched: only the proxy, the canaries and "
           "the trap were. Run this where strace works (not in a container without SYS_PTRACE)";
  const Trace trace = ReadTrace(trace_file);
  EXPECT_GT(trace.lines, count) << "strace saw too little to be believed";
  const std::string only =
      over_unix ? "no address at all"
                : fmt::format("sin_port=htons({}), sin_addr=inet_addr(\"127.0.0.1\")", socks.port());
  for (const std::string& line : trace.destinations) EXPECT_NE(line.find(only), std::string::npos) << line;
  for (const std::string& line : trace.internet_sockets) {
    EXPECT_FALSE(over_unix) << line;
    EXPECT_NE(line.find("socket(AF_INET, SOCK_STREAM"), std::string::npos) << line;
  }
  // Each of them went to the proxy.
  const size_t connects = static_cast<size_t>(
      std::count_if(trace.destinations.begin(), trace.destinations.end(),
                    [](const std::string& line) { return line.find(" connect(") != std::string::npos; }));
  EXPECT_LE(trace.internet_sockets.size(), connects);
  if (!over_unix) {
    EXPECT_GT(connects, 0u);
  }
  fmt::print("{} system calls watched, {} Internet sockets, all to the SOCKS port\n", trace.lines,
             trace.internet_sockets.size());
}
INSTANTIATE_TEST_SUITE_P(Tcp, Leak, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Unix, Leak, testing::Values(true));

// As a seed, an internal address is refused with its reason, whatever the operator wrote in scope.
TEST(InternalAddress, IsNoSeedAndNoLink) {
  constexpr uint16_t kPort = 8080;
  for (const Route route : {Route::kTor, Route::kDirect}) {
    for (const std::string& spelling : InternalSpellings()) {
      const std::string text = UrlOf(spelling, kPort);
      const Result<Url> url = Url::Parse(text);
      if (!url.ok()) {
        EXPECT_FALSE(url.status().message().empty()) << text;
        continue;
      }
      Source source;
      source.id = {"inside"};
      source.route = route;
      source.seeds = {*url};
      const ScopeDecision as_seed = Scope(source).Decide(*url);
      EXPECT_FALSE(as_seed.rule.empty()) << text;
      // Names that only a resolver could tell from others are left to it: through Tor they go to the exit, directly
      // every resolved address is checked.
      const bool is_name = spelling.find("nip.io") != std::string::npos;
      EXPECT_EQ(as_seed.allowed, is_name) << text << ": " << as_seed.rule;
      source.seeds = {*Url::Parse("http://shop.example/")};
      EXPECT_FALSE(Scope(source).Decide(*url).allowed) << text;
    }
  }
}

}  // namespace
}  // namespace gasht
