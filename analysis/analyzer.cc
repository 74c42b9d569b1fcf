#include "analysis/analyzer.h"

#include <pthread.h>

#include <deque>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace gasht {

struct InProcessAnalyzer::Impl {
  struct Task {
    AnalysisJob job;
    Done done;
  };

  Mutex mu;
  CondVar changed;
  // Bounded by the credits of whoever submits.
  std::deque<Task> tasks GUARDED_BY(mu);
  bool closed GUARDED_BY(mu) = false;
  std::vector<std::jthread> workers;

  void Work() {
    pthread_setname_np(pthread_self(), "analysis");
    while (std::optional<Task> task = Next()) {
      PageAnalysis analysis = Analyze(task->job.kind, task->job.page, task->job.context);
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
    return task;
  }
};

InProcessAnalyzer::InProcessAnalyzer(unsigned threads) : impl_(std::make_unique<Impl>()) {
  for (unsigned i = 0; i < threads; ++i) impl_->workers.emplace_back([this] { impl_->Work(); });
}

InProcessAnalyzer::~InProcessAnalyzer() {
  {
    MutexLock lock(impl_->mu);
    impl_->closed = true;
  }
  impl_->changed.NotifyAll();
}

void InProcessAnalyzer::Submit(AnalysisJob job, Done done) {
  {
    MutexLock lock(impl_->mu);
    impl_->tasks.push_back({std::move(job), std::move(done)});
  }
  impl_->changed.NotifyOne();
}

}  // namespace gasht
