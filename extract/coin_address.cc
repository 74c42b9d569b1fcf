#include "extract/coin_address.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <cryptopp/keccak.h>

#include "base/digest.h"
#include "extract/words.h"

namespace gasht {
namespace {

constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

constexpr std::array<int8_t, 256> MakeTable(std::string_view alphabet) {
  std::array<int8_t, 256> table{};
  for (auto& entry : table) entry = -1;
  for (size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<int8_t>(i);
  return table;
}
constexpr auto kBase58Table = MakeTable(kBase58);
constexpr std::string_view kBech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr auto kBech32Table = MakeTable(kBech32);

int Base58Digit(char c) {
  return kBase58Table[static_cast<unsigned char>(c)];
}
int Bech32Digit(char c) {
  return kBech32Table[static_cast<unsigned char>(c)];
}

std::string Keccak256(std::string_view data) {
  CryptoPP::Keccak_256 keccak;
  std::string digest(32, '\0');
  keccak.Update(reinterpret_cast<const CryptoPP::byte*>(data.data()), data.size());
  keccak.Final(reinterpret_cast<CryptoPP::byte*>(digest.data()));
  return digest;
}

// Bitcoin's: one big number. At most 120 characters, so the square is small.
std::optional<std::string> DecodeBase58(std::string_view text) {
  if (text.empty() || text.size() > 120) return std::nullopt;
  std::vector<uint8_t> bytes;  // little end first
  for (const char c : text) {
    int carry = Base58Digit(c);
    if (carry < 0) return std::nullopt;
    for (uint8_t& byte : bytes) {
      carry += byte * 58;
      byte = static_cast<uint8_t>(carry & 0xff);
      carry >>= 8;
    }
    while (carry > 0) {
      bytes.push_back(static_cast<uint8_t>(carry & 0xff));
      carry >>= 8;
    }
  }
  for (const char c : text) {
    if (c != '1') break;
    bytes.push_back(0);
  }
  return std::string(bytes.rbegin(), bytes.rend());
}

// Payload with its version byte, without the checksum.
std::optional<std::string> DecodeBase58Check(std::string_view text) {
  auto bytes = DecodeBase58(text);
  if (!bytes || bytes->size() < 5) return std::nullopt;
  const std::string_view payload = std::string_view(*bytes).substr(0, bytes->size() - 4);
  const Digest digest = Sha256(Sha256(payload).view());
  if (digest.view().substr(0, 4) != std::string_view(*bytes).substr(payload.size())) return std::nullopt;
  return std::string(payload);
}

// Monero's: blocks of eight bytes in eleven characters.
std::optional<std::string> DecodeMoneroBase58(std::string_view text) {
  constexpr size_t kBytesOf[] = {0, 99, 1, 2, 99, 3, 4, 5, 99, 6, 7, 8};  // by characters; 99: no such block
  std::string out;
  for (size_t at = 0; at < text.size(); at += 11) {
    const std::string_view block = text.substr(at, 11);
    const size_t size = kBytesOf[block.size()];
    if (size == 99) return std::nullopt;
    __extension__ unsigned __int128 value = 0;
    for (const char c : block) {
      const int digit = Base58Digit(c);
      if (digit < 0) return std::nullopt;
      value = value * 58 + static_cast<unsigned>(digit);
    }
    if ((value >> (8 * size)) != 0) return std::nullopt;
    for (size_t i = size; i-- > 0;) out += static_cast<char>(static_cast<uint64_t>(value >> (8 * i)) & 0xff);
  }
  return out;
}

uint32_t Bech32Step(uint32_t sum, uint32_t value) {
  constexpr uint32_t kGenerator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  const uint32_t top = sum >> 25;
  sum = (sum & 0x1ffffff) << 5 ^ value;
  for (int i = 0; i < 5; ++i) {
    if ((top >> i & 1) != 0) sum ^= kGenerator[i];
  }
  return sum;
}

// Five-bit groups to bytes; absent when the padding is not zero or too long.
std::optional<std::string> FiveToEight(const std::vector<uint8_t>& groups, size_t begin, size_t end) {
  std::string out;
  uint32_t buffer = 0;
  int bits = 0;
  for (size_t i = begin; i < end; ++i) {
    buffer = buffer << 5 | groups[i];
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(buffer >> bits & 0xff);
    }
  }
  if (bits >= 5 || (buffer & ((1u << bits) - 1)) != 0) return std::nullopt;
  return out;
}

// A SegWit address of BIP 173 / BIP 350 with this human-readable part.
bool IsSegwit(std::string_view lower, std::string_view prefix) {
  if (lower.size() < prefix.size() + 8 || lower.size() > 90 || !lower.starts_with(prefix) ||
      lower[prefix.size()] != '1') {
    return false;
  }
  std::vector<uint8_t> data;
  for (const char c : lower.substr(prefix.size() + 1)) {
    const int digit = Bech32Digit(c);
    if (digit < 0) return false;
    data.push_back(static_cast<uint8_t>(digit));
  }
  uint32_t sum = 1;
  for (const char c : prefix) sum = Bech32Step(sum, static_cast<unsigned char>(c) >> 5);
  sum = Bech32Step(sum, 0);
  for (const char c : prefix) sum = Bech32Step(sum, static_cast<unsigned char>(c) & 31);
  for (const uint8_t value : data) sum = Bech32Step(sum, value);
  const uint32_t version = data[0];
  if (version > 16 || sum != (version == 0 ? 1u : 0x2bc830a3u)) return false;
  const auto program = FiveToEight(data, 1, data.size() - 6);
  if (!program || program->size() < 2 || program->size() > 40) return false;
  return version != 0 || program->size() == 20 || program->size() == 32;
}

// https://github.com/bitcoincashorg/bitcoincash.org, CashAddr: `payload` without the prefix.
bool IsCashAddress(std::string_view payload) {
  constexpr std::string_view kPrefix = "bitcoincash";
  constexpr uint64_t kGenerator[] = {0x98f2bc8e61, 0x79b76d99e2, 0xf33e5fb3c4, 0xae2eabe2a8, 0x1e4f43e470};
  uint64_t sum = 1;
  const auto step = [&](uint64_t value) {
    const uint64_t top = sum >> 35;
    sum = (sum & 0x07ffffffff) << 5 ^ value;
    for (int i = 0; i < 5; ++i) {
      if ((top >> i & 1) != 0) sum ^= kGenerator[i];
    }
  };
  for (const char c : kPrefix) step(static_cast<unsigned char>(c) & 31);
  step(0);
  std::vector<uint8_t> groups;
  for (const char c : payload) {
    const int digit = Bech32Digit(c);
    if (digit < 0) return false;
    groups.push_back(static_cast<uint8_t>(digit));
    step(static_cast<uint64_t>(digit));
  }
  if (sum != 1) return false;
  const auto bytes = FiveToEight(groups, 0, groups.size() - 8);
  return bytes && bytes->size() == 21;
}

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return IsAsciiDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

bool IsBase58Text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return Base58Digit(c) >= 0; });
}

CoinAddress Found(IdentifierKind kind, IdentifierCheck check, std::string value, bool mainnet = true) {
  return {kind, check, mainnet, std::move(value)};
}

std::optional<CoinAddress> ReadEthereum(std::string_view text) {
  if (text.size() != 42 || text[0] != '0' || (text[1] != 'x' && text[1] != 'X') || !IsHex(text.substr(2))) {
    return std::nullopt;
  }
  const std::string_view hex = text.substr(2);
  const std::string right = ToEip55(hex);
  const bool has_lower = std::any_of(hex.begin(), hex.end(), [](char c) { return c >= 'a' && c <= 'f'; });
  const bool has_upper = std::any_of(hex.begin(), hex.end(), [](char c) { return c >= 'A' && c <= 'F'; });
  if (!has_lower || !has_upper) return Found(IdentifierKind::kEth, IdentifierCheck::kNone, right);
  const bool good = std::string_view(right).substr(2) == hex;
  return Found(IdentifierKind::kEth, good ? IdentifierCheck::kPassed : IdentifierCheck::kFailed,
               good ? right : std::string(text));
}

std::optional<CoinAddress> ReadMonero(std::string_view text) {
  if ((text.size() != 95 && text.size() != 106) || !IsBase58Text(text)) return std::nullopt;
  const auto bytes = DecodeMoneroBase58(text);
  const size_t want = text.size() == 95 ? 69 : 77;
  CoinAddress out = Found(IdentifierKind::kXmr, IdentifierCheck::kFailed, std::string(text));
  if (!bytes || bytes->size() != want) return out;
  const std::string_view payload = std::string_view(*bytes).substr(0, want - 4);
  if (Keccak256(payload).substr(0, 4) != bytes->substr(want - 4)) return out;
  const auto tag = static_cast<unsigned char>((*bytes)[0]);
  // Standard, sub-address, integrated; the others are test networks or another coin.
  const bool standard = want == 69 && (tag == 18 || tag == 42);
  const bool integrated = want == 77 && tag == 19;
  const bool test = tag == 53 || tag == 63 || tag == 54 || tag == 24 || tag == 36 || tag == 25;
  if (standard || integrated) {
    out.check = IdentifierCheck::kPassed;
  } else if (test) {
    out.check = IdentifierCheck::kPassed;
    out.mainnet = false;
  }
  return out;
}

std::optional<CoinAddress> ReadBech32(std::string_view text) {
  const std::string lower = AsciiLowered(text);
  struct Prefix {
    std::string_view hrp;
    IdentifierKind kind;
    bool mainnet;
  };
  constexpr Prefix kPrefixes[] = {{"bc", IdentifierKind::kBtc, true},
                                  {"tb", IdentifierKind::kBtc, false},
                                  {"bcrt", IdentifierKind::kBtc, false},
                                  {"ltc", IdentifierKind::kLtc, true},
                                  {"tltc", IdentifierKind::kLtc, false}};
  for (const Prefix& prefix : kPrefixes) {
    if (!lower.starts_with(prefix.hrp) || lower.size() <= prefix.hrp.size() ||
        lower[prefix.hrp.size()] != '1') {
      continue;
    }
    if (lower.size() < prefix.hrp.size() + 8) return std::nullopt;
    const std::string upper = [&] {
      std::string u(text);
      std::transform(u.begin(), u.end(), u.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
      return u;
    }();
    const bool one_case = text == lower || text == upper;
    const bool good = one_case && IsSegwit(lower, prefix.hrp);
    return Found(prefix.kind, good ? IdentifierCheck::kPassed : IdentifierCheck::kFailed,
                 good ? lower : std::string(text), prefix.mainnet);
  }
  return std::nullopt;
}

std::optional<CoinAddress> ReadBase58Address(std::string_view text) {
  if (text.size() < 25 || text.size() > 36 || !IsBase58Text(text)) return std::nullopt;
  const auto payload = DecodeBase58Check(text);
  if (payload && payload->size() == 21) {
    struct Version {
      unsigned char byte;
      IdentifierKind kind;
      bool mainnet;
    };
    constexpr Version kVersions[] = {{0x00, IdentifierKind::kBtc, true},  {0x05, IdentifierKind::kBtc, true},
                                     {0x6f, IdentifierKind::kBtc, false}, {0xc4, IdentifierKind::kBtc, false},
                                     {0x30, IdentifierKind::kLtc, true},  {0x32, IdentifierKind::kLtc, true},
                                     {0x1e, IdentifierKind::kDoge, true}, {0x16, IdentifierKind::kDoge, true},
                                     {0x41, IdentifierKind::kTrx, true}};
    for (const Version& version : kVersions) {
      if (static_cast<unsigned char>((*payload)[0]) == version.byte) {
        return Found(version.kind, IdentifierCheck::kPassed, std::string(text), version.mainnet);
      }
    }
    return std::nullopt;  // a coin we do not know
  }
  // The form of one, by its first letter and usual length.
  const char c = text[0];
  const auto failed = [&](IdentifierKind kind) {
    return Found(kind, IdentifierCheck::kFailed, std::string(text));
  };
  if ((c == '1' || c == '3') && text.size() <= 35) return failed(IdentifierKind::kBtc);
  if (text.size() == 34) {
    if (c == 'T') return failed(IdentifierKind::kTrx);
    if (c == 'D') return failed(IdentifierKind::kDoge);
    if (c == 'L' || c == 'M') return failed(IdentifierKind::kLtc);
  }
  return std::nullopt;
}

std::optional<CoinAddress> ReadCashAddress(std::string_view text) {
  std::string lower = AsciiLowered(text);
  const bool prefixed = lower.starts_with("bitcoincash:");
  if (prefixed) lower.erase(0, 12);
  if (lower.size() != 42 || (lower[0] != 'q' && lower[0] != 'p')) return std::nullopt;
  if (!std::all_of(lower.begin(), lower.end(), [](char c) { return Bech32Digit(c) >= 0; }))
    return std::nullopt;
  const bool good = IsCashAddress(lower);
  if (!good && !prefixed) return std::nullopt;
  return Found(IdentifierKind::kBch, good ? IdentifierCheck::kPassed : IdentifierCheck::kFailed,
               "bitcoincash:" + lower);
}

}  // namespace

std::string ToEip55(std::string_view hex40) {
  const std::string lower = AsciiLowered(hex40);
  const std::string digest = HexEncode(Keccak256(lower));
  std::string out = "0x";
  for (size_t i = 0; i < lower.size(); ++i) {
    const bool upper = lower[i] >= 'a' && digest[i] >= '8';
    out += upper ? static_cast<char>(lower[i] - 32) : lower[i];
  }
  return out;
}

std::optional<CoinAddress> ReadCoinAddress(std::string_view text) {
  if (auto found = ReadEthereum(text)) return found;
  if (auto found = ReadMonero(text)) return found;
  if (auto found = ReadBech32(text)) return found;
  if (auto found = ReadCashAddress(text)) return found;
  return ReadBase58Address(text);
}

}  // namespace gasht
