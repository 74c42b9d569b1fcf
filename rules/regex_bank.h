#pragma once

// RegexBank: many RE2 patterns looked for at once, then one by one where they are.
//
// RE2::Set says which patterns occur, in one pass for each shard; a pattern that occurs is then located. When
// a set runs out of memory (it would say "no" without the ErrorInfo overload) every pattern of that shard is
// asked by itself, so memory never makes an answer wrong. Built once, then const and thread-safe.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gasht {

struct RegexHit {
  uint32_t payload = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
};

class RegexBank {
 public:
  RegexBank();
  ~RegexBank();
  // Empty when the pattern compiles, else RE2's reason.
  std::string Add(const std::string& pattern, uint32_t payload);
  // After the last Add. False when a shard does not fit its memory.
  bool Freeze();

  // Appends the places of all matches, non-empty and non-overlapping for each pattern; at most `max_hits` for
  // each, and then `overflow` is set. REQUIRES: Freeze() was true; `text` is valid UTF-8.
  void Find(std::string_view text, size_t max_hits, std::vector<RegexHit>& hits, bool& overflow) const;

  size_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gasht
