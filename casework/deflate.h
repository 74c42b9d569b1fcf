#pragma once

// Deflate in its two wrappings: gzip members (WARC, RFC 1952) and the bare stream of ZIP (RFC 1951). Each
// object is confined to one thread and used again and again without new memory. Unpacking is bounded by the
// caller; what does not unpack is DataLoss.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/status.h"

namespace gasht {

enum class DeflateWrap { kGzip, kBare };

class Deflater {
 public:
  explicit Deflater(DeflateWrap wrap);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  // Appends the packed form of `bytes` to `out`; `last` ends the member, and the next call begins another.
  struct Piece {
    std::string_view bytes;
    bool last = false;
  };
  void Pack(Piece piece, std::string& out);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

class Inflater {
 public:
  explicit Inflater(DeflateWrap wrap);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  struct Step {
    size_t consumed = 0;  // of the input
    bool ended = false;   // the member is complete; the next call begins another
  };
  // Unpacks some of `packed`, appending at most `max_bytes` to `out`.
  Result<Step> Unpack(std::string_view packed, size_t max_bytes, std::string& out);

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

// As in ZIP and gzip; `before` is the value so far, 0 at the start.
uint32_t Crc32(uint32_t before, std::string_view bytes);

}  // namespace gasht
