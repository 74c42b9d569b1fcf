#include "store/writer.h"

#include <pthread.h>

#include <chrono>
#include <deque>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/mutex.h"
#include "store/transaction.h"

namespace gasht {
namespace {

// One sync for as many pages as wait, within these bounds: more per sync is faster (78 MB/s at 1, 202 at 64
// with 20 KB values), but whoever waits for the first of them waits for the last, and the group is held in
// memory.
constexpr size_t kMaxGroup = 64;
constexpr size_t kMaxGroupBytes = 8 << 20;
// Time servers move a clock by less.
constexpr std::chrono::seconds kClockStep{5};

// The change was refused before it touched anything; it is the caller's mistake, not the store's.
bool IsRefusal(const Status& status) {
  return status.code() == StatusCode::kInvalidArgument || status.code() == StatusCode::kNotFound;
}

// One submission.
class Change {
 public:
  virtual ~Change() = default;
  // Called once; the result is kept for Finish.
  virtual Status AddTo(Transaction& transaction) = 0;
  // Tells the submitter: `status` is why it is not durable, or Ok.
  virtual void Finish(const Status& status) = 0;
};

class PageChange final : public Change {
 public:
  PageChange(PageCommit page, Result<PreparedPage> prepared, std::function<void(Result<PageCommitted>)> done)
      : page_(std::move(page)), prepared_(std::move(prepared)), done_(std::move(done)) {}
  Status AddTo(Transaction& transaction) override {
    if (!prepared_.ok()) return prepared_.status();
    Result<PageCommitted> committed = transaction.AddPage(std::move(page_), std::move(prepared_).value());
    if (committed.ok()) committed_ = std::move(committed).value();
    return committed.status();
  }
  void Finish(const Status& status) override {
    if (status.ok()) {
      done_(std::move(committed_));
    } else {
      done_(status);
    }
  }

 private:
  PageCommit page_;
  Result<PreparedPage> prepared_;
  PageCommitted committed_;
  const std::function<void(Result<PageCommitted>)> done_;
};

class EraseChange final : public Change {
 public:
  EraseChange(Erasure erasure, std::function<void(Result<Erased>)> done)
      : erasure_(std::move(erasure)), done_(std::move(done)) {}
  Status AddTo(Transaction& transaction) override {
    Result<Erased> erased = transaction.Erase(std::move(erasure_));
    if (erased.ok()) erased_ = std::move(erased).value();
    return erased.status();
  }
  void Finish(const Status& status) override {
    if (status.ok()) {
      done_(std::move(erased_));
    } else {
      done_(status);
    }
  }

 private:
  Erasure erasure_;
  Erased erased_;
  const std::function<void(Result<Erased>)> done_;
};

class FrontierChangeStep final : public Change {
 public:
  FrontierChangeStep(FrontierChange change, std::function<void(Result<FrontierChanged>)> done)
      : change_(std::move(change)), done_(std::move(done)) {}
  Status AddTo(Transaction& transaction) override {
    Result<FrontierChanged> changed = transaction.ChangeFrontier(std::move(change_));
    if (changed.ok()) changed_ = std::move(changed).value();
    return changed.status();
  }
  void Finish(const Status& status) override {
    if (status.ok()) {
      done_(std::move(changed_));
    } else {
      done_(status);
    }
  }

 private:
  FrontierChange change_;
  FrontierChanged changed_;
  const std::function<void(Result<FrontierChanged>)> done_;
};

// A submission of which only the success matters.
template <typename Value, Status (Transaction::*kAdd)(Value)>
class PlainChange final : public Change {
 public:
  PlainChange(Value value, std::function<void(Status)> done)
      : value_(std::move(value)), done_(std::move(done)) {}
  Status AddTo(Transaction& transaction) override { return (transaction.*kAdd)(std::move(value_)); }
  void Finish(const Status& status) override { done_(status); }

 private:
  Value value_;
  const std::function<void(Status)> done_;
};

}  // namespace

struct StoreWriter::Impl {
  Impl(StoreState& s, const Clock& c) : store(s), clock(c) {}

  void Submit(std::unique_ptr<Change> change) EXCLUDES_LOCK(mu) {
    {
      MutexLock lock(mu);
      waiting.push_back(std::move(change));
    }
    not_empty.NotifyOne();
  }

  void Run(const std::stop_token& stop) {
    pthread_setname_np(pthread_self(), "store-writer");
    while (WaitForChanges(stop)) CommitGroup();
  }

  // False when there is nothing left to do and a stop was requested.
  bool WaitForChanges(const std::stop_token& stop) EXCLUDES_LOCK(mu) {
    MutexLock lock(mu);
    not_empty.Wait(mu, stop, [this]() NO_THREAD_SAFETY_ANALYSIS { return !waiting.empty(); });
    return !waiting.empty();
  }

  std::unique_ptr<Change> TakeChange() EXCLUDES_LOCK(mu) {
    MutexLock lock(mu);
    if (waiting.empty()) return nullptr;
    std::unique_ptr<Change> change = std::move(waiting.front());
    waiting.pop_front();
    return change;
  }

  Status CurrentStatus() const EXCLUDES_LOCK(mu) {
    MutexLock lock(mu);
    return status;
  }

  void CommitGroup() {
    struct Member {
      std::unique_ptr<Change> change;
      Status refusal;
    };
    std::vector<Member> group;
    Status failure = CurrentStatus();
    Transaction transaction(store, clock);
    if (failure.ok()) failure = LookAtClock(transaction);
    while (group.size() < kMaxGroup && transaction.bytes() < kMaxGroupBytes) {
      std::unique_ptr<Change> change = TakeChange();
      if (change == nullptr) break;
      group.push_back({std::move(change), {}});
      if (!failure.ok()) continue;
      const Status status = group.back().change->AddTo(transaction);
      if (IsRefusal(status)) {
        group.back().refusal = status;
      } else {
        failure = status;
      }
    }
    if (failure.ok()) failure = transaction.Commit();
    if (!failure.ok()) {
      MutexLock lock(mu);
      status = failure;
    }
    for (Member& member : group) member.change->Finish(member.refusal.ok() ? failure : member.refusal);
  }

  // A step of the wall clock is a leaf of its own; one that goes back behind what was sealed stops everything: no later time
  // would mean anything.
  Status LookAtClock(Transaction& transaction) {
    const UtcTime utc = clock.Utc();
    const MonotonicTime monotonic = clock.Monotonic();
    if (utc.micros < store.sealed_at)
      return Status::FailedPrecondition(
          fmt::format("the clock says {}, but evidence was sealed at {}: set the clock, then start again",
                      FormatRfc3339(utc), FormatRfc3339({store.sealed_at})));
    const auto step = (utc - last_utc) - (monotonic - last_monotonic);
    const bool is_first = last_monotonic == MonotonicTime();
    last_utc = utc;
    last_monotonic = monotonic;
    if (is_first || std::chrono::abs(step) <= kClockStep) return Status::Ok();
    return transaction.AddEvent({"clock_step", "gasht", fmt::format("{:+} ms", step.count() / 1000)});
  }

  StoreState& store;
  const Clock& clock;

  // The writer's thread only.
  UtcTime last_utc;
  MonotonicTime last_monotonic;

  mutable Mutex mu;
  CondVar not_empty;
  std::deque<std::unique_ptr<Change>> waiting GUARDED_BY(mu);
  Status status GUARDED_BY(mu);

  // Last, so that it ends before what it uses.
  std::jthread thread;
};

StoreWriter::StoreWriter(Store& store, const Clock& clock)
    : impl_(std::make_unique<Impl>(*store.state_, clock)) {
  impl_->thread = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->Run(stop); });
}

StoreWriter::~StoreWriter() = default;

void StoreWriter::CommitPage(PageCommit page, std::function<void(Result<PageCommitted>)> done) {
  // Hashing, compressing and sealing on the submitter's thread: there may be many of these, and one writer.
  Result<PreparedPage> prepared = PreparePage(impl_->store, page);
  impl_->Submit(std::make_unique<PageChange>(std::move(page), std::move(prepared), std::move(done)));
}

void StoreWriter::AddSeeds(std::vector<FrontierEntry> seeds, std::function<void(Status)> done) {
  impl_->Submit(std::make_unique<PlainChange<std::vector<FrontierEntry>, &Transaction::AddSeeds>>(
      std::move(seeds), std::move(done)));
}

void StoreWriter::AddReview(Review review, std::function<void(Status)> done) {
  impl_->Submit(
      std::make_unique<PlainChange<Review, &Transaction::AddReview>>(std::move(review), std::move(done)));
}

void StoreWriter::AddEvent(CustodyEvent event, std::function<void(Status)> done) {
  impl_->Submit(
      std::make_unique<PlainChange<CustodyEvent, &Transaction::AddEvent>>(std::move(event), std::move(done)));
}

void StoreWriter::Erase(Erasure erasure, std::function<void(Result<Erased>)> done) {
  impl_->Submit(std::make_unique<EraseChange>(std::move(erasure), std::move(done)));
}

void StoreWriter::ChangeFrontier(FrontierChange change, std::function<void(Result<FrontierChanged>)> done) {
  impl_->Submit(std::make_unique<FrontierChangeStep>(std::move(change), std::move(done)));
}

void StoreWriter::AskFor(Asked asked, std::function<void(Status)> done) {
  impl_->Submit(
      std::make_unique<PlainChange<Asked, &Transaction::AskFor>>(std::move(asked), std::move(done)));
}

void StoreWriter::SetOperatorState(OperatorChange change, std::function<void(Status)> done) {
  impl_->Submit(std::make_unique<PlainChange<OperatorChange, &Transaction::SetOperatorState>>(
      std::move(change), std::move(done)));
}

void StoreWriter::DecideCandidate(CandidateDecision decision, std::function<void(Status)> done) {
  impl_->Submit(std::make_unique<PlainChange<CandidateDecision, &Transaction::DecideCandidate>>(
      std::move(decision), std::move(done)));
}

void StoreWriter::AddGap(CrawlGap gap, std::function<void(Status)> done) {
  impl_->Submit(
      std::make_unique<PlainChange<CrawlGap, &Transaction::AddGap>>(std::move(gap), std::move(done)));
}

void StoreWriter::AddAlert(PlainAlert alert, std::function<void(Status)> done) {
  impl_->Submit(
      std::make_unique<PlainChange<PlainAlert, &Transaction::AddAlert>>(std::move(alert), std::move(done)));
}

Status StoreWriter::status() const {
  return impl_->CurrentStatus();
}

}  // namespace gasht
