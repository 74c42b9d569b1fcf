#include "store/keys.h"

#include <algorithm>
#include <cassert>

namespace gasht {
namespace {

constexpr uint64_t kSignBit = uint64_t{1} << 63;

// "f-" and 16 hex digits.
constexpr size_t kFindingIdBytes = 18;

}  // namespace

void AppendBe64(uint64_t number, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xff);
}

uint64_t ReadBe64(std::string_view bytes) {
  assert(bytes.size() >= 8);
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i) number = number << 8 | static_cast<uint8_t>(bytes[i]);
  return number;
}

void AppendTime(UtcTime time, std::string& out) {
  AppendBe64(static_cast<uint64_t>(time.micros) ^ kSignBit, out);
}

UtcTime ReadTime(std::string_view bytes) {
  return {static_cast<int64_t>(ReadBe64(bytes) ^ kSignBit)};
}

std::string NumberKey(uint64_t number) {
  std::string key;
  AppendBe64(number, key);
  return key;
}

std::optional<uint64_t> ParseNumberKey(std::string_view key) {
  if (key.size() != 8) return std::nullopt;
  return ReadBe64(key);
}

std::string SourcePrefix(const SourceId& source) {
  std::string prefix = source.value;
  prefix += '\0';
  return prefix;
}

std::string CaptureBySourceKey(const SourceId& source, CaptureId id) {
  std::string key = SourcePrefix(source);
  AppendBe64(id.value, key);
  return key;
}

std::string ListingKey(const SourceId& source, const ListingId& id) {
  return SourcePrefix(source) + id.value;
}

std::string ObservationKey(const SourceId& source, const ListingId& id, CaptureId capture) {
  std::string key = ListingKey(source, id);
  AppendBe64(capture.value, key);
  return key;
}

std::string FindingIndexKey(const SourceId& source_or_none, const FindingIndexRow& row) {
  std::string key = SourcePrefix(source_or_none);
  key += static_cast<char>(0xff - static_cast<int>(row.level));
  key += static_cast<char>(0xff - std::clamp(row.score, 0, 0xff));
  AppendBe64(~(static_cast<uint64_t>(row.last_seen.micros) ^ kSignBit), key);
  key += row.id.value;
  return key;
}

std::string FindingIndexKey(const SourceId& source_or_none, const Finding& finding) {
  return FindingIndexKey(source_or_none,
                         {finding.match.level, finding.match.score, finding.last_seen, finding.id});
}

std::optional<FindingIndexRow> ParseFindingIndexKey(std::string_view key) {
  constexpr size_t kBehindSource = 1 + 1 + 8 + kFindingIdBytes;
  if (key.size() < 1 + kBehindSource) return std::nullopt;
  key.remove_prefix(key.size() - kBehindSource);
  FindingIndexRow row;
  const int level = 0xff - static_cast<uint8_t>(key[0]);
  if (level < static_cast<int>(Level::kInformational) || level > static_cast<int>(Level::kCritical))
    return std::nullopt;
  row.level = static_cast<Level>(level);
  row.score = 0xff - static_cast<uint8_t>(key[1]);
  row.last_seen = {static_cast<int64_t>(~ReadBe64(key.substr(2)) ^ kSignBit)};
  row.id.value = std::string(key.substr(2 + 8));
  if (!IsValidFindingId(row.id.value)) return std::nullopt;
  return row;
}

std::string ReviewKey(const FindingId& finding, uint64_t leaf) {
  std::string key = finding.value;
  AppendBe64(leaf, key);
  return key;
}

std::string AlertKey(CaptureId capture, uint16_t ordinal) {
  std::string key;
  AppendBe64(capture.value, key);
  key += static_cast<char>(ordinal >> 8);
  key += static_cast<char>(ordinal & 0xff);
  return key;
}

std::optional<uint16_t> ParseAlertOrdinal(std::string_view key) {
  if (key.size() != 10) return std::nullopt;
  return static_cast<uint16_t>(static_cast<unsigned char>(key[8]) << 8 | static_cast<unsigned char>(key[9]));
}

std::string CrawlStateKey(const SourceId& source, CrawlFacet facet, std::string_view origin) {
  std::string key = SourcePrefix(source);
  key += static_cast<char>(facet);
  key += origin;
  return key;
}

std::string GapPrefix() {
  return SourcePrefix(SourceId()) + "g";
}

std::string GapKey(UtcTime from, std::string_view way) {
  std::string key = GapPrefix();
  AppendTime(from, key);
  key += way;
  return key;
}

std::string FrontierKey(const SourceId& source, const UrlKey& key) {
  return SourcePrefix(source) + key.bytes;
}

std::string SchedulePrefix(const SourceId& source, CrawlPriority priority) {
  std::string prefix = SourcePrefix(source);
  prefix += static_cast<char>(priority);
  return prefix;
}

std::string ScheduleKey(const FrontierEntry& entry) {
  std::string key = SchedulePrefix(entry.source, entry.priority);
  AppendTime(entry.due, key);
  key += entry.key.bytes;
  return key;
}

std::optional<ScheduleRow> ParseScheduleKey(std::string_view key, size_t prefix_bytes) {
  assert(key.size() >= prefix_bytes);
  key.remove_prefix(prefix_bytes);
  if (key.size() != 8 + UrlKey::kBytes) return std::nullopt;
  return ScheduleRow{ReadTime(key), {std::string(key.substr(8))}};
}

std::string PayloadDeltaKey(CaptureId base, const PayloadId& payload) {
  return NumberKey(base.value) + std::string(payload.digest.view().substr(0, kPayloadPrefixBytes));
}

std::string NodeKey(const MerklePosition& position) {
  std::string key(1, static_cast<char>(position.level));
  AppendBe64(position.index, key);
  return key;
}

}  // namespace gasht
