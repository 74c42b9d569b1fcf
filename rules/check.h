#pragma once

// What `gasht rules check|test|list|explain` and the import of a term list say, as plain functions.
// Pure and thread-safe; the command line only prints.

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"
#include "rules/rule_set.h"

namespace gasht {

struct RuleCheck {
  // "file:line:column: what. remedy". Errors: the packs are not usable. Warnings: they are, and something is off.
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
  size_t substances = 0, terms = 0, rules = 0;
  size_t unverified = 0;  // schedules nobody has read in the law itself
  std::string digest;     // of packs that are usable
};

// Terms of one or two characters, unreachable terms (an innocent phrase of the same words, or the same words named before), over-broad ones (found in
// more than 1 of 200 of the `background` texts, which sell nothing; at least 100 texts are needed to judge), rules without examples.
RuleCheck CheckRulePacks(const std::vector<RulePackFile>& files, std::span<const std::string> background);

struct ExampleFailure {
  std::string place;  // file:line:column
  std::string rule;
  bool should_match = true;
  std::string text;
};
struct RuleTest {
  size_t examples = 0;
  std::vector<ExampleFailure> failures;
};
// Another way for an example to become candidates. An example is matched as it stands, and its numbers and prices are
// words; read by this as well (through extraction) they are typed values. It matches where either does.
using ExampleMatcher = std::function<std::vector<MatchCandidate>(const RuleExample&)>;
// Every rule against its own examples.
RuleTest TestRules(const RuleSet& rules, const ExampleMatcher& match = {});

struct RuleSummary {
  std::string id, version, status, level, title_en, title_ur, place;
  int32_t points = 0;
  size_t examples = 0;
};
std::vector<RuleSummary> ListRules(const RuleSet& rules);

// Why `text`, read as one post, did or did not match.
Explanation ExplainPost(const RuleSet& rules, const std::string& text);
// The same for people: several lines. It quotes the text, so what shows it escapes it.
std::string DescribeExplanation(const Explanation& explanation);

// Reads a CSV (RFC 4180, no line ends inside quotes) with a header naming the columns `term` and, optionally, `strength` (strong usual weak vague emoji) to the YAML
// of one substance, for a person to review. InvalidArgument names the line.
// With an empty class the terms extend a substance that other packs define.
Result<std::string> ImportTermList(const std::string& csv, const std::string& substance_id,
                                   const std::string& substance_class);

}  // namespace gasht
