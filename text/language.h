#pragma once

// Language of a text as a BCP 47 tag: "en", "ur", "ur-Latn" (Roman Urdu), "ps", "sd", "pa-Arab", "ar", "fa", "hi", ...;
// "und" when it cannot be said.
//
// Scripts decide first, then the letters that only one language writes, then words; cld2 for the rest. Thread-safe,
// linear; at most kMaxBytes are looked at.

#include <cstddef>
#include <string>
#include <string_view>

namespace gasht {

constexpr size_t kMaxLanguageBytes = 32 << 10;

std::string DetectLanguage(std::string_view utf8);

// What a short block's own script and words say, without statistics; empty when they say nothing of their own.
std::string DetectBlockLanguage(std::string_view utf8);

}  // namespace gasht
