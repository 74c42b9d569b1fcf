#pragma once

// Import: material that somebody lawfully received or saw, through the same pipeline as fetched pages. Every part of it
// becomes a capture with provenance `received`, the reference of its authority and the digest of the file as handed
// over; its listings, messages and findings are like any other's.
//
// Nothing of the file is parsed here: a child takes it apart (app/import_child.h), and what the parts say is read behind
// the Analyzer.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analysis/analyzer.h"
#include "api/message.h"
#include "app/import_child.h"
#include "base/json.h"
#include "base/status.h"
#include "config/config.h"
#include "model/capture.h"
#include "rules/rule_set.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {

struct ImportOptions {
  ImportKind kind = ImportKind::kPage;
  std::string file;              // whose name is kept without its folder
  std::string authority;         // the reference on paper under which it is kept
  std::string source;            // empty: "received-" and the authority
  std::string seen_by, seen_at;  // as told; both or none
  std::string url;               // of a saved page; empty: as the file says
};

// What pages are judged by now. `duty` keeps the analyzer alive.
struct ImportJudge {
  std::shared_ptr<const RuleSet> rules;
  Analyzer* analyzer = nullptr;
  std::shared_ptr<const void> duty;
};

struct ImportHooks {
  std::function<std::shared_ptr<const Config>()> config;
  std::function<Result<ImportJudge>()> judge;
};

// ImportService: the imports of the core's API.
//
//   POST /v1/imports {"kind","file","authority","source","seen_by","seen_at","url"}   begins one: {"import": ID}
//   POST /v1/imports/ID/bytes                     the file's next bytes, at most 4 MiB
//   POST /v1/imports/ID/step                      works for about a second: {"done": false, "captures": N}, at the end
//                                                 {"done": true} and what schema/import.schema.json says
//   POST /v1/imports/ID/drop                      leaves it
//
// The file lies in a folder of the core's until its import ends. Every part is committed durably as it is read; one leaf
// "import" names the act at the end, and one "import_broken_off" where it ended before. Only who began an import may go
// on with it. One call at a time; confined to the API's thread.
class ImportService {
 public:
  // All outlive the service. `dir` is emptied.
  ImportService(Store& store, StoreWriter& writer, const Clock& clock, std::string dir, ImportHooks hooks);
  ~ImportService();
  ImportService(const ImportService&) = delete;
  ImportService& operator=(const ImportService&) = delete;

  Result<ApiResponse> Handle(const ApiRequest& request);

 private:
  class Run;

  Result<ApiResponse> Begin(const ApiRequest& request);
  Status CheckSpace() const { return store_.CheckSpace(hooks_.config()->limits.disk_free); }

  Store& store_;
  StoreWriter& writer_;
  const Clock& clock_;
  const std::string dir_;
  const ImportHooks hooks_;
  std::map<std::string, std::unique_ptr<Run>> runs_;  // by id
};

// Asks such a service: hands the file over and waits for its end; what `gasht import --json` prints. `on_progress` may
// be empty.
using ImportCall = std::function<Result<ApiResponse>(const std::string& path, const std::string& body)>;
Result<Json> ImportThrough(const ImportCall& post, const ImportOptions& options,
                           const std::function<void(uint64_t captures)>& on_progress);

// The source that material without one of its own is kept under: [a-z0-9-]{1,32}, the same for the same reference.
SourceId ReceivedSourceId(std::string_view authority);

}  // namespace gasht
