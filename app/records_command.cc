// gasht findings list|show and gasht evidence list|show: clients of the core's API.

#include <algorithm>
#include <cstdio>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/configured.h"
#include "app/output.h"
#include "app/store_access.h"
#include "base/counted.h"
#include "base/file.h"
#include "base/utf8.h"

namespace gasht {
namespace {

std::map<std::string, std::string> ParamsOf(const ListArguments& arguments) {
  std::map<std::string, std::string> params = {{"limit", std::to_string(arguments.limit)}};
  if (!arguments.source.empty()) params["source"] = arguments.source;
  if (!arguments.min_level.empty()) params["min_level"] = arguments.min_level;
  if (!arguments.after.empty()) params["after"] = arguments.after;
  if (!arguments.sort.empty()) params["sort"] = arguments.sort;
  return params;
}

std::string PriceOf(const Json& object) {
  const Json* price = object.Find("price");
  if (price == nullptr) return "";
  const std::string currency = price->StringOr("currency");
  return price->StringOr("amount") + (currency.empty() ? "" : " " + currency);
}

std::string QuantityOf(const Json& object) {
  const Json* quantity = object.Find("quantity");
  return quantity == nullptr ? "" : quantity->StringOr("value") + " " + quantity->StringOr("unit");
}

std::string SubstancesOf(const Json& finding) {
  std::string out;
  const Json* substances = finding.Find("substances");
  if (substances == nullptr) return out;
  for (const Json& substance : substances->items()) {
    if (!out.empty()) out += ", ";
    out += substance.StringOr("id");
  }
  return out;
}

// "2026-11-22T00:38:00.123456Z" to "2026-11-22 00:38".
std::string Minute(const std::string& rfc3339) {
  if (rfc3339.size() < 16) return rfc3339;
  return rfc3339.substr(0, 10) + " " + rfc3339.substr(11, 5);
}

// The title, or where there is none (a post) the first words.
std::string WhatOf(const Json& finding) {
  const std::string title = finding.StringOr("title");
  return title.empty() ? finding.StringOr("text") : title;
}

void PrintFindingTable(const Json::Array& findings) {
  Table table({"LEVEL", "SCORE", "SOURCE", "WHAT", "VENDOR", "PRICE", "SUBSTANCES", "LAST SEEN (UTC)", "ID"});
  for (const Json& finding : findings) {
    table.Add({finding.StringOr("level"), std::to_string(finding.IntOr("score", 0)),
               finding.StringOr("source"), WhatOf(finding), finding.StringOr("vendor"), PriceOf(finding),
               SubstancesOf(finding), Minute(finding.StringOr("last_seen")), finding.StringOr("id")});
  }
  PrintLine(table.Render(40) + "\n" + Counted(findings.size(), "finding"));
}

// Of a listing's own words; --json prints all that is kept.
constexpr size_t kMostWords = 600;

// At most `bytes` of it, whole letters only.
std::string FirstBytes(std::string text, size_t bytes) {
  size_t end = 0;
  for (size_t pos = 0; pos < text.size();) {
    NextCodePoint(text, pos);
    if (pos > bytes) break;
    end = pos;
  }
  text.resize(end);
  return text;
}

void PrintField(std::string_view name, const std::string& value) {
  if (!value.empty()) PrintLine(fmt::format("{:<19} {}", name, Printable(value)));
}

std::string Unended(std::string lines) {
  if (lines.ends_with('\n')) lines.pop_back();
  return lines;
}

// A table with an empty line before it; nothing for an empty one.
void PrintSection(const Table& table, size_t max_cell = 48) {
  if (!table.empty()) PrintLine("\n" + Unended(table.Render(max_cell)));
}

void PrintFinding(const Json& finding) {
  PrintLine(fmt::format("Finding {}: {}, score {} of 100", finding.StringOr("id"), finding.StringOr("level"),
                        finding.IntOr("score", 0)));
  PrintField("title", finding.StringOr("title"));
  PrintField("vendor", finding.StringOr("vendor"));
  PrintField("price", PriceOf(finding));
  PrintField("words", FirstBytes(finding.StringOr("text"), kMostWords));
  PrintField("substances", SubstancesOf(finding));
  PrintField("source", finding.StringOr("source"));
  PrintField("page", finding.StringOr("page_url"));
  PrintField(
      "seen",
      fmt::format("{}, {} to {} UTC", Counted(static_cast<uint64_t>(finding.IntOr("times_seen", 0)), "time"),
                  Minute(finding.StringOr("first_seen")), Minute(finding.StringOr("last_seen"))));
  PrintField("evidence", fmt::format("{}: gasht evidence show {}",
                                     CaptureSpan(std::to_string(finding.IntOr("first_capture", 0)),
                                                 std::to_string(finding.IntOr("last_capture", 0))),
                                     finding.IntOr("last_capture", 0)));
  if (const Json* reasons = finding.Find("reasons")) {
    PrintLine("\nWhy");
    PrintLine("  " + Printable(reasons->StringOr("en")));
    PrintLine("  " + Printable(reasons->StringOr("ur")));
  }
  if (const Json* parts = finding.Find("parts")) {
    PrintLine("\nScore");
    for (const Json& part : parts->items())
      PrintLine(fmt::format("  {:+4}  {}", part.IntOr("points", 0), part.StringOr("name")));
  }
  if (const Json* matches = finding.Find("matches")) {
    Table table({"WORDS", "READ AS", "BECAUSE OF", "IN"});
    for (const Json& match : matches->items())
      table.Add({match.StringOr("text"), match.StringOr("normal"), match.StringOr("term"),
                 match.StringOr("field")});
    PrintSection(table);
  }
  if (const Json* listing = finding.Find("listing")) {
    Table table({"IDENTIFIER", "VALUE", "CHECK", "ROLE"});
    if (const Json* identifiers = listing->Find("identifiers")) {
      for (const Json& identifier : identifiers->items())
        table.Add({identifier.StringOr("kind"), identifier.StringOr("value"), identifier.StringOr("check"),
                   identifier.StringOr("role")});
    }
    PrintSection(table, 96);
  }
  if (const Json* observations = finding.Find("observations");
      observations != nullptr && finding.IntOr("times_seen", 0) > 1) {
    // Looks that say the same as the one before are one row.
    Table table({"SEEN (UTC)", "UNTIL", "PRICE", "QUANTITY", "STOCK", "LOOKS", "CAPTURE"});
    const Json::Array& looks = observations->items();
    const auto says = [](const Json& look) {
      return std::tuple(PriceOf(look), QuantityOf(look), look.StringOr("stock"));
    };
    for (size_t i = 0; i < looks.size();) {
      size_t end = i + 1;
      int64_t times = looks[i].IntOr("times_seen", 1);
      for (; end < looks.size() && says(looks[end]) == says(looks[i]); ++end)
        times += looks[end].IntOr("times_seen", 1);
      const Json& last = looks[end - 1];
      table.Add({Minute(looks[i].StringOr("seen_at")),
                 Minute(last.StringOr("last_seen", last.StringOr("seen_at"))), PriceOf(looks[i]),
                 QuantityOf(looks[i]), looks[i].StringOr("stock"), std::to_string(times),
                 std::to_string(looks[i].IntOr("capture", 0))});
      i = end;
    }
    PrintLine("\nWhat it said each time");
    PrintLine(Unended(table.Render()));
  }
  if (const Json* reviews = finding.Find("reviews")) {
    Table table({"DECISION", "BY", "AT (UTC)", "NOTE"});
    for (const Json& review : reviews->items())
      table.Add({review.StringOr("decision"), review.StringOr("actor"), Minute(review.StringOr("at")),
                 review.StringOr("note")});
    PrintSection(table, 72);
  }
  if (const Json* similar = finding.Find("similar")) {
    Table table({"LIKE IT", "SOURCE", "WHY", "WORDS IN COMMON", "TITLE"});
    for (const Json& one : similar->items())
      table.Add({one.StringOr("id"), one.StringOr("source"),
                 one.StringOr("why") == "same_seller" ? "the same way to reach the seller" : "the same words",
                 fmt::format("{} %", one.IntOr("likeness", 0)), one.StringOr("title")});
    PrintSection(table);
  }
}

std::string BytesOf(const Json& capture) {
  return capture.Find("body_bytes") == nullptr ? "" : std::to_string(capture.IntOr("body_bytes", 0));
}

void PrintEvidenceTable(const Json::Array& captures) {
  Table table({"ID", "STARTED (UTC)", "SOURCE", "OUTCOME", "HTTP", "CLASS", "BYTES", "CHANNEL", "URL"});
  for (const Json& capture : captures) {
    const int64_t status = capture.IntOr("status", 0);
    table.Add({std::to_string(capture.IntOr("id", 0)), Minute(capture.StringOr("started")),
               capture.StringOr("source"), capture.StringOr("outcome"),
               status == 0 ? "" : std::to_string(status), capture.StringOr("page_class"), BytesOf(capture),
               capture.StringOr("channel"), ShortUrl(capture.StringOr("url"))});
  }
  PrintLine(table.Render(72) + "\n" + Counted(captures.size(), "capture"));
}

// What the operating system said of its clock while the page was fetched.
std::string ClockWords(const Json& clock) {
  const auto seconds = [&clock](const char* name) { return static_cast<double>(clock.IntOr(name, 0)) / 1e6; };
  const Json* synchronised = clock.Find("synchronised");
  if (synchronised == nullptr || !synchronised->is_bool() || !synchronised->as_bool())
    return fmt::format("NOT synchronised; the system admits an error of up to {:.3f} s",
                       seconds("max_error_us"));
  return fmt::format("synchronised; {:+.6f} s from its reference, an error of at most {:.3f} s",
                     seconds("offset_us"), seconds("max_error_us"));
}

void PrintEvidence(const Json& capture) {
  PrintLine(fmt::format("Capture {} of {}", capture.IntOr("id", 0), capture.StringOr("source")));
  for (const auto& [name, value] : capture.entries()) {
    if (name == "id" || name == "source" || name == "request_head" || name == "response_head") continue;
    if (value.is_string()) {
      PrintField(name, value.as_string());
    } else if (name == "clock") {
      PrintField(name, ClockWords(value));
    } else if (value.is_object()) {
      for (const auto& [part, detail] : value.entries())
        PrintField(part, detail.is_string() ? detail.as_string() : detail.Dump());
    } else {
      PrintField(name, value.Dump());
    }
  }
  for (const char* head : {"request_head", "response_head"}) {
    const std::string text = capture.StringOr(head);
    if (text.empty()) continue;
    PrintLine(fmt::format("\n{}", head));
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = std::min(text.find("\r\n", begin), text.size());
      if (end > begin) PrintLine("  " + Printable(text.substr(begin, end - begin)));
      begin = end + 2;
    }
  }
}

Result<Json> GetJson(const GlobalOptions& global, const std::string& path,
                     std::map<std::string, std::string> params) {
  GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
  GASHT_ASSIGN_OR_RETURN(StoreAccess access, StoreAccess::Open(config.store_path));
  const auto source = params.find("source");
  const std::string named = source == params.end() ? "" : source->second;
  GASHT_ASSIGN_OR_RETURN(const ApiResponse response, access.Get(path, std::move(params)));
  GASHT_ASSIGN_OR_RETURN(Json answer, Json::Parse(response.body));
  // An empty list of a source that nobody knows is a slip of the pen.
  if (const Json* items = answer.Find("items");
      !named.empty() && items != nullptr && items->is_array() && items->items().empty())
    GASHT_RETURN_IF_ERROR(CheckSourceIsKnown(config, access, named));
  return answer;
}

int RunList(const GlobalOptions& global, const std::string& path, const ListArguments& arguments,
            void (*print)(const Json::Array&)) {
  const Result<Json> answer = GetJson(global, path, ParamsOf(arguments));
  if (!answer.ok()) return Fail(answer.status());
  const Json* items = answer->Find("items");
  if (items == nullptr || !items->is_array()) return Fail(Status::Internal("the core's answer has no items"));
  if (global.json) {
    for (const Json& item : items->items()) PrintJson(item);
  } else {
    print(items->items());
  }
  return 0;
}

int RunShow(const GlobalOptions& global, const std::string& path, void (*print)(const Json&)) {
  const Result<Json> answer = GetJson(global, path, {});
  if (!answer.ok()) return Fail(answer.status());
  if (global.json) {
    PrintJson(*answer);
  } else {
    print(*answer);
  }
  return 0;
}

Status WriteBody(const GlobalOptions& global, const EvidenceArguments& arguments) {
  const std::string& file = arguments.body_file;
  GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
  GASHT_ASSIGN_OR_RETURN(StoreAccess access, StoreAccess::Open(config.store_path));
  GASHT_ASSIGN_OR_RETURN(
      const ApiResponse body,
      access.Get("/v1/evidence/" + arguments.id + "/body",
                 arguments.as_received ? std::map<std::string, std::string>{{"as", "received"}}
                                       : std::map<std::string, std::string>()));
  if (file != "-") return WriteFileAtomically(file, body.body);
  const bool written = std::fwrite(body.body.data(), 1, body.body.size(), stdout) == body.body.size();
  return written ? Status::Ok() : Status::Unavailable("cannot write to standard output");
}

}  // namespace

int RunFindingsList(const GlobalOptions& global, const ListArguments& arguments) {
  return RunList(global, "/v1/findings", arguments, PrintFindingTable);
}

int RunFindingsShow(const GlobalOptions& global, const std::string& id) {
  return RunShow(global, "/v1/findings/" + id, PrintFinding);
}

int RunFindingsReview(const GlobalOptions& global, const ReviewArguments& arguments) {
  const auto review = [&]() -> Result<Json> {
    GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
    GASHT_ASSIGN_OR_RETURN(StoreAccess access, StoreAccess::Open(config.store_path));
    Json body = Json::MakeObject().Set("decision", arguments.decision);
    if (!arguments.note.empty()) body.Set("note", arguments.note);
    GASHT_ASSIGN_OR_RETURN(const ApiResponse response,
                           access.Post("/v1/findings/" + arguments.id + "/reviews", body.Dump()));
    return Json::Parse(response.body);
  };
  const Result<Json> answer = review();
  if (!answer.ok()) return Fail(answer.status());
  if (global.json) {
    PrintJson(*answer);
  } else {
    PrintLine(fmt::format("{} is {} by {} at {}", answer->StringOr("finding"), answer->StringOr("decision"),
                          answer->StringOr("actor"), Minute(answer->StringOr("at"))));
  }
  return 0;
}

int RunEvidenceList(const GlobalOptions& global, const ListArguments& arguments) {
  return RunList(global, "/v1/evidence", arguments, PrintEvidenceTable);
}

int RunEvidenceShow(const GlobalOptions& global, const EvidenceArguments& arguments) {
  if (!arguments.body_file.empty()) return Fail(WriteBody(global, arguments));
  return RunShow(global, "/v1/evidence/" + arguments.id, PrintEvidence);
}

}  // namespace gasht
