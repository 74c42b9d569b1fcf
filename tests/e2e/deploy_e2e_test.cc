// What deploy/ ships, run as it is shipped: the units' own command lines with the paths of this machine in them, credentials as
// systemd hands them over, and the witness behind a real sshd with a forced command.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/owned_fd.h"
#include "tests/e2e/demo_on_loopback.h"
#include "tests/support/processes.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr size_t kMaxFile = size_t{1} << 20;
constexpr char kSshd[] = "/usr/sbin/sshd";

std::string Replaced(std::string text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

std::string Shipped(const std::string& name) {
  const Result<std::string> text = ReadFile("deploy/" + name, kMaxFile);
  EXPECT_TRUE(text.ok()) << text.status().message();
  return text.value_or("");
}

// A port of loopback that nobody listened at a moment ago.
uint16_t FreePort() {
  const OwnedFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
    return 0;
  return ntohs(address.sin_port);
}

bool Answers(uint16_t port) {
  const OwnedFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

class DeployEndToEnd : public DemoOnLoopback {
 protected:
  std::string Store() const { return world_->store_dir(); }
  std::string In(const std::string& name) const { return dir_ + "/" + name; }

  // A line of a unit as systemd runs it, with the paths of this machine.
  std::string Here(std::string line) const {
    line = Replaced(std::move(line), "/usr/bin/gasht", GASHT_PROGRAM);
    line = Replaced(std::move(line), "/etc/gasht", world_->config_dir());
    line = Replaced(std::move(line), "/var/lib/gasht-signer/key", In("signer"));
    line = Replaced(std::move(line), "/var/lib/gasht-witness/key", In("witness"));
    line = Replaced(std::move(line), "/var/lib/gasht/", dir_ + "/");
    return Replaced(Replaced(std::move(line), "$$", "$"), "%%", "%");
  }
  // The commands of that key ("ExecStart") of a unit.
  std::vector<std::string> Commands(const std::string& unit, const std::string& key) const {
    std::vector<std::string> commands;
    const std::string text = Shipped(unit), begin = "\n" + key + "=";
    for (size_t at = text.find(begin); at != std::string::npos; at = text.find(begin, at + 1)) {
      const size_t from = at + begin.size();
      commands.push_back(Here(text.substr(from, text.find('\n', from) - from)));
    }
    EXPECT_FALSE(commands.empty()) << unit << " has no " << key;
    return commands;
  }
};

TEST_F(DeployEndToEnd, SystemdReadsTheUnits) {
  if (Shell("systemd-analyze --version").status != 0) GTEST_SKIP() << "skipped: no systemd-analyze";
  std::string names;
  for (const char* unit :
       {"gasht.service", "gasht-signer@.service", "gasht-signer.socket", "gasht-verify.service",
        "gasht-verify.timer", "witness/gasht-cosign.service", "witness/gasht-cosign.timer"}) {
    const std::string name = In(fs::path(unit).filename());
    // It wants the programs to be there.
    std::ofstream(name) << Replaced(Shipped(unit), "/usr/bin/gasht", GASHT_PROGRAM);
    names += " " + name;
  }
  const ShellOutcome verified = Shell("systemd-analyze verify --man=no" + names);
  EXPECT_EQ(verified.status, 0) << verified.out;
  EXPECT_EQ(verified.out, "") << "it warns of what it does not know";
}

TEST_F(DeployEndToEnd, ThePatrolStartsAsItsUnitHasIt) {
  for (const std::string& command : Commands("gasht.service", "ExecStartPre")) {
    const ShellOutcome before = Shell(command);
    EXPECT_EQ(before.status, 0) << command << ": " << before.out;
  }
  // LoadCredentialEncrypted=gasht-master-key: systemd gives it as a file in a folder of its own.
  const std::string credentials = In("credentials");
  fs::create_directories(credentials);
  std::ofstream(credentials + "/gasht-master-key") << HexEncode(RandomBytes(32)) << "\n";
  const std::vector<std::string> start = Commands("gasht.service", "ExecStart");
  ASSERT_EQ(start.size(), 1u);
  {
    BackgroundProcess patrol(fmt::format("env CREDENTIALS_DIRECTORY={} {}", credentials, start[0]),
                             In("log"));
    while (!fs::exists(Store() + "/gasht.sock") && !patrol.HasEnded()) std::this_thread::yield();
    ASSERT_FALSE(patrol.HasEnded()) << patrol.said();
    EXPECT_EQ(patrol.Stop(), 0) << patrol.said();
  }
  EXPECT_FALSE(fs::exists(Store() + "/master.key")) << "the key is where systemd keeps it";
  EXPECT_EQ(Gasht("verify").status, 3) << "nobody reads a body without it";
  const std::vector<std::string> verify = Commands("gasht-verify.service", "ExecStart");
  ASSERT_EQ(verify.size(), 1u);
  const ShellOutcome verified = Shell(fmt::format("env CREDENTIALS_DIRECTORY={} {}", credentials, verify[0]));
  EXPECT_EQ(verified.status, 0) << verified.out;
  EXPECT_THAT(verified.out, HasSubstr("Proved: "));
}

TEST_F(DeployEndToEnd, TheSignerStartsAsItsUnitHasIt) {
  ASSERT_EQ(Shell(fmt::format("'{}' custody signer-init --keys {}", GASHT_PROGRAM, In("signer"))).status, 0);
  const std::vector<std::string> start = Commands("gasht-signer@.service", "ExecStart");
  ASSERT_EQ(start.size(), 1u);
  // A connection that says nothing and ends, as descriptor 3.
  const ShellOutcome served = Shell(start[0] + " 3</dev/null");
  EXPECT_EQ(served.status, 0) << served.out;
  const ShellOutcome without = Shell(Replaced(start[0], In("signer"), In("elsewhere")) + " 3</dev/null");
  EXPECT_NE(without.status, 0) << "no key";
}

// The witness's host: sshd on loopback, which lets one key do one thing.
class WitnessHost {
 public:
  explicit WitnessHost(const std::string& dir) : dir_(dir) {
    fs::create_directories(dir_);
    for (const char* key : {"host_key", "client_key"}) {
      const ShellOutcome made = Shell(fmt::format("ssh-keygen -q -t ed25519 -N '' -f {}/{}", dir_, key));
      EXPECT_EQ(made.status, 0) << made.out;
    }
    // Root's sshd wants its empty folder.
    if (getuid() == 0 && !fs::exists("/run/sshd")) made_run_ = mkdir("/run/sshd", 0755) == 0;
    // Somebody else may have taken the port in between.
    for (int tries = 0; tries < 5 && !is_up_; ++tries) Start();
  }
  ~WitnessHost() {
    sshd_.reset();
    if (made_run_) rmdir("/run/sshd");
  }
  WitnessHost(const WitnessHost&) = delete;
  WitnessHost& operator=(const WitnessHost&) = delete;

  bool is_up() const { return is_up_; }
  std::string said() const { return sshd_ == nullptr ? "" : sshd_->said(); }
  std::string client_key() const {
    std::string key = ReadFile(dir_ + "/client_key.pub", kMaxFile).value_or("");
    return key.substr(0, key.find('\n'));
  }
  void Authorize(const std::string& line) const {
    ASSERT_TRUE(WriteFileAtomically(dir_ + "/authorized_keys", line + "\n", 0600).ok());
  }
  // A folder in whose `ssh` the name `witness` is this host, as ~/.ssh/config would have it.
  std::string PathWithSsh() const {
    const std::string bin = dir_ + "/bin";
    fs::create_directories(bin);
    std::ofstream(dir_ + "/ssh_config")
        << "Host witness\n  HostName 127.0.0.1\n  Port " << port_ << "\n  IdentityFile " << dir_
        << "/client_key\n  IdentitiesOnly yes\n  IdentityAgent none\n  UserKnownHostsFile " << dir_
        << "/known_hosts\n  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n";
    std::string host = ReadFile(dir_ + "/host_key.pub", kMaxFile).value_or("");
    std::ofstream(dir_ + "/known_hosts") << "[127.0.0.1]:" << port_ << " " << host;
    std::ofstream(bin + "/ssh") << "#!/bin/sh\nexec /usr/bin/ssh -F " << dir_ << "/ssh_config \"$@\"\n";
    fs::permissions(bin + "/ssh", fs::perms::owner_all);
    return bin;
  }

 private:
  void Start() {
    port_ = FreePort();
    std::ofstream(dir_ + "/sshd_config")
        << "Port " << port_ << "\nListenAddress 127.0.0.1\nHostKey " << dir_ << "/host_key\nPidFile none\n"
        << "AuthorizedKeysFile " << dir_ << "/authorized_keys\nStrictModes no\nUsePAM no\n"
        << "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin "
           "forced-commands-only\n";
    sshd_ = std::make_unique<BackgroundProcess>(fmt::format("{} -D -e -f {}/sshd_config", kSshd, dir_),
                                                dir_ + "/log");
    while (!(is_up_ = Answers(port_)) && !sshd_->HasEnded()) std::this_thread::yield();
  }

  const std::string dir_;
  uint16_t port_ = 0;
  bool is_up_ = false, made_run_ = false;
  std::unique_ptr<BackgroundProcess> sshd_;
};

// deploy/witness, every step of its README.
TEST_F(DeployEndToEnd, AWitnessBehindSshCosigns) {
  if (!fs::exists(kSshd)) GTEST_SKIP() << "skipped: no sshd (apt-get install openssh-server)";
  const WitnessHost host(In("host"));
  ASSERT_TRUE(host.is_up()) << host.said();
  ASSERT_EQ(Gasht("custody init").status, 0);
  Patrol();
  const std::string key =
      Object(Shell(fmt::format("'{}' --json custody witness-init --keys {} --name court-registry",
                               GASHT_PROGRAM, In("witness"))),
             "custody-key")
          .StringOr("key");
  ASSERT_EQ(Gasht("custody witness-add '" + key + "'").status, 0);
  const auto authorize = [&] {
    const std::string log_key = Object(Gasht("--json custody status"), "custody-status").StringOr("key");
    std::string line = Here(Shipped("witness/authorized_keys.example"));
    line = Replaced(line.substr(0, line.find('\n')), "LOGKEY", log_key);
    const size_t at = line.find("ssh-ed25519 ");
    ASSERT_NE(at, std::string::npos) << line;
    host.Authorize(line.substr(0, at) + host.client_key());
  };
  ASSERT_NO_FATAL_FAILURE(authorize());
  const std::string path = host.PathWithSsh();
  const auto cosign = [&] {
    const std::vector<std::string> commands = Commands("witness/gasht-cosign.service", "ExecStart");
    return Shell(fmt::format("PATH={}:$PATH; export PATH\n{}", path, commands.at(0)));
  };
  const auto witnessed = [&] {
    return Object(Gasht("--json verify"), "verify").Find("cosignatures")->items().size();
  };
  const ShellOutcome first = cosign();
  ASSERT_EQ(first.status, 0) << first.out << host.said();
  EXPECT_EQ(witnessed(), 1u);
  Patrol();
  ASSERT_EQ(cosign().status, 0);
  EXPECT_EQ(witnessed(), 2u);

  // The key lets its owner do nothing else.
  const ShellOutcome shell = Shell(path + "/ssh -o BatchMode=yes witness id </dev/null");
  EXPECT_NE(shell.status, 0);
  EXPECT_EQ(shell.out.find("uid="), std::string::npos) << shell.out;

  // An older copy of the store is refused, and the unit fails.
  fs::copy(Store(), In("old"), fs::copy_options::recursive);
  Patrol();
  ASSERT_EQ(cosign().status, 0);
  fs::rename(Store(), In("new"));
  fs::rename(In("old"), Store());
  const ShellOutcome older = cosign();
  EXPECT_NE(older.status, 0);
  EXPECT_THAT(older.out, HasSubstr("rollback"));
  fs::rename(Store(), In("old"));
  fs::rename(In("new"), Store());

  // A restored log has another key line: the old one is refused, and the new one goes on in the same folder.
  ASSERT_EQ(Gasht("store backup " + In("backup")).status, 0);
  fs::rename(Store() + "/db", In("lost"));
  const ShellOutcome restored =
      Gasht(fmt::format("store restore {} --authority order-1 --replaces {}", In("backup"), In("lost")));
  ASSERT_EQ(restored.status, 0) << restored.out;
  EXPECT_NE(cosign().status, 0);
  ASSERT_NO_FATAL_FAILURE(authorize());
  const ShellOutcome next = cosign();
  EXPECT_EQ(next.status, 0) << next.out;
  EXPECT_EQ(Gasht("verify").status, 0);
}

}  // namespace
}  // namespace gasht
