#pragma once

// Literals: which of a fixed few strings occur in a text, in one pass however many they are. Private to extract/.
// Immutable once built, thread-safe; linear in the text times the length of the longest string.

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

namespace gasht {

class Literals {
 public:
  enum class Case { kExact, kIgnored };
  // What is looked for, and the bits that say it was found. REQUIRES: at least two bytes each, at most 255
  // strings, which outlive this; lower case when case is ignored (ASCII only).
  using Entry = std::pair<std::string_view, uint64_t>;

  Literals(std::initializer_list<Entry> entries, Case letters);
  // One bit for all of them: for AnyIn.
  static Literals Of(std::initializer_list<std::string_view> strings, Case letters);

  // The bits of all that occur in `text`.
  uint64_t In(std::string_view text) const;
  bool AnyIn(std::string_view text) const;

 private:
  Literals(const std::vector<Entry>& entries, Case letters);
  static constexpr size_t kTable = 4096;

  static size_t Hash(unsigned char a, unsigned char b) { return (size_t{a} << 5 ^ b) & (kTable - 1); }
  template <bool kFold>
  uint64_t Search(std::string_view text, bool first_only) const;

  // An entry and the part of it that is looked for first: shortest_ bytes, by the pair of bytes that ends them.
  struct Window {
    std::string_view string;
    uint64_t bits = 0;
    size_t end = 0;
    size_t Pair() const {
      return Hash(static_cast<unsigned char>(string[end - 2]), static_cast<unsigned char>(string[end - 1]));
    }
  };
  std::vector<Window> windows_;
  bool fold_ = false;
  size_t shortest_ = 2;
  uint64_t all_ = 0;
  // How far the end of a window of shortest_ bytes may move on when these two bytes end it (Wu and Manber);
  // where it may not, the windows to compare.
  std::array<uint8_t, kTable> shift_{};
  std::array<uint8_t, kTable> first_{};
};

}  // namespace gasht
