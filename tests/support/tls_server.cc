#include "tests/support/tls_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

namespace gasht {
namespace {

constexpr char kAccepts[] = "ACCEPT 127.0.0.1:";

bool Runs(const std::string& command) {
  return std::system(command.c_str()) == 0;  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

TestCertificates::TestCertificates() {
  std::string pattern = std::filesystem::temp_directory_path() / "gasht-tls-XXXXXX";
  if (mkdtemp(pattern.data()) != nullptr) dir_ = pattern;
  Make({.name = "root", .host = "DNS:root.example", .issuer = "root", .is_authority = true});
}

TestCertificates::~TestCertificates() {
  std::error_code ignored;
  if (!dir_.empty()) std::filesystem::remove_all(dir_, ignored);
}

bool TestCertificates::Make(const CertificateWish& wish) const {
  const std::string request = fmt::format("{}/{}.csr", dir_, wish.name);
  if (!Runs(fmt::format("openssl req -newkey {} -nodes -subj /CN={} -addext subjectAltName={} -addext "
                        "basicConstraints=critical,CA:{} -keyout {} -out {} 2>{}/log",
                        wish.key, wish.name, wish.host, wish.is_authority ? "TRUE" : "FALSE", key(wish.name),
                        request, dir_)))
    return false;
  const bool is_own = wish.issuer == wish.name;
  const std::string signer =
      is_own ? "-key " + key(wish.name)
             : fmt::format("-CA {} -CAkey {} -CAcreateserial", cert(wish.issuer), key(wish.issuer));
  return Runs(fmt::format("openssl x509 -req -in {} {} -days {} -copy_extensions copy -out {} 2>>{}/log",
                          request, signer, wish.days, cert(wish.name), dir_));
}

TlsServer::TlsServer(const std::string& cert, const std::string& key,
                     const std::vector<std::string>& arguments) {
  int out[2];
  if (pipe2(out, O_CLOEXEC) != 0) return;
  std::vector<std::string> words = {"openssl", "s_server", "-accept", "127.0.0.1:0", "-key",
                                    key,       "-cert",    cert,      "-WWW"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out[1], STDOUT_FILENO);
    dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
    execvp("openssl", argv.data());
    _exit(127);
  }
  close(out[1]);
  std::string said;
  char c = 0;
  while (said.find(kAccepts) == std::string::npos || c != '\n') {
    if (read(out[0], &c, 1) != 1) break;
    said += c;
  }
  close(out[0]);
  if (const size_t at = said.find(kAccepts); at != std::string::npos)
    port_ = std::atoi(said.c_str() + at + sizeof kAccepts - 1);
}

TlsServer::~TlsServer() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

}  // namespace gasht
