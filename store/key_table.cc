#include "store/key_table.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/seal.h"
#include "store/keys.h"

namespace gasht {
namespace {

// Slot 0 is the table's own: magic, store, and a check of the master key.
constexpr std::string_view kMagic = "gasht-keys-1\n";
static_assert(KeyTable::kSlotBytes == 80);
constexpr std::string_view kCheck = "gasht-master-check-1";
constexpr char kLive = 1, kDestroyed = 2;
constexpr size_t kStateBytes = 8;
// One sync for so many keys; what a crash leaves unused is lost, at 80 bytes each.
constexpr uint64_t kAhead = 1024;
constexpr uint64_t kAheadInMemory = 8;

std::string DestroyedSlot() {
  std::string slot(KeyTable::kSlotBytes, '\0');
  slot[0] = kDestroyed;
  return slot;
}

}  // namespace

KeyTable::KeyTable(Options options) : options_(std::move(options)) {}

KeyTable::~KeyTable() {
  if (fd_ >= 0) close(fd_);
}

Result<std::unique_ptr<KeyTable>> KeyTable::Open(Options given) {
  std::unique_ptr<KeyTable> table(new KeyTable(std::move(given)));
  const Options& options = table->options_;
  std::string header(kMagic);
  header += options.store_id;
  header += HmacSha256(options.master, kCheck).view();
  header.resize(kSlotBytes, '\0');
  uint64_t bytes = 0;
  if (options.path.empty()) {
    bytes = options.memory->size();
  } else {
    const int flags = options.read_only ? O_RDONLY : O_RDWR | (options.create ? O_CREAT : 0);
    table->fd_ = open(options.path.c_str(), flags | O_CLOEXEC, 0600);
    if (table->fd_ < 0) {
      if (errno == ENOENT)
        return Status::DataLoss(options.path +
                                " is missing: restore it from a backup, without it no body can be read");
      return FileError("open", options.path);
    }
    struct stat info {};
    if (fstat(table->fd_, &info) != 0) return FileError("read", options.path);
    bytes = static_cast<uint64_t>(info.st_size);
  }
  if (bytes < kSlotBytes) {
    if (!options.create) return Status::DataLoss(options.path + " is cut off: restore it from a backup");
    GASHT_RETURN_IF_ERROR(table->WriteAt(0, header));
    bytes = kSlotBytes;
  }
  GASHT_ASSIGN_OR_RETURN(const std::string found, table->ReadAt(0, kSlotBytes));
  if (found.substr(0, kMagic.size() + 16) != header.substr(0, kMagic.size() + 16))
    return Status::DataLoss(options.path + " is not this store's table of keys: restore it from a backup");
  if (found != header)
    return Status::FailedPrecondition(
        "the master key is not the one that this store's keys are wrapped with: give the right one");
  MutexLock lock(table->mu_);
  table->made_ = bytes / kSlotBytes;
  table->next_ = std::max<uint64_t>(options.next, 1);
  if (table->made_ < table->next_)
    return Status::DataLoss(fmt::format("{} has {} keys instead of at least {}: restore it from a backup",
                                        options.path, table->made_ - 1, table->next_ - 1));
  // Keys that were made and never used are used up: which of them a crash left half written is not worth knowing.
  if (!options.read_only) table->next_ = table->made_;
  return table;
}

std::string KeyTable::Context(uint64_t number) const {
  return fmt::format("gasht-key-1 {} {}", HexEncode(options_.store_id), number);
}

Result<std::string> KeyTable::ReadAt(uint64_t offset, size_t size) const {
  std::string bytes(size, '\0');
  if (options_.path.empty()) {
    if (offset + size > options_.memory->size()) return Status::DataLoss("the table of keys is cut off");
    return options_.memory->substr(offset, size);
  }
  const ssize_t got = pread(fd_, bytes.data(), size, static_cast<off_t>(offset));
  if (got < 0) return FileError("read", options_.path);
  if (static_cast<size_t>(got) != size)
    return Status::DataLoss(fmt::format("{} is cut off: restore it from a backup", options_.path));
  return bytes;
}

Status KeyTable::WriteAt(uint64_t offset, std::string_view bytes) {
  if (options_.path.empty()) {
    options_.memory->resize(std::max(options_.memory->size(), offset + bytes.size()));
    options_.memory->replace(offset, bytes.size(), bytes);
    return Status::Ok();
  }
  const ssize_t put = pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (put != static_cast<ssize_t>(bytes.size())) {
    if (put >= 0) errno = ENOSPC;
    return FileError("write", options_.path);
  }
  if (fdatasync(fd_) != 0) return FileError("sync", options_.path);
  return Status::Ok();
}

Status KeyTable::MakeMore() {
  const uint64_t count = options_.path.empty() ? kAheadInMemory : kAhead;
  std::string slots;
  std::vector<std::string> keys;
  for (uint64_t i = 0; i < count; ++i) {
    keys.push_back(RandomBytes(kSealKeyBytes));
    slots += kLive;
    slots.append(kStateBytes - 1, '\0');
    AppendSealed(options_.master, keys.back(), Context(made_ + i), slots);
  }
  GASHT_RETURN_IF_ERROR(WriteAt(made_ * kSlotBytes, slots));
  made_ += count;
  std::reverse(keys.begin(), keys.end());
  ready_ = std::move(keys);
  return Status::Ok();
}

Result<PayloadKey> KeyTable::Take() {
  // Held over the sync of a new lot, once in a thousand keys: whoever waits needs one of them.
  MutexLock lock(mu_);
  if (ready_.empty()) {
    next_ = made_;
    GASHT_RETURN_IF_ERROR(MakeMore());
  }
  PayloadKey taken{next_++, std::move(ready_.back())};
  ready_.pop_back();
  return taken;
}

Result<std::string> KeyTable::Get(uint64_t number) const {
  GASHT_ASSIGN_OR_RETURN(const std::string slot, ReadAt(number * kSlotBytes, kSlotBytes));
  if (slot == DestroyedSlot()) return Status::NotFound(fmt::format("key {} was destroyed", number));
  if (slot[0] != kLive || slot.substr(1, kStateBytes - 1) != std::string(kStateBytes - 1, '\0'))
    return Status::DataLoss(fmt::format("slot {} of the table of keys is damaged", number));
  Result<std::string> key =
      OpenSealed(options_.master, std::string_view(slot).substr(kStateBytes), Context(number));
  if (!key.ok()) return key.status().WithContext(fmt::format("slot {} of the table of keys", number));
  return key;
}

Result<bool> KeyTable::IsDestroyed(uint64_t number) const {
  GASHT_ASSIGN_OR_RETURN(const std::string slot, ReadAt(number * kSlotBytes, kSlotBytes));
  return slot == DestroyedSlot();
}

Status KeyTable::Destroy(const std::vector<uint64_t>& numbers) {
  for (const uint64_t number : numbers) {
    if (number == 0) continue;
    GASHT_RETURN_IF_ERROR(WriteAt(number * kSlotBytes, DestroyedSlot()));
  }
  return Status::Ok();
}

Status KeyTable::DestroyIn(const std::string& path, const std::vector<uint64_t>& numbers) {
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return FileError("open", path);
  Status status;
  for (const uint64_t number : numbers) {
    struct stat info {};
    if (fstat(fd, &info) != 0) status = FileError("read", path);
    // A backup that is older than the key does not have it.
    if (!status.ok() || number == 0 || static_cast<uint64_t>(info.st_size) < (number + 1) * kSlotBytes)
      continue;
    const std::string slot = DestroyedSlot();
    if (pwrite(fd, slot.data(), slot.size(), static_cast<off_t>(number * kSlotBytes)) !=
        static_cast<ssize_t>(slot.size()))
      status = FileError("write", path);
  }
  if (status.ok() && fdatasync(fd) != 0) status = FileError("sync", path);
  close(fd);
  return status;
}

Status KeyTable::Check(uint64_t used) const {
  for (uint64_t number = 1; number < used; ++number) {
    const Status status = Get(number).status();
    if (!status.ok() && status.code() != StatusCode::kNotFound) return status;
  }
  return Status::Ok();
}

}  // namespace gasht
