#include "base/digest.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

TEST(DigestTest, PublishedVectors) {
  struct Case {
    std::string message;
    const char* sha256;
    const char* sha3_256;
  };
  // FIPS 180-4 and FIPS 202 examples.
  for (const Case& c : {
           Case{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"},
           Case{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
           Case{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
                "41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376"},
           Case{std::string(1'000'000, 'a'),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
                "5c8875ae474a3634ba4fd55ec85bffd661f32aca75c6d699d0cdcb6c115891c1"},
       }) {
    EXPECT_EQ(Sha256(c.message).hex(), c.sha256) << c.message.size() << " bytes";
    EXPECT_EQ(Sha3_256(c.message).hex(), c.sha3_256) << c.message.size() << " bytes";
  }
}

TEST(DigestTest, HmacVectors) {
  struct Case {
    std::string key, data;
    const char* hmac;
  };
  // RFC 4231, cases 1, 2, 3 and 6.
  for (const Case& c : {
           Case{std::string(20, '\x0b'), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
           Case{"Jefe", "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
           Case{std::string(20, '\xaa'), std::string(50, '\xdd'),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
           Case{std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
       }) {
    EXPECT_EQ(HmacSha256(c.key, c.data).hex(), c.hmac) << c.data;
  }
}

TEST(DigestTest, StreamEqualsOneShot) {
  std::string data;
  for (int i = 0; i < 5000; ++i) data += static_cast<char>(i * 31);
  for (const size_t piece : {1u, 63u, 64u, 65u, 4999u, 5000u}) {
    Sha256Stream stream;
    for (size_t at = 0; at < data.size(); at += piece)
      stream.Update(std::string_view(data).substr(at, piece));
    EXPECT_EQ(stream.Finish(), Sha256(data)) << piece;
  }
}

TEST(DigestTest, Hex) {
  EXPECT_EQ(HexEncode(std::string("\x00\x7f\xff", 3)), "007fff");
  EXPECT_EQ(*HexDecode("007FfF"), std::string("\x00\x7f\xff", 3));
  EXPECT_EQ(*HexDecode(""), "");
  for (const char* bad : {"0", "0g", "zz", "0x", " 00"}) EXPECT_FALSE(HexDecode(bad).ok()) << bad;
  const Digest digest = Sha256("x");
  EXPECT_EQ(*Digest::FromHex(digest.hex()), digest);
  EXPECT_EQ(Digest::FromBytes(digest.view()), digest);
  EXPECT_FALSE(Digest::FromHex("00").ok());
  EXPECT_FALSE(Digest::FromHex(std::string(64, 'x')).ok());
}

TEST(DigestTest, Base64) {
  struct Case {
    const char* raw;
    const char* text;
  };
  // RFC 4648, section 10.
  for (const Case& c : {Case{"", ""}, Case{"f", "Zg=="}, Case{"fo", "Zm8="}, Case{"foo", "Zm9v"},
                        Case{"foob", "Zm9vYg=="}, Case{"fooba", "Zm9vYmE="}, Case{"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(Base64Encode(c.raw), c.text);
    EXPECT_EQ(Base64Decode(c.text).value_or("refused"), c.raw) << c.text;
  }
  for (const char* bad :
       {"Z", "Zg", "Zg=", "Zh==", "Zg==Zg==", "Zm9v\n", "Zm 9v===", "====", "Zm9-", "Z===", "=Zg="})
    EXPECT_FALSE(Base64Decode(bad).ok()) << bad;
}

TEST(DigestTest, RandomBytesDiffer) {
  EXPECT_EQ(RandomBytes(16).size(), 16u);
  EXPECT_NE(RandomBytes(16), RandomBytes(16));
}

}  // namespace
}  // namespace gasht
