// gasht_demo --dir DIR --gasht PROGRAM: the demo of scripts/run. Brings up the private Tor network and the
// demo sites, patrols them once through Tor with the real program, shows what it found, and takes everything
// down. The configuration and the store stay in DIR.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json.h"
#include "base/status.h"
#include "tests/demo/demo_world.h"

namespace {

// Runs `words` with our terminal and returns its exit status.
int Run(const std::vector<std::string>& words) {
  const pid_t child = fork();
  if (child == 0) {
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    execv(argv[0], argv.data());
    std::perror(argv[0]);
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return 1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

// The id of the finding at the top of the list; empty when there is none.
std::string FirstFinding(const std::string& gasht, const std::string& config) {
  const std::string command = fmt::format("'{}' --config '{}' findings list --limit 1 --json", gasht, config);
  FILE* out = popen(command.c_str(), "r");
  if (out == nullptr) return {};
  std::string line(1 << 20, '\0');
  line.resize(std::fread(line.data(), 1, line.size(), out));
  pclose(out);
  const auto finding = gasht::Json::Parse(line.substr(0, line.find('\n')));
  return finding.ok() ? finding->StringOr("id") : std::string();
}

void Say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

int Usage() {
  fmt::print(stderr,
             "usage: gasht_demo --dir DIR --gasht PROGRAM\n"
             "       gasht_demo --bench-config DIR --url URL [--seeds N] [--socks ENDPOINT]\n");
  return 2;
}

struct BenchConfig {
  std::string dir, url, socks;
  int seeds = 0;  // 0: the start page, which leads to all others
};

int WriteBenchConfig(const BenchConfig& bench) {
  gasht::DemoConfig config;
  config.dir = bench.dir;
  config.socks = bench.socks;
  config.connections_per_source = 16;
  std::string yaml = gasht::SourceYaml(gasht::BenchSite(1), bench.url, "0s");
  std::string seeds;
  for (int i = 1; i <= bench.seeds; ++i) seeds += fmt::format("  - {}/page/{}.html\n", bench.url, i);
  if (const size_t at = yaml.find("seeds:\n") + 7; !seeds.empty()) {
    yaml.replace(at, yaml.find('\n', at) + 1 - at, seeds);
    yaml.insert(yaml.find("politeness:\n") + 12, "  max_depth: 0\n");
  }
  config.sources["bench"] = std::move(yaml);
  const gasht::Status written = gasht::WriteDemoConfig(config);
  if (!written.ok()) fmt::print(stderr, "gasht_demo: {}\n", written.message());
  return gasht::ExitStatusFor(written.code());
}

}  // namespace

int main(int argc, char** argv) {
  std::string dir, gasht;
  BenchConfig bench;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    if (flag == "--dir") {
      dir = argv[i + 1];
    } else if (flag == "--gasht") {
      gasht = argv[i + 1];
    } else if (flag == "--bench-config") {
      bench.dir = argv[i + 1];
    } else if (flag == "--url") {
      bench.url = argv[i + 1];
    } else if (flag == "--socks") {
      bench.socks = argv[i + 1];
    } else if (flag == "--seeds") {
      bench.seeds = std::atoi(argv[i + 1]);
    } else {
      return Usage();
    }
  }
  if (argc % 2 == 0) return Usage();
  if (!bench.dir.empty() && !bench.url.empty()) return WriteBenchConfig(bench);
  if (dir.empty() || gasht.empty()) return Usage();

  std::error_code error;
  std::filesystem::remove_all(dir, error);
  Say("A private Tor network on this machine only: three directory authorities, relays, three onion "
      "services, a client.");
  auto world = gasht::DemoWorld::Start({.dir = dir, .progress = [](const std::string& line) {
                                          // Tor's twenty steps in between are over in a second.
                                          if (line.find("client ") == std::string::npos ||
                                              line.find("100%") != std::string::npos)
                                            fmt::print(stderr, "  {}\n", line);
                                        }});
  if (!world.ok()) {
    fmt::print(stderr, "gasht_demo: {}\n", world.status().message());
    return gasht::ExitStatusFor(world.status().code());
  }
  for (const auto& server : (*world)->servers())
    Say(fmt::format("  {:8} {}", server->site().name, (*world)->base_url(server->site().name)));

  const std::string config = (*world)->config_dir();
  const auto step = [&](const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {gasht, "--config", config};
    words.insert(words.end(), arguments.begin(), arguments.end());
    Say("\n$ " + fmt::format("{}", fmt::join(words, " ")));
    return Run(words);
  };
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"sources", "list"},
                                             {"tor", "check"},
                                             {"patrol", "--once"},
                                             {"store", "check"},
                                             {"findings", "list", "--min-level", "medium"}}) {
    if (const int status = step(arguments); status != 0) return status;
  }
  const std::string first = FirstFinding(gasht, config);
  if (!first.empty()) step({"findings", "show", first});
  Say(
      fmt::format("\nEverything is in {0}: config/ (what was patrolled and on whose authority) and store/ "
                  "(the evidence).\n"
                  "The Tor network and the sites are gone now; the evidence is not. Type next:\n"
                  "  {1} --config {2} findings show ID         why another one was raised\n"
                  "  {1} --config {2} evidence list            every fetch, failures included\n"
                  "  {1} --config {2} evidence show 1          how and from where it was made\n"
                  "  {1} --config {2} evidence show 1 --body - the captured bytes\n"
                  "  echo 'Charas 1 tola 2500 PKR home delivery Lahore' | {1} scan --format text\n"
                  "  {1} --help",
                  dir, gasht, config));
  return 0;
}
