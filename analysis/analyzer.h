#pragma once

// Analyzer: the seam behind which the world's bytes are parsed: on threads of this process now, in sandboxed
// children later.

#include <functional>
#include <memory>
#include <string>

#include "analysis/analyze_page.h"

namespace gasht {

struct AnalysisJob {
  CapturedPage page;
  AnalysisContext context;
  AnalysisKind kind = AnalysisKind::kPage;
};

// Thread-safe.
class Analyzer {
 public:
  virtual ~Analyzer() = default;

  // Analyses `job` and calls `done` exactly once with the job's own page (its body comes back to the caller)
  // and the analysis, on a thread of the analyzer. Never blocks: admission is the caller's business
  // (credits).
  using Done = std::function<void(CapturedPage page, PageAnalysis analysis)>;
  virtual void Submit(AnalysisJob job, Done done) = 0;
};

// Worker threads in this process. The destructor finishes what was submitted.
class InProcessAnalyzer final : public Analyzer {
 public:
  // REQUIRES: threads > 0.
  explicit InProcessAnalyzer(unsigned threads);
  ~InProcessAnalyzer() override;
  void Submit(AnalysisJob job, Done done) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gasht
