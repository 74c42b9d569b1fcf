#include "crawler/crawl_loop.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/log.h"
#include "base/mutex.h"
#include "crawler/courtesy.h"
#include "crawler/endpoint.h"
#include "crawler/frontier.h"
#include "crawler/outcome.h"
#include "crawler/politeness.h"
#include "crawler/response_head.h"
#include "crawler/schedule.h"
#include "crawler/scope.h"
#include "crawler/tor_watch.h"
#include "crawler/way_out.h"
#include "extract/robots.h"

namespace gasht {
namespace {

using std::chrono::microseconds;

constexpr size_t kMaxHops = 5;
// Entries of one source taken from the store at a time: few, so that better ones found meanwhile do not wait long.
constexpr size_t kTakenAtOnce = 16;
// The longest time without looking at dates, budgets and the store again.
constexpr microseconds kLongestWait = std::chrono::seconds(60);

// Where PageDone posts, from any thread. Shared, so that a late call finds it alive.
class DoneQueue {
 public:
  explicit DoneQueue(Fetcher& fetcher) : fetcher_(fetcher) {}

  void Post(uint64_t page, Status status) {
    MutexLock lock(mu_);
    items_.emplace_back(page, std::move(status));
    // Under the lock: once the last item is taken the loop may end, and the fetcher with it. A wake-up writes a few bytes to a
    // socket that never blocks.
    fetcher_.Wakeup();
  }
  std::vector<std::pair<uint64_t, Status>> TakeAll() {
    MutexLock lock(mu_);
    return std::exchange(items_, {});
  }

 private:
  Fetcher& fetcher_;
  Mutex mu_;
  std::vector<std::pair<uint64_t, Status>> items_ GUARDED_BY(mu_);
};

// What other threads have to say to the loop.
class Mailbox {
 public:
  explicit Mailbox(Fetcher& fetcher) : fetcher_(fetcher) {}

  struct Configuration {
    std::vector<Source> sources;
    CrawlLimits limits;
  };
  struct Mail {
    std::vector<SourceId> refresh;
    std::optional<Configuration> configuration;
  };
  void Refresh(const SourceId& source) {
    MutexLock lock(mu_);
    mail_.refresh.push_back(source);
    fetcher_.Wakeup();
  }
  void Reconfigure(Configuration configuration) {
    MutexLock lock(mu_);
    mail_.configuration = std::move(configuration);
    fetcher_.Wakeup();
  }
  Mail TakeAll() {
    MutexLock lock(mu_);
    return std::exchange(mail_, {});
  }

 private:
  Fetcher& fetcher_;
  Mutex mu_;
  Mail mail_ GUARDED_BY(mu_);
};

// Walls in a row after which a source is left alone for a while, and for how long at first and at most.
constexpr int kWallsInARow = 3;
constexpr microseconds kFirstWallPause = std::chrono::minutes(10);
constexpr microseconds kLongestWallPause = std::chrono::hours(6);
// Failures in a row after which another address of the source is tried.
constexpr uint32_t kFailuresOfAddress = 2;

// The address gave no answer at all, and another one might.
bool IsDeadAddress(FetchOutcome outcome) {
  switch (outcome) {
    case FetchOutcome::kOnionDescriptorMissing:
    case FetchOutcome::kOnionUnreachable:
    case FetchOutcome::kBadOnionAddress:
    case FetchOutcome::kExitRefused:
    case FetchOutcome::kDnsFailed:
    case FetchOutcome::kConnectionRefused:
    case FetchOutcome::kConnectionReset:
    case FetchOutcome::kConnectTimeout:
    case FetchOutcome::kTransferTimeout:
    case FetchOutcome::kTls:
      return true;
    case FetchOutcome::kOk:
    case FetchOutcome::kNotModified:
    case FetchOutcome::kHttpError:
    case FetchOutcome::kProxyDown:
    case FetchOutcome::kNetworkDown:
    case FetchOutcome::kOnionAuthNeeded:
    case FetchOutcome::kTooLarge:
    case FetchOutcome::kContentTypeRefused:
    case FetchOutcome::kBlockedByScope:
    case FetchOutcome::kCancelled:
      return false;
  }
  return false;
}

struct RouteState;

struct SourceState {
  SourceState(Source from_config, const CrawlOptions& options)
      : configured(std::move(from_config)),
        source(configured),
        scope(source),
        gate(options.max_in_flight_per_source) {}

  // With the mirrors that people adopted.
  void Apply(const OperatorState& word) {
    source = WithMirrors(configured, word);
    scope = Scope(source);
    const std::string in_use = origins.empty() ? std::string() : origins[origin];
    origins.clear();
    for (const std::vector<Url>* urls : {&source.seeds, &source.mirrors}) {
      for (const Url& url : *urls) {
        if (std::find(origins.begin(), origins.end(), url.origin()) == origins.end())
          origins.push_back(url.origin());
      }
    }
    UseOrigin(in_use);
    blocked_until = word.blocked_until;
    blocked_by = word.blocked_by;
  }
  const std::string& origin_in_use() const { return origins[origin]; }
  // What the robots.txt of an address said; null when nothing is known.
  const RobotsState* RobotsOf(std::string_view of) const {
    const auto found = robots.find(of);
    return found == robots.end() ? nullptr : &found->second;
  }
  void UseOrigin(const std::string& wanted) {
    const auto found = std::find(origins.begin(), origins.end(), wanted);
    origin = found == origins.end() ? 0 : static_cast<size_t>(found - origins.begin());
  }
  bool is_tips() const { return source.id.value == kTipsSource; }

  // Circuits that Tor has built for the old credential are not used again.
  void NewCredential(MonotonicTime now) {
    // Hexadecimal: Tor reserves user names that begin with "<torS0X>".
    socks_user = HexEncode(RandomBytes(16));
    socks_password = HexEncode(RandomBytes(16));
    credential_since = now;
    doubtful_in_a_row = 0;
  }

  Source configured;
  // With adopted mirrors.
  Source source;
  Scope scope;
  PoliteGate gate;
  std::map<std::string, RobotsState, std::less<>> robots;  // by origin
  // An address that a redirect led to, and whose robots.txt nobody has read.
  std::string robots_wanted;
  // How it is reached; set when it joins the loop.
  RouteState* way = nullptr;
  std::optional<UtcTime> blocked_until;
  std::string blocked_by;
  // Its addresses, and which one is asked; failures of it in a row.
  std::vector<std::string> origins;
  size_t origin = 0;
  uint32_t origin_failures = 0;
  // The site wants to be left alone, or shows nothing but walls.
  MonotonicTime closed_until;
  int walls_in_a_row = 0;
  // Of the day that budgets count.
  int64_t day = 0;
  uint64_t day_bytes = 0;
  // Not in the configuration any more.
  bool removed = false;
  std::string socks_user, socks_password;
  MonotonicTime credential_since;
  int doubtful_in_a_row = 0;
  // After an outage: not before.
  MonotonicTime resumes_at;
  // Taken from the frontier (leased), not yet begun.
  std::deque<FrontierEntry> ready;
  // The store may have more that is due than `ready` holds.
  bool may_have_more = true;
  // When to ask the store again, if nothing happens before.
  MonotonicTime look_again;
  size_t unfinished = 0;
  // Since when `begun` counts against the budget of pages.
  MonotonicTime budget_since;
  uint64_t begun = 0;
  bool dormant = false;
  SourceCrawl crawl;
};

// A page from its first request until it is durable.
struct ActivePage {
  SourceState* source;
  FrontierEntry before;
  CrawlTask task;
  // Of the chain of redirects so far.
  Url url;
  std::vector<Hop> hops;
  uint64_t wire_bytes = 0;
  std::optional<FetchTimings> first;
  size_t bytes_held = 0;
  bool fetching = true;
  FetchOutcome outcome = FetchOutcome::kCancelled;
  std::string robots{};
  bool other_address = false;
};

// One way out, and what waits for word of it.
struct RouteState {
  RouteState(Route r, std::string n, std::string where, const CrawlOptions& options)
      : route(r),
        name(std::move(n)),
        endpoint(std::move(where)),
        canaries(r == Route::kTor ? options.tor_canaries : options.direct_canaries),
        way({.has_canaries = !canaries.empty(),
             .first_pause = options.first_outage_pause,
             .longest_pause = options.longest_outage_pause}) {}

  const Route route;
  const std::string name;      // as CrawlGap::way
  const std::string endpoint;  // of Tor, for messages
  const std::vector<Url>& canaries;
  WayOut way;
  // Failures that may be ours; their pages are still being fetched.
  std::vector<FetchResult> held;
  // Whose failure is doubted, at first any source of it: canaries go by the same SOCKS endpoint. Absent: it has no source.
  std::optional<SourceId> doubted;
  uint64_t probe = 0;          // the number of the last one
  size_t canaries_flying = 0;  // of it
  bool said_closed = false;
  // With `once`: looked for in vain often enough.
  bool given_up = false;
};

// The ids of canaries' requests; pages have the others.
constexpr uint64_t kCanaryId = uint64_t{1} << 63;
constexpr size_t kCanaryBytes = 256u << 10;
constexpr int kDoubtfulBeforeNewCredential = 2;

bool IsSuccess(FetchOutcome outcome) {
  return outcome == FetchOutcome::kOk || outcome == FetchOutcome::kNotModified;
}

FetchResult NotFetched(FetchOutcome outcome, std::string detail) {
  FetchResult result;
  result.outcome = outcome;
  result.detail = std::move(detail);
  return result;
}

}  // namespace

struct CrawlLoop::Impl {
  Impl(std::vector<Source> sources, const Clock& c, const Store& store_of_rows, Fetcher& f, CrawlOptions o,
       PageHandler h)
      : clock(c),
        fetcher(f),
        options(std::move(o)),
        handler(std::move(h)),
        store(store_of_rows),
        frontier(store_of_rows),
        done(std::make_shared<DoneQueue>(f)),
        mailbox(f) {
    MakeWays();
    for (Source& source : sources) AddSource(std::move(source));
  }

  // The direct one, then one for each Tor.
  void MakeWays() {
    const auto add = [this](Route route, std::string name, std::string endpoint) {
      ways.push_back(std::make_unique<RouteState>(route, std::move(name), std::move(endpoint), options));
    };
    add(Route::kDirect, std::string(RouteName(Route::kDirect)), "");
    for (const std::string& text : options.tor_socks) {
      // What is no endpoint the fetcher refuses.
      if (Result<Endpoint> endpoint = Endpoint::Parse(text); endpoint.ok())
        pool.push_back(*std::move(endpoint));
    }
    const std::string tor(RouteName(Route::kTor));
    if (pool.empty()) add(Route::kTor, tor, "the configured endpoint");
    for (size_t i = 0; i < pool.size(); ++i)
      add(Route::kTor, pool.size() == 1 ? tor : fmt::format("{}#{}", tor, i + 1), pool[i].text);
  }

  void AddSource(Source source) {
    states.push_back(std::make_unique<SourceState>(std::move(source), options));
    SourceState& state = *states.back();
    state.NewCredential(clock.Monotonic());
    state.budget_since = clock.Monotonic();
    ChooseWay(state);
  }

  void ChooseWay(SourceState& state) {
    const bool direct = state.configured.route == Route::kDirect;
    const size_t tor = pool.size() < 2 ? 0 : PickEndpoint(pool, state.configured.id.value);
    state.way = ways[direct ? 0 : 1 + tor].get();
    if (!state.way->doubted) state.way->doubted = state.configured.id;
  }

  const Clock& clock;
  Fetcher& fetcher;
  CrawlOptions options;
  const PageHandler handler;
  const Store& store;
  Frontier frontier;
  const std::shared_ptr<DoneQueue> done;
  Mailbox mailbox;
  std::vector<std::unique_ptr<SourceState>> states;
  // Admitted pages, each holding a credit, by the id that its fetches carry.
  std::unordered_map<uint64_t, ActivePage> pages;
  uint64_t last_page_id = 0;
  // Canaries being fetched, with the way they are asked for.
  struct Canary {
    RouteState* state;
    uint64_t probe;
  };
  std::unordered_map<uint64_t, Canary> canaries;
  uint64_t last_canary_id = 0;
  size_t bytes_held = 0;
  std::vector<Endpoint> pool;
  std::vector<std::unique_ptr<RouteState>> ways;
  size_t first_source = 0;  // whose turn it is when credits are short
  Status failure;           // why the run must end
  CrawlSummary summary;
  uint64_t failed_pages = 0;

  void Fail(Status status) {
    if (failure.ok()) failure = std::move(status);
  }

  // ---- Admission ----

  bool HasCredit() const {
    // One page always may, or a budget below a single body would stop the crawl for ever.
    return pages.empty() || (pages.size() < options.max_unfinished_pages &&
                             bytes_held + options.max_body_bytes <= options.max_body_bytes_held);
  }

  // Outside its authority's dates a source sleeps; days pass while the daemon runs.
  bool IsAwake(SourceState& state) {
    const bool covered = state.source.authority.CoversTime(clock.Utc());
    if (!covered && !state.dormant) {
      state.crawl.note = "dormant: today is outside its authority's dates";
      Log(LogLevel::kWarning, "source_dormant", {{"source", Safe(state.source.id.value)}});
    }
    if (covered && state.dormant) state.crawl.note.clear();
    state.dormant = !covered;
    return covered;
  }

  // A person's word stops the queue, what others ask for included.
  bool IsOpen(SourceState& state) {
    if (state.removed) return false;
    if (!state.blocked_until || clock.Utc() >= *state.blocked_until) return true;
    state.crawl.note = fmt::format("blocked by {}", state.blocked_by);
    return false;
  }

  // The site wants to be left alone. With `once` nobody waits for long.
  bool IsPatient(SourceState& state) {
    return !options.once || state.closed_until - clock.Monotonic() <= options.patience;
  }

  // Nothing but time, budgets, credits and its own outage keeps the source from having its next page fetched.
  bool IsActive(SourceState& state) {
    return !IsHeld(state) && IsAwake(state) && IsOpen(state) && IsPatient(state) && !IsGivenUp(state);
  }

  bool IsGivenUp(SourceState& state) const {
    if (state.way->given_up) state.crawl.note = AwaySentence(*state.way);
    return state.way->given_up;
  }

  uint64_t BytesToday(SourceState& state) {
    if (const int64_t today = PakistanDay(clock.Utc()); today != state.day) {
      state.day = today;
      state.day_bytes = 0;
    }
    return state.day_bytes;
  }

  // Why only what persons ask for is fetched now; empty when everything is.
  std::string Restriction(SourceState& state) {
    const MonotonicTime now = clock.Monotonic();
    if (!options.once && now - state.budget_since >= state.source.schedule.interval) {
      state.budget_since = now;
      state.begun = 0;
    }
    const Politeness& politeness = state.source.politeness;
    if (options.only_now) return "only what was asked for";
    if (state.begun >= politeness.max_pages)
      return fmt::format("stopped at its budget of {} pages", politeness.max_pages);
    if (politeness.max_bytes != 0 && BytesToday(state) >= politeness.max_bytes)
      return fmt::format("stopped at its budget of {} bytes a day", politeness.max_bytes);
    if (!options.hours.Contains(clock.Utc())) return "outside the hours of the patrol";
    if (options.bytes_per_day != 0) {
      uint64_t all = 0;
      for (const auto& each : states) all += BytesToday(*each);
      if (all >= options.bytes_per_day)
        return fmt::format("the patrol's {} bytes of today are used up", options.bytes_per_day);
    }
    return {};
  }

  bool IsHeld(SourceState& state) {
    if (!options.why_held) return false;
    std::optional<std::string> why = options.why_held(state.source.id);
    if (!why) return false;
    if (state.crawl.note != *why)
      Log(LogLevel::kError, "source_on_hold", {{"source", Safe(state.source.id.value)}});
    state.crawl.note = std::move(*why);
    return true;
  }

  bool ObeysRobots(const SourceState& state) const {
    return options.robots && !options.only_now && state.source.robots == Source::Robots::kObey &&
           !state.origins.empty() && !state.is_tips();
  }

  // Where the page is asked for: all addresses of a source are one, and the one that answers is asked.
  static Result<Url> AddressOf(const SourceState& state, const FrontierEntry& entry) {
    Result<Url> url = Url::Parse(entry.url);
    if (!url.ok() || state.origins.size() < 2 || HasAddressOfItsOwn(state.source, entry)) return url;
    const std::string target = url->str().substr(url->origin().size());
    Result<Url> there = Url::Parse(state.origin_in_use() + target);
    return there.ok() ? there : url;
  }

  // The address whose robots.txt is to be read before anything else; empty: none. Of the address in use it must have been
  // reached: until it is, nothing is asked for.
  std::string RobotsToRead(const SourceState& state) const {
    if (!ObeysRobots(state)) return {};
    const RobotsState* in_use = state.RobotsOf(state.origin_in_use());
    if (in_use == nullptr || in_use->verdict == RobotsVerdict::kUnreachable) return state.origin_in_use();
    if (!state.robots_wanted.empty() && state.RobotsOf(state.robots_wanted) == nullptr)
      return state.robots_wanted;
    if (state.ready.empty() || state.ready.front().kind == TargetKind::kRobots) return {};
    // Nearly always.
    if (state.ready.front().url.starts_with(state.origin_in_use() + "/")) return {};
    const Result<Url> next = AddressOf(state, state.ready.front());
    return next.ok() && state.RobotsOf(next->origin()) == nullptr ? next->origin() : std::string();
  }

  // Entries that were taken and not begun go back.
  void PutBackReady(SourceState& state) {
    for (const FrontierEntry& entry : state.ready) frontier.Release(entry.key);
    state.ready.clear();
    state.may_have_more = true;
  }

  // True when `ready` has an entry: the robots.txt of that address, while everything else waits for it.
  bool RefillRobots(SourceState& state, const std::string& origin) {
    const std::optional<FrontierEntry> wanted = RobotsEntry(state.source, origin, clock.Utc());
    if (!wanted) return false;
    if (!state.ready.empty() && state.ready.front().key == wanted->key) return true;
    if (!state.ready.empty()) PutBackReady(state);
    // One that is being read.
    for (const auto& [id, page] : pages) {
      if (page.task.key == wanted->key) return false;
    }
    if (!state.may_have_more) return false;
    Result<std::optional<FrontierEntry>> taken = frontier.TakeOne(*wanted, clock.Utc());
    if (!taken.ok()) {
      Fail(taken.status().WithContext("reading the frontier"));
      return false;
    }
    if (*taken) {
      state.ready.push_back(**std::move(taken));
      return true;
    }
    if (origin != state.origin_in_use()) {
      // It was tried, and may not be tried yet again: the pages there are refused, the others go on.
      RobotsState unreachable;
      unreachable.verdict = RobotsVerdict::kUnreachable;
      state.robots.emplace(origin, std::move(unreachable));
      // One address more is known each time: it ends.
      return Refill(state);
    }
    state.may_have_more = false;
    state.look_again = clock.Monotonic() + kLongestWait;
    if (state.RobotsOf(origin) != nullptr)
      state.crawl.note = "its robots.txt cannot be reached, so nothing else is asked for";
    return false;
  }

  // True when `ready` has an entry.
  bool Refill(SourceState& state) {
    if (!options.once && clock.Monotonic() >= state.look_again) state.may_have_more = true;
    if (const std::string origin = RobotsToRead(state); !origin.empty()) return RefillRobots(state, origin);
    const std::string restriction = Restriction(state);
    const CrawlPriority least = restriction.empty() ? CrawlPriority::kRest : CrawlPriority::kNow;
    if (!restriction.empty() && !options.only_now) state.crawl.note = restriction;
    if (!state.ready.empty() && state.ready.front().priority > least) {
      PutBackReady(state);
      if (!options.once) state.look_again = clock.Monotonic() + kLongestWait;
    }
    if (!state.ready.empty() || !state.may_have_more) return !state.ready.empty();
    Result<std::vector<FrontierEntry>> taken =
        frontier.TakeReady(state.source.id, clock.Utc(), kTakenAtOnce, least);
    if (!taken.ok()) {
      Fail(taken.status().WithContext("reading the frontier"));
      return false;
    }
    state.ready.assign(std::make_move_iterator(taken->begin()), std::make_move_iterator(taken->end()));
    if (!state.ready.empty()) {
      const std::string origin = RobotsToRead(state);
      return origin.empty() || RefillRobots(state, origin);
    }
    state.may_have_more = false;
    state.look_again = clock.Monotonic() + kLongestWait;
    // While pages of it are unfinished, their end says when to look again.
    if (options.once || state.unfinished > 0 || least == CrawlPriority::kNow) return false;
    Result<std::optional<UtcTime>> next = frontier.NextDue(state.source.id);
    if (!next.ok()) {
      Fail(next.status().WithContext("reading the frontier"));
    } else if (*next) {
      state.look_again = clock.Monotonic() + std::clamp(**next - clock.Utc(), microseconds(0), kLongestWait);
    }
    return false;
  }

  bool MayStart(SourceState& state) {
    if (!failure.ok() || !HasCredit() || !IsActive(state) || !Refill(state)) return false;
    const MonotonicTime now = clock.Monotonic();
    return state.gate.MayEnter(now) && now >= state.resumes_at && now >= state.closed_until &&
           state.way->way.MayFetch(now);
  }

  void StartWhatMay() {
    for (size_t i = 0; i < states.size() && HasCredit(); ++i) {
      SourceState& state = *states[(first_source + i) % states.size()];
      while (MayStart(state)) StartPage(state);
    }
    if (!states.empty()) first_source = (first_source + 1) % states.size();
  }

  void StartPage(SourceState& state) {
    FrontierEntry entry = std::move(state.ready.front());
    state.ready.pop_front();
    const Result<Url> url = AddressOf(state, entry);
    if (!url.ok()) {
      // Written by an older, laxer version of us, or damaged. It keeps its lease: the rest of the source goes on.
      Log(LogLevel::kError, "frontier_url_unusable",
          {{"source", Safe(state.source.id.value)}, {"key", Safe(entry.key.hex())}});
      return;
    }
    CrawlTask task{state.source.id, entry.key, *url, entry.depth, entry.failures};
    const uint64_t id = ++last_page_id;
    ActivePage& page =
        pages.emplace(id, ActivePage{&state, std::move(entry), std::move(task), *url, {}, 0, {}})
            .first->second;
    page.bytes_held = options.max_body_bytes;
    bytes_held += page.bytes_held;
    ++state.unfinished;
    ++state.begun;
    state.gate.Enter();
    state.way->way.OnStart();
    // Scope again: the configuration may have narrowed since the page was found.
    const ScopeDecision decision = Decide(page, page.url);
    if (!decision.allowed) return Refuse(id, page, fmt::format("{}: {}", kOutOfScope, decision.rule));
    if (const std::string why = WhyRobotsRefuse(page, page.url); !why.empty()) return Refuse(id, page, why);
    Fetch(id, page);
  }

  // Robots and maps of a site need not be pages of its scope. A tip's scope is the tip.
  ScopeDecision Decide(const ActivePage& page, const Url& url) const {
    const SourceState& state = *page.source;
    if (state.is_tips()) {
      Source tip = state.source;
      tip.seeds = {page.task.url};
      return Scope(tip).Decide(url);
    }
    if (page.before.kind == TargetKind::kPage || page.before.kind == TargetKind::kFeed)
      return state.scope.Decide(url);
    if (state.source.mirror_list &&
        (page.before.kind == TargetKind::kMirrorList || page.before.kind == TargetKind::kRobots)) {
      // Where the list is, which need not be one of the source's own addresses.
      Source list = state.source;
      list.seeds = {state.source.mirror_list->url};
      list.mirrors.clear();
      if (Scope(list).HasHost(url)) return {true, "mirror list"};
    }
    return {state.scope.HasHost(url), "host is not one of the source's"};
  }

  // Writes down what the robots.txt of the address says of `url`; why not, when it is obeyed and says no.
  std::string WhyRobotsRefuse(ActivePage& page, const Url& url) const {
    const SourceState& state = *page.source;
    if (!options.robots || state.is_tips() || page.before.kind == TargetKind::kRobots) return {};
    const RobotsState* robots = state.RobotsOf(url.origin());
    if (robots == nullptr) return {};
    const bool obeyed = state.source.robots == Source::Robots::kObey;
    if (robots->verdict != RobotsVerdict::kRules) {
      page.robots = RobotsVerdictName(robots->verdict);
      const bool closed = robots->verdict == RobotsVerdict::kUnreachable && ObeysRobots(state);
      return closed ? "the robots.txt of that address cannot be reached" : "";
    }
    const RobotsDecision decision = DecideRobots(robots->rules, url.str());
    page.robots = decision.rule.empty() ? "no rule" : decision.rule.substr(0, 256);
    if (!decision.allowed && !obeyed) page.robots = "ignored " + page.robots;
    return decision.allowed || !obeyed ? "" : "refused by the site's robots.txt";
  }

  // Our own rule says no; the site is not asked.
  void Refuse(uint64_t id, ActivePage& page, std::string detail) {
    FetchResult refused = NotFetched(FetchOutcome::kBlockedByScope, std::move(detail));
    refused.id = id;
    refused.channel = ChannelOf(page.url, page.source->source.route);
    refused.timings = {clock.Utc(), clock.Monotonic(), clock.Monotonic()};
    HandOver(page, std::move(refused));
  }

  void Fetch(uint64_t id, const ActivePage& page) {
    SourceState& state = *page.source;
    FetchRequest request{.id = id, .source = state.source.id, .url = page.url};
    request.route = state.source.route;
    if (request.route == Route::kTor) {
      if (clock.Monotonic() - state.credential_since >= options.credential_lifetime)
        state.NewCredential(clock.Monotonic());
      request.socks_user = state.socks_user;
      request.socks_password = state.socks_password;
    }
    request.max_wire_bytes = options.max_wire_bytes;
    request.max_body_bytes = options.max_body_bytes;
    request.connect_timeout = options.connect_timeout;
    request.total_timeout = options.total_timeout;
    request.media = state.source.media;
    request.allow_private = state.source.allow_private;
    const FrontierEntry& before = page.before;
    // Whether something changed is asked only of the page itself, and only where there is a body to go on with.
    if (page.hops.empty() && before.body_capture != CaptureId() &&
        before.last_outcome != FetchOutcome::kHttpError &&
        (before.kind != TargetKind::kPage || before.page_class == PageClass::kContent)) {
      request.if_none_match = before.etag;
      request.if_modified_since = before.last_modified;
    }
    if (Status started = fetcher.Start(std::move(request)); !started.ok()) {
      Fail(started.WithContext(state.source.id.value));
      GiveBack(id);
    }
  }

  // ---- Results ----

  void OnResult(FetchResult result) {
    if (result.id >= kCanaryId) return OnCanary(result);
    const auto found = pages.find(result.id);
    assert(found != pages.end() && found->second.fetching);
    ActivePage& page = found->second;
    if (result.outcome == FetchOutcome::kCancelled) return GiveBack(result.id);
    if (IsOwnOutage(result.outcome)) return OnOutage(result);
    RouteState& state = *page.source->way;
    if (ProvesWayOut(result)) {
      state.way.OnLife(clock.Monotonic());
    } else if (MayBeOwnOutage(result.outcome) &&
               !state.way.IsTheSites(clock.Monotonic(), result.timings.started_utc)) {
      state.doubted = page.source->source.id;
      state.held.push_back(std::move(result));
      return;
    }
    Settle(page, std::move(result));
  }

  // What the page's own site did.
  void Settle(ActivePage& page, FetchResult result) {
    if (page.source->source.route == Route::kTor) JudgeCredential(*page.source, result.outcome);
    page.wire_bytes += result.wire_bytes;
    if (!page.first) page.first = result.timings;
    if (!IsRedirectStatus(result.status) || result.location.empty()) return HandOver(page, std::move(result));
    FollowOrStop(page, std::move(result));
  }

  // A redirect is the site's wish; whether it is followed is ours.
  void FollowOrStop(ActivePage& page, FetchResult result) {
    Hop hop{page.url.str(), result.status, result.location, ""};
    const Result<Url> target = Url::Resolve(page.url, result.location);
    ScopeDecision decision{false, "not a URL that is fetched"};
    if (target.ok()) decision = Decide(page, *target);
    const bool too_many = page.hops.size() >= kMaxHops;
    SourceState& state = *page.source;
    if (decision.allowed && !too_many && target->origin() != page.url.origin() &&
        page.before.kind != TargetKind::kRobots) {
      // Another address: its own robots.txt is read first, and then the page is asked for again from the start.
      if (ObeysRobots(state) && state.RobotsOf(target->origin()) == nullptr) {
        state.robots_wanted = target->origin();
        state.day_bytes += page.wire_bytes;
        return GiveBack(result.id);
      }
      if (std::string why = WhyRobotsRefuse(page, *target); !why.empty()) decision = {false, std::move(why)};
    }
    hop.decision = too_many ? "too many redirects" : decision.rule;
    page.hops.push_back(std::move(hop));
    if (too_many) {
      result.outcome = FetchOutcome::kHttpError;
      result.detail = fmt::format("more than {} redirects", kMaxHops);
      return HandOver(page, std::move(result));
    }
    if (!decision.allowed) {
      result.outcome = FetchOutcome::kBlockedByScope;
      result.detail = fmt::format("redirect out of scope: {}", decision.rule);
      return HandOver(page, std::move(result));
    }
    page.url = *target;
    Fetch(result.id, page);
  }

  void OnOutage(const FetchResult& result) {
    ++summary.own_outages;
    RouteState& state = *pages.at(result.id).source->way;
    GiveBack(result.id);
    state.way.OnAway(clock.Monotonic(), clock.Utc(), result.detail);
  }

  // ---- The way out ----

  void JudgeCredential(SourceState& state, FetchOutcome outcome) {
    switch (JudgeCircuit(outcome)) {
      case CircuitVerdict::kFine:
        state.doubtful_in_a_row = 0;
        return;
      case CircuitVerdict::kDoubtful:
        if (++state.doubtful_in_a_row >= kDoubtfulBeforeNewCredential) state.NewCredential(clock.Monotonic());
        return;
      case CircuitVerdict::kSpent:
        state.NewCredential(clock.Monotonic());
        return;
    }
  }

  // Asks canaries when it is time, and acts on what became known. Called in every turn of the loop.
  void MindWaysOut() {
    for (const auto& state : ways) {
      if (!state->doubted) continue;
      // The watch is over the first of a pool.
      const bool is_watched = state == ways[1] && options.tor_watch != nullptr;
      if (is_watched) {
        const Status fitness = options.tor_watch->fitness();
        state->way.OnFitness(clock.Monotonic(), clock.Utc(), fitness.ok() ? "" : fitness.message());
      }
      if (state->way.WantsProbe(clock.Monotonic())) AskCanaries(*state);
      if (state->way.state() != WayOut::State::kDoubted) SettleHeld(*state);
      Announce(*state);
    }
  }

  void AskCanaries(RouteState& state) {
    state.way.BeginProbe();
    ++state.probe;
    state.canaries_flying = 0;
    for (const Url& canary : state.canaries) {
      FetchRequest request{.id = kCanaryId + ++last_canary_id, .source = *state.doubted, .url = canary};
      request.route = state.route;
      // A credential that no source has, and that no other canary had.
      request.socks_user = HexEncode(RandomBytes(16));
      request.socks_password = HexEncode(RandomBytes(16));
      request.max_wire_bytes = request.max_body_bytes = kCanaryBytes;
      request.connect_timeout = options.connect_timeout;
      request.total_timeout = options.connect_timeout;
      request.allow_private = options.private_canaries;
      const uint64_t id = request.id;
      if (Status started = fetcher.Start(std::move(request)); !started.ok()) {
        Fail(started.WithContext("canary"));
        return;
      }
      canaries.emplace(id, Canary{&state, state.probe});
      ++state.canaries_flying;
    }
  }

  void OnCanary(const FetchResult& result) {
    const auto found = canaries.find(result.id);
    assert(found != canaries.end());
    const Canary canary = found->second;
    RouteState& state = *canary.state;
    canaries.erase(found);
    // The first that answers says enough, also for a probe that is over.
    if (ProvesWayOut(result)) state.way.OnLife(clock.Monotonic());
    if (canary.probe != state.probe || --state.canaries_flying > 0) return;
    state.way.EndProbe(clock.Monotonic(), clock.Utc());
  }

  void SettleHeld(RouteState& state) {
    const bool ours = state.way.state() == WayOut::State::kClosed;
    for (FetchResult& result : std::exchange(state.held, {})) {
      if (ours) {
        ++summary.own_outages;
        GiveBack(result.id);
      } else {
        ActivePage& page = pages.at(result.id);
        Settle(page, std::move(result));
      }
    }
  }

  void Announce(RouteState& state) {
    const WayOut& way = state.way;
    const bool closed = way.state() == WayOut::State::kClosed;
    state.given_up = closed && options.once && way.failed_looks() >= options.outages_before_giving_up;
    if (closed == state.said_closed) return;
    state.said_closed = closed;
    if (closed) {
      Log(LogLevel::kWarning, "way_out_is_away", {{"way", Safe(state.name)}, {"reason", Safe(way.reason())}});
    } else {
      Log(LogLevel::kInfo, "way_out_is_back", {{"way", Safe(state.name)}});
      SpreadResumption(state);
    }
    if (options.on_way_out) options.on_way_out({state.name, !closed, way.closed_since(), way.reason()});
    if (options.on_progress) options.on_progress(Progress());
  }

  // Hundreds of sources at once would be the next outage.
  void SpreadResumption(const RouteState& way) {
    size_t sources = 0;
    for (const auto& state : states) sources += state->way == &way ? 1 : 0;
    if (sources < 2 || options.resume_spread.count() <= 0) return;
    for (const auto& state : states) {
      if (state->way != &way) continue;
      uint64_t random = 0;
      std::memcpy(&random, RandomBytes(sizeof random).data(), sizeof random);
      const auto wait = microseconds(random % static_cast<uint64_t>(options.resume_spread.count()));
      state->resumes_at = clock.Monotonic() + wait;
    }
  }

  Vantage VantageOf(const SourceState& state, bool asked) const {
    Vantage vantage;
    vantage.route = RouteName(state.source.route);
    vantage.place = options.place;
    if (state.source.route != Route::kTor || options.tor_watch == nullptr || !asked) return vantage;
    vantage.tor_version = options.tor_watch->version();
    if (const auto circuit = options.tor_watch->CircuitOf(state.socks_user)) {
      vantage.circuit = circuit->id;
      if (!circuit->to_onion) vantage.exit = circuit->exit;
    }
    return vantage;
  }

  static std::string AwaySentence(const RouteState& state) {
    if (state.route == Route::kDirect)
      return fmt::format(
          "the network is away ({}). Nothing was lost: what is due stays due. Mend the "
          "connection, then run again",
          state.way.reason());
    return fmt::format(
        "the Tor proxy at {} is away ({}). Nothing was fetched without it, and what is due stays due. Start "
        "tor (systemctl start tor), then run again",
        state.endpoint, state.way.reason());
  }

  // Ways that stayed away; an error when there was no other.
  Status SayWhatStayedAway() {
    bool all = true;
    for (const auto& way : ways) {
      if (way->given_up) summary.away.push_back(AwaySentence(*way));
      all = all && (way->given_up || !way->doubted);
    }
    return all && !summary.away.empty() ? Status::Unavailable(summary.away.front()) : Status::Ok();
  }

  // The attempt never happened: its entry is the next to be taken.
  void GiveBack(uint64_t id) {
    ActivePage page = std::move(pages.at(id));
    SourceState& state = *page.source;
    state.gate.Leave(clock.Monotonic(), state.source.politeness.delay);
    state.ready.push_front(std::move(page.before));
    --state.begun;
    --state.unfinished;
    bytes_held -= page.bytes_held;
    pages.erase(id);
  }

  void HandOver(ActivePage& page, FetchResult result) {
    const uint64_t id = result.id;
    SourceState& state = *page.source;
    LeaveGate(state, result);
    page.fetching = false;
    page.outcome = result.outcome;
    BytesToday(state);
    state.day_bytes += page.wire_bytes;
    const size_t holds = result.body.size() + result.received.size();
    bytes_held = bytes_held - page.bytes_held + holds;
    page.bytes_held = holds;
    Capture capture = MakeCapture(page, result);
    FetchedPage fetched{page.task,
                        page.before,
                        std::move(capture),
                        std::move(result.body),
                        std::move(result.received),
                        false,
                        "",
                        0,
                        UtcTime(),
                        ""};
    MindAddress(state, fetched);
    MindRetryAfter(state, fetched);
    page.other_address = fetched.other_address;
    handler(std::move(fetched), [queue = done, id](Status status) { queue->Post(id, std::move(status)); });
  }

  // A slow site is asked less.
  void LeaveGate(SourceState& state, const FetchResult& result) {
    const MonotonicTime now = clock.Monotonic();
    if (result.outcome == FetchOutcome::kBlockedByScope && result.status == 0)
      return state.gate.LeaveUnasked();
    state.gate.Leave(now, PoliteDelay(state.source.politeness,
                                      result.timings.finished - result.timings.started, AskedDelay(state)));
  }

  // Crawl-delay, where it is obeyed.
  static microseconds AskedDelay(const SourceState& state) {
    if (state.source.robots != Source::Robots::kObey || state.origins.empty()) return microseconds(0);
    const RobotsState* robots = state.RobotsOf(state.origin_in_use());
    return robots == nullptr ? microseconds(0) : robots->rules.crawl_delay;
  }

  // Dead addresses take turns.
  void MindAddress(SourceState& state, FetchedPage& page) {
    if (state.origins.empty() || state.is_tips()) return;
    // What is asked of another address says nothing of the one in use.
    const bool has_its_own = HasAddressOfItsOwn(state.source, page.before);
    if (has_its_own && page.task.url.origin() != state.origin_in_use()) {
      page.other_address = false;
    } else if (IsDeadAddress(page.capture.outcome)) {
      ++state.origin_failures;
      if (state.origins.size() > 1) {
        page.other_address = page.before.failures < kFailuresOfAddress * state.origins.size();
        if (state.origin_failures >= kFailuresOfAddress) {
          state.origin = (state.origin + 1) % state.origins.size();
          state.origin_failures = 0;
          // A file of the old one is nothing to ask the new one for.
          if (has_its_own) page.other_address = false;
          state.NewCredential(clock.Monotonic());
          Log(LogLevel::kWarning, "source_address_changed",
              {{"source", Safe(state.source.id.value)}, {"address", state.origin}});
        }
      }
    } else if (page.capture.outcome != FetchOutcome::kBlockedByScope) {
      state.origin_failures = 0;
    }
    page.origin = state.origins[state.origin];
    page.origin_failures = state.origin_failures;
  }

  // 429 and 503 are said by the site, not by the page.
  void MindRetryAfter(SourceState& state, FetchedPage& page) {
    const auto wait = AsksToWait(page.capture, clock.Utc());
    if (!wait) return;
    page.not_before = clock.Utc() + *wait;
    page.not_before_why = fmt::format("HTTP {}", page.capture.status);
    CloseFor(state, *wait, page.not_before_why);
  }

  void CloseFor(SourceState& state, microseconds wait, const std::string& why) {
    state.closed_until = std::max(state.closed_until, clock.Monotonic() + wait);
    state.crawl.note = fmt::format("left alone until {} ({})", FormatRfc3339(clock.Utc() + wait), why);
  }

  Capture MakeCapture(const ActivePage& page, const FetchResult& result) const {
    const FetchTimings& first = page.first ? *page.first : result.timings;
    Capture capture;
    capture.source = page.task.source;
    capture.url_key = page.task.key;
    capture.url = page.task.url.str();
    capture.final_url = page.url.str();
    capture.hops = page.hops;
    capture.authority = page.source->source.authority.reference;
    if (page.before.priority == CrawlPriority::kNow) {
      capture.asked_by = page.before.asked_by;
      if (!page.before.asked_authority.empty()) capture.authority = page.before.asked_authority;
    }
    capture.robots = page.robots;
    if (result.outcome == FetchOutcome::kNotModified) capture.page_class = page.before.page_class;
    capture.outcome = result.outcome;
    capture.detail = result.detail;
    capture.status = result.status;
    capture.request_head = result.request_head;
    capture.response_head = result.response_head;
    capture.content_type = result.content_type;
    capture.wire_bytes = page.wire_bytes;
    capture.body_end = result.body_end;
    capture.truncation = result.truncation;
    capture.channel = result.channel;
    capture.vantage = VantageOf(*page.source, !result.request_head.empty());
    capture.tls = result.tls;
    // What does not unpack is a body all the same.
    capture.has_body = !result.body.empty() || !result.received.empty();
    if (result.body.empty() && !result.received.empty()) capture.page_class = PageClass::kError;
    if (capture.has_body) capture.body_sha256 = Sha256(result.body);
    capture.body_bytes = result.body.size();
    capture.content_coding = result.content_coding;
    capture.received_sha256 = result.received_sha256;
    capture.received_bytes = result.received.size();
    capture.started_utc = first.started_utc;
    capture.started = first.started;
    capture.finished = result.timings.finished;
    capture.boot_id = clock.boot_id();
    capture.clock_state = clock.State();
    return capture;
  }

  // ---- Ends of pages ----

  void TakeDone() {
    for (auto& [id, status] : done->TakeAll()) {
      const auto found = pages.find(id);
      if (found == pages.end()) continue;  // said twice
      if (status.ok()) {
        Count(found->second);
      } else {
        Fail(std::move(status));
      }
      SourceState& state = *found->second.source;
      // With `once` a page keeps its lease, so that none is fetched twice in one run: but for one whose address was dead.
      if (!options.once || found->second.other_address) frontier.Release(found->second.task.key);
      if (failure.ok()) LookAtCommitted(state, found->second);
      --state.unfinished;
      state.may_have_more = true;
      bytes_held -= found->second.bytes_held;
      pages.erase(found);
      if (options.on_progress) options.on_progress(Progress());
    }
  }

  // What analysis made of the page.
  void LookAtCommitted(SourceState& state, const ActivePage& page) {
    if (page.before.kind == TargetKind::kRobots && options.robots) {
      LoadRobots(state);
      // What it asks holds from now on.
      state.gate.CloseUntil(clock.Monotonic() +
                            PoliteDelay(state.source.politeness, microseconds(0), AskedDelay(state)));
      return;
    }
    if (page.before.kind != TargetKind::kPage || page.outcome == FetchOutcome::kBlockedByScope) return;
    const Result<FrontierEntry> row = store.GetFrontierEntry(state.source.id, page.task.key);
    if (!row.ok()) return Fail(row.status().WithContext("reading the frontier"));
    const bool answered = page.outcome == FetchOutcome::kOk || page.outcome == FetchOutcome::kHttpError ||
                          page.outcome == FetchOutcome::kTooLarge;
    if (!answered || !IsWall(row->page_class)) {
      if (answered) state.walls_in_a_row = 0;
      return;
    }
    if (++state.walls_in_a_row < kWallsInARow) return;
    microseconds pause = kFirstWallPause;
    for (int i = kWallsInARow; i < state.walls_in_a_row && pause < kLongestWallPause; ++i) pause *= 2;
    CloseFor(
        state, std::min(pause, kLongestWallPause),
        fmt::format("{} pages in a row were a {}", state.walls_in_a_row, PageClassName(row->page_class)));
  }

  // ---- What other threads say ----

  void LoadState(SourceState& state) {
    const Result<OperatorState> word = store.GetOperatorState(state.source.id);
    if (!word.ok()) return Fail(word.status().WithContext("reading what people decided"));
    state.Apply(*word);
    const Result<SourceStats> stats = store.GetSourceStats(state.source.id);
    if (!stats.ok()) return Fail(stats.status().WithContext("reading the counters"));
    state.day = stats->day;
    state.day_bytes = stats->day_bytes;
    if (!stats->origin.empty()) state.UseOrigin(stats->origin);
    state.origin_failures = stats->origin_failures;
    if (stats->not_before > clock.Utc())
      CloseFor(state, stats->not_before - clock.Utc(), stats->not_before_why);
    LoadRobots(state);
  }

  void LoadRobots(SourceState& state) {
    Result<std::vector<RobotsState>> robots = store.ListRobots(state.source.id);
    if (!robots.ok()) return Fail(robots.status().WithContext("reading what robots.txt said"));
    state.robots.clear();
    for (RobotsState& each : *robots) {
      std::string origin = each.origin;
      state.robots.insert_or_assign(std::move(origin), std::move(each));
    }
  }

  void RefreshSource(SourceState& state) {
    const Result<OperatorState> word = store.GetOperatorState(state.source.id);
    if (!word.ok()) return Fail(word.status().WithContext("reading what people decided"));
    state.crawl.note.clear();
    state.Apply(*word);
    PutBackReady(state);
    state.look_again = clock.Monotonic();
    if (!options.once) return;
    // What a person asks for now is fetched now, even if this run has had it.
    const Result<std::vector<FrontierEntry>> asked =
        store.ListReady(state.source.id, clock.Utc(), kTakenAtOnce, nullptr, CrawlPriority::kNow);
    if (!asked.ok()) return Fail(asked.status().WithContext("reading the frontier"));
    for (const FrontierEntry& entry : *asked) {
      const bool busy = std::any_of(pages.begin(), pages.end(),
                                    [&](const auto& page) { return page.second.task.key == entry.key; });
      if (!busy) frontier.Release(entry.key);
    }
  }

  void TakeMail() {
    Mailbox::Mail mail = mailbox.TakeAll();
    if (mail.configuration) {
      static_cast<CrawlLimits&>(options) = std::move(mail.configuration->limits);
      for (const auto& way : ways) way->way.set_has_canaries(!way->canaries.empty());
      for (const auto& state : states) {
        state->removed = true;
        state->gate.set_max_inside(options.max_in_flight_per_source);
      }
      for (Source& source : mail.configuration->sources) {
        const auto known = std::find_if(states.begin(), states.end(),
                                        [&](const auto& state) { return state->source.id == source.id; });
        if (known != states.end()) {
          (*known)->removed = false;
          (*known)->configured = std::move(source);
          ChooseWay(**known);
          RefreshSource(**known);
        } else {
          AddSource(std::move(source));
          LoadState(*states.back());
        }
      }
      for (const auto& state : states) {
        if (!state->removed) continue;
        PutBackReady(*state);
        state->crawl.note = "not in the configuration any more";
      }
    }
    for (const SourceId& id : mail.refresh) {
      for (const auto& state : states) {
        if (state->source.id == id) RefreshSource(*state);
      }
    }
  }

  void Count(const ActivePage& page) {
    ++summary.pages;
    ++summary.outcomes[page.outcome];
    ++page.source->crawl.pages;
    ++page.source->crawl.outcomes[page.outcome];
    if (!IsSuccess(page.outcome)) ++failed_pages;
  }

  CrawlProgress Progress() const {
    // Canaries fly too, and what is held flies no more.
    const size_t flying =
        std::count_if(pages.begin(), pages.end(), [](const auto& page) { return page.second.fetching; });
    const bool away = std::any_of(ways.begin(), ways.end(), [](const auto& way) { return way->said_closed; });
    return {summary.pages, failed_pages, flying, pages.size() - flying, away};
  }

  // ---- The loop ----

  // REQUIRES: StartWhatMay has just run.
  bool IsThrough() {
    return pages.empty() && std::all_of(states.begin(), states.end(), [this](const auto& state) {
             return !IsActive(*state) || (state->ready.empty() && !state->may_have_more);
           });
  }

  // How long nothing can happen but a result, a PageDone or a stop.
  microseconds WaitTime() {
    microseconds wait = kLongestWait;
    const MonotonicTime now = clock.Monotonic();
    for (const auto& state : ways) {
      if (!state->doubted) continue;
      const auto look = state->way.wakes_at();
      if (look && *look > now) wait = std::min(wait, *look - now);
    }
    if (!HasCredit()) return wait;
    for (const auto& state : states) {
      if (state->gate.full() || !IsActive(*state)) continue;
      if (!state->ready.empty()) {
        if (!state->way->way.MayFetch(now)) continue;
        wait =
            std::min(wait, std::max({state->gate.opens_at(), state->resumes_at, state->closed_until}) - now);
      } else if (!options.once) {
        wait = std::min(wait, state->look_again - now);
      }
    }
    return std::max(wait, microseconds(0));
  }

  // Transfers in flight are given up, what was handed over becomes durable.
  void WindDown() {
    fetcher.CancelAll();
    for (const auto& state : ways) {
      for (const FetchResult& result : std::exchange(state->held, {})) GiveBack(result.id);
    }
    while (!pages.empty()) {
      TakeDone();
      if (pages.empty()) break;
      for (const FetchResult& result : fetcher.Poll(kLongestWait)) {
        if (result.id < kCanaryId) GiveBack(result.id);
      }
    }
  }
};

CrawlLoop::CrawlLoop(std::vector<Source> sources, const Clock& clock, const Store& store, Fetcher& fetcher,
                     CrawlOptions options, PageHandler handler)
    : impl_(std::make_unique<Impl>(std::move(sources), clock, store, fetcher, std::move(options),
                                   std::move(handler))) {}

CrawlLoop::~CrawlLoop() = default;

void CrawlLoop::Refresh(const SourceId& source) {
  impl_->mailbox.Refresh(source);
}

void CrawlLoop::Reconfigure(std::vector<Source> sources, CrawlLimits limits) {
  impl_->mailbox.Reconfigure({std::move(sources), std::move(limits)});
}

Result<CrawlSummary> CrawlLoop::Run(std::stop_token stop) {
  Impl& loop = *impl_;
  for (const auto& state : loop.states) {
    state->budget_since = loop.clock.Monotonic();
    loop.LoadState(*state);
  }
  const std::stop_callback wake(stop, [&loop] { loop.fetcher.Wakeup(); });
  while (loop.failure.ok() && !stop.stop_requested()) {
    loop.TakeMail();
    loop.TakeDone();
    loop.MindWaysOut();
    loop.StartWhatMay();
    if (!loop.failure.ok()) break;
    if (loop.options.once && loop.IsThrough()) break;
    for (FetchResult& result : loop.fetcher.Poll(loop.WaitTime())) loop.OnResult(std::move(result));
  }
  loop.summary.stopped = stop.stop_requested();
  loop.WindDown();
  if (!loop.failure.ok()) return loop.failure;
  GASHT_RETURN_IF_ERROR(loop.SayWhatStayedAway());
  for (const auto& state : loop.states) loop.summary.sources[state->source.id] = state->crawl;
  return loop.summary;
}

}  // namespace gasht
