#include "rules/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "rules/pack.h"
#include "text/fold.h"
#include "text/words.h"

namespace gasht {
namespace {

constexpr size_t kMinBackground = 100;
constexpr size_t kBroadOneIn = 200;

// The words of a term, so that "2c-b" and "2C B" are the same.
std::string WordsOf(const std::string& term) {
  std::string key;
  const std::string folded = Fold(term).text;
  for (const Word& word : SplitWords(folded)) {
    if (!key.empty()) key += ' ';
    key += word.In(folded);
  }
  return key;
}

void WarnUnreachable(const RulePacks& packs, std::vector<std::string>& warnings) {
  std::map<std::string, std::string> innocent;  // words -> place
  const auto learn = [&](const PackTerm& term) {
    innocent.try_emplace(WordsOf(term.text), term.place.ToString());
  };
  for (const PackTerm& term : packs.innocent) learn(term);
  for (const SubstanceEntry& entry : packs.substances) {
    for (const PackTerm& term : entry.innocent) learn(term);
  }
  std::map<std::string, std::pair<std::string, std::string>> seen;  // words -> substance, place
  for (const SubstanceEntry& entry : packs.substances) {
    for (const PackTerm& term : entry.terms) {
      const std::string words = WordsOf(term.text);
      if (words.empty()) continue;
      if (const auto it = innocent.find(words); it != innocent.end()) {
        warnings.push_back(
            fmt::format("{}: \"{}\" is never found: {} calls the same words innocent. Remove one of them",
                        term.place.ToString(), term.text, it->second));
      }
      const auto [it, fresh] = seen.try_emplace(words, entry.substance.id, term.place.ToString());
      if (!fresh && it->second.first != entry.substance.id) {
        warnings.push_back(
            fmt::format("{}: \"{}\" also names {} ({}). The surer or first one counts; remove the other",
                        term.place.ToString(), term.text, it->second.first, it->second.second));
      }
    }
  }
}

void WarnBroad(const RuleSet& rules, std::span<const std::string> background,
               std::vector<std::string>& warnings) {
  if (background.size() < kMinBackground) return;
  std::map<std::string, size_t> fired;
  for (const std::string& text : background) {
    Listing listing;
    listing.kind = ListingKind::kPost;
    listing.text = text;
    std::set<std::string> terms;
    for (const Explanation::Seen& seen : rules.Explain({nullptr, {&listing, 1}, {}, {}, {}}, 0).seen) {
      terms.insert(seen.match.term);
    }
    for (const std::string& term : terms) ++fired[term];
  }
  for (const SubstanceEntry& entry : rules.packs().substances) {
    for (const PackTerm& term : entry.terms) {
      if (term.strength == Strength::kWeak || term.strength == Strength::kVague) continue;
      const auto it = fired.find(entry.substance.id + "/" + FoldKey(term.text));
      if (it == fired.end() || it->second * kBroadOneIn <= background.size()) continue;
      warnings.push_back(
          fmt::format("{}: \"{}\" is in {} of {} texts that sell nothing. Make it weak or a longer phrase",
                      term.place.ToString(), term.text, it->second, background.size()));
    }
  }
}

std::vector<MatchCandidate> MatchExample(const RuleSet& rules, const RuleExample& example) {
  Document document;
  document.text = example.text;
  Listing listing;
  listing.kind = example.title.empty() ? ListingKind::kPost : ListingKind::kOffer;
  listing.title = example.title;
  listing.vendor = example.vendor;
  listing.span = {0, example.text.size()};
  if (!example.price.empty()) {
    if (auto money = ParseMoney(example.price, "USD"); money.ok()) listing.prices.push_back({*money, {}, {}});
  }
  MatchInput input{&document, {&listing, 1}, {}, {}, {}};
  WatchEntry watched;
  watched.list = "example";
  watched.kind = "vendor";
  watched.value = example.vendor;
  if (example.watched) input.watched = {&watched, 1};
  if (!example.source_kind.empty()) input.source_kind = ParseSourceKind(example.source_kind);
  return rules.Match(input).candidates;
}

bool Hits(const std::vector<MatchCandidate>& candidates, const std::string& rule) {
  return std::any_of(candidates.begin(), candidates.end(), [&](const MatchCandidate& candidate) {
    return std::any_of(candidate.rules.begin(), candidate.rules.end(),
                       [&](const RuleHit& hit) { return hit.id == rule; });
  });
}

// A term of one or two characters, or a number, means anything. CJK and Urdu words are longer in bytes, and an emoji is
// counted elsewhere.
void WarnShort(const RulePacks& packs, std::vector<std::string>& warnings) {
  for (const SubstanceEntry& entry : packs.substances) {
    for (const PackTerm& term : entry.terms) {
      if (term.strength > Strength::kUsual) continue;
      const std::string words = WordsOf(term.text);
      const bool number =
          std::all_of(words.begin(), words.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (words.empty() || (words.size() > 2 && !number)) continue;
      warnings.push_back(
          fmt::format("{}: \"{}\" is too short to name anything. Make it weak, or a longer phrase "
                      "(a comma inside a term needs quotes)",
                      term.place.ToString(), term.text));
    }
  }
}

std::string YamlQuoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

}  // namespace

RuleCheck CheckRulePacks(const std::vector<RulePackFile>& files, std::span<const std::string> background) {
  RuleCheck check;
  const auto rules = RuleSet::Compile(files);
  if (!rules.ok()) {
    const std::string all = rules.status().message();
    for (size_t pos = 0; pos < all.size();) {
      const size_t end = std::min(all.find('\n', pos), all.size());
      check.errors.push_back(all.substr(pos, end - pos));
      pos = end + 1;
    }
    return check;
  }
  const RulePacks& packs = (*rules)->packs();
  check.substances = packs.substances.size();
  check.terms = (*rules)->term_count();
  check.rules = packs.rules.size();
  check.digest = (*rules)->digest();
  for (const SubstanceEntry& entry : packs.substances) {
    check.unverified += !entry.schedule.empty() && entry.schedule_verified_by.empty() ? 1 : 0;
  }
  WarnShort(packs, check.warnings);
  WarnUnreachable(packs, check.warnings);
  WarnBroad(**rules, background, check.warnings);
  for (const PackRule& rule : packs.rules) {
    if (rule.match_examples.empty() || rule.other_examples.empty()) {
      check.warnings.push_back(fmt::format("{}: rule {} has no example that {}. Add one under examples",
                                           rule.place.ToString(), rule.id,
                                           rule.match_examples.empty() ? "must match" : "must not match"));
    }
  }
  return check;
}

RuleTest TestRules(const RuleSet& rules, const ExampleMatcher& match) {
  RuleTest test;
  for (const PackRule& rule : rules.packs().rules) {
    const auto run = [&](const std::vector<RuleExample>& examples, bool should_match) {
      for (const RuleExample& example : examples) {
        ++test.examples;
        const bool hit =
            Hits(MatchExample(rules, example), rule.id) || (match && Hits(match(example), rule.id));
        if (hit == should_match) continue;
        test.failures.push_back({example.place.ToString(), rule.id, should_match,
                                 example.title.empty() ? example.text : example.title});
      }
    };
    run(rule.match_examples, true);
    run(rule.other_examples, false);
  }
  return test;
}

std::vector<RuleSummary> ListRules(const RuleSet& rules) {
  std::vector<RuleSummary> list;
  for (const PackRule& rule : rules.packs().rules) {
    list.push_back({rule.id, rule.version, rule.status, rule.floor ? std::string(LevelName(*rule.floor)) : "",
                    rule.title.en, rule.title.ur, rule.place.ToString(), rule.points,
                    rule.match_examples.size() + rule.other_examples.size()});
  }
  return list;
}

Explanation ExplainPost(const RuleSet& rules, const std::string& text) {
  Document document;
  document.text = text;
  Listing listing;
  listing.kind = ListingKind::kPost;
  listing.span = {0, text.size()};
  return rules.Explain({&document, {&listing, 1}, {}, {}, {}}, 0);
}

std::string DescribeExplanation(const Explanation& explanation) {
  std::string out;
  if (explanation.candidate) {
    const MatchCandidate& candidate = *explanation.candidate;
    out += fmt::format("{}, {} of 100\n", LevelName(candidate.level), candidate.score);
    for (const ScorePart& part : candidate.parts)
      out += fmt::format("  {:>+4}  {}\n", part.points, part.name);
    out += candidate.reasons.en + "\n" + candidate.reasons.ur + "\n";
  } else {
    out += "no finding\n";
  }
  out += "\nseen in the text:\n";
  if (explanation.seen.empty()) out += "  nothing of any pack\n";
  for (const Explanation::Seen& seen : explanation.seen) {
    out += fmt::format("  {} \"{}\" -> {}{}{}\n", seen.counted ? '+' : '.', seen.match.text, seen.match.term,
                       seen.match.normal == seen.match.text ? "" : " as \"" + seen.match.normal + "\"",
                       seen.disguise.empty() ? "" : " (" + seen.disguise + ")");
  }
  out += "\nrules:\n";
  for (const RuleTrace& trace : explanation.rules) {
    out += fmt::format("  {} {}{}:", trace.matched ? '+' : '.', trace.rule,
                       trace.in_scope ? "" : " (out of scope)");
    for (const auto& [name, holds] : trace.selections)
      out += fmt::format(" {}={}", name, holds ? "yes" : "no");
    out += '\n';
  }
  return out;
}

Result<std::string> ImportTermList(const std::string& csv, const std::string& substance_id,
                                   const std::string& substance_class) {
  if (!substance_class.empty() && !IsSubstanceClass(substance_class)) {
    return Status::InvalidArgument("\"" + substance_class + "\" is no substance class");
  }
  const std::vector<std::string> strengths = {"strong", "usual", "weak", "vague", "emoji"};
  std::map<std::string, std::vector<std::string>> terms;
  size_t term_column = 0, strength_column = SIZE_MAX, line_number = 0;
  for (size_t pos = 0; pos < csv.size();) {
    const size_t end = std::min(csv.find('\n', pos), csv.size());
    std::string line = csv.substr(pos, end - pos);
    pos = end + 1;
    ++line_number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    // Columns; a quoted one may hold commas, "" is a quote.
    std::vector<std::string> columns(1);
    bool quoted = false;
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
        columns.back().push_back(line[i++]);
      } else if (line[i] == '"') {
        quoted = !quoted;
      } else if (line[i] == ',' && !quoted) {
        columns.emplace_back();
      } else {
        columns.back().push_back(line[i]);
      }
    }
    if (quoted) return Status::InvalidArgument(fmt::format("line {}: a quote is not closed", line_number));
    if (line_number == 1) {
      const auto term = std::find(columns.begin(), columns.end(), "term");
      if (term == columns.end()) return Status::InvalidArgument("line 1: no column is called \"term\"");
      term_column = static_cast<size_t>(term - columns.begin());
      const auto strength = std::find(columns.begin(), columns.end(), "strength");
      if (strength != columns.end()) strength_column = static_cast<size_t>(strength - columns.begin());
      continue;
    }
    if (term_column >= columns.size())
      return Status::InvalidArgument(fmt::format("line {}: no term", line_number));
    std::string strength = strength_column < columns.size() ? columns[strength_column] : "weak";
    if (strength.empty()) strength = "weak";
    if (std::find(strengths.begin(), strengths.end(), strength) == strengths.end()) {
      return Status::InvalidArgument(fmt::format(
          "line {}: strength \"{}\" is none of strong, usual, weak, vague, emoji", line_number, strength));
    }
    if (WordsOf(columns[term_column]).empty()) {
      return Status::InvalidArgument(
          fmt::format("line {}: \"{}\" has no word", line_number, columns[term_column]));
    }
    terms[strength].push_back(columns[term_column]);
  }
  if (terms.empty()) return Status::InvalidArgument("the list has no terms");
  std::string out = "substances:\n";
  if (substance_class.empty()) {
    out += fmt::format("  - extends: {}\n", substance_id);
  } else {
    out += fmt::format("  - id: {}\n    class: {}\n    name: {{en: {}, ur: {}}}\n", substance_id,
                       substance_class, YamlQuoted(substance_id), YamlQuoted(substance_id));
  }
  for (const std::string& strength : strengths) {
    const auto it = terms.find(strength);
    if (it == terms.end()) continue;
    out += "    " + strength + ":\n";
    for (const std::string& term : it->second) out += "      - " + YamlQuoted(term) + "\n";
  }
  return out;
}

}  // namespace gasht
