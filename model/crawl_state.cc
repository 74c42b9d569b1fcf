#include "model/crawl_state.h"

#include <algorithm>

namespace gasht {

std::optional<Coverage> EstimateCoverage(const SourceStats& stats) {
  const uint64_t n1 = stats.seen_before_last, n2 = stats.last_round.seen, m = stats.last_round.again;
  if (n1 == 0 || n2 == 0 || m == 0) return std::nullopt;
  Coverage coverage;
  coverage.seen = n2;
  const double all =
      (static_cast<double>(n1) + 1) * (static_cast<double>(n2) + 1) / (static_cast<double>(m) + 1) - 1;
  // What was seen exists.
  const uint64_t known = std::max(n1, n2 + n1 - std::min(m, n1));
  coverage.estimated = std::max(known, static_cast<uint64_t>(all + 0.5));
  coverage.share = static_cast<double>(n2) / static_cast<double>(coverage.estimated);
  return coverage;
}

std::string MakeCandidateId(CandidateKind kind, std::string_view value) {
  return "c-" + HashParts("gasht-candidate-1", {CandidateKindName(kind), value}).hex().substr(0, 16);
}

bool IsValidCandidateId(std::string_view text) {
  return text.size() == 18 && text.starts_with("c-") &&
         text.substr(2).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace gasht
