#include "store/envelope.h"

#include <fmt/format.h>

#include "store/keys.h"

namespace gasht {

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
  if (codec != 0) return Status::DataLoss(fmt::format("envelope has unknown codec {}", codec));
  if (envelope.ref != 0) return Status::DataLoss("envelope refers to a base, which codec 0 has not");
  if (envelope.key != 0)
    return Status::DataLoss(fmt::format("envelope is sealed with unknown key {}", envelope.key));
  return envelope;
}

}  // namespace gasht
