#pragma once

// Forums: posts and thread lists of phpBB, SMF, XenForo, vBulletin, MyBB, Invision and Discourse, each an adapter of
// selectors. Thread-safe free functions over one parsed page.

#include "extract/html.h"
#include "extract/telegram.h"
#include "extract/written_time.h"

namespace gasht {

// Messages of a thread page (kind post); of a board, its threads as listings of kind post. `fetched_at` resolves
// "2 days ago".
MessagePage ReadForum(const ParsedPage& page, UtcTime fetched_at, size_t max_messages);

}  // namespace gasht
