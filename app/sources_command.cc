// gasht sources check|list.

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/configured.h"
#include "app/output.h"
#include "app/patrol.h"
#include "base/clock.h"
#include "base/counted.h"
#include "rules/packs.h"

namespace gasht {
namespace {

std::string Day(UtcTime t) {
  return FormatRfc3339(t + std::chrono::hours(5)).substr(0, 10);
}

std::string StateOf(const Source& source, UtcTime now) {
  if (source.authority.CoversTime(now)) return "active";
  return now < source.authority.valid_from ? "dormant_not_yet" : "dormant_expired";
}

std::string StateWords(const std::string& state) {
  return state == "active" ? state : state == "dormant_not_yet" ? "dormant: not yet" : "dormant: expired";
}

Json SourceJson(const Source& source, UtcTime now) {
  Json json = Json::MakeObject();
  json.Set("id", source.id.value);
  json.Set("kind", SourceKindName(source.kind));
  json.Set("route", RouteName(source.route));
  Json seeds = Json::MakeArray();
  for (const Url& seed : source.seeds) seeds.Push(seed.str());
  json.Set("seeds", std::move(seeds));
  json.Set("authority", source.authority.reference);
  json.Set("valid_from", FormatRfc3339(source.authority.valid_from));
  json.Set("valid_until", FormatRfc3339(source.authority.valid_until));
  json.Set("state", StateOf(source, now));
  return json;
}

// Every mistake is a line of its own.
Json LinesOf(std::string_view text) {
  Json lines = Json::MakeArray();
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.Push(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

Result<Config> LoadConfigured(const GlobalOptions& global) {
  const SystemClock clock;
  Result<Config> config = LoadConfig(global.config_dir, clock.Utc());
  if (config.ok()) {
    for (const std::string& warning : config->warnings) fmt::print(stderr, "gasht: warning: {}\n", warning);
  }
  return config;
}

Result<std::vector<RulePackFile>> ConfiguredPacks(const Config& config, const std::string& rules_dir) {
  const std::string& dir = rules_dir.empty() ? config.rules_dir : rules_dir;
  std::vector<RulePackFile> packs = EmbeddedRulePacks();
  if (!dir.empty()) {
    GASHT_ASSIGN_OR_RETURN(packs, LoadRulePacks(dir));
  }
  if (config.watchlists_dir.empty()) return packs;
  GASHT_ASSIGN_OR_RETURN(std::vector<RulePackFile> watchlists, LoadWatchlists(config.watchlists_dir));
  std::move(watchlists.begin(), watchlists.end(), std::back_inserter(packs));
  return packs;
}

int RunSourcesCheck(const GlobalOptions& global) {
  const auto check = [&]() -> Result<Config> {
    GASHT_ASSIGN_OR_RETURN(Config config, LoadConfigured(global));
    GASHT_RETURN_IF_ERROR(CheckPinnedKeys(config, SystemClock().Utc()));
    // What a patrol would refuse to start with.
    GASHT_ASSIGN_OR_RETURN(const std::vector<RulePackFile> packs, ConfiguredPacks(config));
    GASHT_RETURN_IF_ERROR(RuleSet::Compile(packs).status());
    return config;
  };
  const Result<Config> config = check();
  if (!config.ok()) {
    if (global.json)
      PrintJson(Json::MakeObject().Set("ok", false).Set("errors", LinesOf(config.status().message())));
    return global.json ? ExitStatusFor(config.status().code()) : Fail(config.status());
  }
  if (global.json) {
    PrintJson(Json::MakeObject()
                  .Set("ok", true)
                  .Set("errors", Json::MakeArray())
                  .Set("sources", config->sources.size())
                  .Set("config_digest", config->digest.hex()));
  } else {
    PrintLine(
        fmt::format("{}: {}, all well formed", global.config_dir, Counted(config->sources.size(), "source")));
  }
  return 0;
}

int RunSourcesList(const GlobalOptions& global) {
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  const UtcTime now = SystemClock().Utc();
  Table table({"ID", "KIND", "ROUTE", "STATE", "AUTHORITY", "UNTIL (PKT)", "SEED"});
  for (const Source& source : config->sources) {
    if (global.json) PrintJson(SourceJson(source, now));
    // valid_until is the first moment after the last day.
    table.Add({source.id.value, std::string(SourceKindName(source.kind)),
               std::string(RouteName(source.route)), StateWords(StateOf(source, now)),
               source.authority.reference, Day(source.authority.valid_until - std::chrono::seconds(1)),
               source.seeds.empty() ? "" : source.seeds.front().str()});
  }
  if (!global.json) PrintLine(table.Render(80) + "\n" + Counted(config->sources.size(), "source"));
  return 0;
}

}  // namespace gasht
