#pragma once

// ZIP as WACZ needs it (APPNOTE 6.3): writing with sizes and checksums in both headers, and reading that
// trusts neither: an archive in which two readers could see different things is refused.
//
// ZIP64 where it is needed and nowhere else: for an entry that may be larger than 4 GiB, for what lies behind the
// first 4 GiB, for more than 65,534 entries. Each object is confined to one thread.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/status.h"
#include "casework/deflate.h"
#include "casework/out_file.h"

namespace gasht {

enum class ZipMethod { kStore, kDeflate };

// An entry that may reach 4 GiB says so before it begins: its header comes first.
enum class ZipSize { kSmall, kLarge };

// From where on the old fields do not do. Tests make them small.
struct ZipLimits {
  uint64_t bytes = 0xffffffff;
  uint64_t entries = 0xffff;
};

// What was written under a name: as a WACZ's datapackage lists it.
struct ZipWritten {
  std::string name;
  uint64_t bytes = 0;  // unpacked
  Digest sha256;       // of the unpacked bytes
};

class ZipWriter {
 public:
  // `file` outlives the writer and is empty. Every entry gets the time `now`.
  ZipWriter(OutFile& file, UtcTime now, ZipLimits limits = {});
  ~ZipWriter();
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  // One entry after the other: Begin, any number of Write, End.
  Status Begin(const std::string& name, ZipMethod method, ZipSize size = ZipSize::kSmall);
  Status Write(std::string_view bytes);
  Result<ZipWritten> End();
  Result<ZipWritten> Add(const std::string& name, std::string_view bytes, ZipMethod method);

  // The central directory. Nothing may be written afterwards.
  Status Finish();
  const std::vector<ZipWritten>& written() const { return written_; }

 private:
  struct Entry {
    std::string name;
    ZipMethod method = ZipMethod::kStore;
    ZipSize size = ZipSize::kSmall;
    uint32_t crc = 0;
    uint64_t packed = 0, bytes = 0, offset = 0;
  };
  std::string SharedFields(const Entry& entry, size_t extra_bytes) const;
  std::string LocalHeader(const Entry& entry) const;

  OutFile& file_;
  const UtcTime now_;
  const ZipLimits limits_;
  Deflater deflater_{DeflateWrap::kBare};
  std::string packed_;
  std::unique_ptr<Sha256Stream> sha256_;
  std::vector<Entry> entries_;
  std::vector<ZipWritten> written_;
};

struct ZipEntry {
  std::string name;
  ZipMethod method = ZipMethod::kStore;
  uint32_t crc = 0;
  uint64_t packed = 0, bytes = 0;  // as the directory says; Read checks
  uint64_t data_offset = 0;
};

class ZipReader {
 public:
  // Refused, as DataLoss whose message begins with "zip-structure", "zip-name" or "zip-bomb": anything but
  // one archive from the first byte to the last; headers that disagree; overlapping, encrypted, linked or
  // doubly named entries; extra fields but ZIP64's; names that leave the folder; more than 200,000 entries, or entries
  // that unpack to more than 256 GiB or 1,100 times their size (deflate cannot do better than 1,032).
  static Result<std::unique_ptr<ZipReader>> Open(const std::string& path);
  ~ZipReader();
  ZipReader(const ZipReader&) = delete;
  ZipReader& operator=(const ZipReader&) = delete;

  const std::vector<ZipEntry>& entries() const { return entries_; }
  const ZipEntry* Find(std::string_view name) const;
  // Hands the unpacked bytes to `sink` in pieces of at most 256 KiB; size and CRC are checked at the end.
  Status Read(const ZipEntry& entry, const std::function<Status(std::string_view)>& sink) const;
  // At most 256 KiB of a stored entry from byte `at`, unchecked; empty at its end.
  Result<std::string> StoredPiece(const ZipEntry& entry, uint64_t at) const;
  // ResourceExhausted when there are more than `max_bytes`.
  Result<std::string> ReadAll(const ZipEntry& entry, size_t max_bytes) const;

 private:
  explicit ZipReader(int fd) : fd_(fd) {}
  Status Load();
  Status LoadDirectory(uint64_t begin, uint64_t end, uint64_t count);
  Status CheckLocalHeaders(uint64_t directory);
  Result<std::string> ReadAt(uint64_t offset, size_t bytes) const;

  const int fd_;
  uint64_t size_ = 0;
  std::vector<ZipEntry> entries_;
  // Each entry's local header, in the order of entries_.
  struct Header {
    uint64_t offset = 0;
    bool is_large = false;  // its sizes stand in ZIP64's field
  };
  std::vector<Header> headers_;
  std::unordered_map<std::string, size_t> by_name_;
};

}  // namespace gasht
