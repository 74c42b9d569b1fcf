#pragma once

// The content codings of HTTP that are asked for (RFC 9110 section 8.4.1): gzip and deflate, also one inside the
// other. Hostile input: what is unpacked has a bound of the caller's, the depth one of ours, and what does not unpack
// is said and keeps what came out before it. The same bytes give the same result however they are cut into pieces.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gasht {

// As many as a response may have, one inside the other: libcurl's own limit.
inline constexpr size_t kMaxContentCodings = 5;

// A Content-Encoding list ("GZIP, deflate") in one spelling ("gzip, deflate"), in the order in which the codings were
// applied; empty for identity. Nothing: a coding that is not known here, or too many.
std::optional<std::string> NormalContentCoding(std::string_view list);

// Confined to one thread.
class ContentDecoder {
 public:
  // REQUIRES: `coding` is what NormalContentCoding gave, and not empty.
  explicit ContentDecoder(std::string_view coding);
  ~ContentDecoder();
  ContentDecoder(ContentDecoder&&) noexcept;
  ContentDecoder& operator=(ContentDecoder&&) noexcept;

  enum class State {
    kMore,    // all was taken, more may come
    kEnded,   // the content is complete; what follows it is passed over
    kFull,    // there is more than `max_bytes`
    kBroken,  // this is no such coding
  };
  // Appends to `out` what `piece` unpacks to, until `out` has `max_bytes`. After kFull or kBroken nothing changes any more.
  State Decode(std::string_view piece, size_t max_bytes, std::string& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The first `max_bytes` of what `coded` unpacks to.
std::string DecodeContent(std::string_view coding, std::string_view coded, size_t max_bytes);

}  // namespace gasht
