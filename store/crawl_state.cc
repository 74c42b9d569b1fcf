// What the crawl keeps of a source beside its pages: the reading half of Store and the writing half of Transaction.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "model/codec.h"
#include "model/scope_pattern.h"
#include "store/keys.h"
#include "store/records.h"
#include "store/store_state.h"
#include "store/transaction.h"

namespace gasht {
namespace {

// Of a reason that a person types.
constexpr size_t kMaxReasonBytes = 512;

Status Mistake(std::string_view what) {
  return Status::InvalidArgument(std::string(what));
}

std::string PathOf(const FrontierEntry& entry) {
  const size_t scheme = entry.url.find("://");
  const size_t path = scheme == std::string::npos ? scheme : entry.url.find('/', scheme + 3);
  return path == std::string::npos ? "/" : entry.url.substr(path);
}

}  // namespace

bool Matches(const FrontierFilter& filter, const FrontierEntry& entry) {
  return (!filter.state || entry.state == *filter.state) &&
         (!filter.priority || entry.priority == *filter.priority) &&
         (filter.path.empty() || MatchesScopePattern(PathOf(entry), filter.path));
}

// ---- Reading ----

Result<SourceStats> Store::GetSourceStats(const SourceId& source) const {
  const Database::View view(*state_->db);
  GASHT_ASSIGN_OR_RETURN(
      std::optional<SourceStats> stats,
      ReadRow(view, Family::kCrawlState, CrawlStateKey(source, CrawlFacet::kStats), &DecodeSourceStats));
  if (stats) return *std::move(stats);
  SourceStats none;
  none.source = source;
  return none;
}

Result<std::vector<RobotsState>> Store::ListRobots(const SourceId& source) const {
  const Database::View view(*state_->db);
  GASHT_ASSIGN_OR_RETURN(std::vector<RobotsState> robots,
                         ReadRows(view.Rows(Family::kCrawlState, CrawlStateKey(source, CrawlFacet::kRobots)),
                                  Family::kCrawlState, SIZE_MAX, &DecodeRobotsState));
  // Of older versions, and of no address: it is asked again.
  std::erase_if(robots, [](const RobotsState& state) { return state.origin.empty(); });
  return robots;
}

Result<std::optional<MirrorListState>> Store::GetMirrorList(const SourceId& source) const {
  const Database::View view(*state_->db);
  return ReadRow(view, Family::kCrawlState, CrawlStateKey(source, CrawlFacet::kMirrorList),
                 &DecodeMirrorListState);
}

Result<OperatorState> Store::GetOperatorState(const SourceId& source) const {
  const Database::View view(*state_->db);
  GASHT_ASSIGN_OR_RETURN(
      std::optional<OperatorState> state,
      ReadRow(view, Family::kCrawlState, CrawlStateKey(source, CrawlFacet::kOperator), &DecodeOperatorState));
  if (state) return *std::move(state);
  OperatorState none;
  none.source = source;
  return none;
}

Result<std::vector<Candidate>> Store::ListCandidates(const CandidateFilter& filter) const {
  const Database::View view(*state_->db);
  std::vector<Candidate> candidates;
  Database::Cursor rows = view.Rows(Family::kCandidate);
  for (; rows.valid() && candidates.size() < filter.limit; rows.Next()) {
    GASHT_ASSIGN_OR_RETURN(Candidate candidate,
                           DecodeRow(Family::kCandidate, rows.key(), rows.value(), &DecodeCandidate));
    if ((filter.kind && candidate.kind != *filter.kind) ||
        (filter.state && candidate.state != *filter.state) ||
        (filter.source && candidate.source != *filter.source && candidate.last_source != *filter.source))
      continue;
    candidates.push_back(std::move(candidate));
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  // What is seen again and again, and lately, first.
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::pair(a.times_seen, a.last_seen) > std::pair(b.times_seen, b.last_seen);
  });
  return candidates;
}

Result<Candidate> Store::GetCandidate(const std::string& id) const {
  const Database::View view(*state_->db);
  GASHT_ASSIGN_OR_RETURN(std::optional<Candidate> candidate,
                         ReadRow(view, Family::kCandidate, id, &DecodeCandidate));
  if (!candidate) return Status::NotFound(fmt::format("there is no candidate {}", id));
  return *std::move(candidate);
}

Result<std::vector<CrawlGap>> Store::ListGaps(size_t limit) const {
  const Database::View view(*state_->db);
  std::vector<CrawlGap> gaps;
  Database::Cursor rows = view.RowsBackwards(Family::kCrawlState, GapPrefix());
  for (; rows.valid() && gaps.size() < limit; rows.Prev()) {
    GASHT_ASSIGN_OR_RETURN(CrawlGap gap,
                           DecodeRow(Family::kCrawlState, rows.key(), rows.value(), &DecodeCrawlGap));
    gaps.push_back(std::move(gap));
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  return gaps;
}

Result<FrontierPage> Store::ListFrontier(const SourceId& source, const FrontierFilter& filter) const {
  const Database::View view(*state_->db);
  FrontierPage page;
  const std::string after =
      filter.after.bytes.empty() ? std::string() : FrontierKey(source, filter.after) + '\0';
  Database::Cursor rows = view.Rows(Family::kFrontierSeen, SourcePrefix(source), after);
  for (; rows.valid(); rows.Next()) {
    if (page.entries.size() >= filter.limit) {
      page.has_more = true;
      break;
    }
    GASHT_ASSIGN_OR_RETURN(FrontierEntry entry,
                           DecodeRow(Family::kFrontierSeen, rows.key(), rows.value(), &DecodeFrontierEntry));
    if (Matches(filter, entry)) page.entries.push_back(std::move(entry));
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  return page;
}

// ---- Writing ----

Result<SourceStats*> Transaction::StatsOf(const SourceId& source) {
  if (const auto known = stats_.find(source); known != stats_.end()) return &known->second;
  GASHT_ASSIGN_OR_RETURN(
      std::optional<SourceStats> stored,
      ReadRow(batch_, Family::kCrawlState, CrawlStateKey(source, CrawlFacet::kStats), &DecodeSourceStats));
  SourceStats stats;
  if (stored) {
    stats = *std::move(stored);
  } else {
    // A source that was crawled before there were counters: its rows are counted once.
    stats.source = source;
    const Database::View view(*store_.db);
    Database::Cursor rows = view.Rows(Family::kFrontierSeen, SourcePrefix(source));
    for (; rows.valid(); rows.Next()) {
      GASHT_ASSIGN_OR_RETURN(const FrontierEntry entry, DecodeRow(Family::kFrontierSeen, rows.key(),
                                                                  rows.value(), &DecodeFrontierEntry));
      ++stats.rows[static_cast<size_t>(entry.state)];
    }
    GASHT_RETURN_IF_ERROR(rows.status());
  }
  return &stats_.emplace(source, std::move(stats)).first->second;
}

void Transaction::PutStats() {
  for (const auto& [source, stats] : stats_)
    batch_.Put(Family::kCrawlState, CrawlStateKey(source, CrawlFacet::kStats), SealRecord(Encode(stats)));
}

Status Transaction::KeepWordsOfPeople(const PageCommit& page, FrontierEntry& visited) {
  GASHT_ASSIGN_OR_RETURN(
      const std::optional<FrontierEntry> stored,
      ReadRow(batch_, Family::kFrontierSeen, FrontierKey(visited.source, visited.key), &DecodeFrontierEntry));
  if (!stored) return Status::Ok();
  visited.watched = stored->watched;
  if (stored->state == FrontierState::kCancelled) visited.state = FrontierState::kCancelled;
  if (stored->priority == CrawlPriority::kNow && page.capture.asked_by.empty() && !stored->asked_by.empty()) {
    // Asked for while the schedule's own fetch was on its way.
    visited.priority = CrawlPriority::kNow;
    visited.usual_priority = stored->usual_priority;
    visited.asked_by = stored->asked_by;
    visited.asked_authority = stored->asked_authority;
    visited.state = FrontierState::kScheduled;
    visited.due = stored->due;
  }
  return Status::Ok();
}

Status Transaction::MarkRevisit(Capture& capture, FrontierEntry& visited) {
  const bool fetched = capture.outcome == FetchOutcome::kOk && capture.has_body;
  if (capture.outcome == FetchOutcome::kNotModified) capture.revisit_of = visited.body_capture;
  if (fetched && visited.body_capture != CaptureId()) {
    GASHT_ASSIGN_OR_RETURN(
        const std::optional<Capture> last,
        ReadRow(batch_, Family::kCapture, NumberKey(visited.body_capture.value), &DecodeCapture));
    if (last && last->has_body && last->body_sha256 == capture.body_sha256) {
      // The first look at these bytes is the one that all others refer to.
      capture.revisit_of = last->revisit_of != CaptureId() ? last->revisit_of : last->id;
    }
  }
  if (fetched) visited.body_capture = capture.id;
  return Status::Ok();
}

Status Transaction::CountPage(const PageCommit& page, uint64_t round_before) {
  GASHT_ASSIGN_OR_RETURN(SourceStats * stats, StatsOf(page.capture.source));
  const Capture& capture = page.capture;
  const CrawlFacts& facts = page.facts;
  ++stats->outcomes[capture.outcome];
  if (capture.has_body) ++stats->classes[capture.page_class];
  for (const auto& [why, count] : facts.drops) stats->drops[why] += count;
  stats->wire_bytes += capture.wire_bytes;
  stats->pictures_not_read += facts.pictures_not_read;
  const UtcTime now = capture.started_utc;
  stats->last_attempt = std::max(stats->last_attempt, now);
  if (capture.outcome == FetchOutcome::kOk || capture.outcome == FetchOutcome::kNotModified) {
    if (facts.seen_as_content) stats->last_success = std::max(stats->last_success, now);
  } else {
    stats->last_failure = now;
    stats->last_failure_outcome = capture.outcome;
  }
  if (facts.day != stats->day) {
    stats->day = facts.day;
    stats->day_pages = stats->day_bytes = 0;
  }
  ++stats->day_pages;
  stats->day_bytes += capture.wire_bytes;
  if (facts.not_before > stats->not_before) {
    stats->not_before = facts.not_before;
    stats->not_before_why = facts.not_before_why;
  }
  if (!facts.origin.empty()) {
    stats->origin = facts.origin;
    stats->origin_failures = facts.origin_failures;
  }
  if (facts.round != 0) {
    if (facts.round != stats->round.number) {
      // A round that nobody crawled in is none: the last two that saw something are compared.
      stats->seen_before_last = stats->last_round.seen;
      stats->last_round = stats->round;
      stats->round = {facts.round, 0, 0};
    }
    if (facts.seen_as_content && round_before != facts.round) {
      ++stats->round.seen;
      if (round_before != 0 && round_before == stats->last_round.number) ++stats->round.again;
    }
  }
  return Status::Ok();
}

Status Transaction::PutCandidates(std::vector<Candidate> candidates, CaptureId capture) {
  for (Candidate& candidate : candidates) {
    GASHT_ASSIGN_OR_RETURN(std::optional<Candidate> known,
                           ReadRow(batch_, Family::kCandidate, candidate.id, &DecodeCandidate));
    if (known) {
      known->last_source = candidate.last_source;
      known->last_seen = candidate.last_seen;
      known->last_capture = capture;
      ++known->times_seen;
      if (known->lookalike_of.empty()) known->lookalike_of = candidate.lookalike_of;
      // What the pinned key signed once stays signed, whoever else says it.
      if (candidate.basis == CandidateBasis::kSignedList) {
        known->basis = candidate.basis;
        known->signer = candidate.signer;
      }
      candidate = *std::move(known);
    } else {
      candidate.first_capture = candidate.last_capture = capture;
    }
    batch_.Put(Family::kCandidate, candidate.id, SealRecord(Encode(candidate)));
  }
  return Status::Ok();
}

Result<FrontierChanged> Transaction::ChangeFrontier(FrontierChange change) {
  if (!IsValidSourceId(change.source.value)) return Mistake("a change of no source's frontier");
  if (change.actor.empty()) return Mistake("a change of the frontier by nobody");
  FrontierChanged changed;
  const std::string after = change.filter.after.bytes.empty()
                                ? std::string()
                                : FrontierKey(change.source, change.filter.after) + '\0';
  const Database::View view(*store_.db);
  Database::Cursor rows = view.Rows(Family::kFrontierSeen, SourcePrefix(change.source), after);
  for (size_t read = 0; rows.valid() && read < kMaxFrontierChange; rows.Next(), ++read) {
    // With what this batch has changed already.
    GASHT_ASSIGN_OR_RETURN(std::optional<FrontierEntry> entry,
                           ReadRow(batch_, Family::kFrontierSeen, rows.key(), &DecodeFrontierEntry));
    if (!entry) continue;
    changed.next = entry->key;
    if (!Matches(change.filter, *entry)) continue;
    FrontierEntry next = *entry;
    switch (change.action) {
      case FrontierAction::kCancel:
        if (entry->state == FrontierState::kCancelled) continue;
        next.state = FrontierState::kCancelled;
        break;
      case FrontierAction::kRequeue:
        if (entry->url.empty()) continue;  // its address was destroyed
        next.state = FrontierState::kScheduled;
        next.due = change.due;
        next.failures = 0;
        if (change.priority) next.priority = *change.priority;
        break;
    }
    if (next == *entry) continue;
    GASHT_RETURN_IF_ERROR(PutFrontier(next));
    ++changed.changed;
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  if (!rows.valid()) changed.next.reset();
  return changed;
}

Status Transaction::AskFor(Asked asked) {
  FrontierEntry& wanted = asked.entry;
  if (!IsValidSourceId(wanted.source.value) || wanted.key.bytes.size() != UrlKey::kBytes)
    return Mistake("a page asked for without a source or key");
  if (wanted.asked_by.empty()) return Mistake("a page asked for by nobody");
  GASHT_ASSIGN_OR_RETURN(
      const std::optional<FrontierEntry> stored,
      ReadRow(batch_, Family::kFrontierSeen, FrontierKey(wanted.source, wanted.key), &DecodeFrontierEntry));
  GASHT_RETURN_IF_ERROR(AddEvent(std::move(asked.event)));
  FrontierEntry entry = stored ? *stored : wanted;
  if (stored) {
    if (stored->priority != CrawlPriority::kNow) entry.usual_priority = stored->priority;
    entry.asked_by = wanted.asked_by;
    entry.asked_authority = wanted.asked_authority;
    entry.due = wanted.due;
    entry.url = wanted.url;
  }
  entry.priority = CrawlPriority::kNow;
  entry.state = FrontierState::kScheduled;
  return PutFrontier(entry);
}

Status Transaction::WatchPageOf(const Review& review) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                         ReadRow(batch_, Family::kFinding, review.finding.value, &DecodeFinding));
  if (!finding) return Status::Ok();
  GASHT_ASSIGN_OR_RETURN(
      const std::optional<Capture> capture,
      ReadRow(batch_, Family::kCapture, NumberKey(finding->last_capture.value), &DecodeCapture));
  if (!capture) return Status::Ok();
  GASHT_ASSIGN_OR_RETURN(const std::optional<FrontierEntry> row,
                         ReadRow(batch_, Family::kFrontierSeen,
                                 FrontierKey(capture->source, capture->url_key), &DecodeFrontierEntry));
  if (!row) return Status::Ok();
  FrontierEntry next = *row;
  next.watched = review.decision != Decision::kDismissed;
  if (next.watched && next.state == FrontierState::kScheduled) next.due = std::min(next.due, clock_.Utc());
  return next == *row ? Status::Ok() : PutFrontier(next);
}

Status Transaction::SetOperatorState(OperatorChange change) {
  if (!IsValidSourceId(change.state.source.value)) return Mistake("an operator's word on no source");
  if (change.state.blocked_why.size() > kMaxReasonBytes) return Mistake("a reason that is too long");
  const std::string record = Encode(change.state);
  if (!DecodeOperatorState(record).ok()) return Mistake("an unreadable operator state");
  GASHT_RETURN_IF_ERROR(AddEvent(std::move(change.event)));
  batch_.Put(Family::kCrawlState, CrawlStateKey(change.state.source, CrawlFacet::kOperator),
             SealRecord(record));
  return Status::Ok();
}

Status Transaction::HoldSource(const SourceId& source, const std::string& why) {
  const std::string key = CrawlStateKey(source, CrawlFacet::kOperator);
  GASHT_ASSIGN_OR_RETURN(std::optional<OperatorState> state,
                         ReadRow(batch_, Family::kCrawlState, key, &DecodeOperatorState));
  if (!state) {
    state.emplace();
    state->source = source;
  }
  if (state->blocked_until && *state->blocked_until > clock_.Utc()) return Status::Ok();
  state->blocked_until = kForever;
  state->blocked_by = kMachine;
  state->blocked_why = why.substr(0, kMaxReasonBytes);
  state->blocked_at = clock_.Utc();
  GASHT_RETURN_IF_ERROR(
      AddEvent({"hold", std::string(kMachine), fmt::format("{}: {}", source.value, state->blocked_why)}));
  batch_.Put(Family::kCrawlState, key, SealRecord(Encode(*state)));
  return Status::Ok();
}

Status Transaction::DecideCandidate(CandidateDecision decision) {
  if (decision.actor.empty()) return Mistake("a decision by nobody");
  if (decision.reason.size() > kMaxReasonBytes) return Mistake("a reason that is too long");
  GASHT_ASSIGN_OR_RETURN(std::optional<Candidate> candidate,
                         ReadRow(batch_, Family::kCandidate, decision.id, &DecodeCandidate));
  if (!candidate) return Status::NotFound(fmt::format("there is no candidate {}", decision.id));
  GASHT_RETURN_IF_ERROR(
      AddEvent({"candidate", decision.actor,
                fmt::format("{} {} {}", CandidateStateName(decision.state), decision.id, decision.detail)}));
  candidate->state = decision.state;
  candidate->actor = decision.actor;
  candidate->reason = decision.reason;
  candidate->decided = clock_.Utc();
  batch_.Put(Family::kCandidate, candidate->id, SealRecord(Encode(*candidate)));
  return Status::Ok();
}

Status Transaction::AddGap(CrawlGap gap) {
  if (gap.until && *gap.until < gap.from) return Mistake("a gap that ends before it begins");
  const std::string record = Encode(gap);
  if (!DecodeCrawlGap(record).ok()) return Mistake("an unreadable gap");
  GASHT_RETURN_IF_ERROR(AddEvent(
      {std::string(kGapLeafKind), std::string(kMachine),
       fmt::format("{} {} to {}: {}", gap.way, FormatRfc3339(gap.from),
                   gap.until ? FormatRfc3339(*gap.until) : "?", gap.why.substr(0, kMaxReasonBytes))}));
  batch_.Put(Family::kCrawlState, GapKey(gap.from, gap.way), SealRecord(record));
  return Status::Ok();
}

Status Transaction::AddAlert(PlainAlert plain) {
  Alert& alert = plain.alert;
  if (!IsValidSourceId(alert.source.value)) return Mistake("an alert without a valid source");
  if (alert.at == UtcTime()) alert.at = clock_.Utc();
  alert.capture = CaptureId();
  for (uint32_t ordinal = kFirstPlainAlert; ordinal <= UINT16_MAX; ++ordinal) {
    const std::string key = AlertKey({captures_}, static_cast<uint16_t>(ordinal));
    GASHT_ASSIGN_OR_RETURN(const bool taken, batch_.Contains(Family::kAlert, key));
    if (taken) continue;
    GASHT_RETURN_IF_ERROR(AddEvent(std::move(plain.event)));
    batch_.Put(Family::kAlert, key, SealRecord(Encode(alert)));
    return Status::Ok();
  }
  return Mistake("too many alerts without a page between them");
}

}  // namespace gasht
