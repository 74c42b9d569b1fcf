#pragma once

// What the report says, once, for both of its forms: a list of blocks that ReportHtml and ReportPdf set in
// type. Plain values; only casework/ sees it.

#include <string>
#include <string_view>
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
// A right-to-left sentence with its quotations (in single quotation marks) and points ("(+32)") set apart, so that they do
// not change places with what stands around them.
std::string IsolateQuoted(std::string_view text, std::string_view open, std::string_view close);

std::vector<ReportBlock> ReportBlocks(const BundleReport& report, const ReportLimits& limits);

}  // namespace gasht
