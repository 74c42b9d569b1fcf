#pragma once

// Capture: one attempt to look at one page, failures included, as evidence. Plain value.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
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

// How material that gasht did not fetch came here. `original_*` is the file as it was handed over; what the capture
// holds may be a part of it (one record of an archive, some messages of a chat).
struct Received {
  Digest original_sha256;
  uint64_t original_bytes = 0;
  std::string original_name;  // without its folders
  std::string kind;           // "whatsapp", "telegram", "page", "warc"
  std::string part;           // "bytes 1024-4096"; empty for the whole file
  std::string imported_by;    // the user who ran the command
  // Who saw it where it was published, and when, as told; empty when not told. An archive's own date is `seen_at`.
  std::string seen_by, seen_at;
  bool empty() const { return *this == Received(); }
  friend bool operator==(const Received&, const Received&) = default;
};

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
  // Where the response had a content coding ("gzip"; base/content_coding.h), the body as received: this is what is
  // hashed first and stored, and the decoded body is its first `body_bytes` unpacked. Empty and 0 where it had none:
  // then both are the same.
  std::string content_coding;
  Digest received_sha256;
  uint64_t received_bytes = 0;
  PayloadId payload;

  UtcTime started_utc;
  MonotonicTime started;
  MonotonicTime finished;
  std::string boot_id;
  // Of the clock that `started_utc` is of, when the attempt was over.
  ClockState clock_state;

  // What judged it: "gasht 0.1.0", digests of configuration, extraction profile (none: no profile) and rule set.
  std::string software;
  Digest config_digest;
  Digest profile_digest;
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

  // Only where `provenance` is kReceived.
  Received received;
  bool is_coded() const { return !content_coding.empty(); }
  // Of the body as stored, which is the one received.
  const Digest& stored_sha256() const { return is_coded() ? received_sha256 : body_sha256; }
  uint64_t stored_bytes() const { return is_coded() ? received_bytes : body_bytes; }
  friend bool operator==(const Capture&, const Capture&) = default;
};

}  // namespace gasht
