#pragma once

// How records become leaves of the custody log. docs/storage-format.md, "Custody log", has the same in words,
// so that somebody else's program can check it. Free functions without state.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "model/custody.h"
#include "model/finding.h"
#include "store/note.h"

namespace gasht {

inline constexpr size_t kSaltBytes = 16;

// Kinds of leaves that stand for a record; every other kind is an event.
inline constexpr std::string_view kCaptureLeafKind = "capture";
inline constexpr std::string_view kReviewLeafKind = "review";
inline constexpr std::string_view kFindingLeafKind = "finding";
// A record was lawfully destroyed: an event, and the capture that it names.
inline constexpr std::string_view kDeletionLeafKind = "deletion";
// The log's key is another one from the next checkpoint on: an event.
inline constexpr std::string_view kKeyRotationLeafKind = "key_rotation";

// custody_node keeps perfect subtrees of 2^5 leaves and more. A smaller one costs at most 16 leaves to hash again, and there are
// thirty-one times as many of them as of all the others.
inline constexpr uint8_t kLowestKeptLevel = 5;

// What a leaf says of the record it stands for: `record` is its stored encoding, `body` the digest of the
// body it refers to, empty when there is none.
Digest CommitTo(std::string_view salt, std::string_view record, std::string_view body);

// The part of a finding that a leaf of kind "finding" is over: all but when and how often it was seen again, and
// on which page, which change with every look.
std::string FindingRecord(const Finding& finding);

// The entry of the tree: a digest over everything in the leaf but its salt, so that the salt can be destroyed
// with the record and the tree still adds up.
Digest LeafEntry(const CustodyLeaf& leaf);

// The detail of a leaf of kind "key_rotation".
std::string KeyRotationDetail(const NoteKey& from, const NoteKey& to);

// The hash of that entry as a leaf of the tree.
Digest LeafHash(const CustodyLeaf& leaf);

}  // namespace gasht
