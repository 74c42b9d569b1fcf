// A page's way from bytes to what is printed: no input crashes it, and every printed object is JSON; a worker may answer it.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "app/offline.h"
#include "model/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto rules = gasht::LoadRules("").value();
  gasht::AnalysisContext context;
  context.rules = rules;
  gasht::CapturedPage page;
  page.url = "http://a.example/";
  page.body.assign(reinterpret_cast<const char*>(data), size);
  gasht::PageAnalysis analysis = gasht::AnalyzePage(page, context);
  if (!gasht::CheckPageAnalysis(analysis).ok()) std::abort();
  gasht::AssignOfflineIds(analysis);
  if (!gasht::Json::Parse(gasht::ExtractJson(analysis).Dump()).ok()) std::abort();
  if (!gasht::Json::Parse(gasht::ScanJson(gasht::Json(1), analysis).Dump()).ok()) std::abort();
  return 0;
}
