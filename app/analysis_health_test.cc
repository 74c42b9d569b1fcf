#include "app/analysis_health.h"

#include <gtest/gtest.h>

#include "analysis/sandboxed_analyzer.h"

namespace gasht {
namespace {

PageAnalysis With(const char* weird) {
  PageAnalysis analysis;
  if (weird != nullptr) analysis.document.weirds.push_back({weird, ""});
  return analysis;
}

TEST(AnalysisHealth, FiveInARowHoldTheSourceAndNoOther) {
  AnalysisHealth health;
  const SourceId bad{"bad"}, good{"good"};
  // Four, a page that is well, four: nothing.
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(health.Note(bad, With(kWorkerKilledWeird)));
  EXPECT_FALSE(health.Note(bad, With("over_budget")));
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(health.Note(bad, With(kAnalysisFailedWeird)));
  EXPECT_FALSE(health.WhyHeld(bad).has_value());
  EXPECT_TRUE(health.Note(bad, With(kWorkerKilledWeird)));
  ASSERT_TRUE(health.WhyHeld(bad).has_value());
  EXPECT_NE(health.WhyHeld(bad)->find("--source bad"), std::string::npos);
  // Said once, and pages that were under way change nothing.
  EXPECT_FALSE(health.Note(bad, With(kWorkerKilledWeird)));
  EXPECT_FALSE(health.Note(bad, With(nullptr)));
  EXPECT_TRUE(health.WhyHeld(bad).has_value());
  EXPECT_FALSE(health.Note(good, With(nullptr)));
  EXPECT_FALSE(health.WhyHeld(good).has_value());
  // A person's word begins anew: one more is not the sixth.
  health.Release(bad);
  EXPECT_FALSE(health.WhyHeld(bad).has_value());
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(health.Note(bad, With(kWorkerKilledWeird)));
  EXPECT_TRUE(health.Note(bad, With(kWorkerKilledWeird)));
}

}  // namespace
}  // namespace gasht
