// Terms and a text: what the index of all terms finds as written is what indexes of each term alone find.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <tuple>
#include <vector>

#include "base/utf8.h"
#include "rules/term_index.h"
#include "text/fold.h"
#include "text/words.h"

namespace {

constexpr size_t kMaxTerms = 24;
constexpr size_t kMaxHits = 1'000'000;

using Found = std::tuple<uint32_t, uint32_t, uint32_t>;  // term, begin, end

// Only what is found as it is written: through a disguise a word may read as either of two terms, and then the one
// named first has it.
std::vector<Found> FindAsWritten(const gasht::TermIndex& index, std::string_view folded,
                                 const std::vector<gasht::Word>& words) {
  bool overflow = false;
  std::vector<Found> found;
  for (const gasht::TermHit& hit : index.Find(folded, words, kMaxHits, overflow)) {
    if (hit.begin >= hit.end || hit.end > folded.size() || hit.last_word >= words.size()) std::abort();
    if (hit.disguise == gasht::Disguise::kNone) found.emplace_back(hit.payload, hit.begin, hit.end);
  }
  if (overflow) std::abort();
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace

// Lines of terms, an empty line, the text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  if (size > 20'000) return 0;
  const std::string input = ReplaceInvalidUtf8({reinterpret_cast<const char*>(data), size});
  TermIndex all;
  std::vector<TermIndex> alone;
  size_t pos = 0;
  while (pos < input.size() && alone.size() < kMaxTerms) {
    const size_t end = std::min(input.find('\n', pos), input.size());
    const std::string term = input.substr(pos, end - pos);
    pos = end + 1;
    if (term.empty()) break;
    const auto payload = static_cast<uint32_t>(alone.size());
    TermIndex one;
    const bool added = one.Add(term, payload, {});
    if (added != all.Add(term, payload, {})) std::abort();
    if (added) alone.push_back(std::move(one));
  }
  const std::string folded = Fold(pos < input.size() ? std::string_view(input).substr(pos) : "").text;
  const std::vector<Word> words = SplitWords(folded);
  std::vector<Found> expected;
  for (const TermIndex& index : alone) {
    const std::vector<Found> more = FindAsWritten(index, folded, words);
    expected.insert(expected.end(), more.begin(), more.end());
  }
  std::sort(expected.begin(), expected.end());
  if (FindAsWritten(all, folded, words) != expected) std::abort();
  return 0;
}
