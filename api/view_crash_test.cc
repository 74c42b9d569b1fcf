// Nobody sees evidence unrecorded: a core that is killed at any moment has answered nothing of which no leaf tells.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/client.h"
#include "api/server.h"
#include "store/test_support.h"
#include "tests/support/processes.h"
#include "tests/support/temporary_folder.h"

namespace gasht {
namespace {

constexpr char kChildStore[] = "GASHT_VIEW_TEST_STORE";
constexpr uint64_t kCaptures = 8;

std::string BodyOf(uint64_t id) {
  return fmt::format("evidence {} ", id) + std::string(500, 'x');
}

StoreOptions OptionsOf(const std::string& path) {
  StoreOptions options;
  options.path = path;
  return options;
}

// The core that is killed.
TEST(ViewCrashTest, DISABLED_Child) {
  const char* path = std::getenv(kChildStore);
  ASSERT_NE(path, nullptr);
  const std::unique_ptr<Store> store = Store::Open(OptionsOf(path)).value();
  const SystemClock clock;
  StoreWriter writer(*store, clock);
  ApiService service(*store, writer, clock);
  const auto server = ApiServer::Start(std::string(path) + "/gasht.sock", service).value();
  const char ready = '!';
  ASSERT_EQ(write(3, &ready, 1), 1);
  pause();
}

// When it listens.
pid_t StartCore(const std::string& store) {
  const OwnChild core =
      StartOwnTest("ViewCrashTest.DISABLED_Child", {fmt::format("{}={}", kChildStore, store)});
  char ready = 0;
  EXPECT_EQ(read(core.said.get(), &ready, 1), 1);
  return core.pid;
}

// Views until the core is dead; how many of each body were seen.
void View(const std::string& store, uint64_t first, std::map<uint64_t, uint64_t>& seen,
          std::atomic<uint64_t>& all) {
  for (uint64_t i = first;; ++i) {
    ApiRequest request;
    const uint64_t id = 1 + i % kCaptures;
    request.path = fmt::format("/v1/evidence/{}/body", id);
    const Result<ApiResponse> response = CallCore(store + "/gasht.sock", request);
    if (!response.ok()) return;
    ASSERT_EQ(response->body, BodyOf(id));
    ++seen[id];
    ++all;
    all.notify_all();
  }
}

// `views` answers in all, over cores that are each killed after some.
void KillWhileViewing(uint64_t views) {
  const TemporaryFolder folder;
  const std::string store = folder / "store";
  {
    const std::unique_ptr<Store> made = Store::Open(OptionsOf(store)).value();
    const SystemClock clock;
    WaitingWriter writer(*made, clock);
    for (uint64_t id = 1; id <= kCaptures; ++id)
      ASSERT_TRUE(writer.CommitPage(MakePage(kMarket, fmt::format("/{}", id), BodyOf(id), clock.Utc())).ok());
  }
  std::map<uint64_t, uint64_t> seen;
  for (uint64_t round = 0, total = 0; total < views; ++round) {
    const pid_t core = StartCore(store);
    std::atomic<uint64_t> all = 0;
    std::array<std::map<uint64_t, uint64_t>, 4> of_thread;
    {
      std::vector<std::jthread> people;
      for (uint64_t person = 0; person < of_thread.size(); ++person)
        people.emplace_back([&, person] { View(store, person * 2, of_thread[person], all); });
      const uint64_t until = 1 + round * 7 % 40;
      for (uint64_t now = all; now < until; now = all) all.wait(now);
      kill(core, SIGKILL);
    }
    waitpid(core, nullptr, 0);
    for (const auto& views_of_one : of_thread) {
      for (const auto& [id, times] : views_of_one) seen[id] += times;
    }
    total += all;
  }
  std::unique_ptr<Store> left = Store::Open(OptionsOf(store)).value();
  std::map<std::string, uint64_t> recorded;
  for (uint64_t index = 0; index < left->tree_head().size; ++index) {
    const CustodyLeaf leaf = left->GetLeaf(index).value();
    if (leaf.kind == "view") ++recorded[leaf.detail];
  }
  for (const auto& [id, times] : seen)
    EXPECT_GE(recorded[fmt::format("body of capture {}", id)], times) << "capture " << id;
  EXPECT_TRUE(left->CheckCustody().ok());
  left.reset();  // an open store may still be deleting files of its own
}

// A ctest of its own, "durability".
TEST(ViewCrashTest, DISABLED_ThousandViews) {
  KillWhileViewing(1000);
}

TEST(ViewCrashTest, EveryAnswerHasAnEarlierLeaf) {
  KillWhileViewing(100);
}

}  // namespace
}  // namespace gasht
