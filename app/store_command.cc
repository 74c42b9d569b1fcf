// gasht store check|rebuild|backup|restore|stats, and gasht verify over the store.

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>

#include <fmt/format.h>

#include "api/client.h"
#include "app/commands.h"
#include "app/configured.h"
#include "app/log_seal.h"
#include "app/output.h"
#include "app/readable_store.h"
#include "app/store_access.h"
#include "base/counted.h"
#include "base/file.h"
#include "casework/retention.h"
#include "store/backup.h"
#include "store/store.h"
#include "store/verify.h"
#include "store/writer.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

Json ReportJson(const std::string& path, const VerifyReport& report) {
  Json json = Json::MakeObject().Set("store", path).Set("ok", report.ok());
  json.Set("leaves", report.leaves).Set("captures", report.captures).Set("bodies", report.bodies);
  json.Set("body_bytes", report.body_bytes).Set("findings", report.findings).Set("reviews", report.reviews);
  json.Set("views", report.views).Set("destroyed", report.destroyed);
  json.Set("checkpoints", report.checkpoints).Set("sealed", report.sealed);
  if (report.sealed < report.leaves) json.Set("unsealed_from", report.sealed);
  if (!report.origin.empty()) json.Set("origin", report.origin);
  Json tokens = Json::MakeArray();
  for (const VerifyReport::Token& token : report.tokens)
    tokens.Push(Json::MakeObject()
                    .Set("leaves", token.size)
                    .Set("time", FormatRfc3339(token.at))
                    .Set("trusted", token.is_trusted));
  json.Set("tokens", std::move(tokens));
  Json cosignatures = Json::MakeArray();
  for (const VerifyReport::Cosignature& cosignature : report.cosignatures)
    cosignatures.Push(Json::MakeObject()
                          .Set("witness", cosignature.witness)
                          .Set("leaves", cosignature.size)
                          .Set("time", FormatRfc3339(cosignature.at)));
  json.Set("cosignatures", std::move(cosignatures));
  Json problems = Json::MakeArray();
  for (const std::string& problem : report.problems) problems.Push(problem);
  json.Set("problems", std::move(problems));
  return json;
}

int Show(const GlobalOptions& global, const std::string& path, const Result<VerifyReport>& report) {
  if (!report.ok()) {
    if (global.json)
      PrintJson(
          Json::MakeObject().Set("store", path).Set("ok", false).Set("error", report.status().message()));
    const int status = global.json ? ExitStatusFor(report.status().code()) : Fail(report.status());
    return status;
  }
  if (global.json) {
    PrintJson(ReportJson(path, *report));
  } else {
    for (const std::string& problem : report->problems) PrintLine("PROBLEM  " + problem);
    for (const std::string& line : Explain(*report)) PrintLine(line);
  }
  return report->ok() ? 0 : 1;
}

Result<VerifyReport> Verify(const std::string& path, const std::string& authority, bool derived) {
  VerifyOptions options;
  options.derived = derived;
  if (!authority.empty()) {
    GASHT_ASSIGN_OR_RETURN(options.authority_pem, ReadFile(authority, 1 << 20));
  }
  GASHT_ASSIGN_OR_RETURN(const ReadableStore store, ReadableStore::Open(path));
  Progress line;
  options.on_progress = [&](uint64_t leaves, uint64_t of) {
    line.Show(fmt::format("{} of {} leaves", leaves, of));
  };
  return VerifyStore(*store, options);
}

Result<std::unique_ptr<Store>> OpenForChange(const std::string& path, bool create) {
  if (CoreRuns(SocketPath(path)))
    return Status::Unavailable(fmt::format("a patrol has {} open: stop it first", path));
  StoreOptions options;
  options.path = path;
  options.create_if_missing = create;
  return Store::Open(options);
}

std::string NamesOf(const std::vector<CaptureId>& captures) {
  std::string names;
  for (const CaptureId id : captures)
    names += fmt::format("{}{}", names.empty() ? "capture " : ", ", id.value);
  return names;
}

Json CapturesJson(const std::vector<CaptureId>& captures) {
  Json list = Json::MakeArray();
  for (const CaptureId id : captures) list.Push(id.value);
  return list;
}

// What the book of the store that was here says was destroyed, and `backup` still has. By number: the proof is in the replaced
// database's log.
Result<std::vector<CaptureId>> DestroyedSince(const std::string& path, const std::string& backup) {
  std::vector<CaptureId> back;
  const std::string book = path + "/retention.json";
  std::error_code error;
  if (!std::filesystem::exists(book, error)) return back;
  StoreOptions options;
  options.path = backup;
  options.create_if_missing = false;
  options.read_only = true;
  options.is_backup = true;
  options.master_key_folder = path;
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(options));
  const SystemClock clock;
  RetentionSetup setup;
  setup.book_path = book;
  GASHT_ASSIGN_OR_RETURN(const Retention retention, Retention::Open(*store, clock, std::move(setup)));
  for (const RetentionProposal& proposal : retention.proposals()) {
    if (!proposal.done) continue;
    for (const CaptureId id : proposal.captures) {
      const Status status = store->GetCapture(id).status();
      if (status.ok()) back.push_back(id);
      if (!status.ok() && status.code() != StatusCode::kNotFound) return status;
    }
  }
  return back;
}

}  // namespace

int RunVerifyStore(const GlobalOptions& global, const std::string& authority) {
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  return Show(global, config->store_path, Verify(config->store_path, authority, /*derived=*/false));
}

int RunStoreCheck(const GlobalOptions& global) {
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  return Show(global, config->store_path, Verify(config->store_path, {}, /*derived=*/true));
}

int RunStoreRebuild(const GlobalOptions& global) {
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  const Result<std::unique_ptr<Store>> store = OpenForChange(config->store_path, false);
  const Status status = store.ok() ? (*store)->RebuildDerived() : store.status();
  if (!status.ok()) return Fail(status);
  if (global.json) {
    PrintJson(Json::MakeObject().Set("store", config->store_path).Set("ok", true));
  } else {
    PrintLine("every index was made again from the records");
  }
  return 0;
}

int RunStoreStats(const GlobalOptions& global) {
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  const Result<ReadableStore> store = ReadableStore::Open(config->store_path);
  if (!store.ok()) return Fail(store.status());
  const Result<std::vector<FamilyStats>> stats = (*store)->Stats();
  if (!stats.ok()) return Fail(stats.status());
  Table table({"KIND", "ROWS", "BYTES", "ON DISK", "IS"});
  for (const FamilyStats& family : *stats) {
    if (global.json) {
      PrintJson(Json::MakeObject()
                    .Set("kind", family.name)
                    .Set("rows", family.rows)
                    .Set("bytes", family.bytes)
                    .Set("disk_bytes", family.disk_bytes)
                    .Set("derived", family.is_derived));
    } else {
      table.Add({family.name, std::to_string(family.rows), std::to_string(family.bytes),
                 std::to_string(family.disk_bytes), family.is_derived ? "derived" : "truth"});
    }
  }
  if (!global.json) PrintLine(table.Render());
  return 0;
}

int RunStoreBackup(const GlobalOptions& global, const std::string& to) {
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  Result<VerifyReport> report = Status::Internal("never ran");
  {
    const Result<ReadableStore> store = ReadableStore::Open(config->store_path);
    if (!store.ok()) return Fail(store.status());
    report = BackUp(**store, to);
  }
  if (report.ok() && report->ok()) {
    if (const Status status = RegisterBackup(config->store_path, to); !status.ok()) return Fail(status);
  }
  if (!global.json && report.ok() && report->ok())
    PrintLine(
        fmt::format("{} holds everything but the master key and the signing key: keep those elsewhere.", to));
  return Show(global, to, report);
}

int RunStoreRestore(const GlobalOptions& global, const RestoreArguments& arguments) {
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  const std::string& path = config->store_path;
  if (CoreRuns(SocketPath(path)))
    return Fail(Status::Unavailable(fmt::format("a patrol has {} open: stop it first", path)));
  RestoreOptions options;
  options.signer_keys = arguments.keys;
  options.new_key = arguments.new_key;
  options.replaces = arguments.replaces;
  options.actor = CurrentUser();
  options.authority = arguments.authority;
  options.at = SystemClock().Utc();
  std::vector<CaptureId> back;
  if (arguments.replaces.empty()) {
    Result<std::vector<CaptureId>> destroyed = DestroyedSince(path, arguments.backup);
    if (!destroyed.ok()) return Fail(destroyed.status());
    back = std::move(*destroyed);
    if (!back.empty() && !arguments.replaced_is_lost)
      return Fail(
          Status::FailedPrecondition(fmt::format("{} had lawfully destroyed what this backup still has ({}): "
                                                 "give what is left of its database with --replaces "
                                                 "FOLDER, and it is destroyed again; where nothing is left, "
                                                 "--replaced-is-lost goes on and says what to do",
                                                 path, NamesOf(back))));
  }
  const Result<Restored> restored = RestoreFrom(arguments.backup, path, options);
  if (!restored.ok()) return Fail(restored.status());
  const Result<std::unique_ptr<Store>> store = OpenForChange(path, false);
  if (!store.ok()) return Fail(store.status());
  Status status;
  {
    const SystemClock clock;
    StoreWriter writer(**store, clock);
    std::promise<Status> durable;
    writer.AddEvent({"restore", CurrentUser(), restored->statement},
                    [&durable](Status s) { durable.set_value(std::move(s)); });
    status = durable.get_future().get();
  }
  if (status.ok()) status = SealNow(**store, restored->setup);
  if (!status.ok()) return Fail(status);
  if (global.json) {
    PrintJson(Json::MakeObject()
                  .Set("store", path)
                  .Set("origin", restored->setup.origin)
                  .Set("key", restored->setup.keys.back().str())
                  .Set("leaves", restored->leaves)
                  .Set("before", restored->setup.restored.back())
                  .Set("destroyed_again", restored->forgotten)
                  .Set("back", CapturesJson(back)));
    return 0;
  }
  PrintLine(fmt::format("{} is restored with {}; its log goes on as {}. Before, it had reached {}.", path,
                        Counted(restored->leaves, "leaf", "leaves"), restored->setup.origin,
                        restored->setup.restored.back()));
  PrintLine(fmt::format("Its key is called {} now: into the paper diary; a witness needs it as --log.",
                        restored->setup.keys.back().str()));
  if (!arguments.replaces.empty()) {
    PrintLine(fmt::format("Destroyed again, as the replaced database had it: {}.",
                          Counted(restored->forgotten, "capture")));
  } else if (!back.empty()) {
    std::string ids;
    for (const CaptureId id : back) ids += fmt::format(" --capture {}", id.value);
    PrintLine(fmt::format(
        "BACK although they were lawfully destroyed: {}. Have them destroyed again: gasht retention "
        "propose{} --basis ORDER",
        NamesOf(back), ids));
  } else {
    PrintLine(
        "Nobody here knows whether captures were lawfully destroyed after the backup was made. Where they "
        "were, "
        "they are back: compare with the orders, and use gasht retention propose --capture.");
  }
  return 0;
}

}  // namespace gasht
