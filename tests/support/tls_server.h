#pragma once

// TLS servers of OpenSSL's own (openssl s_server), with certificates made for one test: good ones and every kind of bad one.
//
// Confined to the thread that made it, on which the servers die too; the destructor ends them and removes the files. Failures end
// in an empty path or port 0, and openssl's words on standard error.

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

namespace gasht {

struct CertificateWish {
  std::string name;                                         // of its files
  std::string host = "IP:127.0.0.1";                        // subjectAltName
  std::string key = "ec -pkeyopt ec_paramgen_curve:P-256";  // openssl's -newkey
  int days = 2;                                             // negative: it has expired
  std::string issuer = "root";                              // whose key signs it; its own name: self-signed
  bool is_authority = false;
};

// A folder with the certificate authority "root" and what it, and others, signed.
class TestCertificates {
 public:
  TestCertificates();
  ~TestCertificates();
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  bool Make(const CertificateWish& wish) const;
  std::string cert(const std::string& name) const { return dir_ + "/" + name + ".pem"; }
  std::string key(const std::string& name) const { return dir_ + "/" + name + ".key"; }

 private:
  std::string dir_;
};

// Answers every request with a page of openssl's own, on a port of the system's choice.
class TlsServer {
 public:
  // `arguments`: more of openssl s_server's.
  TlsServer(const std::string& cert, const std::string& key, const std::vector<std::string>& arguments = {});
  ~TlsServer();
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  int port() const { return port_; }

 private:
  pid_t pid_ = -1;
  int port_ = 0;
};

}  // namespace gasht
