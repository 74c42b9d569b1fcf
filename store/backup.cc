#include "store/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "store/file_list.h"
#include "store/signer.h"
#include "store/store_state.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxListBytes = 1 << 20;
// The store's files beside its database that a backup holds.
constexpr const char* kFiles[] = {"secret", "keys.bin", "custody", "checkpoints", "cosignatures", "restores"};

Status FromError(const std::error_code& error, std::string_view doing, const std::string& path) {
  if (!error) return Status::Ok();
  std::string message = fmt::format("cannot {} {}: {}", doing, path, error.message());
  if (error == std::errc::no_space_on_device) return Status::ResourceExhausted(std::move(message));
  return Status::Unavailable(std::move(message));
}

// On the disk, not only in its cache.
Status SyncPath(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Status::Unavailable("cannot open " + path);
  const bool is_synced = fsync(fd) == 0;
  close(fd);
  return is_synced ? Status::Ok() : Status::Unavailable("cannot sync " + path);
}

Status CopyFile(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  GASHT_RETURN_IF_ERROR(FromError(error, "copy to", to));
  return SyncPath(to);
}

Status CopyFolder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to, error);
  GASHT_RETURN_IF_ERROR(FromError(error, "create", to));
  for (fs::directory_iterator entry(from, error), end; !error && entry != end; entry.increment(error)) {
    if (!entry->is_regular_file()) continue;
    GASHT_RETURN_IF_ERROR(CopyFile(entry->path(), to / entry->path().filename()));
  }
  GASHT_RETURN_IF_ERROR(FromError(error, "read", from));
  return SyncPath(to);
}

Status CopyStoreFiles(const fs::path& from, const fs::path& to) {
  for (const char* name : kFiles) {
    std::error_code error;
    if (fs::exists(from / name, error)) GASHT_RETURN_IF_ERROR(CopyFile(from / name, to / name));
  }
  std::error_code error;
  if (fs::exists(from / "tokens", error)) GASHT_RETURN_IF_ERROR(CopyFolder(from / "tokens", to / "tokens"));
  return Status::Ok();
}

template <typename Item>
void AddUnknown(const std::vector<Item>& from, std::vector<Item>& to) {
  for (const Item& item : from) {
    if (std::find(to.begin(), to.end(), item) == to.end()) to.push_back(item);
  }
}

}  // namespace

Result<VerifyReport> BackUp(const Store& store, const std::string& to) {
  std::error_code error;
  if (fs::exists(to, error))
    return Status::AlreadyExists(to + " is there already: a backup needs a new folder");
  const fs::path unfinished = to + ".unfinished";
  fs::remove_all(unfinished, error);
  fs::create_directories(unfinished, error);
  GASHT_RETURN_IF_ERROR(FromError(error, "create", unfinished));
  fs::permissions(unfinished, fs::perms::owner_all, error);
  // The database first: checkpoints and keys that come later know of everything in it.
  GASHT_RETURN_IF_ERROR(CopyFolder(store.database_path(), unfinished / "db"));
  GASHT_RETURN_IF_ERROR(CopyStoreFiles(store.path(), unfinished));
  GASHT_RETURN_IF_ERROR(NoteFileList(unfinished, unfinished / "db", 0));
  GASHT_RETURN_IF_ERROR(SyncPath(unfinished));

  // What was written is read again, with our own eyes and not RocksDB's.
  StoreOptions options;
  options.path = unfinished;
  options.create_if_missing = false;
  options.read_only = true;
  options.master_key_folder = store.path();
  VerifyReport report;
  {
    GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> copy, Store::Open(options));
    VerifyOptions verify;
    verify.derived = true;
    GASHT_ASSIGN_OR_RETURN(report, VerifyStore(*copy, verify));
  }
  if (!report.ok()) return report;
  fs::remove(unfinished / "gasht.lock", error);
  fs::rename(unfinished, to, error);
  GASHT_RETURN_IF_ERROR(FromError(error, "rename", unfinished));
  GASHT_RETURN_IF_ERROR(SyncPath(fs::absolute(to).parent_path()));
  return report;
}

Result<std::vector<std::string>> ListBackups(const std::string& store_path) {
  std::vector<std::string> backups;
  const Result<std::string> text = ReadFile(store_path + "/backups", kMaxListBytes);
  if (text.status().code() == StatusCode::kNotFound) return backups;
  if (!text.ok()) return text.status();
  for (std::string_view rest = *text; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) backups.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return backups;
}

Status RegisterBackup(const std::string& store_path, const std::string& backup) {
  GASHT_ASSIGN_OR_RETURN(std::vector<std::string> backups, ListBackups(store_path));
  const std::string path = fs::absolute(backup).lexically_normal();
  if (std::find(backups.begin(), backups.end(), path) == backups.end()) backups.push_back(path);
  std::string text;
  for (const std::string& known : backups) text += known + "\n";
  return WriteFileAtomically(store_path + "/backups", text, 0640);
}

Result<Restored> RestoreFrom(const std::string& backup, const std::string& store_path,
                             const RestoreOptions& options) {
  std::error_code error;
  if (options.new_key && options.signer_keys.empty())
    return Status::InvalidArgument("a new key needs a folder: --keys");
  if (!fs::exists(backup + "/db/CURRENT", error)) return Status::NotFound(backup + " is not a backup");
  if (fs::exists(store_path + "/db", error))
    return Status::AlreadyExists(fmt::format(
        "{}/db is there: move it away first (it is evidence too; never restore over it)", store_path));
  fs::create_directories(store_path, error);
  GASHT_RETURN_IF_ERROR(FromError(error, "create", store_path));
  fs::permissions(store_path, fs::perms::owner_all, error);

  Restored restored;
  GASHT_ASSIGN_OR_RETURN(const std::optional<CustodySetup> saved, ReadCustodySetup(backup));
  if (!saved) return Status::FailedPrecondition(backup + " has no custody log that could go on");
  restored.setup = *saved;
  // How far the log had come: what is left of the old store, its second place and the signer know best.
  Checkpoint reached;
  const auto learn = [&reached](const Checkpoint& known) {
    if (EpochOf(known.origin) > EpochOf(reached.origin) || known.head.size > reached.head.size)
      reached = known;
  };
  std::string replaced = options.replaces;
  if (!replaced.empty() && fs::exists(replaced + "/db/CURRENT", error)) replaced += "/db";
  if (!replaced.empty() && !fs::exists(replaced + "/CURRENT", error))
    return Status::NotFound(options.replaces + " is no database of a store, nor a folder that has one");
  const Result<std::optional<CustodySetup>> left = ReadCustodySetup(store_path);
  const std::string copy = left.ok() && *left ? (**left).copy : saved->copy;
  std::vector<NoteKey> keys = left.ok() && *left ? (**left).keys : saved->keys;
  for (const std::string& path : {CheckpointsPath(backup), CheckpointsPath(store_path), copy}) {
    if (path.empty()) continue;
    const Result<std::optional<SealedHead>> last = LastCheckpoint(path, keys);
    if (last.ok() && *last) learn((**last).checkpoint);
  }
  if (!options.signer_keys.empty())
    restored.setup.signer = fs::absolute(options.signer_keys).lexically_normal();
  if (!SignerSocketOf(restored.setup).empty())
    return Status::FailedPrecondition(
        fmt::format("the signing key of this log is kept by another user ({}): say where with --keys, and be "
                    "allowed to read it",
                    restored.setup.signer));
  const NoteKey old_key = keys.empty() ? saved->keys.back() : keys.back();
  if (options.new_key)
    GASHT_RETURN_IF_ERROR(
        TreeSigner::Create(restored.setup.signer, saved->origin, NoteKeyType::kEd25519).status());
  GASHT_ASSIGN_OR_RETURN(TreeSigner signer,
                         TreeSigner::Open(restored.setup.signer, saved->origin, NoteKeyType::kEd25519));
  if (signer.last().head.size > 0) learn(signer.last());
  restored.setup.origin =
      NextOrigin(EpochOf(reached.origin) > EpochOf(saved->origin) ? reached.origin : saved->origin);
  restored.setup.copy = copy;
  // A life that the backup does not know of, because it was restored before: its keys, its witnesses, and that it was.
  if (left.ok() && *left) {
    AddUnknown((**left).keys, restored.setup.keys);
    AddUnknown((**left).witnesses, restored.setup.witnesses);
    AddUnknown((**left).restored, restored.setup.restored);
  }
  // Every life has its own name in the key: it is the signature's.
  restored.setup.keys.push_back({restored.setup.origin, NoteKeyType::kEd25519, signer.key().public_key});
  restored.setup.restored.push_back(
      fmt::format("{} leaves, root {}, as {}", reached.head.size, reached.head.root.hex(), reached.origin));

  // What is left stays, out of the way.
  for (const char* name : kFiles) {
    const fs::path path = fs::path(store_path) / name;
    if (!fs::exists(path, error)) continue;
    fs::rename(path, fmt::format("{}.before-{}", path.string(), EpochOf(restored.setup.origin)), error);
    GASHT_RETURN_IF_ERROR(FromError(error, "rename", path));
  }
  // Of files that are gone.
  fs::remove(FileListPath(store_path), error);
  if (fs::exists(store_path + "/tokens", error))
    fs::rename(store_path + "/tokens",
               fmt::format("{}/tokens.before-{}", store_path, EpochOf(restored.setup.origin)), error);
  GASHT_RETURN_IF_ERROR(CopyStoreFiles(backup, store_path));
  GASHT_RETURN_IF_ERROR(WriteCustodySetup(store_path, restored.setup));
  GASHT_RETURN_IF_ERROR(CopyFolder(fs::path(backup) / "db", fs::path(store_path) / "db"));
  StoreOptions opening;
  opening.path = store_path;
  opening.create_if_missing = false;
  opening.plain_files = options.plain_files;
  // For writing: a backup of an older schema is brought up.
  if (!replaced.empty()) {
    {
      GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> forgetting, Store::Open(opening));
      GASHT_ASSIGN_OR_RETURN(restored.forgotten, forgetting->ForgetAs(replaced));
    }
    // Opened anew: a view that is still held keeps old rows.
    GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> rewriting, Store::Open(opening));
    if (restored.forgotten > 0) GASHT_RETURN_IF_ERROR(rewriting->Compact());
  }
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(opening));
  restored.leaves = store->tree_head().size;
  GASHT_RETURN_IF_ERROR(signer.Restart({restored.setup.origin, store->tree_head()}));
  const std::string key =
      options.new_key ? fmt::format("{}, because {} is lost", restored.setup.keys.back().str(), old_key.str())
                      : restored.setup.keys.back().str();
  restored.statement = fmt::format(
      "{}; {} leaves of the backup{}; before: {}; key {}; authority {}", restored.setup.origin,
      restored.leaves,
      restored.forgotten == 0 ? ""
                              : fmt::format(", {} of them for captures destroyed again", restored.forgotten),
      restored.setup.restored.back(), key, options.authority);
  SignedNote note;
  note.text =
      fmt::format("gasht restore\norigin {}\nleaves {}\nbefore {}\nkey {}\nauthority {}\nby {}\nat {}\n",
                  restored.setup.origin, restored.leaves, restored.setup.restored.back(), key,
                  options.authority, options.actor, FormatRfc3339(options.at));
  note.signatures = {signer.SignStatement(note.text)};
  GASHT_RETURN_IF_ERROR(AppendNote(RestoresPath(store_path), note));
  return restored;
}

}  // namespace gasht
