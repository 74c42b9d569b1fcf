#include "crawler/way_out.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using State = WayOut::State;

class WayOutTest : public testing::Test {
 protected:
  MonotonicTime At(std::chrono::microseconds t) const { return MonotonicTime{1'000'000} + t; }
  UtcTime Utc(std::chrono::microseconds t) const { return UtcTime{1'700'000'000'000'000} + t; }

  WayOut with_{WayOutOptions{.has_canaries = true}};
  WayOut without_{WayOutOptions{}};
};

TEST_F(WayOutTest, AFailureIsTheSitesWhileSomethingElseAnswers) {
  with_.OnLife(At(seconds(0)));
  EXPECT_TRUE(with_.IsTheSites(At(seconds(60)), Utc(seconds(50))));
  EXPECT_EQ(with_.state(), State::kOpen);
  EXPECT_FALSE(with_.IsTheSites(At(seconds(61)), Utc(seconds(51)))) << "the proof is too old";
  EXPECT_EQ(with_.state(), State::kDoubted);
  EXPECT_FALSE(with_.MayFetch(At(seconds(61))));
  EXPECT_TRUE(with_.WantsProbe(At(seconds(61))));
}

TEST_F(WayOutTest, ACanaryThatAnswersClearsTheWayOut) {
  EXPECT_FALSE(with_.IsTheSites(At(seconds(1)), Utc(seconds(0))));
  with_.BeginProbe();
  EXPECT_FALSE(with_.WantsProbe(At(seconds(1)))) << "one probe at a time";
  with_.OnLife(At(seconds(2)));
  EXPECT_EQ(with_.state(), State::kOpen);
  EXPECT_TRUE(with_.IsTheSites(At(seconds(3)), Utc(seconds(2))));
  with_.EndProbe(At(seconds(4)), Utc(seconds(4)));
  EXPECT_EQ(with_.state(), State::kOpen) << "the others of that probe say nothing any more";
}

TEST_F(WayOutTest, SilentCanariesCloseItFromTheFirstFailureOn) {
  EXPECT_FALSE(with_.IsTheSites(At(seconds(100)), Utc(seconds(90))));
  EXPECT_FALSE(with_.IsTheSites(At(seconds(101)), Utc(seconds(80)))) << "began earlier, ended later";
  with_.BeginProbe();
  with_.EndProbe(At(seconds(110)), Utc(seconds(110)));
  EXPECT_EQ(with_.state(), State::kClosed);
  EXPECT_EQ(with_.closed_since(), Utc(seconds(80)));
  EXPECT_EQ(with_.reason(), "no canary answers");
  EXPECT_FALSE(with_.IsTheSites(At(seconds(110)), Utc(seconds(100)))) << "what still flew is ours too";
  // Looks are further and further apart, up to a limit.
  MonotonicTime now = At(seconds(110));
  std::chrono::microseconds last{0};
  for (int look = 0; look < 12; ++look) {
    ASSERT_TRUE(with_.wakes_at().has_value()) << look;
    EXPECT_FALSE(with_.WantsProbe(*with_.wakes_at() + milliseconds(-1))) << look;
    const auto pause = *with_.wakes_at() - now;
    EXPECT_GE(pause, last) << look;
    EXPECT_LE(pause, seconds(60)) << look;
    last = pause;
    now = *with_.wakes_at();
    EXPECT_TRUE(with_.WantsProbe(now)) << look;
    with_.BeginProbe();
    EXPECT_FALSE(with_.wakes_at().has_value()) << look;
    with_.EndProbe(now, Utc(seconds(200)));
    EXPECT_EQ(with_.closed_since(), Utc(seconds(80))) << "one outage";
  }
  EXPECT_EQ(last, seconds(60));
  EXPECT_EQ(with_.failed_looks(), 13);
  with_.BeginProbe();
  with_.OnLife(now);
  EXPECT_EQ(with_.state(), State::kOpen);
  EXPECT_EQ(with_.failed_looks(), 0);
}

TEST_F(WayOutTest, WhenCanariesStaySilentOnePageALookIsTried) {
  EXPECT_FALSE(with_.IsTheSites(At(seconds(0)), Utc(seconds(0))));
  MonotonicTime now = At(seconds(0));
  for (int look = 1; look <= 5; ++look) {
    with_.BeginProbe();
    with_.EndProbe(now, Utc(seconds(0)));
    EXPECT_EQ(with_.MayFetch(now), look >= 3) << look;
    with_.OnStart();
    EXPECT_FALSE(with_.MayFetch(now)) << look;
    now = *with_.wakes_at();
  }
  with_.OnLife(now);
  EXPECT_TRUE(with_.MayFetch(now));
}

TEST_F(WayOutTest, WithoutCanariesOnlyWhatIsSurelyOursClosesIt) {
  EXPECT_TRUE(without_.IsTheSites(At(seconds(1)), Utc(seconds(0))));
  without_.OnAway(At(seconds(1)), Utc(seconds(1)), "nothing listens");
  without_.OnAway(At(seconds(1)), Utc(seconds(1)), "nothing listens");
  EXPECT_EQ(without_.failed_looks(), 1) << "many at once are one";
  EXPECT_EQ(without_.reason(), "nothing listens");
  EXPECT_FALSE(without_.MayFetch(At(milliseconds(1499))));
  EXPECT_TRUE(without_.MayFetch(At(milliseconds(1500)))) << "the next page is the test";
  EXPECT_FALSE(without_.WantsProbe(At(seconds(5))));
  without_.OnAway(At(milliseconds(1600)), Utc(seconds(2)), "nothing listens");
  EXPECT_FALSE(without_.MayFetch(At(milliseconds(2599)))) << "twice as long";
  EXPECT_EQ(without_.closed_since(), Utc(seconds(1)));
  without_.OnLife(At(seconds(3)));
  EXPECT_EQ(without_.state(), State::kOpen);
}

TEST_F(WayOutTest, NothingIsTriedWhileTorIsNotFit) {
  for (WayOut* way : {&with_, &without_}) {
    way->OnFitness(At(seconds(0)), Utc(seconds(0)), "");
    EXPECT_TRUE(way->MayFetch(At(seconds(0))));
    way->OnFitness(At(seconds(1)), Utc(seconds(1)), "still starting: 45 %");
    EXPECT_EQ(way->state(), State::kClosed);
    EXPECT_EQ(way->reason(), "still starting: 45 %");
    for (const auto t : {seconds(1), seconds(10), seconds(1000)}) {
      way->OnFitness(At(t), Utc(t), "still starting: 60 %");
      EXPECT_FALSE(way->MayFetch(At(t))) << t.count();
      EXPECT_FALSE(way->WantsProbe(At(t))) << t.count();
    }
    EXPECT_EQ(way->failed_looks(), 3);
    way->OnLife(At(seconds(1001)));
    EXPECT_EQ(way->state(), State::kClosed) << "what flew before proves nothing";
    way->OnFitness(At(seconds(1002)), Utc(seconds(1002)), "");
    EXPECT_EQ(way->closed_since(), Utc(seconds(1)));
    EXPECT_EQ(way->WantsProbe(At(seconds(1002))), way == &with_);
    EXPECT_EQ(way->MayFetch(At(seconds(1002))), true) << "at once";
  }
}

}  // namespace
}  // namespace gasht
