#include "store/sealer.h"

#include <pthread.h>

#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "model/codec.h"
#include "store/custody.h"
#include "store/proof.h"

namespace gasht {
namespace {

constexpr int kMostTries = 4;

bool IsRefusedTree(const Status& status) {
  return status.code() == StatusCode::kDataLoss;
}

// The leaves from `from` on, read from the disk again and hashed again: what is signed is what is stored, not what
// the writer remembers.
Status ReadBack(const ProofReader& reader, const TreeHead& from) {
  std::vector<Digest> hashes;
  for (const MerklePosition& position : CompactTree::Positions(from.size)) {
    GASHT_ASSIGN_OR_RETURN(const Digest hash, reader.Node(position));
    hashes.push_back(hash);
  }
  CompactTree tree(from.size, std::move(hashes));
  if (from.size > 0 && tree.root() != from.root)
    return Status::DataLoss("fork: the tree does not begin with what was sealed");
  for (uint64_t index = from.size; index < reader.head().size; ++index) {
    GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf, reader.Leaf(index));
    if (leaf.index != index) return Status::DataLoss(fmt::format("custody leaf {} is another's", index));
    if (!leaf.salt.empty() && leaf.kind != kFindingLeafKind) {
      GASHT_ASSIGN_OR_RETURN(const std::string record, reader.Record(leaf));
      std::string body;
      if (leaf.kind == kCaptureLeafKind) {
        GASHT_ASSIGN_OR_RETURN(const Capture capture, DecodeCapture(record));
        if (capture.has_body) body = capture.body_sha256.view();
      }
      if (CommitTo(leaf.salt, record, body) != leaf.commitment)
        return Status::DataLoss(
            fmt::format("the record of custody leaf {} is not what was committed to", index));
    }
    tree.Append(LeafHash(leaf));
  }
  if (tree.root() != reader.head().root)
    return Status::DataLoss("the custody log's leaves do not have the root that was committed");
  return Status::Ok();
}

}  // namespace

struct Sealer::Impl {
  Impl(const Store& s, CustodySetup c, SealerOptions o)
      : store(s), setup(std::move(c)), options(std::move(o)) {}

  // Serialised by `sealing`, which is held over I/O: sealing is one act at a time.
  Status Seal() EXCLUDES_LOCK(sealing) EXCLUDES_LOCK(mu) {
    MutexLock one_at_a_time(sealing);
    const Status result = TrySeal();
    MutexLock lock(mu);
    if (!result.ok() && result != state.status)
      Log(LogLevel::kError, "alarm_unsealed", {{"why", Safe(result.message())}});
    if (result.ok() && !state.status.ok()) Log(LogLevel::kInfo, "sealed_again");
    state.status = result;
    return result;
  }

  Status TrySeal() REQUIRES_LOCK(sealing) {
    const ProofReader reader(store);
    const TreeHead head = reader.head();
    TreeHead sealed;
    {
      MutexLock lock(mu);
      sealed = state.sealed;
    }
    if (head == sealed) return Status::Ok();
    GASHT_RETURN_IF_ERROR(ReadBack(reader, sealed));
    if (signer == nullptr) {
      GASHT_ASSIGN_OR_RETURN(signer, options.connect());
    }
    const Result<SignedNote> note = Sign(reader, head);
    // Whatever went wrong between us, the next attempt begins anew.
    if (!note.ok() && !IsRefusedTree(note.status())) signer.reset();
    if (!note.ok()) return note.status();
    GASHT_RETURN_IF_ERROR(store.NoteFiles());
    GASHT_RETURN_IF_ERROR(AppendCheckpoint(CheckpointsPath(store.path()), *note));
    const Status copied = setup.copy.empty() ? Status::Ok() : AppendCheckpoint(setup.copy, *note);
    MutexLock lock(mu);
    if (!copied.ok() && copied != state.copy)
      Log(LogLevel::kError, "alarm_checkpoint_copy", {{"why", Safe(copied.message())}});
    state.copy = copied;
    state.sealed = head;
    const Result<CustodyLeaf> newest = reader.Leaf(head.size - 1);
    if (newest.ok()) store.NoteSealed(newest->at);
    return Status::Ok();
  }

  Result<SignedNote> Sign(const ProofReader& reader, const TreeHead& head) REQUIRES_LOCK(sealing) {
    SignRequest request;
    request.note.text = Checkpoint{setup.origin, head}.str();
    Result<NoteSignature> signature = Status::Internal("nobody was asked");
    // An export of a running core has another signer process, which may sign between two questions.
    for (int tries = 0; tries < kMostTries; ++tries) {
      signature = Ask(reader, head, request);
      if (signature.status().code() != StatusCode::kFailedPrecondition) break;
    }
    if (!signature.ok()) return signature.status();
    SignedNote note{request.note.text, {*signature}};
    if (!IsSignedBy(note, setup.keys.back()))
      return Status::FailedPrecondition("the signer's key is not the one of this log (gasht custody rotate)");
    return note;
  }

  Result<NoteSignature> Ask(const ProofReader& reader, const TreeHead& head, SignRequest& request)
      REQUIRES_LOCK(sealing) {
    GASHT_ASSIGN_OR_RETURN(const Checkpoint last, signer->Last());
    request.old_size = last.head.size;
    if (last.head.size > head.size)
      return Status::DataLoss(fmt::format("rollback: the signer signed {} leaves before, the store has {}",
                                          last.head.size, head.size));
    GASHT_ASSIGN_OR_RETURN(request.proof, reader.Consistency(last.head.size, head.size));
    return signer->Sign(request);
  }

  void Run(const std::stop_token& stop) {
    pthread_setname_np(pthread_self(), "sealer");
    while (!stop.stop_requested()) {
      const uint64_t sealed = SealedSize();
      // At once when there are enough leaves, else after a while, when there is any.
      if (store.WaitForLeaves(sealed + options.every_leaves, options.every, stop) ||
          store.tree_head().size > sealed) {
        const Status status = Seal();
        // Not again at once: a signer that is away has the time of the next turn to come back.
        if (!status.ok()) store.WaitForLeaves(UINT64_MAX, options.every, stop);
      }
    }
    Seal().IgnoreError();  // logged and kept in the status
  }

  uint64_t SealedSize() const EXCLUDES_LOCK(mu) {
    MutexLock lock(mu);
    return state.sealed.size;
  }

  const Store& store;
  const CustodySetup setup;
  const SealerOptions options;

  Mutex sealing;
  std::unique_ptr<SignerClient> signer GUARDED_BY(sealing);

  mutable Mutex mu;
  SealStatus state GUARDED_BY(mu);

  // Last, so that it ends before what it uses.
  std::jthread thread;
};

Sealer::Sealer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->thread = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->Run(stop); });
}

Sealer::~Sealer() = default;

Result<std::unique_ptr<Sealer>> Sealer::Start(const Store& store, CustodySetup setup, SealerOptions options) {
  auto impl = std::make_unique<Impl>(store, std::move(setup), std::move(options));
  GASHT_ASSIGN_OR_RETURN(const std::optional<SealedHead> last,
                         LastCheckpoint(CheckpointsPath(store.path()), impl->setup.keys));
  {
    MutexLock one_at_a_time(impl->sealing);
    MutexLock lock(impl->mu);
    if (last && last->checkpoint.origin == impl->setup.origin && last->checkpoint.head.size > 0) {
      impl->state.sealed = last->checkpoint.head;
      const Result<CustodyLeaf> newest = store.GetLeaf(last->checkpoint.head.size - 1);
      if (newest.ok()) store.NoteSealed(newest->at);
    }
    Result<std::unique_ptr<SignerClient>> signer = impl->options.connect();
    if (signer.ok()) {
      impl->signer = std::move(signer).value();
    } else {
      impl->state.status = signer.status();
      Log(LogLevel::kError, "alarm_unsealed", {{"why", Safe(signer.status().message())}});
    }
    if (impl->signer != nullptr) {
      const Result<Checkpoint> remembered = impl->signer->Last();
      const ProofReader reader(store);
      if (remembered.ok() && remembered->head.size > 0) {
        if (remembered->origin != impl->setup.origin)
          return Status::DataLoss(fmt::format("fork: the signer signs {}, this store is {}",
                                              remembered->origin, impl->setup.origin));
        if (remembered->head.size > reader.head().size)
          return Status::DataLoss(fmt::format(
              "rollback: the signer signed {} leaves before, the store has {}: an older copy took "
              "its place (gasht store restore says how to go on)",
              remembered->head.size, reader.head().size));
        GASHT_ASSIGN_OR_RETURN(const Digest root, reader.Root(remembered->head.size));
        if (root != remembered->head.root)
          return Status::DataLoss(fmt::format(
              "fork: the first {} leaves are not those that the signer signed", remembered->head.size));
      }
    }
  }
  return std::unique_ptr<Sealer>(new Sealer(std::move(impl)));
}

Status Sealer::SealNow() {
  return impl_->Seal();
}

SealStatus Sealer::status() const {
  MutexLock lock(impl_->mu);
  return impl_->state;
}

}  // namespace gasht
