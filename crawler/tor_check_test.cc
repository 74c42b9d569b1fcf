#include "crawler/tor_check.h"

#include <stdlib.h>
#include <unistd.h>

#include <fmt/format.h>
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
  };
  explicit FakeControlPort(Script script)
      : script_(std::move(script)), listener_([this](const TestConnection& c) { Serve(c); }) {}
  std::string endpoint() const { return fmt::format("127.0.0.1:{}", listener_.port()); }

 private:
  void Serve(const TestConnection& connection) const {
    std::string buffer;
    bool authenticated = false;
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
      } else if (line.starts_with("AUTHENTICATE")) {
        const std::string expected =
            script_.methods == "NULL" ? "AUTHENTICATE" : "AUTHENTICATE " + HexEncode(script_.cookie);
        authenticated = line == expected;
        if (!connection.Write(authenticated ? "250 OK\r\n" : "515 Authentication failed\r\n") ||
            !authenticated)
          return;
      } else if (!authenticated) {
        connection.Write("514 Authentication required.\r\n");
      } else if (line == "GETINFO status/bootstrap-phase") {
        connection.Write(fmt::format("250-status/bootstrap-phase={}\r\n250 OK\r\n", script_.phase));
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
  tor.socks = socks.endpoint();
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

TEST(TorCheck, SocksPortAloneIsEnoughWithoutAControlPort) {
  const RecordingSocks socks(1);
  EXPECT_TRUE(CheckTorReady({.socks = socks.endpoint(), .control = "", .cookie = ""}).ok());
}

TEST(TorCheck, NothingListens) {
  const Status status = CheckTorReady({.socks = ClosedEndpoint(), .control = "", .cookie = ""});
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  ExpectSays(status.message(), {"no Tor at 127.0.0.1:", "apt install tor", "systemctl start tor"});
  ExpectSays(CheckTorReady({.socks = "unix:/nonexistent/socks", .control = "", .cookie = ""}).message(),
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
    tor.socks = fmt::format("127.0.0.1:{}", listener->port());
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

TEST(TorCheck, CookieAuthentication) {
  char path[] = "/tmp/gasht-cookie-XXXXXX";
  const int fd = mkstemp(path);
  ASSERT_GE(fd, 0);
  close(fd);
  FakeControlPort::Script script;
  script.methods = "COOKIE,SAFECOOKIE";
  script.cookie = std::string("\x00\xff 0123456789abcdef0123456789ab", 32);
  ASSERT_TRUE(WriteFileAtomically(path, script.cookie).ok());
  EXPECT_EQ(Check(script, path), "") << "where the configuration says";
  script.cookie_file = path;
  EXPECT_EQ(Check(script), "") << "where Tor says";
  ASSERT_TRUE(WriteFileAtomically(path, "another").ok());
  ExpectSays(Check(script), {"refuses AUTHENTICATE", "CookieAuthentication"});
  unlink(path);
  ExpectSays(Check(script), {"cookie cannot be read", "usermod -aG debian-tor"});
  script.cookie_file = "";
  ExpectSays(Check(script), {"offers no cookie"});
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
    tor.socks = socks.endpoint();
    tor.control = fmt::format("127.0.0.1:{}", listener->port());
    EXPECT_EQ(CheckTorReady(tor, std::chrono::milliseconds(100)).code(), StatusCode::kUnavailable);
  }
  TorConfig tor;
  tor.socks = socks.endpoint();
  tor.control = ClosedEndpoint();
  ExpectSays(CheckTorReady(tor).message(), {"no Tor at"});
}

}  // namespace
}  // namespace gasht
