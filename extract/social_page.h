#pragma once

// Public pages of social networks and messengers, from what they tell other sites' previews (Open Graph): WhatsApp
// invitations, Instagram, Facebook, X, TikTok, Snapchat. Their own words are drawn by scripts; these are in the markup.
// Thread-safe free functions over one parsed page.

#include <optional>

#include "extract/html.h"
#include "extract/telegram.h"

namespace gasht {

// A profile or group (kind profile, with its counts as facts) or one post (a message and its listing). Empty when the
// page's address is of no such site or it tells nothing.
MessagePage ReadSocialPage(const ParsedPage& page, UtcTime fetched_at);

}  // namespace gasht
