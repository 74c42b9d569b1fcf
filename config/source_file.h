#pragma once

// One file of sources.d: YAML to a Source, and what must hold between sources. Confined to one thread.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/yaml.h"
#include "model/source.h"

namespace gasht {

// A source with the file it came from, for errors that only show beside other sources.
struct SourceFile {
  SourceFile(std::string path, YamlNode tree) : root(std::move(tree)), errors(std::move(path)) {}
  YamlNode root;
  YamlErrors errors;
  std::vector<std::string> warnings;
  // Names and bytes, in turn, of the other files that it named.
  std::vector<std::string> read_too;
  Source source;
};

struct SourceRules {
  bool test_mode = false;
  UtcTime now;
  // Where relative paths count from.
  std::string config_dir;
};

// The list of URLs at `key` that `source` (its route, allow_private) may ask for; others are errors at their place.
std::vector<Url> ReadSourceUrls(YamlMap& map, std::string_view key, const Source& source);

// Fills `file.source`; errors and warnings stay in the file.
void ReadSource(SourceFile& file, const SourceRules& rules);

// Ids (former ones too) belong to one source for ever, and a page belongs to one source. Each clash is an
// error of the later file that names the earlier one.
void CheckBesideEachOther(std::vector<SourceFile>& files);

}  // namespace gasht
