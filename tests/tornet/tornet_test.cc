#include <curl/curl.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "tests/market/market_server.h"
#include "tests/tornet/tor_network.h"
#include "tests/tornet/tor_process.h"

namespace gasht {
namespace {

// A well-formed v3 address that nobody serves.
constexpr std::string_view kNobody = "6rmivkfmxol7mx2vdvv3knsoxmxuplagvoab3kjyedvux4yyfisqjoyd.onion";

struct Fetched {
  long status = 0;  // 0 when nothing came
  std::string body;
  std::string error;
};

size_t Append(char* bytes, size_t size, size_t count, void* body) {
  static_cast<std::string*>(body)->append(bytes, size * count);
  return size * count;
}

// GET of `url` through the SOCKS proxy ("socks5h://..."), with a circuit for `user` alone.
Fetched Fetch(const std::string& proxy, const std::string& user, const std::string& url) {
  Fetched fetched;
  char error[CURL_ERROR_SIZE] = "";
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, proxy.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "");
  curl_easy_setopt(curl.get(), CURLOPT_PROXYUSERNAME, user.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROXYPASSWORD, "x");
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 60L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &fetched.body);
  if (curl_easy_perform(curl.get()) == CURLE_OK) {
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &fetched.status);
  }
  fetched.error = error;
  return fetched;
}

bool Contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

bool Runs(pid_t pid) {
  return kill(pid, 0) == 0;
}

// One network for all tests of this file: it takes some twenty seconds to come up.
class TorNetworkTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (Site& site : std::vector{BazaarSite(), BaithakSite()}) {
      auto server = MarketServer::Start(std::move(site));
      ASSERT_TRUE(server.ok()) << server.status().message();
      servers_.push_back(std::move(*server));
    }
    TorNetworkOptions options;
    for (const auto& server : servers_) options.onions[server->site().name] = server->port();
    options.progress = [](const std::string& line) { std::printf("%s\n", line.c_str()); };
    auto network = TorNetwork::Start(options);
    ASSERT_TRUE(network.ok()) << network.status().message();
    network_ = std::move(*network);
  }
  void SetUp() override { ASSERT_NE(network_, nullptr) << "the network did not start"; }
  static void TearDownTestSuite() {
    network_.reset();
    servers_.clear();
  }

  static std::string TcpProxy() { return "socks5h://127.0.0.1:" + std::to_string(network_->socks_port()); }
  static std::string UnixProxy() { return "socks5h://localhost" + network_->socks_unix_path(); }
  static std::string Url(const std::string& name, const std::string& target) {
    return "http://" + network_->onion_address(name) + target;
  }

  static inline std::vector<std::unique_ptr<MarketServer>> servers_;
  static inline std::unique_ptr<TorNetwork> network_;
};

TEST_F(TorNetworkTest, SitesAreReachedThroughTheirOnions) {
  for (const std::string& proxy : {TcpProxy(), UnixProxy()}) {
    for (const auto& server : servers_) {
      const Site& site = server->site();
      const Fetched fetched = Fetch(proxy, site.name, Url(site.name, site.start));
      EXPECT_EQ(fetched.status, 200) << proxy << " " << site.name << " " << fetched.error;
      EXPECT_EQ(fetched.body, site.respond(site.start).body) << proxy << " " << site.name;
    }
  }
}

TEST_F(TorNetworkTest, AnUnknownOnionGivesTorsExtendedError) {
  const Fetched fetched = Fetch(TcpProxy(), "nobody", "http://" + std::string(kNobody) + "/");
  EXPECT_EQ(fetched.status, 0);
  EXPECT_TRUE(Contains(fetched.error, "(240)")) << fetched.error;  // F0: no descriptor
}

TEST_F(TorNetworkTest, AMalformedOnionGivesTorsExtendedError) {
  const Fetched fetched = Fetch(TcpProxy(), "typo", "http://a" + std::string(kNobody).substr(1) + "/");
  EXPECT_EQ(fetched.status, 0);
  EXPECT_TRUE(Contains(fetched.error, "(246)")) << fetched.error;  // F6: bad checksum
}

TEST_F(TorNetworkTest, TheClientGoesAwayAndComesBack) {
  const uint16_t port = network_->socks_port();
  const pid_t before = network_->pids().back();
  network_->StopClient();
  EXPECT_FALSE(Runs(before));
  EXPECT_EQ(Fetch(TcpProxy(), "away", Url("bazaar", "/")).status, 0);
  const Status back = network_->StartClient();
  ASSERT_TRUE(back.ok()) << back.message();
  EXPECT_EQ(network_->socks_port(), port);
  const Fetched fetched = Fetch(TcpProxy(), "back", Url("bazaar", "/"));
  EXPECT_EQ(fetched.status, 200) << fetched.error;
}

TEST_F(TorNetworkTest, TheOnionsGoAwayAndComeBack) {
  const std::string address = network_->onion_address("bazaar");
  network_->StopOnions();
  const Fetched away = Fetch(TcpProxy(), "away", Url("bazaar", "/"));
  EXPECT_EQ(away.status, 0);
  // Its descriptor is still there, so Tor tries until SocksTimeout and says "TTL expired"; or F2 to F7.
  EXPECT_TRUE(Contains(away.error, "(6)") || Contains(away.error, "(24")) << away.error;
  const Status back = network_->StartOnions();
  ASSERT_TRUE(back.ok()) << back.message();
  EXPECT_EQ(network_->onion_address("bazaar"), address);
  const Fetched fetched = Fetch(TcpProxy(), "back", Url("bazaar", "/"));
  EXPECT_EQ(fetched.status, 200) << fetched.error;
}

// The last one: it ends the network.
TEST_F(TorNetworkTest, NothingIsLeftBehind) {
  const std::vector<pid_t> pids = network_->pids();
  EXPECT_EQ(pids.size(), 8U);
  for (pid_t pid : pids) EXPECT_TRUE(Runs(pid)) << pid;
  const std::string folder = std::filesystem::path(network_->control_path()).parent_path().parent_path();
  EXPECT_TRUE(std::filesystem::exists(folder)) << folder;
  network_->Stop();
  for (pid_t pid : pids) EXPECT_FALSE(Runs(pid)) << pid;
  EXPECT_FALSE(std::filesystem::exists(folder)) << folder;
}

TEST(TorProcessTest, DiesWithAParentThatIsKilled) {
  const std::string dir = testing::TempDir() + "tor_process_test";
  std::filesystem::create_directories(dir);
  std::filesystem::permissions(dir, std::filesystem::perms::owner_all);
  const TorFiles files{.torrc = dir + "/torrc", .defaults = dir + "/defaults"};
  ASSERT_TRUE(WriteFileAtomically(files.torrc, "DisableNetwork 1\nDataDirectory " + dir + "\n").ok());
  ASSERT_TRUE(WriteFileAtomically(files.defaults, "").ok());
  const auto tor_program = FindProgram("tor", "/usr/bin:/usr/sbin");
  ASSERT_TRUE(tor_program.ok()) << tor_program.status().message();
  int pipe_ends[2];
  ASSERT_EQ(pipe2(pipe_ends, O_CLOEXEC), 0);

  const pid_t parent = fork();
  if (parent == 0) {
    const auto tor = TorProcess::Start(*tor_program, files, Deadline(std::chrono::seconds(30)));
    const pid_t pid = tor.ok() ? (*tor)->pid() : -1;
    if (write(pipe_ends[1], &pid, sizeof pid) == sizeof pid) pause();
    _exit(1);
  }
  pid_t pid = -1;
  ASSERT_EQ(read(pipe_ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  ASSERT_GT(pid, 0);
  const int watch = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  ASSERT_GE(watch, 0);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  pollfd ended{watch, POLLIN, 0};
  EXPECT_EQ(poll(&ended, 1, 10'000), 1) << "tor " << pid << " still runs";
  for (int fd : {watch, pipe_ends[0], pipe_ends[1]}) close(fd);
  std::filesystem::remove_all(dir);
}

TEST(TorNetworkStartTest, SaysWhatToInstallWhenTorIsMissing) {
  const auto network = TorNetwork::Start({.path = "/nonexistent:/also/nonexistent"});
  EXPECT_EQ(network.status(), Status::Unavailable("tor is not installed: apt install tor"));
}

TEST(TorNetworkStartTest, RefusesAFolderTooDeepForAUnixSocket) {
  const std::string dir = testing::TempDir() + std::string(100, 'd');
  EXPECT_EQ(TorNetwork::Start({.dir = dir}).status().code(), StatusCode::kInvalidArgument);
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace gasht
