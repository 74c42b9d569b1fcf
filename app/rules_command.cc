// gasht rules check|test|list|explain.

#include <fmt/format.h>

#include "app/commands.h"
#include "app/offline.h"
#include "app/output.h"

namespace gasht {
namespace {

constexpr size_t kMaxTextBytes = size_t{2} << 20;

// What an example is to the rules: one item as `gasht scan` reads it.
PageAnalysis AnalyzeExample(const RuleExample& example, const std::shared_ptr<const RuleSet>& rules) {
  AnalysisContext context;
  context.rules = rules;
  if (const auto kind = ParseSourceKind(example.source_kind)) context.source_kind = *kind;
  AnalysisItem item;
  item.text = example.text;
  item.title = example.title;
  item.price = example.price;
  item.vendor = example.vendor;
  return AnalyzeItem(item, context);
}

bool RuleHits(const PageAnalysis& analysis, const std::string& rule) {
  for (const MatchCandidate& candidate : analysis.candidates) {
    for (const RuleHit& hit : candidate.rules) {
      if (hit.id == rule) return true;
    }
  }
  return false;
}

}  // namespace

int RunRulesCheck(const GlobalOptions& global, const RulesArguments& arguments) {
  const auto rules = LoadRules(arguments.rules_dir);
  if (!rules.ok()) return Fail(rules.status());
  const RulePacks& packs = (*rules)->packs();
  if (global.json) {
    PrintJson(Json::MakeObject()
                  .Set("ok", true)
                  .Set("substances", packs.substances.size())
                  .Set("rules", packs.rules.size())
                  .Set("terms", (*rules)->term_count())
                  .Set("digest", (*rules)->digest()));
  } else {
    PrintLine(fmt::format("{} substances, {} signs, {} contexts, {} rules, {} terms: all well formed",
                          packs.substances.size(), packs.signs.size(), packs.contexts.size(),
                          packs.rules.size(), (*rules)->term_count()));
  }
  return 0;
}

int RunRulesTest(const GlobalOptions& global, const RulesArguments& arguments) {
  const auto rules = LoadRules(arguments.rules_dir);
  if (!rules.ok()) return Fail(rules.status());
  size_t passed = 0, failed = 0;
  const auto check = [&](const PackRule& rule, const RuleExample& example, bool must_match) {
    if (RuleHits(AnalyzeExample(example, *rules), rule.id) == must_match) {
      ++passed;
      return;
    }
    ++failed;
    const std::string message =
        fmt::format("{}: rule {} {}: {}", example.place.ToString(), rule.id,
                    must_match ? "does not match its own example" : "matches what it must not",
                    Printable(example.title + " " + example.text));
    if (global.json) {
      PrintJson(Json::MakeObject()
                    .Set("rule", rule.id)
                    .Set("place", example.place.ToString())
                    .Set("must_match", must_match));
    } else {
      PrintLine(message);
    }
  };
  for (const PackRule& rule : (*rules)->packs().rules) {
    for (const RuleExample& example : rule.match_examples) check(rule, example, true);
    for (const RuleExample& example : rule.other_examples) check(rule, example, false);
  }
  if (!global.json) PrintLine(fmt::format("{} examples passed, {} failed", passed, failed));
  return failed == 0 ? 0 : 1;
}

int RunRulesList(const GlobalOptions& global, const RulesArguments& arguments) {
  const auto rules = LoadRules(arguments.rules_dir);
  if (!rules.ok()) return Fail(rules.status());
  Table table({"RULE", "VERSION", "STATUS", "FLOOR", "POINTS", "TITLE"});
  for (const PackRule& rule : (*rules)->packs().rules) {
    const std::string floor = rule.floor ? std::string(LevelName(*rule.floor)) : "";
    if (global.json) {
      Json json =
          Json::MakeObject().Set("id", rule.id).Set("version", rule.version).Set("status", rule.status);
      if (!floor.empty()) json.Set("level", floor);
      json.Set("score", rule.points);
      json.Set("title", Json::MakeObject().Set("en", rule.title.en).Set("ur", rule.title.ur));
      PrintJson(json);
    } else {
      table.Add({rule.id, rule.version, rule.status, floor, std::to_string(rule.points), rule.title.en});
    }
  }
  if (!global.json) PrintLine(table.Render(72));
  return 0;
}

int RunRulesExplain(const GlobalOptions& global, const RulesArguments& arguments) {
  const auto rules = LoadRules(arguments.rules_dir);
  if (!rules.ok()) return Fail(rules.status());
  Result<std::string> text = ReadInput(arguments.file, kMaxTextBytes);
  if (!text.ok()) return Fail(Status::InvalidArgument(text.status().message()));
  // The text as one message, matched as the patrol would match it.
  Listing listing;
  listing.kind = ListingKind::kMessage;
  listing.text = std::move(*text);
  MatchInput input;
  input.listings = {&listing, 1};
  const Explanation why = (*rules)->Explain(input, 0);
  if (global.json) {
    Json json = Json::MakeObject();
    Json seen = Json::MakeArray();
    for (const Explanation::Seen& s : why.seen) {
      Json match = Json::MakeObject()
                       .Set("text", s.match.text)
                       .Set("normal", s.match.normal)
                       .Set("term", s.match.term);
      if (!s.disguise.empty()) match.Set("disguise", s.disguise);
      seen.Push(match.Set("counted", s.counted));
    }
    json.Set("seen", std::move(seen));
    Json traces = Json::MakeArray();
    for (const RuleTrace& trace : why.rules) {
      Json selections = Json::MakeObject();
      for (const auto& [name, holds] : trace.selections) selections.Set(name, holds);
      traces.Push(Json::MakeObject()
                      .Set("rule", trace.rule)
                      .Set("in_scope", trace.in_scope)
                      .Set("matched", trace.matched)
                      .Set("selections", std::move(selections)));
    }
    json.Set("rules", std::move(traces));
    json.Set("level", why.candidate ? LevelName(why.candidate->level) : "none");
    PrintJson(json);
    return 0;
  }
  Table seen({"WORDS", "READ AS", "TERM", "DISGUISE", "COUNTED"});
  for (const Explanation::Seen& s : why.seen)
    seen.Add({s.match.text, s.match.normal, s.match.term, s.disguise, s.counted ? "yes" : "no"});
  PrintLine(seen.empty() ? "no known words" : seen.Render());
  for (const RuleTrace& trace : why.rules) {
    std::string selections;
    for (const auto& [name, holds] : trace.selections)
      selections += fmt::format(" {}{}", holds ? "" : "not ", name);
    PrintLine(fmt::format("{} {}:{}", trace.matched ? "matched " : (trace.in_scope ? "        " : "no scope"),
                          trace.rule, selections));
  }
  if (!why.candidate) {
    PrintLine("\nno finding");
    return 0;
  }
  PrintLine(fmt::format("\n{}, score {}", LevelName(why.candidate->level), why.candidate->score));
  for (const ScorePart& part : why.candidate->parts)
    PrintLine(fmt::format("  {:+4}  {}", part.points, part.name));
  PrintLine(why.candidate->reasons.en);
  PrintLine(why.candidate->reasons.ur);
  return 0;
}

}  // namespace gasht
