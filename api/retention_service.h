#pragma once

// RetentionService: lawful forgetting over the core's API. Who asks is who acts: the two approvals of a proposal
// are of two different callers (SO_PEERCRED).
//
//   GET  /v1/retention                                      due, proposals, holds and what is pending in backups
//   POST /v1/retention/propose {"source"|"captures","basis"}
//   POST /v1/retention/approve {"proposal"}
//   POST /v1/retention/hold {"source"|"finding"|"capture","reason"}
//   POST /v1/retention/release {"hold","reason"}
//
// One call at a time; confined to the API's thread. Destroying and compacting holds it.

#include <string>
#include <vector>

#include "api/message.h"
#include "base/clock.h"
#include "casework/retention.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {

class RetentionService {
 public:
  // All outlive the service. `sources`: as configured.
  RetentionService(Store& store, StoreWriter& writer, const Clock& clock, std::vector<Source> sources,
                   std::vector<std::string> backups)
      : store_(store),
        writer_(writer),
        clock_(clock),
        sources_(std::move(sources)),
        backups_(std::move(backups)) {}

  Result<ApiResponse> Handle(const ApiRequest& request);

 private:
  Result<Retention> Open();
  Result<Json> Change(Retention& retention, const std::string& what, const Json& body,
                      const std::string& actor);

  Store& store_;
  StoreWriter& writer_;
  const Clock& clock_;
  const std::vector<Source> sources_;
  const std::vector<std::string> backups_;
};

}  // namespace gasht
