#include "extract/pgp.h"

#include <cstdint>

#include <cryptopp/sha.h>

#include "base/digest.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr std::string_view kBegin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
// A key with many signatures is longer; the primary key is its first packet.
constexpr size_t kMaxArmourBytes = 256 << 10;
constexpr uint8_t kPublicKeyTag = 6;

bool IsBase64(char c) {
  return IsAsciiLetter(c) || IsAsciiDigit(c) || c == '+' || c == '/' || c == '=';
}

std::string Sha1(std::string_view data) {
  CryptoPP::SHA1 sha;
  std::string digest(CryptoPP::SHA1::DIGESTSIZE, '\0');
  sha.Update(reinterpret_cast<const CryptoPP::byte*>(data.data()), data.size());
  sha.Final(reinterpret_cast<CryptoPP::byte*>(digest.data()));
  return digest;
}

std::string UpperHex(std::string_view bytes) {
  std::string out = HexEncode(bytes);
  for (char& c : out) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 32);
  }
  return out;
}

// The base64 between the armour's headers and its checksum.
std::string ArmourBody(std::string_view armoured) {
  // Headers are "Name: value" lines; where line breaks were lost, the body begins at the first long run of base64.
  std::string body;
  size_t at = 0;
  bool in_body = false;
  while (at < armoured.size() && body.size() < kMaxArmourBytes) {
    while (at < armoured.size() && IsWhiteSpace(armoured[at])) ++at;
    size_t end = at;
    while (end < armoured.size() && !IsWhiteSpace(armoured[end])) ++end;
    const std::string_view word = armoured.substr(at, end - at);
    at = end;
    if (word.starts_with("-----")) break;
    if (word.size() == 5 && word[0] == '=') break;  // the checksum
    const bool base64 =
        !word.empty() &&
        std::string_view::npos ==
            word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
    if (!in_body && !(base64 && word.size() >= 30)) continue;
    if (!base64) break;
    in_body = true;
    body += word;
  }
  // A checksum glued to the last line.
  if (const size_t equals = body.find('='); equals != std::string::npos) {
    size_t stop = equals;
    while (stop < body.size() && body[stop] == '=' && stop - equals < 2) ++stop;
    body.resize(body.size() % 4 == 0 ? stop : equals);
  }
  body.resize(body.size() / 4 * 4);
  return body;
}

}  // namespace

std::optional<std::string> PgpFingerprint(std::string_view armoured) {
  const size_t begin = armoured.find(kBegin);
  if (begin == std::string_view::npos) return std::nullopt;
  const Result<std::string> decoded = Base64Decode(ArmourBody(armoured.substr(begin + kBegin.size())));
  if (!decoded.ok()) return std::nullopt;
  const std::string& packet = *decoded;
  const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(packet[i])); };
  if (packet.size() < 8 || (byte(0) & 0x80) == 0) return std::nullopt;
  size_t header = 0, size = 0;
  if ((byte(0) & 0x40) == 0) {  // old format
    if ((byte(0) >> 2 & 15) != kPublicKeyTag) return std::nullopt;
    const size_t length_bytes = size_t{1} << (byte(0) & 3);
    if (length_bytes == 8) return std::nullopt;
    header = 1 + length_bytes;
    for (size_t i = 1; i < header; ++i) size = size << 8 | byte(i);
  } else {
    if ((byte(0) & 0x3f) != kPublicKeyTag) return std::nullopt;
    if (byte(1) < 192) {
      header = 2;
      size = byte(1);
    } else if (byte(1) < 224) {
      header = 3;
      size = (byte(1) - 192) * 256 + byte(2) + 192;
    } else if (byte(1) == 255) {
      header = 6;
      for (size_t i = 2; i < 6; ++i) size = size << 8 | byte(i);
    } else {
      return std::nullopt;
    }
  }
  if (size < 6 || header + size > packet.size()) return std::nullopt;
  const std::string_view body = std::string_view(packet).substr(header, size);
  const auto version = static_cast<unsigned char>(body[0]);
  if (version == 4) {
    if (size > 0xffff) return std::nullopt;
    std::string hashed = "\x99";
    hashed += static_cast<char>(size >> 8);
    hashed += static_cast<char>(size & 0xff);
    hashed += body;
    return UpperHex(Sha1(hashed));
  }
  if (version == 6 || version == 5) {
    std::string hashed(1, version == 6 ? '\x9b' : '\x9a');
    for (int shift = 24; shift >= 0; shift -= 8) hashed += static_cast<char>(size >> shift & 0xff);
    hashed += body;
    return UpperHex(Sha256(hashed).view());
  }
  return std::nullopt;
}

}  // namespace gasht
