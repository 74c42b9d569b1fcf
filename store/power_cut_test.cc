// Power cuts: whatever was not synced is gone, in part or as a whole, and what was acknowledged is not.

#include <atomic>
#include <map>
#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <rocksdb/file_system.h>

#include "base/mutex.h"
#include "store/memory_disk.h"
#include "store/test_support.h"
#include "tests/support/run_of_cases.h"

namespace gasht {
namespace {

// A disk with a volatile cache: knows of every file how much of it was synced, and forgets the rest when the power is cut.
class VolatileDisk final : public rocksdb::FileSystemWrapper {
 public:
  explicit VolatileDisk(const std::shared_ptr<rocksdb::FileSystem>& target)
      : rocksdb::FileSystemWrapper(target) {}
  const char* Name() const override { return "VolatileDisk"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    if (is_off()) return Off();
    const rocksdb::IOStatus status = target()->RenameFile(from, to, options, context);
    if (status.ok()) {
      MutexLock lock(mu_);
      if (const auto file = synced_.find(from); file != synced_.end()) {
        synced_[to] = file->second;
        synced_.erase(from);
      }
    }
    return status;
  }
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override {
    if (is_off()) return Off();
    {
      MutexLock lock(mu_);
      synced_.erase(name);
    }
    return target()->DeleteFile(name, options, context);
  }

  void Synced(const std::string& name, uint64_t bytes) {
    MutexLock lock(mu_);
    synced_[name] = bytes;
  }
  bool is_off() const { return off_; }
  static rocksdb::IOStatus Off() { return rocksdb::IOStatus::IOError("the power is off"); }

  // Nothing that is written from now on is written.
  void Cut() { off_ = true; }
  // What a machine finds that starts again: of every file what was synced, and of the rest as much as chance wrote out.
  void LoseUnsynced(std::mt19937_64& random) {
    MutexLock lock(mu_);
    for (const auto& [name, synced] : synced_) {
      uint64_t size = 0;
      if (!target()->GetFileSize(name, {}, &size, nullptr).ok() || size <= synced) continue;
      const uint64_t kept = synced + random() % (size - synced + 1);
      std::unique_ptr<rocksdb::FSSequentialFile> file;
      ASSERT_TRUE(target()->NewSequentialFile(name, {}, &file, nullptr).ok());
      std::string bytes(kept, '\0');
      rocksdb::Slice read;
      ASSERT_TRUE(file->Read(kept, {}, &read, bytes.data(), nullptr).ok());
      const std::string left = read.ToString();
      file.reset();
      ASSERT_TRUE(target()->DeleteFile(name, {}, nullptr).ok());
      std::unique_ptr<rocksdb::FSWritableFile> rest;
      ASSERT_TRUE(target()->NewWritableFile(name, {}, &rest, nullptr).ok());
      ASSERT_TRUE(rest->Append(left, {}, nullptr).ok());
      ASSERT_TRUE(rest->Close({}, nullptr).ok());
    }
  }

 private:
  std::atomic<bool> off_ = false;
  Mutex mu_;
  std::map<std::string, uint64_t> synced_ GUARDED_BY(mu_);
};

class VolatileFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  VolatileFile(std::unique_ptr<rocksdb::FSWritableFile>&& file, VolatileDisk& disk, std::string name)
      : rocksdb::FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), name_(std::move(name)) {}
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
    if (disk_.is_off()) return VolatileDisk::Off();
    const rocksdb::IOStatus status = rocksdb::FSWritableFileOwnerWrapper::Append(data, options, context);
    if (status.ok()) written_ += data.size();
    return status;
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo&, rocksdb::IODebugContext* context) override {
    return Append(data, options, context);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    const uint64_t bytes = written_;
    if (disk_.is_off()) return VolatileDisk::Off();
    const rocksdb::IOStatus status = rocksdb::FSWritableFileOwnerWrapper::Sync(options, context);
    if (status.ok()) disk_.Synced(name_, bytes);
    return status;
  }
  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* context) override {
    return Sync(options, context);
  }

 private:
  VolatileDisk& disk_;
  const std::string name_;
  std::atomic<uint64_t> written_ = 0;
};

rocksdb::IOStatus VolatileDisk::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                                std::unique_ptr<rocksdb::FSWritableFile>* result,
                                                rocksdb::IODebugContext* context) {
  if (is_off()) return Off();
  std::unique_ptr<rocksdb::FSWritableFile> file;
  const rocksdb::IOStatus status = target()->NewWritableFile(name, options, &file, context);
  if (!status.ok()) return status;
  Synced(name, 0);
  *result = std::make_unique<VolatileFile>(std::move(file), *this, name);
  return status;
}

std::string BodyOf(uint64_t number) {
  std::string body;
  for (uint64_t word = number + 1; body.size() < 200 + number % 40 * 700;
       word = word * 6364136223846793005u + 1442695040888963407u)
    body += fmt::format("{:x}\n", word);
  return body;
}

// One store, cut again and again: each time all that was acknowledged is there, and the rest is a prefix of what was
// submitted.
void CutPower(const RunOfCases& run, uint64_t first, uint64_t cuts) {
  const auto sound = MakeMemoryDisk();
  uint64_t submitted = 0;
  std::atomic<uint64_t> acknowledged = 0;
  for (uint64_t cut = first; cut < first + cuts; ++cut) {
    SCOPED_TRACE(fmt::format("seed {}, cut {}, on a store from cut {} on", run.seed, cut, first));
    std::mt19937_64 random = run.RandomOf(cut);
    const auto disk = std::make_shared<VolatileDisk>(sound->env->GetFileSystem());
    StoreOptions options;
    options.in_memory = true;
    options.disk = std::make_shared<MemoryDisk>(rocksdb::NewCompositeEnv(disk));
    options.disk->secret = sound->secret;
    options.disk->master = sound->master;
    options.disk->keys = sound->keys;
    const SystemClock clock;
    {
      Result<std::unique_ptr<Store>> opened = Store::Open(options);
      ASSERT_TRUE(opened.ok()) << opened.status().message();
      Store& store = **opened;
      const std::vector<Capture> captures =
          store.ListCaptures({.source = {}, .after = {}, .limit = SIZE_MAX}).value();
      ASSERT_GE(captures.size(), acknowledged.load());
      for (size_t i = 0; i < captures.size(); ++i) {
        ASSERT_EQ(captures[i].id.value, i + 1);
        ASSERT_EQ(captures[i].url, fmt::format("http://example.com/{}", i % 50));
      }
      // What was not acknowledged and is not there is submitted again.
      submitted = captures.size();
      acknowledged = submitted;
      const Status custody = store.CheckCustody();
      ASSERT_TRUE(custody.ok()) << custody.message();

      StoreWriter writer(store, clock);
      const uint64_t until = random() % 60;
      for (uint64_t i = 0; i < until + 20; ++i, ++submitted) {
        if (i == until) disk->Cut();
        writer.CommitPage(
            MakePage(kMarket, fmt::format("/{}", submitted % 50), BodyOf(submitted), clock.Utc()),
            [&acknowledged](const Result<PageCommitted>& committed) {
              if (committed.ok()) acknowledged = std::max(acknowledged.load(), committed->capture.value);
            });
        if (random() % 8 == 0) std::this_thread::yield();
      }
    }
    sound->secret = options.disk->secret;
    sound->master = options.disk->master;
    sound->keys = options.disk->keys;
    disk->LoseUnsynced(random);
  }
}

constexpr uint64_t kCutsOfAStore = 20;

void CutAll(RunOfCases run) {
  run.step = kCutsOfAStore;
  RunCases(run, "power cuts", [&](int) -> CaseWorker {
    return [&](uint64_t first, uint64_t cuts) -> uint64_t {
      if (::testing::Test::HasFatalFailure()) return 0;
      CutPower(run, first, cuts);
      return ::testing::Test::HasFatalFailure() ? 0 : cuts;
    };
  });
  if (!::testing::Test::HasFailure())
    fmt::print("{} power cuts: each time a prefix that holds all that was acknowledged\n", run.count);
}

TEST(PowerCutTest, CutsLoseNothingAcknowledged) {
  CutAll({.seed = 1, .from = 0, .count = 8, .workers = 1});
}

// scripts/crashtest
TEST(PowerCutTest, DISABLED_Many) {
  CutAll(RunOfCases::FromEnvironment("GASHT_POWER_CUTS", {.count = 200, .workers = 2}));
}

}  // namespace
}  // namespace gasht
