#pragma once

// FindSimilar: adverts like another one, on the same source or elsewhere. They are shown as links and never merged: that
// two adverts are one seller's is a person's word. Pure and thread-safe.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace gasht {

enum class Similarity : uint8_t {
  kSameSeller,  // an identifier of the seller (phone, handle, PGP key, wallet) is the same
  kSameWords,   // nearly the same words
};
std::string_view SimilarityName(Similarity similarity);

struct SimilarFinding {
  FindingId id;
  SourceId source;
  std::string title;
  Similarity why = Similarity::kSameWords;
  int32_t percent = 0;  // words in common, of all words of both
};

// The likest of `all` first, at most `limit`; never the finding itself.
std::vector<SimilarFinding> FindSimilar(const Finding& finding, std::span<const Finding> all,
                                        size_t limit = 20);

}  // namespace gasht
