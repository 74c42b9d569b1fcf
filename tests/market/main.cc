// gasht_market: serves the demo sites on loopback, or writes the benchmark's site to disk; see README.md.

#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
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

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> names;
  std::string write_dir;
  int port = 0;
  size_t pages = kBenchPages;
  for (int i = 1; i < argc; i += 2) {
    const std::string flag = argv[i];
    if (i + 1 == argc) return Usage();
    const char* value = argv[i + 1];
    if (flag == "--site") {
      names.emplace_back(value);
    } else if (flag == "--port") {
      port = std::atoi(value);
    } else if (flag == "--pages") {
      pages = std::strtoul(value, nullptr, 10);
    } else if (flag == "--write-bench") {
      write_dir = value;
    } else {
      return Usage();
    }
  }
  if (!write_dir.empty()) {
    const gasht::Status written = WriteSite(gasht::BenchSite(pages), write_dir);
    return written.ok() ? 0 : Fail(written);
  }

  std::vector<gasht::Site> sites = gasht::DemoSites();
  if (!names.empty()) {
    sites.push_back(gasht::BenchSite(pages));
    for (const std::string& name : names) {
      if (std::none_of(sites.begin(), sites.end(), [&](auto& site) { return site.name == name; }))
        return Usage();
    }
    std::erase_if(
        sites, [&](auto& site) { return std::find(names.begin(), names.end(), site.name) == names.end(); });
  }

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
