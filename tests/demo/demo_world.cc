#include "tests/demo/demo_world.h"

#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/file.h"

namespace gasht {
namespace {

constexpr std::string_view kAgencies = R"(# Written by the demo.
agencies:
  - id: demo
    name: Demonstration only
    valid_from: 2020-01-01
    source: none, this is no agency
)";

}  // namespace

Status WriteDemoConfig(const DemoConfig& config) {
  std::error_code error;
  std::filesystem::create_directories(config.dir + "/sources.d", error);
  if (error) return Status::Unavailable(fmt::format("cannot create {}: {}", config.dir, error.message()));
  std::string gasht =
      "# Written by the demo. Loopback only.\nstore: ../store\ntest_mode: true\nagency: demo\n";
  if (!config.socks.empty()) gasht += fmt::format("tor:\n  socks: {}\n", config.socks);
  if (!config.control.empty())
    gasht += fmt::format("  control: {}\n  cookie: {}\n", config.control, config.cookie);
  if (!config.canaries.empty()) gasht += fmt::format("  canaries: [{}]\n", fmt::join(config.canaries, ", "));
  // A demo fits on a disk that a patrol of months would not be begun on.
  gasht += fmt::format("limits:\n  connections_per_source: {}\n  disk_free: 12MiB\n",
                       config.connections_per_source);
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(config.dir + "/gasht.yaml", gasht));
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(config.dir + "/agencies.yaml", kAgencies));
  for (const auto& [name, yaml] : config.sources)
    GASHT_RETURN_IF_ERROR(WriteFileAtomically(fmt::format("{}/sources.d/{}.yaml", config.dir, name), yaml));
  return Status::Ok();
}

std::string DemoWorld::base_url(const std::string& site) const {
  if (tor_ != nullptr) return "http://" + tor_->onion_address(site);
  for (const auto& server : servers_) {
    if (server->site().name == site) return server->base_url();
  }
  return {};
}

Result<std::unique_ptr<DemoWorld>> DemoWorld::Start(const DemoOptions& options) {
  std::unique_ptr<DemoWorld> world(new DemoWorld());
  world->dir_ = options.dir;
  std::map<std::string, uint16_t> onions;
  for (Site& site : DemoSites()) {
    const std::string name = site.name;
    GASHT_ASSIGN_OR_RETURN(auto server, MarketServer::Start(std::move(site)));
    onions[name] = server->port();
    world->servers_.push_back(std::move(server));
  }
  if (options.through_tor) {
    TorNetworkOptions network;
    network.onions = std::move(onions);
    network.progress = options.progress;
    GASHT_ASSIGN_OR_RETURN(world->tor_, TorNetwork::Start(std::move(network)));
  }
  DemoConfig config;
  config.dir = world->config_dir();
  if (world->tor_ != nullptr) {
    config.socks = fmt::format("127.0.0.1:{}", world->tor_->socks_port());
    config.control = "unix:" + world->tor_->control_path();
    config.cookie = world->tor_->cookie_path();
    // The demo's own sites stand in for pages that are nearly always there.
    config.canaries = {world->base_url("baithak") + "/"};
  }
  for (const auto& server : world->servers_) {
    const Site& site = server->site();
    config.sources[site.name] = SourceYaml(site, world->base_url(site.name), options.delay);
  }
  GASHT_RETURN_IF_ERROR(WriteDemoConfig(config));
  return world;
}

}  // namespace gasht
