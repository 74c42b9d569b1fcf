#pragma once

// Rows as nouns: the envelope opened and the record decoded. What does not decode is DataLoss that names the
// row; what was lawfully destroyed is NotFound.

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/status.h"
#include "store/database.h"
#include "store/envelope.h"

namespace gasht {

template <typename Noun>
using Decoder = Result<Noun> (*)(std::string_view);

// "finding 662d3031...".
inline std::string RowName(Family family, std::string_view key) {
  return fmt::format("{} {}", InfoOf(family).name, HexEncode(key));
}

template <typename Noun>
Result<Noun> DecodeRow(Family family, std::string_view key, std::string_view value, Decoder<Noun> decode) {
  const Result<Envelope> envelope = OpenRecord(value);
  if (!envelope.ok()) return envelope.status().WithContext(RowName(family, key));
  Result<Noun> noun = decode(envelope->payload);
  if (!noun.ok()) return Status::DataLoss(noun.status().message()).WithContext(RowName(family, key));
  return noun;
}

// The same of a row that does not say again what its key says (store/listing_rows.h).
template <typename Noun>
using RowDecoder = Result<Noun> (*)(std::string_view key, std::string_view value);

template <typename Noun>
Result<Noun> DecodeRow(Family /*family*/, std::string_view key, std::string_view value,
                       RowDecoder<Noun> decode) {
  return decode(key, value);
}

// What a Decoder or RowDecoder makes.
template <typename Decode>
using NounOf = std::remove_cvref_t<decltype(*DecodeRow(Family(), {}, {}, std::declval<Decode>()))>;

// From a View or a Batch; nothing when there is no such row.
template <typename Decode, typename Reader, typename Noun = NounOf<Decode>>
Result<std::optional<Noun>> ReadRow(Reader& reader, Family family, std::string_view key, Decode decode) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> value, reader.Get(family, key));
  if (!value) return std::optional<Noun>();
  GASHT_ASSIGN_OR_RETURN(Noun noun, DecodeRow(family, key, *value, decode));
  return std::optional<Noun>(std::move(noun));
}

// Every row of `rows`, at most `limit`.
template <typename Decode, typename Noun = NounOf<Decode>>
Result<std::vector<Noun>> ReadRows(Database::Cursor rows, Family family, size_t limit, Decode decode) {
  std::vector<Noun> nouns;
  for (; rows.valid() && nouns.size() < limit; rows.Next()) {
    GASHT_ASSIGN_OR_RETURN(Noun noun, DecodeRow(family, rows.key(), rows.value(), decode));
    nouns.push_back(std::move(noun));
  }
  GASHT_RETURN_IF_ERROR(rows.status());
  return nouns;
}

}  // namespace gasht
