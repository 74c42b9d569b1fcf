#pragma once

// A whole Tor network on loopback: three directory authorities, three relays, one tor that hosts onion
// services and one client tor. Real tor, real v3 onions, nothing leaves 127.0.0.1, nothing is kept.
//
// Thread-confined; see tor_process.h about the thread that starts it. Stop() or the destructor ends every
// process and removes the network's files; a parent that is killed takes its processes along.
//
// Failures are Unavailable: tor is not installed, it did not bootstrap in time (the message says how far it
// came), no free ports.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "tests/tornet/tor_process.h"

namespace gasht {

struct TorNetworkOptions {
  // The network makes a folder of its own in here, mode 0700. Short: a Unix socket's path has 107 bytes.
  std::string dir = "/tmp";
  // Onion services: a name for this program -> the port on 127.0.0.1 behind port 80 of the onion.
  std::map<std::string, uint16_t> onions{};
  std::chrono::seconds timeout{120};
  // How long the client tries to reach an onion: a page that takes longer on loopback does not come, and whoever asks for a dead
  // one waits as long.
  std::chrono::seconds socks_timeout{20};
  // Called from Start with one line for a person, such as "12.3 s: client 75% Loading relay descriptors".
  std::function<void(const std::string& line)> progress{};
  // Where programs are looked for; empty means $PATH and the usual places of a daemon.
  std::string path{};
};

class TorNetwork {
 public:
  // Returns when the client is bootstrapped and has seen the descriptor of every onion service.
  static Result<std::unique_ptr<TorNetwork>> Start(TorNetworkOptions options);
  ~TorNetwork();
  TorNetwork(const TorNetwork&) = delete;
  TorNetwork& operator=(const TorNetwork&) = delete;

  // SOCKS5 of the client on 127.0.0.1, with IsolateSOCKSAuth and ExtendedErrors (F0 to F7). The port stays
  // the same when the client is started again.
  uint16_t socks_port() const { return socks_port_; }
  // The same as a Unix socket.
  std::string socks_unix_path() const { return Folder("client") + "/socks"; }
  // The client's control connection: a Unix socket, opened with the cookie in the file below.
  std::string control_path() const { return Folder("client") + "/control"; }
  std::string cookie_path() const { return Folder("client") + "/control_auth_cookie"; }
  // "<56 letters>.onion". REQUIRES: `name` is one of options.onions.
  std::string onion_address(const std::string& name) const { return addresses_.at(name); }
  // One more onion, to `port` on 127.0.0.1, hosted by a relay: StopOnions leaves it there. Returns its address when the client
  // knows its descriptor.
  Result<std::string> AddOnion(uint16_t port);

  // Every tor process that runs now.
  std::vector<pid_t> pids() const;

  // Tor away, from the client's or from the site's side, and back. Starting waits as Start does; an onion
  // keeps its address.
  void StopClient() { client_.reset(); }
  Status StartClient();
  void StopOnions() { onion_host_.reset(); }
  Status StartOnions();

  // Ends everything; also done by the destructor.
  void Stop();

 private:
  struct Authority;

  explicit TorNetwork(TorNetworkOptions options);
  Status MakeFolder();
  Status MakeAuthorityKeys(std::vector<Authority>& authorities);
  Status StartRelays(std::vector<Authority>& authorities, const Deadline& deadline);
  Status WaitForConsensus(const Deadline& deadline);
  Result<std::unique_ptr<TorProcess>> StartTor(const std::string& name, const std::string& torrc,
                                               const Deadline& deadline);
  Status LaunchOnions(const Deadline& deadline);
  Status LaunchClient(const Deadline& deadline);
  Status WaitForBootstrap(TorProcess& tor, const std::string& name, const Deadline& deadline);
  Status WaitForUploads(const Deadline& deadline);
  Status WaitForDescriptors(const Deadline& deadline);
  Status WaitForDescriptor(const std::string& id, const std::string& name, const Deadline& deadline);
  std::string Folder(const std::string& name) const { return root_ + "/" + name; }
  void Report(const std::string& line) const;

  const TorNetworkOptions options_;
  const SystemClock clock_;
  const MonotonicTime started_;
  std::string tor_;
  std::string gencert_;
  std::string root_;
  std::string certificates_;  // of the authorities; every tor gets them, as if it had fetched them before
  uint16_t socks_port_ = 0;
  std::map<std::string, std::string> addresses_;
  std::vector<std::unique_ptr<TorProcess>> relays_;
  std::unique_ptr<TorProcess> onion_host_;
  std::unique_ptr<TorProcess> client_;
};

}  // namespace gasht
