#include "app/patrol.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "analysis/sandboxed_analyzer.h"
#include "api/export_service.h"
#include "api/retention_service.h"
#include "api/server.h"
#include "api/service.h"
#include "app/analysis_health.h"
#include "app/export_setup.h"
#include "app/offline.h"
#include "app/signer_process.h"
#include "app/store_access.h"
#include "base/log.h"
#include "crawler/child_fetcher.h"
#include "crawler/gap.h"
#include "crawler/schedule.h"
#include "crawler/tor_check.h"
#include "crawler/tor_watch.h"
#include "rules/packs.h"
#include "store/sealer.h"
#include "store/writer.h"

namespace gasht {
namespace {

// What is needed of a source while one of its pages is judged. Immutable during a patrol.
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
  options.packs = EmbeddedRulePacks();
  if (!config.rules_dir.empty()) {
    GASHT_ASSIGN_OR_RETURN(options.packs, LoadRulePacks(config.rules_dir));
  }
  return SandboxedAnalyzer::Start(std::move(options));
}

unsigned AnalysisThreads(const LimitsConfig& limits) {
  if (limits.analysis_threads != 0) return static_cast<unsigned>(limits.analysis_threads);
  return std::max(1u, std::thread::hardware_concurrency());
}

CrawlOptions CrawlOptionsOf(const Config& config) {
  CrawlOptions options;
  options.tor_canaries = config.tor.canaries;
  options.direct_canaries = config.direct_canaries;
  options.private_canaries = config.test_mode;
  options.place = config.vantage;
  options.tor_endpoint = fmt::format("{}", fmt::join(config.tor.socks, ", "));
  options.max_in_flight_per_source = config.limits.connections_per_source;
  options.max_unfinished_pages = config.limits.unfinished_pages;
  options.max_body_bytes_held = config.limits.body_bytes_held;
  options.max_wire_bytes = config.limits.wire_bytes;
  options.max_body_bytes = config.limits.body_bytes;
  options.connect_timeout = config.limits.connect_timeout;
  options.total_timeout = config.limits.total_timeout;
  return options;
}

// A patrol that is left alone waits for Tor, as it does when Tor goes away later; one with an end does not begin.
Status TorForStart(const Config& config, bool once) {
  const Status ready = CheckTor(config);
  if (ready.ok() || once || ready.code() != StatusCode::kUnavailable) return ready;
  Log(LogLevel::kWarning, "waiting_for_tor", {{"reason", Safe(ready.message())}});
  return Status::Ok();
}

void RecordWayOut(StoreWriter& writer, const WayOutChange& change) {
  // A writer that cannot write says so to the next page, and the patrol ends.
  const auto ignore = [](const Status&) {};
  if (change.open) {
    writer.AddEvent(WayOutOpenEvent("gasht", change.route), ignore);
  } else {
    writer.AddEvent(WayOutClosedEvent("gasht", change.route, change.closed_since, change.reason), ignore);
  }
}

bool NeedsAPerson(PageClass page_class) {
  return page_class == PageClass::kSeizureBanner;
}

// Takes fetched pages through analysis to the store. Thread-safe; outlives every page handed to it.
class PageLine {
 public:
  PageLine(const std::vector<Source>& sources, const Config& config, std::shared_ptr<const RuleSet> rules,
           const Clock& clock, StoreWriter& writer, Analyzer& analyzer)
      : config_digest_(config.digest),
        rules_digest_(Digest::FromHex(rules->digest()).value_or(Digest())),
        rules_(std::move(rules)),
        clock_(clock),
        writer_(writer),
        analyzer_(analyzer) {
    for (const Source& source : sources) beats_.emplace(source.id, Beat{source, Scope(source)});
  }

  void Take(FetchedPage page, PageDone done) {
    page.capture.software = GASHT_SOFTWARE;
    page.capture.config_digest = config_digest_;
    page.capture.rules_digest = rules_digest_;
    if (page.body.empty()) {
      Commit(std::move(page), PageAnalysis(), std::move(done));
      return;
    }
    const Beat& beat = beats_.at(page.task.source);
    AnalysisJob job;
    job.page.url = page.capture.final_url;
    job.page.content_type = page.capture.content_type;
    job.page.status = page.capture.status;
    job.page.body = std::move(page.body);
    job.context.fetched_at = page.capture.started_utc;
    job.context.source_kind = beat.source.kind;
    job.context.profile = beat.source.profile;
    job.context.rules = rules_;
    analyzer_.Submit(std::move(job), [this, page = std::move(page), done = std::move(done)](
                                         CapturedPage read, PageAnalysis analysis) mutable {
      page.body = std::move(read.body);
      page.capture.page_class = analysis.document.page_class;
      Commit(std::move(page), std::move(analysis), std::move(done));
    });
  }

  uint64_t new_findings() const { return new_findings_; }
  uint64_t seen_findings() const { return seen_findings_; }
  const AnalysisHealth& health() const { return health_; }

 private:
  void Commit(FetchedPage page, PageAnalysis analysis, PageDone done) {
    const Beat& beat = beats_.at(page.task.source);
    const UtcTime now = clock_.Utc();
    PageCommit commit;
    commit.visited = NextVisit(beat.source, page.before, page.capture, now);
    if (page.capture.outcome == FetchOutcome::kOk || page.capture.outcome == FetchOutcome::kTooLarge)
      commit.outlinks = AdmitOutlinks(beat.source, beat.scope, analysis, page.before, now);
    if (page.capture.has_body && health_.Note(page.task.source, analysis))
      commit.alerts.push_back({page.task.source, "analysis_killed", CaptureId(), now});
    if (NeedsAPerson(page.capture.page_class) && page.capture.has_body)
      commit.alerts.push_back(
          {page.task.source, std::string(PageClassName(page.capture.page_class)), CaptureId(), now});
    commit.capture = std::move(page.capture);
    commit.body = std::move(page.body);
    commit.analysis = std::move(analysis);
    writer_.CommitPage(std::move(commit), [this, done = std::move(done)](Result<PageCommitted> committed) {
      if (committed.ok()) {
        new_findings_ += committed->new_findings.size();
        seen_findings_ += committed->seen_findings.size();
      }
      done(committed.status());
    });
  }

  const Digest config_digest_, rules_digest_;
  const std::shared_ptr<const RuleSet> rules_;
  std::map<SourceId, Beat> beats_;
  const Clock& clock_;
  StoreWriter& writer_;
  Analyzer& analyzer_;
  AnalysisHealth health_;
  std::atomic<uint64_t> new_findings_ = 0, seen_findings_ = 0;
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
  GASHT_ASSIGN_OR_RETURN(const std::vector<Source> chosen, ChosenSources(config, options.sources));
  std::vector<Source> sources;
  for (const Source& source : chosen) {
    if (source.authority.CoversTime(clock.Utc())) {
      sources.push_back(source);
    } else {
      summary.dormant.push_back(source.id.value);
    }
  }
  GASHT_ASSIGN_OR_RETURN(const std::shared_ptr<const RuleSet> rules, LoadRules(config.rules_dir));

  StoreOptions store_options;
  store_options.path = config.store_path;
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(store_options));
  GASHT_RETURN_IF_ERROR(CheckClock(*store, clock));
  GASHT_RETURN_IF_ERROR(store->CheckSpace());
  GASHT_ASSIGN_OR_RETURN(const CustodySetup custody, EnsureCustodySetup(config.store_path));
  SealerOptions sealing;
  sealing.connect = [&custody] { return SpawnSigner(custody); };
  // Ends after the writer does, and seals what that committed.
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Sealer> sealer,
                         Sealer::Start(*store, custody, std::move(sealing)));
  const bool through_tor =
      std::any_of(sources.begin(), sources.end(), [](const Source& s) { return s.route == Route::kTor; });
  if (through_tor) GASHT_RETURN_IF_ERROR(TorForStart(config, options.once));

  ChildFetcherOptions fetcher_options;
  // Without a source on the Tor route there is no Tor child either.
  if (through_tor) fetcher_options.curl.socks = config.tor.socks;
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<ChildFetcher> fetcher,
                         ChildFetcher::Create(std::move(fetcher_options), clock));

  StoreWriter writer(*store, clock);
  ApiService service(*store, writer, clock);
  GASHT_ASSIGN_OR_RETURN(ExportSetup export_setup, MakeExportSetup(config, *store, clock));
  ExportService exports(*store, writer, clock, std::move(export_setup));
  RetentionService retention(*store, writer, clock, config.sources, BackupsOf(config));
  service.Mount("/v1/exports", [&exports](const ApiRequest& request) { return exports.Handle(request); });
  service.Mount("/v1/retention",
                [&retention](const ApiRequest& request) { return retention.Handle(request); });
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<ApiServer> server,
                         ApiServer::Start(SocketPath(config.store_path), service));

  GASHT_RETURN_IF_ERROR(Durably([&](auto done) {
    writer.AddEvent(
        {"start", CurrentUser(),
         fmt::format("{} config {} rules {}", GASHT_SOFTWARE, config.digest.hex(), rules->digest())},
        std::move(done));
  }));
  for (const Source& source : sources)
    GASHT_RETURN_IF_ERROR(
        Durably([&](auto done) { writer.AddSeeds(SeedEntries(source, clock.Utc()), std::move(done)); }));

  Result<CrawlSummary> crawled = Status::Internal("never ran");
  {
    // Declared in this order so that the analyzer, which runs pages to their commit, ends before what it uses.
    std::unique_ptr<PageLine> line;
    GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<SandboxedAnalyzer> analyzer,
                           StartAnalyzer(config, AnalysisThreads(config.limits)));
    line = std::make_unique<PageLine>(sources, config, rules, clock, writer, *analyzer);
    CrawlOptions crawl_options = CrawlOptionsOf(config);
    crawl_options.once = options.once;
    crawl_options.why_held = [&](const SourceId& source) { return line->health().WhyHeld(source); };
    crawl_options.on_way_out = [&](const WayOutChange& change) { RecordWayOut(writer, change); };
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
        options.on_progress(progress, line->new_findings());
      };
    CrawlLoop loop(
        sources, clock, *store, *fetcher, std::move(crawl_options),
        [&line](FetchedPage page, PageDone done) { line->Take(std::move(page), std::move(done)); });
    crawled = loop.Run(stop);
    summary.new_findings = line->new_findings();
    summary.seen_findings = line->seen_findings();
  }
  GASHT_RETURN_IF_ERROR(crawled.status());
  summary.crawl = std::move(*crawled);
  GASHT_RETURN_IF_ERROR(Durably([&](auto done) {
    writer.AddEvent({"stop", CurrentUser(), fmt::format("{} pages", summary.crawl.pages)}, std::move(done));
  }));
  return summary;
}

}  // namespace gasht
