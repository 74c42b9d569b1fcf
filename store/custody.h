#pragma once

// How records become leaves of the custody log. docs/storage-format.md, "Custody log", has the same in words,
// so that somebody else's program can check it. Free functions without state.

#include <string_view>

#include "base/digest.h"
#include "model/custody.h"

namespace gasht {

inline constexpr size_t kSaltBytes = 16;

// What a leaf says of the record it stands for: `record` is its stored encoding, `body` the digest of the
// body it refers to, empty when there is none.
Digest CommitTo(std::string_view salt, std::string_view record, std::string_view body);

// The entry of the tree: a digest over everything in the leaf but its salt, so that the salt can be destroyed
// with the record and the tree still adds up.
Digest LeafEntry(const CustodyLeaf& leaf);

// The hash of that entry as a leaf of the tree.
Digest LeafHash(const CustodyLeaf& leaf);

}  // namespace gasht
