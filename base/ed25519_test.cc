#include "base/ed25519.h"

#include <gtest/gtest.h>

#include "base/digest.h"

namespace gasht {
namespace {

// RFC 8032, section 7.1.
TEST(Ed25519Test, Rfc8032) {
  struct Case {
    const char *seed, *public_key, *message, *signature;
  };
  const Case cases[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf"
       "5"
       "f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2"
       "e"
       "aeb4302aeeb00d291612bb0c00"},
  };
  for (const Case& c : cases) {
    const SigningKey key = SigningKey::FromSeed(HexDecode(c.seed).value()).value();
    const std::string message = HexDecode(c.message).value();
    EXPECT_EQ(HexEncode(key.public_key()), c.public_key);
    EXPECT_EQ(HexEncode(key.Sign(message)), c.signature) << c.message;
    EXPECT_EQ(HexEncode(key.seed()), c.seed);
    EXPECT_TRUE(VerifyEd25519(key.public_key(), message, key.Sign(message))) << c.message;
  }
}

TEST(Ed25519Test, AnyChangeFails) {
  const SigningKey key = SigningKey::Generate();
  const std::string signature = key.Sign("message");
  for (size_t i = 0; i < signature.size(); ++i) {
    std::string other = signature;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(VerifyEd25519(key.public_key(), "message", other)) << i;
  }
  EXPECT_FALSE(VerifyEd25519(key.public_key(), "massage", signature));
  EXPECT_FALSE(VerifyEd25519(SigningKey::Generate().public_key(), "message", signature));
  EXPECT_FALSE(VerifyEd25519("short", "message", signature));
  EXPECT_FALSE(VerifyEd25519(key.public_key(), "message", signature.substr(1)));
  EXPECT_EQ(SigningKey::FromSeed("short").status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace gasht
