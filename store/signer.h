#pragma once

// Whoever signs the custody log's checkpoints, or cosigns them as a witness: holds the key and its own memory of
// the last tree that it signed, demands a proof that the next one only grew, and refuses anything else. It runs as
// a process of its own (ServeSigner over a socketpair), so that whoever takes over the core has no key and can
// rewrite nothing that was signed.
//
// A request is what the C2SP tlog-witness protocol calls add-checkpoint:
//
//   old SIZE
//   BASE64                 one line for each hash of the consistency proof
//
//   ORIGIN, SIZE, ROOT     the checkpoint; for a witness with the log's signature
//
// TreeSigner: confined to one thread. SignerClient: thread-safe. Errors: DataLoss when a tree is refused, with "rollback:" or
// "fork:" in front unless its signature is why; FailedPrecondition ("stale: ...") when the proof begins at another size than was
// signed last: ask for that and try again; Unavailable when the signer is not there, or cannot sign.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/status.h"
#include "store/note.h"

namespace gasht {

struct SignRequest {
  uint64_t old_size = 0;
  std::vector<Digest> proof;
  SignedNote note;  // without signatures for the log's own signer
  std::string str() const;
  // InvalidArgument when it is not one.
  static Result<SignRequest> Parse(std::string_view text);
  friend bool operator==(const SignRequest&, const SignRequest&) = default;
};

// A folder with a key and a memory: "signer.key" (64 hex digits, 0600), "signer.name" and "signer.state", the last note
// signed.
class TreeSigner {
 public:
  // Makes key and folder. AlreadyExists when there is a key.
  static Result<NoteKey> Create(const std::string& dir, const std::string& name, NoteKeyType type);
  // Of a folder that Create made; `name` empty: the one it has. `log_keys`: for a witness, whose signature a checkpoint must
  // carry.
  static Result<TreeSigner> Open(const std::string& dir, const std::string& name, NoteKeyType type,
                                 std::vector<NoteKey> log_keys = {});

  const NoteKey& key() const { return key_; }
  // What was signed last, as far as this one knows; size 0: nothing.
  const Checkpoint& last() const { return last_; }
  // The same as the folder's memory has it now: another process may have signed since.
  Result<Checkpoint> Remembered();
  // Durable in its memory before it returns.
  Result<NoteSignature> Sign(const SignRequest& request, UtcTime now);
  // The log goes on under another origin from `head` (a restore, by an operator): remembered as if signed, and that
  // is the key's name from now on.
  Status Restart(const Checkpoint& checkpoint);
  // A statement in words, which is no checkpoint: lines, none of them empty.
  NoteSignature SignStatement(std::string_view text) const { return SignNote(text, key_.name, secret_); }

 private:
  TreeSigner(std::string dir, NoteKey key, SigningKey secret, std::vector<NoteKey> log_keys, Checkpoint last);
  Status Remember(const Checkpoint& checkpoint);

  std::string dir_;
  NoteKey key_;
  SigningKey secret_;
  std::vector<NoteKey> log_keys_;
  Checkpoint last_;
};

// Answers on `fd` until the other side closes it.
void ServeSigner(int fd, TreeSigner& signer, const Clock& clock);

class SignerClient {
 public:
  // Takes the core's end of the socketpair, and the child at the other end: it ends when that is closed.
  explicit SignerClient(int fd, int child_pid = -1) : fd_(fd), child_pid_(child_pid) {}
  ~SignerClient();
  SignerClient(const SignerClient&) = delete;
  SignerClient& operator=(const SignerClient&) = delete;

  // What it signed last.
  Result<Checkpoint> Last() EXCLUDES_LOCK(mu_);
  Result<NoteSignature> Sign(const SignRequest& request) EXCLUDES_LOCK(mu_);

 private:
  Result<std::string> Ask(std::string_view request) EXCLUDES_LOCK(mu_);

  const int fd_, child_pid_;
  // Held over an exchange: the signer answers one at a time.
  Mutex mu_;
};

}  // namespace gasht
