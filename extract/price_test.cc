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
      {"ruud (+35/-2) 65.00 EUR", "65.00 EUR"},
      {"Karma: +12/-0", ""},
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

TEST(FindMoney, HowPakistanWritesIt) {
  struct Case {
    const char* text;
    const char* found;
  };
  const Case cases[] = {
      {"Rs.5,000/=", "5000 PKR"},
      {"5000rs only", "5000 PKR"},
      {"5k Rs", "5000 PKR"},
      {"PKR5000", "5000 PKR"},
      {"Rs 2.5k", "2500 PKR"},
      {"rs 1.5 lac", "150000 PKR"},
      {"1500 rupy", "1500 PKR"},
      {"Rs:-2500", "2500 PKR"},
      {"2500/- per tola", "2500 PKR"},
      {"sarhe teen hazar rupay", "3500 PKR"},
      {"derh lakh rupay", "150000 PKR"},
      {"dhai sau rupay", "250 PKR"},
      {"sawa lakh rupees", "125000 PKR"},
      {"paune do lakh rupees", "175000 PKR"},
      {"pachees sau rupay", "2500 PKR"},
      {"twenty five hundred rupees", "2500 PKR"},
      {"do hazar paanch sau rupay", "2500 PKR"},
      {"ڈھائی ہزار روپے", "2500 PKR"},
      {"ساڑھے تین ہزار روپے", "3500 PKR"},
      {"پونے دو لاکھ روپے", "175000 PKR"},
      {"سوا لاکھ روپے", "125000 PKR"},
      {"بائیس سو روپے", "2200 PKR"},
      {"۱۲٬۵۰۰ روپے", "12500 PKR"},
      // Pashto, Sindhi, Punjabi.
      {"پنځه زره روپۍ", "5000 PKR"},
      {"لس زره کلدارې", "10000 PKR"},
      {"دوه لکه روپۍ", ""},
      {"دوه لک روپۍ", "200000 PKR"},
      {"۵۰۰ افغانۍ", "500 AFN"},
      {"ٻه هزار رپيا", "2000 PKR"},
      {"ڏيڍ هزار رپيا", "1500 PKR"},
      {"اڍائي هزار روپيه", "2500 PKR"},
      {"ساڍا ٽي هزار رپيا", "3500 PKR"},
      {"پنج سؤ رپيا", "500 PKR"},
      {"ساڈھے تن ہزار روپئیے", "3500 PKR"},
      {"Rs 500 se 700 tak", "500 PKR"},
      // Not money.
      {"do baar call karein", ""},
      {"pehle 2 din", ""},
      {"100 log mile", ""},
      {"ek lakh followers", ""},
  };
  for (const Case& c : cases) {
    std::string found;
    for (const FoundMoney& m : FindMoney(c.text)) {
      if (!found.empty()) found += '|';
      found += Show(m.amount);
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
      // Local words and languages.
      {"ڈھائی تولہ", "2.5 tola = 29.1595g (tola=11.6638g)"},
      {"ڏيڍ تولو", "1.5 tola = 17.4957g (tola=11.6638g)"},
      {"نیم کیلو", "0.5 kg = 500g"},
      {"دوه توله", "2 tola = 23.3276g (tola=11.6638g)"},
      {"اڌ ڪلو", "0.5 kg = 500g"},
      {"sawa pao", "1.25 pao = 291.595g (pao=233.276g)"},
      {"پاؤ کلو", "none"},
      {"10 ratti", "10 ratti = 1.215g (ratti=0.1215g)"},
      {"۵ گرام", "5 g = 5g"},
      {"10 strips x 10", "10 strip"},
      {"2 patte", "2 strip"},
      {"5 x 10 tablets", "50 tablet"},
      {"Ounce of mushrooms", "1 oz = 28.349523125g"},
      {"QP top shelf", "0.25 lb = 113.3980925g"},
      {"Quarter pound indoor", "0.25 lb = 113.3980925g"},
      {"half ball of shards", "0.5 ball = 1.75g (ball=3.5g)"},
      {"2 points of ice", "2 point = 0.2g (point=0.1g)"},
      {"[25]Gram rock", "25 g = 25g"},
      {"1.Gram shard", "1 g = 1g"},
      // How strong, or how much?
      {"500 2mg Hulks", "500 piece"},
      {"(5) 2mg bars", "5 piece"},
      {"2mg Xanax bars 100 count", "100 piece"},
      {"powder 99% pure 500mg", "500 mg = 0.5g"},
      {"4-HO-XYZ fumarate 250mg", "250 mg = 0.25g"},
      {"chocolate 180mg THC", "none"},
      {"200 mg Tramadol", "none"},
      {"30 Tramadol 100 mg - 50% off", "none"},
      {"cough syrup 4oz", "4 fl oz"},
      {"16 fl. oz. liquid", "16 fl oz"},
      {"powder 400mg - 100gms", "100 g = 100g"},
      {"Testosterone 250 mg/ml 10ml", "10 ml"},
      {"Masha Allah, open from 10:30", "none"},
      {"point of view", "none"},
      {"first aid kit for the family", "none"},
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
  EXPECT_EQ(show("1 tola 2500 rs, 5 tola 11000 rs, aadha pao 45000 rs"),
            "2500 PKR for 1tola|11000 PKR for 5tola|45000 PKR for 0.5pao");
  EXPECT_EQ(show("2500 rs fi tola"), "2500 PKR for 1tola");
  EXPECT_EQ(show("۲۵۰۰ روپے فی تولہ"), "2500 PKR for 1tola");
  EXPECT_EQ(show("Rs 2500 ka 1 tola"), "2500 PKR for 1tola");
  EXPECT_EQ(show("1g = $10 | 5g = $45 | 10g = $80"), "10 USD for 1g|45 USD for 5g|80 USD for 10g");
  EXPECT_EQ(show("10 x 5g: $400"), "400 USD for 50g");
  EXPECT_EQ(show("no price"), "");
}

TEST(PricePerGram, Rounds) {
  const auto show = [](std::string_view text) {
    const std::vector<Price> prices = FindPrices(text);
    const auto each = prices.empty() ? std::nullopt : PricePerGram(prices[0]);
    return each ? Show(*each) : "none";
  };
  EXPECT_EQ(show("10 x 5g: $400"), "8.00 USD");
  EXPECT_EQ(show("1 tola 2500 rs"), "214.34 PKR");
  EXPECT_EQ(show("28g 0.05 BTC"), "0.001786 BTC");
  EXPECT_EQ(show("100 pills $200"), "none");
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
