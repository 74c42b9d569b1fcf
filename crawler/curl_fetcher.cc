#include "crawler/curl_fetcher.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/content_coding.h"
#include "base/digest.h"
#include "crawler/endpoint.h"
#include "crawler/outcome.h"
#include "crawler/public_address.h"
#include "crawler/response_head.h"
#include "crawler/tls_facts.h"

namespace gasht {
namespace {

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

Status Append(const std::string& header, HeaderList& list) {
  // A line of its own must not become two.
  if (header.find_first_of("\r\n") != std::string::npos)
    return Status::InvalidArgument("a request header with a line break");
  curl_slist* longer = curl_slist_append(list.get(), header.c_str());
  if (longer == nullptr) return Status::ResourceExhausted("out of memory");
  list.release();  // NOLINT(bugprone-unused-return-value): `longer` begins with it
  list.reset(longer);
  return Status::Ok();
}

using Stop = TransferEnd::Stop;

// A chain is two to four long; what a hostile server sends has a bound.
constexpr int kMaxCertificates = 10;
// More than are open at once.
constexpr size_t kMaxConnectionsKnown = 4096;

// One exchange. libcurl calls back into it from Poll, on the crawl thread.
struct Transfer {
  Transfer(FetchRequest asked, const Endpoint* socks_endpoint, size_t head_cap)
      : request(std::move(asked)), socks(socks_endpoint), max_head_bytes(head_cap) {}

  const FetchRequest request;
  const Endpoint* const socks;  // of the fetcher; null on the direct route
  // Opens the socket instead of us, by the endpoint's number.
  const std::function<int(size_t)>* open_socks = nullptr;
  size_t socks_number = 0;
  const size_t max_head_bytes;

  HeaderList headers;  // empty: the fetcher's
  std::unique_ptr<CURL, EasyDeleter> easy;
  std::array<char, CURL_ERROR_SIZE> error{};
  FetchTimings timings;
  Stop stop = Stop::kNot;
  ResponseHead head;
  std::string request_head;
  std::string body;
  // As received, where there is a content coding: hashed before anything undoes it.
  std::string received;
  Sha256Stream received_sha256;
  std::optional<ContentDecoder> decoder;
  size_t head_bytes = 0;
  uint64_t wire_bytes = 0;
  std::optional<int64_t> connection;  // libcurl's number of it
  TlsFacts tls;                       // where this transfer opened the connection

  // False, and the transfer ends, when one of our own limits says so.
  bool MayGoOn() {
    if (stop == Stop::kNot && wire_bytes > request.max_wire_bytes) stop = Stop::kWireBytes;
    return stop == Stop::kNot;
  }

  bool OnHeaderLine(std::string_view line) {
    head_bytes += line.size();
    if (head_bytes > max_head_bytes) stop = Stop::kHeadBytes;
    if (!MayGoOn()) return false;
    if (!head.Add(line)) return true;
    if (!head.codings_known()) stop = Stop::kContentCoding;
    if (!IsReadableMediaType(head.content_type(), request.media)) stop = Stop::kContentType;
    if (!head.content_coding().empty() && head.codings_known()) decoder.emplace(head.content_coding());
    return MayGoOn();
  }

  bool OnBody(std::string_view piece) {
    if (!MayGoOn()) return false;
    if (decoder) return OnCodedBody(piece);
    const size_t room = request.max_body_bytes - body.size();
    body.append(piece.substr(0, room));
    if (piece.size() > room) stop = Stop::kBodyBytes;
    return MayGoOn();
  }

  bool OnCodedBody(std::string_view piece) {
    // What a transfer coding unpacks to is not bounded by the wire.
    const std::string_view kept = piece.substr(0, request.max_wire_bytes - received.size());
    received += kept;
    received_sha256.Update(kept);
    if (kept.size() < piece.size()) stop = Stop::kWireBytes;
    const ContentDecoder::State state = decoder->Decode(kept, request.max_body_bytes, body);
    if (state == ContentDecoder::State::kFull) stop = Stop::kBodyBytes;
    if (state == ContentDecoder::State::kBroken) stop = Stop::kBrokenCoding;
    return MayGoOn();
  }

  void OnDebug(curl_infotype type, std::string_view bytes) {
    if (type == CURLINFO_HEADER_OUT) {
      // A connection that had died while idle: libcurl asks again on a new one.
      if (bytes.starts_with("GET ")) request_head.clear();
      request_head += bytes;
    }
    if (type == CURLINFO_TEXT) {
      ReadTlsLine(bytes, tls);
      if (const auto number = ConnectionNumberIn(bytes)) connection = number;
    }
    if (type == CURLINFO_HEADER_IN || type == CURLINFO_DATA_IN) wire_bytes += bytes.size();
  }

  bool MayConnectTo(const curl_sockaddr& address) {
    if (socks != nullptr) return IsSocksEndpoint(address);
    if (request.allow_private || IsPublicAddress(&address.addr)) return true;
    stop = Stop::kAddress;
    return false;
  }

  bool IsSocksEndpoint(const curl_sockaddr& address) const {
    if (socks->is_unix()) {
      if (address.family != AF_UNIX || address.addrlen > sizeof(sockaddr_un)) return false;
      sockaddr_un un{};
      std::memcpy(&un, &address.addr, address.addrlen);
      return socks->unix_path == un.sun_path;
    }
    if (address.family != AF_INET && address.family != AF_INET6) return false;
    const std::vector<unsigned char> expected = socks->SocketAddress();
    return address.addrlen >= expected.size() &&
           std::memcmp(&address.addr, expected.data(), expected.size()) == 0;
  }
};

size_t HeaderCallback(char* data, size_t size, size_t count, void* transfer) {
  return static_cast<Transfer*>(transfer)->OnHeaderLine({data, size * count}) ? size * count : 0;
}

size_t WriteCallback(char* data, size_t size, size_t count, void* transfer) {
  return static_cast<Transfer*>(transfer)->OnBody({data, size * count}) ? size * count : CURL_WRITEFUNC_ERROR;
}

// Called on all that arrives, also where it decodes to nothing (chunk extensions).
int ProgressCallback(void* transfer, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(transfer)->MayGoOn() ? 0 : 1;
}

int DebugCallback(CURL*, curl_infotype type, char* data, size_t size, void* transfer) {
  static_cast<Transfer*>(transfer)->OnDebug(type, {data, size});
  return 0;
}

curl_socket_t OpenSocketCallback(void* transfer, curlsocktype purpose, curl_sockaddr* address) {
  if (purpose != CURLSOCKTYPE_IPCXN || !static_cast<Transfer*>(transfer)->MayConnectTo(*address)) {
    errno = EACCES;
    return CURL_SOCKET_BAD;
  }
  const Transfer& asking = *static_cast<Transfer*>(transfer);
  if (asking.open_socks != nullptr) return (*asking.open_socks)(asking.socks_number);
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// What the callback above was given is connected already.
int SocketOptionCallback(void* transfer, curl_socket_t, curlsocktype) {
  return static_cast<Transfer*>(transfer)->open_socks != nullptr ? CURL_SOCKOPT_ALREADY_CONNECTED
                                                                 : CURL_SOCKOPT_OK;
}

// "socks5h": the proxy resolves names. A Unix socket is written as a path on localhost.
std::string ProxyUrl(const Endpoint& socks) {
  if (!socks.is_unix()) {
    const bool is_v6 = socks.address.find(':') != std::string::npos;
    return fmt::format("socks5h://{}:{}", is_v6 ? fmt::format("[{}]", socks.address) : socks.address,
                       socks.port);
  }
  std::string url = "socks5h://localhost";
  for (const char c : socks.unix_path) {
    const bool bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '/' || c == '.' || c == '_' || c == '-';
    url += bare ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return url;
}

long Milliseconds(std::chrono::microseconds duration) {
  return static_cast<long>(std::max<int64_t>(1, (duration.count() + 999) / 1000));
}

// Sets options until one fails.
class OptionSetter {
 public:
  explicit OptionSetter(CURL* easy) : easy_(easy) {}
  template <typename Value>
  OptionSetter& Set(CURLoption option, Value value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(easy_, option, value);
    return *this;
  }
  Status status() const {
    if (code_ == CURLE_OK) return Status::Ok();
    return Status::Internal(fmt::format("libcurl refused an option: {}", curl_easy_strerror(code_)));
  }

 private:
  CURL* const easy_;
  CURLcode code_ = CURLE_OK;
};

void SetCallbacks(OptionSetter& options, Transfer* transfer) {
  options.Set(CURLOPT_PRIVATE, transfer)
      .Set(CURLOPT_ERRORBUFFER, transfer->error.data())
      .Set(CURLOPT_HEADERFUNCTION, HeaderCallback)
      .Set(CURLOPT_HEADERDATA, transfer)
      .Set(CURLOPT_WRITEFUNCTION, WriteCallback)
      .Set(CURLOPT_WRITEDATA, transfer)
      .Set(CURLOPT_XFERINFOFUNCTION, ProgressCallback)
      .Set(CURLOPT_XFERINFODATA, transfer)
      .Set(CURLOPT_NOPROGRESS, 0L)
      // The only way to the request as sent and to the bytes as they arrive.
      .Set(CURLOPT_VERBOSE, 1L)
      .Set(CURLOPT_DEBUGFUNCTION, DebugCallback)
      .Set(CURLOPT_DEBUGDATA, transfer)
      .Set(CURLOPT_OPENSOCKETFUNCTION, OpenSocketCallback)
      .Set(CURLOPT_OPENSOCKETDATA, transfer)
      .Set(CURLOPT_SOCKOPTFUNCTION, SocketOptionCallback)
      .Set(CURLOPT_SOCKOPTDATA, transfer);
}

void SetRoute(OptionSetter& options, const FetchRequest& request, const Endpoint* socks) {
  // An empty proxy and an empty no-proxy list are values: unset ones are read from the environment.
  options.Set(CURLOPT_PRE_PROXY, "").Set(CURLOPT_NOPROXY, "");
  if (socks == nullptr) {
    options.Set(CURLOPT_PROXY, "");
    return;
  }
  options.Set(CURLOPT_PROXY, ProxyUrl(*socks).c_str())
      .Set(CURLOPT_SOCKS5_AUTH, request.socks_user.empty() ? CURLAUTH_NONE : CURLAUTH_BASIC);
  if (request.socks_user.empty()) return;
  options.Set(CURLOPT_PROXYUSERNAME, request.socks_user.c_str())
      .Set(CURLOPT_PROXYPASSWORD, request.socks_password.c_str());
}

void SetPolicy(OptionSetter& options, const FetchRequest& request) {
  options
      .Set(CURLOPT_URL, request.url.str().c_str())
      // The URL was made canonical by the parser that scope decided on; nothing changes it again.
      .Set(CURLOPT_PATH_AS_IS, 1L)
      .Set(CURLOPT_HTTPGET, 1L)
      .Set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1))
      .Set(CURLOPT_HTTP09_ALLOWED, 0L)
      .Set(CURLOPT_PROTOCOLS_STR, "http,https")
      .Set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
      .Set(CURLOPT_FOLLOWLOCATION, 0L)
      .Set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L)
      .Set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED))
      .Set(CURLOPT_NOSIGNAL, 1L)
      .Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2))  // RFC 8996
      .Set(CURLOPT_SSL_VERIFYPEER, 1L)
      .Set(CURLOPT_SSL_VERIFYHOST, 2L)
      .Set(CURLOPT_CERTINFO, request.url.scheme() == "https" ? 1L : 0L)
      // Bodies are evidence as they come: the coding that our own headers ask for is undone here, after the body was hashed.
      // (Not HTTP_CONTENT_DECODING: without it libcurl leaves a gzip of Transfer-Encoding as well.)
      .Set(CURLOPT_ACCEPT_ENCODING, static_cast<const char*>(nullptr))
      .Set(CURLOPT_CONNECTTIMEOUT_MS, Milliseconds(request.connect_timeout))
      .Set(CURLOPT_TIMEOUT_MS, Milliseconds(request.total_timeout));
}

BodyEnd BodyEndOf(const Transfer& transfer, FetchOutcome outcome, bool finished) {
  if (!transfer.head.complete()) return BodyEnd::kNone;
  const int32_t status = transfer.head.status();
  if (outcome == FetchOutcome::kContentTypeRefused || status == 204 || status == 304) return BodyEnd::kNone;
  if (!finished) return BodyEnd::kTruncated;
  if (transfer.head.chunked()) return BodyEnd::kChunked;
  return transfer.head.has_content_length() ? BodyEnd::kContentLength : BodyEnd::kConnectionClosed;
}

// Why the response is not all that the server meant to send.
Truncation TruncationOf(const Transfer& transfer, FetchOutcome outcome, bool finished) {
  if (finished || transfer.head.status() == 0) return Truncation::kNot;
  if (outcome == FetchOutcome::kTooLarge) return Truncation::kLength;
  if (outcome == FetchOutcome::kTransferTimeout) return Truncation::kTime;
  if (outcome == FetchOutcome::kConnectionReset) return Truncation::kDisconnect;
  return Truncation::kUnspecified;
}

}  // namespace

struct CurlFetcher::Impl {
  Impl(CurlFetcherOptions o, const Clock& c) : options(std::move(o)), clock(c) {}
  ~Impl() {
    for (auto& [easy, transfer] : transfers) curl_multi_remove_handle(multi.get(), easy);
  }

  const CurlFetcherOptions options;
  const Clock& clock;
  std::vector<Endpoint> socks;
  HeaderList headers;
  std::unique_ptr<CURLM, MultiDeleter> multi;
  // After `multi`: the handles leave it before it is cleaned up.
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> transfers;
  std::vector<FetchResult> finished;
  std::map<int64_t, TlsFacts> tls_of_connection;
  std::atomic<bool> woken = false;

  // A transfer that asks whether something changed has headers of its own.
  Status AddConditions(Transfer& transfer) const {
    const FetchRequest& request = transfer.request;
    if (request.if_none_match.empty() && request.if_modified_since.empty()) return Status::Ok();
    for (const std::string& header : options.request_headers)
      GASHT_RETURN_IF_ERROR(Append(header, transfer.headers));
    if (!request.if_none_match.empty())
      GASHT_RETURN_IF_ERROR(Append("If-None-Match: " + request.if_none_match, transfer.headers));
    if (!request.if_modified_since.empty())
      GASHT_RETURN_IF_ERROR(Append("If-Modified-Since: " + request.if_modified_since, transfer.headers));
    return Status::Ok();
  }

  Status Configure(Transfer& transfer) {
    OptionSetter set(transfer.easy.get());
    SetCallbacks(set, &transfer);
    SetPolicy(set, transfer.request);
    SetRoute(set, transfer.request, transfer.socks);
    GASHT_RETURN_IF_ERROR(AddConditions(transfer));
    set.Set(CURLOPT_HTTPHEADER, transfer.headers ? transfer.headers.get() : headers.get())
        .Set(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(options.low_speed_bytes_per_second))
        .Set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(options.low_speed_time.count()))
        .Set(CURLOPT_MAXAGE_CONN, static_cast<long>(options.max_idle_time.count()));
    if (!options.ca_file.empty()) set.Set(CURLOPT_CAINFO, options.ca_file.c_str());
    // libcurl copies them into every connection, plain ones too: 220 kB each of a thousand.
    if (!options.trusted_certificates.empty() && transfer.request.url.scheme() == "https") {
      // The transfer is over before the options are gone.
      curl_blob trusted{const_cast<char*>(options.trusted_certificates.data()),
                        options.trusted_certificates.size(), CURL_BLOB_NOCOPY};
      set.Set(CURLOPT_CAINFO_BLOB, &trusted).Set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    return set.status();
  }

  FetchResult MakeResult(Transfer& transfer, CURLcode code) {
    TransferEnd end;
    end.curl_code = code;
    end.error_text = transfer.error.data();
    end.status = transfer.head.status();
    end.route = transfer.request.route;
    end.onion = transfer.request.url.is_onion();
    end.connected = !transfer.request_head.empty();
    end.head_complete = transfer.head.complete();
    end.stop = transfer.stop;
    long os_errno = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_PROXY_ERROR, &end.proxy_error);
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_OS_ERRNO, &os_errno);
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_SSL_VERIFYRESULT, &end.certificate_error);
    end.os_errno = static_cast<int>(os_errno);
    OutcomeAndDetail decided = DecideOutcome(end);

    const bool whole = code == CURLE_OK && transfer.stop == Stop::kNot && transfer.head.complete();
    FetchResult result;
    result.id = transfer.request.id;
    result.outcome = decided.outcome;
    result.detail = std::move(decided.detail);
    result.status = transfer.head.status();
    result.request_head = std::move(transfer.request_head);
    result.response_head = transfer.head.text();
    result.content_type = transfer.head.content_type();
    result.location = transfer.head.location();
    result.body = std::move(transfer.body);
    if (!transfer.received.empty()) {
      result.content_coding = transfer.head.content_coding();
      result.received = std::move(transfer.received);
      result.received_sha256 = transfer.received_sha256.Finish();
    }
    result.wire_bytes = transfer.wire_bytes;
    result.body_end = BodyEndOf(transfer, result.outcome, whole);
    result.truncation = TruncationOf(transfer, result.outcome, whole);
    result.channel = ChannelOf(transfer.request.url, transfer.request.route);
    if (transfer.request.url.scheme() == "https") result.tls = TlsOf(transfer);
    result.timings = transfer.timings;
    result.timings.finished = clock.Monotonic();
    curl_off_t first_byte = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_STARTTRANSFER_TIME_T, &first_byte);
    result.timings.first_byte = std::chrono::microseconds(first_byte);
    return result;
  }

  // A transfer that opened its connection saw the handshake; one on a kept connection is told what that one saw.
  TlsFacts TlsOf(Transfer& transfer) {
    if (transfer.tls.empty()) {
      const auto known =
          transfer.connection ? tls_of_connection.find(*transfer.connection) : tls_of_connection.end();
      return known == tls_of_connection.end() ? TlsFacts() : known->second;
    }
    curl_certinfo* chain = nullptr;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_CERTINFO, &chain);
    for (int i = 0; chain != nullptr && i < std::min(chain->num_of_certs, kMaxCertificates); ++i) {
      for (const curl_slist* field = chain->certinfo[i]; field != nullptr; field = field->next) {
        if (!std::string_view(field->data).starts_with("Cert:")) continue;
        if (const auto fingerprint = CertificateFingerprint(field->data))
          transfer.tls.certificates.push_back(*fingerprint);
      }
    }
    if (transfer.connection) {
      // Numbers only grow: the lowest are of connections long closed.
      if (tls_of_connection.size() >= kMaxConnectionsKnown)
        tls_of_connection.erase(tls_of_connection.begin());
      tls_of_connection[*transfer.connection] = transfer.tls;
    }
    return transfer.tls;
  }

  void Finish(CURL* easy, CURLcode code) {
    curl_multi_remove_handle(multi.get(), easy);
    const auto found = transfers.find(easy);
    finished.push_back(MakeResult(*found->second, code));
    transfers.erase(found);
  }

  void Perform() {
    int running = 0;
    curl_multi_perform(multi.get(), &running);
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
      // The message dies with the handle.
      if (message->msg == CURLMSG_DONE) Finish(message->easy_handle, message->data.result);
    }
  }
};

CurlFetcher::CurlFetcher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CurlFetcher::~CurlFetcher() = default;

Result<std::unique_ptr<CurlFetcher>> CurlFetcher::Create(CurlFetcherOptions options, const Clock& clock) {
  auto impl = std::make_unique<Impl>(std::move(options), clock);
  for (const std::string& text : impl->options.socks) {
    GASHT_ASSIGN_OR_RETURN(Endpoint endpoint, Endpoint::Parse(text));
    impl->socks.push_back(std::move(endpoint));
  }
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return Status::Internal("libcurl does not start");
  impl->multi.reset(curl_multi_init());
  if (!impl->multi) return Status::ResourceExhausted("out of memory");
  curl_multi_setopt(impl->multi.get(), CURLMOPT_MAXCONNECTS,
                    static_cast<long>(impl->options.max_idle_connections));
  for (const std::string& header : impl->options.request_headers)
    GASHT_RETURN_IF_ERROR(Append(header, impl->headers));
  return std::unique_ptr<CurlFetcher>(new CurlFetcher(std::move(impl)));
}

Status CurlFetcher::Start(FetchRequest request) {
  const bool through_tor = request.route == Route::kTor;
  if (through_tor && impl_->socks.empty())
    return Status::FailedPrecondition("a source says route: tor and no SOCKS endpoint is configured");
  // This libcurl would ask the resolver for it.
  if (!through_tor && request.url.is_onion())
    return Status::FailedPrecondition("an onion address is never fetched directly");
  const size_t number = through_tor ? PickEndpoint(impl_->socks, request.source.value) : 0;
  auto transfer = std::make_unique<Transfer>(
      std::move(request), through_tor ? &impl_->socks[number] : nullptr, impl_->options.max_head_bytes);
  if (through_tor && impl_->options.open_socks) {
    transfer->open_socks = &impl_->options.open_socks;
    transfer->socks_number = number;
  }
  transfer->easy.reset(curl_easy_init());
  if (!transfer->easy) return Status::ResourceExhausted("out of memory");
  GASHT_RETURN_IF_ERROR(impl_->Configure(*transfer));
  transfer->timings.started_utc = impl_->clock.Utc();
  transfer->timings.started = impl_->clock.Monotonic();
  CURL* const easy = transfer->easy.get();
  if (const CURLMcode code = curl_multi_add_handle(impl_->multi.get(), easy); code != CURLM_OK)
    return Status::Internal(fmt::format("libcurl takes no transfer: {}", curl_multi_strerror(code)));
  impl_->transfers.emplace(easy, std::move(transfer));
  return Status::Ok();
}

std::vector<FetchResult> CurlFetcher::Poll(std::chrono::microseconds timeout) {
  const MonotonicTime deadline = impl_->clock.Monotonic() + timeout;
  impl_->Perform();
  while (impl_->finished.empty() && !impl_->woken.exchange(false)) {
    const std::chrono::microseconds left = deadline - impl_->clock.Monotonic();
    if (left.count() <= 0) break;
    const long ms = std::min(Milliseconds(left), 60'000L);
    curl_waitfd extra{impl_->options.wake_fd, CURL_WAIT_POLLIN, 0};
    const unsigned extras = extra.fd >= 0 ? 1 : 0;
    if (curl_multi_poll(impl_->multi.get(), &extra, extras, static_cast<int>(ms), nullptr) != CURLM_OK) break;
    impl_->Perform();
    if (extra.revents != 0) break;
  }
  return std::exchange(impl_->finished, {});
}

void CurlFetcher::Wakeup() {
  impl_->woken.store(true);
  curl_multi_wakeup(impl_->multi.get());
}

void CurlFetcher::CancelAll() {
  while (!impl_->transfers.empty()) {
    const auto& [easy, transfer] = *impl_->transfers.begin();
    transfer->stop = Stop::kCancelled;
    impl_->Finish(easy, CURLE_ABORTED_BY_CALLBACK);
  }
}

size_t CurlFetcher::in_flight() const {
  return impl_->transfers.size();
}

void ClearFetchEnvironment() {
  for (const char* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ftp_proxy", "FTP_PROXY",
                           "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "SSLKEYLOGFILE"})
    unsetenv(name);
}

}  // namespace gasht
