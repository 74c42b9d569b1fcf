#pragma once

// Envelope: what stands in front of every stored record, so that compression, deltas and encryption can come
// without a new layout. docs/storage-format.md, "Envelope". Plain value; free functions.
//
// Decoding is strict: a version, codec, reference or key that this build does not write is DataLoss, never
// skipped.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace gasht {

enum class EnvelopeCodec : uint8_t { kNone = 0 };  // 1: zstd, reserved

struct Envelope {
  static constexpr uint8_t kVersion = 1;
  static constexpr size_t kHeaderBytes = 18;

  EnvelopeCodec codec = EnvelopeCodec::kNone;
  // The capture whose payload this one is a delta of; 0: whole.
  uint64_t ref = 0;
  // The key that seals the payload; 0: not sealed.
  uint64_t key = 0;
  std::string_view payload;  // a view into what was decoded
};

// A record as it is, neither compressed nor sealed.
std::string SealRecord(std::string_view payload);

// The payload stays a view into `bytes`.
Result<Envelope> OpenEnvelope(std::string_view bytes);

}  // namespace gasht
