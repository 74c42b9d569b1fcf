#pragma once

// Capture: one attempt to look at one page, failures included, as evidence. Plain value.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "model/fetch.h"
#include "model/ids.h"

namespace gasht {

// Where the bytes come from: fetched by gasht, or lawfully received and imported.
enum class Provenance { kCaptured = 1, kReceived = 2 };
std::string_view ProvenanceName(Provenance provenance);

// What a page turned out to be. Only content counts as seen.
enum class PageClass {
  kContent = 1,
  kLoginWall = 2,
  kCaptcha = 3,
  kQueue = 4,
  kSeizureBanner = 5,
  kIspBlock = 6,
  kError = 7,
  kParked = 8,
  kEmpty = 9,
};
std::string_view PageClassName(PageClass page_class);
std::optional<PageClass> ParsePageClass(std::string_view name);

struct Capture {
  CaptureId id;  // assigned by the store writer
  SourceId source;
  UrlKey url_key;
  std::string url;        // asked for
  std::string final_url;  // after the hops
  std::vector<Hop> hops;
  Provenance provenance = Provenance::kCaptured;
  std::string authority;  // the source's reference at that time

  FetchOutcome outcome = FetchOutcome::kOk;
  std::string detail;
  int32_t status = 0;
  std::string request_head, response_head;
  std::string content_type;
  uint64_t wire_bytes = 0;
  BodyEnd body_end = BodyEnd::kNone;
  Truncation truncation = Truncation::kNot;
  Channel channel = Channel::kOnion;

  // The decoded body: its digest before any parser saw it, its length, and the id under which it is stored
  // (once per content). `has_body` is false for a failure without one.
  bool has_body = false;
  Digest body_sha256;
  uint64_t body_bytes = 0;
  PayloadId payload;

  UtcTime started_utc;
  MonotonicTime started;
  MonotonicTime finished;
  std::string boot_id;

  // What judged it: "gasht 0.1.0", digests of configuration, profile and rule set.
  std::string software;
  Digest config_digest;
  Digest rules_digest;
  PageClass page_class = PageClass::kContent;

  // Of the last exchange of the attempt.
  Vantage vantage;
  TlsFacts tls;
  // The same bytes as an earlier capture had, or the server's word that nothing changed since (not_modified): that
  // capture. 0: a first look, or another body.
  CaptureId revisit_of;
  // In whose name it was asked for; empty when the schedule did.
  std::string asked_by;
  // What robots.txt said of it: the rule that decided ("Disallow: /x"), "none", or "unreachable"; empty when nobody
  // asked.
  std::string robots;
  friend bool operator==(const Capture&, const Capture&) = default;
};

}  // namespace gasht
