#pragma once

// The patterns of a ScopeRule, for the crawl (what is in scope) and the configuration (which scopes overlap).
// Pure functions.

#include <string>
#include <string_view>

namespace gasht {

// True when `text` is matched by `pattern`: a glob over all of it when the pattern has a `*`, else a prefix.
// Bytes that a canonical URL escapes may be written bare in the pattern. Time is at most the product of both
// lengths.
bool MatchesScopePattern(std::string_view text, std::string_view pattern);

// A glob over all of `text`: `*` stands for any bytes, also none.
bool MatchesGlob(std::string_view text, std::string_view glob);

// The glob that matches what the pattern matches.
std::string ScopePatternToGlob(std::string_view pattern);

// True when some text is matched by both globs. Time and memory are the product of both lengths.
bool GlobsOverlap(std::string_view a, std::string_view b);

}  // namespace gasht
