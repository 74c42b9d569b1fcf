#pragma once

// AnalyzePage: the bytes of one page to everything that is understood of it. Pure and thread-safe: no clock,
// no files, no network; the same input gives the same output. No input fails: what cannot be parsed is
// matched as text and says so in Document::weirds.

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "model/page_analysis.h"
#include "model/source.h"
#include "model/wire.h"
#include "rules/rule_set.h"

namespace gasht {

struct CapturedPage {
  std::string url;           // after redirects
  std::string content_type;  // as received; empty when unknown
  int status = 200;          // HTTP; decides page_class `error`
  std::string body;          // decoded from its transfer and content codings
};

struct AnalysisContext {
  UtcTime fetched_at;
  std::optional<SourceKind> source_kind;  // unknown offline
  ExtractionProfile profile;
  std::shared_ptr<const RuleSet> rules;
  // No tree is built: the retry of a page that killed its worker.
  bool text_only = false;
  // Of a mirror list: whose signature counts.
  PinnedKey pinned{};
};

PageAnalysis AnalyzePage(const CapturedPage& page, const AnalysisContext& context);

// Any kind of what the world sends. A new kind has an enumerator in model/wire.h, a case here, and says what it
// found in fields of PageAnalysis that model/codec carries.
PageAnalysis Analyze(AnalysisKind kind, const CapturedPage& page, const AnalysisContext& context);

// What `gasht scan` reads: a page, or a listing or message that somebody else has split already. Any field
// may be empty; a title, vendor or price makes exactly one listing, the first.
struct AnalysisItem {
  std::string url, html, text, title, vendor, price;
};
PageAnalysis AnalyzeItem(const AnalysisItem& item, const AnalysisContext& context);

}  // namespace gasht
