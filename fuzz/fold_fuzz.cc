// Any bytes: folding maps every word back into the original, and grows within its bound.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "text/fold.h"
#include "text/words.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const FoldedText folded = Fold(text);
  if (folded.text.size() > size * kMaxFoldGrowth) std::abort();
  const std::vector<Word> words = SplitWords(folded.text);
  size_t last = 0;
  for (const Word& word : words) {
    if (word.begin < last || word.begin >= word.end || word.end > folded.text.size()) std::abort();
    last = word.end;
    const SourceSpan span = folded.Source(word.begin, word.end);
    if (span.begin > span.end || span.end > size) std::abort();
    if (folded.FoldedOffset(span.begin) > word.end) std::abort();
  }
  for (const Reading& reading : FindDisguises(folded.text, words, 1000)) {
    if (reading.first > reading.last || reading.last >= words.size()) std::abort();
  }
  return 0;
}
