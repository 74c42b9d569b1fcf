#include "store/fold.h"

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_support.h"

namespace gasht {
namespace {

FoldResult Fold(const FoldState& state, const Capture& capture, const PageAnalysis& analysis) {
  return gasht::Fold(state, capture, analysis, ListingsOf(capture, analysis));
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr UtcTime kNow{1'700'000'000'000'000};

Capture MakeCapture(const std::string& path = "/a") {
  Capture capture = MakePage(kMarket, path, "body", kNow).capture;
  capture.id = {7};
  return capture;
}

PageAnalysis MakeAnalysis(std::vector<Listing> listings, std::vector<MatchCandidate> candidates = {}) {
  PageAnalysis analysis;
  analysis.listings = std::move(listings);
  analysis.candidates = std::move(candidates);
  return analysis;
}

// What the store would hold after `result`.
FoldState After(const FoldResult& result) {
  FoldState state;
  for (const StoredListing& listing : result.listings) state.listings.emplace(listing.id, listing);
  for (const Observation& seen : result.observations) state.observations.emplace(seen.listing_id, seen);
  for (const Finding& finding : result.findings) state.findings.emplace(finding.listing_id, finding);
  return state;
}

TEST(ListingIdTest, SaysWhichAdvertsAreOne) {
  struct Case {
    const char* name;
    std::function<void(Listing&)> change;
    bool same;
  };
  const Case cases[] = {
      {"nothing", [](Listing&) {}, true},
      {"price", [](Listing& l) { l.prices[0].amount.units = 9999; }, true},
      {"quantity",
       [](Listing& l) {
         l.quantity = Quantity{.value = "5", .unit = "g", .grams = "5", .grams_max = {}, .basis = {}};
       },
       true},
      {"text", [](Listing& l) { l.text = "new stock"; }, true},
      {"url (mirror)", [](Listing& l) { l.url = "http://mirror.example/x"; }, true},
      {"case and space of the title", [](Listing& l) { l.title = "  CHARAS\u00a01 tola"; }, true},
      {"case of the vendor", [](Listing& l) { l.vendor = "KHAN"; }, true},
      {"title", [](Listing& l) { l.title = "Charas 2 tola"; }, false},
      {"vendor", [](Listing& l) { l.vendor = "other"; }, false},
      {"kind", [](Listing& l) { l.kind = ListingKind::kPost; }, false},
      {"the site's own id", [](Listing& l) { l.site_id = "77"; }, false},
  };
  const Capture capture = MakeCapture();
  const ListingId id = ListingIdOf(capture, MakeListing("Charas 1 tola", "Khan"));
  for (const Case& c : cases) {
    Listing listing = MakeListing("Charas 1 tola", "Khan");
    c.change(listing);
    EXPECT_EQ(ListingIdOf(capture, listing) == id, c.same) << c.name;
    EXPECT_TRUE(IsValidListingId(ListingIdOf(capture, listing).value)) << c.name;
  }
}

TEST(ListingIdTest, TheSitesOwnIdDecidesAlone) {
  const Capture capture = MakeCapture();
  Listing a = MakeListing("Charas"), b = MakeListing("renamed", "other");
  a.site_id = b.site_id = "77";
  EXPECT_EQ(ListingIdOf(capture, a), ListingIdOf(capture, b));
  Capture elsewhere = capture;
  elsewhere.source = {"another-market"};
  EXPECT_NE(ListingIdOf(capture, a), ListingIdOf(elsewhere, a));
}

TEST(ListingIdTest, PostsWithoutATitleAreToldApartByTheirOpening) {
  const Capture capture = MakeCapture();
  const auto id = [&](const std::string& text) {
    Listing post = MakeListing("", "khan");
    post.kind = ListingKind::kPost;
    post.text = text;
    return ListingIdOf(capture, post);
  };
  const std::string opening(300, 'x');
  EXPECT_NE(id("first post"), id("second post"));
  EXPECT_EQ(id(opening + " old end"), id(opening + " new end"));
  // 200 bytes end within a code point.
  EXPECT_EQ(id(std::string(199, 'x') + "\u0633\u0633"), id(std::string(199, 'x') + "\u0634"));
}

TEST(ListingIdTest, APageListingIsItsPage) {
  Listing page = MakeListing("Forum", "");
  page.kind = ListingKind::kPage;
  EXPECT_NE(ListingIdOf(MakeCapture("/a"), page), ListingIdOf(MakeCapture("/b"), page));
  Listing renamed = page;
  renamed.title = "Forum (2)";
  EXPECT_EQ(ListingIdOf(MakeCapture("/a"), page), ListingIdOf(MakeCapture("/a"), renamed));
}

TEST(ListingIdTest, NothingToGoByIsStillOneAdvertAPage) {
  Listing empty;
  EXPECT_EQ(ListingIdOf(MakeCapture("/a"), empty), ListingIdOf(MakeCapture("/a"), empty));
  EXPECT_NE(ListingIdOf(MakeCapture("/a"), empty), ListingIdOf(MakeCapture("/b"), empty));
}

// Stored evidence refers to these for ever.
TEST(ListingIdTest, Golden) {
  const Capture capture = MakeCapture();
  Listing with_id = MakeListing("x");
  with_id.site_id = "77";
  EXPECT_EQ(ListingIdOf(capture, MakeListing("Charas 1 tola", "Khan")).value,
            "86eb82e2d133a4341678586fc21c8b0b");
  EXPECT_EQ(ListingIdOf(capture, with_id).value, "439f3c84b447ac8c6c5df982a6e7fd26");
}

TEST(FoldTest, OnlyContentCounts) {
  const PageAnalysis analysis = MakeAnalysis({MakeListing("Charas")}, {MakeCandidate(0, Level::kHigh, 60)});
  for (const PageClass page_class : {PageClass::kContent, PageClass::kLoginWall, PageClass::kCaptcha,
                                     PageClass::kQueue, PageClass::kSeizureBanner, PageClass::kIspBlock,
                                     PageClass::kError, PageClass::kParked, PageClass::kEmpty}) {
    Capture capture = MakeCapture();
    capture.page_class = page_class;
    const size_t expected = page_class == PageClass::kContent ? 1 : 0;
    const FoldResult result = Fold({}, capture, analysis);
    EXPECT_EQ(result.listings.size(), expected) << PageClassName(page_class);
    EXPECT_EQ(result.observations.size(), expected) << PageClassName(page_class);
    EXPECT_EQ(result.findings.size(), expected) << PageClassName(page_class);
  }
}

TEST(FoldTest, NewListingAndFinding) {
  const Capture capture = MakeCapture();
  const FoldResult result = Fold(
      {}, capture,
      MakeAnalysis({MakeListing("Ice cream"), MakeListing("Charas")}, {MakeCandidate(1, Level::kHigh, 60)}));
  ASSERT_THAT(result.listings, SizeIs(2));
  EXPECT_EQ(result.listings[0].listing.id, result.listings[0].id.value);
  EXPECT_EQ(result.listings[0].first_capture, capture.id);
  EXPECT_EQ(result.listings[0].last_seen, kNow);
  ASSERT_THAT(result.observations, SizeIs(2));
  EXPECT_EQ(result.observations[1].listing_id, result.listings[1].id);
  EXPECT_EQ(result.observations[1].prices, MakeListing("Charas").prices);
  ASSERT_THAT(result.findings, SizeIs(1));
  const Finding& finding = result.findings[0];
  EXPECT_EQ(finding.id, MakeFindingId(kMarket, result.listings[1].id));
  EXPECT_EQ(finding.listing.title, "Charas");
  EXPECT_EQ(finding.times_seen, 1u);
  EXPECT_EQ(finding.page_url, capture.final_url);
  EXPECT_EQ(finding.match.listing, 0u);
  EXPECT_THAT(result.new_findings, ElementsAre(finding.id));
}

TEST(FoldTest, SeenAgain) {
  Capture capture = MakeCapture();
  const PageAnalysis matched = MakeAnalysis({MakeListing("Charas")}, {MakeCandidate(0, Level::kHigh, 60)});
  const FoldState before = After(Fold({}, capture, matched));
  const UtcTime later = kNow + std::chrono::hours(24);
  capture.id = {9};
  capture.started_utc = later;

  PageAnalysis cheaper = matched;
  cheaper.listings[0].prices[0].amount.units = 2000;
  const FoldResult again = Fold(before, capture, cheaper);
  ASSERT_THAT(again.findings, SizeIs(1));
  EXPECT_THAT(again.new_findings, IsEmpty());
  EXPECT_EQ(again.findings[0].first_seen, kNow);
  EXPECT_EQ(again.findings[0].first_capture, CaptureId{7});
  EXPECT_EQ(again.findings[0].last_seen, later);
  EXPECT_EQ(again.findings[0].last_capture, CaptureId{9});
  EXPECT_EQ(again.findings[0].times_seen, 2u);
  EXPECT_EQ(again.findings[0].listing.prices[0].amount.units, 2000);
  EXPECT_EQ(again.listings[0].first_seen, kNow);
  EXPECT_EQ(again.listings[0].listing.prices[0].amount.units, 2000);

  // Without a match the listing was seen, and the finding stays as it was.
  const FoldResult unmatched = Fold(before, capture, MakeAnalysis({MakeListing("Charas")}));
  EXPECT_THAT(unmatched.findings, IsEmpty());
  EXPECT_THAT(unmatched.new_findings, IsEmpty());
  EXPECT_THAT(unmatched.listings, IsEmpty()) << "nothing of it changed";
  ASSERT_THAT(unmatched.observations, SizeIs(1));
  EXPECT_EQ(unmatched.observations[0].last_seen, later);
}

// A known listing may begin to match: new rules, new words.
TEST(FoldTest, KnownListingRaisedForTheFirstTime) {
  Capture capture = MakeCapture();
  const FoldState before = After(Fold({}, capture, MakeAnalysis({MakeListing("Charas")})));
  capture.id = {9};
  capture.started_utc = kNow + std::chrono::hours(1);
  const FoldResult result =
      Fold(before, capture, MakeAnalysis({MakeListing("Charas")}, {MakeCandidate(0, Level::kHigh, 60)}));
  EXPECT_THAT(result.new_findings, SizeIs(1));
  EXPECT_EQ(result.findings[0].first_seen, capture.started_utc);
  EXPECT_EQ(result.observations[0].seen_at, kNow);
}

TEST(FoldTest, AListingShownTwiceIsOne) {
  Listing first = MakeListing("Charas"), second = MakeListing("CHARAS");
  second.prices[0].amount.units = 9000;
  second.prices.push_back(first.prices[0]);
  const FoldResult result =
      Fold({}, MakeCapture(),
           MakeAnalysis({first, MakeListing("Ice cream"), second},
                        {MakeCandidate(0, Level::kMedium, 50), MakeCandidate(2, Level::kHigh, 45)}));
  ASSERT_THAT(result.listings, SizeIs(2));
  EXPECT_EQ(result.listings[0].listing.title, "Charas");
  ASSERT_THAT(result.observations, SizeIs(2));
  ASSERT_THAT(result.observations[0].prices, SizeIs(2));
  EXPECT_EQ(result.observations[0].prices[0].amount.units, 2500);
  EXPECT_EQ(result.observations[0].prices[1].amount.units, 9000);
  ASSERT_THAT(result.findings, SizeIs(1));
  EXPECT_EQ(result.findings[0].match.level, Level::kHigh);
  EXPECT_EQ(result.findings[0].listing.title, "CHARAS");
}

// What did not change is not written again, and nothing of when it was seen is lost.
TEST(FoldTest, LooksThatSayTheSameAreOne) {
  struct Case {
    const char* name;
    std::function<void(Listing&)> change;
    bool same_observation, same_listing;
  };
  const Case cases[] = {
      {"nothing", [](Listing&) {}, true, true},
      {"price", [](Listing& l) { l.prices[0].amount.units = 9999; }, false, false},
      {"quantity",
       [](Listing& l) {
         l.quantity = Quantity{.value = "5", .unit = "g", .grams = "5", .grams_max = {}, .basis = {}};
       },
       false, false},
      {"stock",
       [](Listing& l) {
         l.facts = {{"stock", "sold out"}};
       },
       false, false},
      {"its words", [](Listing& l) { l.text = "call now"; }, true, false},
  };
  const Capture first = MakeCapture();
  const FoldResult before = Fold({}, first, MakeAnalysis({MakeListing("Charas")}));
  for (const Case& c : cases) {
    Capture later = first;
    later.id = {9};
    later.started_utc = kNow + std::chrono::hours(24);
    Listing listing = MakeListing("Charas");
    c.change(listing);
    const FoldResult after = Fold(After(before), later, MakeAnalysis({listing}));
    ASSERT_THAT(after.observations, SizeIs(1)) << c.name;
    const Observation& seen = after.observations[0];
    EXPECT_EQ(seen.capture, c.same_observation ? first.id : later.id) << c.name;
    EXPECT_EQ(seen.last_capture(), later.id) << c.name;
    EXPECT_EQ(seen.last_seen, later.started_utc) << c.name;
    EXPECT_EQ(after.listings.empty(), c.same_listing) << c.name;
    for (const StoredListing& stored : after.listings) {
      EXPECT_EQ(stored.last_run, seen.capture) << c.name;
      EXPECT_EQ(stored.first_capture, first.id) << c.name;
    }
  }
}

TEST(FoldTest, AnObservationHasAnEnd) {
  FoldState state;
  size_t begun = 0;
  Capture capture = MakeCapture();
  for (uint64_t look = 1; look <= 600; ++look) {
    capture.id = {look};
    const FoldResult result = Fold(state, capture, MakeAnalysis({MakeListing("Charas")}));
    begun += result.observations.at(0).again.empty();
    EXPECT_LE(result.observations.at(0).times_seen(), 256u) << look;
    for (const StoredListing& listing : result.listings) state.listings[listing.id] = listing;
    for (const Observation& seen : result.observations) state.observations[seen.listing_id] = seen;
  }
  EXPECT_EQ(begun, 3u);
}

// What is left is part of every look, wherever on the page it is said.
TEST(FoldTest, StockIsObserved) {
  Listing silent = MakeListing("Charas"), tells = MakeListing("Charas"), other = MakeListing("Ice cream");
  tells.facts = {{"rating", "4.8"}, {"stock", "14 left"}};
  const FoldResult result = Fold({}, MakeCapture(), MakeAnalysis({silent, other, tells}));
  ASSERT_THAT(result.observations, SizeIs(2));
  EXPECT_EQ(result.observations[0].stock, "14 left");
  EXPECT_EQ(result.observations[1].stock, "");
}

TEST(FoldTest, AnAdvertRepeatedWithoutEndIsObservedInBounds) {
  std::vector<Listing> listings(20'000, MakeListing("Charas"));
  std::vector<MatchCandidate> candidates;
  for (uint32_t i = 0; i < listings.size(); ++i) {
    listings[i].prices[0].amount.units = i;
    candidates.push_back(MakeCandidate(i, Level::kHigh, 60));
  }
  const FoldResult result = Fold({}, MakeCapture(), MakeAnalysis(std::move(listings), std::move(candidates)));
  ASSERT_THAT(result.observations, SizeIs(1));
  EXPECT_THAT(result.observations[0].prices, SizeIs(100));
  EXPECT_THAT(result.findings, SizeIs(1));
}

TEST(FoldTest, TheStrongestCandidateIsTheFindings) {
  struct Case {
    Level level_a;
    int32_t score_a;
    Level level_b;
    int32_t score_b;
    bool second_wins;
  };
  const Case cases[] = {
      {Level::kHigh, 50, Level::kMedium, 90, false},
      {Level::kMedium, 90, Level::kHigh, 50, true},
      {Level::kHigh, 50, Level::kHigh, 60, true},
      {Level::kHigh, 60, Level::kHigh, 60, false},
  };
  for (const Case& c : cases) {
    MatchCandidate a = MakeCandidate(0, c.level_a, c.score_a), b = MakeCandidate(0, c.level_b, c.score_b);
    b.reasons.en = "second";
    const FoldResult result = Fold({}, MakeCapture(), MakeAnalysis({MakeListing("Charas")}, {a, b}));
    ASSERT_THAT(result.findings, SizeIs(1));
    EXPECT_EQ(result.findings[0].match.reasons.en == "second", c.second_wins)
        << LevelName(c.level_a) << c.score_a << " " << LevelName(c.level_b) << c.score_b;
  }
}

TEST(FoldTest, AFindingStandsAlone) {
  MatchCandidate candidate = MakeCandidate(11, Level::kHigh, 60);
  const Span span{0, 6};
  for (const char* field : {"listings/11/title", "listings/1/title", "text"})
    candidate.matches.push_back(
        {.field = field, .span = span, .text = "Charas", .normal = "charas", .term = "t"});
  std::vector<Listing> listings;
  for (int i = 0; i < 12; ++i) listings.push_back(MakeListing("Charas " + std::to_string(i)));
  listings[11].identifiers.push_back({.kind = IdentifierKind::kPhone,
                                      .value = "+92",
                                      .check = IdentifierCheck::kPassed,
                                      .role = IdentifierRole::kSeller,
                                      .field = "listings/11/title",
                                      .span = span});
  const FoldResult result = Fold({}, MakeCapture(), MakeAnalysis(listings, {candidate}));
  ASSERT_THAT(result.findings, SizeIs(1));
  const Finding& finding = result.findings[0];
  EXPECT_EQ(finding.match.listing, 0u);
  EXPECT_EQ(finding.match.matches[0].field, "listings/0/title");
  EXPECT_EQ(finding.match.matches[1].field, "listings/1/title");
  EXPECT_EQ(finding.match.matches[2].field, "page/text");  // outside the listing's own words
  EXPECT_EQ(finding.listing.identifiers[0].field, "listings/0/title");
}

TEST(FoldTest, AFindingKeepsItsOwnWords) {
  PageAnalysis analysis = MakeAnalysis({}, {});
  analysis.document.text = "menu\nCharas lo\nother";
  analysis.messages.push_back({});
  analysis.messages.back().id = "c/1";
  analysis.messages.back().text = "afeem hai";
  Listing post, message;
  post.kind = ListingKind::kPost;
  post.span = {5, 14};
  message.kind = ListingKind::kMessage;
  message.site_id = "c/1";
  message.text = "afeem hai";
  analysis.listings = {post, message};
  const struct {
    uint32_t listing;
    const char* field;
    Span span;
    Span rebased;
    const char* text;
  } cases[] = {{0, "text", {5, 11}, {0, 6}, "Charas lo"},
               {1, "messages/0/text", {0, 5}, {0, 5}, "afeem hai"}};
  for (const auto& c : cases) {
    MatchCandidate candidate = MakeCandidate(c.listing, Level::kHigh, 60);
    candidate.matches = {{.field = c.field, .span = c.span, .text = "x", .normal = "x", .term = "t"}};
    analysis.candidates = {candidate};
    const FoldResult result = Fold({}, MakeCapture(), analysis);
    ASSERT_THAT(result.findings, SizeIs(1)) << c.field;
    EXPECT_EQ(result.findings[0].listing.text, c.text) << c.field;
    EXPECT_EQ(result.findings[0].match.matches[0].field, "text") << c.field;
    EXPECT_EQ(result.findings[0].match.matches[0].span, c.rebased) << c.field;
  }
}

TEST(FoldTest, AWeakerLookAtTheSameAdvertDoesNotReplaceAStrongerOne) {
  const struct {
    Level first, second, kept;
  } cases[] = {{Level::kHigh, Level::kMedium, Level::kHigh},
               {Level::kMedium, Level::kHigh, Level::kHigh},
               {Level::kHigh, Level::kHigh, Level::kHigh}};
  for (const auto& c : cases) {
    const FoldResult first = Fold({}, MakeCapture("/list"),
                                  MakeAnalysis({MakeListing("Charas")}, {MakeCandidate(0, c.first, 60)}));
    FoldState state;
    state.findings[first.findings[0].listing_id] = first.findings[0];
    const FoldResult second = Fold(state, MakeCapture("/item"),
                                   MakeAnalysis({MakeListing("Charas")}, {MakeCandidate(0, c.second, 60)}));
    ASSERT_THAT(second.findings, SizeIs(1));
    EXPECT_EQ(second.findings[0].match.level, c.kept)
        << LevelName(c.first) << " then " << LevelName(c.second);
    EXPECT_EQ(second.findings[0].times_seen, 2u);
    EXPECT_TRUE(second.new_findings.empty());
  }
}

TEST(FoldTest, OfEqualLooksTheOneThatSaysMoreStaysInWhateverOrderTheyCome) {
  MatchCandidate more = MakeCandidate(0, Level::kHigh, 60);
  more.matches.push_back(more.matches.empty() ? TermMatch{} : more.matches[0]);
  const MatchCandidate less = MakeCandidate(0, Level::kHigh, 60);
  for (const bool more_first : {true, false}) {
    const FoldResult first =
        Fold({}, MakeCapture("/list"), MakeAnalysis({MakeListing("Charas")}, {more_first ? more : less}));
    FoldState state;
    state.findings[first.findings[0].listing_id] = first.findings[0];
    const FoldResult second =
        Fold(state, MakeCapture("/item"), MakeAnalysis({MakeListing("Charas")}, {more_first ? less : more}));
    ASSERT_THAT(second.findings, SizeIs(1));
    EXPECT_EQ(second.findings[0].match.matches.size(), more.matches.size()) << "more first: " << more_first;
  }
}

TEST(FoldTest, PostsOfOnePageAreToldApartByTheirWords) {
  PageAnalysis analysis = MakeAnalysis({}, {});
  analysis.document.text = "first post\nsecond post";
  Listing first, second;
  first.kind = second.kind = ListingKind::kPost;
  first.vendor = second.vendor = "khan";
  first.span = {0, 10};
  second.span = {11, 22};
  analysis.listings = {first, second};
  const auto ids = ListingsOf(MakeCapture(), analysis).ids;
  EXPECT_NE(ids[0], ids[1]);
}

TEST(FoldTest, SameInputSameResult) {
  const PageAnalysis analysis =
      MakeAnalysis({MakeListing("b"), MakeListing("a"), MakeListing("c")},
                   {MakeCandidate(2, Level::kHigh, 60), MakeCandidate(0, Level::kLow, 20)});
  const FoldResult one = Fold({}, MakeCapture(), analysis), two = Fold({}, MakeCapture(), analysis);
  ASSERT_THAT(one.findings, SizeIs(2));
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(one.listings[i].id, two.listings[i].id);
  EXPECT_EQ(one.new_findings, two.new_findings);
  EXPECT_EQ(ListingsOf(MakeCapture(), analysis).ids.size(), 3u);
}

TEST(FoldTest, AMatchByOtherRulesReplacesAWeakerOneBySameRulesDoesNot) {
  Capture capture = MakeCapture();
  capture.rules_digest = Sha256("packs 1");
  const FoldResult first =
      Fold({}, capture, MakeAnalysis({MakeListing("one")}, {MakeCandidate(0, Level::kHigh, 80)}));
  const struct {
    const char* packs;
    int32_t score;
  } rows[] = {{"packs 1", 80}, {"packs 2", 40}};
  for (const auto& row : rows) {
    capture.rules_digest = Sha256(row.packs);
    const FoldResult again =
        Fold(After(first), capture, MakeAnalysis({MakeListing("one")}, {MakeCandidate(0, Level::kLow, 40)}));
    ASSERT_THAT(again.findings, SizeIs(1)) << row.packs;
    EXPECT_THAT(again.new_findings, IsEmpty()) << row.packs;
    EXPECT_EQ(again.findings[0].match.score, row.score) << row.packs;
    EXPECT_EQ(again.findings[0].rules_digest, capture.rules_digest) << row.packs;
    EXPECT_EQ(again.findings[0].times_seen, 2u) << row.packs;
  }
}

}  // namespace
}  // namespace gasht
