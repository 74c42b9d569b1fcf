#pragma once

// Public pages of social networks and messengers: WhatsApp invitations and channels, Instagram, Facebook, X, TikTok,
// Snapchat. Read from what is in the markup (a timeline for telephones, an embedded post, the state that scripts are fed
// with), else from what they tell other sites' previews (Open Graph).
// Thread-safe free functions over one parsed page.

#include <optional>

#include "extract/html.h"
#include "extract/telegram.h"

namespace gasht {

// A profile or group (kind profile, with its counts as facts) or one post (a message and its listing). Empty when the
// page's address is of no such site or it tells nothing.
MessagePage ReadSocialPage(const ParsedPage& page, UtcTime fetched_at, size_t max_messages);

}  // namespace gasht
