#include "store/listing_rows.h"

#include <limits>
#include <utility>

#include "model/codec.h"

namespace gasht {
namespace {

Status NotOne(Family family, std::string_view key) {
  return Status::DataLoss(RowName(family, key) + " is not under a key of its kind");
}

// Puts what stands in front of a key's last `tail` bytes, "SOURCE 0 LISTING", into both.
bool ParseListing(std::string_view key, size_t tail, SourceId& source, ListingId& id) {
  const size_t zero = key.find('\0');
  if (zero == std::string_view::npos || key.size() < zero + 1 + tail) return false;
  source = {std::string(key.substr(0, zero))};
  id = {std::string(key.substr(zero + 1, key.size() - tail - zero - 1))};
  return IsValidSourceId(source.value) && IsValidListingId(id.value);
}

}  // namespace

std::string ListingRow(StoredListing listing) {
  listing.id = {};
  listing.source = {};
  listing.listing.id.clear();
  listing.last_seen = {};
  if (listing.last_capture == listing.last_run) listing.last_capture = {};
  return SealRecord(Encode(listing));
}

std::string LookRow(Observation look) {
  for (CaptureId& again : look.again) again.value -= look.capture.value;
  look.capture = {};
  look.listing_id = {};
  return SealRecord(Encode(look));
}

Result<StoredListing> DecodeListingRow(std::string_view key, std::string_view value) {
  GASHT_ASSIGN_OR_RETURN(StoredListing listing,
                         DecodeRow(Family::kListing, key, value, &DecodeStoredListing));
  if (!ParseListing(key, 0, listing.source, listing.id)) return NotOne(Family::kListing, key);
  listing.listing.id = listing.id.value;
  if (listing.last_capture == CaptureId()) listing.last_capture = listing.last_run;
  return listing;
}

Result<Observation> DecodeLookRow(std::string_view key, std::string_view value) {
  GASHT_ASSIGN_OR_RETURN(Observation look, DecodeRow(Family::kObservation, key, value, &DecodeObservation));
  SourceId source;
  if (!ParseListing(key, sizeof(uint64_t), source, look.listing_id)) return NotOne(Family::kObservation, key);
  if (look.capture != CaptureId()) return look;
  look.capture = {ReadBe64(key.substr(key.size() - sizeof(uint64_t)))};
  for (CaptureId& again : look.again) {
    if (again.value > std::numeric_limits<uint64_t>::max() - look.capture.value)
      return NotOne(Family::kObservation, key);
    again.value += look.capture.value;
  }
  return look;
}

}  // namespace gasht
