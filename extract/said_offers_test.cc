#include "extract/said_offers.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "extract/price.h"

namespace gasht {
namespace {

std::string Show(const std::vector<SaidOffer>& offers) {
  std::string out;
  for (const SaidOffer& offer : offers) {
    out += "[" + offer.title + "]";
    for (const Price& price : offer.prices) {
      out += " " + price.amount.amount();
      if (price.quantity) out += "/" + price.quantity->value + price.quantity->unit;
    }
    out += "\n";
  }
  return out;
}

TEST(OffersSaid, Messages) {
  struct Case {
    const char* text;
    const char* offers;
  };
  const Case cases[] = {
      // One thing a line, whatever decorates it.
      {"\U0001F36B Afghani black, soft, 10g \u2014 Rs 2200", "[Afghani black, soft, 10g] 2200/10g\n"},
      {"Menu:\nOG Kush 3.5g ..... 35 EUR\nLemon Haze 10g ..... 85 EUR\nShipping 8 EUR",
       "[OG Kush 3.5g] 35/3.5g\n[Lemon Haze 10g] 85/10g\n"},
      {"Selling:\nTourmaline crystal 12g for Rs 8,000\npickup Gilgit", "[Tourmaline crystal 12g] 8000/12g\n"},
      {"Used Honda CD70 2015, PKR 65,000. Contact 0300-0000000", "[Used Honda CD70 2015] 65000\n"},
      {"[WTS] Golden teacher 28g - $120", "[Golden teacher 28g] 120/28g\n"},
      // Tiers of one thing are its prices.
      {"Blue Dream: 3.5g $30 / 7g $55 / 28g $180", "[Blue Dream] 30/3.5g 55/7g 180/28g\n"},
      {"Pineapple Haze\n3.5g - $30\n7g - $55\nSour Diesel\n3.5g - $28",
       "[Pineapple Haze] 30/3.5g 55/7g\n[Sour Diesel] 28/3.5g\n"},
      {"\U0001F525 Wedding cake carts 1ml\nPrice: Rs 9,000\nDelivery F-sectors free",
       "[Wedding cake carts 1ml] 9000\n"},
      {"Chars 1 pao 18,000 / adha kilo 34,000", "[Chars 1 pao] 18000/1pao 34000/0.5kg\n"},
      {"1g THC carts 30 USD each, 10 for 220 USD", "[1g THC carts] 30/1g 220/10piece\n"},
      // Several things on one line.
      {"Kief 5g for 40 euro, rosin 1g 35 euro.", "[Kief 5g] 40/5g\n[rosin 1g] 35/1g\n"},
      // Told, asked, earned, saved: nothing is offered.
      {"I paid Rs 450 a strip for Xanax and it was fake", ""},
      {"is 45 EUR with shipping?", ""},
      {"They seized 5 kg heroin worth $2,000,000", ""},
      {"Driver job, Rs 45,000 / month", ""},
      {"Free shipping over 100 EUR", ""},
      {"We are closed on Sunday.", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(OffersSaid(c.text)), c.offers) << c.text;
}

TEST(SeparateOffers, OffersAreListingsAndTalkIsNot) {
  PageContents contents;
  contents.messages.resize(3);
  const auto add = [&](const char* id, const char* text, std::vector<Price> prices) {
    Listing listing;
    listing.kind = ListingKind::kMessage;
    listing.site_id = id;
    listing.vendor = "seller";
    listing.places = {"Lahore"};
    listing.text = text;
    listing.prices = std::move(prices);
    contents.listings.push_back(std::move(listing));
  };
  add("c/1", "salam", {});
  add("c/2", "Ice 1g - Rs 4500\nCharas 10g - Rs 3500\nLahore", FindPrices("1g Rs 4500"));
  add("c/3", "Patta 2mg - Rs 700", FindPrices("Rs 700"));
  SeparateOffers(contents);
  ASSERT_EQ(contents.listings.size(), 3u);
  EXPECT_EQ(contents.listings[0].title, "Ice 1g");
  EXPECT_EQ(contents.listings[0].kind, ListingKind::kOffer);
  EXPECT_EQ(contents.listings[1].title, "Charas 10g");
  EXPECT_EQ(contents.listings[1].vendor, "seller");
  EXPECT_EQ(contents.listings[1].places, std::vector<std::string>{"Lahore"});
  EXPECT_TRUE(IsPartOf(contents.listings[1].site_id, "c/2"));
  EXPECT_FALSE(IsPartOf(contents.listings[1].site_id, "c/"));
  EXPECT_EQ(contents.listings[2].title, "Patta 2mg");
  EXPECT_EQ(contents.listings[2].site_id, "c/3");
  // The greeting, and the message whose offers stand above.
  ASSERT_EQ(contents.talk.size(), 2u);
  EXPECT_EQ(contents.talk[0].site_id, "c/1");
  EXPECT_EQ(contents.talk[1].site_id, "c/2");
}

}  // namespace
}  // namespace gasht
