#include "model/scope_pattern.h"

#include <vector>

namespace gasht {
namespace {

// As a canonical URL writes it: what may not stand bare is escaped, in upper case.
std::string EscapePattern(std::string_view pattern) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : pattern) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

}  // namespace

bool MatchesGlob(std::string_view text, std::string_view glob) {
  // Greedy with one way back: on a mismatch the last star takes one byte more.
  size_t t = 0, g = 0;
  size_t star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      star_text = t;
    } else if (g < glob.size() && glob[g] == text[t]) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

bool MatchesScopePattern(std::string_view text, std::string_view pattern) {
  return MatchesGlob(text, ScopePatternToGlob(pattern));
}

std::string ScopePatternToGlob(std::string_view pattern) {
  std::string glob = EscapePattern(pattern);
  if (glob.find('*') == std::string::npos) glob += '*';
  return glob;
}

bool GlobsOverlap(std::string_view a, std::string_view b) {
  // meets[j] says whether a[i:] and b[j:] match a common text; rows go from the end to the beginning of `a`.
  std::vector<bool> below(b.size() + 1), meets(b.size() + 1);
  for (size_t i = a.size() + 1; i-- > 0;) {
    for (size_t j = b.size() + 1; j-- > 0;) {
      const bool a_ends = i == a.size(), b_ends = j == b.size();
      if (a_ends && b_ends) {
        meets[j] = true;
      } else if (!a_ends && a[i] == '*') {
        meets[j] = below[j] || (!b_ends && meets[j + 1]);
      } else if (!b_ends && b[j] == '*') {
        meets[j] = meets[j + 1] || (!a_ends && below[j]);
      } else {
        meets[j] = !a_ends && !b_ends && a[i] == b[j] && below[j + 1];
      }
    }
    below.swap(meets);
  }
  return below[0];
}

}  // namespace gasht
