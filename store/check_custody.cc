#include "store/check_custody.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "model/codec.h"
#include "store/custody.h"
#include "store/keys.h"
#include "store/records.h"
#include "store/store_state.h"

namespace gasht {
namespace {

// The record as it was committed to: what is in the envelope, not what a decoder makes of it.
Result<std::string> ReadRecord(const Database::View& view, Family family, std::string_view key) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> value, view.Get(family, key));
  if (!value) return Status::NotFound(RowName(family, key) + " is missing");
  const Result<Envelope> envelope = OpenEnvelope(*value);
  if (!envelope.ok()) return envelope.status().WithContext(RowName(family, key));
  return std::string(envelope->payload);
}

// A record that must be there.
Result<std::string> RequireRecord(const Database::View& view, const CustodyLeaf& leaf) {
  Result<std::string> record = ReadCommittedRecord(view, leaf);
  if (record.status().code() == StatusCode::kNotFound) return Status::DataLoss(record.status().message());
  return record;
}

Status CheckCommitment(const CustodyLeaf& leaf, std::string_view record, std::string_view body) {
  if (CommitTo(leaf.salt, record, body) == leaf.commitment) return Status::Ok();
  return Status::DataLoss("its record is not the one that was committed to");
}

Status CheckCaptureLeaf(const Database::View& view, const CustodyLeaf& leaf, CaptureId expected) {
  if (leaf.capture != expected)
    return Status::DataLoss(
        fmt::format("it stands for capture {} instead of {}", leaf.capture.value, expected.value));
  GASHT_ASSIGN_OR_RETURN(const std::string record, RequireRecord(view, leaf));
  const Result<Capture> capture = DecodeCapture(record);
  if (!capture.ok()) return Status::DataLoss(capture.status().message());
  GASHT_RETURN_IF_ERROR(
      CheckCommitment(leaf, record, capture->has_body ? capture->body_sha256.view() : std::string_view()));
  if (capture->id != leaf.capture) return Status::DataLoss("its record is another capture's");
  if (!capture->has_body) return Status::Ok();
  return ReadBody(view, *capture).status();
}

Status CheckReviewLeaf(const Database::View& view, const CustodyLeaf& leaf) {
  GASHT_ASSIGN_OR_RETURN(const std::string record, RequireRecord(view, leaf));
  return CheckCommitment(leaf, record, {});
}

}  // namespace

Result<std::string> ReadCommittedRecord(const Database::View& view, const CustodyLeaf& leaf) {
  if (leaf.kind == "capture") return ReadRecord(view, Family::kCapture, NumberKey(leaf.capture.value));
  if (leaf.kind == "review") return ReadRecord(view, Family::kReview, ReviewKey({leaf.detail}, leaf.index));
  return std::string();
}

Result<Digest> ReadTreeNode(const Database::View& view, const MerklePosition& position) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> hash,
                         view.Get(Family::kCustodyNode, NodeKey(position)));
  if (!hash || hash->size() != sizeof(Digest::bytes))
    return Status::DataLoss(
        fmt::format("node {} of level {} of the custody tree is missing", position.index, position.level));
  return Digest::FromBytes(*hash);
}

Result<std::string> ReadBody(const Database::View& view, const Capture& capture) {
  const auto damaged = [&capture](std::string_view what) {
    return Status::DataLoss(fmt::format("the body of capture {} {}", capture.id.value, what));
  };
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> value,
                         view.Get(Family::kPayload, capture.payload.digest.view()));
  if (!value) return damaged("is missing");
  const Result<Envelope> envelope = OpenEnvelope(*value);
  if (!envelope.ok())
    return envelope.status().WithContext(fmt::format("the body of capture {}", capture.id.value));
  if (envelope->payload.size() != capture.body_bytes || Sha256(envelope->payload) != capture.body_sha256)
    return damaged("is not what was captured");
  return std::string(envelope->payload);
}

Status CheckCustody(const Database::View& view) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> head_bytes, view.Get(Family::kMeta, kMetaHead));
  if (!head_bytes) return Status::DataLoss("the store's head is missing");
  GASHT_ASSIGN_OR_RETURN(const StoreHead head, DecodeHead(*head_bytes));

  CompactTree tree;
  CaptureId last_capture;
  Database::Cursor rows = view.Rows(Family::kCustodyLeaf);
  for (; rows.valid(); rows.Next()) {
    const uint64_t index = tree.size();
    GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf,
                           DecodeRow(Family::kCustodyLeaf, rows.key(), rows.value(), &DecodeCustodyLeaf));
    if (rows.key() != NumberKey(index) || leaf.index != index)
      return Status::DataLoss(fmt::format("custody leaf {} is missing", index));
    Status status;
    if (leaf.kind == "capture") {
      status = CheckCaptureLeaf(view, leaf, {last_capture.value + 1});
      last_capture = leaf.capture;
    } else if (leaf.kind == "review") {
      status = CheckReviewLeaf(view, leaf);
    } else {
      status = CheckCommitment(leaf, {}, {});
    }
    if (!status.ok()) return status.WithContext(fmt::format("custody leaf {} ({})", index, leaf.kind));
    tree.Append(LeafHash(leaf));
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  if (tree.size() != head.tree.size)
    return Status::DataLoss(
        fmt::format("the custody log has {} leaves instead of {}", tree.size(), head.tree.size));
  if (tree.root() != head.tree.root)
    return Status::DataLoss("the custody log's leaves do not have the root that was committed");
  if (last_capture.value != head.captures)
    return Status::DataLoss(
        fmt::format("the custody log has {} captures instead of {}", last_capture.value, head.captures));
  return Status::Ok();
}

}  // namespace gasht
