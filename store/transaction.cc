#include "store/transaction.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "model/codec.h"
#include "store/custody.h"
#include "store/envelope.h"
#include "store/keys.h"
#include "store/records.h"

namespace gasht {
namespace {

constexpr std::string_view kMachine = "gasht";
// A leaf is fixed words and ids; longer ones are a mistake.
constexpr size_t kMaxLeafTextBytes = 1024;
// Alerts of one page are numbered with 16 bits.
constexpr size_t kMaxAlerts = 1000;

Status Mistake(std::string_view what) {
  return Status::InvalidArgument(std::string(what));
}

Status CheckFrontierEntry(const FrontierEntry& entry) {
  if (!IsValidSourceId(entry.source.value)) return Mistake("a frontier entry without a valid source");
  if (entry.key.bytes.size() != UrlKey::kBytes) return Mistake("a frontier entry without a URL key");
  return Status::Ok();
}

Status CheckBody(const Capture& capture, std::string_view body) {
  if (!capture.has_body) return body.empty() ? Status::Ok() : Mistake("a body with a capture that has none");
  if (capture.body_bytes != body.size()) return Mistake("a capture with another length than its body");
  if (capture.body_sha256 != Sha256(body)) return Mistake("a capture with another digest than its body");
  return Status::Ok();
}

Status CheckPage(const PageCommit& page) {
  const Capture& capture = page.capture;
  if (!IsValidSourceId(capture.source.value)) return Mistake("a capture without a valid source");
  if (capture.url_key.bytes.size() != UrlKey::kBytes) return Mistake("a capture without a URL key");
  GASHT_RETURN_IF_ERROR(CheckBody(capture, page.body));
  GASHT_RETURN_IF_ERROR(CheckPageAnalysis(page.analysis));
  GASHT_RETURN_IF_ERROR(CheckFrontierEntry(page.visited));
  if (page.visited.source != capture.source || page.visited.key != capture.url_key)
    return Mistake("a visited entry of another page than the capture's");
  for (const FrontierEntry& link : page.outlinks) {
    GASHT_RETURN_IF_ERROR(CheckFrontierEntry(link));
    if (link.source != capture.source) return Mistake("an outlink to another source");
  }
  if (page.alerts.size() > kMaxAlerts) return Mistake("too many alerts for one page");
  for (const Alert& alert : page.alerts) {
    if (!IsValidSourceId(alert.source.value)) return Mistake("an alert without a valid source");
  }
  return Status::Ok();
}

// Records on their way into the batch. None enters that could not be read back: that would be lost evidence.
class Records {
 public:
  template <typename Noun>
  Status Add(Family family, std::string key, const Noun& noun, Decoder<Noun> decode) {
    std::string record = Encode(noun);
    if (const Status status = decode(record).status(); !status.ok())
      return Mistake("unreadable " + status.message());
    rows_.push_back({family, std::move(key), SealRecord(record)});
    return Status::Ok();
  }

  void PutInto(Database::Batch& batch) const {
    for (const Row& row : rows_) batch.Put(row.family, row.key, row.value);
  }

 private:
  struct Row {
    Family family;
    std::string key, value;
  };
  std::vector<Row> rows_;
};

}  // namespace

Transaction::Transaction(StoreState& store, const Clock& clock)
    : store_(store), clock_(clock), batch_(*store.db), captures_(store.captures), tree_(store.tree) {}

Result<PageCommitted> Transaction::AddPage(PageCommit page) {
  GASHT_RETURN_IF_ERROR(CheckPage(page));
  Capture& capture = page.capture;
  capture.id = {captures_ + 1};
  if (capture.has_body) capture.payload = store_.PayloadIdOf(capture.body_sha256);
  page.visited.last_capture = capture.id;

  GASHT_ASSIGN_OR_RETURN(const FoldState before, LoadFoldState(capture, page.analysis));
  const FoldResult folded = Fold(before, capture, page.analysis);

  Records records;
  const std::string capture_record = Encode(capture);
  GASHT_RETURN_IF_ERROR(records.Add(Family::kCapture, NumberKey(capture.id.value), capture, &DecodeCapture));
  for (const StoredListing& listing : folded.listings)
    GASHT_RETURN_IF_ERROR(
        records.Add(Family::kListing, ListingKey(listing.source, listing.id), listing, &DecodeStoredListing));
  for (const Observation& seen : folded.observations)
    GASHT_RETURN_IF_ERROR(records.Add(Family::kObservation,
                                      ObservationKey(capture.source, seen.listing_id, seen.capture), seen,
                                      &DecodeObservation));
  for (const Finding& finding : folded.findings)
    GASHT_RETURN_IF_ERROR(records.Add(Family::kFinding, finding.id.value, finding, &DecodeFinding));
  for (size_t i = 0; i < page.alerts.size(); ++i) {
    page.alerts[i].capture = capture.id;
    GASHT_RETURN_IF_ERROR(records.Add(Family::kAlert, AlertKey(capture.id, static_cast<uint16_t>(i)),
                                      page.alerts[i], &DecodeAlert));
  }

  // From here on nothing is refused any more.
  captures_ = capture.id.value;
  records.PutInto(batch_);
  GASHT_RETURN_IF_ERROR(PutBody(capture, page.body));
  PageCommitted committed;
  committed.capture = capture.id;
  committed.leaf =
      AppendLeaf({.index = 0,
                  .kind = "capture",
                  .at = {},
                  .actor = std::string(kMachine),
                  .commitment = {},
                  .salt = {},
                  .capture = capture.id,
                  .detail = {}},
                 capture_record, capture.has_body ? capture.body_sha256.view() : std::string_view());
  batch_.Put(Family::kCaptureBySource, CaptureBySourceKey(capture.source, capture.id),
             NumberKey(committed.leaf));
  for (const Finding& finding : folded.findings) PutFindingIndex(finding, before);

  GASHT_RETURN_IF_ERROR(PutFrontier(page.visited));
  for (FrontierEntry& link : page.outlinks) {
    link.found_on = capture.id;
    GASHT_ASSIGN_OR_RETURN(const bool added, AddFrontier(link));
    if (added) committed.added.push_back(std::move(link));
  }

  committed.new_findings = folded.new_findings;
  for (const Finding& finding : folded.findings) {
    if (before.findings.contains(finding.listing_id)) committed.seen_findings.push_back(finding.id);
  }
  return committed;
}

Status Transaction::AddSeeds(std::vector<FrontierEntry> seeds) {
  for (const FrontierEntry& seed : seeds) GASHT_RETURN_IF_ERROR(CheckFrontierEntry(seed));
  for (const FrontierEntry& seed : seeds) GASHT_RETURN_IF_ERROR(AddFrontier(seed).status());
  return Status::Ok();
}

Status Transaction::AddReview(Review review) {
  if (!IsValidFindingId(review.finding.value)) return Mistake("a review without a valid finding");
  if (review.actor.empty()) return Mistake("a review by nobody");
  GASHT_ASSIGN_OR_RETURN(const bool known, batch_.Contains(Family::kFinding, review.finding.value));
  if (!known) return Status::NotFound(fmt::format("there is no finding {}", review.finding.value));
  if (review.at == UtcTime()) review.at = clock_.Utc();
  const std::string record = Encode(review);
  if (!DecodeReview(record).ok()) return Mistake("an unreadable review");
  const uint64_t leaf = AppendLeaf({.index = 0,
                                    .kind = "review",
                                    .at = {},
                                    .actor = review.actor,
                                    .commitment = {},
                                    .salt = {},
                                    .capture = {},
                                    .detail = review.finding.value},
                                   record, {});
  batch_.Put(Family::kReview, ReviewKey(review.finding, leaf), SealRecord(record));
  return Status::Ok();
}

Status Transaction::AddEvent(CustodyEvent event) {
  if (event.kind.empty() || event.actor.empty()) return Mistake("a custody event without a kind or an actor");
  if (event.kind == "capture" || event.kind == "review")
    return Mistake("a custody event in the name of a record");
  if (event.kind.size() + event.actor.size() + event.detail.size() > kMaxLeafTextBytes)
    return Mistake("a custody event that is too long");
  AppendLeaf({.index = 0,
              .kind = std::move(event.kind),
              .at = {},
              .actor = std::move(event.actor),
              .commitment = {},
              .salt = {},
              .capture = {},
              .detail = std::move(event.detail)},
             {}, {});
  return Status::Ok();
}

Status Transaction::Commit() {
  if (batch_.empty()) return Status::Ok();
  const StoreHead head{captures_, {tree_.size(), tree_.root()}};
  batch_.Put(Family::kMeta, kMetaHead, EncodeHead(head));
  GASHT_RETURN_IF_ERROR(store_.db->Commit(batch_));
  store_.captures = captures_;
  store_.tree = tree_;
  MutexLock lock(store_.mu);
  store_.head = head.tree;
  return Status::Ok();
}

Result<FoldState> Transaction::LoadFoldState(const Capture& capture, const PageAnalysis& analysis) {
  FoldState state;
  if (capture.page_class != PageClass::kContent) return state;
  for (const ListingId& id : ListingIdsOf(capture, analysis)) {
    GASHT_ASSIGN_OR_RETURN(
        std::optional<StoredListing> listing,
        ReadRow(batch_, Family::kListing, ListingKey(capture.source, id), &DecodeStoredListing));
    // No finding without a listing.
    if (!listing) continue;
    state.listings.emplace(id, *std::move(listing));
    GASHT_ASSIGN_OR_RETURN(
        std::optional<Finding> finding,
        ReadRow(batch_, Family::kFinding, MakeFindingId(capture.source, id).value, &DecodeFinding));
    if (finding) state.findings.emplace(id, *std::move(finding));
  }
  return state;
}

void Transaction::PutFindingIndex(const Finding& finding, const FoldState& before) {
  for (const SourceId& scope : {SourceId(), finding.source}) {
    if (const auto old = before.findings.find(finding.listing_id); old != before.findings.end())
      batch_.Delete(Family::kFindingIndex,
                    FindingIndexKey(scope, old->second.match.level, old->second.last_seen, finding.id));
    batch_.Put(Family::kFindingIndex,
               FindingIndexKey(scope, finding.match.level, finding.last_seen, finding.id), {});
  }
}

Status Transaction::PutBody(const Capture& capture, std::string_view body) {
  if (!capture.has_body) return Status::Ok();
  const std::string_view key = capture.payload.digest.view();
  GASHT_ASSIGN_OR_RETURN(const bool known, batch_.Contains(Family::kPayload, key));
  if (!known) batch_.Put(Family::kPayload, key, SealRecord(body));
  return Status::Ok();
}

Status Transaction::PutFrontier(const FrontierEntry& entry) {
  const std::string key = FrontierKey(entry.source, entry.key);
  GASHT_ASSIGN_OR_RETURN(const std::optional<FrontierEntry> before,
                         ReadRow(batch_, Family::kFrontierSeen, key, &DecodeFrontierEntry));
  if (before && before->state == FrontierState::kScheduled)
    batch_.Delete(Family::kFrontierSchedule, ScheduleKey(*before));
  PutNewFrontier(entry);
  return Status::Ok();
}

void Transaction::PutNewFrontier(const FrontierEntry& entry) {
  batch_.Put(Family::kFrontierSeen, FrontierKey(entry.source, entry.key), SealRecord(Encode(entry)));
  if (entry.state == FrontierState::kScheduled) batch_.Put(Family::kFrontierSchedule, ScheduleKey(entry), {});
}

Result<bool> Transaction::AddFrontier(const FrontierEntry& entry) {
  GASHT_ASSIGN_OR_RETURN(const bool known,
                         batch_.Contains(Family::kFrontierSeen, FrontierKey(entry.source, entry.key)));
  if (!known) PutNewFrontier(entry);
  return !known;
}

uint64_t Transaction::AppendLeaf(CustodyLeaf leaf, std::string_view record, std::string_view body) {
  leaf.index = tree_.size();
  leaf.at = clock_.Utc();
  // As the record will have them, so that the stored leaf hashes to what is in the tree.
  leaf.kind = ReplaceInvalidUtf8(leaf.kind);
  leaf.actor = ReplaceInvalidUtf8(leaf.actor);
  leaf.detail = ReplaceInvalidUtf8(leaf.detail);
  leaf.salt = RandomBytes(kSaltBytes);
  leaf.commitment = CommitTo(leaf.salt, record, body);
  batch_.Put(Family::kCustodyLeaf, NumberKey(leaf.index), SealRecord(Encode(leaf)));
  for (const MerkleNode& node : tree_.Append(LeafHash(leaf)))
    batch_.Put(Family::kCustodyNode, NodeKey(node.position), node.hash.view());
  return leaf.index;
}

}  // namespace gasht
