#include "extract/literals.h"

#include <algorithm>
#include <cassert>

#include "extract/words.h"

namespace gasht {
namespace {

// How common a character is in markup, roughly.
int Commonness(char c) {
  constexpr std::string_view kCommonFirst = "etaisnrlocdpm-ugh=\" fbvkwy";
  const size_t rank = kCommonFirst.find(c);
  return rank == std::string_view::npos ? 1 : static_cast<int>(kCommonFirst.size() - rank) + 1;
}

}  // namespace

Literals::Literals(std::initializer_list<Entry> entries, Case letters)
    : Literals(std::vector<Entry>(entries), letters) {}

Literals Literals::Of(std::initializer_list<std::string_view> strings, Case letters) {
  std::vector<Entry> entries;
  for (const std::string_view string : strings) entries.emplace_back(string, 1);
  return Literals(entries, letters);
}

Literals::Literals(const std::vector<Entry>& entries, Case letters) : fold_(letters == Case::kIgnored) {
  constexpr size_t kMaxShift = 255;
  assert(!entries.empty() && entries.size() <= 255);
  shortest_ = kMaxShift;
  for (const Entry& entry : entries) {
    shortest_ = std::min(shortest_, entry.first.size());
    all_ |= entry.second;
  }
  assert(shortest_ >= 2);
  for (const auto& [string, bits] : entries) {
    // The rarest pair of each: fewer places look like a find.
    Window window{string, bits, shortest_};
    for (size_t end = shortest_ + 1; end <= string.size(); ++end) {
      if (Commonness(string[end - 2]) * Commonness(string[end - 1]) <
          Commonness(string[window.end - 2]) * Commonness(string[window.end - 1]))
        window.end = end;
    }
    windows_.push_back(window);
  }
  std::stable_sort(windows_.begin(), windows_.end(),
                   [](const Window& a, const Window& b) { return a.Pair() < b.Pair(); });
  shift_.fill(static_cast<uint8_t>(shortest_ - 1));
  for (size_t i = windows_.size(); i-- > 0;) {
    const Window& window = windows_[i];
    for (size_t back = 0; back + 2 <= shortest_; ++back) {
      const Window part{window.string, 0, window.end - back};
      shift_[part.Pair()] = std::min(shift_[part.Pair()], static_cast<uint8_t>(back));
    }
    first_[window.Pair()] = static_cast<uint8_t>(i);
  }
}

uint64_t Literals::In(std::string_view text) const {
  return fold_ ? Search<true>(text, false) : Search<false>(text, false);
}
bool Literals::AnyIn(std::string_view text) const {
  return (fold_ ? Search<true>(text, true) : Search<false>(text, true)) != 0;
}

template <bool kFold>
uint64_t Literals::Search(std::string_view text, bool first_only) const {
  uint64_t found = 0;
  const auto at = [&](size_t i) {
    return static_cast<unsigned char>(kFold ? AsciiLowered(text[i]) : text[i]);
  };
  for (size_t end = shortest_; end <= text.size();) {
    const size_t hash = Hash(at(end - 2), at(end - 1));
    if (shift_[hash] > 0) {
      end += shift_[hash];
      continue;
    }
    for (size_t i = first_[hash]; i < windows_.size() && windows_[i].Pair() == hash; ++i) {
      const Window& window = windows_[i];
      if ((found & window.bits) == window.bits || end < window.end) continue;
      const std::string_view here = text.substr(end - window.end, window.string.size());
      if (!(kFold ? EqualsIgnoringCase(here, window.string) : here == window.string)) continue;
      found |= window.bits;
      if (first_only || found == all_) return found;
    }
    ++end;
  }
  return found;
}

}  // namespace gasht
