#include "store/envelope.h"

#include <string>

#include <gtest/gtest.h>

#include "base/digest.h"

namespace gasht {
namespace {

TEST(EnvelopeTest, RoundTrips) {
  for (const std::string& payload : {std::string(), std::string("x"), std::string(100'000, '\xff')}) {
    const std::string sealed = SealRecord(payload);
    ASSERT_EQ(sealed.size(), Envelope::kHeaderBytes + payload.size());
    const Result<Envelope> opened = OpenEnvelope(sealed);
    ASSERT_TRUE(opened.ok()) << opened.status().message();
    EXPECT_EQ(opened->payload, payload);
  }
}

// Stored bytes of version 1: they never change.
TEST(EnvelopeTest, Golden) {
  EXPECT_EQ(HexEncode(SealRecord("abc")),
            "0100"
            "0000000000000000"
            "0000000000000000"
            "616263");
}

TEST(EnvelopeTest, RefusesWhatItDoesNotKnow) {
  struct Case {
    const char* hex;
    const char* message;
  };
  const Case cases[] = {
      {"", "cut off"},
      {"0100", "cut off"},
      {"010000000000000000000000000000000"
       "0",
       "cut off"},
      {"0000"
       "0000000000000000"
       "0000000000000000"
       "61",
       "unknown version 0"},
      {"0200"
       "0000000000000000"
       "0000000000000000"
       "61",
       "unknown version 2"},
      {"0103"
       "0000000000000000"
       "0000000000000000"
       "61",
       "unknown codec 3"},
      {"0102"
       "0000000000000000"
       "0000000000000000"
       "61",
       "refers to no base"},
      {"01ff"
       "0000000000000000"
       "0000000000000000"
       "61",
       "names no leaf"},
      {"0100"
       "0000000000000001"
       "0000000000000000"
       "61",
       "refers to a base"},
  };
  for (const Case& c : cases) {
    const std::string bytes = HexDecode(c.hex).value();
    const Status status = OpenEnvelope(bytes).status();
    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << c.hex;
    EXPECT_NE(status.message().find(c.message), std::string::npos) << c.hex << ": " << status.message();
  }
}

TEST(EnvelopeTest, RecordsAreNeitherCompressedNorSealed) {
  EXPECT_EQ(OpenRecord(SealRecord("abc"))->payload, "abc");
  EXPECT_EQ(OpenRecord(EnvelopeHeader(EnvelopeCodec::kZstd, 0, 0) + "x").status().code(),
            StatusCode::kDataLoss);
  EXPECT_EQ(OpenRecord(EnvelopeHeader(EnvelopeCodec::kNone, 0, 7) + "x").status().code(),
            StatusCode::kDataLoss);
  const Status destroyed = OpenRecord(DestroyedRecord(17)).status();
  EXPECT_EQ(destroyed.code(), StatusCode::kNotFound);
  EXPECT_NE(destroyed.message().find("custody leaf 17"), std::string::npos) << destroyed.message();
  const Envelope delta = OpenEnvelope(EnvelopeHeader(EnvelopeCodec::kZstdDelta, 5, 6) + "x").value();
  EXPECT_EQ(delta.ref, 5u);
  EXPECT_EQ(delta.key, 6u);
}

}  // namespace
}  // namespace gasht
