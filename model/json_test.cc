#include "model/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8.h"
#include "tests/support/full_nouns.h"
#include "tests/support/json_schema.h"

namespace gasht {
namespace {

using testing::IsEmpty;

const JsonSchemas& Schemas() {
  static const JsonSchemas schemas = [] {
    auto loaded = JsonSchemas::Load("docs/schema");
    EXPECT_TRUE(loaded.ok()) << loaded.status().message();
    return std::move(loaded).value();
  }();
  return schemas;
}

void ExpectObeys(std::string_view schema, const Json& json) {
  EXPECT_THAT(Schemas().Errors(schema, json), IsEmpty()) << schema << ": " << json.Dump();
}

// The string at a path such as "listings/1/title" of a printed object.
const std::string* StringAt(const Json& json, std::string_view path) {
  const Json* at = &json;
  while (at != nullptr && !path.empty()) {
    const std::string_view key = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), key.size() + 1));
    at = at->is_array() ? &at->items()[std::stoul(std::string(key))] : at->Find(key);
  }
  return at != nullptr && at->is_string() ? &at->as_string() : nullptr;
}

// Half-open, in code points: what a reader of the printed object does.
std::string Slice(const std::string& text, int64_t start, int64_t end) {
  std::string slice;
  int64_t index = 0;
  for (size_t pos = 0; pos < text.size(); ++index) {
    const char32_t code_point = NextCodePoint(text, pos);
    if (index >= start && index < end) AppendUtf8(code_point, slice);
  }
  return slice;
}

// What stands at field, start and end of `place`, in `object`.
std::string WrittenAt(const Json& object, const Json& place) {
  const std::string* text = StringAt(object, place.StringOr("field"));
  if (text == nullptr) return "no string at " + place.StringOr("field");
  return Slice(*text, place.IntOr("start", -1), place.IntOr("end", -1));
}

TEST(ModelJsonTest, ScanObjectInFull) {
  const Json json = ScanJson(Json("row-1"), FullPageAnalysis());
  ExpectObeys("scan", json);
  EXPECT_EQ(
      json.Dump(),
      R"({"id":"row-1","url":"http://market.example/listing/one","page_class":"login_wall","title":"Bazaar",)"
      R"("text":"Bazaar\nچرس Charas 1 tola 2500 PKR 🌿 home delivery Lahore\nWhatsApp 0301-2345678\n",)"
      R"("listings":[{"id":"ffeeddccbbaa99887766554433221100","kind":"offer"},)"
      R"({"id":"00112233445566778899aabbccddeeff","kind":"post","title":"چرس Charas 1 tola","vendor":"lahori",)"
      R"("site_id":"L-1","url":"http://market.example/listing/one",)"
      R"("price":{"amount":"2500.00","currency":"PKR"},)"
      R"("prices":[{"amount":"2500.00","amount_max":"3000.00","currency":"PKR","quantity":)"
      R"({"value":"1","unit":"tola","grams":"10","grams_max":"11.66","basis":"tola=10-11.66g"}}],)"
      R"("quantity":{"value":"1","unit":"tola","grams":"10","grams_max":"11.66","basis":"tola=10-11.66g"},)"
      R"("ships_from":"Peshawar","ships_to":"Pakistan","places":["Lahore"],"delivery":["home delivery"],)"
      R"("couriers":["TCS"],"payment_methods":["easypaisa"],"category":"Resin",)"
      R"("identifiers":[{"kind":"whatsapp","value":"+923012345678","check":"passed","role":"seller",)"
      R"("field":"text","start":66,"end":78}],"facts":[{"name":"stock","value":"3 left"}]}],)"
      R"("messages":[{"id":"channel/123","author":"lahori","time":"2026-01-01T00:00:00.123456Z",)"
      R"("time_as_written":"1 Jan, 05:00","time_basis":"assumed:Asia/Karachi",)"
      R"("text":"مال آ گیا، rabta 0301-2345678","views":1200,"reply_to":"channel/122",)"
      R"("forwarded_from":"other","media":"photo"}],)"
      R"("findings":[{"id":"f-baf887d3661b5c7b","listing":1,"level":"high","score":78,)"
      R"("parts":[{"name":"substance","points":40},{"name":"context","points":-2}],)"
      R"("rules":[{"id":"cannabis-offer","version":"1","points":40}],)"
      R"("substances":[{"id":"cannabis-resin","class":"cannabis"},)"
      R"({"id":"k-tablet","class":"amphetamine_type","composition":"variable"},)"
      R"({"id":"k-tablet","class":"ecstasy_type","composition":"variable"}],)"
      R"("matches":[{"field":"text","start":36,"end":49,"text":"home delivery","normal":"home delivery",)"
      R"("term":"offer/home-delivery"},{"field":"listings/1/title","start":4,"end":10,"text":"Charas",)"
      R"("normal":"charas","term":"cannabis-resin/charas"}],)"
      R"("reasons":{"en":"offers cannabis resin","ur":"چرس کی پیشکش"}}]})");
}

TEST(ModelJsonTest, OffsetsAreCodePointsOfThePrintedString) {
  const PageAnalysis analysis = FullPageAnalysis();
  for (const Json& object : {ScanJson(Json(1), analysis), ExtractJson(analysis)}) {
    const Json& listing = object.Find("listings")->items()[1];
    EXPECT_EQ(WrittenAt(object, listing.Find("identifiers")->items()[0]), "0301-2345678") << object.Dump();
    if (const Json* findings = object.Find("findings")) {
      for (const Json& match : findings->items()[0].Find("matches")->items())
        EXPECT_EQ(WrittenAt(object, match), match.StringOr("text")) << match.Dump();
    }
  }
  const Json finding = ToJson(FullFinding());
  EXPECT_EQ(WrittenAt(finding, finding.Find("matches")->items()[1]), "Charas") << finding.Dump();
}

TEST(ModelJsonTest, OffsetsOfALongTextInAnyOrder) {
  PageAnalysis analysis;
  for (int i = 0; i < 3000; ++i) analysis.document.text += "گشت ";
  Listing listing;
  listing.id = std::string(32, 'a');
  analysis.listings = {listing};
  MatchCandidate candidate;
  for (const size_t word : {2999u, 0u, 1500u, 1499u, 2u}) {
    TermMatch match;
    match.field = "text";
    match.span = {word * 7, word * 7 + 6};
    match.text = match.normal = "گشت";
    match.term = "test/word";
    candidate.matches.push_back(match);
  }
  analysis.candidates = {candidate};
  ASSERT_EQ(CheckPageAnalysis(analysis), Status::Ok());
  const Json json = ScanJson(Json(1), analysis);
  for (const Json& match : json.Find("findings")->items()[0].Find("matches")->items())
    EXPECT_EQ(WrittenAt(json, match), "گشت") << match.Dump();
}

TEST(ModelJsonTest, ExtractObjectInFull) {
  const Json json = ExtractJson(FullPageAnalysis());
  ExpectObeys("extract", json);
  std::string keys;
  for (const auto& [key, value] : json.entries()) keys += key + " ";
  EXPECT_EQ(keys, "url page_class title language text main_text links listings messages identifiers weirds ");
  EXPECT_EQ(json.Find("links")->Dump(), R"([{"url":"http://market.example/","text":"Bazaar","rel":"home"}])");
  EXPECT_EQ(json.Find("weirds")->Dump(), R"([{"name":"depth_limit","detail":"512"}])");
}

TEST(ModelJsonTest, UnknownIsAbsentAndTopListsAreThere) {
  PageAnalysis analysis;
  ExpectObeys("scan", ScanJson(Json(3), analysis));
  EXPECT_EQ(ScanJson(Json(3), analysis).Dump(),
            R"({"id":3,"page_class":"content","text":"","listings":[],"messages":[],"findings":[]})");
  ExpectObeys("extract", ExtractJson(analysis));
  EXPECT_EQ(ExtractJson(analysis).Dump(),
            R"({"page_class":"content","language":"und","text":"","main_text":"","links":[],"listings":[],)"
            R"("messages":[],"identifiers":[],"weirds":[]})");
  Message message;
  message.text = "x";
  analysis.messages = {message};
  EXPECT_EQ(ExtractJson(analysis).Find("messages")->Dump(), R"([{"time_basis":"undecided","text":"x"}])");
}

TEST(ModelJsonTest, IdKeepsItsType) {
  for (const char* id : {R"("a")", "7", "-1", "1.5", "true", R"({"k":[1]})"}) {
    const auto parsed = Json::Parse(id);
    ASSERT_TRUE(parsed.ok()) << id;
    ExpectObeys("scan", ScanJson(*parsed, PageAnalysis()));
    const Json error = ScanErrorJson(*parsed, "not valid JSON at byte 3");
    ExpectObeys("scan-error", error);
    EXPECT_EQ(error.Dump(), std::string("{\"id\":") + id + R"(,"error":"not valid JSON at byte 3"})");
  }
}

TEST(ModelJsonTest, StoredFinding) {
  Json json = ToJson(FullFinding());
  ExpectObeys("stored-finding", json);
  json.Set("observations", Json::MakeArray().Push(ToJson(Observation{
                               .listing_id = {},
                               .capture = {3},
                               .seen_at = {1'700'000'000'000'000},
                               .again = {{5}, {9}},
                               .last_seen = {1'700'000'100'000'000},
                               .prices = {{.amount = {250, 0, "PKR"}, .amount_max = {}, .quantity = {}}},
                               .quantity = {},
                               .stock = "3 left"})));
  json.Set("reviews", Json::MakeArray().Push(ToJson(Review{.finding = {},
                                                           .decision = Decision::kConfirmed,
                                                           .actor = "aisha",
                                                           .note = "seen before",
                                                           .at = {1'700'000'000'000'000}})));
  ExpectObeys("stored-finding", json);
  EXPECT_EQ(json.StringOr("id"), "f-0123456789abcdef");
  EXPECT_EQ(json.StringOr("first_seen"), "2026-01-01T00:00:00.123456Z");
  EXPECT_EQ(json.Find("price")->Dump(), R"({"amount":"2500.00","currency":"PKR"})");
  // The page's text is not printed, so a match in it has no offsets; one in the listing has.
  EXPECT_EQ(
      json.Find("matches")->items()[0].Dump(),
      R"({"field":"text","text":"home delivery","normal":"home delivery","term":"offer/home-delivery"})");
  EXPECT_EQ(json.Find("matches")->items()[1].StringOr("field"), "listing/title");
  Finding bare;
  bare.id = {"f-0123456789abcdef"};
  bare.source = {"s"};
  bare.listing_id = {std::string(32, '0')};
  bare.listing.id = bare.listing_id.value;
  bare.first_capture = bare.last_capture = {1};
  bare.times_seen = 1;
  ExpectObeys("stored-finding", ToJson(bare));
}

TEST(ModelJsonTest, Evidence) {
  const Json json = ToJsonWithHeads(FullCapture());
  ExpectObeys("evidence", json);
  EXPECT_EQ(json.StringOr("started"), "2026-01-01T00:00:00.123456Z");
  EXPECT_EQ(json.IntOr("duration_ms", -1), 2250);
  EXPECT_EQ(json.StringOr("truncated"), "length");
  EXPECT_EQ(json.Find("vantage")->StringOr("place"), "isb-ptcl");
  EXPECT_EQ(json.Find("tls")->Find("certificates")->items().size(), 2u);
  EXPECT_EQ(ToJson(FullCapture()).Find("request_head"), nullptr);
  // A byte that is not UTF-8 does not make the printed object unreadable.
  EXPECT_TRUE(Json::Parse(json.Dump()).ok()) << json.Dump();

  Capture failure;
  failure.id = {1};
  failure.source = {"s"};
  failure.url = "http://x.example/";
  failure.outcome = FetchOutcome::kProxyDown;
  const Json failed = ToJson(failure);
  ExpectObeys("evidence", failed);
  EXPECT_EQ(failed.Find("page_class"), nullptr) << "nothing was seen, so it has no class";
  EXPECT_EQ(failed.Find("body_sha256"), nullptr);
}

TEST(ModelJsonTest, SchemasAreStrict) {
  // The checker would catch what the contract forbids.
  Json json = ScanJson(Json(1), FullPageAnalysis());
  json.Set("url", Json());
  EXPECT_FALSE(Schemas().Errors("scan", json).empty());
  json = ScanJson(Json(1), FullPageAnalysis());
  json.Set("extra", 1);
  EXPECT_FALSE(Schemas().Errors("scan", json).empty());
  json = ScanJson(Json(), PageAnalysis());
  EXPECT_FALSE(Schemas().Errors("scan", json).empty());
}

}  // namespace
}  // namespace gasht
