#include "extract/identifiers.h"

#include <string>

#include <gtest/gtest.h>

#include "extract/coin_address.h"
#include "extract/pgp.h"
#include "extract/phone.h"

namespace gasht {
namespace {

std::string Show(std::string_view text, SourceKind kind = SourceKind::kMarket) {
  IdentifierOptions options;
  options.source_kind = kind;
  std::string out;
  for (const Identifier& id : FindIdentifiers(text, options)) {
    if (!out.empty()) out += '|';
    out += std::string(IdentifierKindName(id.kind)) + " " + id.value;
    if (id.check == IdentifierCheck::kFailed) out += " FAILED";
    EXPECT_LE(id.span.end, text.size()) << text;
    EXPECT_LT(id.span.begin, id.span.end) << text;
  }
  return out;
}

TEST(FindIdentifiers, InText) {
  struct Case {
    const char* text;
    const char* found;
  };
  const Case cases[] = {
      // Phones, Pakistan by default.
      {"call 03012345678 now", "phone +923012345678"},
      {"0301-2345678", "phone +923012345678"},
      {"0301 2345 678", "phone +923012345678"},
      {"+92 301 2345678", "phone +923012345678"},
      {"+92 (0)301 2345678", "phone +923012345678"},
      {"00923012345678", "phone +923012345678"},
      {"923012345678", "phone +923012345678"},
      {"۰۳۰۱۲۳۴۵۶۷۸", "phone +923012345678"},
      {"0️⃣3️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
       "phone +923012345678"},
      {"0301🔥2345🔥678", "phone +923012345678"},
      {"zero three zero one two three four five six seven eight", "phone +923012345678"},
      {"sifar teen sifar ek do teen char panch chay saat aath", "phone +923012345678"},
      {"03012345678 03112345678", "phone +923012345678|phone +923112345678"},
      {"contact 3012345678", "phone +923012345678"},
      {"+44 7911 123456", "phone +447911123456"},
      {"order 3012345678", ""},
      {"12-11-2023 and 15.08.2017", ""},
      {"Rs 120,000,000 only", ""},
      {"serial 8123456789012", ""},
      {"WhatsApp 0301-2345678", "phone +923012345678|whatsapp +923012345678"},
      {"Easypaisa: 03012345678", "phone +923012345678|easypaisa +923012345678"},
      {"03012345678 (JazzCash)", "phone +923012345678|jazzcash +923012345678"},
      // Mail, also in disguise.
      {"Write to Foo.Bar@Example.com.", "email foo.bar@example.com"},
      {"foo [at] example [dot] com", "email foo@example.com"},
      {"foo(at)example.com", "email foo@example.com"},
      {"foo at example dot com", "email foo@example.com"},
      {"meet me at home", ""},
      {"image@2x.png", ""},
      // Handles and links.
      {"t.me/Some_Shop", "telegram some_shop"},
      {"https://t.me/s/some_shop/12", "telegram some_shop"},
      {"t.me/joinchat/AbCdEf", "telegram +AbCdEf"},
      {"t.me/share/url?x", ""},
      {"Telegram: @Foo_Shop", "telegram foo_shop"},
      {"tg - @fooshop", "telegram fooshop"},
      {"Wickr: foovendor", "wickr foovendor"},
      {"wickr me: foo.vendor", "wickr foo.vendor"},
      {"insta @foo.bar", "instagram foo.bar"},
      {"snap: foobar", "snapchat foobar"},
      {"wa.me/923012345678", "whatsapp +923012345678|phone +923012345678"},
      {"https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv",
       "whatsapp chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv"},
      {"https://www.instagram.com/foo/", "instagram foo"},
      {"fb.com/foo.bar", "facebook foo.bar"},
      {"tiktok.com/@foo", "tiktok foo"},
      {"Threema: ABCD1234", "threema ABCD1234"},
      {"Session 05aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899",
       "session 05aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899"},
      // Money.
      {"IBAN PK36SCBL0000001123456702", "iban PK36SCBL0000001123456702"},
      {"PK36 SCBL 0000 0011 2345 6702", "iban PK36SCBL0000001123456702"},
      {"IBAN PK37SCBL0000001123456702", "iban PK37SCBL0000001123456702 FAILED"},
      {"btc 1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "btc 1BoatSLRHtKNngkdXEeobR76b53LETtpyT"},
      {"btc 1BoatSLRHtKNngkdXEeobR76b53LETtpyX", "btc 1BoatSLRHtKNngkdXEeobR76b53LETtpyX FAILED"},
      {"pay bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 ok", "btc bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"},
      {"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "eth 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"},
      {"testnet mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn", ""},
      // People.
      {"CNIC 35202-1234567-1", "cnic 35202-*******-1"},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.text), c.found) << c.text;
}

TEST(FindIdentifiers, PhonesHowPeopleHideThem) {
  struct Case {
    const char* text;
    const char* found;
  };
  const Case cases[] = {
      {"O3OO-1234567", "phone +923001234567"},
      {"o3o1 2345678", "phone +923012345678"},
      {"03OO 1234567", "phone +923001234567"},
      {"+92 3O1 2345678", "phone +923012345678"},
      {"0.3.0.1.2.3.4.5.6.7.8", "phone +923012345678"},
      {"0 3 0 1 2 3 4 5 6 7 8", "phone +923012345678"},
      {"0,3,0,1,2,3,4,5,6,7,8", "phone +923012345678"},
      {"0301_2345678", "phone +923012345678"},
      {"0301 - 234 - 5678", "phone +923012345678"},
      {"0301📞234📞5678", "phone +923012345678"},
      {"0301 👉 234 👉 5678", "phone +923012345678"},
      {"⓪③⓪①②③④⑤⑥⑦⑧", "phone +923012345678"},
      {"٠٣٠١٢٣٤٥٦٧٨", "phone +923012345678"},
      {"𝟎𝟑𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖", "phone +923012345678"},
      {"+92-0301-2345678", "phone +923012345678"},
      {"92 301 2345678", "phone +923012345678"},
      {"0092-301-2345678", "phone +923012345678"},
      {"(0301) 234-5678", "phone +923012345678"},
      {"WA03012345678", "phone +923012345678"},
      {"03012345678whatsapp", "phone +923012345678|whatsapp +923012345678"},
      {"zero three double zero one two three four five six seven", "phone +923001234567"},
      {"Zero 3 zero 1, two three four 5678", "phone +923012345678"},
      {"zero three hundred twelve thirty four five six seven", "phone +923001234567"},
      {"زیرو تین صفر ایک دو تین چار پانچ چھ سات آٹھ", "phone +923012345678"},
      {"صفر تین ڈبل صفر ایک دو تین چار پانچ چھ سات", "phone +923001234567"},
      {"sifar teen dabal sifar aik do teen char paanch chay saat", "phone +923001234567"},
      {"plus nine two three zero one two three four five six seven eight", "phone +923012345678"},
      {"051-1234567 call", ""},
      {"call 051-2345678", "phone +92512345678"},
      {"042-35761234", "phone +924235761234"},
      {"ph: 021 34567890", "phone +922134567890"},
      {"contact number 3012345678", "phone +923012345678"},
      {"Contact: 0301-2345678 / 0311-2345678", "phone +923012345678|phone +923112345678"},
      {"+971 50 123 4567", "phone +971501234567"},
      {"+93 70 123 4567", "phone +93701234567"},
      // Nobody's telephone.
      {"order number 3012345678", ""},
      {"Tracking no: 03012345678", ""},
      {"tracking id 030123456789", ""},
      {"03-12-2023 150 Rs", ""},
      {"03/12/2023 10:45", ""},
      {"0.3001234567 BTC", ""},
      {"12,345,678,901", ""},
      {"2023-03-01 12:30:45", ""},
      {"192.168.100.200:8080", ""},
      {"commit 03012345678a9f3c21", ""},
      {"https://shop.example/p/03012345678", "url https://shop.example/p/03012345678"},
      {"https://shop.example/item?id=03012345678", "url https://shop.example/item?id=03012345678"},
      {"IMEI 351234567890123", ""},
      {"ISBN 9780306406157", ""},
      {"Rs. 300 - 1234567 sold", ""},
      {"version 0.3.0.1.2", ""},
      {"one two three four", ""},
      {"do char baatein karo", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.text), c.found) << c.text;
}

TEST(FindIdentifiers, MailHowPeopleHideIt) {
  struct Case {
    const char* text;
    const char* found;
  };
  const Case cases[] = {
      {"ali.khan (at) gmail (dot) com", "email ali.khan@gmail.com"},
      {"ali_khan AT gmail DOT com", "email ali_khan@gmail.com"},
      {"ali dot khan at gmail dot com", "email ali.khan@gmail.com"},
      {"ali underscore khan at yahoo dot co dot uk", "email ali_khan@yahoo.co.uk"},
      {"alikhan77 at the rate gmail dot com", "email alikhan77@gmail.com"},
      {"alikhan77 at gmail.com", "email alikhan77@gmail.com"},
      {"foo[@]example.com", "email foo@example.com"},
      {"foo @ gmail . com", "email foo@gmail.com"},
      {"foo{at}proton{dot}me", "email foo@proton.me"},
      {"foo (a) mail.example", "email foo@mail.example"},
      {"foo77 ایٹ جی میل ڈاٹ کام", "email foo77@gmail.com"},
      {"foo77 ایٹ gmail ڈاٹ com", "email foo77@gmail.com"},
      {"foo @ yahoo", "email foo@yahoo.com"},
      {"foo_at_example_dot_com", "email foo@example.com"},
      // Prose.
      {"look at it. Comments are open", ""},
      {"we are at home dot dot dot", ""},
      {"log in at gmail.com", ""},
      {"contact us at gmail dot com", ""},
      {"3 @ 500 each", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.text), c.found) << c.text;
}

TEST(FindIdentifiers, HandlesInProse) {
  struct Case {
    const char* text;
    const char* found;
  };
  const Case cases[] = {
      {"telegram pe add karein @foo_shop", "telegram foo_shop"},
      {"insta id foo.bar9", "instagram foo.bar9"},
      {"insta id hai foo_bar", "instagram foo_bar"},
      {"snap par add karo foo_bar7", "snapchat foo_bar7"},
      {"ٹیلیگرام پر foo_shop", "telegram foo_shop"},
      {"انسٹا آئی ڈی foo_shop", "instagram foo_shop"},
      {"@foobar on telegram, @barfoo on insta", "telegram foobar|instagram barfoo"},
      {"@foo_bar (snap)", "snapchat foo_bar"},
      {"FB page: foo.bar.shop", "facebook foo.bar.shop"},
      {"Wire: @foobar", "wire foobar"},
      {"signal foo.42", "signal foo.42"},
      {"Signal: @foo.42", "signal foo.42"},
      {"telegram 👉 foo_shop", "telegram foo_shop"},
      {"Wickr 👉 foovendor1", "wickr foovendor1"},
      {"foobar.t.me", "telegram foobar"},
      {"t.me/+AbCdEfGhIjKl", "telegram +AbCdEfGhIjKl"},
      {"https://whatsapp.com/channel/0029VaAbCdEfGh", "whatsapp whatsapp.com/channel/0029VaAbCdEfGh"},
      {"wa.link/ab12cd", "whatsapp wa.link/ab12cd"},
      {"m.me/foo.bar", "facebook foo.bar"},
      {"facebook.com/people/Foo-Bar/100012345678901", "facebook 100012345678901"},
      {"instagram.com/stories/foo_bar/123", "instagram foo_bar"},
      {"order here: https://shop.example/x?y=1", "url https://shop.example/x?y=1"},
      {"linktr.ee/foobar", "url linktr.ee/foobar"},
      // Prose.
      {"signal: strong and stable", ""},
      {"wire transfer: 3 days", ""},
      {"Follow us on Instagram and Facebook", ""},
      {"telegram channel 2023", ""},
      {"oh snap that is cool", ""},
      {"facebook marketing: likes, followers", ""},
      {"insta 10k followers", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.text), c.found) << c.text;
}

TEST(FindIdentifiers, WhereMoneyGoes) {
  struct Case {
    const char* text;
    const char* found;
  };
  const Case cases[] = {
      {"easy paisa account number 0301-2345678",
       "phone +923012345678|easypaisa +923012345678|"
       "payment_account +923012345678"},
      {"ایزی پیسہ ۰۳۰۱۲۳۴۵۶۷۸", "phone +923012345678|easypaisa +923012345678"},
      {"Raast ID: 03012345678", "phone +923012345678|raast +923012345678"},
      {"Raast PK36 SCBL 0000 0011 2345 6702", "iban PK36SCBL0000001123456702|raast PK36SCBL0000001123456702"},
      {"SadaPay 03012345678", "phone +923012345678|payment_account +923012345678"},
      {"Account title: Foo Bar Khan\nMeezan A/C no 0123-4567-890123",
       "payment_account Foo Bar Khan|payment_account 01234567890123"},
      {"Till ID: 981234567", "payment_account 981234567"},
      {"JazzCash 03012345678 Easypaisa 03112345678",
       "phone +923012345678|jazzcash +923012345678|phone +923112345678|easypaisa +923112345678"},
      {"WhatsApp: 03012345678, JazzCash: 03112345678",
       "phone +923012345678|whatsapp +923012345678|phone +923112345678|jazzcash +923112345678"},
      {"IBAN GB82 WEST 1234 5698 7654 32", "iban GB82WEST12345698765432"},
      {"AE07 0331 2345 6789 0123 456", "iban AE070331234567890123456"},
      {"PK36SCBL0000001123456703", "iban PK36SCBL0000001123456703 FAILED"},
      {"CNIC: 3520212345671", "cnic 35202-*******-1"},
      {"شناختی کارڈ ۳۵۲۰۲-۱۲۳۴۵۶۷-۱", "cnic 35202-*******-1"},
      {"serial 3520212345671", ""},
      {"code 12345-1234567-12", ""},
      {"USDT TRC20: TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "usdt TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"},
      {"BITCOINCASH:QPM2QSZNHKS23Z7629MMS6S4CWEF74VCWVY22GDX6A",
       "bch bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.text), c.found) << c.text;
}

// Written down before the code was run on them.
TEST(FindIdentifiers, FreshDisguises) {
  struct Case {
    const char* text;
    const char* found;
  };
  const Case cases[] = {
      {"0 3 3 3 - 1 2 3 4 5 6 7 call karo", "phone +923331234567"},
      {"nmbr: O333-l234567", "phone +923331234567"},
      {"zero three triple three one two three four five six", "phone +923333123456"},
      {"zero triple three one two three four five six seven", "phone +923331234567"},
      {"۰۳۳۳ ۱۲۳ ۴۵۶۷", "phone +923331234567"},
      {"٠٣٣٣-١٢٣٤٥٦٧", "phone +923331234567"},
      {"رابطہ نمبر: ۰۳۳۳۔۱۲۳۴۵۶۷", "phone +923331234567"},
      {"صفر تین تین تین ایک دو تین چار پانچ چھ سات", "phone +923331234567"},
      {"0️⃣3️⃣3️⃣3️⃣ 1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣",
       "phone +923331234567"},
      {"0333🍁🍁123🍁4567", "phone +923331234567"},
      {"0333**1234567", "phone +923331234567"},
      {"0333~123~4567", "phone +923331234567"},
      {"(+92) 333 123 4567", "phone +923331234567"},
      {"+92.333.1234567", "phone +923331234567"},
      {"+923331234567/+923211234567", "phone +923331234567|phone +923211234567"},
      {"0333-1234567,0321-1234567", "phone +923331234567|phone +923211234567"},
      {"whats app 0333 1234567", "phone +923331234567|whatsapp +923331234567"},
      {"wtsapp pe aao 03331234567", "phone +923331234567|whatsapp +923331234567"},
      {"واٹس ایپ ۰۳۳۳۱۲۳۴۵۶۷", "phone +923331234567|whatsapp +923331234567"},
      {"Signal +92 333 1234567", "phone +923331234567|signal +923331234567"},
      {"foo.bar @ gmail dot com", "email foo.bar@gmail.com"},
      {"foo_bar[at]proton[.]me", "email foo_bar@proton.me"},
      {"foobar77<at>tutanota<dot>com", "email foobar77@tutanota.com"},
      {"f o o b a r @ g m a i l . c o m", ""},
      {"foo(@)bar(.)com", "email foo@bar.com"},
      {"FOO77@GMAIL.COM", "email foo77@gmail.com"},
      {"threema id: 9XKV2BTP", "threema 9XKV2BTP"},
      {"Threema - KL7P2M4Z", "threema KL7P2M4Z"},
      {"threema.id/9XKV2BTP", "threema 9XKV2BTP"},
      {"session id 0512ab34cd56ef7890aa12bb34cc56dd7890ee12ff34aa56bb7890cc12dd34ee56",
       "session 0512ab34cd56ef7890aa12bb34cc56dd7890ee12ff34aa56bb7890cc12dd34ee56"},
      {"my Wickr is crystalman77", "wickr crystalman77"},
      {"wickrme: Crystal_Man", "wickr crystal_man"},
      {"on wire @crystalman", "wire crystalman"},
      {"Wire handle: @crystal_man9", "wire crystal_man9"},
      {"signal username kaka.88", "signal kaka.88"},
      {"snapchat👻 drank.nyc", "snapchat drank.nyc"},
      {"ig: @menu.man", "instagram menu.man"},
      {"tiktok @menu.man", "tiktok menu.man"},
      {"T€legram @menu_man99", ""},
      {"telegram.me/menu_man99", "telegram menu_man99"},
      {"Jazz Cash account: 0333-1234567", "phone +923331234567|jazzcash +923331234567"},
      {"iban pk36scbl0000001123456702", "iban PK36SCBL0000001123456702"},
      {"id card 35202 1234567 1", "cnic 35202-*******-1"},
      {"NIC no 35202-1234567-1", "cnic 35202-*******-1"},
      // Look-alikes.
      {"order #03331234567", ""},
      {"Invoice 0333123456", ""},
      {"TCS tracking 60012345678901", ""},
      {"Leopards CN: KI7912345678", ""},
      {"IMEI: 356938035643809", ""},
      {"serial no 0333-1234567-88", ""},
      {"Rs 03,331,234,567", ""},
      {"2023-11-14 22:13:20", ""},
      {"14.11.2023-15.11.2023", ""},
      {"GPS 31.520370, 74.358747", ""},
      {"model SM-A525F/DS", ""},
      {"SKU 0333 1234567 A", ""},
      {"wire me the money: 3 days", ""},
      {"the session begins at 5", ""},
      {"traffic signal: broken again", ""},
      {"see you @7pm", ""},
      {"50@100 rupees", ""},
      {"PK-301 departs 10:30", ""},
      {"5th session of the assembly", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.text), c.found) << c.text;
}

TEST(FindIdentifiers, MixedDisguises) {
  struct Case {
    const char* text;
    const char* found;
  };
  const Case cases[] = {
      // Figures and words mixed within one number.
      {"0300 one two 3 four five 67", "phone +923001234567"},
      {"call zero 3 zero zero 1 two 34567", "phone +923001234567"},
      {"03zero0 1234567", "phone +923001234567"},
      {"0300-one-23-45-six-7", "phone +923001234567"},
      {"whatsapp 0321 double five 4 triple 3 2", "phone +923215543332|whatsapp +923215543332"},
      {"0300 ek do teen 4567", "phone +923001234567"},
      {"sifar 3 sifar sifar 12 34 5 chay saat", "phone +923001234567"},
      {"\u06F0\u06F3\u06F0\u06F0 \u0627\u06CC\u06A9 \u062F\u0648 \u062A\u06CC\u0646 4567",
       "phone +923001234567"},
      {"\u0660\u0663\u0660\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667", "phone +923001234567"},
      {"+92 three 00 1234567", "phone +923001234567"},
      {"plus nine two 300 one two three 4567", "phone +923001234567"},
      {"O3OO-l23-4567", "phone +923001234567"},
      {"zero three hundred 1234567", "phone +923001234567"},
      // Mail.
      {"ali.khan at hotmail", "email ali.khan@hotmail.com"},
      {"ali77 at hotmail dot com", "email ali77@hotmail.com"},
      {"mail: ali at gmail", "email ali@gmail.com"},
      {"ali77@gmail,com", "email ali77@gmail.com"},
      {"ali77 @ yahoo , com", "email ali77@yahoo.com"},
      {"ali77(at)proton(dot)me", "email ali77@proton.me"},
      {"ali77 [@] gmail [.] com", "email ali77@gmail.com"},
      // Telegram links taken apart.
      {"t (dot) me / lahore_plug", "telegram lahore_plug"},
      {"t . me / lahore_plug", "telegram lahore_plug"},
      {"t[.]me/lahore_plug", "telegram lahore_plug"},
      {"t dot me slash lahore_plug", "telegram lahore_plug"},
      {"telegram dot me / lahore_plug", "telegram lahore_plug"},
      {"t,me/lahore_plug", "telegram lahore_plug"},
      {"wa (dot) me / 923001234567", "whatsapp +923001234567|phone +923001234567"},
      // Labels of two letters and new services.
      {"sc: lahore_plug", "snapchat lahore_plug"},
      {"SC - lahore.plug", "snapchat lahore.plug"},
      {"snap: lahore_plug", "snapchat lahore_plug"},
      {"ig: lahore.plug", "instagram lahore.plug"},
      {"ig @lahore.plug", "instagram lahore.plug"},
      {"wickr: lahoreplug9", "wickr lahoreplug9"},
      {"wickr me lahoreplug9", "wickr lahoreplug9"},
      {"session: 05aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234",
       "session 05aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234"},
      // A wallet with its owner's name behind it.
      {"Easypaisa 0300-1234567 (Muhammad Aslam)",
       "phone +923001234567|easypaisa +923001234567|payment_account Muhammad Aslam"},
      {"Jazzcash: 03001234567 Name: Shazia Bibi",
       "phone +923001234567|jazzcash +923001234567|payment_account Shazia Bibi"},
      {"Easypaisa 03001234567 title Rana Tariq",
       "phone +923001234567|easypaisa +923001234567|payment_account Rana Tariq"},
      {"easypaisa 03001234567 naam Rana Tariq",
       "phone +923001234567|easypaisa +923001234567|payment_account Rana Tariq"},
      // What only looks like one.
      {"order no 3001 two 34 five 67", ""},
      {"on 03 May two thousand twenty six", ""},
      {"10 tablets, two boxes, 3 strips, four for 500", ""},
      {"CNIC 35202-1234567-1 and one 23", "cnic 35202-*******-1"},
      {"Rs 3,000 one time, 12345 after", ""},
      {"0 to 3 one by one 1234567", ""},
      {"meet me at gmail office", ""},
      {"I work at hotmail", ""},
      {"look at yahoo", ""},
      {"step 1, me / you", ""},
      {"at me / them", ""},
      {"SC: 404", ""},
      {"the SC ruled on it", ""},
      {"snap: two for one", ""},
      {"session: strong finish", ""},
      {"Easypaisa 03001234567 (advance only)", "phone +923001234567|easypaisa +923001234567"},
      {"Easypaisa 03001234567 only", "phone +923001234567|easypaisa +923001234567"},
      {"invoice 0300 one two 3 four five 67", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.text), c.found) << c.text;
}

TEST(FindIdentifiers, BareHandlesAreTelegramsOnlyThere) {
  EXPECT_EQ(Show("join @fooshop", SourceKind::kTelegramChannel), "telegram fooshop");
  EXPECT_EQ(Show("join @fooshop"), "");
}

TEST(FindIdentifiers, OnionChecksum) {
  // The v3 example whose checksum holds, and the same with one letter changed.
  const std::string good = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid";
  EXPECT_EQ(Show("see " + good + ".onion/x"), "onion " + good + ".onion");
  std::string bad = good;
  bad[5] = bad[5] == 'a' ? 'b' : 'a';
  EXPECT_EQ(Show(bad + ".onion"), "onion " + bad + ".onion FAILED");
}

TEST(FindIdentifiers, SpansPointAtWhatIsWritten) {
  const std::string text = "رابطہ ۰۳۰۱۲۳۴۵۶۷۸ پر";
  const auto found = FindIdentifiers(text, {});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(text.substr(found[0].span.begin, found[0].span.size()), "۰۳۰۱۲۳۴۵۶۷۸");
}

TEST(IdentifiersOfUrl, Schemes) {
  const auto show = [](std::string_view url) {
    std::string out;
    for (const Identifier& id : IdentifiersOfUrl(url, {})) {
      out += std::string(IdentifierKindName(id.kind)) + " " + id.value;
    }
    return out;
  };
  EXPECT_EQ(show("tel:+92-301-2345678"), "phone +923012345678");
  EXPECT_EQ(show("mailto:Foo@Example.com?subject=x"), "email foo@example.com");
  EXPECT_EQ(show("https://api.whatsapp.com/send?phone=923012345678&text=hi"), "whatsapp +923012345678");
  EXPECT_EQ(show("tg://resolve?domain=Foo_Shop"), "telegram foo_shop");
  EXPECT_EQ(show("https://wire.com/@crystalman"), "wire crystalman");
  EXPECT_EQ(show("bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT?amount=1"),
            "btc 1BoatSLRHtKNngkdXEeobR76b53LETtpyT");
  EXPECT_EQ(show("https://www.facebook.com/sharer/sharer.php?u=x"), "");
  EXPECT_EQ(show("https://example.com/t.me/x"), "");
}

TEST(ReadCoinAddress, Kinds) {
  struct Case {
    const char* text;
    IdentifierKind kind;
    IdentifierCheck check;
    bool mainnet;
  };
  const Case cases[] = {
      {"1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH", IdentifierKind::kBtc, IdentifierCheck::kPassed, true},
      {"3LRW7jeCvQCRdPF8S3yUCfRAx4eqXFmdcr", IdentifierKind::kBtc, IdentifierCheck::kPassed, true},
      {"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", IdentifierKind::kBtc, IdentifierCheck::kPassed, true},
      {"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", IdentifierKind::kBtc,
       IdentifierCheck::kPassed, true},
      {"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", IdentifierKind::kBtc, IdentifierCheck::kFailed, true},
      {"tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", IdentifierKind::kBtc, IdentifierCheck::kPassed, false},
      {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", IdentifierKind::kEth, IdentifierCheck::kPassed, true},
      {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", IdentifierKind::kEth, IdentifierCheck::kFailed, true},
      {"bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", IdentifierKind::kBch,
       IdentifierCheck::kPassed, true},
      {"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", IdentifierKind::kTrx, IdentifierCheck::kPassed, true},
      {"44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A",
       IdentifierKind::kXmr, IdentifierCheck::kPassed, true},
  };
  for (const Case& c : cases) {
    const auto got = ReadCoinAddress(c.text);
    ASSERT_TRUE(got) << c.text;
    EXPECT_EQ(got->kind, c.kind) << c.text;
    EXPECT_EQ(got->check, c.check) << c.text;
    EXPECT_EQ(got->mainnet, c.mainnet) << c.text;
  }
  EXPECT_FALSE(ReadCoinAddress("hello"));
  EXPECT_FALSE(ReadCoinAddress(""));
  EXPECT_FALSE(ReadCoinAddress("0x1234"));
}

TEST(PgpFingerprint, PublishedKeys) {
  // RFC 9580, appendix A: a version 4 Ed25519 key (A.1) and a version 6 certificate (A.3).
  EXPECT_EQ(PgpFingerprint("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"
                           "xjMEU/NfCxYJKwYBBAHaRw8BAQdAPwmJlL3ZFu1AUxl5NOSofIBzOhKA1i+AEJku\nQ+47JAY=\n"
                           "-----END PGP PUBLIC KEY BLOCK-----"),
            "C959BDBAFA32A2F89A153B678CFDE12197965A9A");
  EXPECT_EQ(PgpFingerprint("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"
                           "xioGY4d/4xsAAAAg+U2nu0jWCmHlZ3BqZYfQMxmZu52JGggkLq2EVD34laPCsQYf\n"
                           "GwoAAABCBYJjh3/jAwsJBwUVCg4IDAIWAAKbAwIeCSIhBssYbE8GCaaX5NUt+mxy\n"
                           "-----END PGP PUBLIC KEY BLOCK-----"),
            "CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9");
}

TEST(PgpFingerprint, OfAKey) {
  // A version 4 Ed25519 public-key packet of ours: 0x98 0x33, then version, time, algorithm, curve and point.
  const std::string block =
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\nComment: test\n\n"
      "mDMEYAAAABYJKwYBBAHaRw8BAQdAAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n=AAAA\n"
      "-----END PGP PUBLIC KEY BLOCK-----";
  const auto fingerprint = PgpFingerprint(block);
  ASSERT_TRUE(fingerprint);
  EXPECT_EQ(fingerprint->size(), 40u);
  // The same key on one line, as a page shows it.
  std::string line = block;
  for (char& c : line) c = c == '\n' ? ' ' : c;
  EXPECT_EQ(PgpFingerprint(line), fingerprint);
  EXPECT_FALSE(PgpFingerprint("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nnonsense\n-----END"));
  EXPECT_FALSE(PgpFingerprint("no key"));
}

}  // namespace
}  // namespace gasht
