#pragma once

// What an export is about: some findings with everything they rest on, or a source over some time. Plain
// values and a pure reading function.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/status.h"
#include "model/finding.h"
#include "store/store.h"

namespace gasht {

struct Selection {
  std::vector<FindingId> findings;
  std::optional<SourceId> source;
  std::optional<UtcTime> from, to;  // [from, to), by the start of the capture
};

struct Selected {
  std::vector<CaptureId> captures;  // ascending
  std::vector<Finding> findings;
};

// InvalidArgument when nothing or both are asked for.
Status CheckSelection(const Selection& selection);

// A finding brings every capture in which its listing was seen; a source every capture of that time, failures
// included, and every finding last seen in one of them. InvalidArgument as
// CheckSelection, NotFound when there is nothing to export.
Result<Selected> Select(const Store& store, const Selection& selection);

Json ToJson(const Selection& selection);

}  // namespace gasht
