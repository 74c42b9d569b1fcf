// Stored records: any bytes decode or are refused, and what decodes encodes and decodes again.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto capture = gasht::DecodeCapture(bytes);
      capture.ok() && !gasht::DecodeCapture(gasht::Encode(*capture)).ok())
    std::abort();
  if (const auto finding = gasht::DecodeFinding(bytes);
      finding.ok() && !gasht::DecodeFinding(gasht::Encode(*finding)).ok())
    std::abort();
  if (const auto analysis = gasht::DecodePageAnalysis(bytes);
      analysis.ok() && !gasht::DecodePageAnalysis(gasht::Encode(*analysis)).ok())
    std::abort();
  return 0;
}
