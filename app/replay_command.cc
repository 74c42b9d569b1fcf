// gasht replay: what other rules would say of the stored captures.

#include <unistd.h>

#include <filesystem>
#include <future>
#include <thread>

#include <fmt/format.h>

#include "analysis/sandboxed_analyzer.h"
#include "api/client.h"
#include "app/commands.h"
#include "app/configured.h"
#include "app/offline.h"
#include "app/output.h"
#include "app/replay.h"
#include "app/store_access.h"
#include "base/counted.h"
#include "rules/packs.h"
#include "store/writer.h"

namespace gasht {
namespace {

constexpr uint64_t kProgressEvery = 20;

// Replaying shows evidence to somebody: it is an act, and is recorded before anything is read.
Status RecordReplay(Store& store, const Clock& clock, const std::string& digest) {
  StoreWriter writer(store, clock);
  std::promise<Status> durable;
  writer.AddEvent({"replay", CurrentUser(), "rules " + digest},
                  [&durable](Status status) { durable.set_value(std::move(status)); });
  return durable.get_future().get();
}

std::string VerdictText(const std::optional<ReplayVerdict>& verdict) {
  return verdict ? fmt::format("{} {}", LevelName(verdict->level), verdict->score) : "-";
}

Result<ReplaySummary> RunReplay(const GlobalOptions& global, const ReplayArguments& arguments,
                                const std::stop_token& stop) {
  GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
  ReplayOptions options;
  for (const std::string& id : arguments.sources) {
    const bool known = std::any_of(config.sources.begin(), config.sources.end(),
                                   [&](const Source& source) { return source.id.value == id; });
    if (!known)
      return Status::InvalidArgument(
          fmt::format("no source is called '{}' (gasht sources list names them)", id));
    options.sources.push_back(SourceId{id});
  }
  GASHT_ASSIGN_OR_RETURN(std::vector<RulePackFile> packs, ConfiguredPacks(config, arguments.rules_dir));
  GASHT_ASSIGN_OR_RETURN(const std::shared_ptr<const RuleSet> rules, RuleSet::Compile(packs));

  if (CoreRuns(SocketPath(config.store_path)))
    return Status::Unavailable(fmt::format(
        "a patrol holds the store at {}: stop it first, replay reads every capture", config.store_path));
  if (!std::filesystem::exists(config.store_path))
    return Status::NotFound(fmt::format("no store at {}: nothing was patrolled yet (run gasht patrol --once)",
                                        config.store_path));
  SandboxedAnalyzerOptions sandbox;
  sandbox.workers = std::max(1u, std::thread::hardware_concurrency());
  sandbox.packs = std::move(packs);
  // Before the store is opened, so that the workers inherit nothing of it.
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<SandboxedAnalyzer> analyzer,
                         SandboxedAnalyzer::Start(std::move(sandbox)));
  StoreOptions store_options;
  store_options.path = config.store_path;
  store_options.create_if_missing = false;
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(store_options));
  const SystemClock clock;
  GASHT_RETURN_IF_ERROR(RecordReplay(*store, clock, rules->digest()));
  Progress progress;
  options.on_progress = [&](uint64_t pages) {
    if (pages % kProgressEvery == 0) progress.Show(Counted(pages, "page"));
  };
  return Replay(*store, config.sources, *analyzer, rules, options, stop);
}

}  // namespace

int RunReplayCommand(const GlobalOptions& global, const ReplayArguments& arguments, std::stop_token stop) {
  const Result<ReplaySummary> summary = RunReplay(global, arguments, stop);
  if (!summary.ok()) return Fail(summary.status());
  if (global.json) {
    for (const ReplayChange& change : summary->changes) PrintJson(ReplayChangeJson(change));
    PrintJson(ReplaySummaryJson(*summary));
  } else {
    Table table({"CHANGE", "BEFORE", "AFTER", "SOURCE", "TITLE", "FINDING"});
    uint64_t added = 0, removed = 0, changed = 0;
    for (const ReplayChange& change : summary->changes) {
      const char* kind = !change.before ? "added" : !change.after ? "removed" : "changed";
      ++(!change.before ? added : !change.after ? removed : changed);
      table.Add({kind, VerdictText(change.before), VerdictText(change.after), change.source.value,
                 change.title, change.finding.value});
    }
    if (!table.empty()) PrintLine(table.Render(56));
    PrintLine(fmt::format("{}: {} added, {} removed, {} re-scored, {} the same",
                          Counted(summary->pages, "page"), Counted(added, "finding"), removed, changed,
                          summary->same));
    if (summary->undecided > 0)
      PrintLine(Counted(summary->undecided, "page") + " could not be decided wholly");
    if (!summary->complete) PrintLine("stopped early: what looks removed may only not have been reached");
  }
  if (summary->unreadable == 0) return 0;
  PrintLine(
      fmt::format("captures that are not what was stored: {}. Run gasht store check", summary->unreadable));
  return 1;
}

}  // namespace gasht
