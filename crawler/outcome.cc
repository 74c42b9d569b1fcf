#include "crawler/outcome.h"

#include <cerrno>

#include <curl/curl.h>
#include <fmt/format.h>

namespace gasht {
namespace {

OutcomeAndDetail FromStatus(int32_t status) {
  if (status == 304) return {FetchOutcome::kNotModified, "HTTP 304"};
  if (status >= 200 && status < 300) return {FetchOutcome::kOk, ""};
  return {FetchOutcome::kHttpError, fmt::format("HTTP {}", status)};
}

// RFC 1928 section 6, as Tor uses the words, and Tor's own.
OutcomeAndDetail FromSocksReply(int reply, bool onion) {
  const auto say = [reply](FetchOutcome outcome, std::string_view what) {
    return OutcomeAndDetail{outcome, fmt::format("Tor: {} ({})", what, reply)};
  };
  switch (reply) {
    case 1:
      return say(onion ? FetchOutcome::kOnionUnreachable : FetchOutcome::kExitRefused, "general failure");
    case 2:
      return say(FetchOutcome::kExitRefused, "refused by the exit's policy");
    case 3:
      return say(FetchOutcome::kExitRefused, "the exit has no route to the network");
    case 4:
      return onion ? say(FetchOutcome::kOnionUnreachable, "host unreachable")
                   : say(FetchOutcome::kDnsFailed, "name not resolved or host unreachable");
    case 5:
      return say(FetchOutcome::kConnectionRefused, "connection refused");
    case 6:
      return say(FetchOutcome::kConnectTimeout, "the circuit timed out");
    case 7:
      return say(FetchOutcome::kProxyDown, "command not supported: not a Tor SOCKS port");
    case 8:
      return say(FetchOutcome::kProxyDown, "address type not supported: not a Tor SOCKS port");
    case 0xF0:
      return say(FetchOutcome::kOnionDescriptorMissing, "onion service descriptor not found");
    case 0xF1:
      return say(FetchOutcome::kOnionDescriptorMissing, "onion service descriptor invalid");
    case 0xF2:
      return say(FetchOutcome::kOnionUnreachable, "introduction failed");
    case 0xF3:
      return say(FetchOutcome::kOnionUnreachable, "rendezvous failed");
    case 0xF4:
      return say(FetchOutcome::kOnionAuthNeeded, "client authorization missing");
    case 0xF5:
      return say(FetchOutcome::kOnionAuthNeeded, "client authorization wrong");
    case 0xF6:
      return say(FetchOutcome::kBadOnionAddress, "bad onion address");
    case 0xF7:
      return say(FetchOutcome::kOnionUnreachable, "introduction timed out");
  }
  return say(onion ? FetchOutcome::kOnionUnreachable : FetchOutcome::kExitRefused, "unknown reply");
}

OutcomeAndDetail FromProxyError(const TransferEnd& end) {
  switch (end.proxy_error) {
    case CURLPX_REPLY_GENERAL_SERVER_FAILURE:
      return FromSocksReply(1, end.onion);
    case CURLPX_REPLY_NOT_ALLOWED:
      return FromSocksReply(2, end.onion);
    case CURLPX_REPLY_NETWORK_UNREACHABLE:
      return FromSocksReply(3, end.onion);
    case CURLPX_REPLY_HOST_UNREACHABLE:
      return FromSocksReply(4, end.onion);
    case CURLPX_REPLY_CONNECTION_REFUSED:
      return FromSocksReply(5, end.onion);
    case CURLPX_REPLY_TTL_EXPIRED:
      return FromSocksReply(6, end.onion);
    case CURLPX_REPLY_COMMAND_NOT_SUPPORTED:
      return FromSocksReply(7, end.onion);
    case CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED:
      return FromSocksReply(8, end.onion);
    case CURLPX_REPLY_UNASSIGNED:
      return FromSocksReply(SocksReplyIn(end.error_text), end.onion);
    case CURLPX_LONG_HOSTNAME:
      return {FetchOutcome::kDnsFailed, "host name too long for SOCKS"};
    case CURLPX_NO_AUTH:
    case CURLPX_USER_REJECTED:
      return {FetchOutcome::kProxyDown, "the SOCKS port refused our credentials"};
    case CURLPX_BAD_VERSION:
    case CURLPX_UNKNOWN_MODE:
    case CURLPX_UNKNOWN_FAIL:
      return {FetchOutcome::kProxyDown, "what listens there does not speak SOCKS5"};
  }
  // Handshakes that broke off in the middle.
  return {FetchOutcome::kProxyDown, "the SOCKS handshake broke off"};
}

std::string CurlWords(int code) {
  return curl_easy_strerror(static_cast<CURLcode>(code));
}

OutcomeAndDetail NotConnected(const TransferEnd& end) {
  if (end.route == Route::kTor) return {FetchOutcome::kProxyDown, "nothing listens at the SOCKS endpoint"};
  switch (end.os_errno) {
    case ENETUNREACH:
    case ENETDOWN:
      return {FetchOutcome::kNetworkDown, "this machine has no route to the network"};
    case ETIMEDOUT:
      return {FetchOutcome::kConnectTimeout, "connection timed out"};
    case EHOSTUNREACH:
      return {FetchOutcome::kConnectTimeout, "host unreachable"};
  }
  return {FetchOutcome::kConnectionRefused, "connection refused"};
}

// What is wrong with a certificate, by OpenSSL's numbers (X509_V_ERR_...).
std::string CertificateWords(long error) {
  switch (error) {
    case 0:
    case 1:
      // The chain was found good, or not even looked at: the name comes first.
      return "the certificate is of another host";
    case 9:
      return "the certificate is not valid yet";
    case 10:
      return "the certificate has expired";
    case 18:
      return "the certificate is self-signed";
    case 19:
      return "the certificate comes from a root that is not trusted";
    case 2:
    case 20:
    case 21:
      return "the certificate's issuer is not trusted";
    case 24:
    case 79:
      return "the certificate was signed by one that is no authority";
    case 23:
      return "the certificate was revoked";
    case 66:
    case 67:
    case 68:
      return "the certificate's key or hash is too weak";
    default:
      return fmt::format("the certificate does not verify ({})", error);
  }
}

OutcomeAndDetail FromCurlCode(const TransferEnd& end) {
  switch (end.curl_code) {
    case CURLE_OK:
      // libcurl takes a head that ends with the connection for a whole one.
      if (!end.head_complete) return {FetchOutcome::kConnectionReset, "closed within the response head"};
      return FromStatus(end.status);
    case CURLE_PROXY:
      return FromProxyError(end);
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {FetchOutcome::kProxyDown, CurlWords(end.curl_code)};
    case CURLE_COULDNT_RESOLVE_HOST:
      return {FetchOutcome::kDnsFailed, CurlWords(end.curl_code)};
    case CURLE_COULDNT_CONNECT:
      return NotConnected(end);
    case CURLE_OPERATION_TIMEDOUT:
      return end.connected
                 ? OutcomeAndDetail{FetchOutcome::kTransferTimeout, "too slow or over the time limit"}
                 : OutcomeAndDetail{FetchOutcome::kConnectTimeout, "no connection within the time limit"};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
      return {FetchOutcome::kTls, CurlWords(end.curl_code)};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {FetchOutcome::kTls, CertificateWords(end.certificate_error)};
    case CURLE_PARTIAL_FILE:
      return {FetchOutcome::kConnectionReset, "the body was cut off"};
    case CURLE_GOT_NOTHING:
      return {FetchOutcome::kConnectionReset, "closed without a response"};
    // libcurl's own limit of 300 kB and its chunk decoder share a code with a reset connection.
    case CURLE_RECV_ERROR:
      if (end.error_text.find("response headers") != std::string_view::npos)
        return {FetchOutcome::kTooLarge, "response head over the limit"};
      if (end.error_text.find("chunk") != std::string_view::npos)
        return {FetchOutcome::kHttpError, "invalid chunked coding"};
      return {FetchOutcome::kConnectionReset, CurlWords(end.curl_code)};
    case CURLE_UNSUPPORTED_PROTOCOL:
      // The same code for a response that is no HTTP/1 (0.9) and for a URL we never send.
      if (end.connected) return {FetchOutcome::kHttpError, "the answer is not HTTP"};
      return {FetchOutcome::kBlockedByScope, CurlWords(end.curl_code)};
    case CURLE_URL_MALFORMAT:
      return {FetchOutcome::kBlockedByScope, CurlWords(end.curl_code)};
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_HTTP_RETURNED_ERROR:
      return {FetchOutcome::kHttpError, CurlWords(end.curl_code)};
    case CURLE_OUT_OF_MEMORY:
      // What libcurl says of one header line over its limit of 100 kB.
      if (end.connected) return {FetchOutcome::kTooLarge, "response head over the limit"};
      return {FetchOutcome::kCancelled, CurlWords(end.curl_code)};
  }
  // A code we do not know: the transfer broke, and its words are kept.
  return {FetchOutcome::kConnectionReset, CurlWords(end.curl_code)};
}

}  // namespace

int SocksReplyIn(std::string_view error_text) {
  if (!error_text.ends_with(')')) return 0;
  const size_t open = error_text.rfind('(');
  if (open == std::string_view::npos) return 0;
  const std::string_view digits = error_text.substr(open + 1, error_text.size() - open - 2);
  if (digits.empty() || digits.size() > 3) return 0;
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return 0;
    value = value * 10 + (c - '0');
  }
  return value <= 255 ? value : 0;
}

OutcomeAndDetail DecideOutcome(const TransferEnd& end) {
  switch (end.stop) {
    case TransferEnd::Stop::kNot:
      return FromCurlCode(end);
    case TransferEnd::Stop::kCancelled:
      return {FetchOutcome::kCancelled, "stopped by us"};
    case TransferEnd::Stop::kContentType:
      // An error page with a picture for a body is still an error page.
      if (end.status >= 300) return FromStatus(end.status);
      return {FetchOutcome::kContentTypeRefused, "media type refused at the header"};
    case TransferEnd::Stop::kContentCoding:
      return {FetchOutcome::kHttpError, "a content coding that was not asked for"};
    case TransferEnd::Stop::kBrokenCoding:
      return {FetchOutcome::kHttpError, "the body is not in the content coding that it claims"};
    case TransferEnd::Stop::kWireBytes:
      return {FetchOutcome::kTooLarge, "over the limit of bytes received"};
    case TransferEnd::Stop::kBodyBytes:
      return {FetchOutcome::kTooLarge, "over the limit of bytes decoded"};
    case TransferEnd::Stop::kHeadBytes:
      return {FetchOutcome::kTooLarge, "response head over the limit"};
    case TransferEnd::Stop::kAddress:
      return {FetchOutcome::kBlockedByScope, "the name leads to an address that is not public"};
  }
  return FromCurlCode(end);
}

Channel ChannelOf(const Url& url, Route route) {
  if (url.is_onion()) return Channel::kOnion;
  if (url.scheme() == "https") return Channel::kTls;
  return route == Route::kTor ? Channel::kCleartextViaExit : Channel::kCleartextDirect;
}

bool IsOwnOutage(FetchOutcome outcome) {
  return outcome == FetchOutcome::kProxyDown || outcome == FetchOutcome::kNetworkDown;
}

bool ProvesWayOut(const FetchResult& result) {
  if (result.status != 0) return true;
  switch (result.outcome) {
    case FetchOutcome::kConnectionRefused:
    case FetchOutcome::kTls:
    case FetchOutcome::kTooLarge:
    case FetchOutcome::kContentTypeRefused:
    // Tor knows, after it has asked its directories.
    case FetchOutcome::kOnionAuthNeeded:
      return true;
    case FetchOutcome::kOk:
    case FetchOutcome::kNotModified:
    case FetchOutcome::kHttpError:
    case FetchOutcome::kProxyDown:
    case FetchOutcome::kNetworkDown:
    case FetchOutcome::kOnionDescriptorMissing:
    case FetchOutcome::kOnionUnreachable:
    case FetchOutcome::kBadOnionAddress:
    case FetchOutcome::kExitRefused:
    case FetchOutcome::kDnsFailed:
    case FetchOutcome::kConnectionReset:
    case FetchOutcome::kConnectTimeout:
    case FetchOutcome::kTransferTimeout:
    case FetchOutcome::kBlockedByScope:
    case FetchOutcome::kCancelled:
      return false;
  }
  return false;
}

bool MayBeOwnOutage(FetchOutcome outcome) {
  switch (outcome) {
    case FetchOutcome::kOnionDescriptorMissing:
    case FetchOutcome::kOnionUnreachable:
    case FetchOutcome::kExitRefused:
    case FetchOutcome::kDnsFailed:
    case FetchOutcome::kConnectionReset:
    case FetchOutcome::kConnectTimeout:
    case FetchOutcome::kTransferTimeout:
      return true;
    case FetchOutcome::kOk:
    case FetchOutcome::kNotModified:
    case FetchOutcome::kHttpError:
    case FetchOutcome::kProxyDown:
    case FetchOutcome::kNetworkDown:
    case FetchOutcome::kOnionAuthNeeded:
    case FetchOutcome::kBadOnionAddress:
    case FetchOutcome::kConnectionRefused:
    case FetchOutcome::kTls:
    case FetchOutcome::kTooLarge:
    case FetchOutcome::kContentTypeRefused:
    case FetchOutcome::kBlockedByScope:
    case FetchOutcome::kCancelled:
      return false;
  }
  return false;
}

CircuitVerdict JudgeCircuit(FetchOutcome outcome) {
  switch (outcome) {
    case FetchOutcome::kOnionUnreachable:
      return CircuitVerdict::kSpent;
    case FetchOutcome::kExitRefused:
    case FetchOutcome::kDnsFailed:
    case FetchOutcome::kConnectionReset:
    case FetchOutcome::kConnectTimeout:
    case FetchOutcome::kTransferTimeout:
      return CircuitVerdict::kDoubtful;
    case FetchOutcome::kOk:
    case FetchOutcome::kNotModified:
    case FetchOutcome::kHttpError:
    case FetchOutcome::kProxyDown:
    case FetchOutcome::kNetworkDown:
    // Directories were asked, and every circuit would be told the same.
    case FetchOutcome::kOnionDescriptorMissing:
    case FetchOutcome::kOnionAuthNeeded:
    case FetchOutcome::kBadOnionAddress:
    case FetchOutcome::kConnectionRefused:
    case FetchOutcome::kTls:
    case FetchOutcome::kTooLarge:
    case FetchOutcome::kContentTypeRefused:
    case FetchOutcome::kBlockedByScope:
    case FetchOutcome::kCancelled:
      return CircuitVerdict::kFine;
  }
  return CircuitVerdict::kFine;
}

}  // namespace gasht
