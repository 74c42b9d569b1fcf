// ApiService: what people decide of a finding, and what is like it.

#include <future>

#include <fmt/format.h>

#include "api/service.h"
#include "base/json.h"
#include "model/finding.h"
#include "store/similar.h"

namespace gasht {
namespace {

constexpr size_t kMaxNoteBytes = 4000;
// Looked through for adverts like one; more would be no list for a person.
constexpr size_t kMostCompared = 20'000;

}  // namespace

// POST /v1/findings/ID/reviews {"decision": "confirmed", "note": "..."}; answers when the decision is durable.
Result<ApiResponse> ApiService::ReviewFinding(const ApiRequest& request, const std::string& id) {
  const Result<Json> body = Json::Parse(request.body);
  if (!body.ok() || !body->is_object())
    return Status::InvalidArgument("a review is a JSON object with decision and, if you like, note");
  for (const auto& [name, value] : body->entries()) {
    if (name != "decision" && name != "note")
      return Status::InvalidArgument(fmt::format("unknown key '{}': a review has decision and note", name));
    if (!value.is_string()) return Status::InvalidArgument(fmt::format("{} must be text", name));
  }
  Review review;
  review.finding = FindingId{id};
  const auto decision = ParseDecision(body->StringOr("decision"));
  if (!decision)
    return Status::InvalidArgument(fmt::format(
        "decision is '{}'; it must be confirmed, dismissed or needs_more", body->StringOr("decision")));
  review.decision = *decision;
  review.note = body->StringOr("note");
  if (review.note.size() > kMaxNoteBytes)
    return Status::InvalidArgument(fmt::format("a note has at most {} bytes", kMaxNoteBytes));
  review.actor = request.actor;
  review.at = clock_.Utc();
  // NotFound before anything is written.
  GASHT_RETURN_IF_ERROR(store_.GetFinding(review.finding).status());
  std::promise<Status> durable;
  writer_.AddReview(review, [&durable](Status status) { durable.set_value(std::move(status)); });
  GASHT_RETURN_IF_ERROR(durable.get_future().get());
  Json json = Json::MakeObject()
                  .Set("finding", id)
                  .Set("decision", DecisionName(review.decision))
                  .Set("actor", review.actor)
                  .Set("at", FormatRfc3339(review.at));
  if (!review.note.empty()) json.Set("note", review.note);
  return ApiResponse::Of(json);
}

Result<Json> ApiService::SimilarTo(const Finding& finding) const {
  GASHT_ASSIGN_OR_RETURN(const std::vector<Finding> all, store_.ListFindings({{}, {}, kMostCompared}));
  Json list = Json::MakeArray();
  for (const SimilarFinding& similar : FindSimilar(finding, all)) {
    Json one = Json::MakeObject()
                   .Set("id", similar.id.value)
                   .Set("source", similar.source.value)
                   .Set("why", SimilarityName(similar.why))
                   .Set("likeness", similar.percent);
    if (!similar.title.empty()) one.Set("title", similar.title);
    list.Push(std::move(one));
  }
  return list;
}

}  // namespace gasht
