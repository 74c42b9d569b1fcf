#include "text/identity.h"

#include <cstdlib>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>

#include "base/log.h"
#include "base/utf8.h"

namespace gasht {
namespace {

// ICU fails here only when its own data is missing or memory is out: an id made without folding would be
// wrong for ever, so the process ends instead.
[[noreturn]] void DieOfIcu(UErrorCode error) {
  Log(LogLevel::kError, "icu_failed", {{"error", Safe(u_errorName(error))}});
  std::abort();
}

std::string NfkcCasefold(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKCCasefoldInstance(error);
  if (U_FAILURE(error)) DieOfIcu(error);
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded, static_cast<int32_t>(text.size()));
  normalizer->normalizeUTF8(0, {text.data(), static_cast<int32_t>(text.size())}, sink, nullptr, error);
  if (U_FAILURE(error)) DieOfIcu(error);
  return folded;
}

}  // namespace

std::string FoldForIdentity(std::string_view text) {
  const std::string folded = NfkcCasefold(ReplaceInvalidUtf8(text));
  std::string out;
  bool space_before = false;
  for (size_t pos = 0; pos < folded.size();) {
    const char32_t code_point = NextCodePoint(folded, pos);
    if (u_isUWhiteSpace(static_cast<UChar32>(code_point))) {
      space_before = !out.empty();
      continue;
    }
    if (space_before) out += ' ';
    space_before = false;
    AppendUtf8(code_point, out);
  }
  return out;
}

}  // namespace gasht
