#include "extract/identifiers.h"

#include <string>

#include <gtest/gtest.h>

#include "extract/coin_address.h"
#include "extract/pgp.h"

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
