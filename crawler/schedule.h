#pragma once

// The schedule: when a page is looked at again, and which of its links become pages. Pure functions: the same entry, capture
// and time give the same answer, so that the schedule can be tested, replayed and explained. Thread-safe.

#include <string_view>
#include <vector>

#include "base/clock.h"
#include "crawler/scope.h"
#include "model/capture.h"
#include "model/frontier.h"
#include "model/page_analysis.h"
#include "model/source.h"

namespace gasht {

// How Capture::detail begins when the page itself (not a redirect) is outside the scope.
inline constexpr std::string_view kOutOfScope = "out of scope";

// The page's row after `capture`, an attempt at it:
//   seen             due after the source's interval, a little earlier or later so that pages spread out
//   failed           back-off by cause, doubled with each failure in a row up to a cap of that cause
//   404 or 410       gone when it was so the last time too; a seed only waits for the longest interval
//   a person needed  held: log-in wall, 401, onion client authorization
//   our own rule     refused: media type, out of scope (a seed waits for the longest interval)
//   our own outage   unchanged, as after a cancelled attempt: it says nothing of the page
// The store writer fills last_capture.
FrontierEntry NextVisit(const Source& source, const FrontierEntry& before, const Capture& capture,
                        UtcTime now);

// The source's seeds, due now.
std::vector<FrontierEntry> SeedEntries(const Source& source, UtcTime now);

// The links of a page that the source's scope and depth admit, each page once, in the order of the page; at most
// kMaxOutlinks out of the first kMaxLinksRead different ones. The page was reached as `from`. Links that the page
// itself lists as offers come before lists of offers, and those before the rest. The store writer fills found_on
// and leaves out what is known.
inline constexpr size_t kMaxOutlinks = 5'000;
inline constexpr size_t kMaxLinksRead = 20'000;
std::vector<FrontierEntry> AdmitOutlinks(const Source& source, const Scope& scope,
                                         const PageAnalysis& analysis, const FrontierEntry& from,
                                         UtcTime now);

// A guess from its address and words that a link leads to the next page of a list, or to a list.
bool LooksLikeIndex(const Url& url, std::string_view link_text);

}  // namespace gasht
