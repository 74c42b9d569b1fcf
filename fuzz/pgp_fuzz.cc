// Any bytes as an armoured key: a fingerprint has 40 or 64 digits.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "extract/pgp.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const std::string& text :
       {std::string(bytes), "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + std::string(bytes)}) {
    const auto fingerprint = PgpFingerprint(text);
    if (fingerprint && fingerprint->size() != 40 && fingerprint->size() != 64) std::abort();
  }
  return 0;
}
