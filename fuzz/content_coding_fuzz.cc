// The codings of a response's body: never more than asked for, and the same in any pieces.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>

#include "base/content_coding.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr std::string_view kCodings[] = {"gzip", "deflate", "gzip, gzip", "deflate, gzip"};
  constexpr size_t kLimit = 100'000;
  if (size < 2) return 0;
  const std::string_view coding = kCodings[data[0] % std::size(kCodings)];
  const size_t piece = 1 + data[1];
  const std::string_view coded(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string whole = gasht::DecodeContent(coding, coded, kLimit);
  if (whole.size() > kLimit) std::abort();
  gasht::ContentDecoder decoder(coding);
  std::string plain;
  for (size_t at = 0; at < coded.size(); at += piece) decoder.Decode(coded.substr(at, piece), kLimit, plain);
  if (plain != whole) std::abort();
  return 0;
}
