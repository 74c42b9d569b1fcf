#pragma once

// PageAnalysis: everything that was understood of one capture. A pure function of the captured bytes and the
// context (profile, rules, limits); it may come back from a sandboxed child and is then hostile input itself.

#include <string>
#include <vector>

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
};

}  // namespace gasht
