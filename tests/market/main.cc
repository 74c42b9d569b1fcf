// gasht_market: serves the demo sites on loopback, or writes the benchmark's site to disk; see README.md.

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/market/market_server.h"
#include "tests/market/site.h"

namespace {

constexpr size_t kBenchPages = 3000;

int Usage() {
  std::fputs(
      "usage: gasht_market [--site bazaar|mandi|baithak|bench]... [--port N] [--pages N]\n"
      "       gasht_market --write-bench DIR [--pages N]\n",
      stderr);
  return 2;
}

int Fail(const gasht::Status& status) {
  std::fprintf(stderr, "gasht_market: %s\n", status.message().c_str());
  return gasht::ExitStatusFor(status.code());
}

gasht::Status WriteSite(const gasht::Site& site, const std::string& dir) {
  for (const std::string& target : site.targets) {
    const std::filesystem::path path = dir + target;
    std::error_code ignored;  // the write below says what matters
    std::filesystem::create_directories(path.parent_path(), ignored);
    std::ofstream out(path, std::ios::binary);
    out << site.respond(target).body << std::flush;
    if (!out) return gasht::Status::Unavailable("cannot write " + path.string());
  }
  return gasht::Status::Ok();
}

struct Options {
  std::vector<std::string> sites;
  int port = 0;
  size_t pages = kBenchPages;
  std::string write_dir;
};

bool Parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (++i == argc) return false;
    const char* value = argv[i];
    if (flag == "--site") {
      options.sites.emplace_back(value);
    } else if (flag == "--port") {
      options.port = std::atoi(value);
    } else if (flag == "--pages") {
      options.pages = std::strtoul(value, nullptr, 10);
    } else if (flag == "--write-bench") {
      options.write_dir = value;
    } else {
      return false;
    }
  }
  return true;
}

std::optional<gasht::Site> FindSite(const std::string& name, size_t bench_pages) {
  std::vector<gasht::Site> sites = gasht::DemoSites();
  sites.push_back(gasht::BenchSite(bench_pages));
  for (gasht::Site& site : sites) {
    if (site.name == name) return std::move(site);
  }
  return std::nullopt;
}

int Serve(std::vector<gasht::Site> sites, int port) {
  // Blocked before the servers start their threads, which inherit the mask: the signals are for sigwait.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  sigprocmask(SIG_BLOCK, &stop, nullptr);

  std::vector<std::unique_ptr<gasht::MarketServer>> servers;
  for (gasht::Site& site : sites) {
    // A fixed port is the first site's, and its neighbours the others'.
    const int wanted = port == 0 ? 0 : port + static_cast<int>(servers.size());
    auto server = gasht::MarketServer::Start(std::move(site), static_cast<uint16_t>(wanted));
    if (!server.ok()) return Fail(server.status());
    std::printf("%s %s/\n", (*server)->site().name.c_str(), (*server)->base_url().c_str());
    servers.push_back(std::move(*server));
  }
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stop, &signal);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!Parse(argc, argv, options)) return Usage();
  if (!options.write_dir.empty()) {
    const gasht::Status written = WriteSite(gasht::BenchSite(options.pages), options.write_dir);
    if (!written.ok()) return Fail(written);
  } else if (options.sites.empty()) {
    return Serve(gasht::DemoSites(), options.port);
  } else {
    std::vector<gasht::Site> sites;
    for (const std::string& name : options.sites) {
      auto site = FindSite(name, options.pages);
      if (!site) return Usage();
      sites.push_back(std::move(*site));
    }
    return Serve(std::move(sites), options.port);
  }
  return 0;
}
