#include "crawler/child_fetcher.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/child.h"
#include "base/content_coding.h"
#include "base/file.h"
#include "base/frame.h"
#include "base/log.h"
#include "crawler/fetch_child.h"
#include "crawler/outcome.h"
#include "model/codec.h"

namespace gasht {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr size_t kMaxCertificatesBytes = 8u << 20;
// Debian's bundle (ca-certificates).
constexpr char kSystemCertificates[] = "/etc/ssl/certs/ca-certificates.crt";
// A page is at most FetchRequest::max_body_bytes, which is checked for each; this bounds a frame.
constexpr FrameLimits kResultLimits{1 << 20, 256u << 20};
// Of a request as sent: ours, with the URL in it.
constexpr size_t kMaxRequestHeadBytes = 64u << 10;
constexpr size_t kMaxDetailBytes = 4096;
// Deaths at which a URL was being fetched, before it is believed to cause them.
constexpr int kDeathsOfAKiller = 3;
constexpr size_t kMaxSuspects = 10'000;

FetchOutcome OutageOf(Route route) {
  return route == Route::kTor ? FetchOutcome::kProxyDown : FetchOutcome::kNetworkDown;
}

}  // namespace

struct ChildFetcher::Impl {
  // What a result is held against, and stamped with.
  struct Transfer {
    std::string url;
    size_t max_wire_bytes = 0, max_body_bytes = 0;
    Channel channel = Channel::kOnion;
    UtcTime started_utc;
    MonotonicTime started;
  };

  struct Child {
    explicit Child(Route r) : route(r) {}

    const Route route;
    std::optional<ChildProcess> process;
    std::optional<FrameReader> reader;
    std::string unsent;
    std::unordered_map<uint64_t, Transfer> transfers;
    // Cancelled here, not yet answered there.
    std::unordered_set<uint64_t> cancelled;
    MonotonicTime may_start_at;
    milliseconds pause{0};
  };

  Impl(ChildFetcherOptions o, const Clock& c)
      : options(std::move(o)), clock(c), wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  const ChildFetcherOptions options;
  const Clock& clock;
  const OwnedFd wake;
  std::string trusted_certificates;
  Child tor{Route::kTor}, direct{Route::kDirect};
  std::vector<FetchResult> finished;
  std::unordered_map<std::string, int> suspects;
  uint64_t deaths = 0;

  Child& ChildOf(Route route) { return route == Route::kTor ? tor : direct; }

  // ---- Life and death ----

  Status Spawn(Child& child) const {
    FetchSetup setup;
    setup.route = child.route;
    if (child.route == Route::kTor) setup.socks = options.curl.socks;
    setup.request_headers = options.curl.request_headers;
    setup.trusted_certificates = trusted_certificates;
    setup.max_head_bytes = options.curl.max_head_bytes;
    setup.low_speed_bytes_per_second = options.curl.low_speed_bytes_per_second;
    setup.low_speed_time = options.curl.low_speed_time;
    setup.max_idle_connections = options.curl.max_idle_connections;
    setup.max_idle_time = options.curl.max_idle_time;

    GASHT_ASSIGN_OR_RETURN(ChildProcess process, ChildProcess::Spawn(kFetchRole));
    FrameReader reader(kResultLimits);
    const Status sent = SendFrame(process.channel(), "", Encode(setup), options.start_time);
    Result<Frame> answer =
        sent.ok() ? ReceiveFrame(process.channel(), reader, options.start_time) : Result<Frame>(sent);
    if (!answer.ok())
      return Status::Unavailable(fmt::format("the {} fetch child does not start: {}; it {}",
                                             RouteName(child.route), answer.status().message(),
                                             process.Kill()));
    GASHT_ASSIGN_OR_RETURN(const ChildReady ready, DecodeChildReady(answer->header));
    if (!ready.error.empty())
      return Status::Unavailable(
          fmt::format("the {} fetch child does not start: {}", RouteName(child.route), ready.error));
    child.process = std::move(process);
    child.reader.emplace(kResultLimits);
    child.unsent.clear();
    child.cancelled.clear();
    return Status::Ok();
  }

  // True when there is a child to talk to.
  bool Ensure(Child& child) {
    if (child.process) return true;
    if (clock.Monotonic() < child.may_start_at) return false;
    const Status started = Spawn(child);
    if (started.ok()) return true;
    Log(LogLevel::kError, "fetch_child_does_not_start",
        {{"route", Safe(RouteName(child.route))}, {"reason", Safe(started.message())}});
    Pause(child);
    return false;
  }

  void Pause(Child& child) const {
    child.pause = child.pause.count() == 0 ? options.first_restart_pause
                                           : std::min(child.pause * 2, options.longest_restart_pause);
    child.may_start_at = clock.Monotonic() + child.pause;
  }

  // The child is gone, or has to go: `why` in fixed words.
  void OnDeath(Child& child, std::string_view why) {
    const std::string how = child.process->Kill();
    child.process.reset();
    ++deaths;
    Pause(child);
    Log(LogLevel::kError, "fetch_child_ended",
        {{"route", Safe(RouteName(child.route))},
         {"reason", Safe(why)},
         {"how", Safe(how)},
         {"transfers", child.transfers.size()}});
    for (auto& [id, transfer] : std::exchange(child.transfers, {})) {
      if (suspects.size() >= kMaxSuspects) suspects.clear();
      FetchResult result = EndOf(id, transfer);
      if (++suspects[transfer.url] >= kDeathsOfAKiller) {
        suspects.erase(transfer.url);
        result.outcome = FetchOutcome::kConnectionReset;
        result.detail = fmt::format("the fetch child died {} times while this was fetched", kDeathsOfAKiller);
      } else {
        result.outcome = OutageOf(child.route);
        result.detail = "the fetch child ended";
      }
      finished.push_back(std::move(result));
    }
  }

  // ---- Results ----

  FetchResult EndOf(uint64_t id, const Transfer& transfer) const {
    FetchResult result;
    result.id = id;
    result.channel = transfer.channel;
    result.timings.started_utc = transfer.started_utc;
    result.timings.started = transfer.started;
    result.timings.finished = clock.Monotonic();
    return result;
  }

  // Everything that is there. False: the child broke the protocol or is gone, and says so in `why`.
  bool Read(Child& child, std::string_view& why) {
    for (;;) {
      Result<std::optional<Frame>> frame = child.reader->ReadAvailable(child.process->channel());
      if (!frame.ok()) {
        why = frame.status().code() == StatusCode::kDataLoss ? "it broke the protocol" : "it is gone";
        return false;
      }
      if (!*frame) return true;
      if (!Accept(child, std::move(**frame))) {
        why = "its result is not one";
        return false;
      }
    }
  }

  bool Accept(Child& child, Frame frame) {
    Result<FetchResult> decoded = DecodeFetchResult(frame.header);
    if (!decoded.ok()) return false;
    FetchResult result = std::move(*decoded);
    (result.content_coding.empty() ? result.body : result.received) = std::move(frame.body);
    if (child.cancelled.erase(result.id) == 1) return true;
    const auto found = child.transfers.find(result.id);
    if (found == child.transfers.end()) return false;
    const Transfer& transfer = found->second;
    if (!IsWithinRequest(result, transfer)) return false;
    if (!result.content_coding.empty()) {
      // The child hashed it before it undid the coding; nothing that happened since may have changed it.
      if (Sha256(result.received) != result.received_sha256) return false;
      result.body = DecodeContent(result.content_coding, result.received, transfer.max_body_bytes);
    }
    const microseconds first_byte = result.timings.first_byte;
    result.timings = EndOf(result.id, transfer).timings;
    result.timings.first_byte =
        std::clamp(first_byte, microseconds(0), result.timings.finished - result.timings.started);
    // It lives and works.
    child.pause = milliseconds(0);
    if (!suspects.empty()) suspects.erase(transfer.url);
    child.transfers.erase(found);
    finished.push_back(std::move(result));
    return true;
  }

  bool IsWithinRequest(const FetchResult& result, const Transfer& transfer) const {
    return result.body.size() <= transfer.max_body_bytes &&
           result.received.size() <= transfer.max_wire_bytes &&
           result.response_head.size() <= options.curl.max_head_bytes &&
           result.content_type.size() <= options.curl.max_head_bytes &&
           result.location.size() <= options.curl.max_head_bytes &&
           result.request_head.size() <= kMaxRequestHeadBytes && result.detail.size() <= kMaxDetailBytes &&
           result.status >= 0 && result.status <= 999 && result.channel == transfer.channel;
  }

  // ---- Orders ----

  void Send(Child& child, const FetchOrder& order) {
    const std::string header = Encode(order);
    const auto prefix = FramePrefix(header.size(), 0);
    child.unsent.append(prefix.data(), prefix.size()).append(header);
    Flush(child);
  }

  // Errors show when the channel is read.
  static void Flush(Child& child) {
    while (!child.unsent.empty()) {
      const ssize_t sent = send(child.process->channel(), child.unsent.data(), child.unsent.size(),
                                MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) return;
      child.unsent.erase(0, static_cast<size_t>(sent));
    }
  }

  // Waits for a child or a wake-up; true when there was a wake-up.
  bool Wait(milliseconds timeout) {
    std::array<pollfd, 3> fds{};
    std::array<Child*, 2> who{};
    size_t count = 0;
    for (Child* child : {&tor, &direct}) {
      if (!child->process) continue;
      const short events = child->unsent.empty() ? POLLIN : POLLIN | POLLOUT;
      who[count] = child;
      fds[count++] = {child->process->channel(), events, 0};
    }
    fds[count] = {wake.get(), POLLIN, 0};
    if (poll(fds.data(), static_cast<nfds_t>(count + 1), static_cast<int>(timeout.count())) <= 0)
      return false;
    for (size_t i = 0; i < count; ++i) {
      if ((fds[i].revents & POLLOUT) != 0) Flush(*who[i]);
      std::string_view why;
      if ((fds[i].revents & ~POLLOUT) != 0 && !Read(*who[i], why)) OnDeath(*who[i], why);
    }
    if (fds[count].revents == 0) return false;
    uint64_t times = 0;
    return read(wake.get(), &times, sizeof times) == sizeof times;
  }
};

ChildFetcher::ChildFetcher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ChildFetcher::~ChildFetcher() = default;

Result<std::unique_ptr<ChildFetcher>> ChildFetcher::Create(ChildFetcherOptions options, const Clock& clock) {
  auto impl = std::make_unique<Impl>(std::move(options), clock);
  if (!impl->wake.is_open()) return Status::Unavailable("no descriptor is left for an eventfd");
  impl->trusted_certificates = impl->options.curl.trusted_certificates;
  if (impl->trusted_certificates.empty()) {
    const std::string& file = impl->options.curl.ca_file;
    Result<std::string> bundle = ReadFile(file.empty() ? kSystemCertificates : file, kMaxCertificatesBytes);
    if (bundle.ok()) {
      impl->trusted_certificates = std::move(*bundle);
    } else if (file.empty()) {
      // Onion services need none; behind https nobody is trusted then.
      Log(LogLevel::kWarning, "no_trusted_certificates",
          {{"reason", Safe(bundle.status().message())}, {"remedy", "apt install ca-certificates"}});
    } else {
      return bundle.status().WithContext("the certificates that TLS trusts");
    }
  }
  if (!impl->options.curl.socks.empty()) GASHT_RETURN_IF_ERROR(impl->Spawn(impl->tor));
  return std::unique_ptr<ChildFetcher>(new ChildFetcher(std::move(impl)));
}

Status ChildFetcher::Start(FetchRequest request) {
  Impl& impl = *impl_;
  const Route route = request.route;
  if (route == Route::kTor && impl.options.curl.socks.empty())
    return Status::FailedPrecondition("a source says route: tor and no SOCKS endpoint is configured");
  if (route == Route::kDirect && request.url.is_onion())
    return Status::FailedPrecondition("an onion address is never fetched directly");
  Impl::Child& child = impl.ChildOf(route);
  Impl::Transfer transfer{request.url.str(),      request.max_wire_bytes,
                          request.max_body_bytes, ChannelOf(request.url, route),
                          impl.clock.Utc(),       impl.clock.Monotonic()};
  const uint64_t id = request.id;
  if (!impl.Ensure(child)) {
    FetchResult result = impl.EndOf(id, transfer);
    result.outcome = OutageOf(route);
    result.detail = "the fetch child ended and is not yet started again";
    impl.finished.push_back(std::move(result));
    return Status::Ok();
  }
  child.transfers.emplace(id, std::move(transfer));
  impl.Send(child, {std::move(request)});
  return Status::Ok();
}

std::vector<FetchResult> ChildFetcher::Poll(microseconds timeout) {
  Impl& impl = *impl_;
  const MonotonicTime deadline = impl.clock.Monotonic() + timeout;
  bool woken = impl.Wait(milliseconds(0));
  while (impl.finished.empty() && !woken) {
    const microseconds left = deadline - impl.clock.Monotonic();
    if (left.count() <= 0) break;
    woken = impl.Wait(milliseconds(std::min<int64_t>((left.count() + 999) / 1000, 60'000)));
  }
  return std::exchange(impl.finished, {});
}

void ChildFetcher::Wakeup() {
  const uint64_t one = 1;
  // Fails only when it is set already.
  [[maybe_unused]] const ssize_t written = write(impl_->wake.get(), &one, sizeof one);
}

void ChildFetcher::CancelAll() {
  for (Impl::Child* child : {&impl_->tor, &impl_->direct}) {
    if (child->transfers.empty()) continue;
    for (const auto& [id, transfer] : child->transfers) {
      FetchResult result = impl_->EndOf(id, transfer);
      result.outcome = FetchOutcome::kCancelled;
      result.detail = "cancelled";
      impl_->finished.push_back(std::move(result));
      child->cancelled.insert(id);
    }
    child->transfers.clear();
    impl_->Send(*child, {});
  }
}

size_t ChildFetcher::in_flight() const {
  return impl_->tor.transfers.size() + impl_->direct.transfers.size();
}

uint64_t ChildFetcher::deaths() const {
  return impl_->deaths;
}

std::vector<int> ChildFetcher::child_pids() const {
  std::vector<int> pids;
  for (const Impl::Child* child : {&impl_->tor, &impl_->direct}) {
    if (child->process) pids.push_back(child->process->pid());
  }
  return pids;
}

}  // namespace gasht
