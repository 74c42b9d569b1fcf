// Any bytes as a page: the rules answer, and what they point at lies in the text and is what they say.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/utf8.h"
#include "rules/packs.h"
#include "rules/rule_set.h"

namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  if (size > 100'000) return 0;
  static const std::shared_ptr<const RuleSet> rules = EmbeddedRuleSet();
  Document document;
  document.text = ReplaceInvalidUtf8({reinterpret_cast<const char*>(data), size});
  std::vector<Listing> listings(2);
  listings[0].kind = ListingKind::kPost;
  listings[0].span = {0, document.text.size()};
  listings[1].title = document.text.substr(0, document.text.find('\n'));
  listings[1].prices.push_back({{5000, 2, "USD"}, {}, {}});
  const MatchOutput output = rules->Match({&document, listings, {}, {}, {}});
  for (const MatchCandidate& candidate : output.candidates) {
    Require(candidate.listing < listings.size());
    Require(candidate.score >= 0 && candidate.score <= 100);
    int32_t sum = 0;
    for (const ScorePart& part : candidate.parts) sum += part.points;
    Require(sum == candidate.score);
    for (const TermMatch& match : candidate.matches) {
      const std::string& field = match.field == "text" ? document.text : listings[1].title;
      Require(match.span.begin <= match.span.end && match.span.end <= field.size());
      Require(field.substr(match.span.begin, match.span.size()) == match.text);
    }
  }
  return 0;
}
