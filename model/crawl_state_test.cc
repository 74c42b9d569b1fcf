#include "model/crawl_state.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

TEST(CoverageTest, ChapmanOfTheLastTwoRounds) {
  const struct {
    uint64_t before, seen, again;
    bool known;
    uint64_t estimated;
  } rows[] = {
      {0, 50, 0, false, 0},                                   // no round before
      {50, 50, 0, false, 0},                                  // no overlap: nothing can be said
      {50, 0, 0, false, 0},                                   // the last round saw nothing
      {100, 100, 100, true, 100}, {100, 100, 50, true, 199},  // 101 * 101 / 51 - 1
      {10, 20, 10, true, 20},     {1, 1, 1, true, 1},
      {3, 2, 5, true, 3},  // damaged numbers give no more than was seen
  };
  for (const auto& row : rows) {
    SourceStats stats;
    stats.seen_before_last = row.before;
    stats.last_round = {7, row.seen, row.again};
    const std::optional<Coverage> coverage = EstimateCoverage(stats);
    ASSERT_EQ(coverage.has_value(), row.known) << row.before << " " << row.seen << " " << row.again;
    if (!coverage) continue;
    EXPECT_EQ(coverage->estimated, row.estimated) << row.before << " " << row.seen << " " << row.again;
    EXPECT_LE(coverage->share, 1.0);
    EXPECT_EQ(coverage->seen, row.seen);
  }
}

TEST(CandidateTest, IdsAreOfKindAndValue) {
  const std::string id = MakeCandidateId(CandidateKind::kTelegram, "t.me/x");
  EXPECT_TRUE(IsValidCandidateId(id)) << id;
  EXPECT_EQ(id, MakeCandidateId(CandidateKind::kTelegram, "t.me/x"));
  EXPECT_NE(id, MakeCandidateId(CandidateKind::kOnion, "t.me/x"));
  EXPECT_NE(id, MakeCandidateId(CandidateKind::kTelegram, "t.me/y"));
  for (const char* bad : {"", "c-", "c-0123456789abcdeF", "f-0123456789abcdef", "c-0123456789abcdef0"})
    EXPECT_FALSE(IsValidCandidateId(bad)) << bad;
}

}  // namespace
}  // namespace gasht
