#include "analysis/sandboxed_analyzer.h"

#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

// glibc 2.36 leaves this out.
extern "C" {
#include <sys/pidfd.h>
}

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "analysis/analysis_child.h"
#include "base/child.h"
#include "base/file.h"
#include "base/frame.h"
#include "base/log.h"
#include "base/mutex.h"
#include "model/codec.h"

namespace gasht {
namespace {

using std::chrono::milliseconds;

constexpr FrameLimits kReplyLimits{1 << 20, 64 << 20};
// A core that waits longer for a worker than this over the page's time has gone.
constexpr milliseconds kWorkerGrace{3000};
// Between attempts to start a zygote that does not start.
constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{10'000};

// Immutable but for its process, which only its last owner touches.
struct Zygote {
  ChildProcess process;
};

Result<std::shared_ptr<const Zygote>> StartZygote(const SandboxedAnalyzerOptions& options,
                                                  const std::vector<RulePackFile>& packs) {
  AnalysisSetup setup;
  for (const RulePackFile& pack : packs) setup.packs.push_back({pack.name, pack.text});
  setup.max_private_bytes = options.max_private_bytes;
  setup.max_page_time = options.page_time + kWorkerGrace;
  GASHT_ASSIGN_OR_RETURN(ChildProcess process, ChildProcess::Spawn(kAnalysisRole));
  FrameReader reader({});
  Result<Frame> answer = Status::Internal("never asked");
  if (const Status sent = SendFrame(process.channel(), "", Encode(setup), options.start_time); sent.ok()) {
    answer = ReceiveFrame(process.channel(), reader, options.start_time);
  } else {
    answer = sent;
  }
  if (!answer.ok())
    return Status::Unavailable(fmt::format("the analysis child does not start: {}; it {}",
                                           answer.status().message(), process.Kill()));
  GASHT_ASSIGN_OR_RETURN(const ChildReady ready, DecodeChildReady(answer->header));
  if (!ready.error.empty()) return Status::InvalidArgument(ready.error);
  return std::shared_ptr<const Zygote>(std::make_shared<Zygote>(Zygote{std::move(process)}));
}

// One worker process, of one thread of ours. Its zygote lives as long as it does.
class Worker {
 public:
  static Result<Worker> Fork(std::shared_ptr<const Zygote> zygote, milliseconds start_time) {
    GASHT_ASSIGN_OR_RETURN(SocketPair sockets, MakeSocketPair());
    const timeval patience{start_time.count() / 1000, start_time.count() % 1000 * 1000};
    setsockopt(sockets.ours.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    GASHT_RETURN_IF_ERROR(SendFd(zygote->process.channel(), 'w', sockets.theirs.get()));
    sockets.theirs.Close();
    GASHT_ASSIGN_OR_RETURN(ReceivedFd self, ReceiveFd(sockets.ours.get()));
    if (!self.fd.is_open()) return Status::Unavailable("a worker does not say who it is");
    return Worker(std::move(zygote), std::move(sockets.ours), std::move(self.fd));
  }
  Worker(Worker&&) noexcept = default;
  // A worker that is idle ends with its channel; one that is not has been killed.
  Worker& operator=(Worker&&) noexcept = default;

  void Kill() const { pidfd_send_signal(pidfd_.get(), SIGKILL, nullptr, 0); }

  const std::shared_ptr<const Zygote>& zygote() const { return zygote_; }
  uint32_t pages() const { return pages_; }

  // Of the process, from the kernel; -1 when it has ended.
  pid_t pid() const {
    const Result<std::string> info = ReadFile(fmt::format("/proc/self/fdinfo/{}", pidfd_.get()), 1 << 16);
    const size_t at = info.ok() ? info->find("Pid:") : std::string::npos;
    return at == std::string::npos ? -1 : std::atoi(info->c_str() + at + 4);
  }

  Status Send(const std::string& header, const std::string& body, milliseconds time) {
    ++pages_;
    return SendFrame(channel_.get(), header, body, time);
  }
  Result<Frame> Receive(milliseconds time) { return ReceiveFrame(channel_.get(), *reader_, time); }

 private:
  Worker(std::shared_ptr<const Zygote> zygote, OwnedFd channel, OwnedFd pidfd)
      : zygote_(std::move(zygote)),
        channel_(std::move(channel)),
        pidfd_(std::move(pidfd)),
        reader_(std::make_unique<FrameReader>(kReplyLimits)) {}

  std::shared_ptr<const Zygote> zygote_;
  OwnedFd channel_, pidfd_;
  std::unique_ptr<FrameReader> reader_;
  uint32_t pages_ = 0;
};

AnalysisRequest RequestOf(uint64_t id, const AnalysisJob& job) {
  AnalysisRequest request;
  request.id = id;
  request.kind = job.kind;
  request.url = job.page.url;
  request.content_type = job.page.content_type;
  request.status = job.page.status;
  request.fetched_at = job.context.fetched_at;
  request.source_kind = job.context.source_kind;
  request.profile = job.context.profile;
  request.text_only = job.context.text_only;
  request.pinned = job.context.pinned;
  if (job.context.rules != nullptr) request.rules_digest = job.context.rules->digest();
  return request;
}

// What is known of a page that no worker survived.
PageAnalysis Unread(const CapturedPage& page, std::string why) {
  PageAnalysis analysis;
  analysis.document.url = page.url;
  analysis.document.page_class = PageClass::kError;
  analysis.document.degraded = true;
  analysis.document.weirds.push_back({kAnalysisFailedWeird, std::move(why)});
  return analysis;
}

}  // namespace

struct SandboxedAnalyzer::Impl {
  struct Task {
    AnalysisJob job;
    Done done;
  };

  explicit Impl(SandboxedAnalyzerOptions o) : options(std::move(o)) {}
  ~Impl() {
    {
      MutexLock lock(mu);
      closed = true;
    }
    changed.NotifyAll();
  }

  const SandboxedAnalyzerOptions options;
  mutable Mutex mu;
  CondVar changed;
  // Bounded by the credits of whoever submits.
  std::deque<Task> tasks GUARDED_BY(mu);
  bool closed GUARDED_BY(mu) = false;
  // The one that new workers come from. Its process is talked to without the lock: an order is one message.
  std::shared_ptr<const Zygote> zygote GUARDED_BY(mu);
  std::vector<RulePackFile> packs GUARDED_BY(mu);
  bool starting GUARDED_BY(mu) = false;
  SandboxedAnalyzerCounts counts GUARDED_BY(mu);
  std::map<unsigned, pid_t> pids GUARDED_BY(mu);
  uint64_t last_id GUARDED_BY(mu) = 0;
  std::vector<std::jthread> threads;  // last: they use the rest

  // ---- One thread and its worker ----

  void Work(unsigned slot, std::optional<Worker> worker) {
    pthread_setname_np(pthread_self(), "analysis");
    while (std::optional<Task> task = Next()) {
      PageAnalysis analysis = Read(slot, worker, task->job);
      task->done(std::move(task->job.page), std::move(analysis));
    }
  }

  std::optional<Task> Next() EXCLUDES_LOCK(mu) {
    MutexLock lock(mu);
    changed.Wait(mu, std::stop_token(),
                 [this]() NO_THREAD_SAFETY_ANALYSIS { return closed || !tasks.empty(); });
    if (tasks.empty()) return std::nullopt;
    Task task = std::move(tasks.front());
    tasks.pop_front();
    ++counts.pages;
    return task;
  }

  PageAnalysis Read(unsigned slot, std::optional<Worker>& worker, const AnalysisJob& job) {
    AnalysisRequest request = RequestOf(NextId(), job);
    std::string why;
    for (const bool again : {false, true}) {
      if (again) request.text_only = true;
      Result<PageAnalysis> answer = Ask(slot, worker, request, job.page.body);
      if (answer.ok()) {
        if (again) answer->document.weirds.push_back({kWorkerKilledWeird, why});
        return std::move(*answer);
      }
      why = answer.status().message();
      Log(LogLevel::kWarning, "analysis_worker_killed",
          {{"reason", Safe(why)}, {"text_only", request.text_only}, {"bytes", job.page.body.size()}});
    }
    MutexLock lock(mu);
    ++counts.lost;
    return Unread(job.page, why);
  }

  uint64_t NextId() EXCLUDES_LOCK(mu) {
    MutexLock lock(mu);
    return ++last_id;
  }

  // An error has cost the worker its life; it says why in fixed words.
  Result<PageAnalysis> Ask(unsigned slot, std::optional<Worker>& worker, const AnalysisRequest& request,
                           const std::string& body) {
    const std::string header = Encode(request);
    if (!IsFit(worker)) GASHT_RETURN_IF_ERROR(Renew(slot, worker));
    const bool was_idle = worker->pages() > 0;
    Status sent = worker->Send(header, body, options.page_time);
    if (sent.code() == StatusCode::kUnavailable && was_idle) {
      // It ended between two pages: this one had no part in that.
      GASHT_RETURN_IF_ERROR(Renew(slot, worker));
      sent = worker->Send(header, body, options.page_time);
    }
    Result<PageAnalysis> answer = sent.ok() ? Receive(*worker, request.id) : Result<PageAnalysis>(sent);
    if (answer.ok()) return answer;
    worker->Kill();
    worker.reset();
    {
      MutexLock lock(mu);
      ++counts.killed;
      pids.erase(slot);
    }
    if (answer.status().code() == StatusCode::kResourceExhausted)
      return Status::ResourceExhausted(fmt::format("over {} ms", options.page_time.count()));
    if (answer.status().code() == StatusCode::kUnavailable)
      return Status::Unavailable("it ended: memory, a forbidden call or a crash");
    return answer;
  }

  Result<PageAnalysis> Receive(Worker& worker, uint64_t id) const {
    GASHT_ASSIGN_OR_RETURN(const Frame frame, worker.Receive(options.page_time));
    GASHT_ASSIGN_OR_RETURN(const AnalysisReply reply, DecodeAnalysisReply(frame.header));
    if (reply.id != id) return Status::DataLoss("it answered another request");
    return DecodePageAnalysis(frame.body);
  }

  bool IsFit(const std::optional<Worker>& worker) EXCLUDES_LOCK(mu) {
    if (!worker || worker->pages() >= options.pages_per_worker) return false;
    MutexLock lock(mu);
    return worker->zygote() == zygote;
  }

  // Puts a fresh worker into `worker`. While none can be had, pages wait; an error comes only when the analyzer is
  // being destroyed.
  Status Renew(unsigned slot, std::optional<Worker>& worker) {
    worker.reset();
    milliseconds pause = kFirstPause;
    for (;;) {
      const std::shared_ptr<const Zygote> from = Current();
      Result<Worker> fresh = Worker::Fork(from, options.start_time);
      if (fresh.ok()) {
        worker = std::move(*fresh);
        const pid_t pid = worker->pid();
        MutexLock lock(mu);
        ++counts.workers;
        pids[slot] = pid;
        return Status::Ok();
      }
      Log(LogLevel::kError, "analysis_zygote_ended", {{"reason", Safe(fresh.status().message())}});
      if (Replace(from)) continue;
      MutexLock lock(mu);
      changed.WaitFor(mu, std::stop_token(), pause, [this]() NO_THREAD_SAFETY_ANALYSIS { return closed; });
      if (closed) return Status::Unavailable("no worker could be started");
      pause = std::min(pause * 2, kLongestPause);
    }
  }

  std::shared_ptr<const Zygote> Current() EXCLUDES_LOCK(mu) {
    MutexLock lock(mu);
    return zygote;
  }

  // ---- Zygotes ----

  // A new zygote for one that has ended. True when there is another one now, whoever started it.
  bool Replace(const std::shared_ptr<const Zygote>& ended) EXCLUDES_LOCK(mu) {
    std::vector<RulePackFile> rules;
    {
      MutexLock lock(mu);
      changed.Wait(mu, std::stop_token(), [this]() NO_THREAD_SAFETY_ANALYSIS { return !starting; });
      if (zygote != ended) return true;
      starting = true;
      rules = packs;
    }
    return Install(StartZygote(options, rules), std::move(rules)).ok();
  }

  // REQUIRES: `starting` is ours.
  Status Install(Result<std::shared_ptr<const Zygote>> fresh, std::vector<RulePackFile> rules)
      EXCLUDES_LOCK(mu) {
    // Its process is ended without the lock.
    std::shared_ptr<const Zygote> before;
    {
      MutexLock lock(mu);
      starting = false;
      if (fresh.ok()) {
        before = std::exchange(zygote, std::move(*fresh));
        packs = std::move(rules);
        ++counts.zygotes;
      }
    }
    changed.NotifyAll();
    return fresh.status();
  }
};

SandboxedAnalyzer::SandboxedAnalyzer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SandboxedAnalyzer::~SandboxedAnalyzer() = default;

Result<std::unique_ptr<SandboxedAnalyzer>> SandboxedAnalyzer::Start(SandboxedAnalyzerOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  GASHT_RETURN_IF_ERROR(impl->Install(StartZygote(impl->options, impl->options.packs), impl->options.packs));
  // The first worker now: a machine that gives no sandbox is known before a page is fetched.
  GASHT_ASSIGN_OR_RETURN(Worker first, Worker::Fork(impl->Current(), impl->options.start_time));
  {
    const pid_t pid = first.pid();
    MutexLock lock(impl->mu);
    ++impl->counts.workers;
    impl->pids[0] = pid;
  }
  Impl* const shared = impl.get();
  impl->threads.emplace_back([shared, worker = std::optional<Worker>(std::move(first))]() mutable {
    shared->Work(0, std::move(worker));
  });
  for (unsigned slot = 1; slot < impl->options.workers; ++slot)
    impl->threads.emplace_back([shared, slot] { shared->Work(slot, std::nullopt); });
  return std::unique_ptr<SandboxedAnalyzer>(new SandboxedAnalyzer(std::move(impl)));
}

void SandboxedAnalyzer::Submit(AnalysisJob job, Done done) {
  {
    MutexLock lock(impl_->mu);
    impl_->tasks.push_back({std::move(job), std::move(done)});
  }
  impl_->changed.NotifyAll();
}

Status SandboxedAnalyzer::Reload(std::vector<RulePackFile> packs) {
  {
    MutexLock lock(impl_->mu);
    impl_->changed.Wait(impl_->mu, std::stop_token(),
                        [this]() NO_THREAD_SAFETY_ANALYSIS { return !impl_->starting; });
    impl_->starting = true;
  }
  Result<std::shared_ptr<const Zygote>> fresh = StartZygote(impl_->options, packs);
  return impl_->Install(std::move(fresh), std::move(packs));
}

SandboxedAnalyzerCounts SandboxedAnalyzer::counts() const {
  MutexLock lock(impl_->mu);
  return impl_->counts;
}

std::vector<pid_t> SandboxedAnalyzer::worker_pids() const {
  MutexLock lock(impl_->mu);
  std::vector<pid_t> pids;
  for (const auto& [slot, pid] : impl_->pids) pids.push_back(pid);
  return pids;
}

}  // namespace gasht
