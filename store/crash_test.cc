// The store on a real disk: killed, locked, its disk failing.

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/file_system.h>

#include "base/file.h"
#include "store/memory_disk.h"
#include "store/test_support.h"

extern char** environ;

namespace gasht {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(fs::path(::testing::TempDir()) / fmt::format("gasht-{}", HexEncode(RandomBytes(8)))) {}
  ~TemporaryFolder() { fs::remove_all(path_); }
  StoreOptions options() const {
    StoreOptions options;
    options.path = path_ / "store";
    return options;
  }
  std::string operator/(const std::string& name) const { return path_ / "store" / name; }

 private:
  const fs::path path_;
};

// ---- Killed ----

constexpr char kChildStore[] = "GASHT_CRASH_TEST_STORE";
constexpr size_t kInFlight = 32;

std::string BodyOf(uint64_t number) {
  return fmt::format("body {} {}", number, std::string(2000, 'x'));
}

PageCommit CrashPage(uint64_t number, UtcTime at) {
  PageCommit page = MakePage(kMarket, fmt::format("/{}", number), BodyOf(number), at);
  page.analysis.listings = {MakeListing("Charas"), MakeListing(fmt::format("Charas {}", number))};
  page.analysis.candidates = {MakeCandidate(0, Level::kHigh, 60)};
  page.outlinks = {MakeEntry(kMarket, fmt::format("/{}", number + 1))};
  return page;
}

// What is acknowledged, as it goes through the pipe: which page became which capture.
struct Acknowledged {
  uint64_t page = 0;
  uint64_t capture = 0;
};

// The process that is killed: commits pages, and says on standard output which are durable.
TEST(CrashTest, DISABLED_Child) {
  const char* path = std::getenv(kChildStore);
  ASSERT_NE(path, nullptr);
  StoreOptions options;
  options.path = path;
  const std::unique_ptr<Store> store = Store::Open(options).value();
  const SystemClock clock;
  StoreWriter writer(*store, clock);
  std::atomic<uint64_t> in_flight = 0;
  for (uint64_t page = store->tree_head().size;; ++page) {
    in_flight.wait(kInFlight);
    ++in_flight;
    writer.CommitPage(CrashPage(page, clock.Utc()),
                      [&in_flight, page](const Result<PageCommitted>& committed) {
                        const Acknowledged ack{page, committed.value().capture.value};
                        if (write(3, &ack, sizeof(ack)) != sizeof(ack)) _exit(1);
                        --in_flight;
                        in_flight.notify_one();
                      });
  }
}

struct Child {
  pid_t pid = -1;
  int acks = -1;  // the reading end of its pipe
};

Child StartChild(const std::string& store) {
  std::array<int, 2> pipe_ends{};
  EXPECT_EQ(pipe2(pipe_ends.data(), O_CLOEXEC), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 3);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  std::vector<std::string> words = {"store_test", "--gtest_also_run_disabled_tests",
                                    "--gtest_filter=CrashTest.DISABLED_Child"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::string variable = fmt::format("{}={}", kChildStore, store);
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.push_back(*entry);
  environment.push_back(variable.data());
  environment.push_back(nullptr);
  Child child;
  EXPECT_EQ(posix_spawn(&child.pid, "/proc/self/exe", &actions, nullptr, argv.data(), environment.data()), 0);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  child.acks = pipe_ends[0];
  return child;
}

// Everything that the child said before it died, at least `least` of it before it is killed.
std::vector<Acknowledged> KillAfter(Child child, size_t least) {
  std::vector<Acknowledged> acks;
  Acknowledged ack;
  // Smaller than PIPE_BUF: a write is there as a whole or not at all.
  while (acks.size() < least && read(child.acks, &ack, sizeof(ack)) == sizeof(ack)) acks.push_back(ack);
  kill(child.pid, SIGKILL);
  while (read(child.acks, &ack, sizeof(ack)) == sizeof(ack)) acks.push_back(ack);
  close(child.acks);
  int how = 0;
  EXPECT_EQ(waitpid(child.pid, &how, 0), child.pid);
  EXPECT_TRUE(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL) << "the child ended by itself: " << how;
  return acks;
}

TEST(CrashTest, WhatIsAcknowledgedSurvivesSigkill) {
  constexpr size_t kRounds = 10;
  const TemporaryFolder folder;
  std::vector<Acknowledged> acks;
  for (size_t round = 0; round < kRounds; ++round) {
    // Now and then in the middle of the first group, now and then after some.
    const auto said = KillAfter(StartChild(folder.options().path), 1 + 37 * (round % 4));
    ASSERT_FALSE(said.empty()) << "round " << round;
    acks.insert(acks.end(), said.begin(), said.end());

    const Result<std::unique_ptr<Store>> store = Store::Open(folder.options());
    ASSERT_TRUE(store.ok()) << "round " << round << ": " << store.status().message();
    const Status custody = (*store)->CheckCustody();
    ASSERT_TRUE(custody.ok()) << "round " << round << ": " << custody.message();
    const uint64_t captures = (*store)->CountSource(kMarket, {}).value().captures;
    // One leaf more: the finding.
    EXPECT_EQ(captures + 1, (*store)->tree_head().size);
    EXPECT_GE(captures, acks.size());
    for (const Acknowledged& ack : acks) {
      const Result<Capture> capture = (*store)->GetCapture({ack.capture});
      ASSERT_TRUE(capture.ok()) << "round " << round << ": " << capture.status().message();
      EXPECT_EQ(capture->url, fmt::format("http://example.com/{}", ack.page)) << "capture " << ack.capture;
      EXPECT_EQ((*store)->GetBody(*capture).value(), BodyOf(ack.page)) << "capture " << ack.capture;
      EXPECT_EQ((*store)->GetFrontierEntry(kMarket, capture->url_key).value().last_capture, capture->id);
    }
    // Never half of a page: the one advert that every page shows was seen as often as there are captures.
    const std::vector<Finding> findings = (*store)->ListFindings({}).value();
    ASSERT_EQ(findings.size(), 1u) << "round " << round;
    EXPECT_EQ(findings[0].times_seen, captures) << "round " << round;
    EXPECT_EQ((*store)->ListObservations(kMarket, findings[0].listing_id).value().size(), captures);
  }
}

// ---- Its folder ----

TEST(StoreFolderTest, SecretIsForTheOwnerOnly) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Store::Open(folder.options()).ok());
  struct stat info {};
  ASSERT_EQ(stat((folder / "secret").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  ASSERT_EQ(stat(folder.options().path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  const std::string secret = ReadFile(folder / "secret", 1000).value();
  EXPECT_EQ(secret.size(), 65u);
  ASSERT_TRUE(Store::Open(folder.options()).ok());
  EXPECT_EQ(ReadFile(folder / "secret", 1000).value(), secret);

  ASSERT_TRUE(WriteFileAtomically(folder / "secret", "nonsense").ok());
  EXPECT_EQ(Store::Open(folder.options()).status().code(), StatusCode::kDataLoss);
  fs::remove(folder / "secret");
  EXPECT_EQ(Store::Open(folder.options()).status().code(), StatusCode::kFailedPrecondition);
}

TEST(StoreFolderTest, NothingIsMadeUnlessAsked) {
  const TemporaryFolder folder;
  StoreOptions options = folder.options();
  options.create_if_missing = false;
  EXPECT_EQ(Store::Open(options).status().code(), StatusCode::kNotFound);
  EXPECT_FALSE(fs::exists(options.path));
  ASSERT_TRUE(Store::Open(folder.options()).ok());
  EXPECT_TRUE(Store::Open(options).ok());
}

TEST(StoreFolderTest, SecondOpenNamesTheFirst) {
  const TemporaryFolder folder;
  StoreOptions options = folder.options();
  options.holder = "gasht patrol";
  Result<std::unique_ptr<Store>> first = Store::Open(options);
  ASSERT_TRUE(first.ok());
  const Status status = Store::Open(folder.options()).status();
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_EQ(status.message(), fmt::format("store {} is in use by gasht patrol (pid {}): use its socket "
                                          "{}/gasht.sock or stop it",
                                          options.path, getpid(), options.path));
  // Released when the first is closed.
  first = Status::Cancelled("closed");
  EXPECT_TRUE(Store::Open(folder.options()).ok());
  EXPECT_THAT(ReadFile(folder / "gasht.lock", 1000).value(), HasSubstr("program store_test"));
}

TEST(StoreFolderTest, LockOfADeadProcessIsNone) {
  const TemporaryFolder folder;
  const auto acks = KillAfter(StartChild(folder.options().path), 1);
  ASSERT_FALSE(acks.empty());
  EXPECT_TRUE(fs::exists(folder / "gasht.lock"));
  EXPECT_TRUE(Store::Open(folder.options()).ok());
}

TEST(StoreFolderTest, MissingBodiesAreNoticedAtOpen) {
  const TemporaryFolder folder;
  {
    const std::unique_ptr<Store> store = Store::Open(folder.options()).value();
    const FakeClock clock;
    WaitingWriter writer(*store, clock);
    // Enough for a memtable to be flushed, so that there is a blob file.
    for (uint64_t i = 0; i < 20; ++i)
      ASSERT_TRUE(
          writer.CommitPage(MakePage(kMarket, fmt::format("/{}", i), HexEncode(RandomBytes(1 << 20)), {}))
              .ok());
  }
  std::vector<fs::path> blobs;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "db")) {
    if (entry.path().extension() == ".blob") blobs.push_back(entry.path());
  }
  ASSERT_FALSE(blobs.empty());
  fs::resize_file(blobs[0], fs::file_size(blobs[0]) / 2);
  EXPECT_EQ(Store::Open(folder.options()).status().code(), StatusCode::kDataLoss);
  fs::remove(blobs[0]);
  EXPECT_EQ(Store::Open(folder.options()).status().code(), StatusCode::kDataLoss);
}

// ---- Its disk failing ----

// A file whose syncs fail once `failing` is set.
class FailingFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FailingFile(std::unique_ptr<rocksdb::FSWritableFile>&& file, const std::atomic<bool>& failing)
      : rocksdb::FSWritableFileOwnerWrapper(std::move(file)), failing_(failing) {}
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    if (failing_) return rocksdb::IOStatus::IOError("injected");
    return rocksdb::FSWritableFileOwnerWrapper::Sync(options, context);
  }

 private:
  const std::atomic<bool>& failing_;
};

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target, const std::atomic<bool>& failing)
      : rocksdb::FileSystemWrapper(target), failing_(failing) {}
  const char* Name() const override { return "FailingFileSystem"; }
  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    rocksdb::IOStatus status = target()->NewWritableFile(name, options, &file, context);
    if (status.ok()) *result = std::make_unique<FailingFile>(std::move(file), failing_);
    return status;
  }

 private:
  const std::atomic<bool>& failing_;
};

TEST(FailingDiskTest, NothingIsAcknowledgedAfterAFailedSync) {
  std::atomic<bool> failing = false;
  const std::shared_ptr<MemoryDisk> sound = MakeMemoryDisk();
  StoreOptions options;
  options.in_memory = true;
  options.disk = std::make_shared<MemoryDisk>(
      rocksdb::NewCompositeEnv(std::make_shared<FailingFileSystem>(sound->env->GetFileSystem(), failing)));
  const FakeClock clock;
  const auto page = [&](int number) {
    return MakePage(kMarket, fmt::format("/{}", number), "x", clock.Utc());
  };
  {
    const std::unique_ptr<Store> store = Store::Open(options).value();
    WaitingWriter writer(*store, clock);
    ASSERT_TRUE(writer.CommitPage(page(1)).ok());
    const TreeHead head = store->tree_head();
    failing = true;
    const Status failure = writer.CommitPage(page(2)).status();
    EXPECT_EQ(failure.code(), StatusCode::kUnavailable) << failure.message();
    EXPECT_EQ(writer.writer().status(), failure);
    failing = false;
    // The disk is well again, the writer is not: only a new process knows what is on the disk.
    EXPECT_EQ(writer.CommitPage(page(3)).status(), failure);
    EXPECT_EQ(writer.AddSeeds({MakeEntry(kMarket, "/4")}), failure);
    EXPECT_EQ(writer.AddEvent({"stop", "gasht", ""}), failure);
    EXPECT_EQ(store->tree_head(), head);
  }
  const Result<std::unique_ptr<Store>> store = Store::Open(options);
  ASSERT_TRUE(store.ok()) << store.status().message();
  EXPECT_TRUE((*store)->GetCapture({1}).ok());
  EXPECT_TRUE((*store)->CheckCustody().ok());
}

}  // namespace
}  // namespace gasht
