#pragma once

// One value of every stored noun, with every field set to something that is not its default: what round
// trips, golden records and printed objects are tested with. They fit together (spans point at what they
// say). Pure functions.

#include "model/capture.h"
#include "model/crawl_state.h"
#include "model/custody.h"
#include "model/finding.h"
#include "model/frontier.h"
#include "model/listing.h"
#include "model/page_analysis.h"
#include "model/stored_listing.h"

namespace gasht {

Capture FullCapture();
Listing FullListing();
Message FullMessage();
Identifier FullIdentifier();
MatchCandidate FullCandidate();
Finding FullFinding();
Observation FullObservation();
Review FullReview();
Alert FullAlert();
FrontierEntry FullFrontierEntry();
SourceStats FullSourceStats();
RobotsState FullRobotsState();
OperatorState FullOperatorState();
Candidate FullSourceCandidate();
CrawlGap FullCrawlGap();
MirrorListState FullMirrorListState();
StoredListing FullStoredListing();
CustodyLeaf FullCustodyLeaf();
// Holds FullListing, FullMessage, FullIdentifier and FullCandidate.
PageAnalysis FullPageAnalysis();

}  // namespace gasht
