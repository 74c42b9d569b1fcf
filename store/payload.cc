#include "store/payload.h"

#include <zstd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/content_coding.h"
#include "base/seal.h"
#include "model/codec.h"
#include "store/keys.h"
#include "store/records.h"

namespace gasht {
namespace {

// 3 is zstd's own choice. Against a base the search is what counts: a delta takes a fifth less so, in half a millisecond. Beyond
// this lie zstd's binary trees, at ten times the cost for a twentieth.
constexpr int kLevel = 3;
constexpr int kDeltaLevel = 9;
constexpr int kDeltaSearchLog = 6;
// The window must reach over base and body; 128 MiB is far above the largest of both.
constexpr int kMaxWindowLog = 27;
// A delta that saves less than this against the whole is not worth hanging on another body.
constexpr double kWorthwhile = 0.6;
constexpr size_t kMaxBody = 64 << 20;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

int WindowLogFor(size_t bytes) {
  int log = 10;
  while (log < kMaxWindowLog && (size_t{1} << log) < bytes) ++log;
  return log;
}

// A context costs more to make than a page to compress.
ZSTD_CCtx* CompressionContext() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  return context.get();
}
ZSTD_DCtx* DecompressionContext() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  return context.get();
}

// With the checksum off: the digest of the body says more.
Result<std::string> Compress(std::string_view body, std::string_view base) {
  ZSTD_CCtx* const context = CompressionContext();
  if (context == nullptr) return Status::ResourceExhausted("no memory to compress a body");
  ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, base.empty() ? kLevel : kDeltaLevel);
  if (!base.empty()) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_searchLog, kDeltaSearchLog);
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, WindowLogFor(base.size() + body.size() + 1024));
    ZSTD_CCtx_refPrefix(context, base.data(), base.size());
  }
  std::string out(ZSTD_compressBound(body.size()), '\0');
  const size_t size = ZSTD_compress2(context, out.data(), out.size(), body.data(), body.size());
  if (ZSTD_isError(size) != 0)
    return Status::Internal(fmt::format("cannot compress a body: {}", ZSTD_getErrorName(size)));
  out.resize(size);
  return out;
}

Result<std::string> Decompress(std::string_view bytes, std::string_view base, size_t limit) {
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > limit)
    return Status::DataLoss("compressed bytes are not what was written");
  ZSTD_DCtx* const context = DecompressionContext();
  if (context == nullptr) return Status::ResourceExhausted("no memory to decompress a body");
  ZSTD_DCtx_reset(context, ZSTD_reset_session_and_parameters);
  ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, kMaxWindowLog);
  if (!base.empty()) ZSTD_DCtx_refPrefix(context, base.data(), base.size());
  std::string out(size, '\0');
  const size_t got = ZSTD_decompressDCtx(context, out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(got) != 0 || got != out.size())
    return Status::DataLoss("compressed bytes are not what was written");
  return out;
}

// Header, and the payload bound to it and to its id: neither can be changed for another's.
std::string SealPayload(const PayloadId& id, EnvelopeCodec codec, CaptureId base, const PayloadKey& key,
                        std::string_view payload) {
  std::string row = EnvelopeHeader(codec, base.value, key.number);
  const std::string context = row + std::string(id.digest.view());
  row.reserve(row.size() + payload.size() + kSealOverhead);
  AppendSealed(key.key, payload, context, row);
  return row;
}

struct Base {
  CaptureId capture;
  PayloadId payload;
  std::string body;
  size_t stored_bytes = 0;
  size_t dependants = 0;  // bodies that are deltas of it
};

Result<std::optional<Capture>> FindCapture(const Database::View& view, CaptureId id) {
  if (id == CaptureId()) return std::optional<Capture>();
  Result<std::optional<Capture>> capture =
      ReadRow(view, Family::kCapture, NumberKey(id.value), &DecodeCapture);
  if (capture.status().code() == StatusCode::kNotFound) return std::optional<Capture>();
  return capture;
}

// The whole body that the previous look at the page hangs on, or is. Nothing when there is none (any more).
Result<std::optional<Base>> FindBase(const StoreState& store, CaptureId previous) {
  const Database::View view(*store.db);
  GASHT_ASSIGN_OR_RETURN(std::optional<Capture> capture, FindCapture(view, previous));
  // One level: a delta's base is whole.
  for (int level = 0; level < 2; ++level) {
    if (!capture || !capture->has_body || capture->is_coded()) return std::optional<Base>();
    GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                           view.Get(Family::kPayload, capture->payload.digest.view()));
    if (!row) return std::optional<Base>();
    GASHT_ASSIGN_OR_RETURN(const Envelope envelope, OpenEnvelope(*row));
    if (envelope.codec == EnvelopeCodec::kDestroyed) return std::optional<Base>();
    if (envelope.ref == 0) {
      Result<std::string> body =
          DecodePayload(view, *store.keys, capture->payload, *row, static_cast<size_t>(capture->body_bytes));
      // A base that cannot be read is not this page's business: the check of the store will say so.
      if (!body.ok() || body->empty()) return std::optional<Base>();
      Base base{capture->id, capture->payload, std::move(body).value(), row->size()};
      Database::Cursor deltas = view.Rows(Family::kPayloadDelta, NumberKey(capture->id.value));
      for (; deltas.valid(); deltas.Next()) ++base.dependants;
      GASHT_RETURN_IF_ERROR(deltas.status());
      return std::optional<Base>(std::move(base));
    }
    GASHT_ASSIGN_OR_RETURN(capture, FindCapture(view, {envelope.ref}));
  }
  return std::optional<Base>();
}

Result<PreparedBody> SealWholeBody(const StoreState& store, const PayloadId& id, EnvelopeCodec codec,
                                   std::string_view payload) {
  GASHT_ASSIGN_OR_RETURN(const PayloadKey key, store.keys->Take());
  PreparedBody prepared;
  prepared.id = id;
  prepared.key = key.number;
  prepared.row = SealPayload(id, codec, {}, key, payload);
  return prepared;
}

}  // namespace

Result<PreparedBody> PrepareWholeBody(const StoreState& store, const PayloadId& id, std::string_view body) {
  GASHT_ASSIGN_OR_RETURN(const std::string compressed, Compress(body, {}));
  return compressed.size() < body.size() ? SealWholeBody(store, id, EnvelopeCodec::kZstd, compressed)
                                         : SealWholeBody(store, id, EnvelopeCodec::kNone, body);
}

Result<PreparedBody> PrepareBody(const StoreState& store, const Capture& capture, std::string_view body,
                                 CaptureId previous) {
  if (body.size() > kMaxBody) return Status::InvalidArgument("a body that is too long to be stored");
  if (capture.stored_bytes() != body.size())
    return Status::InvalidArgument("a capture with another length than its body");
  if (capture.stored_sha256() != Sha256(body))
    return Status::InvalidArgument("a capture with another digest than its body");
  const PayloadId id = store.PayloadIdOf(capture.stored_sha256());
  {
    const Database::View view(*store.db);
    GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> known,
                           view.Get(Family::kPayload, id.digest.view()));
    if (known && OpenEnvelope(*known).ok() && OpenEnvelope(*known)->codec != EnvelopeCodec::kDestroyed) {
      PreparedBody prepared;
      prepared.id = id;
      return prepared;
    }
  }
  // Packed bytes have nothing in common with other packed bytes, and do not shrink either.
  if (capture.is_coded()) return SealWholeBody(store, id, EnvelopeCodec::kNone, body);
  GASHT_ASSIGN_OR_RETURN(const std::optional<Base> base, FindBase(store, previous));
  if (!base) return PrepareWholeBody(store, id, body);
  GASHT_ASSIGN_OR_RETURN(const std::string delta, Compress(body, base->body));
  // A page moves away from its base. Once all the deltas of one are as large as it is, another is due: that is where the sum
  // of both is least, if each delta is longer than the last by as much.
  const bool is_spent = delta.size() * (base->dependants + 1) > 2 * base->stored_bytes;
  if (is_spent || static_cast<double>(delta.size()) > kWorthwhile * static_cast<double>(base->stored_bytes))
    return PrepareWholeBody(store, id, body);
  GASHT_ASSIGN_OR_RETURN(const PayloadKey key, store.keys->Take());
  PreparedBody prepared;
  prepared.id = id;
  prepared.key = key.number;
  prepared.base = base->capture;
  prepared.base_payload = base->payload;
  prepared.row = SealPayload(id, EnvelopeCodec::kZstdDelta, base->capture, key, delta);
  return prepared;
}

Result<std::string> DecodePayload(const Database::View& view, const KeyTable& keys, const PayloadId& id,
                                  std::string_view row, size_t limit) {
  GASHT_ASSIGN_OR_RETURN(const Envelope envelope, OpenEnvelope(row));
  if (envelope.codec == EnvelopeCodec::kDestroyed)
    return Status::NotFound(
        fmt::format("was lawfully destroyed: custody leaf {} says why", ReadBe64(envelope.payload)));
  std::string unsealed;
  std::string_view payload = envelope.payload;
  if (envelope.key != 0) {
    GASHT_ASSIGN_OR_RETURN(const std::string key, keys.Get(envelope.key));
    const std::string context =
        std::string(row.substr(0, Envelope::kHeaderBytes)) + std::string(id.digest.view());
    GASHT_ASSIGN_OR_RETURN(unsealed, OpenSealed(key, payload, context));
    payload = unsealed;
  }
  switch (envelope.codec) {
    case EnvelopeCodec::kNone:
      return envelope.key != 0 ? std::move(unsealed) : std::string(payload);
    case EnvelopeCodec::kZstd:
      return Decompress(payload, {}, limit);
    case EnvelopeCodec::kZstdDelta: {
      GASHT_ASSIGN_OR_RETURN(const std::optional<Capture> base, FindCapture(view, {envelope.ref}));
      if (!base || !base->has_body)
        return Status::DataLoss(fmt::format("its base, the body of capture {}, is missing", envelope.ref));
      GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> base_row,
                             view.Get(Family::kPayload, base->payload.digest.view()));
      if (!base_row)
        return Status::DataLoss(fmt::format("its base, the body of capture {}, is missing", envelope.ref));
      GASHT_ASSIGN_OR_RETURN(const Envelope base_envelope, OpenEnvelope(*base_row));
      if (base_envelope.ref != 0)
        return Status::DataLoss(
            fmt::format("its base, the body of capture {}, is a delta itself", envelope.ref));
      GASHT_ASSIGN_OR_RETURN(const std::string base_body,
                             DecodePayload(view, keys, base->payload, *base_row, kMaxBody));
      return Decompress(payload, base_body, limit);
    }
    case EnvelopeCodec::kDestroyed:
      break;
  }
  return Status::Internal("an envelope that was not read");
}

namespace {

Status DamagedBody(const Capture& capture, std::string_view what) {
  return Status::DataLoss(fmt::format("the body of capture {} {}", capture.id.value, what));
}

}  // namespace

Result<std::string> ReadReceivedBody(const Database::View& view, const KeyTable& keys,
                                     const Capture& capture) {
  GASHT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                         view.Get(Family::kPayload, capture.payload.digest.view()));
  if (!row) return DamagedBody(capture, "is missing");
  Result<std::string> body =
      DecodePayload(view, keys, capture.payload, *row, static_cast<size_t>(capture.stored_bytes()));
  if (body.status().code() == StatusCode::kNotFound)
    return Status::NotFound(
        fmt::format("the body of capture {} {}", capture.id.value, body.status().message()));
  if (body.status().code() == StatusCode::kDataLoss)
    return DamagedBody(capture, fmt::format("is not what was captured: {}", body.status().message()));
  if (!body.ok()) return body.status();
  if (body->size() != capture.stored_bytes() || Sha256(*body) != capture.stored_sha256())
    return DamagedBody(capture, "is not what was captured");
  return body;
}

Result<std::string> ReadBody(const Database::View& view, const KeyTable& keys, const Capture& capture) {
  Result<std::string> received = ReadReceivedBody(view, keys, capture);
  if (!received.ok() || !capture.is_coded()) return received;
  // Bytes that were unpacked once, in a child, before they came here: their digest says that they are the same.
  if (capture.body_bytes > kMaxBody) return DamagedBody(capture, "is said to be longer than any");
  std::string body =
      DecodeContent(capture.content_coding, *received, static_cast<size_t>(capture.body_bytes));
  if (body.size() != capture.body_bytes || Sha256(body) != capture.body_sha256)
    return DamagedBody(capture, "does not unpack to what was captured");
  return body;
}

}  // namespace gasht
