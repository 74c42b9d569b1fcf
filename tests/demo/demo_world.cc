#include "tests/demo/demo_world.h"

#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "base/file.h"

namespace gasht {

std::string DemoGashtYaml(const std::string& socks) {
  std::string yaml = "# Written by the demo. Loopback only.\nstore: ../store\ntest_mode: true\n";
  if (!socks.empty()) yaml += fmt::format("tor:\n  socks: {}\n", socks);
  yaml += "agency: demo\n";
  return yaml;
}

std::string DemoAgenciesYaml() {
  return "# Written by the demo.\nagencies:\n  - id: demo\n    name: Demonstration only\n    valid_from: "
         "2020-01-01\n";
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
  GASHT_RETURN_IF_ERROR(world->WriteConfig(options));
  return world;
}

Status DemoWorld::WriteConfig(const DemoOptions& options) const {
  std::error_code error;
  std::filesystem::create_directories(config_dir() + "/sources.d", error);
  if (error) return Status::Unavailable(fmt::format("cannot create {}: {}", config_dir(), error.message()));
  const std::string socks = tor_ == nullptr ? "" : fmt::format("127.0.0.1:{}", tor_->socks_port());
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(config_dir() + "/gasht.yaml", DemoGashtYaml(socks)));
  GASHT_RETURN_IF_ERROR(WriteFileAtomically(config_dir() + "/agencies.yaml", DemoAgenciesYaml()));
  for (const auto& server : servers_) {
    const Site& site = server->site();
    GASHT_RETURN_IF_ERROR(WriteFileAtomically(fmt::format("{}/sources.d/{}.yaml", config_dir(), site.name),
                                              SourceYaml(site, base_url(site.name), options.delay)));
  }
  return Status::Ok();
}

}  // namespace gasht
