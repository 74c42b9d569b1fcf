#include "app/patrol.h"

#include <pthread.h>

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "analysis/sandboxed_analyzer.h"
#include "api/crawl_service.h"
#include "api/export_service.h"
#include "api/retention_service.h"
#include "api/server.h"
#include "api/service.h"
#include "app/analysis_health.h"
#include "app/configured.h"
#include "app/disk_gate.h"
#include "app/export_setup.h"
#include "app/import.h"
#include "app/offline.h"
#include "app/signer_process.h"
#include "app/store_access.h"
#include "base/log.h"
#include "base/mutex.h"
#include "crawler/child_fetcher.h"
#include "crawler/discovery.h"
#include "crawler/gap.h"
#include "crawler/schedule.h"
#include "crawler/tor_check.h"
#include "crawler/tor_watch.h"
#include "extract/signed_list.h"
#include "model/codec.h"
#include "rules/packs.h"
#include "store/sealer.h"
#include "store/writer.h"

namespace gasht {
namespace {

// What is needed of a source while one of its pages is judged. Immutable.
struct Beat {
  Source source;
  Scope scope;
};

Result<std::vector<Source>> ChosenSources(const Config& config, const std::vector<std::string>& ids) {
  if (ids.empty()) return config.sources;
  std::vector<Source> chosen;
  for (const std::string& id : ids) {
    const auto found = std::find_if(config.sources.begin(), config.sources.end(),
                                    [&](const Source& source) { return source.id.value == id; });
    if (found == config.sources.end())
      return Status::InvalidArgument(
          fmt::format("no source is called '{}' (gasht sources list names them)", id));
    chosen.push_back(*found);
  }
  return chosen;
}

// Waits for the writer's word on something small.
Status Durably(const std::function<void(std::function<void(Status)>)>& submit) {
  std::promise<Status> done;
  submit([&done](Status status) { done.set_value(std::move(status)); });
  return done.get_future().get();
}

// The rules twice: compiled here for their digest and to refuse broken ones, and by the zygote for its workers.
Result<std::unique_ptr<SandboxedAnalyzer>> StartAnalyzer(const Config& config, unsigned workers) {
  SandboxedAnalyzerOptions options;
  options.workers = workers;
  GASHT_ASSIGN_OR_RETURN(options.packs, ConfiguredPacks(config));
  return SandboxedAnalyzer::Start(std::move(options));
}

unsigned AnalysisThreads(const LimitsConfig& limits) {
  if (limits.analysis_threads != 0) return static_cast<unsigned>(limits.analysis_threads);
  return std::max(1u, std::thread::hardware_concurrency());
}

CrawlLimits CrawlLimitsOf(const Config& config) {
  CrawlLimits limits;
  limits.tor_canaries = config.tor.canaries;
  limits.direct_canaries = config.direct_canaries;
  limits.place = config.vantage;
  limits.max_in_flight_per_source = config.limits.connections_per_source;
  limits.max_unfinished_pages = config.limits.unfinished_pages;
  limits.max_body_bytes_held = config.limits.body_bytes_held;
  limits.max_wire_bytes = config.limits.wire_bytes;
  limits.max_body_bytes = config.limits.body_bytes;
  limits.connect_timeout = config.limits.connect_timeout;
  limits.total_timeout = config.limits.total_timeout;
  limits.bytes_per_day = config.limits.bytes_per_day;
  limits.hours = config.limits.hours;
  return limits;
}

CrawlOptions CrawlOptionsOf(const Config& config) {
  CrawlOptions options;
  static_cast<CrawlLimits&>(options) = CrawlLimitsOf(config);
  options.private_canaries = config.test_mode;
  options.tor_socks = config.tor.socks;
  options.robots = true;
  return options;
}

// A patrol that is left alone waits for Tor, as it does when Tor goes away later; one with an end does not begin.
Status TorForStart(const Config& config, bool once) {
  const Status ready = CheckTor(config);
  if (ready.ok() || once || ready.code() != StatusCode::kUnavailable) return ready;
  Log(LogLevel::kWarning, "waiting_for_tor", {{"reason", Safe(ready.message())}});
  return Status::Ok();
}

void RecordWayOut(StoreWriter& writer, const WayOutChange& change, UtcTime now) {
  CrawlGap gap{change.way, change.closed_since, std::nullopt, change.reason};
  if (change.open) gap.until = std::max(now, change.closed_since);
  // A writer that cannot write says so to the next page, and the patrol ends.
  writer.AddGap(std::move(gap), [](const Status&) {});
}

Status WriteGaps(StoreWriter& writer, std::vector<CrawlGap> gaps) {
  for (CrawlGap& gap : gaps)
    GASHT_RETURN_IF_ERROR(Durably([&](auto done) { writer.AddGap(std::move(gap), std::move(done)); }));
  return Status::Ok();
}

// A banner that stands there every day is one alert.
bool NeedsAPerson(const FetchedPage& page) {
  const bool is_new =
      page.before.last_capture == CaptureId() || page.before.page_class != page.capture.page_class;
  return page.capture.page_class == PageClass::kSeizureBanner && page.capture.has_body && is_new;
}

// What a list says: change is measured on it, and a bad one is said once.
Digest SignatureOfList(const SignedList& list) {
  std::vector<std::string> parts = {std::string(SignatureVerdictName(list.verdict)), list.signer};
  parts.insert(parts.end(), list.origins.begin(), list.origins.end());
  return HashParts("gasht-mirror-list-signature-1", {parts.begin(), parts.end()});
}

AnalysisKind KindOf(TargetKind kind) {
  switch (kind) {
    case TargetKind::kPage:
      return AnalysisKind::kPage;
    case TargetKind::kRobots:
      return AnalysisKind::kRobots;
    case TargetKind::kSitemap:
      return AnalysisKind::kSitemap;
    case TargetKind::kFeed:
      return AnalysisKind::kFeed;
    case TargetKind::kMirrorList:
      return AnalysisKind::kMirrorList;
  }
  return AnalysisKind::kPage;
}

// Where pages are filed that a person asked for outside every source: each with its own authority, through Tor, nothing
// followed.
Source TipsSource() {
  Source tips;
  tips.id = {std::string(kTipsSource)};
  tips.kind = SourceKind::kPaste;
  tips.route = Route::kTor;
  tips.authority = {"", "pages asked for by a person", UtcTime{0}, kForever};
  tips.politeness.max_depth = 0;
  return tips;
}

// What pages are judged by: one configuration, one set of rules. Immutable; a reload makes another.
struct Duty {
  Digest config_digest, rules_digest;
  std::shared_ptr<const RuleSet> rules;
  std::map<SourceId, Beat> beats;
  KnownAddresses known;
  // Pages that are being judged by it.
  mutable std::atomic<uint64_t> in_hand = 0;
  // Ends before the rest: its threads may still lay a page down.
  std::shared_ptr<Analyzer> analyzer;
};

// SIGHUP, one call each, on a thread of its own. REQUIRES: SIGHUP is blocked in every thread.
class Hangups {
 public:
  explicit Hangups(std::function<void()> on_hangup)
      : thread_([on_hangup = std::move(on_hangup)](const std::stop_token& stop) {
          pthread_setname_np(pthread_self(), "hangups");
          sigset_t signals;
          sigemptyset(&signals);
          sigaddset(&signals, SIGHUP);
          for (int received = 0; sigwait(&signals, &received) == 0 && !stop.stop_requested();) on_hangup();
        }) {}
  ~Hangups() {
    thread_.request_stop();
    pthread_kill(thread_.native_handle(), SIGHUP);
  }
  Hangups(const Hangups&) = delete;
  Hangups& operator=(const Hangups&) = delete;

 private:
  std::jthread thread_;
};

// Takes fetched pages through analysis to the store. Thread-safe; outlives every page handed to it.
class PageLine {
 public:
  PageLine(const Clock& clock, const Store& store, StoreWriter& writer)
      : clock_(clock), store_(store), writer_(writer) {}

  // From now on pages are judged by that.
  void Use(std::shared_ptr<const Duty> duty) {
    MutexLock lock(mu_);
    if (duty_ != nullptr) retired_.push_back(std::move(duty_));
    duty_ = std::move(duty);
    // What has no page in hand any more ends here, on the caller's thread: an analyzer cannot end on its own.
    std::erase_if(retired_, [](const auto& old) { return old->in_hand == 0; });
  }
  std::shared_ptr<const Duty> duty() const {
    MutexLock lock(mu_);
    return duty_;
  }

  void Take(FetchedPage page, PageDone done) {
    const Duty* const on = TakeUp();
    page.capture.software = GASHT_SOFTWARE;
    page.capture.config_digest = on->config_digest;
    page.capture.rules_digest = on->rules_digest;
    const Beat& beat = on->beats.at(page.task.source);
    if (!beat.source.profile.empty()) page.capture.profile_digest = Sha256(Encode(beat.source.profile));
    if (page.body.empty()) {
      Commit(*on, std::move(page), PageAnalysis(), std::move(done));
      return;
    }
    AnalysisJob job;
    job.kind = KindOf(page.before.kind);
    job.page.url = page.capture.final_url;
    job.page.content_type = page.capture.content_type;
    job.page.status = page.capture.status;
    job.page.body = std::move(page.body);
    job.context.fetched_at = page.capture.started_utc;
    job.context.source_kind = beat.source.kind;
    job.context.profile = beat.source.profile;
    job.context.rules = on->rules;
    if (job.kind == AnalysisKind::kMirrorList && beat.source.mirror_list)
      job.context.pinned = beat.source.mirror_list->key;
    on->analyzer->Submit(std::move(job), [this, on, page = std::move(page), done = std::move(done)](
                                             CapturedPage read, PageAnalysis analysis) mutable {
      page.body = std::move(read.body);
      page.capture.page_class = analysis.document.page_class;
      Commit(*on, std::move(page), std::move(analysis), std::move(done));
    });
  }

  // Called, on any thread, when a source was put on hold. REQUIRES: before the first page.
  void OnHold(std::function<void(const SourceId&)> on_hold) { on_hold_ = std::move(on_hold); }
  void Release(const SourceId& source) { health_.Release(source); }

  uint64_t new_findings() const { return new_findings_; }
  uint64_t seen_findings() const { return seen_findings_; }
  const AnalysisHealth& health() const { return health_; }

 private:
  // Kept by this until Commit lays it down.
  const Duty* TakeUp() {
    MutexLock lock(mu_);
    ++duty_->in_hand;
    return duty_.get();
  }

  void Commit(const Duty& on, FetchedPage page, PageAnalysis analysis, PageDone done) {
    Judge(on, std::move(page), std::move(analysis), std::move(done));
    --on.in_hand;
  }

  void Judge(const Duty& on, FetchedPage page, PageAnalysis analysis, PageDone done) {
    const Beat& beat = on.beats.at(page.task.source);
    const UtcTime now = clock_.Utc();
    const bool has_page =
        page.capture.outcome == FetchOutcome::kOk || page.capture.outcome == FetchOutcome::kTooLarge;
    PageCommit commit;
    CrawlFacts& facts = commit.facts;
    facts.seen_as_content = IsSeenAsContent(page.before, page.capture);
    VisitFacts visit;
    visit.other_address = page.other_address;
    if (has_page && facts.seen_as_content) visit.signature = SignatureOf(analysis);
    commit.mirror_list = MirrorListAfter(page.before, page.capture, analysis);
    if (commit.mirror_list) visit.signature = SignatureOfList(commit.mirror_list->list);
    commit.visited = NextVisit(beat.source, page.before, page.capture, now, visit);
    if (has_page) {
      AdmittedLinks admitted = AdmitOutlinks(beat.source, beat.scope, analysis, page.before, now);
      commit.outlinks = std::move(admitted.entries);
      facts.drops = std::move(admitted.drops);
      if (page.before.kind == TargetKind::kPage)
        commit.candidates = FindCandidates(beat.source, beat.scope, on.known, page.capture, analysis);
    }
    if (page.before.kind == TargetKind::kRobots) {
      const Result<std::optional<RobotsState>> known = RobotsKnown(page);
      if (!known.ok()) return done(known.status());
      commit.robots = RobotsAfter(page.before, page.capture, analysis, *known);
      if (commit.robots) {
        for (FrontierEntry& map : SitemapEntries(beat.source, beat.scope, *commit.robots, now))
          commit.outlinks.push_back(std::move(map));
      }
    }
    if (page.before.kind == TargetKind::kPage) facts.round = RoundOf(beat.source, now);
    if (has_page && facts.seen_as_content && beat.source.media.empty())
      facts.pictures_not_read = analysis.document.pictures;
    facts.day = PakistanDay(page.capture.started_utc);
    facts.not_before = page.not_before;
    facts.not_before_why = page.not_before_why;
    facts.origin = page.origin;
    facts.origin_failures = page.origin_failures;
    facts.max_known = beat.source.politeness.max_known;
    const SourceId source = page.task.source;
    if (page.capture.has_body && health_.Note(source, analysis)) {
      commit.alerts.push_back({source, "analysis_killed", CaptureId(), now});
      facts.hold = health_.WhyHeld(source).value_or("");
    }
    if (commit.mirror_list) {
      const SignedList& list = commit.mirror_list->list;
      commit.candidates = SignedCandidates(beat.source, on.known, page.capture, list);
      if (list.verdict != SignatureVerdict::kGood && visit.signature != page.before.last_signature)
        commit.alerts.push_back(
            {source, fmt::format("mirror_list_{}", SignatureVerdictName(list.verdict)), CaptureId(), now});
    }
    if (NeedsAPerson(page))
      commit.alerts.push_back(
          {page.task.source, std::string(PageClassName(page.capture.page_class)), CaptureId(), now});
    commit.capture = std::move(page.capture);
    commit.body = std::move(page.body);
    commit.received = std::move(page.received);
    commit.analysis = std::move(analysis);
    const bool holds = !facts.hold.empty();
    writer_.CommitPage(std::move(commit),
                       [this, holds, source, done = std::move(done)](Result<PageCommitted> committed) {
                         if (committed.ok()) {
                           if (holds && on_hold_) on_hold_(source);
                           new_findings_ += committed->new_findings.size();
                           seen_findings_ += committed->seen_findings.size();
                         }
                         done(committed.status());
                       });
  }

  // What the same address said before.
  Result<std::optional<RobotsState>> RobotsKnown(const FetchedPage& page) const {
    GASHT_ASSIGN_OR_RETURN(std::vector<RobotsState> all, store_.ListRobots(page.task.source));
    for (RobotsState& robots : all) {
      if (robots.origin == page.task.url.origin()) return std::optional(std::move(robots));
    }
    return std::optional<RobotsState>();
  }

  const Clock& clock_;
  const Store& store_;
  StoreWriter& writer_;
  AnalysisHealth health_;
  std::function<void(const SourceId&)> on_hold_;
  mutable Mutex mu_;
  std::shared_ptr<const Duty> duty_ GUARDED_BY(mu_);
  std::vector<std::shared_ptr<const Duty>> retired_ GUARDED_BY(mu_);
  std::atomic<uint64_t> new_findings_ = 0, seen_findings_ = 0;
};

// Before any thread of the patrol exists: one of them waits for it.
void BlockHangups() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

// Which configuration is in force, and how another one comes to be. Thread-safe; the crawl loop is told, never waited for.
class Captain {
 public:
  // `through_tor`: there is a fetch child for that route.
  Captain(const Config& config, const PatrolOptions& options, bool through_tor, const Store& store,
          StoreWriter& writer, const Clock& clock)
      : options_(options),
        through_tor_(through_tor),
        clock_(clock),
        store_(store),
        writer_(writer),
        line_(clock, store, writer) {
    MutexLock lock(mu_);
    serving_.config = std::make_shared<const Config>(config);
    line_.OnHold([this](const SourceId& source) { Refresh(source); });
  }

  PageLine& line() { return line_; }

  CrawlHooks hooks() {
    CrawlHooks hooks;
    hooks.config = [this] { return config(); };
    hooks.changed = [this](const SourceId& source) {
      TakeDutyAgain();
      const Result<OperatorState> word = store_.GetOperatorState(source);
      if (word.ok() && !word->blocked_until) line_.Release(source);
      Refresh(source);
    };
    hooks.takes_tips = through_tor_;
    hooks.reload = [this](const std::string& actor) { return Reload(actor); };
    return hooks;
  }

  // The loop does nothing here but put a name into a list.
  void Refresh(const SourceId& source) {
    MutexLock lock(mu_);
    if (loop_ != nullptr) loop_->Refresh(source);
  }

  std::shared_ptr<const Config> config() const { return Current().config; }

  // What is imported meanwhile is judged as pages are.
  Result<ImportJudge> Judge() const {
    const std::shared_ptr<const Duty> duty = line_.duty();
    if (duty == nullptr) return Status::Unavailable("the patrol is only starting: try again");
    return ImportJudge{duty->rules, duty->analyzer.get(), duty};
  }

  // What is in force from now on.
  void Serve(std::shared_ptr<const RuleSet> rules, std::vector<Source> sources) {
    MutexLock lock(mu_);
    serving_.rules = std::move(rules);
    serving_.sources = std::move(sources);
  }

  // The loop that is told of changes; null: there is none any more.
  void Lead(CrawlLoop* loop) {
    MutexLock lock(mu_);
    loop_ = loop;
  }

  Status AddSeeds(const std::vector<Source>& sources) {
    for (const Source& source : sources) {
      std::vector<FrontierEntry> seeds = SeedEntries(source, clock_.Utc());
      if (!source.seeds.empty()) {
        if (auto robots = RobotsEntry(source, source.seeds.front().origin(), clock_.Utc()))
          seeds.push_back(*std::move(robots));
      }
      if (auto list = MirrorListEntry(source, clock_.Utc())) seeds.push_back(*std::move(list));
      GASHT_RETURN_IF_ERROR(Durably([&](auto done) { writer_.AddSeeds(std::move(seeds), std::move(done)); }));
    }
    return Status::Ok();
  }

  // Pages are judged by that from now on. Sources that are not in it any more keep their old beat for the pages in flight.
  Status TakeDuty(const Config& config, const std::shared_ptr<const RuleSet>& rules,
                  const std::vector<Source>& sources) {
    const std::shared_ptr<const Duty> old = line_.duty();
    auto duty = std::make_shared<Duty>();
    duty->config_digest = config.digest;
    duty->rules_digest = Digest::FromHex(rules->digest()).value_or(Digest());
    duty->rules = rules;
    for (const Source& configured : sources) {
      GASHT_ASSIGN_OR_RETURN(const OperatorState word, store_.GetOperatorState(configured.id));
      const Source source = WithMirrors(configured, word);
      duty->beats.emplace(source.id, Beat{source, Scope(source)});
      duty->known.Add(source);
    }
    if (old != nullptr) duty->beats.insert(old->beats.begin(), old->beats.end());
    const bool same_workers = AnalysisThreads(config.limits) == analysis_threads_;
    if (old != nullptr && old->rules_digest == duty->rules_digest && same_workers) {
      duty->analyzer = old->analyzer;
    } else {
      GASHT_ASSIGN_OR_RETURN(duty->analyzer, StartAnalyzer(config, AnalysisThreads(config.limits)));
      analysis_threads_ = AnalysisThreads(config.limits);
    }
    line_.Use(std::move(duty));
    return Status::Ok();
  }

  // Validates all, then swaps all; an error leaves everything as it was. Either way an alert and the custody log say so.
  Result<Json> Reload(const std::string& actor) {
    MutexLock lock(reload_mu_);
    Result<Json> reloaded = TryReload(actor);
    if (!reloaded.ok()) {
      Log(LogLevel::kError, "reload_refused",
          {{"actor", Safe(actor)}, {"reason", Safe(reloaded.status().message())}});
      GASHT_RETURN_IF_ERROR(
          Tell({"config_refused", actor, "config " + config()->digest.hex() + " stays in force"}));
    }
    return reloaded;
  }

 private:
  // An alert of the patrol, called like its leaf.
  Status Tell(CustodyEvent event) {
    PlainAlert plain;
    plain.alert.source = {std::string(kPatrolWay)};
    plain.alert.kind = event.kind;
    plain.event = std::move(event);
    return Durably([&](auto done) { writer_.AddAlert(std::move(plain), std::move(done)); });
  }

  // Perhaps a mirror was adopted: links to it are the source's from now on.
  void TakeDutyAgain() {
    MutexLock lock(reload_mu_);
    const Serving serving = Current();
    if (serving.rules == nullptr) return;  // the patrol has not begun
    const Status status = TakeDuty(*serving.config, serving.rules, serving.sources);
    if (!status.ok()) Log(LogLevel::kError, "refresh_failed", {{"reason", Safe(status.message())}});
  }

  Result<Json> TryReload(const std::string& actor) {
    const std::shared_ptr<const Config> old = config();
    GASHT_ASSIGN_OR_RETURN(Config loaded, LoadConfig(old->dir, clock_.Utc()));
    if (loaded.store_path != old->store_path || loaded.tor.socks != old->tor.socks ||
        loaded.tor.control != old->tor.control || loaded.tor.cookie != old->tor.cookie)
      return Status::InvalidArgument(fmt::format(
          "{}/gasht.yaml: store and where Tor listens are read at the start only: restart gasht patrol",
          old->dir));
    GASHT_RETURN_IF_ERROR(CheckPinnedKeys(loaded, clock_.Utc()));
    GASHT_ASSIGN_OR_RETURN(const std::vector<RulePackFile> packs, ConfiguredPacks(loaded));
    GASHT_ASSIGN_OR_RETURN(const std::shared_ptr<const RuleSet> rules, RuleSet::Compile(packs));
    GASHT_ASSIGN_OR_RETURN(std::vector<Source> sources, ChosenSources(loaded, options_.sources));
    const bool needs_tor = std::any_of(sources.begin(), sources.end(),
                                       [](const Source& source) { return source.route == Route::kTor; });
    if (needs_tor && !through_tor_)
      return Status::FailedPrecondition(
          "a source goes through Tor, and this patrol was started without one: restart gasht patrol");
    GASHT_RETURN_IF_ERROR(AddSeeds(sources));
    if (through_tor_) sources.push_back(TipsSource());
    GASHT_RETURN_IF_ERROR(TakeDuty(loaded, rules, sources));
    GASHT_RETURN_IF_ERROR(
        Tell({"config", actor, fmt::format("config {} rules {}", loaded.digest.hex(), rules->digest())}));
    Json json = Json::MakeObject();
    json.Set("config_digest", loaded.digest.hex());
    json.Set("rules_digest", rules->digest());
    json.Set("sources", loaded.sources.size());
    Json warnings = Json::MakeArray();
    for (const std::string& warning : loaded.warnings) warnings.Push(warning);
    json.Set("warnings", std::move(warnings));
    CrawlLimits limits = CrawlLimitsOf(loaded);
    MutexLock lock(mu_);
    serving_ = {std::make_shared<const Config>(std::move(loaded)), rules, sources};
    if (loop_ != nullptr) loop_->Reconfigure(std::move(sources), std::move(limits));
    return json;
  }

  struct Serving {
    std::shared_ptr<const Config> config;
    std::shared_ptr<const RuleSet> rules;
    std::vector<Source> sources;
  };
  Serving Current() const {
    MutexLock lock(mu_);
    return serving_;
  }

  const PatrolOptions options_;
  const bool through_tor_;
  const Clock& clock_;
  const Store& store_;
  StoreWriter& writer_;
  PageLine line_;
  // One reload at a time; taken before mu_.
  Mutex reload_mu_;
  // Of the analyzer in use; written at the start and under reload_mu_.
  unsigned analysis_threads_ = 0;
  mutable Mutex mu_;
  Serving serving_ GUARDED_BY(mu_);
  CrawlLoop* loop_ GUARDED_BY(mu_) = nullptr;
};

}  // namespace

namespace {

// A machine whose clock lost its battery says 1970, and every later time would be worth nothing.
Status CheckClock(const Store& store, const Clock& clock) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<UtcTime> last, store.LastLeafTime());
  if (!last || clock.Utc() >= *last) return Status::Ok();
  return Status::Unavailable(
      fmt::format("the clock says {}, but the last leaf of the custody log is of {}: set the clock",
                  FormatRfc3339(clock.Utc()), FormatRfc3339(*last)));
}

}  // namespace

Status CheckPinnedKeys(const Config& config, UtcTime now) {
  for (const Source& source : config.sources) {
    if (!source.mirror_list) continue;
    const Status status = CheckPinnedKey(source.mirror_list->key, now);
    if (!status.ok()) return status.WithContext(source.mirror_list->place);
  }
  return Status::Ok();
}

Status CheckTor(const Config& config) {
  if (config.tor.socks.empty())
    return Status::InvalidArgument(
        fmt::format("{}/gasht.yaml says nothing of Tor: add tor: {{socks: \"127.0.0.1:9050\"}}", config.dir));
  return CheckTorReady(config.tor);
}

Result<PatrolSummary> Patrol(const Config& config, const PatrolOptions& options, std::stop_token stop) {
  const SystemClock system_clock;
  const Clock& clock = options.clock != nullptr ? *options.clock : system_clock;
  PatrolSummary summary;
  if (!options.once) BlockHangups();
  GASHT_ASSIGN_OR_RETURN(const std::vector<Source> chosen, ChosenSources(config, options.sources));
  std::vector<Source> sources;
  for (const Source& source : chosen) {
    if (source.authority.CoversTime(clock.Utc())) {
      sources.push_back(source);
    } else {
      summary.dormant.push_back(source.id.value);
    }
  }
  GASHT_RETURN_IF_ERROR(CheckPinnedKeys(config, clock.Utc()));
  GASHT_ASSIGN_OR_RETURN(const std::vector<RulePackFile> packs, ConfiguredPacks(config));
  GASHT_ASSIGN_OR_RETURN(const std::shared_ptr<const RuleSet> rules, RuleSet::Compile(packs));

  StoreOptions store_options;
  store_options.path = config.store_path;
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(store_options));
  GASHT_RETURN_IF_ERROR(CheckClock(*store, clock));
  GASHT_RETURN_IF_ERROR(store->CheckSpace(config.limits.disk_free));
  GASHT_ASSIGN_OR_RETURN(const CustodySetup custody, EnsureCustodySetup(config.store_path));
  SealerOptions sealing;
  sealing.connect = [&custody] { return ConnectSigner(custody); };
  // Ends after the writer does, and seals what that committed.
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Sealer> sealer,
                         Sealer::Start(*store, custody, std::move(sealing)));
  const bool through_tor =
      (options.only_now && options.sources.empty()) ||
      std::any_of(sources.begin(), sources.end(), [](const Source& s) { return s.route == Route::kTor; });
  if (through_tor) GASHT_RETURN_IF_ERROR(TorForStart(config, options.once));

  ChildFetcherOptions fetcher_options;
  // Without a source on the Tor route there is no Tor child either.
  if (through_tor) fetcher_options.curl.socks = config.tor.socks;
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<ChildFetcher> fetcher,
                         ChildFetcher::Create(std::move(fetcher_options), clock));

  StoreWriter writer(*store, clock);
  Captain captain(config, options, through_tor, *store, writer, clock);
  ApiService service(*store, writer, clock);
  GASHT_ASSIGN_OR_RETURN(ExportSetup export_setup, MakeExportSetup(config, *store, clock));
  ExportService exports(*store, writer, clock, std::move(export_setup));
  RetentionService retention(*store, writer, clock, config.sources);
  // A destruction that cannot go on is an alarm, and no reason to see nothing.
  if (const Status resumed = retention.Resume(); !resumed.ok())
    Log(LogLevel::kError, "alarm_retention", {{"why", Safe(resumed.message())}});
  service.Mount("/v1/exports", [&exports](const ApiRequest& request) { return exports.Handle(request); });
  service.Mount("/v1/retention",
                [&retention](const ApiRequest& request) { return retention.Handle(request); });
  ImportHooks import_hooks;
  import_hooks.config = [&captain] { return captain.config(); };
  import_hooks.judge = [&captain] { return captain.Judge(); };
  ImportService imports(*store, writer, clock, config.store_path + "/imports", std::move(import_hooks));
  service.Mount("/v1/imports", [&imports](const ApiRequest& request) { return imports.Handle(request); });
  CrawlService crawl(*store, writer, clock, captain.hooks());
  crawl.MountOn(service);
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<ApiServer> server,
                         ApiServer::Start(SocketPath(config.store_path), service));

  GASHT_ASSIGN_OR_RETURN(std::vector<CrawlGap> gaps, GapsAtStart(*store, clock.Utc()));
  GASHT_RETURN_IF_ERROR(WriteGaps(writer, std::move(gaps)));
  GASHT_RETURN_IF_ERROR(Durably([&](auto done) {
    writer.AddEvent(
        {"start", CurrentUser(),
         fmt::format("{} config {} rules {}", GASHT_SOFTWARE, config.digest.hex(), rules->digest())},
        std::move(done));
  }));
  GASHT_RETURN_IF_ERROR(captain.AddSeeds(sources));
  if (through_tor) sources.push_back(TipsSource());

  Result<CrawlSummary> crawled = Status::Internal("never ran");
  {
    // Declared in this order so that the analyzer, which runs pages to their commit, ends before what it uses.
    PageLine& page_line = captain.line();
    GASHT_RETURN_IF_ERROR(captain.TakeDuty(config, rules, sources));
    captain.Serve(rules, sources);
    CrawlOptions crawl_options = CrawlOptionsOf(config);
    crawl_options.once = options.once;
    crawl_options.only_now = options.only_now;
    DiskGate disk([&] { return store->CheckSpace(captain.config()->limits.disk_free); },
                  [&] { fetcher->Wakeup(); });
    // Ends before what it looks at.
    const std::jthread disk_thread([&](std::stop_token own) {
      pthread_setname_np(pthread_self(), "disk_gate");
      disk.Run(std::move(own));
    });
    crawl_options.why_held = [&](const SourceId& source) {
      const std::optional<std::string> full = disk.WhyClosed();
      return full ? full : page_line.health().WhyHeld(source);
    };
    crawl_options.on_way_out = [&](const WayOutChange& change) { RecordWayOut(writer, change, clock.Utc()); };
    std::unique_ptr<TorWatch> watch;
    std::jthread watch_thread;
    if (through_tor && !config.tor.control.empty()) {
      TorWatchOptions watch_options;
      watch_options.on_change = [&] { fetcher->Wakeup(); };
      watch = std::make_unique<TorWatch>(config.tor, std::move(watch_options));
      watch->LookOnce();
      watch_thread = std::jthread([&](std::stop_token own) {
        pthread_setname_np(pthread_self(), "tor_watch");
        watch->Run(std::move(own));
      });
      crawl_options.tor_watch = watch.get();
    }
    if (options.on_progress)
      crawl_options.on_progress = [&](const CrawlProgress& progress) {
        options.on_progress(progress, page_line.new_findings());
      };
    CrawlLoop loop(
        sources, clock, *store, *fetcher, std::move(crawl_options),
        [&page_line](FetchedPage page, PageDone done) { page_line.Take(std::move(page), std::move(done)); });
    captain.Lead(&loop);
    std::optional<Hangups> hangups;
    if (!options.once) hangups.emplace([&captain] { captain.Reload(CurrentUser()).status().IgnoreError(); });
    crawled = loop.Run(stop);
    hangups.reset();
    captain.Lead(nullptr);
    summary.new_findings = page_line.new_findings();
    summary.seen_findings = page_line.seen_findings();
  }
  GASHT_RETURN_IF_ERROR(crawled.status());
  summary.crawl = std::move(*crawled);
  // Nobody asked for a tip: nobody needs to read of it.
  if (const auto tips = summary.crawl.sources.find({std::string(kTipsSource)});
      tips != summary.crawl.sources.end() && tips->second.pages == 0)
    summary.crawl.sources.erase(tips);
  GASHT_ASSIGN_OR_RETURN(gaps, GapsAtStop(*store, clock.Utc()));
  GASHT_RETURN_IF_ERROR(WriteGaps(writer, std::move(gaps)));
  GASHT_RETURN_IF_ERROR(Durably([&](auto done) {
    writer.AddEvent({"stop", CurrentUser(), fmt::format("{} pages", summary.crawl.pages)}, std::move(done));
  }));
  summary.sealed = sealer->SealNow();
  return summary;
}

}  // namespace gasht
