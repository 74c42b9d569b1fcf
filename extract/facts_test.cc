#include "extract/facts.h"

#include <string>

#include <gtest/gtest.h>

#include "extract/extract.h"

namespace gasht {
namespace {

// Whose the first contact of a post is.
std::string RoleIn(std::string_view text) {
  const PageContents contents = ExtractText({text, ""}, {});
  Listing listing;
  listing.kind = ListingKind::kPost;
  listing.text = std::string(text);
  listing.prices = contents.listings.empty() ? std::vector<Price>() : contents.listings[0].prices;
  if (contents.identifiers.empty()) return "no contact";
  const IdentifierRole role = RoleOfContact(listing, text);
  return std::string(IdentifierRoleName(RoleNear(text, contents.identifiers[0].span, role)));
}

TEST(RoleNear, ByTheWordsAround) {
  struct Case {
    const char* text;
    const char* role;
  };
  const Case cases[] = {
      {"maal dastiyab hai, rabta 03012345678", "seller"},
      {"charas available all pakistan delivery 0301-2345678", "seller"},
      {"Charas 1 tola Rs 2500, call 03012345678", "seller"},
      {"mujhe charas chahiye, 03012345678", "buyer"},
      {"looking for a plug in Lahore, text me 03012345678", "buyer"},
      {"WTB 5g, tg @foo_buyer", "buyer"},
      {"مجھے چاہیے، نمبر 03012345678", "buyer"},
      {"Police arrested two men. Report to the helpline 0301-2345678", "bystander"},
      {"Anti-narcotics hotline: 03012345678", "bystander"},
      {"نشے کے خلاف ہیلپ لائن 03012345678", "bystander"},
      {"rehab centre Karachi 03012345678", "bystander"},
      {"my number is 03012345678", "unknown"},
  };
  for (const Case& c : cases) EXPECT_EQ(RoleIn(c.text), c.role) << c.text;
}

}  // namespace
}  // namespace gasht
