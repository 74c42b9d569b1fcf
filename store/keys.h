#pragma once

// Keys of every column family. Numbers are big-endian, so that the order of bytes is the order of numbers; a
// source id ends with a zero byte, which no id contains. docs/storage-format.md is the contract. Plain free
// functions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/finding.h"
#include "model/frontier.h"
#include "model/ids.h"
#include "store/merkle.h"

namespace gasht {

void AppendBe64(uint64_t number, std::string& out);
// REQUIRES: bytes.size() >= 8.
uint64_t ReadBe64(std::string_view bytes);
// Times before 1970 sort first.
void AppendTime(UtcTime time, std::string& out);
UtcTime ReadTime(std::string_view bytes);

std::string NumberKey(uint64_t number);  // capture, custody_leaf
// Nothing when `key` is not 8 bytes.
std::optional<uint64_t> ParseNumberKey(std::string_view key);

std::string SourcePrefix(const SourceId& source);

std::string CaptureBySourceKey(const SourceId& source, CaptureId id);

std::string ListingKey(const SourceId& source, const ListingId& id);
std::string ObservationKey(const SourceId& source, const ListingId& id, CaptureId capture);

// Every finding has two rows: under its source, and under none ("") for the whole store. Higher levels first, then higher
// scores, then the most recently seen.
struct FindingIndexRow {
  Level level = Level::kInformational;
  int32_t score = 0;  // 0-255
  UtcTime last_seen;
  FindingId id;
  friend bool operator==(const FindingIndexRow&, const FindingIndexRow&) = default;
};
std::string FindingIndexKey(const SourceId& source_or_none, const FindingIndexRow& row);
std::string FindingIndexKey(const SourceId& source_or_none, const Finding& finding);
std::optional<FindingIndexRow> ParseFindingIndexKey(std::string_view key);

std::string ReviewKey(const FindingId& finding, uint64_t leaf);
// Ordinals from kFirstPlainAlert on are of alerts that no page raised, under the last capture before them.
std::string AlertKey(CaptureId capture, uint16_t ordinal);
inline constexpr uint16_t kFirstPlainAlert = 0x8000;
std::optional<uint16_t> ParseAlertOrdinal(std::string_view key);

// What the crawl keeps of a source: one row a facet, but of robots one for each address, whose origin follows. Gaps belong to
// no source.
enum class CrawlFacet : char { kStats = 's', kRobots = 'r', kOperator = 'o', kMirrorList = 'm' };
std::string CrawlStateKey(const SourceId& source, CrawlFacet facet, std::string_view origin = {});
std::string GapPrefix();
std::string GapKey(UtcTime from, std::string_view way);

std::string FrontierKey(const SourceId& source, const UrlKey& key);

struct ScheduleRow {
  UtcTime due;
  UrlKey key;
};
std::string SchedulePrefix(const SourceId& source, CrawlPriority priority);
std::string ScheduleKey(const FrontierEntry& entry);
// REQUIRES: `key` starts with a SchedulePrefix of `prefix_bytes` bytes. Nothing when the rest is not a row.
std::optional<ScheduleRow> ParseScheduleKey(std::string_view key, size_t prefix_bytes);

std::string NodeKey(const MerklePosition& position);

// payload_delta: the bodies that are deltas of a capture's, under it, each by the beginning of its id. Two of one base that
// begin alike are as likely as a broken disk that passes its checksum: ids are HMACs.
inline constexpr size_t kPayloadPrefixBytes = 8;
std::string PayloadDeltaKey(CaptureId base, const PayloadId& payload);

}  // namespace gasht
