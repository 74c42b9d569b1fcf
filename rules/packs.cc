#include "rules/packs.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/file.h"

namespace gasht {
namespace {

constexpr size_t kMaxPackBytes = size_t{4} << 20;
constexpr size_t kMaxPacks = 1000;

}  // namespace

Result<std::vector<RulePackFile>> LoadRulePacks(const std::string& dir) {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<std::string> folders = {""};
  for (fs::directory_iterator it(dir, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored)) folders.push_back(it->path().filename().string() + "/");
  }
  if (error) return Status::NotFound("rule packs in " + dir + ": " + error.message());
  std::sort(folders.begin(), folders.end());
  std::vector<RulePackFile> files;
  for (const std::string& folder : folders) {
    GASHT_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListFiles(dir + "/" + folder, ".yaml"));
    for (const std::string& name : names) {
      if (files.size() >= kMaxPacks)
        return Status::ResourceExhausted(dir + " holds more than 1000 rule packs");
      const std::string path = dir + "/" + folder + name;
      GASHT_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kMaxPackBytes));
      files.push_back({path, std::move(text)});
    }
  }
  if (files.empty()) return Status::NotFound("no rule pack (*.yaml) in " + dir);
  return files;
}

Result<std::vector<RulePackFile>> LoadWatchlists(const std::string& dir) {
  GASHT_ASSIGN_OR_RETURN(const std::vector<std::string> names, ListFiles(dir, ".yaml"));
  std::vector<RulePackFile> files;
  for (const std::string& name : names) {
    if (files.size() >= kMaxPacks) return Status::ResourceExhausted(dir + " holds more than 1000 watchlists");
    const std::string path = dir + "/" + name;
    GASHT_ASSIGN_OR_RETURN(std::string text, ReadFile(path, kMaxPackBytes));
    files.push_back({path, std::move(text)});
    GASHT_ASSIGN_OR_RETURN(const RulePacks alone, ParseRulePacks({files.back()}));
    const bool more = !alone.substances.empty() || !alone.signs.empty() || !alone.contexts.empty() ||
                      !alone.rules.empty() || !alone.innocent.empty() || !alone.innocent_regexes.empty() ||
                      !alone.page_trade.empty() || !alone.number_words.empty() || !alone.amount_links.empty();
    if (more)
      return Status::InvalidArgument(
          path +
          ": a watchlist holds nothing but watchlist:. Rules and words go to the folder "
          "that rules: names");
  }
  return files;
}

std::shared_ptr<const RuleSet> EmbeddedRuleSet() {
  static const std::shared_ptr<const RuleSet> set = [] {
    auto compiled = RuleSet::Compile(EmbeddedRulePacks());
    if (!compiled.ok()) {
      std::fputs(compiled.status().message().c_str(), stderr);
      std::abort();
    }
    return std::move(compiled).value();
  }();
  return set;
}

}  // namespace gasht
