#include "store/similar.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

Finding Advert(const std::string& id, const std::string& source, const std::string& text,
               const std::string& phone = "", IdentifierRole role = IdentifierRole::kSeller) {
  Finding finding;
  finding.id = FindingId{id};
  finding.source = SourceId{source};
  finding.listing.text = text;
  if (!phone.empty()) {
    Identifier identifier;
    identifier.kind = IdentifierKind::kPhone;
    identifier.value = phone;
    identifier.role = role;
    finding.listing.identifiers.push_back(identifier);
  }
  return finding;
}

TEST(FindSimilar, LinksTheSameWordsAndTheSameSeller) {
  const Finding charas =
      Advert("f-1", "a", "Fresh charas from Tirah one tola 2500 home delivery Lahore", "+923001112233");
  const std::vector<Finding> all = {
      charas,
      Advert("f-2", "b", "FRESH charas from tirah: one tola 2500, home delivery Lahore"),
      Advert("f-3", "b", "Afeem khalis 1 tola", "+923001112233"),
      Advert("f-4", "b", "Afeem khalis 1 tola, call the man who told me", "+923001112233",
             IdentifierRole::kBystander),
      Advert("f-5", "b", "Fresh weed from Karachi 3.5 g 12000 pickup only"),
      Advert("f-6", "b", "charas"),
  };
  const std::vector<SimilarFinding> similar = FindSimilar(charas, all);
  ASSERT_EQ(similar.size(), 2u);
  EXPECT_EQ(similar[0].id.value, "f-2");
  EXPECT_EQ(similar[0].why, Similarity::kSameWords);
  EXPECT_GE(similar[0].percent, 70);
  EXPECT_EQ(similar[1].id.value, "f-3");
  EXPECT_EQ(similar[1].why, Similarity::kSameSeller);
  EXPECT_EQ(FindSimilar(charas, all, 1).size(), 1u);
}

}  // namespace
}  // namespace gasht
