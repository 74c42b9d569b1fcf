#pragma once

// Sealer: has the custody log's head signed every 256 leaves or 60 s and appends the checkpoint outside the
// database, so that what was sealed can no longer be dropped or rewritten unseen. What came after the last
// checkpoint is "unsealed".
//
// A thread of its own, started by the constructor and joined by the destructor, which seals a last time. SealNow
// and status are thread-safe. A signer that is not there, refuses, or a file that cannot be written is an alarm in
// the operators' log and in status(); the patrol goes on, unsealed, and it is tried again.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/status.h"
#include "store/checkpoint_file.h"
#include "store/signer.h"
#include "store/store.h"

namespace gasht {

struct SealerOptions {
  uint64_t every_leaves = 256;
  std::chrono::microseconds every = std::chrono::seconds(60);
  // Connects to the signer, again after it went away.
  std::function<Result<std::unique_ptr<SignerClient>>()> connect;
};

struct SealStatus {
  TreeHead sealed;
  // Why the last attempt did not seal, Ok when it did.
  Status status;
  // The same of the second file alone.
  Status copy;
};

class Sealer {
 public:
  // DataLoss ("rollback: ...", "fork: ...") when the signer signed a tree before that this store's does not begin
  // with: the store must not be used. A signer that is not there is no failure. `store` outlives the sealer.
  static Result<std::unique_ptr<Sealer>> Start(const Store& store, CustodySetup setup, SealerOptions options);
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  // Everything that is durable now is sealed when this returns Ok.
  Status SealNow();
  SealStatus status() const;

 private:
  struct Impl;
  explicit Sealer(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace gasht
