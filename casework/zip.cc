#include "casework/zip.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <set>
#include <system_error>

#include <fmt/format.h>

namespace gasht {
namespace {

constexpr uint32_t kLocalMagic = 0x04034b50, kCentralMagic = 0x02014b50, kEndMagic = 0x06054b50,
                   kEnd64Magic = 0x06064b50, kLocatorMagic = 0x07064b50;
constexpr size_t kLocalBytes = 30, kCentralBytes = 46, kEndBytes = 22, kEnd64Bytes = 56, kLocatorBytes = 20;
// What a field of the old size says when its value stands in one of ZIP64.
constexpr uint32_t kSee64 = 0xffffffff, kSee64Entries = 0xffff;
// ZIP64's extra field: id and size, then 8 bytes a value.
constexpr uint32_t kExtra64 = 1;
constexpr size_t kExtraHead = 4, kMostExtra = kExtraHead + 3 * 8;
constexpr uint32_t kPlain = 20, kZip64 = 45;  // version needed to extract: 2.0, 4.5
constexpr uint16_t kUtf8Names = 1u << 11;
constexpr size_t kMostEntries = 200'000;
constexpr size_t kMostName = 512;
constexpr uint64_t kMostUnpacked = uint64_t{256} << 30;
constexpr uint64_t kMostRatio = 1'100;
constexpr size_t kPiece = size_t{256} << 10;

void Put16(std::string& out, uint64_t value) {
  out += static_cast<char>(value & 0xff);
  out += static_cast<char>((value >> 8) & 0xff);
}
void Put32(std::string& out, uint64_t value) {
  Put16(out, value & 0xffff);
  Put16(out, (value >> 16) & 0xffff);
}
void Put64(std::string& out, uint64_t value) {
  Put32(out, value & 0xffffffff);
  Put32(out, value >> 32);
}
uint32_t Get16(std::string_view bytes, size_t at) {
  return static_cast<uint8_t>(bytes[at]) | static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + 1])) << 8;
}
uint32_t Get32(std::string_view bytes, size_t at) {
  return Get16(bytes, at) | Get16(bytes, at + 2) << 16;
}

uint64_t Get64(std::string_view bytes, size_t at) {
  return Get32(bytes, at) | uint64_t{Get32(bytes, at + 4)} << 32;
}

// Two-second steps since 1980, in UTC.
uint32_t DosTime(UtcTime now) {
  const std::time_t seconds = now.micros / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  const int year = std::clamp(parts.tm_year - 80, 0, 127);
  return static_cast<uint32_t>(year << 25 | (parts.tm_mon + 1) << 21 | parts.tm_mday << 16 |
                               parts.tm_hour << 11 | parts.tm_min << 5 | parts.tm_sec / 2);
}

Status Structure(std::string_view what) {
  return Status::DataLoss(fmt::format("zip-structure: {}", what));
}

// Relative, forward slashes, no step upwards, nothing a terminal or another system reads differently.
bool IsPlainName(std::string_view name) {
  if (name.empty() || name.size() > kMostName || name.front() == '/' || name.back() == '/') return false;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_' || c == '/';
    if (!plain) return false;
  }
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

}  // namespace

ZipWriter::ZipWriter(OutFile& file, UtcTime now, ZipLimits limits)
    : file_(file), now_(now), limits_(limits) {}
ZipWriter::~ZipWriter() = default;

namespace {

std::string Extra64(const std::vector<uint64_t>& values) {
  std::string out;
  if (values.empty()) return out;
  Put16(out, kExtra64);
  Put16(out, values.size() * 8);
  for (const uint64_t value : values) Put64(out, value);
  return out;
}

}  // namespace

// The fields that both headers share, without magic, extra field and name.
std::string ZipWriter::SharedFields(const Entry& entry, size_t extra_bytes) const {
  std::string out;
  Put16(out, extra_bytes > 0 ? kZip64 : kPlain);
  Put16(out, kUtf8Names);
  Put16(out, entry.method == ZipMethod::kStore ? 0 : 8);
  Put32(out, DosTime(now_));
  Put32(out, entry.crc);
  Put32(out, entry.size == ZipSize::kLarge ? kSee64 : entry.packed);
  Put32(out, entry.size == ZipSize::kLarge ? kSee64 : entry.bytes);
  Put16(out, entry.name.size());
  Put16(out, extra_bytes);
  return out;
}

std::string ZipWriter::LocalHeader(const Entry& entry) const {
  std::string extra;
  if (entry.size == ZipSize::kLarge) extra = Extra64({entry.bytes, entry.packed});
  std::string out;
  Put32(out, kLocalMagic);
  return out + SharedFields(entry, extra.size()) + entry.name + extra;
}

Status ZipWriter::Begin(const std::string& name, ZipMethod method, ZipSize size) {
  Entry entry;
  entry.name = name;
  entry.method = method;
  entry.size = size;
  entry.offset = file_.size();
  sha256_ = std::make_unique<Sha256Stream>();
  GASHT_RETURN_IF_ERROR(file_.Write(LocalHeader(entry)));
  entries_.push_back(std::move(entry));
  return Status::Ok();
}

Status ZipWriter::Write(std::string_view bytes) {
  Entry& entry = entries_.back();
  entry.crc = Crc32(entry.crc, bytes);
  entry.bytes += bytes.size();
  sha256_->Update(bytes);
  if (entry.method == ZipMethod::kDeflate) {
    packed_.clear();
    deflater_.Pack({bytes, false}, packed_);
    bytes = packed_;
  }
  entry.packed += bytes.size();
  if (entry.size == ZipSize::kSmall && std::max(entry.packed, entry.bytes) >= limits_.bytes)
    return Status::ResourceExhausted(
        fmt::format("{} is larger than a ZIP archive's plain entry: export less at once", entry.name));
  return file_.Write(bytes);
}

Result<ZipWritten> ZipWriter::End() {
  Entry& entry = entries_.back();
  if (entry.method == ZipMethod::kDeflate) {
    packed_.clear();
    deflater_.Pack({{}, true}, packed_);
    entry.packed += packed_.size();
    GASHT_RETURN_IF_ERROR(file_.Write(packed_));
  }
  GASHT_RETURN_IF_ERROR(file_.Overwrite(entry.offset, LocalHeader(entry)));
  written_.push_back({entry.name, entry.bytes, sha256_->Finish()});
  sha256_ = nullptr;
  return written_.back();
}

Result<ZipWritten> ZipWriter::Add(const std::string& name, std::string_view bytes, ZipMethod method) {
  GASHT_RETURN_IF_ERROR(Begin(name, method));
  GASHT_RETURN_IF_ERROR(Write(bytes));
  return End();
}

Status ZipWriter::Finish() {
  const uint64_t begin = file_.size();
  if (entries_.size() > kMostEntries)
    return Status::ResourceExhausted("a bundle holds at most 200,000 files: export less at once");
  for (const Entry& entry : entries_) {
    const bool is_far = entry.offset >= limits_.bytes;
    std::vector<uint64_t> values;
    if (entry.size == ZipSize::kLarge) values = {entry.bytes, entry.packed};
    if (is_far) values.push_back(entry.offset);
    const std::string extra = Extra64(values);
    std::string out;
    Put32(out, kCentralMagic);
    Put16(out, 3 << 8 | (extra.empty() ? kPlain : kZip64));  // made on Unix
    out += SharedFields(entry, extra.size());
    Put16(out, 0);  // comment
    Put16(out, 0);  // disk
    Put16(out, 0);  // internal attributes
    Put32(out, uint32_t{0100644} << 16);
    Put32(out, is_far ? kSee64 : entry.offset);
    GASHT_RETURN_IF_ERROR(file_.Write(out + entry.name + extra));
  }
  const uint64_t bytes = file_.size() - begin, count = entries_.size();
  const bool is_large = begin >= limits_.bytes || bytes >= limits_.bytes || count >= limits_.entries;
  std::string out;
  if (is_large) {
    const uint64_t end = file_.size();
    Put32(out, kEnd64Magic);
    Put64(out, kEnd64Bytes - 12);
    Put16(out, 3 << 8 | kZip64);
    Put16(out, kZip64);
    Put32(out, 0);
    Put32(out, 0);
    for (const uint64_t value : {count, count, bytes, begin}) Put64(out, value);
    Put32(out, kLocatorMagic);
    Put32(out, 0);
    Put64(out, end);
    Put32(out, 1);
  }
  Put32(out, kEndMagic);
  Put16(out, 0);
  Put16(out, 0);
  Put16(out, is_large ? kSee64Entries : count);
  Put16(out, is_large ? kSee64Entries : count);
  Put32(out, is_large ? kSee64 : bytes);
  Put32(out, is_large ? kSee64 : begin);
  Put16(out, 0);
  return file_.Write(out);
}

ZipReader::~ZipReader() {
  close(fd_);
}

Result<std::string> ZipReader::ReadAt(uint64_t offset, size_t bytes) const {
  std::string out(bytes, '\0');
  size_t have = 0;
  while (have < bytes) {
    const ssize_t got = pread(fd_, out.data() + have, bytes - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Status::Unavailable("cannot read it: " + std::generic_category().message(errno));
    if (got == 0) return Structure("it ends in the middle");
    have += static_cast<size_t>(got);
  }
  return out;
}

Result<std::unique_ptr<ZipReader>> ZipReader::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const std::string message =
        fmt::format("cannot open {}: {}", path, std::generic_category().message(errno));
    return errno == ENOENT ? Status::NotFound(message) : Status::Unavailable(message);
  }
  std::unique_ptr<ZipReader> reader(new ZipReader(fd));
  GASHT_RETURN_IF_ERROR(reader->Load());
  return reader;
}

Status ZipReader::Load() {
  struct stat info {};
  if (fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode)) return Structure("it is not a regular file");
  size_ = static_cast<uint64_t>(info.st_size);
  if (size_ < kEndBytes) return Structure("it is too short to be a ZIP archive");
  // Our archives have no comment: the end record is the last thing in the file, and only there.
  GASHT_ASSIGN_OR_RETURN(const std::string end, ReadAt(size_ - kEndBytes, kEndBytes));
  if (Get32(end, 0) != kEndMagic) return Structure("no end record in its last 22 bytes");
  if (Get32(end, 4) != 0 || Get16(end, 8) != Get16(end, 10) || Get16(end, 20) != 0)
    return Structure("it has several parts or a comment");
  uint64_t count = Get16(end, 10), bytes = Get32(end, 12), begin = Get32(end, 16), tail = kEndBytes;
  // All of them or none refer to ZIP64: then no reader can see anything else.
  const int see64 = (count == kSee64Entries) + (bytes == kSee64) + (begin == kSee64);
  if (see64 == 3) {
    tail += kEnd64Bytes + kLocatorBytes;
    if (size_ < tail) return Structure("it is too short for the end record that it names");
    GASHT_ASSIGN_OR_RETURN(const std::string large, ReadAt(size_ - tail, kEnd64Bytes + kLocatorBytes));
    const bool right = Get32(large, 0) == kEnd64Magic && Get64(large, 4) == kEnd64Bytes - 12 &&
                       Get64(large, 16) == 0 && Get64(large, 24) == Get64(large, 32) &&
                       Get32(large, kEnd64Bytes) == kLocatorMagic && Get32(large, kEnd64Bytes + 4) == 0 &&
                       Get64(large, kEnd64Bytes + 8) == size_ - tail && Get32(large, kEnd64Bytes + 16) == 1;
    if (!right) return Structure("its ZIP64 end record is not what it should be");
    count = Get64(large, 24);
    bytes = Get64(large, 40);
    begin = Get64(large, 48);
  } else if (see64 != 0) {
    return Structure("its end record refers to ZIP64 in part");
  }
  if (begin > size_ || bytes > size_ || begin + bytes + tail != size_)
    return Structure("its directory is not where its end record says");
  GASHT_RETURN_IF_ERROR(LoadDirectory(begin, begin + bytes, count));
  return CheckLocalHeaders(begin);
}

Status ZipReader::LoadDirectory(uint64_t begin, uint64_t end, uint64_t count) {
  if (count > kMostEntries) return Status::DataLoss(fmt::format("zip-bomb: {} entries", count));
  if (end - begin > count * (kCentralBytes + kMostName + kMostExtra))
    return Structure("its directory is too long");
  GASHT_ASSIGN_OR_RETURN(const std::string bytes, ReadAt(begin, static_cast<size_t>(end - begin)));
  std::set<std::string> names;
  uint64_t unpacked = 0;
  size_t at = 0;
  for (uint64_t i = 0; i < count; ++i) {
    if (bytes.size() - at < kCentralBytes || Get32(bytes, at) != kCentralMagic)
      return Structure(fmt::format("entry {} of its directory is damaged", i));
    const size_t name_bytes = Get16(bytes, at + 28);
    const size_t extra_bytes = Get16(bytes, at + 30);
    if (Get16(bytes, at + 32) != 0 || Get16(bytes, at + 34) != 0)
      return Structure(fmt::format("entry {} has a comment or another part", i));
    if (bytes.size() - at - kCentralBytes < name_bytes + extra_bytes)
      return Structure("its directory ends in a name");
    ZipEntry entry;
    entry.name = bytes.substr(at + kCentralBytes, name_bytes);
    if (!IsPlainName(entry.name))
      return Status::DataLoss(fmt::format("zip-name: entry {} has a name that could leave the folder", i));
    std::string folded = entry.name;
    for (char& c : folded) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    if (!names.insert(folded).second)
      return Status::DataLoss(fmt::format("zip-name: {} is in it twice", entry.name));
    if ((Get16(bytes, at + 8) & ~kUtf8Names) != 0)
      return Structure(fmt::format("{} is encrypted or has its sizes behind it", entry.name));
    const uint32_t type = Get32(bytes, at + 38) >> 16 & 0170000;
    if (type != 0 && type != 0100000) return Structure(fmt::format("{} is not a regular file", entry.name));
    const uint32_t method = Get16(bytes, at + 10);
    if (method != 0 && method != 8)
      return Structure(fmt::format("{} is packed in method {}", entry.name, method));
    entry.method = method == 0 ? ZipMethod::kStore : ZipMethod::kDeflate;
    entry.crc = Get32(bytes, at + 16);
    entry.packed = Get32(bytes, at + 20);
    entry.bytes = Get32(bytes, at + 24);
    uint64_t offset = Get32(bytes, at + 42);
    // ZIP64's extra field, and no other: exactly the values whose place it takes.
    const bool is_large = entry.packed == kSee64, is_far = offset == kSee64;
    const size_t values = (is_large ? 2 : 0) + (is_far ? 1 : 0);
    const std::string_view extra =
        std::string_view(bytes).substr(at + kCentralBytes + name_bytes, extra_bytes);
    if (is_large != (entry.bytes == kSee64) || extra_bytes != (values == 0 ? 0 : kExtraHead + values * 8) ||
        (values > 0 && (Get16(extra, 0) != kExtra64 || Get16(extra, 2) != values * 8)))
      return Structure(fmt::format("{} has other extra fields than ZIP64 asks for", entry.name));
    if (is_large) {
      entry.bytes = Get64(extra, kExtraHead);
      entry.packed = Get64(extra, kExtraHead + 8);
    }
    if (is_far) offset = Get64(extra, extra_bytes - 8);
    if (entry.method == ZipMethod::kStore && entry.packed != entry.bytes)
      return Structure(fmt::format("{} is stored in another size than its own", entry.name));
    // Compared so that no sum or product of what it claims can overflow.
    const bool is_bomb = entry.bytes > kMostUnpacked - unpacked || entry.packed > size_ ||
                         entry.bytes > kMostRatio * (entry.packed + 1);
    unpacked += is_bomb ? 0 : entry.bytes;
    if (is_bomb)
      return Status::DataLoss(
          fmt::format("zip-bomb: {} claims to unpack to {} bytes", entry.name, entry.bytes));
    by_name_.emplace(entry.name, entries_.size());
    headers_.push_back({offset, is_large});
    entries_.push_back(std::move(entry));
    at += kCentralBytes + name_bytes + extra_bytes;
  }
  return at == bytes.size() ? Status::Ok() : Structure("its directory has more than its entries");
}

// Entries must lie one after the other without gap from the first byte to the directory, in the directory's
// order, each under the header that the directory describes.
Status ZipReader::CheckLocalHeaders(uint64_t directory) {
  uint64_t expected = 0;
  for (size_t i = 0; i < entries_.size(); ++i) {
    ZipEntry& entry = entries_[i];
    if (headers_[i].offset != expected)
      return Structure(fmt::format("{} does not follow the entry before it", entry.name));
    const bool is_large = headers_[i].is_large;
    const size_t extra = is_large ? kExtraHead + 2 * 8 : 0;
    GASHT_ASSIGN_OR_RETURN(const std::string head, ReadAt(expected, kLocalBytes + entry.name.size() + extra));
    const size_t at = kLocalBytes + entry.name.size();
    const bool same =
        Get32(head, 0) == kLocalMagic && (Get16(head, 6) & ~kUtf8Names) == 0 &&
        Get16(head, 8) == (entry.method == ZipMethod::kStore ? 0u : 8u) && Get32(head, 14) == entry.crc &&
        Get16(head, 26) == entry.name.size() && Get16(head, 28) == extra &&
        head.substr(kLocalBytes, entry.name.size()) == entry.name &&
        (is_large ? Get32(head, 18) == kSee64 && Get32(head, 22) == kSee64 && Get16(head, at) == kExtra64 &&
                        Get16(head, at + 2) == 2 * 8 && Get64(head, at + 4) == entry.bytes &&
                        Get64(head, at + 12) == entry.packed
                  : Get32(head, 18) == entry.packed && Get32(head, 22) == entry.bytes);
    if (!same) return Structure(fmt::format("{} has two headers that disagree", entry.name));
    entry.data_offset = expected + head.size();
    expected += head.size() + entry.packed;
    if (expected > directory) return Structure(fmt::format("{} reaches into the directory", entry.name));
  }
  return expected == directory ? Status::Ok() : Structure("there are bytes that belong to no entry");
}

const ZipEntry* ZipReader::Find(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? nullptr : &entries_[found->second];
}

Status ZipReader::Read(const ZipEntry& entry, const std::function<Status(std::string_view)>& sink) const {
  Inflater inflater(DeflateWrap::kBare);
  uint32_t crc = 0;
  uint64_t bytes = 0;
  bool ended = entry.method == ZipMethod::kStore;
  std::string unpacked;
  const auto hand_over = [&](std::string_view piece) {
    crc = Crc32(crc, piece);
    bytes += piece.size();
    return bytes > entry.bytes
               ? Status::DataLoss(fmt::format("zip-bomb: {} is longer than it says", entry.name))
               : sink(piece);
  };
  for (uint64_t at = 0; at < entry.packed;) {
    const size_t piece = static_cast<size_t>(std::min<uint64_t>(kPiece, entry.packed - at));
    GASHT_ASSIGN_OR_RETURN(const std::string packed, ReadAt(entry.data_offset + at, piece));
    at += piece;
    if (entry.method == ZipMethod::kStore) {
      GASHT_RETURN_IF_ERROR(hand_over(packed));
      continue;
    }
    std::string_view rest = packed;
    while (!rest.empty()) {
      if (ended) return Structure(fmt::format("{} has bytes behind its end", entry.name));
      unpacked.clear();
      const Result<Inflater::Step> step = inflater.Unpack(rest, kPiece, unpacked);
      if (!step.ok()) return Structure(fmt::format("{}: {}", entry.name, step.status().message()));
      rest.remove_prefix(step->consumed);
      ended = step->ended;
      GASHT_RETURN_IF_ERROR(hand_over(unpacked));
      if (step->consumed == 0 && unpacked.empty())
        return Structure(fmt::format("{} does not unpack", entry.name));
    }
  }
  // What the last piece of input left inside the decompressor.
  while (!ended && bytes < entry.bytes) {
    unpacked.clear();
    const Result<Inflater::Step> step = inflater.Unpack({}, kPiece, unpacked);
    if (!step.ok() || unpacked.empty()) break;
    ended = step->ended;
    GASHT_RETURN_IF_ERROR(hand_over(unpacked));
  }
  if (bytes != entry.bytes || crc != entry.crc)
    return Structure(fmt::format("{} is not what its checksum says", entry.name));
  return Status::Ok();
}

Result<std::string> ZipReader::StoredPiece(const ZipEntry& entry, uint64_t at) const {
  if (at >= entry.packed) return std::string();
  return ReadAt(entry.data_offset + at, static_cast<size_t>(std::min<uint64_t>(kPiece, entry.packed - at)));
}

Result<std::string> ZipReader::ReadAll(const ZipEntry& entry, size_t max_bytes) const {
  if (entry.bytes > max_bytes)
    return Status::ResourceExhausted(fmt::format("{} has more than {} bytes", entry.name, max_bytes));
  std::string out;
  out.reserve(static_cast<size_t>(entry.bytes));
  GASHT_RETURN_IF_ERROR(Read(entry, [&out](std::string_view piece) {
    out += piece;
    return Status::Ok();
  }));
  return out;
}

}  // namespace gasht
