#include "crawler/tls_facts.h"

#include <gtest/gtest.h>

namespace gasht {
namespace {

TEST(TlsFacts, VersionAndCipher) {
  const struct {
    std::string line;
    bool is_one;
    std::string version, cipher;
  } rows[] = {
      {"SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n", true, "TLSv1.3", "TLS_AES_256_GCM_SHA384"},
      {"SSL connection using TLSv1.2 / ECDHE-RSA-AES128-GCM-SHA256", true, "TLSv1.2",
       "ECDHE-RSA-AES128-GCM-SHA256"},
      {"SSL connection using TLSv1.3", false, "", ""},
      {"SSL connection using  / x", false, "", ""},
      {"SSL connection using TLSv1.3 / <b>", false, "", ""},
      {"SSL connection using TLSv1.3 / " + std::string(65, 'A'), false, "", ""},
      {" SSL connection using TLSv1.3 / A", false, "", ""},
      {"", false, "", ""},
  };
  for (const auto& row : rows) {
    TlsFacts facts;
    EXPECT_EQ(ReadTlsLine(row.line, facts), row.is_one) << row.line;
    EXPECT_EQ(facts.version, row.version) << row.line;
    EXPECT_EQ(facts.cipher, row.cipher) << row.line;
  }
}

TEST(TlsFacts, ConnectionNumbers) {
  const struct {
    std::string line;
    std::optional<int64_t> number;
  } rows[] = {
      {"Connected to a.example (192.0.2.1) port 443 (#7)\n", 7},
      {"Connected to (#1) (192.0.2.1) port 443 (#12)", 12},
      {"Re-using existing connection #3 with host a.example\n", 3},
      {"Re-using existing connection #x", std::nullopt},
      {"Connected to a.example", std::nullopt},
      {"Connected to a.example (#-1)", std::nullopt},
      {"Trying 192.0.2.1:443 (#7)", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& row : rows) EXPECT_EQ(ConnectionNumberIn(row.line), row.number) << row.line;
}

TEST(TlsFacts, Fingerprints) {
  const std::string begin = "-----BEGIN CERTIFICATE-----\n", end = "\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(CertificateFingerprint("Cert:" + begin + "aGVs\nbG8=" + end), Sha256("hello"));
  for (const std::string& pem :
       {std::string(), begin, begin + "!!!" + end, begin + end, std::string("aGVsbG8="), end + begin})
    EXPECT_FALSE(CertificateFingerprint(pem).has_value()) << pem;
}

}  // namespace
}  // namespace gasht
