#pragma once

// FakeFetcher: the scripted world for tests of the crawl: a table of URL -> results and a clock that moves only when the
// crawl waits. Never asks the network. As Fetcher, confined to one thread except Wakeup.

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "crawler/fetcher.h"

namespace gasht {

class FakeFetcher final : public Fetcher {
 public:
  explicit FakeFetcher(FakeClock& clock) : clock_(clock) {}

  // What a fetch of `url` gives, the first time, the second, ...; the last one stays. Without a script: HTTP 404.
  void On(const std::string& url, std::vector<FetchResult> results) { script_[url] = std::move(results); }

  static FetchResult Page(std::string html) {
    FetchResult result;
    result.status = 200;
    result.content_type = "text/html";
    result.body_end = BodyEnd::kContentLength;
    result.body = std::move(html);
    return result;
  }
  static FetchResult Failure(FetchOutcome outcome, std::string detail = "scripted") {
    FetchResult result;
    result.outcome = outcome;
    result.detail = std::move(detail);
    return result;
  }
  static FetchResult Answer(int32_t status, std::string location = "") {
    FetchResult result = Failure(FetchOutcome::kHttpError, "HTTP " + std::to_string(status));
    result.status = status;
    result.location = std::move(location);
    return result;
  }

  // The clock stands still while this is true and nobody has woken the crawl: a commit is waited for, which takes no time of the
  // tested world. Asked on the crawl thread.
  void StandStillWhile(std::function<bool()> busy) { busy_ = std::move(busy); }
  // How long each fetch takes.
  void set_latency(std::chrono::microseconds latency) { latency_ = latency; }
  // From now on Start fails.
  void set_start_status(Status status) { start_status_ = std::move(status); }

  struct Asked {
    FetchRequest request;
    MonotonicTime at;
  };
  const std::vector<Asked>& asked() const { return asked_; }
  std::vector<std::string> urls() const {
    std::vector<std::string> out;
    for (const Asked& asked : asked_) out.push_back(asked.request.url.str());
    return out;
  }
  size_t most_in_flight() const { return most_in_flight_; }

  Status Start(FetchRequest request) override {
    if (!start_status_.ok()) return start_status_;
    const std::string& url = request.url.str();
    const auto found = script_.find(url);
    FetchResult result = Answer(404);
    if (found != script_.end()) {
      std::vector<FetchResult>& results = found->second;
      result = results.front();
      if (results.size() > 1) results.erase(results.begin());
    }
    result.id = request.id;
    result.timings.started_utc = clock_.Utc();
    result.timings.started = clock_.Monotonic();
    result.timings.finished = clock_.Monotonic() + latency_;
    flying_.push_back(std::move(result));
    asked_.push_back({std::move(request), clock_.Monotonic()});
    most_in_flight_ = std::max(most_in_flight_, flying_.size());
    return Status::Ok();
  }

  std::vector<FetchResult> Poll(std::chrono::microseconds timeout) override {
    std::vector<FetchResult> landed = std::exchange(cancelled_, {});
    if (!landed.empty()) return landed;
    std::chrono::microseconds wait = timeout;
    for (const FetchResult& result : flying_)
      wait = std::min(wait, result.timings.finished - clock_.Monotonic());
    if (wait.count() > 0) {
      while (busy_ && busy_()) {
        if (WasWoken()) return {};
      }
      if (WasWoken()) return {};
      clock_.Advance(wait);
    }
    for (size_t i = 0; i < flying_.size();) {
      if (flying_[i].timings.finished > clock_.Monotonic()) {
        ++i;
        continue;
      }
      landed.push_back(std::move(flying_[i]));
      flying_.erase(flying_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return landed;
  }

  void Wakeup() override {
    {
      MutexLock lock(mu_);
      woken_ = true;
    }
    waiting_.NotifyAll();
  }

  void CancelAll() override {
    for (FetchResult& result : flying_) {
      FetchResult gone = Failure(FetchOutcome::kCancelled);
      gone.id = result.id;
      cancelled_.push_back(std::move(gone));
    }
    flying_.clear();
  }

  size_t in_flight() const override { return flying_.size(); }

 private:
  // Real threads, if there are any, get a moment to say something before the clock runs on.
  bool WasWoken() {
    MutexLock lock(mu_);
    waiting_.WaitFor(mu_, std::stop_token(), std::chrono::milliseconds(2),
                     [this]() NO_THREAD_SAFETY_ANALYSIS { return woken_; });
    return std::exchange(woken_, false);
  }

  FakeClock& clock_;
  std::map<std::string, std::vector<FetchResult>> script_;
  std::chrono::microseconds latency_ = std::chrono::milliseconds(100);
  Status start_status_;
  std::function<bool()> busy_;
  std::vector<FetchResult> flying_, cancelled_;
  std::vector<Asked> asked_;
  size_t most_in_flight_ = 0;
  Mutex mu_;
  CondVar waiting_;
  bool woken_ GUARDED_BY(mu_) = false;
};

}  // namespace gasht
