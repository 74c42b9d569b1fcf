// Custody end to end, with the real program: the log is set up and sealed, witnessed and stamped by others, verified;
// a backup, and everything that can be put in the place of a store and must not be.

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "base/owned_fd.h"
#include "tests/e2e/demo_on_loopback.h"
#include "tests/support/processes.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr size_t kMaxOutput = size_t{16} << 20;

class CustodyEndToEnd : public DemoOnLoopback {
 protected:
  std::string Store() const { return world_->store_dir(); }
  std::string In(const std::string& name) const { return dir_ + "/" + name; }
  // The signer is away: everything is captured, and the exit status is the environment's.
  void PatrolUnsealed() const {
    const ShellOutcome patrol = Gasht("patrol --once");
    EXPECT_EQ(patrol.status, 3) << patrol.out;
    EXPECT_THAT(patrol.out, HasSubstr("the custody log was not sealed"));
  }
};

TEST_F(CustodyEndToEnd, TheLogIsSetUpSealedAndVerified) {
  EXPECT_EQ(Gasht("custody status").status, 3) << "nothing is set up yet";
  const Json setup =
      Object(Gasht(fmt::format("--json custody init --keys {} --copy {}", In("signer"), In("copy"))),
             "custody-setup");
  EXPECT_EQ(setup.StringOr("signer"), In("signer"));
  EXPECT_EQ(Gasht("custody init").status, 2) << "twice";
  Patrol();
  const Json status = Object(Gasht("--json custody status"), "custody-status");
  EXPECT_EQ(status.StringOr("key"), setup.StringOr("key"));
  EXPECT_GT(status.IntOr("leaves", 0), 50);
  EXPECT_EQ(status.IntOr("unsealed", -1), 0) << "a patrol seals at its end";
  EXPECT_EQ(status.StringOr("copy_state"), "up to date");
  EXPECT_EQ(Gasht("evidence show 1").status, 0);
  const Json looked = Object(Gasht("--json custody status"), "custody-status");
  EXPECT_EQ(looked.IntOr("leaves", 0), status.IntOr("leaves", 0) + 1) << "a look is a leaf";
  EXPECT_EQ(looked.IntOr("unsealed", -1), 0) << "a command without a core seals at its end";
  const Json today = Object(Gasht("--json custody today"), "custody-today");
  EXPECT_EQ(today.IntOr("leaves", 0), looked.IntOr("leaves", 0));
  const ShellOutcome line = Gasht("custody today");
  EXPECT_EQ(line.out, today.StringOr("line") + "\n");
  EXPECT_LE(line.out.size(), 100u) << "it is written by hand";
  EXPECT_THAT(line.out, StartsWith(today.StringOr("day") + " (UTC " + today.StringOr("day_utc") + ") "));

  const Json verified = Object(Gasht("--json verify"), "verify");
  EXPECT_EQ(verified.IntOr("sealed", 0), looked.IntOr("leaves", 0));
  EXPECT_GT(verified.IntOr("bodies", 0), 10);
  const ShellOutcome words = Gasht("verify");
  EXPECT_EQ(words.status, 0) << words.out;
  EXPECT_THAT(words.out, HasSubstr("Never provable"));
  Object(Gasht("--json store check"), "verify");
  const ShellOutcome stats = Gasht("--json store stats");
  for (size_t begin = 0; begin < stats.out.size();) {
    const size_t end = std::min(stats.out.find('\n', begin), stats.out.size());
    Object({0, stats.out.substr(begin, end - begin)}, "store-stats");
    begin = end + 1;
  }
  Object(Gasht("--json store rebuild"), "store-rebuild");
  EXPECT_EQ(Gasht("store check").status, 0);

  // Another key, by two officers.
  EXPECT_EQ(Gasht("custody rotate --approved-by ayesha --approved-by ayesha").status, 2);
  const Json rotated =
      Object(Gasht("--json custody rotate --approved-by ayesha --approved-by bilal --keys " + In("signer-2")),
             "custody-setup");
  EXPECT_NE(rotated.StringOr("key"), setup.StringOr("key"));
  EXPECT_EQ(rotated.StringOr("origin"), setup.StringOr("origin"));
  Patrol();
  EXPECT_EQ(Gasht("verify").status, 0);

  // A lost key is no end of the log: the statement names it.
  fs::remove_all(In("signer-2"));
  PatrolUnsealed();
  EXPECT_GT(Object(Gasht("--json custody status"), "custody-status").IntOr("unsealed", 0), 0);
  const ShellOutcome unsealed = Gasht("verify");
  EXPECT_EQ(unsealed.status, 0) << unsealed.out;
  EXPECT_THAT(unsealed.out, HasSubstr("Unsealed from leaf"));
  const ShellOutcome replaced =
      Gasht("custody rotate --approved-by ayesha --approved-by bilal --keys " + In("signer-3"));
  EXPECT_EQ(replaced.status, 0) << replaced.out;
  EXPECT_EQ(Object(Gasht("--json custody status"), "custody-status").IntOr("unsealed", 1), 0);
  EXPECT_EQ(Gasht("verify").status, 0);
}

TEST_F(CustodyEndToEnd, AWitnessCosignsWhatOnlyGrew) {
  const Json setup = Object(Gasht("--json custody init"), "custody-setup");
  const std::string witness = fmt::format("'{}' --json custody witness-init --keys {} --name court-registry",
                                          GASHT_PROGRAM, In("witness"));
  const std::string key = Object(Shell(witness), "custody-key").StringOr("key");
  const std::string cosign =
      fmt::format("'{}' custody witness --keys {} --name court-registry --log '{}' {} > {}", GASHT_PROGRAM,
                  In("witness"), setup.StringOr("key"), In("request"), In("answer"));
  const auto ask = [&] { return Gasht(fmt::format("custody request > {}", In("request"))).status; };
  ASSERT_EQ(ask(), 0);
  ASSERT_EQ(Shell(cosign).status, 0);
  EXPECT_EQ(Gasht("custody attach " + In("answer")).status, 2) << "nobody said that it counts";
  Object(Gasht("--json custody witness-add '" + key + "'"), "custody-done");
  Object(Gasht("--json custody attach " + In("answer")), "custody-done");
  fs::copy(Store(), In("old"), fs::copy_options::recursive);

  // It goes on while a patrol runs.
  {
    BackgroundProcess patrol(fmt::format("'{}' --config '{}' patrol", GASHT_PROGRAM, world_->config_dir()),
                             In("log"));
    while (!fs::exists(Store() + "/gasht.sock")) std::this_thread::yield();
    EXPECT_EQ(ask(), 0);
    EXPECT_EQ(Gasht("verify").status, 0);
    EXPECT_EQ(Gasht("custody status").status, 0);
    EXPECT_EQ(patrol.Stop(), 0);
  }
  ASSERT_EQ(ask(), 0);
  ASSERT_EQ(Shell(cosign).status, 0);
  Object(Gasht("--json custody attach " + In("answer")), "custody-done");
  const Json verified = Object(Gasht("--json verify"), "verify");
  ASSERT_EQ(verified.Find("cosignatures")->items().size(), 2u);
  EXPECT_EQ(verified.Find("cosignatures")->items()[1].StringOr("witness"), "court-registry");
  EXPECT_EQ(verified.Find("cosignatures")->items()[1].IntOr("leaves", 0), verified.IntOr("sealed", -1));

  // The same request again is nothing new; an older copy's, and one with another history, are refused.
  fs::rename(Store(), In("new"));
  fs::rename(In("old"), Store());
  fs::remove_all(Store() + "/signer");
  fs::copy(In("new") + "/signer", Store() + "/signer", fs::copy_options::recursive);
  ASSERT_EQ(ask(), 0);
  const ShellOutcome older = Shell(cosign);
  EXPECT_EQ(older.status, 1);
  EXPECT_THAT(older.out, HasSubstr("rollback"));
}

TEST_F(CustodyEndToEnd, AnAuthorityStampsACheckpoint) {
  if (Shell("openssl version").status != 0) GTEST_SKIP() << "no openssl";
  ASSERT_EQ(Gasht("custody init").status, 0);
  Patrol();
  std::ofstream(In("tsa.cnf"))
      << "[req]\ndistinguished_name = name\nx509_extensions = tsa_cert\nprompt = no\n[name]\n"
         "CN = Test authority\n[tsa_cert]\nbasicConstraints = critical, CA:false\n"
         "extendedKeyUsage = critical, timeStamping\n[tsa]\ndefault_tsa = test\n[test]\n"
         "serial = serial\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256\n";
  std::ofstream(In("serial")) << "01\n";
  ASSERT_EQ(
      Shell(fmt::format(
                "cd {} && openssl req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -days 2 "
                "-config tsa.cnf",
                dir_))
          .status,
      0);
  ASSERT_EQ(Gasht("custody stamp " + In("query.tsq")).status, 0);
  const ShellOutcome stamped = Shell(fmt::format(
      "cd {} && openssl ts -reply -config tsa.cnf -section test -queryfile query.tsq -signer tsa.pem -inkey "
      "tsa.key -out answer.tsr",
      dir_));
  ASSERT_EQ(stamped.status, 0) << stamped.out;
  EXPECT_NE(Gasht(fmt::format("custody stamp --attach {}", In("query.tsq"))).status, 0)
      << "a query is no answer";
  Object(
      Gasht(fmt::format("--json custody stamp --attach {} --authority {}", In("answer.tsr"), In("tsa.pem"))),
      "custody-done");
  const Json verified = Object(Gasht("--json verify"), "verify");
  ASSERT_EQ(verified.Find("tokens")->items().size(), 1u);
  EXPECT_TRUE(verified.Find("tokens")->items()[0].Find("trusted")->Dump() == "true");

  // After a restore it is still a time stamp of the log as it was then.
  ASSERT_EQ(Gasht("store backup " + In("backup")).status, 0);
  fs::rename(Store() + "/db", In("lost"));
  const ShellOutcome restored = Gasht(fmt::format("store restore {} --authority order-1", In("backup")));
  ASSERT_EQ(restored.status, 0) << restored.out;
  const ShellOutcome again = Gasht("verify");
  EXPECT_EQ(again.status, 0) << again.out;
  EXPECT_THAT(again.out, HasSubstr("Time stamp:"));
}

TEST_F(CustodyEndToEnd, ABackupComesBackAndOldCopiesDoNot) {
  ASSERT_EQ(Gasht(fmt::format("custody init --keys {} --copy {}", In("signer"), In("copy"))).status, 0);
  Patrol();
  EXPECT_EQ(Object(Gasht("--json store backup " + In("backup")), "verify").StringOr("store"), In("backup"));
  EXPECT_EQ(Gasht("store backup " + In("backup")).status, 2) << "a backup needs a new folder";
  const Json before = Object(Gasht("--json custody status"), "custody-status");
  EXPECT_EQ(Gasht(fmt::format("store restore {} --authority order-1", In("backup"))).status, 2)
      << "over a store";
  fs::rename(Store() + "/db", In("lost"));
  // The signing key is gone with the machine: a new one, and a statement that names the old.
  fs::remove_all(In("signer"));
  EXPECT_NE(Gasht(fmt::format("store restore {} --authority order-1", In("backup"))).status, 0) << "no key";
  // Something was destroyed after the backup: what the replaced database knows of it must be asked.
  ASSERT_TRUE(
      WriteFileAtomically(Store() + "/retention.json",
                          R"({"format":"gasht-retention-1","next_id":2,"proposals":[{"proposal":1,"basis":)"
                          R"("order","proposer":"clerk","at":"2026-01-01T00:00:00Z","captures":[1],)"
                          R"("approvals":[],"state":"destroyed"}]})"
                          "\n")
          .ok());
  const std::string restore =
      fmt::format("store restore {} --authority order-1 --new-key --keys {}", In("backup"), In("signer-2"));
  const ShellOutcome refused = Gasht(restore);
  EXPECT_EQ(refused.status, 3) << refused.out;
  EXPECT_THAT(refused.out, HasSubstr("lawfully destroyed what this backup still has (capture 1)"));
  EXPECT_THAT(refused.out, HasSubstr("--replaces FOLDER"));
  EXPECT_FALSE(fs::exists(Store() + "/db"));
  const ShellOutcome done = Gasht(fmt::format("--json {} --replaces {}", restore, In("lost")));
  ASSERT_EQ(done.status, 0) << done.out;
  const Json restored = Object(done, "store-restore");
  EXPECT_EQ(restored.StringOr("origin"), before.StringOr("origin") + "/2");
  EXPECT_NE(restored.StringOr("key"), before.StringOr("key"));
  EXPECT_EQ(restored.IntOr("destroyed_again", -1), 0) << "its log says nothing of it";
  const std::string statement = ReadFile(Store() + "/restores", kMaxOutput).value();
  EXPECT_THAT(statement, HasSubstr("because " + before.StringOr("key") + " is lost"));
  EXPECT_THAT(statement, HasSubstr("authority order-1"));
  const ShellOutcome good = Gasht("verify");
  EXPECT_EQ(good.status, 0) << good.out;
  EXPECT_THAT(good.out, HasSubstr("Restored from a backup"));
  Patrol();

  // A statement that somebody wrote is none.
  std::string forged = statement;
  forged.replace(forged.find("order-1"), 7, "order-9");
  ASSERT_TRUE(WriteFileAtomically(Store() + "/restores", forged).ok());
  const ShellOutcome wrong = Gasht("verify");
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.out, HasSubstr("/restores"));
  ASSERT_TRUE(WriteFileAtomically(Store() + "/restores", statement).ok());

  // Once more, and nothing is left of what is replaced.
  fs::rename(Store() + "/db", In("lost-too"));
  const ShellOutcome back = Gasht(fmt::format(
      "store restore {} --authority order-2 --keys {} --replaced-is-lost", In("backup"), In("signer-2")));
  EXPECT_EQ(back.status, 0) << back.out;
  EXPECT_THAT(back.out, HasSubstr("BACK although they were lawfully destroyed: capture 1."));
  EXPECT_THAT(back.out, HasSubstr("retention propose --capture 1 --basis"));
  EXPECT_THAT(back.out, HasSubstr("--log"));

  // The backup opened as if it were the store: what came after it is known, and that is the reason that is given.
  fs::rename(Store(), In("second"));
  fs::copy(In("backup"), Store(), fs::copy_options::recursive);
  fs::copy(In("second") + "/master.key", Store() + "/master.key");
  const ShellOutcome old = Gasht("verify");
  EXPECT_EQ(old.status, 1);
  EXPECT_THAT(old.out, HasSubstr("rollback"));
  EXPECT_THAT(old.out, Not(HasSubstr("signed by none")));
  EXPECT_EQ(Gasht("patrol --once").status, 1);
}

// Two cores from one copy: each thinks that it is the store, and both sealed.
TEST_F(CustodyEndToEnd, TwoStoresMadeOfOneAreAFork) {
  ASSERT_EQ(Gasht("custody init --keys " + In("signer")).status, 0);
  Patrol();
  fs::copy(Store(), In("twin"), fs::copy_options::recursive);
  Patrol();
  fs::rename(Store(), In("first"));
  fs::rename(In("twin"), Store());
  // It has as many leaves as it had, and the signer knows of more.
  const ShellOutcome twin = Gasht("patrol --once");
  EXPECT_EQ(twin.status, 1) << twin.out;
  EXPECT_THAT(twin.out, HasSubstr("rollback"));
  // Nor does it help to write as much again.
  fs::rename(In("signer"), In("away"));
  PatrolUnsealed();
  PatrolUnsealed();
  fs::rename(In("away"), In("signer"));
  const ShellOutcome forked = Gasht("patrol --once");
  EXPECT_EQ(forked.status, 1) << forked.out;
  EXPECT_THAT(forked.out, HasSubstr("fork"));
}

// The other one sealed after this one had started: the last sealing is refused, and the patrol says so when it ends.
TEST_F(CustodyEndToEnd, AForkThatBeginsWhileAPatrolRunsEndsIt) {
  ASSERT_EQ(Gasht("custody init --keys " + In("signer")).status, 0);
  Patrol();
  fs::copy(Store(), In("twin"), fs::copy_options::recursive);
  {
    BackgroundProcess patrol(fmt::format("'{}' --config '{}' patrol", GASHT_PROGRAM, world_->config_dir()),
                             In("log"));
    while (!fs::exists(Store() + "/gasht.sock")) std::this_thread::yield();
    const std::string config = In("other-config");
    fs::copy(world_->config_dir(), config, fs::copy_options::recursive);
    const std::string yaml = ReadFile(config + "/gasht.yaml", kMaxOutput).value();
    const std::string ours = "store: ../store\n";
    const size_t at = yaml.find(ours);
    ASSERT_NE(at, std::string::npos) << yaml;
    ASSERT_TRUE(WriteFileAtomically(config + "/gasht.yaml",
                                    std::string(yaml).replace(at, ours.size(), "store: ../twin\n"))
                    .ok());
    const ShellOutcome twin = Shell(fmt::format("'{}' --config '{}' patrol --once", GASHT_PROGRAM, config));
    ASSERT_EQ(twin.status, 0) << twin.out;
    EXPECT_EQ(patrol.Stop(), 1) << patrol.said();
    EXPECT_TRUE(patrol.Says("the custody log was not sealed", seconds(1)));
  }
}

// The signer as another user runs it: systemd gives every connection a process (deploy/gasht-signer@.service).
TEST_F(CustodyEndToEnd, TheSignerMayBeSomebodyElses) {
  const Json made =
      Object(Shell(fmt::format("'{}' --json custody signer-init --keys {}", GASHT_PROGRAM, In("signer"))),
             "custody-key");
  const std::string path = In("signer.sock");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  path.copy(address.sun_path, path.size());
  const OwnedFd listening(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(listen(listening.get(), 8), 0);
  std::jthread accepting([&] {
    while (true) {
      const OwnedFd connection(accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.is_open()) return;
      const pid_t signer = fork();
      if (signer == 0) {
        if (connection.get() == 3) {
          fcntl(3, F_SETFD, 0);
        } else {
          dup2(connection.get(), 3);
        }
        const std::string keys = In("signer");
        execl(GASHT_PROGRAM, GASHT_PROGRAM, "custody", "signer", "--keys", keys.c_str(), nullptr);
        _exit(127);
      }
    }
  });
  const std::string init = "--json custody init --signer unix:" + path;
  EXPECT_EQ(Gasht(init).status, 2) << "no key";
  const Json setup = Object(Gasht(init + " --key '" + made.StringOr("key") + "'"), "custody-setup");
  EXPECT_EQ(setup.StringOr("signer"), "unix:" + path);
  EXPECT_TRUE(made.StringOr("key").starts_with(setup.StringOr("origin") + "+"));
  Patrol();
  EXPECT_EQ(Object(Gasht("--json custody status"), "custody-status").IntOr("unsealed", -1), 0);
  EXPECT_EQ(Gasht("verify").status, 0);
  EXPECT_FALSE(fs::exists(Store() + "/signer"));
  shutdown(listening.get(), SHUT_RDWR);
}

// A full disk while nothing is due: the alarm comes by itself, and goes.
TEST_F(CustodyEndToEnd, AFullDiskIsAnAlarmWithinTenSeconds) {
  fs::create_directories(Store());
  if (mount("tmpfs", Store().c_str(), "tmpfs", 0, "size=128m") != 0)
    GTEST_SKIP() << "no disk of our own may be mounted";
  {
    BackgroundProcess patrol(fmt::format("'{}' --config '{}' patrol", GASHT_PROGRAM, world_->config_dir()),
                             In("log"));
    const auto pages = [&] { return Gasht("--json evidence list --limit 1000").out.size(); };
    while (!fs::exists(Store() + "/gasht.sock")) std::this_thread::yield();
    // Until it has nothing to do any more.
    for (size_t before = 0, now = pages(); now != before || now == 0; now = pages()) before = now;
    // Nearly full, with room for what is being written.
    struct statvfs space {};
    ASSERT_EQ(statvfs(Store().c_str(), &space), 0);
    const auto left = static_cast<off_t>(space.f_bavail * space.f_frsize),
               all = static_cast<off_t>(space.f_blocks * space.f_frsize);
    {
      const OwnedFd filler(open((Store() + "/filler").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
      ASSERT_EQ(posix_fallocate(filler.get(), 0, left - all * 8 / 100), 0);
    }
    EXPECT_TRUE(patrol.Says("alarm_disk_nearly_full", seconds(10)));
    fs::remove(Store() + "/filler");
    EXPECT_TRUE(patrol.Says("disk_has_room", seconds(10)));
    EXPECT_EQ(patrol.Stop(), 0);
  }
  EXPECT_EQ(Gasht("verify").status, 0);
  umount2(Store().c_str(), MNT_DETACH);
}

}  // namespace
}  // namespace gasht
