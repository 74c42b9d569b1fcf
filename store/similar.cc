#include "store/similar.h"

#include <algorithm>
#include <set>

#include "text/identity.h"

namespace gasht {
namespace {

// Fewer words in common are chance; adverts of one market share its phrases.
constexpr int32_t kSamePercent = 70;
// An advert of two words is like any other that sells the same thing.
constexpr size_t kLeastWords = 4;
// Of one advert.
constexpr size_t kMostWords = 400;

std::set<std::string> WordsOf(const Listing& listing) {
  const std::string folded = FoldForIdentity(listing.title + " " + listing.text.substr(0, 8 * kMostWords));
  std::set<std::string> words;
  for (size_t pos = 0; pos < folded.size() && words.size() < kMostWords;) {
    const size_t end = std::min(folded.find_first_of(" \n\t,;:.!?()[]\"", pos), folded.size());
    if (end > pos) words.insert(folded.substr(pos, end - pos));
    pos = end + 1;
  }
  return words;
}

int32_t PercentInCommon(const std::set<std::string>& a, const std::set<std::string>& b) {
  if (a.size() < kLeastWords || b.size() < kLeastWords) return 0;
  // The smaller set decides quickly what cannot be enough.
  if (std::min(a.size(), b.size()) * 100 < std::max(a.size(), b.size()) * kSamePercent) return 0;
  size_t both = 0;
  for (const std::string& word : a) both += b.count(word);
  return static_cast<int32_t>(100 * both / (a.size() + b.size() - both));
}

// Identifiers that lead to somebody, and may be the seller's.
std::set<std::string> SellersOf(const Listing& listing) {
  std::set<std::string> sellers;
  for (const Identifier& identifier : listing.identifiers) {
    if (identifier.check == IdentifierCheck::kFailed || identifier.kind == IdentifierKind::kUrl) continue;
    if (identifier.role == IdentifierRole::kBuyer || identifier.role == IdentifierRole::kBystander) continue;
    sellers.insert(std::string(IdentifierKindName(identifier.kind)) + ":" + identifier.value);
  }
  return sellers;
}

}  // namespace

std::string_view SimilarityName(Similarity similarity) {
  return similarity == Similarity::kSameSeller ? "same_seller" : "same_words";
}

std::vector<SimilarFinding> FindSimilar(const Finding& finding, std::span<const Finding> all, size_t limit) {
  const std::set<std::string> words = WordsOf(finding.listing);
  const std::set<std::string> sellers = SellersOf(finding.listing);
  std::vector<SimilarFinding> similar;
  for (const Finding& other : all) {
    if (other.id == finding.id) continue;
    const int32_t percent = PercentInCommon(words, WordsOf(other.listing));
    const std::set<std::string> others = SellersOf(other.listing);
    const bool same_seller = std::any_of(others.begin(), others.end(),
                                         [&](const std::string& one) { return sellers.count(one) != 0; });
    if (!same_seller && percent < kSamePercent) continue;
    similar.push_back({other.id, other.source, other.listing.title,
                       same_seller ? Similarity::kSameSeller : Similarity::kSameWords, percent});
  }
  std::stable_sort(similar.begin(), similar.end(),
                   [](const SimilarFinding& a, const SimilarFinding& b) { return a.percent > b.percent; });
  if (similar.size() > limit) similar.resize(limit);
  return similar;
}

}  // namespace gasht
