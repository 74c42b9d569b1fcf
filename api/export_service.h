#pragma once

// ExportService: the exports and the retention of the core's API.
//
//   POST /v1/exports {"format","findings":[]|"source","from","to"}   makes one: its summary, with "export" its id
//   GET  /v1/exports/ID/bytes?offset=N                              at most 4 MiB of it; empty at its end
//   GET  /v1/exports/ID/openings?offset=N                           what was masked, opened: stays in the house
//   POST /v1/exports/ID/done                                        the core forgets it
//   GET  /v1/exports/key                                            the fingerprint to be published
//
// An export is made in a folder of the core's and handed over in pieces, so that the file belongs to whoever
// asked and nobody can make the core write elsewhere. Only who made it may fetch it. Each export is a leaf of
// the custody log before it is whole (casework/bundle.h). One call at a time; confined to the API's thread.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api/message.h"
#include "base/clock.h"
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
  };

  Result<ApiResponse> Make(const ApiRequest& request);
  Result<ApiResponse> Piece(const ApiRequest& request, const std::string& path) const;
  Result<Json> MakeBundle(const Selection& selection, const std::string& actor, Made& made);
  Result<Json> MakeTable(const std::string& format, const Selection& selection, const std::string& actor,
                         Made& made);
  Status Record(CustodyEvent event);
  void Forget(const Made& made);

  const Store& store_;
  StoreWriter& writer_;
  const Clock& clock_;
  const ExportSetup setup_;
  std::map<std::string, Made> made_;  // by id
};

}  // namespace gasht
