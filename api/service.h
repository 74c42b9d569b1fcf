#pragma once

// ApiService: the core's answers. The same object answers a socket's clients and, when no core runs, the
// command that opened the store itself, so both print the same.
//
// Every look at evidence is an act of somebody: before a finding's or a capture's content leaves, a leaf
// naming the actor and the record is durable in the custody log; if it cannot be written, the answer is 503
// and nothing else. Thread-safe.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "api/message.h"
#include "base/clock.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {

class ApiService {
 public:
  // All three outlive the service.
  ApiService(const Store& store, StoreWriter& writer, const Clock& clock)
      : store_(store), writer_(writer), clock_(clock) {}

  ApiResponse Handle(const ApiRequest& request);

  // Another part of the API answers `prefix` and what is below it, whatever the method. REQUIRES: before the
  // first Handle; the handler outlives the service.
  using Handler = std::function<Result<ApiResponse>(const ApiRequest&)>;
  void Mount(std::string prefix, Handler handler) {
    mounted_.emplace_back(std::move(prefix), std::move(handler));
  }

 private:
  Result<ApiResponse> Route(const ApiRequest& request);
  Result<ApiResponse> ListFindings(const ApiRequest& request);
  Result<ApiResponse> ShowFinding(const ApiRequest& request, const std::string& id);
  // findings_service.cc
  Result<ApiResponse> ReviewFinding(const ApiRequest& request, const std::string& id);
  Result<Json> SimilarTo(const Finding& finding) const;
  Result<ApiResponse> ListEvidence(const ApiRequest& request);
  Result<ApiResponse> ShowEvidence(const ApiRequest& request, const std::string& id);
  Result<ApiResponse> EvidenceBody(const ApiRequest& request, const std::string& id);
  Result<ApiResponse> ShowStatus();
  // api/custody_service.cc
  Result<ApiResponse> MakeSnapshot(const ApiRequest& request);
  Result<Capture> FindCapture(const std::string& id) const;
  // Returns when the leaf is durable.
  Status RecordLook(const ApiRequest& request, const std::string& what);

  const Store& store_;
  StoreWriter& writer_;
  const Clock& clock_;
  std::vector<std::pair<std::string, Handler>> mounted_;
};

}  // namespace gasht
