#pragma once

// What a file that was handed over is made of: a chat's runs of messages, an archive's pages, a page itself. What the
// parts say is read later, behind the Analyzer. Pure and bounded: it runs in a sandboxed child (app/import_child.h).

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace gasht {

enum class ImportKind { kWhatsapp = 1, kTelegram = 2, kPage = 3, kWarc = 4 };
std::string_view ImportKindName(ImportKind kind);
std::optional<ImportKind> ParseImportKind(std::string_view name);

// Kept whole beside its parts; of a larger one the digest is kept. No part is larger either.
inline constexpr size_t kMaxImportPartBytes = size_t{32} << 20;

// What one capture is made of.
struct ImportPart {
  std::string url;  // empty: none of its own
  std::string content_type;
  int32_t status = 200;
  std::string response_head;
  std::string body;
  std::string part;     // which of the original's bytes
  std::string seen_at;  // an archive's own date
  bool analyse = true;  // else it is only kept
};

struct ImportNotes {
  uint64_t skipped = 0;             // parts that were left aside: pictures of a chat, an archive's requests
  std::vector<std::string> broken;  // what could not be read, in words
};

// Hands the file's parts to `take` in order and stops at its first error. InvalidArgument: an archive that is none.
Status SplitImport(ImportKind kind, std::string_view bytes, ImportNotes& notes,
                   const std::function<Status(ImportPart)>& take);

}  // namespace gasht
