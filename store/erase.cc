// Transaction::Erase: lawful destruction. What is read is the durable state: an erasure comes alone or after pages of its
// group, which it does not name.

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/utf8.h"
#include "model/codec.h"
#include "store/custody.h"
#include "store/keys.h"
#include "store/listing_rows.h"
#include "store/records.h"
#include "store/transaction.h"

namespace gasht {
namespace {

// A batch in memory, and every leaf of it one that people have to read.
constexpr size_t kMaxErased = 10'000;
constexpr size_t kMaxWords = 1024;

Result<Capture> LiveCapture(const Database::View& view, CaptureId id) {
  Result<std::optional<Capture>> capture =
      ReadRow(view, Family::kCapture, NumberKey(id.value), &DecodeCapture);
  if (!capture.ok()) return capture.status();
  if (!*capture) return Status::NotFound(fmt::format("there is no capture {}", id.value));
  return *std::move(*capture);
}

// The observation without those looks; nothing when none is left.
Result<std::optional<Observation>> WithoutLooks(const Database::View& view, const Observation& before,
                                                const std::map<CaptureId, Capture>& erased) {
  std::vector<CaptureId> left = before.looks();
  std::erase_if(left, [&](const CaptureId& look) { return erased.contains(look); });
  if (left.empty()) return std::optional<Observation>();
  Observation after = before;
  const auto time_of = [&view](CaptureId look) -> Result<UtcTime> {
    GASHT_ASSIGN_OR_RETURN(const Capture capture, LiveCapture(view, look));
    return capture.started_utc;
  };
  if (left.front() != before.capture) {
    GASHT_ASSIGN_OR_RETURN(after.seen_at, time_of(left.front()));
  }
  if (left.back() != before.last_capture()) {
    GASHT_ASSIGN_OR_RETURN(after.last_seen, time_of(left.back()));
  }
  after.capture = left.front();
  after.again.assign(left.begin() + 1, left.end());
  return std::optional<Observation>(std::move(after));
}

// A row's salt gone, its leaf as it was otherwise.
Status ForgetSalt(Database::Batch& batch, const Database::View& view, uint64_t index) {
  GASHT_ASSIGN_OR_RETURN(std::optional<CustodyLeaf> leaf,
                         ReadRow(view, Family::kCustodyLeaf, NumberKey(index), &DecodeCustodyLeaf));
  if (!leaf) return Status::DataLoss(fmt::format("custody leaf {} is missing", index));
  leaf->salt.clear();
  batch.Put(Family::kCustodyLeaf, NumberKey(index), SealRecord(Encode(*leaf)));
  return Status::Ok();
}

// What is left of an advert whose words came from a look that is destroyed: that it was there.
Listing WithoutWords(const Listing& listing) {
  Listing left;
  left.id = listing.id;
  left.kind = listing.kind;
  return left;
}

// Does a match stand in this listing where it says?
bool StandsIn(const Listing& listing, const TermMatch& match) {
  const size_t slash = match.field.rfind('/');
  const std::string name = slash == std::string::npos ? match.field : match.field.substr(slash + 1);
  const std::string* const text = match.field.starts_with("page/") ? nullptr
                                  : name == "title"                ? &listing.title
                                  : name == "text"                 ? &listing.text
                                  : name == "vendor"               ? &listing.vendor
                                  : name == "category"             ? &listing.category
                                                                   : nullptr;
  return text != nullptr && match.span.begin <= match.span.end && match.span.end <= text->size() &&
         text->substr(match.span.begin, match.span.end - match.span.begin) == match.text;
}

}  // namespace

Result<bool> Transaction::CutErasedWords(const Database::View& view,
                                         const std::map<CaptureId, Capture>& captures,
                                         const std::string& listing_key, const FindingId& id,
                                         const Observation& last) {
  GASHT_ASSIGN_OR_RETURN(std::optional<StoredListing> stored, ReadListing(view, listing_key));
  if (!stored) return false;
  const CaptureId last_look = last.last_capture();
  GASHT_ASSIGN_OR_RETURN(const Capture look, LiveCapture(view, last_look));
  stored->last_run = last.capture;
  if (captures.contains(stored->last_capture)) {
    // Looks behind the one that wrote the row said the same.
    if (last_look < stored->last_capture) stored->listing = WithoutWords(stored->listing);
    stored->last_capture = last_look;
  }
  batch_.Put(Family::kListing, listing_key, ListingRow(*stored));
  GASHT_ASSIGN_OR_RETURN(const std::optional<Finding> before,
                         ReadRow(view, Family::kFinding, id.value, &DecodeFinding));
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> row, view.Get(Family::kFindingLeaf, id.value));
  if (!before || !row) return false;
  const std::optional<uint64_t> index = ParseNumberKey(*row);
  if (!index) return Status::DataLoss("a row of finding_leaf is not one");
  GASHT_ASSIGN_OR_RETURN(const std::optional<CustodyLeaf> leaf,
                         ReadRow(view, Family::kCustodyLeaf, *row, &DecodeCustodyLeaf));
  if (!leaf) return Status::DataLoss(fmt::format("custody leaf {} is missing", *index));
  Finding after = *before;
  if (captures.contains(after.last_capture)) {
    after.last_capture = last_look;
    after.last_seen = look.started_utc;
  }
  // The leaf names the look whose words the finding has.
  if (captures.contains(leaf->capture)) {
    after.listing = stored->listing;
    after.listing.id = after.listing_id.value;
    after.page_url = look.final_url.empty() ? look.url : look.final_url;
    std::erase_if(after.match.matches,
                  [&after](const TermMatch& match) { return !StandsIn(after.listing, match); });
  }
  if (after == *before) return false;
  batch_.Put(Family::kFinding, id.value, SealRecord(Encode(after)));
  for (const SourceId& scope : {SourceId(), after.source}) {
    batch_.Delete(Family::kFindingIndex, FindingIndexKey(scope, *before));
    batch_.Put(Family::kFindingIndex, FindingIndexKey(scope, after), {});
  }
  if (FindingRecord(after) == FindingRecord(*before)) return false;
  AddFindingLeaf(after, last_look);
  return true;
}

Status Transaction::EraseAddresses(const Database::View& view, const std::map<CaptureId, Capture>& captures,
                                   const std::set<SourceId>& sources) {
  for (const SourceId& source : sources) {
    Database::Cursor rows = view.Rows(Family::kFrontierSeen, SourcePrefix(source));
    for (; rows.valid(); rows.Next()) {
      GASHT_ASSIGN_OR_RETURN(FrontierEntry entry, DecodeRow(Family::kFrontierSeen, rows.key(), rows.value(),
                                                            &DecodeFrontierEntry));
      const bool is_last_look = captures.contains(entry.last_capture);
      const bool is_only_linked =
          entry.last_capture == CaptureId() && captures.contains(entry.found_on) && entry.asked_by.empty();
      if (!is_last_look && !is_only_linked && !captures.contains(entry.body_capture)) continue;
      entry.body_capture = {};
      entry.etag.clear();
      entry.last_modified.clear();
      // A seed's address is the configuration's. A person's "never again" holds without the address.
      const bool is_seed = entry.priority == CrawlPriority::kSeed;
      const bool is_cancelled = entry.state == FrontierState::kCancelled;
      if ((is_last_look || is_only_linked) && is_cancelled) entry.url.clear();
      if (is_seed || is_cancelled || !(is_last_look || is_only_linked)) {
        GASHT_RETURN_IF_ERROR(PutFrontier(entry));
        continue;
      }
      if (entry.state == FrontierState::kScheduled)
        batch_.Delete(Family::kFrontierSchedule, ScheduleKey(entry));
      batch_.Delete(Family::kFrontierSeen, rows.key());
      GASHT_ASSIGN_OR_RETURN(SourceStats * stats, StatsOf(source));
      uint64_t& count = stats->rows[static_cast<size_t>(entry.state)];
      count -= std::min<uint64_t>(count, 1);
    }
    GASHT_RETURN_IF_ERROR(rows.status());
  }
  Database::Cursor candidates = view.Rows(Family::kCandidate);
  for (; candidates.valid(); candidates.Next()) {
    GASHT_ASSIGN_OR_RETURN(const Candidate candidate, DecodeRow(Family::kCandidate, candidates.key(),
                                                                candidates.value(), &DecodeCandidate));
    if (candidate.state == CandidateState::kOpen && captures.contains(candidate.first_capture) &&
        captures.contains(candidate.last_capture))
      batch_.Delete(Family::kCandidate, candidates.key());
  }
  return candidates.status();
}

Result<Erased> Transaction::Erase(Erasure erasure) {
  if (erasure.actor.empty() || erasure.detail.empty())
    return Status::InvalidArgument("an erasure without approvers or a legal basis");
  if (erasure.captures.empty() || erasure.captures.size() > kMaxErased)
    return Status::InvalidArgument(fmt::format("an erasure names 1 to {} captures", kMaxErased));
  if (erasure.actor.size() + erasure.detail.size() > kMaxWords)
    return Status::InvalidArgument("an erasure with too many words");
  const Database::View view(*store_.db);

  std::map<CaptureId, Capture> captures;
  for (const CaptureId id : erasure.captures) {
    GASHT_ASSIGN_OR_RETURN(Capture capture, LiveCapture(view, id));
    captures.emplace(id, std::move(capture));
  }

  // Bodies that no other capture has.
  std::map<PayloadId, CaptureId> bodies;
  for (const auto& [id, capture] : captures) {
    if (capture.has_body) bodies.emplace(capture.payload, id);
  }
  Database::Cursor rows = view.Rows(Family::kCapture);
  for (; rows.valid() && !bodies.empty(); rows.Next()) {
    const Result<Capture> other = DecodeRow(Family::kCapture, rows.key(), rows.value(), &DecodeCapture);
    if (other.status().code() == StatusCode::kNotFound) continue;
    if (!other.ok()) return other.status();
    if (!captures.contains(other->id)) bodies.erase(other->payload);
  }
  GASHT_RETURN_IF_ERROR(rows.status());

  Erased erased;
  for (const auto& [id, capture] : captures) {
    // Whatever hangs on this capture's body stands alone from now on.
    Database::Cursor dependants = view.Rows(Family::kPayloadDelta, NumberKey(id.value));
    for (; dependants.valid(); dependants.Next()) {
      batch_.Delete(Family::kPayloadDelta, dependants.key());
      Database::Cursor stored = view.Rows(Family::kPayload, dependants.key().substr(sizeof(uint64_t)));
      for (; stored.valid(); stored.Next()) {
        if (stored.key().size() != sizeof(Digest::bytes))
          return Status::DataLoss("a body under no id of one");
        const PayloadId dependant{Digest::FromBytes(stored.key())};
        if (bodies.contains(dependant)) continue;
        GASHT_ASSIGN_OR_RETURN(const Envelope envelope, OpenEnvelope(stored.value()));
        if (envelope.ref != id.value) continue;
        GASHT_ASSIGN_OR_RETURN(const std::string body,
                               DecodePayload(view, *store_.keys, dependant, stored.value(), SIZE_MAX));
        GASHT_ASSIGN_OR_RETURN(const PreparedBody whole, PrepareWholeBody(store_, dependant, body));
        batch_.Put(Family::kPayload, stored.key(), whole.row);
        next_key_ = std::max(next_key_, whole.key + 1);
        if (envelope.key != 0) erased.keys.push_back(envelope.key);
      }
      GASHT_RETURN_IF_ERROR(stored.status());
    }
    GASHT_RETURN_IF_ERROR(dependants.status());
  }
  for (const auto& [payload, id] : bodies) {
    GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                           view.Get(Family::kPayload, payload.digest.view()));
    if (!row) continue;
    GASHT_ASSIGN_OR_RETURN(const Envelope envelope, OpenEnvelope(*row));
    if (envelope.ref != 0) batch_.Delete(Family::kPayloadDelta, PayloadDeltaKey({envelope.ref}, payload));
    if (envelope.key != 0) erased.keys.push_back(envelope.key);
    batch_.Delete(Family::kPayload, payload.digest.view());
  }

  // Observations, and what rests on nothing else.
  std::set<SourceId> sources;
  for (const auto& [id, capture] : captures) sources.insert(capture.source);
  std::set<FindingId> findings, reworded;
  for (const SourceId& source : sources) {
    // By the listing's key, those of which a look is erased: what is left of its last observation.
    std::map<std::string, std::optional<Observation>> last_left;
    std::string listing_key;
    std::optional<Observation> last;
    bool is_erased_here = false;
    const auto close_listing = [&] {
      if (is_erased_here) last_left[listing_key] = last;
      last.reset();
      is_erased_here = false;
    };
    Database::Cursor seen = view.Rows(Family::kObservation, SourcePrefix(source));
    for (; seen.valid(); seen.Next()) {
      const std::string_view key = seen.key();
      if (key.size() < sizeof(uint64_t)) return Status::DataLoss("an observation without a capture");
      const std::string_view of = key.substr(0, key.size() - sizeof(uint64_t));
      if (of != listing_key) {
        close_listing();
        listing_key = of;
      }
      GASHT_ASSIGN_OR_RETURN(const Observation before, DecodeLookRow(key, seen.value()));
      GASHT_ASSIGN_OR_RETURN(const std::optional<Observation> left, WithoutLooks(view, before, captures));
      if (left) last = left;
      if (left == before) continue;
      is_erased_here = true;
      batch_.Delete(Family::kObservation, key);
      if (left)
        batch_.Put(Family::kObservation, ObservationKey(source, left->listing_id, left->capture),
                   LookRow(*left));
    }
    GASHT_RETURN_IF_ERROR(seen.status());
    close_listing();
    for (const auto& [key, left] : last_left) {
      const FindingId finding = MakeFindingId(source, {key.substr(SourcePrefix(source).size())});
      if (!left) {
        batch_.Delete(Family::kListing, key);
        findings.insert(finding);
        continue;
      }
      GASHT_ASSIGN_OR_RETURN(const bool is_reworded, CutErasedWords(view, captures, key, finding, *left));
      if (is_reworded) reworded.insert(finding);
    }
  }
  GASHT_RETURN_IF_ERROR(EraseAddresses(view, captures, sources));
  for (const FindingId& id : findings) {
    GASHT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                           ReadRow(view, Family::kFinding, id.value, &DecodeFinding));
    if (!finding) continue;
    batch_.Delete(Family::kFinding, id.value);
    batch_.Delete(Family::kFindingLeaf, id.value);
    for (const SourceId& scope : {SourceId(), finding->source})
      batch_.Delete(Family::kFindingIndex, FindingIndexKey(scope, *finding));
    Database::Cursor reviews = view.Rows(Family::kReview, id.value);
    for (; reviews.valid(); reviews.Next()) batch_.Delete(Family::kReview, reviews.key());
    GASHT_RETURN_IF_ERROR(reviews.status());
  }
  // The salts of everything that a leaf stood for.
  Database::Cursor leaves = view.Rows(Family::kCustodyLeaf);
  for (; leaves.valid(); leaves.Next()) {
    GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf,
                           DecodeRow(Family::kCustodyLeaf, leaves.key(), leaves.value(), &DecodeCustodyLeaf));
    const bool is_erased_capture = leaf.kind == kCaptureLeafKind && captures.contains(leaf.capture);
    const bool is_erased_finding =
        (leaf.kind == kFindingLeafKind || leaf.kind == kReviewLeafKind) && findings.contains({leaf.detail});
    const bool is_erased_wording =
        leaf.kind == kFindingLeafKind && captures.contains(leaf.capture) && reworded.contains({leaf.detail});
    if (is_erased_capture || is_erased_finding || is_erased_wording)
      GASHT_RETURN_IF_ERROR(ForgetSalt(batch_, view, leaf.index));
  }
  GASHT_RETURN_IF_ERROR(leaves.status());

  for (const auto& [id, capture] : captures) {
    const uint64_t leaf = AppendLeaf({.index = 0,
                                      .kind = std::string(kDeletionLeafKind),
                                      .at = {},
                                      .actor = erasure.actor,
                                      .commitment = {},
                                      .salt = {},
                                      .capture = id,
                                      .detail = erasure.detail},
                                     {}, {});
    erased.leaves.push_back(leaf);
    batch_.Put(Family::kCapture, NumberKey(id.value), DestroyedRecord(leaf));
    batch_.Delete(Family::kCaptureBySource, CaptureBySourceKey(capture.source, id));
    Database::Cursor alerts = view.Rows(Family::kAlert, NumberKey(id.value));
    for (; alerts.valid(); alerts.Next()) {
      // Alerts that no page raised stand there for their place in time only.
      if (ParseAlertOrdinal(alerts.key()).value_or(0) < kFirstPlainAlert)
        batch_.Delete(Family::kAlert, alerts.key());
    }
    GASHT_RETURN_IF_ERROR(alerts.status());
  }
  destroyed_keys_.insert(destroyed_keys_.end(), erased.keys.begin(), erased.keys.end());
  return erased;
}

Status FinishDestroying(StoreState& store) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> numbers,
                         Database::View(*store.db).Get(Family::kMeta, kMetaDestroying));
  if (!numbers) return Status::Ok();
  std::vector<uint64_t> keys;
  for (std::string_view rest = *numbers; rest.size() >= sizeof(uint64_t);
       rest.remove_prefix(sizeof(uint64_t)))
    keys.push_back(ReadBe64(rest));
  GASHT_RETURN_IF_ERROR(store.keys->Destroy(keys));
  Database::Batch batch(*store.db);
  batch.Delete(Family::kMeta, kMetaDestroying);
  return store.db->Commit(batch);
}

}  // namespace gasht
