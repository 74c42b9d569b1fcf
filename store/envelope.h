#pragma once

// Envelope: what stands in front of every stored record and body: how it is coded, what it is a delta of, which key
// seals it. docs/storage-format.md, "Envelope". Plain value; free functions.
//
// Decoding is strict: a version, codec, reference or key that this build does not write is DataLoss, never
// skipped.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"

namespace gasht {

enum class EnvelopeCodec : uint8_t {
  kNone = 0,
  kZstd = 1,
  kZstdDelta = 2,    // zstd with the body of capture `ref` as its prefix
  kDestroyed = 255,  // lawfully: the payload is the be64 index of the leaf that says so
};

struct Envelope {
  static constexpr uint8_t kVersion = 1;
  static constexpr size_t kHeaderBytes = 18;

  EnvelopeCodec codec = EnvelopeCodec::kNone;
  // The capture whose body this one is a delta of; 0: whole.
  uint64_t ref = 0;
  // The key that seals the payload; 0: not sealed.
  uint64_t key = 0;
  std::string_view payload;  // a view into what was decoded
};

// The header alone: what a sealed payload is bound to.
std::string EnvelopeHeader(EnvelopeCodec codec, uint64_t ref, uint64_t key);
// A record as it is, neither compressed nor sealed.
std::string SealRecord(std::string_view payload);
// What is left of a destroyed record.
std::string DestroyedRecord(uint64_t leaf);

// The payload stays a view into `bytes`.
Result<Envelope> OpenEnvelope(std::string_view bytes);
// The same of a record, which is never compressed or sealed; NotFound when it was destroyed.
Result<Envelope> OpenRecord(std::string_view bytes);

}  // namespace gasht
