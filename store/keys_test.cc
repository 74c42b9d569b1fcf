#include "store/keys.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace gasht {
namespace {

// Stored bytes of version 1: they never change.
TEST(KeysTest, Golden) {
  const SourceId source{"m1"};
  const UrlKey url{std::string(16, 'u')};
  const ListingId listing{std::string(32, 'a')};
  const FindingId finding{"f-0123456789abcdef"};
  FrontierEntry entry;
  entry.source = source;
  entry.key = url;
  entry.priority = CrawlPriority::kListing;
  entry.due = {5};
  const std::string url_hex = "75757575757575757575757575757575";
  const std::string listing_hex = HexEncode(listing.value);
  const std::string finding_hex = "662d30313233343536373839616263646566";
  const std::pair<std::string, std::string> cases[] = {
      {NumberKey(258), "0000000000000102"},
      {CaptureBySourceKey(source, {7}),
       "6d3100"
       "0000000000000007"},
      {ListingKey(source, listing), "6d3100" + listing_hex},
      {ObservationKey(source, listing, {7}), "6d3100" + listing_hex + "0000000000000007"},
      {FindingIndexKey(source, {Level::kHigh, 80, {5}, finding}),
       "6d3100"
       "fb"
       "af"
       "7ffffffffffffffa" +
           finding_hex},
      {FindingIndexKey({}, {Level::kHigh, 80, {5}, finding}),
       "00"
       "fb"
       "af"
       "7ffffffffffffffa" +
           finding_hex},
      {ReviewKey(finding, 9), finding_hex + "0000000000000009"},
      {AlertKey({7}, 258),
       "0000000000000007"
       "0102"},
      {FrontierKey(source, url), "6d3100" + url_hex},
      {ScheduleKey(entry),
       "6d3100"
       "02"
       "8000000000000005" +
           url_hex},
      {NodeKey({3, 258}),
       "03"
       "0000000000000102"},
  };
  for (const auto& [key, hex] : cases) EXPECT_EQ(HexEncode(key), hex);
}

TEST(KeysTest, NumbersAndTimesSort) {
  const std::vector<int64_t> times = {
      std::numeric_limits<int64_t>::min(), -1, 0, 1, 255, 256, 1'700'000'000'000'000,
      std::numeric_limits<int64_t>::max()};
  std::vector<std::string> keys;
  for (const int64_t micros : times) {
    std::string key;
    AppendTime({micros}, key);
    EXPECT_EQ(ReadTime(key).micros, micros);
    keys.push_back(key);
  }
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

TEST(KeysTest, FindingsSortByLevelThenByScoreThenByLastSeen) {
  const FindingId id{"f-0123456789abcdef"};
  const FindingIndexRow rows[] = {{Level::kCritical, 90, {1}, id}, {Level::kHigh, 100, {7}, id},
                                  {Level::kHigh, 80, {9}, id},     {Level::kHigh, 80, {8}, id},
                                  {Level::kHigh, 0, {99}, id},     {Level::kInformational, 30, {100}, id}};
  std::vector<std::string> keys;
  for (const FindingIndexRow& row : rows) {
    keys.push_back(FindingIndexKey({}, row));
    EXPECT_EQ(ParseFindingIndexKey(keys.back()), row) << row.score;
    EXPECT_EQ(ParseFindingIndexKey(FindingIndexKey({"m1"}, row)), row) << row.score;
  }
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
}

// "ab" and "a" share no prefix, though one name begins with the other.
TEST(KeysTest, SourcesDoNotShareAPrefix) {
  EXPECT_FALSE(FrontierKey({"ab"}, {std::string(16, 'k')}).starts_with(SourcePrefix({"a"})));
}

TEST(KeysTest, ParsersRefuseOtherSizes) {
  EXPECT_FALSE(ParseNumberKey("1234567"));
  EXPECT_FALSE(ParseNumberKey("123456789"));
  EXPECT_FALSE(ParseFindingIndexKey("short"));
  EXPECT_FALSE(ParseFindingIndexKey(std::string(29, 'x')));
  EXPECT_FALSE(ParseFindingIndexKey(std::string(11, '\xfb') + "f-0123456789abcdeX"));
  EXPECT_FALSE(ParseFindingIndexKey(std::string(11, '\0') + "f-0123456789abcdef")) << "no such level";
  EXPECT_FALSE(ParseScheduleKey("m1" + std::string(20, 'x'), 3));
}

}  // namespace
}  // namespace gasht
