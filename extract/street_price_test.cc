// Titles, adverts and price lists as markets, streets, pharmacies and coin shops write them. What each says was written
// down before the code was run on it.

#include <string>

#include <gtest/gtest.h>

#include "extract/price.h"

namespace gasht {
namespace {

std::string Show(const Quantity& quantity) {
  return quantity.value + " " + quantity.unit;
}

// "2500 PKR / 1 tola | 11000 PKR / 5 tola"
std::string Show(const std::vector<Price>& prices) {
  std::string out;
  for (const Price& price : prices) {
    if (!out.empty()) out += " | ";
    out += price.amount.amount();
    if (price.amount_max) out += ".." + price.amount_max->amount();
    if (!price.amount.currency.empty()) out += " " + price.amount.currency;
    if (price.quantity) out += " / " + Show(*price.quantity);
  }
  return out;
}

struct Case {
  const char* text;
  const char* prices;   // what FindPrices says
  const char* offered;  // what QuantityOffered says
};

void Check(const Case* cases, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const Case& c = cases[i];
    EXPECT_EQ(Show(FindPrices(c.text)), c.prices) << c.text;
    const auto offered = QuantityOffered(c.text);
    EXPECT_EQ(offered ? Show(*offered) : "", c.offered) << c.text;
  }
}

TEST(StreetPrices, Markets) {
  constexpr Case kCases[] = {
      {"Balloons 25 A$6.00", "6.00 AUD", ""},
      {"Northern Lights 7g - $65", "65 USD / 7 g", "7 g"},
      {"1/2 oz Gorilla Glue $110", "110 USD / 0.5 oz", "0.5 oz"},
      {"1/8 Sour Diesel 35 USD", "35 USD", ""},
      {"Half gram of afghan heroin #4 - 45 EUR", "45 EUR / 0.5 g", "0.5 g"},
      {"half-gram ketamine 25 GBP", "25 GBP / 0.5 g", "0.5 g"},
      {"Quarter pound outdoor 450 USD", "450 USD / 0.25 lb", "0.25 lb"},
      {"half ounce shatter CAD 250", "250 CAD / 0.5 oz", "0.5 oz"},
      {"quarter ounce mushrooms 60 CAD", "60 CAD / 0.25 oz", "0.25 oz"},
      {"10 x 10 tabs 2mg xanax $150", "150 USD / 100 tablet", "100 tablet"},
      {"100x XTC Tesla 220mg 180 EUR", "180 EUR / 100 piece", "100 piece"},
      {"XTC 50 pcs 90€", "90 EUR / 50 piece", "50 piece"},
      {"3.5g OG Kush €35 | 7g €65 | 14g €120", "35 EUR / 3.5 g | 65 EUR / 7 g | 120 EUR / 14 g", "3.5 g"},
      {"1g 60, 5g 280 EUR", "280 EUR / 5 g", "1 g"},
      {"5 grams MDMA shards for 75 AUD", "75 AUD / 5 g", "5 g"},
      {"28g (1oz) Amnesia Haze 170 EUR", "170 EUR / 28 g", "28 g"},
      {"2.5kg Moroccan hash 3800 EUR", "3800 EUR / 2.5 kg", "2.5 kg"},
      {"LSD blotters 120ug x 25 - 0.0021 BTC", "0.0021 BTC / 25 blotter", "25 blotter"},
      {"0.35 XMR per gram", "0.35 XMR / 1 g", ""},
      {"$12.50/g, minimum 10g", "12.50 USD / 1 g", "10 g"},
      {"Buy 2 get 1 free carts $40 each", "40 USD", ""},
      {"3 for 2 on all gummies - 20 USD a bag", "20 USD", ""},
      {"3 for $100", "100 USD / 3 piece", ""},
      {"10 for 220 USD", "220 USD / 10 piece", ""},
      {"Cocaine 92% 1 gram 75 USD, 2 grams 140 USD, 5 grams 320 USD",
       "75 USD / 1 g | 140 USD / 2 g | 320 USD / 5 g", "1 g"},
      {"Delta-8 gummies 20 pieces $29.99", "29.99 USD / 20 piece", "20 piece"},
      {"2C-B pills 20mg x 10 50 EUR", "50 EUR / 10 tablet", "10 tablet"},
      {"4-MMC 1kg 2,100 EUR", "2100 EUR / 1 kg", "1 kg"},
      {"U-47700 500mg 40 USD", "40 USD / 500 mg", "500 mg"},
      {"THC vape 1ml 45 USD", "45 USD / 1 ml", "1 ml"},
      {"Lean 16oz bottle 400 USD", "400 USD / 16 oz", "16 fl oz"},
      {"$1.2k for a QP", "1200 USD", "0.25 lb"},
      {"Ships free over $100", "100 USD", ""},
      {"CA$ 89.99 - 14 g", "89.99 CAD / 14 g", "14 g"},
      {"US$35 (3.5 grams)", "35 USD / 3.5 g", "3.5 g"},
      {"₿0.00215 / 2g", "0.00215 BTC / 2 g", "2 g"},
      {"0.05 ETH 10g", "0.05 ETH / 10 g", "10 g"},
      {"55 USDT for 1g", "55 USDT / 1 g", "1 g"},
      {"1oz = £180, 2oz = £340", "180 GBP / 1 oz | 340 GBP / 2 oz", "1 oz"},
      {"Gramm 10€, ab 50g 8€", "10 EUR | 8 EUR / 50 g", "50 g"},
      {"5g für 45 Euro", "45 EUR / 5 g", "5 g"},
      {"1 г 1500 руб", "1500 RUB / 1 g", "1 g"},
      {"$100-$150 per ounce", "100..150 USD / 1 oz", ""},
      {"Sample 0.2g 5 EUR", "5 EUR / 0.2 g", "0.2 g"},
  };
  Check(kCases, std::size(kCases));
}

TEST(StreetPrices, Pakistan) {
  constexpr Case kCases[] = {
      {"charas 1 tola 2500", "2500 / 1 tola", "1 tola"},
      {"1 tola 2500, 5 tola 11,000", "2500 / 1 tola | 11000 / 5 tola", "1 tola"},
      {"garda 1 tola Rs 3,500/-", "3500 PKR / 1 tola", "1 tola"},
      {"1 tola 5 masha garda 4000 rs", "4000 PKR / 1 tola", "1 tola"},
      {"aadha tola 1300 rupay", "1300 PKR / 0.5 tola", "0.5 tola"},
      {"adha kilo 34,000", "34000 / 0.5 kg", "0.5 kg"},
      {"Chars 1 pao 18,000 / adha kilo 34,000", "18000 / 1 pao | 34000 / 0.5 kg", "1 pao"},
      {"dhai hazar rupay tola", "2500 PKR", ""},
      {"derh hazar ka ek tola", "1500 / 1 tola", "1 tola"},
      {"sawa lakh ka kilo", "125000 / 1 kg", ""},
      {"sarhe teen hazar rupees per tola", "3500 PKR / 1 tola", ""},
      {"paune do hazar rupay", "1750 PKR", ""},
      {"ice 1 gram 4500 only Lahore", "4500 / 1 g", "1 g"},
      {"ice 5g 20000 Karachi", "20000 / 5 g", "5 g"},
      {"ice 1g 5k, 5g 22k", "5000 / 1 g | 22000 / 5 g", "1 g"},
      {"1g carts 6k", "6000 / 1 g", "1 g"},
      {"Delta carts 1g 6500 each, 2 for 12,000", "6500 / 1 g", "1 g"},
      {"weed pens 2g, 9k each", "9000 / 2 g", "2 g"},
      {"5 lakh ka kilo", "500000 / 1 kg", ""},
      {"1 kg 5 lakh", "500000 / 1 kg", "1 kg"},
      {"Rs. 1.5 lakh per kg", "150000 PKR / 1 kg", ""},
      {"50 tablets Xanax 2mg 4000 rs", "4000 PKR / 50 tablet", "50 tablet"},
      {"Xanax 1 patta 900", "900 / 1 strip", "1 strip"},
      {"Valium 10mg, strip of 10, Rs 900", "900 PKR / 10 tablet", "10 tablet"},
      {"10 goliyan 500 rupay", "500 PKR / 10 tablet", "10 tablet"},
      {"ek puriya 200 rs", "200 PKR / 1 wrap", "1 wrap"},
      {"2 pudi 500", "500 / 2 wrap", "2 wrap"},
      {"1 ser bhang 3000 rupay", "3000 PKR / 1 ser", "1 ser"},
      {"1 maund 40 lakh", "4000000 / 1 maund", "1 maund"},
      {"2 masha afeem 1,200 rs", "1200 PKR / 2 masha", "2 masha"},
      {"heroin 1 gram 1800/-", "1800 PKR / 1 g", "1 g"},
      {"PKR 14,000 for 3.5g", "14000 PKR / 3.5 g", "3.5 g"},
      {"3.5g Cali tin, PKR 14,000", "14000 PKR / 3.5 g", "3.5 g"},
      {"Rs 5k - 7k per gram", "5000..7000 PKR / 1 g", ""},
      {"چرس ایک تولہ ۲۵۰۰ روپے", "2500 PKR / 1 tola", "1 tola"},
      {"۵ تولہ گیارہ ہزار روپے", "11000 PKR / 5 tola", "5 tola"},
      {"ڈھائی ہزار روپے تولہ", "2500 PKR", ""},
      {"آدھا کلو ۳۵ ہزار روپے", "35000 PKR / 0.5 kg", "0.5 kg"},
      {"ایک پاؤ ۱۸ ہزار", "18000 / 1 pao", "1 pao"},
      {"آئس ۱ گرام 4500 روپے", "4500 PKR / 1 g", "1 g"},
      {"۱۰ گولیاں ۵۰۰ روپے", "500 PKR / 10 tablet", "10 tablet"},
      {"سوا لاکھ روپے کلو", "125000 PKR", ""},
      {"1 توله 3000 افغانۍ", "3000 AFN / 1 tola", "1 tola"},
      {"هڪ تولو 2500 رپيا", "2500 PKR / 1 tola", "1 tola"},
      {"delivery charges 250", "250", ""},
      {"COD 200 rs extra", "200 PKR", ""},
      {"bulk 100 tola 180000", "180000 / 100 tola", "100 tola"},
      {"1 tola = 2500, 2 tola = 4800", "2500 / 1 tola | 4800 / 2 tola", "1 tola"},
      {"1tola@2500", "2500 / 1 tola", "1 tola"},
      {"10 gram 12000 Rs, 20 gram 22000 Rs", "12000 PKR / 10 g | 22000 PKR / 20 g", "10 g"},
      {"mandrax 20 tab 3500", "3500 / 20 tablet", "20 tablet"},
  };
  Check(kCases, std::size(kCases));
}

TEST(StreetPrices, Pharmacies) {
  constexpr Case kCases[] = {
      {"Tramadol 100mg x 180 pills $313.20", "313.20 USD / 180 tablet", "180 tablet"},
      {"100mg × 30 pills $78.95", "78.95 USD / 30 tablet", "30 tablet"},
      {"Diazepam 10mg 90 tabs 99.00 USD", "99.00 USD / 90 tablet", "90 tablet"},
      {"$1.74 per pill", "1.74 USD / 1 tablet", ""},
      {"Modafinil 200mg, 10 strips x 10 tablets, 120 EUR", "120 EUR / 100 tablet", "100 tablet"},
      {"Codeine syrup 100ml Rs 450", "450 PKR / 100 ml", "100 ml"},
      {"Pregabalin 300mg 56 capsules £45", "45 GBP / 56 capsule", "56 capsule"},
      {"Fentanyl patches 50mcg/h x 5 - 90 USD", "90 USD / 5 patch", "5 patch"},
      {"Ketamine 10ml vials, 5 vials 180 GBP", "180 GBP / 5 vial", "5 vial"},
      {"Inj. Sosegon 30mg 1 ampoule 250 rs", "250 PKR / 1 ampoule", "1 ampoule"},
      {"Alp 2mg 1 box (30 tabs) 1200 rs", "1200 PKR / 30 tablet", "1 box"},
      {"Clonazepam 2mg 200 tablets for only $120", "120 USD / 200 tablet", "200 tablet"},
      {"Ambien 10 mg 30 count $65.00", "65.00 USD / 30 piece", "30 piece"},
      {"Adderall XR 30mg 60 caps $240", "240 USD / 60 capsule", "60 capsule"},
      {"Soma 350mg 100 PILLS $49", "49 USD / 100 tablet", "100 tablet"},
      {"Oxycodone 30mg x 20 (blue M30) 400 USD", "400 USD / 20 piece", "20 piece"},
  };
  Check(kCases, std::size(kCases));
}

// What looks like money or an amount and is none.
TEST(StreetPrices, LookAlikes) {
  constexpr Case kCases[] = {
      {"call 0301 2345678 after 6", "", ""},
      {"order 12345 shipped", "", ""},
      {"tracking id 1Z999AA10123456784", "", ""},
      {"IMEI 356938035643809", "", ""},
      {"born 1998 in Lahore", "", ""},
      {"5 g 2020 harvest", "", "5 g"},
      {"room 420, floor 5", "", ""},
      {"iPhone 13 128 gb", "", ""},
      {"5 star 4.5 rating 120 reviews", "", ""},
      {"open 10:30 to 22:00", "", ""},
      {"section 9C CNSA 1997", "", ""},
      {"10 tablets 500 mg", "", "10 tablet"},
      {"1 kg 500 g", "", "1 kg"},
      {"31/12/2023 23:58", "", ""},
      {"2 tola 2 din mein", "", "2 tola"},
      {"5 kg 100 logon ke liye", "", "5 kg"},
      {"version 2.5.1", "", ""},
      {"1 of 12 pages", "", ""},
      {"lat 31.5204, long 74.3587", "", ""},
      {"up to 70% off", "", ""},
      {"G-9/4 Islamabad", "", ""},
      {"NA-125 polling 4500 votes", "", ""},
      {"1 gram 0301 2345678", "", "1 g"},
      {"CNIC 35202-1234567-1", "", ""},
      {"THC 22% CBD 1%", "", ""},
      {"mp3 320 kbps", "", ""},
      {"3 days 2 nights Hunza", "", ""},
      {"50 mg daily for 14 days", "", "50 mg"},
      {"flight PK 301", "", ""},
  };
  Check(kCases, std::size(kCases));
}

TEST(StreetPrices, Others) {
  constexpr Case kCases[] = {
      {"50g 500 AED Dubai", "500 AED / 50 g", "50 g"},
      {"حشيش ١٠ جرام ٥٠٠ درهم", "500 AED / 10 g", "10 g"},
      {"كبتاجون ١٠ حبة ٢٠٠ ريال", "200 SAR / 10 tablet", "10 tablet"},
      {"10 ग्राम 2000 रुपये", "2000 INR / 10 g", "10 g"},
      {"₹1500/g", "1500 INR / 1 g", ""},
      {"10g Haze 80€", "80 EUR / 10 g", "10 g"},
      {"تریاک ۱ گرم ۵۰ هزار تومان", "50000 IRT / 1 g", "1 g"},
      {"30 BDT per piece", "30 BDT / 1 piece", ""},
      {"1 sheet (100 tabs) 350 USD", "350 USD / 100 tablet", "1 sheet"},
      {"2 joints 15 USD", "15 USD / 2 joint", "2 joint"},
  };
  Check(kCases, std::size(kCases));
}

}  // namespace
}  // namespace gasht
