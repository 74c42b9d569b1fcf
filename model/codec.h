#pragma once

// codec: nouns as stored and wire records (protobuf, model/gasht.proto), and back.
//
// Encoding cannot fail and is deterministic: equal values give equal bytes. Text that is not UTF-8 is written
// with U+FFFD in place of each invalid byte, because a record that could not be read back would be lost
// evidence.
//
// Decoding is strict, for stored bytes rot and wire bytes come from a process that parsed the world: a
// missing or unknown enum number, a broken id or digest, a span that ends before it begins, text that is not
// UTF-8 or a record over 64 MiB is DataLoss, and the message names the record and the field. Fields with a
// number that nobody knows are ignored. Thread-safe free functions.

#include <string>
#include <string_view>

#include "base/status.h"
#include "model/capture.h"
#include "model/crawl_state.h"
#include "model/custody.h"
#include "model/finding.h"
#include "model/frontier.h"
#include "model/listing.h"
#include "model/page_analysis.h"
#include "model/stored_listing.h"
#include "model/wire.h"

namespace gasht {

std::string Encode(const Capture& capture);
std::string Encode(const Listing& listing);
std::string Encode(const Message& message);
std::string Encode(const Identifier& identifier);
std::string Encode(const Finding& finding);
std::string Encode(const Observation& observation);
std::string Encode(const Review& review);
std::string Encode(const Alert& alert);
std::string Encode(const FrontierEntry& entry);
std::string Encode(const SourceStats& stats);
std::string Encode(const RobotsState& robots);
std::string Encode(const OperatorState& state);
std::string Encode(const Candidate& candidate);
std::string Encode(const MirrorListState& state);
std::string Encode(const CrawlGap& gap);
std::string Encode(const StoredListing& listing);
std::string Encode(const CustodyLeaf& leaf);
std::string Encode(const PageAnalysis& analysis);
// For its digest.
std::string Encode(const ExtractionProfile& profile);
// Headers of frames. A FetchResult goes without its body, which is the frame's.
std::string Encode(const AnalysisSetup& setup);
std::string Encode(const AnalysisRequest& request);
std::string Encode(const AnalysisReply& reply);
std::string Encode(const ChildReady& ready);
std::string Encode(const FetchSetup& setup);
std::string Encode(const FetchOrder& order);
std::string Encode(const FetchResult& result);

Result<Capture> DecodeCapture(std::string_view bytes);
Result<Listing> DecodeListing(std::string_view bytes);
Result<Message> DecodeMessage(std::string_view bytes);
Result<Identifier> DecodeIdentifier(std::string_view bytes);
Result<Finding> DecodeFinding(std::string_view bytes);
Result<Observation> DecodeObservation(std::string_view bytes);
Result<Review> DecodeReview(std::string_view bytes);
Result<Alert> DecodeAlert(std::string_view bytes);
Result<FrontierEntry> DecodeFrontierEntry(std::string_view bytes);
Result<SourceStats> DecodeSourceStats(std::string_view bytes);
Result<RobotsState> DecodeRobotsState(std::string_view bytes);
Result<OperatorState> DecodeOperatorState(std::string_view bytes);
Result<Candidate> DecodeCandidate(std::string_view bytes);
Result<MirrorListState> DecodeMirrorListState(std::string_view bytes);
Result<CrawlGap> DecodeCrawlGap(std::string_view bytes);
Result<StoredListing> DecodeStoredListing(std::string_view bytes);
Result<CustodyLeaf> DecodeCustodyLeaf(std::string_view bytes);
// Also checks what CheckPageAnalysis (model/page_analysis.h) checks.
Result<PageAnalysis> DecodePageAnalysis(std::string_view bytes);
Result<AnalysisSetup> DecodeAnalysisSetup(std::string_view bytes);
Result<AnalysisRequest> DecodeAnalysisRequest(std::string_view bytes);
Result<AnalysisReply> DecodeAnalysisReply(std::string_view bytes);
Result<ChildReady> DecodeChildReady(std::string_view bytes);
Result<FetchSetup> DecodeFetchSetup(std::string_view bytes);
Result<FetchOrder> DecodeFetchOrder(std::string_view bytes);
Result<FetchResult> DecodeFetchResult(std::string_view bytes);

}  // namespace gasht
