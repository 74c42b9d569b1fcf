#pragma once

// Crypto-currency addresses and their proofs: Base58Check, Bech32 and Bech32m (BIP 173, BIP 350), EIP-55, Monero's
// Base58 with Keccak, CashAddr. Thread-safe free functions; any text is taken.

#include <optional>
#include <string>
#include <string_view>

#include "model/listing.h"

namespace gasht {

struct CoinAddress {
  IdentifierKind kind = IdentifierKind::kBtc;
  IdentifierCheck check = IdentifierCheck::kNone;
  bool mainnet = true;
  // EIP-55 for ETH, lower case for Bech32, as written else.
  std::string value;
};

// What `text` (one whole word) is an address of. Absent when it does not have the form of any; `check` is kFailed when
// it has the form and the proof does not hold.
std::optional<CoinAddress> ReadCoinAddress(std::string_view text);

// 40 hex digits (any case) in the mixed case of EIP-55, with "0x". REQUIRES: 40 hex digits.
std::string ToEip55(std::string_view hex40);

}  // namespace gasht
