// gasht rules check|test|list|explain|import: rules/check.h, printed.

#include <fmt/format.h>

#include "app/commands.h"
#include "app/offline.h"
#include "app/output.h"
#include "app/rules_output.h"
#include "base/counted.h"
#include "rules/check.h"
#include "rules/packs.h"

namespace gasht {
namespace {

constexpr size_t kMaxTextBytes = size_t{2} << 20;
// Of a background text or a term list.
constexpr size_t kMaxListBytes = size_t{64} << 20;
constexpr size_t kMaxBackgroundLines = 200'000;

Result<std::vector<RulePackFile>> PacksOf(const std::string& dir) {
  if (dir.empty()) return EmbeddedRulePacks();
  return LoadRulePacks(dir);
}

// One text a line.
Result<std::vector<std::string>> ReadBackground(const std::vector<std::string>& files) {
  std::vector<std::string> texts;
  for (const std::string& file : files) {
    Result<std::string> bytes = ReadInput(file, kMaxListBytes);
    if (!bytes.ok()) return Status::InvalidArgument(bytes.status().message());
    for (size_t pos = 0; pos < bytes->size() && texts.size() < kMaxBackgroundLines;) {
      const size_t end = std::min(bytes->find('\n', pos), bytes->size());
      if (end > pos) texts.push_back(bytes->substr(pos, end - pos));
      pos = end + 1;
    }
  }
  return texts;
}

// What an example is to the rules: one item as `gasht scan` reads it, so that prices, numbers and handles in it are
// typed values.
ExampleMatcher ThroughExtraction(const std::shared_ptr<const RuleSet>& rules) {
  return [rules](const RuleExample& example) {
    AnalysisContext context;
    context.rules = rules;
    if (const auto kind = ParseSourceKind(example.source_kind)) context.source_kind = *kind;
    AnalysisItem item;
    item.text = example.text;
    item.title = example.title;
    item.price = example.price;
    item.vendor = example.vendor;
    return AnalyzeItem(item, context).candidates;
  };
}

}  // namespace

int RunRulesCheck(const GlobalOptions& global, const RulesArguments& arguments) {
  const auto packs = PacksOf(arguments.rules_dir);
  if (!packs.ok()) return Fail(packs.status());
  const auto background = ReadBackground(arguments.background);
  if (!background.ok()) return Fail(background.status());
  const RuleCheck check = CheckRulePacks(*packs, *background);
  if (global.json) {
    PrintJson(RuleCheckJson(check));
  } else {
    for (const std::string& warning : check.warnings) PrintLine("warning: " + Printable(warning));
  }
  if (!check.errors.empty()) {
    if (global.json) return 2;
    std::string all;
    for (const std::string& error : check.errors) all += (all.empty() ? "" : "\n") + error;
    return Fail(Status::InvalidArgument(std::move(all)));
  }
  if (!global.json) {
    PrintLine(fmt::format("{}, {}, {}: all well formed; {}; {} nobody has verified",
                          Counted(check.substances, "substance"), Counted(check.rules, "rule"),
                          Counted(check.terms, "term"), Counted(check.warnings.size(), "warning"),
                          Counted(check.unverified, "schedule")));
  }
  return 0;
}

int RunRulesTest(const GlobalOptions& global, const RulesArguments& arguments) {
  const auto rules = LoadRules(arguments.rules_dir);
  if (!rules.ok()) return Fail(rules.status());
  const RuleTest test = TestRules(**rules, ThroughExtraction(*rules));
  for (const ExampleFailure& failure : test.failures) {
    if (global.json) {
      PrintJson(ExampleFailureJson(failure));
    } else {
      PrintLine(
          fmt::format("{}: rule {} {}: {}", failure.place, failure.rule,
                      failure.should_match ? "does not match its own example" : "matches what it must not",
                      Printable(failure.text)));
    }
  }
  if (!global.json)
    PrintLine(fmt::format("{} passed, {} failed", Counted(test.examples - test.failures.size(), "example"),
                          test.failures.size()));
  return test.failures.empty() ? 0 : 1;
}

int RunRulesList(const GlobalOptions& global, const RulesArguments& arguments) {
  const auto rules = LoadRules(arguments.rules_dir);
  if (!rules.ok()) return Fail(rules.status());
  Table table({"RULE", "VERSION", "STATUS", "FLOOR", "POINTS", "EXAMPLES", "TITLE"});
  for (const RuleSummary& rule : ListRules(**rules)) {
    if (global.json) {
      PrintJson(RuleSummaryJson(rule));
    } else {
      table.Add({rule.id, rule.version, rule.status, rule.level, std::to_string(rule.points),
                 std::to_string(rule.examples), rule.title_en});
    }
  }
  if (!global.json) PrintLine(table.Render(72));
  return 0;
}

int RunRulesExplain(const GlobalOptions& global, const RulesArguments& arguments) {
  const auto rules = LoadRules(arguments.rules_dir);
  if (!rules.ok()) return Fail(rules.status());
  const Result<std::string> text = ReadInput(arguments.file, kMaxTextBytes);
  if (!text.ok()) return Fail(Status::InvalidArgument(text.status().message()));
  const Explanation why = ExplainPost(**rules, *text);
  if (global.json) {
    PrintJson(ExplanationJson(why));
    return 0;
  }
  const std::string said = DescribeExplanation(why);
  for (size_t pos = 0; pos < said.size();) {
    const size_t end = std::min(said.find('\n', pos), said.size());
    PrintLine(Printable(std::string_view(said).substr(pos, end - pos)));
    pos = end + 1;
  }
  return 0;
}

int RunRulesImport(const GlobalOptions&, const RulesArguments& arguments) {
  const Result<std::string> csv = ReadInput(arguments.file, kMaxListBytes);
  if (!csv.ok()) return Fail(Status::InvalidArgument(csv.status().message()));
  const Result<std::string> yaml = ImportTermList(*csv, arguments.substance, arguments.substance_class);
  if (!yaml.ok())
    return Fail(Status::InvalidArgument(fmt::format("{}: {}", arguments.file, yaml.status().message())));
  // YAML for a file to review; the same with --json.
  std::fputs(yaml->c_str(), stdout);
  return 0;
}

}  // namespace gasht
