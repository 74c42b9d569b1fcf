#pragma once

// VerifyStore: everything that a store can be held to, read again from the disk: every record and body against the
// custody log, the log against every signed checkpoint, time stamps and cosignatures, the files against RocksDB's own
// checksums. It goes on after a problem, so that one report names them all.
//
// Thread-safe free functions; they read one view of the store. What they find is data (VerifyReport::problems); an
// error Status is a disk that cannot be read at all.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/status.h"
#include "store/note.h"
#include "store/store.h"

namespace gasht {

struct VerifyOptions {
  // The certificates of the time-stamp authorities that are trusted (PEM); empty: STORE/tokens/authority.pem.
  std::string authority_pem;
  // Also the derived families against what they are derived from, and every record that no leaf stands for.
  bool derived = false;
  std::function<void(uint64_t leaves, uint64_t of)> on_progress;
};

struct VerifyReport {
  uint64_t leaves = 0, captures = 0, bodies = 0, body_bytes = 0, findings = 0, reviews = 0, views = 0,
           destroyed = 0;
  // Signed by this log's key, consistent with each other and with the leaves.
  uint64_t checkpoints = 0;
  uint64_t sealed = 0;  // leaves under the last of them
  std::string origin;   // empty: no custody log was ever set up
  std::vector<std::string> restored;
  struct Token {
    uint64_t size = 0;
    UtcTime at;
    bool is_trusted = false;
  };
  std::vector<Token> tokens;
  struct Cosignature {
    std::string witness;
    uint64_t size = 0;
    UtcTime at;
  };
  std::vector<Cosignature> cosignatures;
  // "capture 12: ...", "checkpoints: ..."; at most 1,000, in the order in which they were found.
  std::vector<std::string> problems;
  bool ok() const { return problems.empty(); }
};

Result<VerifyReport> VerifyStore(const Store& store, const VerifyOptions& options);

// In plain words, for people: what was proved, what is unsealed and from where, what nobody can prove.
std::vector<std::string> Explain(const VerifyReport& report);

}  // namespace gasht
