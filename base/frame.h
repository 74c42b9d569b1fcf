#pragma once

// Frame: one message between two of our processes over a stream socket: a header (a small record) and a body
// (bytes that nobody on the way reads).
//
//   bytes 0-3  size of the header, little endian    bytes 4-7  size of the body    header    body
//
// What comes back from a child is hostile: sizes over the limits are DataLoss, and memory is taken as bytes
// arrive, never as they are announced. Every wait has a deadline. A FrameReader is confined to one thread; the
// functions are free.

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"

namespace gasht {

struct Frame {
  std::string header;
  std::string body;
};

struct FrameLimits {
  size_t max_header_bytes = 1u << 20;
  size_t max_body_bytes = 16u << 20;
};

inline constexpr size_t kFramePrefixBytes = 8;

// The first bytes of a frame. REQUIRES: both sizes fit 32 bits.
std::array<char, kFramePrefixBytes> FramePrefix(size_t header_bytes, size_t body_bytes);

// Puts frames together from whatever pieces arrive.
class FrameReader {
 public:
  explicit FrameReader(FrameLimits limits) : limits_(limits) {}

  // Where the next bytes belong; never empty before the frame is whole.
  std::span<char> Room();
  // `count` bytes were written to Room(). DataLoss: what comes is not a frame, and nothing after it can be read.
  Status Filled(size_t count);
  // The frame that is whole now, once; the reader then waits for the next.
  std::optional<Frame> Take();

  // Reads what is there without waiting, up to one frame. Nothing: not whole yet. Unavailable: the other side
  // has gone.
  Result<std::optional<Frame>> ReadAvailable(int fd);

 private:
  std::string* Part();

  const FrameLimits limits_;
  std::array<char, kFramePrefixBytes> prefix_{};
  size_t prefix_filled_ = 0;
  size_t header_bytes_ = 0, body_bytes_ = 0;  // as announced
  // Of the part that is being filled; its string may be longer, as room.
  size_t filled_ = 0;
  bool header_whole_ = false;
  Frame frame_;
};

// Sends one frame, waiting at most `timeout` in all. Unavailable: the other side has gone;
// ResourceExhausted: it did not take it in time.
Status SendFrame(int fd, std::string_view header, std::string_view body, std::chrono::milliseconds timeout);

// Waits at most `timeout` for the next frame: ResourceExhausted when there is none by then. `timeout` below
// zero waits for ever.
Result<Frame> ReceiveFrame(int fd, FrameReader& reader, std::chrono::milliseconds timeout);

}  // namespace gasht
