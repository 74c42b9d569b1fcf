#include "app/rules_output.h"

namespace gasht {
namespace {

Json Strings(const std::vector<std::string>& words) {
  Json list = Json::MakeArray();
  for (const std::string& word : words) list.Push(word);
  return list;
}

}  // namespace

Json RuleCheckJson(const RuleCheck& check) {
  Json json = Json::MakeObject().Set("ok", check.errors.empty());
  json.Set("errors", Strings(check.errors)).Set("warnings", Strings(check.warnings));
  if (!check.errors.empty()) return json;
  return json.Set("substances", check.substances)
      .Set("terms", check.terms)
      .Set("rules", check.rules)
      .Set("unverified_schedules", check.unverified)
      .Set("digest", check.digest);
}

Json ExampleFailureJson(const ExampleFailure& failure) {
  return Json::MakeObject()
      .Set("rule", failure.rule)
      .Set("place", failure.place)
      .Set("must_match", failure.should_match)
      .Set("text", failure.text);
}

Json RuleSummaryJson(const RuleSummary& rule) {
  Json json = Json::MakeObject().Set("id", rule.id).Set("version", rule.version).Set("status", rule.status);
  if (!rule.level.empty()) json.Set("level", rule.level);
  return json.Set("score", rule.points)
      .Set("title", Json::MakeObject().Set("en", rule.title_en).Set("ur", rule.title_ur))
      .Set("examples", rule.examples)
      .Set("place", rule.place);
}

Json ExplanationJson(const Explanation& explanation) {
  Json json = Json::MakeObject();
  Json seen = Json::MakeArray();
  for (const Explanation::Seen& s : explanation.seen) {
    Json match =
        Json::MakeObject().Set("text", s.match.text).Set("normal", s.match.normal).Set("term", s.match.term);
    if (!s.disguise.empty()) match.Set("disguise", s.disguise);
    seen.Push(match.Set("counted", s.counted));
  }
  json.Set("seen", std::move(seen));
  Json traces = Json::MakeArray();
  for (const RuleTrace& trace : explanation.rules) {
    Json selections = Json::MakeArray();
    for (const auto& [name, holds] : trace.selections)
      selections.Push(Json::MakeObject().Set("name", name).Set("holds", holds));
    traces.Push(Json::MakeObject()
                    .Set("rule", trace.rule)
                    .Set("in_scope", trace.in_scope)
                    .Set("matched", trace.matched)
                    .Set("selections", std::move(selections)));
  }
  json.Set("rules", std::move(traces));
  if (!explanation.candidate) return json.Set("level", "none");
  const MatchCandidate& candidate = *explanation.candidate;
  json.Set("level", LevelName(candidate.level)).Set("score", candidate.score);
  Json parts = Json::MakeArray();
  for (const ScorePart& part : candidate.parts)
    parts.Push(Json::MakeObject().Set("name", part.name).Set("points", part.points));
  json.Set("parts", std::move(parts));
  return json.Set("reasons",
                  Json::MakeObject().Set("en", candidate.reasons.en).Set("ur", candidate.reasons.ur));
}

}  // namespace gasht
