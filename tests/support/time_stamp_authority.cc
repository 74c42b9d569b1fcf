#include "tests/support/time_stamp_authority.h"

#include <cstdlib>
#include <fstream>

#include "base/digest.h"
#include "base/file.h"

namespace gasht {
namespace {

constexpr size_t kMaxFile = size_t{1} << 20;

constexpr const char* kConfiguration = R"([req]
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
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
)";

}  // namespace

TestTimeStampAuthority::TestTimeStampAuthority()
    : dir_(std::filesystem::temp_directory_path() / ("gasht-tsa-" + HexEncode(RandomBytes(8)))) {
  std::filesystem::create_directories(dir_);
  std::ofstream(dir_ / "tsa.cnf") << kConfiguration;
  std::ofstream(dir_ / "serial") << "01\n";
  is_there_ = Run(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -config tsa.cnf -keyout tsa.key "
      "-out tsa.pem");
  if (is_there_) certificate_ = ReadFile(dir_ / "tsa.pem", kMaxFile).value_or("");
}

TestTimeStampAuthority::~TestTimeStampAuthority() {
  std::error_code ignored;
  std::filesystem::remove_all(dir_, ignored);
}

bool TestTimeStampAuthority::Run(const std::string& arguments) const {
  const std::string command = "cd " + dir_.string() + " && openssl " + arguments + " >log 2>&1";
  return std::system(command.c_str()) == 0;  // NOLINT(concurrency-mt-unsafe)
}

std::optional<std::string> TestTimeStampAuthority::Answer(const std::string& query) {
  std::ofstream(dir_ / "query.tsq", std::ios::binary) << query;
  if (!Run("ts -reply -config tsa.cnf -section test -queryfile query.tsq -signer tsa.pem -inkey tsa.key -out "
           "answer.tsr"))
    return std::nullopt;
  return ReadFile(dir_ / "answer.tsr", kMaxFile).value();
}

}  // namespace gasht
