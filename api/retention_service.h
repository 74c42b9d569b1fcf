#pragma once

// RetentionService: lawful forgetting over the core's API. Who asks is who acts: the two approvals of a proposal
// are of two different callers (SO_PEERCRED).
//
//   GET  /v1/retention                                      due, proposals, holds and what is pending in backups
//   POST /v1/retention/propose {"source"|"captures","basis"}
//   POST /v1/retention/approve {"proposal"}
//   POST /v1/retention/hold {"source"|"finding"|"capture","reason"}
//   POST /v1/retention/release {"hold","reason"}
//   GET  /v1/retention/work                                 {"running"}: files and backups are being rewritten
//
// Handle: one call at a time, confined to the API's thread. A destruction is done when the second approval is
// answered; rewriting the store's files and its backups takes long, happens on a thread of the service's own, and goes on
// after a restart. The destructor waits for the file or backup that it is at.

#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "api/message.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "casework/retention.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {

class RetentionService {
 public:
  // All outlive the service. `sources`: as configured.
  RetentionService(Store& store, StoreWriter& writer, const Clock& clock, std::vector<Source> sources)
      : store_(store), writer_(writer), clock_(clock), sources_(std::move(sources)) {}
  ~RetentionService();
  RetentionService(const RetentionService&) = delete;
  RetentionService& operator=(const RetentionService&) = delete;

  // Goes on with what an earlier run left unfinished: at a start.
  Status Resume();
  Result<ApiResponse> Handle(const ApiRequest& request);

 private:
  // How a piece of the work went; without a backup: the store's own files.
  struct Done {
    std::optional<std::string> backup;
    uint64_t leaves = 0;
    Status status;
  };

  Result<Retention> Open();
  // Writes down what the thread has done.
  Status Collect(Retention& retention);
  void Begin(const Retention& retention);
  void Work(const UnfinishedDestruction& work, std::stop_token stop);
  bool running() const;
  Result<Json> Change(Retention& retention, const std::string& what, const Json& body,
                      const std::string& actor);

  Store& store_;
  StoreWriter& writer_;
  const Clock& clock_;
  const std::vector<Source> sources_;

  mutable Mutex mu_;
  std::vector<Done> done_ GUARDED_BY(mu_);
  bool running_ GUARDED_BY(mu_) = false;
  std::jthread thread_;  // ends before what it uses
};

}  // namespace gasht
