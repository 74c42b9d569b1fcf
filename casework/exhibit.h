#pragma once

// An exhibit: one capture as WARC records, honest about what each block is. docs/bundle.md, "Archive", is the
// contract. Plain values and pure functions.
//
// The store keeps both heads as they were received, and the body after transfer coding was undone; content coding
// is kept (Capture::content_coding), but for captures of older versions. A response record's block is head and body
// as received where they were sent without transfer coding ("WARC-Gasht-Block: as-received"). Otherwise ("decoded")
// the body is the stored one, the head's Transfer-Encoding and Content-Length lines, and Content-Encoding where that
// coding was undone, are renamed X-Gasht-Received-..., a Content-Length that fits is added, and the head as received
// stands in the metadata record.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "casework/warc.h"
#include "model/capture.h"

namespace gasht {

// Were head and body stored exactly as they came?
bool IsAsReceived(const Capture& capture);
// The head of the response record's block.
std::string BlockHead(const Capture& capture);

// A payload that is in the archive already: a later capture of the same bytes becomes a revisit of it.
struct EarlierPayload {
  std::string record_id, url;
  UtcTime at;
  CaptureId capture;
};

struct ExhibitInput {
  const Capture* capture = nullptr;
  std::string_view body;    // as stored (Store::GetReceivedBody); empty when there is none
  Digest manifest_sha256;   // of the record as it was committed to
  uint64_t leaf = 0;        // of the custody log
  std::string_view bundle;  // its id: makes record ids its own
  std::optional<EarlierPayload> earlier;
};

// Request, response or revisit, and metadata, in that order; the middle one is missing where nothing
// came back, the first where nothing was sent. REQUIRES: capture is set.
std::vector<WarcRecord> ExhibitRecords(const ExhibitInput& input);

// The record id that ExhibitRecords gives to the response of a capture.
std::string ResponseRecordId(std::string_view bundle, CaptureId capture);

// First record of every file.
struct WarcInfo {
  std::string filename, software, bundle, agency;
  UtcTime at;
};
WarcRecord WarcInfoRecord(const WarcInfo& info);

}  // namespace gasht
