// gasht sources check|list.

#include <fmt/format.h>

#include "app/commands.h"
#include "app/configured.h"
#include "app/output.h"
#include "app/patrol.h"
#include "base/clock.h"

namespace gasht {
namespace {

std::string Day(UtcTime t) {
  return FormatRfc3339(t + std::chrono::hours(5)).substr(0, 10);
}

std::string StateOf(const Source& source, UtcTime now) {
  if (source.authority.CoversTime(now)) return "active";
  return now < source.authority.valid_from ? "dormant: not yet" : "dormant: expired";
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

}  // namespace

Result<Config> LoadConfigured(const GlobalOptions& global) {
  const SystemClock clock;
  Result<Config> config = LoadConfig(global.config_dir, clock.Utc());
  if (config.ok()) {
    for (const std::string& warning : config->warnings) fmt::print(stderr, "gasht: warning: {}\n", warning);
  }
  return config;
}

int RunSourcesCheck(const GlobalOptions& global) {
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  if (const Status keys = CheckPinnedKeys(*config, SystemClock().Utc()); !keys.ok()) return Fail(keys);
  if (global.json) {
    PrintJson(Json::MakeObject()
                  .Set("ok", true)
                  .Set("sources", config->sources.size())
                  .Set("config_digest", config->digest.hex()));
  } else {
    PrintLine(fmt::format("{}: {} sources, all well formed", global.config_dir, config->sources.size()));
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
               std::string(RouteName(source.route)), StateOf(source, now), source.authority.reference,
               Day(source.authority.valid_until - std::chrono::seconds(1)),
               source.seeds.empty() ? "" : source.seeds.front().str()});
  }
  if (!global.json)
    PrintLine(table.Render(80) +
              fmt::format("\n{} source{}", config->sources.size(), config->sources.size() == 1 ? "" : "s"));
  return 0;
}

}  // namespace gasht
