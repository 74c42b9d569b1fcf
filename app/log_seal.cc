#include "app/log_seal.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/signer_process.h"
#include "store/checkpoint_file.h"
#include "store/proof.h"
#include "store/sealer.h"
#include "store/signer.h"

namespace gasht {
namespace {

// Each is checked and travels with a proof; older ones are in the file for whoever asks.
constexpr size_t kMostCheckpoints = 1'000;

}  // namespace

Result<LogSeal> SealLog(const Store& store) {
  GASHT_ASSIGN_OR_RETURN(const CustodySetup setup, EnsureCustodySetup(store.path()));
  {
    SealerOptions options;
    options.connect = [&setup] { return SpawnSigner(setup); };
    GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Sealer> sealer,
                           Sealer::Start(store, setup, std::move(options)));
    GASHT_RETURN_IF_ERROR(sealer->SealNow());
  }
  GASHT_ASSIGN_OR_RETURN(const std::vector<SignedNote> notes, ReadCheckpoints(CheckpointsPath(store.path())));
  LogSeal seal;
  seal.keys = {setup.keys.back()};
  seal.keys.insert(seal.keys.end(), setup.witnesses.begin(), setup.witnesses.end());
  // From the end: those of this life of the log and of its present key, each smaller than the one behind it.
  uint64_t smallest = UINT64_MAX;
  for (auto note = notes.rbegin(); note != notes.rend() && seal.checkpoints.size() < kMostCheckpoints;
       ++note) {
    const Result<Checkpoint> checkpoint = Checkpoint::Parse(note->text);
    if (!checkpoint.ok() || checkpoint->origin != setup.origin || checkpoint->head.size >= smallest ||
        !IsSignedBy(*note, setup.keys.back()))
      continue;
    smallest = checkpoint->head.size;
    seal.checkpoints.push_back(*note);
  }
  std::reverse(seal.checkpoints.begin(), seal.checkpoints.end());
  return seal;
}

}  // namespace gasht
