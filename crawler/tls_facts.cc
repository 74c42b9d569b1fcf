#include "crawler/tls_facts.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace gasht {
namespace {

constexpr std::string_view kUsing = "SSL connection using ";
constexpr std::string_view kReused = "Re-using existing connection #";
constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----", kEnd = "-----END CERTIFICATE-----";

bool IsWord(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  });
}

std::optional<int64_t> NumberAt(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  return number;
}

}  // namespace

bool ReadTlsLine(std::string_view line, TlsFacts& facts) {
  if (!line.starts_with(kUsing)) return false;
  line.remove_prefix(kUsing.size());
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  const size_t slash = line.find(" / ");
  if (slash == std::string_view::npos) return false;
  const std::string_view version = line.substr(0, slash), cipher = line.substr(slash + 3);
  if (!IsWord(version) || !IsWord(cipher)) return false;
  facts.version = version;
  facts.cipher = cipher;
  return true;
}

std::optional<int64_t> ConnectionNumberIn(std::string_view line) {
  if (line.starts_with(kReused)) return NumberAt(line.substr(kReused.size()));
  if (!line.starts_with("Connected to ")) return std::nullopt;
  const size_t at = line.rfind("(#");
  return at == std::string_view::npos ? std::nullopt : NumberAt(line.substr(at + 2));
}

std::optional<Digest> CertificateFingerprint(std::string_view pem) {
  const size_t begin = pem.find(kBegin);
  if (begin == std::string_view::npos) return std::nullopt;
  const size_t end = pem.find(kEnd, begin);
  if (end == std::string_view::npos) return std::nullopt;
  std::string base64;
  for (const char c : pem.substr(begin + kBegin.size(), end - begin - kBegin.size())) {
    if (c != '\n' && c != '\r') base64 += c;
  }
  const Result<std::string> der = Base64Decode(base64);
  if (!der.ok() || der->empty()) return std::nullopt;
  return Sha256(*der);
}

}  // namespace gasht
