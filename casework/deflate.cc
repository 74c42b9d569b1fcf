#include "casework/deflate.h"

#include <algorithm>
#include <cstdlib>

#include <zlib.h>

namespace gasht {
namespace {

constexpr size_t kChunk = size_t{64} << 10;
// Pages shrink to a fifth at level 3, at three times the speed of the default for a tenth more bytes.
constexpr int kLevel = 3;

int WindowBits(DeflateWrap wrap) {
  return wrap == DeflateWrap::kGzip ? MAX_WBITS + 16 : -MAX_WBITS;
}

Bytef* InputOf(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

}  // namespace

struct Deflater::Stream {
  z_stream z{};
};

Deflater::Deflater(DeflateWrap wrap) : stream_(std::make_unique<Stream>()) {
  // Fails only for want of memory.
  if (deflateInit2(&stream_->z, kLevel, Z_DEFLATED, WindowBits(wrap), 8, Z_DEFAULT_STRATEGY) != Z_OK)
    std::abort();
}

Deflater::~Deflater() {
  deflateEnd(&stream_->z);
}

void Deflater::Pack(Piece piece, std::string& out) {
  z_stream& z = stream_->z;
  z.next_in = InputOf(piece.bytes);
  z.avail_in = static_cast<uInt>(piece.bytes.size());
  int result = Z_OK;
  do {
    const size_t before = out.size();
    out.resize(before + kChunk);
    z.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    z.avail_out = kChunk;
    result = deflate(&z, piece.last ? Z_FINISH : Z_NO_FLUSH);
    out.resize(before + kChunk - z.avail_out);
  } while (z.avail_out == 0 || (piece.last && result != Z_STREAM_END));
  if (piece.last) deflateReset(&z);
}

struct Inflater::Stream {
  z_stream z{};
};

Inflater::Inflater(DeflateWrap wrap) : stream_(std::make_unique<Stream>()) {
  if (inflateInit2(&stream_->z, WindowBits(wrap)) != Z_OK) std::abort();
}

Inflater::~Inflater() {
  inflateEnd(&stream_->z);
}

Result<Inflater::Step> Inflater::Unpack(std::string_view packed, size_t max_bytes, std::string& out) {
  z_stream& z = stream_->z;
  z.next_in = InputOf(packed);
  z.avail_in = static_cast<uInt>(packed.size());
  size_t left = max_bytes;
  int result = Z_OK;
  while (left > 0) {
    const size_t room = std::min(left, kChunk);
    const size_t before = out.size();
    out.resize(before + room);
    z.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    z.avail_out = static_cast<uInt>(room);
    result = inflate(&z, Z_NO_FLUSH);
    const size_t made = room - z.avail_out;
    out.resize(before + made);
    left -= made;
    if (result != Z_OK || z.avail_in == 0) break;
  }
  const Step step{packed.size() - z.avail_in, result == Z_STREAM_END};
  if (step.ended) inflateReset(&z);
  if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) return step;
  return Status::DataLoss(std::string("the packed bytes are damaged: ") + (z.msg != nullptr ? z.msg : "?"));
}

uint32_t Crc32(uint32_t before, std::string_view bytes) {
  return static_cast<uint32_t>(crc32_z(before, InputOf(bytes), bytes.size()));
}

}  // namespace gasht
