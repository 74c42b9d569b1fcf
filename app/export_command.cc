// gasht export warc|wacz|csv|jsonl|disclosure|key and gasht verify.

#include <unistd.h>

#include <utility>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/configured.h"
#include "app/output.h"
#include "app/store_access.h"
#include "app/wait_for.h"
#include "base/counted.h"
#include "base/file.h"
#include "casework/out_file.h"
#include "casework/verify.h"

namespace gasht {
namespace {

constexpr std::chrono::minutes kPakistan = std::chrono::hours(5);
constexpr size_t kMaxInput = size_t{64} << 20;  // certificates, openings

// Days are Pakistan's; --to is the last day.
Result<Json> RequestOf(const ExportArguments& arguments) {
  Json body = Json::MakeObject().Set("format", arguments.format);
  if (!arguments.findings.empty()) {
    Json ids = Json::MakeArray();
    for (const std::string& id : arguments.findings) ids.Push(id);
    body.Set("findings", std::move(ids));
  }
  if (!arguments.source.empty()) body.Set("source", arguments.source);
  if (!arguments.from.empty()) {
    const Result<UtcTime> from = ParseDate(arguments.from, kPakistan);
    if (!from.ok()) return from.status().WithContext("--from");
    body.Set("from", FormatRfc3339(*from));
  }
  if (!arguments.to.empty()) {
    const Result<UtcTime> to = ParseDate(arguments.to, kPakistan);
    if (!to.ok()) return to.status().WithContext("--to");
    body.Set("to", FormatRfc3339(*to + std::chrono::hours(24)));
  }
  return body;
}

Result<std::unique_ptr<OutFile>> Fetch(StoreAccess& access, const std::string& from, const std::string& path,
                                       unsigned mode) {
  GASHT_ASSIGN_OR_RETURN(std::unique_ptr<OutFile> file, OutFile::Create(path, mode));
  while (true) {
    GASHT_ASSIGN_OR_RETURN(const ApiResponse piece,
                           access.Get(from, {{"offset", std::to_string(file->size())}}));
    if (piece.body.empty()) return file;
    GASHT_RETURN_IF_ERROR(file->Write(piece.body));
  }
}

uint64_t CountIn(const Json& summary, const char* name) {
  return static_cast<uint64_t>(summary.IntOr(name, 0));
}

// "export: 120 of 4,000 captures", or an object.
class ExportProgress {
 public:
  ExportProgress(const GlobalOptions& global, const ExportArguments& arguments)
      : json_(global.json), in_pipe_(arguments.progress) {}
  void Show(const Json& state) {
    const int64_t done = state.IntOr("done", 0), of = state.IntOr("of", 0);
    if (of == 0 || std::exchange(last_, done) == done) return;
    if (in_pipe_ && json_) return PrintJson(Json::MakeObject().Set("done", done).Set("of", of));
    const std::string line = fmt::format("export: {} of {} captures", done, of);
    if (in_pipe_) return PrintLine(line);
    terminal_.Show(line);
  }

 private:
  const bool json_, in_pipe_;
  int64_t last_ = -1;
  Progress terminal_;
};

// What the core has made, under its name here.
Result<Json> TakeOver(StoreAccess& access, const std::string& root, const ExportArguments& arguments,
                      ExportProgress& progress, std::stop_token stop) {
  GASHT_ASSIGN_OR_RETURN(Json summary, WaitFor(access, root, std::move(stop),
                                               [&progress](const Json& state) { progress.Show(state); }));
  GASHT_ASSIGN_OR_RETURN(const auto file, Fetch(access, root + "/bytes", arguments.out, 0640));
  if (static_cast<int64_t>(file->size()) != summary.IntOr("bytes", -1))
    return Status::Unavailable("the core's export ended early");
  if (summary.IntOr("masked", 0) > 0) {
    const std::string path = arguments.out + ".openings.jsonl";
    GASHT_ASSIGN_OR_RETURN(const auto openings, Fetch(access, root + "/openings", path, 0600));
    GASHT_RETURN_IF_ERROR(openings->Commit());
    summary.Set("openings", path);
  }
  GASHT_RETURN_IF_ERROR(file->Commit());
  return summary;
}

Result<Json> Export(const GlobalOptions& global, const ExportArguments& arguments, std::stop_token stop) {
  GASHT_ASSIGN_OR_RETURN(const Json request, RequestOf(arguments));
  // Before the core works for a minute.
  GASHT_RETURN_IF_ERROR(OutFile::Create(arguments.out).status());
  GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
  GASHT_ASSIGN_OR_RETURN(StoreAccess access, StoreAccess::Open(config));
  GASHT_ASSIGN_OR_RETURN(const ApiResponse answer, access.Post("/v1/exports", request.Dump()));
  GASHT_ASSIGN_OR_RETURN(const Json begun, Json::Parse(answer.body));
  const std::string root = "/v1/exports/" + begun.StringOr("export");
  ExportProgress progress(global, arguments);
  const Result<Json> summary = TakeOver(access, root, arguments, progress, std::move(stop));
  // The core forgets it, however it ended here; one that it could not make it has forgotten already.
  access.Post(root + "/done", "").status().IgnoreError();
  GASHT_RETURN_IF_ERROR(summary.status());
  Json out = Json::MakeObject().Set("file", arguments.out);
  for (const auto& [key, value] : summary->entries()) {
    if (key != "export" && key != "state") out.Append(key, value);
  }
  return out;
}

void PrintReport(const std::string& file, const BundleVerdict& report) {
  PrintLine(Printable(file));
  if (!report.bundle.empty())
    PrintLine(Printable(fmt::format("Bundle {}, made {} by {}: {} exhibits", report.bundle, report.made,
                                    report.actor, report.exhibits)));
  for (const BundleCheck& check : report.checks) {
    const char* word = check.result == CheckResult::kPassed   ? "passed     "
                       : check.result == CheckResult::kFailed ? "FAILED     "
                                                              : "not checked";
    PrintLine(fmt::format("  {}  {}{}", word, check.what,
                          check.note.empty() ? "" : Printable(fmt::format(" ({})", check.note))));
    for (const BundleFailure& failure : check.failures)
      PrintLine(fmt::format("                 {}: {}", failure.reason, Printable(failure.detail)));
  }
  PrintLine(report.ok() ? "\nRESULT: everything that was checked is right."
                        : "\nRESULT: SOMETHING IS WRONG. See above.");
  PrintLine("\nNo bundle can prove:");
  for (const std::string_view sentence : NeverProved()) PrintLine(fmt::format("  - {}", sentence));
}

}  // namespace

int RunExport(const GlobalOptions& global, const ExportArguments& arguments, std::stop_token stop) {
  const Result<Json> summary = Export(global, arguments, std::move(stop));
  if (!summary.ok()) return Fail(summary.status());
  if (global.json) {
    PrintJson(*summary);
    return 0;
  }
  PrintLine(Printable(fmt::format("{}: {} bytes, {}", arguments.out, summary->IntOr("bytes", 0),
                                  summary->StringOr("contents"))));
  if (summary->Find("captures") != nullptr) {
    PrintLine(fmt::format("  {}, {}, sealed by a checkpoint of {}",
                          Counted(CountIn(*summary, "captures"), "exhibit"),
                          Counted(CountIn(*summary, "findings"), "finding"),
                          Counted(CountIn(*summary, "leaves"), "leaf", "leaves")));
    PrintLine(fmt::format("  signed with {}", summary->StringOr("key")));
    PrintLine(Printable(
        fmt::format("  check it: gasht verify {}, or gasht_verify.py from inside it", arguments.out)));
  } else {
    PrintLine("  " + Counted(CountIn(*summary, "rows"), "row"));
  }
  if (summary->Find("openings") != nullptr)
    PrintLine(
        Printable(fmt::format("  {} identifiers of non-sellers masked; {} opens them and stays in the house",
                              summary->IntOr("masked", 0), summary->StringOr("openings"))));
  return 0;
}

int RunExportKey(const GlobalOptions& global) {
  const auto key = [&global]() -> Result<Json> {
    GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
    GASHT_ASSIGN_OR_RETURN(StoreAccess access, StoreAccess::Open(config));
    GASHT_ASSIGN_OR_RETURN(const ApiResponse answer, access.Get("/v1/exports/key"));
    return Json::Parse(answer.body);
  }();
  if (!key.ok()) return Fail(key.status());
  if (global.json) {
    PrintJson(*key);
  } else {
    PrintLine(
        fmt::format("{}\nPublish this on paper: whoever checks a bundle compares it (gasht verify --key).",
                    key->StringOr("key")));
  }
  return 0;
}

int RunVerifyBundle(const GlobalOptions& global, const VerifyArguments& arguments) {
  BundleKeys keys{arguments.key, arguments.log_key, arguments.witnesses};
  for (const auto& [file, bytes] : {std::pair(&arguments.authority, &keys.authority_pem),
                                    std::pair(&arguments.openings, &keys.openings)}) {
    if (file->empty()) continue;
    Result<std::string> read = ReadFile(*file, kMaxInput);
    if (!read.ok()) return Fail(read.status());
    *bytes = *std::move(read);
  }
  const Result<BundleVerdict> report = VerifyBundle(arguments.bundle, keys);
  if (!report.ok()) return Fail(report.status());
  if (global.json) {
    PrintJson(ToJson(*report));
  } else {
    PrintReport(arguments.bundle, *report);
  }
  return report->ok() ? 0 : 1;
}

}  // namespace gasht
