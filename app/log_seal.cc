#include "app/log_seal.h"

#include <pthread.h>

#include <algorithm>
#include <filesystem>
#include <thread>
#include <utility>

#include "base/child.h"
#include "base/digest.h"
#include "store/checkpoint_file.h"
#include "store/proof.h"
#include "store/sealer.h"
#include "store/signer.h"

namespace gasht {
namespace {

// Each is checked and travels with a proof; older ones are in the file for whoever asks.
constexpr size_t kMostCheckpoints = 1'000;

Result<CustodySetup> SetupOf(const std::string& store_path) {
  GASHT_ASSIGN_OR_RETURN(std::optional<CustodySetup> setup, ReadCustodySetup(store_path));
  if (setup) return *std::move(setup);
  CustodySetup made;
  made.origin = "gasht/" + HexEncode(RandomBytes(8));
  made.signer = std::filesystem::absolute(store_path + "/signer").lexically_normal();
  GASHT_ASSIGN_OR_RETURN(const NoteKey key,
                         TreeSigner::Create(made.signer, made.origin, NoteKeyType::kEd25519));
  made.keys = {key};
  GASHT_RETURN_IF_ERROR(WriteCustodySetup(store_path, made));
  return made;
}

}  // namespace

Result<LogSeal> SealLog(const Store& store, const Clock& clock) {
  GASHT_ASSIGN_OR_RETURN(const CustodySetup setup, SetupOf(store.path()));
  {
    // Outlives the sealer, and ends when that closes its end of the socket.
    std::jthread serving;
    SealerOptions options;
    options.connect = [&setup, &serving, &clock]() -> Result<std::unique_ptr<SignerClient>> {
      GASHT_ASSIGN_OR_RETURN(TreeSigner signer,
                             TreeSigner::Open(setup.signer, setup.origin, NoteKeyType::kEd25519));
      GASHT_ASSIGN_OR_RETURN(SocketPair ends, MakeSocketPair());
      serving = std::jthread([fd = std::move(ends.theirs), held = std::move(signer), &clock]() mutable {
        pthread_setname_np(pthread_self(), "signer");
        ServeSigner(fd.get(), held, clock);
      });
      return std::make_unique<SignerClient>(ends.ours.Release());
    };
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
