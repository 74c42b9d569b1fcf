// gasht import: what somebody lawfully received or saw.

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "app/commands.h"
#include "app/configured.h"
#include "app/import.h"
#include "app/output.h"
#include "app/store_access.h"
#include "base/counted.h"

namespace gasht {
namespace {

void PrintSummary(const ImportArguments& arguments, const Json& summary) {
  const auto count = [&](std::string_view key) { return summary.IntOr(key, 0); };
  const Json* captures = summary.Find("captures");
  const Json* broken = summary.Find("broken");
  PrintLine(fmt::format("{}: {} bytes, SHA-256 {}", Printable(arguments.file), count("original_bytes"),
                        summary.StringOr("original_sha256")));
  if (captures != nullptr && captures->is_array() && !captures->items().empty())
    PrintLine(fmt::format("kept as received under {} in source {}: {}", Printable(arguments.authority),
                          summary.StringOr("source"),
                          CaptureSpan(captures->items().front().Dump(), captures->items().back().Dump())));
  const auto counted = [&](std::string_view key, std::string_view what) {
    return Counted(static_cast<uint64_t>(std::max<int64_t>(count(key), 0)), what);
  };
  PrintLine(fmt::format("{}, {}, {}, {} seen again", counted("messages", "message"),
                        counted("listings", "listing"), counted("new_findings", "new finding"),
                        count("seen_findings")));
  if (count("pictures_unread") > 0)
    PrintLine(
        fmt::format("pictures, recordings and videos that were not read: {}", count("pictures_unread")));
  if (count("skipped") > 0)
    PrintLine(fmt::format("parts of the file that were left aside: {}", count("skipped")));
  for (size_t i = 0; broken != nullptr && broken->is_array() && i < broken->items().size(); ++i)
    PrintLine("broken: " + Printable(broken->items()[i].is_string() ? broken->items()[i].as_string() : ""));
}

Result<Json> RunImport(const GlobalOptions& global, const ImportArguments& arguments) {
  ImportOptions options;
  const auto kind = ParseImportKind(arguments.kind);
  if (!kind) return Status::InvalidArgument(fmt::format("nothing is imported as '{}'", arguments.kind));
  options.kind = *kind;
  options.file = arguments.file;
  options.authority = arguments.authority;
  options.source = arguments.source;
  options.seen_by = arguments.seen_by;
  options.seen_at = arguments.seen_at;
  options.url = arguments.url;
  GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
  GASHT_ASSIGN_OR_RETURN(StoreAccess access, StoreAccess::Open(config, StoreAccess::Missing::kCreate));
  const bool told = isatty(STDERR_FILENO) == 1;
  const auto post = [&](const std::string& path, const std::string& body) { return access.Post(path, body); };
  Result<Json> summary = ImportThrough(post, options, [&](uint64_t captures) {
    if (told) fmt::print(stderr, "\r{} captures", captures);
  });
  if (told) fmt::print(stderr, "\r\033[K");
  return summary;
}

}  // namespace

int RunImportCommand(const GlobalOptions& global, const ImportArguments& arguments) {
  const Result<Json> summary = RunImport(global, arguments);
  if (!summary.ok()) return Fail(summary.status());
  if (global.json) {
    PrintJson(*summary);
  } else {
    PrintSummary(arguments, *summary);
  }
  const Json* broken = summary->Find("broken");
  return broken == nullptr || !broken->is_array() || broken->items().empty() ? 0 : 1;
}

}  // namespace gasht
