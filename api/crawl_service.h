#pragma once

// CrawlService: the core's answers about the crawl: frontier verbs, captures asked for by a person, what became of each
// source, candidates, metrics, reload. Mounted on an ApiService. Thread-safe.
//
// Every verb is an act of somebody: a leaf of the custody log names the actor before the answer leaves. What an operator says is
// kept in the store; it may narrow the configuration, never widen its authority or its route.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api/message.h"
#include "api/service.h"
#include "base/clock.h"
#include "config/config.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {

// What only the process that has the configuration knows. Thread-safe functions; `changed` and `reload` may be empty (no core
// runs).
struct CrawlHooks {
  std::function<std::shared_ptr<const Config>()> config;
  // A source's queue is not what it was: the crawl looks at it again, at once.
  std::function<void(const SourceId&)> changed;
  // Pages outside every source can be fetched: through Tor.
  bool takes_tips = true;
  // Validates all, swaps one configuration; what is in force now.
  std::function<Result<Json>(const std::string& actor)> reload;
};

class CrawlService {
 public:
  // All outlive the service.
  CrawlService(const Store& store, StoreWriter& writer, const Clock& clock, CrawlHooks hooks)
      : store_(store), writer_(writer), clock_(clock), hooks_(std::move(hooks)) {}

  Result<ApiResponse> Handle(const ApiRequest& request);
  // Answers its paths there. REQUIRES: outlives `service`.
  void MountOn(ApiService& service);

 private:
  Result<ApiResponse> ListFrontier(const ApiRequest& request);
  Result<ApiResponse> ShowEntry(const ApiRequest& request);
  Result<ApiResponse> ChangeFrontier(const ApiRequest& request, FrontierAction action);
  Result<ApiResponse> Block(const ApiRequest& request);
  Result<ApiResponse> AskFor(const ApiRequest& request);
  Result<ApiResponse> ListCandidates(const ApiRequest& request);
  Result<ApiResponse> Decide(const ApiRequest& request);
  Result<ApiResponse> ShowSources(const ApiRequest& request);
  Result<ApiResponse> ListAlerts(const ApiRequest& request);
  Result<ApiResponse> ListGaps(const ApiRequest& request);
  Result<ApiResponse> Metrics();
  Result<ApiResponse> Reload(const ApiRequest& request);

  Result<std::shared_ptr<const Config>> TheConfig() const;
  // NotFound when no source of the configuration is called that.
  Result<Source> SourceOf(const std::string& id) const;
  Result<Json> StatusOf(const Source& source) const;
  void Changed(const SourceId& source) const {
    if (hooks_.changed) hooks_.changed(source);
  }

  const Store& store_;
  StoreWriter& writer_;
  const Clock& clock_;
  const CrawlHooks hooks_;
};

}  // namespace gasht
