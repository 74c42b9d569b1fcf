// What a child may send its core: any bytes are frames or are refused, whatever pieces they come in, and what is in
// them decodes or is refused. The first byte is the size of the pieces.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "base/frame.h"
#include "model/codec.h"

namespace {

constexpr gasht::FrameLimits kLimits{1 << 16, 1 << 20};

std::vector<gasht::Frame> FramesOf(std::string_view bytes, size_t piece) {
  std::vector<gasht::Frame> frames;
  gasht::FrameReader reader(kLimits);
  while (!bytes.empty()) {
    const std::span<char> room = reader.Room();
    if (room.empty()) std::abort();
    const size_t count = std::min({piece, bytes.size(), room.size()});
    std::memcpy(room.data(), bytes.data(), count);
    bytes.remove_prefix(count);
    if (!reader.Filled(count).ok()) break;
    if (std::optional<gasht::Frame> frame = reader.Take()) frames.push_back(std::move(*frame));
  }
  return frames;
}

template <typename Header>
void Decode(std::string_view bytes, gasht::Result<Header> (*decode)(std::string_view)) {
  const gasht::Result<Header> header = decode(bytes);
  if (header.ok() && !decode(gasht::Encode(*header)).ok()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::vector<gasht::Frame> frames = FramesOf(bytes, size_t{data[0]} + 1);
  const std::vector<gasht::Frame> whole = FramesOf(bytes, bytes.size() + 1);
  if (frames.size() != whole.size()) std::abort();
  for (size_t i = 0; i < frames.size(); ++i) {
    if (frames[i].header != whole[i].header || frames[i].body != whole[i].body) std::abort();
    Decode(frames[i].header, gasht::DecodeFetchResult);
    Decode(frames[i].header, gasht::DecodeFetchOrder);
    Decode(frames[i].header, gasht::DecodeAnalysisRequest);
    Decode(frames[i].header, gasht::DecodeAnalysisReply);
    Decode(frames[i].header, gasht::DecodeChildReady);
    Decode(frames[i].body, gasht::DecodeAnalysisSetup);
    Decode(frames[i].body, gasht::DecodeFetchSetup);
    Decode(frames[i].body, gasht::DecodePageAnalysis);
  }
  return 0;
}
