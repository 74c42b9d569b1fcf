// Derived families from truth.

#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "model/codec.h"
#include "store/custody.h"
#include "store/keys.h"
#include "store/records.h"
#include "store/store_state.h"

namespace gasht {
namespace {

constexpr size_t kMaxBatchBytes = 4 << 20;

// Where derived rows go: into the store, or to be compared with what is there.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual Status Put(Family family, std::string_view key, std::string_view value) = 0;
};

// Each must be there, and nothing else.
class Comparison final : public Sink {
 public:
  explicit Comparison(const Database::View& view) : view_(view) {}

  Status Put(Family family, std::string_view key, std::string_view value) override {
    GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> row, view_.Get(family, key));
    if (!row)
      return Status::DataLoss(RowName(family, key) + " is missing: gasht store rebuild makes it again");
    if (*row != value)
      return Status::DataLoss(RowName(family, key) +
                              " is not what it should be: gasht store rebuild makes it again");
    ++expected_[family];
    return Status::Ok();
  }

  Status Finish() {
    for (const FamilyInfo& info : kFamilies) {
      if (info.kind != FamilyKind::kDerived) continue;
      uint64_t found = 0;
      Database::Cursor rows = view_.Rows(info.family);
      for (; rows.valid(); rows.Next()) ++found;
      GASHT_RETURN_IF_ERROR(rows.status());
      if (found != expected_[info.family])
        return Status::DataLoss(
            fmt::format("{} has {} rows instead of {}: gasht store rebuild makes them again", info.name,
                        found, expected_[info.family]));
    }
    return Status::Ok();
  }

 private:
  const Database::View& view_;
  std::map<Family, uint64_t> expected_;
};

// Rows on their way in, committed whenever enough have gathered.
class Refill final : public Sink {
 public:
  explicit Refill(Database& db) : db_(db), batch_(db) {}

  Status Put(Family family, std::string_view key, std::string_view value) override {
    batch_.Put(family, key, value);
    return batch_.bytes() < kMaxBatchBytes ? Status::Ok() : Flush();
  }

  Status Flush() {
    GASHT_RETURN_IF_ERROR(db_.Commit(batch_));
    batch_.Clear();
    return Status::Ok();
  }

 private:
  Database& db_;
  Database::Batch batch_;
};

// custody_node, capture_by_source and finding_leaf: all hang on the leaves.
Status RebuildFromLeaves(const Database::View& view, Sink& refill) {
  CompactTree tree;
  std::map<std::string, uint64_t> findings;
  Database::Cursor rows = view.Rows(Family::kCustodyLeaf);
  for (; rows.valid(); rows.Next()) {
    GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf,
                           DecodeRow(Family::kCustodyLeaf, rows.key(), rows.value(), &DecodeCustodyLeaf));
    for (const MerkleNode& node : tree.Append(LeafHash(leaf))) {
      if (node.position.level >= kLowestKeptLevel)
        GASHT_RETURN_IF_ERROR(refill.Put(Family::kCustodyNode, NodeKey(node.position), node.hash.view()));
    }
    // The last of each counts; without a salt it was destroyed.
    if (leaf.kind == kFindingLeafKind && !leaf.salt.empty()) findings[leaf.detail] = leaf.index;
    if (leaf.kind != kCaptureLeafKind) continue;
    const Result<std::optional<Capture>> read =
        ReadRow(view, Family::kCapture, NumberKey(leaf.capture.value), &DecodeCapture);
    if (read.status().code() == StatusCode::kNotFound) continue;  // destroyed
    if (!read.ok()) return read.status();
    const std::optional<Capture>& capture = *read;
    if (!capture)
      return Status::DataLoss(
          fmt::format("capture {} of custody leaf {} is missing", leaf.capture.value, leaf.index));
    GASHT_RETURN_IF_ERROR(refill.Put(
        Family::kCaptureBySource, CaptureBySourceKey(capture->source, capture->id), NumberKey(leaf.index)));
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  for (const auto& [id, index] : findings)
    GASHT_RETURN_IF_ERROR(refill.Put(Family::kFindingLeaf, id, NumberKey(index)));
  return Status::Ok();
}

Status RebuildFindingIndex(const Database::View& view, Sink& refill) {
  Database::Cursor rows = view.Rows(Family::kFinding);
  for (; rows.valid(); rows.Next()) {
    GASHT_ASSIGN_OR_RETURN(const Finding finding,
                           DecodeRow(Family::kFinding, rows.key(), rows.value(), &DecodeFinding));
    for (const SourceId& scope : {SourceId(), finding.source})
      GASHT_RETURN_IF_ERROR(refill.Put(Family::kFindingIndex, FindingIndexKey(scope, finding), {}));
  }
  return rows.status();
}

Status RebuildPayloadDelta(const Database::View& view, Sink& refill) {
  Database::Cursor rows = view.Rows(Family::kPayload);
  for (; rows.valid(); rows.Next()) {
    const Result<Envelope> envelope = OpenEnvelope(rows.value());
    if (!envelope.ok()) return envelope.status().WithContext(RowName(Family::kPayload, rows.key()));
    if (envelope->ref == 0) continue;
    if (rows.key().size() != sizeof(Digest::bytes))
      return Status::DataLoss(RowName(Family::kPayload, rows.key()) + " is not a body's");
    GASHT_RETURN_IF_ERROR(
        refill.Put(Family::kPayloadDelta,
                   PayloadDeltaKey({envelope->ref}, PayloadId{Digest::FromBytes(rows.key())}), {}));
  }
  return rows.status();
}

Status RebuildSchedule(const Database::View& view, Sink& refill) {
  Database::Cursor rows = view.Rows(Family::kFrontierSeen);
  for (; rows.valid(); rows.Next()) {
    GASHT_ASSIGN_OR_RETURN(const FrontierEntry entry,
                           DecodeRow(Family::kFrontierSeen, rows.key(), rows.value(), &DecodeFrontierEntry));
    if (entry.state == FrontierState::kScheduled)
      GASHT_RETURN_IF_ERROR(refill.Put(Family::kFrontierSchedule, ScheduleKey(entry), {}));
  }
  return rows.status();
}

Status DeriveAll(const Database::View& view, Sink& refill) {
  GASHT_RETURN_IF_ERROR(RebuildFromLeaves(view, refill));
  GASHT_RETURN_IF_ERROR(RebuildFindingIndex(view, refill));
  GASHT_RETURN_IF_ERROR(RebuildSchedule(view, refill));
  GASHT_RETURN_IF_ERROR(RebuildPayloadDelta(view, refill));
  return Status::Ok();
}

}  // namespace

Status CheckDerivedFamilies(const Database& db) {
  const Database::View view(db);
  Comparison comparison(view);
  GASHT_RETURN_IF_ERROR(DeriveAll(view, comparison));
  return comparison.Finish();
}

Status RebuildDerivedFamilies(Database& db) {
  Database::Batch stale(db);
  stale.Delete(Family::kMeta, kMetaDerived);
  GASHT_RETURN_IF_ERROR(db.Commit(stale));
  for (const FamilyInfo& info : kFamilies) {
    if (info.kind == FamilyKind::kDerived) GASHT_RETURN_IF_ERROR(db.Clear(info.family));
  }
  const Database::View view(db);
  Refill refill(db);
  GASHT_RETURN_IF_ERROR(DeriveAll(view, refill));
  GASHT_RETURN_IF_ERROR(refill.Put(Family::kMeta, kMetaDerived, NumberKey(kDerivedVersion)));
  return refill.Flush();
}

}  // namespace gasht
