#include "store/proof.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "model/codec.h"
#include "store/check_custody.h"
#include "store/keys.h"
#include "store/records.h"
#include "store/store_state.h"

namespace gasht {
namespace {

// A note a minute for ten years.
constexpr size_t kMaxCheckpointsBytes = size_t{2} << 30;

Result<TreeHead> HeadOf(const Database::View& view) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, view.Get(Family::kMeta, kMetaHead));
  if (!bytes) return Status::DataLoss("the store's head is missing");
  GASHT_ASSIGN_OR_RETURN(const StoreHead head, DecodeHead(*bytes));
  return head.tree;
}

}  // namespace

struct ProofReader::State {
  explicit State(const Database& db) : view(db) {}
  const Database::View view;
};

ProofReader::ProofReader(const Store& store)
    : state_(std::make_unique<State>(*store.state_->db)), head_(HeadOf(state_->view).value_or(TreeHead())) {}

ProofReader::~ProofReader() = default;

Result<CustodyLeaf> ProofReader::Leaf(uint64_t index) const {
  GASHT_ASSIGN_OR_RETURN(std::optional<CustodyLeaf> leaf,
                         ReadRow(state_->view, Family::kCustodyLeaf, NumberKey(index), &DecodeCustodyLeaf));
  if (!leaf) return Status::NotFound(fmt::format("the custody log has no leaf {}", index));
  return *std::move(leaf);
}

Result<CustodyLeaf> ProofReader::LeafOf(const Capture& capture) const {
  GASHT_ASSIGN_OR_RETURN(
      const std::optional<std::string> row,
      state_->view.Get(Family::kCaptureBySource, CaptureBySourceKey(capture.source, capture.id)));
  if (!row) return Status::NotFound(fmt::format("there is no capture {}", capture.id.value));
  const std::optional<uint64_t> index = ParseNumberKey(*row);
  if (!index) return Status::DataLoss(fmt::format("capture {} has no readable leaf", capture.id.value));
  return Leaf(*index);
}

Result<CustodyLeaf> ProofReader::LeafOf(const FindingId& finding) const {
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                         state_->view.Get(Family::kFindingLeaf, finding.value));
  if (!row) return Status::NotFound(fmt::format("there is no finding {}", finding.value));
  const std::optional<uint64_t> index = ParseNumberKey(*row);
  if (!index) return Status::DataLoss(fmt::format("finding {} has no readable leaf", finding.value));
  return Leaf(*index);
}

Result<std::string> ProofReader::Record(const CustodyLeaf& leaf) const {
  return ReadCommittedRecord(state_->view, leaf);
}

Result<Digest> ProofReader::Node(const MerklePosition& position) const {
  return ReadTreeNode(state_->view, position);
}

Result<Digest> ProofReader::Root(uint64_t size) const {
  return MerkleRoot(size, [this](const MerklePosition& position) { return Node(position); });
}

Result<std::vector<Digest>> ProofReader::Inclusion(uint64_t index, uint64_t size) const {
  return InclusionProof(index, size, [this](const MerklePosition& position) { return Node(position); });
}

Result<std::vector<Digest>> ProofReader::Consistency(uint64_t old_size, uint64_t size) const {
  return ConsistencyProof(old_size, size, [this](const MerklePosition& position) { return Node(position); });
}

Result<std::vector<SignedNote>> ReadCheckpoints(const std::string& path) {
  GASHT_ASSIGN_OR_RETURN(NoteFile file, ReadNoteFile(path));
  return std::move(file.notes);
}

Result<NoteFile> ReadNoteFile(const std::string& path) {
  NoteFile file;
  const Result<std::string> bytes = ReadFile(path, kMaxCheckpointsBytes);
  if (bytes.status().code() == StatusCode::kNotFound) return file;
  if (!bytes.ok()) return bytes.status();
  std::string_view rest = *bytes;
  // A note, and an empty line behind it.
  while (!rest.empty()) {
    const size_t text_end = rest.find("\n\n");
    const size_t end = text_end == std::string_view::npos ? text_end : rest.find("\n\n", text_end + 2);
    if (end == std::string_view::npos) break;
    Result<SignedNote> note = SignedNote::Parse(rest.substr(0, end + 1));
    if (!note.ok())
      return Status::DataLoss(
          fmt::format("{}: checkpoint {}: {}", path, file.notes.size() + 1, note.status().message()));
    file.notes.push_back(std::move(note).value());
    rest.remove_prefix(end + 2);
  }
  file.unfinished_bytes = rest.size();
  return file;
}

}  // namespace gasht
