#pragma once

// The bundle: what leaves the house as evidence. One WACZ 1.1.1 file that replay tools open, with a folder
// evidence/ that proves it: records as they were committed to, Merkle proofs, signed checkpoints, findings
// with the text of the rules, a report on paper, and a checker with instructions. docs/bundle.md is the
// contract; casework/verify.h and casework/verify/gasht_verify.py check it.
//
// Writing streams: one capture is in memory at a time. The file appears under its name whole or not at all.
// An export is an act: before anything is finished, a leaf of the custody log names who exported what and
// commits to the contents, and a checkpoint seals it.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/status.h"
#include "casework/bundle_key.h"
#include "casework/selection.h"
#include "model/custody.h"
#include "rules/packs.h"
#include "store/note.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {

// A log's word: the checkpoints it signed, the last covering what is exported, and the keys that check them.
// What others said of it goes along: cosignatures of witnesses and RFC 3161 tokens over these checkpoints.
struct LogToken {
  uint64_t size = 0;     // of the checkpoint whose text it stamps
  std::string response;  // DER
};
struct LogSeal {
  std::vector<SignedNote> checkpoints;  // ascending in size
  std::vector<NoteKey> keys;            // the log's: the present one, then the one before it, ...
  std::vector<NoteKey> witnesses{};
  std::vector<SignedNote> cosignatures{};
  std::vector<LogToken> tokens{};
  std::string authority_pem{};  // certificates that the house trusts for the tokens; may be empty
};

struct BundleOptions {
  std::string path;
  std::string actor;     // who exports
  std::string software;  // "gasht 0.1.0"
  std::string agency;    // as printed on the report; may be empty
  std::string agency_ur;
  std::vector<RulePackFile> rules;  // in force now: their text goes along where captures name their digest
  const Clock* clock = nullptr;
  const BundleKey* key = nullptr;
  // Makes a leaf of the custody log durable.
  std::function<Status(CustodyEvent)> record;
  // Checkpoints of which the last covers at least `size` leaves.
  std::function<Result<LogSeal>(uint64_t size)> seal;
  bool report_pdf = true;
  // Called before each capture, if set; what is not Ok ends the export, and nothing is left of it.
  std::function<Status(uint64_t done, uint64_t of)> progress{};
};

struct BundleSummary {
  std::string id;  // "urn:uuid:..."
  Digest sha256_of_contents;
  uint64_t captures = 0, destroyed = 0, findings = 0, bytes = 0, masked = 0;
  uint64_t checkpoint_size = 0;
  std::string openings_path;  // empty when nothing was masked
};

// Writes `options.path` and, where identifiers were masked, `options.path`.openings.jsonl (mode 0600), which
// stays in the house. AlreadyExists, ResourceExhausted, NotFound as their makers say; FailedPrecondition when
// the log cannot be sealed.
Result<BundleSummary> WriteBundle(const Store& store, const Selection& selection,
                                  const BundleOptions& options);

// The rule as its pack has it, from "- id: ID" to the next; empty when no pack has it.
std::string RuleText(const std::vector<RulePackFile>& packs, std::string_view id);

}  // namespace gasht
