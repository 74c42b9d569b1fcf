#pragma once

// The column families of a store: docs/storage-format.md is their contract.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gasht {

enum class Family : uint8_t {
  kCapture,
  kCaptureBySource,
  kPayload,
  kFinding,
  kFindingIndex,
  kListing,
  kObservation,
  kReview,
  kAlert,
  kFrontierSeen,
  kFrontierSchedule,
  kCustodyLeaf,
  kCustodyNode,
  kPayloadDelta,
  kFindingLeaf,
  kCrawlState,
  kCandidate,
  kMeta,
};

// Truth cannot be had again once lost; what is derived is rebuilt from the truth.
enum class FamilyKind { kTruth, kDerived };

struct FamilyInfo {
  Family family;
  std::string_view name;
  FamilyKind kind;
  // The first schema that has it: a store of an older one gets it when it is brought up.
  uint64_t since = 1;
};

// In the order of the enumeration. Meta comes last: RocksDB creates families in this order, so a store that
// has meta has them all.
inline constexpr std::array<FamilyInfo, 18> kFamilies = {{
    {Family::kCapture, "capture", FamilyKind::kTruth},
    {Family::kCaptureBySource, "capture_by_source", FamilyKind::kDerived},
    {Family::kPayload, "payload", FamilyKind::kTruth},
    {Family::kFinding, "finding", FamilyKind::kTruth},
    {Family::kFindingIndex, "finding_index", FamilyKind::kDerived},
    {Family::kListing, "listing", FamilyKind::kTruth},
    {Family::kObservation, "observation", FamilyKind::kTruth},
    {Family::kReview, "review", FamilyKind::kTruth},
    {Family::kAlert, "alert", FamilyKind::kTruth},
    {Family::kFrontierSeen, "frontier_seen", FamilyKind::kTruth},
    {Family::kFrontierSchedule, "frontier_schedule", FamilyKind::kDerived},
    {Family::kCustodyLeaf, "custody_leaf", FamilyKind::kTruth},
    {Family::kCustodyNode, "custody_node", FamilyKind::kDerived},
    {Family::kPayloadDelta, "payload_delta", FamilyKind::kDerived, 2},
    {Family::kFindingLeaf, "finding_leaf", FamilyKind::kDerived, 2},
    {Family::kCrawlState, "crawl_state", FamilyKind::kTruth, 2},
    {Family::kCandidate, "candidate", FamilyKind::kTruth, 2},
    {Family::kMeta, "meta", FamilyKind::kTruth},
}};

inline constexpr const FamilyInfo& InfoOf(Family family) {
  return kFamilies[static_cast<size_t>(family)];
}

}  // namespace gasht
