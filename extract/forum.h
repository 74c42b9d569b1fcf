#pragma once

// Forums: posts and thread lists of phpBB, SMF, XenForo, vBulletin, MyBB, Invision and Discourse, each an adapter of
// selectors. Thread-safe free functions over one parsed page.

#include "extract/html.h"
#include "extract/telegram.h"

namespace gasht {

// Messages of a thread page (kind post); of a board, its threads as listings of kind post. `fetched_at` resolves
// "2 days ago".
MessagePage ReadForum(const ParsedPage& page, UtcTime fetched_at, size_t max_messages);

// A time as forums write it ("2019-10-27 13:32", "Oct 27, 2019, 1:32 pm", "2 hours ago", "Yesterday, 13:32"), and how
// far it can be trusted: "stated", "assumed:UTC" or "undecided".
struct WrittenTime {
  std::optional<UtcTime> time;
  std::string basis = "undecided";
};
WrittenTime ParseWrittenTime(std::string_view text, UtcTime fetched_at);

}  // namespace gasht
