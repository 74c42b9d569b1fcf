// Any bytes as a file that was handed over, of the kind that the first byte says: it is taken apart within bounds, and no
// part is larger than one may be.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/import_parts.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gasht;
  if (size == 0) return 0;
  const auto kind = static_cast<ImportKind>(1 + data[0] % 4);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  ImportNotes notes;
  size_t parts = 0;
  const Status status = SplitImport(kind, bytes, notes, [&](const ImportPart& part) -> Status {
    if (part.body.size() > kMaxImportPartBytes) std::abort();
    return ++parts < 1000 ? Status::Ok() : Status::ResourceExhausted("enough");
  });
  if (!status.ok() && status.message().empty()) std::abort();
  return 0;
}
