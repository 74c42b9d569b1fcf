#include "model/ids.h"

#include <gtest/gtest.h>

#include <set>

namespace gasht {
namespace {

Url Parsed(std::string_view text) {
  const auto url = Url::Parse(text);
  EXPECT_TRUE(url.ok()) << text;
  return *url;
}

// Stored evidence refers to ids for ever: these values never change.
TEST(IdsTest, ValuesAreFixed) {
  const SourceId source = {"demo-market"};
  EXPECT_EQ(MakeUrlKey(source, Parsed("http://a.example/listing/1?page=2"), {}).hex(),
            "b527ae135ade4369024a817e146b5021");
  EXPECT_EQ(MakeListingIdFromSiteId(source, "L-1").value, "814d25911df00a0d6e4a752ff5811720");
  EXPECT_EQ(MakeListingIdFromText(source, "offer", "lahori", "charas 1 tola").value,
            "afa24ce988f27d354b3eef7e77c753ff");
  EXPECT_EQ(MakeFindingId(source, {"00112233445566778899aabbccddeeff"}).value, "f-504693160af29217");
}

TEST(IdsTest, AUrlKeyIsThePageNotTheMirror) {
  const SourceId source = {"s"};
  const UrlKey key = MakeUrlKey(source, Parsed("http://a.example/x?p=1"), {"sid"});
  EXPECT_EQ(key.bytes.size(), UrlKey::kBytes);
  for (const char* same : {"http://a.example/x?p=1", "https://a.example/x?p=1", "http://b.example:8080/x?p=1",
                           "http://a.example/x?sid=7&p=1", "http://a.example/./x?p=1#top"})
    EXPECT_EQ(MakeUrlKey(source, Parsed(same), {"sid"}), key) << same;
  for (const char* other : {"http://a.example/x", "http://a.example/x?p=2", "http://a.example/x/?p=1",
                            "http://a.example/x%3Fp=1", "http://a.example/x?p=1&p=1"})
    EXPECT_NE(MakeUrlKey(source, Parsed(other), {"sid"}), key) << other;
  EXPECT_NE(MakeUrlKey({"t"}, Parsed("http://a.example/x?p=1"), {}), key) << "another source";
}

TEST(IdsTest, PartsDoNotRunTogether) {
  const std::set<Digest> digests = {HashParts("d", {"ab", "c"}), HashParts("d", {"a", "bc"}),
                                    HashParts("d", {"abc"}),     HashParts("d", {"abc", ""}),
                                    HashParts("da", {"bc"}),     HashParts("d", {})};
  EXPECT_EQ(digests.size(), 6u);
}

TEST(IdsTest, ListingsOfOneSiteIdOrOneText) {
  const SourceId s = {"s"}, t = {"t"};
  EXPECT_NE(MakeListingIdFromSiteId(s, "1"), MakeListingIdFromSiteId(t, "1"));
  EXPECT_NE(MakeListingIdFromSiteId(s, "1"), MakeListingIdFromText(s, "1", "", ""));
  EXPECT_NE(MakeListingIdFromText(s, "offer", "a", "b"), MakeListingIdFromText(s, "offer", "b", "a"));
  EXPECT_NE(MakeListingIdFromText(s, "offer", "a", "b"), MakeListingIdFromText(s, "post", "a", "b"));
}

TEST(IdsTest, Validity) {
  struct Case {
    const char* text;
    bool source, listing, finding;
  };
  for (const Case& c : {
           Case{"a", true, false, false},
           Case{"demo-market-2", true, false, false},
           Case{"0123456789abcdef0123456789abcdef", true, true, false},
           Case{"0123456789abcdef0123456789abcdef0", false, false, false},
           Case{"0123456789ABCDEF0123456789abcdef", false, false, false},
           Case{"f-0123456789abcdef", true, false, true},
           Case{"f-0123456789abcdeg", true, false, false},
           Case{"g-0123456789abcdef", true, false, false},
           Case{"", false, false, false},
           Case{"a_b", false, false, false},
           Case{"a b", false, false, false},
           Case{"\xd8\xa7", false, false, false},
       }) {
    EXPECT_EQ(IsValidSourceId(c.text), c.source) << c.text;
    EXPECT_EQ(IsValidListingId(c.text), c.listing) << c.text;
    EXPECT_EQ(IsValidFindingId(c.text), c.finding) << c.text;
  }
}

}  // namespace
}  // namespace gasht
