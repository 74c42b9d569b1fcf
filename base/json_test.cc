#include "base/json.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/digest.h"

namespace gasht {
namespace {

TEST(JsonTest, ParsesAndDumps) {
  struct Case {
    std::string_view text;
    std::string_view dump;  // empty: refused
  };
  for (const Case& c : {
           Case{"null", "null"},
           Case{" true ", "true"},
           Case{"[1,-2,0,9223372036854775807]", "[1,-2,0,9223372036854775807]"},
           Case{"[1.5,1e2,-0.25]", "[1.5,100.0,-0.25]"},
           Case{"{\"b\":1,\"a\":{\"c\":[]}}", "{\"b\":1,\"a\":{\"c\":[]}}"},
           Case{R"("\u06af\ud83c\udf3f\n\"\\\/")", "\"گ🌿\\n\\\"\\\\/\""},
           Case{"\"\\u0000\\u001f\"", "\"\\u0000\\u001f\""},
           Case{"", ""},
           Case{"{", ""},
           Case{"[1,]", ""},
           Case{"{\"a\":1}x", ""},
           Case{"{'a':1}", ""},
           Case{"{\"a\":1,\"a\":2}", ""},
           Case{"[1] // x", ""},
           Case{"\"\xff\"", ""},
           Case{"\"\\ud800\"", ""},
           Case{"01", ""},
           Case{"nul", ""},
           Case{"NaN", ""},
           Case{"1e999", ""},
       }) {
    const auto json = Json::Parse(c.text);
    EXPECT_EQ(json.ok() ? json->Dump() : "", c.dump) << HexEncode(c.text) << " " << c.text;
    if (!json.ok()) continue;
    EXPECT_EQ(*Json::Parse(json->Dump()), *json) << c.text;
  }
}

TEST(JsonTest, NumbersKeepTheirType) {
  // A double prints as one, so that reading it back gives the same type.
  EXPECT_EQ(Json(1.0).Dump(), "1.0");
  EXPECT_EQ(Json(-0.0).Dump(), "-0.0");
  EXPECT_EQ(Json(1e300).Dump(), "1e+300");
  EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).Dump(), "null");
  EXPECT_TRUE(Json::Parse("1")->is_int());
  EXPECT_FALSE(Json::Parse("1.0")->is_int());
  EXPECT_TRUE(Json::Parse("18446744073709551615")->is_number());
  EXPECT_EQ(Json(uint32_t{7}), Json(7));
}

TEST(JsonTest, DepthIsBounded) {
  const std::string deep64 = std::string(64, '[') + std::string(64, ']');
  EXPECT_TRUE(Json::Parse(deep64).ok());
  const auto deeper = Json::Parse("[" + deep64 + "]");
  ASSERT_FALSE(deeper.ok());
  EXPECT_NE(deeper.status().message().find("64 levels"), std::string::npos);
  EXPECT_FALSE(Json::Parse(std::string(1'000'000, '[')).ok());
}

TEST(JsonTest, ErrorsSayWhereAndNotWhat) {
  const auto json = Json::Parse("{\"secret\": nope}");
  ASSERT_FALSE(json.ok());
  EXPECT_NE(json.status().message().find("byte 1"), std::string::npos) << json.status().message();
  EXPECT_EQ(json.status().message().find("secret"), std::string::npos) << json.status().message();
}

TEST(JsonTest, ObjectsKeepTheirOrder) {
  Json json = Json::MakeObject();
  json.Set("z", 1).Set("a", "x").Set("z", 2).Append("m", Json::MakeArray().Push(true));
  EXPECT_EQ(json.Dump(), R"({"z":2,"a":"x","m":[true]})");
  EXPECT_EQ(json.StringOr("a"), "x");
  EXPECT_EQ(json.StringOr("z", "none"), "none") << "a number is no string";
  EXPECT_EQ(json.IntOr("z", 0), 2);
  EXPECT_EQ(json.IntOr("a", -1), -1);
  EXPECT_EQ(json.Find("q"), nullptr);
  EXPECT_EQ(Json(3).Find("a"), nullptr);
}

TEST(JsonTest, InvalidUtf8IsPrintedAsReplacement) {
  EXPECT_EQ(Json("a\xff\x7f").Dump(), "\"a\xef\xbf\xbd\\u007f\"");
}

}  // namespace
}  // namespace gasht
