#include "crawler/courtesy.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Capture Answer(int32_t status, const std::string& fields) {
  Capture capture;
  capture.status = status;
  capture.response_head = "HTTP/1.1 " + std::to_string(status) + " X\r\n" + fields + "\r\n";
  return capture;
}

TEST(CourtesyTest, RetryAfter) {
  const UtcTime now = *ParseRfc3339("2026-11-25T19:00:00Z");
  const struct {
    int32_t status;
    const char* fields;
    std::optional<microseconds> wait;
  } rows[] = {
      {200, "Retry-After: 10\r\n", std::nullopt},
      {500, "Retry-After: 10\r\n", std::nullopt},
      {429, "Retry-After: 120\r\n", seconds(120)},
      {503, "retry-AFTER:0\r\n", seconds(0)},
      {429, "", minutes(1)},
      {429, "Retry-After: soon\r\n", minutes(1)},
      {429, "Retry-After: -5\r\n", minutes(1)},
      {429, "Retry-After: 99999999999999999999999\r\n", hours(24)},
      {429, "Retry-After: 18446744073709551615\r\n", hours(24)},
      {429, "Retry-After: 999999\r\n", hours(24)},
      {503, "Retry-After: Wed, 25 Nov 2026 19:05:00 GMT\r\n", minutes(5)},
      {503, "Retry-After: Wednesday, 25-Nov-26 19:05:00 GMT\r\n", minutes(5)},
      {503, "Retry-After: Wed Nov 25 19:05:00 2026\r\n", minutes(5)},
      {503, "Retry-After: Wed, 25 Nov 2020 19:05:00 GMT\r\n", seconds(0)},
      {503, "Retry-After: Wed, 25 Nov 2036 19:05:00 GMT\r\n", hours(24)},
  };
  for (const auto& row : rows)
    EXPECT_EQ(AsksToWait(Answer(row.status, row.fields), now), row.wait) << row.status << " " << row.fields;
}

TEST(CourtesyTest, HeaderFieldsAreOfTheLastResponse) {
  const std::string head =
      "HTTP/1.1 103 Early Hints\r\nETag: \"early\"\r\n\r\nHTTP/1.1 200 OK\r\neTaG:  \"a\"  \r\nX-Etag: no\r\n"
      "Last-Modified: Wed, 21 Oct 2026 07:28:00 GMT\r\n\r\n";
  EXPECT_EQ(HeaderField(head, "etag"), "\"a\"");
  EXPECT_EQ(HeaderField(head, "x-none"), "");
  EXPECT_EQ(HeaderField("HTTP/1.1 200 OK\r\nETag", "etag"), "");
  EXPECT_EQ(HeaderField("", "etag"), "");
  EXPECT_EQ(ValidatorsOf(head).last_modified, "Wed, 21 Oct 2026 07:28:00 GMT");
}

TEST(CourtesyTest, OnlyWhatMayBeSentIsSentBack) {
  for (const std::string& etag : {std::string(300, 'a'),
                                  std::string("a\x01"
                                              "b"),
                                  std::string("caf\xc3\xa9"), std::string("a\rX: y")})
    EXPECT_EQ(ValidatorsOf("HTTP/1.1 200 OK\r\nETag: " + etag + "\r\n\r\n").etag, "") << etag;
  EXPECT_EQ(ValidatorsOf("HTTP/1.1 200 OK\r\nETag: W/\"x y\"\r\n\r\n").etag, "W/\"x y\"");
}

TEST(CourtesyTest, Delay) {
  Politeness politeness;
  politeness.delay = seconds(5);
  politeness.factor = 2;
  politeness.max_delay = seconds(30);
  const struct {
    microseconds last, robots, delay;
  } rows[] = {
      {seconds(0), seconds(0), seconds(5)},   {seconds(1), seconds(0), seconds(5)},
      {seconds(4), seconds(0), seconds(8)},   {seconds(180), seconds(0), seconds(30)},
      {seconds(4), seconds(20), seconds(20)}, {seconds(12), seconds(20), seconds(24)},
      {seconds(4), seconds(60), seconds(60)}, {seconds(4), hours(1), minutes(5)},
  };
  for (const auto& row : rows)
    EXPECT_EQ(PoliteDelay(politeness, row.last, row.robots), row.delay)
        << row.last.count() << " " << row.robots.count();
  politeness.factor = 0;
  politeness.delay = milliseconds(0);
  EXPECT_EQ(PoliteDelay(politeness, seconds(100), seconds(0)), milliseconds(0));
}

}  // namespace
}  // namespace gasht
