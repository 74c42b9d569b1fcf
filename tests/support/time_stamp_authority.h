#pragma once

// A time-stamp authority of a test's own (RFC 3161), made with the openssl program and asked as any other: by
// files, in a folder that is removed at the end. Confined to one thread.

#include <filesystem>
#include <optional>
#include <string>

namespace gasht {

class TestTimeStampAuthority {
 public:
  TestTimeStampAuthority();
  ~TestTimeStampAuthority();
  TestTimeStampAuthority(const TestTimeStampAuthority&) = delete;
  TestTimeStampAuthority& operator=(const TestTimeStampAuthority&) = delete;

  // False where there is no openssl program: the test is to be skipped then.
  bool is_there() const { return is_there_; }
  const std::string& certificate_pem() const { return certificate_; }
  // Its answer (DER) to a query (DER); nothing when it refuses.
  std::optional<std::string> Answer(const std::string& query);

 private:
  bool Run(const std::string& arguments) const;

  const std::filesystem::path dir_;
  bool is_there_ = false;
  std::string certificate_;
};

}  // namespace gasht
