#include "app/replay.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/mutex.h"
#include "store/fold.h"

namespace gasht {
namespace {

constexpr size_t kCapturesAtOnce = 500;
// More findings than any desk could look at; the comparison is held in memory.
constexpr size_t kMostFindings = 2'000'000;
constexpr size_t kTitleBytes = 120;

struct Judged {
  SourceId source;
  std::string title;
  ReplayVerdict verdict;
  MatchStrength strength;
  CaptureId capture;
};

ReplayVerdict VerdictOf(const MatchCandidate& match) {
  ReplayVerdict verdict{match.level, match.score, {}};
  for (const RuleHit& rule : match.rules) verdict.rules.push_back(rule.id);
  std::sort(verdict.rules.begin(), verdict.rules.end());
  return verdict;
}

std::string TitleOf(const Listing& listing) {
  if (!listing.title.empty()) return listing.title;
  size_t end = std::min(listing.text.size(), kTitleBytes);
  while (end > 0 && end < listing.text.size() && (static_cast<uint8_t>(listing.text[end]) & 0xc0) == 0x80)
    --end;
  return listing.text.substr(0, end);
}

// Pages at the analyzer, and what came back. Shared with the analyzer's threads.
class Collector {
 public:
  explicit Collector(size_t most) : most_(most) {}

  void WaitForRoom() {
    MutexLock lock(mu_);
    back_.Wait(mu_, std::stop_token(), [this]() NO_THREAD_SAFETY_ANALYSIS { return out_ < most_; });
    ++out_;
  }
  // Every page is back: what they say, by finding, and how many left something undecided.
  std::pair<std::map<FindingId, Judged>, uint64_t> WaitForAll() {
    MutexLock lock(mu_);
    back_.Wait(mu_, std::stop_token(), [this]() NO_THREAD_SAFETY_ANALYSIS { return out_ == 0; });
    return {std::exchange(judged_, {}), undecided_};
  }
  void Take(const Capture& seen, const PageAnalysis& analysis) {
    Capture capture = seen;
    capture.page_class = analysis.document.page_class;
    // Identities are computed outside the lock.
    std::vector<std::pair<FindingId, Judged>> judged;
    if (capture.page_class == PageClass::kContent && !analysis.candidates.empty()) {
      const std::vector<ListingId> ids = ListingsOf(capture, analysis).ids;
      for (const MatchCandidate& match : analysis.candidates) {
        const Listing& listing = analysis.listings[match.listing];
        judged.emplace_back(
            MakeFindingId(capture.source, ids[match.listing]),
            Judged{capture.source, TitleOf(listing), VerdictOf(match), StrengthOf(match), capture.id});
      }
    }
    const bool undecided =
        std::any_of(analysis.document.weirds.begin(), analysis.document.weirds.end(), [](const Weird& weird) {
          return weird.name == "rules_undecided" || weird.name == "analysis_failed";
        });
    MutexLock lock(mu_);
    undecided_ += undecided ? 1 : 0;
    for (auto& [id, one] : judged) {
      const auto [it, is_new] = judged_.try_emplace(id, one);
      // As in the store.
      const auto rank = [](const Judged& j) { return std::tuple(j.strength, j.capture); };
      if (!is_new && rank(one) > rank(it->second)) it->second = std::move(one);
    }
    --out_;
    back_.NotifyAll();
  }

 private:
  const size_t most_;
  Mutex mu_;
  CondVar back_;
  size_t out_ GUARDED_BY(mu_) = 0;
  uint64_t undecided_ GUARDED_BY(mu_) = 0;
  std::map<FindingId, Judged> judged_ GUARDED_BY(mu_);
};

bool Chosen(const ReplayOptions& options, const SourceId& source) {
  return options.sources.empty() ||
         std::find(options.sources.begin(), options.sources.end(), source) != options.sources.end();
}

Json VerdictJson(const ReplayVerdict& verdict) {
  Json rules = Json::MakeArray();
  for (const std::string& rule : verdict.rules) rules.Push(rule);
  return Json::MakeObject()
      .Set("level", LevelName(verdict.level))
      .Set("score", verdict.score)
      .Set("rules", std::move(rules));
}

std::string_view KindOf(const ReplayChange& change) {
  return !change.before ? "added" : !change.after ? "removed" : "changed";
}

}  // namespace

Result<ReplaySummary> Replay(const Store& store, const std::vector<Source>& known, Analyzer& analyzer,
                             std::shared_ptr<const RuleSet> rules, const ReplayOptions& options,
                             const std::stop_token& stop) {
  std::map<SourceId, const Source*> sources;
  for (const Source& source : known) sources.emplace(source.id, &source);
  GASHT_ASSIGN_OR_RETURN(const std::vector<Finding> stored, store.ListFindings({{}, {}, kMostFindings}));

  ReplaySummary summary;
  const auto collector = std::make_shared<Collector>(options.pages_in_flight);
  Status failure;
  CaptureId after;
  for (bool more = true; more && failure.ok();) {
    Result<std::vector<Capture>> captures = store.ListCaptures({{}, after, kCapturesAtOnce});
    if (!captures.ok()) {
      failure = captures.status();
      break;
    }
    more = captures->size() == kCapturesAtOnce;
    for (Capture& capture : *captures) {
      after = capture.id;
      if (stop.stop_requested()) {
        summary.complete = false;
        more = false;
        break;
      }
      if (!capture.has_body || !Chosen(options, capture.source)) continue;
      Result<std::string> body = store.GetBody(capture);
      if (!body.ok()) {
        ++summary.unreadable;
        continue;
      }
      AnalysisJob job;
      job.page = {capture.final_url.empty() ? capture.url : capture.final_url, capture.content_type,
                  capture.status, std::move(*body)};
      job.context.fetched_at = capture.started_utc;
      job.context.rules = rules;
      if (const auto source = sources.find(capture.source); source != sources.end()) {
        job.context.source_kind = source->second->kind;
        job.context.profile = source->second->profile;
      }
      collector->WaitForRoom();
      ++summary.pages;
      analyzer.Submit(std::move(job),
                      [collector, capture = std::move(capture)](CapturedPage, PageAnalysis analysis) {
                        collector->Take(capture, analysis);
                      });
      if (options.on_progress) options.on_progress(summary.pages);
    }
  }
  auto [judged, undecided] = collector->WaitForAll();
  GASHT_RETURN_IF_ERROR(failure);
  summary.undecided = undecided;

  std::vector<ReplayChange> removed, changed;
  for (const Finding& finding : stored) {
    if (!Chosen(options, finding.source)) continue;
    const ReplayVerdict before = VerdictOf(finding.match);
    const auto now = judged.find(finding.id);
    if (now == judged.end()) {
      removed.push_back({finding.id, finding.source, TitleOf(finding.listing), before, {}});
      continue;
    }
    if (now->second.verdict == before) {
      ++summary.same;
    } else {
      changed.push_back({finding.id, finding.source, TitleOf(finding.listing), before, now->second.verdict});
    }
    judged.erase(now);
  }
  for (const auto& [id, one] : judged)
    summary.changes.push_back({id, one.source, one.title, {}, one.verdict});
  const auto by_source = [](const ReplayChange& a, const ReplayChange& b) {
    return std::tie(a.source, a.finding) < std::tie(b.source, b.finding);
  };
  for (std::vector<ReplayChange>* part : {&summary.changes, &removed, &changed})
    std::sort(part->begin(), part->end(), by_source);
  for (std::vector<ReplayChange>* part : {&removed, &changed})
    std::move(part->begin(), part->end(), std::back_inserter(summary.changes));
  return summary;
}

Json ReplayChangeJson(const ReplayChange& change) {
  Json json = Json::MakeObject()
                  .Set("change", KindOf(change))
                  .Set("finding", change.finding.value)
                  .Set("source", change.source.value);
  if (!change.title.empty()) json.Set("title", change.title);
  if (change.before) json.Set("before", VerdictJson(*change.before));
  if (change.after) json.Set("after", VerdictJson(*change.after));
  return json;
}

Json ReplaySummaryJson(const ReplaySummary& summary) {
  uint64_t added = 0, removed = 0, changed = 0;
  for (const ReplayChange& change : summary.changes)
    ++(!change.before ? added : !change.after ? removed : changed);
  return Json::MakeObject()
      .Set("change", "summary")
      .Set("pages", summary.pages)
      .Set("unreadable", summary.unreadable)
      .Set("undecided", summary.undecided)
      .Set("complete", summary.complete)
      .Set("added", added)
      .Set("removed", removed)
      .Set("changed", changed)
      .Set("same", summary.same);
}

}  // namespace gasht
