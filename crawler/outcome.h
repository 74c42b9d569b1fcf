#pragma once

// The outcome table: what libcurl, the SOCKS proxy and the HTTP status say, turned into one FetchOutcome and
// a detail in fixed words. Pure, thread-safe, no input fails.
//
// SOCKS replies: RFC 1928 section 6; F0-F7 are Tor's (torspec socks-extensions, "Extended error codes"),
// which libcurl reports as CURLPX_REPLY_UNASSIGNED with the number at the end of its error text only.

#include <cstdint>
#include <string>
#include <string_view>

#include "model/fetch.h"

namespace gasht {

// How one transfer ended.
struct TransferEnd {
  int curl_code = 0;            // CURLcode
  long proxy_error = 0;         // CURLINFO_PROXY_ERROR
  int os_errno = 0;             // CURLINFO_OS_ERRNO
  long certificate_error = 0;   // CURLINFO_SSL_VERIFYRESULT
  std::string_view error_text;  // CURLOPT_ERRORBUFFER
  int32_t status = 0;           // of the last response; 0 when none came
  Route route = Route::kTor;
  bool onion = false;
  bool connected = false;     // the request could be sent
  bool head_complete = true;  // of the last response
  // Why we ended it ourselves.
  enum class Stop {
    kNot,
    kCancelled,
    kContentType,
    kContentCoding,
    kBrokenCoding,
    kWireBytes,
    kBodyBytes,
    kHeadBytes,
    kAddress
  };
  Stop stop = Stop::kNot;
};

struct OutcomeAndDetail {
  FetchOutcome outcome = FetchOutcome::kOk;
  std::string detail;  // empty for ok
};

OutcomeAndDetail DecideOutcome(const TransferEnd& end);

// The number in "... (242)" at the end of libcurl's error text; 0 when there is none.
int SocksReplyIn(std::string_view error_text);

// What protects the bytes of a URL that is fetched that way.
Channel ChannelOf(const Url& url, Route route);

// Our own outage: says nothing of the site, is recorded nowhere as an attempt, and makes no page wait longer.
bool IsOwnOutage(FetchOutcome outcome);

// Something beyond this machine answered: the way out was there.
bool ProvesWayOut(const FetchResult& result);

// A dead site and an outage of our own give this outcome alike (see way_out.h).
bool MayBeOwnOutage(FetchOutcome outcome);

// What an attempt through Tor says of the circuits that Tor has built for the source's credential:
//   kFine      they work, or the failure is not theirs
//   kDoubtful  perhaps they are bad: twice in a row, and the source gets a new credential
//   kSpent     introduction or rendezvous failed: a new credential at once, so that the next attempt takes another way
enum class CircuitVerdict { kFine, kDoubtful, kSpent };
CircuitVerdict JudgeCircuit(FetchOutcome outcome);

}  // namespace gasht
