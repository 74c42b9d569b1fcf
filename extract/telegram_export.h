#pragma once

// What Telegram Desktop exports: result.json (one chat, or all of them) and messages.html. Thread-safe free functions,
// linear, no recursion; a message that is broken costs only itself.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "extract/html.h"
#include "extract/telegram.h"
#include "model/document.h"

namespace gasht {

struct TelegramChat {
  std::string id, name, type;  // as written: "1234567890", "Some channel", "public_channel"
};

// A run of messages of one chat: `span` covers whole message objects and the commas between them.
struct TelegramPiece {
  TelegramChat chat;
  Span span;
};

bool LooksLikeTelegramJson(std::string_view json);

// The chats' messages in pieces of at most `max_messages` and, as far as one message is not longer, `max_bytes`.
std::vector<TelegramPiece> SplitTelegramJson(std::string_view json, size_t max_bytes, size_t max_messages);

// The messages of one piece. `text` becomes what a reader would see: the listings' spans point into it.
MessagePage ReadTelegramPiece(std::string_view piece, const TelegramChat& chat, size_t max_messages,
                              std::string& text, std::vector<Link>& links);

// messages.html: read from the page's tree like any adapter's page.
bool LooksLikeTelegramExport(const ParsedPage& page);
MessagePage ReadTelegramExport(const ParsedPage& page, size_t max_messages);

}  // namespace gasht
