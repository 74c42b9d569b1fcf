#include "crawler/tor_check.h"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/file.h"
#include "crawler/test_server.h"

namespace gasht {
namespace {

// A control port with the given answers; asks for the cookie when it has one.
class FakeControlPort {
 public:
  struct Script {
    std::string methods = "NULL";
    std::string cookie_file;
    std::string cookie;
    std::string phase = "NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\"";
    std::string circuit = "1";
    std::string live = "up";
    // What GETCONF gives, by key.
    std::map<std::string, std::vector<std::string>> torrc = {
        {"SocksPort", {"127.0.0.1:9050 IsolateSOCKSAuth ExtendedErrors"}}};
    // Lines of circuit-status, made when asked for.
    std::function<std::vector<std::string>()> circuits = [] { return std::vector<std::string>(); };
  };
  explicit FakeControlPort(Script script)
      : script_(std::move(script)), listener_([this](const TestConnection& c) { Serve(c); }) {}
  std::string endpoint() const { return fmt::format("127.0.0.1:{}", listener_.port()); }

 private:
  void Serve(const TestConnection& connection) const {
    std::string buffer;
    bool authenticated = false;
    std::string expected =
        script_.methods == "NULL" ? "AUTHENTICATE" : "AUTHENTICATE " + HexEncode(script_.cookie);
    for (;;) {
      size_t end = 0;
      while ((end = buffer.find("\r\n")) == std::string::npos) {
        const std::string piece = connection.Read();
        if (piece.empty()) return;
        buffer += piece;
      }
      const std::string line = buffer.substr(0, end);
      buffer.erase(0, end + 2);
      if (line == "PROTOCOLINFO 1") {
        connection.Write(
            fmt::format("250-PROTOCOLINFO 1\r\n250-AUTH METHODS={} COOKIEFILE=\"{}\"\r\n"
                        "250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n",
                        script_.methods, script_.cookie_file));
      } else if (line.starts_with("AUTHCHALLENGE SAFECOOKIE ")) {
        const std::string server_nonce(32, 'n');
        const std::string said = script_.cookie + HexDecode(line.substr(25)).value_or("") + server_nonce;
        expected =
            "AUTHENTICATE " +
            HexEncode(HmacSha256("Tor safe cookie authentication controller-to-server hash", said).view());
        connection.Write(fmt::format(
            "250 AUTHCHALLENGE SERVERHASH={} SERVERNONCE={}\r\n",
            HexEncode(HmacSha256("Tor safe cookie authentication server-to-controller hash", said).view()),
            HexEncode(server_nonce)));
      } else if (line.starts_with("AUTHENTICATE")) {
        authenticated = line == expected;
        if (!connection.Write(authenticated ? "250 OK\r\n" : "515 Authentication failed\r\n") ||
            !authenticated)
          return;
      } else if (!authenticated) {
        connection.Write("514 Authentication required.\r\n");
      } else if (line == "GETINFO status/bootstrap-phase") {
        connection.Write(fmt::format("250-status/bootstrap-phase={}\r\n250 OK\r\n", script_.phase));
      } else if (line == "GETINFO version") {
        connection.Write("250-version=0.4.9.3 (git-abc)\r\n250 OK\r\n");
      } else if (line == "GETINFO network-liveness") {
        connection.Write(fmt::format("250-network-liveness={}\r\n250 OK\r\n", script_.live));
      } else if (line == "GETINFO circuit-status") {
        connection.Write(fmt::format("250+circuit-status=\r\n{}\r\n.\r\n250 OK\r\n",
                                     fmt::join(script_.circuits(), "\r\n")));
      } else if (line.starts_with("GETCONF ")) {
        const std::string key = line.substr(8);
        const auto found = script_.torrc.find(key);
        if (found != script_.torrc.end())
          for (const std::string& value : found->second)
            connection.Write(fmt::format("250-{}={}\r\n", key, value));
        connection.Write(fmt::format("250 {}\r\n", key));
      } else if (line == "GETINFO status/circuit-established") {
        connection.Write(fmt::format("250-status/circuit-established={}\r\n250 OK\r\n", script_.circuit));
      } else {
        connection.Write("510 Unrecognized command\r\n");
      }
    }
  }

  const Script script_;
  TestListener listener_;
};

// The check over a working SOCKS port and this control port; "" when Tor is fit, else the words for the operator.
std::string Check(FakeControlPort::Script script, const std::string& cookie_path = "") {
  const RecordingSocks socks(1);
  const FakeControlPort control(std::move(script));
  TorConfig tor;
  tor.socks = {socks.endpoint()};
  tor.control = control.endpoint();
  tor.cookie = cookie_path;
  const Status status = CheckTorReady(tor);
  EXPECT_TRUE(status.ok() || status.code() == StatusCode::kUnavailable) << status.message();
  return status.message();
}

void ExpectSays(const std::string& message, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    EXPECT_NE(message.find(part), std::string::npos) << message << " lacks " << part;
}

std::string ClosedEndpoint() {
  const TestListener gone([](const TestConnection&) {});
  return fmt::format("127.0.0.1:{}", gone.port());
}

TorConfig OnlySocks(std::vector<std::string> socks) {
  TorConfig tor;
  tor.socks = std::move(socks);
  return tor;
}

TEST(TorCheck, SocksPortAloneIsEnoughWithoutAControlPort) {
  const RecordingSocks socks(1), second(1);
  EXPECT_TRUE(CheckTorReady(OnlySocks({socks.endpoint()})).ok());
  EXPECT_TRUE(CheckTorReady(OnlySocks({socks.endpoint(), second.endpoint()})).ok());
}

TEST(TorCheck, NothingListens) {
  const Status status = CheckTorReady(OnlySocks({ClosedEndpoint()}));
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  ExpectSays(status.message(), {"no Tor at 127.0.0.1:", "apt install tor", "systemctl start tor"});
  ExpectSays(CheckTorReady(OnlySocks({"unix:/nonexistent/socks"})).message(),
             {"no Tor at unix:/nonexistent/socks", "No such file"});
}

TEST(TorCheck, SomethingElseListens) {
  const TestListener web([](const TestConnection& c) {
    c.Read();
    c.Write("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  const TestListener silent([](const TestConnection& c) { c.Hold(); });
  for (const TestListener* listener : {&web, &silent}) {
    TorConfig tor;
    tor.socks = {fmt::format("127.0.0.1:{}", listener->port())};
    const Status status = CheckTorReady(tor, std::chrono::milliseconds(100));
    EXPECT_EQ(status.code(), StatusCode::kUnavailable);
    ExpectSays(status.message(), {"does not speak SOCKS5", "tor.socks"});
  }
}

TEST(TorCheck, NoEndpoint) {
  ExpectSays(CheckTorReady({}).message(), {"no tor.socks"});
  EXPECT_EQ(CheckTorReady({}).code(), StatusCode::kInvalidArgument);
}

TEST(TorCheck, Bootstrapped) {
  EXPECT_EQ(Check({}), "");
}

TEST(TorCheck, StillBootstrapping) {
  FakeControlPort::Script script;
  script.phase =
      "WARN BOOTSTRAP PROGRESS=45 TAG=x SUMMARY=\"Asking for \\\"relay\\\" descriptors\" WARNING=\"No route "
      "to host\"";
  ExpectSays(Check(script),
             {"Tor is still starting: 45 %", "Asking for \"relay\" descriptors; No route to host", "Wait"});
  script.phase = "nonsense";
  ExpectSays(Check(script), {"Tor is still starting: ? %"});
}

TEST(TorCheck, NoCircuitYet) {
  FakeControlPort::Script script;
  script.circuit = "0";
  ExpectSays(Check(script), {"no circuit yet"});
}

TEST(TorCheck, NothingHeardFromTheNetwork) {
  FakeControlPort::Script script;
  script.live = "down";
  ExpectSays(Check(script), {"hears nothing from its network", "See whether"});
}

// A cookie file of its own, removed at the end.
class CookieFile {
 public:
  explicit CookieFile(std::string_view cookie) {
    const int fd = mkstemp(path_);
    EXPECT_GE(fd, 0);
    close(fd);
    Write(cookie);
  }
  ~CookieFile() { unlink(path_); }
  CookieFile(const CookieFile&) = delete;
  CookieFile& operator=(const CookieFile&) = delete;
  void Write(std::string_view cookie) { EXPECT_TRUE(WriteFileAtomically(path_, cookie).ok()); }
  std::string path() const { return path_; }

 private:
  char path_[32] = "/tmp/gasht-cookie-XXXXXX";
};

TEST(TorCheck, CookieAuthentication) {
  const std::string cookie("\x00\xff 0123456789abcdef0123456789abc", 32);
  for (const std::string methods : {"COOKIE", "COOKIE,SAFECOOKIE", "HASHEDPASSWORD,SAFECOOKIE"}) {
    CookieFile file(cookie);
    FakeControlPort::Script script;
    script.methods = methods;
    script.cookie = cookie;
    EXPECT_EQ(Check(script, file.path()), "") << methods << " where the configuration says";
    script.cookie_file = file.path();
    EXPECT_EQ(Check(script), "") << methods << " where Tor says";
    file.Write(std::string(32, 'x'));
    const bool safely = methods.find("SAFE") != std::string::npos;
    ExpectSays(Check(script), {safely ? "does not know Tor's control cookie" : "refuses AUTHENTICATE"});
  }
}

// Whoever listens there may name any file of ours as the cookie: what is none is never sent.
TEST(TorCheck, OnlyACookieIsSent) {
  for (const std::string content : {"", "another", "0123456789abcdef0123456789abcdef0"}) {
    CookieFile file(content);
    FakeControlPort::Script script;
    script.methods = "COOKIE";
    script.cookie_file = file.path();
    script.cookie = content;
    ExpectSays(Check(script), {"ookie"});
  }
  FakeControlPort::Script script;
  script.methods = "COOKIE";
  script.cookie_file = "/nonexistent/cookie";
  ExpectSays(Check(script), {"cookie cannot be read", "usermod -aG debian-tor"});
  script.cookie_file = "";
  ExpectSays(Check(script), {"offers no cookie"});
}

TEST(TorCheck, TorrcIsHeldAgainstTheConfiguration) {
  using Torrc = std::map<std::string, std::vector<std::string>>;
  const std::string bridge = "192.0.2.1:443 0123456789ABCDEF0123456789ABCDEF01234567";
  const struct {
    std::string name;
    std::vector<std::string> transports;
    Torrc torrc;
    std::string problem, warning;
  } rows[] = {
      {"plain", {}, {{"SocksPort", {"9050 ExtendedErrors"}}}, "", ""},
      {"no reasons", {}, {{"SocksPort", {"9050"}}}, "", "does not say why an onion"},
      {"shared circuits",
       {},
       {{"SocksPort", {"9050 NoIsolateSOCKSAuth ExtendedErrors"}}},
       "lets sources share circuits",
       ""},
      {"no bridge", {"obfs4"}, {{"UseBridges", {"0"}}}, "torrc uses no bridge", ""},
      {"bridges switched off",
       {"obfs4"},
       {{"UseBridges", {"0"}}, {"Bridge", {"obfs4 " + bridge}}},
       "uses no bridge",
       ""},
      {"as configured", {"obfs4"}, {{"UseBridges", {"1"}}, {"Bridge", {"obfs4 " + bridge}}}, "", ""},
      {"plain bridge", {"bridge"}, {{"UseBridges", {"1"}}, {"Bridge", {bridge}}}, "", ""},
      {"another kind",
       {"obfs4"},
       {{"UseBridges", {"1"}}, {"Bridge", {"obfs4 " + bridge, bridge}}},
       "a bridge of another kind (bridge) than gasht.yaml allows (obfs4)",
       ""},
  };
  for (const auto& row : rows) {
    const RecordingSocks socks(1);
    FakeControlPort::Script script;
    script.torrc = row.torrc;
    const FakeControlPort control(script);
    TorConfig tor = OnlySocks({socks.endpoint()});
    tor.control = control.endpoint();
    tor.transports = row.transports;
    const TorReport report = InspectTor(tor);
    EXPECT_EQ(report.fit(), row.problem.empty()) << row.name;
    if (!row.problem.empty() && !report.fit()) {
      ExpectSays(report.problems.at(0).what, {row.problem});
      EXPECT_NE(report.problems.at(0).remedy, "") << row.name;
      EXPECT_EQ(report.problems.at(0).what.find("192.0.2.1"), std::string::npos)
          << "a bridge's address is a secret";
    }
    if (!row.warning.empty()) ExpectSays(report.warnings.at(0).what, {row.warning});
    ASSERT_TRUE(report.state.has_value()) << row.name;
    EXPECT_EQ(report.state->version, "0.4.9.3");
  }
}

TEST(TorCheck, IsolationIsProvenFromTheCircuits) {
  const std::string relay = "$0123456789ABCDEF0123456789ABCDEF01234567~r";
  const struct {
    std::string name;
    // The circuit of the first and of the second credential; empty: not told.
    std::string first, second;
    TorReport::Isolation isolation;
  } rows[] = {
      {"own circuits", "5", "6", TorReport::Isolation::kProven},
      {"one circuit", "5", "5", TorReport::Isolation::kBroken},
      {"not told", "", "", TorReport::Isolation::kUnproven},
      {"half told", "5", "", TorReport::Isolation::kUnproven},
  };
  for (const auto& row : rows) {
    const TestServer site(TestServer::Table({}));
    RecordingSocks socks(site.port());
    FakeControlPort::Script script;
    script.circuits = [&] {
      std::vector<std::string> lines = {"1 BUILT " + relay + " PURPOSE=GENERAL"};
      const std::vector<RecordingSocks::Asked> asked = socks.asked();
      const std::string ids[] = {row.first, row.second};
      for (size_t i = 0; i < asked.size() && i < 2; ++i) {
        if (!ids[i].empty())
          lines.push_back(fmt::format("{} BUILT {} SOCKS_USERNAME=\"{}\"", ids[i], relay, asked[i].user));
      }
      return lines;
    };
    const FakeControlPort control(script);
    TorConfig tor = OnlySocks({socks.endpoint()});
    tor.control = control.endpoint();
    TorInspection inspection;
    inspection.prove_isolation = true;
    EXPECT_EQ(InspectTor(tor, inspection).isolation, TorReport::Isolation::kUnproven) << "without a canary";
    EXPECT_TRUE(socks.asked().empty());
    tor.canaries = {*Url::Parse("http://canary.example/")};
    const TorReport report = InspectTor(tor, inspection);
    EXPECT_EQ(IsolationName(report.isolation), IsolationName(row.isolation))
        << row.name << report.isolation_how;
    EXPECT_EQ(report.fit(), row.isolation != TorReport::Isolation::kBroken) << row.name;
    ASSERT_EQ(socks.asked().size(), 2u) << row.name;
    EXPECT_NE(socks.asked()[0].user, socks.asked()[1].user);
    EXPECT_EQ(socks.asked()[0].host, "canary.example");
    EXPECT_EQ(socks.asked()[0].port, 80);
    // A canary that is not reached proves nothing.
    socks.ReplyWith(4);
    ExpectSays(InspectTor(tor, inspection).isolation_how, {"canary.example was not reached: Tor says 4"});
  }
}

// One of a pool that is away keeps only its own sources waiting, the control port's Tor too.
TEST(TorCheck, OneOfAPoolIsEnough) {
  const RecordingSocks socks(1);
  const FakeControlPort control({});
  TorConfig tor = OnlySocks({socks.endpoint(), ClosedEndpoint()});
  tor.control = control.endpoint();
  EXPECT_TRUE(CheckTorReady(tor).ok());
  TorReport report = InspectTor(tor);
  EXPECT_TRUE(report.fit());
  ExpectSays(report.warnings.at(0).what, {tor.socks[1]});
  tor = OnlySocks({ClosedEndpoint(), socks.endpoint()});
  tor.control = ClosedEndpoint();
  EXPECT_TRUE(CheckTorReady(tor).ok());
  tor = OnlySocks({ClosedEndpoint(), ClosedEndpoint()});
  EXPECT_EQ(CheckTorReady(tor).code(), StatusCode::kUnavailable);
}

TEST(TorCheck, WhatDoesNotProveIsolationSaysWhatToDo) {
  const RecordingSocks socks(1);
  const FakeControlPort control({});
  TorInspection inspection;
  inspection.prove_isolation = true;
  for (const bool has_control : {false, true}) {
    TorConfig tor = OnlySocks({socks.endpoint()});
    if (has_control) tor.control = control.endpoint();
    const TorReport report = InspectTor(tor, inspection);
    EXPECT_TRUE(report.fit());
    EXPECT_EQ(report.isolation, TorReport::Isolation::kUnproven);
    const auto warning = std::find_if(report.warnings.begin(), report.warnings.end(), [](const auto& note) {
      return note.what.find("nothing proves that two sources do not share a circuit") != std::string::npos;
    });
    ASSERT_NE(warning, report.warnings.end()) << has_control;
    ExpectSays(warning->remedy, {has_control ? "tor.canaries" : "ControlPort", "gasht tor check"});
  }
}

TEST(TorCheck, ControlPortThatIsNone) {
  const RecordingSocks socks(1);
  const TestListener closes([](const TestConnection& c) { c.Read(); });
  const TestListener endless([](const TestConnection& c) {
    while (c.Write("250-more\r\n")) {
    }
  });
  for (const TestListener* listener : {&closes, &endless}) {
    TorConfig tor;
    tor.socks = {socks.endpoint()};
    tor.control = fmt::format("127.0.0.1:{}", listener->port());
    EXPECT_EQ(CheckTorReady(tor, std::chrono::milliseconds(100)).code(), StatusCode::kUnavailable);
  }
  TorConfig tor;
  tor.socks = {socks.endpoint()};
  tor.control = ClosedEndpoint();
  ExpectSays(CheckTorReady(tor).message(), {"no Tor at"});
}

}  // namespace
}  // namespace gasht
