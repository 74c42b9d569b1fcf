#include "app/store_access.h"

#include <pwd.h>
#include <unistd.h>

#include <filesystem>

#include <fmt/format.h>

#include "analysis/sandboxed_analyzer.h"
#include "api/client.h"
#include "api/crawl_service.h"
#include "api/export_service.h"
#include "api/retention_service.h"
#include "api/service.h"
#include "app/configured.h"
#include "app/export_setup.h"
#include "app/import.h"
#include "app/log_seal.h"

namespace gasht {

struct StoreAccess::Local {
  explicit Local(std::unique_ptr<Store> opened) : store(std::move(opened)) {}
  // No core is there to seal within a minute what was done here: it is sealed now. Where that cannot be (the sealer's alarm says
  // why), it stays unsealed until a core comes, as `gasht custody status` shows.
  ~Local() {
    if (store->tree_head().size == leaves) return;
    const Result<std::optional<CustodySetup>> setup = ReadCustodySetup(store->path());
    if (setup.ok() && *setup) SealNow(*store, **setup).IgnoreError();
  }
  SystemClock clock;
  std::unique_ptr<Store> store;
  const uint64_t leaves = store->tree_head().size;
  StoreWriter writer{*store, clock};
  ApiService service{*store, writer, clock};
  std::unique_ptr<ExportService> exports;
  std::unique_ptr<RetentionService> retention;
  std::unique_ptr<CrawlService> crawl;
  // Started by the first import.
  std::shared_ptr<const RuleSet> rules;
  std::unique_ptr<SandboxedAnalyzer> analyzer;
  std::unique_ptr<ImportService> imports;

  Result<ImportJudge> Judge(const Config& config) {
    if (analyzer == nullptr) {
      SandboxedAnalyzerOptions options;
      GASHT_ASSIGN_OR_RETURN(options.packs, ConfiguredPacks(config));
      GASHT_ASSIGN_OR_RETURN(rules, RuleSet::Compile(options.packs));
      GASHT_ASSIGN_OR_RETURN(analyzer, SandboxedAnalyzer::Start(std::move(options)));
    }
    return ImportJudge{rules, analyzer.get(), nullptr};
  }
};

StoreAccess::StoreAccess() = default;
StoreAccess::~StoreAccess() = default;
StoreAccess::StoreAccess(StoreAccess&&) noexcept = default;
StoreAccess& StoreAccess::operator=(StoreAccess&&) noexcept = default;

Status CheckSourceIsKnown(const Config& config, StoreAccess& access, const std::string& id) {
  for (const Source& source : config.sources) {
    if (source.id.value == id) return Status::Ok();
  }
  GASHT_ASSIGN_OR_RETURN(const ApiResponse answer,
                         access.Get("/v1/evidence", {{"source", id}, {"limit", "1"}}));
  GASHT_ASSIGN_OR_RETURN(const Json captures, Json::Parse(answer.body));
  if (const Json* items = captures.Find("items"); items != nullptr && !items->items().empty())
    return Status::Ok();
  return Status::NotFound(fmt::format("no source is called '{}' (gasht sources list names them)", id));
}

std::string SocketPath(const std::string& store_path) {
  return store_path + "/gasht.sock";
}

std::string CurrentUser() {
  const passwd* entry = getpwuid(getuid());
  return entry != nullptr ? std::string(entry->pw_name) : fmt::format("uid:{}", getuid());
}

Result<StoreAccess> StoreAccess::Open(const std::string& store_path) {
  return OpenAt(store_path, Missing::kIsAnError);
}

Result<StoreAccess> StoreAccess::OpenAt(const std::string& store_path, Missing missing) {
  StoreAccess access;
  if (CoreRuns(SocketPath(store_path))) {
    access.socket_ = SocketPath(store_path);
    return access;
  }
  if (missing == Missing::kIsAnError && !std::filesystem::exists(store_path))
    return Status::NotFound(
        fmt::format("no store at {}: nothing was patrolled yet (run gasht patrol --once)", store_path));
  StoreOptions options;
  options.path = store_path;
  options.create_if_missing = missing == Missing::kCreate;
  GASHT_ASSIGN_OR_RETURN(std::unique_ptr<Store> store, Store::Open(options));
  access.local_ = std::make_unique<Local>(std::move(store));
  return access;
}

Result<StoreAccess> StoreAccess::Open(const Config& config, Missing missing) {
  GASHT_ASSIGN_OR_RETURN(StoreAccess access, OpenAt(config.store_path, missing));
  if (access.local_ == nullptr) return access;
  Local& local = *access.local_;
  GASHT_ASSIGN_OR_RETURN(ExportSetup setup, MakeExportSetup(config, *local.store, local.clock));
  local.exports = std::make_unique<ExportService>(*local.store, local.writer, local.clock, std::move(setup));
  local.service.Mount("/v1/exports", [exports = local.exports.get()](const ApiRequest& request) {
    return exports->Handle(request);
  });
  local.retention =
      std::make_unique<RetentionService>(*local.store, local.writer, local.clock, config.sources);
  local.service.Mount("/v1/retention", [retention = local.retention.get()](const ApiRequest& request) {
    return retention->Handle(request);
  });
  CrawlHooks hooks;
  const auto used = std::make_shared<const Config>(config);
  hooks.config = [used] { return used; };
  local.crawl = std::make_unique<CrawlService>(*local.store, local.writer, local.clock, std::move(hooks));
  local.crawl->MountOn(local.service);
  ImportHooks import_hooks;
  import_hooks.config = [used] { return used; };
  import_hooks.judge = [&local, used] { return local.Judge(*used); };
  local.imports = std::make_unique<ImportService>(*local.store, local.writer, local.clock,
                                                  config.store_path + "/imports", std::move(import_hooks));
  local.service.Mount("/v1/imports", [imports = local.imports.get()](const ApiRequest& request) {
    return imports->Handle(request);
  });
  return access;
}

Result<ApiResponse> StoreAccess::Get(const std::string& path, std::map<std::string, std::string> params) {
  ApiRequest request;
  request.path = path;
  request.params = std::move(params);
  return Ask(std::move(request));
}

Result<ApiResponse> StoreAccess::Post(const std::string& path, const std::string& body) {
  ApiRequest request;
  request.method = "POST";
  request.path = path;
  request.body = body;
  return Ask(std::move(request));
}

Result<ApiResponse> StoreAccess::Ask(ApiRequest request) {
  if (local_ == nullptr) return CallCore(socket_, request);
  request.actor = CurrentUser();
  ApiResponse response = local_->service.Handle(request);
  GASHT_RETURN_IF_ERROR(StatusOf(response));
  return response;
}

}  // namespace gasht
