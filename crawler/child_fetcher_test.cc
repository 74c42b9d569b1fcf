// What ChildFetcher adds to the contract of a Fetcher (curl_fetcher_test.cc): confinement, and children that
// die. This program is its own fetch child.

#include "crawler/child_fetcher.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/child.h"
#include "base/file.h"
#include "base/frame.h"
#include "crawler/connector.h"
#include "crawler/fetch_child.h"
#include "crawler/test_server.h"

namespace gasht {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kOnion[] = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion";

FetchRequest ThroughTor(const std::string& url, uint64_t id = 1) {
  FetchRequest request{.id = id, .source = {"site"}, .url = *Url::Parse(url)};
  request.socks_user = "user0";
  request.socks_password = "pass0";
  request.connect_timeout = seconds(5);
  request.total_timeout = seconds(10);
  return request;
}

FetchRequest Direct(const std::string& url, uint64_t id = 1) {
  FetchRequest request = ThroughTor(url, id);
  request.route = Route::kDirect;
  request.allow_private = true;
  return request;
}

class ChildFetcherTest : public testing::Test {
 protected:
  void Use(const std::string& socks, milliseconds pause = milliseconds(1)) {
    ChildFetcherOptions options;
    if (!socks.empty()) options.curl.socks = {socks};
    options.first_restart_pause = pause;
    options.longest_restart_pause = pause;
    auto made = ChildFetcher::Create(std::move(options), clock_);
    ASSERT_TRUE(made.ok()) << made.status().message();
    fetcher_ = std::move(made).value();
  }
  FetchResult Wait() {
    for (int i = 0; i < 100; ++i) {
      for (FetchResult& result : fetcher_->Poll(seconds(10))) return std::move(result);
    }
    ADD_FAILURE() << "no result";
    return {};
  }
  FetchResult Fetch(FetchRequest request) {
    const Status started = fetcher_->Start(std::move(request));
    EXPECT_TRUE(started.ok()) << started.message();
    return Wait();
  }
  // Until no child runs any more whose pid is in `pids`.
  static void KillAll(const std::vector<int>& pids) {
    for (const int pid : pids) {
      ASSERT_GT(pid, 1);
      kill(pid, SIGKILL);
    }
  }

  const SystemClock clock_;
  std::unique_ptr<ChildFetcher> fetcher_;
};

TEST_F(ChildFetcherTest, TheTorChildStartsFirstAndTheDirectOneWhenItIsAskedFor) {
  const TestServer server(TestServer::Table({{"/", TestServer::Page("hi")}}));
  const RecordingSocks socks(server.port());
  Use(socks.endpoint());
  EXPECT_EQ(fetcher_->child_pids().size(), 1u);
  EXPECT_EQ(Fetch(ThroughTor(fmt::format("http://{}/", kOnion))).body, "hi");
  EXPECT_EQ(fetcher_->child_pids().size(), 1u);
  EXPECT_EQ(Fetch(Direct(server.Url("/"))).body, "hi");
  EXPECT_EQ(fetcher_->child_pids().size(), 2u);
  ASSERT_EQ(socks.asked().size(), 1u);
  EXPECT_EQ(socks.asked()[0].host, kOnion);
  EXPECT_EQ(socks.asked()[0].user, "user0");
}

TEST_F(ChildFetcherTest, WithoutTorThereIsNoTorChild) {
  Use("");
  EXPECT_TRUE(fetcher_->child_pids().empty());
  EXPECT_EQ(fetcher_->Start(ThroughTor("http://shop.example/")).code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(fetcher_->Start(Direct(fmt::format("http://{}/", kOnion))).code(),
            StatusCode::kFailedPrecondition);
}

TEST_F(ChildFetcherTest, ItsChildrenAreInTheirSandbox) {
  const TestServer server(TestServer::Table({{"/", TestServer::Page("hi")}}));
  const RecordingSocks socks(server.port());
  Use(socks.endpoint());
  EXPECT_EQ(Fetch(Direct(server.Url("/"))).body, "hi");
  for (const int pid : fetcher_->child_pids()) {
    const auto status = ReadFile(fmt::format("/proc/{}/status", pid), 1 << 16);
    ASSERT_TRUE(status.ok()) << status.status().message();
    EXPECT_NE(status->find("NoNewPrivs:\t1"), std::string::npos) << *status;
    EXPECT_NE(status->find("Seccomp:\t2"), std::string::npos) << *status;
  }
}

// What a process can still do in the sandbox of a route; status 0 says that `act` was true.
std::string InFetchSandbox(Route route, bool (*act)()) {
  const pid_t pid = fork();
  if (pid == 0) _exit(!EnterFetchSandbox(route).ok() ? 3 : act() ? 0 : 1);
  int status = 0;
  waitpid(pid, &status, 0);
  return DescribeWaitStatus(status);
}

TEST(FetchSandbox, RefusesBothRoutesWhatTheyDoNotNeed) {
  constexpr char kDone[] = "ended with status 0";
  constexpr char kKilled[] = "was killed by signal 31 (Bad system call)";
  const struct {
    const char* what;
    bool (*act)();
    std::string tor, direct;
  } cases[] = {
      {"an IPv4 socket", [] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }, "ended with status 1", kDone},
      {"an IPv6 socket", [] { return socket(AF_INET6, SOCK_STREAM, 0) >= 0; }, "ended with status 1", kDone},
      {"a datagram", [] { return socket(AF_INET, SOCK_DGRAM, 0) >= 0; }, "ended with status 1", kDone},
      {"a Unix socket", [] { return socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }, "ended with status 1", kKilled},
      {"a raw socket", [] { return socket(AF_PACKET, SOCK_RAW, 0) >= 0; }, "ended with status 1", kKilled},
      {"a file of names", [] { return open("/etc/hosts", O_RDONLY) >= 0; }, "ended with status 1", kDone},
      {"a file of somebody", [] { return open("/root", O_RDONLY) < 0 && errno == EACCES; }, kDone, kDone},
      {"a file to write", [] { return open("/tmp/gasht-x", O_WRONLY | O_CREAT, 0600) < 0; }, kDone, kKilled},
      {"a program", [] { return execl("/bin/true", "true", nullptr) < 0; }, kKilled, kKilled},
      {"a signal to another", [] { return kill(getppid(), 0) < 0; }, kKilled, kKilled},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(InFetchSandbox(Route::kTor, c.act), c.tor) << "tor: " << c.what;
    EXPECT_EQ(InFetchSandbox(Route::kDirect, c.act), c.direct) << "direct: " << c.what;
  }
}

TEST(FetchSandbox, AChildThatCanConnectRefusesToStart) {
  const TestServer canary(TestServer::Table({}));
  const Endpoint endpoint = *Endpoint::Parse(fmt::format("127.0.0.1:{}", canary.port()));
  // Here, outside.
  const Status open = CheckConfined({endpoint});
  EXPECT_EQ(open.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(open.message().find("its sandbox does not hold"), std::string::npos) << open.message();
  const pid_t pid = fork();
  if (pid == 0) _exit(EnterFetchSandbox(Route::kTor).ok() && CheckConfined({endpoint}).ok() ? 0 : 1);
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_EQ(DescribeWaitStatus(status), "ended with status 0");
}

TEST(Connector, ConnectsToItsEndpointsAndSaysWhyNot) {
  const TestServer server(TestServer::Table({{"/", TestServer::Page("hi")}}));
  uint16_t closed_port = 0;
  {
    const TestServer gone(TestServer::Table({}));
    closed_port = gone.port();
  }
  const auto connector = Connector::Start({*Endpoint::Parse(fmt::format("127.0.0.1:{}", server.port())),
                                           *Endpoint::Parse(fmt::format("127.0.0.1:{}", closed_port)),
                                           *Endpoint::Parse("unix:/nowhere/socks")});
  ASSERT_TRUE(connector.ok()) << connector.status().message();
  const OwnedFd fd(connector->Connect(0));
  ASSERT_TRUE(fd.is_open());
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_EQ(send(fd.get(), request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  char answer[8] = {};
  ASSERT_GT(recv(fd.get(), answer, sizeof answer, 0), 0);
  errno = 0;
  EXPECT_EQ(connector->Connect(1), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
  EXPECT_EQ(connector->Connect(2), -1);
  EXPECT_EQ(errno, ENOENT);
  // One that does not exist ends it.
  EXPECT_EQ(connector->Connect(9), -1);
  EXPECT_EQ(connector->Connect(0), -1);
  EXPECT_EQ(errno, EPIPE);
}

TEST_F(ChildFetcherTest, ADeadChildIsOurOwnOutageAndIsReplaced) {
  const TestServer server([](const TestServer::Request& request, const TestConnection& connection) {
    if (request.target == "/held") connection.Hold();
    return connection.Write(TestServer::Page("hi"));
  });
  const RecordingSocks socks(server.port());
  Use(socks.endpoint());
  const std::string url = "http://shop.example/held";
  for (const std::string expected : {"proxy_down", "proxy_down", "connection_reset"}) {
    ASSERT_TRUE(fetcher_->Start(ThroughTor(url)).ok());
    EXPECT_EQ(fetcher_->in_flight(), 1u);
    KillAll(fetcher_->child_pids());
    const FetchResult result = Wait();
    EXPECT_EQ(FetchOutcomeName(result.outcome), expected) << result.detail;
    EXPECT_EQ(result.id, 1u);
    EXPECT_EQ(fetcher_->in_flight(), 0u);
    // Its successor works, once its pause is over.
    FetchResult next;
    do {
      next = Fetch(ThroughTor("http://shop.example/"));
    } while (next.outcome == FetchOutcome::kProxyDown);
    EXPECT_EQ(next.body, "hi") << next.detail;
  }
  EXPECT_EQ(fetcher_->deaths(), 3u);
}

TEST_F(ChildFetcherTest, WhileAChildPausesNothingIsSentAnywhere) {
  const TestServer server(TestServer::Table({{"/", TestServer::Page("hi")}}));
  const RecordingSocks socks(server.port());
  Use(socks.endpoint(), std::chrono::hours(1));
  ASSERT_EQ(Fetch(ThroughTor("http://shop.example/")).body, "hi");
  KillAll(fetcher_->child_pids());
  for (int i = 0; i < 3; ++i) {
    const FetchResult result = Fetch(ThroughTor("http://shop.example/"));
    EXPECT_EQ(FetchOutcomeName(result.outcome), "proxy_down") << result.detail;
  }
  EXPECT_EQ(socks.asked().size(), 1u);
  EXPECT_TRUE(fetcher_->child_pids().empty());
}

TEST_F(ChildFetcherTest, ManyLargeBodiesAtOnce) {
  std::string body;
  while (body.size() < 3u << 20) body += "a line of a page that is long, again and again\n";
  const TestServer server([&body](const TestServer::Request&, const TestConnection& connection) {
    return connection.Write(TestServer::Page(body));
  });
  const RecordingSocks socks(server.port());
  Use(socks.endpoint());
  for (uint64_t id = 1; id <= 20; ++id)
    ASSERT_TRUE(fetcher_->Start(ThroughTor("http://shop.example/" + std::to_string(id), id)).ok());
  size_t got = 0;
  for (int i = 0; i < 1000 && got < 20; ++i) {
    for (const FetchResult& result : fetcher_->Poll(seconds(10))) {
      ++got;
      EXPECT_TRUE(result.body == body) << result.id << ": " << result.detail;
      EXPECT_GT(result.timings.finished, result.timings.started);
    }
  }
  EXPECT_EQ(got, 20u);
}

TEST_F(ChildFetcherTest, AChildWhoseSandboxFailsIsNoChild) {
  // An endpoint that cannot be one: the child says so instead of starting.
  ChildFetcherOptions options;
  options.curl.socks = {"tor.example:9050"};
  const auto made = ChildFetcher::Create(std::move(options), clock_);
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.status().message().find("tor.example:9050"), std::string::npos) << made.status().message();
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  const gasht::ChildRole roles[] = {{gasht::kFetchRole, gasht::RunFetchChild}};
  if (const std::optional<int> status = gasht::RunAsChild(argc, argv, roles)) return *status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
