#include "extract/price.h"

#include <string>

#include <gtest/gtest.h>

namespace gasht {
namespace {

std::string Show(const Money& money) {
  return money.amount() + (money.currency.empty() ? "" : " " + money.currency);
}

std::string Show(const std::optional<Price>& price) {
  if (!price) return "none";
  std::string out = Show(price->amount);
  if (price->amount_max) out += ".." + price->amount_max->amount();
  return out;
}

TEST(ParsePrice, Strings) {
  struct Case {
    const char* text;
    const char* price;
  };
  const Case cases[] = {
      {"Rs. 1,299", "1299 PKR"},
      {"Rs 5k", "5000 PKR"},
      {"PKR 12,500/-", "12500 PKR"},
      {"2500/-", "2500 PKR"},
      {"₨ 500", "500 PKR"},
      {"۲۵۰۰ روپے", "2500 PKR"},
      {"dhai hazar rupay", "2500 PKR"},
      {"2 lakh rupees", "200000 PKR"},
      {"USD 51.10 (0.0402 BTC)", "51.10 USD"},
      {"US$:12.99", "12.99 USD"},
      {"$.75", "0.75 USD"},
      {"29,95 €", "29.95 EUR"},
      {"€1'049,95", "1049.95 EUR"},
      {"29€99", "29.99 EUR"},
      {"1.234,56 EUR", "1234.56 EUR"},
      {"0.005 BTC", "0.005 BTC"},
      {"1.234 BTC", "1.234 BTC"},
      {"฿0.000787 (€7.28)", "0.000787 BTC"},
      {"฿ 350", "350 THB"},
      {"12 XMR", "12 XMR"},
      {"R$ 260,00", "260.00 BRL"},
      {"A$190.00", "190.00 AUD"},
      {"75 000 руб.", "75000 RUB"},
      {"9 472 Ft", "9472 HUF"},
      {"58,00 zł", "58.00 PLN"},
      {"Rp 350.000", "350000 IDR"},
      {"AED 8000 (USD 2179)", "8000 AED"},
      {"$45,000 - $70,000", "45000 USD..70000"},
      {"Rs 500 - 700", "500 PKR..700"},
      {"3 for only 14,85 EUR", "14.85 EUR"},
      {"434", "434"},
      {"-20% 80 €", "80 EUR"},
      {"free", "0"},
      {"call for price", "none"},
      {"", "none"},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(ParsePrice(c.text)), c.price) << c.text;
  EXPECT_EQ(Show(ParsePrice("1 299", {"Pris NOK", 0})), "1299 NOK");
  EXPECT_EQ(Show(ParsePrice("423.923 KD", {"", '.'})), "423.923 KWD");
}

TEST(FindMoney, InRunningText) {
  struct Case {
    const char* text;
    const char* found;
  };
  const Case cases[] = {
      {"Charas 1 tola 2500 PKR home delivery Lahore, WhatsApp 0301-2345678", "2500 PKR"},
      {"qeemat 2500 only", "2500"},
      {"1g $10, 3.5g $30", "10 USD|30 USD"},
      {"open 24/7, call 03001234567", ""},
      {"mp3 player, A5 paper, 50% off", ""},
      {"28G pure, 2 KM away", ""},
      {"5 hazar rupay", "5000 PKR"},
      {"Views: 506\nXMR : Yes", ""},
      {"one love", ""},
      {"rate 3 kg", ""},
      {"EUR 0.90\n(0.000139 BTC)", "0.90 EUR|0.000139 BTC"},
  };
  for (const Case& c : cases) {
    std::string found;
    for (const FoundMoney& m : FindMoney(c.text)) {
      if (!found.empty()) found += '|';
      found += Show(m.amount);
      EXPECT_LE(m.span.end, std::string_view(c.text).size()) << c.text;
    }
    EXPECT_EQ(found, c.found) << c.text;
  }
}

TEST(FindMoney, SpansAreOfTheTextGiven) {
  const std::string text = "قیمت ۲۵۰۰ روپے ہے";
  const auto found = FindMoney(text);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(text.substr(found[0].span.begin, found[0].span.size()), "۲۵۰۰ روپے");
}

std::string Show(const std::optional<Quantity>& q) {
  if (!q) return "none";
  std::string out = q->value + " " + q->unit;
  if (!q->grams.empty()) out += " = " + q->grams + "g";
  if (!q->grams_max.empty()) out += ".." + q->grams_max;
  if (!q->basis.empty()) out += " (" + q->basis + ")";
  return out;
}

TEST(QuantityOffered, Titles) {
  struct Case {
    const char* title;
    const char* quantity;
  };
  const Case cases[] = {
      {"Amnesia Haze 3g", "3 g = 3g"},
      {"0.25 G Uncut", "0.25 g = 0.25g"},
      {".25g south eastern", "0.25 g = 0.25g"},
      {"3.5grms synthetic", "3.5 g = 3.5g"},
      {"1/8oz oil", "0.125 oz = 3.543690390625g"},
      {"28G 1 OZ 1 OUNCE CRYSTAL", "28 g = 28g"},
      {"1 Ounce(28g) rock", "1 oz = 28.349523125g"},
      {"2 kg block", "2 kg = 2000g"},
      {"Charas 1 tola", "1 tola = 11.6638g (tola=11.6638g)"},
      {"aadha tola", "0.5 tola = 5.8319g (tola=11.6638g)"},
      {"چرس ۲ تولہ", "2 tola = 23.3276g (tola=11.6638g)"},
      {"1 pao garda", "1 pao = 233.276g (pao=233.276g)"},
      {"10 x 5g packs", "50 g = 50g"},
      {"5g x 10", "50 g = 50g"},
      {"1-5 g sample", "1 g = 1g..5"},
      {"Rivotril 2 MG (250 Pills)", "250 tablet"},
      {"TRAMADOL 50MG X 100 CAPSULES", "100 capsule"},
      {"5 x 100mcg ETH-LAD Blotters", "5 blotter"},
      {"180 pills x 100mg each", "180 tablet"},
      {"Modafinil 200mg x 50", "50 piece"},
      {"Clonidine x 100", "100 piece"},
      {"100x Pink Kirby", "100 piece"},
      {"10 geltabs 3-FPM 25mg", "10 tablet"},
      {"150mg W-18", "150 mg = 0.15g"},
      {"Ativan (Lorazepam) 2mg Pfizer", "none"},
      {"U-47700, 4-MMC, 3-FPM", "none"},
      {"GHB 500 ml", "500 ml"},
      {"Masha Allah, open from 10:30", "none"},
      {"5k in stock", "none"},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(QuantityOffered(c.title)), c.quantity) << c.title;
}

TEST(FindPrices, Lists) {
  const auto show = [](std::string_view text) {
    std::string out;
    for (const Price& p : FindPrices(text)) {
      if (!out.empty()) out += '|';
      out += Show(p.amount);
      if (p.quantity) out += " for " + p.quantity->value + p.quantity->unit;
    }
    return out;
  };
  EXPECT_EQ(show("1g $10\n3.5g $30\n7g $55"), "10 USD for 1g|30 USD for 3.5g|55 USD for 7g");
  EXPECT_EQ(show("1g - $10, 5g - $45"), "10 USD for 1g|45 USD for 5g");
  EXPECT_EQ(show("Rs 2500 per tola"), "2500 PKR for 1tola");
  EXPECT_EQ(show("$8 (1g)"), "8 USD for 1g");
  EXPECT_EQ(show("no price"), "");
}

// Nobody's input may hang or fall.
TEST(Price, HostileText) {
  for (const std::string& text :
       {std::string(100'000, '9'), std::string(100'000, '$'), std::string(100'000, '.'),
        std::string("\xF3\xB0\x80\x80 Rs \xFF"), std::string(50'000, ' ') + "5 Rs"}) {
    FindMoney(text);
    FindQuantities(text);
    ParsePrice(text);
    QuantityOffered(text);
  }
  SUCCEED();
}

}  // namespace
}  // namespace gasht
