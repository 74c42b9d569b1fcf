#include "base/timestamp.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/time_stamp_authority.h"

namespace gasht {
namespace {

using ::testing::HasSubstr;

TEST(TimestampTest, QueryAnswerAndEveryWayToBeWrong) {
  TestTimeStampAuthority authority;
  const TestTimeStampAuthority other;
  if (!authority.is_there()) GTEST_SKIP() << "skipped: no openssl program";
  const Digest digest = Sha256("checkpoint");
  const std::optional<std::string> answered = authority.Answer(MakeTimestampQuery(digest).value());
  ASSERT_TRUE(answered.has_value());
  const std::string answer = *answered, trusted = authority.certificate_pem();
  const Result<Timestamp> stamp = CheckTimestamp(answer, digest, trusted);
  ASSERT_TRUE(stamp.ok()) << stamp.status().message();
  EXPECT_TRUE(stamp->is_trusted);
  EXPECT_EQ(stamp->policy, "1.2.3.4");
  const UtcTime now = SystemClock().Utc();
  EXPECT_LT(std::abs((now - stamp->at).count()), 120'000'000);
  EXPECT_FALSE(CheckTimestamp(answer, digest, "")->is_trusted);

  EXPECT_THAT(CheckTimestamp(answer, Sha256("other"), trusted).status().message(),
              HasSubstr("something else"));
  EXPECT_FALSE(CheckTimestamp(answer, digest, other.certificate_pem()).ok());
  EXPECT_FALSE(CheckTimestamp(answer, digest, "nonsense").ok());
  EXPECT_FALSE(CheckTimestamp(answer + "x", digest, trusted).ok());
  EXPECT_FALSE(CheckTimestamp("", digest, trusted).ok());
  for (size_t i = 0; i < answer.size(); i += 3) {
    EXPECT_FALSE(CheckTimestamp(answer.substr(0, i), digest, trusted).ok()) << i;
  }
  // The signature covers what is said of time and digest.
  std::string altered = answer;
  const size_t at = altered.find(std::string(digest.view()));
  ASSERT_NE(at, std::string::npos);
  altered[at] ^= 1;
  EXPECT_FALSE(CheckTimestamp(altered, digest, trusted).ok());
}

}  // namespace
}  // namespace gasht
