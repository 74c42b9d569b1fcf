#include "base/seal.h"

#include <gtest/gtest.h>

#include "base/digest.h"

namespace gasht {
namespace {

TEST(SealTest, OpensOnlyWhatWasSealed) {
  const std::string key(kSealKeyBytes, 'k');
  for (const std::string& plaintext : {std::string(), std::string("a"), std::string(1000, 'x')}) {
    std::string sealed = "head";
    AppendSealed(key, plaintext, "context", sealed);
    ASSERT_EQ(sealed.size(), 4 + plaintext.size() + kSealOverhead);
    sealed.erase(0, 4);
    EXPECT_EQ(OpenSealed(key, sealed, "context").value(), plaintext);
    for (size_t i = 0; i < sealed.size(); i += 7) {
      std::string altered = sealed;
      altered[i] = static_cast<char>(altered[i] ^ 0x10);
      EXPECT_EQ(OpenSealed(key, altered, "context").status().code(), StatusCode::kDataLoss) << i;
      EXPECT_EQ(OpenSealed(key, sealed.substr(0, i), "context").status().code(), StatusCode::kDataLoss) << i;
    }
    EXPECT_EQ(OpenSealed(key, sealed, "other").status().code(), StatusCode::kDataLoss);
    EXPECT_EQ(OpenSealed(std::string(kSealKeyBytes, 'l'), sealed, "context").status().code(),
              StatusCode::kDataLoss);
  }
}

// draft-irtf-cfrg-xchacha-03, A.3.1.
TEST(SealTest, PublishedVector) {
  std::string key;
  for (int i = 0x80; i <= 0x9f; ++i) key += static_cast<char>(i);
  const std::string nonce = HexDecode("404142434445464748494a4b4c4d4e4f5051525354555657").value();
  const std::string context = HexDecode("50515253c0c1c2c3c4c5c6c7").value();
  const std::string ciphertext =
      HexDecode(
          "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39"
          "ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
          "21f9664c97637da9768812f615c68b13b52e")
          .value();
  const std::string tag = HexDecode("c0875924c1c7987947deafd8780acf49").value();
  EXPECT_EQ(OpenSealed(key, nonce + ciphertext + tag, context).value(),
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
            "sunscreen would be it.");
}

}  // namespace
}  // namespace gasht
