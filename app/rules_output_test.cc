// What `gasht rules ... --json` prints, against its schemas.

#include "app/rules_output.h"

#include <gtest/gtest.h>

#include "rules/packs.h"
#include "tests/support/json_schema.h"

namespace gasht {
namespace {

TEST(RulesOutputTest, ObeysTheSchemas) {
  const auto schemas = JsonSchemas::Load("docs/schema");
  ASSERT_TRUE(schemas.ok()) << schemas.status().message();
  const RuleSet& rules = *EmbeddedRuleSet();
  RuleCheck broken;
  broken.errors = {"a.yaml:1:1: unknown key"};
  const struct {
    const char* schema;
    Json json;
  } rows[] = {
      {"rules-check", RuleCheckJson(CheckRulePacks(EmbeddedRulePacks(), {}))},
      {"rules-check", RuleCheckJson(broken)},
      {"rules-test", ExampleFailureJson({"a.yaml:1:1", "street-menu", true, "charas"})},
      {"rules-list", RuleSummaryJson(ListRules(rules).front())},
      {"rules-list", RuleSummaryJson(ListRules(rules).back())},
      {"rules-explain", ExplanationJson(ExplainPost(rules, "ch4r4s 1 tola 2500, rabta 0301-2345678"))},
      {"rules-explain", ExplanationJson(ExplainPost(rules, "good morning"))},
  };
  for (const auto& row : rows) {
    for (const std::string& error : schemas->Errors(row.schema, row.json))
      ADD_FAILURE() << row.schema << ": " << error << " in " << row.json.Dump().substr(0, 400);
  }
}

}  // namespace
}  // namespace gasht
