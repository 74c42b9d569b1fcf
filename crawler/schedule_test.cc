#include "crawler/schedule.h"

#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gasht {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

constexpr UtcTime kNow{1'700'000'000'000'000};

Source MakeSource() {
  Source source;
  source.id = {"market"};
  source.seeds.push_back(*Url::Parse("http://shop.example/"));
  source.schedule = {hours(24), hours(1), hours(24 * 7)};
  return source;
}

FrontierEntry MakeEntry(const std::string& path) {
  const Url url = *Url::Parse("http://shop.example" + path);
  FrontierEntry entry;
  entry.source = {"market"};
  entry.key = MakeUrlKey(entry.source, url, {});
  entry.url = url.str();
  entry.due = kNow - hours(1);
  return entry;
}

Capture MakeCapture(FetchOutcome outcome, int32_t status = 0, std::string detail = "") {
  Capture capture;
  capture.outcome = outcome;
  capture.status = status;
  capture.detail = std::move(detail);
  capture.started_utc = kNow - minutes(1);
  return capture;
}

// Within the jitter of a twentieth.
bool About(microseconds actual, microseconds expected) {
  return actual >= expected - expected / 20 && actual <= expected + expected / 20;
}

TEST(NextVisit, ByOutcome) {
  const struct {
    FetchOutcome outcome;
    int32_t status;
    std::string detail;
    FrontierState state;
    microseconds wait;        // after the first failure
    microseconds wait_later;  // after very many
    uint32_t failures;
  } rows[] = {
      {FetchOutcome::kOk, 200, "", FrontierState::kScheduled, hours(24), hours(24), 0},
      {FetchOutcome::kNotModified, 304, "", FrontierState::kScheduled, hours(24), hours(24), 0},
      {FetchOutcome::kTooLarge, 200, "", FrontierState::kScheduled, hours(24), hours(24), 0},
      {FetchOutcome::kHttpError, 500, "", FrontierState::kScheduled, minutes(10), hours(12), 1},
      {FetchOutcome::kHttpError, 503, "", FrontierState::kScheduled, minutes(30), hours(24), 1},
      {FetchOutcome::kHttpError, 429, "", FrontierState::kScheduled, minutes(30), hours(24), 1},
      {FetchOutcome::kHttpError, 403, "", FrontierState::kScheduled, hours(1), hours(24), 1},
      {FetchOutcome::kHttpError, 302, "", FrontierState::kScheduled, hours(1), hours(24), 1},
      {FetchOutcome::kOnionDescriptorMissing, 0, "", FrontierState::kScheduled, hours(1), hours(24), 1},
      {FetchOutcome::kOnionUnreachable, 0, "", FrontierState::kScheduled, minutes(5), hours(6), 1},
      // Tor's own words: F0 to F3 and F7.
      {FetchOutcome::kOnionDescriptorMissing, 0, "Tor: onion service descriptor not found (240)",
       FrontierState::kScheduled, hours(1), hours(24), 1},
      {FetchOutcome::kOnionDescriptorMissing, 0, "Tor: onion service descriptor invalid (241)",
       FrontierState::kScheduled, hours(6), hours(48), 1},
      {FetchOutcome::kOnionUnreachable, 0, "Tor: introduction failed (242)", FrontierState::kScheduled,
       minutes(2), hours(6), 1},
      {FetchOutcome::kOnionUnreachable, 0, "Tor: rendezvous failed (243)", FrontierState::kScheduled,
       minutes(2), hours(6), 1},
      {FetchOutcome::kOnionUnreachable, 0, "Tor: introduction timed out (247)", FrontierState::kScheduled,
       minutes(5), hours(6), 1},
      {FetchOutcome::kExitRefused, 0, "", FrontierState::kScheduled, minutes(10), hours(6), 1},
      {FetchOutcome::kDnsFailed, 0, "", FrontierState::kScheduled, hours(1), hours(24), 1},
      {FetchOutcome::kConnectionRefused, 0, "", FrontierState::kScheduled, minutes(10), hours(12), 1},
      {FetchOutcome::kConnectionReset, 0, "", FrontierState::kScheduled, minutes(2), hours(6), 1},
      {FetchOutcome::kConnectTimeout, 0, "", FrontierState::kScheduled, minutes(5), hours(6), 1},
      {FetchOutcome::kTransferTimeout, 0, "", FrontierState::kScheduled, minutes(10), hours(12), 1},
      {FetchOutcome::kTls, 0, "", FrontierState::kScheduled, hours(1), hours(24), 1},
      {FetchOutcome::kBlockedByScope, 302, "redirect out of scope: ip literal", FrontierState::kScheduled,
       hours(6), hours(24 * 7), 1},
  };
  for (const auto& row : rows) {
    const std::string name = fmt::format("{} {}", FetchOutcomeName(row.outcome), row.status);
    const Capture capture = MakeCapture(row.outcome, row.status, row.detail);
    FrontierEntry before = MakeEntry("/a");
    const FrontierEntry next = NextVisit(MakeSource(), before, capture, kNow);
    EXPECT_EQ(FrontierStateName(next.state), FrontierStateName(row.state)) << name;
    EXPECT_TRUE(About(next.due - kNow, row.wait))
        << name << ": " << (next.due - kNow).count() / 1'000'000 << " s";
    EXPECT_EQ(next.failures, row.failures) << name;
    EXPECT_EQ(next.visits, 1u) << name;
    EXPECT_EQ(next.last_fetch, capture.started_utc) << name;
    EXPECT_EQ(FetchOutcomeName(next.last_outcome), FetchOutcomeName(row.outcome)) << name;
    EXPECT_EQ(next.last_status, row.status) << name;

    before.failures = 1'000'000;
    const FrontierEntry later = NextVisit(MakeSource(), before, capture, kNow);
    EXPECT_TRUE(About(later.due - kNow, row.wait_later))
        << name << ": " << (later.due - kNow).count() / 1'000'000 << " s";
  }
}

TEST(NextVisit, BackOffDoubles) {
  FrontierEntry entry = MakeEntry("/a");
  for (const int expected_minutes : {5, 10, 20, 40, 80, 160, 320, 360, 360}) {
    entry = NextVisit(MakeSource(), entry, MakeCapture(FetchOutcome::kOnionUnreachable), kNow);
    EXPECT_TRUE(About(entry.due - kNow, minutes(expected_minutes)))
        << entry.failures << ": " << (entry.due - kNow).count() / 60'000'000;
  }
  entry = NextVisit(MakeSource(), entry, MakeCapture(FetchOutcome::kOk, 200), kNow);
  EXPECT_EQ(entry.failures, 0u);
}

TEST(NextVisit, OwnOutagesAndStopsChangeNothing) {
  FrontierEntry before = MakeEntry("/a");
  before.failures = 3;
  for (const FetchOutcome outcome :
       {FetchOutcome::kProxyDown, FetchOutcome::kNetworkDown, FetchOutcome::kCancelled})
    EXPECT_EQ(NextVisit(MakeSource(), before, MakeCapture(outcome), kNow), before)
        << FetchOutcomeName(outcome);
}

TEST(NextVisit, EndsOfPages) {
  const struct {
    std::string name;
    FetchOutcome outcome;
    int32_t status;
    std::string detail;
    PageClass page_class;
    FrontierState state, state_of_seed;
  } rows[] = {
      {"log-in wall", FetchOutcome::kOk, 200, "", PageClass::kLoginWall, FrontierState::kHeld,
       FrontierState::kHeld},
      {"HTTP 401", FetchOutcome::kHttpError, 401, "", PageClass::kError, FrontierState::kHeld,
       FrontierState::kHeld},
      {"onion auth", FetchOutcome::kOnionAuthNeeded, 0, "", PageClass::kContent, FrontierState::kHeld,
       FrontierState::kHeld},
      {"bad onion", FetchOutcome::kBadOnionAddress, 0, "", PageClass::kContent, FrontierState::kGone,
       FrontierState::kGone},
      {"picture", FetchOutcome::kContentTypeRefused, 200, "", PageClass::kContent, FrontierState::kRefused,
       FrontierState::kScheduled},
      {"own scope", FetchOutcome::kBlockedByScope, 0, "out of scope: exclude /a", PageClass::kContent,
       FrontierState::kRefused, FrontierState::kScheduled},
      {"first 404", FetchOutcome::kHttpError, 404, "", PageClass::kError, FrontierState::kScheduled,
       FrontierState::kScheduled},
  };
  for (const auto& row : rows) {
    Capture capture = MakeCapture(row.outcome, row.status, row.detail);
    capture.page_class = row.page_class;
    FrontierEntry entry = MakeEntry("/a");
    EXPECT_EQ(FrontierStateName(NextVisit(MakeSource(), entry, capture, kNow).state),
              FrontierStateName(row.state))
        << row.name;
    entry.priority = CrawlPriority::kSeed;
    const FrontierEntry seed = NextVisit(MakeSource(), entry, capture, kNow);
    EXPECT_EQ(FrontierStateName(seed.state), FrontierStateName(row.state_of_seed)) << row.name;
    EXPECT_TRUE(seed.state != FrontierState::kScheduled || seed.due > kNow) << row.name;
  }
}

TEST(NextVisit, GoneIsWhatIsMissingTwiceInARow) {
  const Source source = MakeSource();
  const Capture missing = MakeCapture(FetchOutcome::kHttpError, 404),
                gone = MakeCapture(FetchOutcome::kHttpError, 410);
  const Capture broken = MakeCapture(FetchOutcome::kHttpError, 500);
  const FrontierEntry once = NextVisit(source, MakeEntry("/a"), missing, kNow);
  EXPECT_EQ(once.state, FrontierState::kScheduled);
  EXPECT_EQ(NextVisit(source, once, gone, kNow).state, FrontierState::kGone);
  EXPECT_EQ(NextVisit(source, NextVisit(source, once, broken, kNow), missing, kNow).state,
            FrontierState::kScheduled)
      << "an error between them";
  FrontierEntry seed = MakeEntry("/");
  seed.priority = CrawlPriority::kSeed;
  seed = NextVisit(source, NextVisit(source, seed, missing, kNow), missing, kNow);
  EXPECT_EQ(seed.state, FrontierState::kScheduled) << "a seed is never given up";
  EXPECT_TRUE(About(seed.due - kNow, hours(24 * 7)));
}

TEST(NextVisit, PageClassesThatAreNoContentWaitShorterOrLonger) {
  const struct {
    PageClass page_class;
    microseconds wait;
  } rows[] = {{PageClass::kContent, hours(24)}, {PageClass::kSeizureBanner, hours(24)},
              {PageClass::kCaptcha, hours(2)},  {PageClass::kQueue, minutes(10)},
              {PageClass::kIspBlock, hours(6)}, {PageClass::kError, minutes(30)},
              {PageClass::kEmpty, hours(1)},    {PageClass::kParked, hours(24)}};
  for (const auto& row : rows) {
    Capture capture = MakeCapture(FetchOutcome::kOk, 200);
    capture.page_class = row.page_class;
    const FrontierEntry next = NextVisit(MakeSource(), MakeEntry("/a"), capture, kNow);
    EXPECT_TRUE(About(next.due - kNow, row.wait)) << PageClassName(row.page_class);
  }
}

TEST(NextVisit, IntervalAdaptsToChange) {
  const Source source = MakeSource();
  const Capture seen = MakeCapture(FetchOutcome::kOk, 200);
  const Capture same = MakeCapture(FetchOutcome::kNotModified, 304);
  const Digest a = Sha256("a"), b = Sha256("b");
  FrontierEntry entry = NextVisit(source, MakeEntry("/a"), seen, kNow, {.signature = a});
  const struct {
    const char* what;
    const Capture& capture;
    Digest signature;
    microseconds interval;
  } steps[] = {
      {"unchanged", seen, a, hours(36)},
      {"unchanged", seen, a, hours(54)},
      {"not modified", same, {}, hours(81)},
      {"changed", seen, b, microseconds(hours(81)) / 2},
      {"not read", seen, {}, microseconds(hours(81)) / 2},
      {"changed", seen, a, microseconds(hours(81)) / 4},
      {"changed", seen, b, microseconds(hours(81)) / 8},
      {"changed", seen, a, microseconds(hours(81)) / 16},
      {"changed", seen, b, microseconds(hours(81)) / 32},
      {"changed", seen, a, microseconds(hours(81)) / 64},
      {"at its least", seen, b, hours(1)},
  };
  EXPECT_EQ(entry.interval, hours(24));
  for (const auto& step : steps) {
    entry = NextVisit(source, entry, step.capture, kNow, {.signature = step.signature});
    EXPECT_EQ(entry.interval, step.interval) << step.what;
    EXPECT_TRUE(About(entry.due - kNow, step.interval)) << step.what;
  }
  for (int i = 0; i < 40; ++i) entry = NextVisit(source, entry, same, kNow);
  EXPECT_EQ(entry.interval, hours(24 * 7)) << "at its most";
}

TEST(NextVisit, ReviewedPagesHaveTheirOwnClock) {
  Source source = MakeSource();
  source.schedule.review_interval = hours(2);
  FrontierEntry entry = MakeEntry("/a");
  entry.watched = true;
  entry.interval = hours(48);
  const FrontierEntry next = NextVisit(source, entry, MakeCapture(FetchOutcome::kNotModified, 304), kNow);
  EXPECT_TRUE(About(next.due - kNow, hours(2)));
  EXPECT_EQ(next.interval, hours(72)) << "the page's own goes on beside it";
  EXPECT_TRUE(next.watched);
}

TEST(NextVisit, DueWithinTheHoursOfTheSource) {
  Source source = MakeSource();
  source.schedule.hours = {hours(1), hours(5)};
  std::set<int64_t> due;
  for (int i = 0; i < 50; ++i) {
    const FrontierEntry next =
        NextVisit(source, MakeEntry(fmt::format("/{}", i)),
                  MakeCapture(i % 2 == 0 ? FetchOutcome::kOk : FetchOutcome::kTls, 200), kNow);
    EXPECT_TRUE(source.schedule.hours.Contains(next.due)) << FormatRfc3339(next.due);
    due.insert(next.due.micros);
  }
  EXPECT_GT(due.size(), 20u) << "not all at the first moment";
}

TEST(NextVisit, RetryAfterIsObeyed) {
  const struct {
    int32_t status;
    const char* field;
    uint32_t failures;
    microseconds wait;
  } rows[] = {
      {429, "Retry-After: 120\r\n", 0, minutes(2)},
      {503, "Retry-After: 7200\r\n", 0, hours(2)},
      {503, "", 0, minutes(30)},
      {429, "Retry-After: 1\r\n", 8, hours(24)},  // it has asked too often for too little
      {500, "Retry-After: 7200\r\n", 0, minutes(10)},
  };
  for (const auto& row : rows) {
    Capture capture = MakeCapture(FetchOutcome::kHttpError, row.status);
    capture.response_head = fmt::format("HTTP/1.1 {} X\r\n{}\r\n", row.status, row.field);
    FrontierEntry before = MakeEntry("/a");
    before.failures = row.failures;
    const FrontierEntry next = NextVisit(MakeSource(), before, capture, kNow);
    EXPECT_TRUE(About(next.due - kNow, row.wait)) << row.status << " " << row.field;
  }
}

TEST(NextVisit, WallsCountWhateverTheStatus) {
  Capture capture = MakeCapture(FetchOutcome::kHttpError, 403);
  capture.has_body = true;
  capture.page_class = PageClass::kCaptcha;
  const FrontierEntry next = NextVisit(MakeSource(), MakeEntry("/a"), capture, kNow);
  EXPECT_TRUE(About(next.due - kNow, hours(2)));
  EXPECT_EQ(PageClassName(next.page_class), "captcha");
  EXPECT_EQ(next.seen_round, 0u);
}

TEST(NextVisit, ValidatorsOfTheLastBody) {
  Capture capture = MakeCapture(FetchOutcome::kOk, 200);
  capture.response_head = "HTTP/1.1 200 OK\r\nETag: \"a\"\r\n\r\n";
  FrontierEntry next = NextVisit(MakeSource(), MakeEntry("/a"), capture, kNow);
  EXPECT_EQ(next.etag, "\"a\"");
  EXPECT_EQ(next.seen_round, RoundOf(MakeSource(), kNow));
  next = NextVisit(MakeSource(), next, MakeCapture(FetchOutcome::kNotModified, 304), kNow);
  EXPECT_EQ(next.etag, "\"a\"") << "a 304 need not repeat it";
  capture.response_head = "HTTP/1.1 200 OK\r\n\r\n";
  EXPECT_EQ(NextVisit(MakeSource(), next, capture, kNow).etag, "");
}

TEST(NextVisit, APersonsNowIsOver) {
  FrontierEntry entry = MakeEntry("/a");
  entry.priority = CrawlPriority::kNow;
  entry.usual_priority = CrawlPriority::kListing;
  entry.asked_by = "officer";
  FrontierEntry next = NextVisit(MakeSource(), entry, MakeCapture(FetchOutcome::kOk, 200), kNow);
  EXPECT_EQ(CrawlPriorityName(next.priority), "listing");
  EXPECT_EQ(next.asked_by, "");
  EXPECT_EQ(FrontierStateName(next.state), "scheduled");
  EXPECT_EQ(NextVisit(MakeSource(), entry, MakeCapture(FetchOutcome::kProxyDown), kNow), entry)
      << "not while our own way out is away";
  Source tips = MakeSource();
  tips.id = {std::string(kTipsSource)};
  EXPECT_EQ(FrontierStateName(NextVisit(tips, entry, MakeCapture(FetchOutcome::kOk, 200), kNow).state),
            "done");
}

TEST(Robots, WhatAnAttemptSays) {
  FrontierEntry row = MakeEntry("/robots.txt");
  row.kind = TargetKind::kRobots;
  PageAnalysis rules;
  rules.robots.rules = {{false, "/x"}};
  RobotsState known;
  known.source = row.source;
  known.origin = "http://shop.example";
  known.verdict = RobotsVerdict::kRules;
  known.rules = rules.robots;
  const struct {
    const char* what;
    FetchOutcome outcome;
    int32_t status;
    bool has_known;
    const char* verdict;
    size_t count;
  } rows[] = {
      {"rules", FetchOutcome::kOk, 200, false, "rules", 1},
      {"404", FetchOutcome::kHttpError, 404, true, "none", 0},
      {"401", FetchOutcome::kHttpError, 401, true, "none", 0},
      {"503", FetchOutcome::kHttpError, 503, false, "unreachable", 0},
      {"503, known", FetchOutcome::kHttpError, 503, true, "rules", 1},
      {"429", FetchOutcome::kHttpError, 429, false, "unreachable", 0},
      {"dead", FetchOutcome::kOnionUnreachable, 0, false, "unreachable", 0},
      {"304", FetchOutcome::kNotModified, 304, true, "rules", 1},
      {"a picture", FetchOutcome::kContentTypeRefused, 200, false, "none", 0},
      {"elsewhere", FetchOutcome::kBlockedByScope, 302, false, "none", 0},
  };
  for (const auto& c : rows) {
    const auto robots = RobotsAfter(row, MakeCapture(c.outcome, c.status),
                                    c.outcome == FetchOutcome::kOk ? rules : PageAnalysis(),
                                    c.has_known ? std::optional(known) : std::nullopt);
    ASSERT_TRUE(robots.has_value()) << c.what;
    EXPECT_EQ(RobotsVerdictName(robots->verdict), c.verdict) << c.what;
    EXPECT_EQ(robots->rules.rules.size(), c.count) << c.what;
    EXPECT_EQ(robots->origin, "http://shop.example") << c.what;
  }
  EXPECT_FALSE(RobotsAfter(row, MakeCapture(FetchOutcome::kProxyDown), {}, std::nullopt).has_value());
}

TEST(NextVisit, IntervalIsBoundedAndSpread) {
  Source source = MakeSource();
  source.schedule.interval = minutes(1);
  EXPECT_TRUE(About(NextVisit(source, MakeEntry("/a"), MakeCapture(FetchOutcome::kOk, 200), kNow).due - kNow,
                    hours(1)));
  std::set<int64_t> due;
  for (int i = 0; i < 100; ++i)
    due.insert(
        NextVisit(MakeSource(), MakeEntry(fmt::format("/{}", i)), MakeCapture(FetchOutcome::kOk, 200), kNow)
            .due.micros);
  EXPECT_GT(due.size(), 40u) << "pages fetched together do not come back together";
}

TEST(Seeds, DueNowOnceEach) {
  Source source = MakeSource();
  source.seeds.push_back(*Url::Parse("http://shop.example/all"));
  source.seeds.push_back(*Url::Parse("http://shop.example/all?sid=1"));
  source.strip_params = {"sid"};
  const std::vector<FrontierEntry> entries = SeedEntries(source, kNow);
  ASSERT_EQ(entries.size(), 2u);
  const std::optional<FrontierEntry> robots = RobotsEntry(source, "http://shop.example", kNow);
  ASSERT_TRUE(robots.has_value());
  EXPECT_EQ(robots->url, "http://shop.example/robots.txt");
  EXPECT_EQ(TargetKindName(robots->kind), "robots");
  EXPECT_EQ(entries[1].url, "http://shop.example/all");
  EXPECT_EQ(entries[1].due, kNow);
  EXPECT_EQ(entries[1].depth, 0u);
  EXPECT_EQ(entries[1].priority, CrawlPriority::kSeed);
  EXPECT_EQ(entries[1].key, MakeUrlKey(source.id, source.seeds[1], source.strip_params));
}

TEST(Seeds, FilesOfOneAddress) {
  Source source = MakeSource();
  source.mirrors = {*Url::Parse("http://mirror.example/")};
  const FrontierEntry own = *RobotsEntry(source, "http://shop.example", kNow);
  EXPECT_EQ(own.key, MakeUrlKey(source.id, *Url::Parse("http://shop.example/robots.txt"), {}))
      << "as older versions filed it";
  const FrontierEntry mirror = *RobotsEntry(source, "http://mirror.example", kNow);
  EXPECT_EQ(mirror.url, "http://mirror.example/robots.txt");
  EXPECT_NE(mirror.key, own.key);
  EXPECT_FALSE(RobotsEntry(source, "no address", kNow).has_value());

  EXPECT_FALSE(MirrorListEntry(source, kNow).has_value());
  source.mirror_list = {*Url::Parse("http://lists.example/shop.txt"), {}, ""};
  const FrontierEntry list = *MirrorListEntry(source, kNow);
  EXPECT_EQ(list.url, "http://lists.example/shop.txt");
  EXPECT_EQ(TargetKindName(list.kind), "mirror_list");
  EXPECT_TRUE(HasAddressOfItsOwn(source, list));
  EXPECT_TRUE(HasAddressOfItsOwn(source, mirror));
  source.mirror_list = {*Url::Parse("http://mirror.example/mirrors.txt"), {}, ""};
  EXPECT_FALSE(HasAddressOfItsOwn(source, *MirrorListEntry(source, kNow))) << "a page of the site";
  EXPECT_FALSE(HasAddressOfItsOwn(source, MakeEntry("/a")));
}

TEST(Seeds, ASitemapIsTriedWhereRobotsNamesNone) {
  Source source = MakeSource();
  RobotsState robots;
  robots.origin = "http://shop.example";
  const auto maps = [&] {
    std::string urls;
    for (const FrontierEntry& entry : SitemapEntries(source, Scope(source), robots, kNow)) {
      EXPECT_EQ(TargetKindName(entry.kind), "sitemap");
      urls += entry.url + " ";
    }
    return urls;
  };
  robots.verdict = RobotsVerdict::kNone;
  EXPECT_EQ(maps(), "http://shop.example/sitemap.xml ");
  robots.verdict = RobotsVerdict::kRules;
  EXPECT_EQ(maps(), "http://shop.example/sitemap.xml ");
  robots.rules.sitemaps = {"/maps/1.xml", "http://elsewhere.example/2.xml"};
  EXPECT_EQ(maps(), "http://shop.example/maps/1.xml ");
  robots.rules.sitemaps.clear();
  source.discover_sitemap = false;
  EXPECT_EQ(maps(), "");
  source.discover_sitemap = true;
  robots.verdict = RobotsVerdict::kUnreachable;
  EXPECT_EQ(maps(), "");
}

TEST(MirrorLists, WhatAnAttemptLeaves) {
  FrontierEntry row = MakeEntry("/mirrors.txt");
  row.kind = TargetKind::kMirrorList;
  Capture capture = MakeCapture(FetchOutcome::kOk, 200);
  capture.has_body = true;
  PageAnalysis analysis;
  analysis.signed_list = {SignatureVerdict::kBad, "", {}, {}, 4};
  EXPECT_EQ(MirrorListAfter(row, capture, analysis)->list, *analysis.signed_list);
  analysis.signed_list.reset();
  EXPECT_EQ(MirrorListAfter(row, capture, analysis)->list.verdict, SignatureVerdict::kUnread)
      << "its reader did not survive it";
  capture.outcome = FetchOutcome::kConnectTimeout;
  capture.has_body = false;
  EXPECT_FALSE(MirrorListAfter(row, capture, analysis).has_value());
  EXPECT_FALSE(MirrorListAfter(MakeEntry("/a"), MakeCapture(FetchOutcome::kOk, 200), analysis).has_value());
  // Never given up: a person put it there.
  row.failures = row.last_status = 404;
  EXPECT_EQ(
      FrontierStateName(NextVisit(MakeSource(), row, MakeCapture(FetchOutcome::kHttpError, 404), kNow).state),
      "scheduled");
}

PageAnalysis PageWithLinks(const std::vector<std::string>& urls) {
  PageAnalysis analysis;
  for (const std::string& url : urls) {
    Link link;
    link.url = url;
    analysis.document.links.push_back(std::move(link));
  }
  return analysis;
}

std::vector<std::string> UrlsOf(const std::vector<FrontierEntry>& entries) {
  std::vector<std::string> urls;
  for (const FrontierEntry& entry : entries) urls.push_back(entry.url);
  return urls;
}

TEST(Outlinks, ScopeAndDuplicates) {
  Source source = MakeSource();
  source.mirrors.push_back(*Url::Parse("http://mirror.example/"));
  source.strip_params = {"sid"};
  const PageAnalysis analysis =
      PageWithLinks({"http://shop.example/b", "http://other.example/c", "http://mirror.example/b",
                     "http://shop.example/b?sid=4", "http://shop.example/d?sid=4&x=1", "http://127.0.0.1/",
                     "mailto:x@shop.example", "not a url", "", "http://shop.example/a"});
  const std::vector<FrontierEntry> entries =
      AdmitOutlinks(source, Scope(source), analysis, MakeEntry("/a"), kNow).entries;
  EXPECT_EQ(UrlsOf(entries),
            (std::vector<std::string>{"http://shop.example/b", "http://shop.example/d?x=1"}));
  EXPECT_EQ(entries[0].depth, 1u);
  EXPECT_EQ(entries[0].due, kNow);
  EXPECT_EQ(entries[0].visits, 0u);
}

TEST(Outlinks, DepthAndCountHaveLimits) {
  Source source = MakeSource();
  source.politeness.max_depth = 3;
  FrontierEntry from = MakeEntry("/a");
  from.depth = 2;
  EXPECT_EQ(AdmitOutlinks(source, Scope(source), PageWithLinks({"http://shop.example/b"}), from, kNow)
                .entries.size(),
            1u);
  from.depth = 3;
  EXPECT_EQ(AdmitOutlinks(source, Scope(source),
                          PageWithLinks({"http://shop.example/b", "http://x.example/"}), from, kNow)
                .drops,
            (std::map<std::string, uint64_t>{{"depth", 1}}));
  EXPECT_EQ(AdmitOutlinks(source, Scope(source), PageWithLinks({"http://shop.example/b"}), from, kNow)
                .entries.size(),
            0u);

  std::vector<std::string> urls;
  for (size_t i = 0; i < kMaxOutlinks + 10; ++i) urls.push_back(fmt::format("http://shop.example/p{}", i));
  EXPECT_EQ(AdmitOutlinks(source, Scope(source), PageWithLinks(urls), MakeEntry("/a"), kNow).entries.size(),
            kMaxOutlinks);
  EXPECT_EQ(AdmitOutlinks(source, Scope(source), PageWithLinks(urls), MakeEntry("/a"), kNow).drops,
            (std::map<std::string, uint64_t>{{"links_of_page", 10}}));
}

TEST(Outlinks, WallsAndRobotsHaveNone) {
  const Source source = MakeSource();
  PageAnalysis analysis = PageWithLinks({"http://shop.example/b"});
  struct {
    PageClass page_class;
    size_t admitted;
  } const rows[] = {{PageClass::kLoginWall, 0},
                    {PageClass::kCaptcha, 0},
                    {PageClass::kQueue, 0},
                    {PageClass::kSeizureBanner, 0},
                    {PageClass::kIspBlock, 0},
                    {PageClass::kParked, 0},
                    // The door to a site, and its menu.
                    {PageClass::kEmpty, 1},
                    {PageClass::kError, 1},
                    {PageClass::kContent, 1}};
  for (const auto& row : rows) {
    analysis.document.page_class = row.page_class;
    EXPECT_EQ(AdmitOutlinks(source, Scope(source), analysis, MakeEntry("/a"), kNow).entries.size(),
              row.admitted)
        << PageClassName(row.page_class);
  }
  analysis.document.page_class = PageClass::kContent;
  FrontierEntry robots = MakeEntry("/robots.txt");
  robots.kind = TargetKind::kRobots;
  EXPECT_TRUE(AdmitOutlinks(source, Scope(source), analysis, robots, kNow).entries.empty());
}

TEST(Outlinks, FeedsAndMapsOfTheSite) {
  Source source = MakeSource();
  source.scope = {{ScopeRule::Action::kInclude, "/item/"}, {ScopeRule::Action::kInclude, "/news"}};
  PageAnalysis analysis = PageWithLinks({"http://shop.example/news/rss.xml", "http://shop.example/item/1",
                                         "http://shop.example/sitemap.xml", "http://shop.example/other"});
  AdmittedLinks admitted = AdmitOutlinks(source, Scope(source), analysis, MakeEntry("/"), kNow);
  ASSERT_EQ(UrlsOf(admitted.entries),
            (std::vector<std::string>{"http://shop.example/news/rss.xml", "http://shop.example/item/1",
                                      "http://shop.example/sitemap.xml"}));
  EXPECT_EQ(TargetKindName(admitted.entries[0].kind), "feed");
  EXPECT_EQ(TargetKindName(admitted.entries[1].kind), "page");
  EXPECT_EQ(TargetKindName(admitted.entries[2].kind), "sitemap");
  // What a map names are pages, in scope, and further maps.
  analysis.document.page_class = PageClass::kEmpty;
  analysis.document.links[2].rel = "sitemap";
  FrontierEntry map = MakeEntry("/sitemap.xml");
  map.kind = TargetKind::kSitemap;
  admitted = AdmitOutlinks(source, Scope(source), analysis, map, kNow);
  EXPECT_EQ(UrlsOf(admitted.entries),
            (std::vector<std::string>{"http://shop.example/news/rss.xml", "http://shop.example/item/1"}))
      << "itself is known";
}

TEST(Outlinks, FeedsThatAPageNamesAreReadUnlessTheSourceSaysNo) {
  Source source = MakeSource();
  PageAnalysis analysis =
      PageWithLinks({"http://shop.example/updates?format=1", "http://shop.example/a.html"});
  analysis.document.links[0].rel = kFeedRel;
  AdmittedLinks admitted = AdmitOutlinks(source, Scope(source), analysis, MakeEntry("/"), kNow);
  ASSERT_EQ(admitted.entries.size(), 2u);
  EXPECT_EQ(TargetKindName(admitted.entries[0].kind), "feed");
  source.discover_feeds = false;
  admitted = AdmitOutlinks(source, Scope(source), analysis, MakeEntry("/"), kNow);
  EXPECT_EQ(UrlsOf(admitted.entries), (std::vector<std::string>{"http://shop.example/a.html"}));
}

TEST(Outlinks, LinksElsewhereAreReadUpToALimit) {
  std::vector<std::string> urls;
  for (size_t i = 0; i < kMaxLinksRead; ++i) urls.push_back(fmt::format("http://other.example/{}", i));
  urls.push_back("http://shop.example/behind-them");
  const Source source = MakeSource();
  EXPECT_EQ(AdmitOutlinks(source, Scope(source), PageWithLinks(urls), MakeEntry("/a"), kNow).entries.size(),
            0u);
  urls.front() = urls.back();
  EXPECT_EQ(AdmitOutlinks(source, Scope(source), PageWithLinks(urls), MakeEntry("/a"), kNow).entries.size(),
            1u);
}

TEST(Outlinks, OffersFirstThenListsThenTheRest) {
  PageAnalysis analysis = PageWithLinks(
      {"http://shop.example/about", "http://shop.example/?page=2", "http://shop.example/item/9"});
  Listing offer;
  offer.url = "http://shop.example/item/9";
  analysis.listings.push_back(offer);
  const Source source = MakeSource();
  const std::vector<FrontierEntry> entries =
      AdmitOutlinks(source, Scope(source), analysis, MakeEntry("/"), kNow).entries;
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].priority, CrawlPriority::kRest);
  EXPECT_EQ(entries[1].priority, CrawlPriority::kIndex);
  EXPECT_EQ(entries[2].priority, CrawlPriority::kListing);
}

TEST(Outlinks, LooksLikeIndex) {
  const struct {
    std::string url, text;
    bool index;
  } rows[] = {
      {"/list?page=2", "", true}, {"/list?p=12", "", true},  {"/?p=hello", "", false},
      {"/page/3", "", true},      {"/category/x", "", true}, {"/category.php?id=3", "", true},
      {"/x", "Next", true},       {"/x", " 17 ", true},      {"/x", "اگلا", true},
      {"/x", ">>", true},         {"/homepage", "", false},  {"/item/5", "Charas", false},
      {"/x?offset=40", "", true}, {"/pagerank", "", false},  {"/x", "", false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(LooksLikeIndex(*Url::Parse("http://shop.example" + row.url), row.text), row.index)
        << row.url << " " << row.text;
}

}  // namespace
}  // namespace gasht
