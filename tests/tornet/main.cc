// gasht_tornet: a private Tor network for demonstrations and scripts; see README.md.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/tornet/tor_network.h"

namespace {

int Usage() {
  std::fputs("usage: gasht_tornet [--dir DIR] --onion NAME=PORT...\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  gasht::TorNetworkOptions options;
  options.progress = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
  for (int i = 1; i < argc; i += 2) {
    const std::string flag = argv[i];
    if (i + 1 == argc) return Usage();
    const std::string value = argv[i + 1];
    if (flag == "--dir") {
      options.dir = value;
    } else if (const size_t equals = value.find('='); flag == "--onion" && equals != std::string::npos) {
      options.onions[value.substr(0, equals)] = static_cast<uint16_t>(std::atoi(value.c_str() + equals + 1));
    } else {
      return Usage();
    }
  }

  // Blocked from the start, so that a signal during the bootstrap is not lost but ends the program after it.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  sigprocmask(SIG_BLOCK, &stop, nullptr);

  auto network = gasht::TorNetwork::Start(options);
  if (!network.ok()) {
    std::fprintf(stderr, "gasht_tornet: %s\n", network.status().message().c_str());
    return gasht::ExitStatusFor(network.status().code());
  }
  std::printf("socks 127.0.0.1:%d\nsocks-unix %s\ncontrol %s\ncookie %s\n", (*network)->socks_port(),
              (*network)->socks_unix_path().c_str(), (*network)->control_path().c_str(),
              (*network)->cookie_path().c_str());
  for (const auto& [name, port] : options.onions) {
    std::printf("onion %s %s\n", name.c_str(), (*network)->onion_address(name).c_str());
  }
  std::printf("ready\n");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stop, &signal);
  return 0;
}
