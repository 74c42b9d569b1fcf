#include "config/config.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "base/yaml.h"
#include "config/fields.h"
#include "config/source_file.h"
#include "model/ids.h"

namespace gasht {
namespace {

// Gathers the errors and the bytes of all files.
class Loader {
 public:
  Loader(const std::string& dir, UtcTime now) : now_(now) { config_.dir = dir; }

  Result<Config> Load() {
    if (std::error_code ignored; !std::filesystem::is_directory(config_.dir, ignored))
      return Status::InvalidArgument(fmt::format(
          "{}: there is no such folder: name it with --config DIR, and see config/examples", config_.dir));
    LoadMain();
    LoadAgencies();
    LoadSources();
    if (!errors_.empty()) return Status::InvalidArgument(fmt::format("{}", fmt::join(errors_, "\n")));
    config_.digest = HashParts("gasht-config-1", {digested_.begin(), digested_.end()});
    return std::move(config_);
  }

 private:
  std::string PathOf(const std::string& name) const { return config_.dir + "/" + name; }

  // Where a relative path in the configuration leads: the folder of the configuration is where it counts
  // from.
  std::string Resolve(const std::string& path) const {
    return path.empty() ? path : (std::filesystem::path(config_.dir) / path).lexically_normal().string();
  }

  // The tree of a file; nothing, and an error, when it cannot be read.
  std::optional<YamlNode> ReadTree(const std::string& name) {
    const std::string path = PathOf(name);
    auto text = ReadFile(path, kMaxConfigFileBytes);
    if (!text.ok()) {
      errors_.push_back(
          fmt::format("{}:1:1: {}: write it, config/examples shows how", path, text.status().message()));
      return std::nullopt;
    }
    auto tree = ParseYaml(*text, path);
    digested_.push_back(name);
    digested_.push_back(std::move(*text));
    if (tree.ok()) return std::move(tree).value();
    errors_.push_back(tree.status().message());
    return std::nullopt;
  }

  void Take(const YamlErrors& errors) {
    errors_.insert(errors_.end(), errors.messages().begin(), errors.messages().end());
  }

  void LoadMain() {
    main_ = ReadTree("gasht.yaml");
    if (!main_) return;
    YamlErrors errors(PathOf("gasht.yaml"));
    YamlMap map(*main_, "gasht.yaml", errors);
    config_.store_path = Resolve(RequireText(map, "store"));
    config_.rules_dir = Resolve(OptionalText(map, "rules"));
    config_.watchlists_dir = Resolve(OptionalText(map, "watchlists"));
    config_.agency = OptionalText(map, "agency");
    config_.test_mode = map.Bool("test_mode").value_or(false);
    config_.vantage = OptionalText(map, "vantage");
    if (!config_.vantage.empty() && !IsValidSourceId(config_.vantage))
      errors.Add(*main_->Find("vantage"), "'vantage' is a short name: use 1 to 32 of a-z, 0-9 and -");
    if (const YamlNode* node = map.Get("tor")) ReadTor(*node, errors);
    if (const YamlNode* node = map.Get("direct")) {
      YamlMap direct(*node, "direct", errors);
      config_.direct_canaries = ReadCanaries(direct, Route::kDirect, errors);
      direct.Finish();
    }
    if (const YamlNode* node = map.Get("limits")) ReadLimits(*node, errors);
    if (const YamlNode* node = map.Get("console")) {
      YamlMap console(*node, "console", errors);
      console.Require("listen");
      config_.console = ConsoleConfig{EndpointText(console, "listen")};
      console.Finish();
    }
    map.Finish();
    Take(errors);
  }

  void ReadTor(const YamlNode& node, YamlErrors& errors) {
    YamlMap map(node, "tor", errors);
    map.Require("socks");
    config_.tor.socks = EndpointTexts(map, "socks");
    if (const YamlNode* socks = node.Find("socks");
        socks != nullptr && socks->kind == YamlNode::Kind::kSequence && socks->items.empty())
      errors.Add(*socks, "'socks' is empty: name at least one SocksPort");
    config_.tor.control = EndpointText(map, "control");
    config_.tor.cookie = Resolve(OptionalText(map, "cookie"));
    ReadTransports(map, errors);
    config_.tor.canaries = ReadCanaries(map, Route::kTor, errors);
    map.Finish();
    if (node.Find("control") != nullptr) return;
    if (!config_.tor.cookie.empty())
      errors.Add(*node.Find("cookie"), "'cookie' opens the control port, and there is none: add control");
    if (!config_.tor.transports.empty())
      errors.Add(*node.Find("transports"),
                 "'transports' is checked through the control port, and there is none: add control");
  }

  void ReadTransports(YamlMap& map, YamlErrors& errors) {
    static constexpr std::array<std::string_view, 6> kKnown = {"bridge",    "obfs4",     "snowflake",
                                                               "webtunnel", "meek_lite", "conjure"};
    for (const YamlNode* node : Scalars(map, "transports")) {
      if (std::find(kKnown.begin(), kKnown.end(), node->scalar) != kKnown.end()) {
        config_.tor.transports.push_back(node->scalar);
        continue;
      }
      errors.Add(*node, fmt::format("'{}' is no way to a bridge: write one of {}", node->scalar,
                                    fmt::join(kKnown, ", ")));
    }
  }

  std::vector<Url> ReadCanaries(YamlMap& map, Route route, YamlErrors& errors) const {
    constexpr size_t kMaxCanaries = 8;  // all of them are asked when pages fail
    Source asked;
    asked.route = route;
    asked.allow_private = config_.test_mode && route == Route::kDirect;
    std::vector<Url> canaries = ReadSourceUrls(map, "canaries", asked);
    if (canaries.size() > kMaxCanaries)
      errors.Add(*map.node().Find("canaries"),
                 fmt::format("at most {} canaries: keep the most reliable ones", kMaxCanaries));
    return canaries;
  }

  void ReadLimits(const YamlNode& node, YamlErrors& errors) {
    using std::chrono::hours, std::chrono::seconds;
    constexpr size_t kKiB = 1024, kMiB = 1024 * kKiB, kGiB = 1024 * kMiB;
    LimitsConfig& limits = config_.limits;
    YamlMap map(node, "limits", errors);
    const auto count = [&map](std::string_view key, size_t& value, int64_t min, int64_t max) {
      value = static_cast<size_t>(map.Int(key, min, max).value_or(static_cast<int64_t>(value)));
    };
    count("connections_per_source", limits.connections_per_source, 1, 16);
    count("unfinished_pages", limits.unfinished_pages, 1, 4096);
    count("analysis_threads", limits.analysis_threads, 0, 256);
    limits.wire_bytes = ByteSize(map, "wire_bytes", 64 * kKiB, 64 * kMiB).value_or(limits.wire_bytes);
    limits.body_bytes = ByteSize(map, "body_bytes", 64 * kKiB, 64 * kMiB).value_or(limits.body_bytes);
    limits.body_bytes_held =
        ByteSize(map, "body_bytes_held", kMiB, 64 * kGiB).value_or(limits.body_bytes_held);
    limits.bytes_per_day = ByteSize(map, "bytes_per_day", kMiB, kGiB * kMiB).value_or(limits.bytes_per_day);
    limits.disk_free = ByteSize(map, "disk_free", kMiB, kGiB * kMiB).value_or(limits.disk_free);
    limits.hours = Hours(map, "hours");
    limits.connect_timeout =
        Duration(map, "connect_timeout", seconds(1), hours(1)).value_or(limits.connect_timeout);
    limits.total_timeout =
        Duration(map, "total_timeout", seconds(1), hours(6)).value_or(limits.total_timeout);
    map.Finish();
    if (limits.body_bytes_held < limits.body_bytes)
      errors.Add(
          node,
          "'body_bytes_held' is less than 'body_bytes' of one page: raise it, or nothing can be fetched");
    if (limits.total_timeout < limits.connect_timeout)
      errors.Add(node, "'total_timeout' is less than 'connect_timeout', which is a part of it: raise it");
  }

  void LoadAgencies() {
    // Whoever says no agency needs no names.
    std::error_code ignored;
    if (config_.agency.empty() && !std::filesystem::exists(PathOf("agencies.yaml"), ignored)) return;
    const auto tree = ReadTree("agencies.yaml");
    if (!tree) return;
    YamlErrors errors(PathOf("agencies.yaml"));
    YamlMap map(*tree, "agencies.yaml", errors);
    const YamlNode* list = map.Require("agencies");
    map.Finish();
    if (list != nullptr && list->kind != YamlNode::Kind::kSequence) {
      errors.Add(*list, "'agencies' must be a list of names with their dates");
    } else if (list != nullptr) {
      for (const YamlNode& item : list->items) ReadAgency(item, errors);
    }
    Take(errors);
    CheckAgency();
  }

  void ReadAgency(const YamlNode& node, YamlErrors& errors) {
    YamlMap map(node, "agency", errors);
    Agency agency;
    agency.id = RequireText(map, "id");
    agency.name = RequireText(map, "name");
    agency.name_ur = OptionalText(map, "name_ur");
    map.Require("valid_from");
    const auto from = Date(map, "valid_from"), last_day = Date(map, "valid_until");
    agency.source = OptionalText(map, "source");
    map.Finish();
    agency.valid_from = from.value_or(UtcTime());
    if (last_day) agency.valid_until = *last_day + std::chrono::hours(24);
    if (from && last_day && *last_day < *from)
      errors.Add(*node.Find("valid_until"),
                 "'valid_until' is before 'valid_from': exchange them or mend the year");
    for (const Agency& other : config_.agencies) {
      const bool apart = (other.valid_until && *other.valid_until <= agency.valid_from) ||
                         (agency.valid_until && *agency.valid_until <= other.valid_from);
      if (other.id == agency.id && from && !apart)
        errors.Add(node, fmt::format("agency '{}' would have two names at once, this one and '{}': end one "
                                     "before the other begins",
                                     agency.id, other.name));
    }
    config_.agencies.push_back(std::move(agency));
  }

  // The agency of gasht.yaml is listed, and has a name today.
  void CheckAgency() {
    if (config_.agency.empty()) return;
    const YamlNode& at = *main_->Find("agency");
    const std::string place = fmt::format("{}:{}:{}", PathOf("gasht.yaml"), at.line, at.column);
    bool listed = false, named = false;
    for (const Agency& agency : config_.agencies) {
      if (agency.id != config_.agency) continue;
      listed = true;
      named = named || (agency.valid_from <= now_ && (!agency.valid_until || now_ < *agency.valid_until));
    }
    if (!listed) {
      errors_.push_back(fmt::format("{}: agency '{}' is not in agencies.yaml: add it there, or mend the id",
                                    place, config_.agency));
    } else if (!named) {
      config_.warnings.push_back(
          fmt::format("{}: agency '{}' has no name that is valid today: add one to agencies.yaml", place,
                      config_.agency));
    }
  }

  void LoadSources() {
    const std::string folder = PathOf("sources.d");
    const auto names = ListFiles(folder, "");
    if (!names.ok()) {
      errors_.push_back(
          fmt::format("{}:1:1: {}: make it, one file a source", folder, names.status().message()));
      return;
    }
    for (const std::string& name : *names) {
      // A source that is silently not patrolled is worse than an error.
      if (name.ends_with(".yml"))
        errors_.push_back(fmt::format("{}/{}:1:1: would not be read: rename it to .yaml", folder, name));
      if (!name.ends_with(".yaml") || name.starts_with('.')) continue;
      auto tree = ReadTree("sources.d/" + name);
      if (tree) files_.emplace_back(PathOf("sources.d/" + name), std::move(*tree));
    }
    for (SourceFile& file : files_) {
      ReadSource(file, {.test_mode = config_.test_mode, .now = now_, .config_dir = config_.dir});
      digested_.insert(digested_.end(), file.read_too.begin(), file.read_too.end());
    }
    CheckBesideEachOther(files_);
    CheckTorIsThere();
    for (SourceFile& file : files_) {
      Take(file.errors);
      config_.warnings.insert(config_.warnings.end(), file.warnings.begin(), file.warnings.end());
      config_.sources.push_back(std::move(file.source));
    }
    if (files_.empty())
      config_.warnings.push_back(fmt::format("{}:1:1: no sources: nothing will be patrolled", folder));
  }

  void CheckTorIsThere() {
    if (!main_ || main_->Find("tor") != nullptr) return;
    const auto file = std::find_if(files_.begin(), files_.end(), [](const SourceFile& f) {
      return f.errors.empty() && f.source.route == Route::kTor;
    });
    if (file == files_.end()) return;
    errors_.push_back(fmt::format(
        "{}:1:1: source '{}' goes through Tor, and there is no 'tor': add tor with socks: 127.0.0.1:9050",
        PathOf("gasht.yaml"), file->source.id.value));
  }

  const UtcTime now_;
  Config config_;
  std::optional<YamlNode> main_;
  std::vector<SourceFile> files_;
  std::vector<std::string> errors_;
  // File names and bytes in turn, in the order read.
  std::vector<std::string> digested_;
};

}  // namespace

Result<Config> LoadConfig(const std::string& dir, UtcTime now) {
  return Loader(dir, now).Load();
}

}  // namespace gasht
