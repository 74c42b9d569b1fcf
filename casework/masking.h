#pragma once

// Masking: identifiers of people who sell nothing do not leave the house. In an exported object each becomes
// blocks of the same number of characters (offsets stay true), everywhere in its strings, and beside it
// stands a salted commitment: whoever is handed the opening can prove what was there, nobody can guess it.
//
//   commitment = H("gasht-redaction-1", salt, kind, value)       H as in docs/storage-format.md
//
// Pure but for the random salts; plain values.

#include <string>
#include <vector>

#include "base/json.h"
#include "model/finding.h"

namespace gasht {

// What stays in the house: one masked identifier, opened.
struct Opening {
  std::string place;  // "f-0011223344556677/identifiers/2"
  std::string kind, value, salt;
  Digest commitment;
};

Digest CommitToRedaction(std::string_view salt, std::string_view kind, std::string_view value);

struct MaskedFinding {
  Json json;  // as ToJson(finding), with masked identifiers
  std::vector<Opening> openings;
};
MaskedFinding MaskFinding(const Finding& finding);

// {"place","kind","value","salt","commitment"}: a line of an openings file.
Json ToJson(const Opening& opening);

}  // namespace gasht
