// gasht import: what somebody lawfully received or saw.

#include <fmt/format.h>

#include "analysis/sandboxed_analyzer.h"
#include "app/commands.h"
#include "app/configured.h"
#include "app/import.h"
#include "app/offline.h"
#include "app/output.h"
#include "base/counted.h"

namespace gasht {
namespace {

void PrintSummary(const ImportArguments& arguments, const ImportSummary& summary) {
  PrintLine(fmt::format("{}: {} bytes, SHA-256 {}", Printable(arguments.file), summary.original_bytes,
                        summary.original_sha256.hex()));
  PrintLine(fmt::format("kept as received under {} in source {}: captures {} to {}",
                        Printable(arguments.authority), summary.source.value, summary.captures.front().value,
                        summary.captures.back().value));
  PrintLine(fmt::format("{}, {}, {}, {} seen again", Counted(summary.messages, "message"),
                        Counted(summary.listings, "listing"), Counted(summary.new_findings, "new finding"),
                        summary.seen_findings));
  if (summary.pictures_unread > 0)
    PrintLine(fmt::format("pictures, recordings and videos that were not read: {}", summary.pictures_unread));
  if (summary.skipped > 0)
    PrintLine(fmt::format("parts of the file that were left aside: {}", summary.skipped));
  for (const std::string& what : summary.broken) PrintLine("broken: " + Printable(what));
}

ImportOptions OptionsOf(const ImportArguments& arguments) {
  ImportOptions options;
  options.kind = arguments.kind == "whatsapp"   ? ImportKind::kWhatsapp
                 : arguments.kind == "telegram" ? ImportKind::kTelegram
                 : arguments.kind == "warc"     ? ImportKind::kWarc
                                                : ImportKind::kPage;
  options.file = arguments.file;
  options.authority = arguments.authority;
  options.source = arguments.source;
  options.seen_by = arguments.seen_by;
  options.seen_at = arguments.seen_at;
  options.url = arguments.url;
  return options;
}

Result<ImportSummary> RunImport(const GlobalOptions& global, const ImportOptions& options) {
  GASHT_ASSIGN_OR_RETURN(const Config config, LoadConfigured(global));
  SandboxedAnalyzerOptions sandbox;
  GASHT_ASSIGN_OR_RETURN(sandbox.packs, ConfiguredPacks(config));
  GASHT_ASSIGN_OR_RETURN(const std::shared_ptr<const RuleSet> rules, RuleSet::Compile(sandbox.packs));
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<SandboxedAnalyzer> analyzer,
                         SandboxedAnalyzer::Start(std::move(sandbox)));
  return Import(config, options, rules, *analyzer);
}

}  // namespace

int RunImportCommand(const GlobalOptions& global, const ImportArguments& arguments) {
  const ImportOptions options = OptionsOf(arguments);
  const Result<ImportSummary> summary = RunImport(global, options);
  if (!summary.ok()) return Fail(summary.status());
  if (global.json) {
    PrintJson(ToJson(options, *summary));
  } else {
    PrintSummary(arguments, *summary);
  }
  return summary->broken.empty() ? 0 : 1;
}

}  // namespace gasht
