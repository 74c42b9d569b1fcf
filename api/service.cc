#include "api/service.h"

#include <charconv>
#include <future>

#include <fmt/format.h>

#include "model/json.h"

namespace gasht {
namespace {

constexpr std::string_view kFindings = "/v1/findings";
constexpr std::string_view kEvidence = "/v1/evidence";
constexpr std::string_view kBody = "/body";
constexpr std::string_view kReviews = "/reviews";
constexpr size_t kMostRows = 10'000;

Result<uint64_t> Number(std::string_view name, const std::string& text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return Status::InvalidArgument(fmt::format("{} must be a whole number, found '{}'", name, text));
  return value;
}

std::optional<std::string> Param(const ApiRequest& request, const std::string& name) {
  const auto found = request.params.find(name);
  if (found == request.params.end()) return std::nullopt;
  return found->second;
}

Status RefuseUnknown(const ApiRequest& request, const std::vector<std::string_view>& known) {
  for (const auto& [name, value] : request.params) {
    if (std::find(known.begin(), known.end(), name) == known.end())
      return Status::InvalidArgument(fmt::format("unknown parameter '{}'", name));
  }
  return Status::Ok();
}

Result<size_t> Limit(const ApiRequest& request, size_t standard) {
  const auto text = Param(request, "limit");
  if (!text) return standard;
  GASHT_ASSIGN_OR_RETURN(const uint64_t value, Number("limit", *text));
  return std::min<size_t>(value, kMostRows);
}

template <typename Items>
ApiResponse ListOf(const Items& items) {
  Json list = Json::MakeArray();
  for (const auto& item : items) list.Push(ToJson(item));
  Json out = Json::MakeObject();
  out.Set("items", std::move(list));
  return ApiResponse::Of(out);
}

}  // namespace

ApiResponse ApiService::Handle(const ApiRequest& request) {
  Result<ApiResponse> response = Route(request);
  return response.ok() ? std::move(response).value() : ApiResponse::Error(response.status());
}

Result<ApiResponse> ApiService::Route(const ApiRequest& request) {
  for (const auto& [prefix, handler] : mounted_) {
    if (request.path == prefix || request.path.starts_with(prefix + "/")) return handler(request);
  }
  if (request.method == "POST" && request.path.starts_with(kFindings) && request.path.ends_with(kReviews) &&
      request.path.size() > kFindings.size() + 1 + kReviews.size()) {
    const size_t id = kFindings.size() + 1;
    return ReviewFinding(request, request.path.substr(id, request.path.size() - id - kReviews.size()));
  }
  if (request.method != "GET")
    return Status::InvalidArgument(fmt::format("{} is not answered here", request.method));
  const std::string_view path = request.path;
  if (path == "/v1/status") return ShowStatus();
  if (path == "/v1/snapshot") return MakeSnapshot(request);
  if (path == kFindings) return ListFindings(request);
  if (path == kEvidence) return ListEvidence(request);
  if (path.starts_with(kFindings) && path[kFindings.size()] == '/')
    return ShowFinding(request, std::string(path.substr(kFindings.size() + 1)));
  if (path.starts_with(kEvidence) && path[kEvidence.size()] == '/') {
    std::string_view id = path.substr(kEvidence.size() + 1);
    if (!id.ends_with(kBody)) return ShowEvidence(request, std::string(id));
    id.remove_suffix(kBody.size());
    return EvidenceBody(request, std::string(id));
  }
  return Status::NotFound(fmt::format("no such path: {}", path));
}

Result<ApiResponse> ApiService::ListFindings(const ApiRequest& request) {
  GASHT_RETURN_IF_ERROR(RefuseUnknown(request, {"source", "min_level", "limit", "sort"}));
  FindingFilter filter;
  if (const auto source = Param(request, "source")) filter.source = SourceId{*source};
  if (const auto name = Param(request, "min_level")) {
    filter.min_level = ParseLevel(*name);
    if (!filter.min_level)
      return Status::InvalidArgument(
          fmt::format("min_level is '{}'; it must be informational, low, medium, high or critical", *name));
  }
  if (const auto order = Param(request, "sort")) {
    if (*order != "level" && *order != "seen")
      return Status::InvalidArgument(fmt::format("sort is '{}'; it must be level or seen", *order));
    filter.order = *order == "seen" ? FindingOrder::kLastSeen : FindingOrder::kLevel;
  }
  GASHT_ASSIGN_OR_RETURN(filter.limit, Limit(request, 1000));
  GASHT_ASSIGN_OR_RETURN(const std::vector<Finding> findings, store_.ListFindings(filter));
  GASHT_RETURN_IF_ERROR(RecordLook(request, fmt::format("findings list: {}", findings.size())));
  return ListOf(findings);
}

Result<ApiResponse> ApiService::ShowFinding(const ApiRequest& request, const std::string& id) {
  GASHT_ASSIGN_OR_RETURN(const Finding finding, store_.GetFinding(FindingId{id}));
  GASHT_ASSIGN_OR_RETURN(const auto observations,
                         store_.ListObservations(finding.source, finding.listing_id));
  GASHT_ASSIGN_OR_RETURN(const auto reviews, store_.ListReviews(finding.id));
  GASHT_RETURN_IF_ERROR(RecordLook(request, "finding " + id));
  Json json = ToJson(finding);
  Json seen = Json::MakeArray();
  for (const Observation& observation : observations) seen.Push(ToJson(observation));
  json.Set("observations", std::move(seen));
  Json decisions = Json::MakeArray();
  for (const Review& review : reviews) decisions.Push(ToJson(review));
  json.Set("reviews", std::move(decisions));
  GASHT_ASSIGN_OR_RETURN(Json similar, SimilarTo(finding));
  json.Set("similar", std::move(similar));
  return ApiResponse::Of(json);
}

Result<ApiResponse> ApiService::ListEvidence(const ApiRequest& request) {
  GASHT_RETURN_IF_ERROR(RefuseUnknown(request, {"source", "after", "limit"}));
  CaptureFilter filter;
  if (const auto source = Param(request, "source")) filter.source = SourceId{*source};
  if (const auto after = Param(request, "after")) {
    GASHT_ASSIGN_OR_RETURN(filter.after.value, Number("after", *after));
  }
  GASHT_ASSIGN_OR_RETURN(filter.limit, Limit(request, 1000));
  GASHT_ASSIGN_OR_RETURN(const std::vector<Capture> captures, store_.ListCaptures(filter));
  GASHT_RETURN_IF_ERROR(RecordLook(request, fmt::format("evidence list: {}", captures.size())));
  return ListOf(captures);
}

Result<Capture> ApiService::FindCapture(const std::string& id) const {
  GASHT_ASSIGN_OR_RETURN(const uint64_t number, Number("a capture's id", id));
  return store_.GetCapture(CaptureId{number});
}

Result<ApiResponse> ApiService::ShowEvidence(const ApiRequest& request, const std::string& id) {
  GASHT_ASSIGN_OR_RETURN(const Capture capture, FindCapture(id));
  GASHT_RETURN_IF_ERROR(RecordLook(request, fmt::format("capture {}", capture.id.value)));
  return ApiResponse::Of(ToJsonWithHeads(capture));
}

Result<ApiResponse> ApiService::EvidenceBody(const ApiRequest& request, const std::string& id) {
  GASHT_ASSIGN_OR_RETURN(const Capture capture, FindCapture(id));
  if (!capture.has_body)
    return Status::NotFound(fmt::format("capture {} has no body: {}", id, FetchOutcomeName(capture.outcome)));
  const bool as_received = Param(request, "as") == "received";
  GASHT_ASSIGN_OR_RETURN(std::string body,
                         as_received ? store_.GetReceivedBody(capture) : store_.GetBody(capture));
  GASHT_RETURN_IF_ERROR(RecordLook(
      request, fmt::format("body of capture {}{}", capture.id.value, as_received ? " as received" : "")));
  return ApiResponse::Bytes(std::move(body));
}

Result<ApiResponse> ApiService::ShowStatus() {
  const TreeHead head = store_.tree_head();
  Json json = Json::MakeObject();
  json.Set("store", store_.path());
  json.Set("time", FormatRfc3339(clock_.Utc()));
  json.Set("custody", Json::MakeObject().Set("size", head.size).Set("root", head.root.hex()));
  const Status writer = writer_.status();
  json.Set("writer", writer.ok() ? "ok" : writer.message());
  return ApiResponse::Of(json);
}

Status ApiService::RecordLook(const ApiRequest& request, const std::string& what) {
  std::promise<Status> durable;
  writer_.AddEvent({"view", request.actor, what},
                   [&durable](Status status) { durable.set_value(std::move(status)); });
  const Status status = durable.get_future().get();
  if (status.ok()) return status;
  return Status::Unavailable("the look could not be recorded, so nothing is shown: " + status.message());
}

}  // namespace gasht
