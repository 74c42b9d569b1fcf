#include "tests/support/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include "base/file.h"

extern char** environ;

namespace gasht {
namespace {

constexpr size_t kMostSaid = size_t{16} << 20;

int ExitStatus(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

}  // namespace

ShellOutcome Shell(const std::string& command) {
  ShellOutcome outcome;
  FILE* const pipe = popen(("{ " + command + "\n} 2>&1").c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << "cannot start a shell: " << std::strerror(errno);
    return outcome;
  }
  std::array<char, 4096> buffer;
  for (size_t got = fread(buffer.data(), 1, buffer.size(), pipe); got > 0;
       got = fread(buffer.data(), 1, buffer.size(), pipe))
    outcome.out.append(buffer.data(), got);
  const int status = pclose(pipe);
  outcome.status = ExitStatus(status);
  return outcome;
}

BackgroundProcess::BackgroundProcess(const std::string& command, std::string log) : log_(std::move(log)) {
  const std::string line = "exec " + command;
  pid_ = fork();
  if (pid_ != 0) return;
  const int out = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
  _exit(127);
}

BackgroundProcess::~BackgroundProcess() {
  Stop();
}

bool BackgroundProcess::HasEnded() {
  int status = 0;
  if (pid_ > 0 && waitpid(pid_, &status, WNOHANG) == pid_) {
    pid_ = -1;
    status_ = ExitStatus(status);
  }
  return pid_ < 0;
}

int BackgroundProcess::Stop() {
  if (HasEnded()) return status_;
  int status = 0;
  kill(pid_, SIGTERM);
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return status_ = ExitStatus(status);
}

std::string BackgroundProcess::said() const {
  return ReadFile(log_, kMostSaid).value_or("");
}

bool BackgroundProcess::Says(const std::string& words, std::chrono::seconds patience) const {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < end) {
    if (said().find(words) != std::string::npos) return true;
    std::this_thread::yield();
  }
  return false;
}

OwnChild StartOwnTest(const std::string& test, const std::vector<std::string>& environment) {
  OwnChild child;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    ADD_FAILURE() << "no pipe: " << std::strerror(errno);
    return child;
  }
  child.said = OwnedFd(ends[0]);
  const OwnedFd theirs(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), 3);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  std::vector<std::string> words = {"test", "--gtest_also_run_disabled_tests", "--gtest_filter=" + test};
  std::vector<std::string> more = environment;
  std::vector<char*> argv, variables;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  for (char** entry = environ; *entry != nullptr; ++entry) variables.push_back(*entry);
  for (std::string& variable : more) variables.push_back(variable.data());
  variables.push_back(nullptr);
  const int error =
      posix_spawn(&child.pid, "/proc/self/exe", &actions, nullptr, argv.data(), variables.data());
  EXPECT_EQ(error, 0) << std::strerror(error);
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

}  // namespace gasht
