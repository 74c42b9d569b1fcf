#pragma once

// What the report says, once, for both of its forms: a list of blocks that ReportHtml and ReportPdf set in
// type. Plain values; only casework/ sees it.

#include <string>
#include <vector>

#include "casework/report.h"

namespace gasht {

enum class BlockKind { kTitle, kHeading, kSubheading, kParagraph, kItem, kField, kCode, kRule };

struct ReportBlock {
  BlockKind kind = BlockKind::kParagraph;
  std::string label;  // of a field
  std::string text;
  bool urdu = false;  // set right to left in Nastaliq
};

struct ReportLimits {
  size_t exhibits = 2'000, acts = 2'000, findings = 2'000;
};
std::vector<ReportBlock> ReportBlocks(const BundleReport& report, const ReportLimits& limits);

}  // namespace gasht
