#pragma once

// SandboxedAnalyzer: pages analysed in child processes that can do nothing but compute (analysis_child.h).
//
// One worker process a thread of ours. A page that takes longer than `page_time`, or more memory than a worker
// has, or breaks the parser, ends its worker and costs nothing else: it is read once more in a fresh worker, as
// text only, and says so (Weird "worker_killed"). What ends that one too comes back empty, degraded, with the
// Weird "analysis_failed": its bytes are kept by whoever submitted it, and `gasht replay` can try again.
//
// What a worker answers is hostile: it is decoded strictly and checked (CheckPageAnalysis) before it is believed;
// a worker whose answer is broken is killed as well.
//
// Thread-safe. Done is called on threads of the analyzer. The destructor finishes what was submitted.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/analyzer.h"
#include "base/status.h"
#include "rules/pack.h"

namespace gasht {

struct SandboxedAnalyzerOptions {
  // REQUIRES: > 0.
  unsigned workers = 1;
  std::vector<RulePackFile> packs;
  std::chrono::milliseconds page_time{3000};
  uint64_t max_private_bytes = 96u << 20;
  // A worker is replaced after that many pages, so that nothing a page left behind lives long.
  uint32_t pages_per_worker = 500;
  // For a zygote to compile the rules.
  std::chrono::milliseconds start_time{60'000};
};

// Since the start.
struct SandboxedAnalyzerCounts {
  uint64_t pages = 0;
  uint64_t killed = 0;  // workers that a page ended
  uint64_t lost = 0;    // pages that no worker survived
  uint64_t workers = 0;
  uint64_t zygotes = 0;
};

class SandboxedAnalyzer final : public Analyzer {
 public:
  // InvalidArgument: the rules do not compile. Unavailable: this machine gives no sandbox.
  static Result<std::unique_ptr<SandboxedAnalyzer>> Start(SandboxedAnalyzerOptions options);
  ~SandboxedAnalyzer() override;
  SandboxedAnalyzer(const SandboxedAnalyzer&) = delete;
  SandboxedAnalyzer& operator=(const SandboxedAnalyzer&) = delete;

  void Submit(AnalysisJob job, Done done) override;

  // A new zygote with these rules; workers are replaced as they finish their page. On an error the old rules stay
  // in force.
  Status Reload(std::vector<RulePackFile> packs);

  SandboxedAnalyzerCounts counts() const;
  // Of the workers that run now.
  std::vector<pid_t> worker_pids() const;

 private:
  struct Impl;
  explicit SandboxedAnalyzer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// How a Weird of ours is named.
inline constexpr char kWorkerKilledWeird[] = "worker_killed";
inline constexpr char kAnalysisFailedWeird[] = "analysis_failed";

}  // namespace gasht
