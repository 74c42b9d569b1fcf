#include "model/crawl_json.h"

#include <cmath>

#include "model/json_fields.h"

namespace gasht {
namespace {

void SetCapture(Json& json, const char* key, CaptureId id) {
  if (id != CaptureId()) json.Set(key, id.value);
}

}  // namespace

Json ToJson(const FrontierEntry& entry) {
  Json json = Json::MakeObject();
  json.Set("source", entry.source.value);
  json.Set("key", entry.key.hex());
  json.Set("url", entry.url);
  json.Set("kind", TargetKindName(entry.kind));
  json.Set("state", FrontierStateName(entry.state));
  json.Set("priority", CrawlPriorityName(entry.priority));
  json.Set("depth", entry.depth);
  if (entry.state == FrontierState::kScheduled) SetTime(json, "due", entry.due);
  json.Set("visits", entry.visits);
  json.Set("failures", entry.failures);
  if (entry.last_capture != CaptureId()) {
    json.Set("last_outcome", FetchOutcomeName(entry.last_outcome));
    if (entry.last_status != 0) json.Set("last_status", entry.last_status);
    if (entry.last_status != 0) json.Set("page_class", PageClassName(entry.page_class));
    SetTime(json, "last_fetch", entry.last_fetch);
  }
  SetCapture(json, "last_capture", entry.last_capture);
  SetCapture(json, "found_on", entry.found_on);
  if (entry.interval.count() > 0) json.Set("interval_s", entry.interval.count() / 1'000'000);
  if (entry.watched) json.Set("watched", true);
  SetText(json, "asked_by", entry.asked_by);
  SetText(json, "asked_authority", entry.asked_authority);
  return json;
}

Json ToJson(const Candidate& candidate) {
  Json json = Json::MakeObject();
  json.Set("id", candidate.id);
  json.Set("kind", CandidateKindName(candidate.kind));
  json.Set("value", candidate.value);
  json.Set("state", CandidateStateName(candidate.state));
  json.Set("source", candidate.source.value);
  json.Set("last_source", candidate.last_source.value);
  SetCapture(json, "first_capture", candidate.first_capture);
  SetCapture(json, "last_capture", candidate.last_capture);
  SetTime(json, "first_seen", candidate.first_seen);
  SetTime(json, "last_seen", candidate.last_seen);
  json.Set("times_seen", candidate.times_seen);
  json.Set("basis", CandidateBasisName(candidate.basis));
  SetText(json, "signer", candidate.signer);
  SetText(json, "lookalike_of", candidate.lookalike_of);
  SetText(json, "decided_by", candidate.actor);
  SetText(json, "reason", candidate.reason);
  SetTime(json, "decided", candidate.decided);
  return json;
}

Json ToJson(const CrawlGap& gap) {
  Json json = Json::MakeObject();
  json.Set("way", gap.way);
  SetTime(json, "from", gap.from);
  if (gap.until) SetTime(json, "until", *gap.until);
  SetText(json, "why", gap.why);
  return json;
}

Json ToJson(const Alert& alert) {
  Json json = Json::MakeObject();
  json.Set("source", alert.source.value);
  json.Set("kind", alert.kind);
  SetTime(json, "at", alert.at);
  SetCapture(json, "capture", alert.capture);
  return json;
}

Json ToJson(const MirrorListState& state) {
  Json json = Json::MakeObject();
  json.Set("signature", SignatureVerdictName(state.list.verdict));
  SetText(json, "signer", state.list.signer);
  SetTime(json, "signed_at", state.list.signed_at);
  json.Set("addresses", state.list.origins.size());
  json.Set("unsigned_addresses", state.list.unsigned_origins);
  SetTime(json, "fetched", state.fetched);
  SetCapture(json, "capture", state.capture);
  return json;
}

Json ToJson(const SourceStats& stats) {
  Json json = Json::MakeObject();
  json.Set("source", stats.source.value);
  SetTime(json, "last_attempt", stats.last_attempt);
  SetTime(json, "last_success", stats.last_success);
  if (stats.last_failure != UtcTime()) {
    SetTime(json, "last_failure", stats.last_failure);
    json.Set("last_failure_outcome", FetchOutcomeName(stats.last_failure_outcome));
  }
  json.Set("outcomes", CountsJson(stats.outcomes, FetchOutcomeName));
  json.Set("classes", CountsJson(stats.classes, PageClassName));
  json.Set("links_dropped", CountsJson(stats.drops, [](std::string_view why) { return why; }));
  Json rows = Json::MakeObject();
  for (size_t state = 1; state < stats.rows.size(); ++state)
    rows.Set(FrontierStateName(static_cast<FrontierState>(state)), stats.rows[state]);
  json.Set("frontier", std::move(rows));
  json.Set("wire_bytes", stats.wire_bytes);
  json.Set("pictures_not_read", stats.pictures_not_read);
  json.Set("today_pages", stats.day_pages);
  json.Set("today_bytes", stats.day_bytes);
  if (const auto coverage = EstimateCoverage(stats)) {
    json.Set("coverage", Json::MakeObject()
                             .Set("seen", coverage->seen)
                             .Set("estimated", coverage->estimated)
                             .Set("percent", static_cast<int64_t>(std::floor(coverage->share * 100))));
  }
  SetTime(json, "not_before", stats.not_before);
  SetText(json, "not_before_why", stats.not_before_why);
  SetText(json, "address", stats.origin);
  return json;
}

}  // namespace gasht
