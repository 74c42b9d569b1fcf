#include "tests/support/packed.h"

#include <algorithm>
#include <utility>

namespace gasht {
namespace {

constexpr std::string_view kGzipHead("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10);

class BitWriter {
 public:
  void Bits(uint32_t value, int count) {
    for (int i = 0; i < count; ++i) Bit(value >> i & 1);
  }
  // Huffman codes are packed from their most significant bit.
  void Code(uint32_t code, int count) {
    for (int i = count - 1; i >= 0; --i) Bit(code >> i & 1);
  }
  std::string Take() {
    while (used_ != 0) Bit(0);
    return std::move(bytes_);
  }

 private:
  void Bit(uint32_t bit) {
    if (used_ == 0) bytes_ += '\0';
    bytes_.back() = static_cast<char>(static_cast<unsigned char>(bytes_.back()) | bit << used_);
    used_ = (used_ + 1) % 8;
  }
  std::string bytes_;
  int used_ = 0;
};

uint32_t Crc32(std::string_view bytes) {
  uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (0xedb88320 & (0u - (crc & 1)));
  }
  return ~crc;
}

void AppendLittle(std::string& out, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

}  // namespace

std::string GzipOfZeros(size_t blocks) {
  BitWriter out;
  for (size_t block = 0; block < blocks; ++block) {
    out.Bits(block + 1 == blocks ? 1 : 0, 1);
    out.Bits(1, 2);     // fixed Huffman
    out.Code(0x30, 8);  // literal 0
    for (int i = 0; i < 254; ++i) {
      out.Code(0xC5, 8);  // length 258 (symbol 285)
      out.Code(0, 5);     // distance 1
    }
    // 1 + 254 * 258 = 65,533; two more.
    out.Code(0x30, 8);
    out.Code(0x30, 8);
    out.Code(0, 7);  // end of block
  }
  std::string gzip(kGzipHead);
  gzip += out.Take();
  const size_t size = blocks * 65'535;
  AppendLittle(gzip, blocks == 1 ? Crc32(std::string(size, '\0')) : 0, 4);
  AppendLittle(gzip, static_cast<uint32_t>(size), 4);
  return gzip;
}

std::string StoredGzip(std::string_view bytes, uint32_t checksum_error) {
  constexpr size_t kMaxStored = 65'535;
  std::string gzip(kGzipHead);
  for (size_t begin = 0;; begin += kMaxStored) {
    const std::string_view piece = bytes.substr(std::min(begin, bytes.size()), kMaxStored);
    const bool last = begin + kMaxStored >= bytes.size();
    gzip += last ? '\x01' : '\x00';
    AppendLittle(gzip, static_cast<uint32_t>(piece.size()), 2);
    AppendLittle(gzip, ~static_cast<uint32_t>(piece.size()) & 0xffff, 2);
    gzip += piece;
    if (last) break;
  }
  AppendLittle(gzip, Crc32(bytes) + checksum_error, 4);
  AppendLittle(gzip, static_cast<uint32_t>(bytes.size()), 4);
  return gzip;
}

}  // namespace gasht
