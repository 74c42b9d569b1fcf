#pragma once

// PageAnalysis: everything that was understood of one capture. A pure function of the captured bytes and the
// context (profile, rules, limits); it may come back from a sandboxed child and is then hostile input itself.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/crawl_state.h"
#include "model/document.h"
#include "model/finding.h"
#include "model/listing.h"

namespace gasht {

struct PageAnalysis {
  Document document;
  std::vector<Listing> listings;
  std::vector<Message> messages;
  std::vector<Identifier> identifiers;  // of the page's text
  std::vector<MatchCandidate> candidates;
  // Of a robots.txt (AnalysisKind::kRobots), for the visitor that gasht is.
  RobotsRules robots;
  // Of a list of addresses (AnalysisKind::kMirrorList).
  std::optional<SignedList> signed_list;
  friend bool operator==(const PageAnalysis&, const PageAnalysis&) = default;
};

// The string that the path `field` of a match or an identifier names: "text", "main_text", "title", "url",
// "listings/N/title|vendor|category|url|site_id|ships_from|ships_to", "messages/N/text|author",
// "links/N/text|url". Nothing when there is no such string. The view lives as long as `analysis`.
std::optional<std::string_view> FindField(const PageAnalysis& analysis, std::string_view field);
// The same within one listing: "title", "vendor", ...
std::optional<std::string_view> FindField(const Listing& listing, std::string_view name);

// Every span lies inside the string it points into and on its code-point boundaries, every match's text is
// the slice it points at, every candidate names a listing that exists and scores 0-100. InvalidArgument with
// the first that does not.
Status CheckPageAnalysis(const PageAnalysis& analysis);

}  // namespace gasht
