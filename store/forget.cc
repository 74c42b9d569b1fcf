// A backup made to forget what was destroyed after it was written (Store::ForgetIn), and a restored one what the store that it
// replaces had destroyed (Store::ForgetAs). A capture is the same one when its leaf is: numbers alone may mean another capture
// after a restore.

#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "model/codec.h"
#include "store/custody.h"
#include "store/keys.h"
#include "store/records.h"
#include "store/store.h"
#include "store/store_state.h"
#include "store/transaction.h"

namespace gasht {
namespace {

// Of one batch in memory.
constexpr size_t kMostAtOnce = 1'000;

// Approvers and legal basis of a tombstone.
using Words = std::pair<std::string, std::string>;

template <typename Visit>
Status ForEachLeaf(const Database::View& view, Visit visit) {
  Database::Cursor rows = view.Rows(Family::kCustodyLeaf);
  for (; rows.valid(); rows.Next()) {
    GASHT_ASSIGN_OR_RETURN(const CustodyLeaf leaf,
                           DecodeRow(Family::kCustodyLeaf, rows.key(), rows.value(), &DecodeCustodyLeaf));
    visit(leaf);
  }
  return rows.status();
}

struct Gone {
  std::map<CaptureId, Words> captures;
  std::map<uint64_t, Digest> leaves;  // that stand for them: the hash, by index
};

Result<Gone> DestroyedIn(const Database::View& view) {
  Gone gone;
  GASHT_RETURN_IF_ERROR(ForEachLeaf(view, [&gone](const CustodyLeaf& leaf) {
    if (leaf.kind == kDeletionLeafKind) gone.captures[leaf.capture] = {leaf.actor, leaf.detail};
  }));
  if (gone.captures.empty()) return gone;
  GASHT_RETURN_IF_ERROR(ForEachLeaf(view, [&gone](const CustodyLeaf& leaf) {
    if (leaf.kind == kCaptureLeafKind && gone.captures.contains(leaf.capture))
      gone.leaves[leaf.index] = LeafHash(leaf);
  }));
  return gone;
}

// What a backup still has of it, by the words of its tombstone.
Result<std::map<Words, std::vector<CaptureId>>> StillThere(const Database::View& view, const Gone& gone) {
  std::map<Words, std::vector<CaptureId>> there;
  for (const auto& [index, hash] : gone.leaves) {
    GASHT_ASSIGN_OR_RETURN(const std::optional<CustodyLeaf> leaf,
                           ReadRow(view, Family::kCustodyLeaf, NumberKey(index), &DecodeCustodyLeaf));
    if (!leaf || LeafHash(*leaf) != hash) continue;
    const Status status =
        ReadRow(view, Family::kCapture, NumberKey(leaf->capture.value), &DecodeCapture).status();
    if (status.code() == StatusCode::kNotFound) continue;
    GASHT_RETURN_IF_ERROR(status);
    there[gone.captures.at(leaf->capture)].push_back(leaf->capture);
  }
  return there;
}

// Destroys what is left of it, under the same approvers and legal basis; how many captures that were.
Result<uint64_t> Forget(StoreState& store, const Gone& gone) {
  const Database::View view(*store.db);
  GASHT_ASSIGN_OR_RETURN(const auto still, StillThere(view, gone));
  const SystemClock clock;
  uint64_t forgotten = 0;
  for (const auto& [words, captures] : still) {
    for (size_t at = 0; at < captures.size(); at += kMostAtOnce) {
      Erasure erasure;
      const size_t end = std::min(captures.size(), at + kMostAtOnce);
      erasure.captures.assign(captures.begin() + static_cast<ptrdiff_t>(at),
                              captures.begin() + static_cast<ptrdiff_t>(end));
      erasure.actor = words.first;
      erasure.detail = words.second;
      Transaction transaction(store, clock);
      GASHT_RETURN_IF_ERROR(transaction.Erase(std::move(erasure)).status());
      GASHT_RETURN_IF_ERROR(transaction.Commit());
    }
    forgotten += captures.size();
  }
  return forgotten;
}

}  // namespace

Result<uint64_t> Store::ForgetIn(const std::string& backup) const {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::exists(backup + "/db/CURRENT", error))
    return Status::Unavailable(fmt::format("{} cannot be reached, or is no backup", backup));
  const Database::View view(*state_->db);
  GASHT_ASSIGN_OR_RETURN(const Gone gone, DestroyedIn(view));
  if (gone.captures.empty()) return uint64_t{0};

  StoreOptions options;
  options.path = backup;
  options.create_if_missing = false;
  options.master_key_folder = state_->path;
  options.is_backup = true;
  options.plain_files = state_->plain_files;
  uint64_t forgotten = 0;
  {
    GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> copy, Store::Open(options));
    if (copy->state_->store_id != state_->store_id)
      return Status::FailedPrecondition(backup + " is a backup of another store");
    GASHT_ASSIGN_OR_RETURN(forgotten, Forget(*copy->state_, gone));
  }
  {
    // Opened anew: a snapshot that is still held keeps old rows. Also when nothing was left: an earlier run may have ended
    // between the erasing and the rewriting.
    GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> copy, Store::Open(options));
    GASHT_RETURN_IF_ERROR(copy->Compact());
  }
  fs::remove(backup + "/gasht.lock", error);
  return forgotten;
}

Result<uint64_t> Store::ForgetAs(const std::string& database) {
  Database::Options options;
  options.path = database;
  options.create_if_missing = false;
  options.read_only = true;
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Database> replaced, Database::Open(options));
  const Database::View view(*replaced);
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> id, view.Get(Family::kMeta, kMetaStoreId));
  if (!id || *id != state_->store_id)
    return Status::InvalidArgument(database + " is the database of another store");
  GASHT_ASSIGN_OR_RETURN(const Gone gone, DestroyedIn(view));
  return Forget(*state_, gone);
}

}  // namespace gasht
