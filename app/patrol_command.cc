// gasht patrol.

#include <fmt/format.h>

#include "app/commands.h"
#include "app/configured.h"
#include "app/output.h"
#include "app/patrol.h"
#include "base/counted.h"
#include "crawler/curl_fetcher.h"
#include "model/json_fields.h"

namespace gasht {
namespace {

Json SummaryJson(const PatrolSummary& summary) {
  Json json = Json::MakeObject();
  json.Set("pages", summary.crawl.pages);
  json.Set("new_findings", summary.new_findings);
  json.Set("seen_findings", summary.seen_findings);
  json.Set("stopped", summary.crawl.stopped);
  Json sources = Json::MakeArray();
  for (const auto& [id, crawl] : summary.crawl.sources) {
    Json source = Json::MakeObject().Set("id", id.value).Set("pages", crawl.pages);
    source.Set("outcomes", CountsJson(crawl.outcomes, FetchOutcomeName));
    SetText(source, "note", crawl.note);
    sources.Push(std::move(source));
  }
  json.Set("sources", std::move(sources));
  Json dormant = Json::MakeArray();
  for (const std::string& id : summary.dormant) dormant.Push(id);
  json.Set("dormant", std::move(dormant));
  return json;
}

std::string OutcomesOf(const SourceCrawl& crawl) {
  std::string text;
  for (const auto& [outcome, count] : crawl.outcomes)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, FetchOutcomeName(outcome));
  return text;
}

void PrintSummary(const PatrolSummary& summary) {
  Table table({"SOURCE", "PAGES", "OUTCOMES", "NOTE"});
  for (const auto& [id, crawl] : summary.crawl.sources)
    table.Add({id.value, std::to_string(crawl.pages), OutcomesOf(crawl), crawl.note});
  for (const std::string& id : summary.dormant)
    table.Add({id, "0", "", "dormant: its authority does not cover today"});
  PrintLine(table.Render(96));
  PrintLine(fmt::format("{}, {}, {} seen again{}", Counted(summary.crawl.pages, "page"),
                        Counted(summary.new_findings, "new finding"), summary.seen_findings,
                        summary.crawl.stopped ? " (stopped on request; the rest stays due)" : ""));
}

}  // namespace

int RunPatrolCommand(const GlobalOptions& global, const PatrolArguments& arguments, std::stop_token stop) {
  ClearFetchEnvironment();
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  PatrolOptions options;
  options.once = arguments.once;
  options.sources = arguments.sources;
  Result<PatrolSummary> summary = Status::Internal("never ran");
  {
    Progress line;
    options.on_progress = [&](const CrawlProgress& progress, uint64_t findings) {
      line.Show(fmt::format("{} ({} failed), {} being fetched, {}{}", Counted(progress.pages, "page"),
                            progress.failed, progress.in_flight, Counted(findings, "new finding"),
                            progress.away ? "; the way out is away: waiting" : ""));
    };
    summary = Patrol(*config, options, std::move(stop));
  }
  if (!summary.ok()) return Fail(summary.status());
  if (global.json) {
    PrintJson(SummaryJson(*summary));
  } else {
    PrintSummary(*summary);
  }
  int status = 0;
  for (const std::string& sentence : summary->crawl.away) status = Fail(Status::Unavailable(sentence));
  // What was captured is there, and unsealed: the log says so, and so does this. A refused tree weighs more than any way
  // that was away.
  if (const Status& sealed = summary->sealed; !sealed.ok()) {
    const int unsealed = Fail(sealed.WithContext("the custody log was not sealed"));
    if (status == 0 || unsealed == ExitStatusFor(StatusCode::kDataLoss)) status = unsealed;
  }
  return status;
}

}  // namespace gasht
