// gasht tor check.

#include "app/tor_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/commands.h"
#include "app/configured.h"
#include "app/output.h"

namespace gasht {
namespace {

Json NotesJson(const std::vector<TorReport::Note>& notes) {
  Json list = Json::MakeArray();
  for (const TorReport::Note& note : notes) {
    Json one = Json::MakeObject().Set("what", note.what);
    if (!note.remedy.empty()) one.Set("remedy", note.remedy);
    list.Push(std::move(one));
  }
  return list;
}

std::string Row(std::string_view name, std::string_view value) {
  return fmt::format("  {:<11}{}\n", name, Printable(value));
}

}  // namespace

Json TorReportJson(const TorConfig& tor, const TorReport& report) {
  Json json = Json::MakeObject().Set("fit", report.fit());
  Json socks = Json::MakeArray();
  for (const std::string& endpoint : tor.socks) socks.Push(endpoint);
  json.Set("socks", std::move(socks));
  if (!tor.control.empty()) json.Set("control", tor.control);
  if (report.state) {
    json.Set("version", report.state->version);
    if (report.state->progress >= 0) json.Set("bootstrap_percent", report.state->progress);
    json.Set("circuit_established", report.state->circuit_established);
    json.Set("network_live", report.state->network_live);
  }
  if (report.circuits) json.Set("circuits", uint64_t{*report.circuits});
  json.Set("isolation", IsolationName(report.isolation));
  if (!report.isolation_how.empty()) json.Set("isolation_how", report.isolation_how);
  json.Set("problems", NotesJson(report.problems));
  json.Set("warnings", NotesJson(report.warnings));
  return json;
}

std::string TorReportText(const TorConfig& tor, const TorReport& report) {
  std::string text = report.fit() ? "Tor is fit.\n" : "Tor is NOT fit: nothing is fetched through it.\n";
  text += Row("SOCKS", fmt::format("{}", fmt::join(tor.socks, ", ")));
  if (report.state) {
    text += Row("version", report.state->version);
    text += Row("bootstrap", report.state->progress < 0
                                 ? "unknown"
                                 : fmt::format("{} % {}", report.state->progress, report.state->summary));
  }
  if (report.circuits) text += Row("circuits", fmt::format("{} built", *report.circuits));
  text +=
      Row("isolation", report.isolation_how.empty()
                           ? std::string(IsolationName(report.isolation))
                           : fmt::format("{}: {}", IsolationName(report.isolation), report.isolation_how));
  for (const TorReport::Note& problem : report.problems)
    text += Row("problem", problem.what) + (problem.remedy.empty() ? "" : Row("  do this", problem.remedy));
  for (const TorReport::Note& warning : report.warnings)
    text += Row("warning", warning.what) + (warning.remedy.empty() ? "" : Row("  do this", warning.remedy));
  text.pop_back();
  return text;
}

int RunTorCheck(const GlobalOptions& global) {
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  if (config->tor.socks.empty())
    return Fail(Status::InvalidArgument(fmt::format(
        "{}/gasht.yaml says nothing of Tor. Add tor: {{socks: \"127.0.0.1:9050\"}}", config->dir)));
  TorInspection inspection;
  inspection.prove_isolation = true;
  const TorReport report = InspectTor(config->tor, inspection);
  if (global.json) {
    PrintJson(TorReportJson(config->tor, report));
  } else {
    PrintLine(TorReportText(config->tor, report));
  }
  return report.fit() ? 0 : ExitStatusFor(StatusCode::kUnavailable);
}

}  // namespace gasht
