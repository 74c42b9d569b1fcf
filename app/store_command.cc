// gasht store check.

#include <fmt/format.h>

#include "api/client.h"
#include "app/commands.h"
#include "app/configured.h"
#include "app/output.h"
#include "app/store_access.h"
#include "store/store.h"

namespace gasht {
namespace {

Result<TreeHead> CheckStore(const std::string& path) {
  if (CoreRuns(SocketPath(path)))
    return Status::Unavailable(
        fmt::format("a patrol has {} open: stop it first (a running store is checked from a checkpoint, "
                    "which is still to come)",
                    path));
  StoreOptions options;
  options.path = path;
  options.create_if_missing = false;
  GASHT_ASSIGN_OR_RETURN(const std::unique_ptr<Store> store, Store::Open(options));
  GASHT_RETURN_IF_ERROR(store->CheckCustody());
  return store->tree_head();
}

}  // namespace

int RunStoreCheck(const GlobalOptions& global) {
  const Result<Config> config = LoadConfigured(global);
  if (!config.ok()) return Fail(config.status());
  const Result<TreeHead> head = CheckStore(config->store_path);
  if (global.json) {
    Json json = Json::MakeObject().Set("store", config->store_path).Set("ok", head.ok());
    if (head.ok()) {
      json.Set("leaves", head->size).Set("root", head->root.hex());
    } else {
      json.Set("error", head.status().message());
    }
    PrintJson(json);
    return ExitStatusFor(head.status().code());
  }
  if (!head.ok()) return Fail(head.status());
  PrintLine(fmt::format("{}: {} custody leaves, every record and digest agrees; root {}", config->store_path,
                        head->size, head->root.hex()));
  return 0;
}

}  // namespace gasht
