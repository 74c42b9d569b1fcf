#pragma once

// What the core and its children say to each other (design section 4), beside PageAnalysis, FetchRequest and
// FetchResult: the headers of their frames (base/frame.h). Plain values, encoded by model/codec.
//
//   analysis  core -> zygote   AnalysisSetup (as a body)          zygote -> core  ChildReady
//             core -> worker   AnalysisRequest, body: the page    worker -> core  AnalysisReply, body: PageAnalysis
//   fetch     core -> child    FetchSetup                         child -> core   ChildReady
//             core -> child    FetchOrder                         child -> core   FetchResult, its body as the body

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "model/fetch.h"
#include "model/source.h"

namespace gasht {

// What the bytes are that are to be understood. Numbers go over the wire.
enum class AnalysisKind { kPage = 1, kRobots = 2, kSitemap = 3, kFeed = 4, kMirrorList = 5 };
std::string_view AnalysisKindName(AnalysisKind kind);

struct AnalysisSetup {
  // One YAML file of rules.
  struct Pack {
    std::string name, text;
    friend bool operator==(const Pack&, const Pack&) = default;
  };
  std::vector<Pack> packs;
  // What a worker may allocate beyond what it was forked with.
  uint64_t max_private_bytes = 96u << 20;
  // Longer than the core waits for a page: ends a worker whose core has gone.
  std::chrono::milliseconds max_page_time{6000};
  friend bool operator==(const AnalysisSetup&, const AnalysisSetup&) = default;
};

// A child is ready, or why it cannot be.
struct ChildReady {
  std::string error;   // empty: ready
  std::string detail;  // analysis: the digest of the rules
  friend bool operator==(const ChildReady&, const ChildReady&) = default;
};

// One page for a worker; its bytes are the frame's body.
struct AnalysisRequest {
  uint64_t id = 0;
  AnalysisKind kind = AnalysisKind::kPage;
  std::string url, content_type;
  int32_t status = 200;
  UtcTime fetched_at;
  std::optional<SourceKind> source_kind;
  ExtractionProfile profile;
  bool text_only = false;
  // Of the rules that are meant, in hex; empty: none.
  std::string rules_digest;
  // Of a mirror list: whose signature counts.
  PinnedKey pinned;
};

struct AnalysisReply {
  uint64_t id = 0;
  friend bool operator==(const AnalysisReply&, const AnalysisReply&) = default;
};

struct FetchSetup {
  Route route = Route::kTor;
  std::vector<std::string> socks;  // as configured; none on the direct route
  std::vector<std::string> request_headers;
  // PEM; what TLS trusts.
  std::string trusted_certificates;
  uint64_t max_head_bytes = 256u << 10;
  uint32_t low_speed_bytes_per_second = 512;
  std::chrono::seconds low_speed_time{30};
  uint64_t max_idle_connections = 128;
  std::chrono::seconds max_idle_time{60};
  friend bool operator==(const FetchSetup&, const FetchSetup&) = default;
};

// Begin this transfer, or end all.
struct FetchOrder {
  std::optional<FetchRequest> start;
};

}  // namespace gasht
