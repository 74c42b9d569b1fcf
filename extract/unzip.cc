#include "extract/unzip.h"

#include <zlib.h>

#include <algorithm>

namespace gasht {
namespace {

constexpr size_t kMaxEntries = 10'000;
constexpr size_t kMaxCommentBytes = 65'535;
constexpr size_t kEndBytes = 22, kDirectoryBytes = 46, kLocalBytes = 30;

uint64_t Get(std::string_view bytes, size_t at, int size) {
  uint64_t value = 0;
  for (int i = size - 1; i >= 0; --i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<size_t>(i)]);
  return value;
}

Status Broken(const char* what) {
  return Status::InvalidArgument(std::string("broken ZIP archive: ") + what);
}

}  // namespace

bool IsZip(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") || bytes.starts_with(std::string_view("PK\x05\x06", 4));
}

Result<std::vector<ZippedFile>> ListZip(std::string_view archive) {
  if (archive.size() < kEndBytes) return Broken("too short");
  const size_t last = archive.size() - kEndBytes;
  const size_t first = last > kMaxCommentBytes ? last - kMaxCommentBytes : 0;
  const size_t end = archive.rfind(std::string_view("PK\x05\x06", 4), last);
  if (end == std::string_view::npos || end < first) return Broken("no end of its directory");
  const size_t count = Get(archive, end + 10, 2);
  size_t at = Get(archive, end + 16, 4);
  if (at == 0xffffffff) return Broken("ZIP64 is not read");
  if (count > kMaxEntries) return Status::ResourceExhausted("a ZIP archive with more than 10000 entries");
  std::vector<ZippedFile> files;
  for (size_t i = 0; i < count; ++i) {
    if (at > end || end - at < kDirectoryBytes || archive.substr(at, 4) != std::string_view("PK\x01\x02", 4))
      return Broken("a directory that ends early");
    ZippedFile file;
    file.method = static_cast<uint16_t>(Get(archive, at + 10, 2));
    if ((Get(archive, at + 8, 2) & 1) != 0) file.method = 0xffff;  // encrypted
    file.packed = Get(archive, at + 20, 4);
    file.bytes = Get(archive, at + 24, 4);
    file.header = Get(archive, at + 42, 4);
    const size_t name = Get(archive, at + 28, 2);
    const size_t more = Get(archive, at + 30, 2) + Get(archive, at + 32, 2);
    if (end - at - kDirectoryBytes < name + more) return Broken("a directory that ends early");
    file.name = std::string(archive.substr(at + kDirectoryBytes, name));
    at += kDirectoryBytes + name + more;
    files.push_back(std::move(file));
  }
  return files;
}

Result<std::string> Unzip(std::string_view archive, const ZippedFile& file, size_t max_bytes) {
  const uint64_t header = file.header;
  if (header > archive.size() || archive.size() - header < kLocalBytes ||
      archive.substr(header, 4) != std::string_view("PK\x03\x04", 4)) {
    return Broken("an entry that is not where the directory says");
  }
  const uint64_t data = header + kLocalBytes + Get(archive, header + 26, 2) + Get(archive, header + 28, 2);
  if (data > archive.size() || archive.size() - data < file.packed) return Broken("an entry that ends early");
  if (file.bytes > max_bytes)
    return Status::ResourceExhausted("an entry of the ZIP archive unpacks to more than is read");
  const std::string_view packed = archive.substr(data, file.packed);
  std::string out;
  if (file.method == 0) {
    out = std::string(packed.substr(0, max_bytes));
  } else if (file.method == 8) {
    out = InflateSome(packed, InflateWrap::kBare, max_bytes);
  } else {
    return Status::InvalidArgument(
        "an entry of the ZIP archive is encrypted or packed in a way that is not read");
  }
  if (out.size() != file.bytes) return Broken("an entry of another size than the directory says");
  return out;
}

std::string InflateSome(std::string_view packed, InflateWrap wrap, size_t max_bytes) {
  std::string out;
  z_stream stream{};
  const int bits =
      wrap == InflateWrap::kZlib ? MAX_WBITS : (wrap == InflateWrap::kGzip ? MAX_WBITS + 16 : -MAX_WBITS);
  if (inflateInit2(&stream, bits) != Z_OK) return out;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(std::min<size_t>(packed.size(), 0xffffffff));
  int rc = Z_OK;
  while (rc == Z_OK && out.size() < max_bytes) {
    char chunk[64 * 1024];
    stream.next_out = reinterpret_cast<Bytef*>(chunk);
    stream.avail_out = sizeof(chunk);
    rc = inflate(&stream, Z_NO_FLUSH);
    const size_t got = sizeof(chunk) - stream.avail_out;
    out.append(chunk, std::min(got, max_bytes - out.size()));
    if (got == 0 && rc == Z_OK) break;
  }
  inflateEnd(&stream);
  return out;
}

}  // namespace gasht
