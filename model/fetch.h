#pragma once

// What is asked of the network and what comes back. Outcomes of the world are values here, never errors.
// Plain values.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/url.h"
#include "model/ids.h"
#include "model/source.h"

namespace gasht {

// Numbers are stored: never reused, new ones at the end.
enum class FetchOutcome {
  kOk = 1,
  kNotModified = 2,
  kHttpError = 3,
  kProxyDown = 4,
  kNetworkDown = 5,
  kOnionDescriptorMissing = 6,
  kOnionUnreachable = 7,
  kOnionAuthNeeded = 8,
  kBadOnionAddress = 9,
  kExitRefused = 10,
  kDnsFailed = 11,
  kConnectionRefused = 12,
  kConnectionReset = 13,
  kConnectTimeout = 14,
  kTransferTimeout = 15,
  kTls = 16,
  kTooLarge = 17,
  kContentTypeRefused = 18,
  kBlockedByScope = 19,
  kCancelled = 20,
};
// "ok", "http_error", ...: the words of the design, used in JSON and logs.
std::string_view FetchOutcomeName(FetchOutcome outcome);
std::optional<FetchOutcome> ParseFetchOutcome(std::string_view name);

// How the end of the body was known. A cut-off close-delimited body looks like a whole one.
enum class BodyEnd { kNone = 1, kContentLength = 2, kChunked = 3, kConnectionClosed = 4, kTruncated = 5 };
std::string_view BodyEndName(BodyEnd end);

// The four words of WARC 1.1's WARC-Truncated.
enum class Truncation { kNot = 1, kLength = 2, kTime = 3, kDisconnect = 4, kUnspecified = 5 };
std::string_view TruncationName(Truncation truncation);

// What protected the bytes on their way.
enum class Channel { kOnion = 1, kTls = 2, kCleartextViaExit = 3, kCleartextDirect = 4 };
std::string_view ChannelName(Channel channel);

// A page that is due: leased in memory by the crawl thread, durable as a row of the frontier.
struct CrawlTask {
  SourceId source;
  UrlKey key;
  Url url;
  uint32_t depth = 0;
  uint32_t failures = 0;  // in a row, before this attempt
};

struct FetchRequest {
  uint64_t id = 0;  // chosen by the caller, echoed in the result
  SourceId source;
  Url url;
  Route route = Route::kTor;
  // SOCKS user and password: letters and digits, one pair per source, so that Tor gives each source its own
  // circuit.
  std::string socks_user{}, socks_password{};
  // Bytes as received and after content decoding.
  size_t max_wire_bytes = 4u << 20;
  size_t max_body_bytes = 8u << 20;
  std::chrono::microseconds connect_timeout = std::chrono::seconds(90);
  std::chrono::microseconds total_timeout = std::chrono::seconds(180);
  // Media types besides text and HTML that may be fetched.
  std::vector<std::string> media{};
  bool allow_private = false;
  // Conditional GET: the validators of the last answer, sent back as they came (visible ASCII, at most 256 bytes);
  // empty: not sent.
  std::string if_none_match{}, if_modified_since{};
};

// One redirect that was seen; whether it was followed is the crawler's decision, not the fetcher's.
struct Hop {
  std::string url;
  int32_t status = 0;
  std::string location;
  // Why it was or was not followed: the scope rule, "offsite", "too many redirects".
  std::string decision;
  friend bool operator==(const Hop&, const Hop&) = default;
};

// Where a page was looked at from, as far as it is known; empty where it is not.
struct Vantage {
  std::string route;        // RouteName
  std::string place;        // what the operator calls this line: "isb-ptcl"
  std::string tor_version;  // "0.4.9.3"
  // Tor's number of the circuit, and, where the page was not an onion's, the relay through which it left Tor
  // ("$FINGERPRINT~name"). The relays before it are not kept: the first one is this host's guard.
  std::string circuit, exit;
  bool empty() const { return *this == Vantage(); }
  friend bool operator==(const Vantage&, const Vantage&) = default;
};

// How the connection was encrypted; empty where it was not, or is not known.
struct TlsFacts {
  std::string version;  // "TLSv1.3"
  std::string cipher;   // "TLS_AES_256_GCM_SHA384"
  // SHA-256 of each certificate that the server sent (DER), its own first.
  std::vector<Digest> certificates;
  bool empty() const { return *this == TlsFacts(); }
  friend bool operator==(const TlsFacts&, const TlsFacts&) = default;
};

struct FetchTimings {
  UtcTime started_utc;
  MonotonicTime started;
  MonotonicTime finished;
  // From start to the first byte of the body; zero when none came.
  std::chrono::microseconds first_byte{0};
};

struct FetchResult {
  uint64_t id = 0;
  FetchOutcome outcome = FetchOutcome::kOk;
  // Fixed words from our table or from libcurl, never from the page: "Tor: introduction failed (242)".
  std::string detail;
  int32_t status = 0;         // HTTP status, 0 when none came
  std::string request_head;   // as sent
  std::string response_head;  // status line and headers as received, with CRLFs
  std::string body;           // content-decoded
  // Where the response had a content coding: its name (base/content_coding.h), the body as received, and its digest
  // before it was decoded. Empty where it had none.
  std::string content_coding, received{};
  Digest received_sha256;
  std::string content_type;  // of the last response, as received
  std::string location;      // of a 3xx, as received
  uint64_t wire_bytes = 0;
  BodyEnd body_end = BodyEnd::kNone;
  Truncation truncation = Truncation::kNot;
  Channel channel = Channel::kOnion;
  TlsFacts tls;
  FetchTimings timings;
};

}  // namespace gasht
