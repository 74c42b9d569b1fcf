#include "app/analysis_health.h"

#include <algorithm>

#include <fmt/format.h>

#include "analysis/sandboxed_analyzer.h"

namespace gasht {
namespace {

bool KilledAWorker(const PageAnalysis& analysis) {
  return std::any_of(analysis.document.weirds.begin(), analysis.document.weirds.end(),
                     [](const Weird& weird) {
                       return weird.name == kWorkerKilledWeird || weird.name == kAnalysisFailedWeird;
                     });
}

}  // namespace

bool AnalysisHealth::Note(const SourceId& source, const PageAnalysis& analysis) {
  const bool killed = KilledAWorker(analysis);
  MutexLock lock(mu_);
  int& kills = kills_in_a_row_[source];
  if (kills >= kKillsInARow) return false;
  kills = killed ? kills + 1 : 0;
  return kills == kKillsInARow;
}

void AnalysisHealth::Release(const SourceId& source) {
  MutexLock lock(mu_);
  kills_in_a_row_.erase(source);
}

std::optional<std::string> AnalysisHealth::WhyHeld(const SourceId& source) const {
  MutexLock lock(mu_);
  const auto found = kills_in_a_row_.find(source);
  if (found == kills_in_a_row_.end() || found->second < kKillsInARow) return std::nullopt;
  return fmt::format(
      "{} pages in a row ended the process that read them. They are kept: look at the last ones (gasht "
      "evidence "
      "list --source {}), then gasht frontier block {} --off lets the source go on",
      kKillsInARow, source.value, source.value);
}

}  // namespace gasht
