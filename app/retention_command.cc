// gasht retention list|propose|approve|hold|release: clients of the core's API.

#include <fmt/format.h>

#include "app/commands.h"
#include "app/configured.h"
#include "app/output.h"
#include "app/store_access.h"
#include "app/wait_for.h"
#include "base/counted.h"

namespace gasht {
namespace {

Result<Json> Ask(const GlobalOptions& global, const std::string& path, const Json* body) {
  GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
  GASHT_ASSIGN_OR_RETURN(StoreAccess access, StoreAccess::Open(config));
  GASHT_ASSIGN_OR_RETURN(const ApiResponse answer,
                         body == nullptr ? access.Get(path) : access.Post(path, body->Dump()));
  return Json::Parse(answer.body);
}

std::string ApproversOf(const Json& proposal) {
  std::string out;
  if (const Json* approvals = proposal.Find("approvals")) {
    for (const Json& approval : approvals->items())
      out += (out.empty() ? "" : ", ") + approval.StringOr("actor");
  }
  return out;
}

void PrintItems(const Json::Array& items) {
  Table due({"SOURCE", "PERIOD (DAYS)", "DUE", "OVERDUE", "HELD"});
  Table proposals({"PROPOSAL", "STATE", "CAPTURES", "APPROVED BY", "LEGAL BASIS"});
  Table holds({"HOLD", "ON", "SINCE (UTC)", "BY", "REASON"});
  Table pending({"BACKUP NOT REACHED", "WHY"});
  for (const Json& item : items) {
    if (item.Find("due") != nullptr) {
      due.Add({item.StringOr("source"), std::to_string(item.IntOr("days", 0)),
               std::to_string(item.IntOr("due", 0)), std::to_string(item.IntOr("overdue", 0)),
               std::to_string(item.IntOr("held", 0))});
    } else if (item.Find("proposal") != nullptr) {
      proposals.Add({std::to_string(item.IntOr("proposal", 0)), item.StringOr("state"),
                     std::to_string(item.Find("captures")->items().size()), ApproversOf(item),
                     item.StringOr("basis")});
    } else if (item.Find("hold") != nullptr) {
      const std::string on =
          item.StringOr("source") + item.StringOr("finding") +
          (item.Find("capture") != nullptr ? fmt::format("capture {}", item.IntOr("capture", 0)) : "");
      holds.Add({std::to_string(item.IntOr("hold", 0)), on, item.StringOr("at"), item.StringOr("actor"),
                 item.StringOr("reason")});
    } else {
      pending.Add({item.StringOr("backup"), item.StringOr("why")});
    }
  }
  for (const Table* table : {&due, &proposals, &holds, &pending}) {
    if (!table->empty()) PrintLine(table->Render(60));
  }
}

int Report(const GlobalOptions& global, const Result<Json>& answer, const std::string& words) {
  if (!answer.ok()) return Fail(answer.status());
  if (global.json) {
    PrintJson(*answer);
  } else {
    PrintLine(Printable(words));
  }
  return 0;
}

}  // namespace

int RunRetentionList(const GlobalOptions& global) {
  const Result<Json> answer = Ask(global, "/v1/retention", nullptr);
  if (!answer.ok()) return Fail(answer.status());
  const Json* items = answer->Find("items");
  if (items == nullptr || !items->is_array()) return Fail(Status::Internal("the core's answer has no items"));
  if (global.json) {
    for (const Json& item : items->items()) PrintJson(item);
  } else {
    PrintItems(items->items());
  }
  return 0;
}

int RunRetentionPropose(const GlobalOptions& global, const RetentionArguments& arguments) {
  if (arguments.source.empty() && arguments.captures.empty())
    return Fail(Status::InvalidArgument(
        "say what: --source ID (what is due of it) or --capture ID... --basis ORDER"));
  Json body = Json::MakeObject();
  if (!arguments.source.empty()) body.Set("source", arguments.source);
  if (!arguments.captures.empty()) {
    Json ids = Json::MakeArray();
    for (const uint64_t id : arguments.captures) ids.Push(id);
    body.Set("captures", std::move(ids)).Set("basis", arguments.reason);
  }
  const Result<Json> answer = Ask(global, "/v1/retention/propose", &body);
  return Report(global, answer,
                !answer.ok() ? ""
                             : fmt::format("proposal {}: {} ({}). Two different people approve it: gasht "
                                           "retention approve {}",
                                           answer->IntOr("proposal", 0),
                                           Counted(answer->Find("captures")->items().size(), "capture"),
                                           answer->StringOr("basis"), answer->IntOr("proposal", 0)));
}

int RunRetentionApprove(const GlobalOptions& global, const RetentionArguments& arguments,
                        std::stop_token stop) {
  uint64_t pending = 0;
  const auto answer = [&]() -> Result<Json> {
    GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
    GASHT_ASSIGN_OR_RETURN(StoreAccess access, StoreAccess::Open(config));
    const Json body = Json::MakeObject().Set("proposal", arguments.id);
    GASHT_ASSIGN_OR_RETURN(const ApiResponse response, access.Post("/v1/retention/approve", body.Dump()));
    GASHT_ASSIGN_OR_RETURN(Json proposal, Json::Parse(response.body));
    if (proposal.StringOr("state") != "destroyed") return proposal;
    // Everything that still holds old bytes is rewritten before this says that it is done.
    Progress progress;
    const Result<Json> done =
        WaitFor(access, "/v1/retention/work", std::move(stop), [&progress](const Json&) {
          progress.Show("destroyed; rewriting the store's files and its backups");
        });
    GASHT_RETURN_IF_ERROR(done.status());
    GASHT_ASSIGN_OR_RETURN(const ApiResponse list, access.Get("/v1/retention"));
    GASHT_ASSIGN_OR_RETURN(const Json items, Json::Parse(list.body));
    const Json* const rows = items.Find("items");
    for (const Json& item : rows != nullptr && rows->is_array() ? rows->items() : Json::Array())
      pending += item.Find("backup") != nullptr;
    return proposal;
  }();
  const std::string rest =
      pending == 0 ? ""
                   : fmt::format("; {} not reached: see gasht retention list", Counted(pending, "backup"));
  return Report(global, answer,
                !answer.ok() ? ""
                : answer->StringOr("state") == "destroyed"
                    ? fmt::format("proposal {}: destroyed, each with its tombstone; approved by {}{}",
                                  arguments.id, ApproversOf(*answer), rest)
                    : fmt::format("proposal {}: approved by {}; another person's approval destroys it",
                                  arguments.id, ApproversOf(*answer)));
}

int RunRetentionHold(const GlobalOptions& global, const RetentionArguments& arguments) {
  Json body = Json::MakeObject().Set("reason", arguments.reason);
  if (arguments.id != 0) {
    body.Set("hold", arguments.id);
    return Report(global, Ask(global, "/v1/retention/release", &body),
                  fmt::format("hold {} released", arguments.id));
  }
  if (!arguments.source.empty()) body.Set("source", arguments.source);
  if (!arguments.finding.empty()) body.Set("finding", arguments.finding);
  if (!arguments.captures.empty()) body.Set("capture", arguments.captures.front());
  const auto hold = [&]() -> Result<Json> {
    // A hold on a name that is nobody's would protect nothing, and say that it does.
    if (!arguments.source.empty()) {
      GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
      GASHT_ASSIGN_OR_RETURN(StoreAccess access, StoreAccess::Open(config));
      GASHT_RETURN_IF_ERROR(CheckSourceIsKnown(config, access, arguments.source));
    }
    return Ask(global, "/v1/retention/hold", &body);
  };
  const Result<Json> answer = hold();
  return Report(global, answer,
                !answer.ok() ? ""
                             : fmt::format("hold {}: nothing of it is destroyed until it is released",
                                           answer->IntOr("hold", 0)));
}

}  // namespace gasht
