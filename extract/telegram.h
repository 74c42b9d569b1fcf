#pragma once

// Telegram's public web preview (t.me/s/CHANNEL and single-message widgets): every message with id, author, time, text,
// views, reply and forward. Thread-safe free functions over one parsed page.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "extract/html.h"
#include "model/listing.h"

namespace gasht {

struct MessagePage {
  std::vector<Message> messages;
  // One for each message that has words: kind message (or post), span of its words.
  std::vector<Listing> listings;
  // Messages whose content is a picture, a video or a voice: what they say was not read.
  size_t unread_media = 0;
  bool empty() const { return messages.empty(); }
};

// A preview, a single message, or the page that invites into a channel, a group or a chat.
bool LooksLikeTelegram(const ParsedPage& page);
// The channel itself is the last listing (kind profile), with its counts as facts.
MessagePage ReadTelegram(const ParsedPage& page, size_t max_messages);

// "12.4K" is 12400.
std::optional<int64_t> ParseCount(std::string_view text);

}  // namespace gasht
