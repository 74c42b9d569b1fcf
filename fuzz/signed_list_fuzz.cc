// Any bytes as a list of addresses: what is believed stands in the text, and only under a good signature of the pinned key.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/url.h"
#include "extract/signed_list.h"

namespace {

// tests/fixtures/pgp/market.key: a target opens no file.
constexpr char kBlock[] =
    "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"
    "\n"
    "mDMEaVW5ABYJKwYBBAHaRw8BAQdAgCnTu+U3paY7lFLOwI9C6pGbjhVyEh4hS8Mk\n"
    "xjzWUuO0JVN5bnRoZXRpYyBtYXJrZXQgPG1hcmtldEBwZ3AuZXhhbXBsZT6IkAQT\n"
    "FggAOBYhBKails29MaZx7F19Aro8Z1V1I+I/BQJpVbkAAhsDBQsJCAcCBhUKCQgL\n"
    "AgQWAgMBAh4BAheAAAoJELo8Z1V1I+I/p8cBAJc+GRAAZuXREGwdYWPDLe0e56Zg\n"
    "QUf+jfxswlNy/7KhAQCgNsdUbRxdj7JlTXPHd+36vFSzybgsKfUJJ09S1IZtAw==\n"
    "=ACa0\n"
    "-----END PGP PUBLIC KEY BLOCK-----\n";
constexpr char kFingerprint[] = "A6A296CDBD31A671EC5D7D02BA3C67557523E23F";
constexpr gasht::UtcTime kNow{1'772'500'000'000'000};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view page(reinterpret_cast<const char*>(data), size);
  const SignedList list = ReadSignedList(page, {kFingerprint, kBlock}, kNow);
  if (list.origins.size() > kMaxSignedOrigins) std::abort();
  if (!list.origins.empty() && list.signer != kFingerprint) std::abort();
  for (const std::string& origin : list.origins) {
    const Result<Url> url = Url::Parse(origin);
    if (!url.ok() || CheckOnion(url->host()) != OnionCheck::kValid) std::abort();
  }
  // As a key it is refused or is the pinned one; it must not crash.
  CheckPinnedKey({kFingerprint, std::string(page)}, kNow).IgnoreError();
  return 0;
}
