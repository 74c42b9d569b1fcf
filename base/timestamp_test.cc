#include "base/timestamp.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// An authority of our own, made with the openssl program and asked as any other: by files.
class TimestampTest : public ::testing::Test {
 protected:
  TimestampTest() : dir_(fs::path(::testing::TempDir()) / ("gasht-tsa-" + HexEncode(RandomBytes(8)))) {
    fs::create_directories(dir_);
    std::ofstream(dir_ / "tsa.cnf") << R"([req]
distinguished_name = name
x509_extensions = tsa_cert
prompt = no
[name]
CN = Test time-stamp authority
[tsa_cert]
basicConstraints = critical, CA:false
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = test
[test]
serial = )" << (dir_ / "serial").string()
                                    << R"(
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
)";
    std::ofstream(dir_ / "serial") << "01\n";
  }
  ~TimestampTest() override { fs::remove_all(dir_); }
  bool Run(const std::string& arguments) {
    const std::string command = "cd " + dir_.string() + " && openssl " + arguments + " >log 2>&1";
    return std::system(command.c_str()) == 0;  // NOLINT(concurrency-mt-unsafe)
  }
  bool MakeAuthority(const std::string& name) {
    return Run(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -config tsa.cnf -keyout " +
        name + ".key -out " + name + ".pem");
  }
  std::string Read(const std::string& name) { return ReadFile(dir_ / name, 1 << 20).value(); }

  const fs::path dir_;
};

TEST_F(TimestampTest, QueryAnswerAndEveryWayToBeWrong) {
  if (!MakeAuthority("tsa")) GTEST_SKIP() << "skipped: no openssl program";
  ASSERT_TRUE(MakeAuthority("other"));
  const Digest digest = Sha256("checkpoint");
  ASSERT_TRUE(WriteFileAtomically(dir_ / "query.tsq", MakeTimestampQuery(digest).value()).ok());
  ASSERT_TRUE(
      Run("ts -reply -config tsa.cnf -section test -queryfile query.tsq -signer tsa.pem -inkey tsa.key -out "
          "answer.tsr"))
      << Read("log");
  const std::string answer = Read("answer.tsr"), trusted = Read("tsa.pem");
  const Result<Timestamp> stamp = CheckTimestamp(answer, digest, trusted);
  ASSERT_TRUE(stamp.ok()) << stamp.status().message();
  EXPECT_TRUE(stamp->is_trusted);
  EXPECT_EQ(stamp->policy, "1.2.3.4");
  const UtcTime now = SystemClock().Utc();
  EXPECT_LT(std::abs((now - stamp->at).count()), 120'000'000);
  EXPECT_FALSE(CheckTimestamp(answer, digest, "")->is_trusted);

  EXPECT_THAT(CheckTimestamp(answer, Sha256("other"), trusted).status().message(),
              HasSubstr("something else"));
  EXPECT_FALSE(CheckTimestamp(answer, digest, Read("other.pem")).ok());
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
