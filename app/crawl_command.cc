// gasht frontier list|cancel|requeue|block, capture, sources status|alerts|gaps|candidates|adopt|dismiss, reload.

#include <functional>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/configured.h"
#include "app/output.h"
#include "app/patrol.h"
#include "app/store_access.h"
#include "base/counted.h"
#include "base/mutex.h"
#include "crawler/curl_fetcher.h"
#include "model/json_fields.h"

namespace gasht {
namespace {

// How often the core is asked whether a page has come.
constexpr std::chrono::milliseconds kLookAgain{200};

std::string Minute(const std::string& time) {
  return time.size() < 16 ? time : time.substr(0, 10) + " " + time.substr(11, 5);
}

Result<StoreAccess> OpenStoreOf(const GlobalOptions& global) {
  GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
  return StoreAccess::Open(config);
}

Result<Json> Ask(const GlobalOptions& global, const std::string& path,
                 std::map<std::string, std::string> params) {
  GASHT_ASSIGN_OR_RETURN(StoreAccess access, OpenStoreOf(global));
  for (auto it = params.begin(); it != params.end();)
    it = it->second.empty() ? params.erase(it) : std::next(it);
  GASHT_ASSIGN_OR_RETURN(const ApiResponse response, access.Get(path, std::move(params)));
  return Json::Parse(response.body);
}

// A source that was named, and of which nothing came.
Status CheckNamed(const GlobalOptions& global, const std::string& source, const Json& answer) {
  if (source.empty() || !answer.Find("items")->items().empty()) return Status::Ok();
  GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
  GASHT_ASSIGN_OR_RETURN(StoreAccess access, StoreAccess::Open(config));
  return CheckSourceIsKnown(config, access, source);
}

Result<Json> Tell(const GlobalOptions& global, const std::string& path, const Json& body) {
  GASHT_ASSIGN_OR_RETURN(StoreAccess access, OpenStoreOf(global));
  GASHT_ASSIGN_OR_RETURN(const ApiResponse response, access.Post(path, body.Dump()));
  return Json::Parse(response.body);
}

int Print(const GlobalOptions& global, const Result<Json>& answer,
          const std::function<std::string(const Json&)>& line) {
  if (!answer.ok()) return Fail(answer.status());
  if (global.json) {
    PrintJson(*answer);
  } else {
    PrintLine(Printable(line(*answer)));
  }
  return 0;
}

std::string Counts(const Json* object) {
  std::string text;
  if (object == nullptr) return text;
  for (const auto& [name, value] : object->entries()) {
    if (value.is_int() && value.as_int() != 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", value.as_int(), name);
  }
  return text;
}

// Everything but what went well.
std::string Failures(const Json& source) {
  Json failures = Json::MakeObject();
  if (const Json* outcomes = source.Find("outcomes")) {
    for (const auto& [name, value] : outcomes->entries()) {
      if (name != "ok" && name != "not_modified") failures.Set(name, value);
    }
  }
  return Counts(&failures);
}

int64_t CountOf(const Json& source, const char* object, const char* name) {
  const Json* counts = source.Find(object);
  return counts == nullptr ? 0 : counts->IntOr(name, 0);
}

// Answers that were no content.
int64_t Blocked(const Json& source) {
  int64_t blocked = 0;
  for (const char* name :
       {"login_wall", "captcha", "queue", "seizure_banner", "isp_block", "parked", "empty"})
    blocked += CountOf(source, "classes", name);
  return blocked;
}

std::string CoverageOf(const Json& source) {
  const Json* coverage = source.Find("coverage");
  if (coverage == nullptr) return "not known yet";
  return fmt::format("{} of about {} ({} %)", coverage->IntOr("seen", 0), coverage->IntOr("estimated", 0),
                     coverage->IntOr("percent", 0));
}

std::string StateWords(const Json& source) {
  const std::string state = source.StringOr("state");
  if (state == "blocked") return "BLOCKED by " + source.StringOr("blocked_by");
  if (state == "dormant_expired") return "DORMANT: authority ended";
  if (state == "dormant_not_yet") return "dormant: not yet";
  const int64_t walls = CountOf(source, "classes", "seizure_banner");
  if (walls > 0) return "SEIZURE BANNER seen";
  return source.StringOr("last_success").empty() ? "never seen" : "active";
}

// Of its signed list of addresses, where that is not as it should be.
std::string ListWords(const Json& source) {
  const Json* list = source.Find("mirror_list");
  if (list == nullptr || list->StringOr("signature") == "good") return "";
  if (list->StringOr("signature") == "never_read")
    return fmt::format(
        "{0}: its list of addresses was never read (gasht frontier list {0} says what came of it)",
        source.StringOr("source"));
  return fmt::format("{}: its list of addresses is NOT to be believed: signature {} (gasht evidence show {})",
                     source.StringOr("source"), list->StringOr("signature"), list->IntOr("capture", 0));
}

std::string GapTable(const Json& gaps) {
  Table table({"AWAY", "FROM (UTC)", "UNTIL (UTC)", "WHY"});
  for (const Json& gap : gaps.items())
    table.Add({gap.StringOr("way"), Minute(gap.StringOr("from")),
               gap.StringOr("until").empty() ? "now" : Minute(gap.StringOr("until")), gap.StringOr("why")});
  return table.Render(60);
}

std::string AlertTable(const Json& alerts) {
  Table table({"ALERT", "SOURCE", "AT (UTC)", "CAPTURE"});
  for (const Json& alert : alerts.items()) {
    const int64_t capture = alert.IntOr("capture", 0);
    table.Add({alert.StringOr("kind"), alert.StringOr("source"), Minute(alert.StringOr("at")),
               capture == 0 ? "" : std::to_string(capture)});
  }
  return table.Render(60);
}

// Why the source rests: a person's or our own word, or the site's.
std::string WaitingWords(const Json& source) {
  if (const std::string why = source.StringOr("blocked_why"); !why.empty()) return why;
  if (source.StringOr("not_before").empty()) return "";
  return fmt::format("{} asked, until {}", source.StringOr("not_before_why"),
                     Minute(source.StringOr("not_before")));
}

void PrintStatus(const Json& answer) {
  Table table({"SOURCE", "STATE", "LAST SEEN (UTC)", "SEEN", "NO CONTENT", "FAILED BY CAUSE", "COVERAGE",
               "PICTURES NOT READ", "WAITING"});
  for (const Json& source : answer.Find("items")->items()) {
    table.Add({source.StringOr("source"), StateWords(source),
               source.StringOr("last_success").empty() ? "never" : Minute(source.StringOr("last_success")),
               std::to_string(CountOf(source, "classes", "content")), std::to_string(Blocked(source)),
               Failures(source), CoverageOf(source), std::to_string(source.IntOr("pictures_not_read", 0)),
               WaitingWords(source)});
  }
  PrintLine(table.Render(44));
  for (const Json& source : answer.Find("items")->items()) {
    if (const std::string words = ListWords(source); !words.empty()) PrintLine(Printable(words));
  }
  if (!answer.Find("gaps")->items().empty())
    PrintLine("\nWhen nobody looked (gasht sources gaps has all):\n" + GapTable(*answer.Find("gaps")));
  if (!answer.Find("alerts")->items().empty())
    PrintLine("\nAlerts (gasht sources alerts has all):\n" + AlertTable(*answer.Find("alerts")));
}

// Waits, and ends early on a stop: false then.
bool Pause(const std::stop_token& stop, std::chrono::milliseconds time) {
  Mutex mu;
  CondVar ended;
  MutexLock lock(mu);
  ended.WaitFor(mu, stop, time, [] { return false; });
  return !stop.stop_requested();
}

Result<Json> WaitForCapture(StoreAccess& access, const Json& asked, std::stop_token stop,
                            std::chrono::microseconds longest) {
  const SystemClock clock;
  const MonotonicTime end = clock.Monotonic() + longest;
  while (clock.Monotonic() < end) {
    GASHT_ASSIGN_OR_RETURN(const ApiResponse response,
                           access.Get("/v1/frontier/entry", {{"source", asked.StringOr("source")},
                                                             {"key", asked.StringOr("key")}}));
    GASHT_ASSIGN_OR_RETURN(const Json row, Json::Parse(response.body));
    if (row.IntOr("last_capture", 0) != asked.IntOr("last_capture", 0) && row.StringOr("priority") != "now")
      return row;
    if (!Pause(stop, kLookAgain)) return Status::Cancelled("stopped; the core fetches it all the same");
  }
  return Status::Unavailable(
      "the core has not fetched the page yet; it stays first in its queue (gasht sources status says why it "
      "waits)");
}

}  // namespace

int RunFrontierList(const GlobalOptions& global, const FrontierArguments& arguments) {
  const Result<Json> answer = Ask(global, "/v1/frontier",
                                  {{"source", arguments.source},
                                   {"state", arguments.state},
                                   {"priority", arguments.only_priority},
                                   {"path", arguments.path},
                                   {"limit", std::to_string(arguments.limit)}});
  if (!answer.ok()) return Fail(answer.status());
  Table table({"DUE (UTC)", "STATE", "PRIORITY", "DEPTH", "VISITS", "FAILURES", "LAST", "URL"});
  const Json::Array& items = answer->Find("items")->items();
  for (const Json& row : items) {
    if (global.json) PrintJson(row);
    table.Add({Minute(row.StringOr("due")), row.StringOr("state"), row.StringOr("priority"),
               std::to_string(row.IntOr("depth", 0)), std::to_string(row.IntOr("visits", 0)),
               std::to_string(row.IntOr("failures", 0)), row.StringOr("last_outcome"),
               ShortUrl(row.StringOr("url"))});
  }
  if (!global.json)
    PrintLine(table.Render(80) +
              fmt::format("\n{}{}", Counted(items.size(), "page"),
                          answer->Find("next") == nullptr ? "" : ", and more: raise --limit"));
  return 0;
}

int RunFrontierChange(const GlobalOptions& global, const std::string& verb,
                      const FrontierArguments& arguments) {
  Json body = Json::MakeObject().Set("source", arguments.source);
  SetText(body, "state", arguments.state);
  SetText(body, "only_priority", arguments.only_priority);
  SetText(body, "path", arguments.path);
  SetText(body, "priority", arguments.priority);
  SetText(body, "reason", arguments.reason);
  return Print(global, Tell(global, "/v1/frontier/" + verb, body), [&](const Json& answer) {
    return fmt::format("{}: {} {}", arguments.source,
                       Counted(static_cast<uint64_t>(answer.IntOr("changed", 0)), "page"),
                       verb == "cancel" ? "cancelled" : "requeued");
  });
}

int RunFrontierBlock(const GlobalOptions& global, const FrontierArguments& arguments) {
  Json body = Json::MakeObject().Set("source", arguments.source).Set("off", arguments.off);
  SetText(body, "for", arguments.duration);
  SetText(body, "reason", arguments.reason);
  return Print(global, Tell(global, "/v1/frontier/block", body), [&](const Json& answer) {
    if (arguments.off) return fmt::format("{}: open again", arguments.source);
    const std::string until = answer.StringOr("until");
    return fmt::format(
        "{}: blocked {}", arguments.source,
        until.empty() ? "until somebody opens it (gasht frontier block --off)" : "until " + until);
  });
}

int RunCapture(const GlobalOptions& global, const CaptureArguments& arguments, std::stop_token stop) {
  ClearFetchEnvironment();
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  const Json body = Json::MakeObject().Set("url", arguments.url).Set("authority", arguments.authority);
  Result<Json> row = Status::Internal("never asked");
  Result<Json> asked = Status::Internal("never asked");
  bool by_itself = false;
  {
    Result<StoreAccess> access = StoreAccess::Open(*config, StoreAccess::Missing::kCreate);
    if (!access.ok()) return Fail(access.status());
    const Result<ApiResponse> told = access->Post("/v1/capture", body.Dump());
    if (!told.ok()) return Fail(told.status());
    asked = Json::Parse(told->body);
    if (!asked.ok()) return Fail(asked.status());
    by_itself = !access->core_runs();
    if (!by_itself)
      row = WaitForCapture(*access, *asked, stop, config->limits.total_timeout + std::chrono::minutes(2));
  }
  if (by_itself) {
    // No core runs: this process is it, for one page.
    PatrolOptions options;
    options.once = true;
    options.only_now = true;
    if (asked->StringOr("source") != "tips") options.sources = {asked->StringOr("source")};
    const Result<PatrolSummary> summary = Patrol(*config, options, stop);
    if (!summary.ok()) return Fail(summary.status());
    Result<StoreAccess> access = StoreAccess::Open(*config);
    if (!access.ok()) return Fail(access.status());
    row = WaitForCapture(*access, *asked, stop, std::chrono::milliseconds(1));
  }
  if (!row.ok()) return Fail(row.status());
  return Print(global, row, [](const Json& entry) {
    return fmt::format("capture {}: {} {} (gasht evidence show {})", entry.IntOr("last_capture", 0),
                       entry.StringOr("last_outcome"), entry.StringOr("page_class"),
                       entry.IntOr("last_capture", 0));
  });
}

int RunSourcesStatus(const GlobalOptions& global, const std::string& source) {
  const Result<Json> answer = Ask(global, "/v1/sources", {{"source", source}});
  if (!answer.ok()) return Fail(answer.status());
  if (!global.json) {
    PrintStatus(*answer);
    return 0;
  }
  for (const Json& item : answer->Find("items")->items()) PrintJson(item);
  return 0;
}

namespace {

// Items of `path`, as objects or as what `table` makes of them.
int PrintHistory(const GlobalOptions& global, const std::string& path, const HistoryArguments& arguments,
                 std::string (*table)(const Json&), std::string_view none) {
  const Result<Json> answer =
      Ask(global, path, {{"source", arguments.source}, {"limit", std::to_string(arguments.limit)}});
  if (!answer.ok()) return Fail(answer.status());
  // 'patrol' is not a source; alerts of the whole are filed under it.
  if (arguments.source != "patrol") {
    if (const Status known = CheckNamed(global, arguments.source, *answer); !known.ok()) return Fail(known);
  }
  if (!global.json) {
    PrintLine(answer->Find("items")->items().empty() ? std::string(none) : table(*answer->Find("items")));
    return 0;
  }
  for (const Json& item : answer->Find("items")->items()) PrintJson(item);
  return 0;
}

}  // namespace

int RunSourcesAlerts(const GlobalOptions& global, const HistoryArguments& arguments) {
  return PrintHistory(global, "/v1/alerts", arguments, &AlertTable, "no alerts");
}

int RunSourcesGaps(const GlobalOptions& global, const HistoryArguments& arguments) {
  return PrintHistory(global, "/v1/gaps", arguments, &GapTable, "no gaps: somebody looked all the time");
}

int RunSourcesCandidates(const GlobalOptions& global, const CandidateArguments& arguments) {
  const Result<Json> answer =
      Ask(global, "/v1/candidates",
          {{"kind", arguments.kind}, {"state", arguments.state}, {"source", arguments.source}});
  if (!answer.ok()) return Fail(answer.status());
  if (const Status known = CheckNamed(global, arguments.source, *answer); !known.ok()) return Fail(known);
  Table table(
      {"ID", "KIND", "WHERE", "STATE", "BASIS", "PAGES", "FIRST SEEN (UTC)", "ON", "CAPTURE", "WARNING"});
  for (const Json& candidate : answer->Find("items")->items()) {
    if (global.json) PrintJson(candidate);
    const std::string alike = candidate.StringOr("lookalike_of");
    table.Add({candidate.StringOr("id"), candidate.StringOr("kind"), candidate.StringOr("value"),
               candidate.StringOr("state"),
               candidate.StringOr("basis") == "signed_list" ? "signed list" : "a page",
               std::to_string(candidate.IntOr("times_seen", 0)), Minute(candidate.StringOr("first_seen")),
               candidate.StringOr("source"), std::to_string(candidate.IntOr("first_capture", 0)),
               alike.empty() ? "" : "LOOKS LIKE " + alike.substr(0, 12) + "... : a trap?"});
  }
  if (!global.json) PrintLine(table.Render(72));
  return 0;
}

int RunSourcesDecide(const GlobalOptions& global, const CandidateArguments& arguments) {
  Json body = Json::MakeObject().Set("id", arguments.id).Set("adopt", arguments.adopt);
  SetText(body, "mirror_of", arguments.mirror_of);
  SetText(body, "reason", arguments.reason);
  if (arguments.lookalike_checked) body.Set("lookalike_checked", true);
  return Print(global, Tell(global, "/v1/candidates/decide", body), [&](const Json& candidate) {
    if (!arguments.adopt) return fmt::format("{} dismissed", candidate.StringOr("value"));
    if (!arguments.mirror_of.empty())
      return fmt::format("{} is an address of {} from now on", candidate.StringOr("value"),
                         arguments.mirror_of);
    return fmt::format(
        "{} adopted. Nothing is fetched until an authority says so: write sources.d/NAME.yaml with this seed "
        "and "
        "its authority, then gasht reload",
        candidate.StringOr("value"));
  });
}

int RunReload(const GlobalOptions& global) {
  return Print(global, Tell(global, "/v1/reload", Json::MakeObject()), [](const Json& answer) {
    return fmt::format("configuration {} is in force: {}", answer.StringOr("config_digest").substr(0, 16),
                       Counted(static_cast<uint64_t>(answer.IntOr("sources", 0)), "source"));
  });
}

}  // namespace gasht
