// The store on a real disk: killed, locked, its disk failing.

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/file_system.h>

#include "base/file.h"
#include "store/memory_disk.h"
#include "store/test_support.h"
#include "tests/support/processes.h"
#include "tests/support/run_of_cases.h"
#include "tests/support/temporary_folder.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// A store's folder in a folder of its own.
class StoreFolder {
 public:
  StoreOptions options() const {
    StoreOptions options;
    options.path = folder_ / "store";
    return options;
  }
  std::string operator/(const std::string& name) const { return folder_ / ("store/" + name); }

 private:
  const TemporaryFolder folder_;
};

// ---- Killed ----

constexpr char kChildStore[] = "GASHT_CRASH_TEST_STORE";
constexpr size_t kInFlight = 32;
constexpr uint64_t kPages = 40;

// 0.2 to 200 KB, most of them small; a page that is looked at again has changed a little.
std::string BodyOf(uint64_t number) {
  const uint64_t page = number % kPages;
  const size_t bytes = page % 10 == 0 ? 200'000 : 200 + page * 97;
  std::string body;
  for (uint64_t word = page + 1; body.size() < bytes;
       word = word * 6364136223846793005u + 1442695040888963407u)
    body += fmt::format("{:x} ", word);
  return fmt::format("body {} {}", number, body);
}

PageCommit CrashPage(uint64_t number, UtcTime at) {
  PageCommit page = MakePage(kMarket, fmt::format("/{}", number % kPages), BodyOf(number), at);
  page.analysis.listings = {MakeListing("Charas"), MakeListing(fmt::format("Charas {}", number))};
  page.analysis.candidates = {MakeCandidate(0, Level::kHigh, 60)};
  page.outlinks = {MakeEntry(kMarket, fmt::format("/{}", (number + 1) % kPages))};
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
  for (uint64_t page = store->CountSource(kMarket, {}).value().captures;; ++page) {
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

OwnChild StartChild(const std::string& store, const std::string& test = "CrashTest.DISABLED_Child",
                    std::vector<std::string> environment = {}) {
  environment.push_back(fmt::format("{}={}", kChildStore, store));
  return StartOwnTest(test, environment);
}

// Everything that the child said before it died, at least `least` of it before it is killed.
std::vector<Acknowledged> KillAfter(const OwnChild& child, size_t least) {
  std::vector<Acknowledged> acks;
  Acknowledged ack;
  // Smaller than PIPE_BUF: a write is there as a whole or not at all.
  while (acks.size() < least && read(child.said.get(), &ack, sizeof(ack)) == sizeof(ack)) acks.push_back(ack);
  kill(child.pid, SIGKILL);
  while (read(child.said.get(), &ack, sizeof(ack)) == sizeof(ack)) acks.push_back(ack);
  int how = 0;
  EXPECT_EQ(waitpid(child.pid, &how, 0), child.pid);
  EXPECT_TRUE(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL) << "the child ended by itself: " << how;
  return acks;
}

void ExpectAcknowledged(const Store& store, const std::vector<Acknowledged>& acks) {
  for (const Acknowledged& ack : acks) {
    const Result<Capture> capture = store.GetCapture({ack.capture});
    ASSERT_TRUE(capture.ok()) << capture.status().message();
    ASSERT_EQ(capture->url, fmt::format("http://example.com/{}", ack.page % kPages))
        << "capture " << ack.capture;
    ASSERT_EQ(store.GetBody(*capture).value(), BodyOf(ack.page)) << "capture " << ack.capture;
    ASSERT_GE(store.GetFrontierEntry(kMarket, capture->url_key).value().last_capture, capture->id);
  }
}

// Kills on one store: after each what that child was told is looked at, in the end everything.
void Kill(const RunOfCases& run, uint64_t first, uint64_t kills, std::atomic<uint64_t>& acknowledged) {
  const StoreFolder folder;
  std::vector<Acknowledged> acks;
  for (uint64_t kill = first; kill < first + kills; ++kill) {
    SCOPED_TRACE(fmt::format("seed {}, kill {}, on a store from kill {} on", run.seed, kill, first));
    std::mt19937_64 random = run.RandomOf(kill);
    // Now and then in the middle of the first group, now and then after some.
    const auto said = KillAfter(StartChild(folder.options().path), 1 + random() % 150);
    ASSERT_FALSE(said.empty());
    acks.insert(acks.end(), said.begin(), said.end());
    const Result<std::unique_ptr<Store>> store = Store::Open(folder.options());
    ASSERT_TRUE(store.ok()) << store.status().message();
    ExpectAcknowledged(**store, said);
    if (::testing::Test::HasFatalFailure()) return;
  }
  SCOPED_TRACE(fmt::format("seed {}, after kills {} to {}", run.seed, first, first + kills - 1));
  const std::unique_ptr<Store> store = Store::Open(folder.options()).value();
  const Status custody = store->CheckCustody();
  ASSERT_TRUE(custody.ok()) << custody.message();
  ExpectAcknowledged(*store, acks);
  const uint64_t captures = store->CountSource(kMarket, {}).value().captures;
  EXPECT_GE(captures, acks.size());
  // Never half of a page: the one advert that every page shows was seen as often as there are captures.
  const std::vector<Finding> findings = store->ListFindings({}).value();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].times_seen, captures);
  size_t looks = 0;
  const std::vector<Observation> seen = store->ListObservations(kMarket, findings[0].listing_id).value();
  for (const Observation& look : seen) looks += look.times_seen();
  EXPECT_EQ(looks, captures);
  // One leaf more: the finding.
  EXPECT_EQ(captures + 1, store->tree_head().size);
  acknowledged += acks.size();
}

// So many on one store: with what it was told by all of them in the end.
constexpr uint64_t kKillsOfAStore = 25;

void KillAll(RunOfCases run) {
  run.step = kKillsOfAStore;
  std::atomic<uint64_t> acknowledged = 0;
  RunCases(run, "kills", [&](int) -> CaseWorker {
    return [&](uint64_t first, uint64_t kills) -> uint64_t {
      if (::testing::Test::HasFatalFailure()) return 0;
      Kill(run, first, kills, acknowledged);
      return ::testing::Test::HasFatalFailure() ? 0 : kills;
    };
  });
  if (::testing::Test::HasFailure()) return;
  fmt::print("{} kills, {} acknowledged captures: none missing, altered or half visible\n", run.count,
             acknowledged.load());
}

TEST(CrashTest, KillsLoseNothingAcknowledged) {
  KillAll({.seed = 1, .from = 0, .count = 8, .workers = 1});
}

// scripts/crashtest
TEST(CrashTest, DISABLED_ManyKills) {
  KillAll(RunOfCases::FromEnvironment("GASHT_KILLS", {.count = 1000, .workers = 2}));
}

// ---- Its disk full ----

constexpr char kLimit[] = "GASHT_CRASH_TEST_LIMIT";
// More than any of the limits below lets through; without one a call fails sooner.
constexpr uint64_t kMostPages = 3000, kMostPagesUnlimited = 250;

// Not by write(2): that may be one of those that are made to fail.
void Say(const Acknowledged& ack) {
  if (syscall(SYS_write, 3, &ack, sizeof(ack)) != sizeof(ack)) _exit(1);
}

// A file that may not grow, or writes that fail: every acknowledgement, then one '!' for the first failure, then whatever is acknowledged after it.
TEST(CrashTest, DISABLED_LimitedChild) {
  StoreOptions options;
  options.path = std::getenv(kChildStore);
  const std::unique_ptr<Store> store = Store::Open(options).value();
  signal(SIGXFSZ, SIG_IGN);
  if (const char* const bytes = std::getenv(kLimit); bytes != nullptr) {
    const rlimit limit{static_cast<rlim_t>(std::atoll(bytes)), RLIM_INFINITY};
    ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  const SystemClock clock;
  StoreWriter writer(*store, clock);
  std::atomic<bool> failed = false;
  uint64_t page = 0;
  const uint64_t most = std::getenv(kLimit) != nullptr ? kMostPages : kMostPagesUnlimited;
  for (; page < most && !failed; ++page) {
    std::promise<void> done;
    writer.CommitPage(CrashPage(page, clock.Utc()), [&](const Result<PageCommitted>& committed) {
      // After a failure none may succeed: a second number 0 would say so.
      const Acknowledged ack{page, committed.ok() ? committed->capture.value : 0};
      if (!committed.ok()) failed = true;
      Say(ack);
      done.set_value();
    });
    done.get_future().wait();
  }
  for (uint64_t i = 0; i < 10; ++i)
    writer.CommitPage(CrashPage(page, clock.Utc()), [page](const Result<PageCommitted>& committed) {
      Say({page, committed.ok() ? committed->capture.value : 0});
    });
}

// A child whose disk fails: what it acknowledged is there, nothing is acknowledged after a failure, and the next process
// goes on. True when there was a failure.
bool FailAndGoOn(const std::vector<std::string>& environment, size_t least) {
  const StoreFolder folder;
  EXPECT_TRUE(Store::Open(folder.options()).ok());
  const OwnChild child = StartChild(folder.options().path, "CrashTest.DISABLED_LimitedChild", environment);
  std::vector<Acknowledged> acks;
  bool has_failed = false;
  Acknowledged ack;
  while (read(child.said.get(), &ack, sizeof(ack)) == sizeof(ack)) {
    if (ack.capture == 0) has_failed = true;
    if (ack.capture != 0) {
      EXPECT_FALSE(has_failed) << "acknowledged after a failure: " << ack.capture;
      acks.push_back(ack);
    }
  }
  int how = 0;
  // By itself, or by an assertion of RocksDB: it is dead either way, and systemd starts another.
  EXPECT_EQ(waitpid(child.pid, &how, 0), child.pid);
  EXPECT_GE(acks.size(), least);
  const Result<std::unique_ptr<Store>> store = Store::Open(folder.options());
  EXPECT_TRUE(store.ok()) << store.status().message();
  if (!store.ok()) return false;
  ExpectAcknowledged(**store, acks);
  const SystemClock clock;
  WaitingWriter writer(**store, clock);
  EXPECT_TRUE(writer.CommitPage(CrashPage(5000, clock.Utc())).ok());
  const Status custody = (*store)->CheckCustody();
  EXPECT_TRUE(custody.ok()) << custody.message();
  return has_failed || !WIFEXITED(how) || WEXITSTATUS(how) != 0;
}

TEST(CrashTest, NothingIsAcknowledgedAfterTheDiskIsFull) {
  for (const uint64_t limit : {400'000u, 1'500'000u, 3'000'000u}) {
    SCOPED_TRACE(limit);
    EXPECT_TRUE(FailAndGoOn({fmt::format("{}={}", kLimit, limit)}, 1));
  }
}

// Single calls that fail (libfiu): a write, a sync, of RocksDB's files or of ours.
TEST(CrashTest, NothingIsAcknowledgedAfterAWriteFailed) {
  const std::string preload = "/usr/lib/fiu/fiu_run_preload.so", posix = "/usr/lib/fiu/fiu_posix_preload.so";
  if (!std::filesystem::exists(posix)) GTEST_SKIP() << "no libfiu (apt-get install fiu-utils)";
  int failed = 0;
  for (const char* point : {"posix/io/sync/fdatasync", "posix/io/sync/fsync", "posix/io/rw/write",
                            "posix/io/rw/pwrite", "posix/io/oc/open"}) {
    SCOPED_TRACE(point);
    failed += FailAndGoOn({"LD_PRELOAD=" + preload + ":" + posix,
                           fmt::format("FIU_ENABLE=enable_random name={},probability=0.02", point)},
                          0);
  }
  EXPECT_GE(failed, 2) << "nothing was made to fail";
}

// ---- Its folder ----

TEST(StoreFolderTest, SecretIsForTheOwnerOnly) {
  const StoreFolder folder;
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
  const StoreFolder folder;
  StoreOptions options = folder.options();
  options.create_if_missing = false;
  EXPECT_EQ(Store::Open(options).status().code(), StatusCode::kNotFound);
  EXPECT_FALSE(fs::exists(options.path));
  ASSERT_TRUE(Store::Open(folder.options()).ok());
  EXPECT_TRUE(Store::Open(options).ok());
}

TEST(StoreFolderTest, SecondOpenNamesTheFirst) {
  const StoreFolder folder;
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
  const StoreFolder folder;
  const auto acks = KillAfter(StartChild(folder.options().path), 1);
  ASSERT_FALSE(acks.empty());
  EXPECT_TRUE(fs::exists(folder / "gasht.lock"));
  EXPECT_TRUE(Store::Open(folder.options()).ok());
}

TEST(StoreFolderTest, MissingBodiesAreNoticedAtOpen) {
  const StoreFolder folder;
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

TEST(StoreFolderTest, SomeOfTheDiskIsKeptFree) {
  struct Row {
    uint64_t disk, kept;
  };
  constexpr uint64_t kGiB = uint64_t{1} << 30;
  // A tenth, or 2 GiB where that is more: a disk of less holds no patrol unless somebody says how much is enough.
  for (const Row& row : {Row{0, 2 * kGiB}, Row{kGiB, 2 * kGiB}, Row{20 * kGiB, 2 * kGiB},
                         Row{20 * kGiB + 10, 2 * kGiB + 1}, Row{4000 * kGiB, 400 * kGiB}})
    EXPECT_EQ(SpaceToKeepFree(row.disk), row.kept) << row.disk;
  const StoreFolder folder;
  const std::unique_ptr<Store> store = Store::Open(folder.options()).value();
  EXPECT_TRUE(store->CheckSpace(1).ok());
  const Status full = store->CheckSpace(UINT64_MAX);
  EXPECT_EQ(full.code(), StatusCode::kResourceExhausted);
  EXPECT_THAT(full.message(), HasSubstr("disk_free"));
  struct statvfs space {};
  ASSERT_EQ(statvfs(folder.options().path.c_str(), &space), 0);
  const uint64_t left = uint64_t{space.f_bavail} * space.f_frsize,
                 all = uint64_t{space.f_blocks} * space.f_frsize;
  EXPECT_EQ(store->CheckSpace().ok(), left >= SpaceToKeepFree(all)) << left << " of " << all;
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
