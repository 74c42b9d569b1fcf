#pragma once

// Takes a file that was handed over apart in a child that can do nothing else: it maps the one file it is given, enters
// the sandbox of the analysis workers (no files, no network) and sends the parts over its channel, one at a time.
//
// What it sends is hostile: sizes, counts and words are checked before they are believed. A child that dies or takes too
// long costs its file and says so.

#include <optional>
#include <string>
#include <string_view>

#include "app/import_parts.h"
#include "base/child.h"
#include "base/frame.h"
#include "base/status.h"

namespace gasht {

inline constexpr std::string_view kImportRole = "import";

// The main function of the role (base/child.h).
int RunImportChild(int channel);

// The parts of one file. Confined to one thread; the destructor ends the child.
class ImportParts {
 public:
  // Unavailable: the file cannot be opened, or this machine gives no sandbox.
  static Result<ImportParts> Start(ImportKind kind, const std::string& path);
  ImportParts(ImportParts&&) noexcept = default;

  // The next part; nothing when all were sent, and notes() is whole then. InvalidArgument: the file is no archive of its
  // kind; DataLoss: the child died over it.
  Result<std::optional<ImportPart>> Next();
  const ImportNotes& notes() const { return notes_; }

 private:
  explicit ImportParts(ChildProcess child);

  ChildProcess child_;
  FrameReader reader_;
  ImportNotes notes_;
  uint64_t parts_ = 0, bytes_ = 0;
};

}  // namespace gasht
