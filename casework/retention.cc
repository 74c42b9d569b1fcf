#include "casework/retention.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "base/utf8.h"

namespace gasht {
namespace {

constexpr size_t kMaxBook = size_t{64} << 20;
constexpr size_t kPage = 1'000;
constexpr size_t kMostFindings = 1'000'000;
constexpr size_t kMostBasis = 500;
constexpr auto kOverdue = std::chrono::hours(24 * 7);

// A tombstone says why in one line that anybody may read.
Status CheckReason(std::string_view reason, std::string_view what) {
  const bool control = std::any_of(reason.begin(), reason.end(), [](char c) { return c >= 0 && c < ' '; });
  if (reason.find_first_not_of(' ') == std::string_view::npos)
    return Status::InvalidArgument(fmt::format("{} is missing: name the rule or the order", what));
  if (reason.size() > kMostBasis || control || !IsValidUtf8(reason))
    return Status::InvalidArgument(fmt::format("{} must be one line of at most {} bytes", what, kMostBasis));
  return Status::Ok();
}

Json Ids(const std::vector<CaptureId>& ids) {
  Json list = Json::MakeArray();
  for (const CaptureId id : ids) list.Push(id.value);
  return list;
}

std::string ApprovalDetail(const RetentionProposal& proposal) {
  Sha256Stream digest;
  for (const CaptureId id : proposal.captures) digest.Update(fmt::format("{},", id.value));
  digest.Update(proposal.basis);
  return fmt::format("approves proposal {} of {} captures, sha256:{}", proposal.id, proposal.captures.size(),
                     digest.Finish().hex());
}

template <typename Item>
Json ListOf(const std::vector<Item>& items) {
  Json list = Json::MakeArray();
  for (const Item& item : items) list.Push(ToJson(item));
  return list;
}

UtcTime TimeOf(const Json& json, std::string_view key) {
  const Result<UtcTime> at = ParseRfc3339(json.StringOr(key));
  return at.ok() ? *at : UtcTime{};
}

}  // namespace

Retention::Retention(Store& store, const Clock& clock, RetentionSetup setup)
    : store_(store), clock_(clock), setup_(std::move(setup)) {}

Result<Retention> Retention::Open(Store& store, const Clock& clock, RetentionSetup setup) {
  Retention retention(store, clock, std::move(setup));
  const Status status = retention.Load();
  if (!status.ok()) return status.WithContext(retention.setup_.book_path);
  return retention;
}

Status Retention::Load() {
  const Result<std::string> bytes = ReadFile(setup_.book_path, kMaxBook);
  if (bytes.status().code() == StatusCode::kNotFound) return Status::Ok();
  GASHT_RETURN_IF_ERROR(bytes.status());
  const Result<Json> book = Json::Parse(*bytes);
  if (!book.ok() || book->StringOr("format") != "gasht-retention-1")
    return Status::DataLoss("the book of retention cannot be read");
  next_id_ = static_cast<uint64_t>(book->IntOr("next_id", 1));
  const auto each = [&book](std::string_view key, const auto& visit) {
    if (const Json* list = book->Find(key); list != nullptr && list->is_array()) {
      for (const Json& item : list->items()) visit(item);
    }
  };
  const auto numbers = [](const Json& item, std::string_view key) {
    std::vector<uint64_t> out;
    if (const Json* list = item.Find(key); list != nullptr && list->is_array()) {
      for (const Json& id : list->items())
        out.push_back(static_cast<uint64_t>(id.is_int() ? id.as_int() : 0));
    }
    return out;
  };
  each("proposals", [&](const Json& item) {
    RetentionProposal proposal;
    proposal.id = static_cast<uint64_t>(item.IntOr("proposal", 0));
    proposal.basis = item.StringOr("basis");
    proposal.proposer = item.StringOr("proposer");
    proposal.at = TimeOf(item, "at");
    for (const uint64_t id : numbers(item, "captures")) proposal.captures.push_back({id});
    if (const Json* approvals = item.Find("approvals"); approvals != nullptr && approvals->is_array()) {
      for (const Json& approval : approvals->items())
        proposal.approvals.push_back({approval.StringOr("actor"), TimeOf(approval, "at"),
                                      static_cast<uint64_t>(approval.IntOr("leaf", 0))});
    }
    proposal.done = item.StringOr("state") == "destroyed";
    proposals_.push_back(std::move(proposal));
  });
  each("holds", [&](const Json& item) {
    LegalHold hold;
    hold.id = static_cast<uint64_t>(item.IntOr("hold", 0));
    hold.reason = item.StringOr("reason");
    hold.actor = item.StringOr("actor");
    hold.at = TimeOf(item, "at");
    hold.source = item.StringOr("source");
    hold.finding = item.StringOr("finding");
    hold.capture = static_cast<uint64_t>(item.IntOr("capture", 0));
    holds_.push_back(std::move(hold));
  });
  destroyed_at_ = static_cast<uint64_t>(book->IntOr("destroyed_at", 0));
  rewrite_ = book->IntOr("rewrite", 0) != 0;
  each("backups", [&](const Json& item) {
    backups_[item.StringOr("backup")] = {static_cast<uint64_t>(item.IntOr("leaves", 0)),
                                         item.StringOr("why")};
  });
  return Status::Ok();
}

Status Retention::Save() const {
  Json backups = Json::MakeArray();
  for (const auto& [path, backup] : backups_)
    backups.Push(Json::MakeObject().Set("backup", path).Set("leaves", backup.leaves).Set("why", backup.why));
  const Json book = Json::MakeObject()
                        .Set("format", "gasht-retention-1")
                        .Set("next_id", next_id_)
                        .Set("proposals", ListOf(proposals_))
                        .Set("holds", ListOf(holds_))
                        .Set("destroyed_at", destroyed_at_)
                        .Set("rewrite", rewrite_ ? 1 : 0)
                        .Set("backups", std::move(backups));
  return WriteFileAtomically(setup_.book_path, book.Dump() + "\n", 0600);
}

Result<std::map<CaptureId, FindingId>> Retention::WithFinding(const SourceId& source) const {
  std::map<CaptureId, FindingId> with;
  GASHT_ASSIGN_OR_RETURN(const auto findings, store_.ListFindings({source, std::nullopt, kMostFindings}));
  for (const Finding& finding : findings) {
    with.emplace(finding.first_capture, finding.id);
    with.emplace(finding.last_capture, finding.id);
    GASHT_ASSIGN_OR_RETURN(const auto seen, store_.ListObservations(source, finding.listing_id));
    for (const Observation& observation : seen) {
      for (const CaptureId look : observation.looks()) with.emplace(look, finding.id);
    }
  }
  return with;
}

Result<std::vector<RetentionDue>> Retention::Due() const {
  std::vector<RetentionDue> all;
  const UtcTime now = clock_.Utc();
  for (const Source& source : setup_.sources) {
    RetentionDue due;
    due.source = source.id;
    due.days = static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::hours>(source.retention_without_finding).count() / 24);
    GASHT_ASSIGN_OR_RETURN(const auto with_finding, WithFinding(source.id));
    std::set<CaptureId> proposed;
    for (const RetentionProposal& proposal : proposals_) {
      if (!proposal.done) proposed.insert(proposal.captures.begin(), proposal.captures.end());
    }
    CaptureFilter filter;
    filter.source = source.id;
    filter.limit = kPage;
    while (true) {
      GASHT_ASSIGN_OR_RETURN(const auto captures, store_.ListCaptures(filter));
      for (const Capture& capture : captures) {
        const UtcTime over = capture.started_utc + source.retention_without_finding;
        if (now < over || with_finding.contains(capture.id)) continue;
        ++due.due;
        due.overdue += now - over > kOverdue;
        GASHT_ASSIGN_OR_RETURN(const std::string hold, HoldOn(capture));
        if (!hold.empty()) {
          ++due.held;
        } else if (due.captures.size() < kBatch && !proposed.contains(capture.id)) {
          due.captures.push_back(capture.id);
        }
      }
      if (captures.size() < kPage) break;
      filter.after = captures.back().id;
    }
    all.push_back(std::move(due));
  }
  return all;
}

// Why a capture must stay; empty when nothing holds it.
Result<std::string> Retention::HoldOn(const Capture& capture) const {
  for (const LegalHold& hold : holds_) {
    bool covers = hold.source == capture.source.value || hold.capture == capture.id.value;
    if (!hold.finding.empty()) {
      const Result<Finding> finding = store_.GetFinding({hold.finding});
      if (finding.ok() && finding->source == capture.source) {
        GASHT_ASSIGN_OR_RETURN(const auto seen,
                               store_.ListObservations(finding->source, finding->listing_id));
        covers = covers || finding->first_capture == capture.id || finding->last_capture == capture.id ||
                 std::any_of(seen.begin(), seen.end(), [&](const Observation& observation) {
                   const std::vector<CaptureId> looks = observation.looks();
                   return std::find(looks.begin(), looks.end(), capture.id) != looks.end();
                 });
      }
    }
    if (covers) return fmt::format("legal hold {} ({})", hold.id, hold.reason);
  }
  return std::string();
}

Result<RetentionProposal> Retention::ProposeDue(const SourceId& source, const std::string& actor) {
  GASHT_ASSIGN_OR_RETURN(const std::vector<RetentionDue> all, Due());
  for (const RetentionDue& due : all) {
    if (due.source != source) continue;
    if (due.captures.empty())
      return Status::NotFound(
          fmt::format("nothing of {} is due that is not held or proposed already", source.value));
    return Propose(
        due.captures,
        fmt::format("retention period of source {}: {} days without a finding", source.value, due.days),
        actor);
  }
  return Status::NotFound(fmt::format("no source '{}' is configured", source.value));
}

Result<RetentionProposal> Retention::Propose(std::vector<CaptureId> captures, const std::string& basis,
                                             const std::string& actor) {
  GASHT_RETURN_IF_ERROR(CheckReason(basis, "the legal basis"));
  std::sort(captures.begin(), captures.end());
  captures.erase(std::unique(captures.begin(), captures.end()), captures.end());
  if (captures.empty() || captures.size() > kBatch)
    return Status::InvalidArgument(fmt::format("a proposal is of 1 to {} captures", kBatch));
  for (const CaptureId id : captures) {
    GASHT_ASSIGN_OR_RETURN(const Capture capture, store_.GetCapture(id));
    GASHT_ASSIGN_OR_RETURN(const std::string hold, HoldOn(capture));
    if (!hold.empty())
      return Status::FailedPrecondition(fmt::format("capture {} may not be destroyed: {}", id.value, hold));
  }
  RetentionProposal proposal;
  proposal.id = next_id_;
  proposal.basis = basis;
  proposal.proposer = actor;
  proposal.at = clock_.Utc();
  proposal.captures = std::move(captures);
  GASHT_RETURN_IF_ERROR(setup_
                            .record({"retention", actor,
                                     fmt::format("proposes {}: {} captures, {}", proposal.id,
                                                 proposal.captures.size(), proposal.basis)})
                            .status());
  ++next_id_;
  proposals_.push_back(proposal);
  GASHT_RETURN_IF_ERROR(Save());
  return proposal;
}

// The book alone is no proof: the approval must stand in the log, by that person, of exactly these captures.
Status Retention::CheckApproval(const RetentionProposal& proposal, const RetentionApproval& approval) const {
  GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf, store_.GetLeaf(approval.leaf));
  if (leaf.kind == "retention" && leaf.actor == approval.actor && leaf.detail == ApprovalDetail(proposal))
    return Status::Ok();
  return Status::DataLoss(
      fmt::format("the approval of proposal {} by {} is not in the custody log: the book was changed",
                  proposal.id, approval.actor));
}

Status Retention::CheckHolds(const RetentionProposal& proposal) const {
  for (const CaptureId capture_id : proposal.captures) {
    const Result<Capture> capture = store_.GetCapture(capture_id);
    if (capture.status().code() == StatusCode::kNotFound) continue;  // gone by another proposal
    GASHT_RETURN_IF_ERROR(capture.status());
    GASHT_ASSIGN_OR_RETURN(const std::string hold, HoldOn(*capture));
    if (!hold.empty())
      return Status::FailedPrecondition(
          fmt::format("capture {} may not be destroyed: {}", capture_id.value, hold));
  }
  return Status::Ok();
}

Status Retention::FinishApproved() {
  for (RetentionProposal& proposal : proposals_) {
    if (proposal.done || proposal.approvals.size() < 2) continue;
    for (const RetentionApproval& approval : proposal.approvals)
      GASHT_RETURN_IF_ERROR(CheckApproval(proposal, approval));
    if (CheckHolds(proposal).code() == StatusCode::kFailedPrecondition) continue;
    GASHT_RETURN_IF_ERROR(Destroy(proposal));
  }
  return Status::Ok();
}

Result<RetentionProposal> Retention::Approve(uint64_t id, const std::string& actor) {
  const auto found = std::find_if(proposals_.begin(), proposals_.end(),
                                  [id](const RetentionProposal& proposal) { return proposal.id == id; });
  if (found == proposals_.end()) return Status::NotFound(fmt::format("there is no proposal {}", id));
  RetentionProposal& proposal = *found;
  if (proposal.done)
    return Status::FailedPrecondition(fmt::format("proposal {} was carried out already", id));
  for (const RetentionApproval& approval : proposal.approvals) {
    GASHT_RETURN_IF_ERROR(CheckApproval(proposal, approval));
    if (approval.actor == actor)
      return Status::FailedPrecondition(fmt::format(
          "{} has approved proposal {} already: the second approval must be another person's", actor, id));
  }
  GASHT_RETURN_IF_ERROR(CheckHolds(proposal));
  GASHT_ASSIGN_OR_RETURN(const uint64_t leaf, setup_.record({"retention", actor, ApprovalDetail(proposal)}));
  proposal.approvals.push_back({actor, clock_.Utc(), leaf});
  GASHT_RETURN_IF_ERROR(Save());
  if (proposal.approvals.size() < 2) return proposal;
  GASHT_RETURN_IF_ERROR(Destroy(proposal));
  return proposal;
}

Status Retention::Destroy(RetentionProposal& proposal) {
  const std::string approvers =
      fmt::format("{}, {}", proposal.approvals[0].actor, proposal.approvals[1].actor);
  // A crash behind the erasure leaves the proposal open with nothing left to erase.
  std::vector<CaptureId> there;
  for (const CaptureId id : proposal.captures) {
    const Status status = store_.GetCapture(id).status();
    if (status.ok()) there.push_back(id);
    if (!status.ok() && status.code() != StatusCode::kNotFound) return status;
  }
  if (!there.empty())
    GASHT_RETURN_IF_ERROR(
        setup_.erase({there, approvers, fmt::format("proposal {}: {}", proposal.id, proposal.basis)})
            .status());
  proposal.done = true;
  destroyed_at_ = store_.tree_head().size;
  rewrite_ = true;
  return Save();
}

std::vector<PendingDestruction> Retention::pending() const {
  std::vector<PendingDestruction> pending;
  for (const std::string& backup : unfinished().backups) {
    const auto known = backups_.find(backup);
    const bool was_tried = known != backups_.end() && !known->second.why.empty();
    pending.push_back({backup, was_tried ? known->second.why : "not yet made to forget"});
  }
  return pending;
}

UnfinishedDestruction Retention::unfinished() const {
  UnfinishedDestruction left;
  left.leaves = destroyed_at_;
  left.rewrite = rewrite_;
  for (const std::string& backup : setup_.backups) {
    const auto known = backups_.find(backup);
    if (known == backups_.end() ? destroyed_at_ > 0 : known->second.leaves < destroyed_at_)
      left.backups.push_back(backup);
  }
  return left;
}

Status Retention::NoteRewritten() {
  rewrite_ = false;
  return Save();
}

Status Retention::NoteForgotten(const std::string& backup, uint64_t leaves, const Status& status) {
  Backup& known = backups_[backup];
  if (status.ok()) known.leaves = std::max(known.leaves, leaves);
  known.why = status.message();
  return Save();
}

Status FinishDestruction(Store& store, Retention& retention,
                         const std::function<Status(const std::string& backup)>& forget_in) {
  const UnfinishedDestruction left = retention.unfinished();
  if (left.rewrite) {
    GASHT_RETURN_IF_ERROR(store.Compact());
    GASHT_RETURN_IF_ERROR(retention.NoteRewritten());
  }
  for (const std::string& backup : left.backups)
    GASHT_RETURN_IF_ERROR(retention.NoteForgotten(backup, left.leaves, forget_in(backup)));
  return Status::Ok();
}

Result<LegalHold> Retention::Hold(LegalHold hold) {
  GASHT_RETURN_IF_ERROR(CheckReason(hold.reason, "the reason of the hold"));
  const int targets = !hold.source.empty() + !hold.finding.empty() + (hold.capture != 0);
  if (targets != 1) return Status::InvalidArgument("a hold is on one source, one finding or one capture");
  if (!hold.finding.empty()) GASHT_RETURN_IF_ERROR(store_.GetFinding({hold.finding}).status());
  if (hold.capture != 0) GASHT_RETURN_IF_ERROR(store_.GetCapture({hold.capture}).status());
  hold.id = next_id_;
  hold.at = clock_.Utc();
  const std::string on = !hold.source.empty()    ? "source " + hold.source
                         : !hold.finding.empty() ? "finding " + hold.finding
                                                 : fmt::format("capture {}", hold.capture);
  GASHT_RETURN_IF_ERROR(
      setup_.record({"hold", hold.actor, fmt::format("hold {} on {}: {}", hold.id, on, hold.reason)})
          .status());
  ++next_id_;
  holds_.push_back(hold);
  GASHT_RETURN_IF_ERROR(Save());
  return hold;
}

Status Retention::Release(uint64_t id, const std::string& reason, const std::string& actor) {
  GASHT_RETURN_IF_ERROR(CheckReason(reason, "the reason of the release"));
  const auto found =
      std::find_if(holds_.begin(), holds_.end(), [id](const LegalHold& hold) { return hold.id == id; });
  if (found == holds_.end()) return Status::NotFound(fmt::format("there is no hold {}", id));
  GASHT_RETURN_IF_ERROR(
      setup_.record({"hold", actor, fmt::format("releases hold {}: {}", id, reason)}).status());
  holds_.erase(found);
  return Save();
}

Json ToJson(const RetentionDue& due) {
  return Json::MakeObject()
      .Set("source", due.source.value)
      .Set("days", due.days)
      .Set("due", due.due)
      .Set("overdue", due.overdue)
      .Set("held", due.held);
}

Json ToJson(const RetentionProposal& proposal) {
  Json approvals = Json::MakeArray();
  for (const RetentionApproval& approval : proposal.approvals)
    approvals.Push(Json::MakeObject()
                       .Set("actor", approval.actor)
                       .Set("at", FormatRfc3339(approval.at))
                       .Set("leaf", approval.leaf));
  return Json::MakeObject()
      .Set("proposal", proposal.id)
      .Set("state", proposal.done ? "destroyed" : "open")
      .Set("basis", proposal.basis)
      .Set("proposer", proposal.proposer)
      .Set("at", FormatRfc3339(proposal.at))
      .Set("captures", Ids(proposal.captures))
      .Set("approvals", std::move(approvals));
}

Json ToJson(const LegalHold& hold) {
  Json json = Json::MakeObject()
                  .Set("hold", hold.id)
                  .Set("reason", hold.reason)
                  .Set("actor", hold.actor)
                  .Set("at", FormatRfc3339(hold.at));
  if (!hold.source.empty()) json.Set("source", hold.source);
  if (!hold.finding.empty()) json.Set("finding", hold.finding);
  if (hold.capture != 0) json.Set("capture", hold.capture);
  return json;
}

Json ToJson(const PendingDestruction& pending) {
  return Json::MakeObject().Set("backup", pending.backup).Set("why", pending.why);
}

}  // namespace gasht
