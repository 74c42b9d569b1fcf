#include "crawler/outcome.h"

#include <cerrno>

#include <curl/curl.h>
#include <gtest/gtest.h>

namespace gasht {
namespace {

using Stop = TransferEnd::Stop;

TEST(Outcome, HttpStatus) {
  struct {
    int status;
    FetchOutcome outcome;
    std::string detail;
  } const rows[] = {
      {200, FetchOutcome::kOk, ""},
      {204, FetchOutcome::kOk, ""},
      {206, FetchOutcome::kOk, ""},
      {304, FetchOutcome::kNotModified, "HTTP 304"},
      {302, FetchOutcome::kHttpError, "HTTP 302"},
      {404, FetchOutcome::kHttpError, "HTTP 404"},
      {503, FetchOutcome::kHttpError, "HTTP 503"},
  };
  for (const auto& row : rows) {
    TransferEnd end;
    end.status = row.status;
    const OutcomeAndDetail got = DecideOutcome(end);
    EXPECT_EQ(FetchOutcomeName(got.outcome), FetchOutcomeName(row.outcome)) << row.status;
    EXPECT_EQ(got.detail, row.detail) << row.status;
  }
}

TEST(Outcome, SocksReplies) {
  struct {
    long proxy_error;
    std::string error_text;
    bool onion;
    FetchOutcome outcome;
    std::string detail;
  } const rows[] = {
      {CURLPX_REPLY_GENERAL_SERVER_FAILURE, "", false, FetchOutcome::kExitRefused,
       "Tor: general failure (1)"},
      {CURLPX_REPLY_GENERAL_SERVER_FAILURE, "", true, FetchOutcome::kOnionUnreachable,
       "Tor: general failure (1)"},
      {CURLPX_REPLY_NOT_ALLOWED, "", false, FetchOutcome::kExitRefused,
       "Tor: refused by the exit's policy (2)"},
      {CURLPX_REPLY_NETWORK_UNREACHABLE, "", false, FetchOutcome::kExitRefused,
       "Tor: the exit has no route to the network (3)"},
      {CURLPX_REPLY_HOST_UNREACHABLE, "", false, FetchOutcome::kDnsFailed,
       "Tor: name not resolved or host unreachable (4)"},
      {CURLPX_REPLY_HOST_UNREACHABLE, "", true, FetchOutcome::kOnionUnreachable, "Tor: host unreachable (4)"},
      {CURLPX_REPLY_CONNECTION_REFUSED, "", true, FetchOutcome::kConnectionRefused,
       "Tor: connection refused (5)"},
      {CURLPX_REPLY_TTL_EXPIRED, "", false, FetchOutcome::kConnectTimeout, "Tor: the circuit timed out (6)"},
      {CURLPX_REPLY_COMMAND_NOT_SUPPORTED, "", false, FetchOutcome::kProxyDown,
       "Tor: command not supported: not a Tor SOCKS port (7)"},
      {CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED, "", false, FetchOutcome::kProxyDown,
       "Tor: address type not supported: not a Tor SOCKS port (8)"},
      {CURLPX_REPLY_UNASSIGNED, "x (240)", true, FetchOutcome::kOnionDescriptorMissing,
       "Tor: onion service descriptor not found (240)"},
      {CURLPX_REPLY_UNASSIGNED, "x (241)", true, FetchOutcome::kOnionDescriptorMissing,
       "Tor: onion service descriptor invalid (241)"},
      {CURLPX_REPLY_UNASSIGNED, "x (242)", true, FetchOutcome::kOnionUnreachable,
       "Tor: introduction failed (242)"},
      {CURLPX_REPLY_UNASSIGNED, "x (243)", true, FetchOutcome::kOnionUnreachable,
       "Tor: rendezvous failed (243)"},
      {CURLPX_REPLY_UNASSIGNED, "x (244)", true, FetchOutcome::kOnionAuthNeeded,
       "Tor: client authorization missing (244)"},
      {CURLPX_REPLY_UNASSIGNED, "x (245)", true, FetchOutcome::kOnionAuthNeeded,
       "Tor: client authorization wrong (245)"},
      {CURLPX_REPLY_UNASSIGNED, "x (246)", true, FetchOutcome::kBadOnionAddress,
       "Tor: bad onion address (246)"},
      {CURLPX_REPLY_UNASSIGNED, "x (247)", true, FetchOutcome::kOnionUnreachable,
       "Tor: introduction timed out (247)"},
      {CURLPX_REPLY_UNASSIGNED, "x (99)", true, FetchOutcome::kOnionUnreachable, "Tor: unknown reply (99)"},
      {CURLPX_REPLY_UNASSIGNED, "nothing", false, FetchOutcome::kExitRefused, "Tor: unknown reply (0)"},
      {CURLPX_CLOSED, "", true, FetchOutcome::kProxyDown, "the SOCKS handshake broke off"},
      {CURLPX_BAD_VERSION, "", true, FetchOutcome::kProxyDown, "what listens there does not speak SOCKS5"},
      {CURLPX_USER_REJECTED, "", true, FetchOutcome::kProxyDown, "the SOCKS port refused our credentials"},
      {CURLPX_LONG_HOSTNAME, "", false, FetchOutcome::kDnsFailed, "host name too long for SOCKS"},
  };
  for (const auto& row : rows) {
    TransferEnd end;
    end.curl_code = CURLE_PROXY;
    end.proxy_error = row.proxy_error;
    end.error_text = row.error_text;
    end.onion = row.onion;
    const OutcomeAndDetail got = DecideOutcome(end);
    EXPECT_EQ(FetchOutcomeName(got.outcome), FetchOutcomeName(row.outcome))
        << row.proxy_error << row.error_text;
    EXPECT_EQ(got.detail, row.detail) << row.proxy_error << row.error_text;
  }
}

TEST(Outcome, CurlCodes) {
  struct Row {
    int code;
    Route route;
    bool connected;
    std::string error_text;
    FetchOutcome outcome;
  };
  const Row rows[] = {
      {CURLE_COULDNT_CONNECT, Route::kTor, false, "", FetchOutcome::kProxyDown},
      {CURLE_COULDNT_CONNECT, Route::kDirect, false, "", FetchOutcome::kConnectionRefused},
      {CURLE_COULDNT_RESOLVE_PROXY, Route::kTor, false, "", FetchOutcome::kProxyDown},
      {CURLE_COULDNT_RESOLVE_HOST, Route::kDirect, false, "", FetchOutcome::kDnsFailed},
      {CURLE_OPERATION_TIMEDOUT, Route::kTor, false, "", FetchOutcome::kConnectTimeout},
      {CURLE_OPERATION_TIMEDOUT, Route::kTor, true, "", FetchOutcome::kTransferTimeout},
      {CURLE_PEER_FAILED_VERIFICATION, Route::kTor, false, "", FetchOutcome::kTls},
      {CURLE_SSL_CONNECT_ERROR, Route::kDirect, false, "", FetchOutcome::kTls},
      {CURLE_PARTIAL_FILE, Route::kTor, true, "", FetchOutcome::kConnectionReset},
      {CURLE_GOT_NOTHING, Route::kTor, true, "", FetchOutcome::kConnectionReset},
      {CURLE_RECV_ERROR, Route::kTor, true, "Connection reset by peer", FetchOutcome::kConnectionReset},
      {CURLE_RECV_ERROR, Route::kTor, true, "Too large response headers: 307957 > 307200",
       FetchOutcome::kTooLarge},
      {CURLE_RECV_ERROR, Route::kTor, true, "Illegal or missing hexadecimal sequence in chunked-encoding",
       FetchOutcome::kHttpError},
      {CURLE_SEND_ERROR, Route::kTor, true, "", FetchOutcome::kConnectionReset},
      {CURLE_UNSUPPORTED_PROTOCOL, Route::kTor, true, "", FetchOutcome::kHttpError},
      {CURLE_UNSUPPORTED_PROTOCOL, Route::kTor, false, "", FetchOutcome::kBlockedByScope},
      {CURLE_WEIRD_SERVER_REPLY, Route::kTor, true, "", FetchOutcome::kHttpError},
      {CURLE_BAD_CONTENT_ENCODING, Route::kTor, true, "", FetchOutcome::kHttpError},
      {CURLE_OUT_OF_MEMORY, Route::kTor, true, "", FetchOutcome::kTooLarge},
      {CURLE_OUT_OF_MEMORY, Route::kTor, false, "", FetchOutcome::kCancelled},
      // One we have no row for.
      {CURLE_FTP_WEIRD_PASV_REPLY, Route::kTor, true, "", FetchOutcome::kConnectionReset},
  };
  for (const Row& row : rows) {
    TransferEnd end;
    end.curl_code = row.code;
    end.route = row.route;
    end.connected = row.connected;
    end.error_text = row.error_text;
    const OutcomeAndDetail got = DecideOutcome(end);
    EXPECT_EQ(FetchOutcomeName(got.outcome), FetchOutcomeName(row.outcome))
        << row.code << " " << row.error_text;
    EXPECT_NE(got.detail, "") << row.code;
  }
}

TEST(Outcome, ABadCertificateSaysWhatIsWrong) {
  TransferEnd end;
  end.curl_code = CURLE_PEER_FAILED_VERIFICATION;
  const std::pair<long, std::string> rows[] = {{1, "the certificate is of another host"},
                                               {10, "the certificate has expired"},
                                               {18, "the certificate is self-signed"},
                                               {20, "the certificate's issuer is not trusted"},
                                               {50, "the certificate does not verify (50)"}};
  for (const auto& [error, words] : rows) {
    end.certificate_error = error;
    EXPECT_EQ(FetchOutcomeName(DecideOutcome(end).outcome), "tls") << error;
    EXPECT_EQ(DecideOutcome(end).detail, words) << error;
  }
}

TEST(Outcome, OwnNetworkIsToldFromTheSites) {
  TransferEnd end;
  end.curl_code = CURLE_COULDNT_CONNECT;
  end.route = Route::kDirect;
  struct {
    int os_errno;
    FetchOutcome outcome;
  } const rows[] = {{ENETUNREACH, FetchOutcome::kNetworkDown},
                    {ENETDOWN, FetchOutcome::kNetworkDown},
                    {ECONNREFUSED, FetchOutcome::kConnectionRefused},
                    {ETIMEDOUT, FetchOutcome::kConnectTimeout},
                    {EHOSTUNREACH, FetchOutcome::kConnectTimeout}};
  for (const auto& row : rows) {
    end.os_errno = row.os_errno;
    EXPECT_EQ(FetchOutcomeName(DecideOutcome(end).outcome), FetchOutcomeName(row.outcome)) << row.os_errno;
  }
  EXPECT_TRUE(IsOwnOutage(FetchOutcome::kProxyDown));
  EXPECT_TRUE(IsOwnOutage(FetchOutcome::kNetworkDown));
  EXPECT_FALSE(IsOwnOutage(FetchOutcome::kConnectTimeout));
}

TEST(Outcome, OurOwnStopsWinOverLibcurlsCode) {
  struct {
    Stop stop;
    int status;
    FetchOutcome outcome;
  } const rows[] = {
      {Stop::kCancelled, 200, FetchOutcome::kCancelled},
      {Stop::kContentType, 200, FetchOutcome::kContentTypeRefused},
      {Stop::kContentType, 404, FetchOutcome::kHttpError},
      {Stop::kContentCoding, 200, FetchOutcome::kHttpError},
      {Stop::kBrokenCoding, 200, FetchOutcome::kHttpError},
      {Stop::kWireBytes, 200, FetchOutcome::kTooLarge},
      {Stop::kBodyBytes, 200, FetchOutcome::kTooLarge},
      {Stop::kHeadBytes, 0, FetchOutcome::kTooLarge},
      {Stop::kAddress, 0, FetchOutcome::kBlockedByScope},
  };
  for (const auto& row : rows) {
    TransferEnd end;
    end.curl_code = CURLE_WRITE_ERROR;
    end.stop = row.stop;
    end.status = row.status;
    EXPECT_EQ(FetchOutcomeName(DecideOutcome(end).outcome), FetchOutcomeName(row.outcome))
        << static_cast<int>(row.stop);
  }
}

TEST(Outcome, ReplyNumberIsReadFromTheEndOnly) {
  struct {
    std::string text;
    int reply;
  } const rows[] = {
      {"Can't complete SOCKS5 connection to x.onion. (240)", 240},
      {"cannot complete (5) SOCKS5 connection. (247)", 247},
      {"(240) and more", 0},
      {"(999)", 0},
      {"(2x0)", 0},
      {"()", 0},
      {")", 0},
      {"", 0},
      {"(99999999999999999999)", 0},
  };
  for (const auto& row : rows) EXPECT_EQ(SocksReplyIn(row.text), row.reply) << row.text;
}

// What each way to fail says of the circuit, of the way out, and whether an outage of ours looks the same.
TEST(Outcome, WhoseFaultItIs) {
  using enum CircuitVerdict;
  const struct {
    FetchOutcome outcome;
    CircuitVerdict circuit;
    bool proves, may_be_ours;
  } rows[] = {
      {FetchOutcome::kOnionDescriptorMissing, kFine, false, true},
      {FetchOutcome::kOnionUnreachable, kSpent, false, true},
      {FetchOutcome::kOnionAuthNeeded, kFine, true, false},
      {FetchOutcome::kBadOnionAddress, kFine, false, false},
      {FetchOutcome::kExitRefused, kDoubtful, false, true},
      {FetchOutcome::kDnsFailed, kDoubtful, false, true},
      {FetchOutcome::kConnectionRefused, kFine, true, false},
      {FetchOutcome::kConnectionReset, kDoubtful, false, true},
      {FetchOutcome::kConnectTimeout, kDoubtful, false, true},
      {FetchOutcome::kTransferTimeout, kDoubtful, false, true},
      {FetchOutcome::kTls, kFine, true, false},
      {FetchOutcome::kTooLarge, kFine, true, false},
      {FetchOutcome::kContentTypeRefused, kFine, true, false},
      {FetchOutcome::kBlockedByScope, kFine, false, false},
      {FetchOutcome::kProxyDown, kFine, false, false},
      {FetchOutcome::kNetworkDown, kFine, false, false},
      {FetchOutcome::kCancelled, kFine, false, false},
  };
  for (const auto& row : rows) {
    FetchResult result;
    result.outcome = row.outcome;
    EXPECT_EQ(static_cast<int>(JudgeCircuit(row.outcome)), static_cast<int>(row.circuit))
        << FetchOutcomeName(row.outcome);
    EXPECT_EQ(ProvesWayOut(result), row.proves) << FetchOutcomeName(row.outcome);
    EXPECT_EQ(MayBeOwnOutage(row.outcome), row.may_be_ours) << FetchOutcomeName(row.outcome);
    // Half a page that was cut off came from somewhere.
    result.status = 200;
    EXPECT_TRUE(ProvesWayOut(result)) << FetchOutcomeName(row.outcome);
  }
}

}  // namespace
}  // namespace gasht
