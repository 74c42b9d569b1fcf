#include "store/transaction.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "model/codec.h"
#include "store/custody.h"
#include "store/envelope.h"
#include "store/keys.h"
#include "store/listing_rows.h"
#include "store/records.h"

namespace gasht {
namespace {

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

Status CheckPage(const PageCommit& page) {
  const Capture& capture = page.capture;
  if (!IsValidSourceId(capture.source.value)) return Mistake("a capture without a valid source");
  if (capture.url_key.bytes.size() != UrlKey::kBytes) return Mistake("a capture without a URL key");
  if (!capture.has_body && !page.body.empty()) return Mistake("a body with a capture that has none");
  if (capture.is_coded() == page.received.empty())
    return Mistake("a content coding and no body as received, or the other way round");
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

// As received, which is what is stored.
const std::string& StoredBody(const PageCommit& page) {
  return page.capture.is_coded() ? page.received : page.body;
}

// Who made a capture: a person brought what was received.
std::string ActorOf(const Capture& capture) {
  const bool is_a_persons =
      capture.provenance == Provenance::kReceived && !capture.received.imported_by.empty();
  return is_a_persons ? capture.received.imported_by : std::string(kMachine);
}

// Records on their way into the batch. None enters that could not be read back: that would be lost evidence.
class Records {
 public:
  template <typename Noun>
  Status Add(Family family, std::string key, const Noun& noun, Decoder<Noun> decode) {
    const std::string record = Encode(noun);
    return AddRow(family, std::move(key), SealRecord(record), decode(record).status());
  }
  Status Add(StoredListing listing) {
    std::string key = ListingKey(listing.source, listing.id);
    std::string row = ListingRow(std::move(listing));
    const Status status = DecodeListingRow(key, row).status();
    return AddRow(Family::kListing, std::move(key), std::move(row), status);
  }
  Status Add(const SourceId& source, Observation look) {
    std::string key = ObservationKey(source, look.listing_id, look.capture);
    std::string row = LookRow(std::move(look));
    const Status status = DecodeLookRow(key, row).status();
    return AddRow(Family::kObservation, std::move(key), std::move(row), status);
  }

  void PutInto(Database::Batch& batch) const {
    for (const Row& row : rows_) batch.Put(row.family, row.key, row.value);
  }

 private:
  struct Row {
    Family family;
    std::string key, value;
  };
  Status AddRow(Family family, std::string key, std::string value, const Status& read_back) {
    if (!read_back.ok()) return Mistake("unreadable " + read_back.message());
    rows_.push_back({family, std::move(key), std::move(value)});
    return Status::Ok();
  }
  std::vector<Row> rows_;
};

}  // namespace

Transaction::Transaction(StoreState& store, const Clock& clock)
    : store_(store),
      clock_(clock),
      batch_(*store.db),
      captures_(store.captures),
      next_key_(store.next_key),
      tree_(store.tree) {}

Result<PreparedPage> PreparePage(const StoreState& store, const PageCommit& page) {
  PreparedPage prepared;
  const Capture& capture = page.capture;
  if (capture.has_body) {
    // The last look at the page, as far as it is durable: another one that is on its way is only a base missed.
    CaptureId previous;
    const Database::View view(*store.db);
    const Result<std::optional<FrontierEntry>> before = ReadRow(
        view, Family::kFrontierSeen, FrontierKey(capture.source, capture.url_key), &DecodeFrontierEntry);
    if (before.ok() && *before) previous = (*before)->last_capture;
    if (capture.is_coded() &&
        (capture.body_bytes != page.body.size() || capture.body_sha256 != Sha256(page.body)))
      return Mistake("a capture with another digest than its decoded body");
    GASHT_ASSIGN_OR_RETURN(prepared.body, PrepareBody(store, capture, StoredBody(page), previous));
  }
  if (capture.page_class == PageClass::kContent && CheckPageAnalysis(page.analysis).ok())
    prepared.listings = ListingsOf(capture, page.analysis);
  return prepared;
}

Result<PageCommitted> Transaction::AddPage(PageCommit page, PreparedPage prepared) {
  GASHT_RETURN_IF_ERROR(CheckPage(page));
  Capture& capture = page.capture;
  capture.id = {captures_ + 1};
  if (prepared.body) capture.payload = prepared.body->id;
  page.visited.last_capture = capture.id;
  GASHT_RETURN_IF_ERROR(KeepWordsOfPeople(page, page.visited));
  GASHT_RETURN_IF_ERROR(MarkRevisit(capture, page.visited));

  GASHT_ASSIGN_OR_RETURN(const FoldState before, LoadFoldState(capture, prepared.listings));
  FoldResult folded = Fold(before, capture, page.analysis, prepared.listings);

  Records records;
  const std::string capture_record = Encode(capture);
  GASHT_RETURN_IF_ERROR(records.Add(Family::kCapture, NumberKey(capture.id.value), capture, &DecodeCapture));
  for (StoredListing& listing : folded.listings) GASHT_RETURN_IF_ERROR(records.Add(std::move(listing)));
  for (Observation& look : folded.observations)
    GASHT_RETURN_IF_ERROR(records.Add(capture.source, std::move(look)));
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
  if (prepared.body) GASHT_RETURN_IF_ERROR(PutBody(*prepared.body, StoredBody(page)));
  PageCommitted committed;
  committed.capture = capture.id;
  committed.leaf =
      AppendLeaf({.index = 0,
                  .kind = std::string(kCaptureLeafKind),
                  .at = {},
                  .actor = ActorOf(capture),
                  .commitment = {},
                  .salt = {},
                  .capture = capture.id,
                  .detail = {}},
                 capture_record, capture.has_body ? capture.body_sha256.view() : std::string_view());
  batch_.Put(Family::kCaptureBySource, CaptureBySourceKey(capture.source, capture.id),
             NumberKey(committed.leaf));
  for (const Finding& finding : folded.findings) {
    PutFindingIndex(finding, before);
    const auto known = before.findings.find(finding.listing_id);
    if (known == before.findings.end() || FindingRecord(known->second) != FindingRecord(finding))
      AddFindingLeaf(finding, capture.id);
  }

  GASHT_ASSIGN_OR_RETURN(const std::optional<FrontierEntry> row_before,
                         ReadRow(batch_, Family::kFrontierSeen,
                                 FrontierKey(page.visited.source, page.visited.key), &DecodeFrontierEntry));
  // What was received is no visit: the page's own row keeps its schedule, and a page never fetched gets none.
  const bool is_visit = capture.provenance == Provenance::kCaptured;
  if (is_visit) GASHT_RETURN_IF_ERROR(PutFrontier(page.visited));
  GASHT_ASSIGN_OR_RETURN(SourceStats * stats, StatsOf(capture.source));
  for (FrontierEntry& link : page.outlinks) {
    link.found_on = capture.id;
    if (page.facts.max_known != 0 &&
        std::accumulate(stats->rows.begin(), stats->rows.end(), uint64_t{0}) >= page.facts.max_known) {
      GASHT_ASSIGN_OR_RETURN(const bool known,
                             batch_.Contains(Family::kFrontierSeen, FrontierKey(link.source, link.key)));
      if (!known) ++stats->drops["frontier_full"];
      continue;
    }
    GASHT_ASSIGN_OR_RETURN(const bool added, AddFrontier(link));
    if (added) committed.added.push_back(std::move(link));
  }

  if (is_visit) GASHT_RETURN_IF_ERROR(CountPage(page, row_before ? row_before->seen_round : 0));
  if (page.robots) {
    page.robots->capture = capture.id;
    batch_.Put(Family::kCrawlState, CrawlStateKey(capture.source, CrawlFacet::kRobots, page.robots->origin),
               SealRecord(Encode(*page.robots)));
  }
  if (page.mirror_list) {
    page.mirror_list->capture = capture.id;
    batch_.Put(Family::kCrawlState, CrawlStateKey(capture.source, CrawlFacet::kMirrorList),
               SealRecord(Encode(*page.mirror_list)));
  }
  GASHT_RETURN_IF_ERROR(PutCandidates(std::move(page.candidates), capture.id));
  if (!page.facts.hold.empty()) GASHT_RETURN_IF_ERROR(HoldSource(capture.source, page.facts.hold));

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
                                    .kind = std::string(kReviewLeafKind),
                                    .at = {},
                                    .actor = review.actor,
                                    .commitment = {},
                                    .salt = {},
                                    .capture = {},
                                    .detail = review.finding.value},
                                   record, {});
  GASHT_RETURN_IF_ERROR(WatchPageOf(review));
  batch_.Put(Family::kReview, ReviewKey(review.finding, leaf), SealRecord(record));
  return Status::Ok();
}

Status Transaction::AddEvent(CustodyEvent event) {
  if (event.kind.empty() || event.actor.empty()) return Mistake("a custody event without a kind or an actor");
  if (event.kind == kCaptureLeafKind || event.kind == kReviewLeafKind || event.kind == kFindingLeafKind ||
      event.kind == kDeletionLeafKind)
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
  PutStats();
  if (batch_.empty()) return Status::Ok();
  const StoreHead head{captures_, {tree_.size(), tree_.root()}};
  batch_.Put(Family::kMeta, kMetaHead, EncodeHead(head));
  if (next_key_ != store_.next_key) batch_.Put(Family::kMeta, kMetaNextKey, NumberKey(next_key_));
  if (!destroyed_keys_.empty()) {
    std::string numbers;
    for (const uint64_t number : destroyed_keys_) AppendBe64(number, numbers);
    batch_.Put(Family::kMeta, kMetaDestroying, numbers);
  }
  GASHT_RETURN_IF_ERROR(store_.db->Commit(batch_));
  // The batch says that these are gone; a crash in between is finished at the next open.
  if (!destroyed_keys_.empty()) GASHT_RETURN_IF_ERROR(FinishDestroying(store_));
  store_.next_key = next_key_;
  store_.captures = captures_;
  store_.tree = tree_;
  MutexLock lock(store_.mu);
  store_.head = head.tree;
  store_.head_changed.NotifyAll();
  return Status::Ok();
}

Result<FoldState> Transaction::LoadFoldState(const Capture& capture, const PageListings& listings) {
  FoldState state;
  for (const ListingId& id : listings.ids) {
    if (state.listings.contains(id)) continue;
    GASHT_ASSIGN_OR_RETURN(std::optional<StoredListing> listing,
                           ReadListing(batch_, ListingKey(capture.source, id)));
    // No finding without a listing.
    if (!listing) continue;
    GASHT_ASSIGN_OR_RETURN(std::optional<Observation> last, ReadLastObservation(batch_, *listing));
    if (last) state.observations.emplace(id, *std::move(last));
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
      batch_.Delete(Family::kFindingIndex, FindingIndexKey(scope, old->second));
    batch_.Put(Family::kFindingIndex, FindingIndexKey(scope, finding), {});
  }
}

Status Transaction::PutBody(const PreparedBody& body, std::string_view content) {
  const std::string_view id = body.id.digest.view();
  GASHT_ASSIGN_OR_RETURN(const bool known, batch_.Contains(Family::kPayload, id));
  if (known) return Status::Ok();
  // Known when it was prepared and destroyed since, or its base was.
  bool is_stale = body.row.empty();
  if (body.base != CaptureId()) {
    GASHT_ASSIGN_OR_RETURN(const bool has_base,
                           batch_.Contains(Family::kPayload, body.base_payload.digest.view()));
    is_stale = !has_base;
  }
  if (is_stale) {
    GASHT_ASSIGN_OR_RETURN(const PreparedBody whole, PrepareWholeBody(store_, body.id, content));
    batch_.Put(Family::kPayload, id, whole.row);
    next_key_ = std::max(next_key_, whole.key + 1);
    return Status::Ok();
  }
  batch_.Put(Family::kPayload, id, body.row);
  next_key_ = std::max(next_key_, body.key + 1);
  if (body.base != CaptureId()) batch_.Put(Family::kPayloadDelta, PayloadDeltaKey(body.base, body.id), {});
  return Status::Ok();
}

void Transaction::AddFindingLeaf(const Finding& finding, CaptureId capture) {
  const uint64_t leaf = AppendLeaf({.index = 0,
                                    .kind = std::string(kFindingLeafKind),
                                    .at = {},
                                    .actor = std::string(kMachine),
                                    .commitment = {},
                                    .salt = {},
                                    .capture = capture,
                                    .detail = finding.id.value},
                                   FindingRecord(finding), {});
  batch_.Put(Family::kFindingLeaf, finding.id.value, NumberKey(leaf));
}

Status Transaction::AddFindingLeaves() {
  const Database::View view(*store_.db);
  Database::Cursor rows = view.Rows(Family::kFinding);
  for (; rows.valid(); rows.Next()) {
    GASHT_ASSIGN_OR_RETURN(const Finding finding,
                           DecodeRow(Family::kFinding, rows.key(), rows.value(), &DecodeFinding));
    AddFindingLeaf(finding, finding.last_capture);
  }
  return rows.status();
}

Status Transaction::PutFrontier(const FrontierEntry& entry) {
  const std::string key = FrontierKey(entry.source, entry.key);
  GASHT_ASSIGN_OR_RETURN(const std::optional<FrontierEntry> before,
                         ReadRow(batch_, Family::kFrontierSeen, key, &DecodeFrontierEntry));
  if (before && before->state == FrontierState::kScheduled)
    batch_.Delete(Family::kFrontierSchedule, ScheduleKey(*before));
  if (before) {
    GASHT_ASSIGN_OR_RETURN(SourceStats * stats, StatsOf(entry.source));
    uint64_t& rows = stats->rows[static_cast<size_t>(before->state)];
    rows -= std::min<uint64_t>(rows, 1);
  }
  return PutNewFrontier(entry);
}

Status Transaction::PutNewFrontier(const FrontierEntry& entry) {
  GASHT_ASSIGN_OR_RETURN(SourceStats * stats, StatsOf(entry.source));
  ++stats->rows[static_cast<size_t>(entry.state)];
  batch_.Put(Family::kFrontierSeen, FrontierKey(entry.source, entry.key), SealRecord(Encode(entry)));
  if (entry.state == FrontierState::kScheduled) batch_.Put(Family::kFrontierSchedule, ScheduleKey(entry), {});
  return Status::Ok();
}

Result<bool> Transaction::AddFrontier(const FrontierEntry& entry) {
  GASHT_ASSIGN_OR_RETURN(const bool known,
                         batch_.Contains(Family::kFrontierSeen, FrontierKey(entry.source, entry.key)));
  if (!known) GASHT_RETURN_IF_ERROR(PutNewFrontier(entry));
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
  for (const MerkleNode& node : tree_.Append(LeafHash(leaf))) {
    if (node.position.level >= kLowestKeptLevel)
      batch_.Put(Family::kCustodyNode, NodeKey(node.position), node.hash.view());
  }
  return leaf.index;
}

}  // namespace gasht
