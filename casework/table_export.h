#pragma once

// Findings for other programs: CSV, JSON Lines, and a disclosure for the defence. docs/codebook.md says what
// each column means; docs/schema/exported-finding.schema.json and disclosure.schema.json check each object.
// Identifiers of people who sell nothing are masked (masking.h); a cell that a spreadsheet would run as a
// formula begins with an apostrophe.
//
// A file appears whole or not at all; an export is an act in the custody log that commits to its bytes.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/status.h"
#include "casework/masking.h"
#include "casework/selection.h"
#include "store/store.h"
#include "store/writer.h"

namespace gasht {

enum class TableFormat { kCsv, kJsonl, kDisclosure, kWarc };

struct TableOptions {
  std::string path, actor, software;
  const Clock* clock = nullptr;
  std::function<Status(CustodyEvent)> record;  // makes a leaf durable
  // As in BundleOptions.
  std::function<Status(uint64_t done, uint64_t of)> progress{};
};

struct TableSummary {
  std::string id;
  uint64_t rows = 0, bytes = 0, masked = 0;
  Digest sha256;
  std::string openings_path;  // as for a bundle
};

Result<TableSummary> WriteTable(const Store& store, const Selection& selection, TableFormat format,
                                const TableOptions& options);

// One cell: quoted where RFC 4180 asks for it, defused where a spreadsheet would calculate.
std::string CsvCell(std::string_view text);

}  // namespace gasht
