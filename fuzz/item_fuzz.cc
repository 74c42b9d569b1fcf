// A text and a title, as `gasht scan` reads them.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/offline.h"
#include "model/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto rules = gasht::LoadRules("").value();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  gasht::AnalysisContext context;
  context.rules = rules;
  gasht::AnalysisItem item;
  const size_t half = bytes.find('\n');
  item.title = bytes.substr(0, half);
  if (half != std::string_view::npos) item.text = bytes.substr(half + 1);
  gasht::PageAnalysis analysis = gasht::AnalyzeItem(item, context);
  gasht::AssignOfflineIds(analysis);
  if (!gasht::Json::Parse(gasht::ScanJson(gasht::Json(1), analysis).Dump()).ok()) std::abort();
  return 0;
}
