#pragma once

// FoldForIdentity: the form of a name or title that decides whether two adverts are the same one. Stored ids
// hang on it, so it never changes. Thread-safe.

#include <string>
#include <string_view>

namespace gasht {

// NFKC_Casefold (Unicode Standard Annex 31: compatibility forms and case are one, invisible characters go),
// then white space collapsed to single spaces and trimmed. Bytes that are not UTF-8 become U+FFFD.
std::string FoldForIdentity(std::string_view text);

}  // namespace gasht
