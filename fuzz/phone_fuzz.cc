// Telephone numbers in any text: every one found is E.164 and stands where it says.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "extract/phone.h"
#include "text/numerals.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string text = ReplaceInvalidUtf8(bytes);
  const NumeralText numerals(text);
  size_t last = 0;
  for (const FoundPhone& found : FindPhones(numerals.text(), 1000)) {
    if (found.begin < last || found.begin >= found.end || found.end > numerals.text().size()) std::abort();
    if (found.e164.size() < 7 || found.e164[0] != '+') std::abort();
    last = found.end;
  }
  (void)PhoneToE164(text);
  return 0;
}
