#include "store/check_custody.h"

#include <map>
#include <optional>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "model/codec.h"
#include "store/custody.h"
#include "store/keys.h"
#include "store/payload.h"
#include "store/records.h"
#include "store/store_state.h"

namespace gasht {
namespace {

// The record as it was committed to: what is in the envelope, not what a decoder makes of it.
Result<std::string> ReadRecord(const Database::View& view, Family family, std::string_view key) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> value, view.Get(family, key));
  if (!value) return Status::NotFound(RowName(family, key) + " is missing");
  const Result<Envelope> envelope = OpenRecord(*value);
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

Status CheckCaptureLeaf(const Database::View& view, const KeyTable& keys, const CustodyLeaf& leaf,
                        CaptureId expected, uint64_t& body_bytes) {
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
  const Result<std::string> body = ReadBody(view, keys, *capture);
  if (body.ok()) body_bytes = body->size();
  return body.status();
}

// A record that no leaf commits to byte for byte is written in the one way that we write it.
template <typename Noun>
Status CheckEncoding(Family family, std::string_view key, std::string_view value, const Noun& noun) {
  const Result<Envelope> envelope = OpenRecord(value);
  if (envelope.ok() && envelope->payload == Encode(noun)) return Status::Ok();
  return Status::DataLoss(RowName(family, key) + " is not encoded as it was written");
}

// What leaves say of findings: the last one of each counts.
struct FindingLeaf {
  uint64_t index = 0;
  std::string salt;
  Digest commitment;
};

Status CheckFindings(const Database::View& view, const std::map<std::string, FindingLeaf>& leaves) {
  size_t found = 0, destroyed = 0;
  Database::Cursor rows = view.Rows(Family::kFinding);
  for (; rows.valid(); rows.Next()) {
    const std::string name = RowName(Family::kFinding, rows.key());
    GASHT_ASSIGN_OR_RETURN(const Finding finding,
                           DecodeRow(Family::kFinding, rows.key(), rows.value(), &DecodeFinding));
    const auto leaf = leaves.find(std::string(rows.key()));
    if (leaf == leaves.end() || finding.id.value != rows.key())
      return Status::DataLoss(name + " is in no leaf of the custody log");
    GASHT_RETURN_IF_ERROR(CheckEncoding(Family::kFinding, rows.key(), rows.value(), finding));
    if (CommitTo(leaf->second.salt, FindingRecord(finding), {}) != leaf->second.commitment)
      return Status::DataLoss(fmt::format(
          "custody leaf {} (finding): {} is not the record that was committed to", leaf->second.index, name));
    ++found;
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  for (const auto& [id, leaf] : leaves) destroyed += leaf.salt.empty() ? 1 : 0;
  if (found + destroyed == leaves.size()) return Status::Ok();
  for (const auto& [id, leaf] : leaves) {
    if (leaf.salt.empty()) continue;
    GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> row, view.Get(Family::kFinding, id));
    if (!row)
      return Status::DataLoss(fmt::format("custody leaf {} (finding): {} is missing", leaf.index, id));
  }
  return Status::Ok();
}

// A leaf without a salt stands for what was destroyed; later a leaf must say so.
Status CheckDestroyed(const Database::View& view, const CustodyLeaf& leaf, std::set<CaptureId>& destroyed) {
  const Result<std::string> record = ReadCommittedRecord(view, leaf);
  if (record.status().code() != StatusCode::kNotFound)
    return record.ok() ? Status::DataLoss("its salt is missing, its record is not") : record.status();
  if (leaf.kind == kCaptureLeafKind) destroyed.insert(leaf.capture);
  return Status::Ok();
}

// Every review is one that a leaf stands for.
Status CheckReviews(const Database::View& view, const std::set<std::string>& known) {
  Database::Cursor rows = view.Rows(Family::kReview);
  for (; rows.valid(); rows.Next()) {
    if (!known.contains(std::string(rows.key())))
      return Status::DataLoss(RowName(Family::kReview, rows.key()) + " is in no leaf of the custody log");
  }
  return rows.status();
}

// What is left of a destroyed capture names the leaf that says why.
Status CheckTombstone(const Database::View& view, const CustodyLeaf& leaf) {
  const std::string key = NumberKey(leaf.capture.value);
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> left, view.Get(Family::kCapture, key));
  if (left == DestroyedRecord(leaf.index)) return Status::Ok();
  return Status::DataLoss(RowName(Family::kCapture, key) +
                          " does not name this leaf as why it was destroyed");
}

Status CheckReviewLeaf(const Database::View& view, const CustodyLeaf& leaf) {
  GASHT_ASSIGN_OR_RETURN(const std::string record, RequireRecord(view, leaf));
  return CheckCommitment(leaf, record, {});
}

}  // namespace

Result<std::string> ReadCommittedRecord(const Database::View& view, const CustodyLeaf& leaf) {
  if (leaf.kind == kCaptureLeafKind) return ReadRecord(view, Family::kCapture, NumberKey(leaf.capture.value));
  if (leaf.kind == kReviewLeafKind)
    return ReadRecord(view, Family::kReview, ReviewKey({leaf.detail}, leaf.index));
  if (leaf.kind == kFindingLeafKind) {
    GASHT_ASSIGN_OR_RETURN(const std::optional<Finding> finding,
                           ReadRow(view, Family::kFinding, leaf.detail, &DecodeFinding));
    if (!finding) return Status::NotFound(RowName(Family::kFinding, leaf.detail) + " is missing");
    return FindingRecord(*finding);
  }
  return std::string();
}

namespace {

// A perfect subtree below those that are kept, from its leaves.
Result<Digest> HashLeaves(const Database::View& view, const MerklePosition& position) {
  CompactTree tree;
  const uint64_t first = position.index << position.level;
  for (uint64_t index = first; index < first + (uint64_t{1} << position.level); ++index) {
    GASHT_ASSIGN_OR_RETURN(const std::optional<CustodyLeaf> leaf,
                           ReadRow(view, Family::kCustodyLeaf, NumberKey(index), &DecodeCustodyLeaf));
    if (!leaf || leaf->index != index)
      return Status::DataLoss(fmt::format("custody leaf {} is missing", index));
    tree.Append(LeafHash(*leaf));
  }
  return tree.root();
}

}  // namespace

Result<Digest> ReadTreeNode(const Database::View& view, const MerklePosition& position) {
  if (position.level < kLowestKeptLevel) return HashLeaves(view, position);
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> hash,
                         view.Get(Family::kCustodyNode, NodeKey(position)));
  if (!hash || hash->size() != sizeof(Digest::bytes))
    return Status::DataLoss(
        fmt::format("node {} of level {} of the custody tree is missing", position.index, position.level));
  return Digest::FromBytes(*hash);
}

Status CheckCustody(const Database::View& view, const KeyTable& keys) {
  Status first;
  CustodyVisitor visitor;
  visitor.on_problem = [&first](const Status& problem) {
    first = problem;
    return false;
  };
  GASHT_RETURN_IF_ERROR(CheckCustody(view, keys, visitor));
  return first;
}

Status CheckCustody(const Database::View& view, const KeyTable& keys, const CustodyVisitor& visitor) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> head_bytes, view.Get(Family::kMeta, kMetaHead));
  if (!head_bytes) return Status::DataLoss("the store's head is missing");
  GASHT_ASSIGN_OR_RETURN(const StoreHead head, DecodeHead(*head_bytes));
  // False: whoever watches has seen enough.
  const auto passes = [&visitor](const Status& status) { return status.ok() || visitor.on_problem(status); };

  CompactTree tree;
  CaptureId last_capture;
  std::set<CaptureId> destroyed;
  std::map<std::string, FindingLeaf> findings;
  std::set<std::string> reviews;
  Database::Cursor rows = view.Rows(Family::kCustodyLeaf);
  for (; rows.valid(); rows.Next()) {
    const uint64_t index = tree.size();
    const Result<CustodyLeaf> read =
        DecodeRow(Family::kCustodyLeaf, rows.key(), rows.value(), &DecodeCustodyLeaf);
    Status status = read.status();
    if (read.ok() && (rows.key() != NumberKey(index) || read->index != index))
      status = Status::DataLoss(fmt::format("custody leaf {} is missing", index));
    if (status.ok()) status = CheckEncoding(Family::kCustodyLeaf, rows.key(), rows.value(), *read);
    // Without it no later one can be told from another.
    if (!status.ok()) {
      passes(status);
      return Status::Ok();
    }
    const CustodyLeaf& leaf = *read;
    uint64_t body_bytes = 0;
    if (leaf.kind == kFindingLeafKind) {
      findings[leaf.detail] = {index, leaf.salt, leaf.commitment};
    } else if (leaf.salt.empty()) {
      status = CheckDestroyed(view, leaf, destroyed);
      if (leaf.kind == kCaptureLeafKind) last_capture = leaf.capture;
    } else if (leaf.kind == kCaptureLeafKind) {
      status = CheckCaptureLeaf(view, keys, leaf, {last_capture.value + 1}, body_bytes);
      last_capture = leaf.capture;
    } else if (leaf.kind == kReviewLeafKind) {
      reviews.insert(ReviewKey({leaf.detail}, leaf.index));
      status = CheckReviewLeaf(view, leaf);
    } else {
      status = CheckCommitment(leaf, {}, {});
      if (leaf.kind == kDeletionLeafKind) {
        destroyed.erase(leaf.capture);
        if (status.ok()) status = CheckTombstone(view, leaf);
      }
    }
    if (!status.ok()) status = status.WithContext(fmt::format("custody leaf {} ({})", index, leaf.kind));
    if (!passes(status)) return Status::Ok();
    if (visitor.on_leaf) visitor.on_leaf(leaf, body_bytes);
    tree.Append(LeafHash(leaf));
    if (visitor.on_tree) visitor.on_tree(tree);
  }
  if (!passes(rows.status())) return Status::Ok();
  if (!destroyed.empty() && !passes(Status::DataLoss(fmt::format("capture {} is gone, and no leaf says why",
                                                                 destroyed.begin()->value))))
    return Status::Ok();
  if (!passes(CheckFindings(view, findings)) || !passes(CheckReviews(view, reviews))) return Status::Ok();
  if (tree.size() != head.tree.size) {
    passes(Status::DataLoss(
        fmt::format("the custody log has {} leaves instead of {}", tree.size(), head.tree.size)));
  } else if (tree.root() != head.tree.root) {
    passes(Status::DataLoss("the custody log's leaves do not have the root that was committed"));
  } else if (last_capture.value != head.captures) {
    passes(Status::DataLoss(
        fmt::format("the custody log has {} captures instead of {}", last_capture.value, head.captures)));
  }
  return Status::Ok();
}

}  // namespace gasht
