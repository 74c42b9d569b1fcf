#pragma once

// What `gasht rules ... --json` prints: docs/schema/rules-*.schema.json. Pure.

#include "base/json.h"
#include "rules/check.h"

namespace gasht {

Json RuleCheckJson(const RuleCheck& check);
Json ExampleFailureJson(const ExampleFailure& failure);
Json RuleSummaryJson(const RuleSummary& rule);
Json ExplanationJson(const Explanation& explanation);

}  // namespace gasht
