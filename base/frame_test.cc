#include "base/frame.h"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>

#include "base/child.h"

namespace gasht {
namespace {

using std::chrono::milliseconds;

std::string Wire(std::string_view header, std::string_view body) {
  const auto prefix = FramePrefix(header.size(), body.size());
  return std::string(prefix.data(), prefix.size()).append(header).append(body);
}

// Feeds `bytes` in pieces of `piece` bytes; the frames that came of it, or the first failure.
Result<std::vector<Frame>> Feed(FrameReader& reader, std::string_view bytes, size_t piece) {
  std::vector<Frame> frames;
  while (!bytes.empty()) {
    const std::span<char> room = reader.Room();
    EXPECT_FALSE(room.empty());
    const size_t count = std::min({piece, bytes.size(), room.size()});
    std::memcpy(room.data(), bytes.data(), count);
    bytes.remove_prefix(count);
    GASHT_RETURN_IF_ERROR(reader.Filled(count));
    if (std::optional<Frame> frame = reader.Take()) frames.push_back(std::move(*frame));
  }
  return frames;
}

TEST(FrameReader, PutsFramesTogetherFromAnyPieces) {
  const std::string large(700'000, 'x');
  const struct {
    std::string header, body;
  } cases[] = {{"", ""}, {"h", ""}, {"", "b"}, {"head", "body"}, {"head", large}, {large, "body"}};
  for (const auto& c : cases) {
    for (const size_t piece : {size_t{1}, size_t{3}, size_t{8}, size_t{4096}, size_t{1} << 20}) {
      if (piece < 8 && c.header.size() + c.body.size() > 1000) continue;
      FrameReader reader({1 << 20, 1 << 20});
      const auto frames = Feed(reader, Wire(c.header, c.body) + Wire("next", "one"), piece);
      ASSERT_TRUE(frames.ok()) << frames.status().message();
      ASSERT_EQ(frames->size(), 2u) << c.header.size() << "+" << c.body.size() << " by " << piece;
      EXPECT_TRUE((*frames)[0].header == c.header && (*frames)[0].body == c.body) << piece;
      EXPECT_EQ((*frames)[1].header, "next");
      EXPECT_EQ((*frames)[1].body, "one");
    }
  }
}

TEST(FrameReader, RefusesWhatIsOverItsLimitsBeforeTakingMemory) {
  const struct {
    size_t header, body;
  } cases[] = {{101, 0}, {0, 1001}, {UINT32_MAX, 0}, {0, UINT32_MAX}, {UINT32_MAX, UINT32_MAX}};
  for (const auto& c : cases) {
    FrameReader reader({100, 1000});
    const auto prefix = FramePrefix(c.header, c.body);
    const auto frames = Feed(reader, {prefix.data(), prefix.size()}, 8);
    ASSERT_FALSE(frames.ok()) << c.header << "+" << c.body;
    EXPECT_EQ(frames.status().code(), StatusCode::kDataLoss);
  }
  // What is announced and does not come takes no memory worth the name.
  FrameReader reader({1 << 20, size_t{1} << 31});
  const auto prefix = FramePrefix(0, size_t{1} << 31);
  ASSERT_TRUE(Feed(reader, {prefix.data(), prefix.size()}, 8).ok());
  EXPECT_LE(reader.Room().size(), 1u << 20);
}

TEST(FrameSocket, CarriesFramesThatAreLargerThanItsBuffers) {
  Result<SocketPair> sockets = MakeSocketPair();
  ASSERT_TRUE(sockets.ok());
  const std::string body(9 << 20, 'b');
  std::jthread sender([&] {
    EXPECT_TRUE(SendFrame(sockets->ours.get(), "one", body, milliseconds(10'000)).ok());
    EXPECT_TRUE(SendFrame(sockets->ours.get(), "two", "", milliseconds(10'000)).ok());
  });
  FrameReader reader({});
  const Result<Frame> one = ReceiveFrame(sockets->theirs.get(), reader, milliseconds(10'000));
  ASSERT_TRUE(one.ok()) << one.status().message();
  EXPECT_TRUE(one->header == "one" && one->body == body);
  const Result<Frame> two = ReceiveFrame(sockets->theirs.get(), reader, milliseconds(-1));
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(two->header, "two");
}

TEST(FrameSocket, SaysWhoIsLateAndWhoHasGone) {
  Result<SocketPair> sockets = MakeSocketPair();
  ASSERT_TRUE(sockets.ok());
  FrameReader reader({});
  EXPECT_EQ(ReceiveFrame(sockets->ours.get(), reader, milliseconds(1)).status().code(),
            StatusCode::kResourceExhausted);
  // Nobody reads the other end: its buffer is full at last.
  const std::string body(8 << 20, 'b');
  EXPECT_EQ(SendFrame(sockets->ours.get(), "", body, milliseconds(1)).code(), StatusCode::kResourceExhausted);
  sockets->theirs.Close();
  EXPECT_EQ(SendFrame(sockets->ours.get(), "", "b", milliseconds(1)).code(), StatusCode::kUnavailable);
  FrameReader other({});
  EXPECT_EQ(ReceiveFrame(sockets->ours.get(), other, milliseconds(1)).status().code(),
            StatusCode::kUnavailable);
}

TEST(FrameSocket, ASenderThatStopsHalfWayHasGone) {
  Result<SocketPair> sockets = MakeSocketPair();
  ASSERT_TRUE(sockets.ok());
  const std::string half = Wire("head", "body").substr(0, 10);
  ASSERT_EQ(send(sockets->theirs.get(), half.data(), half.size(), 0), 10);
  sockets->theirs.Close();
  FrameReader reader({});
  EXPECT_EQ(ReceiveFrame(sockets->ours.get(), reader, milliseconds(1000)).status().code(),
            StatusCode::kUnavailable);
}

}  // namespace
}  // namespace gasht
