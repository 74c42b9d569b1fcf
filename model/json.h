#pragma once

// json: nouns as the JSON objects that gasht prints. docs/schema/*.schema.json is the contract; tests check
// every printed object against it.
//
// Unknown values are absent, never null: empty strings and empty nested lists are left out, the lists at the
// top of a scan or extract object are always there. Offsets inside gasht are bytes; printed ones are code
// points, half-open, into the string at `field` of the printed object. A span that does not fit its string is
// left out. Thread-safe free functions; nothing fails.

#include "base/json.h"
#include "model/capture.h"
#include "model/finding.h"
#include "model/listing.h"
#include "model/page_analysis.h"

namespace gasht {

// What `gasht scan` prints for one document; `id` is echoed. REQUIRES: every listing has its id.
Json ScanJson(const Json& id, const PageAnalysis& analysis);
// What `gasht scan` prints for a line it cannot read.
Json ScanErrorJson(const Json& id, std::string_view error);
// What `gasht extract` prints. REQUIRES: every listing has its id.
Json ExtractJson(const PageAnalysis& analysis);

// A stored finding. Only matches and identifiers written in the listing itself keep their offsets
// ("listing/title"): the page's text is not part of the object.
Json ToJson(const Finding& finding);

// Evidence: a capture without what the two sides sent in their heads, and with it (bytes that are not UTF-8
// print as U+FFFD; the stored bytes are the evidence).
Json ToJson(const Capture& capture);
Json ToJsonWithHeads(const Capture& capture);

// The history of a listing and of its finding, as `findings show` adds them to a stored finding.
Json ToJson(const Observation& observation);
Json ToJson(const Review& review);

Json ToJson(const Money& money);
Json ToJson(const Quantity& quantity);

}  // namespace gasht
