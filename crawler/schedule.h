#pragma once

// The schedule: when a page is looked at again, and which of its links become pages. Pure functions: the same entry, capture
// and time give the same answer, so that the schedule can be tested, replayed and explained. Thread-safe.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "crawler/scope.h"
#include "model/capture.h"
#include "model/crawl_state.h"
#include "model/frontier.h"
#include "model/page_analysis.h"
#include "model/source.h"

namespace gasht {

// How Capture::detail begins when the page itself (not a redirect) is outside the scope.
inline constexpr std::string_view kOutOfScope = "out of scope";

// The source under which pages outside every source are filed that a person asked for (gasht capture). Never configured,
// always through Tor, one page at a time.
inline constexpr std::string_view kTipsSource = "tips";

// What is known of an attempt beside its capture.
struct VisitFacts {
  // Of what the page offers (SignatureOf); none: it was not read.
  Digest signature;
  // The address failed and the source has others: the next one is tried at once.
  bool other_address = false;
};

// Change is measured on what is offered, or on the words where nothing is: never on raw bytes, which change with every
// counter and clock.
Digest SignatureOf(const PageAnalysis& analysis);

// The round of the source at `t` (model/crawl_state.h); never 0.
uint64_t RoundOf(const Source& source, UtcTime t);

// The page's row after `capture`, an attempt at it:
//   seen             due after its interval: half as long after a change, half as long again without one, between the
//                    source's bounds; a little earlier or later so that pages spread out; within the source's hours.
//                    A watched page keeps the review's interval
//   failed           back-off by cause, doubled with each failure in a row up to a cap of that cause; what Retry-After
//                    asks, when it asks
//   404 or 410       gone when it was so the last time too; a seed only waits for the longest interval
//   a person needed  held: log-in wall, 401, onion client authorization
//   our own rule     refused: media type, out of scope (a seed waits for the longest interval)
//   our own outage   unchanged, as after a cancelled attempt: it says nothing of the page
// Walls (captcha, queue, log-in, ISP block) count as what they are whatever the HTTP status beside them says.
// The store writer fills last_capture and body_capture.
FrontierEntry NextVisit(const Source& source, const FrontierEntry& before, const Capture& capture,
                        UtcTime now, const VisitFacts& facts = {});

// The page answered with what it is for; nothing else counts as seen.
bool IsSeenAsContent(const FrontierEntry& before, const Capture& capture);

// A wall that is likely to stand before the source's other pages too.
bool IsWall(PageClass page_class);

// The robots.txt of one of the source's addresses ("http://....onion"), due now; each has its own (RFC 9309 2.3).
std::optional<FrontierEntry> RobotsEntry(const Source& source, std::string_view origin, UtcTime now);
// The source's signed list of addresses, due now; nothing when it has none.
std::optional<FrontierEntry> MirrorListEntry(const Source& source, UtcTime now);
// Its page is where it is, and not at whichever address of the source is in use.
bool HasAddressOfItsOwn(const Source& source, const FrontierEntry& entry);

// The source's seeds, due now.
std::vector<FrontierEntry> SeedEntries(const Source& source, UtcTime now);

struct AdmittedLinks {
  std::vector<FrontierEntry> entries;
  // Links in scope that were not taken up, by why: "depth", "links_of_page".
  std::map<std::string, uint64_t> drops;
};

// The links of a page that the source's scope and depth admit, each page once, in the order of the page; at most
// kMaxOutlinks out of the first kMaxLinksRead different ones. A page that is no content has none. The page was reached as `from`. Links that the page
// itself lists as offers come before lists of offers, and those before the rest. The store writer fills found_on
// and leaves out what is known.
inline constexpr size_t kMaxOutlinks = 5'000;
inline constexpr size_t kMaxLinksRead = 20'000;
AdmittedLinks AdmitOutlinks(const Source& source, const Scope& scope, const PageAnalysis& analysis,
                            const FrontierEntry& from, UtcTime now);

// What a robots.txt says to the crawl after `capture`, an attempt at it; nothing when the attempt says nothing (our own
// outage). A file that once was there stays in force while its site cannot be reached (RFC 9309 2.3.1.4). `known` is what
// that address said before.
std::optional<RobotsState> RobotsAfter(const FrontierEntry& before, const Capture& capture,
                                       const PageAnalysis& analysis, const std::optional<RobotsState>& known);
// What a signed list was worth after `capture`, an attempt at it; nothing when there was nothing to read.
std::optional<MirrorListState> MirrorListAfter(const FrontierEntry& before, const Capture& capture,
                                               const PageAnalysis& analysis);
// The sitemaps that a robots.txt names and that the scope's hosts have. Where it names none, the usual place is tried, if the
// source says so.
std::vector<FrontierEntry> SitemapEntries(const Source& source, const Scope& scope, const RobotsState& robots,
                                          UtcTime now);

// A guess from its address and words that a link leads to the next page of a list, or to a list.
bool LooksLikeIndex(const Url& url, std::string_view link_text);

}  // namespace gasht
