#include "extract/literals.h"

#include <algorithm>
#include <cassert>

#include "extract/words.h"

namespace gasht {

Literals::Literals(std::initializer_list<Entry> entries, Case letters)
    : Literals(std::vector<Entry>(entries), letters) {}

Literals Literals::Of(std::initializer_list<std::string_view> strings, Case letters) {
  std::vector<Entry> entries;
  for (const std::string_view string : strings) entries.emplace_back(string, 1);
  return Literals(std::move(entries), letters);
}

Literals::Literals(std::vector<Entry> entries, Case letters)
    : entries_(std::move(entries)), fold_(letters == Case::kIgnored) {
  constexpr size_t kMaxShift = 255;
  assert(!entries_.empty() && entries_.size() <= 255);
  shortest_ = kMaxShift;
  for (const Entry& entry : entries_) {
    shortest_ = std::min(shortest_, entry.first.size());
    all_ |= entry.second;
  }
  assert(shortest_ >= 2);
  const auto pair_at = [](std::string_view text, size_t end) {
    return Hash(static_cast<unsigned char>(text[end - 2]), static_cast<unsigned char>(text[end - 1]));
  };
  const auto last_pair = [&](const Entry& entry) { return pair_at(entry.first, shortest_); };
  std::stable_sort(entries_.begin(), entries_.end(),
                   [&](const Entry& a, const Entry& b) { return last_pair(a) < last_pair(b); });
  shift_.fill(static_cast<uint8_t>(shortest_ - 1));
  for (size_t i = entries_.size(); i-- > 0;) {
    for (size_t end = 2; end <= shortest_; ++end) {
      uint8_t& shift = shift_[pair_at(entries_[i].first, end)];
      shift = std::min(shift, static_cast<uint8_t>(shortest_ - end));
    }
    first_[last_pair(entries_[i])] = static_cast<uint8_t>(i);
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
    const std::string_view rest = text.substr(end - shortest_);
    for (size_t i = first_[hash]; i < entries_.size(); ++i) {
      const auto& [string, bits] = entries_[i];
      if (Hash(static_cast<unsigned char>(string[shortest_ - 2]),
               static_cast<unsigned char>(string[shortest_ - 1])) != hash) {
        break;
      }
      if ((found & bits) == bits || rest.size() < string.size()) continue;
      const std::string_view here = rest.substr(0, string.size());
      if (!(kFold ? EqualsIgnoringCase(here, string) : here == string)) continue;
      found |= bits;
      if (first_only || found == all_) return found;
    }
    ++end;
  }
  return found;
}

}  // namespace gasht
