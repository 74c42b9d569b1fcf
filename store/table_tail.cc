#include "store/table_tail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "base/owned_fd.h"

namespace gasht {
namespace {

constexpr uint64_t kMagic = 0x88e241b785f4cff7;
// Type of checksums (1), handles of two blocks and padding (40), version (4), magic (8).
constexpr size_t kFooterBytes = 53;
// A few names of blocks.
constexpr uint64_t kMaxMetaindexBytes = 1 << 20;
constexpr std::string_view kProperties = "rocksdb.properties";
constexpr uint32_t kHasHashIndex = uint32_t{1} << 31;

uint64_t ReadLittle(std::string_view bytes) {
  uint64_t number = 0;
  for (size_t i = bytes.size(); i-- > 0;) number = number << 8 | static_cast<uint8_t>(bytes[i]);
  return number;
}

// Takes a varint from the front; nothing when there is none.
std::optional<uint64_t> TakeVarint(std::string_view& bytes) {
  uint64_t number = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    number |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return number;
  }
  return std::nullopt;
}

struct BlockHandle {
  uint64_t offset = 0, size = 0;
};

std::optional<BlockHandle> TakeHandle(std::string_view& bytes) {
  const std::optional<uint64_t> offset = TakeVarint(bytes), size = TakeVarint(bytes);
  if (!offset || !size) return std::nullopt;
  return BlockHandle{*offset, *size};
}

std::optional<std::string> ReadAt(int file, uint64_t offset, uint64_t size) {
  std::string bytes(size, '\0');
  if (pread(file, bytes.data(), size, static_cast<off_t>(offset)) != static_cast<ssize_t>(size))
    return std::nullopt;
  return bytes;
}

// Entries whose keys share nothing: that is how this block is written.
std::optional<BlockHandle> FindBlock(std::string_view metaindex, std::string_view name) {
  while (!metaindex.empty()) {
    const std::optional<uint64_t> shared = TakeVarint(metaindex), own = TakeVarint(metaindex),
                                  length = TakeVarint(metaindex);
    if (!shared || !own || !length || *shared != 0 || *own > metaindex.size() ||
        *length > metaindex.size() - *own)
      return std::nullopt;
    std::string_view value = metaindex.substr(*own, *length);
    if (metaindex.substr(0, *own) == name) return TakeHandle(value);
    metaindex.remove_prefix(*own + *length);
  }
  return std::nullopt;
}

// False where RocksDB would rather die than say what is wrong.
bool IsReadable(int file, uint64_t file_bytes) {
  if (file_bytes < kFooterBytes) return true;
  const std::optional<std::string> footer = ReadAt(file, file_bytes - kFooterBytes, kFooterBytes);
  if (!footer || ReadLittle(std::string_view(*footer).substr(kFooterBytes - 8)) != kMagic) return true;
  std::string_view handles = std::string_view(*footer).substr(1);
  const std::optional<BlockHandle> metaindex = TakeHandle(handles);
  if (!metaindex || metaindex->size > kMaxMetaindexBytes) return true;
  const std::optional<std::string> blocks = ReadAt(file, metaindex->offset, metaindex->size);
  if (!blocks) return true;
  const std::optional<BlockHandle> properties = FindBlock(*blocks, kProperties);
  if (!properties || properties->size < sizeof(uint32_t) || properties->size > file_bytes ||
      properties->offset > file_bytes - properties->size)
    return true;
  const std::optional<std::string> tail =
      ReadAt(file, properties->offset + properties->size - sizeof(uint32_t), sizeof(uint32_t));
  return !tail || (ReadLittle(*tail) & kHasHashIndex) == 0;
}

}  // namespace

Status CheckTableTails(const std::string& path) {
  std::error_code error;
  for (const std::filesystem::directory_entry& entry : std::filesystem::directory_iterator(path, error)) {
    if (entry.path().extension() != ".sst") continue;
    const OwnedFd file(open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info {};
    // One that went away meanwhile is RocksDB's to miss.
    if (file.get() < 0 || fstat(file.get(), &info) != 0) continue;
    if (!IsReadable(file.get(), static_cast<uint64_t>(info.st_size)))
      return Status::DataLoss(
          fmt::format("{} is damaged: its properties are not what was written", entry.path().string()));
  }
  return Status::Ok();
}

}  // namespace gasht
