#pragma once

// A chat as WhatsApp exports it: lines that begin with a time and an author, in the form of the telephone's language
// ("12/31/23, 11:59 PM - Ali: text", "[31.12.2023, 23:59:58] Ali: text", Arabic and Urdu figures, marks of direction).
//
// The times are the telephone's own, without a zone: they are kept as written and `time` stays undecided. Thread-safe
// free functions, linear in the text; nothing fails.

#include <cstddef>
#include <string_view>
#include <vector>

#include "extract/telegram.h"
#include "model/document.h"

namespace gasht {

// Whether one of the first lines begins as a message does.
bool LooksLikeWhatsapp(std::string_view utf8);

// The chat in pieces that each begin at a message (the first one wherever the text begins) and hold at most
// `max_messages` and, as far as one message does not hold more, `max_bytes`. Together they are the whole text.
std::vector<Span> SplitWhatsapp(std::string_view utf8, size_t max_bytes, size_t max_messages);

// Every message; the listings' spans and the identifiers of authors point into `utf8`. What the program itself wrote
// (who joined, that it is encrypted) is no message; pictures and recordings are counted. A message's id is made of its
// time, author and words, so that a later export of the same chat names it alike.
MessagePage ReadWhatsapp(std::string_view utf8, size_t max_messages);

}  // namespace gasht
