#pragma once

// Forums: posts and thread lists of phpBB, SMF, XenForo, vBulletin, MyBB, Invision and Discourse; pastes: Pastebin,
// rentry, dpaste, Stikked. Each an adapter of selectors. Thread-safe free functions over one parsed page.

#include "extract/html.h"
#include "extract/telegram.h"
#include "extract/written_time.h"

namespace gasht {

// Messages of a thread page (kind post); of a board, its threads as listings of kind post. `fetched_at` resolves
// "2 days ago".
MessagePage ReadForum(const ParsedPage& page, UtcTime fetched_at, size_t max_messages);

// The one text of a paste's page: a message, and a listing of kind post.
MessagePage ReadPaste(const ParsedPage& page, UtcTime fetched_at);
// A paste that only who has its key can read (PrivateBin): the page says nothing, which is not the same as clean.
bool IsSealedPaste(const ParsedPage& page);

}  // namespace gasht
