#pragma once

// The files of a store beside its database: what an operator set up for the custody log (STORE/custody), and the
// signed checkpoints (STORE/checkpoints and a second place of the operator's choice, best on another device).
// docs/storage-format.md, "Checkpoints". Free functions; errors name the file.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "store/note.h"

namespace gasht {

// STORE/custody: lines of NAME VALUE, the last one "sum" and the SHA-256 of those before it.
struct CustodySetup {
  std::string origin;              // "gasht/STORE-ID", with "/2", "/3", ... after a restore
  std::vector<NoteKey> keys;       // the log's, oldest first: the last one signs
  std::vector<NoteKey> witnesses;  // whose cosignatures count
  std::string copy;                // second path of the checkpoints; empty: none
  // The folder with the signing key and its memory, or "unix:PATH": the socket of a signer that somebody else runs.
  std::string signer;
  // After a restore: "N leaves, root HEX, as ORIGIN", what the log had reached before.
  std::vector<std::string> restored;
  friend bool operator==(const CustodySetup&, const CustodySetup&) = default;
};

inline std::string CustodySetupPath(const std::string& store_path) {
  return store_path + "/custody";
}
// Signed notes, one a restore: who ordered it, how far the log had come, whether the key is another one.
inline std::string RestoresPath(const std::string& store_path) {
  return store_path + "/restores";
}
inline std::string CheckpointsPath(const std::string& store_path) {
  return store_path + "/checkpoints";
}

// Which life of the log an origin names: 1, and one more with every restore.
uint64_t EpochOf(std::string_view origin);
// The origin of its first life.
std::string_view LogOf(std::string_view origin);
// The origin of the next life.
std::string NextOrigin(std::string_view origin);

// Nothing when none was set up. DataLoss when the file is not one.
Result<std::optional<CustodySetup>> ReadCustodySetup(const std::string& store_path);
Status WriteCustodySetup(const std::string& store_path, const CustodySetup& setup);

// A signer that is not of this process's making: the path of its socket; empty for a folder.
std::string SignerSocketOf(const CustodySetup& setup);

// Any signed note, at the end of a file of notes. Durable when it returns Ok.
Status AppendNote(const std::string& path, const SignedNote& note);

// Durable when it returns Ok. What a power cut left of an unfinished note is cut off first.
Status AppendCheckpoint(const std::string& path, const SignedNote& note);

struct SealedHead {
  Checkpoint checkpoint;
  SignedNote note;
};
// The last checkpoint of the file; nothing when there is none. DataLoss when it is not one, or is signed by none of
// the keys.
Result<std::optional<SealedHead>> LastCheckpoint(const std::string& path, const std::vector<NoteKey>& keys);

}  // namespace gasht
