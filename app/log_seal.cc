#include "app/log_seal.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <utility>
#include <vector>

#include "app/signer_process.h"
#include "base/file.h"
#include "base/timestamp.h"
#include "store/checkpoint_file.h"
#include "store/proof.h"
#include "store/sealer.h"
#include "store/signer.h"

namespace gasht {
namespace {

// Each is checked and travels with a proof; older ones are in the file for whoever asks.
constexpr size_t kMostCheckpoints = 1'000;
constexpr size_t kMaxTokenBytes = size_t{1} << 20;

// What witnesses and time-stamp authorities said of checkpoints: by size.
struct Outside {
  std::map<uint64_t, SignedNote> cosignatures;
  std::map<uint64_t, std::string> tokens;
  bool Knows(uint64_t size) const { return cosignatures.contains(size) || tokens.contains(size); }
};

Result<Outside> ReadOutside(const std::string& store, const CustodySetup& setup) {
  Outside outside;
  GASHT_ASSIGN_OR_RETURN(std::vector<SignedNote> notes, ReadCheckpoints(store + "/cosignatures"));
  for (SignedNote& note : notes) {
    const Result<Checkpoint> checkpoint = Checkpoint::Parse(note.text);
    if (!checkpoint.ok() || checkpoint->origin != setup.origin) continue;
    const uint64_t size = checkpoint->head.size;
    const auto known = outside.cosignatures.find(size);
    if (known == outside.cosignatures.end()) {
      outside.cosignatures.emplace(size, std::move(note));
      continue;
    }
    // Another witness of the same checkpoint: one note with both.
    for (NoteSignature& signature : note.signatures) {
      std::vector<NoteSignature>& have = known->second.signatures;
      if (std::find(have.begin(), have.end(), signature) == have.end()) have.push_back(std::move(signature));
    }
  }
  const std::string dir = store + "/tokens";
  std::error_code error;
  if (!std::filesystem::exists(dir, error)) return outside;
  GASHT_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListFiles(dir, ".tsr"));
  for (const std::string& name : names) {
    uint64_t size = 0;
    std::from_chars(name.data(), name.data() + name.size(), size);
    GASHT_ASSIGN_OR_RETURN(outside.tokens[size], ReadFile(dir + "/" + name, kMaxTokenBytes));
  }
  return outside;
}

}  // namespace

Status SealNow(const Store& store, const CustodySetup& setup) {
  SealerOptions options;
  options.connect = [&setup] { return ConnectSigner(setup); };
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Sealer> sealer,
                         Sealer::Start(store, setup, std::move(options)));
  return sealer->SealNow();
}

Result<LogSeal> SealLog(const Store& store) {
  GASHT_ASSIGN_OR_RETURN(const CustodySetup setup, EnsureCustodySetup(store.path()));
  GASHT_RETURN_IF_ERROR(SealNow(store, setup));
  GASHT_ASSIGN_OR_RETURN(const std::vector<SignedNote> notes, ReadCheckpoints(CheckpointsPath(store.path())));
  LogSeal seal;
  seal.witnesses = setup.witnesses;
  GASHT_ASSIGN_OR_RETURN(Outside outside, ReadOutside(store.path(), setup));
  // From the end: those of this life of the log, each smaller than the one behind it and signed by the same key or an earlier one.
  // Older ones only if somebody outside the house saw them.
  uint64_t smallest = UINT64_MAX;
  size_t oldest = setup.keys.size() - 1;
  for (auto note = notes.rbegin(); note != notes.rend(); ++note) {
    const Result<Checkpoint> checkpoint = Checkpoint::Parse(note->text);
    if (!checkpoint.ok() || checkpoint->origin != setup.origin || checkpoint->head.size >= smallest) continue;
    const uint64_t size = checkpoint->head.size;
    if (seal.checkpoints.size() >= kMostCheckpoints && !outside.Knows(size)) continue;
    size_t key = oldest;
    while (key > 0 && !IsSignedBy(*note, setup.keys[key])) --key;
    if (!IsSignedBy(*note, setup.keys[key])) continue;
    oldest = key;
    smallest = size;
    // One of another life of the log, of as many leaves, is over another text.
    if (const auto token = outside.tokens.find(size);
        token != outside.tokens.end() && CheckTimestamp(token->second, Sha256(note->text), {}).ok())
      seal.tokens.push_back({size, std::move(token->second)});
    if (const auto seen = outside.cosignatures.find(size); seen != outside.cosignatures.end())
      seal.cosignatures.push_back(std::move(seen->second));
    seal.checkpoints.push_back(*note);
  }
  if (!seal.tokens.empty())
    seal.authority_pem = ReadFile(store.path() + "/tokens/authority.pem", kMaxTokenBytes).value_or("");
  std::reverse(seal.checkpoints.begin(), seal.checkpoints.end());
  seal.keys.assign(setup.keys.rbegin(), setup.keys.rend() - static_cast<std::ptrdiff_t>(oldest));
  return seal;
}

}  // namespace gasht
