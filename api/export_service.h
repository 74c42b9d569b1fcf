#pragma once

// ExportService: the exports of the core's API.
//
//   POST /v1/exports {"format","findings":[]|"source","from","to"}   begins one: {"export": its id, "state":"running"}
//   GET  /v1/exports/ID                                              {"state":"running","done","of"}, or "done" and its
//                                                                    summary; the error that ended it, once
//   GET  /v1/exports/ID/bytes?offset=N                               at most 4 MiB of it; empty at its end
//   GET  /v1/exports/ID/openings?offset=N                            what was masked, opened: stays in the house
//   POST /v1/exports/ID/done                                         the core forgets it, or stops making it
//   GET  /v1/exports/key                                             the fingerprint to be published
//
// An export is made in a folder of the core's and handed over in pieces, so that the file belongs to whoever
// asked and nobody can make the core write elsewhere. Only who made it may fetch it. Each export is a leaf of
// the custody log before it is whole (casework/bundle.h).
//
// One is made at a time, on a thread of the service's own, so that the API goes on answering; the destructor ends it.
// Handle: one call at a time, confined to the API's thread.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "api/message.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "casework/bundle.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {

struct ExportSetup {
  std::string dir;       // the core's own; emptied at the start
  std::string key_path;  // of the agency's bundle key, made at the first use
  std::string software, agency, agency_ur;
  std::vector<RulePackFile> rules;
  std::function<Result<LogSeal>(uint64_t size)> seal;
};

class ExportService {
 public:
  // All outlive the service.
  ExportService(const Store& store, StoreWriter& writer, const Clock& clock, ExportSetup setup);
  ~ExportService();
  ExportService(const ExportService&) = delete;
  ExportService& operator=(const ExportService&) = delete;

  Result<ApiResponse> Handle(const ApiRequest& request);

 private:
  struct Made {
    std::string path, openings_path, actor;
    Result<Json> summary = Status::Internal("not made");
  };

  // One that is being made. What the thread writes is atomic or under the lock.
  struct Making {
    std::string id, format;
    Selection selection;
    Made made;
    bool is_abandoned = false;  // nobody wants it any more
    std::atomic<uint64_t> done = 0, of = 0;
    Mutex mu;
    std::optional<Result<Json>> outcome GUARDED_BY(mu);
  };

  Result<ApiResponse> Begin(const ApiRequest& request);
  Result<ApiResponse> Show(const ApiRequest& request, const std::string& id);
  // Takes over what the thread has finished.
  void Collect();
  void Make(Making& making, std::stop_token stop);
  Result<ApiResponse> Piece(const ApiRequest& request, const std::string& path) const;
  Result<Json> MakeBundle(Making& making, const std::function<Status(uint64_t, uint64_t)>& progress);
  Result<Json> MakeTable(Making& making, const std::function<Status(uint64_t, uint64_t)>& progress);
  Status Record(CustodyEvent event);
  void Forget(const Made& made);

  const Store& store_;
  StoreWriter& writer_;
  const Clock& clock_;
  const ExportSetup setup_;
  std::map<std::string, Made> made_;  // by id; failed ones until somebody has read why
  std::unique_ptr<Making> making_;
  std::jthread thread_;  // ends before what it uses
};

}  // namespace gasht
