#pragma once

// Signed notes and checkpoints as other people's tools read them (C2SP signed-note, tlog-checkpoint and
// tlog-cosignature: https://c2sp.org/signed-note). A checkpoint is three lines that a person can read aloud:
//
//   gasht/0f351d6c7c0685d4                          origin: which log
//   1536                                            how many leaves
//   K0hJ3DvCXxdDCTYKQeK6pAxWSkDDdMHr8NVEKJ29lHA=    root of the tree
//
//   - NAME BASE64(key id, signature)                one line a signature, with an em dash
//
// Plain values and pure, thread-safe functions. Parsing is strict; InvalidArgument says what is wrong.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ed25519.h"
#include "base/status.h"
#include "model/custody.h"

namespace gasht {

// What a signature is: a log's own, or a witness's with the time at which it was made.
enum class NoteKeyType : uint8_t { kEd25519 = 1, kCosignature = 4 };

// Whose signatures: the public half, written "NAME+KEYID+BASE64".
struct NoteKey {
  std::string name;  // no space, no plus
  NoteKeyType type = NoteKeyType::kEd25519;
  std::string public_key;  // 32 bytes
  // The first four bytes of SHA-256(name, line break, type, public key).
  uint32_t id() const;
  std::string str() const;
  static Result<NoteKey> Parse(std::string_view text);
  friend bool operator==(const NoteKey&, const NoteKey&) = default;
};
bool IsValidNoteName(std::string_view name);

struct NoteSignature {
  std::string name;
  uint32_t key_id = 0;
  std::string signature;  // 64 bytes, or 8 of time (be64 seconds) and 64
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct SignedNote {
  std::string text;  // ends with a line break
  std::vector<NoteSignature> signatures;
  std::string str() const;
  // At least one signature; at most 64 KiB.
  static Result<SignedNote> Parse(std::string_view bytes);
  friend bool operator==(const SignedNote&, const SignedNote&) = default;
};

struct Checkpoint {
  std::string origin;
  TreeHead head;
  std::string str() const;
  // Further lines (extensions) are allowed, and ignored.
  static Result<Checkpoint> Parse(std::string_view text);
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// A log's signature over a note's text.
NoteSignature SignNote(std::string_view text, std::string_view name, const SigningKey& key);
// A witness's: over "cosignature/v1\ntime SECONDS\n" and the text.
NoteSignature CosignNote(std::string_view text, std::string_view name, const SigningKey& key, UtcTime at);

// Does `note` carry a true signature of `key`? A signature of another key says nothing; one of this key that
// is not true makes it false.
bool IsSignedBy(const SignedNote& note, const NoteKey& key);
// When the witness says it signed. REQUIRES: a cosignature of 72 bytes.
UtcTime CosignatureTime(const NoteSignature& signature);

}  // namespace gasht
