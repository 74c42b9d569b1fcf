#include "extract/signature.h"

#include <algorithm>
#include <bit>
#include <string>
#include <unordered_map>

#include "extract/words.h"

namespace gasht {
namespace {

uint64_t Scramble(uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdu;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53u;
  return x ^ x >> 33;
}

bool IsWordByte(char c) {
  return IsAsciiLetter(c) || IsAsciiDigit(c) || static_cast<unsigned char>(c) >= 0x80;
}

// Calls `word` with the hash and size of each word. Numbers are one word: prices, counters and clocks change, adverts stay.
template <typename Word>
void ForEachWord(std::string_view text, const Word& word) {
  for (size_t at = 0; at < text.size();) {
    if (!IsWordByte(text[at])) {
      ++at;
      continue;
    }
    uint64_t hash = 1469598103934665603u;
    bool digits_only = true;
    const size_t begin = at;
    while (at < text.size() && IsWordByte(text[at])) {
      digits_only &= IsAsciiDigit(text[at]);
      hash = (hash ^ static_cast<unsigned char>(AsciiLowered(text[at]))) * 1099511628211u;
      ++at;
    }
    word(digits_only ? 7 : Scramble(hash), at - begin);
  }
}

}  // namespace

uint64_t SimHash(std::string_view text) {
  // How often a feature occurs counts, but not in full: a word repeated in every row is not the page.
  std::unordered_map<uint64_t, uint32_t> counts;
  uint64_t previous = 0;
  ForEachWord(text, [&](uint64_t word, size_t size) {
    // The short words of a language are the same on every page of it.
    if (size > 3) ++counts[word];
    if (previous != 0) ++counts[Scramble(previous * 31 + word)];
    previous = word;
  });
  std::array<int64_t, 64> sums{};
  for (const auto& [feature, count] : counts) {
    const int weight = 1 + std::bit_width(count);
    for (int bit = 0; bit < 64; ++bit)
      sums[static_cast<size_t>(bit)] += (feature >> bit & 1) != 0 ? weight : -weight;
  }
  uint64_t hash = 0;
  for (int bit = 0; bit < 64; ++bit) {
    if (sums[static_cast<size_t>(bit)] > 0) hash |= uint64_t{1} << bit;
  }
  return hash;
}

int SimHashDistance(uint64_t a, uint64_t b) {
  return std::popcount(a ^ b);
}

std::array<uint64_t, 4> SimHashBands(uint64_t hash) {
  std::array<uint64_t, 4> bands;
  for (size_t i = 0; i < 4; ++i) bands[i] = (static_cast<uint64_t>(i) << 16) | (hash >> (16 * i) & 0xffff);
  return bands;
}

Digest TextProfile(std::string_view text) {
  std::string words = "gasht-profile-1";
  ForEachWord(text, [&](uint64_t word, size_t) {
    for (int shift = 0; shift < 64; shift += 8) words += static_cast<char>(word >> shift & 0xff);
  });
  return Sha256(words);
}

}  // namespace gasht
