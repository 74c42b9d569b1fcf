#pragma once

// The custody log: one leaf for every act on evidence, in a Merkle tree that only grows. Plain values;
// store/custody.h computes with them.

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/digest.h"
#include "model/ids.h"

namespace gasht {

// One leaf of the custody log (RFC 6962 tree).
struct CustodyLeaf {
  uint64_t index = 0;  // dense, from 0
  std::string kind;    // "capture", "review", "start", "stop", ...
  UtcTime at;
  std::string actor;   // who: "gasht" for the machine, a user's name otherwise
  Digest commitment;   // SHA-256 over salt and the canonical record it stands for
  std::string salt;    // 16 random bytes: the tree tells a stranger nothing about content
  CaptureId capture;   // when it stands for one
  std::string detail;  // fixed words and ids only
  friend bool operator==(const CustodyLeaf&, const CustodyLeaf&) = default;
};

struct TreeHead {
  uint64_t size = 0;
  Digest root;
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

}  // namespace gasht
