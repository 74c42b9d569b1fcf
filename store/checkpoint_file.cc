#include "store/checkpoint_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "base/owned_fd.h"

namespace gasht {
namespace {

constexpr size_t kMaxSetupBytes = 1 << 20;
// Many times the longest note.
constexpr uint64_t kTailBytes = 256 << 10;
// The longest note of one signature.
constexpr size_t kMaxUnfinished = 4096;
constexpr std::string_view kSignatureStart = "\n\xe2\x80\x94 ";

struct Tail {
  std::string bytes;
  uint64_t begin = 0;  // of `bytes` in the file
};

Result<Tail> ReadTail(int fd, const std::string& path) {
  struct stat info {};
  if (fstat(fd, &info) != 0) return FileError("read", path);
  Tail tail;
  const auto size = static_cast<uint64_t>(info.st_size);
  tail.begin = size > kTailBytes ? size - kTailBytes : 0;
  tail.bytes.resize(size - tail.begin);
  const ssize_t got = pread(fd, tail.bytes.data(), tail.bytes.size(), static_cast<off_t>(tail.begin));
  if (got < 0) return FileError("read", path);
  tail.bytes.resize(static_cast<size_t>(got));
  return tail;
}

// Behind the last whole note that ends before `end`: an empty line that follows a signature. 0: there is none.
size_t EndOfLastNote(std::string_view bytes, size_t end) {
  while (true) {
    const size_t at = bytes.substr(0, end).rfind("\n\n");
    if (at == std::string_view::npos) return 0;
    const size_t line = bytes.substr(0, at).rfind('\n');
    if (line != std::string_view::npos && bytes.substr(line).starts_with(kSignatureStart)) return at + 2;
    end = at + 1;
  }
}

// What stands behind the last whole note: nothing, or the beginning of one that a power cut ended. Anything else is
// damage.
Status CheckUnfinished(std::string_view tail, const std::string& path) {
  const Status damaged = Status::DataLoss(path + " does not end with a checkpoint: it was damaged");
  if (tail.size() >= kMaxUnfinished) return damaged;
  if (std::any_of(tail.begin(), tail.end(), [](char c) { return c >= 0 && c < ' ' && c != '\n'; }))
    return damaged;
  const size_t split = tail.find("\n\n");
  if (split == std::string_view::npos) return Status::Ok();
  if (!Checkpoint::Parse(tail.substr(0, split + 1)).ok()) return damaged;
  const std::string_view signature = tail.substr(split + 2), dash = kSignatureStart.substr(1);
  const size_t line = signature.find('\n');
  if (line != std::string_view::npos)
    return line + 1 == signature.size() && SignedNote::Parse(tail).ok() ? Status::Ok() : damaged;
  return dash.substr(0, signature.size()) == signature.substr(0, dash.size()) ? Status::Ok() : damaged;
}

// An older copy of the store does not know the keys that came after it: that is no forgery.
std::string WhySignedByNone(const std::string& path, const SignedNote& note, const Checkpoint& checkpoint,
                            const std::vector<NoteKey>& keys) {
  const bool is_later = !keys.empty() && LogOf(checkpoint.origin) == LogOf(keys.back().name) &&
                        EpochOf(checkpoint.origin) > EpochOf(keys.back().name);
  // A life's name is part of its key; the key itself may be the old one.
  const bool is_ours = std::any_of(keys.begin(), keys.end(), [&](const NoteKey& key) {
    return IsSignedBy(note, {checkpoint.origin, key.type, key.public_key});
  });
  if (is_later && is_ours)
    return fmt::format("rollback: {} says that the log went on as {} after a restore: this is an older copy",
                       path, checkpoint.origin);
  if (is_later)
    return fmt::format(
        "rollback: {} says that the log went on as {} after a restore, under a key that this copy does not "
        "know: it is an "
        "older copy, or the checkpoint was forged",
        path, checkpoint.origin);
  return fmt::format(
      "{}: the last checkpoint ({} leaves) is signed by none of this log's keys: it was forged or damaged, "
      "or this is an "
      "older copy from before gasht custody rotate",
      path, checkpoint.head.size);
}

// And an empty line behind it.
Status WriteNote(const OwnedFd& file, const std::string& path, const SignedNote& note, uint64_t at) {
  const std::string bytes = note.str() + "\n";
  if (pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(at)) !=
      static_cast<ssize_t>(bytes.size()))
    return FileError("write", path);
  return fsync(file.get()) == 0 ? Status::Ok() : FileError("sync", path);
}

Status SyncFolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const OwnedFd dir(open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return dir.is_open() && fsync(dir.get()) == 0 ? Status::Ok() : FileError("sync", folder);
}

}  // namespace

uint64_t EpochOf(std::string_view origin) {
  const size_t first = origin.find('/');
  const size_t second = first == std::string_view::npos ? first : origin.find('/', first + 1);
  if (second == std::string_view::npos) return 1;
  uint64_t epoch = 0;
  const std::string_view number = origin.substr(second + 1);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), epoch);
  return error == std::errc() && end == number.data() + number.size() ? epoch : 0;
}

std::string_view LogOf(std::string_view origin) {
  const size_t first = origin.find('/');
  return origin.substr(0, first == std::string_view::npos ? first : origin.find('/', first + 1));
}

std::string NextOrigin(std::string_view origin) {
  return fmt::format("{}/{}", LogOf(origin), EpochOf(origin) + 1);
}

std::string SignerSocketOf(const CustodySetup& setup) {
  constexpr std::string_view kUnix = "unix:";
  return setup.signer.starts_with(kUnix) ? setup.signer.substr(kUnix.size()) : std::string();
}

Result<std::optional<CustodySetup>> ReadCustodySetup(const std::string& store_path) {
  const std::string path = CustodySetupPath(store_path);
  const Result<std::string> text = ReadFile(path, kMaxSetupBytes);
  if (text.status().code() == StatusCode::kNotFound) return std::optional<CustodySetup>();
  if (!text.ok()) return text.status();
  CustodySetup setup;
  size_t number = 0;
  const size_t sum = text->rfind("sum ");
  const std::string_view body = std::string_view(*text).substr(0, std::min(sum, text->size()));
  if (sum == std::string::npos || text->substr(sum) != fmt::format("sum {}\n", Sha256(body).hex()))
    return Status::DataLoss(path + " was changed or damaged: its sum does not fit. Restore it from a backup");
  for (std::string_view rest = body; !rest.empty();) {
    ++number;
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto bad = [&](std::string_view what) {
      return Status::DataLoss(fmt::format("{}:{}: {}: restore the file from a backup", path, number, what));
    };
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) return bad("not a name and a value");
    const std::string_view name = line.substr(0, space), value = line.substr(space + 1);
    if (name == "origin") {
      setup.origin = value;
    } else if (name == "key" || name == "witness") {
      const Result<NoteKey> key = NoteKey::Parse(value);
      if (!key.ok()) return bad(key.status().message());
      (name == "key" ? setup.keys : setup.witnesses).push_back(*key);
    } else if (name == "copy") {
      setup.copy = value;
    } else if (name == "signer") {
      setup.signer = value;
    } else if (name == "restored") {
      setup.restored.emplace_back(value);
    } else {
      return bad(fmt::format("'{}' is not known here", name));
    }
  }
  if (!IsValidNoteName(setup.origin) || setup.keys.empty() || setup.signer.empty())
    return Status::DataLoss(path + " has no origin, key or signer: restore it from a backup");
  return std::optional<CustodySetup>(std::move(setup));
}

Status WriteCustodySetup(const std::string& store_path, const CustodySetup& setup) {
  std::string text = fmt::format("origin {}\nsigner {}\n", setup.origin, setup.signer);
  for (const NoteKey& key : setup.keys) text += fmt::format("key {}\n", key.str());
  for (const NoteKey& key : setup.witnesses) text += fmt::format("witness {}\n", key.str());
  if (!setup.copy.empty()) text += fmt::format("copy {}\n", setup.copy);
  for (const std::string& line : setup.restored) text += fmt::format("restored {}\n", line);
  text += fmt::format("sum {}\n", Sha256(text).hex());
  return WriteFileAtomically(CustodySetupPath(store_path), text, 0640);
}

Status AppendCheckpoint(const std::string& path, const SignedNote& note) {
  const bool is_new = !std::filesystem::exists(path);
  const OwnedFd file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (file.get() < 0) return FileError("open", path);
  GASHT_ASSIGN_OR_RETURN(const Tail tail, ReadTail(file.get(), path));
  const size_t end = EndOfLastNote(tail.bytes, tail.bytes.size());
  GASHT_RETURN_IF_ERROR(CheckUnfinished(std::string_view(tail.bytes).substr(end), path));
  const uint64_t at = tail.begin + end;
  if (end != tail.bytes.size() && ftruncate(file.get(), static_cast<off_t>(at)) != 0)
    return FileError("cut", path);
  GASHT_RETURN_IF_ERROR(WriteNote(file, path, note, at));
  return is_new ? SyncFolderOf(path) : Status::Ok();
}

Status AppendNote(const std::string& path, const SignedNote& note) {
  const bool is_new = !std::filesystem::exists(path);
  const OwnedFd file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (file.get() < 0) return FileError("open", path);
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return FileError("read", path);
  GASHT_RETURN_IF_ERROR(WriteNote(file, path, note, static_cast<uint64_t>(info.st_size)));
  return is_new ? SyncFolderOf(path) : Status::Ok();
}

Result<std::optional<SealedHead>> LastCheckpoint(const std::string& path, const std::vector<NoteKey>& keys) {
  const OwnedFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    if (errno == ENOENT) return std::optional<SealedHead>();
    return FileError("open", path);
  }
  GASHT_ASSIGN_OR_RETURN(const Tail tail, ReadTail(file.get(), path));
  const size_t end = EndOfLastNote(tail.bytes, tail.bytes.size());
  GASHT_RETURN_IF_ERROR(CheckUnfinished(std::string_view(tail.bytes).substr(end), path));
  if (end == 0) return std::optional<SealedHead>();
  const size_t begin = EndOfLastNote(tail.bytes, end - 1);
  const auto damaged = [&](std::string_view why) {
    return Status::DataLoss(fmt::format("{}: the last checkpoint is not one: {}", path, why));
  };
  const Result<SignedNote> note =
      SignedNote::Parse(std::string_view(tail.bytes).substr(begin, end - 1 - begin));
  if (!note.ok()) return damaged(note.status().message());
  const Result<Checkpoint> checkpoint = Checkpoint::Parse(note->text);
  if (!checkpoint.ok()) return damaged(checkpoint.status().message());
  if (std::none_of(keys.begin(), keys.end(), [&](const NoteKey& key) { return IsSignedBy(*note, key); }))
    return Status::DataLoss(WhySignedByNone(path, *note, *checkpoint, keys));
  return std::optional<SealedHead>(SealedHead{*checkpoint, *note});
}

}  // namespace gasht
