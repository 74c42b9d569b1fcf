#include "store/envelope.h"

#include <fmt/format.h>

#include "store/keys.h"

namespace gasht {

std::string EnvelopeHeader(EnvelopeCodec codec, uint64_t ref, uint64_t key) {
  std::string bytes;
  bytes += static_cast<char>(Envelope::kVersion);
  bytes += static_cast<char>(codec);
  AppendBe64(ref, bytes);
  AppendBe64(key, bytes);
  return bytes;
}

std::string SealRecord(std::string_view payload) {
  std::string bytes;
  bytes.reserve(Envelope::kHeaderBytes + payload.size());
  bytes += static_cast<char>(Envelope::kVersion);
  bytes += static_cast<char>(EnvelopeCodec::kNone);
  AppendBe64(0, bytes);
  AppendBe64(0, bytes);
  bytes += payload;
  return bytes;
}

std::string DestroyedRecord(uint64_t leaf) {
  return EnvelopeHeader(EnvelopeCodec::kDestroyed, 0, 0) + NumberKey(leaf);
}

Result<Envelope> OpenEnvelope(std::string_view bytes) {
  if (bytes.size() < Envelope::kHeaderBytes)
    return Status::DataLoss(fmt::format("envelope is cut off at {} bytes", bytes.size()));
  const auto version = static_cast<uint8_t>(bytes[0]);
  const auto codec = static_cast<uint8_t>(bytes[1]);
  Envelope envelope;
  envelope.ref = ReadBe64(bytes.substr(2));
  envelope.key = ReadBe64(bytes.substr(10));
  envelope.payload = bytes.substr(Envelope::kHeaderBytes);
  if (version != Envelope::kVersion)
    return Status::DataLoss(fmt::format("envelope has unknown version {}", version));
  if (codec > static_cast<uint8_t>(EnvelopeCodec::kZstdDelta) &&
      codec != static_cast<uint8_t>(EnvelopeCodec::kDestroyed))
    return Status::DataLoss(fmt::format("envelope has unknown codec {}", codec));
  envelope.codec = static_cast<EnvelopeCodec>(codec);
  if (envelope.ref != 0 && envelope.codec != EnvelopeCodec::kZstdDelta)
    return Status::DataLoss(fmt::format("envelope refers to a base, which codec {} has not", codec));
  if (envelope.ref == 0 && envelope.codec == EnvelopeCodec::kZstdDelta)
    return Status::DataLoss("envelope of a delta refers to no base");
  if (envelope.codec == EnvelopeCodec::kDestroyed &&
      (envelope.key != 0 || envelope.payload.size() != sizeof(uint64_t)))
    return Status::DataLoss("envelope of a destroyed record names no leaf");
  return envelope;
}

Result<Envelope> OpenRecord(std::string_view bytes) {
  GASHT_ASSIGN_OR_RETURN(const Envelope envelope, OpenEnvelope(bytes));
  if (envelope.codec == EnvelopeCodec::kDestroyed)
    return Status::NotFound(
        fmt::format("was lawfully destroyed: custody leaf {} says why", ReadBe64(envelope.payload)));
  if (envelope.codec != EnvelopeCodec::kNone || envelope.key != 0)
    return Status::DataLoss("envelope of a record is compressed or sealed");
  return envelope;
}

}  // namespace gasht
