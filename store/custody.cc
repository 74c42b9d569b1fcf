#include "store/custody.h"

#include <fmt/format.h>

#include "model/codec.h"
#include "model/ids.h"
#include "store/keys.h"
#include "store/merkle.h"

namespace gasht {

Digest CommitTo(std::string_view salt, std::string_view record, std::string_view body) {
  return HashParts("gasht-commitment-1", {salt, record, body});
}

std::string FindingRecord(const Finding& finding) {
  Finding lasting = finding;
  lasting.last_capture = lasting.first_capture;
  lasting.last_seen = lasting.first_seen;
  lasting.times_seen = 1;
  lasting.page_url.clear();
  return Encode(lasting);
}

Digest LeafEntry(const CustodyLeaf& leaf) {
  return HashParts("gasht-leaf-1",
                   {NumberKey(leaf.index), leaf.kind, NumberKey(static_cast<uint64_t>(leaf.at.micros)),
                    leaf.actor, leaf.commitment.view(), NumberKey(leaf.capture.value), leaf.detail});
}

std::string KeyRotationDetail(const NoteKey& from, const NoteKey& to) {
  return fmt::format("from {} to {}", from.str(), to.str());
}

Digest LeafHash(const CustodyLeaf& leaf) {
  return MerkleLeafHash(LeafEntry(leaf).view());
}

}  // namespace gasht
