#include "base/log.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "base/clock.h"
#include "base/json.h"

namespace gasht {
namespace {

std::string Logged(void (*act)()) {
  testing::internal::CaptureStderr();
  act();
  return testing::internal::GetCapturedStderr();
}

TEST(LogTest, OneJsonObjectALine) {
  const std::string line = Logged([] {
    Log(LogLevel::kWarning, "fetch_failed",
        {{"source", Safe("demo \"x\"\n")},
         {"status", 503},
         {"ok", false},
         {"seconds", 1.5},
         {"why", "timeout"},
         {"bytes", uint64_t{7}}});
  });
  ASSERT_FALSE(line.empty());
  EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
  const auto json = Json::Parse(line);
  ASSERT_TRUE(json.ok()) << line << json.status().message();
  EXPECT_EQ(json->StringOr("level"), "warning");
  EXPECT_EQ(json->StringOr("event"), "fetch_failed");
  EXPECT_EQ(json->StringOr("source"), "demo \"x\"\n");
  EXPECT_EQ(json->IntOr("status", 0), 503);
  EXPECT_EQ(json->IntOr("bytes", 0), 7);
  EXPECT_EQ(json->Find("ok")->as_bool(), false);
  EXPECT_EQ(json->Find("seconds")->as_number(), 1.5);
  EXPECT_TRUE(ParseRfc3339(json->StringOr("time")).ok()) << line;
}

TEST(LogTest, BelowTheLevelNothingIsWritten) {
  EXPECT_EQ(Logged([] { Log(LogLevel::kDebug, "quiet"); }), "");
  SetLogLevel(LogLevel::kDebug);
  EXPECT_NE(Logged([] { Log(LogLevel::kDebug, "loud"); }), "");
  SetLogLevel(LogLevel::kInfo);
}

// Captured text arrives as std::string or string_view, and neither gets in without somebody's word.
static_assert(!std::is_constructible_v<LogValue, std::string>);
static_assert(!std::is_constructible_v<LogValue, std::string_view>);
static_assert(!std::is_constructible_v<LogValue, const char*>);

}  // namespace
}  // namespace gasht
