#pragma once

// Fold: text as a matcher sees it, with the way back to the bytes that were written.
//
// Folding is per code point, so that it is linear, needs no state and maps back exactly:
//   - compatibility forms are resolved and case is removed (NFKC_Casefold: full width, ligatures, styled
//     mathematical letters, circled and squared letters, presentation forms);
//   - Latin, Greek and Cyrillic accents, Arabic vowel signs, tatweel and nukta are dropped;
//   - one letter for what Urdu, Pashto, Persian, Sindhi and Arabic keyboards write differently (yeh, kaf,
//   heh, gaf,
//     alef with hamza or madda, the Pashto retroflex letters);
//   - digits of every script become 0-9;
//   - zero-width, bidi control and variation-selector characters vanish; any white space but LF becomes a
//   space.
// Letters that merely look alike (homoglyphs), leetspeak and letters spaced apart are not folded here: they
// depend on the word they stand in (text/words.h).
//
// Thread-safe free functions; the first call builds a table of a few milliseconds. Nothing fails: an invalid
// byte folds to U+FFFD. Output is at most kMaxFoldGrowth times the input.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gasht {

// The longest compatibility decomposition (U+FDFA, 3 bytes) is 33 bytes.
inline constexpr size_t kMaxFoldGrowth = 18;

// Half-open, in bytes.
struct SourceSpan {
  size_t begin = 0;
  size_t end = 0;
  friend bool operator==(const SourceSpan&, const SourceSpan&) = default;
};

struct FoldedText {
  std::string text;

  // The bytes of the original that folded[begin, end) came from, whole characters. What was dropped inside or
  // right behind the range belongs to it. REQUIRES: begin <= end <= text.size(), both between characters of
  // `text`.
  SourceSpan Source(size_t begin, size_t end) const;

  // The first folded byte that came from the original at or behind byte `source`.
  size_t FoldedOffset(size_t source) const;

  // Where both sides advance byte by byte together from (folded, source) on; `atomic` is one character that
  // became more or fewer bytes. Ascending; the last one is the sentinel (text.size(), source size).
  struct Run {
    uint32_t folded;
    uint32_t source;
    bool atomic;
  };
  std::vector<Run> runs;
};

// REQUIRES: text.size() * kMaxFoldGrowth fits 32 bits (callers are bounded at a few MiB).
FoldedText Fold(std::string_view text);

// Only the text, for keys and terms; outer white space removed and inner runs of it made one space.
std::string FoldKey(std::string_view text);

}  // namespace gasht
