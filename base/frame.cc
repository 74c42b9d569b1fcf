#include "base/frame.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace gasht {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// Memory taken ahead of the bytes that fill it.
constexpr size_t kRoomBytes = 256u << 10;

uint32_t ReadSize(const char* bytes) {
  uint32_t size = 0;
  for (int i = 3; i >= 0; --i) size = size << 8 | static_cast<unsigned char>(bytes[i]);
  return size;
}

void WriteSize(char* bytes, size_t size) {
  for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>(size >> (8 * i) & 0xff);
}

Status Gone() {
  return Status::Unavailable("the other process has gone");
}

// Ok when `fd` is ready for `events` before the deadline.
Status WaitFor(int fd, short events, milliseconds timeout, Clock::time_point deadline) {
  for (;;) {
    int64_t left = -1;
    if (timeout.count() >= 0) {
      left =
          std::max<int64_t>(0, std::chrono::duration_cast<milliseconds>(deadline - Clock::now()).count() + 1);
      if (Clock::now() >= deadline) left = 0;
    }
    pollfd waiting{fd, events, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::min<int64_t>(left, 1 << 30)));
    if (ready > 0) return Status::Ok();
    if (ready == 0) return Status::ResourceExhausted("the other process took too long");
    if (errno != EINTR) return Status::Internal(fmt::format("poll: {}", std::strerror(errno)));
  }
}

}  // namespace

std::array<char, kFramePrefixBytes> FramePrefix(size_t header_bytes, size_t body_bytes) {
  assert(header_bytes <= UINT32_MAX && body_bytes <= UINT32_MAX);
  std::array<char, kFramePrefixBytes> prefix{};
  WriteSize(prefix.data(), header_bytes);
  WriteSize(prefix.data() + 4, body_bytes);
  return prefix;
}

// The part that takes bytes now; null while the prefix does, or when the frame is whole.
std::string* FrameReader::Part() {
  if (prefix_filled_ < kFramePrefixBytes) return nullptr;
  if (!header_whole_) return &frame_.header;
  return filled_ < body_bytes_ ? &frame_.body : nullptr;
}

std::span<char> FrameReader::Room() {
  if (prefix_filled_ < kFramePrefixBytes)
    return {prefix_.data() + prefix_filled_, kFramePrefixBytes - prefix_filled_};
  std::string* const part = Part();
  if (part == nullptr) return {};
  const size_t whole = header_whole_ ? body_bytes_ : header_bytes_;
  if (part->size() == filled_) part->resize(std::min(whole, std::max(filled_ + kRoomBytes, filled_ * 2)));
  return {part->data() + filled_, part->size() - filled_};
}

Status FrameReader::Filled(size_t count) {
  if (prefix_filled_ < kFramePrefixBytes) {
    prefix_filled_ += count;
    if (prefix_filled_ < kFramePrefixBytes) return Status::Ok();
    header_bytes_ = ReadSize(prefix_.data());
    body_bytes_ = ReadSize(prefix_.data() + 4);
    if (header_bytes_ > limits_.max_header_bytes || body_bytes_ > limits_.max_body_bytes)
      return Status::DataLoss(
          fmt::format("a frame announces {} and {} bytes, over its limits", header_bytes_, body_bytes_));
    header_whole_ = header_bytes_ == 0;
    filled_ = 0;
    return Status::Ok();
  }
  filled_ += count;
  if (!header_whole_ && filled_ == header_bytes_) {
    header_whole_ = true;
    filled_ = 0;
  }
  return Status::Ok();
}

std::optional<Frame> FrameReader::Take() {
  if (prefix_filled_ < kFramePrefixBytes || !header_whole_ || filled_ < body_bytes_) return std::nullopt;
  prefix_filled_ = 0;
  header_bytes_ = body_bytes_ = filled_ = 0;
  header_whole_ = false;
  return std::exchange(frame_, Frame());
}

Result<std::optional<Frame>> FrameReader::ReadAvailable(int fd) {
  for (;;) {
    const std::span<char> room = Room();
    const ssize_t count = recv(fd, room.data(), room.size(), MSG_DONTWAIT);
    if (count == 0) return Gone();
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return std::optional<Frame>();
      return Gone();
    }
    GASHT_RETURN_IF_ERROR(Filled(static_cast<size_t>(count)));
    if (std::optional<Frame> frame = Take()) return frame;
  }
}

Status SendFrame(int fd, std::string_view header, std::string_view body, milliseconds timeout) {
  const Clock::time_point deadline = Clock::now() + std::max(timeout, milliseconds(0));
  std::array<char, kFramePrefixBytes> prefix = FramePrefix(header.size(), body.size());
  std::array<std::string_view, 3> parts = {std::string_view(prefix.data(), prefix.size()), header, body};
  size_t first = 0;
  while (first < parts.size()) {
    std::array<iovec, 3> pieces{};
    size_t count = 0;
    for (size_t i = first; i < parts.size(); ++i)
      pieces[count++] = {const_cast<char*>(parts[i].data()), parts[i].size()};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = count;
    ssize_t sent = sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN && errno != EWOULDBLOCK) return Gone();
      GASHT_RETURN_IF_ERROR(WaitFor(fd, POLLOUT, timeout, deadline));
      continue;
    }
    while (first < parts.size() && static_cast<size_t>(sent) >= parts[first].size()) {
      sent -= static_cast<ssize_t>(parts[first].size());
      ++first;
    }
    if (first < parts.size()) parts[first].remove_prefix(static_cast<size_t>(sent));
  }
  return Status::Ok();
}

Result<Frame> ReceiveFrame(int fd, FrameReader& reader, milliseconds timeout) {
  const Clock::time_point deadline = Clock::now() + std::max(timeout, milliseconds(0));
  for (;;) {
    GASHT_ASSIGN_OR_RETURN(std::optional<Frame> frame, reader.ReadAvailable(fd));
    if (frame) return std::move(*frame);
    GASHT_RETURN_IF_ERROR(WaitFor(fd, POLLIN, timeout, deadline));
  }
}

}  // namespace gasht
