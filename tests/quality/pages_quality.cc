// gasht_quality_pages: whole pages through extraction and rules, as `gasht scan --format html` reads them. Our own
// pages (tests/quality/data/pages, named legal_* and illegal_*), then the pages of ../shared/data that sell no drugs.
//
//   gasht_quality_pages [--rules DIR]

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "analysis/analyze_page.h"
#include "base/file.h"
#include "rules/packs.h"
#include "tests/support/shared_data.h"

namespace gasht {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxPageBytes = size_t{8} << 20;

bool IsRaised(const PageAnalysis& analysis) {
  return std::any_of(analysis.candidates.begin(), analysis.candidates.end(),
                     [](const MatchCandidate& candidate) { return candidate.level >= Level::kMedium; });
}

void PrintRaised(const std::string& name, const PageAnalysis& analysis) {
  for (const MatchCandidate& candidate : analysis.candidates) {
    if (candidate.level < Level::kMedium) continue;
    std::string terms;
    for (const TermMatch& match : candidate.matches) {
      if (terms.size() < 160) terms += " " + match.term;
    }
    std::printf("  %s: %d%s\n", name.c_str(), candidate.score, terms.c_str());
    return;
  }
}

std::vector<fs::path> HtmlFiles(const std::string& dir) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator it(dir, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".html") files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Result<PageAnalysis> Analyze(const fs::path& file, const AnalysisContext& context) {
  GASHT_ASSIGN_OR_RETURN(std::string html, ReadFile(file.string(), kMaxPageBytes));
  AnalysisItem item;
  item.html = std::move(html);
  return AnalyzeItem(item, context);
}

int Main(int argc, char** argv) {
  AnalysisContext context;
  context.rules = EmbeddedRuleSet();
  if (argc == 3 && std::strcmp(argv[1], "--rules") == 0) {
    auto files = LoadRulePacks(argv[2]);
    auto compiled =
        files.ok() ? RuleSet::Compile(*files) : Result<std::shared_ptr<const RuleSet>>(files.status());
    if (!compiled.ok()) {
      std::fprintf(stderr, "%s\n", compiled.status().message().c_str());
      return 2;
    }
    context.rules = *compiled;
  }
  size_t illegal = 0, found = 0, legal = 0, raised = 0;
  std::printf("### Whole pages\n\n");
  for (const fs::path& file : HtmlFiles("tests/quality/data/pages")) {
    const auto analysis = Analyze(file, context);
    if (!analysis.ok()) continue;
    const std::string name = file.stem().string();
    const bool up = IsRaised(*analysis);
    if (name.rfind("illegal_", 0) == 0) {
      ++illegal;
      found += up ? 1 : 0;
      if (!up) std::printf("  missed: %s\n", name.c_str());
    } else {
      ++legal;
      raised += up ? 1 : 0;
      if (up) PrintRaised(name, *analysis);
    }
  }
  std::printf("\n| pages | all | raised |\n|---|---|---|\n");
  std::printf("| that sell drugs, written by us | %zu | %zu |\n", illegal, found);
  std::printf("| of lawful shops, news, health, forums and services, written by us | %zu | %zu |\n", legal,
              raised);
  // Unpacked by scripts/quality: the sets are archives.
  const char* unpacked = std::getenv("GASHT_UNPACKED_PAGES");
  if (!fs::exists(SharedDataRoot()) || unpacked == nullptr) {
    std::printf("\nskipped: no shared data\n");
    return 0;
  }
  size_t all = 0, false_alarms = 0;
  for (const fs::path& file : HtmlFiles(unpacked)) {
    const auto analysis = Analyze(file, context);
    if (!analysis.ok()) continue;
    ++all;
    if (!IsRaised(*analysis)) continue;
    ++false_alarms;
    PrintRaised(file.filename().string(), *analysis);
  }
  std::printf("| sets 11, 12, 22, 34, 35: forums, shops, lists, products, social pages | %zu | %zu |\n", all,
              false_alarms);
  return 0;
}

}  // namespace
}  // namespace gasht

int main(int argc, char** argv) {
  return gasht::Main(argc, argv);
}
