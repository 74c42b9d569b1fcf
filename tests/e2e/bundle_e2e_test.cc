// Evidence leaves the house, end to end, with the real program: the demo's sites patrolled on loopback, each
// source exported as a bundle, and both checkers over it; the other formats; and what is refused.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "tests/e2e/demo_on_loopback.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

class BundleEndToEnd : public DemoOnLoopback {
 protected:
  void SetUp() override {
    DemoOnLoopback::SetUp();
    if (!HasFatalFailure()) Patrol();
  }
};

TEST_F(BundleEndToEnd, TheDemosFindingsLeaveTheHouseAndAreChecked) {
  const Json key = Object(Gasht("export key --json"), "export-key");
  std::set<std::string> sources;
  std::string one_finding;
  const ShellOutcome list = Gasht("findings list --json");
  for (size_t begin = 0; begin < list.out.size();) {
    const size_t end = list.out.find('\n', begin);
    const auto finding = Json::Parse(list.out.substr(begin, end - begin));
    ASSERT_TRUE(finding.ok()) << list.out;
    sources.insert(finding->StringOr("source"));
    one_finding = finding->StringOr("id");
    begin = end + 1;
  }
  ASSERT_GE(sources.size(), 2u);
  std::vector<std::string> selections = {"--finding " + one_finding};
  for (const std::string& source : sources) selections.push_back("--source " + source);
  int number = 0;
  for (const std::string& selection : selections) {
    const std::string file = fmt::format("{}/{}.wacz", dir_, ++number);
    const ShellOutcome exported = Gasht(fmt::format("export wacz {} --out {} --json", selection, file));
    ASSERT_EQ(exported.status, 0) << selection << ": " << exported.out;
    const Json summary = Object(exported, "export");
    EXPECT_GT(summary.IntOr("captures", 0), 0);
    EXPECT_EQ(summary.StringOr("key"), key.StringOr("key"));
    const ShellOutcome verified =
        Shell(fmt::format("'{}' verify {} --key {} --json", GASHT_PROGRAM, file, key.StringOr("key")));
    EXPECT_EQ(verified.status, 0) << selection << ": " << verified.out;
    Object(verified, "bundle-report");
    const ShellOutcome python =
        Shell(fmt::format("cd {} && python3 -m zipfile -e {} x && "
                          "python3 x/evidence/gasht_verify.py --key {} {} && rm -rf x",
                          dir_, file, key.StringOr("key"), file));
    EXPECT_EQ(python.status, 0) << selection << ": " << python.out;
    EXPECT_NE(python.out.find("RESULT: everything that was checked is right."), std::string::npos)
        << python.out;
    // Another agency's key.
    const ShellOutcome other =
        Shell(fmt::format("'{}' verify {} --key sha256:{}", GASHT_PROGRAM, file, std::string(64, '0')));
    EXPECT_EQ(other.status, 1) << other.out;
    EXPECT_NE(other.out.find("package-key"), std::string::npos) << other.out;
  }
  const std::string source = *sources.begin();
  for (const char* format : {"csv", "jsonl", "disclosure", "warc"}) {
    const std::string file = fmt::format("{}/out.{}", dir_, format);
    const ShellOutcome exported =
        Gasht(fmt::format("export {} --source {} --out {} --json", format, source, file));
    ASSERT_EQ(exported.status, 0) << format << ": " << exported.out;
    EXPECT_GT(Object(exported, "export").IntOr("rows", 0), 0) << format;
    // Never over what is there.
    const ShellOutcome again = Gasht(fmt::format("export {} --source {} --out {}", format, source, file));
    EXPECT_NE(again.status, 0);
    EXPECT_NE(again.out.find("is there already"), std::string::npos) << again.out;
  }
  EXPECT_NE(Gasht(fmt::format("export wacz --source nobody --out {}/none.wacz", dir_)).status, 0);
  EXPECT_EQ(
      Gasht(fmt::format("export wacz --source {} --from yesterday --out {}/none.wacz", source, dir_)).status,
      2);
  EXPECT_FALSE(fs::exists(dir_ + "/none.wacz"));
  EXPECT_EQ(Gasht("store check").status, 0);
}

// The same against a running core, as its client: it goes on answering while it makes one.
TEST_F(BundleEndToEnd, ARunningCoreExportsAndForgets) {
  const pid_t core = fork();
  if (core == 0) {
    const int log = open((dir_ + "/core.log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(log, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execl(GASHT_PROGRAM, GASHT_PROGRAM, "--config", world_->config_dir().c_str(), "patrol", nullptr);
    _exit(127);
  }
  const std::string socket = world_->store_dir() + "/gasht.sock";
  while (!fs::exists(socket) && waitpid(core, nullptr, WNOHANG) == 0) std::this_thread::yield();
  const Json finding = Json::Parse(FirstLine(Gasht("findings list --json").out)).value();
  const std::string id = finding.StringOr("id");
  const std::string file = dir_ + "/live.wacz";
  const ShellOutcome exported =
      Gasht(fmt::format("export wacz --finding {} --out {} --progress --json", id, file));
  ASSERT_EQ(exported.status, 0) << exported.out;
  Object(exported, "export");
  const Json progress = Json::Parse(FirstLine(exported.out)).value();
  if (progress.Find("of") != nullptr) {
    EXPECT_EQ(schemas_.Errors("export-progress", progress), std::vector<std::string>());
  }
  EXPECT_EQ(Shell(fmt::format("'{}' verify {}", GASHT_PROGRAM, file)).status, 0);
  // A disk that is full for the caller, not for the core.
  const ShellOutcome full = Shell(fmt::format(
      "trap '' XFSZ; ulimit -f 100; '{}' --config '{}' export wacz --finding {} --out {}/full.wacz",
      GASHT_PROGRAM, world_->config_dir(), id, dir_));
  EXPECT_EQ(full.status, 3) << full.out;
  EXPECT_NE(full.out.find("full.wacz"), std::string::npos) << full.out;
  for (const auto& entry : fs::directory_iterator(dir_))
    EXPECT_FALSE(entry.path().filename().string().starts_with("full.wacz")) << entry.path();
  // What is not there is the caller's mistake.
  EXPECT_EQ(Gasht("findings show f-0000000000000000").status, 2);
  EXPECT_EQ(Gasht("evidence show 999999").status, 2);
  EXPECT_EQ(Gasht(fmt::format("export wacz --source nobody --out {}/none.wacz", dir_)).status, 2);
  EXPECT_EQ(Gasht("retention approve 99").status, 2);
  const ShellOutcome proposed = Gasht("retention propose --capture 1 --basis 'order 7/2026' --json");
  ASSERT_EQ(proposed.status, 0) << proposed.out;
  const int64_t proposal = Object(proposed, "retention").IntOr("proposal", 0);
  EXPECT_EQ(Gasht(fmt::format("retention approve {}", proposal)).status, 0);
  const ShellOutcome again = Gasht(fmt::format("retention approve {}", proposal));
  EXPECT_EQ(again.status, 3) << again.out;
  // Another person is another user of the machine.
  if (getuid() == 0) {
    const ShellOutcome second =
        Shell(fmt::format("chmod -R a+rX {} && chmod a+rw {} && setpriv --reuid 65534 --clear-groups '{}' "
                          "--config '{}' retention "
                          "approve {} --json",
                          dir_, socket, GASHT_PROGRAM, world_->config_dir(), proposal));
    EXPECT_EQ(second.status, 0) << second.out;
    EXPECT_EQ(Object(second, "retention").StringOr("state"), "destroyed");
    EXPECT_EQ(Gasht("evidence show 1").status, 2) << "it is gone";
  }
  kill(core, SIGTERM);
  int status = 0;
  waitpid(core, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
      << ReadFile(dir_ + "/core.log", 1 << 20).value_or("");
  EXPECT_EQ(Gasht("store check").status, 0);
}

TEST_F(BundleEndToEnd, OnePersonCannotForget) {
  const ShellOutcome proposed = Gasht("retention propose --capture 1 --basis 'order 7/2026' --json");
  ASSERT_EQ(proposed.status, 0) << proposed.out;
  const int64_t id = Object(proposed, "retention").IntOr("proposal", 0);
  EXPECT_EQ(Gasht(fmt::format("retention approve {}", id)).status, 0);
  const ShellOutcome again = Gasht(fmt::format("retention approve {}", id));
  EXPECT_NE(again.status, 0);
  EXPECT_NE(again.out.find("another person"), std::string::npos) << again.out;
  EXPECT_EQ(Gasht("evidence show 1").status, 0);
  const ShellOutcome hold = Gasht("retention hold --capture 1 --reason 'case 5' --json");
  ASSERT_EQ(hold.status, 0) << hold.out;
  Object(hold, "retention");
  EXPECT_EQ(Gasht("retention list").status, 0);
  EXPECT_EQ(Gasht(fmt::format("retention hold --release {} --reason closed",
                              Object(hold, "retention").IntOr("hold", 0)))
                .status,
            0);
  EXPECT_EQ(Gasht("store check").status, 0);
}

}  // namespace
}  // namespace gasht
