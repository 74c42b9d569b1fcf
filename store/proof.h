#pragma once

// What a store can prove to a stranger, as of one moment: leaves with their salts, records byte for byte as
// they were committed to, Merkle proofs and signed checkpoints. Whoever makes a bundle reads through this;
// whoever checks one needs store/merkle.h, store/custody.h and store/note.h only.
//
//   const ProofReader reader(store);
//   const auto notes = ReadCheckpoints(store.path() + "/checkpoints");
//   const Checkpoint seal = Checkpoint::Parse(notes->back().text).value();
//   const CustodyLeaf leaf = *reader.LeafOf(capture);        // its salt opens the commitment
//   const std::string record = *reader.Record(leaf);         // CommitTo(leaf.salt, record, body) == leaf.commitment
//   const auto proof = *reader.Inclusion(leaf.index, seal.head.size);
//   VerifyInclusion(LeafHash(leaf), leaf.index, seal.head.size, proof, seal.head.root)
//
// Confined to one thread; the store outlives it. DataLoss when stored bytes are not what was written.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/capture.h"
#include "model/custody.h"
#include "store/merkle.h"
#include "store/note.h"
#include "store/store.h"

namespace gasht {

class ProofReader {
 public:
  explicit ProofReader(const Store& store);
  ~ProofReader();
  ProofReader(const ProofReader&) = delete;
  ProofReader& operator=(const ProofReader&) = delete;

  TreeHead head() const { return head_; }
  // NotFound when there is no such leaf.
  Result<CustodyLeaf> Leaf(uint64_t index) const;
  Result<CustodyLeaf> LeafOf(const Capture& capture) const;
  // The last one that stands for the finding as it is now.
  Result<CustodyLeaf> LeafOf(const FindingId& finding) const;
  // The bytes that a leaf's commitment is over: from the record's envelope, FindingRecord (store/custody.h) of a finding;
  // empty for an event. NotFound when the record was destroyed (the leaf's salt is empty then).
  Result<std::string> Record(const CustodyLeaf& leaf) const;
  // The stored encoding of a perfect subtree's hash.
  Result<Digest> Node(const MerklePosition& position) const;
  // REQUIRES: sizes up to head().size.
  Result<Digest> Root(uint64_t size) const;
  Result<std::vector<Digest>> Inclusion(uint64_t index, uint64_t size) const;
  Result<std::vector<Digest>> Consistency(uint64_t old_size, uint64_t size) const;

 private:
  struct State;
  const std::unique_ptr<State> state_;
  TreeHead head_;
};

// The notes of a file of checkpoints, in the order in which they were signed; none when there is no file. An
// unfinished last note (power was cut) is left out; anything else that is not a note is DataLoss. A signature
// is not checked here.
Result<std::vector<SignedNote>> ReadCheckpoints(const std::string& path);

// The same, and how long the unfinished note is.
struct NoteFile {
  std::vector<SignedNote> notes;
  size_t unfinished_bytes = 0;
};
Result<NoteFile> ReadNoteFile(const std::string& path);

}  // namespace gasht
