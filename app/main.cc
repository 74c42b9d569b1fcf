// gasht: the command line. Parses, then hands over to one function of commands.h.

#include <pthread.h>
#include <signal.h>

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include <CLI/CLI.hpp>

#include "analysis/analysis_child.h"
#include "app/commands.h"
#include "app/import_child.h"
#include "base/child.h"
#include "crawler/fetch_child.h"

namespace {

using gasht::GlobalOptions;

// Turns the first SIGINT or SIGTERM into a stop request; a second one ends the process at once. REQUIRES:
// called before any other thread exists, so that every thread inherits the blocked signals.
class SignalStop {
 public:
  SignalStop() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    signal(SIGPIPE, SIG_IGN);
    thread_ = std::jthread([this](const std::stop_token& own) {
      pthread_setname_np(pthread_self(), "signals");
      // Whoever else waits for a signal (SIGHUP) must not find it taken, with its default action, here.
      sigset_t all;
      sigfillset(&all);
      pthread_sigmask(SIG_BLOCK, &all, nullptr);
      int received = 0;
      if (sigwait(&signals_, &received) != 0 || own.stop_requested()) return;
      stop_.request_stop();
      pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
      signal(SIGINT, SIG_DFL);
      signal(SIGTERM, SIG_DFL);
    });
  }
  ~SignalStop() {
    thread_.request_stop();
    pthread_kill(thread_.native_handle(), SIGTERM);
  }
  SignalStop(const SignalStop&) = delete;
  SignalStop& operator=(const SignalStop&) = delete;
  std::stop_token token() const { return stop_.get_token(); }

 private:
  sigset_t signals_{};
  std::stop_source stop_;
  std::jthread thread_;
};

// What is wrong with the command line, and where help is: of the command as far as it was understood.
std::string UsageMessage(const CLI::App& app, const CLI::Error& error) {
  const CLI::App* command = &app;
  std::string words = app.get_name();
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    words += " " + command->get_name();
  }
  std::string what = error.what();
  if (error.get_name() == "RequiredError" && command->get_require_subcommand_min() > 0) {
    const std::vector<std::string> unknown = app.remaining(true);
    what = unknown.empty() ? std::string("a command is missing")
                           : "there is no command '" + unknown.front() + "'";
    std::string known;
    for (const CLI::App* one : command->get_subcommands({}))
      known += (known.empty() ? "" : ", ") + one->get_name();
    what += ": it is one of " + known;
  }
  return "gasht: " + what + "\nTry: " + words + " --help\n";
}

// Numbers of rows: none at all, and numbers below zero, are slips of the pen.
void AddLimit(CLI::App* command, uint64_t& limit, const std::string& help = "At most this many") {
  command->add_option("--limit", limit, help)
      ->capture_default_str()
      ->check(CLI::Validator(
          [](const std::string& text) {
            const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
            return is_number && text.find_first_not_of('0') != std::string::npos
                       ? std::string()
                       : "'" + text + "' is not a whole number above 0";
          },
          "POSITIVE"));
}

}  // namespace

int main(int argc, char** argv) {
  // Started by ourselves: no command line, no configuration, no threads.
  constexpr gasht::ChildRole kRoles[] = {{gasht::kAnalysisRole, gasht::RunAnalysisZygote},
                                         {gasht::kFetchRole, gasht::RunFetchChild},
                                         {gasht::kImportRole, gasht::RunImportChild}};
  if (const std::optional<int> status = gasht::RunAsChild(argc, argv, kRoles)) return *status;
  CLI::App app{
      "gasht: patrols the places where drugs are sold online and turns what it finds into evidence."};
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string("gasht ") + GASHT_VERSION);
  app.fallthrough();
  app.failure_message(
      [](const CLI::App* self, const CLI::Error& error) { return UsageMessage(*self, error); });

  GlobalOptions global;
  app.add_option("--config", global.config_dir, "Directory with gasht.yaml, agencies.yaml and sources.d/")
      ->capture_default_str();
  app.add_flag("--json", global.json, "Print one JSON object a line instead of tables");

  std::function<int(std::stop_token)> run;

  gasht::PatrolArguments patrol;
  CLI::App* patrol_command = app.add_subcommand("patrol", "Patrol the configured sources");
  patrol_command->add_flag("--once", patrol.once, "End when nothing is due any more");
  patrol_command->add_option("--source", patrol.sources, "Only this source (may be given again)");
  patrol_command->callback(
      [&] { run = [&](std::stop_token stop) { return RunPatrolCommand(global, patrol, stop); }; });

  gasht::ScanArguments scan;
  CLI::App* scan_command =
      app.add_subcommand("scan", "Extraction and rules over files or standard input: no store, no network");
  scan_command
      ->add_option(
          "--format", scan.format,
          "What the input is: html, text, or jsonl (objects with any of id url title text html vendor price)")
      ->check(CLI::IsMember({"html", "text", "jsonl"}))
      ->capture_default_str();
  scan_command->add_option("--rules", scan.rules_dir,
                           "Directory with rule packs instead of the built-in ones");
  scan_command->add_option("FILE", scan.files, "Files; '-' or none: standard input");
  scan_command->callback(
      [&] { run = [&](std::stop_token stop) { return RunScanCommand(global, scan, stop); }; });

  gasht::ExtractArguments extract;
  CLI::App* extract_command =
      app.add_subcommand("extract", "What one page says: text, links, listings, messages, identifiers");
  extract_command
      ->add_option("--url", extract.url, "Where the page comes from; links are resolved against it")
      ->required();
  extract_command->add_option("--profile", extract.profile,
                              "YAML file with the selectors of the site's listings");
  extract_command->add_option("FILE", extract.file, "The page (gzip is recognised); '-': standard input")
      ->required();
  extract_command->callback(
      [&] { run = [&](std::stop_token) { return RunExtractCommand(global, extract); }; });

  gasht::ImportArguments received;
  CLI::App* received_command =
      app.add_subcommand("import", "What somebody lawfully received or saw, through the same pipeline")
          ->require_subcommand(1);
  const std::pair<const char*, const char*> received_kinds[] = {
      {"whatsapp", "A chat as WhatsApp exports it: .txt, or .zip with its media"},
      {"telegram", "A chat as Telegram Desktop exports it: result.json, messages.html, or a .zip of them"},
      {"page", "A saved page: HTML, MHTML, PDF, or a picture of one (kept, not read)"},
      {"warc", "A web archive: .warc, .warc.gz or .wacz"}};
  for (const auto& [kind, what] : received_kinds) {
    CLI::App* one = received_command->add_subcommand(kind, what);
    one->add_option("--authority", received.authority, "The reference on paper under which it is kept")
        ->required();
    one->add_option(
        "--source", received.source,
        "A configured source, or a name that begins with received- (default: made of the authority)");
    one->add_option("--seen-by", received.seen_by, "Who saw it where it was published");
    one->add_option("--seen-at", received.seen_at, "When, as told");
    if (std::string_view(kind) == "page")
      one->add_option("--url", received.url, "Where the page is from (default: as the file says)");
    one->add_option("FILE", received.file, "The file as it was handed over")->required();
    one->callback([&, name = std::string(kind)] {
      received.kind = name;
      run = [&](std::stop_token) { return RunImportCommand(global, received); };
    });
  }

  CLI::App* sources = app.add_subcommand("sources", "The configured sources")->require_subcommand(1);
  sources
      ->add_subcommand("check",
                       "Check the configuration and say what is wrong, with the place and the remedy")
      ->callback([&] { run = [&](std::stop_token) { return RunSourcesCheck(global); }; });
  sources->add_subcommand("list", "List the sources and the authority to patrol each")->callback([&] {
    run = [&](std::stop_token) { return RunSourcesList(global); };
  });
  std::string status_source;
  CLI::App* sources_status =
      sources->add_subcommand("status", "What became of each source: seen, failed and why, coverage, gaps");
  sources_status->add_option("--source", status_source, "Only this source");
  sources_status->callback(
      [&] { run = [&](std::stop_token) { return RunSourcesStatus(global, status_source); }; });
  gasht::HistoryArguments history;
  CLI::App* alerts =
      sources->add_subcommand("alerts", "What a person must know: seizure banners, bad signatures, reloads");
  alerts->add_option("--source", history.source,
                     "Only those of this source ('patrol': of the patrol itself)");
  AddLimit(alerts, history.limit, "At most so many, the last first");
  alerts->callback([&] { run = [&](std::stop_token) { return RunSourcesAlerts(global, history); }; });
  CLI::App* gaps = sources->add_subcommand("gaps", "When nobody looked: our line was away, or no patrol ran");
  AddLimit(gaps, history.limit, "At most so many, the last first");
  gaps->callback([&] { run = [&](std::stop_token) { return RunSourcesGaps(global, history); }; });
  gasht::CandidateArguments candidate;
  CLI::App* candidates = sources->add_subcommand(
      "candidates", "Places that pages point to and nobody patrols, with where they were seen");
  candidates->add_option("--kind", candidate.kind,
                         "onion, mirror, telegram, telegram_invite, whatsapp_invite or feed");
  candidates->add_option("--state", candidate.state, "open, adopted, dismissed, or '' for all")
      ->capture_default_str();
  candidates->add_option("--source", candidate.source, "Only those seen on this source");
  candidates->callback(
      [&] { run = [&](std::stop_token) { return RunSourcesCandidates(global, candidate); }; });
  CLI::App* adopt =
      sources->add_subcommand("adopt", "Adopt a candidate: as another address of a source, or noted");
  adopt->add_option("ID", candidate.id, "As in sources candidates")->required();
  adopt->add_option("--mirror-of", candidate.mirror_of, "The source whose address it is");
  adopt->add_option("--reason", candidate.reason, "How you know")->required();
  adopt->add_flag("--lookalike-checked", candidate.lookalike_checked,
                  "You compared every letter of an address that looks like a known one");
  adopt->callback([&] { run = [&](std::stop_token) { return RunSourcesDecide(global, candidate); }; });
  CLI::App* dismiss = sources->add_subcommand("dismiss", "Dismiss a candidate");
  dismiss->add_option("ID", candidate.id, "As in sources candidates")->required();
  dismiss->add_option("--reason", candidate.reason, "Why");
  dismiss->callback([&] {
    candidate.adopt = false;
    run = [&](std::stop_token) { return RunSourcesDecide(global, candidate); };
  });

  gasht::FrontierArguments rows;
  CLI::App* frontier =
      app.add_subcommand("frontier", "The pages that are known and when they are due")->require_subcommand(1);
  const auto which_rows = [&rows](CLI::App* command) {
    command->add_option("SOURCE", rows.source, "As in sources list")->required();
    command->add_option("--state", rows.state, "Only scheduled, refused, gone, held, cancelled or done");
    command->add_option("--only-priority", rows.only_priority, "Only now, seed, listing, index or rest");
    command->add_option("--path", rows.path, "Only paths with this prefix, or with * this pattern");
    return command;
  };
  CLI::App* rows_list = which_rows(frontier->add_subcommand("list", "List pages of a source"));
  AddLimit(rows_list, rows.limit);
  rows_list->callback([&] { run = [&](std::stop_token) { return RunFrontierList(global, rows); }; });
  CLI::App* rows_cancel = which_rows(
      frontier->add_subcommand("cancel", "Never fetch these pages again, until they are requeued"));
  rows_cancel->add_option("--reason", rows.reason, "For the custody log");
  rows_cancel->callback(
      [&] { run = [&](std::stop_token) { return RunFrontierChange(global, "cancel", rows); }; });
  CLI::App* rows_requeue =
      which_rows(frontier->add_subcommand("requeue", "Make these pages due now, whatever became of them"));
  rows_requeue->add_option("--priority", rows.priority, "Move them to seed, listing, index or rest");
  rows_requeue->add_option("--reason", rows.reason, "For the custody log");
  rows_requeue->callback(
      [&] { run = [&](std::stop_token) { return RunFrontierChange(global, "requeue", rows); }; });
  CLI::App* rows_block = frontier->add_subcommand("block", "Let a source rest: nothing of it is fetched");
  rows_block->add_option("SOURCE", rows.source, "As in sources list")->required();
  rows_block->add_option("--for", rows.duration, "How long (90s, 5m, 12h, 7d); else until it is opened");
  rows_block->add_flag("--off", rows.off, "Open it again");
  rows_block->add_option("--reason", rows.reason, "For the custody log and whoever asks");
  rows_block->callback([&] { run = [&](std::stop_token) { return RunFrontierBlock(global, rows); }; });

  gasht::CaptureArguments capture;
  CLI::App* capture_command =
      app.add_subcommand("capture", "Fetch one page now, in your name: a tip followed up");
  capture_command->add_option("URL", capture.url, "The page")->required();
  capture_command->add_option("--authority", capture.authority, "By what authority: a reference on paper")
      ->required();
  capture_command->callback(
      [&] { run = [&](std::stop_token stop) { return RunCapture(global, capture, stop); }; });

  app.add_subcommand("reload", "Let the running core read its configuration again; an invalid one is refused")
      ->callback([&] { run = [&](std::stop_token) { return RunReload(global); }; });

  gasht::RulesArguments rules;
  CLI::App* rules_command = app.add_subcommand("rules", "The rule packs")->require_subcommand(1);
  const auto rules_dir = [&rules](CLI::App* command) {
    command->add_option("--rules", rules.rules_dir, "Directory with rule packs instead of the built-in ones");
    return command;
  };
  CLI::App* check_command = rules_dir(rules_command->add_subcommand(
      "check",
      "Check packs: every error with file, line, column and remedy; terms never or too often found"));
  check_command->add_option("--background", rules.background,
                            "File of texts that sell nothing, one a line: terms that fire on them are named");
  check_command->callback([&] { run = [&](std::stop_token) { return RunRulesCheck(global, rules); }; });
  rules_dir(rules_command->add_subcommand("test", "Run every rule's own examples"))->callback([&] {
    run = [&](std::stop_token) { return RunRulesTest(global, rules); };
  });
  rules_dir(rules_command->add_subcommand("list", "List the rules"))->callback([&] {
    run = [&](std::stop_token) { return RunRulesList(global, rules); };
  });
  CLI::App* explain =
      rules_dir(rules_command->add_subcommand("explain", "Why a text did or did not match, rule by rule"));
  explain->add_option("FILE", rules.file, "The text; '-': standard input")->required();
  explain->callback([&] { run = [&](std::stop_token) { return RunRulesExplain(global, rules); }; });

  CLI::App* import_command = rules_command->add_subcommand(
      "import", "A term list (CSV with the columns term and strength) as YAML for a pack, to be reviewed");
  import_command->add_option("--substance", rules.substance, "Id of the substance the terms name")
      ->required();
  import_command->add_option("--class", rules.substance_class,
                             "Its class; without it the terms extend a substance that other packs define");
  import_command->add_option("FILE", rules.file, "The list; '-': standard input")->required();
  import_command->callback([&] { run = [&](std::stop_token) { return RunRulesImport(global, rules); }; });

  gasht::ListArguments list;
  std::string id;
  CLI::App* findings = app.add_subcommand("findings", "What rules raised")->require_subcommand(1);
  CLI::App* findings_list =
      findings->add_subcommand("list", "List findings: highest level first, then score, then last seen");
  findings_list->add_option("--source", list.source, "Only of this source");
  findings_list->add_option("--min-level", list.min_level, "informational, low, medium, high or critical");
  findings_list
      ->add_option("--sort", list.sort, "level: level, then score, then last seen; seen: last seen first")
      ->check(CLI::IsMember({"level", "seen"}));
  AddLimit(findings_list, list.limit);
  findings_list->callback([&] { run = [&](std::stop_token) { return RunFindingsList(global, list); }; });
  CLI::App* findings_show =
      findings->add_subcommand("show", "One finding: why it was raised, when it was seen");
  findings_show->add_option("ID", id, "As in findings list")->required();
  findings_show->callback([&] { run = [&](std::stop_token) { return RunFindingsShow(global, id); }; });

  gasht::ReviewArguments review;
  CLI::App* findings_review = findings->add_subcommand("review", "Record what you decide of a finding");
  findings_review->add_option("ID", review.id, "As in findings list")->required();
  findings_review->add_option("--decision", review.decision, "confirmed, dismissed or needs_more")
      ->required()
      ->check(CLI::IsMember({"confirmed", "dismissed", "needs_more"}));
  findings_review->add_option("--note", review.note, "Why, in your words");
  findings_review->callback(
      [&] { run = [&](std::stop_token) { return RunFindingsReview(global, review); }; });

  gasht::ReplayArguments replay;
  CLI::App* replay_command =
      app.add_subcommand("replay", "What other rules would say of the stored captures; changes nothing");
  replay_command->add_option("--rules", replay.rules_dir,
                             "Directory with rule packs instead of those in force");
  replay_command->add_option("--source", replay.sources, "Only this source (may be given again)");
  replay_command->callback(
      [&] { run = [&](std::stop_token stop) { return RunReplayCommand(global, replay, stop); }; });

  CLI::App* evidence = app.add_subcommand("evidence", "What was captured")->require_subcommand(1);
  CLI::App* evidence_list = evidence->add_subcommand("list", "List captures in the order they were made");
  evidence_list->add_option("--source", list.source, "Only of this source");
  evidence_list->add_option("--after", list.after, "Only captures with a higher id");
  AddLimit(evidence_list, list.limit);
  evidence_list->callback([&] { run = [&](std::stop_token) { return RunEvidenceList(global, list); }; });
  CLI::App* evidence_show =
      evidence->add_subcommand("show", "One capture: how, when and where it was got, and its digests");
  gasht::EvidenceArguments shown;
  evidence_show->add_option("ID", shown.id, "As in evidence list")->required();
  CLI::Option* body = evidence_show->add_option(
      "--body", shown.body_file, "Write the captured body to this file ('-': standard output)");
  body->expected(1);
  evidence_show
      ->add_flag("--as-received", shown.as_received, "With --body: as it came, where the server packed it")
      ->needs(body);
  evidence_show->callback([&] { run = [&](std::stop_token) { return RunEvidenceShow(global, shown); }; });

  gasht::VerifyArguments verify;
  CLI::App* verify_command = app.add_subcommand(
      "verify", "Check the store against its custody log, or a bundle completely, from the file alone");
  verify_command->add_option("BUNDLE", verify.bundle, "A .wacz file; none: the store");
  verify_command->add_option("--authority", verify.authority,
                             "A file with the certificates (PEM) of time-stamp authorities to trust");
  verify_command->add_option("--key", verify.key, "The agency's published key: sha256:HEX");
  verify_command->add_option("--log-key", verify.log_key, "The custody log's published key: NAME+ID+KEY");
  verify_command->add_option("--witness", verify.witnesses,
                             "A published key of one of the log's witnesses: NAME+ID+KEY");
  verify_command->add_option("--openings", verify.openings,
                             "A file of opened redactions: each is compared with its mask");
  verify_command->callback([&] {
    run = [&](std::stop_token) {
      return verify.bundle.empty() ? RunVerifyStore(global, verify.authority)
                                   : RunVerifyBundle(global, verify);
    };
  });

  gasht::ExportArguments exported;
  CLI::App* export_command =
      app.add_subcommand("export", "What leaves the house: every export is an act in the custody log")
          ->require_subcommand(1);
  const std::pair<const char*, const char*> formats[] = {
      {"wacz", "A bundle that a stranger can check: web archive, proofs, report, checker"},
      {"warc", "The captures alone, as WARC 1.1"},
      {"csv", "Findings as a table for spreadsheets"},
      {"jsonl", "Findings as JSON Lines"},
      {"disclosure", "For the defence: dismissed findings, negative captures, rules, reviews, redactions"}};
  for (const auto& [format, help] : formats) {
    CLI::App* command = export_command->add_subcommand(format, help);
    command->add_option("--finding", exported.findings, "These findings, with all they rest on");
    command->add_option("--source", exported.source, "Everything of this source");
    command->add_option("--from", exported.from, "From this day in Pakistan (2026-11-22)");
    command->add_option("--to", exported.to, "To this day, included");
    command->add_option("--out", exported.out, "The file to write; never one that is there")->required();
    command->add_flag("--progress", exported.progress,
                      "Say how far it is, in a pipe too (with --json: objects)");
    command->callback([&, name = std::string(format)] {
      exported.format = name;
      run = [&](std::stop_token stop) { return RunExport(global, exported, std::move(stop)); };
    });
  }
  export_command->add_subcommand("key", "The fingerprint of the key that signs bundles, to be published")
      ->callback([&] { run = [&](std::stop_token) { return RunExportKey(global); }; });

  gasht::RetentionArguments retention;
  CLI::App* retention_command =
      app.add_subcommand("retention", "What must be forgotten, and what may not be")->require_subcommand(1);
  retention_command
      ->add_subcommand("list",
                       "What is due of each source, proposals, holds, and backups that were not reached")
      ->callback([&] { run = [&](std::stop_token) { return RunRetentionList(global); }; });
  CLI::App* propose = retention_command->add_subcommand("propose", "Propose a batch for destruction");
  CLI::Option* due_of = propose->add_option("--source", retention.source, "What is due of this source");
  CLI::Option* named =
      propose->add_option("--capture", retention.captures, "These captures, for an order of a court");
  propose->add_option("--basis", retention.reason, "The order or rule, for the tombstones")->needs(named);
  due_of->excludes(named);
  propose->callback([&] { run = [&](std::stop_token) { return RunRetentionPropose(global, retention); }; });
  CLI::App* approve = retention_command->add_subcommand(
      "approve", "Approve a proposal; the second approval, another person's, destroys");
  approve->add_option("PROPOSAL", retention.id, "As in retention list")->required();
  approve->callback([&] {
    run = [&](std::stop_token stop) { return RunRetentionApprove(global, retention, std::move(stop)); };
  });
  CLI::App* hold =
      retention_command->add_subcommand("hold", "Keep a source, a finding or a capture, whatever is due");
  hold->add_option("--source", retention.source, "All captures of this source");
  hold->add_option("--finding", retention.finding, "All captures that this finding rests on");
  hold->add_option("--capture", retention.captures, "This capture")->expected(1);
  hold->add_option("--release", retention.id, "Release this hold instead");
  hold->add_option("--reason", retention.reason, "Why")->required();
  hold->callback([&] { run = [&](std::stop_token) { return RunRetentionHold(global, retention); }; });

  CLI::App* store = app.add_subcommand("store", "Upkeep of the store")->require_subcommand(1);
  store->add_subcommand("check", "Read every record, body, index and file again")->callback([&] {
    run = [&](std::stop_token) { return RunStoreCheck(global); };
  });
  store->add_subcommand("rebuild", "Make every index again from the records")->callback([&] {
    run = [&](std::stop_token) { return RunStoreRebuild(global); };
  });
  store->add_subcommand("stats", "How much of each kind there is")->callback([&] {
    run = [&](std::stop_token) { return RunStoreStats(global); };
  });
  std::string backup_to;
  CLI::App* backup = store->add_subcommand("backup", "Copy the store to a new folder, and verify the copy");
  backup->add_option("FOLDER", backup_to, "Must not exist; best on another device")->required();
  backup->callback([&] { run = [&](std::stop_token) { return RunStoreBackup(global, backup_to); }; });
  gasht::RestoreArguments restore;
  CLI::App* restore_command = store->add_subcommand(
      "restore", "Put a backup in the place of a lost store; its log begins a new life");
  restore_command->add_option("FOLDER", restore.backup, "The backup")->required();
  restore_command->add_option("--authority", restore.authority, "Who ordered it, for the custody log")
      ->required();
  restore_command->add_option("--keys", restore.keys,
                              "The folder of the signing key, where it is elsewhere now");
  restore_command->add_flag("--new-key", restore.new_key,
                            "The signing key is lost: make another one in --keys, and record that");
  CLI::Option* replaces = restore_command->add_option("--replaces", restore.replaces,
                                                      "What is left of the database that is replaced: what "
                                                      "it knows to be lawfully destroyed is destroyed again");
  restore_command
      ->add_flag("--replaced-is-lost", restore.replaced_is_lost,
                 "Nothing is left of it: captures that it destroyed after the backup may come back")
      ->excludes(replaces);
  restore_command->callback([&] { run = [&](std::stop_token) { return RunStoreRestore(global, restore); }; });

  gasht::CustodyArguments custody;
  CLI::App* custody_command =
      app.add_subcommand("custody", "The custody log: sealing, witnesses, time stamps")
          ->require_subcommand(1);
  const auto custody_action = [&](const char* name, const char* words) {
    CLI::App* command = custody_command->add_subcommand(name, words);
    command->callback([&, name] {
      custody.action = name;
      run = [&](std::stop_token) { return RunCustody(global, custody); };
    });
    return command;
  };
  CLI::App* init = custody_action("init", "Make the signing key and the first checkpoint");
  init->add_option("--keys", custody.keys, "Folder for the signing key (standard: STORE/signer)");
  init->add_option("--copy", custody.copy, "Second place for checkpoints, best on another device");
  CLI::Option* init_signer = init->add_option(
      "--signer", custody.signer, "unix:PATH of a signer that another user runs, instead of --keys");
  init_signer->needs(init->add_option("--key", custody.key, "... and its key, as signer-init printed it"));
  custody_action("status", "What is sealed, and what is not yet");
  custody_action("today", "One line for the paper diary");
  CLI::App* rotate = custody_action("rotate", "A new signing key, approved by two officers");
  rotate->add_option("--keys", custody.keys, "Folder for the new key");
  rotate->add_option("--approved-by", custody.approvers, "Name of an officer (twice)")->required();
  CLI::App* witness_add = custody_action("witness-add", "Whose cosignatures count from now on");
  witness_add->add_option("KEY", custody.file, "As gasht custody witness-init printed it")->required();
  custody_action("request", "Write what a witness is to cosign to standard output")
      ->add_option("--from", custody.from,
                   "Leaves that the witness says it cosigned last, where its answer was lost");
  custody_action("attach", "Keep a witness's answer")
      ->add_option("FILE", custody.file, "The answer; '-' or none: standard input");
  CLI::App* stamp = custody_action("stamp", "An RFC 3161 query over the last checkpoint, or its answer");
  stamp->add_option("FILE", custody.file, "Where the query goes; '-' or none: standard output");
  stamp->add_option("--attach", custody.attach, "The authority's answer, to be checked and kept");
  stamp->add_option("--authority", custody.authority, "The authority's certificates (PEM), to be trusted");
  CLI::App* witness_init = custody_action("witness-init", "On a witness's machine: make its key");
  CLI::App* witness = custody_action("witness", "On a witness's machine: cosign what only grew");
  for (CLI::App* command : {witness_init, witness}) {
    command->add_option("--keys", custody.keys, "Folder with the witness's key and memory")->required();
    command->add_option("--name", custody.name, "The witness's name: one word")->required();
  }
  witness->add_option("--log", custody.log, "The key of the log, as gasht custody status prints it")
      ->required();
  witness->add_option("FILE", custody.file, "The request; '-' or none: standard input");
  CLI::App* signer =
      custody_action("signer", "The process that holds the signing key; gasht patrol starts it");
  CLI::App* signer_init = custody_action("signer-init", "As the user who is to run the signer: make its key");
  for (CLI::App* command : {signer, signer_init}) {
    command->add_option("--keys", custody.keys, "Folder with the key and its memory")->required();
    command->add_option("--name", custody.name, "The log's origin, where it is not the folder's own");
  }
  CLI::App* tor =
      app.add_subcommand("tor", "The Tor client that sources are reached through")->require_subcommand(1);
  tor->add_subcommand("check", "Is Tor fit, why not, and does each source get its own circuit?")
      ->callback([&] { run = [&](std::stop_token) { return RunTorCheck(global); }; });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    // 0 for --help and --version, else the contract's 2.
    return app.exit(e) == 0 ? 0 : 2;
  }
  const SignalStop signals;
  return run(signals.token());
}
