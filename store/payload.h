#pragma once

// Bodies as they lie in the family payload: once per content, compressed (against the previous look at the same
// page, where there is one), then sealed with a key of their own. docs/storage-format.md, "Bodies". Only store/
// sees it. Thread-safe free functions over a database.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "model/capture.h"
#include "model/frontier.h"
#include "store/database.h"
#include "store/key_table.h"
#include "store/store_state.h"

namespace gasht {

// A body on its way into the store, made ready on whatever thread submits it: the writer's thread has enough to do.
struct PreparedBody {
  PayloadId id;
  // The row of the family payload; empty when the content was known already.
  std::string row;
  uint64_t key = 0;
  // What it is a delta of; 0: it is whole.
  CaptureId base;
  PayloadId base_payload;
};

// `body` as received (Capture::stored_sha256); InvalidArgument when it is not the capture's. `previous`: the last look at
// the same page, or none.
Result<PreparedBody> PrepareBody(const StoreState& store, const Capture& capture, std::string_view body,
                                 CaptureId previous);
// The same without a base, whatever is known: when the base is gone meanwhile.
Result<PreparedBody> PrepareWholeBody(const StoreState& store, const PayloadId& id, std::string_view body);

// The row's body, before anybody compared it with a digest. `limit`: what it may have at most.
Result<std::string> DecodePayload(const Database::View& view, const KeyTable& keys, const PayloadId& id,
                                  std::string_view row, size_t limit);

// The body of a capture that has one, compared with its digest: DataLoss when it is missing or is not what was
// captured, NotFound when it was destroyed.
Result<std::string> ReadBody(const Database::View& view, const KeyTable& keys, const Capture& capture);
// The same before its content coding is undone.
Result<std::string> ReadReceivedBody(const Database::View& view, const KeyTable& keys,
                                     const Capture& capture);

}  // namespace gasht
