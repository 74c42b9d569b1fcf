#include "rules/rule_set.h"

#include <gtest/gtest.h>

#include "rules/packs.h"

namespace gasht {
namespace {

// A text as the analysis room hands it over: one listing of kind post that is the whole document.
MatchOutput MatchText(const RuleSet& rules, const std::string& text) {
  Document document;
  document.text = text;
  Listing listing;
  listing.kind = ListingKind::kPost;
  listing.span = {0, text.size()};
  return rules.Match({&document, {&listing, 1}, {}, {}, {}});
}

TEST(RuleSet, AStreetOfferIsAFindingAndIceCreamIsNot) {
  const auto rules = EmbeddedRuleSet();
  const MatchOutput offer =
      MatchText(*rules, "Charas 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678");
  ASSERT_EQ(offer.candidates.size(), 1u);
  EXPECT_GE(offer.candidates[0].level, Level::kMedium);
  EXPECT_FALSE(offer.undecided);
  ASSERT_FALSE(offer.candidates[0].substances.empty());
  EXPECT_EQ(offer.candidates[0].substances[0].id, "cannabis-resin");
  const MatchOutput cream =
      MatchText(*rules, "Ice cream 1 litre 650 PKR home delivery Lahore, WhatsApp 0301-2345678");
  EXPECT_TRUE(cream.candidates.empty());
}

}  // namespace
}  // namespace gasht
